"""Reading a project that lies on a share or a removable drive: its newest state known on this machine.

Steps that wait at the desk to be published were acknowledged, so who reads sees them; reading publishes nothing.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.connection import connect
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.workplace import (
    Desk,
    change_counter,
    conflict_words,
    copy_quietly,
    find_desk,
    is_as_stamped,
    project_number,
    settle_in_place,
    throw_away,
    working_root,
)


@dataclass(frozen=True, slots=True)
class Newest:
    """Where the newest state of a project lies.

    Attributes
    ----------
    file
        The project's own file, or the working copy when that is ahead of it.
    notice
        The sentence that says so, or that both went on; empty when nothing waits to be published.
    """

    file: Path
    notice: str = ""


def newest(place: Path) -> Newest:
    """Return where the newest state of a project lies; nothing is written and nothing published."""
    desk = find_desk(place)
    if desk is None:
        return Newest(place)
    with plain_errors(place), closing(connect(desk.file)) as db:
        counter = change_counter(db)
    if not place.exists():
        is_ahead, is_known = counter != desk.record.working, True
    else:
        is_ahead, is_known = _standing(desk, counter)
    if not is_ahead:
        return Newest(place)
    if is_known:
        words = tr(
            "Steps of “{name}” wait on this computer to be published; the newest state is in “{file}”.",
            name=place.name,
            file=desk.file,
        )
        return Newest(desk.file, words)
    return Newest(place, conflict_words(desk))


def _standing(desk: Desk, counter: int) -> tuple[bool, bool]:
    """Return whether the working copy is ahead, and whether the file out there is one that we know."""
    record = desk.record
    if record.pending is not None and is_as_stamped(desk.place, record.pending):
        return counter != record.pending_working, True
    return counter != record.working, desk.is_base(desk.place)


def reading_copy(place: Path) -> tuple[Path, str]:
    """Return a private copy of the newest state, to be read and thrown away, and the sentence of :class:`Newest`.

    No lock is held on the share.
    """
    folder = working_root() / f"reading-{uuid4().hex[:12]}"
    target = folder / "project.gpkg"
    try:
        if place.exists():
            settle_in_place(place)
        found = newest(place)
        folder.mkdir(parents=True, mode=0o700)
        if found.file != place:
            with plain_errors(place), closing(connect(found.file)) as db:
                copy_verified(db, target)
            return target, found.notice
        copy_quietly(place, target)
        return target, _if_of_this_project(found.notice, place, target)
    except OSError as error:
        throw_away(target)
        raise RequestError(
            tr(
                "The working copy of “{name}” could not be made: {reason}.",
                name=place.name,
                reason=error.strerror or error,
            )
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _if_of_this_project(notice: str, place: Path, copy: Path) -> str:
    """Return the notice, unless what waits at the desk belongs to another project that lay here before."""
    desk = find_desk(place) if notice else None
    return notice if desk is not None and desk.folder.name.startswith(project_number(copy)) else ""
