"""Walking distance from places to their nearest facility over the network.

The shortest paths are found by :func:`scipy.sparse.csgraph.dijkstra`; facilities are extra source rows of the matrix,
joined to both ends of their edge. A place's distance is the least of the ways over both ends of its edge and, when a
facility stands on the same edge, the way along it; both access legs count. Beside a proposed link, places and facilities
stand on two edges, the existing one and the link's, and take the better. See docs/methods.md, "Reach".
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.routing import NO_ROUTE, Route, find_route
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.linking import OpenEnd, link_network
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joiner, Joins, LinkedSnapper, Snapper

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

SNAP_LIMIT_M = 100.0
"""A place farther from every edge than this is off the network (a planning default, see docs/methods.md)."""

_LEAST_M = 1e-9  # scipy drops explicit zeros: a zero-length edge would vanish
_NOWHERE: frozenset[int] = frozenset()
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

    Attributes
    ----------
    joins
        Where the places join the network.
    open_ends
        Ends of links that join nothing; empty without links.
    """

    def __init__(
        self, network: WalkNetwork, places: ObjectArray, *, snap_limit_m: float = SNAP_LIMIT_M
    ) -> None:
        snapper = Snapper(network, limit_m=snap_limit_m)
        self.places = places
        self.open_ends: tuple[OpenEnd, ...] = ()
        self._existing = snapper
        self._settle(snapper, snapper.join(places))

    def _settle(self, joiner: Joiner, joins: Joins) -> None:
        self.network, self.joins, self._joiner = joiner.network, joins, joiner
        self._graph = adjacency(self.network, self.network.length_m, self.network.length_m)

    def with_links(self, links: ObjectArray, *, first_source: int) -> ReachEngine:
        """Return an engine for the same places on the same network with links added; nobody's way gets longer.

        ``first_source`` is the row that stands for link 0 in ``network.source``. Meant for an engine without links.
        """
        linked = link_network(self.network, links, first_source=first_source)
        other = copy(self)
        other.open_ends = linked.open_ends
        joiner = LinkedSnapper(self._existing, linked)
        other._settle(joiner, joiner.add_links(self.places, self.joins))  # noqa: SLF001  the same class
        return other

    def join(self, facilities: ObjectArray) -> Joins:
        """Return where facilities join the network."""
        return self._joiner.join(facilities)

    def is_on_main(self, joins: Joins) -> NDArray[np.bool_]:
        """Return which points join the main part of the network, shape ``(joins.count,)``."""
        found = np.zeros(joins.count, dtype=bool)
        found[joins.row[self.network.island_of_edge()[joins.edge] == 0]] = True
        return found

    def nearest(self, facilities: ObjectArray) -> Nearest:
        """Return the distance of every place to its nearest facility over the network, and which one it is."""
        from scipy.sparse.csgraph import dijkstra

        own = self.join(facilities)
        if len(own) == 0 or len(self.places) == 0:
            return self._unreached()
        nodes = self._graph.shape[0]
        graph = _with_sources(self._graph, self.network, own)
        dist, _, source = dijkstra(
            graph, indices=nodes + np.arange(len(own)), min_only=True, return_predecessors=True
        )
        which_node = np.where(source >= nodes, own.row[np.clip(source - nodes, 0, len(own) - 1)], -1)
        return self._at_places(dist[:nodes], which_node[:nodes], own)

    def nearest_unconnected(self, facilities: ObjectArray) -> Nearest:
        """Return the straight distance to the nearest facility that no known way leads to; ``inf`` where there is none.

        Either the place or the facility is off the network, or they stand on parts of it that do not meet.
        """
        part = self.network.island_of_edge()
        of_place = _parts(self.joins, part)
        groups: dict[frozenset[int], list[int]] = {}
        for row, found in enumerate(_parts(self.join(facilities), part)):
            groups.setdefault(found, []).append(row)
        best = np.full(len(self.places), np.inf)
        which = np.full(len(self.places), -1, dtype=np.int64)
        for parts, rows in groups.items():
            apart = np.array([parts.isdisjoint(own) for own in of_place], dtype=bool)
            direct = straight_line(self.places, facilities[rows])
            better = apart & (direct.distance_m < best)
            best[better] = direct.distance_m[better]
            which[better] = np.array(rows)[direct.which[better]]
        return Nearest(best, which)

    def within(self, facilities: ObjectArray, limit_m: float) -> Pairs:
        """Return all pairs of place and facility at most ``limit_m`` apart over the network."""
        from scipy.sparse.csgraph import dijkstra

        own = self.join(facilities)
        nodes = self._graph.shape[0]
        nobody = np.zeros(nodes, dtype=np.int64)
        found: list[Pairs] = []
        for start in range(0, len(own), _CHUNK):
            part = own.only(np.arange(start, min(start + _CHUNK, len(own))))
            graph = _with_sources(self._graph, self.network, part)
            dist = dijkstra(graph, indices=nodes + np.arange(len(part)), limit=limit_m)[:, :nodes]
            for i, line in enumerate(dist):
                metres = self._at_places(line, nobody, part.only(np.array([i]))).distance_m
                place = np.flatnonzero(metres <= limit_m)
                found.append(Pairs(place, np.full(len(place), part.row[i]), metres[place]))
        return _least_of_each_pair(found)

    def route(self, place: int, facility: object) -> Route:
        """Return the shortest way from a place to one facility point."""
        target = np.array([facility], dtype=object)
        starts, goals = self.joins.of(place), self.join(target)
        best = NO_ROUTE
        for i in range(len(starts)):
            for j in range(len(goals)):
                found = find_route(
                    self.network,
                    self._graph,
                    starts.only(np.array([i])),
                    goals.only(np.array([j])),
                    start_point=self.places[place],
                    goal_point=target[0],
                )
                best = min(best, found, key=lambda route: route.length_m)
        return best

    def _unreached(self) -> Nearest:
        distance = np.where(self.joins.is_joined, np.inf, np.nan)
        return Nearest(distance, np.full(len(distance), -1, dtype=np.int64))

    def _at_places(self, node_m: FloatArray, node_which: IndexArray, own: Joins) -> Nearest:
        """Carry distances at nodes to the places: over both ends of the edge, along the edge, plus the access leg."""
        edge, offset = self.joins.edge, self.joins.offset_m
        tail, head = self.network.tail[edge], self.network.head[edge]
        over_tail = node_m[tail] + offset
        over_head = node_m[head] + np.maximum(self.network.length_m[edge] - offset, 0.0)
        along, along_which = _same_edge(edge, offset, own)
        ways = np.stack([over_tail, over_head, along])
        best = ways.argmin(axis=0)
        column = np.arange(len(edge))
        which = np.stack([node_which[tail], node_which[head], along_which])[best, column]
        metres = ways[best, column] + self.joins.access_m
        order = np.lexsort(
            (metres, self.joins.row)
        )  # a place may stand on several edges: the shortest way counts
        row = self.joins.row[order]
        first = order[np.r_[True, np.diff(row) != 0][: len(row)]]
        result = self._unreached()
        result.distance_m[self.joins.row[first]] = metres[first]
        result.which[self.joins.row[first]] = np.where(np.isfinite(metres[first]), which[first], -1)
        return result


