"""The way itself: from one place to one facility, as a polyline along the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.analysis.search import leaving, same_edge
from renovate_gui.analysis.ways import WayFacts
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_SAME_M = 1e-6
ACCESS = -1
"""Edge of a stretch that is an access leg."""


@dataclass(frozen=True, slots=True)
class Route:
    """The least-cost way from one point to another.

    Attributes
    ----------
    xy
        The polyline with both access legs in walking order, metres, shape ``(k, 2)``; empty when there is no way.
    edges
        Network edges walked, in order, partly walked ones included.
    length_m
        Metres including both access legs; ``inf`` when there is no way.
    cost
        The same in the engine's unit; equal to ``length_m`` where metres are the cost.
    along_m
        Metres walked up to each vertex of ``xy``, shape ``(k,)``.
    stretch_edge
        Edge that the stretch between two vertices runs on, −1 for access legs, shape ``(k - 1,)``.
    stretch_m
        Where the stretch begins and ends on its edge, metres from the edge's tail, shape ``(k - 1, 2)``.
    """

    xy: FloatArray
    edges: IndexArray
    length_m: float
    cost: float
    along_m: FloatArray
    stretch_edge: IndexArray
    stretch_m: FloatArray

    def costing(self, cost: float) -> Route:
        """Return the same way with another cost."""
        return replace(self, cost=cost)


_NO_EDGES = np.zeros(0, dtype=np.int64)
NO_ROUTE = Route(np.zeros((0, 2)), _NO_EDGES, np.inf, np.inf, np.zeros(0), _NO_EDGES, np.zeros((0, 2)))


@dataclass(frozen=True, slots=True)
class Terminal:
    """One end of a route: a point and one place where it joins the network."""

    point: BaseGeometry
    joins: Joins

    @property
    def edge(self) -> int:
        """Return the edge it stands on."""
        return int(self.joins.edge[0])

    @property
    def at_m(self) -> float:
        """Return the distance of its foot from the edge's tail."""
        return float(self.joins.offset_m[0])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A walked part of an edge."""

    edge: int
    from_m: float
    to_m: float


@dataclass(frozen=True, slots=True)
class RouteProfile:
    """Heights and slopes along a route, for its vertices and the stretches between them.

    Attributes
    ----------
    along_m, height_m
        Metres walked and height at each vertex, NaN where no height is known; access legs are level, shape ``(k,)``.
    slope
        Rise over run of each stretch in walking order, as it is counted, shape ``(k - 1,)``.
    is_stairs, is_lift
        What each stretch is, shape ``(k - 1,)``.
    """

    along_m: FloatArray
    height_m: FloatArray
    slope: FloatArray
    is_stairs: NDArray[np.bool_]
    is_lift: NDArray[np.bool_]

    @property
    def steepest(self) -> float:
        """Return the steepest slope walked, stairs and lifts apart; positive uphill, 0 without any."""
        walked = self.slope[~(self.is_stairs | self.is_lift)]
        return float(walked[np.abs(walked).argmax()]) if len(walked) else 0.0


def profile_of(route: Route, facts: WayFacts) -> RouteProfile:
    """Return heights and slopes along a route."""
    edge = route.stretch_edge
    on_way = edge != ACCESS
    none = np.zeros(len(edge), dtype=bool)
    is_stairs, is_lift = none.copy(), none.copy()
    is_stairs[on_way], is_lift[on_way] = facts.is_stairs[edge[on_way]], facts.is_lift[edge[on_way]]
    slope, heights = np.zeros(len(edge)), np.full((len(edge), 2), np.nan)
    for i in np.flatnonzero(on_way):
        first, last = route.stretch_m[i]
        counted = facts.slope(int(edge[i]), float(first + last) / 2.0)
        slope[i] = counted if last >= first else -counted
        heights[i] = facts.height(int(edge[i]), float(first)), facts.height(int(edge[i]), float(last))
    return RouteProfile(route.along_m, _at_vertices(heights), slope, is_stairs, is_lift)


def _at_vertices(heights: FloatArray) -> FloatArray:
    """Return heights of vertices from those at the ends of stretches; access legs take that of their foot."""
    at = np.full(len(heights) + 1, np.nan)
    at[1:] = heights[:, 1]
    at[:-1] = np.where(np.isnan(heights[:, 0]), at[:-1], heights[:, 0])
    known = np.flatnonzero(np.isfinite(at))
    if len(known) and known[0] == 1:
        at[0] = at[1]
    if len(known) and known[-1] == len(at) - 2:
        at[-1] = at[-2]
    return at


def find_route(
    network: WalkNetwork,
    graph: csr_array[np.float64],
    cost: EdgeCost,
    start: Terminal,
    goal: Terminal,
    *,
    limit: float = np.inf,
) -> Route:
    """Return the least-cost way from start to goal; ``graph`` is that of walking to a source under ``cost``."""
    legs = float(start.joins.access_m[0] + goal.joins.access_m[0])
    beside = same_edge(network, start.joins, goal.joins, cost).cost
    goal_access = float(goal.joins.access_m[0]) * cost.per_metre
    along = float(beside[0]) - goal_access if len(beside) else np.inf
    over, pieces = _over_nodes(network, graph, cost, (start, goal), limit)
    if not np.isfinite(min(along, over)):
        return NO_ROUTE
    if along <= over:
        pieces = [_Piece(start.edge, start.at_m, goal.at_m)]
    return _drawn(network, start, goal, pieces, min(along, over) + legs * cost.per_metre)


def _over_nodes(
    network: WalkNetwork,
    graph: csr_array[np.float64],
    cost: EdgeCost,
    ends: tuple[Terminal, Terminal],
    limit: float,
) -> tuple[float, list[_Piece]]:
    """Return the least way over edge ends: its cost without access legs, and the walked parts."""
    from scipy.sparse.csgraph import dijkstra

    start, goal = ends
    leave, arrive = leaving(network, start.joins, cost), leaving(network, goal.joins, cost.swapped())
    entries = _ends(network, start.edge, float(leave.to_tail[0]), float(leave.to_head[0]))
    exits = _ends(network, goal.edge, float(arrive.to_tail[0]), float(arrive.to_head[0]))
    dist, before = dijkstra(graph, indices=[n for n, _, _ in exits], limit=limit, return_predecessors=True)
    best = (np.inf, 0, 0)
    for i, (node, _, first) in enumerate(entries):
        for j, (_, _, rest) in enumerate(exits):
            best = min(best, (first + float(dist[j, node]) + rest, i, j))
    total, i, j = best
    if not np.isfinite(total):
        return np.inf, []
    nodes = [entries[i][0]]
    while nodes[-1] != exits[j][0]:
        nodes.append(int(before[j, nodes[-1]]))
    middle = _walked(network, cost, nodes)
    first_piece = _Piece(start.edge, start.at_m, entries[i][1])
    return total, [first_piece, *middle, _Piece(goal.edge, exits[j][1], goal.at_m)]


def _ends(
    network: WalkNetwork, edge: int, tail_cost: float, head_cost: float
) -> tuple[tuple[int, float, float], tuple[int, float, float]]:
    """Return both ends of an edge as (node, distance along the edge, cost between it and the foot)."""
    length = float(network.length_m[edge])
    return (int(network.tail[edge]), 0.0, tail_cost), (int(network.head[edge]), length, head_cost)


def _walked(network: WalkNetwork, cost: EdgeCost, nodes: list[int]) -> list[_Piece]:
    """Return the edges between consecutive nodes, of parallel ones the cheapest in the direction of walking."""
    is_on = np.zeros(len(network.node_xy), dtype=bool)
    is_on[nodes] = True
    near = np.flatnonzero(is_on[network.tail] & is_on[network.head] & (network.tail != network.head))
    tail, head = network.tail[near], network.head[near]
    pieces = []
    for one, two in pairwise(nodes):
        forth, back = near[(tail == one) & (head == two)], near[(tail == two) & (head == one)]
        ways = [(float(cost.forward[e]), _Piece(int(e), 0.0, float(network.length_m[e]))) for e in forth]
        ways += [(float(cost.backward[e]), _Piece(int(e), float(network.length_m[e]), 0.0)) for e in back]
        pieces.append(min(ways, key=lambda way: way[0])[1])
    return pieces


def _drawn(
    network: WalkNetwork, start: Terminal, goal: Terminal, pieces: list[_Piece], total: float
) -> Route:
    """Return the polyline of walked parts between the two points, without vertices that repeat one."""
    xy = [shapely.get_coordinates(start.point)[:1]]
    edge: list[int] = []
    at: list[FloatArray] = []
    for piece in pieces:
        part, along = _part(network, piece)
        xy.append(part)
        edge += [ACCESS if len(edge) == 0 else piece.edge] + [piece.edge] * (len(part) - 1)
        at.append(np.column_stack([np.r_[along[0], along[:-1]], along]))
    xy.append(shapely.get_coordinates(goal.point)[:1])
    all_xy = np.concatenate(xy)
    stretch_edge = np.array([*edge, ACCESS], dtype=np.int64)
    last = at[-1][-1, 1]
    stretch_m = np.concatenate([*at, [[last, last]]])
    step = np.hypot(*np.diff(all_xy, axis=0).T)
    is_new = step > _SAME_M
    walked = [p.edge for p in pieces if abs(p.from_m - p.to_m) > _SAME_M]
    length = sum(abs(p.from_m - p.to_m) for p in pieces)
    legs = float(start.joins.access_m[0] + goal.joins.access_m[0])
    return Route(
        all_xy[np.r_[True, is_new]],
        np.array(walked, dtype=np.int64),
        float(length + legs),
        total,
        np.r_[0.0, np.cumsum(step[is_new])],
        stretch_edge[is_new],
        stretch_m[is_new],
    )


def _part(network: WalkNetwork, piece: _Piece) -> tuple[FloatArray, FloatArray]:
    """Return the coordinates of a walked part in walking order and how far each lies from the edge's tail."""
    line = network.lines[piece.edge]
    coords = shapely.get_coordinates(line)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(coords, axis=0).T))]
    low, high = min(piece.from_m, piece.to_m), max(piece.from_m, piece.to_m)
    is_inner = (along > low) & (along < high)
    first, last = (shapely.get_coordinates(shapely.line_interpolate_point(line, d)) for d in (low, high))
    part, at = np.concatenate([first, coords[is_inner], last]), np.r_[low, along[is_inner], high]
    return (part, at) if piece.from_m <= piece.to_m else (part[::-1], at[::-1])
