"""Dated copies of a project, made by SQLite's backup call and checked before they count.

Made before a migration, and once a day for a project that changed since its last one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.assets.disk import sync_folder
from renovate_gui.domain.errors import RequestError
from renovate_gui.store.connection import clear_leftovers, copy_database

KEPT = 5
_STAMP = "%Y-%m-%dT%H%M%S.%fZ"
_PATIENCE_MS = 5000
_A_DAY = timedelta(hours=20)  # somebody who begins a little earlier than yesterday gets a backup too


def backup_folder(project: Path) -> Path:
    """Return the folder beside the project that holds its backups (it may not exist)."""
    return project.with_name(project.name + ".backups")


def backups_of(project: Path) -> tuple[Path, ...]:
    """Return the backups of a project, newest first, good or not."""
    return tuple(sorted(backup_folder(project).glob("*.gpkg"), reverse=True))


def newest_backup(project: Path) -> Path | None:
    """Return the newest backup of a project, or None."""
    return next(iter(backups_of(project)), None)


def good_backup(project: Path) -> Path | None:
    """Return the newest backup that itself passes its check, or None."""
    return next((b for b in backups_of(project) if not fault_of(b)), None)


def made_at(backup: Path) -> datetime:
    """Return when a backup was made, UTC: as its name says, else as the file system does."""
    try:
        return datetime.strptime(backup.stem + backup.suffix.removesuffix(".gpkg"), _STAMP).replace(
            tzinfo=UTC
        )
    except ValueError:
        return datetime.fromtimestamp(backup.stat().st_mtime, UTC)


def fault_of(backup: Path) -> str:
    """Return what SQLite finds wrong with a backup, in its own words; empty when it is a whole project."""
    try:
        db = apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error as error:
        return str(error)
    try:
        db.pragma("trusted_schema", 0)
        db.pragma("cell_size_check", 1)
        verdict = str(db.execute("PRAGMA integrity_check(1)").fetchall()[0][0])
        db.execute("SELECT value FROM rg_meta WHERE key='schema'").fetchall()
    except apsw.Error as error:
        return str(error)
    finally:
        db.close()
    return "" if verdict == "ok" else verdict


def is_due(project: Path, source: Path | None = None) -> bool:
    """Return whether a project changed since its last backup, and that was on another day.

    ``source`` is the file that is worked on, when that is not the project's own.
    """
    last = newest_backup(project)
    if last is None:
        return True
    made = made_at(last)
    changed = datetime.fromtimestamp((source or project).stat().st_mtime, UTC)
    return changed > made and datetime.now(UTC) - made > _A_DAY


def back_up_if_due(project: Path, source: Path | None = None) -> Path | None:
    """Make the backup of the day through a connection of its own, so that nobody waits for it; None when not due.

    Raises
    ------
    RequestError
        When it cannot be written, or the project cannot be read just now.
    """
    try:
        if not is_due(project, source):
            return None
        db = apsw.Connection(str(source or project), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            db.set_busy_timeout(_PATIENCE_MS)
            return make_backup(db, project)
        finally:
            db.close()
    except (apsw.Error, OSError, RequestError) as error:
        raise RequestError(
            tr("The backup of the day of “{name}” could not be made.", name=project.name)
        ) from error


def make_backup(db: apsw.Connection, project: Path) -> Path:
    """Copy the open project into its backup folder, check the copy, keep the newest five; return its path."""
    folder = backup_folder(project)
    try:
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)  # else a power cut takes the folder away with everything in it
        target = folder / f"{datetime.now(UTC).strftime(_STAMP)}.gpkg"
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
        clear_leftovers(target)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _copy(db: apsw.Connection, part: Path, name: str) -> None:
    copy = apsw.Connection(str(part))
    try:
        copy.pragma("synchronous", "EXTRA")
        copy_database(db, copy, pages=1000)
        if copy.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise RequestError(
                tr("The copy “{name}” does not pass its check, so it was not kept.", name=name)
            )
    finally:
        copy.close()
