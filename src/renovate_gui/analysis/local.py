"""Least costs from one facility to the places around it, by work that does not depend on the size of the city.

The nodes near the facility are cut out of the graph (:mod:`renovate_gui.analysis.cells`) and searched by scipy. The
cut is checked, not trusted: when a way within the limit leaves it, it is made larger and searched again. Costs are
added from the source outwards exactly as on the whole graph, so that the result equals that of
:class:`renovate_gui.analysis.reach.ReachEngine` to the last bit. See docs/methods.md, "Live".
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.cells import Box, Cells, Runs
from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.analysis.search import LEAST, Index, Stands, adjacency, leaving, same_edge
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_GROWTH = 1.6  # of a cut's radius that proved too small


class NearPlaces:
    """Places joined to a network, sorted by where they stand: what all costs share."""

    def __init__(self, network: WalkNetwork, joins: Joins) -> None:
        self.cells = Cells(network.node_xy)
        rank = np.empty(len(network.node_xy), dtype=np.int64)
        rank[self.cells.order] = np.arange(len(rank))
        self.network = replace(
            network,
            tail=rank[network.tail],
            head=rank[network.head],
            node_xy=network.node_xy[self.cells.order],
            component=network.component[self.cells.order],
        )
        self.joins = joins
        nodes = len(rank)
        self.by_tail = Index.by(self.network.tail[joins.edge], nodes)
        self.by_head = Index.by(self.network.head[joins.edge], nodes)
        self.by_edge = Index.by(joins.edge, len(network.length_m))


@dataclass(frozen=True, slots=True)
class _Cut:
    """A part of the graph with the places that stand on its edges.

    ``node`` and ``leg`` lead from a place to a node of the cut; ways of one place stand together and ``start`` where
    each ``place`` begins. ``out_node`` and ``out_cost`` are the edges that leave the cut.
    """

    box: Box
    runs: Runs
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    data: FloatArray
    out_node: IndexArray
    out_cost: FloatArray
    node: IndexArray
    leg: FloatArray
    access: FloatArray
    place: IndexArray
    start: IndexArray


class LocalSearch:
    """Searches for one cost in one direction: from places *to* a facility."""

    def __init__(self, near: NearPlaces, cost: EdgeCost, stands: Stands | None = None) -> None:
        self._near, self._cost = near, cost
        self._graph = adjacency(near.network, cost.forward, cost.backward)
        # what it costs to leave does not ask how the nodes are numbered: who has it already gives it
        self._stands = leaving(near.network, near.joins, cost) if stands is None else stands
        self._kept: _Cut | None = None

    def ball(self, x: float, y: float, own: Joins, limit: float) -> tuple[IndexArray, FloatArray]:
        """Return the places within a cost of the facility at (x, y), ascending, and what each costs.

        ``own`` is where the facility joins the network; limits are inclusive.
        """
        none = np.zeros(0, dtype=np.int64), np.zeros(0)
        if len(own) == 0 or len(self._near.joins) == 0:
            return none
        arriving = leaving(self._near.network, own, self._cost.swapped())
        radius = limit / self._cost.per_metre
        while True:
            box = self._near.cells.box(x, y, radius)
            cut = self._cut(box)
            dist = self._search(cut, arriving, limit)
            if dist is not None:
                break
            radius *= _GROWTH
        place, cost = self._at_places(cut, dist, own)
        inside = cost <= limit
        return place[inside], cost[inside]

    def _cut(self, box: Box) -> _Cut:
        kept = self._kept
        if kept is None or kept.box != box:
            kept = self._cut_out(box)
            self._kept = kept
        return kept

    def _cut_out(self, box: Box) -> _Cut:
        near, graph = self._near, self._graph
        runs = near.cells.runs(box)
        arcs = Runs(graph.indptr[runs.first], graph.indptr[runs.last])
        column, data = runs.rank(arcs.of(graph.indices)), arcs.of(graph.data)
        row = _owners(graph.indptr, runs)
        is_in = column >= 0
        indptr = np.concatenate([[0], np.cumsum(np.bincount(row[is_in], minlength=runs.count))])
        ways = [self._ways(near.by_tail, runs, self._stands.to_tail)]
        ways.append(self._ways(near.by_head, runs, self._stands.to_head))
        node, join, leg = (np.concatenate(column) for column in zip(*ways, strict=True))
        place = near.joins.row[join]
        order = np.argsort(place, kind="stable")
        place = place[order]
        start = np.flatnonzero(np.r_[True, place[1:] != place[:-1]][: len(place)])
        return _Cut(
            box,
            runs,
            indptr.astype(np.int32),
            column[is_in].astype(np.int32),
            data[is_in],
            row[~is_in],
            data[~is_in],
            node[order],
            leg[order],
            self._stands.access[join][order],
            place[start],
            start,
        )

    @staticmethod
    def _ways(index: Index, runs: Runs, leg: FloatArray) -> tuple[IndexArray, IndexArray, FloatArray]:
        """Return node of the cut, join and leg between them for all joins at the cut's nodes."""
        here = Runs(index.start[runs.first], index.start[runs.last])
        join = here.of(index.order).astype(np.int64)
        return _owners(index.start, runs), join, leg[join]

    def _search(self, cut: _Cut, arriving: Stands, limit: float) -> FloatArray | None:
        """Return the cost at every node of the cut, or None when a way within the limit leaves the cut."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        network, own = self._near.network, arriving.joins
        nodes, extra = len(cut.indptr) - 1, len(own)
        end = np.stack([network.tail[own.edge], network.head[own.edge]], axis=1).ravel()
        cost = np.maximum(
            np.stack(
                [arriving.access + arriving.to_tail, arriving.access + arriving.to_head], axis=1
            ).ravel(),
            LEAST,
        )
        source = nodes + np.repeat(np.arange(extra), 2)
        local = cut.runs.rank(end)
        is_open = cost <= limit
        if bool((is_open & (local < 0)).any()):
            return None
        source, local, cost = source[is_open], local[is_open], cost[is_open]
        order = np.lexsort((cost, local, source))  # both ends of a loop are one node: the lesser counts
        source, local, cost = source[order], local[order], cost[order]
        first = np.r_[True, (np.diff(source) != 0) | (np.diff(local) != 0)][: len(source)]
        source, local, cost = source[first], local[first], cost[first]
        ends = cut.indptr[-1] + np.cumsum(np.bincount(source - nodes, minlength=extra))
        graph = csr_array(
            (
                np.concatenate([cut.data, cost]),
                np.concatenate([cut.indices, local.astype(np.int32)]),
                np.concatenate([cut.indptr, ends.astype(np.int32)]),
            ),
            shape=(nodes + extra, nodes + extra),
        )
        sources = nodes + np.arange(extra)
        dist = np.asarray(dijkstra(graph, indices=sources, min_only=True, limit=limit))[:nodes]
        leaks = dist[cut.out_node] + cut.out_cost <= limit
        return None if bool(leaks.any()) else dist

    def _at_places(self, cut: _Cut, dist: FloatArray, own: Joins) -> tuple[IndexArray, FloatArray]:
        """Carry costs at nodes to the places: over both ends of the edge, along the edge, plus the access leg."""
        near = self._near
        over = dist[cut.node] + cut.leg + cut.access
        least = np.minimum.reduceat(over, cut.start) if len(over) else over
        _, beside = near.by_edge.spread(np.unique(own.edge))
        if len(beside) == 0:
            return cut.place, least
        along = same_edge(near.network, near.joins.only(beside), own, self._cost)
        join = beside[along.place]
        place = np.concatenate([cut.place, near.joins.row[join]])
        cost = np.concatenate([least, along.cost + self._stands.access[join]])
        order = np.lexsort((cost, place))
        place, cost = place[order], cost[order]
        first = np.r_[True, place[1:] != place[:-1]]
        return place[first], cost[first]


def _owners(start: NDArray[np.integer], runs: Runs) -> IndexArray:
    """Return for every item of the runs' points which of these points owns it; ``start`` as in a CSR matrix."""
    count = runs.of(start[1:]) - runs.of(start[:-1])
    return np.repeat(np.arange(runs.count), count)
