"""One way to open SQLite: by file name (never by address), with the settings that survive a power cut."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.assets.open_files import hold

BUSY_MS = 5000


def connect(path: Path, *, create: bool = False) -> apsw.Connection:
    """Open a database file; a name with ``?``, ``#`` or ``%`` is a name, not an address.

    A file that may not be written is opened for reading by SQLite itself. Even for reading alone the file is opened
    for writing where that is allowed: only so can SQLite roll back what a crash left behind.
    """
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    db = apsw.Connection(str(path), flags=flags)
    hold(path)  # before any lock: from now on nobody here may close this file in a plain way
    db.set_busy_timeout(BUSY_MS)
    return db


def harden(db: apsw.Connection) -> None:
    """Set what every connection to a project needs; each pragma is run to its end (apsw executes lazily)."""
    db.pragma("trusted_schema", 0)
    db.pragma("cell_size_check", 1)
    db.pragma("mmap_size", 0)
    db.pragma("foreign_keys", 1)


def make_durable(db: apsw.Connection) -> None:
    """Set what a writing connection needs: an edit that was acknowledged is on the disk."""
    db.pragma("journal_mode", "DELETE")
    db.pragma("synchronous", "EXTRA")
    db.pragma("secure_delete", 1)


def rows(db: apsw.Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement to its end and return its rows."""
    return db.execute(sql, tuple(values)).fetchall()


def roll_back(db: apsw.Connection) -> None:
    """Leave an open transaction; SQLite may have left it already (a full disk)."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def clear_leftovers(path: Path) -> None:
    """Delete journals beside a name that is about to be given to a new file.

    They are of a file of that name which crashed and was deleted since; SQLite would take them for the new file's
    and roll them back into it, which destroys it (sqlite.org/howtocorrupt.html, 1.4).

    Raises
    ------
    OSError
        When one cannot be deleted; then the name must not be used.
    """
    for end in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def copy_database(source: apsw.Connection, target: apsw.Connection, *, pages: int = -1) -> None:
    """Copy a whole database by SQLite's backup call, so many pages at a time (-1: all at once).

    A disk that fails while the copying ends makes apsw raise what is no error of SQLite; it is told as one here.
    """
    run = target.backup("main", source, "main")
    try:
        while not run.done:
            run.step(pages)
        run.close()
    except SystemError as error:
        raise apsw.IOError(str(error)) from error
    except BaseException:
        with suppress(apsw.Error, SystemError):  # what went wrong first is what counts
            run.close(force=True)
        raise
