"""Child processes that work on a project: forked from this warm one, so that each costs milliseconds.

The child is the product: ``edit`` runs through the door of the command line, the session driver opens a session with
the parts that the fuse box wires. The parent sends operations and counts answers.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Prepare = Callable[[], Any]
"""What the child does before the product starts, such as putting the shim in."""

_PATIENCE_S = 60.0


@dataclass
class Child:
    """A running child; its exit status once it has ended (negative: the signal)."""

    pid: int
    to_child: int
    from_child: int
    errors: Path
    lines: list[str] = field(default_factory=list)
    status: int | None = None
    _rest: bytes = b""

    def send(self, line: str) -> bool:
        """Send a line; return False when the child is gone."""
        try:
            data = line.encode() + b"\n"
            while data:
                data = data[os.write(self.to_child, data) :]
        except OSError:
            return False
        return True

    def read(self, timeout: float) -> bool:
        """Take in what the child said; return False at its end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.from_child, selectors.EVENT_READ)
            if not selector.select(max(0.0, timeout)):
                return True
        data = os.read(self.from_child, 1 << 16)
        *whole, self._rest = (self._rest + data).split(b"\n")
        self.lines += [w.decode() for w in whole]
        return bool(data)

    def hang_up(self) -> None:
        """Say that nothing more will come."""
        if self.to_child >= 0:
            with contextlib.suppress(OSError):
                os.close(self.to_child)
            self.to_child = -1

    def kill(self) -> None:
        """End it as a power switch would."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def finish(self, timeout: float = _PATIENCE_S) -> int:
        """Hang up, take in all answers, wait for the end; return the exit status."""
        self.hang_up()
        deadline = time.monotonic() + timeout
        while self.read(deadline - time.monotonic()):
            if time.monotonic() > deadline:
                self.kill()
        os.close(self.from_child)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def complaint(self) -> str:
        """Return what it said on standard error."""
        found = self.errors.exists()  # not when it was killed before it began
        return self.errors.read_text(encoding="utf-8", errors="replace") if found else ""


def fork(work: Callable[[], int], errors: Path, *, prepare: Prepare | None = None, gate: int = -1) -> Child:
    """Fork; the child waits for a byte at ``gate`` if there is one, prepares, works and ends without a trace of us."""
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(in_read)
        os.close(out_write)
        return Child(pid, in_write, out_read, errors)
    status = 70
    try:
        os.setsid()
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        fd = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for source, target in ((in_read, 0), (out_write, 1), (fd, 2)):
            os.dup2(source, target)
        for own in (in_read, in_write, out_read, out_write, fd):
            os.close(own)
        _open_streams()
        _forget_files()
        if gate >= 0:
            os.read(gate, 1)
        if prepare is not None:
            prepare()
        status = work()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  told to the parent, which finds it in the errors
        traceback.print_exc()
    finally:
        os._exit(status)


def _open_streams() -> None:
    """Give the child streams of its own: the parent's know whether they were files or pipes."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115


def _forget_files() -> None:
    """Be a new process: descriptors that the parent keeps for SQLite's sake are not this one's."""
    from renovate_gui.assets import open_files

    open_files._kept.clear()
    open_files._held.clear()


def run_edit(project: Path) -> int:
    """Be ``renovate-gui edit``."""
    return run_command(["edit", str(project)])


def run_command(words: Sequence[str]) -> int:
    """Be ``renovate-gui`` with these words."""
    from renovate_gui import bootstrap

    return bootstrap.run(words)


def run_session(project: Path, seed: str, folder: Path, *, tell: Callable[[], Any] | None = None) -> int:
    """Do the steps whose numbers come in; answer each one after it returned. ``tell`` adds to the answer."""
    from renovate_gui.cli.report import complain
    from renovate_gui.domain.errors import RenovateError

    try:
        return _take_steps(project, seed, folder, tell)
    except RenovateError as error:  # at opening or closing
        complain(str(error))
        return 2


def _take_steps(project: Path, seed: str, folder: Path, tell: Callable[[], Any] | None) -> int:
    from crash_harness.session_model import do_step
    from renovate_gui.bootstrap import open_session
    from renovate_gui.domain.errors import RenovateError

    with open_session(project) as session:
        if session.project.is_read_only:
            print(json.dumps({"ok": False, "error": session.project.read_only_reason}), flush=True)
            return 2
        for line in sys.stdin.buffer:
            number = int(line)
            try:
                name = do_step(session, seed, number, folder)
            except RenovateError as error:
                answer = {"ok": False, "n": number, "error": str(error)}
            else:
                answer = {"ok": True, "n": number, "did": name, "state": tell() if tell else None}
            print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0
