"""Walking distance from places to their nearest facility over the network.

The shortest paths are found by :func:`scipy.sparse.csgraph.dijkstra`; facilities are extra source rows of the matrix,
joined to both ends of their edge. A place's distance is the least of the ways over both ends of its edge and, when a
facility stands on the same edge, the way along it; both access legs count. See docs/methods.md, "Reach".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.routing import Route, find_route
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Snap, Snapper

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

SNAP_LIMIT_M = 100.0
"""A place farther from every edge than this is off the network (a planning default, see docs/methods.md)."""

_LEAST_M = 1e-9  # scipy drops explicit zeros: a zero-length edge would vanish
_CHUNK = 64  # facilities per dense block of the many-to-many search


@dataclass(frozen=True, slots=True)
class Nearest:
    """Nearest facility per place: metres (``inf`` unreachable, NaN off the network) and its index (−1 none)."""

    distance_m: FloatArray
    which: IndexArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places and facilities within a limit of each other, as parallel arrays."""

    place: IndexArray
    facility: IndexArray
    distance_m: FloatArray


class ReachEngine:
    """Answers reach questions for fixed places on a fixed network; facilities change from question to question.

    Parameters
    ----------
    network
        The walking network; costs are its lengths in both directions. (Directed costs enter through
        :func:`adjacency`, which takes one array per direction.)
    places
        Points in the project's CRS, None where missing, shape ``(n,)``.
    snap_limit_m
        Places and facilities farther from every edge than this are off the network.
    """

    def __init__(
        self, network: WalkNetwork, places: ObjectArray, *, snap_limit_m: float = SNAP_LIMIT_M
    ) -> None:
        self.network = network
        self.places = places
        self.snap_limit_m = snap_limit_m
        self._snapper = Snapper(network, limit_m=snap_limit_m)
        self.snap = self._snapper.snap(places)
        self._graph = adjacency(network, network.length_m, network.length_m)

    def join(self, facilities: ObjectArray) -> Snap:
        """Return where facilities join the network."""
        return self._snapper.snap(facilities)

    def nearest(self, facilities: ObjectArray) -> Nearest:
        """Return the distance of every place to its nearest facility over the network, and which one it is."""
        from scipy.sparse.csgraph import dijkstra

        own = self.join(facilities)
        rows = np.flatnonzero(own.is_joined)
        if len(rows) == 0 or len(self.places) == 0:
            return self._unreached()
        nodes = self._graph.shape[0]
        graph = _with_sources(self._graph, self.network, own, rows)
        dist, _, source = dijkstra(
            graph, indices=nodes + np.arange(len(rows)), min_only=True, return_predecessors=True
        )
        which_node = np.where(source >= nodes, rows[np.clip(source - nodes, 0, len(rows) - 1)], -1)
        return self._at_places(dist[:nodes], which_node[:nodes], own)

    def within(self, facilities: ObjectArray, limit_m: float) -> Pairs:
        """Return all pairs of place and facility at most ``limit_m`` apart over the network."""
        from scipy.sparse.csgraph import dijkstra

        own = self.join(facilities)
        rows = np.flatnonzero(own.is_joined)
        nodes = self._graph.shape[0]
        found: list[Pairs] = []
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            graph = _with_sources(self._graph, self.network, own, part)
            dist = dijkstra(graph, indices=nodes + np.arange(len(part)), limit=limit_m)[:, :nodes]
            for line, facility in zip(dist, part, strict=True):
                nobody = np.zeros(nodes, dtype=np.int64)
                metres = self._at_places(line, nobody, own.one(int(facility))).distance_m
                place = np.flatnonzero(metres <= limit_m)
                found.append(Pairs(place, np.full(len(place), facility), metres[place]))
        if not found:
            none = np.zeros(0, dtype=np.int64)
            return Pairs(none, none, np.zeros(0))
        return Pairs(
            np.concatenate([p.place for p in found]),
            np.concatenate([p.facility for p in found]),
            np.concatenate([p.distance_m for p in found]),
        )

    def route(self, place: int, facility: object) -> Route:
        """Return the shortest way from a place to one facility point."""
        target = np.array([facility], dtype=object)
        return find_route(
            self.network,
            self._graph,
            self.snap.one(place),
            self.join(target),
            start_point=self.places[place],
            goal_point=target[0],
        )

    def _unreached(self) -> Nearest:
        distance = np.where(self.snap.is_joined, np.inf, np.nan)
        return Nearest(distance, np.full(len(distance), -1, dtype=np.int64))

    def _at_places(self, node_m: FloatArray, node_which: IndexArray, own: Snap) -> Nearest:
        """Carry distances at nodes to the places: over both ends of the edge, along the edge, plus the access leg."""
        on = np.flatnonzero(self.snap.is_joined)
        edge, offset = self.snap.edge[on], self.snap.offset_m[on]
        tail, head = self.network.tail[edge], self.network.head[edge]
        over_tail = node_m[tail] + offset
        over_head = node_m[head] + np.maximum(self.network.length_m[edge] - offset, 0.0)
        along, along_which = _same_edge(edge, offset, own)
        ways = np.stack([over_tail, over_head, along])
        best = ways.argmin(axis=0)
        which = np.stack([node_which[tail], node_which[head], along_which])
        column = np.arange(len(on))
        result = self._unreached()
        result.distance_m[on] = ways[best, column] + self.snap.access_m[on]
        result.which[on] = np.where(np.isfinite(ways[best, column]), which[best, column], -1)
        return result


