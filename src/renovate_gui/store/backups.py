"""Dated copies of a project, made by SQLite's backup call and checked before they count.

Made before a migration now; a dated copy at the first opening of a day can use :func:`make_backup` as it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError

KEPT = 5


def backup_folder(project: Path) -> Path:
    """Return the folder beside the project that holds its backups (it may not exist)."""
    return project.with_name(project.name + ".backups")


def newest_backup(project: Path) -> Path | None:
    """Return the newest backup of a project, or None."""
    found = sorted(backup_folder(project).glob("*.gpkg"))
    return found[-1] if found else None


def make_backup(db: apsw.Connection, project: Path) -> Path:
    """Copy the open project into its backup folder, check the copy, keep the newest five; return its path."""
    folder = backup_folder(project)
    try:
        folder.mkdir(exist_ok=True)
        target = folder / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S.%fZ}.gpkg"
        copy_verified(db, target)
        for old in sorted(folder.glob("*.gpkg"))[:-KEPT]:
            old.unlink()
    except OSError as error:
        raise RequestError(
            tr("No backup of “{name}” could be written, so it was left as it is.", name=project.name)
        ) from error
    return target


def copy_verified(db: apsw.Connection, target: Path) -> None:
    """Write a copy of the open database to ``target``; it appears only when it is whole and passes its check."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        _copy(db, part, target.name)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(db: apsw.Connection, part: Path, name: str) -> None:
    copy = apsw.Connection(str(part))
    try:
        copy.pragma("synchronous", "EXTRA")
        with copy.backup("main", db, "main") as run:
            while not run.done:
                run.step(1000)
        if copy.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise RequestError(
                tr("The copy “{name}” does not pass its check, so it was not kept.", name=name)
            )
    finally:
        copy.close()
