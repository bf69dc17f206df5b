"""The same mishaps one floor lower, at the system calls themselves, where ``strace`` is installed and allowed.

Nothing stands between SQLite and the system here: what is killed or refused is the real call of an unchanged process.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shutil
import subprocess
import time
from collections import Counter
from pathlib import Path

from crash_harness import checks
from crash_harness.checks import Wrong
from crash_harness.children import Child
from crash_harness.faults import check_manners, feed_patiently
from crash_harness.parts import Bench
from crash_harness.scripts import Script, feed

STRACE = shutil.which("strace")
CALLS = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "openat", "close")
REFUSALS = (
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("pwrite64", "EDQUOT"),
    ("fdatasync", "EIO"),
    ("fdatasync", "ENOSPC"),
    ("ftruncate", "EIO"),
    ("unlink", "EIO"),
    ("unlink", "EROFS"),
    ("pread64", "EIO"),
)
_ATTACHED = b"attached"


def is_possible() -> bool:
    """Return whether a process can be traced here."""
    if STRACE is None:
        return False
    sleeper = subprocess.Popen(["sleep", "5"])
    try:
        tracer = _start(sleeper.pid, ["-e", "trace=none"])
        is_attached = _waits(tracer)
        tracer.terminate()
        tracer.wait()
    finally:
        sleeper.kill()
        sleeper.wait()
    return is_attached


def _start(pid: int, options: list[str]) -> subprocess.Popen[bytes]:
    assert STRACE is not None
    return subprocess.Popen(
        [STRACE, "-f", "-p", str(pid), *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _waits(tracer: subprocess.Popen[bytes]) -> bool:
    """Wait until the tracer holds its process; return False when it may not."""
    said = b""
    assert tracer.stderr is not None
    with selectors.DefaultSelector() as selector:
        selector.register(tracer.stderr, selectors.EVENT_READ)
        deadline = time.monotonic() + 10.0
        while time.monotonic() < deadline and _ATTACHED not in said:
            if selector.select(0.5):
                part = os.read(tracer.stderr.fileno(), 4096)
                if not part:
                    return False
                said += part
    return _ATTACHED in said


def _fork_traced(script: Script, project: Path, options: list[str]) -> tuple[Child, subprocess.Popen[bytes]]:
    """Start a child that waits until it is traced."""
    read, write = os.pipe()
    child = script.fork(project, gate=read)
    os.close(read)
    tracer = _start(child.pid, [*options, "-e", "signal=none"])
    if not _waits(tracer):
        child.kill()
        raise Wrong("strace could not be attached")
    os.write(write, b"!")
    os.close(write)
    return child, tracer


def _end(tracer: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        tracer.communicate(timeout=20)
        return
    tracer.kill()
    tracer.wait()


_counts: dict[str, Counter[str]] = {}


def count_calls(script: Script) -> Counter[str]:
    """Return how often a run without a fault makes each system call; the tracer counts from the gate on."""
    if script.seed not in _counts:
        log = script.folder / "calls.txt"
        project = script.copy_to(script.folder / "traced")
        child, tracer = _fork_traced(
            script, project, ["-o", str(log), "-e", "trace=" + ",".join((*CALLS, "pread64"))]
        )
        feed(child, script, window=2)
        _end(tracer)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        main = [re.match(rf"{child.pid} +(\w+)\(", line) for line in lines]
        _counts[script.seed] = Counter(m[1] for m in main if m)
    return _counts[script.seed]


def get_count(bench: Bench, case: int) -> None:
    """Make the script of a case and count its system calls."""
    count_calls(bench.script("traced", case))


def kill_at_a_call(bench: Bench, case: int, _cases: int) -> str:
    """SIGKILL on entering the n-th system call of one kind."""
    random = bench.random("traced", case)
    script = bench.script("traced", case)
    counts = count_calls(script)
    kinds = [c for c in CALLS if counts[c]]
    kind = kinds[case % len(kinds)]
    at = random.randint(1, counts[kind])
    project = script.copy_to(bench.place("traced", case))
    options = ["-o", "/dev/null", "-e", f"trace={kind}", "-e", f"inject={kind}:signal=SIGKILL:when={at}"]
    child, tracer = _fork_traced(script, project, options)
    fed = feed(child, script, window=2)
    _end(tracer)
    checks.check(project, script.expected(fed.acknowledged, fed.sent), thorough=random.random() < 0.1)
    return kind if fed.status < 0 else f"{kind}, not reached"


def get_script(bench: Bench, case: int) -> None:
    """Make the script of a case and count its system calls."""
    count_calls(bench.script("refused", case))


def refuse_from_a_call(bench: Bench, case: int, _cases: int) -> str:
    """Let the system refuse one kind of call from the n-th on, a few times or for ever."""
    random = bench.random("refused", case)
    script = bench.script("refused", case)
    kind, error = REFUSALS[case % len(REFUSALS)]
    at = random.randint(1, max(1, count_calls(script)[kind]))
    upto = random.choice((f"{at}", f"{at}..{at + 3}", f"{at}+"))
    project = script.copy_to(bench.place("refused", case))
    options = ["-o", "/dev/null", "-e", f"trace={kind}", "-e", f"inject={kind}:error={error}:when={upto}"]
    child, tracer = _fork_traced(script, project, options)
    done, refusals = feed_patiently(child, script)
    _end(tracer)
    where = f"{kind} {error} {upto}: {refusals[:1]}"
    try:
        check_manners(child, refusals)
        reached = checks.check(project, script.expected(done, done))
    except Wrong as wrong:
        raise Wrong(f"{where}: {wrong}") from wrong
    fed = feed(script.fork(project), script, first=reached)
    if fed.acknowledged != len(script.lines) or fed.status:
        raise Wrong(f"{where}: it does not go on: {fed}")
    checks.check(project, script.expected(fed.sent, fed.sent), thorough=random.random() < 0.1)
    return f"{kind} {error}" if refusals or child.status else f"{kind}, not noticed"
