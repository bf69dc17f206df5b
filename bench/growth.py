"""Growth: the same work at 10k, 100k and 1M points, and at ever longer histories."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import shapely
from measure import Figure, best_ms, show


def heat() -> None:
    """Measure the density surface over a 4 km by 4 km area, bandwidth 120 m."""
    from renovate_gui.analysis.heat import HeatInput, heat_surface

    area = shapely.box(0, 0, 4000, 4000)
    figures = []
    for count in (10_000, 100_000, 1_000_000):
        rng = np.random.default_rng(1)
        given = HeatInput(rng.uniform(0, 4000, (count, 2)), np.ones(count), area, 120.0)
        figures.append(
            Figure(f"{count:,} points", best_ms(lambda g=given: heat_surface(g, unit="")), "ms", size=count)
        )
    show("heat", figures)


def edits(folder: Path) -> None:
    """Measure one acknowledged edit (durable on disk) after 10, 100 and 1,000 others, and its undo."""
    from renovate_gui.app.editing import apply_operation
    from renovate_gui.app.session import Session

    figures, undos = [], []
    done = 0
    with Session.create(folder / "edits.gpkg", crs="EPSG:4545") as session:
        for count in (10, 100, 1000):
            while done < count:
                apply_operation(session, _add(done))
                done += 1
            start = time.perf_counter()
            for extra in range(20):
                apply_operation(session, _add(done + extra))
            figures.append(
                Figure(f"after {count:,} edits", (time.perf_counter() - start) * 50, "ms", 50, count)
            )
            start = time.perf_counter()
            for _ in range(20):
                session.undo()
            undos.append(
                Figure(f"after {count:,} edits", (time.perf_counter() - start) * 50, "ms", 50, count)
            )
    show("one edit, durable", figures)
    show("one undo, durable", undos)


def _add(number: int) -> dict[str, object]:
    place = [400_000.0 + number, 3_300_000.0]
    geometry = {"type": "Point", "coordinates": place}
    return {"op": "add", "layer": "proposals", "id": f"p{number}-{time.perf_counter_ns()}", "geometry": geometry,
            "properties": {"title": f"No. {number}"}}  # fmt: skip
