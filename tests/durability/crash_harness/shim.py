"""A layer between SQLite and the disk that sees every call: it counts, kills, fails or writes down.

It stands in the child process as SQLite's default way to files, so the product runs unchanged above it. What the
product does to files without SQLite (an owner file, the rename of a finished copy) is seen through Python's audit
events; those can be counted, killed and written down, not failed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import apsw

CHANGING = frozenset(
    {
        "open",
        "write",
        "sync",
        "truncate",
        "delete",
        "os.rename",
        "os.remove",
        "os.open",
        "os.mkdir",
        "os.fsync",
    }
)
"""The calls at which a process is killed, each in turn."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call on its way to the disk. ``number`` is a size or an offset, ``flag`` what the call's kind asks for."""

    kind: str
    path: str
    number: int = 0
    data: bytes = b""
    flag: int = 0
    other: str = ""


class Watcher(Protocol):
    """Whoever looks at the calls."""

    def before(self, call: Call, do: Callable[..., None]) -> bool:
        """See a call before it is done; ``do`` writes a part of it. Return whether it is to be passed on."""

    def after(self, call: Call) -> None:
        """See a call that was done."""


class ShimFile(apsw.VFSFile):
    """A file whose calls are watched."""

    def __init__(self, base: str, name: Any, flags: list[int], watcher: Watcher) -> None:
        self.watcher = watcher
        self.path = name.filename() if isinstance(name, apsw.URIFilename) else str(name or "")
        wanted = flags[0]
        is_new = bool(wanted & apsw.SQLITE_OPEN_CREATE) and not os.path.exists(self.path)  # noqa: PTH110
        call = Call("open", self.path, flag=wanted, number=int(is_new))
        watcher.before(call, _nothing)
        super().__init__(base, name, flags)
        watcher.after(call)

    def _watched(self, call: Call, do: Callable[..., None]) -> None:
        if self.watcher.before(call, do):
            do()
            self.watcher.after(call)

    def xRead(self, amount: int, offset: int) -> bytes:
        self.watcher.before(Call("read", self.path, offset), _nothing)
        return bytes(super().xRead(amount, offset))

    def xWrite(self, data: Any, offset: int) -> None:
        whole = bytes(data)
        put = super().xWrite

        def do(part: bytes = whole) -> None:
            put(part, offset)

        size = super().xFileSize()
        self._watched(Call("write", self.path, offset, whole, flag=int(offset + len(whole) > size)), do)

    def xTruncate(self, newsize: int) -> None:
        cut = super().xTruncate
        self._watched(Call("truncate", self.path, newsize), lambda: cut(newsize))

    def xSync(self, flags: int) -> None:
        sync = super().xSync
        self._watched(Call("sync", self.path, flag=flags), lambda: sync(flags))


class Shim(apsw.VFS):
    """SQLite's way to files, watched."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher
        self.below = apsw.vfs_names()[0]  # the default so far
        super().__init__("watched", self.below, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> ShimFile:
        return ShimFile(self.below, name, flags, self.watcher)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        remove = super().xDelete
        call = Call("delete", filename, flag=int(syncdir))

        def do(sync: bool = syncdir) -> None:
            remove(filename, sync)

        if self.watcher.before(call, do):
            do()
            self.watcher.after(call)


def _nothing(*_arguments: object) -> None:
    return None


_installed: list[Shim] = []  # SQLite forgets a layer that Python has forgotten


def install(watcher: Watcher, folder: str) -> None:
    """Put the layer in: SQLite's calls, and Python's own changes within ``folder``. For the rest of the process."""
    _installed.append(Shim(watcher))
    _watch_python(watcher, os.path.realpath(folder))


def _watch_python(watcher: Watcher, folder: str) -> None:
    """Tell of what Python itself changes in the folder; the event comes before the change."""

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        call = _python_call(event, arguments)
        if call is not None and os.path.realpath(call.path).startswith(folder + os.sep):
            watcher.before(call, _nothing)
            watcher.after(call)

    plain_fsync = os.fsync

    def fsync(fd: Any) -> None:
        number = fd if isinstance(fd, int) else fd.fileno()
        path = os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115
        if not (path + os.sep).startswith(folder + os.sep):
            plain_fsync(number)
            return
        call = Call("os.fsync", path, flag=int(os.path.isdir(path)))  # noqa: PTH112
        watcher.before(call, _nothing)
        plain_fsync(number)
        watcher.after(call)

    sys.addaudithook(see)
    os.fsync = fsync


def _python_call(event: str, arguments: tuple[Any, ...]) -> Call | None:
    if event == "os.rename":
        return Call(event, os.fsdecode(arguments[0]), other=os.fsdecode(arguments[1]))
    if event in {"os.remove", "os.mkdir"}:
        return Call(event, os.fsdecode(arguments[0]))
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        flags = arguments[2] or 0
        if flags & (os.O_WRONLY | os.O_RDWR):
            return Call("os.open", os.fsdecode(arguments[0]), flag=flags)
    return None


class Counting:
    """Counts the calls of a run without a fault."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def before(self, call: Call, do: Callable[..., None]) -> bool:
        if call.kind in CHANGING or call.kind == "read":
            self.calls.append(call.kind)
        return True

    def after(self, call: Call) -> None:
        """Nothing."""


