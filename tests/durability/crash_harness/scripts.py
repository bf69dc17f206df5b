"""Scripts: a project to begin with, operations to send, and the state it must be in after each of them."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from crash_harness import checks, children, edit_model, session_model
from crash_harness.checks import Wrong
from crash_harness.children import Child, Prepare

CRS = "EPSG:4544"
NAME = "小区.gpkg"


@dataclass
class Script:
    """What is sent and what must come of it."""

    kind: str  # "edit": through the command; "session": through the session as the window does
    seed: str
    folder: Path
    lines: list[str]
    oks: list[bool]
    states: list[Any]
    seconds: float = 0.0  # of a run without a fault

    @property
    def has_small_cache(self) -> bool:
        """Return whether its children write parts of a transaction early: every second one of each kind."""
        return self.seed[-1] in "2367"

    @property
    def base(self) -> Path:
        """The project before the operations."""
        return self.folder / NAME

    def copy_to(self, folder: Path) -> Path:
        """Put the project into a fresh folder; return its path there."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in (NAME, session_model.COPY):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, folder / name)
        return folder / NAME

    def work(self, project: Path) -> Callable[[], int]:
        """Return what a child does to be driven by this script."""
        if self.kind == "edit":
            return lambda: children.run_edit(project)
        return lambda: children.run_session(project, self.seed, self.folder)

    def fork(self, project: Path, *, prepare: Prepare | None = None, gate: int = -1) -> Child:
        """Start a child that takes the operations."""
        errors = project.parent.with_name(project.parent.name + ".err")
        return children.fork(self.work(project), errors, prepare=prepare, gate=gate)

    def expected(self, low: int, high: int) -> checks.Expected:
        """Return the states between two counts of operations."""
        return checks.Expected(self.kind, self.states, low, high)


@dataclass
class Fed:
    """How far a run came."""

    sent: int
    acknowledged: int
    status: int
    complaint: str


def feed(
    child: Child, script: Script, *, window: int = 1, seconds: float | None = None, first: int = 0
) -> Fed:
    """Send the operations, at most ``window`` of them unanswered; kill the child when its time is over."""
    sent = first
    deadline = None if seconds is None else time.monotonic() + seconds
    patience = time.monotonic() + 120.0
    is_open = True
    while is_open and len(child.lines) < len(script.lines) - first:
        while is_open and sent < len(script.lines) and sent - first - len(child.lines) < window:
            is_open = child.send(script.lines[sent])
            sent += 1  # a part of a line may have arrived; the child may not have seen its end
        now = time.monotonic()
        if (deadline is not None and now >= deadline) or now >= patience:
            child.kill()
            deadline = None
        is_open = child.read(0.5 if deadline is None else deadline - now)
    if deadline is not None and is_open:  # done before its time: kill it while it closes
        child.hang_up()
        time.sleep(max(0.0, deadline - time.monotonic()))
        child.kill()
    status = child.finish()
    check_answers(child, script, first)
    return Fed(sent, first + len(child.lines), status, child.complaint())


def check_answers(child: Child, script: Script, first: int) -> None:
    """Every answer must be what the model says."""
    for number, line in enumerate(child.lines, start=first):
        answer = json.loads(line)
        if answer["ok"] != script.oks[number]:
            raise Wrong(f"operation {number} was answered {line[:200]}: {script.lines[number][:120]}")


def use_small_cache() -> None:
    """Let SQLite write parts of a transaction to the disk before its end, as it does with large ones."""
    apsw.connection_hooks.append(lambda db: db.pragma("cache_size", 8))


# -- making scripts -------------------------------------------------------------------------------------------
def make_script(kind: str, seed: str, folder: Path, count: int) -> Script:
    """Make the project and the operations; measure a run without a fault, which must end in the last state."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    maker = {"edit": _make_edit, "session": _make_session}[kind]
    script = maker(seed, folder, count)
    project = script.copy_to(folder / "plain")
    started = time.monotonic()
    fed = feed(script.fork(project), script, window=3)
    script.seconds = time.monotonic() - started
    if fed.status or fed.complaint or fed.acknowledged != count:
        raise Wrong(f"a run without a fault ended with {fed}")
    checks.check(project, script.expected(count, count), thorough=True)
    return script


def _create(path: Path) -> None:
    from renovate_gui.bootstrap import create_session

    create_session(path, title="小区", crs=CRS).close()


def _make_edit(seed: str, folder: Path, count: int) -> Script:
    setup, operations, states, oks = edit_model.write_script(seed, 12, count)
    _create(folder / NAME)
    lines = [json.dumps(op, ensure_ascii=False) for op in operations]
    script = Script("edit", seed, folder, lines, oks, states)
    child = script.fork(folder / NAME)
    for op in setup:
        child.send(json.dumps(op))
        while child.read(10.0) and len(child.lines) == 0:
            pass
        child.lines.clear()
    if child.finish():
        raise Wrong(f"the project could not be made: {child.complaint()}")
    return script


def _make_session(seed: str, folder: Path, count: int) -> Script:
    before = 15
    session_model.make_photo(folder)
    _create(folder / NAME)
    script = Script("session", seed, folder, [], [], [])
    _steps(script, folder / NAME, range(before))
    reference = script.copy_to(folder / "reference")
    script.states = [checks.contents(reference), *_steps(script, reference, range(before, before + count))]
    script.lines = [str(n) for n in range(before, before + count)]
    script.oks = [True] * count
    return script


def _steps(script: Script, project: Path, numbers: range) -> list[Any]:
    """Do steps without a fault; return the contents after each."""

    def work() -> int:
        return children.run_session(
            project, script.seed, script.folder, tell=lambda: checks.contents(project)
        )

    child = children.fork(work, script.folder / "steps.err")
    for done, number in enumerate(numbers, start=1):
        child.send(str(number))
        while len(child.lines) < done and child.read(20.0):
            pass
    if child.finish() or len(child.lines) != len(numbers):
        raise Wrong(f"the run to compare with failed: {child.lines[-1:]} {child.complaint()}")
    answers = [json.loads(line) for line in child.lines]
    bad = [a for a in answers if not a["ok"]]
    if bad:
        raise Wrong(f"the run to compare with was refused: {bad[0]}")
    return [a["state"] for a in answers]
