"""The nearest facility of every place: by one search from all facilities at once, by round trip, or as the crow flies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.analysis.pairs import Pairs, in_parts, pairs_of, there_and_back
from renovate_gui.analysis.prepared import Prepared
from renovate_gui.analysis.search import leaving, same_edge, widening, with_sources
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import coordinates
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Nearest:
    """Nearest facility per place: cost (``inf`` unreachable, NaN off the network) and its index (−1 none)."""

    cost: FloatArray
    which: IndexArray


def unreached(joins: Joins) -> Nearest:
    """Return that nothing is reached: ``inf`` and −1, NaN off the network."""
    cost = np.where(joins.is_joined, np.inf, np.nan)
    return Nearest(cost, np.full(len(cost), -1, dtype=np.int64))


def find_nearest(prepared: Prepared, own: Joins, cost: EdgeCost, limit: float) -> Nearest:
    """Return the nearest facility by one search from all of them."""
    from scipy.sparse.csgraph import dijkstra

    network, graph = prepared.network, prepared.graph(cost)
    nodes = graph.shape[0]
    graph = with_sources(graph, network, leaving(network, own, cost.swapped()))
    dist, _, source = dijkstra(
        graph,
        indices=nodes + np.arange(len(own)),
        min_only=True,
        limit=limit,
        return_predecessors=True,
    )
    which = np.where(source >= nodes, own.row[np.clip(source - nodes, 0, len(own) - 1)], -1)
    return _at_places(prepared, dist[:nodes], which[:nodes], own, cost=cost, limit=limit)


def _at_places(
    prepared: Prepared,
    node_cost: FloatArray,
    node_which: IndexArray,
    own: Joins,
    *,
    cost: EdgeCost,
    limit: float,
) -> Nearest:
    """Carry costs at nodes to the places: over both ends of the edge, along the edge, plus the access leg."""
    network, joins, homes = prepared.network, prepared.joins, prepared.leaving(cost)
    edge = joins.edge
    tail, head = network.tail[edge], network.head[edge]
    least, which = node_cost[tail] + homes.to_tail, node_which[tail]
    over_head = node_cost[head] + homes.to_head
    is_better = over_head < least
    least[is_better], which[is_better] = over_head[is_better], node_which[head[is_better]]
    _improve_along(network, joins, own, cost, least=least, which=which)
    total = least + homes.access
    first = np.arange(len(total))
    if np.any(np.diff(joins.row) == 0):  # a place stands on several edges: the least way counts
        order = np.lexsort((total, joins.row))
        row = joins.row[order]
        first = order[np.r_[True, np.diff(row) != 0][: len(row)]]
    is_near = total[first] <= limit
    result = unreached(joins)
    result.cost[joins.row[first]] = np.where(is_near, total[first], np.inf)
    is_reached = is_near & np.isfinite(total[first])
    result.which[joins.row[first]] = np.where(is_reached, which[first], -1)
    return result


def _improve_along(
    network: WalkNetwork, places: Joins, own: Joins, cost: EdgeCost, *, least: FloatArray, which: IndexArray
) -> None:
    """Put the ways along a shared edge (facility's access leg included) into what each stand has, where they are less."""
    is_shared = np.zeros(len(network.length_m), dtype=bool)
    is_shared[own.edge] = True
    beside = np.flatnonzero(is_shared[places.edge])
    along = same_edge(network, places.only(beside), own, cost)
    order = np.lexsort((along.cost, along.place))
    place, foot, way = along.place[order], along.foot[order], along.cost[order]
    is_first = np.r_[True, place[1:] != place[:-1]][: len(place)]
    stand, foot, way = beside[place[is_first]], foot[is_first], way[is_first]
    is_better = way < least[stand]
    least[stand[is_better]] = way[is_better]
    which[stand[is_better]] = own.row[foot[is_better]]


def find_nearest_round_trip(prepared: Prepared, own: Joins, limit: float) -> Nearest:
    """Return the facility with the least way there and back, exactly, by searches of growing limit.

    A facility that a search up to B each way has not seen is more than B away one way, and at least as far as the
    nearest the other way. So a place is settled once its best round trip is not longer than that.
    """
    joins, cost = prepared.joins, prepared.cost
    there, back = (
        find_nearest(prepared, own, cost, limit).cost,
        find_nearest(prepared, own, cost.swapped(), limit).cost,
    )
    is_open = np.isfinite(there + back) & (there + back <= limit)
    nearer, farther = np.fmin(there, back), np.fmax(there, back)
    result = unreached(joins)
    for bound in widening(farther[is_open], limit):
        homes = joins.only(is_open[joins.row])
        for part in in_parts(prepared, own):
            one = pairs_of(prepared, part, cost, bound, homes)
            two = pairs_of(prepared, part, cost.swapped(), bound, homes)
            _improve(result, there_and_back(one, two, limit))
        is_open &= ~(result.cost <= bound + nearer)
        if bound >= limit or not is_open.any():
            break
    return result


def _improve(result: Nearest, pairs: Pairs) -> None:
    """Put the pairs that are better than what a place has into the result."""
    order = np.lexsort((pairs.facility, pairs.cost, pairs.place))
    place = pairs.place[order]
    first = order[np.r_[True, np.diff(place) != 0][: len(place)]]
    first = first[pairs.cost[first] < result.cost[pairs.place[first]]]
    result.cost[pairs.place[first]] = pairs.cost[first]
    result.which[pairs.place[first]] = pairs.facility[first]


def straight_line(places: ObjectArray, facilities: ObjectArray) -> Nearest:
    """Return the straight distance to the nearest facility; NaN for missing places, ``inf`` without facilities."""
    from scipy.spatial import cKDTree

    has_place = ~shapely.is_missing(places)
    distance = np.where(has_place, np.inf, np.nan)
    which = np.full(len(places), -1, dtype=np.int64)
    rows = np.flatnonzero(~shapely.is_missing(facilities))
    if len(rows) and has_place.any():
        tree = cKDTree(coordinates(facilities[rows]))
        metres, near = tree.query(coordinates(places[has_place]))
        distance[has_place] = metres
        which[has_place] = rows[near]
    return Nearest(distance, which)
