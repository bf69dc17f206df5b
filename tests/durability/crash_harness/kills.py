"""Kill the program at a random moment, or at one call to the disk after another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

from crash_harness import checks, children
from crash_harness.parts import Bench
from crash_harness.scripts import Script, feed, use_small_cache
from crash_harness.shim import CHANGING, Counting, Killing, install


def get_script(bench: Bench, case: int) -> None:
    """Make the script of a case of random kills."""
    bench.script("kills", case)


def kill_at_a_moment(bench: Bench, case: int, _cases: int) -> str:
    """SIGKILL at a random moment between the start and the end of the process."""
    random = bench.random("kills", case)
    script = bench.script("kills", case)
    project = script.copy_to(bench.place("kills", case))
    prepare = use_small_cache if script.has_small_cache else None
    child = script.fork(project, prepare=prepare)
    fed = feed(child, script, window=random.randint(1, 6), seconds=random.uniform(0.0, script.seconds * 1.05))
    if random.random() < 0.1:
        open_elsewhere(project, random)
    state = checks.check(
        project, script.expected(fed.acknowledged, fed.sent), thorough=random.random() < 0.12
    )
    return _where(state, fed.acknowledged)


def _where(state: int, acknowledged: int) -> str:
    return (
        "as acknowledged"
        if state == acknowledged
        else "one more than acknowledged"
        if (state == acknowledged + 1)
        else "several more than acknowledged"
    )


def open_elsewhere(project: Path, random: Random) -> None:
    """Let another program be the first to open what was left; whether it can is its own business."""
    read = "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('select count(*) from notes').fetchone())"
    words = [sys.executable, "-c", read, str(project)]
    if checks.OGRINFO is not None and random.random() < 0.5:
        words = [checks.OGRINFO, *(["-ro"] if random.random() < 0.5 else []), str(project)]
    subprocess.run(words, capture_output=True, timeout=60, check=False)


def get_count(bench: Bench, case: int) -> None:
    """Make the script of a case and count its calls."""
    count_calls(bench.script("points", case))


def kill_at_a_call(bench: Bench, case: int, cases: int) -> str:
    """SIGKILL before, in or after the n-th changing call; the cases walk through all calls of a run."""
    script = bench.script("points", case)
    calls = count_calls(script)
    turn = case % 25
    in_turn = min(25, cases - case + turn)
    random = bench.random("points", case)
    at = 1 + int((turn + random.random()) / in_turn * calls)
    how = random.choice(("before", "after", "half"))
    project = script.copy_to(bench.place("points", case))

    def prepare() -> None:
        if script.has_small_cache:
            use_small_cache()
        install(Killing(at, how), str(project.parent))

    fed = feed(script.fork(project, prepare=prepare), script, window=2)
    if fed.status >= 0 and at <= calls:
        raise checks.Wrong(f"call {at} of {calls} was not reached: {fed}")
    checks.check(project, script.expected(fed.acknowledged, fed.sent), thorough=random.random() < 0.1)
    return how


_counts: dict[str, int] = {}


def count_calls(script: Script) -> int:
    """Return how many changing calls a run without a fault makes."""
    if script.seed not in _counts:
        project = script.copy_to(script.folder / "count")
        told = script.folder / "count.txt"

        def work() -> int:
            watcher = Counting()
            if script.has_small_cache:
                use_small_cache()
            install(watcher, str(project.parent))
            status = script.work(project)()
            told.write_text(str(sum(kind in CHANGING for kind in watcher.calls)), encoding="utf-8")
            return status

        feed(children.fork(work, script.folder / "count.err"), script, window=2)
        _counts[script.seed] = int(told.read_text(encoding="utf-8"))
    return _counts[script.seed]
