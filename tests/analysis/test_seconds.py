"""Seconds of ways: Tobler's ratios, short stretches, stairs, lifts, hours, rests; links never slow anybody down."""

from __future__ import annotations

from datetime import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from renovate_gui.analysis.costs import in_seconds, rests_on, tobler_ratio
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.routing import profile_of
from renovate_gui.analysis.walkers import lift_times, walker, walker_for, walkers
from renovate_gui.analysis.ways import HeightSource, way_facts
from renovate_gui.domain.travel import Direction
from renovate_gui.geo.heights import HeightModel
from renovate_gui.geo.network import build_network


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _cost(lines, kinds, code, at=None, **known):
    network = build_network(_objects([LineString(g) for g in lines]))
    facts = way_facts(network, kinds, **known)
    return in_seconds(network, facts, walker(code), at=at), facts


@pytest.mark.parametrize(
    ("slope", "ratio"),
    list(
        zip(
            (0.05, 0.08, 0.10, 0.15, 0.20, 0.0, -0.05, -0.10, -0.20, -0.30),
            (0.839, 0.756, 0.705, 0.592, 0.497, 1.0, 1.191, 1.000, 0.705, 0.497),
            strict=True,
        )
    ),
)
def test_tobler_ratios_are_the_published_ones(slope, ratio):
    assert tobler_ratio(np.array([slope]))[0] == pytest.approx(ratio, abs=5e-4)


def test_an_adult_speeds_up_on_a_gentle_descent_and_a_senior_does_not():
    down = [[(0, 0, 5), (100, 0, 0)]]
    adult, _ = _cost(down, ["path"], "adult")
    senior, _ = _cost(down, ["path"], "senior")
    assert adult.forward[0] == pytest.approx(100 / 1.30 / 1.1912, rel=1e-4)
    assert senior.forward[0] == pytest.approx(100)
    assert senior.backward[0] == pytest.approx(100 / 0.8395, rel=1e-4)


def test_stairs_are_counted_along_their_slope_and_stop_prams():
    stairs = [[(0, 0, 0), (30, 0, 40)]]
    assert _cost(stairs, ["台阶"], "senior")[0].forward[0] == pytest.approx(50 / 0.35)
    assert _cost(stairs, ["steps"], "adult")[0].backward[0] == pytest.approx(50 / 0.5)
    assert np.isinf(_cost(stairs, ["stairs"], "stroller")[0].forward).all()
    assert _cost(stairs, ["stairs"], "std60")[0].forward[0] == pytest.approx(30)


@pytest.mark.parametrize(("rise", "passes"), [(100 / 12, True), (8.4, False), (-8.4, False)])
def test_a_wheelchair_passes_one_in_twelve_and_nothing_steeper(rise, passes):
    cost, _ = _cost([[(0, 0, 50), (100, 0, 50 + rise)]], ["ramp"], "wheelchair")
    assert np.isfinite(cost.forward[0]) == np.isfinite(cost.backward[0]) == passes


def test_a_decimetre_of_noise_between_near_vertices_is_no_steep_stretch():
    # 0.3 m up and down within two metres, on a way that is otherwise level
    noisy = [(0, 0, 10.0), (40, 0, 10.0), (41, 0, 10.3), (42, 0, 10.0), (80, 0, 10.0), (81, 0, 10.2)]
    cost, facts = _cost([noisy], ["path"], "wheelchair")
    assert np.isfinite(cost.forward).all()
    assert np.abs(facts.stretches.slope).max() < 0.05
    assert facts.stretches.length_m.sum() == pytest.approx(81)
    assert facts.stretches.climb_m.sum() == pytest.approx(0.2)
    short, _ = _cost([[(0, 0, 10.0), (1, 0, 10.3)]], ["path"], "wheelchair")
    assert np.isfinite(short.forward).all()


def test_every_vertex_counts_on_long_ways_so_a_hill_is_not_flat_from_end_to_end():
    hill = [[(0, 0, 1), (50, 0, 11), (100, 0, 1)]]
    cost, _ = _cost(hill, ["path"], "adult")
    assert cost.forward[0] == pytest.approx(50 / 1.3 / 0.4966 + 50 / 1.3 / 0.7047, rel=1e-3)


