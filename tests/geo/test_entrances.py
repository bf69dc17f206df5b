"""Which building an entrance belongs to."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from renovate_gui.geo.entrances import owners_of


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def test_an_entrance_belongs_to_the_building_it_stands_on_else_to_the_nearest_within_five_metres():
    houses = _objects([box(0, 0, 10, 10), box(13, 0, 20, 10), None])
    doors = [Point(5, 5), Point(10, 5), Point(12, 5), Point(25, 5), Point(25.1, 5), None, Point()]
    assert owners_of(_objects(doors), houses).tolist() == [0, 0, 1, 1, -1, -1, -1]


def test_a_door_where_two_houses_meet_belongs_to_the_first():
    houses = _objects([box(0, 0, 10, 10), box(10, 0, 20, 10)])
    assert owners_of(_objects([Point(10, 0)]), houses).tolist() == [0]


def test_without_buildings_or_entrances_nothing_belongs_to_anything():
    assert owners_of(_objects([Point(0, 0)]), _objects([None])).tolist() == [-1]
    assert owners_of(_objects([Point(0, 0)]), _objects([])).tolist() == [-1]
    assert owners_of(_objects([]), _objects([box(0, 0, 1, 1)])).tolist() == []


_xy = st.tuples(st.integers(-40, 40), st.integers(-40, 40))


@settings(max_examples=60, deadline=None)
@given(st.lists(_xy, max_size=12), st.lists(_xy, max_size=8))
def test_as_by_trying_all_buildings(doors, corners):
    houses = [box(x, y, x + 9, y + 6) for x, y in corners]
    found = owners_of(_objects([Point(p) for p in doors]), _objects(houses))
    for door, own in zip(doors, found, strict=True):
        gaps = [house.distance(Point(door)) for house in houses]
        near = [i for i, gap in enumerate(gaps) if gap <= 5.0 and gap == min(gaps)]
        assert own == (near[0] if near else -1)
