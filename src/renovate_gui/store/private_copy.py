"""A copy of a project file to look into: whatever is done to it, the project stays byte for byte the same."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.assets.open_files import copy_file, hold, open_to_read
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.store.connection import BUSY_MS
from renovate_gui.store.file_names import check_length

_HEADER_BYTES = 100
_WAL = 2  # the header's mark of a file that another program left in write-ahead mode


@contextmanager
def private_copy(path: Path) -> Iterator[Path]:
    """Give a copy of the file in a folder that is removed afterwards; what a crash left open is settled in the copy.

    The project is locked for reading while its bytes are copied, so nobody writes in between and nobody waits longer
    than the copying takes.
    """
    check_length(path)
    if not path.is_file():
        raise DataError(tr("“{name}” does not exist.", name=path.name))
    with tempfile.TemporaryDirectory(prefix="renovate-look-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "copy.gpkg"
        try:
            _fill(path, target)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                words = tr(
                    "There is no room for a copy of “{name}” in {folder}.", name=path.name, folder=folder
                )
                raise RequestError(words) from error
            raise DataError(tr("“{name}” may not be read; ask for the right to.", name=path.name)) from error
        _settle(target)
        yield target


def _fill(path: Path, target: Path) -> None:
    reader = _reader(path)
    try:
        copy_file(path, target)
        if reader is None:  # nobody is at work: a journal that lies there belongs to the data
            for ending in ("-journal", "-wal"):
                side = path.with_name(path.name + ending)
                if side.is_file() and side.stat().st_size:
                    copy_file(side, target.with_name(target.name + ending))
    finally:
        if reader is not None:
            reader.close()


def _reader(path: Path) -> apsw.Connection | None:
    """Return a connection that keeps writers out, or None when SQLite will not read the file as it is."""
    with open_to_read(path) as file:
        start = file.read(_HEADER_BYTES) or b""
    if len(start) < _HEADER_BYTES or _WAL in start[18:20]:
        return None
    hold(path)
    try:
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error:
        return None
    try:
        db.set_busy_timeout(BUSY_MS)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except apsw.BusyError as error:
        db.close()
        raise RequestError(
            tr("“{name}” is in use by another program; close it there and try again.", name=path.name)
        ) from error
    except apsw.Error:  # damaged, or a crash left a journal that reading alone cannot roll back
        db.close()
        return None
    return db


def _settle(copy: Path) -> None:
    """Let SQLite roll back in the copy what a crash left half done."""
    try:
        db = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
    except apsw.Error:
        return
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchall()
        db.pragma("journal_mode", "DELETE")
    except apsw.Error:  # damaged; the caller finds out
        return
    finally:
        db.close()
