"""A drag in the real window on made-up cities: whole frames, with everything they paint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from measure import CHECKOUT, Figure, command, show

CITIES = Path(os.environ.get("RENOVATE_CITIES", "/var/tmp/city"))
"""Holds ``c10k/city.gpkg``, ``c100k/city.gpkg``: parcels, network, facilities."""
_GOALS = {"c10k": (10_000, 20.0), "c100k": (100_000, 50.0)}


def live(folder: Path) -> None:
    """Measure whole frames of a drag at 10,000 and 100,000 parcels."""
    medians, tails, others = [], [], []
    for name, (size, goal) in _GOALS.items():
        source = CITIES / name / "city.gpkg"
        if not source.is_file():
            print(f"\nlive: {source} is absent, left out")
            continue
        found = _in_window(_project(source, folder / f"{name}.gpkg"))
        words = f"{size:,} parcels"
        medians.append(Figure(f"whole frame, median, {words}", found["median_ms"], "ms", goal, size))
        tails.append(Figure(f"whole frame, 95th percentile, {words}", found["p95_ms"], "ms"))
        others.append(Figure(f"of it this program's own processor time, {words}", found["own_ms"], "ms"))
        others.append(Figure(f"from the first movement to the first frame, {words}", found["ready_ms"], "ms"))
        others.append(Figure(f"places that change in a frame, {words}", found["changed"], ""))
    show(
        "a drag in the window, with everything it paints (the best of five drags)",
        [*medians, *tails, *others],
    )


def _project(source: Path, project: Path) -> Path:
    command("new", project.name, cwd=project.parent)
    for layer, role, columns in (
        ("parcels", "parcels", ("residents=population", "age60=elderly", "age0_2=children_0_3")),
        ("network", "walk_network", ()),
        ("facilities", "facilities", ("kind=type", "capacity=capacity")),
    ):
        more = [word for column in columns for word in ("--map", column)]
        command(
            "import", project.name, str(source), "--layer", layer, "--as", role, *more, cwd=project.parent
        )
    return project


def _in_window(project: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "bench" / "live_window.py"), str(project)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
