"""Where a standard asks for a service without a distance, every sentence says that the distance is a planning default."""

from __future__ import annotations

from pathlib import Path

from shapely.geometry import Point, box
from town import put_layer

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.plan_facts import ground
from renovate_gui.app.report_ground import ground_of
from renovate_gui.app.session import Session
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure
from renovate_gui.io.package.texts import say


def test_clause_and_caveat_agree(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as session:
        put_layer(session, Role.BUILDINGS, "楼栋", [box(0, 5, 10, 15)])
        put_layer(
            session, Role.FACILITIES, "设施", [Point(0, 0)], {"kind": ["public_toilet"]}, {"kind": "kind"}
        )
        asked = GapRequest(("public_toilet",), measure=Measure.CIRCLE)
        (result,) = session.gaps.prepare(asked).run()
        house = int(result.ids[0])
        told = session.gaps.explain(result, house)
        words = "asks for it (should) but gives no distance; 300 m is a planning default."
        assert words in told.clause
        assert "at most" not in told.clause
        assert any(words in note for note in result.notes)
        assert "no distance in the text" in ground_of(session.layers, (), "", result.row).clause
        assert "planning default" in say(ground(result.row), "en")


def test_a_distance_of_the_text_stays_what_the_text_asks(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as session:
        put_layer(session, Role.BUILDINGS, "楼栋", [box(0, 5, 10, 15)])
        put_layer(
            session, Role.FACILITIES, "设施", [Point(0, 0)], {"kind": ["elderly_day_care"]}, {"kind": "kind"}
        )
        (result,) = session.gaps.prepare(GapRequest(("elderly_day_care",), measure=Measure.CIRCLE)).run()
        assert "at most 300 m (should)" in session.gaps.explain(result, int(result.ids[0])).clause
        assert not any("planning default" in note for note in result.notes)
