"""Whether a project may be written here and now, and if not, the one reason that a person is told."""

from __future__ import annotations

import errno
import os
from datetime import datetime
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.save_state import ReadOnlyCause, ReadOnlyKind
from renovate_gui.store import schema
from renovate_gui.store.connection import roll_back
from renovate_gui.store.owner import Hold, Owner, claim


def asked() -> ReadOnlyCause:
    """Return the cause of a project that somebody wanted to read only."""
    return ReadOnlyCause(ReadOnlyKind.ASKED, tr("It was opened for reading only."))


def newer(place: Path, version: int) -> ReadOnlyCause | None:
    """Return the cause when a file is of a version this program does not know, else None."""
    if version <= schema.SCHEMA_VERSION:
        return None
    words = tr(
        "“{name}” was made by a newer version of this program; update the program to change it.",
        name=place.name,
    )
    return ReadOnlyCause(ReadOnlyKind.NEWER, words)


def protected(place: Path) -> ReadOnlyCause | None:
    """Return the cause when the file or its folder may not be written, else None."""
    if not os.access(place, os.W_OK):
        return _protected_file(place)
    if not os.access(place.parent, os.W_OK):
        return _protected_folder(place)
    return None


def _protected_file(place: Path) -> ReadOnlyCause:
    words = tr("“{name}” is write-protected; save a copy elsewhere to change it.", name=place.name)
    return ReadOnlyCause(ReadOnlyKind.PROTECTED_FILE, words)


def _protected_folder(place: Path) -> ReadOnlyCause:
    words = tr(
        "The folder of “{name}” is write-protected; copy the project elsewhere to change it.",
        name=place.name,
    )
    return ReadOnlyCause(ReadOnlyKind.PROTECTED_FOLDER, words)


def _full(place: Path) -> ReadOnlyCause:
    words = tr("The disk with “{name}” is full; free some space and open it again.", name=place.name)
    return ReadOnlyCause(ReadOnlyKind.FULL, words)


def refused(db: apsw.Connection, place: Path) -> ReadOnlyCause | None:
    """Return the cause when SQLite does not get the right to write, else None."""
    if db.readonly("main"):
        return _protected_file(place)
    try:
        db.execute("BEGIN IMMEDIATE")
        roll_back(db)
        is_ours = (
            db.pragma("journal_mode", "DELETE") == "delete"
        )  # refused while another has it in another mode
    except apsw.BusyError:
        is_ours = False
    if is_ours:
        return None
    words = tr("Another program is using “{name}”; it can only be read now.", name=place.name)
    return ReadOnlyCause(ReadOnlyKind.BUSY, words)


def take(place: Path) -> Hold | ReadOnlyCause:
    """Take a project for this process, or return who has it."""
    try:
        found = claim(place)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return _full(place)
        return _protected_folder(place)  # the right to write is less than it seems
    return held_elsewhere(place, found) if isinstance(found, Owner) else found


def held_elsewhere(place: Path, other: Owner) -> ReadOnlyCause:
    """Return the cause of a project that somebody else has open."""
    words = tr(
        "{user} has “{name}” open on {host} since {time}; it can only be read here.",
        user=other.user,
        name=place.name,
        host=other.host,
        time=local_time(other.time),
    )
    return ReadOnlyCause(ReadOnlyKind.ELSEWHERE, words, other.user, other.host, other.time)


def held_here(place: Path, cause: ReadOnlyCause) -> str:
    """Return the sentence that says that another program of this machine works at the same desk."""
    words = tr("“{name}” is open in another window here; close it there first.", name=place.name)
    return words if cause.kind is ReadOnlyKind.ELSEWHERE else cause.words


def lost(place: Path, other: Owner | None) -> ReadOnlyCause:
    """Return the cause of a project that was taken over while this machine slept or was cut off."""
    if other is None:
        words = tr(
            "“{name}” was changed by another program while this one was away; open it again to go on.",
            name=place.name,
        )
        return ReadOnlyCause(ReadOnlyKind.LOST, words)
    words = tr(
        "{user} took “{name}” over on {host} while this computer was away. Everything up to here is saved; "
        "open it again to go on.",
        user=other.user,
        name=place.name,
        host=other.host,
    )
    return ReadOnlyCause(ReadOnlyKind.LOST, words, other.user, other.host, other.time)


def takeover_notice(place: Path, last: Owner) -> str:
    """Return the sentence that says whose project was taken over."""
    return tr(
        "{user} left “{name}” open on {host} at {time}, and that program is gone; the project is yours now.",
        user=last.user,
        name=place.name,
        host=last.host,
        time=local_time(last.time),
    )


def local_time(time: str) -> str:
    """Return a time of the owner file as this place's clocks show it; without the date when it is today."""
    try:
        moment = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return time
    is_today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if is_today else f"{moment:%Y-%m-%d %H:%M}"
