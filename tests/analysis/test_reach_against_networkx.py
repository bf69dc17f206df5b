"""Reach equals a slow and obvious computation: every place split into a networkx graph, one search per facility."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, Point

from renovate_gui.analysis.nearest import straight_line
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.geo.network import build_network
from renovate_gui.geo.snapping import anchor_points


class Oracle:
    """A multigraph in which every edge is cut at every place and facility that stands on it."""

    def __init__(self, lines, ends, limit_m):
        self.lines, self.ends, self.limit_m = np.array(list(lines), dtype=object), list(ends), limit_m

    def foot(self, point):
        gaps = shapely.distance(self.lines, point)
        edge = int(np.argmin(gaps)) if len(gaps) else -1
        if edge < 0 or gaps[edge] > self.limit_m:
            return None
        return edge, self.lines[edge].project(point), gaps[edge]

    def distances(self, places, facilities):
        """Metres from every place to its nearest facility; inf unreachable, nan off the network."""
        on = {("p", i): self.foot(p) for i, p in enumerate(places)}
        on |= {("f", i): self.foot(p) for i, p in enumerate(facilities)}
        cuts = {i: [] for i in range(len(self.lines))}
        graph = nx.MultiGraph()
        for name, foot in on.items():
            graph.add_node(name)
            if foot is not None:
                cuts[foot[0]].append((foot[1], ("foot", name)))
                graph.add_edge(name, ("foot", name), w=foot[2])
        for i, (u, v) in enumerate(self.ends):
            stops = [(0.0, ("n", u)), *sorted(cuts[i], key=lambda c: c[0]), (self.lines[i].length, ("n", v))]
            for (a, one), (b, two) in pairwise(stops):
                graph.add_edge(one, two, w=b - a)
        best = np.full(len(places), np.inf)
        for j in range(len(facilities)):
            found = nx.single_source_dijkstra_path_length(graph, ("f", j), weight="w")
            best = np.minimum(best, [found.get(("p", i), np.inf) for i in range(len(places))])
        best[[on[("p", i)] is None for i in range(len(places))]] = np.nan
        return best


@pytest.mark.shared
@pytest.mark.parametrize(
    ("case", "crs", "category", "facilities"),
    [
        ("laspalmas-riscos", 32628, "eldercare", 6),
        ("laspalmas-riscos", 32628, "childcare", 6),
        ("nanjing-wulaocun", 4549, "childcare", 1),
        ("nanjing-wulaocun", 4549, "eldercare", 0),
    ],
)
def test_both_real_cases_equal_the_slow_computation(shared: Path, case, crs, category, facilities):
    import pyogrio

    path = shared / "data" / case / f"{case}.gpkg"
    read = {
        n: pyogrio.read_dataframe(path, layer=n).to_crs(crs)
        for n in ("buildings", "facilities", "walk_edges")
    }
    edges = read["walk_edges"]
    homes = [
        g.centroid if g.centroid.within(g) else g.representative_point() for g in read["buildings"].geometry
    ]
    services = list(read["facilities"].query("category == @category").geometry)
    assert len(services) == facilities

    engine = ReachEngine(
        build_network(edges.geometry.to_numpy()), anchor_points(read["buildings"].geometry.to_numpy())
    )
    ours = engine.nearest(np.array(services, dtype=object))

    # the oracle knows nothing of our nodes: it takes those of the source (columns u, v)
    theirs = Oracle(edges.geometry, zip(edges.u, edges.v, strict=True), 100.0).distances(homes, services)
    np.testing.assert_allclose(ours.cost, theirs, atol=1e-6, rtol=0)
    if services:
        assert np.isfinite(theirs).sum() > 400


def _small_world():
    """Random small networks on a 20 m grid: parallel edges, loops, islands and equal edges all occur."""
    node = st.integers(0, 7)
    edge = st.tuples(node, node, st.integers(0, 3))
    spot = st.tuples(st.floats(-15, 75), st.floats(-15, 35))
    return st.tuples(
        st.lists(edge, min_size=1, max_size=12),
        st.lists(spot, min_size=1, max_size=5),
        st.lists(spot, min_size=0, max_size=4),
    )


def _line(u, v, bow):
    """Draw an edge between grid nodes; ``bow`` bends it aside so that parallel edges and loops have a shape."""
    a, b = np.array([20.0 * (u % 4), 20.0 * (u // 4)]), np.array([20.0 * (v % 4), 20.0 * (v // 4)])
    if u == v:
        shift = np.array([3.0 + bow, 4.7 + 1.13 * bow])
        return LineString([a, a + np.array([shift[0], 0.31]), a + shift, a])
    across = np.array([a[1] - b[1], b[0] - a[0]]) / np.hypot(*(b - a))
    return LineString([a, (a + b) / 2 + across * (0.37 + 1.71 * bow), b])


def _is_between(point, lines):
    gaps = shapely.distance(lines, point)
    near = lines[gaps <= gaps.min() + 1e-6]
    feet = shapely.line_interpolate_point(near, shapely.line_locate_point(near, point))
    return bool((shapely.distance(feet, feet[0]) > 1e-6).any())


@settings(max_examples=150, deadline=None)
@given(_small_world())
def test_small_networks_equal_the_slow_computation(world):
    spec, spots, services = world
    spec = list({(min(u, v), max(u, v), b): (min(u, v), max(u, v), b) for u, v, b in spec}.values())
    lines = np.array([_line(*s) for s in spec], dtype=object)
    places = np.array([Point(s) for s in spots], dtype=object)
    targets = np.array([Point(s) for s in services], dtype=object)
    network = build_network(lines)
    if any(_is_between(point, lines) for point in [*places, *targets]):
        return  # equally near to two ways: either is right
    if len(network.lines) != len(lines):
        return  # an end happened to lie on another edge: the oracle has no such node
    engine = ReachEngine(network, places, snap_limit_m=25.0)
    ours = engine.nearest(targets)
    theirs = Oracle(lines, [(u, v) for u, v, _ in spec], 25.0).distances(list(places), list(targets))
    np.testing.assert_allclose(ours.cost, theirs, atol=1e-6, rtol=0)

    pairs = engine.within(targets, 40.0)
    least = np.full(len(places), np.inf)
    np.minimum.at(least, pairs.place, pairs.cost)
    near = np.nan_to_num(theirs, nan=np.inf) <= 40.0 - 1e-6
    np.testing.assert_allclose(least[near], theirs[near], atol=1e-6)
    assert not np.isfinite(least[np.nan_to_num(theirs, nan=np.inf) > 40.0 + 1e-6]).any()

    for i in np.flatnonzero(ours.which >= 0):
        route = engine.route(int(i), targets[ours.which[i]])
        assert route.length_m == pytest.approx(ours.cost[i], abs=1e-6)
        assert (
            shapely.length(LineString(route.xy)) == pytest.approx(route.length_m, abs=1e-4)
            if len(route.xy) > 1
            else True
        )


@settings(max_examples=100, deadline=None)
@given(_small_world(), st.tuples(st.floats(-15, 75), st.floats(-15, 35)))
def test_one_more_facility_never_makes_anybody_walk_farther(world, extra):
    spec, spots, services = world
    lines = np.array([_line(*s) for s in spec], dtype=object)
    places = np.array([Point(s) for s in spots], dtype=object)
    before = np.array([Point(s) for s in services], dtype=object)
    after = np.array([*before, Point(extra)], dtype=object)
    engine = ReachEngine(build_network(lines), places)
    old, new = engine.nearest(before), engine.nearest(after)
    assert (np.nan_to_num(new.cost, nan=0) <= np.nan_to_num(old.cost, nan=0) + 1e-9).all()
    straight = straight_line(places, after)
    joined = np.isfinite(new.cost)
    assert (new.cost[joined] >= straight.cost[joined] - 1e-6).all()


def test_two_places_on_one_edge_do_not_walk_to_its_end():
    engine = ReachEngine(
        build_network(np.array([LineString([(0, 0), (1000, 0)])], dtype=object)),
        np.array([Point(500, 3), None], dtype=object),
    )
    found = engine.nearest(np.array([Point(600, -4)], dtype=object))
    assert found.cost[0] == pytest.approx(107.0)
    assert np.isnan(found.cost[1])
    assert found.which.tolist() == [0, -1]


def test_without_edges_everybody_is_off_the_network():
    engine = ReachEngine(build_network(np.array([], dtype=object)), np.array([Point(0, 0)], dtype=object))
    assert np.isnan(engine.nearest(np.array([Point(0, 1)], dtype=object)).cost).all()


def _by_facility(lines, ends, limit_m, places, doors):
    """Metres from every place to every facility, the least over its doors; shape (facilities, places)."""
    oracle = Oracle(lines, ends, limit_m)
    return np.array([oracle.distances(places, own) for own in doors])


@settings(max_examples=120, deadline=None)
@given(_small_world(), st.data())
def test_facilities_with_several_entrances_equal_the_slow_computation(world, data):
    spec, spots, services = world
    spec = list({(min(u, v), max(u, v), b): (min(u, v), max(u, v), b) for u, v, b in spec}.values())
    lines = np.array([_line(*s) for s in spec], dtype=object)
    spot = st.tuples(st.floats(-15, 75), st.floats(-15, 35))
    doors = [[Point(s), *map(Point, data.draw(st.lists(spot, max_size=3)))] for s in services]
    places = np.array([Point(s) for s in spots], dtype=object)
    network = build_network(lines)
    if any(_is_between(point, lines) for point in [*places, *(d for own in doors for d in own)]):
        return  # equally near to two ways: either is right
    if len(network.lines) != len(lines) or not doors:
        return
    targets = np.empty(len(doors), dtype=object)
    targets[:] = [own[0] if len(own) == 1 else MultiPoint(own) for own in doors]
    engine = ReachEngine(network, places, snap_limit_m=25.0)
    theirs = _by_facility(lines, [(u, v) for u, v, _ in spec], 25.0, list(places), doors)

    ours = engine.nearest(targets)
    np.testing.assert_allclose(ours.cost, theirs.min(axis=0), atol=1e-6, rtol=0)
    for i in np.flatnonzero(ours.which >= 0):  # a facility, never a door
        assert theirs[ours.which[i], i] == pytest.approx(ours.cost[i], abs=1e-6)
        route = engine.route(int(i), targets[ours.which[i]])
        assert route.length_m == pytest.approx(ours.cost[i], abs=1e-6)
        assert targets[ours.which[i]].distance(Point(route.xy[-1])) < 1e-6

    limit = 40.0
    pairs = engine.within(targets, limit)
    assert len(set(zip(pairs.place.tolist(), pairs.facility.tolist(), strict=True))) == len(pairs)
    found = np.full(theirs.shape, np.inf)
    found[pairs.facility, pairs.place] = pairs.cost
    known = np.nan_to_num(theirs, nan=np.inf)
    near = known <= limit - 1e-6
    np.testing.assert_allclose(found[near], known[near], atol=1e-6)
    assert not np.isfinite(found[known > limit + 1e-6]).any()

    for j, target in enumerate(targets):  # the ball of one facility is the same, bit by bit
        ball, own = engine.ball(target, limit), pairs.facility == j
        np.testing.assert_array_equal(ball.place, pairs.place[own])
        np.testing.assert_array_equal(ball.cost, pairs.cost[own])


def test_one_entrance_given_as_such_is_a_point():
    lines = np.array([LineString([(0, 0), (100, 0)]), LineString([(100, 0), (100, 80)])], dtype=object)
    engine = ReachEngine(build_network(lines), np.array([Point(5, 3), Point(90, -2)], dtype=object))
    plain, single = np.array([Point(98, 60)], dtype=object), np.empty(1, dtype=object)
    single[0] = MultiPoint([(98, 60)])
    np.testing.assert_array_equal(engine.nearest(plain).cost, engine.nearest(single).cost)
    np.testing.assert_array_equal(engine.within(plain, 200).cost, engine.within(single, 200).cost)
