"""The command: which parts, how many cases, which seed; a table at the end."""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from crash_harness import births, commands, cuts, faults, kills, neighbours, tracing
from crash_harness.checks import Wrong
from crash_harness.parts import Bench, Ready, RunCase


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the harness: what a case does, and how many cases there are in the two doses."""

    ready: Ready
    run: RunCase
    what: str
    short: int
    long: int


PARTS: dict[str, Part] = {
    "kills": Part(kills.get_script, kills.kill_at_a_moment, "SIGKILL at random moments", 50, 500),
    "points": Part(
        kills.get_count, kills.kill_at_a_call, "SIGKILL at one call to the disk after another", 60, 300
    ),
    "cuts": Part(
        cuts.get_recording, cuts.cut_power, "power cuts, unsynced data dropped, kept, mixed, torn", 200, 1000
    ),
    "births": Part(
        births.get_recording,
        births.cut_power,
        "power cuts while a project is made, copied, migrated",
        60,
        300,
    ),
    "faults": Part(
        faults.get_script, faults.fail_from_a_call, "disk full and disk errors from the n-th call on", 40, 200
    ),
    "import": Part(commands.get_import, commands.kill_import, "SIGKILL in the middle of an import", 6, 40),
    "export": Part(commands.get_export, commands.kill_export, "SIGKILL in the middle of an export", 3, 20),
    "traced": Part(tracing.get_count, tracing.kill_at_a_call, "SIGKILL at system calls (strace)", 18, 200),
    "refused": Part(
        tracing.get_script,
        tracing.refuse_from_a_call,
        "system calls refused: ENOSPC, EIO … (strace)",
        18,
        100,
    ),
    "neighbours": Part(
        neighbours.get_script,
        neighbours.work_beside_others,
        "ogrinfo and sqlite3 at the same file meanwhile",
        6,
        40,
    ),
}


_LOADED = (
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "renovate_gui.app.council",
    "renovate_gui.app.editing",
    "renovate_gui.app.gaps",
    "renovate_gui.app.needs",
    "renovate_gui.app.photos",
    "renovate_gui.app.scenes",
    "renovate_gui.app.storing",
    "renovate_gui.app.styling",
    "renovate_gui.app.survey",
    "renovate_gui.bootstrap",
    "renovate_gui.cli.council",
    "renovate_gui.cli.drawn",
    "renovate_gui.cli.survey",
)


@dataclass
class Result:
    """What came of a part."""

    cases: int = 0
    seconds: float = 0.0
    words: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; return 1 when anything failed."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    results: dict[str, Result] = {}
    folder = Path(tempfile.mkdtemp(prefix="durability-", dir=options.folder))
    os.environ["XDG_STATE_HOME"] = str(
        folder / "state"
    )  # where the program keeps what it says about its own mistakes
    print(f"seed {options.seed} · {folder}", flush=True)
    _warm_up()
    for name in _possible(options.part or list(PARTS)):
        results[name] = _run_part(name, options, folder)
    _print_table(results, time.monotonic() - started, options.seed)
    is_good = not any(r.failures for r in results.values())
    if is_good and not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if is_good else 1


def _warm_up() -> None:
    """Load what the children will need, once; and keep the collector from touching, and so copying, shared pages."""
    for name in _LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()


def _possible(names: Sequence[str]) -> list[str]:
    """Leave out what cannot be done on this machine, and say so."""
    traced = {"traced", "refused"}
    if not traced & set(names) or tracing.is_possible():
        return list(names)
    print(
        "strace is not here or not allowed: system calls are watched through SQLite's own layer only",
        flush=True,
    )
    return [n for n in names if n not in traced]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev durability", description=__doc__)
    parser.add_argument(
        "--part", action="append", choices=list(PARTS), help="only this part; may be given again"
    )
    parser.add_argument(
        "--seed", default=f"{datetime.now(UTC):%Y%m%d%H%M%S}", help="repeat the run of this seed"
    )
    parser.add_argument("--short", action="store_true", help="the short dose of the build")
    parser.add_argument("--count", type=int, help="so many cases of each part")
    parser.add_argument("--case", type=int, help="only this case, as it was in the run of the seed")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="processes at a time")
    parser.add_argument("--folder", type=Path, help="where to work; else the system's temporary folder")
    parser.add_argument("--keep", action="store_true", help="leave the files there")
    parser.add_argument("--weaken", choices=cuts.WEAKENINGS, default="", help="spoil it, to see losses found")
    return parser


# -- running --------------------------------------------------------------------------------------------------
def _run_part(name: str, options: argparse.Namespace, folder: Path) -> Result:
    part = PARTS[name]
    count = options.count or (part.short if options.short else part.long)
    started = time.monotonic()
    chosen = [options.case] if options.case is not None else list(range(count))
    jobs = 1 if len(chosen) == 1 else max(1, options.jobs)
    workers = []
    for job in range(jobs):
        told = folder / f"{name}-{job}.json"
        pid = os.fork()
        if pid == 0:
            _work(name, options, folder, _slice(chosen, job, jobs), count, told)
        workers.append((pid, told))
    result = Result()
    for pid, told in workers:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status or not told.exists():
            result.failures.append((-1, f"a worker ended with {status}"))
            continue
        said = json.loads(told.read_text(encoding="utf-8"))
        result.cases += said["cases"]
        result.words.update(said["words"])
        result.failures += [tuple(f) for f in said["failures"]]
    result.seconds = time.monotonic() - started
    return result


def _slice(cases: list[int], job: int, jobs: int) -> list[int]:
    """Return a worker's share: runs of cases, because neighbours share a script."""
    return [c for c in cases if c // 50 % jobs == job] if len(cases) >= 50 * jobs else cases[job::jobs]


def _work(
    name: str, options: argparse.Namespace, folder: Path, cases: list[int], count: int, told: Path
) -> None:
    """Run a share of the cases in this forked worker and write down what came of it."""
    status = 1
    try:
        bench = Bench(options.seed, folder / f"{name}-{os.getpid()}", options.weaken)
        result = Result()
        for case in cases:
            _run_case(name, bench, case, count, result, options)
        text = json.dumps({"cases": result.cases, "words": result.words, "failures": result.failures})
        told.write_text(text, encoding="utf-8")
        status = 0
    except BaseException:  # noqa: BLE001  a fork must never return into its parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def _run_case(
    name: str, bench: Bench, case: int, count: int, result: Result, options: argparse.Namespace
) -> None:
    result.cases += 1
    try:
        PARTS[name].ready(bench, case)
        word, failure = _in_own_process(lambda: PARTS[name].run(bench, case, count))
    except Exception as error:  # noqa: BLE001  the next case may fare better
        word, failure = "", _told(error)
    if failure:
        result.failures.append((case, failure))
        again = f"./dev durability --part {name} --seed {options.seed} --count {count} --case {case}"
        again += f" --weaken {options.weaken}" if options.weaken else ""
        print(f"FAILED {name} {case}: {failure}\n  again: {again}", flush=True)
    else:
        result.words[word] += 1
        if not options.keep:
            shutil.rmtree(bench.place(name, case), ignore_errors=True)
    if result.cases % 50 == 0:
        print(f"{name}: {result.cases} cases, {len(result.failures)} failed", flush=True)


