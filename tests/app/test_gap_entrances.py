"""Entrances of buildings: where people leave by them, what is said of them, what makes results stale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point, box

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.geo.network import build_network

ELDERLY = GapRequest(kinds=("elderly_day_care",), walker="paper")


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def put_layer(session, role, name, geometry, columns=None, field_map=None):
    """Store a layer as the import does."""
    columns = {k: np.array(v, dtype=object) for k, v in (columns or {}).items()}
    table = LayerTable(np.arange(1, len(geometry) + 1), _objects(geometry), columns)
    info = LayerInfo(
        id=0, uuid="", name=name, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type="", feature_count=len(geometry), source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map=field_map or {},
    )  # fmt: skip
    with session.project.action(f"Import {name}") as writer:
        return writer.add_layer(info, table)


@pytest.fixture
def quarter(tmp_path):
    """Two parallel streets 40 m apart, deep houses between them nearer to the southern one, the day care in the north."""
    session = Session.create(tmp_path / "q.gpkg", title="Quarter", crs="EPSG:4545")
    put_layer(session, Role.BUILDINGS, "楼栋", [box(x, 2, x + 20, 34) for x in (100, 200, 300)])
    streets = [
        LineString([(0, 0), (900, 0)]),
        LineString([(0, 40), (900, 40)]),
        LineString([(900, 0), (900, 40)]),
    ]
    put_layer(session, Role.WALK_NETWORK, "路", streets)
    put_layer(
        session, Role.FACILITIES, "设施", [Point(50, 40)],
        {"type": ["elderly_day_care"], "label": ["Home"]}, {"kind": "type", "name": "label"},
    )  # fmt: skip
    yield session
    session.close()


def run(session, request=ELDERLY):
    (result,) = session.gaps.prepare(request).run()
    return result


def doors(session, points, kinds=None):
    columns = {"entrance": kinds} if kinds else {}
    return put_layer(session, Role.ENTRANCES, "出入口", points, columns, {k: k for k in columns})


def test_people_leave_by_their_entrances_and_the_best_counts(quarter):
    before = run(quarter)
    assert before.verdict.tolist() == [Verdict.OUT_OF_REACH] * 3  # all the way round by the eastern end
    assert not any("Entrances" in n for n in before.notes)
    doors(quarter, [Point(110, 34), Point(110, 2), Point(215, 37), Point(600, 20)])
    after = run(quarter)
    np.testing.assert_allclose(after.network_m[:2], [6 + 60, 3 + 165])
    assert after.network_m[2] == before.network_m[2]
    np.testing.assert_array_equal(after.circle_m, before.circle_m)
    assert after.verdict.tolist() == [Verdict.SERVED, Verdict.SERVED, Verdict.OUT_OF_REACH]
    assert any(n.startswith("Entrances known for 2 of 3 buildings;") for n in after.notes)
    assert "Entrances more than 5 m from every counted building, so not used: 1." in after.notes
    why = quarter.gaps.explain(after, int(after.ids[0]))
    np.testing.assert_allclose(why.route_xy, [(110, 34), (110, 40), (50, 40)])


def test_the_straight_line_asks_for_no_entrance(quarter):
    doors(quarter, [Point(110, 34)])
    result = run(quarter, replace(ELDERLY, measure=Measure.CIRCLE))
    assert not any("Entrances" in n for n in result.notes)


def test_a_feature_may_hold_several_entrances(quarter):
    doors(quarter, [MultiPoint([(110, 34), (210, 34), (310, 34)]), None])
    assert any("3 of 3" in n for n in run(quarter).notes)


def test_nobody_comes_home_by_an_emergency_exit(quarter):
    before = run(quarter)
    doors(quarter, [Point(110, 34), Point(210, 34), Point(310, 34)], ["emergency", "地下车库", "staircase"])
    after = run(quarter)
    assert after.network_m[:2].tolist() == before.network_m[:2].tolist()
    assert after.network_m[2] == pytest.approx(6 + 260)
    assert any("nobody is taken to leave: 2." in n for n in after.notes)


def test_entrances_are_said_in_chinese(quarter):
    doors(quarter, [Point(110, 34)])
    set_language("zh_CN")
    assert "3 栋建筑中有 1 栋已知出入口，其余建筑以中心点接入步行网络。" in run(quarter).notes


def test_edited_entrances_make_results_stale(quarter):
    before = run(quarter)
    info = doors(quarter, [Point(110, 34)])
    assert quarter.gaps.latest() == ()
    own = run(quarter)
    assert quarter.gaps.latest() == (own,)
    door = int(quarter.layers.table(info.id).ids[0])
    quarter.layers.set_geometry(info.id, door, Point(310, 34))
    assert quarter.gaps.latest() == ()
    moved = run(quarter)
    assert moved.network_m[0] == before.network_m[0] > own.network_m[0]
    assert moved.network_m[2] < before.network_m[2]
    quarter.undo()
    assert quarter.gaps.latest() == ()
    np.testing.assert_array_equal(run(quarter).network_m, own.network_m)
    quarter.layers.set_role(info.id, Role.OTHER)
    assert quarter.gaps.latest() == ()
    np.testing.assert_array_equal(run(quarter).network_m, before.network_m)


_spot = st.tuples(st.floats(0, 300), st.floats(0, 120))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_spot, min_size=1, max_size=6),
    st.lists(_spot, min_size=6, max_size=6),
    st.lists(_spot, min_size=1, max_size=3),
)
def test_an_entrance_given_equals_moving_the_point_there(places, entrances, services):
    lines = [[(0, 0), (300, 0)], [(0, 0), (0, 120)], [(0, 60), (200, 60)], [(300, 0), (200, 60)]]
    network = build_network(_objects([LineString(line) for line in lines]))
    moved = [Point(e) for e in entrances[: len(places)]]
    targets = _objects([Point(s) for s in services])
    given_doors = ReachEngine(network, _objects([Point(p) for p in places]), entrances=_objects(moved))
    by_hand = ReachEngine(network, _objects(moved))
    link = _objects([LineString([(40, 0), (90, 60)])])
    pairs = [
        (given_doors, by_hand),
        tuple(e.with_links(link, first_source=4) for e in (given_doors, by_hand)),
    ]
    for one, other in pairs:
        np.testing.assert_array_equal(one.nearest(targets).cost, other.nearest(targets).cost)
        np.testing.assert_array_equal(one.within(targets, 150.0).cost, other.within(targets, 150.0).cost)
        np.testing.assert_array_equal(one.ball(targets[0], 150.0).cost, other.ball(targets[0], 150.0).cost)
