"""Publishing: how the steps done at a desk get onto the share, whole or not at all.

Two seconds after the last step, at the end, and on request: the working copy is copied by SQLite's backup call into
a file of this machine, that file's bytes go to ``<name>.part`` on the share and to the share's disk, and a rename
puts it into place. Before the rename the share's file must still be the one we know, and the owner file must still
name us; otherwise nothing is overwritten. A background thread does it, through a connection of its own.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.assets.disk import sync_folder
from renovate_gui.domain.errors import RenovateError, RequestError
from renovate_gui.domain.save_state import SaveKind, SaveState
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.connection import clear_leftovers, connect, rows
from renovate_gui.store.drives import drive_words
from renovate_gui.store.faults import as_sentence, plain_errors
from renovate_gui.store.owner import Hold, Owner, Standing, claim, living_owner
from renovate_gui.store.rights import held_elsewhere
from renovate_gui.store.workplace import (
    Seat,
    Stamp,
    change_counter,
    conflict_words,
    copy_quietly,
    is_as_stamped,
    stamp_of,
)

PAUSE_S = 2.0
RETRY_S = 10.0
_CHUNK = 1 << 20
_NOTHING = Stamp(0, 0, 0, "")
"""What is known of the share when no file is expected there."""

Tell = Callable[[SaveState], None]


class _ConflictError(Exception):
    """Somebody else's work lies where ours should go."""


class _WaitError(Exception):
    """It cannot be published now; the text says why and it is tried again."""


