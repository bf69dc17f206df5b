"""What is said about a damaged project: the newest backup that is whole, and what that backup lacks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DamagedError
from renovate_gui.store.backups import backups_of, good_backup, made_at
from renovate_gui.store.connection import rows

_OUR_NAMES = re.compile(
    rb"(?<![A-Za-z0-9_])rg_(meta|layers|history|moves|packages|photos|replies)(?![A-Za-z0-9_])"
)
_Step = tuple[str, str]  # a name that stays the same in every copy of the file, and the title


def was_project(path: Path, start: bytes) -> bool:
    """Return whether a file that is none any more was a project: it has backups, or its first pages name our tables."""
    return bool(_OUR_NAMES.search(start)) or bool(backups_of(path))


def damaged_error(path: Path) -> DamagedError:
    """Return the error for a damaged file, which is read once more but never written."""
    backup = good_backup(path)
    changed = _changed_at(path)
    if backup is None:
        words = tr("“{name}” is damaged and has no backup; it was not touched.", name=path.name)
        return DamagedError(words, path=path, changed_at=changed)
    kept, last = _steps_of_backup(backup)
    at = last or made_at(backup)
    words = tr(
        "“{name}” is damaged and was not touched; its newest good backup, of {time}, is “{backup}”.",
        name=path.name,
        backup=backup,
        time=f"{at.astimezone():%Y-%m-%d %H:%M}",
    )
    found = read_steps(path)
    missing = None if found is None else tuple(what for name, what in found if name not in kept)
    return DamagedError(
        words, path=path, backup=backup, backup_at=at, changed_at=changed, missing_steps=missing
    )


def read_steps(path: Path) -> list[_Step] | None:
    """Return name and title of the steps of a file that may be damaged; None when they cannot all be read."""
    try:
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    except apsw.Error:
        return None
    try:
        db.pragma("trusted_schema", 0)
        return _steps(db)
    except apsw.Error:
        return None
    finally:
        db.close()


def _steps(db: apsw.Connection) -> list[_Step]:
    columns = {r[1] for r in rows(db, "PRAGMA table_info(rg_history)")}
    name = "uuid" if "uuid" in columns else "seq || ' ' || at"  # version 1 had no names
    found = rows(db, f"SELECT {name}, what FROM rg_history ORDER BY seq")  # noqa: S608  our own names
    return [(str(r[0]), str(r[1])) for r in found]


def _steps_of_backup(backup: Path) -> tuple[set[str], datetime | None]:
    db = apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        last = rows(db, "SELECT max(at) FROM rg_history")[0][0]
        return {name for name, _ in _steps(db)}, _time(last)
    except apsw.Error:
        return set(), None
    finally:
        db.close()


def _time(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _changed_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None