def adjacency(network: WalkNetwork, forward: FloatArray, backward: FloatArray) -> csr_array[np.float64]:
    """Return the cost matrix between nodes for walking *to* a source, parallel edges by their least cost.

    ``forward`` is the cost from tail to head, ``backward`` from head to tail, both of shape ``(e,)``. Because the
    search starts at the facility while people walk towards it, entry (i, j) holds the cost from j to i.
    """
    from scipy.sparse import csr_array

    nodes = len(network.node_xy)
    is_loop = network.tail == network.head  # a loop never shortens a way between nodes
    tail, head = network.tail[~is_loop], network.head[~is_loop]
    row, column = np.concatenate([head, tail]), np.concatenate([tail, head])
    cost = np.maximum(np.concatenate([forward[~is_loop], backward[~is_loop]]), _LEAST_M)
    order = np.lexsort((cost, column, row))
    row, column, cost = row[order], column[order], cost[order]
    is_least = np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)] if len(row) else np.zeros(0, bool)
    return csr_array((cost[is_least], (row[is_least], column[is_least])), shape=(nodes, nodes))


def _with_sources(
    graph: csr_array[np.float64], network: WalkNetwork, own: Snap, rows: IndexArray
) -> csr_array[np.float64]:
    """Return the matrix with one more row per facility, leading to both ends of its edge."""
    from scipy.sparse import csr_array

    nodes, extra = graph.shape[0], len(rows)
    edge = own.edge[rows]
    to_tail = own.access_m[rows] + own.offset_m[rows]
    to_head = own.access_m[rows] + np.maximum(network.length_m[edge] - own.offset_m[rows], 0.0)
    tail, head = network.tail[edge], network.head[edge]
    is_loop = tail == head
    to_tail = np.where(is_loop, np.minimum(to_tail, to_head), to_tail)
    column = np.stack([tail, head], axis=1).ravel()
    cost = np.maximum(np.stack([to_tail, to_head], axis=1).ravel(), _LEAST_M)
    keep = np.stack([np.ones(extra, bool), ~is_loop], axis=1)
    indptr = np.concatenate([graph.indptr, graph.indptr[-1] + np.cumsum(keep.sum(axis=1))])
    indices = np.concatenate([graph.indices, column[keep.ravel()]])
    data = np.concatenate([graph.data, cost[keep.ravel()]])
    return csr_array((data, indices, indptr), shape=(nodes + extra, nodes + extra))


def _same_edge(edge: IndexArray, offset_m: FloatArray, own: Snap) -> tuple[FloatArray, IndexArray]:
    """Return the least way along a shared edge (facility's access leg included) and the facility, per place."""
    least = np.full(len(edge), np.inf)
    which = np.full(len(edge), -1, dtype=np.int64)
    rows = np.flatnonzero(own.is_joined)
    rows = rows[np.argsort(own.edge[rows], kind="stable")]
    first = np.searchsorted(own.edge[rows], edge, side="left")
    count = np.searchsorted(own.edge[rows], edge, side="right") - first
    place = np.repeat(np.arange(len(edge)), count)
    if len(place) == 0:
        return least, which
    rank = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    facility = rows[np.repeat(first, count) + rank]
    metres = np.abs(offset_m[place] - own.offset_m[facility]) + own.access_m[facility]
    order = np.lexsort((metres, place))
    place, facility, metres = place[order], facility[order], metres[order]
    is_first = np.r_[True, place[1:] != place[:-1]]
    least[place[is_first]] = metres[is_first]
    which[place[is_first]] = facility[is_first]
    return least, which


def straight_line(places: ObjectArray, facilities: ObjectArray) -> Nearest:
    """Return the straight distance to the nearest facility; NaN for missing places, ``inf`` without facilities."""
    from scipy.spatial import cKDTree

    has_place = ~shapely.is_missing(places)
    distance = np.where(has_place, np.inf, np.nan)
    which = np.full(len(places), -1, dtype=np.int64)
    rows = np.flatnonzero(~shapely.is_missing(facilities))
    if len(rows) and has_place.any():
        tree = cKDTree(shapely.get_coordinates(facilities[rows]))
        metres, near = tree.query(shapely.get_coordinates(places[has_place]))
        distance[has_place] = metres
        which[has_place] = rows[near]
    return Nearest(distance, which)
