"""What the parts of the harness share: a case, its chance, its folder, its script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from crash_harness.scripts import Script, make_script

OPERATIONS = 24
_CASES_PER_SCRIPT = 25


@dataclass
class Bench:
    """Where cases are run; keeps the scripts it has made."""

    seed: str
    folder: Path
    weaken: str = ""
    scripts: dict[str, Script] = field(default_factory=dict)

    def script(self, part: str, case: int, *, per_script: int = _CASES_PER_SCRIPT) -> Script:
        """Return the script of a case; every second one goes through the session."""
        number = case // per_script
        kind = ("session", "edit")[number % 2]
        key = f"{part}-{number}"
        if key not in self.scripts:
            self.scripts[key] = make_script(
                kind, f"{self.seed}:{key}", self.folder / "scripts" / key, OPERATIONS
            )
        return self.scripts[key]

    def random(self, part: str, case: int) -> Random:
        """Return the chance of a case: the same each time it is repeated."""
        return Random(f"{self.seed}:{part}:{case}")

    def place(self, part: str, case: int) -> Path:
        """Return the folder of a case."""
        return self.folder / "cases" / f"{part}-{case}"


Ready = Callable[[Bench, int], None]
"""Make what several cases share; it stays in the process that runs them."""

RunCase = Callable[[Bench, int, int], str]
"""Run case ``i`` of ``n`` in a process of its own; return a word for the statistics, or raise :class:`~crash_harness.checks.Wrong`."""
