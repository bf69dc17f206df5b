"""The owner file: who has a project open for writing, so that a second start reads only and says why.

The file lies beside the project, on a share too. Its holder rewrites it every half minute; whoever finds it measures
its age with the share's own clock. Only a file whose holder is certainly gone, or silent for five minutes, is taken
over. A holder that slept through that sees at its next action that the file names somebody else, and stops writing.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import uuid4

from renovate_gui.store.machine import exists, machine_mark, started, user_name

__all__ = ["Hold", "Owner", "Standing", "claim", "living_owner", "named_owner", "owner_path", "user_name"]

BEAT_S = 30.0
STALE_S = 300.0
_REBOOT_S = 90.0
"""After another start of the same machine the old holder is gone; the pause keeps clones of one disk image apart."""
_CHECK_S = 60.0
_BIRTH_S = 10.0
_GUARD_S = 30.0
_LEFT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a project. ``started`` tells a process from a later one with the same number; empty where unknown."""

    host: str
    user: str
    pid: int
    time: str  # ISO 8601, UTC
    started: str = ""
    machine: str = ""
    token: str = ""
    beat: str = ""


class Standing(Enum):
    """What the owner file says about us."""

    OURS = "ours"
    RETAKEN = "retaken"  # it was gone and is ours again
    LOST = "lost"
    UNREACHABLE = "unreachable"


def owner_path(project: Path) -> Path:
    """Return the path of a project's owner file."""
    return project.with_name(project.name + ".owner")


class Hold:
    """What this process has of a project; it keeps the owner file young until it is released.

    Attributes
    ----------
    owner
        What the file says.
    taken_from
        Whose file was taken over because its holder is gone, or None.
    lost_to
        Whom the file names instead of us, as far as was seen; None while it names us.
    """

    def __init__(self, project: Path, owner: Owner, taken_from: Owner | None) -> None:
        self.project, self.owner, self.taken_from = project, owner, taken_from
        self.lost_to: Owner | None = None
        self._path = owner_path(project)
        self._beats = 0
        self._checked = _clocks()
        self._stop = threading.Event()
        self._heart = threading.Thread(target=self._run, name="owner file", daemon=True)
        self._heart.start()

    def _run(self) -> None:
        while not self._stop.wait(BEAT_S):
            self.beat()

    def beat(self) -> None:
        """Write the file again so that its age stays small; a file that is not ours any more is let be."""
        try:
            with self._path.open("r+b") as file:  # if it is replaced after this, the write goes nowhere
                found = _parsed(file.read())
                if found is None or found.token != self.owner.token:
                    self.lost_to = found
                    return
                self._beats += 1
                file.seek(0)
                file.write(_text(replace(self.owner, beat=f"{self._beats:08d}")))
        except OSError:
            return  # the share is away; the next check says so

    def is_due(self) -> bool:
        """Return whether the file was last looked at more than a minute ago, by any clock: a laptop may have slept."""
        return any(abs(now - then) > _CHECK_S for now, then in zip(_clocks(), self._checked, strict=True))

    def look(self) -> Standing:
        """Return whether the file still names us; one that vanished is made again."""
        self._checked = _clocks()
        try:
            found = _parsed(self._path.read_bytes())
        except FileNotFoundError:
            return self._retake()
        except OSError:
            return Standing.UNREACHABLE
        if found is not None and found.token == self.owner.token:
            self.lost_to = None
            return Standing.OURS
        self.lost_to = found
        return Standing.LOST

    def _retake(self) -> Standing:
        try:
            return Standing.RETAKEN if _create(self._path, self.owner) else Standing.LOST
        except OSError:
            return Standing.UNREACHABLE

    def release(self) -> None:
        """Give the project back; a file that is not ours stays."""
        self._stop.set()
        _held.discard(self.owner.token)
        try:
            found = _parsed(self._path.read_bytes())
            if found is not None and found.token == self.owner.token:
                self._path.unlink(missing_ok=True)
        except OSError:
            return  # the share is away; there the file grows old and is taken over


_held: set[str] = set()
"""The tokens this process holds: its own second opening is a second opening too."""

_seen: dict[Path, tuple[Owner, float]] = {}
"""What a file said and since when (our steady clock), for shares whose own clock cannot be believed."""


def claim(project: Path) -> Hold | Owner:
    """Take a project for this process; return the hold, or the living owner when somebody else has it.

    Raises
    ------
    OSError
        When the owner file cannot be written.
    """
    me = _me()
    _held.add(me.token)  # before the file is there: another thread of ours may read it at once
    found: Hold | Owner | None = None
    try:
        found = _claim(project, me)
        if isinstance(found, Hold):
            _sweep(owner_path(project))
        return found
    finally:
        if not isinstance(found, Hold):
            _held.discard(me.token)


def _claim(project: Path, me: Owner) -> Hold | Owner:
    path = owner_path(project)
    if _create(path, me):
        return Hold(project, me, None)
    with _guarded(path) as is_alone:
        other = living_owner(project)
        if other is not None:
            return other
        last = _read(path)
        if not is_alone:
            return last or me  # somebody is taking it over this very moment
        if last is None and not path.exists():  # its holder closed the project meanwhile
            return Hold(project, me, None) if _create(path, me) else (_read(path) or me)
        part = _part(path, me)
        try:
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return Hold(project, me, last)


def living_owner(project: Path) -> Owner | None:
    """Return who has the project open, or None when nobody has or its holder is certainly gone."""
    path = owner_path(project)
    for _wait in range(20):
        try:
            with path.open("rb") as file:
                other = _parsed(file.read())
                status = os.fstat(file.fileno())  # the open file's: a share may answer older ones from memory
        except OSError:
            return None
        if other is not None:
            return other if _is_alive(other, path, status.st_mtime) else None
        if status.st_size or _age(path, status.st_mtime) > _BIRTH_S:
            return None  # it is nobody's
        time.sleep(0.05)  # it is being written
    return None