def _in_own_process(run: Callable[[], str]) -> tuple[str, str]:
    """Run a case in a fork, so that nothing of it stays; return its word, or what failed."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        try:
            said = [run(), ""]
        except BaseException as error:  # noqa: BLE001  whatever the product raises at opening is a failure
            said = ["", _told(error)]
        with os.fdopen(write, "w", encoding="utf-8") as out:
            json.dump(said, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as answer:
        text = answer.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status or not text:
        return "", f"the case ended with {status}"
    word, failure = json.loads(text)
    return word, failure


def _told(error: BaseException) -> str:
    if isinstance(error, Wrong):
        return str(error) or "wrong"
    return "".join(traceback.format_exception(error, limit=-4))


def _print_table(results: dict[str, Result], seconds: float, seed: str) -> None:
    print(f"\n{'part':10} {'cases':>6} {'failed':>7} {'seconds':>8}  what")
    for name, result in results.items():
        words = ", ".join(f"{n} {word}" for word, n in sorted(result.words.items()))
        print(
            f"{name:10} {result.cases:6} {len(result.failures):7} {result.seconds:8.1f}  {PARTS[name].what}"
        )
        print(f"{'':35}{words}")
    cases = sum(r.cases for r in results.values())
    failed = sum(len(r.failures) for r in results.values())
    print(f"{'all':10} {cases:6} {failed:7} {seconds:8.1f}  seed {seed}")
