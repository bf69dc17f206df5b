"""The short dose: kills, power cuts, failing disks and neighbours, each part in a process of its own.

The long dose is ``./dev durability``. The seed is fixed, so that the build tries the same each time; the long dose
takes another one each time and prints it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent / "run.py"


def _place(tmp_path: Path) -> Path:
    """Return where to work: in memory if there is room, because a kill loses nothing there that it would keep elsewhere."""
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return Path(tempfile.mkdtemp(dir=memory)) if is_roomy else tmp_path


def run(*words: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    place = _place(tmp_path)
    try:
        return _run(place, *words)
    finally:
        if place != tmp_path:
            shutil.rmtree(place, ignore_errors=True)


def _run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), "--folder", str(place), "--jobs", "1", *words],
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "part",
    ["export", "points", "kills", "import", "faults", "neighbours", "cuts", "births", "traced", "refused"],
)
def test_nothing_is_lost(part: str, tmp_path: Path) -> None:
    said = run("--short", "--seed", "build", "--part", part, tmp_path=tmp_path)
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-3000:]
    if part in {"traced", "refused"} and "strace is not here" in said.stdout:
        pytest.skip("no strace here; the other parts watch the same calls through SQLite's own layer")
    assert " 0 " in said.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("weakness", "cases"), [("synchronous_off", 12), ("synchronous_full", 60), ("no_journal_sync", 80)]
)
def test_the_harness_finds_what_is_lost(weakness: str, cases: int, tmp_path: Path) -> None:
    """A program that does not sync, or a disk that forgets to, loses work; a harness that sees none is blind."""
    words = ("--seed", "blind", "--part", "cuts", "--count", str(cases), "--weaken", weakness)
    said = run(*words, tmp_path=tmp_path)
    assert said.returncode == 1, said.stdout[-1000:] + said.stderr[-1000:]
    assert "acknowledged work is lost" in said.stdout or "damaged" in said.stdout or "no state" in said.stdout
    assert (
        f"--weaken {weakness}" in said.stdout
    )  # the line that repeats a case names what it was spoiled with