class Killing:
    """Kills the process at the n-th changing call: before it, after it, or in the middle of a write."""

    def __init__(self, at: int, how: str) -> None:
        self.left = at
        self.how = how

    def before(self, call: Call, do: Callable[..., None]) -> bool:
        if call.kind in CHANGING:
            self.left -= 1
            if self.left == 0:
                if self.how == "half" and call.kind == "write":
                    do(call.data[: len(call.data) // 2])
                if self.how != "after":
                    die()
        return True

    def after(self, call: Call) -> None:
        if self.left == 0 and self.how == "after":
            die()


def die() -> None:
    """End this process as the system would: at once, nothing flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


FAULTS: dict[str, tuple[str, int]] = {
    "full: write": ("write", apsw.SQLITE_FULL),
    "full: growing write": ("write", apsw.SQLITE_FULL),
    "full: half a write": ("write", apsw.SQLITE_FULL),
    "full: journal": ("open", apsw.SQLITE_CANTOPEN),
    "io: write": ("write", apsw.SQLITE_IOERR_WRITE),
    "io: read": ("read", apsw.SQLITE_IOERR_READ),
    "io: sync": ("sync", apsw.SQLITE_IOERR_FSYNC),
    "io: truncate": ("truncate", apsw.SQLITE_IOERR_TRUNCATE),
    "io: delete": ("delete", apsw.SQLITE_IOERR_DELETE),
    "io: sync of the folder": ("delete", apsw.SQLITE_IOERR_DIR_FSYNC),
}
"""What can go wrong: the kind of call, and SQLite's own number for it."""


class Failing:
    """Fails calls of one kind from the n-th on, ``count`` of them (0: for ever)."""

    def __init__(self, fault: str, at: int, count: int) -> None:
        self.fault = fault
        self.kind, self.code = FAULTS[fault]
        self.at = at
        self.count = count
        self.seen = 0
        self.failed = 0

    def before(self, call: Call, do: Callable[..., None]) -> bool:
        if not self._concerns(call):
            return True
        self.seen += 1
        if self.seen < self.at or (self.count and self.failed >= self.count):
            return True
        self.failed += 1
        if self.fault == "full: half a write":
            do(call.data[: len(call.data) // 2])
        if self.fault == "io: sync of the folder":
            do(False)
        raise apsw.exception_for(self.code)

    def _concerns(self, call: Call) -> bool:
        if call.kind != self.kind:
            return False
        if self.fault == "full: growing write":
            return bool(call.flag)
        if self.fault == "full: journal":
            return call.path.endswith("-journal")
        return self.fault != "io: sync of the folder" or bool(call.flag)

    def after(self, call: Call) -> None:
        """Nothing."""


class Recording:
    """Writes every changing call within a folder down, with the marks of operations between them."""

    def __init__(self, folder: str) -> None:
        self.below = folder + os.sep
        self.calls: list[Call] = []

    def before(self, call: Call, do: Callable[..., None]) -> bool:
        return True

    def after(self, call: Call) -> None:
        is_kept = call.kind != "open" or call.number  # opening what is there changes nothing
        if call.kind in CHANGING and is_kept and (call.path + os.sep).startswith(self.below):
            self.calls.append(call)

    def mark(self, kind: str, number: int) -> None:
        """Note that an operation was sent or acknowledged."""
        self.calls.append(Call(kind, "", number))
