"""Pairs of places and facilities within a limit of each other: one bounded search from each facility."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.analysis.prepared import Prepared
from renovate_gui.analysis.search import Stands, leaving, same_edge, with_facilities
from renovate_gui.domain.travel import Direction
from renovate_gui.geo.snapping import Joins

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_CHUNK = 64  # facilities per dense block of the many-to-many search
_BLOCK = 4_000_000  # numbers per dense block: 32 MB


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places and facilities within a limit of each other, as parallel arrays, each pair once."""

    place: IndexArray
    facility: IndexArray
    cost: FloatArray

    def __len__(self) -> int:
        return len(self.place)


def pairs_within(prepared: Prepared, own: Joins, limit: float, direction: Direction) -> Iterator[Pairs]:
    """Yield the pairs within a limit, some facilities at a time so that the memory stays bounded."""
    cost = prepared.cost
    for part in in_parts(prepared, own):
        if direction is not Direction.ROUND_TRIP:
            yield pairs_of(prepared, part, cost.swapped() if direction is Direction.BACK else cost, limit)
        elif cost.is_symmetric:
            one_way = pairs_of(prepared, part, cost, limit / 2.0)
            yield Pairs(one_way.place, one_way.facility, one_way.cost * 2.0)
        else:
            there = pairs_of(prepared, part, cost, limit)
            yield there_and_back(there, pairs_of(prepared, part, cost.swapped(), limit), limit)


def in_parts(prepared: Prepared, own: Joins) -> Iterator[Joins]:
    """Yield the facilities in parts of bounded work memory."""
    widest = max(len(prepared.network.node_xy), len(prepared.joins), 1)
    chunk = max(1, min(_CHUNK, _BLOCK // widest))
    rows = np.unique(own.row)
    for start in range(0, len(rows), chunk):
        yield own.only(np.isin(own.row, rows[start : start + chunk]))


def pairs_of(prepared: Prepared, own: Joins, cost: EdgeCost, limit: float, of: Joins | None = None) -> Pairs:
    """Return the pairs of a few facilities by one bounded search from each, all its stands at once; ``of`` some places only."""
    from scipy.sparse.csgraph import dijkstra

    network, graph = prepared.network, prepared.graph(cost)
    nodes = graph.shape[0]
    rows, facility = np.unique(own.row, return_inverse=True)
    graph = with_facilities(graph, network, leaving(network, own, cost.swapped()), facility)
    dist = dijkstra(graph, indices=nodes + np.arange(len(rows)), limit=limit)[:, :nodes]
    source, node = np.nonzero(np.isfinite(dist))
    homes = prepared.leaving(cost) if of is None else leaving(network, of, cost)
    by_tail, by_head = prepared.index(of)
    found = []
    for index, to_node in ((by_tail, homes.to_tail), (by_head, homes.to_head)):
        at, home = index.spread(node)
        found.append((home, rows[source[at]], dist[source[at], node[at]] + to_node[home]))
    along = same_edge(network, homes.joins, own, cost)
    found.append((along.place, own.row[along.foot], along.cost))
    return _nearest_stands(found, homes, limit)


def concatenated(found: list[Pairs]) -> Pairs:
    """Return all pairs of several searches as one."""
    none = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    every = [none, *found]
    return Pairs(
        np.concatenate([p.place for p in every]),
        np.concatenate([p.facility for p in every]),
        np.concatenate([p.cost for p in every]),
    )


def there_and_back(there: Pairs, back: Pairs, limit: float) -> Pairs:
    """Return the pairs that both have, costs added, within the limit."""
    span = 1 + max(int(there.place.max(initial=0)), int(back.place.max(initial=0)))
    _, one, two = np.intersect1d(
        there.facility * span + there.place,
        back.facility * span + back.place,
        assume_unique=True,
        return_indices=True,
    )
    total = there.cost[one] + back.cost[two]
    near = total <= limit
    return Pairs(there.place[one][near], there.facility[one][near], total[near])


def _nearest_stands(
    found: list[tuple[IndexArray, IndexArray, FloatArray]], homes: Stands, limit: float
) -> Pairs:
    """Return pairs of places and facilities from ways of stands of places, each pair once by its least way."""
    home, facility, way = (np.concatenate(column) for column in zip(*found, strict=True))
    total = way + homes.access[home]
    near = np.isfinite(total) & (total <= limit)
    return _least_of_each_pair(homes.joins.row[home[near]], facility[near], total[near])


def _least_of_each_pair(place: IndexArray, facility: IndexArray, cost: FloatArray) -> Pairs:
    order = np.lexsort((cost, place, facility))
    place, facility, cost = place[order], facility[order], cost[order]
    is_first = np.r_[True, (np.diff(place) != 0) | (np.diff(facility) != 0)][: len(place)]
    return Pairs(place[is_first], facility[is_first], cost[is_first])
