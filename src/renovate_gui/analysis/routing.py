"""The way itself: from one place to one facility, as a polyline along the network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Route:
    """The shortest way from a place to a facility.

    Attributes
    ----------
    xy
        The polyline with both access legs, metres, shape ``(k, 2)``; empty when there is no way.
    edges
        Network edges walked, in order, partly walked ones included.
    length_m
        Metres including both access legs; ``inf`` when there is no way.
    """

    xy: FloatArray
    edges: NDArray[np.int64]
    length_m: float


NO_ROUTE = Route(np.zeros((0, 2)), np.zeros(0, dtype=np.int64), np.inf)


def find_route(
    network: WalkNetwork,
    graph: csr_array[np.float64],
    start: Joins,
    goal: Joins,
    *,
    start_point: BaseGeometry | None,
    goal_point: BaseGeometry,
) -> Route:
    """Return the shortest way between two places on the network (each ``Joins`` holds one)."""
    edge_a, edge_b = int(start.edge[0]), int(goal.edge[0])
    at_a, at_b = float(start.offset_m[0]), float(goal.offset_m[0])
    along = abs(at_a - at_b) if edge_a == edge_b else np.inf
    over, nodes, end_a, end_b = _over_nodes(network, graph, (edge_a, at_a), (edge_b, at_b))
    if not np.isfinite(min(along, over)):
        return NO_ROUTE
    if along <= over:
        pieces, edges = [_part(network, edge_a, at_a, at_b)], [edge_a]
    else:
        pieces, edges = _pieces_over(network, nodes, (edge_a, at_a, end_a), (edge_b, at_b, end_b))
    legs = float(start.access_m[0] + goal.access_m[0])
    xy = np.concatenate([shapely.get_coordinates(start_point), *pieces, shapely.get_coordinates(goal_point)])
    is_new = np.r_[True, np.hypot(*np.diff(xy, axis=0).T) > 1e-6]
    return Route(xy[is_new], np.array(edges, dtype=np.int64), min(along, over) + legs)


def _over_nodes(
    network: WalkNetwork, graph: csr_array[np.float64], a: tuple[int, float], b: tuple[int, float]
) -> tuple[float, list[int], float, float]:
    """Return the least way over edge ends: metres, nodes from a to b, and the offsets at which both edges are left."""
    from scipy.sparse.csgraph import dijkstra

    exits = [(n, at, abs(at - b[1])) for n, at in _ends(network, b[0])]
    dist, before = dijkstra(graph, indices=[n for n, _, _ in exits], return_predecessors=True)
    best = (np.inf, 0, 0)
    entries = _ends(network, a[0])
    for i, (node, at) in enumerate(entries):
        for j, (_, _, rest) in enumerate(exits):
            metres = abs(at - a[1]) + dist[j, node] + rest
            if metres < best[0]:
                best = (metres, i, j)
    metres, i, j = best
    if not np.isfinite(metres):
        return np.inf, [], 0.0, 0.0
    nodes = [entries[i][0]]
    while nodes[-1] != exits[j][0]:
        nodes.append(int(before[j, nodes[-1]]))
    return float(metres), nodes, entries[i][1], exits[j][1]


def _ends(network: WalkNetwork, edge: int) -> tuple[tuple[int, float], tuple[int, float]]:
    """Return both ends of an edge as (node, distance along the edge)."""
    return (int(network.tail[edge]), 0.0), (int(network.head[edge]), float(network.length_m[edge]))


def _pieces_over(
    network: WalkNetwork, nodes: list[int], a: tuple[int, float, float], b: tuple[int, float, float]
) -> tuple[list[FloatArray], list[int]]:
    """Return coordinates and edges from a point on edge a over nodes to a point on edge b."""
    pieces, edges = [_part(network, a[0], a[1], a[2])], [a[0]]
    if abs(a[1] - a[2]) < 1e-9:
        edges.clear()
    for one, two in pairwise(nodes):
        edge = _edge_between(network, one, two)
        coords = shapely.get_coordinates(network.lines[edge])
        pieces.append(coords if network.tail[edge] == one else coords[::-1])
        edges.append(edge)
    pieces.append(_part(network, b[0], b[2], b[1]))
    if abs(b[1] - b[2]) >= 1e-9:
        edges.append(b[0])
    return pieces, edges


def _edge_between(network: WalkNetwork, one: int, two: int) -> int:
    """Return the shortest of the parallel edges between two nodes."""
    forth = (network.tail == one) & (network.head == two)
    back = (network.tail == two) & (network.head == one)
    found = np.flatnonzero(forth | back)
    return int(found[network.length_m[found].argmin()])


def _part(network: WalkNetwork, edge: int, from_m: float, to_m: float) -> FloatArray:
    """Return the coordinates of an edge between two distances along it, in walking direction."""
    coords = shapely.get_coordinates(network.lines[edge])
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(coords, axis=0).T))]
    low, high = min(from_m, to_m), max(from_m, to_m)
    inner = coords[(along > low) & (along < high)]
    first, last = (
        shapely.get_coordinates(shapely.line_interpolate_point(network.lines[edge], d)) for d in (low, high)
    )
    part = np.concatenate([first, inner, last])
    return part if from_m <= to_m else part[::-1]
