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
from renovate_gui.geo.snapping import spread

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
    spots
        By what the window leads to these facilities: their points, or their entrances inside.
    part
        Connected part of the whole network that each edge belongs to, shape ``(e,)``.
    source
        Row of the whole network's input that each row of the window's stands for.
    """

    core: Box
    engine: ReachEngine
    row: IndexArray
    facility: IndexArray
    spots: ObjectArray
    part: IndexArray
    source: IndexArray

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
    """The whole network, from which windows are cut; facilities are points or MultiPoints of their entrances."""

    def __init__(self, engine: ReachEngine, facilities: ObjectArray) -> None:
        self._engine, self._facilities = engine, facilities

    def window(self, link: BaseGeometry, radius_m: float) -> Window:
        """Return the window around a link; ``radius_m`` is how far a link's doing reaches."""
        low_x, low_y, high_x, high_y = link.bounds
        core = (low_x - _ROOM_M, low_y - _ROOM_M, high_x + _ROOM_M, high_y + _ROOM_M)
        near = shapely.box(*_wider(core, radius_m))
        around = np.array(_wider(core, radius_m + _SNAP_M))
        _, edges = self._engine.network.lines.boxes.near(around[None, :2], around[None, 2:])
        source, own = np.unique(self._engine.network.source[edges], return_inverse=True)
        network = self._cut(edges, own)
        row, entrances = _leaving(self._engine, near)
        engine = ReachEngine(network, self._engine.places[row], entrances=entrances)
        whole = self._engine.network
        facility, spots = _near_spots(self._facilities, near)
        return Window(core, engine, row, facility, spots, whole.island_of_edge()[edges], source)

    def _cut(self, edges: IndexArray, source: IndexArray) -> WalkNetwork:
        whole = self._engine.network
        nodes, ends = np.unique(np.concatenate([whole.tail[edges], whole.head[edges]]), return_inverse=True)
        z = None
        if whole.z is not None:
            z = whole.z[whole.lines.vertices(edges)[0]]
        return WalkNetwork(
            whole.lines.take(edges),
            whole.length_m[edges],
            ends[: len(edges)],
            ends[len(edges) :],
            whole.node_xy[nodes],
            whole.component[nodes],
            source,
            z=z,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands on which part of the whole network, links counted in: what must not change in a window.

    ``joined`` gives for every part the least one that links join it to; places and facilities are numbered as in the
    window, and those on a link that joins nothing have part −1.
    """

    joined: dict[int, int]
    places: IndexArray
    services: IndexArray

    def is_kept(self, by: Standing) -> bool:
        """Return whether everybody stands with another link where they stood."""
        if any(by.joined[part] != least for part, least in self.joined.items()):
            return False
        if any(s.is_alone_with_a_service for s in (self, by)):
            return False
        one, two = (self.places, self.services), (by.places, by.services)
        return all(np.array_equal(_known(a), _known(b)) for a, b in zip(one, two, strict=True))

    @property
    def is_alone_with_a_service(self) -> bool:
        """Return whether a link that joins nothing may bring together who stands nowhere else and a facility.

        Who stands on the network too is joined to everybody there, with such a link or without.
        """
        if len(_known(self.services)) == len(self.services):
            return False
        return any(
            not np.isin(pairs[:, 0], _known(pairs)[:, 0]).all() for pairs in (self.places, self.services)
        )


def standing(window: Window, engine: ReachEngine, facilities: ObjectArray) -> Standing:
    """Return who stands where; ``engine`` is the window's with links, ``facilities`` are the window's."""
    component = engine.network.island_of_edge()
    whole = engine.network.whole
    edge = np.arange(len(component)) if whole is None else whole.edge
    is_old = (edge >= 0) & (edge < len(window.part))
    span = int(window.part.max(initial=0)) + 1
    found: dict[int, set[int]] = {}
    for pair in np.unique(component[is_old] * span + window.part[edge[is_old]]).tolist():
        found.setdefault(pair // span, set()).add(pair % span)
    joined = _least_joined(list(found.values()))
    least = np.full(int(component.max(initial=-1)) + 1, _NOWHERE, dtype=np.int64)
    for c, parts in found.items():
        least[c] = joined[min(parts)]
    own = engine.join(facilities)
    return Standing(
        joined,
        _pairs(engine.joins.row, least[component[engine.joins.edge]]),
        _pairs(own.row, least[component[own.edge]]),
    )


def _known(pairs: IndexArray) -> IndexArray:
    """Return who stands on parts of the network, links that join nothing left out."""
    return np.asarray(pairs[pairs[:, 1] != _NOWHERE])


def _least_joined(found: list[set[int]]) -> dict[int, int]:
    groups: list[set[int]] = []
    for parts in found:
        meeting = [g for g in groups if g & parts]
        groups = [*(g for g in groups if not g & parts), parts.union(*meeting)]
    return {p: min(group) for group in groups for p in group}


def _pairs(row: IndexArray, part: IndexArray) -> IndexArray:
    """Return different (row, part), ascending, shape ``(k, 2)``."""
    span = int(part.max(initial=0)) + 2
    key = np.unique(row * span + part + 1)
    return np.stack([key // span, key % span - 1], axis=1)


def _leaving(engine: ReachEngine, shape: BaseGeometry) -> tuple[IndexArray, ObjectArray | None]:
    """Return the places that are left within a shape, and by which points; None: each by its own point."""
    near = _inside(engine.doors, shape)
    if engine.doors is engine.places:
        return near, None
    row, group = np.unique(engine.owner[near], return_inverse=True)
    if len(row) == 0:
        return row, None
    return row, np.asarray(shapely.multipoints(engine.doors[near], indices=group), dtype=object)


def _near_spots(facilities: ObjectArray, shape: BaseGeometry) -> tuple[IndexArray, ObjectArray]:
    """Return the facilities inside a shape, of those with several entrances the ones inside."""
    doors, owner = spread(facilities)
    near = _inside(doors, shape)
    if doors is facilities:
        return near, facilities[near]
    rows, group = np.unique(owner[near], return_inverse=True)
    if len(rows) == 0:
        return rows, facilities[rows]
    return rows, np.asarray(shapely.multipoints(doors[near], indices=group), dtype=object)


def _inside(points: ObjectArray, shape: BaseGeometry) -> IndexArray:
    low_x, low_y, high_x, high_y = shape.bounds
    x, y = shapely.get_x(points), shapely.get_y(points)
    return np.flatnonzero((x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y))


def _wider(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
