"""Other programs that open, read and close the project while it is worked on, and when it was left by a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crash_harness import checks
from crash_harness.checks import Wrong
from crash_harness.parts import Bench
from crash_harness.scripts import feed

_READER = """
import sqlite3, sys, time
while True:
    db = sqlite3.connect(sys.argv[1])
    try:
        for table in ("notes", "proposals", "gpkg_contents"):
            for row in db.execute(f"SELECT * FROM {table}"):
                time.sleep(0.0005)
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
    db.close()
    time.sleep(0.002)
"""


def get_script(bench: Bench, case: int) -> None:
    """Make the script of a case."""
    bench.script("neighbours", case, per_script=5)


def work_beside_others(bench: Bench, case: int, _cases: int) -> str:
    """Let another program read in a loop while operations run; half of the time the program is killed as well."""
    random = bench.random("neighbours", case)
    script = bench.script("neighbours", case, per_script=5)
    project = script.copy_to(bench.place("neighbours", case))
    commands = _programs(project)
    name = list(commands)[case % len(commands)]
    errors = project.parent / "neighbour.err"
    with errors.open("w", encoding="utf-8") as said:
        other = subprocess.Popen(
            commands[name], stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )
    try:
        is_killed = random.random() < 0.5
        seconds = random.uniform(0.3, 0.3 + script.seconds * 2) if is_killed else None
        fed = feed(script.fork(project), script, window=2, seconds=seconds)
        if not is_killed and (fed.acknowledged != len(script.lines) or fed.status):
            raise Wrong(f"beside {name} it came only so far: {fed}")
    finally:
        os.killpg(other.pid, 9)
        other.wait()
    checks.check(project, script.expected(fed.acknowledged, fed.sent), thorough=True)
    said_text = errors.read_text(encoding="utf-8")
    if "malformed" in said_text or "Traceback" in said_text:
        raise Wrong(f"{name} said {said_text[-300:]}")
    return name


def _programs(project: Path) -> dict[str, list[str]]:
    programs = {"sqlite3": [sys.executable, "-c", _READER, str(project)]}
    if checks.OGRINFO is not None:
        for options, name in (("-ro -al", "ogrinfo -ro"), ("-al", "ogrinfo")):
            loop = f'while :; do "$0" {options} "$1" >/dev/null; done'
            programs[name] = ["sh", "-c", loop, checks.OGRINFO, str(project)]
    return programs
