"""How safe a project is, in words, and who has it open: what window and commands say about saving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.save_state import ReadOnlyCause, ReadOnlyKind, SaveKind, SaveState
from renovate_gui.store.drives import DriveKind, drive_kind, drive_words
from renovate_gui.store.keeping import Keeper
from renovate_gui.store.owner import living_owner
from renovate_gui.store.rights import held_elsewhere, local_time


def pill_words(state: SaveState) -> str:
    """Return the two or three words of the status bar."""
    time = _clock(state.at)
    if state.kind is SaveKind.SAVED:
        return tr("Saved {time}", time=time) if time else tr("Saved")
    if state.kind is SaveKind.PUBLISHED:
        return tr("Published {time}", time=time) if time else tr("Published")
    words = {
        SaveKind.READ_ONLY: tr("Read only"),
        SaveKind.PUBLISHING: tr("Publishing …"),
        SaveKind.NOT_PUBLISHED: tr("Not published yet"),
        SaveKind.CONFLICT: tr("Conflict"),
        SaveKind.UNSAVED: tr("Not saved"),
    }
    return words[state.kind]


def headline(state: SaveState) -> str:
    """Return what the state means, in one short sentence."""
    drive = drive_words(state.drive)
    words = {
        SaveKind.SAVED: tr("Every step is on the disk as soon as it is done; there is no save button."),
        SaveKind.PUBLISHED: tr("Everything is on {drive}; others see your newest step.", drive=drive),
        SaveKind.READ_ONLY: state.reason,
        SaveKind.PUBLISHING: tr("Saved on this computer; it is being brought to {drive}.", drive=drive),
        SaveKind.NOT_PUBLISHED: state.reason or _not_yet(drive),
        SaveKind.CONFLICT: tr(
            "Somebody replaced “{name}” on {drive} meanwhile. Nothing was overwritten: yours is on this computer, theirs"
            " on {drive}.",
            name="" if state.place is None else state.place.name,
            drive=drive,
        ),
        SaveKind.UNSAVED: state.reason,
    }
    return words[state.kind]


def _not_yet(drive: str) -> str:
    return tr("Saved on this computer, not yet on {drive}.", drive=drive)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts: a name and what is the case."""

    name: str
    value: str


def facts(keeper: Keeper) -> tuple[Fact, ...]:
    """Return where everything lies and since when."""
    state = keeper.state
    found = [Fact(tr("Project file"), str(keeper.place))]
    if state.safe_in is not None:
        found.append(Fact(tr("Newest steps"), str(state.safe_in)))
    elif state.kind is SaveKind.UNSAVED:
        found.append(Fact(tr("Newest steps"), tr("in memory only")))
    if keeper.is_shared and state.at is not None:
        found.append(Fact(tr("Published last"), _moment(state.at)))
    elif state.at is not None:
        found.append(Fact(tr("Saved last"), _moment(state.at)))
    return tuple(found)


def _clock(moment: datetime | None) -> str:
    """Return the time of today's moments, the day of earlier ones."""
    if moment is None:
        return ""
    is_today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if is_today else f"{moment:%Y-%m-%d}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


# -- who has it open ------------------------------------------------------------------------------------------
def is_worth_asking(cause: ReadOnlyCause | None) -> bool:
    """Return whether a person has a choice about a project that opened for reading only."""
    return cause is not None and cause.kind in {
        ReadOnlyKind.ELSEWHERE,
        ReadOnlyKind.LOST,
        ReadOnlyKind.BUSY,
        ReadOnlyKind.PROTECTED_FILE,
        ReadOnlyKind.PROTECTED_FOLDER,
        ReadOnlyKind.FULL,
    }


def can_get_free(cause: ReadOnlyCause) -> bool:
    """Return whether waiting can help."""
    return cause.kind in {ReadOnlyKind.ELSEWHERE, ReadOnlyKind.LOST, ReadOnlyKind.BUSY}


def read_only_title(cause: ReadOnlyCause, name: str) -> str:
    """Return the one line that says why a project opened for reading only."""
    if cause.kind is ReadOnlyKind.ELSEWHERE:
        return tr(
            "{user} has “{name}” open on {host} since {time}",
            user=cause.user,
            name=name,
            host=cause.host,
            time=local_time(cause.since),
        )
    if cause.kind is ReadOnlyKind.PROTECTED_FOLDER:
        return tr("The folder of “{name}” is write-protected", name=name)
    if cause.kind is ReadOnlyKind.PROTECTED_FILE:
        return tr("“{name}” is write-protected", name=name)
    if cause.kind is ReadOnlyKind.FULL:
        return tr("The disk with “{name}” is full", name=name)
    if cause.kind is ReadOnlyKind.BUSY:
        return tr("Another program is using “{name}”", name=name)
    return tr("“{name}” was taken over", name=name)


def who_has(place: Path) -> ReadOnlyCause | None:
    """Return who has a project open now, None when it is free; may wait for a share, so not on the main thread."""
    other = living_owner(place)
    return None if other is None else held_elsewhere(place, other)


def may_take_long(place: Path) -> bool:
    """Return whether opening a project means fetching it from a share or a removable drive first."""
    return drive_kind(place.expanduser().absolute().parent) is not DriveKind.LOCAL


def must_be_published(state: SaveState) -> None:
    """Raise RequestError when a project on a share was left unpublished; for commands, which end at once."""
    if state.kind in {SaveKind.CONFLICT, SaveKind.NOT_PUBLISHED}:
        raise RequestError(state.reason or _not_yet(drive_words(state.drive)))
