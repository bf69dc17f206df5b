"""Another project file as a file that can be attached: a private copy, so that the other itself is never touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from renovate_gui.store.backups import copy_verified
from renovate_gui.store.other_copy import open_copy


@contextmanager
def other_project(path: Path) -> Iterator[Path]:
    """Give a checked copy of another project, brought up to this program's version; it goes away afterwards.

    Raises
    ------
    DataError
        When it is no project, or damaged.
    RequestError
        When a newer program made it.
    """
    with open_copy(path) as db:
        if db.filename:
            yield Path(db.filename)
            return
        with tempfile.TemporaryDirectory(prefix="renovate-look-") as folder:  # an older file, migrated in memory
            target = Path(folder) / "copy.gpkg"
            copy_verified(db, target)
            yield target