def test_heights_come_from_the_lines_then_the_model_then_the_grade_and_else_it_is_flat():
    model = HeightModel.from_points(
        np.array([(x, y, 100 + 0.1 * x) for x in (-10, 110) for y in (-10, 110)], dtype=float)
    )
    lines = [[(0, 0, 7), (100, 0, 7)], [(0, 50), (100, 50)], [(0, 300), (100, 300)], [(0, 400), (100, 400)]]
    cost, facts = _cost(lines, ["path"] * 4, "senior", grade=np.array([0.2, 0.2, 0.2, np.nan]), heights=model)
    assert facts.source.tolist() == [
        HeightSource.LINES,
        HeightSource.MODEL,
        HeightSource.GRADE,
        HeightSource.FLAT,
    ]
    expected = [100, 100 / 0.7047, 100 / 0.4966, 100]
    assert cost.forward == pytest.approx(expected, rel=1e-3)
    assert not facts.is_flat
    assert facts.heights(np.array([0, 1, 2]), np.array([50.0, 50.0, 50.0]))[:2] == pytest.approx([7, 105])
    assert _cost(lines[1:], ["path"] * 3, "senior")[1].is_flat


def test_zero_in_every_vertex_means_that_heights_are_not_known():
    _, facts = _cost([[(0, 0, 0), (100, 0, 0)]], ["path"], "senior")
    assert facts.is_flat


def test_heights_are_carried_to_where_ways_are_cut():
    lines = [LineString([(0, 0, 10), (100, 0, 30)]), LineString([(50, -50, 5), (50, 0, 20)])]
    network = build_network(_objects(lines))
    facts = way_facts(network, ["path", "path"])
    assert len(network.lines) == 3
    assert not network.lines[0].has_z
    ends = [
        (round(float(facts.height(e, 0.0)), 6), round(float(facts.height(e, network.length_m[e])), 6))
        for e in range(3)
    ]
    assert sorted(ends) == [(5.0, 20.0), (10.0, 20.0), (20.0, 30.0)]


def test_a_lift_takes_its_ride_and_is_closed_at_night():
    lift = [[(0, 0), (0, 12)]]
    open_, facts = _cost(lift, ["lift"], "wheelchair", hours=["06:00-22:00"])
    assert open_.forward[0] == open_.backward[0] == lift_times().seconds > 0
    night, _ = _cost(lift, ["电梯"], "wheelchair", at=time(23, 0), hours=["06:00-22:00"])
    assert np.isinf(night.forward[0])
    day, _ = _cost(lift, ["elevator"], "wheelchair", at=time(7, 30), hours=["06:00-22:00"])
    assert day.forward[0] == lift_times().seconds
    odd, odd_facts = _cost(lift, ["lift"], "adult", at=time(3, 0), hours=["问物业"])
    assert np.isfinite(odd.forward[0])
    assert odd_facts.unreadable_hours == ("问物业",)
    assert facts.unreadable_hours == ()
    assert facts.is_flat  # a lift says nothing of slopes


def test_rests_are_counted_on_the_way_and_not_at_its_end():
    senior, senior80 = walker("senior"), walker("senior80")
    assert [rests_on(senior, m) for m in (0, 499, 500, 501, 1000, np.inf)] == [0, 0, 0, 1, 1, 0]
    assert rests_on(senior80, 350) == 3
    assert rests_on(walker("adult"), 5000) == 0


def test_the_walker_is_whom_the_service_is_for():
    codes = {basis: walker_for(basis).code for basis in ("age60", "age65", "age80", "age0_2", "residents")}
    assert codes == {
        "age60": "senior",
        "age65": "senior",
        "age80": "senior80",
        "age0_2": "stroller",
        "residents": "adult",
    }


def test_every_profile_says_where_its_figures_come_from():
    assert all(w.note_zh and w.note_en for w in walkers())
    assert lift_times().note_zh
    assert lift_times().note_en


_SPOT = st.tuples(st.integers(-1000, 9000), st.integers(-1000, 7000)).map(lambda n: (n[0] / 100, n[1] / 100))
_LINK = st.lists(_SPOT, min_size=2, max_size=3).filter(lambda p: LineString(p).length > 1)