class Publisher:
    """Publishes one desk; all methods may be called from any thread.

    Attributes
    ----------
    state
        The present state; ``tell`` hears of every new one, in the thread that caused it.
    """

    def __init__(self, seat: Seat, hold: Hold | None, tell: Tell) -> None:
        self.desk, self._hold, self._tell = seat.desk, hold, tell
        self._wake = threading.Condition()
        self._due: float | None = None
        self._is_closing = self._is_given_up = False
        self._one_at_a_time = threading.Lock()
        self._theirs: tuple[Stamp, str] | None = None
        self.state = self._first_state(seat)
        if seat.is_ahead and not seat.conflict:
            self._due = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        self._thread.start()

    def _first_state(self, seat: Seat) -> SaveState:
        if seat.conflict:
            return self._made(SaveKind.CONFLICT, seat.conflict)
        if seat.is_ahead:
            return self._made(SaveKind.NOT_PUBLISHED)
        return self._made(SaveKind.PUBLISHED)

    def _made(self, kind: SaveKind, reason: str = "") -> SaveState:
        said = self.desk.record.published_at
        at = datetime.fromisoformat(said).astimezone() if said else None
        safe_in = None if kind is SaveKind.PUBLISHED else self.desk.file
        return SaveState(kind, at, reason, self.desk.place, safe_in, self.desk.record.drive)

    def _set(self, kind: SaveKind, reason: str = "") -> None:
        self.state = self._made(kind, reason)
        self._tell(self.state)

    # -- when -------------------------------------------------------------------------------------------------
    def touch(self) -> None:
        """Note that a step was done; it is published when no other follows for two seconds."""
        with self._wake:
            self._due = time.monotonic() + PAUSE_S
            self._wake.notify()
        if self.state.kind not in {SaveKind.NOT_PUBLISHED, SaveKind.CONFLICT}:
            self._set(SaveKind.PUBLISHING)

    def publish_soon(self) -> None:
        """Publish without waiting, in the background."""
        with self._wake:
            self._due = time.monotonic()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._is_closing and (self._due is None or self._due > time.monotonic()):
                    self._wake.wait(None if self._due is None else max(0.0, self._due - time.monotonic()))
                if self._is_closing:
                    return
                self._due = None
            self.publish()
            with self._wake:
                if self.state.kind is SaveKind.NOT_PUBLISHED and self._due is None:
                    self._due = time.monotonic() + RETRY_S

    def close(self, *, publishes: bool = True) -> SaveState:
        """Publish what is not published yet, end the thread, give the share back and return the last state.

        Without ``publishes`` nobody waits for a slow share: what lies at the desk goes there at the next opening.
        """
        with self._wake:
            self._is_closing, self._is_given_up = True, not publishes
            self._wake.notify()
        if publishes:
            self._thread.join()
        if publishes and self.state.kind in {SaveKind.PUBLISHING, SaveKind.NOT_PUBLISHED}:
            self.publish()
        if self._hold is not None:
            self._hold.release()
        return self.state

    # -- how --------------------------------------------------------------------------------------------------
    def publish(self) -> SaveState:
        """Publish now, in this thread; return the state that came of it."""
        with self._one_at_a_time:
            if self.state.kind is SaveKind.CONFLICT and not self._take_merged():
                return self.state
            with self._wake:
                self._due = None  # a step done from here on asks anew
            try:
                self._publish()
            except _ConflictError:
                self._set(SaveKind.CONFLICT, conflict_words(self.desk))
            except _WaitError as error:
                self._set(SaveKind.NOT_PUBLISHED, str(error))
            except OSError as error:
                self._set(SaveKind.NOT_PUBLISHED, self._cannot(error))
            except (RenovateError, apsw.Error) as error:
                said = as_sentence(error, self.desk.place) if isinstance(error, apsw.Error) else error
                self._set(SaveKind.NOT_PUBLISHED, str(said or error))
            else:
                is_newer_waiting = self._due is not None
                self._set(SaveKind.PUBLISHING if is_newer_waiting else SaveKind.PUBLISHED)
            return self.state

    def _cannot(self, error: OSError) -> str:
        name, file, drive = self.desk.place.name, self.desk.file, drive_words(self.desk.record.drive)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return tr(
                "“{name}” is not published yet: {drive} is full. Your work is safe in “{file}”.",
                name=name,
                file=file,
                drive=drive,
            )
        if isinstance(error, PermissionError):
            return tr(
                "“{name}” is not published yet: {drive} does not let it be replaced just now. Your work is safe in"
                " “{file}”.",
                name=name,
                file=file,
                drive=drive,
            )
        return tr(
            "“{name}” is not published yet: {drive} cannot be reached. Your work is safe in “{file}”.",
            name=name,
            file=file,
            drive=drive,
        )

    def _publish(self) -> None:
        desk = self.desk
        if desk.is_away():
            raise FileNotFoundError(errno.ENOENT, "no share", str(desk.place))
        self._check_hold()
        self._check_share(desk.record.base)
        outgoing = desk.folder / "outgoing.gpkg"
        outgoing.unlink(missing_ok=True)
        with closing(connect(desk.file)) as db:
            counter = change_counter(
                db
            )  # before the copy: a later step makes the working copy be ahead again
            if counter == desk.record.working:
                return
            self._set(SaveKind.PUBLISHING)  # not before: a retry that fails must not flicker
            copy_verified(db, outgoing)
        try:
            self._put(outgoing, counter)
        finally:
            outgoing.unlink(missing_ok=True)

    def _check_hold(self) -> None:
        """Make sure the owner file names us; one that could not be made while the share was away is made now."""
        place = self.desk.place
        if self._hold is None:
            found = claim(place)
            if isinstance(found, Owner):
                raise _WaitError(held_elsewhere(place, found).words)
            self._hold = found
            return
        standing = self._hold.look()
        if standing is Standing.UNREACHABLE:
            raise FileNotFoundError(errno.ENOENT, "no share", str(place))
        if standing is Standing.LOST:
            other = living_owner(place)
            if other is None:  # whoever took over has closed it; what counts is whether the file was changed
                self._hold.release()
                self._hold = None
                self._check_hold()
                return
            raise _WaitError(held_elsewhere(place, other).words)

    def _check_share(self, base: Stamp) -> None:
        place = self.desk.place
        if self.desk.is_away():
            raise FileNotFoundError(errno.ENOENT, "no share", str(place))
        if not place.exists():
            if base == _NOTHING:
                return
            raise _ConflictError  # removed or renamed there: nobody knows why
        for end in ("-journal", "-wal"):
            beside = place.with_name(place.name + end)
            if beside.exists() and beside.stat().st_size:
                raise _WaitError(
                    tr(
                        "“{name}” is in use by another program; close it there and try again.",
                        name=place.name,
                    )
                )
        if not is_as_stamped(place, base):
            raise _ConflictError

    def _put(self, outgoing: Path, counter: int) -> None:
        """Bring a checked file onto the share, whole or not at all."""
        desk, place = self.desk, self.desk.place
        part = place.with_name(place.name + ".part")
        try:
            stamp = _send(outgoing, part)
            desk.note(pending=stamp, pending_working=counter)
            self._check_share(desk.record.base)  # the copying may have taken minutes
            if self._is_given_up:
                raise _WaitError
            clear_leftovers(place)  # of a file that lay here and was deleted
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(place.parent)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        base = replace(stamp, modified=place.stat().st_mtime_ns)
        desk.note(base=base, working=counter, pending=None, pending_working=-1, published_at=now)

    # -- conflicts --------------------------------------------------------------------------------------------
    def their_copy(self) -> Path:
        """Copy the share's file beside the working copy, to be merged; when that is done, ours may take its place.

        Raises
        ------
        RequestError
            When the share cannot be read, or somebody is writing there.
        """
        place = self.desk.place
        target = self.desk.folder / f"{place.stem} ({tr('theirs')}){place.suffix}"
        try:
            target.unlink(missing_ok=True)
            clear_leftovers(target)
            stamp = copy_quietly(place, target)
        except OSError as error:
            raise RequestError(self._cannot(error)) from error
        with plain_errors(target), closing(connect(target)) as db:
            self._theirs = (stamp, last_move(db))
        return target

    def _take_merged(self) -> bool:
        """Count the share's file as known when what was copied from it has been merged here."""
        if self._theirs is None:
            return False
        stamp, move = self._theirs
        with closing(connect(self.desk.file)) as db:
            seen = {
                name for r in rows(db, "SELECT seen FROM rg_moves WHERE seen<>''") for name in r[0].split()
            }
        if move not in seen:
            return False
        self._theirs = None
        self.desk.note(base=stamp, working=-1)
        return True

    def keep_both(self) -> Path | None:
        """Give the share's file a free name beside and publish ours in its place.

        Returns
        -------
        Path or None
            Where the other file lies now; None when there was none any more.

        Raises
        ------
        RequestError
            When somebody has the share's file open, or the share refuses.
        """
        place = self.desk.place
        other = living_owner(place)
        if other is not None and (self._hold is None or other.token != self._hold.owner.token):
            raise RequestError(held_elsewhere(place, other).words)
        kept: Path | None = None
        try:
            if place.exists():
                kept = free_name(place, tr("theirs"))
                base = stamp_of(place)
                clear_leftovers(kept)
                _link_or_copy(place, kept)
                self.desk.note(base=base, working=-1)
            else:
                self.desk.note(base=_NOTHING, working=-1)
        except OSError as error:
            raise RequestError(self._cannot(error)) from error
        self._settle()
        return kept

    def _settle(self) -> None:
        self._set(SaveKind.NOT_PUBLISHED)
        self.publish()


def last_move(db: apsw.Connection) -> str:
    """Return the name of the last move of a project's history, a blank when it never moved."""
    found = rows(db, "SELECT id FROM rg_moves ORDER BY seq DESC LIMIT 1")
    return str(found[0][0]) if found else " "


def free_name(path: Path, word: str) -> Path:
    """Return a path beside that nothing has: ``name (word).gpkg``, then ``name (word 2).gpkg`` and so on."""
    found, number = path.with_name(f"{path.stem} ({word}){path.suffix}"), 2
    while found.exists():
        found, number = path.with_name(f"{path.stem} ({word} {number}){path.suffix}"), number + 1
    return found


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        _send(source, target)


def _send(source: Path, target: Path) -> Stamp:
    """Copy a file's bytes to a share and to the share's disk; return the stamp of what was written."""
    digest = hashlib.sha256()
    with source.open("rb") as file, target.open("wb") as out:
        while part := file.read(_CHUNK):
            digest.update(part)
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    found = stamp_of(target, with_hash=False)
    if found.size != source.stat().st_size:
        raise OSError(errno.EIO, "short copy", str(target))
    return replace(found, sha256=digest.hexdigest())
