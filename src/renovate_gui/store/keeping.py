"""Where an open project is kept: who holds it, whether it is published, and what the disk refused.

One :class:`Keeper` belongs to one open project. It lends the connection that counts (the file's, or the one in memory
while the disk refuses), looks at the owner file before an action when a minute has passed, and tells observers how
safe the newest step is.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import ReadOnlyError, RenovateError
from renovate_gui.domain.save_state import SaveKind, SaveState
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.opening import Opened
from renovate_gui.store.owner import Standing, named_owner
from renovate_gui.store.rights import lost
from renovate_gui.store.sharing import Publisher
from renovate_gui.store.unsaved import Shelter, free_bytes
from renovate_gui.store.workplace import change_counter, throw_away, working_root

LOW_BYTES = 16 * 1024 * 1024
_WORTH_A_TRY = 256 * 1024
_log = logging.getLogger(__name__)

Watcher = Callable[[SaveState], None]


class Keeper:
    """Keeps one open project. All methods may be called from any thread.

    Attributes
    ----------
    place
        The project file that everybody sees.
    file
        The file that is worked on: the same, or the working copy on this machine.
    cause
        Why the project may only be read, None when it may be written.
    notices
        Sentences to be told once; who tells them takes them out.
    publishes_at_end
        Whether closing waits for the share.
    before_first
        What is done once, right before the first commit.
    """

    def __init__(
        self, place: Path, opened: Opened, lock: AbstractContextManager[Any], *, keeps_unsaved: bool
    ) -> None:
        self.place, self.file, self.cause = place, opened.file, opened.cause
        self.notices = [*opened.notices, *_left_rescues(place)]
        self.keeps_unsaved, self.publishes_at_end = keeps_unsaved, True
        self._disk, self._lock = opened.db, lock
        self.before_commit: Callable[[], None] = lambda: None
        self.before_first: Callable[[], None] | None = None
        self._holds = opened.holds
        self._watchers: list[Watcher] = []
        self._shelter: Shelter | None = None
        self._saved_at: datetime | None = None
        self._reason = ""
        self._is_low = False
        self._counter = -1
        self._publisher: Publisher | None = None
        if opened.seat is not None and opened.cause is None:
            hold = next((h for h in opened.holds if h.project == place), None)
            self._publisher = Publisher(opened.seat, hold, self._tell)

    # -- the connection ---------------------------------------------------------------------------------------
    @property
    def db(self) -> apsw.Connection:
        """The connection that counts now."""
        return self._disk if self._shelter is None else self._shelter.db

    @property
    def is_sheltered(self) -> bool:
        """Whether the project is in memory because the disk refuses."""
        return self._shelter is not None

    def shelter(self, error: apsw.Error) -> bool:
        """Go on in memory because of what the disk said; return False when that is not wanted or not possible."""
        if not self.keeps_unsaved or self._shelter is not None:
            return False
        try:
            self._shelter = Shelter(self._disk, self.file)
        except apsw.Error:  # the drive cannot even be read
            return False
        self._reason = _refusal(error, self.place)
        return True

    def leave_if_clean(self) -> None:
        """Go back to the file when memory holds nothing that it lacks."""
        if self._shelter is not None and self._shelter.is_clean():
            self._shelter.close()
            self._shelter = None

    # -- around an action -------------------------------------------------------------------------------------
    def before_action(self) -> None:
        """Make sure the project may be written; raise ReadOnlyError with the sentence when it may not."""
        if self.cause is None and any(h.is_due() for h in self._holds):
            self._look_at_holds()
        if self.cause is None:
            self._heed_share()
        if self.cause is not None:
            raise ReadOnlyError(self.cause.words)
        if self.keeps_unsaved and self._shelter is None:
            self._warn_when_low()

    def run_before_first(self) -> None:
        """Do what is wanted before the first action that really changes the file, right before its commit.

        Another connection still reads the file as it was then; an action that is refused gets this far never.
        """
        if self.before_first is not None and self._shelter is None:
            first, self.before_first = self.before_first, None
            first()

    def _look_at_holds(self) -> None:
        for hold in self._holds:
            standing = hold.look()
            is_share = self._publisher is not None and hold.project == self.place
            if is_share or standing in {Standing.OURS, Standing.UNREACHABLE}:
                continue  # what lies on a share is looked at when it is published
            if standing is Standing.RETAKEN and not self._was_changed():
                continue
            self.cause = lost(self.place, named_owner(self.place) if standing is Standing.LOST else None)
            self._tell(self.state)

    def _heed_share(self) -> None:
        """Stop when the heartbeat or a publishing saw somebody else on the share; asking there now could take long."""
        for hold in self._holds:
            if hold.lost_to is not None:
                self.cause = lost(self.place, hold.lost_to)
                self._tell(self.state)

    def _was_changed(self) -> bool:
        """Whether another connection wrote into the file since our last transaction."""
        with suppress(apsw.Error):
            return change_counter(self._disk) != self._counter
        return True

    def _warn_when_low(self) -> None:
        free = free_bytes(self.file)
        is_low = free is not None and free < LOW_BYTES
        if is_low and not self._is_low:
            self.notices.append(
                tr(
                    "The disk with “{name}” has only {free} MB left; free some space soon.",
                    name=self.place.name,
                    free=(free or 0) // (1 << 20),
                )
            )
            self._tell(self.state)
        self._is_low = is_low

    def committed(self) -> None:
        """Note that a step is where it belongs now."""
        if self._shelter is None:
            self._saved_at = datetime.now().astimezone()
            with suppress(apsw.Error):
                self._counter = change_counter(self._disk)
        if self._publisher is not None and self._shelter is None:
            self._publisher.touch()
        else:
            self._tell(self.state)

    # -- how safe it is ---------------------------------------------------------------------------------------
    @property
    def state(self) -> SaveState:
        """How safe the newest step is."""
        if self._shelter is not None:
            return SaveState(SaveKind.UNSAVED, self._saved_at, self._reason, self.place)
        if self._publisher is not None and (
            self.cause is None or self._publisher.state.kind is not SaveKind.PUBLISHED
        ):
            return self._publisher.state
        if self.cause is not None:
            return SaveState(SaveKind.READ_ONLY, self._saved_at, self.cause.words, self.place)
        return SaveState(SaveKind.SAVED, self._saved_at, "", self.place)

    @property
    def is_shared(self) -> bool:
        """Whether the project is worked on through a local copy and published."""
        return self._publisher is not None

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call ``watcher`` with every new state, in the thread that caused it; return the call that ends it."""
        self._watchers.append(watcher)

        def stop() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return stop

    def _tell(self, _state: SaveState) -> None:
        state = self.state
        for watcher in tuple(self._watchers):
            try:
                watcher(state)
            except Exception:  # noqa: BLE001  told in the log, whatever it is
                _log.exception("a watcher of the save state failed")

    # -- what a person can do about it ------------------------------------------------------------------------
    def try_again(self) -> None:
        """Bring what is only in memory onto the disk.

        Raises
        ------
        RequestError
            When the disk still refuses, or another program changed the file; everything stays in memory.
        """
        with self._lock:
            if self._shelter is None:
                return
            with plain_errors(self.place):
                disk = self._shelter.write_back()
            with suppress(apsw.Error):
                self._disk.close()
            self._shelter.close()
            self._disk, self._shelter, self._reason = disk, None, ""
            self.committed()

    def has_room(self) -> bool:
        """Return whether the disk has space again, so that it is worth to try."""
        free = free_bytes(self.file)
        return self.file.exists() and (free is None or free >= _WORTH_A_TRY)

    def discard(self) -> None:
        """Give up what is only in memory."""
        with self._lock:
            if self._shelter is not None:
                self._shelter.close()
                self._shelter = None
                self._tell(self.state)

    def publish(self) -> SaveState:
        """Publish now, in this thread; a project that is not on a share is as it is."""
        return self.state if self._publisher is None else self._publisher.publish()

    def keep_both(self) -> Path | None:
        """Settle a conflict: the share's file gets a free name beside, ours takes its place."""
        return None if self._publisher is None else self._publisher.keep_both()

    def their_copy(self) -> Path | None:
        """Copy the share's file beside the working copy, so that it can be merged and the conflict is settled."""
        return None if self._publisher is None else self._publisher.their_copy()

    # -- the end ----------------------------------------------------------------------------------------------
    def close(self) -> SaveState:
        """Publish, close everything, and return the last state; what is only in memory goes into a rescue file."""
        if self._shelter is not None:
            self._rescue(self._shelter)
        state = (
            self.state if self._publisher is None else self._publisher.close(publishes=self.publishes_at_end)
        )
        with suppress(apsw.IOError, apsw.BusyError):
            self._disk.close()
        if self.cause is not None:
            throw_away(self.file)
        for hold in self._holds:
            hold.release()
        return state

    def _rescue(self, shelter: Shelter) -> None:
        with self._lock:
            if not shelter.is_clean():
                with suppress(OSError, apsw.Error, RenovateError):  # nothing better is left to do
                    path = _rescue_name(self.place)
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    copy_verified(shelter.db, path)
            shelter.close()
            self._shelter = None


def _rescues() -> Path:
    return working_root().with_name("rescued")


def _mark(place: Path) -> str:
    return hashlib.sha256(os.fsencode(str(place))).hexdigest()[:12]


def _rescue_name(place: Path) -> Path:
    return _rescues() / f"{_mark(place)}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.gpkg"


def _left_rescues(place: Path) -> list[str]:
    """Return a sentence about steps of this project that never reached its disk."""
    found = sorted(_rescues().glob(f"{_mark(place)}-*.gpkg"))
    if not found:
        return []
    words = tr(
        "Steps that the disk had refused were kept in “{path}”; open or merge that file, then delete it.",
        path=found[-1],
    )
    return [words]


def _refusal(error: apsw.Error, place: Path) -> str:
    if isinstance(error, apsw.FullError):
        return tr(
            "The disk with “{name}” is full. What you do now is kept in memory only: free some space, or save a copy"
            " elsewhere.",
            name=place.name,
        )
    return tr(
        "“{name}” cannot be written (is the drive still there?). What you do now is kept in memory only: try again, or"
        " save a copy elsewhere.",
        name=place.name,
    )
