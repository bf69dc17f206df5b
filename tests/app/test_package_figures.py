"""The figures a package goes out with are kept with it, and computed again they are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.app.council import ExportReport, ExportRequest
from renovate_gui.app.field_words import field_words
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.domain.difference import ObjectKind
from renovate_gui.domain.figure import FigureSubject
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import Measure
from renovate_gui.render.printer import QtPrinter

pytestmark = pytest.mark.usefixtures("qapp")

X, Y = 362_086.0, 3_271_852.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "p.gpkg", title="P", crs="EPSG:4545", printer=QtPrinter()) as made:
        x = X + np.arange(12) * 40.0
        homes = shapely.box(x, Y, x + 10, Y + 10)
        info = LayerInfo(
            LayerId(0), Uuid(""), "homes", "", Role.BUILDINGS, SLOT_OF_ROLE[Role.BUILDINGS], 0, True, "", 0,
            "EPSG:4545", Datum.CGCS2000, field_map={"residents": "residents"},
        )  # fmt: skip
        columns = {"residents": np.full(12, 20.0)}
        with made.project.action("homes") as writer:
            writer.add_layer(info, LayerTable(np.arange(1, 13), homes, columns))
        made.proposals.add(shapely.Point(X, Y - 5), title="Day care", kind="elderly_day_care")
        yield made


def export(session: Session, folder: Path) -> ExportReport:
    request = ExportRequest(
        folder, papers=("A4",), gaps=GapRequest(("elderly_day_care",), Measure.CIRCLE, 150.0)
    )
    return session.council.prepare_export(request).run()


def test_they_are_kept_in_the_package_s_own_step(session: Session, tmp_path: Path) -> None:
    state, steps = session.project.state, len(session.history())
    report = export(session, tmp_path / "out")
    assert len(session.history()) == steps + 1
    figures = session.provenance.figures()
    assert {f.state for f in figures} == {state}
    gaps = [f for f in figures if f.subject is FigureSubject.GAPS]
    assert [f.title for f in gaps] == [
        "Package 1, today · Elderly day care",
        "Package 1, with the proposals · Elderly day care",
    ]
    assert [f.parameters["with_proposals"] for f in gaps] == [False, True]
    assert gaps[0].numbers["served"] == 0 < gaps[1].numbers["served"] < 12
    assert [f.subject for f in figures if f not in gaps] == [FigureSubject.HEAT]
    manifest = json.loads((report.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["software"]["name"] == "renovate-gui"
    assert manifest["software"]["GEOS"] == figures[0].software["GEOS"]
    for figure in figures:
        again = session.provenance.recompute(figure).run()
        assert (again.is_same, again.is_exact) == (True, True)
    session.undo()
    assert session.provenance.figures() == ()
    assert session.project.packages() == ()


def test_the_next_package_changes_nothing_of_the_first_s(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "out")
    first = session.provenance.figures()
    proposal = session.proposals.all()[0]
    session.proposals.set_geometry(proposal.uuid, shapely.Point(X + 200, Y - 5))
    export(session, tmp_path / "out")
    kept = session.provenance.figures()
    assert kept[: len(first)] == first
    assert kept[len(first)].title.startswith("Package 2, today")
    planned = first[1]
    again = session.provenance.recompute(planned).run()
    assert (again.is_same, again.changed_inputs) == (True, ("Proposals",))


def test_work_during_the_export_keeps_no_figure_that_rests_on_both(session: Session, tmp_path: Path) -> None:
    request = ExportRequest(
        tmp_path / "out", papers=("A4",), gaps=GapRequest(("elderly_day_care",), Measure.CIRCLE, 150.0)
    )
    task = session.council.prepare_export(request)
    session.set_title("changed meanwhile")
    report = task.run()
    assert session.provenance.figures() == ()
    assert any("figures are not kept" in note for note in report.notes)


def test_the_history_names_the_numbers(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "out")
    difference = session.timeline.difference(session.history()[-1].number)
    made = [c for c in difference.changes if c.what is ObjectKind.FIGURE]
    assert len(made) == 3
    gap = next(c for c in made if "with the proposals" in c.title)
    words = {w.label: w.after for w in field_words(gap)}
    assert words["Kind of facility"] == "Elderly day care"
    assert words["Measure of distance"] == "Straight line"
    assert int(words["Buildings within reach"]) + int(words["Buildings out of reach"]) == 12
    assert words["Age group counted"] == "Residents"
    assert words["Digest of every single value"].endswith("…")
    assert not {"served", "people_served", "limit_m"} & set(words)


def test_keeping_pushes_no_result_away_that_a_person_looks_at(session: Session) -> None:
    request = GapRequest(("elderly_day_care",), Measure.CIRCLE, 150.0)
    (shown,) = session.gaps.prepare(request).run()
    for limit in range(200, 260, 10):
        session.provenance.keep_gaps(
            GapRequest(("childcare",), Measure.CIRCLE, float(limit)), str(limit)
        ).run()
    assert session.gaps.latest()[0] is shown
    assert session.gaps.explain(shown, int(shown.ids[0])).limit_m == 150.0
