"""Read a file that SQLite may have open in this process, without taking SQLite's locks away.

POSIX keeps file locks by process, not by descriptor: closing *any* descriptor of a file drops all locks that this
process holds on it (sqlite.org/howtocorrupt.html, 2.2). So whoever reads a file that may be a project in a plain way
reads it through :func:`open_to_read`: the descriptor of a file that SQLite has opened is kept for the next
reader instead of being closed. Windows ties locks to handles and needs none of this; a kept handle would there
keep the file from being renamed.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_Key = tuple[int, int]
_guard = threading.Lock()
_held: set[_Key] = set()
_kept: dict[_Key, list[int]] = {}


def hold(path: Path) -> None:
    """Note that SQLite has the file open from now on; call it before the first lock is taken.

    It counts to the end of the process: a file that is closed may be opened again at any time, and being careful
    with a file that needs no care costs one descriptor.
    """
    if sys.platform == "win32":
        return
    try:
        found = path.stat()
    except OSError:  # a name without a file has no locks
        return
    with _guard:
        _held.add((found.st_dev, found.st_ino))


@contextmanager
def open_to_read(path: Path) -> Iterator[io.RawIOBase]:
    """Open a file for reading, from its beginning; raise OSError as ``open`` does."""
    descriptor = _descriptor(path)
    try:
        yield _Positioned(descriptor)
    finally:
        _let_go(descriptor)


def copy_file(source: Path, target: Path) -> None:
    """Copy the bytes of a file that SQLite may have open."""
    with open_to_read(source) as file, target.open("wb") as out:
        shutil.copyfileobj(file, out, 1 << 20)


def _descriptor(path: Path) -> int:
    """Return a free kept descriptor of the file, else a new one."""
    if sys.platform != "win32":
        found = path.stat()
        with _guard:
            free = _kept.get((found.st_dev, found.st_ino))
            if free:
                return free.pop()
    return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def _let_go(descriptor: int) -> None:
    """Close a descriptor, or keep it for the next reader when closing would drop SQLite's locks."""
    found = os.fstat(descriptor)
    key = (found.st_dev, found.st_ino)
    with _guard:
        if key in _held:
            _kept.setdefault(key, []).append(descriptor)
            return
        os.close(descriptor)  # within the guard: no connection may begin in between


class _Positioned(io.RawIOBase):
    """Reads a descriptor from position 0 on, whoever read it before."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        os.lseek(descriptor, 0, os.SEEK_SET)

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, fewer only at the end; all that is left when negative."""
        parts: list[bytes] = []
        while size != 0:
            part = os.read(self._descriptor, 1 << 20 if size < 0 else min(size, 1 << 20))
            if not part:
                break
            parts.append(part)
            size -= len(part) if size > 0 else 0
        return b"".join(parts)
