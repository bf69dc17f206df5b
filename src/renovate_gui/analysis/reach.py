"""Walking cost from places to facilities over the network: nearest, all within a limit, the ball around one point.

The shortest paths are found by :func:`scipy.sparse.csgraph.dijkstra`; facilities are extra source rows of the matrix,
joined to both ends of their edge. A place's cost is the least of the ways over both ends of its edge and, when a
facility stands on the same edge, the way along it; both access legs count. Beside a proposed link, places and facilities
stand on two edges, the existing one and the link's, and take the better. See docs/methods.md, "Reach".
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.costs import EdgeCost, in_metres
from renovate_gui.analysis.local import LocalSearch, NearPlaces
from renovate_gui.analysis.routing import NO_ROUTE, Route, Terminal, find_route
from renovate_gui.analysis.search import Index, Stands, adjacency, leaving, same_edge, widening, with_sources
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.travel import Direction
from renovate_gui.geo.linking import OpenEnd, link_network
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joiner, Joins, LinkedSnapper, Snapper, doors_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

SNAP_LIMIT_M = 100.0
"""A place farther from every edge than this is off the network (a planning default, see docs/methods.md)."""

_NOWHERE: frozenset[int] = frozenset()
_CHUNK = 64  # facilities per dense block of the many-to-many search
_BLOCK = 8_000_000  # numbers per dense block: 64 MB


@dataclass(frozen=True, slots=True)
class Nearest:
    """Nearest facility per place: cost (``inf`` unreachable, NaN off the network) and its index (−1 none)."""

    cost: FloatArray
    which: IndexArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places and facilities within a limit of each other, as parallel arrays, each pair once."""

    place: IndexArray
    facility: IndexArray
    cost: FloatArray

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True)
class Ball:
    """Places within a limit of one facility, ascending, and their costs."""

    place: IndexArray
    cost: FloatArray


@dataclass(slots=True)
class _Shared:
    """What engines share whose places stand alike, each made when first asked for."""

    near: NearPlaces | None = None
    indices: tuple[Index, Index] | None = None


