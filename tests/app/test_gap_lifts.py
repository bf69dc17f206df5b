"""Lifts that the data has as points: counted, said, and gone from the count once they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from renovate_gui.analysis.links import lone_lifts
from renovate_gui.app.gaps import GapRequest
from renovate_gui.bootstrap import create_session
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _put(session, role, geometry, field, column, words):
    table = LayerTable(np.arange(1, len(geometry) + 1), _objects(geometry), {column: _objects(words)})
    info = LayerInfo(
        id=0, uuid="", name=role.value, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type="", feature_count=len(geometry), source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map={field: column},
    )  # fmt: skip
    with session.project.action("Import") as writer:
        writer.add_layer(info, table)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("elevator", 1),
        ("highway=elevator", 1),
        ("Lift", 1),
        ("户外电梯", 1),
        ("电梯维修", 0),
        ("weightlifting", 0),
        ("", 0),
    ],
)
def test_what_counts_as_a_mapped_lift(word, count):
    assert lone_lifts([word], _objects([Point(0, 0)]), [], _objects([])) == count


def test_a_way_that_is_a_lift_takes_the_point_off_the_count():
    points, ways = _objects([Point(0, 0), Point(100, 0), None]), _objects([LineString([(3, 4), (9, 9)])])
    words = ["elevator"] * 3
    assert lone_lifts(words, points, ["footway"], ways) == 2
    assert lone_lifts(words, points, ["elevator"], ways) == 1


def test_lifts_as_points_are_said_until_they_are_drawn(tmp_path):
    session = create_session(tmp_path / "p.gpkg", title="T", crs="EPSG:4545")
    _put(session, Role.BUILDINGS, [box(0, 5, 10, 15)], "use", "use", ["flats"])
    _put(
        session,
        Role.WALK_NETWORK,
        [LineString([(0, 0), (300, 0)]), LineString([(0, 60), (300, 60)])],
        "way",
        "way",
        ["path"] * 2,
    )
    assert session.gaps.point_lifts() == 0
    places = [Point(50, 30), Point(200, 30), Point(0, 60)]
    _put(session, Role.FACILITIES, places, "kind", "type", ["elevator", "elevator", "childcare"])
    request = GapRequest(kinds=("childcare",))
    assert session.gaps.point_lifts() == 2
    (before,) = session.gaps.prepare(request).run()
    assert any(n.startswith("Lifts mapped as points: 2. ") for n in before.notes)
    session.proposals.add(LineString([(50, 0), (50, 60)]), kind="lift")
    assert session.gaps.point_lifts() == 1
    (after,) = session.gaps.prepare(request).run()
    assert any(n.startswith("Lifts mapped as points: 1. ") for n in after.notes)
    assert after.network_m[0] < before.network_m[0]
    session.close()
