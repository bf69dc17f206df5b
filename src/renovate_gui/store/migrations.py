"""Steps from an older project file to this program's schema, one per version, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import apsw

from renovate_gui.store.backups import make_backup
from renovate_gui.store.schema import SCHEMA_VERSION

Step = Callable[[apsw.Connection], None]

STEPS: dict[int, Step] = {}
"""From a version to the step that leads to the next one; version 1 is the first, so there is none yet."""


def migrate(db: apsw.Connection, project: Path, version: int) -> None:
    """Bring an older file up to date after a checked backup; on any error it stays as it was."""
    make_backup(db, project)
    db.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version, SCHEMA_VERSION):
            STEPS[number](db)
        db.execute("UPDATE rg_meta SET value=? WHERE key='schema'", (str(SCHEMA_VERSION),))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
