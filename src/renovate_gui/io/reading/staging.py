"""A private view of a source file: a folder of ours in which it has a plain name and a driver may write what it likes.

Drivers put side files beside what they read, rebuild missing indexes, and delete stale journals; none of that may
happen in a user's folder. Links cost nothing; a copy is made only where a journal belongs to the file.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from renovate_gui.assets import system_reason, tr
from renovate_gui.assets.open_files import copy_file
from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading.formats import (
    GEOPACKAGE,
    HGT_NAME,
    MOST_UNPACKED_BYTES,
    SHAPEFILE,
    SRTM,
    Format,
    packed_raster,
    shapefile_parts,
)

_JOURNALS = ("-wal", "-journal")
_RASTER_SIDES = (".prj", ".tfw")


@contextmanager
def staged(path: Path, found: Format) -> Iterator[Path]:
    """Give the file's path in a private folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="renovate-read-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / _private_name(path, found)
        try:
            _fill(path, found, target)
        except OSError as error:
            reason = system_reason(error)
            raise DataError(
                tr("“{file}” cannot be opened: {reason}.", file=path.name, reason=reason)
            ) from error
        yield target


def _fill(path: Path, found: Format, target: Path) -> None:
    if found is SHAPEFILE:
        for extension, part in shapefile_parts(path).items():
            # the driver writes the index anew, through a link into the user's folder: it gets a copy
            place = copy_file if extension == ".shx" else _link
            place(part, target.with_suffix(extension))
        return
    if found.is_raster:
        _fill_raster(path, found, target)
        return
    journals = [side for mark in _JOURNALS if (side := path.with_name(path.name + mark)).is_file()]
    if found is GEOPACKAGE and any(side.stat().st_size for side in journals):
        _copy_settled(path, target, journals)
    else:
        _link(path, target)


def _private_name(path: Path, found: Format) -> str:
    """Return a plain name; an SRTM tile keeps the letters and digits that say where it lies."""
    if found is not SRTM:
        return f"source{found.extension}"
    packed = packed_raster(path) if path.suffix.lower() == ".zip" else None
    name = Path(packed[0]).name if packed else path.name
    said = HGT_NAME.match(name)
    return f"{said.group(0).upper() if said else 'source'}{found.extension}"


def _fill_raster(path: Path, found: Format, target: Path) -> None:
    """Link a raster and the side files that say where it lies, or unpack them from an archive."""
    packed = packed_raster(path)
    if packed is None or packed[1] is not found:
        _link(path, target)
        for extension in _RASTER_SIDES:
            for side in (path.with_suffix(extension), path.with_suffix(extension.upper())):
                if side.is_file() and not target.with_suffix(extension).exists():
                    _link(side, target.with_suffix(extension))
        return
    with zipfile.ZipFile(path) as archive:
        wanted = {Path(packed[0]).with_suffix(e).as_posix().lower(): e for e in _RASTER_SIDES}
        for entry in archive.infolist():
            if entry.filename == packed[0]:
                _unpack(archive, entry, target)
            elif entry.filename.lower() in wanted:
                _unpack(archive, entry, target.with_suffix(wanted[entry.filename.lower()]))


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one file of an archive, not more than it may hold whatever the archive says of itself."""
    left = MOST_UNPACKED_BYTES
    with archive.open(entry) as source, target.open("wb") as out:
        while left > 0 and (chunk := source.read(min(left, 1 << 20))):
            out.write(chunk)
            left -= len(chunk)


def _copy_settled(path: Path, target: Path, journals: list[Path]) -> None:
    """Copy a GeoPackage with its journal; what stands in the journal belongs to the data."""
    copy_file(path, target)
    for side in journals:
        copy_file(side, target.with_name(target.name + side.name.removeprefix(path.name)))
    target.with_suffix(".live").touch()


def is_live(staged_path: Path) -> bool:
    """Return whether a journal must be replayed, so that the copy may not be read as unchangeable."""
    return staged_path.with_suffix(".live").exists()


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.resolve())
    except OSError:  # Windows without the privilege
        try:
            os.link(source, target)
        except OSError:
            copy_file(source, target)