def named_owner(project: Path) -> Owner | None:
    """Return whom the owner file names, alive or not."""
    return _read(owner_path(project))


def _me() -> Owner:
    pid = os.getpid()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Owner(
        socket.gethostname(), user_name(), pid, now, started(pid), machine_mark(), uuid4().hex, f"{0:08d}"
    )


def _clocks() -> tuple[float, float]:
    """Return the wall clock and one that cannot be set; where the system has one that counts sleep, that."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time(), time.monotonic() if boot is None else time.clock_gettime(boot)


def _create(path: Path, owner: Owner) -> bool:
    """Make the owner file with its whole content at once; return False when there is one already."""
    part = _part(path, owner)
    try:
        return _put(part, path)
    finally:
        part.unlink(missing_ok=True)


def _part(path: Path, owner: Owner) -> Path:
    part = path.with_name(f"{path.name}.{owner.token[:12]}")
    try:
        part.write_bytes(_text(owner))
    except OSError:  # a full disk takes the name of a file but not its content
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return part


def _sweep(path: Path) -> None:
    """Remove what attempts left that failed or were killed on the way: files of our naming older than an hour."""
    left = re.compile(re.escape(path.name) + r"\.[0-9a-f]{12}")
    with suppress(OSError):
        for part in [p for p in path.parent.iterdir() if left.fullmatch(p.name)]:
            if _age(path, part.stat().st_mtime) > _LEFT_S:
                part.unlink(missing_ok=True)


def _put(part: Path, path: Path) -> bool:
    """Give the file its name if nothing has it; on one system a rename refuses what exists, on the other a link does."""
    try:
        if os.name == "nt":
            part.rename(path)
        else:
            os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links (exFAT, some shares)
        try:
            with path.open("xb") as file:
                file.write(part.read_bytes())
        except FileExistsError:
            return False
    return True


@contextmanager
def _guarded(path: Path) -> Iterator[bool]:
    """Let one process at a time judge and replace an owner file; yield whether we are the one."""
    guard = path.with_name(path.name + ".taking")
    is_alone = _take_guard(guard)
    try:
        yield is_alone
    finally:
        if is_alone:
            guard.unlink(missing_ok=True)


def _take_guard(guard: Path) -> bool:
    for _attempt in range(2):
        try:
            with guard.open("xb"):
                return True
        except FileExistsError:
            try:
                if _age(guard, guard.stat().st_mtime) < _GUARD_S:
                    return False
            except FileNotFoundError:
                continue
            guard.unlink(missing_ok=True)  # its maker died between two lines
    return False


def _is_alive(owner: Owner, path: Path, changed: float) -> bool:
    """Return whether the owner may still be at work."""
    verdict = _process_verdict(owner)
    if verdict is not None:
        return verdict
    limit = _REBOOT_S if _is_earlier_start(owner) else STALE_S
    age = _age(path, changed)
    if age < -_CHECK_S:  # changed in the share's future: its clock was set back, so count by ours
        return _unchanged_for(path, owner) < limit
    return age <= limit


def _process_verdict(owner: Owner) -> bool | None:
    """Return whether the owner's process lives, or None when this machine cannot know."""
    if owner.token and owner.token in _held:
        return True
    mine = machine_mark()
    is_here = owner.machine == mine if owner.machine and mine else owner.host == socket.gethostname()
    if not is_here:
        return None
    if owner.token and _where(owner.started) != _where(started(os.getpid())):
        return None  # an earlier start of this machine, or a container beside us
    if not exists(owner.pid):
        return False
    if owner.token and owner.pid == os.getpid():
        return False  # given back by us while the share was away
    return not owner.started or owner.started == started(owner.pid)


def _where(begun: str) -> list[str]:
    return begun.split(":")[:2]


def _is_earlier_start(owner: Owner) -> bool:
    """Whether the owner worked here before this machine was started anew."""
    then, now = owner.started.split(":")[0], started(os.getpid()).split(":")[0]
    is_here = bool(owner.machine) and owner.machine == machine_mark() and owner.host == socket.gethostname()
    return is_here and bool(then) and bool(now) and then != now


def _age(path: Path, changed: float) -> float:
    """Return how long ago a file beside ``path`` was changed, in seconds of the share's own clock.

    Where no probe can be written the age counts as nothing: who cannot write there cannot take anything over.
    """
    probe = path.with_name(f"{path.name}.{uuid4().hex[:12]}")
    try:
        with probe.open("xb") as file:
            file.write(b".")
            file.flush()
            return os.fstat(file.fileno()).st_mtime - changed
    except OSError:
        return 0.0
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def _unchanged_for(path: Path, owner: Owner) -> float:
    now = time.monotonic()
    last, since = _seen.get(path, (None, now))
    if last != owner:
        _seen[path] = (owner, now)
        return 0.0
    return now - since


def _text(owner: Owner) -> bytes:
    return json.dumps(asdict(owner), ensure_ascii=False).encode()


def _read(path: Path) -> Owner | None:
    try:
        return _parsed(path.read_bytes())
    except OSError:
        return None


def _parsed(content: bytes) -> Owner | None:
    try:
        values: Any = json.loads(content)
        names = ("started", "machine", "token", "beat")
        return Owner(
            str(values["host"]),
            str(values["user"]),
            int(values["pid"]),
            str(values["time"]),
            **{name: str(values.get(name, "")) for name in names},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
