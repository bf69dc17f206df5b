"""Graphs for the shortest-path search, and what it costs to leave a network's edge or to walk along it.

Everything here is written for walking *from places to a source* (a facility): the search starts at the source, so its
matrix is transposed. The way back is the same with :meth:`EdgeCost.swapped`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

LEAST = 1e-9
"""Least cost of an edge: scipy drops explicit zeros, an edge without length would vanish."""

TOUCH_M = 1e-6
"""Who stands this near to the end of an impassable edge stands at the end and may leave there."""

_SHARES = (0.8, 0.98, 1.0)  # of the places, for which a round-trip search is made first
_WIDENINGS = 3  # how often it then doubles its limit before it goes without one


@dataclass(frozen=True, slots=True)
class Stands:
    """Points on a network with the cost of walking from each to both ends of its edge, access legs apart.

    Attributes
    ----------
    to_tail, to_head
        Cost from the foot point to the edge's ends, ``inf`` where the edge is impassable that way, shape ``(m,)``.
    access
        Cost of the access leg, shape ``(m,)``.
    """

    joins: Joins
    to_tail: FloatArray
    to_head: FloatArray
    access: FloatArray


def leaving(network: WalkNetwork, joins: Joins, cost: EdgeCost) -> Stands:
    """Return what it costs to leave. Arriving is leaving under the swapped cost."""
    edge = joins.edge
    rest = np.maximum(network.length_m[edge] - joins.offset_m, 0.0)
    to_tail = share(joins.offset_m, cost.backward[edge], network.length_m[edge])
    to_head = share(rest, cost.forward[edge], network.length_m[edge])
    return Stands(joins, to_tail, to_head, joins.access_m * cost.per_metre)


def share(part_m: FloatArray, whole: FloatArray, length_m: FloatArray) -> FloatArray:
    """Return the cost of a part of edges: its share of the length; nothing for no part, even of an impassable edge."""
    rate = np.divide(whole, length_m, out=np.where(np.isfinite(whole), 0.0, np.inf), where=length_m > 0)
    is_shut = np.isinf(rate)
    part = part_m * np.where(is_shut, 0.0, rate)
    return np.where(is_shut & (part_m > TOUCH_M), np.inf, part)


def adjacency(network: WalkNetwork, forward: FloatArray, backward: FloatArray) -> csr_array[np.float64]:
    """Return the cost matrix between nodes for walking *to* a source, parallel edges by their least cost.

    ``forward`` is the cost from tail to head, ``backward`` from head to tail, both of shape ``(e,)``; infinite ones are
    left out. Because the search starts at the facility while people walk towards it, entry (i, j) holds the cost from
    j to i.
    """
    from scipy.sparse import csr_array

    nodes = len(network.node_xy)
    is_loop = network.tail == network.head  # a loop never shortens a way between nodes
    tail, head = network.tail[~is_loop], network.head[~is_loop]
    # the search takes numbers of four bytes: of wider ones it would make a copy at every call
    row, column = (np.concatenate(ends).astype(np.int32) for ends in ([head, tail], [tail, head]))
    cost = np.maximum(np.concatenate([forward[~is_loop], backward[~is_loop]]), LEAST)
    is_open = np.isfinite(cost)
    row, column, cost = row[is_open], column[is_open], cost[is_open]
    order = np.lexsort((cost, column, row))
    row, column, cost = row[order], column[order], cost[order]
    is_least = np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)] if len(row) else np.zeros(0, bool)
    return csr_array((cost[is_least], (row[is_least], column[is_least])), shape=(nodes, nodes))


def with_facilities(
    graph: csr_array[np.float64], network: WalkNetwork, arriving: Stands, facility: IndexArray
) -> csr_array[np.float64]:
    """Return the matrix with one more row per facility, leading to both ends of the edges of all its stands.

    ``facility`` numbers the facility of each stand from 0, ascending and without gaps, shape ``(m,)``.
    """
    from scipy.sparse import csr_array

    own = arriving.joins
    nodes, extra = graph.shape[0], int(facility.max(initial=-1)) + 1
    row = np.concatenate([facility, facility])
    column = np.concatenate([network.tail[own.edge], network.head[own.edge]])
    legs = np.concatenate([arriving.to_tail, arriving.to_head]) + np.tile(arriving.access, 2)
    is_open = np.isfinite(legs)
    row, column, cost = row[is_open], column[is_open], np.maximum(legs[is_open], LEAST)
    order = np.lexsort((cost, column, row))
    row, column, cost = row[order], column[order], cost[order]
    is_least = np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)][: len(row)]
    row, column, cost = row[is_least], column[is_least], cost[is_least]
    ends = graph.indptr[-1] + np.cumsum(np.bincount(row, minlength=extra))
    indptr = np.concatenate([graph.indptr, ends])
    indices, data = np.concatenate([graph.indices, column]), np.concatenate([graph.data, cost])
    return csr_array((data, indices, indptr), shape=(nodes + extra, nodes + extra))


def with_sources(
    graph: csr_array[np.float64], network: WalkNetwork, arriving: Stands
) -> csr_array[np.float64]:
    """Return the matrix with one more row per stand of a facility, leading to both ends of its edge."""
    from scipy.sparse import csr_array

    own = arriving.joins
    nodes, extra = graph.shape[0], len(own)
    from_tail, from_head = arriving.access + arriving.to_tail, arriving.access + arriving.to_head
    tail, head = network.tail[own.edge], network.head[own.edge]
    is_loop = tail == head
    from_tail = np.where(is_loop, np.minimum(from_tail, from_head), from_tail)
    column = np.stack([tail, head], axis=1).ravel()
    cost = np.maximum(np.stack([from_tail, from_head], axis=1), LEAST)
    keep = np.isfinite(cost) & np.stack([np.ones(extra, bool), ~is_loop], axis=1)
    width = graph.indices.dtype
    ends = graph.indptr[-1] + np.cumsum(keep.sum(axis=1))
    indptr = np.concatenate([graph.indptr, ends.astype(width)])
    indices = np.concatenate([graph.indices, column[keep.ravel()].astype(width)])
    data = np.concatenate([graph.data, cost.ravel()[keep.ravel()]])
    return csr_array((data, indices, indptr), shape=(nodes + extra, nodes + extra))


@dataclass(frozen=True, slots=True)
class Along:
    """Ways that stay on one edge: indices into the places' and the facilities' joins, and the cost.

    The facility's access leg counts, the place's does not.
    """

    place: IndexArray
    foot: IndexArray
    cost: FloatArray


def same_edge(network: WalkNetwork, places: Joins, own: Joins, cost: EdgeCost) -> Along:
    """Return all ways from places to facilities on the same edge, in the direction of walking."""
    by_edge = np.argsort(own.edge, kind="stable")
    edges = own.edge[by_edge]
    first = np.searchsorted(edges, places.edge, side="left")
    count = np.searchsorted(edges, places.edge, side="right") - first
    place = np.repeat(np.arange(len(places.edge)), count)
    rank = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    foot = by_edge[np.repeat(first, count) + rank]
    edge, ahead = places.edge[place], own.offset_m[foot] - places.offset_m[place]
    whole = np.where(ahead >= 0, cost.forward[edge], cost.backward[edge])
    way = share(np.abs(ahead), whole, network.length_m[edge])
    return Along(place, foot, way + own.access_m[foot] * cost.per_metre)


@dataclass(frozen=True, slots=True)
class Index:
    """Which joins stand on edges that begin (or end) at a node: a list per node, all in one array."""

    order: NDArray[np.int32]
    start: NDArray[np.int32]

    @staticmethod
    def by(node: IndexArray, nodes: int) -> Index:
        """Return the index of joins by a node of each."""
        order = np.argsort(node, kind="stable")
        start = np.zeros(nodes + 1, dtype=np.int32)
        np.cumsum(np.bincount(node, minlength=nodes), out=start[1:])
        return Index(order.astype(np.int32), start)

    def spread(self, node: IndexArray) -> tuple[IndexArray, IndexArray]:
        """Return all (position in ``node``, join) with the join at that node."""
        count = self.start[node + 1] - self.start[node]
        at = np.repeat(np.arange(len(node)), count)
        rank = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
        return at, self.order[np.repeat(self.start[node], count) + rank].astype(np.int64)


def widening(farther: FloatArray, limit: float) -> Iterator[float]:
    """Yield growing limits for one way: most places first, the farthest last."""
    if len(farther) == 0:
        return
    steps = [1.05 * float(np.quantile(farther, share)) for share in _SHARES]
    steps += [steps[-1] * 2.0**k for k in range(1, _WIDENINGS + 1)]
    yield from (
        bound for bound in steps if 2.0 * bound < limit
    )  # a search not much larger settles all at once
    yield limit
