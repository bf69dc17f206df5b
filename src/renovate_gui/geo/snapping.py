"""Joining points to the nearest place on a network's edges, with the access leg between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.network import WalkNetwork


@dataclass(frozen=True, slots=True)
class Snap:
    """Where points join the network.

    Attributes
    ----------
    edge
        Edge index, −1 when no edge is within the limit, shape ``(n,)``.
    offset_m
        Distance along the edge from its tail to the foot point, metres, shape ``(n,)``.
    access_m
        Straight access leg from the point to the foot point, metres, ``inf`` when not joined, shape ``(n,)``.
    """

    edge: NDArray[np.int64]
    offset_m: NDArray[np.float64]
    access_m: NDArray[np.float64]

    @property
    def is_joined(self) -> NDArray[np.bool_]:
        """Return which points have joined, shape ``(n,)``."""
        return self.edge >= 0

    def one(self, row: int) -> Snap:
        """Return the snap of one point alone."""
        pick = slice(row, row + 1)
        return Snap(self.edge[pick], self.offset_m[pick], self.access_m[pick])


def anchor_points(geometry: ObjectArray) -> ObjectArray:
    """Return one point per feature: the centroid where it lies inside, else a representative point.

    Points stay themselves; lines and polygons whose centroid falls outside (L-shaped blocks, courtyards) take
    GEOS's point on surface. Missing, empty and non-finite geometries give None. Shape ``(n,)``.
    """
    flat = shapely.force_2d(geometry)
    good = ~(shapely.is_missing(flat) | shapely.is_empty(flat))
    xy, row = shapely.get_coordinates(flat, return_index=True)
    good[row[~np.isfinite(xy).all(axis=1)]] = False
    shapes = flat[good]
    centre = shapely.centroid(shapes)
    is_off = ~shapely.intersects(shapes, centre)
    centre[is_off] = shapely.point_on_surface(shapes[is_off])
    anchor = np.full(len(flat), None, dtype=object)
    anchor[good] = centre
    return anchor


class Snapper:
    """Finds the nearest edge; keeps the spatial index between calls."""

    def __init__(self, network: WalkNetwork, *, limit_m: float) -> None:
        self._network = network
        self._limit_m = limit_m
        self._tree = shapely.STRtree(network.lines)

    def snap(self, points: ObjectArray) -> Snap:
        """Join points (None allowed) to the nearest edge within the limit."""
        n = len(points)
        edge = np.full(n, -1, dtype=np.int64)
        offset = np.zeros(n)
        access = np.full(n, np.inf)
        if n and len(self._network.lines):
            (row, near), gap = self._tree.query_nearest(
                points, max_distance=max(self._limit_m, 1e-9), return_distance=True, all_matches=False
            )
            edge[row] = near
            access[row] = gap
            offset[row] = shapely.line_locate_point(self._network.lines[near], points[row])
        return Snap(edge, offset, access)
