"""Joining points to the nearest place on a network's edges, with the access leg between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import Shapes, in_blocks, settled, together
from renovate_gui.geo.linking import LinkedNetwork
from renovate_gui.geo.network import WalkNetwork, flattened

BESIDE_M = 20.0
"""A link this near may be used although an existing way is nearer: half a deep building and its forecourt."""

_CHUNK = 20_000  # points at a time, so that the memory stays bounded
_USUALLY_NEAR_M = 25.0  # most homes are this near to a way; so narrowly first


@dataclass(frozen=True, slots=True)
class Joins:
    """Where points join the network: one place on the existing network at most, and one on each link that is near.

    Attributes
    ----------
    count
        Number of points, joined or not.
    row
        Point that a place belongs to, ascending, shape ``(m,)``.
    edge
        Edge index, shape ``(m,)``.
    offset_m
        Distance along the edge from its tail to the foot point, metres, shape ``(m,)``.
    access_m
        Straight access leg from the point to the foot point, metres, shape ``(m,)``.
    """

    count: int
    row: NDArray[np.int64]
    edge: NDArray[np.int64]
    offset_m: NDArray[np.float64]
    access_m: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    @property
    def is_joined(self) -> NDArray[np.bool_]:
        """Return which points have joined, shape ``(count,)``."""
        found = np.zeros(self.count, dtype=bool)
        found[self.row] = True
        return found

    def least_access_m(self) -> NDArray[np.float64]:
        """Return the shortest access leg of each point, ``inf`` when not joined, shape ``(count,)``."""
        least = np.full(self.count, np.inf)
        np.minimum.at(least, self.row, self.access_m)
        return least

    def only(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Joins:
        """Return some of the places; ``row`` still counts all points."""
        return Joins(
            self.count, self.row[places], self.edge[places], self.offset_m[places], self.access_m[places]
        )

    def of(self, row: int) -> Joins:
        """Return the places of one point alone."""
        return self.only(np.flatnonzero(self.row == row))

    def and_also(self, more: Joins) -> Joins:
        """Return these places and further ones of the same points, by point."""
        if len(more) == 0:
            return self
        row = np.concatenate([self.row, more.row])
        by_row = np.argsort(row, kind="stable")
        return Joins(
            self.count,
            row[by_row],
            np.concatenate([self.edge, more.edge])[by_row],
            np.concatenate([self.offset_m, more.offset_m])[by_row],
            np.concatenate([self.access_m, more.access_m])[by_row],
        )

    def of_owners(self, owner: NDArray[np.int64], count: int) -> Joins:
        """Return the places as those of the points' owners; ``owner`` is ascending, one per point."""
        return Joins(count, owner[self.row], self.edge, self.offset_m, self.access_m)


def _no_joins(count: int) -> Joins:
    none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Joins(count, none, none, nothing, nothing)


class Joiner(Protocol):
    """What joins points to a network."""

    @property
    def network(self) -> WalkNetwork:
        """Return the network that the edges of :class:`Joins` belong to."""

    def join(self, points: ObjectArray) -> Joins:
        """Join points, None allowed."""

    def beside_impassable(
        self, points: ObjectArray, is_passable: NDArray[np.bool_], existing: Joins | None = None
    ) -> Joins:
        """Return further places of points whose nearest existing edge is impassable: on the nearest passable one.

        Parameters
        ----------
        is_passable
            One flag per edge of :attr:`network`.
        existing
            Where the points join the network without links, when that is known.
        """


def anchor_points(geometry: ObjectArray) -> ObjectArray:
    """Return one point per feature: the centroid where it lies inside, else a representative point.

    Points stay themselves; lines and polygons whose centroid falls outside (L-shaped blocks, courtyards) take
    GEOS's point on surface. Missing, empty and non-finite geometries give None. Shape ``(n,)``.
    """
    found = [_anchors(part) for _, part in in_blocks(geometry)]
    has_one = np.concatenate([np.zeros(0, dtype=bool), *(good for good, _ in found)])
    xy = np.concatenate([np.zeros((0, 2)), *(xy for _, xy in found)])
    return settled(Shapes.points(xy, has_one))


