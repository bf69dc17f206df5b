"""Power cuts: a run is written down call by call, then replayed up to a random call on a disk that forgets."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import apsw

from crash_harness import checks, children
from crash_harness.disk import MODES, Disk, read_folder, write_folder
from crash_harness.parts import Bench
from crash_harness.scripts import NAME, Script, feed, use_small_cache
from crash_harness.shim import Call, Recording, install

PER_RECORDING = 50
WEAKENINGS = ("synchronous_off", "synchronous_full", "no_journal_sync")
"""Ways to spoil the program or the shim, to see that the check finds losses."""


@dataclass
class Run:
    """A recorded run: the files it began with, and what it did."""

    folder: Path
    files: dict[str, bytes]
    calls: list[Call]


def get_recording(bench: Bench, case: int) -> None:
    """Record the run that a case cuts off."""
    recorded(bench, bench.script("cuts", case, per_script=PER_RECORDING))


def cut_power(bench: Bench, case: int, _cases: int) -> str:
    """Cut the power at a random call; unsynced writes are dropped, kept, kept in part or torn."""
    random = bench.random("cuts", case)
    script = bench.script("cuts", case, per_script=PER_RECORDING)
    run = recorded(bench, script)
    at = random.randint(0, len(run.calls))
    mode = MODES[case % len(MODES)]
    disk = Disk(run.files)
    for call in run.calls[:at]:
        disk.play(call)
    acknowledged = sum(c.kind == "acknowledged" for c in run.calls[:at])
    place = bench.place("cuts", case)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    write_folder(disk.survivors(mode, random).items(), run.folder, place)
    checks.check(
        place / NAME, script.expected(acknowledged, acknowledged + 1), thorough=random.random() < 0.03
    )
    return mode


_runs: dict[str, Run] = {}


def recorded(bench: Bench, script: Script) -> Run:
    """Return the recording of a script, made when it is first asked for."""
    if script.seed not in _runs:
        project = script.copy_to(script.folder / "recorded")
        files = read_folder(project.parent)
        calls = record(script.work(project), project.parent, script, weaken=bench.weaken)
        _runs[script.seed] = Run(project.parent, files, calls)
    return _runs[script.seed]


def record(work: Callable[[], int], folder: Path, script: Script, *, weaken: str = "") -> list[Call]:
    """Run a script in a child and return its calls, the acknowledgements among them."""
    told = folder.with_name(folder.name + ".calls")

    def watched() -> int:
        watcher = Recording(str(folder))
        if script.has_small_cache:
            use_small_cache()
        _weaken(weaken)
        _mark_answers(watcher)
        install(watcher, str(folder))
        status = work()
        with told.open("wb") as file:
            pickle.dump(_weakened(watcher.calls, weaken), file)
        return status

    fed = feed(children.fork(watched, folder.with_name(folder.name + ".err")), script)
    if fed.status or fed.acknowledged != len(script.lines):
        raise checks.Wrong(f"the recorded run failed: {fed}")
    with told.open("rb") as file:
        calls: list[Call] = pickle.load(file)
    return calls


def _mark_answers(watcher: Recording) -> None:
    """Note each answer at the moment it goes out: every driver answers with one flush of standard output."""
    import sys

    plain = sys.stdout.flush

    class Marking:
        def __getattr__(self, name: str) -> object:
            return getattr(stream, name)

        def flush(self) -> None:
            watcher.mark("acknowledged", 0)
            plain()

    stream = sys.stdout
    sys.stdout = Marking()


def _weaken(how: str) -> None:
    """Let the product ask for less than it promises."""
    if not how.startswith("synchronous"):
        return
    from renovate_gui.store import opening

    plain = vars(opening)["make_durable"]

    def make_durable(db: apsw.Connection) -> None:
        plain(db)
        db.pragma("synchronous", how.removeprefix("synchronous_").upper())

    vars(opening)["make_durable"] = make_durable


def _weakened(calls: list[Call], how: str) -> list[Call]:
    """Let the disk forget to sync journals."""
    if how != "no_journal_sync":
        return calls
    return [
        replace(c, kind="skipped") if c.kind == "sync" and c.path.endswith("-journal") else c for c in calls
    ]
