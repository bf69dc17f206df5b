"""Served, out of reach, unknown: the rule at its edges."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import LineString, Point

from renovate_gui.analysis.costs import CostUnit, EdgeCost
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.verdicts import Person, judge, same_place
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.geo.network import build_network


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


STREETS = objects(
    LineString([(0, 0), (1000, 0)]), LineString([(400, 30), (600, 30)])
)  # the second is an island
PLACES = objects(
    Point(300, 0),  # exactly at the limit
    Point(300.001, 0),  # just beyond
    Point(500, 30),  # on the island, the facility 500 m away: even the circle is too long
    Point(410, 29),  # on the island, and the facility is beyond the circle too
    Point(100, 150),  # off the network, within the circle
    Point(500, 400),  # off the network, beyond the circle
    None,
)


def verdicts(places, facilities, measure=Measure.NETWORK, limit_m=300.0):
    engine = ReachEngine(build_network(STREETS), places)
    return judge(places, facilities, limit_m=limit_m, measure=measure, engine=engine)


def test_network_verdicts():
    found = verdicts(PLACES, objects(Point(0, 0)))
    assert found.verdict.tolist() == [
        Verdict.SERVED,
        Verdict.OUT_OF_REACH,
        Verdict.OUT_OF_REACH,
        Verdict.OUT_OF_REACH,
        Verdict.UNKNOWN,
        Verdict.OUT_OF_REACH,
        Verdict.UNKNOWN,
    ]
    assert np.isinf(found.network_m[2])
    assert np.isnan(found.network_m[4])


def test_an_island_within_the_circle_is_unknown():
    found = verdicts(objects(Point(450, 30)), objects(Point(450, -10)))
    assert found.verdict.tolist() == [Verdict.UNKNOWN]
    assert found.circle_m[0] == pytest.approx(40.0)


def test_a_facility_on_an_island_or_off_the_network_leaves_its_neighbours_unjudged():
    places = objects(Point(450, 5), Point(100, 5), Point(590, 31))
    island, lost, far = Point(500, 30), Point(450, 200), Point(990, 0)
    assert verdicts(places, objects(far, island)).verdict.tolist() == [
        Verdict.UNKNOWN, Verdict.OUT_OF_REACH, Verdict.SERVED,
    ]  # fmt: skip
    assert verdicts(places, objects(far, lost)).verdict.tolist()[0] == Verdict.UNKNOWN
    served = verdicts(places, objects(Point(440, 0), island))
    assert served.verdict.tolist()[0] == Verdict.SERVED
    assert served.unconnected_m[0] == pytest.approx(np.hypot(50, 25))
    assert verdicts(places, objects(far)).unconnected_m.tolist()[:2] == [np.inf, np.inf]


def test_circle_verdicts_need_no_network():
    found = judge(PLACES, objects(Point(0, 0)), limit_m=300.0, measure=Measure.CIRCLE, engine=None)
    assert found.verdict.tolist() == [
        Verdict.SERVED, Verdict.OUT_OF_REACH, Verdict.OUT_OF_REACH, Verdict.OUT_OF_REACH,
        Verdict.SERVED, Verdict.OUT_OF_REACH, Verdict.UNKNOWN,
    ]  # fmt: skip
    assert np.isnan(found.network_m).all()


@pytest.mark.parametrize("measure", list(Measure))
def test_no_facility_means_everybody_is_out_of_reach(measure):
    found = verdicts(PLACES, objects(), measure)
    assert (found.verdict == Verdict.OUT_OF_REACH).all()
    assert np.isinf(found.circle_m).all()
    assert (found.nearest == -1).all()


def test_the_same_hospital_twice():
    points = objects(Point(0, 0), Point(50, 0), Point(9000, 0), Point(9000, 10), Point(0, 1))
    names = ("八一医院", "八一医院", "八一医院", "", "别处")
    assert same_place(points, names, within_m=150) == ("八一医院",)
    assert same_place(points[[0, 2]], ("八一医院", "八一医院"), within_m=150) == ()


def _on_a_hill():
    """Return reach in seconds on a street that climbs eastwards, a home every 100 m, and the service at its foot."""
    network = build_network(objects(LineString([(0, 0), (900, 0)])))
    cost = EdgeCost(np.array([1800.0]), np.array([900.0]), 1.0, CostUnit.SECONDS)
    metres = ReachEngine(network, objects(*(Point(x, 0) for x in range(0, 900, 100)), Point(0, 500)))
    return metres, metres.under(cost), objects(Point(0, 0), Point(900, 0))


def test_minutes_of_round_trips_are_known_as_far_as_they_count():
    metres, seconds, services = _on_a_hill()
    person = Person(seconds, 600.0, Direction.ROUND_TRIP)
    assert not person.knows_beyond
    found = judge(
        metres.places, services, limit_m=300.0, measure=Measure.NETWORK, engine=metres, person=person
    )
    exact = seconds.nearest(services, Direction.ROUND_TRIP).cost
    assert exact[:9].max() > 600.0
    np.testing.assert_array_equal(found.seconds, np.where(exact > 600.0 + 1e-6, np.inf, exact))
    assert np.isnan(found.seconds[9])
    assert found.verdict[:4].tolist() == [Verdict.SERVED] * 3 + [Verdict.NOT_FOR_THIS_PERSON]


@pytest.mark.parametrize("direction", [Direction.THERE, Direction.BACK])
def test_minutes_of_one_way_are_known_beyond_what_counts(direction):
    metres, seconds, services = _on_a_hill()
    person = Person(seconds, 100.0, direction)
    found = judge(
        metres.places, services, limit_m=300.0, measure=Measure.NETWORK, engine=metres, person=person
    )
    np.testing.assert_array_equal(found.seconds, seconds.nearest(services, direction).cost)
    assert np.isfinite(found.seconds[:9]).all()


def test_a_round_trip_on_the_flat_is_known_beyond_what_counts():
    metres, _, _ = _on_a_hill()
    assert Person(metres, 100.0, Direction.ROUND_TRIP).knows_beyond
