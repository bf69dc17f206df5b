"""Check a package, folder or archive: hashes, strangers, seals, the page's silence, GeoJSON."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.package.manifest import (
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    content_seal,
    list_files,
    manifest_seal,
)

_MAX_UNPACKED = 2 << 30
_MAX_ENTRIES = 10_000
_POLYGON = 3  # GEOS type
_LINKS = {
    "src",
    "href",
    "srcset",
    "action",
    "formaction",
    "poster",
    "data",
    "background",
    "ping",
    "xlink:href",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check found."""

    problems: tuple[str, ...]
    files: int


def verify_package(path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> Findings:
    """Check a package; raise DataError when there is none at ``path``."""
    try:
        with unpacked(path, is_cancelled) as folder:
            return verify_folder(folder)
    except UnpackError as error:
        return Findings((str(error),), 0)


class UnpackError(DataError):
    """An archive must not, or cannot, be unpacked."""


@contextmanager
def unpacked(path: Path, is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[Path]:
    """Give the folder of a package, unpacked for the while when it is an archive.

    Raises
    ------
    DataError
        There is no package at ``path``.
    UnpackError
        The archive is damaged, too large, or would leave its folder.
    """
    if path.is_dir():
        yield _package_folder(path)
        return
    if not path.is_file():
        raise DataError(tr("{path}: there is no such package.", path=str(path)))
    if not zipfile.is_zipfile(path):
        raise DataError(tr("{path} is neither a package folder nor a .zip archive.", path=str(path)))
    with TemporaryDirectory(prefix="renovate-verify-") as temporary:
        problem = _unpack(path, Path(temporary), is_cancelled)
        if problem:
            raise UnpackError(problem)
        yield _package_folder(Path(temporary))


def manifest_of(folder: Path) -> dict[str, Any]:
    """Return a package's manifest; raise DataError when it is missing or cannot be read."""
    path = folder / MANIFEST
    if not path.is_file():
        raise DataError(tr("{path} holds no manifest.json, so it is not a plan package.", path=str(folder)))
    found = _read_manifest(path)
    if isinstance(found, str):
        raise DataError(found)
    return dict(found)


def verify_folder(folder: Path) -> Findings:
    """Check an unpacked package."""
    manifest_path = folder / MANIFEST
    if not manifest_path.is_file():
        raise DataError(tr("{path} holds no manifest.json, so it is not a plan package.", path=str(folder)))
    manifest = _read_manifest(manifest_path)
    if isinstance(manifest, str):
        return Findings((manifest,), 0)
    found = list_files(folder)
    problems = [*_seal_problems(manifest), *_file_problems(manifest, found)]
    for entry in found:
        name = str(entry["path"])
        if name.endswith(".geojson"):
            problems += geojson_problems(folder / name, name)
        elif name.endswith(".html"):
            problems += page_problems((folder / name).read_text(encoding="utf-8", errors="replace"), name)
    return Findings(tuple(problems), len(found) + 1)


def geojson_problems(path: Path, name: str) -> list[str]:
    """Return what RFC 7946 forbids in a file of ours: other coordinates, open rings, wrong winding, a ``crs`` member."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
        features = data["features"]
        shapes = shapely.from_geojson(
            np.array([json.dumps(f["geometry"]) for f in features if f["geometry"] is not None], dtype=object)
        )
    except (ValueError, KeyError, TypeError, shapely.errors.GEOSException, UnicodeDecodeError) as error:
        return [tr("{file} is not readable GeoJSON ({reason}).", file=name, reason=str(error)[:80])]
    problems = []
    if data.get("type") != "FeatureCollection" or "crs" in data:
        problems.append(tr("{file} has a crs member or is no feature collection.", file=name))
    bounds = shapely.total_bounds(shapes) if len(shapes) else (0.0, 0.0, 0.0, 0.0)
    if bounds[0] < -180 or bounds[2] > 180 or bounds[1] < -90 or bounds[3] > 90:
        problems.append(tr("{file} has coordinates that are no longitude and latitude.", file=name))
    if not _winds_right(shapes):
        problems.append(tr("{file} has a ring that breaks the right-hand rule.", file=name))
    return problems


def _winds_right(shapes: Any) -> bool:
    parts = shapely.get_parts(shapely.get_parts(shapes))  # twice: a collection may hold multi-polygons
    polygons = parts[(shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)]
    rings, owner = shapely.get_rings(polygons, return_index=True)
    is_outer = np.diff(owner, prepend=-1) > 0
    return bool((shapely.is_ccw(rings) == is_outer).all())


def _no_constant(word: str) -> float:
    raise ValueError(word)


# -- the page --------------------------------------------------------------------------------------------------
class _PageReader(HTMLParser):
    """Collects everything of a page that could fetch, run or style."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.policy = ""
        self.blocks: list[tuple[str, str, str]] = []  # tag, type, content
        self._open: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, handlers, the policy; remember an open script or style."""
        values = {name: value or "" for name, value in attrs}
        self.links += [v for n, v in values.items() if n in _LINKS]
        self.handlers += [n for n in values if n.startswith("on") or n == "style"]
        if tag == "meta" and values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values.get("content", "")
        if tag in ("script", "style"):
            self._open = (tag, values.get("type", ""))
            self.blocks.append((tag, values.get("type", ""), ""))
        if tag in ("iframe", "object", "embed", "base"):
            self.links.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Close a block."""
        if self._open is not None and tag == self._open[0]:
            self._open = None

    def handle_data(self, data: str) -> None:
        """Keep what stands inside scripts and styles."""
        if self._open is not None:
            tag, kind, content = self.blocks[-1]
            self.blocks[-1] = (tag, kind, content + data)


def page_problems(html: str, name: str) -> list[str]:
    """Return why a page might talk to a network or run what is not ours; empty when it is sealed."""
    page = _PageReader()
    page.feed(html)
    page.close()
    problems = []
    outside = [v for v in page.links if not v.startswith(("data:", "#")) and v]
    if outside or page.handlers:
        problems.append(
            tr("{file} refers to something outside itself: {what}.", file=name, what=str(outside[:3]))
        )
    if "default-src 'none'" not in page.policy or "unsafe" in page.policy:
        problems.append(tr("{file} has no strict content security policy.", file=name))
    for tag, kind, content in page.blocks:
        if kind == "application/json":
            continue
        if policy_hash(content) not in page.policy:
            problems.append(
                tr("{file} holds a {tag} that its security policy does not name.", file=name, tag=tag)
            )
        if tag == "style" and ("url(" in content.replace("url(data:", "") or "@import" in content):
            problems.append(tr("{file} has a style that loads something.", file=name))
    return problems


def policy_hash(content: str) -> str:
    """Return the hash by which a Content-Security-Policy names an inline script or style."""
    digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode()
    return f"'sha256-{digest}'"


# -- manifest and files ----------------------------------------------------------------------------------------
def _read_manifest(path: Path) -> dict[str, Any] | str:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError, RecursionError):
        return tr("manifest.json is not readable.")
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return tr("manifest.json is not the manifest of a plan package.")
    if manifest.get("format_version") != FORMAT_VERSION:
        return tr("The package is of a newer format; use a newer version of the program to check it.")
    entries = manifest.get("files")
    good = isinstance(entries, list) and all(
        isinstance(e, dict) and isinstance(e.get("path"), str) and isinstance(e.get("sha256"), str)
        for e in entries
    )
    if not good or not isinstance(manifest.get("seal"), dict):
        return tr("manifest.json is damaged: its list of files or its seal is missing.")
    return manifest


def _seal_problems(manifest: dict[str, Any]) -> list[str]:
    problems = []
    if manifest["seal"].get("manifest") != manifest_seal(manifest):
        problems.append(tr("manifest.json was changed after sealing."))
    if manifest["seal"].get("content") != content_seal(manifest["files"], str(manifest.get("package"))):
        problems.append(tr("The seal printed on the pages does not belong to this data."))
    return problems


def _file_problems(manifest: dict[str, Any], found: list[dict[str, Any]]) -> list[str]:
    listed = {str(e["path"]): e for e in manifest["files"]}
    there = {str(e["path"]): e for e in found}
    problems = [tr("{file} is missing.", file=name) for name in sorted(listed.keys() - there.keys())]
    problems += [
        tr("{file} does not belong to the package.", file=name)
        for name in sorted(there.keys() - listed.keys())
    ]
    return problems + [
        tr("{file} was changed: its SHA-256 is not the one in the manifest.", file=name)
        for name in sorted(listed.keys() & there.keys())
        if listed[name]["sha256"] != there[name]["sha256"]
    ]


def _package_folder(folder: Path) -> Path:
    """Return the folder that holds the manifest: the given one, or its only sub-folder."""
    if (folder / MANIFEST).exists():
        return folder
    inside = [p for p in folder.iterdir() if p.is_dir() and (p / MANIFEST).exists()]
    return inside[0] if len(inside) == 1 else folder


def _unpack(path: Path, folder: Path, is_cancelled: Callable[[], bool]) -> str:
    """Unpack an archive; return why it must not be unpacked, or an empty string."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if len(entries) > _MAX_ENTRIES or sum(e.file_size for e in entries) > _MAX_UNPACKED:
                return tr("{path} is larger than any plan package; it was not unpacked.", path=path.name)
            for entry in entries:
                if not _stays_inside(entry):
                    return tr(
                        "{path} holds a file that would leave its folder: {name}.",
                        path=path.name,
                        name=entry.filename,
                    )
                if is_cancelled():
                    return tr("Cancelled.")
                target = folder / entry.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, target.open("wb") as out:
                    shutil.copyfileobj(source, out)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        return tr(
            "{path} is damaged and cannot be unpacked ({reason}).", path=path.name, reason=str(error)[:80]
        )
    return ""


def _stays_inside(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    pure = PurePosixPath(name)
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    drive = "\\" in name or ":" in name or "\x00" in name
    return not (pure.is_absolute() or ".." in pure.parts or drive or is_link)
