"""The part of a city around a link in hand: a small network on which links are laid in every frame.

A way over the link that is within the limit lies within the limit of the link, both for who walks and for where to. So the
network around the link gives all that a link can add; everything else stays as it was. A window says itself when that is
not so: when a link joins parts of the network that were apart, doubts change far away and the whole city is judged again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

IndexArray = NDArray[np.int64]
Box = tuple[float, float, float, float]

_ROOM_M = 150.0  # a link may move so far before the window is cut anew
_NOWHERE = -1  # a link that joins nothing
_SNAP_M = 150.0  # more than anybody's foot is away


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the city.

    Attributes
    ----------
    core
        Links that stay within it may be judged here.
    engine
        Reach in metres over the network around, without links.
    row, facility
        Places and facilities that links in the core may concern.
    part
        Connected part of the whole network that each edge belongs to, shape ``(e,)``.
    """

    core: Box
    engine: ReachEngine
    row: IndexArray
    facility: IndexArray
    part: IndexArray

    def holds(self, link: BaseGeometry) -> bool:
        """Return whether a link stays within the core."""
        low_x, low_y, high_x, high_y = link.bounds
        return (
            self.core[0] <= low_x
            and self.core[1] <= low_y
            and high_x <= self.core[2]
            and high_y <= self.core[3]
        )


class City:
    """The whole network, from which windows are cut."""

    def __init__(self, engine: ReachEngine, facilities: ObjectArray) -> None:
        self._engine, self._facilities = engine, facilities
        self._tree = shapely.STRtree(engine.network.lines)
        self._start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(engine.network.lines))])

    def window(self, link: BaseGeometry, radius_m: float) -> Window:
        """Return the window around a link; ``radius_m`` is how far a link's doing reaches."""
        low_x, low_y, high_x, high_y = link.bounds
        core = (low_x - _ROOM_M, low_y - _ROOM_M, high_x + _ROOM_M, high_y + _ROOM_M)
        near = shapely.box(*_wider(core, radius_m))
        around = shapely.box(*_wider(core, radius_m + _SNAP_M))
        edges = np.sort(self._tree.query(around))
        network = self._cut(edges)
        row = _inside(self._engine.places, near)
        engine = ReachEngine(network, self._engine.places[row])
        whole = self._engine.network
        return Window(core, engine, row, _inside(self._facilities, near), whole.island_of_edge()[edges])

    def _cut(self, edges: IndexArray) -> WalkNetwork:
        whole = self._engine.network
        nodes, ends = np.unique(np.concatenate([whole.tail[edges], whole.head[edges]]), return_inverse=True)
        z = None
        if whole.z is not None:
            parts = [whole.z[self._start[e] : self._start[e + 1]] for e in edges.tolist()]
            z = np.concatenate([np.zeros(0), *parts])
        return WalkNetwork(
            whole.lines[edges],
            whole.length_m[edges],
            ends[: len(edges)],
            ends[len(edges) :],
            whole.node_xy[nodes],
            whole.component[nodes],
            whole.source[edges],
            z=z,
        )


def keeps_parts(window: Window, linked: ReachEngine, before: ReachEngine, facilities: ObjectArray) -> bool:
    """Return whether a link leaves everybody on the part of the network where they stood.

    ``linked`` is the window's engine with the link, ``before`` with all other links; ``facilities`` are the window's.
    """
    now, then = _joined_parts(window, linked), _joined_parts(window, before)
    if any(now[p] != then[p] for p in then):
        return False
    places_now, places_then = (_stands(window, e, now, e.joins) for e in (linked, before))
    services_now, services_then = (_stands(window, e, now, e.join(facilities)) for e in (linked, before))
    stands_apart = any(part == _NOWHERE for _, part in services_now | services_then)
    return not stands_apart and _known(places_now) == _known(places_then) and services_now == services_then


def _part_of(window: Window, engine: ReachEngine) -> dict[int, set[int]]:
    """Return for every connected part of a linked window the parts of the whole network in it; none: a link alone."""
    component = engine.network.island_of_edge()
    whole = engine.network.whole
    edge = np.arange(len(component)) if whole is None else whole.edge
    is_old = (edge >= 0) & (edge < len(window.part))
    found: dict[int, set[int]] = {int(c): set() for c in np.unique(component)}
    pairs = np.unique(np.stack([component[is_old], window.part[edge[is_old]]], axis=1), axis=0)
    for c, p in pairs.tolist():
        found[c].add(p)
    return found


def _joined_parts(window: Window, engine: ReachEngine) -> dict[int, int]:
    """Return for every part of the whole network the least part that links join it to."""
    groups: list[set[int]] = []
    for parts in _part_of(window, engine).values():
        meeting = [g for g in groups if g & parts]
        groups = [g for g in groups if not g & parts] + ([parts.union(*meeting)] if parts else [])
    return {p: min(group) for group in groups for p in group}


def _stands(
    window: Window, engine: ReachEngine, joined: dict[int, int], joins: Joins
) -> set[tuple[int, int]]:
    """Return which points stand on which joined part of the whole network, or on a link that joins nothing."""
    part = {c: joined[min(p)] if p else _NOWHERE for c, p in _part_of(window, engine).items()}
    component = engine.network.island_of_edge()[joins.edge]
    return {(row, part[c]) for row, c in zip(joins.row.tolist(), component.tolist(), strict=True)}


def _known(stands: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(row, part) for row, part in stands if part != _NOWHERE}


def _inside(points: ObjectArray, shape: BaseGeometry) -> IndexArray:
    low_x, low_y, high_x, high_y = shape.bounds
    x, y = shapely.get_x(points), shapely.get_y(points)
    return np.flatnonzero((x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y))


def _wider(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