class ReachEngine:
    """Answers reach questions for fixed places on a fixed network; facilities change from question to question.

    Costs are the network's metres; :meth:`under` gives an engine with other costs, directed ones too.

    Parameters
    ----------
    network
        The walking network.
    places
        Points in the project's CRS, None where missing, shape ``(n,)``.
    snap_limit_m
        Places and facilities farther from every edge than this are off the network.
    entrances
        Known entrances of each place (a MultiPoint or a Point), None where unknown, shape ``(n,)``. Where they are known,
        people leave by them, whichever is best, instead of by the place's point.
    joined
        :attr:`joins_of_doors` of an engine made of the same before, where it was kept.

    Attributes
    ----------
    joins
        Where the places join the network.
    cost
        Costs of the network's edges.
    doors, owner
        Points by which people leave, and the place of each, ascending: its entrances, else its own point.
    open_ends
        Ends of links that join nothing; empty without links.
    """

    def __init__(
        self,
        network: WalkNetwork,
        places: ObjectArray,
        *,
        snap_limit_m: float = SNAP_LIMIT_M,
        entrances: ObjectArray | None = None,
        joined: Joins | None = None,
    ) -> None:
        snapper = Snapper(network, limit_m=snap_limit_m)
        self.places = places
        self.open_ends: tuple[OpenEnd, ...] = ()
        self._existing = snapper
        self.doors, self.owner = doors_of(places, entrances)
        self._on_existing = snapper.join(self.doors) if joined is None else joined
        self._settle(snapper, self._on_existing)

    @property
    def joins_of_doors(self) -> Joins:
        """Return where the doors join the network without links: what takes longest to make of an engine."""
        return self._on_existing

    def _settle(self, joiner: Joiner, plain: Joins) -> None:
        """Stand on a network in metres; ``plain`` says where the doors join it, impassable edges not minded."""
        self.network, self._joiner, self._plain = joiner.network, joiner, plain
        self._charge(in_metres(joiner.network), plain)

    def _charge(self, cost: EdgeCost, of_doors: Joins) -> None:
        self.cost = cost
        self._of_doors = of_doors
        self.joins = of_doors.of_owners(self.owner, len(self.places))
        self._graphs: dict[bool, csr_array[np.float64]] = {}
        self._homes: dict[bool, Stands] = {}
        self._shared = _Shared()
        self._passable: NDArray[np.bool_] | None = None
        self._locals: dict[bool, LocalSearch] = {}

    def with_links(self, links: ObjectArray, *, first_source: int) -> ReachEngine:
        """Return an engine in metres for the same places on the same network with links added; no way gets longer.

        ``first_source`` is the row that stands for link 0 in ``network.source``. Meant for an engine without links. The
        new network's ``whole`` tells which existing edge a piece was cut from, so that costs can be carried over.
        """
        linked = link_network(self.network, links, first_source=first_source)
        other = copy(self)
        other.open_ends = linked.open_ends
        joiner = LinkedSnapper(self._existing, linked)
        other._settle(joiner, joiner.add_links(self.doors, self._plain))  # noqa: SLF001  the same class
        return other

    def under(self, cost: EdgeCost) -> ReachEngine:
        """Return an engine for the same places on the same network under other costs.

        Who stands on an edge that is impassable both ways may also use the nearest passable edge within the snapping
        limit: a home beside a stair is not out of reach of a wheelchair when the street is near.
        """
        other = copy(self)
        more = self._joiner.beside_impassable(self.doors, cost.is_passable, self._on_existing)
        other._charge(cost, self._plain.and_also(more))  # noqa: SLF001  the same class
        if len(more) == 0:  # everybody stands where they stand in metres
            other._shared = self._shared  # noqa: SLF001  the same class
        return other

    def join(self, facilities: ObjectArray) -> Joins:
        """Return where facilities join the network."""
        if self._passable is None:
            self._passable = self.cost.is_passable
        more = self._joiner.beside_impassable(facilities, self._passable)
        return self._joiner.join(facilities).and_also(more)

    def is_on_main(self, joins: Joins) -> NDArray[np.bool_]:
        """Return which points join the main part of the network, shape ``(joins.count,)``."""
        found = np.zeros(joins.count, dtype=bool)
        found[joins.row[self.network.island_of_edge()[joins.edge] == 0]] = True
        return found

    def nearest(
        self, facilities: ObjectArray, direction: Direction = Direction.THERE, limit: float = np.inf
    ) -> Nearest:
        """Return the least cost of every place to a facility, and which one it is; beyond the limit ``inf`` and −1."""
        own = self.join(facilities)
        if len(own) == 0 or len(self.places) == 0:
            return self._unreached()
        if direction is not Direction.ROUND_TRIP:
            return self._nearest(own, self._walked(direction), limit)
        if self.cost.is_symmetric:
            one_way = self._nearest(own, self.cost, limit / 2.0)
            return Nearest(one_way.cost * 2.0, one_way.which)
        return self._nearest_round_trip(own, limit)

    def within(self, facilities: ObjectArray, limit: float, direction: Direction = Direction.THERE) -> Pairs:
        """Return all pairs of place and facility at a cost of at most ``limit``."""
        return _joined(list(self._pairs(self.join(facilities), limit, direction)))

    def ball(self, point: shapely.Point, limit: float, direction: Direction = Direction.THERE) -> Ball:
        """Return the places within a limit of one facility point; the work does not grow with the city."""
        if not np.isfinite(limit):
            found = self.within(np.array([point], dtype=object), limit, direction)
            return Ball(found.place, found.cost)
        own = self.join(np.array([point], dtype=object))
        ways = [self.cost] if direction is not Direction.BACK else []
        if direction is not Direction.THERE:
            ways.append(self.cost.swapped())
        balls = [self._local(cost).ball(point.x, point.y, own, limit) for cost in ways]
        place, cost = balls[0]
        if len(balls) == 2:
            place, one, two = np.intersect1d(place, balls[1][0], assume_unique=True, return_indices=True)
            cost = cost[one] + balls[1][1][two]
            place, cost = place[cost <= limit], cost[cost <= limit]
        return Ball(place, cost)

    def route(
        self,
        place: int,
        facility: shapely.Point,
        direction: Direction = Direction.THERE,
        *,
        limit: float = np.inf,
    ) -> Route:
        """Return the least-cost way from a place to one facility point, or back from it.

        Of a round trip this is the way there, with the cost of both.
        """
        target = np.array([facility], dtype=object)
        goals = self.join(target)
        homes = np.flatnonzero(self.joins.row == place)
        best = NO_ROUTE
        for home in homes:
            start = Terminal(self.doors[self._of_doors.row[home]], self.joins.only(np.array([home])))
            for j in range(len(goals)):
                goal = Terminal(facility, goals.only(np.array([j])))
                ends = (goal, start) if direction is Direction.BACK else (start, goal)
                graph = self._graph(self.cost, is_swapped=False)
                found = find_route(self.network, graph, self.cost, *ends, limit=limit)
                best = min(best, found, key=lambda route: route.cost)
        if direction is not Direction.ROUND_TRIP or len(best.xy) == 0:
            return best
        back = self.route(place, facility, Direction.BACK, limit=limit)
        return best.costing(best.cost + back.cost)

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
            better = apart & (direct.cost < best)
            best[better] = direct.cost[better]
            which[better] = np.array(rows)[direct.which[better]]
        return Nearest(best, which)

    # -- inside -----------------------------------------------------------------------------------------------
    def _walked(self, direction: Direction) -> EdgeCost:
        """Return the costs as of walking from places to facilities: the way back is walked the other way round."""
        return self.cost.swapped() if direction is Direction.BACK else self.cost

    def _graph(self, cost: EdgeCost, *, is_swapped: bool) -> csr_array[np.float64]:
        if is_swapped not in self._graphs:
            self._graphs[is_swapped] = adjacency(self.network, cost.forward, cost.backward)
        return self._graphs[is_swapped]

    def _graph_of(self, cost: EdgeCost) -> csr_array[np.float64]:
        is_swapped = cost is not self.cost and not self.cost.is_symmetric
        return self._graph(cost, is_swapped=is_swapped)

    def _unreached(self) -> Nearest:
        cost = np.where(self.joins.is_joined, np.inf, np.nan)
        return Nearest(cost, np.full(len(cost), -1, dtype=np.int64))

    def _nearest(self, own: Joins, cost: EdgeCost, limit: float) -> Nearest:
        """Return the nearest facility by one search from all of them."""
        from scipy.sparse.csgraph import dijkstra

        graph = self._graph_of(cost)
        nodes = graph.shape[0]
        graph = with_sources(graph, self.network, leaving(self.network, own, cost.swapped()))
        dist, _, source = dijkstra(
            graph,
            indices=nodes + np.arange(len(own)),
            min_only=True,
            limit=limit,
            return_predecessors=True,
        )
        which = np.where(source >= nodes, own.row[np.clip(source - nodes, 0, len(own) - 1)], -1)
        return self._at_places(dist[:nodes], which[:nodes], own, cost, limit)

    def _at_places(
        self, node_cost: FloatArray, node_which: IndexArray, own: Joins, cost: EdgeCost, limit: float
    ) -> Nearest:
        """Carry costs at nodes to the places: over both ends of the edge, along the edge, plus the access leg."""
        homes = self._leaving(cost)
        edge = self.joins.edge
        tail, head = self.network.tail[edge], self.network.head[edge]
        least, which = node_cost[tail] + homes.to_tail, node_which[tail]
        over_head = node_cost[head] + homes.to_head
        is_better = over_head < least
        least[is_better], which[is_better] = over_head[is_better], node_which[head[is_better]]
        _improve_along(self.network, self.joins, own, cost, least=least, which=which)
        total = least + homes.access
        first = np.arange(len(total))
        if np.any(np.diff(self.joins.row) == 0):  # a place stands on several edges: the least way counts
            order = np.lexsort((total, self.joins.row))
            row = self.joins.row[order]
            first = order[np.r_[True, np.diff(row) != 0][: len(row)]]
        is_near = total[first] <= limit
        result = self._unreached()
        result.cost[self.joins.row[first]] = np.where(is_near, total[first], np.inf)
        is_reached = is_near & np.isfinite(total[first])
        result.which[self.joins.row[first]] = np.where(is_reached, which[first], -1)
        return result

    def _local(self, cost: EdgeCost) -> LocalSearch:
        """Return the search around one facility; kept from question to question."""
        is_swapped = cost is not self.cost and not self.cost.is_symmetric
        if self._shared.near is None:
            self._shared.near = NearPlaces(self.network, self.joins)
        if is_swapped not in self._locals:
            self._locals[is_swapped] = LocalSearch(self._shared.near, cost)
        return self._locals[is_swapped]

    def _leaving(self, cost: EdgeCost) -> Stands:
        """Return what it costs to leave the places; the engine's own two ways of walking are kept."""
        is_swapped = cost is not self.cost and not self.cost.is_symmetric
        if is_swapped not in self._homes:
            self._homes[is_swapped] = leaving(self.network, self.joins, cost)
        return self._homes[is_swapped]

    def _nearest_round_trip(self, own: Joins, limit: float) -> Nearest:
        """Return the facility with the least way there and back, exactly, by searches of growing limit.

        A facility that a search up to B each way has not seen is more than B away one way, and at least as far as the
        nearest the other way. So a place is settled once its best round trip is not longer than that.
        """
        there, back = (
            self._nearest(own, self.cost, limit).cost,
            self._nearest(own, self.cost.swapped(), limit).cost,
        )
        is_open = np.isfinite(there + back) & (there + back <= limit)
        nearer, farther = np.fmin(there, back), np.fmax(there, back)
        result = self._unreached()
        for bound in widening(farther[is_open], limit):
            homes = self.joins.only(is_open[self.joins.row])
            for part in self._parts_of(own):
                one = self._pairs_of(part, self.cost, bound, homes)
                two = self._pairs_of(part, self.cost.swapped(), bound, homes)
                _improve(result, _there_and_back(one, two, limit))
            is_open &= ~(result.cost <= bound + nearer)
            if bound >= limit or not is_open.any():
                break
        return result

    def _pairs(self, own: Joins, limit: float, direction: Direction) -> Iterator[Pairs]:
        """Yield the pairs within a limit, some facilities at a time so that the memory stays bounded."""
        for part in self._parts_of(own):
            if direction is not Direction.ROUND_TRIP:
                yield self._pairs_of(part, self._walked(direction), limit)
            elif self.cost.is_symmetric:
                one_way = self._pairs_of(part, self.cost, limit / 2.0)
                yield Pairs(one_way.place, one_way.facility, one_way.cost * 2.0)
            else:
                there = self._pairs_of(part, self.cost, limit)
                yield _there_and_back(there, self._pairs_of(part, self.cost.swapped(), limit), limit)

    def _parts_of(self, own: Joins) -> Iterator[Joins]:
        """Yield the facilities in parts of bounded work memory."""
        widest = max(len(self.network.node_xy), len(self.joins), 1)
        chunk = max(1, min(_CHUNK, _BLOCK // widest))
        rows = np.unique(own.row)
        for start in range(0, len(rows), chunk):
            yield own.only(np.isin(own.row, rows[start : start + chunk]))

    def _pairs_of(self, own: Joins, cost: EdgeCost, limit: float, of: Joins | None = None) -> Pairs:
        """Return the pairs of a few facilities by one bounded search from each of their stands; ``of`` some places only."""
        from scipy.sparse.csgraph import dijkstra

        graph = self._graph_of(cost)
        nodes = graph.shape[0]
        graph = with_sources(graph, self.network, leaving(self.network, own, cost.swapped()))
        dist = dijkstra(graph, indices=nodes + np.arange(len(own)), limit=limit)[:, :nodes]
        foot, node = np.nonzero(np.isfinite(dist))
        homes = self._leaving(cost) if of is None else leaving(self.network, of, cost)
        by_tail, by_head = self._index() if of is None else self._index_of(of)
        found = []
        for index, to_node in ((by_tail, homes.to_tail), (by_head, homes.to_head)):
            at, home = index.spread(node)
            found.append((home, foot[at], dist[foot[at], node[at]] + to_node[home]))
        along = same_edge(self.network, homes.joins, own, cost)
        found.append((along.place, along.foot, along.cost))
        return _nearest_stands(found, homes, own, limit)

    def _index(self) -> tuple[Index, Index]:
        """Return the homes at the tails and at the heads of their edges."""
        if self._shared.indices is None:
            self._shared.indices = self._index_of(self.joins)
        return self._shared.indices

    def _index_of(self, joins: Joins) -> tuple[Index, Index]:
        nodes, edge = len(self.network.node_xy), joins.edge
        return Index.by(self.network.tail[edge], nodes), Index.by(self.network.head[edge], nodes)


def _parts(joins: Joins, part: IndexArray) -> list[frozenset[int]]:
    """Return the parts of the network that each point stands on."""
    found: list[frozenset[int]] = [_NOWHERE] * joins.count
    one = {int(p): frozenset({int(p)}) for p in np.unique(part[joins.edge])}
    for row, p in zip(joins.row.tolist(), part[joins.edge].tolist(), strict=True):
        found[row] = one[p] if not found[row] else found[row] | one[p]
    return found


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


def _nearest_stands(
    found: list[tuple[IndexArray, IndexArray, FloatArray]], homes: Stands, own: Joins, limit: float
) -> Pairs:
    """Return pairs of places and facilities from ways between their stands, each pair once by its least way."""
    home, foot, way = (np.concatenate(column) for column in zip(*found, strict=True))
    total = way + homes.access[home]
    near = np.isfinite(total) & (total <= limit)
    return _least_of_each_pair(homes.joins.row[home[near]], own.row[foot[near]], total[near])


def _least_of_each_pair(place: IndexArray, facility: IndexArray, cost: FloatArray) -> Pairs:
    order = np.lexsort((cost, place, facility))
    place, facility, cost = place[order], facility[order], cost[order]
    is_first = np.r_[True, (np.diff(place) != 0) | (np.diff(facility) != 0)][: len(place)]
    return Pairs(place[is_first], facility[is_first], cost[is_first])


def _joined(found: list[Pairs]) -> Pairs:
    none = Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    every = [none, *found]
    return Pairs(
        np.concatenate([p.place for p in every]),
        np.concatenate([p.facility for p in every]),
        np.concatenate([p.cost for p in every]),
    )


def _there_and_back(there: Pairs, back: Pairs, limit: float) -> Pairs:
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
        tree = cKDTree(shapely.get_coordinates(facilities[rows]))
        metres, near = tree.query(shapely.get_coordinates(places[has_place]))
        distance[has_place] = metres
        which[has_place] = rows[near]
    return Nearest(distance, which)