@st.composite
def _hills(draw):
    """Streets and stairs with heights on a 25 m × 30 m grid, links, homes, facilities."""
    steps = st.tuples(st.integers(0, 2), st.integers(0, 1), st.booleans())
    height = {(x, y): draw(st.integers(1, 12)) for x in range(4) for y in range(3)}
    streets = set()
    for x, y, is_across in draw(st.lists(steps, min_size=1, max_size=9)):
        streets.add(((x, y), (x + 1, y) if is_across else (x, y + 1)))
    lines = [[(25.0 * x, 30.0 * y, height[x, y]) for x, y in ends] for ends in sorted(streets)]
    kinds = [draw(st.sampled_from(["path", "path", "stairs"])) for _ in lines]
    links = draw(st.lists(_LINK, min_size=1, max_size=3))
    ways = [draw(st.sampled_from(["path", "ramp", "lift", "stairs"])) for _ in links]
    homes = draw(st.lists(_SPOT, min_size=1, max_size=5))
    return lines, kinds, links, ways, homes, draw(st.lists(_SPOT, min_size=2, max_size=4))


def _person(engine, kinds, code):
    facts = way_facts(engine.network, kinds)
    return engine.under(in_seconds(engine.network, facts, walker(code)))


def _seconds(engine, targets, direction):
    found = engine.nearest(targets, direction).cost
    return np.where(np.isnan(found), np.inf, found)


@settings(max_examples=120, deadline=None)
@given(_hills(), st.sampled_from(["adult", "senior", "wheelchair", "stroller"]), st.sampled_from(Direction))
def test_no_facility_and_no_link_ever_makes_a_way_slower(hills, code, direction):
    lines, kinds, links, ways, homes, services = hills
    network = build_network(_objects([LineString(g) for g in lines]))
    engine = ReachEngine(network, _objects([Point(p) for p in homes]), snap_limit_m=60.0)
    targets = _objects([Point(p) for p in services])
    before = _seconds(_person(engine, kinds, code), targets, direction)
    fewer = _seconds(_person(engine, kinds, code), targets[:-1], direction)
    assert (before <= fewer + 1e-9).all()
    for count in range(1, len(links) + 1):
        drawn = _objects([LineString(g) for g in links[:count]])
        linked = _person(engine.with_links(drawn, first_source=len(lines)), [*kinds, *ways[:count]], code)
        after = _seconds(linked, targets, direction)
        assert (after <= before + 1e-7).all()
        before = after


def test_a_ramp_between_two_streets_takes_its_slope_from_what_it_joins():
    streets = [[(0, 0, 10), (100, 0, 10)], [(0, 60, 20), (100, 60, 20)], [(0, 0, 10), (0, 60, 20)]]
    network = build_network(_objects([LineString(g) for g in streets]))
    engine = ReachEngine(network, _objects([Point(50, 0)]))
    linked = engine.with_links(_objects([LineString([(50, 0.5), (50, 59.5)])]), first_source=3)
    facts = way_facts(linked.network, ["street", "street", "street", "ramp"])
    on_link = np.flatnonzero(linked.network.source == 3)
    assert facts.source[on_link].tolist() == [HeightSource.LINES]
    slope = facts.slope(int(on_link[0]), 20.0)
    assert abs(slope) == pytest.approx(10 / 59)
    senior = linked.under(in_seconds(linked.network, facts, walker("senior")))
    assert 100 < senior.nearest(_objects([Point(50, 60)])).cost[0] < 110


def test_a_route_tells_its_heights_slopes_and_stairs():
    ways = [
        [(0, 0, 10), (50, 0, 12), (100, 0, 22)],
        [(100, 0, 22), (100, 40, 52)],
        [(100, 40, 52), (150, 40, 52)],
    ]
    network = build_network(_objects([LineString(g) for g in ways]))
    facts = way_facts(network, ["path", "stairs", "path"])
    homes = _objects([Point(10, 5)])
    engine = ReachEngine(network, homes).under(in_seconds(network, facts, walker("senior")))
    up = profile_of(engine.route(0, Point(140, 37)), facts)
    assert up.along_m == pytest.approx([0, 5, 45, 95, 135, 175, 178])
    assert up.height_m == pytest.approx([10.4, 10.4, 12, 22, 52, 52, 52])
    assert up.slope == pytest.approx([0, 0.04, 0.2, 0.75, 0, 0])
    assert up.is_stairs.tolist() == [False, False, False, True, False, False]
    assert up.steepest == pytest.approx(0.2)
    down = profile_of(engine.route(0, Point(140, 37), Direction.BACK), facts)
    assert down.height_m == pytest.approx(up.height_m[::-1])
    assert down.steepest == pytest.approx(-0.2)
    nowhere = profile_of(engine.route(0, Point(140, 3000)), facts)
    assert len(nowhere.slope) == 0
    assert nowhere.steepest == 0.0
