"""A whole community by command line: import, gaps, package, and the window on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from measure import CHECKOUT, SHARED, Figure, command, show

SAMPLE = CHECKOUT / "sample_maps"
PROJECT = "p.gpkg"


def laspalmas(folder: Path) -> None:
    """Measure the fullest real case (4,856 buildings, 3,701 walk edges)."""
    file = SHARED / "laspalmas-riscos" / "laspalmas-riscos.gpkg"
    if not file.is_file():
        print("\nlaspalmas-riscos: the reference data is absent, left out")
        return
    layers = (
        ("study_area", "study_area"), ("buildings", "buildings"), ("facilities", "facilities"),
        ("walk_edges", "walk_network"), ("blocks", "parcels"), ("landuse", "basemap"),
    )  # fmt: skip
    _community(
        "laspalmas-riscos", folder, [(file, layer, role, ()) for layer, role in layers], has_goals=True
    )


def sample(folder: Path) -> None:
    """Measure the invented community (900 buildings, 455 walk edges)."""
    base = SAMPLE / "qingyaping_base.gpkg"
    layers = (
        ("study_area", "study_area"), ("landuse", "basemap"), ("parcels", "parcels"), ("buildings", "buildings"),
        ("walk_network", "walk_network"),
    )  # fmt: skip
    imports = [(base, layer, role, ()) for layer, role in layers]
    imports.append((SAMPLE / "qingyaping_facilities.geojson", "qingyaping_facilities", "facilities", ()))
    _community("sample community", folder, imports, has_goals=False)


def _community(
    title: str, folder: Path, imports: list[tuple[Path, str, str, tuple[str, ...]]], *, has_goals: bool
) -> None:
    def goal(value: float) -> float | None:
        return value if has_goals else None

    command("new", PROJECT, cwd=folder)
    idle, _ = command("dump", PROJECT, cwd=folder)
    figures, peak, together = [], 0.0, 0.0
    for file, layer, role, more in imports:
        seconds, memory = command(
            "import", PROJECT, str(file), "--layer", layer, "--as", role, *more, cwd=folder
        )
        together, peak = together + seconds, max(peak, memory)
    figures.append(Figure("start and end of any command", idle, "s"))
    figures.append(Figure(f"import of {len(imports)} layers, {len(imports)} processes", together, "s"))
    figures.append(
        Figure("import of all layers in one process", _in_one_process(folder, imports), "s", goal(3))
    )
    seconds, memory = command("analyze", PROJECT, "--json", cwd=folder)
    peak = max(peak, memory)
    figures.append(Figure("analyze two kinds, as a command", seconds, "s"))
    figures.append(Figure("analyze two kinds, without start", seconds - idle, "s", goal(1)))
    seconds, memory = command("export", PROJECT, "--out", "out", cwd=folder)
    peak = max(peak, memory)
    figures.append(Figure("package", seconds, "s", goal(20)))
    found = in_window(folder / PROJECT)
    figures.append(Figure("window: project open and first map", found["open_s"], "s"))
    figures.append(Figure("window: pan frame, median", found["frame_median_ms"], "ms", 16.7))
    figures.append(Figure("window: pan frame, worst of 120", found["frame_worst_ms"], "ms"))
    figures.append(Figure("window: frames over 16.7 ms, of 120", found["frames_over_16_ms"], ""))
    figures.append(Figure("peak memory of any command with children", peak, "MB", goal(600)))
    show(title, figures)


def _in_one_process(folder: Path, imports: list[tuple[Path, str, str, tuple[str, ...]]]) -> float:
    """Return the seconds that importing all layers takes as in the window: one session, one child process a file."""
    import time
    from dataclasses import replace

    from renovate_gui.app.session import Session
    from renovate_gui.domain.roles import Role

    wanted = {(str(file), layer): role for file, layer, role, _ in imports}
    with Session.create(folder / "one.gpkg") as session:
        start = time.perf_counter()
        reports = session.survey.prepare_inspect(sorted({file for file, *_ in imports})).run()
        for plan in session.survey.propose(reports):
            role = wanted.get((str(plan.source.path), plan.source.name))
            if role is not None:
                session.survey.prepare_import(replace(plan, role=Role(role))).run()
        return time.perf_counter() - start


def in_window(project: Path | None) -> dict[str, float]:
    """Return what the window's own process measured."""
    words = [
        sys.executable,
        str(Path(__file__).with_name("in_window.py")),
        *([str(project)] if project else []),
    ]
    env = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(words, capture_output=True, text=True, env=env, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def window_start() -> None:
    """Measure how soon an empty window is there, cold once, then warm."""
    times = [in_window(None)["start_s"] for _ in range(3)]
    show(
        "window",
        [Figure("on screen, first", times[0], "s"), Figure("on screen, warm", min(times[1:]), "s", 1.5)],
    )


def demo(folder: Path) -> None:
    """Measure the demo as without a display."""
    seconds, memory = command("demo", "--no-window", "--out", "demo", cwd=folder)
    show(
        "demo",
        [Figure("demo without a display", seconds, "s", 60), Figure("its peak memory", memory, "MB", 600)],
    )
