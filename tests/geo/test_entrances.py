"""Which building an entrance belongs to, and which facility."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from renovate_gui.geo.entrances import doors_of_facilities, owners_of


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


def _doors(entrances, facilities, buildings=()):
    facility, door = doors_of_facilities(_objects(entrances), _objects(facilities), _objects(buildings))
    return list(zip(facility.tolist(), door.tolist(), strict=True))


def test_a_point_has_the_entrances_of_the_building_it_stands_in():
    houses = [box(0, 0, 20, 10), box(30, 0, 50, 10)]
    doors = [Point(20, 5), Point(3, 0), Point(30, 5), Point(80, 80)]
    services = [Point(10, 5), Point(25, 5), None, Point(40, 5), Point()]
    assert _doors(doors, services, houses) == [(0, 0), (0, 1), (3, 2)]


def test_an_area_has_what_stands_on_it_or_beside_it_and_not_nearer_to_a_house():
    school, house = box(0, 0, 100, 60), box(102, 0, 120, 20)
    doors = [Point(0, 30), Point(-4, 10), Point(102, 10), Point(-6, 10)]
    assert _doors(doors, [school], [house]) == [(0, 0), (0, 1)]


def test_gates_count_before_doors_inside_and_those_where_there_is_no_gate():
    school, wing = box(0, 0, 100, 60), box(40, 20, 60, 40)
    assert _doors([Point(40, 30), Point(50, 0)], [school], [wing]) == [(0, 1)]
    assert _doors([Point(40, 30)], [school], [wing]) == [(0, 0)]


def test_one_entrance_may_lead_into_two_facilities_drawn_into_each_other():
    centre = box(0, 0, 40, 20)
    assert _doors([Point(0, 10)], [centre, box(0, 0, 20, 20)], [centre]) == [(0, 0), (1, 0)]


def test_a_room_drawn_as_an_area_has_the_entrances_of_its_building():
    assert _doors([Point(40, 10)], [box(2, 2, 10, 10)], [box(0, 0, 40, 20)]) == [(0, 0)]


def test_without_entrances_or_facilities_there_is_nothing_to_lead_into():
    assert _doors([], [Point(1, 1), box(0, 0, 4, 4)], [box(0, 0, 9, 9)]) == []
    assert _doors([Point(0, 0)], [], [box(0, 0, 9, 9)]) == []
    assert _doors([Point(0, 0)], [Point(0, 0)], []) == []