def _parts(joins: Joins, part: IndexArray) -> list[frozenset[int]]:
    """Return the parts of the network that each point stands on."""
    found: list[frozenset[int]] = [_NOWHERE] * joins.count
    one = {int(p): frozenset({int(p)}) for p in np.unique(part[joins.edge])}
    for row, p in zip(joins.row.tolist(), part[joins.edge].tolist(), strict=True):
        found[row] = one[p] if not found[row] else found[row] | one[p]
    return found


def _least_of_each_pair(found: list[Pairs]) -> Pairs:
    """Return every pair of place and facility once, by its shortest way."""
    none = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    place = np.concatenate([p.place for p in [none, *found]])
    facility = np.concatenate([p.facility for p in [none, *found]])
    metres = np.concatenate([p.distance_m for p in [none, *found]])
    order = np.lexsort((metres, place, facility))
    place, facility, metres = place[order], facility[order], metres[order]
    is_first = np.r_[True, (np.diff(place) != 0) | (np.diff(facility) != 0)][: len(place)]
    return Pairs(place[is_first], facility[is_first], metres[is_first])


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


def _with_sources(graph: csr_array[np.float64], network: WalkNetwork, own: Joins) -> csr_array[np.float64]:
    """Return the matrix with one more row per place of a facility, leading to both ends of its edge."""
    from scipy.sparse import csr_array

    nodes, extra = graph.shape[0], len(own)
    to_tail = own.access_m + own.offset_m
    to_head = own.access_m + np.maximum(network.length_m[own.edge] - own.offset_m, 0.0)
    tail, head = network.tail[own.edge], network.head[own.edge]
    is_loop = tail == head
    to_tail = np.where(is_loop, np.minimum(to_tail, to_head), to_tail)
    column = np.stack([tail, head], axis=1).ravel()
    cost = np.maximum(np.stack([to_tail, to_head], axis=1).ravel(), _LEAST_M)
    keep = np.stack([np.ones(extra, bool), ~is_loop], axis=1)
    indptr = np.concatenate([graph.indptr, graph.indptr[-1] + np.cumsum(keep.sum(axis=1))])
    indices = np.concatenate([graph.indices, column[keep.ravel()]])
    data = np.concatenate([graph.data, cost[keep.ravel()]])
    return csr_array((data, indices, indptr), shape=(nodes + extra, nodes + extra))


def _same_edge(edge: IndexArray, offset_m: FloatArray, own: Joins) -> tuple[FloatArray, IndexArray]:
    """Return the least way along a shared edge (facility's access leg included) and the facility, per place."""
    least = np.full(len(edge), np.inf)
    which = np.full(len(edge), -1, dtype=np.int64)
    own = own.only(np.argsort(own.edge, kind="stable"))
    first = np.searchsorted(own.edge, edge, side="left")
    count = np.searchsorted(own.edge, edge, side="right") - first
    place = np.repeat(np.arange(len(edge)), count)
    if len(place) == 0:
        return least, which
    rank = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    foot = np.repeat(first, count) + rank
    metres = np.abs(offset_m[place] - own.offset_m[foot]) + own.access_m[foot]
    order = np.lexsort((metres, place))
    place, foot, metres = place[order], foot[order], metres[order]
    is_first = np.r_[True, place[1:] != place[:-1]]
    least[place[is_first]] = metres[is_first]
    which[place[is_first]] = own.row[foot[is_first]]
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
