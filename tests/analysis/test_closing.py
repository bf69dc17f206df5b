"""Closing edges: no way gets shorter, nobody joins another way by it, and no verdict gets better."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.verdicts import Room, judge, without_gain
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.geo.network import build_network

RANK = {
    Verdict.UNKNOWN: 0,
    Verdict.OUT_OF_REACH: 0,
    Verdict.NOT_FOR_THIS_PERSON: 1,
    Verdict.FULL: 2,
    Verdict.SERVED: 3,
}
AT = st.integers(-3, 33)


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def grid():
    cuts = (0, 100, 200, 300)
    across = [LineString([(x, y), (x + 100, y)]) for y in cuts for x in cuts[:3]]
    along = [LineString([(x, y), (x, y + 100)]) for x in cuts for y in cuts[:3]]
    return build_network(objects(*across, *along))


def points(spots):
    return objects(*(Point(10.0 * x + 0.3, 10.0 * y + 0.1) for x, y in spots))


@settings(max_examples=120, deadline=None)
@given(
    homes=st.lists(st.tuples(AT, AT), min_size=1, max_size=14),
    services=st.lists(st.tuples(AT, AT), min_size=1, max_size=3),
    closed=st.sets(st.integers(0, 23), min_size=1, max_size=8),
    room=st.integers(0, 8),
)
def test_closing_never_raises_a_verdict(homes, services, closed, room) -> None:
    network, places, facilities = grid(), points(homes), points(services)
    engine = ReachEngine(network, places)
    shut = engine.closing(np.isin(network.source, list(closed)))
    need = Room(np.ones(len(places)), np.full(len(facilities), float(room)))

    def judged(of):
        return judge(places, facilities, limit_m=150.0, measure=Measure.NETWORK, engine=of, room=need)

    before = judged(engine)
    found = judged(shut)
    assert not (found.network_m < before.network_m - 1e-9).any()
    after = without_gain(found, before)
    for was, now in zip(before.verdict, after.verdict, strict=True):
        assert RANK[Verdict(now)] <= RANK[Verdict(was)]
    assert (after.placed <= before.placed).all()


def test_who_stands_at_the_end_of_a_closed_edge_goes_on_from_there() -> None:
    network = build_network(objects(LineString([(0, 50), (0, 0)]), LineString([(0, 0), (100, 0)])))
    places = objects(Point(0, 0), Point(-5, 0), Point(1, 30), Point(-4, 50))
    shut = ReachEngine(network, places).closing(np.isin(network.source, [0]))
    found = shut.nearest(objects(Point(60, 0))).cost
    np.testing.assert_allclose(found[:2], [60.0, 65.0])
    assert np.isnan(found[2:]).all(), (
        "the open street is within the snapping limit, but nobody joins it by a closure"
    )


def test_a_service_on_the_closed_edge_is_reached_by_nobody() -> None:
    network = build_network(objects(LineString([(0, 50), (0, 0)]), LineString([(0, 0), (100, 0)])))
    shut = ReachEngine(network, objects(Point(60, 0))).closing(np.isin(network.source, [0]))
    found = judge(
        objects(Point(60, 0)), objects(Point(2, 30)), limit_m=100.0, measure=Measure.NETWORK, engine=shut
    )
    assert found.verdict.tolist() == [Verdict.UNKNOWN]
