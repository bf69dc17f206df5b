"""Whatever is added, a facility or a link, nobody walks farther and nobody loses what served them."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.verdicts import judge
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.geo.linking import LOOSE_END_M
from renovate_gui.geo.network import build_network
from renovate_gui.geo.snapping import BESIDE_M

SNAP_M = 60.0
_SPOT = st.tuples(st.integers(-2000, 12000), st.integers(-2000, 8000)).map(lambda n: (n[0] / 100, n[1] / 100))
_GRID = st.tuples(st.integers(0, 4), st.integers(0, 2)).map(lambda n: (25.0 * n[0], 30.0 * n[1]))
_NEAR_GRID = st.tuples(_GRID, st.integers(-300, 300), st.integers(-300, 300)).map(
    lambda p: (p[0][0] + p[1] / 100, p[0][1] + p[2] / 100)
)
_LINK = st.lists(st.one_of(_SPOT, _GRID, _NEAR_GRID), min_size=2, max_size=4)


@st.composite
def _worlds(draw):
    """Streets on a grid (islands occur), links drawn anywhere near and far, places, facilities."""
    steps = st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans())
    streets = set()
    for x, y, is_across in draw(st.lists(steps, max_size=10)):
        end = (x + 1, y) if is_across or y == 2 else (x, y + 1)
        streets.add(((25.0 * x, 30.0 * y), (25.0 * end[0], 30.0 * end[1])))
    links = [link for link in draw(st.lists(_LINK, min_size=1, max_size=4)) if LineString(link).length > 0.5]
    places = draw(st.lists(_SPOT, min_size=1, max_size=6))
    return sorted(streets), links, places, draw(st.lists(_SPOT, min_size=1, max_size=4))


def _objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _engine(streets, links, places):
    existing = ReachEngine(
        build_network(_objects([LineString(s) for s in streets])), _objects([Point(p) for p in places]),
        snap_limit_m=SNAP_M,
    )  # fmt: skip
    return existing.with_links(_objects([LineString(s) for s in links]), first_source=len(streets))


def _metres(found):
    return np.where(np.isnan(found.cost), np.inf, found.cost)


def _verdicts(engine, facilities):
    return judge(engine.places, facilities, limit_m=70.0, measure=Measure.NETWORK, engine=engine).verdict


@settings(max_examples=120, deadline=None)
@given(_worlds())
def test_adding_links_one_by_one_never_lengthens_a_way(world):
    streets, links, places, services = world
    targets = _objects([Point(s) for s in services])
    engine = ReachEngine(
        build_network(_objects([LineString(s) for s in streets])), _objects([Point(p) for p in places]),
        snap_limit_m=SNAP_M,
    )  # fmt: skip
    before, judged = _metres(engine.nearest(targets)), _verdicts(engine, targets)
    for count in range(1, len(links) + 1):
        engine = _engine(streets, links[:count], places)
        after, now = _metres(engine.nearest(targets)), _verdicts(engine, targets)
        assert (after <= before + 1e-7).all()
        assert (now[judged == Verdict.SERVED] == Verdict.SERVED).all()
        assert not (now[judged != Verdict.UNKNOWN] == Verdict.UNKNOWN).any()
        before, judged = after, now


@settings(max_examples=60, deadline=None)
@given(_worlds(), _SPOT)
def test_one_more_facility_never_takes_anything_away(world, extra):
    streets, links, places, services = world
    engine = _engine(streets, links, places)
    before = _objects([Point(s) for s in services])
    after = _objects([*before, Point(extra)])
    assert (_metres(engine.nearest(after)) <= _metres(engine.nearest(before)) + 1e-9).all()
    was, now = _verdicts(engine, before), _verdicts(engine, after)
    assert (now[was == Verdict.SERVED] == Verdict.SERVED).all()


class Oracle:
    """Everything by brute force: each line cut wherever anything stands on it, one search per facility."""

    def __init__(self, streets, links):
        self.lines = [LineString(s) for s in [*streets, *links]]
        self.streets = len(streets)
        self.cuts = {i: [(0.0, ("start", i)), (g.length, ("end", i))] for i, g in enumerate(self.lines)}
        self.graph = nx.MultiDiGraph()
        for i, (a, b) in enumerate(streets):
            self._join(("start", i), ("street", a))
            self._join(("end", i), ("street", b))
        for i in range(self.streets, len(self.lines)):
            self._ends(i)
            self._vertices(i)

    def _join(self, one, two, metres=0.0):
        """Join both ways; but nobody walks through a house or a facility."""
        if one[0] != "f" and two[0] != "p":
            self.graph.add_edge(one, two, w=metres)
        if two[0] != "f" and one[0] != "p":
            self.graph.add_edge(two, one, w=metres)

    def _leg(self, name, point, line):
        foot = self.lines[line].project(point)
        self.cuts[line].append((foot, ("foot", name, line)))
        self._join(name, ("foot", name, line), self.lines[line].distance(point))

    def _ends(self, link):
        for name, at in (("start", 0), ("end", -1)):
            point = Point(self.lines[link].coords[at])
            gaps = [g.distance(point) for g in self.lines]
            street = min(range(self.streets), key=lambda i: gaps[i], default=None)
            if street is not None and gaps[street] <= LOOSE_END_M:
                self._leg((name, link), point, street)
            for other in range(self.streets, len(self.lines)):
                if other != link and gaps[other] <= LOOSE_END_M:
                    self._leg((name, link), point, other)

    def _vertices(self, link):
        for other, line in enumerate(self.lines):
            mine, theirs = list(self.lines[link].coords), list(line.coords)
            shared = [v for v in theirs if min(Point(v).distance(Point(m)) for m in mine) <= 0.01]
            ending = [
                v for v in theirs if other < self.streets and self.lines[link].distance(Point(v)) <= 0.01
            ]
            for v in [*shared, *ending] if other != link else []:
                name = ("vertex", link, other, v)
                for one in (link, other):
                    self._leg(name, Point(v), one)

    def _stand(self, name, point):
        gaps = [g.distance(point) for g in self.lines]
        street = min(range(self.streets), key=lambda i: gaps[i], default=None)
        own = gaps[street] if street is not None and gaps[street] <= SNAP_M else np.inf
        if np.isfinite(own):
            self._leg(name, point, street)
        for link in range(self.streets, len(self.lines)):
            if gaps[link] <= min(max(own, BESIDE_M), SNAP_M):
                self._leg(name, point, link)

    def distances(self, places, services):
        for i, p in enumerate(places):
            self._stand(("p", i), Point(p))
        for i, p in enumerate(services):
            self._stand(("f", i), Point(p))
        for stops in self.cuts.values():
            for (a, one), (b, two) in pairwise(sorted(stops, key=lambda s: s[0])):
                self._join(one, two, b - a)
        best = np.full(len(places), np.inf)
        for j in range(len(services)):
            if ("f", j) in self.graph:
                found = nx.single_source_dijkstra_path_length(
                    self.graph.reverse(copy=False), ("f", j), weight="w"
                )
                best = np.minimum(best, [found.get(("p", i), np.inf) for i in range(len(places))])
        return best


def _is_clear(streets, links, spots):
    """Whether no distance lies so near to a limit, or to another, that rounding decides, and no link meets itself."""
    if not all(LineString(link).is_simple and link[0] != link[-1] for link in links):
        return False
    lines = [LineString(s) for s in streets]
    points = [Point(p) for p in [*spots, *(end for link in links for end in (link[0], link[-1]))]]
    for point in points:
        near = sorted((g.distance(point), g.project(point), i) for i, g in enumerate(lines))
        if len(near) > 1 and near[1][0] - near[0][0] < 1e-6:
            feet = [lines[i].interpolate(at) for _, at, i in near[:2]]
            if feet[0].distance(feet[1]) > 1e-6:
                return False
        own = [n[0] for n in near[:1]]
        gaps = [LineString(link).distance(point) for link in links]
        limits = [SNAP_M, BESIDE_M, LOOSE_END_M]
        if any(abs(gap - limit) < 1e-6 for gap in gaps for limit in [*limits, *own] if gap > 0):
            return False
        if any(abs(gap - limit) < 1e-6 for gap in own for limit in limits):
            return False
    return True


@settings(max_examples=120, deadline=None)
@given(_worlds())
def test_links_equal_the_slow_computation(world):
    streets, links, places, services = world
    if not _is_clear(streets, links, [*places, *services]):
        return
    targets = _objects([Point(s) for s in services])
    engine = _engine(streets, links, places)
    ours = engine.nearest(targets)
    np.testing.assert_allclose(
        _metres(ours), Oracle(streets, links).distances(places, services), atol=1e-6, rtol=0
    )
    for i in np.flatnonzero(ours.which >= 0):
        route = engine.route(int(i), targets[ours.which[i]])
        assert route.length_m == pytest.approx(ours.cost[i], abs=1e-6)
        if len(route.xy) > 1:
            assert shapely.length(LineString(route.xy)) == pytest.approx(route.length_m, abs=1e-4)


def test_a_ramp_that_ends_nowhere_takes_nobody_away():
    streets, houses = [((0.0, 0.0), (300.0, 0.0))], [(float(x), 12.0) for x in range(0, 300, 20)]
    target = _objects([Point(0, -3)])
    before = _engine(streets, [], houses).nearest(target)
    ramp = _engine(
        streets, [[(20.0, 10.0), (280.0, 10.0)]], houses
    )  # right before the houses, joining nothing
    np.testing.assert_array_equal(ramp.nearest(target).cost, before.cost)
    assert [end.gap_m for end in ramp.open_ends] == [10.0, 10.0]


def test_houses_beside_a_link_walk_along_it():
    streets = [((0.0, 0.0), (0.0, 100.0)), ((0.0, 100.0), (100.0, 100.0)), ((100.0, 100.0), (100.0, 0.0))]
    link, house, target = [(0.0, 0.0), (100.0, 0.0)], [(40.0, 5.0)], _objects([Point(60, -4)])
    assert _engine(streets, [], house).nearest(target).cost[0] == pytest.approx(
        40 + 95 + 100 + 100 + np.hypot(40, 4)
    )
    assert _engine(streets, [link], house).nearest(target).cost[0] == pytest.approx(5 + 20 + 4)
