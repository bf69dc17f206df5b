"""Points join edges, not nodes; features are counted at a point inside them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from renovate_gui.geo.network import build_network
from renovate_gui.geo.snapping import Snapper, anchor_points


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def test_a_point_joins_the_edge_beside_it():
    net = build_network(objects(LineString([(0, 0), (100, 0)]), LineString([(0, 40), (100, 40)])))
    joins = Snapper(net, limit_m=100).join(objects(Point(30, 8), None, Point(10, 500), Point(-3, 40)))
    assert joins.row.tolist() == [0, 3]
    assert joins.edge.tolist() == [0, 1]
    assert joins.offset_m[0] == 30
    assert joins.access_m.tolist() == [8, 3]
    assert joins.is_joined.tolist() == [True, False, False, True]
    assert joins.least_access_m().tolist() == [8, np.inf, np.inf, 3]
    assert joins.of(3).edge.tolist() == [1]
    assert len(joins.of(1)) == 0


@pytest.mark.parametrize(("y", "joined"), [(100.0, True), (100.001, False)])
def test_the_limit_is_inclusive(y, joined):
    net = build_network(objects(LineString([(0, 0), (100, 0)])))
    assert Snapper(net, limit_m=100).join(objects(Point(50, y))).is_joined[0] == joined


def test_a_courtyard_house_is_counted_inside_its_walls():
    house = box(0, 0, 30, 30).difference(box(5, 5, 25, 25))
    with np.errstate(invalid="ignore"):
        nowhere = Point(np.nan, 3)
    square, courtyard, gone, empty, line, lost = anchor_points(
        objects(box(0, 0, 10, 10), house, None, Polygon(), LineString([(0, 0), (10, 0)]), nowhere)
    )
    assert lost is None
    assert square == Point(5, 5)
    assert house.intersects(courtyard)
    assert gone is None
    assert empty is None
    assert line == Point(5, 0)


_CENTIMETRES = st.integers(-5000, 5000).map(lambda n: n / 100)


@given(st.lists(st.tuples(_CENTIMETRES, _CENTIMETRES), min_size=3, max_size=8))
def test_the_anchor_lies_on_its_feature(corners):
    hull = Polygon(corners).convex_hull
    anchor = anchor_points(objects(hull))[0]
    assert anchor.distance(hull) < 1e-6
