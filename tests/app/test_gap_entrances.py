"""Entrances of buildings: where people leave by them, what is said of them, what makes results stale."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point, box
from town import put_layer

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.live import LinkAs, Live, PlaceAt
from renovate_gui.app.session import Session
from renovate_gui.app.siting import SitingModel, SitingRequest
from renovate_gui.app.siting_request import Means
from renovate_gui.assets import set_language
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.geo.network import build_network

ELDERLY = GapRequest(kinds=("elderly_day_care",), walker="paper")


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


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


# -- facilities -----------------------------------------------------------------------------------------------
@pytest.fixture
def hall(tmp_path):
    """A street along the houses, another behind the hall; the hall stands between, its point nearer to the far street."""
    session = Session.create(tmp_path / "h.gpkg", title="Hall", crs="EPSG:4545")
    houses = [box(x, -12, x + 10, -2) for x in (0, 60, 120)]
    put_layer(
        session, Role.BUILDINGS, "楼栋", [*houses, box(80, 2, 140, 38)],
        {"n": [100, 100, 100, 0]}, {"residents": "n", "age60": "n"},
    )  # fmt: skip
    streets = [
        LineString([(0, 0), (900, 0)]),
        LineString([(0, 60), (900, 60)]),
        LineString([(900, 0), (900, 60)]),
    ]
    put_layer(session, Role.WALK_NETWORK, "路", streets)
    put_layer(
        session, Role.FACILITIES, "设施", [Point(100, 34), Point(500, 58)],
        {"type": ["elderly_day_care"] * 2, "label": ["Hall", "Far"], "beds": [120, 10]},
        {"kind": "type", "name": "label", "capacity": "beds"},
    )  # fmt: skip
    yield session
    session.close()


def gates(session, points=((80, 31), (110, 2), (138, 2)), **columns):
    return put_layer(
        session, Role.ENTRANCES, "出入口", [Point(p) for p in points], columns, {k: k for k in columns}
    )


def test_a_facility_is_reached_by_the_best_entrance_of_its_building(hall):
    before = run(hall)
    assert before.verdict.tolist() == [Verdict.OUT_OF_REACH] * 4
    assert not any("reached by" in n for n in before.notes)
    gates(hall)
    after = run(hall)
    np.testing.assert_allclose(after.network_m[:3], [7 + 105 + 2, 7 + 45 + 2, 7 + 13 + 2])
    np.testing.assert_array_equal(after.circle_m, before.circle_m)
    assert after.nearest.tolist() == [0, 0, 0, 0]
    expected = "1 of 2 facilities is reached by its entrances, the others where their point is."
    assert expected in after.notes
    why = hall.gaps.explain(after, int(after.ids[0]))
    np.testing.assert_allclose(why.route_xy[-1], (110, 2))
    assert why.entrance == "In by its entrance in the south; entrances known: 3."
    assert why.ways[0].entrance == why.entrance
    assert why.ways[0].metres == after.network_m[0]
    straight = run(hall, replace(ELDERLY, measure=Measure.CIRCLE))
    np.testing.assert_array_equal(straight.circle_m, before.circle_m)
    assert not any("entrances" in n for n in straight.notes)


def test_the_card_calls_an_entrance_by_its_name(hall):
    gates(hall, name=["West", "South", "Garden"])
    result = run(hall)
    why = hall.gaps.explain(result, int(result.ids[2]))
    assert why.entrance == "In by the entrance “Garden”; entrances known: 3."
    set_language("zh_CN")
    assert (
        hall.gaps.explain(result, int(result.ids[2])).entrance == "从出入口“Garden”进入（已知出入口 3 个）。"
    )


def test_several_entrances_have_the_room_of_one_facility(hall):
    gates(hall)
    request = replace(ELDERLY, need_share=0.5)
    result = run(hall, request)
    assert result.service.taken.tolist() == [120.0, 0.0]
    assert float(result.service.placed.sum()) == pytest.approx(120.0)
    floating = result.service.access
    assert float((floating[:3] * 50.0).sum()) == pytest.approx(120.0)  # all supply, once


def test_a_service_door_and_a_proposal_count_as_before(hall):
    before = run(hall)
    gates(hall, entrance=["service", "emergency", "exit"])
    np.testing.assert_array_equal(run(hall).network_m[:3], before.network_m[:3])


def test_where_no_facility_has_an_entrance_nothing_changes(hall):
    frozen = hall.gaps.frozen(ELDERLY)
    assert frozen.kinds[0].spots is frozen.kinds[0].points
    before = run(hall)
    gates(hall, [(0, -12), (60, -12)])
    after = hall.gaps.frozen(ELDERLY).kinds[0]
    assert after.spots is after.points
    np.testing.assert_array_equal(run(hall).network_m[2:], before.network_m[2:])


def test_a_planned_facility_is_reached_where_it_is_drawn(hall):
    gates(hall)
    without = run(hall, replace(ELDERLY, with_proposals=False))
    hall.proposals.add(Point(100, 33), kind="elderly_day_care", title="New")
    planned = hall.gaps.frozen(ELDERLY).kinds[0]
    assert [g.geom_type for g in planned.spots] == ["MultiPoint", "Point", "Point"]
    np.testing.assert_array_equal(run(hall).network_m[:3], without.network_m[:3])


def test_a_proposal_where_a_facility_stands_enlarges_it_and_is_entered_by_its_doors(hall):
    gates(hall)
    made = hall.proposals.add(Point(100, 34), kind="elderly_day_care", title="More")
    hall.proposals.update(replace(made, capacity=30.0))
    one = hall.gaps.frozen(ELDERLY).kinds[0]
    assert one.spots[2] is one.spots[0]
    result = run(hall, replace(ELDERLY, need_share=0.5))
    assert result.service.taken.tolist() == [120.0, 0.0, 30.0]


def test_siting_keeps_its_promise_where_a_facility_has_entrances(hall):
    gates(hall)
    gap = replace(ELDERLY, need_share=0.5)
    request = SitingRequest(
        model=SitingModel.BUDGET,
        budget=Decimal(550_000),
        candidates="grid",
        enlarge_by=25,
        exact=True,
        gap=gap,
    )
    result = hall.siting.prepare(request).run()
    plan = result.plans[0]
    assert [s.means for s in plan.sites] == [Means.ENLARGE]
    before = run(hall, gap).people_of(Verdict.SERVED)
    hall.siting.apply(result, 1)
    assert run(hall, gap).people_of(Verdict.SERVED) - before == pytest.approx(plan.newly_served)
    assert plan.newly_served == 50.0  # 25 more places, of each two elderly one needs a place


def test_a_facility_picked_up_and_put_back_gives_what_was(hall):
    gates(hall)
    request = replace(ELDERLY, need_share=0.5)
    whole = run(hall, request)
    key = whole.facility_keys[0]
    gesture = Live.prepare(hall, request, key).run()
    assert len(gesture.frame(PlaceAt(100, 34)).changed) == 0
    moved = gesture.frame(PlaceAt(100, 33.0))
    own = gesture.result()
    assert own.verdict[0] == Verdict.OUT_OF_REACH  # no doors under the hand: it is where the pointer is
    assert moved.buildings == {v: int((own.verdict == v).sum()) for v in moved.buildings}
    back = gesture.frame(PlaceAt(100, 34))
    assert len(back.changed) == 0
    again = gesture.result()
    for name in ("verdict", "network_m", "minutes", "nearest"):
        np.testing.assert_array_equal(getattr(again, name), getattr(whole, name))
    np.testing.assert_array_equal(again.service.taken, whole.service.taken)


def test_another_facility_keeps_its_entrances_in_every_frame(hall):
    gates(hall)
    gesture = Live.prepare(hall, ELDERLY, run(hall).facility_keys[1]).run()
    for change in (PlaceAt(300, 58), PlaceAt(500, 1)):
        frame, own = gesture.frame(change), gesture.result()
        assert frame.buildings == {v: int((own.verdict == v).sum()) for v in frame.buildings}
        np.testing.assert_allclose(own.network_m[0], 114.0)


def test_a_link_in_hand_leads_to_entrances_too(hall):
    gates(hall, [(110, 38)])
    assert run(hall).verdict[0] == Verdict.OUT_OF_REACH
    gesture = Live.prepare(hall, ELDERLY, "new:path").run()
    link = LinkAs(LineString([(70, 0), (70, 60)]), "path")
    frame = gesture.frame(link)
    own = gesture.result()
    np.testing.assert_allclose(own.network_m[0], 7 + 65 + 60 + 40 + 22)
    assert frame.buildings == {v: int((own.verdict == v).sum()) for v in frame.buildings}
    assert own.verdict[0] == Verdict.SERVED


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
