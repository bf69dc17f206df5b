"""Directed costs equal a slow and obvious computation: every edge split at every foot, one search per facility."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point

from renovate_gui.analysis.costs import CostUnit, EdgeCost, in_metres, in_seconds
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.walkers import walker
from renovate_gui.analysis.ways import way_facts
from renovate_gui.domain.travel import Direction
from renovate_gui.geo.network import build_network

SNAP_M = 25.0
_RATES = st.sampled_from([np.inf, 0.5, 1.0, 1.0, 1.7, 3.2])
_SPOT = st.tuples(st.floats(-15, 75), st.floats(-15, 35))
_NODE = st.integers(0, 7)


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _line(u, v, bow, z=None):
    """Draw an edge between nodes of a 20 m grid; ``bow`` bends it so that parallel edges and loops have a shape."""
    a, b = np.array([20.0 * (u % 4), 20.0 * (u // 4)]), np.array([20.0 * (v % 4), 20.0 * (v // 4)])
    if u == v:
        shift = np.array([7.0 + bow, 8.7 + 1.13 * bow])
        points = [a, a + np.array([shift[0], 0.31]), a + shift, a]
    else:
        across = np.array([a[1] - b[1], b[0] - a[0]]) / np.hypot(*(b - a))
        points = [a, (a + b) / 2 + across * (0.37 + 1.71 * bow), b]
    if z is None:
        return LineString(points)
    inner = np.interp(np.linspace(0, 1, len(points)), [0, 0.5, 1], [z[u], z[8 + bow], z[v]])
    return LineString([(*p, h) for p, h in zip(points, inner, strict=True)])


@st.composite
def _worlds(draw, *, with_rates=True):
    keys = sorted(draw(st.sets(st.tuples(_NODE, _NODE, st.integers(0, 3)), min_size=1, max_size=12)))
    keys = list({(min(u, v), max(u, v), b): (u, v, b) for u, v, b in keys}.values())
    rates = [draw(st.tuples(_RATES, _RATES)) for _ in keys] if with_rates else []
    homes = draw(st.lists(_SPOT, min_size=1, max_size=5))
    return keys, rates, homes, draw(st.lists(_SPOT, min_size=1, max_size=4))


class Oracle:
    """A directed multigraph in which every edge is cut at every foot; homes and facilities are no thoroughfares."""

    def __init__(self, lines, ends, forward, backward, per_metre):
        self.lines, self.ends = lines, ends
        self.forward, self.backward, self.per_metre = forward, backward, per_metre
        self.passable = np.isfinite(forward) | np.isfinite(backward)

    def feet(self, point):
        gaps = shapely.distance(self.lines, point)
        order = [e for e in np.argsort(gaps, kind="stable") if gaps[e] <= SNAP_M]
        chosen = order[:1]
        if chosen and not self.passable[chosen[0]]:
            chosen += [e for e in order if self.passable[e]][:1]
        return [(int(e), self.lines[e].project(point), float(gaps[e])) for e in chosen]

    def costs(self, homes, services):
        """There and back: two matrices of homes by services; inf unreachable."""
        graph = nx.MultiDiGraph()
        cuts = {e: [] for e in range(len(self.lines))}
        for kind, points in (("home", homes), ("service", services)):
            for i, point in enumerate(points):
                graph.add_nodes_from([("out", kind, i), ("in", kind, i)])
                for e, at, gap in self.feet(point):
                    foot = ("foot", kind, i, e)
                    cuts[e].append((at, foot))
                    graph.add_edge(("out", kind, i), foot, w=gap * self.per_metre)
                    graph.add_edge(foot, ("in", kind, i), w=gap * self.per_metre)
        for e, (u, v) in enumerate(self.ends):
            length = self.lines[e].length
            stops = [(0.0, ("n", u)), *sorted(cuts[e], key=lambda c: c[0]), (length, ("n", v))]
            for (a, one), (b, two) in pairwise(stops):
                self._piece(graph, one, two, b - a, self.forward[e] / length)
                self._piece(graph, two, one, b - a, self.backward[e] / length)
        there, back = (np.full((len(homes), len(services)), np.inf) for _ in range(2))
        for i in range(len(homes)):
            reached = nx.single_source_dijkstra_path_length(graph, ("out", "home", i), weight="w")
            there[i] = [reached.get(("in", "service", j), np.inf) for j in range(len(services))]
        for j in range(len(services)):
            reached = nx.single_source_dijkstra_path_length(graph, ("out", "service", j), weight="w")
            back[:, j] = [reached.get(("in", "home", i), np.inf) for i in range(len(homes))]
        return there, back

    @staticmethod
    def _piece(graph, one, two, metres, rate):
        if np.isfinite(rate):
            graph.add_edge(one, two, w=metres * rate)
        elif metres <= 1e-6:
            graph.add_edge(one, two, w=0.0)


def _is_clear(points, lines, passable):
    """Whether no two ways are equally near to a point at different places: either would be right."""
    for point in points:
        for some in (lines, lines[passable]):
            gaps = shapely.distance(some, point)
            near = some[gaps <= gaps.min(initial=np.inf) + 1e-6]
            feet = shapely.line_interpolate_point(near, shapely.line_locate_point(near, point))
            if len(feet) and (shapely.distance(feet, feet[0]) > 1e-6).any():
                return False
            if (np.abs(gaps - SNAP_M) < 1e-6).any():
                return False
    return True


def _assert_equal_to_oracle(engine, services, there, back):
    wanted = {Direction.THERE: there, Direction.BACK: back, Direction.ROUND_TRIP: there + back}
    for direction, matrix in wanted.items():
        found = engine.nearest(services, direction)
        own = np.where(np.isnan(found.cost), np.inf, found.cost)
        np.testing.assert_allclose(own, matrix.min(axis=1), atol=1e-6, rtol=0)
        reached = np.flatnonzero(found.which >= 0)
        np.testing.assert_allclose(matrix[reached, found.which[reached]], own[reached], atol=1e-6)
        limit = 41.0
        if (np.abs(matrix - limit) < 1e-6).any():
            continue
        pairs = engine.within(services, limit, direction)
        dense = np.full(matrix.shape, np.inf)
        dense[pairs.place, pairs.facility] = pairs.cost
        np.testing.assert_allclose(dense, np.where(matrix <= limit, matrix, np.inf), atol=1e-6, rtol=0)
        assert len(set(zip(pairs.place, pairs.facility, strict=True))) == len(pairs)
        bounded = engine.nearest(services, direction, limit)
        expected = np.where(matrix.min(axis=1) <= limit, matrix.min(axis=1), np.inf)
        np.testing.assert_allclose(
            np.where(np.isnan(bounded.cost), np.inf, bounded.cost), expected, atol=1e-6, rtol=0
        )
        ball = engine.ball(services[0], limit, direction)
        assert ball.place.tolist() == np.flatnonzero(matrix[:, 0] <= limit).tolist()
        _assert_routes(engine, services, direction, matrix)


def _assert_routes(engine, services, direction, matrix):
    for i in range(len(matrix)):
        route = engine.route(i, services[0], direction)
        assert route.cost == pytest.approx(matrix[i, 0], abs=1e-6)
        if not np.isfinite(route.cost) or len(route.xy) < 2:
            continue
        assert shapely.length(LineString(route.xy)) == pytest.approx(route.length_m, abs=1e-4)
        assert route.along_m[-1] == pytest.approx(route.length_m, abs=1e-4)
        assert len(route.stretch_edge) == len(route.stretch_m) == len(route.xy) - 1
        start, end = (services[0], engine.places[i])[:: 1 if direction is Direction.BACK else -1]
        # an access way no longer than a micrometre is no part of the route
        assert Point(route.xy[0]).distance(start) < 2e-6
        assert Point(route.xy[-1]).distance(end) < 2e-6


@settings(max_examples=150, deadline=None)
@given(_worlds())
def test_any_directed_costs_equal_the_slow_computation(world):
    keys, rates, spots, services = world
    lines = _objects([_line(*k) for k in keys])
    network = build_network(lines)
    assume(len(network.lines) == len(lines))
    factor = np.array(rates).reshape(-1, 2)
    cost = EdgeCost(factor[:, 0] * network.length_m, factor[:, 1] * network.length_m, 1.3, CostUnit.SECONDS)
    homes, targets = _objects([Point(p) for p in spots]), _objects([Point(p) for p in services])
    assume(_is_clear([*homes, *targets], lines, cost.is_passable))
    engine = ReachEngine(network, homes, snap_limit_m=SNAP_M).under(cost)
    oracle = Oracle(lines, [k[:2] for k in keys], cost.forward, cost.backward, 1.3)
    _assert_equal_to_oracle(engine, targets, *oracle.costs(homes, targets))


def _tobler_seconds(line, who, *, is_stairs):
    """Seconds along a line with z, by the book."""
    total = 0.0
    for a, b in pairwise(line.coords):
        run, rise = float(np.hypot(b[0] - a[0], b[1] - a[1])), b[2] - a[2]
        if is_stairs:
            total += np.inf if who.stairs_mps is None else np.hypot(run, rise) / who.stairs_mps
            continue
        if who.max_grade is not None and abs(rise / run) > who.max_grade:
            return np.inf
        ratio = np.exp(-3.5 * abs(rise / run + 0.05)) / np.exp(-3.5 * 0.05)
        total += run / (who.speed_mps * (min(ratio, 1.0) if who.is_capped else ratio))
    return total


@settings(max_examples=100, deadline=None)
@given(
    _worlds(with_rates=False),
    st.lists(st.floats(0, 3), min_size=12, max_size=12),
    st.sampled_from(["adult", "senior", "stroller", "wheelchair"]),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_seconds_on_slopes_and_stairs_equal_the_slow_computation(world, z, code, stairs):
    keys, _, spots, services = world
    lines = _objects([_line(*k, z=z) for k in keys])
    assume(min(h for g in lines for h in np.hypot(*np.diff(np.array(g.coords)[:, :2], axis=0).T)) > 5.01)
    network = build_network(lines)
    assume(len(network.lines) == len(lines))
    who = walker(code)
    kinds = ["stairs" if s else "path" for s in stairs[: len(keys)]]
    assume(max(z) > 0)
    cost = in_seconds(network, way_facts(network, kinds), who)
    forward, backward = (
        np.array(
            [
                _tobler_seconds(g if ahead else g.reverse(), who, is_stairs=k == "stairs")
                for g, k in zip(lines, kinds, strict=True)
            ]
        )
        for ahead in (True, False)
    )
    np.testing.assert_allclose(cost.forward, forward, rtol=1e-12)
    np.testing.assert_allclose(cost.backward, backward, rtol=1e-12)
    homes, targets = _objects([Point(p) for p in spots]), _objects([Point(p) for p in services])
    assume(_is_clear([*homes, *targets], lines, cost.is_passable))
    engine = ReachEngine(network, homes, snap_limit_m=SNAP_M).under(cost)
    oracle = Oracle(lines, [k[:2] for k in keys], forward, backward, 1 / who.speed_mps)
    _assert_equal_to_oracle(engine, targets, *oracle.costs(homes, targets))


_STREET = [LineString([(0, 0), (100, 0)])]


def _street_engine(homes, forward=100.0, backward=100.0, lines=None):
    network = build_network(_objects(lines or _STREET))
    engine = ReachEngine(network, _objects([Point(p) for p in homes]))
    count = len(network.lines)
    return engine.under(EdgeCost(np.full(count, forward), np.full(count, backward), 1.0, CostUnit.METRES))


def test_a_one_way_street_is_walked_one_way_only_even_between_two_doors_on_it():
    engine = _street_engine([(20, 0), (80, 0)], backward=np.inf)
    goal = _objects([Point(50, 0)])
    assert engine.nearest(goal, Direction.THERE).cost.tolist() == [30.0, np.inf]
    assert engine.nearest(goal, Direction.BACK).cost.tolist() == [np.inf, 30.0]
    assert engine.nearest(goal, Direction.ROUND_TRIP).cost.tolist() == [np.inf, np.inf]


def test_a_round_trip_takes_the_facility_that_is_best_for_both_ways():
    # a is near on the way there, b on the way back; c is best for both together
    lines = [LineString([(0, 0), (100, 0)]), LineString([(0, 0), (-100, 0)]), LineString([(0, 0), (0, 100)])]
    network = build_network(_objects(lines))
    cost = EdgeCost(np.array([10.0, 500, 60]), np.array([500, 10.0, 60]), 1.0, CostUnit.SECONDS)
    engine = ReachEngine(network, _objects([Point(0, 0)])).under(cost)
    targets = _objects([Point(100, 0), Point(-100, 0), Point(0, 100)])
    assert engine.nearest(targets, Direction.THERE).which.tolist() == [0]
    assert engine.nearest(targets, Direction.BACK).which.tolist() == [1]
    both = engine.nearest(targets, Direction.ROUND_TRIP)
    assert (both.cost.tolist(), both.which.tolist()) == ([120.0], [2])


def test_a_home_beside_an_impassable_way_also_uses_the_next_passable_one():
    lines = [LineString([(0, 0), (100, 0)]), LineString([(0, 30), (100, 30)])]
    network = build_network(_objects(lines))
    cost = EdgeCost(np.array([np.inf, 100.0]), np.array([np.inf, 100.0]), 1.0, CostUnit.METRES)
    engine = ReachEngine(network, _objects([Point(20, 5), Point(20, -90)])).under(cost)
    found = engine.nearest(_objects([Point(60, 30)])).cost
    assert found[0] == pytest.approx(25 + 40)
    assert found[1] == np.inf  # the passable way is beyond the snapping limit, the stair is not
    assert ReachEngine(network, engine.places).joins.row.tolist() == [0, 1]


def test_who_stands_at_the_end_of_an_impassable_way_may_leave_there():
    lines = [LineString([(0, 0), (100, 0)]), LineString([(100, 0), (200, 0)])]
    network = build_network(_objects(lines))
    cost = EdgeCost(np.array([np.inf, 100.0]), np.array([np.inf, 100.0]), 1.0, CostUnit.METRES)
    engine = ReachEngine(network, _objects([Point(100, 0)])).under(cost)
    assert engine.nearest(_objects([Point(150, 0)])).cost.tolist() == [50.0]


def test_people_leave_by_the_entrance_that_is_best():
    network = build_network(_objects([LineString([(0, 0), (200, 0)]), LineString([(0, 60), (200, 60)])]))
    homes = _objects([Point(100, 20), Point(10, 10), None])
    doors = _objects([MultiPoint([(100, 3), (100, 59)]), None, None])
    engine = ReachEngine(network, homes, entrances=doors)
    found = engine.nearest(_objects([Point(150, 60), Point(0, 0)]))
    assert found.cost[:2] == pytest.approx([51.0, 20.0])
    assert np.isnan(found.cost[2])
    route = engine.route(0, Point(150, 60))
    assert route.xy[0].tolist() == [100, 59]
    linked = engine.with_links(_objects([LineString([(100, 60), (150, 80)])]), first_source=2)
    assert linked.nearest(_objects([Point(150, 60)])).cost[0] <= 51.0 + 1e-9


@settings(max_examples=60, deadline=None)
@given(_worlds(with_rates=False))
def test_on_the_flat_there_and_back_are_the_same_and_a_round_trip_is_twice(world):
    keys, _, spots, services = world
    network = build_network(_objects([_line(*k) for k in keys]))
    engine = ReachEngine(network, _objects([Point(p) for p in spots]), snap_limit_m=SNAP_M)
    targets = _objects([Point(p) for p in services])
    facts = way_facts(network, ["path"] * len(keys))
    assert facts.is_flat
    seconds = engine.under(in_seconds(network, facts, walker("senior")))
    for own in (engine, seconds):
        there, back, both = (own.nearest(targets, d).cost for d in Direction)
        np.testing.assert_array_equal(there, back)
        np.testing.assert_array_equal(2 * there, both)
    # 1 m/s on the flat: seconds are metres, so that the paper's verdict and the person's agree
    np.testing.assert_array_equal(engine.nearest(targets).cost, seconds.nearest(targets).cost)


def test_metres_are_the_cost_of_an_engine_until_told_otherwise():
    engine = ReachEngine(build_network(_objects(_STREET)), _objects([Point(0, 0)]))
    assert engine.cost.unit is CostUnit.METRES
    again = engine.under(in_metres(engine.network)).nearest(_objects([Point(70, 0)]))
    assert again.cost.tolist() == engine.nearest(_objects([Point(70, 0)])).cost.tolist() == [70.0]
