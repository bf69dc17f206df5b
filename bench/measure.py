"""How figures are taken and printed: the best of a few runs, a goal beside each, growth from size to size."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = CHECKOUT.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number with its goal (lower is better); ``size`` lets growth be told."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    size: int | None = None


def best_ms(work: Callable[[], object], runs: int = 3) -> float:
    """Return the shortest of a few runs in milliseconds; others on the machine only ever make it longer."""
    found = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return min(found)


def command(*words: str, cwd: Path, code: int = 0) -> tuple[float, float]:
    """Run the program as a person does; return seconds and the process's peak memory in MB."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "renovate_gui", *words],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as child:
        peak = _watch(child)
        said = child.stderr.read().decode("utf-8", "replace") if child.stderr else ""
    if child.returncode != code:
        raise RuntimeError(f"{' '.join(words)}: {child.returncode} {said.strip().splitlines()[-1:]}")
    return time.perf_counter() - start, peak


def _watch(child: subprocess.Popen[bytes]) -> float:
    """Return the peak resident memory of a process and its children in MB (0 where /proc is absent)."""
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, _memory_mb(child.pid))
        time.sleep(0.02)
    return peak


def _memory_mb(pid: int) -> float:
    total = 0.0
    waiting = [pid]
    while waiting:
        process = Path(f"/proc/{waiting.pop()}")
        try:
            for line in (process / "status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) / 1024
            for task in (process / "task").iterdir():
                waiting += [int(p) for p in (task / "children").read_text().split()]
        except (OSError, ValueError):
            continue
    return total


def show(title: str, figures: Sequence[Figure], digits: int = 1) -> None:
    """Print figures with their goal as a ratio (2.0x: twice as good as asked), and growth between sizes."""
    print(f"\n{title}")
    before: Figure | None = None
    for f in figures:
        line = f"  {f.name:<46} {f.value:>10,.{digits}f} {f.unit:<3}"
        if f.goal is not None:
            ratio = f.goal / f.value if f.value else float("inf")
            line += f"  goal {f.goal:>8,.{digits}f}  {ratio:>6.1f}x{'' if ratio >= 1 else '  MISSED'}"
        if f.size and before is not None and before.size and before.unit == f.unit and before.value:
            line += f"  {f.size / before.size:.0f}x the size: {f.value / before.value:.1f}x the time"
        print(line)
        before = f if f.size else None
    sys.stdout.flush()
