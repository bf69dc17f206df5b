"""A disk that forgets: recorded calls are replayed up to a moment, and what was not synced by then may be lost.

The rules are those SQLite relies on: what was written to a file is certain after a sync of that file; that a name
exists, is gone or was changed is certain after a sync of its folder. SQLite syncs the folder of a new journal with the
journal's first sync, and after deleting one when it is asked to (``synchronous=EXTRA``). Until then each write and each
name may or may not have reached the disk, in any order, and a write may have reached it in part: sectors of 512 bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import apsw

from crash_harness.shim import Call

SECTOR = 512
MODES = ("dropped", "kept", "subset", "torn")
_JOURNAL = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


@dataclass
class Body:
    """A file's bytes: what is certain, and what is on its way (offset and bytes, or a new size and None)."""

    sure: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    syncs_folder: bool = False

    def sync(self) -> None:
        """Make everything certain."""
        for place, data in self.pending:
            _put(self.sure, place, data)
        self.pending.clear()

    def survivor(self, mode: str, random: Random) -> bytes:
        """Return what is found after the power came back."""
        found = bytearray(self.sure)
        for place, data in self.pending:
            if mode == "torn" and data is not None:
                _put_torn(found, place, data, random)
            elif mode == "kept" or (mode != "dropped" and random.random() < 0.5):
                _put(found, place, data)
        return bytes(found)


def _put(body: bytearray, place: int, data: bytes | None) -> None:
    if data is None:
        del body[place:]
        return
    if len(body) < place + len(data):
        body.extend(bytes(place + len(data) - len(body)))
    body[place : place + len(data)] = data


def _put_torn(body: bytearray, place: int, data: bytes, random: Random) -> None:
    """Write some of the sectors that the data touches; the file may have become longer nevertheless."""
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (place + start) % SECTOR)
        if random.random() < 0.5:
            _put(body, place + start, data[start:end])
        start = end
    if random.random() < 0.5 and len(body) < place + len(data):
        body.extend(bytes(place + len(data) - len(body)))


Names = dict[str, Body | None]


class Disk:
    """Files and folders below one folder."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.sure: dict[str, Body] = {name: Body(bytearray(data)) for name, data in files.items()}
        self.now: dict[str, Body] = dict(self.sure)
        self.pending: dict[str, list[Names]] = {}  # folder → groups of names that change together

    # -- the calls --------------------------------------------------------------------------------------------
    def play(self, call: Call) -> None:
        """Do one recorded call."""
        handler = getattr(self, "_" + call.kind.replace(".", "_"), None)
        if handler is not None:
            handler(call)

    def _name(self, changes: Names) -> None:
        for name, body in changes.items():
            if body is None:
                self.now.pop(name, None)
            else:
                self.now[name] = body
        self.pending.setdefault(os.path.dirname(next(iter(changes))), []).append(changes)  # noqa: PTH120

    def sync_folder(self, folder: str) -> None:
        """Make the names in a folder certain."""
        for changes in self.pending.pop(folder, []):
            _rename(self.sure, changes)

    def _open(self, call: Call) -> None:
        self._name({call.path: Body(syncs_folder=bool(call.flag & _JOURNAL))})

    def _write(self, call: Call) -> None:
        self.now[call.path].pending.append((call.number, call.data))

    def _truncate(self, call: Call) -> None:
        self.now[call.path].pending.append((call.number, None))

    def _sync(self, call: Call) -> None:
        body = self.now[call.path]
        body.sync()
        if body.syncs_folder:
            body.syncs_folder = False
            self.sync_folder(os.path.dirname(call.path))  # noqa: PTH120

    def _delete(self, call: Call) -> None:
        self._name({call.path: None})
        if call.flag:
            self.sync_folder(os.path.dirname(call.path))  # noqa: PTH120

    def _os_rename(self, call: Call) -> None:
        if call.path in self.now:
            self._name({call.path: None, call.other: self.now[call.path]})

    def _os_remove(self, call: Call) -> None:
        if call.path in self.now:
            self._name({call.path: None})

    def _os_open(self, call: Call) -> None:
        if call.flag & os.O_CREAT and call.path not in self.now:
            self._name({call.path: Body()})

    def _os_fsync(self, call: Call) -> None:
        if call.flag:
            self.sync_folder(call.path)
        elif call.path in self.now:
            self.now[call.path].sync()

    # -- the power fails --------------------------------------------------------------------------------------
    def survivors(self, mode: str, random: Random) -> dict[str, bytes]:
        """Return name → bytes as they are found after the power came back."""
        names = dict(self.sure)
        for groups in self.pending.values():
            upto = random.randint(0, len(groups))
            for i, changes in enumerate(groups):
                chosen = {"dropped": False, "kept": True, "torn": i < upto, "subset": random.random() < 0.5}
                if chosen[mode]:
                    _rename(names, changes)
        return {name: body.survivor(mode, random) for name, body in names.items()}


def _rename(names: dict[str, Body], changes: Names) -> None:
    for name, body in changes.items():
        if body is None:
            names.pop(name, None)
        else:
            names[name] = body


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder."""
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def write_folder(files: Iterable[tuple[str, bytes]], old: Path, new: Path) -> None:
    """Write files that were below ``old`` below ``new``."""
    for name, data in files:
        path = new / Path(name).relative_to(old)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
