"""Another project file, to be compared or merged: through a private copy, so that the file itself is never touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.store import schema
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.connection import connect, rows
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.migrations import migrated_in_memory
from renovate_gui.store.newest import newest
from renovate_gui.store.opening import checked_version, look_at_header
from renovate_gui.store.private_copy import private_copy
from renovate_gui.store.settings import setting


@contextmanager
def open_copy(path: Path) -> Iterator[apsw.Connection]:
    """Lend a connection to a private copy of a project, brought up to date; what is done to it is thrown away.

    Raises
    ------
    DataError
        When the file is not a project, or damaged.
    RequestError
        When it was made by a newer version of the program.
    """
    source = newest(path).file  # on a share, steps of this machine may wait to be published
    look_at_header(source)
    with private_copy(source) as file, plain_errors(path):
        db = connect(file)
        try:
            version = checked_version(db, path)
            if version > schema.SCHEMA_VERSION:
                raise RequestError(
                    tr(
                        "“{name}” was made by a newer version of this program; update the program to use it.",
                        name=path.name,
                    )
                )
            if version < schema.SCHEMA_VERSION:
                db = migrated_in_memory(db, version)
            else:
                db.pragma("synchronous", "OFF")  # nobody needs it after a crash
            yield db
        finally:
            db.close()


@contextmanager
def other_project(path: Path) -> Iterator[Path]:
    """Give the same copy as a file that can be attached; it goes away afterwards, and raises what opening it raises."""
    with open_copy(path) as db:
        if db.filename:
            yield Path(db.filename)
            return
        with tempfile.TemporaryDirectory(
            prefix="renovate-look-"
        ) as folder:  # an older file, migrated in memory
            target = Path(folder) / "copy.gpkg"
            copy_verified(db, target)
            yield target


def check_kin(mine: apsw.Connection, theirs: apsw.Connection, words: str) -> None:
    """Raise RequestError with the given sentence when two files are not copies of one project."""
    if setting(mine, "uuid") != setting(theirs, "uuid") or not rows(theirs, "SELECT 1 FROM rg_moves LIMIT 1"):
        raise RequestError(words)
