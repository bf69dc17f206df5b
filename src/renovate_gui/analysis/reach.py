"""Walking cost from places to facilities over the network: nearest, all within a limit, the ball around one point.

The shortest paths are found by :func:`scipy.sparse.csgraph.dijkstra`; facilities are extra source rows of the matrix,
joined to both ends of their edge. A place's cost is the least of the ways over both ends of its edge and, when a
facility stands on the same edge, the way along it; both access legs count. Beside a proposed link, places and facilities
stand on two edges, the existing one and the link's, and take the better. See docs/methods.md, "Reach".

Everywhere a facility is a Point, or a MultiPoint of the entrances by which it is reached; the best of them counts and
what is found names the facility, never the entrance.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.closing import Closed, ends_of_closed, off_closed
from renovate_gui.analysis.costs import EdgeCost, in_metres
from renovate_gui.analysis.nearest import (
    Nearest,
    find_nearest,
    find_nearest_round_trip,
    straight_line,
    unreached,
)
from renovate_gui.analysis.pairs import Pairs, concatenated, pairs_within
from renovate_gui.analysis.prepared import Prepared, Shared
from renovate_gui.analysis.routing import NO_ROUTE, Route, Terminal, find_route
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.travel import Direction
from renovate_gui.geo.linking import OpenEnd, link_network
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joiner, Joins, LinkedSnapper, Snapper, doors_of, spread

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

SNAP_LIMIT_M = 100.0
"""A place farther from every edge than this is off the network (a planning default, see docs/methods.md)."""

Facility: TypeAlias = shapely.Point | shapely.MultiPoint
"""Where one facility is reached: its point, or all its entrances."""

_NOWHERE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Ball:
    """Places within a limit of one facility, ascending, and their costs."""

    place: IndexArray
    cost: FloatArray


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
        self._shut: Closed | None = None
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

    def _charge(self, cost: EdgeCost, of_doors: Joins, shared: Shared | None = None) -> None:
        self.cost = cost
        self._of_doors = of_doors
        self.joins = of_doors.of_owners(self.owner, len(self.places))
        self._prepared = Prepared(self.network, self.joins, cost, shared)
        self._passable: NDArray[np.bool_] | None = None

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
        everybody_stands_as_before = len(more) == 0
        shared = self._prepared.shared if everybody_stands_as_before else None
        other._charge(cost, self._plain.and_also(more), shared)  # noqa: SLF001  the same class
        return other

    def closing(self, is_closed: NDArray[np.bool_]) -> ReachEngine:
        """Return an engine for the same places, ways and costs with some edges closed, shape ``(e,)``; no way gets shorter.

        Whoever stands on closed edges alone stands nowhere: by which other way they are reached nobody knows. Who stands
        at the very end of one goes on from there. Meant last, after links and costs.
        """
        cost = self.cost
        ahead, back = (np.where(is_closed, np.inf, way) for way in (cost.forward, cost.backward))
        other = copy(self)
        shut = ends_of_closed(self.network, is_closed, cost)
        other._shut = shut  # noqa: SLF001  the same class
        other._charge(  # noqa: SLF001  the same class
            EdgeCost(ahead, ahead if cost.forward is cost.backward else back, cost.per_metre, cost.unit),
            off_closed(self._of_doors, shut),
        )
        other._passable = cost.is_passable  # noqa: SLF001  facilities stand where they stood
        return other

    def join(self, facilities: ObjectArray) -> Joins:
        """Return where facilities join the network, by all their entrances."""
        doors, owner = spread(facilities)
        return self._joined(doors).of_owners(owner, len(facilities))

    def _joined(self, points: ObjectArray) -> Joins:
        if self._passable is None:
            self._passable = self.cost.is_passable
        more = self._joiner.beside_impassable(points, self._passable)
        joined = self._joiner.join(points).and_also(more)
        return joined if self._shut is None else off_closed(joined, self._shut)

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
            return unreached(self.joins)
        if direction is not Direction.ROUND_TRIP:
            return find_nearest(self._prepared, own, self._walked(direction), limit)
        if self.cost.is_symmetric:
            one_way = find_nearest(self._prepared, own, self.cost, limit / 2.0)
            return Nearest(one_way.cost * 2.0, one_way.which)
        return find_nearest_round_trip(self._prepared, own, limit)

    def within(self, facilities: ObjectArray, limit: float, direction: Direction = Direction.THERE) -> Pairs:
        """Return all pairs of place and facility at a cost of at most ``limit``."""
        return concatenated(list(pairs_within(self._prepared, self.join(facilities), limit, direction)))

    def ball(self, facility: Facility, limit: float, direction: Direction = Direction.THERE) -> Ball:
        """Return the places within a limit of one facility; the work does not grow with the city."""
        alone = _alone(facility)
        if not np.isfinite(limit):
            found = self.within(alone, limit, direction)
            return Ball(found.place, found.cost)
        own = self.join(alone)
        low_x, low_y, high_x, high_y = facility.bounds
        x, y = (low_x + high_x) / 2.0, (low_y + high_y) / 2.0
        ways = [self.cost] if direction is not Direction.BACK else []
        if direction is not Direction.THERE:
            ways.append(self.cost.swapped())
        balls = [self._prepared.local(cost).ball(x, y, own, limit) for cost in ways]
        place, cost = balls[0]
        if len(balls) == 2:
            place, one, two = np.intersect1d(place, balls[1][0], assume_unique=True, return_indices=True)
            cost = cost[one] + balls[1][1][two]
            place, cost = place[cost <= limit], cost[cost <= limit]
        return Ball(place, cost)

    def route(
        self,
        place: int,
        facility: Facility,
        direction: Direction = Direction.THERE,
        *,
        limit: float = np.inf,
    ) -> Route:
        """Return the least-cost way from a place to one facility, or back from it; it ends at the best entrance.

        Of a round trip this is the way there, with the cost of both.
        """
        targets, _ = spread(_alone(facility))
        goals = self._joined(targets)
        homes = np.flatnonzero(self.joins.row == place)
        best = NO_ROUTE
        for home in homes:
            start = Terminal(self.doors[self._of_doors.row[home]], self.joins.only(np.array([home])))
            for j in range(len(goals)):
                goal = Terminal(targets[goals.row[j]], goals.only(np.array([j])))
                ends = (goal, start) if direction is Direction.BACK else (start, goal)
                graph = self._prepared.graph(self.cost)
                found = find_route(self.network, graph, self.cost, *ends, limit=limit)
                best = min(best, found, key=lambda route: route.cost)
        if direction is not Direction.ROUND_TRIP or len(best.xy) == 0:
            return best
        back = self.route(place, facility, Direction.BACK, limit=limit)
        return best.costing(best.cost + back.cost)

    def nearest_unconnected(self, facilities: ObjectArray, middles: ObjectArray | None = None) -> Nearest:
        """Return the straight distance to the nearest facility that no known way leads to; ``inf`` where there is none.

        Either the place or the facility is off the network, or they stand on parts of it that do not meet. Straight lines
        end at ``middles``, which facilities with several entrances need.
        """
        middles = facilities if middles is None else middles
        part = self.network.island_of_edge()
        of_place = _parts(self.joins, part)
        groups: dict[frozenset[int], list[int]] = {}
        for row, found in enumerate(_parts(self.join(facilities), part)):
            groups.setdefault(found, []).append(row)
        best = np.full(len(self.places), np.inf)
        which = np.full(len(self.places), -1, dtype=np.int64)
        for parts, rows in groups.items():
            apart = np.array([parts.isdisjoint(own) for own in of_place], dtype=bool)
            direct = straight_line(self.places, middles[rows])
            better = apart & (direct.cost < best)
            best[better] = direct.cost[better]
            which[better] = np.array(rows)[direct.which[better]]
        return Nearest(best, which)

    # -- inside -----------------------------------------------------------------------------------------------
    def _walked(self, direction: Direction) -> EdgeCost:
        """Return the costs as of walking from places to facilities: the way back is walked the other way round."""
        return self.cost.swapped() if direction is Direction.BACK else self.cost


def _alone(facility: Facility) -> ObjectArray:
    array = np.empty(1, dtype=object)
    array[0] = facility
    return array


def _parts(joins: Joins, part: IndexArray) -> list[frozenset[int]]:
    """Return the parts of the network that each point stands on."""
    found: list[frozenset[int]] = [_NOWHERE] * joins.count
    one = {int(p): frozenset({int(p)}) for p in np.unique(part[joins.edge])}
    for row, p in zip(joins.row.tolist(), part[joins.edge].tolist(), strict=True):
        found[row] = one[p] if not found[row] else found[row] | one[p]
    return found
