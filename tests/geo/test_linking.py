"""Proposed links join by legs, cut what they touch, and leave everybody's own foot where it was."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from renovate_gui.geo.linking import LEG, LOOSE_END_M, link_network
from renovate_gui.geo.network import build_network
from renovate_gui.geo.snapping import BESIDE_M, LinkedSnapper, Snapper

STREETS = ([(0, 0), (100, 0)], [(0, 50), (100, 50)])


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = [LineString(x) if isinstance(x, list) else x for x in items]
    return array


def linked(*links, streets=STREETS):
    base = build_network(objects(*streets))
    return link_network(base, objects(*links), first_source=len(streets))


@pytest.mark.parametrize("gap", [0.0, 0.2, LOOSE_END_M - 1e-6])
def test_a_drawn_link_reaches_a_line_and_an_end_by_legs_that_are_walked(gap):
    found = linked([(30, gap), (100 + gap, 50)])
    assert found.network.islands == 0
    assert found.open_ends == ()
    legs = found.network.source == LEG
    assert found.network.length_m[legs] == pytest.approx(gap, abs=1e-6)
    own = found.link == 0
    assert found.network.source[own].tolist() == [2]
    assert found.network.lines[own][0].coords[0] == (30, gap)  # the drawing is not moved
    cut = found.network.length_m[found.network.source == 0]
    assert sorted(cut.tolist()) == pytest.approx([30, 70])


def test_a_link_farther_off_stays_apart_and_tells_how_far():
    found = linked([(30, 12), (30, 20)])
    assert found.network.islands == 2
    assert [(e.link, e.gap_m) for e in found.open_ends] == [(0, 12.0), (0, 20.0)]
    one_end = linked([(30, 0), (30, 30)])
    assert [(e.link, e.gap_m) for e in one_end.open_ends] == [(0, 20.0)]


def test_two_links_join_each_other_and_still_the_street():
    found = linked([(50, 0), (50, 20)], [(50.3, 20.1), (50.2, 49.5)])
    assert found.network.islands == 0
    assert found.open_ends == ()


def test_a_link_with_parts_that_touch_is_one_way():
    found = linked(MultiLineString([[(50, 0), (50, 20)], [(50, 20), (50, 50)]]))
    assert (found.network.islands, found.open_ends) == (0, ())


def test_a_link_that_meets_itself_joins_itself():
    lollipop = linked([(50, 0), (50, 10), (60, 20), (40, 20), (50, 10)])
    assert lollipop.open_ends == ()
    assert len(lollipop.parts) == 2
    ring = linked([(10, 0), (20, 0), (20, 10), (10, 10), (10, 0)])
    assert (ring.network.islands, ring.open_ends) == (1, ())  # the street in the north stays apart
    lost = linked([(500, 0), (510, 0), (510, 10), (500, 0)])
    assert {e.gap_m for e in lost.open_ends} == {400.0}


def test_a_mere_crossing_does_not_join_but_a_shared_vertex_and_an_ending_street_do():
    assert linked([(20, -20), (20, 20)]).network.islands == 2
    bent = [[(0, 0), (40, 0), (100, 0)]]
    assert linked([(40, -20), (40, 0), (40, 20)], streets=bent).network.islands == 0
    assert linked([(-20, -20), (0, 0.0), (20, 20)], streets=[[(0, 0), (0, 90)]]).network.islands == 0
    assert linked([(-20, 0), (20, 0)], streets=[[(0, 0.004), (0, 90)]]).network.islands == 0


@pytest.mark.parametrize("useless", [None, LineString(), Point(1, 2), LineString([(1, 1), (1, 1)])])
def test_what_is_no_line_changes_nothing(useless):
    found = linked(useless)
    assert len(found.network.lines) == 2
    assert found.open_ends == ()


def test_links_without_a_network_stand_alone():
    base = build_network(objects())
    found = link_network(base, objects([(0, 0), (10, 0)]), first_source=0)
    assert len(found.network.lines) == 1
    assert [e.gap_m for e in found.open_ends] == [np.inf, np.inf]


def test_no_metre_is_lost_and_every_foot_stays_where_it_was():
    rng = np.random.default_rng(4)
    streets = [[(0, float(y)), (100, float(y + 3))] for y in range(0, 101, 10)]
    base = build_network(objects(*streets))
    drawn = [
        [(x, 10 * k + x * 0.03), (x + 4, 10 * k + 10 + x * 0.03)]
        for x, k in zip(rng.uniform(1, 90, 30), rng.integers(0, 10, 30), strict=True)
    ]
    found = link_network(base, objects(*drawn), first_source=len(streets))
    existing = (found.link < 0) & (found.network.source != LEG)
    assert found.network.length_m[existing].sum() == pytest.approx(base.length_m.sum(), abs=1e-9)
    assert found.network.islands == 0

    points = shapely.points(rng.uniform(0, 100, (200, 2)))
    before = Snapper(base, limit_m=100).join(points)
    edge, offset = found.carried(before.edge, before.offset_m)
    feet = shapely.line_interpolate_point(base.lines[before.edge], before.offset_m)
    moved = shapely.line_interpolate_point(found.network.lines[edge], offset)
    assert shapely.distance(feet, moved).max() < 1e-6


def test_who_may_use_a_link():
    found = linked([(0, 30), (100, 30)])
    snapper = Snapper(build_network(objects(*STREETS)), limit_m=100)
    points = objects(
        Point(50, 10),  # the street is 10 m away, the link 20 m: close by
        Point(50, 9.9),  # the link is farther than the street and not close by
        Point(50, 28),  # the link is nearer
        Point(50, 149),  # the street is 99 m away, the link farther
        Point(160, 30),  # both are far, the link is nearer
        Point(500, 30),  # off the network
        None,
    )
    joins = LinkedSnapper(snapper, found).join(points)
    assert BESIDE_M == 20
    on_link = found.link[joins.edge] == 0
    assert joins.row[on_link].tolist() == [0, 2, 4]
    assert joins.row[~on_link].tolist() == [0, 1, 2, 3, 4]
    assert (np.diff(joins.row) >= 0).all()
