"""Closed edges of a network: who stood on them stands nowhere, but for those at their very ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_END_M = 1e-6
"""A foot so near to an end of its edge is at the node."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Which edges are closed, and where one goes on from their ends.

    Attributes
    ----------
    is_closed
        Shape ``(e,)``.
    length_m
        Lengths of the edges, metres, shape ``(e,)``.
    edge
        An open edge at the tail and at the head of each, −1 where there is none, shape ``(2, e)``.
    offset_m
        Where on that edge the node is, metres from its tail, shape ``(2, e)``.
    """

    is_closed: NDArray[np.bool_]
    length_m: FloatArray
    edge: IndexArray
    offset_m: FloatArray


def ends_of_closed(network: WalkNetwork, is_closed: NDArray[np.bool_], cost: EdgeCost) -> Closed:
    """Return the closed edges and what goes on from their ends; nothing does from an edge that nobody could walk."""
    both_ways = np.isfinite(cost.forward) & np.isfinite(cost.backward)
    goes_on = np.flatnonzero(both_ways & ~is_closed)
    at_node = np.full(len(network.node_xy), -1, dtype=np.int64)
    at_m = np.zeros(len(at_node))
    at_node[network.head[goes_on]], at_m[network.head[goes_on]] = goes_on, network.length_m[goes_on]
    at_node[network.tail[goes_on]], at_m[network.tail[goes_on]] = goes_on, 0.0
    ends = np.stack([network.tail, network.head])
    return Closed(is_closed, network.length_m, np.where(both_ways, at_node[ends], -1), at_m[ends])


def off_closed(joins: Joins, closed: Closed) -> Joins:
    """Return the joins that do not stand on closed edges; those at an end of one stand on an open edge that meets it."""
    is_on, length = closed.is_closed[joins.edge], closed.length_m[joins.edge]
    if not is_on.any():
        return joins
    at_tail = is_on & (joins.offset_m <= _END_M)
    at_head = is_on & ~at_tail & (joins.offset_m >= length - _END_M)
    side = at_head.astype(np.int64)
    goes_on = closed.edge[side, joins.edge]
    moves = (at_tail | at_head) & (goes_on >= 0)
    moved = Joins(
        joins.count,
        joins.row,
        np.where(moves, goes_on, joins.edge),
        np.where(moves, closed.offset_m[side, joins.edge], joins.offset_m),
        joins.access_m,
    )
    return moved.only(~is_on | moves)
