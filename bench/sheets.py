"""How fast sheets are printed: one A3 sheet first and again, twenty pages of an atlas, on the invented community."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measure import CHECKOUT, Figure, best_ms, show

SAMPLE = CHECKOUT / "sample_maps"
LAYERS = {"study_area": "study_area", "landuse": "basemap", "parcels": "parcels", "buildings": "buildings",
          "walk_network": "walk_network"}  # fmt: skip


def sheets(folder: Path) -> None:
    """Print sheets of the sample community and show what that takes."""
    from renovate_gui import bootstrap
    from renovate_gui.app.handouts import compose_handout
    from renovate_gui.app.plan_content import Gathering
    from renovate_gui.app.session import Session
    from renovate_gui.app.sheet_atlas import compose_atlas, doors_of
    from renovate_gui.domain.roles import Role
    from renovate_gui.render import printer

    printer.ensure_application()
    assert bootstrap
    with Session.create(folder / "p.gpkg") as session:
        reports = session.survey.prepare_inspect([SAMPLE / "qingyaping_base.gpkg"]).run()
        for plan in session.survey.propose(reports):
            if plan.source.name in LAYERS:
                session.survey.prepare_import(replace(plan, role=Role(LAYERS[plan.source.name]))).run()
        identity = session.layouts.sample_identity()
        content = Gathering(session, identity).finish(lambda *_: None, lambda: False)
        doors, _ = doors_of(content, session, "buildings")
        pages = tuple(compose_atlas(content, session.scenes, doors[:20]))
        print_of = printer.QtPrinter().print_handout

        def run(count: int) -> None:
            handout = compose_handout(content, pages[:count], paper="A3", seal="0000-0000")
            print_of(handout, folder / "s.pdf")

        start, cpu = time.perf_counter(), time.process_time()
        run(1)
        first, first_cpu = time.perf_counter() - start, time.process_time() - cpu
        again = best_ms(lambda: run(1), runs=5)
        twenty = best_ms(lambda: run(len(pages)), runs=3)
    show(
        "printed sheets, sample community",
        [
            Figure("one A3 sheet, the first", first * 1000, "ms", 170),
            Figure("of it this process alone", first_cpu * 1000, "ms"),
            Figure("one A3 sheet again", again, "ms", 40),
            Figure(f"atlas of {len(pages)} A3 pages", twenty, "ms", 800),
        ],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        sheets(Path(name))