def _anchors(geometry: ObjectArray) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which features have a point, and the coordinates of these."""
    flat = flattened(geometry)
    good = ~(shapely.is_missing(flat) | shapely.is_empty(flat))
    xy, row = shapely.get_coordinates(flat, return_index=True)
    good[row[~np.isfinite(xy).all(axis=1)]] = False
    shapes = flat[good]
    xy = shapely.get_coordinates(shapely.centroid(shapes))
    is_off = ~shapely.intersects_xy(shapes, xy[:, 0], xy[:, 1])
    xy[is_off] = shapely.get_coordinates(shapely.point_on_surface(shapes[is_off]))
    return good, xy


IndexArray: TypeAlias = NDArray[np.int64]


def _chunks(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]


def doors_of(places: ObjectArray, entrances: ObjectArray | None) -> tuple[ObjectArray, NDArray[np.int64]]:
    """Return the points at which people leave and the place each belongs to, ascending."""
    owner = np.arange(len(places))
    if entrances is None:
        return places, owner
    known = ~(shapely.is_missing(entrances) | shapely.is_empty(entrances))
    doors, of_known = shapely.get_parts(entrances[known], return_index=True)
    points = together([places[~known], np.asarray(doors, dtype=object)])
    rows = np.concatenate([owner[~known], owner[known][of_known]])
    order = np.argsort(rows, kind="stable")
    return points[order], rows[order]


def spread(facilities: ObjectArray) -> tuple[ObjectArray, NDArray[np.int64]]:
    """Return the points by which facilities are reached and the facility each belongs to, ascending.

    ``facilities`` are points, or a MultiPoint of its entrances where a facility has several; None where missing.
    """
    several = shapely.get_type_id(facilities) == shapely.GeometryType.MULTIPOINT
    if not several.any():
        return facilities, np.arange(len(facilities))
    entrances = facilities.copy()
    entrances[~several] = None
    return doors_of(facilities, entrances)


class Snapper:
    """Joins points to the nearest edge."""

    def __init__(self, network: WalkNetwork, *, limit_m: float) -> None:
        self.network = network
        self.limit_m = limit_m
        self._last: tuple[ObjectArray, Joins] | None = None

    def join(self, points: ObjectArray) -> Joins:
        """Join points (None allowed) to the nearest edge within the limit; points asked for again are known."""
        last = self._last
        if last is None or not _is_same(last[0], points):
            last = (points, self._join(points))
            self._last = last
        return last[1]

    def _join(self, points: ObjectArray) -> Joins:
        if len(points) == 0 or len(self.network.lines) == 0:
            return _no_joins(len(points))
        found = [_no_joins(len(points))]
        left = np.flatnonzero(~(shapely.is_missing(points) | shapely.is_empty(points)))
        for limit in (_USUALLY_NEAR_M, self.limit_m):
            near = [self._nearest(points, part, min(limit, self.limit_m)) for part in _chunks(left)]
            found += near
            left = np.setdiff1d(
                left, np.concatenate([found[0].row, *(n.row for n in near)]), assume_unique=True
            )
        return _by_row(found)

    def _nearest(
        self, points: ObjectArray, rows: IndexArray, limit_m: float, usable: NDArray[np.bool_] | None = None
    ) -> Joins:
        """Return the nearest (usable) edge within a limit of some points, of equally near ones the first."""
        asked = np.asarray(points[rows], dtype=object)
        xy = shapely.get_coordinates(asked)
        at, edge = self.network.lines.boxes.near(xy - limit_m, xy + limit_m)
        if usable is not None:
            at, edge = at[usable[edge]], edge[usable[edge]]
        edges, own = np.unique(edge, return_inverse=True)
        shapes = self.network.lines[edges]
        gap = np.asarray(shapely.distance(asked[at], shapes[own]), dtype=np.float64)
        near = np.flatnonzero(gap <= limit_m)
        at, edge, gap, own = at[near], edge[near], gap[near], own[near]
        least = np.full(len(rows), np.inf)
        np.minimum.at(least, at, gap)
        is_least = gap == least[at]
        at, edge, gap, own = at[is_least], edge[is_least], gap[is_least], own[is_least]
        first = np.r_[True, at[1:] != at[:-1]][: len(at)]  # pairs stand by point, then by edge
        at, edge, gap, own = at[first], edge[first], gap[first], own[first]
        offset = np.asarray(shapely.line_locate_point(shapes[own], asked[at]), dtype=np.float64)
        return Joins(len(points), rows[at], edge, offset, gap)

    def beside_impassable(
        self, points: ObjectArray, is_passable: NDArray[np.bool_], existing: Joins | None = None
    ) -> Joins:
        """Return further places of points whose nearest edge is impassable: on the nearest passable one."""
        if is_passable.all():
            return _no_joins(len(points))
        before = self.join(points) if existing is None else existing
        stranded = before.row[~is_passable[before.edge]]
        near = [self._nearest(points, part, self.limit_m, is_passable) for part in _chunks(stranded)]
        return _by_row([_no_joins(len(points)), *near])


def _is_same(one: ObjectArray, two: ObjectArray) -> bool:
    """Return whether two arrays are one, or hold one and the same point: what a frame asks about several times."""
    return one is two or (len(one) == len(two) == 1 and one[0] is two[0])


def _by_row(found: list[Joins]) -> Joins:
    row = np.concatenate([j.row for j in found])
    order = np.argsort(row, kind="stable")
    edge, offset, access = (
        np.concatenate([getattr(j, name) for j in found])[order] for name in ("edge", "offset_m", "access_m")
    )
    return Joins(found[0].count, row[order], edge, offset, access)


class LinkedSnapper:
    """Joins points to the existing network as before, and to every link that is nearer or passes close by."""

    def __init__(self, existing: Snapper, linked: LinkedNetwork) -> None:
        self.network = linked.network
        self._existing = existing
        self._linked = linked
        self._tree = shapely.STRtree(linked.parts)

    def join(self, points: ObjectArray) -> Joins:
        """Join points (None allowed)."""
        return self.add_links(points, self._existing.join(points))

    def beside_impassable(
        self, points: ObjectArray, is_passable: NDArray[np.bool_], existing: Joins | None = None
    ) -> Joins:
        """Return further places of points whose nearest existing edge is impassable, on the cut edges."""
        of_existing = is_passable[self._linked.first_piece()]
        found = self._existing.beside_impassable(points, of_existing, existing)
        edge, offset = self._linked.carried(found.edge, found.offset_m)
        return Joins(found.count, found.row, edge, offset, found.access_m)

    def add_links(self, points: ObjectArray, before: Joins) -> Joins:
        """Carry what joined the existing network over to the cut edges and add the feet on links.

        The foot on a link is that on the link as drawn, so that what cuts it does not move anybody.
        """
        limit = self._existing.limit_m
        reach = np.minimum(np.maximum(before.least_access_m(), BESIDE_M), limit)
        row, part = self._tree.query(points, predicate="dwithin", distance=reach)
        gap = shapely.distance(points[row], self._linked.parts[part])
        link = self._linked.part_link[part]
        order = np.lexsort((part, gap, link, row))
        row, part, gap, link = row[order], part[order], gap[order], link[order]
        is_nearest = np.r_[True, (np.diff(row) != 0) | (np.diff(link) != 0)][: len(row)]
        row, part, gap = row[is_nearest], part[is_nearest], gap[is_nearest]
        foot = np.asarray(shapely.line_locate_point(self._linked.parts[part], points[row]))
        existing = len(self._linked.moved) - len(self._linked.parts)
        edge, offset = self._linked.carried(
            np.concatenate([before.edge, existing + part]), np.concatenate([before.offset_m, foot])
        )
        all_rows = np.concatenate([before.row, row])
        by_row = np.argsort(all_rows, kind="stable")
        access = np.concatenate([before.access_m, gap])
        return Joins(len(points), all_rows[by_row], edge[by_row], offset[by_row], access[by_row])
