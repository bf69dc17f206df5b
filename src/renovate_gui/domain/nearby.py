"""Which geometries of a layer lie near a place: by a tree of objects, or by the boxes of flat ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.shapes import ObjectArray, flat_of

IndexArray = NDArray[np.int64]


class BoxIndex:
    """Finds flat geometries as :class:`shapely.STRtree` finds objects, without one object for each.

    All boxes are looked at: a millisecond for half a million, and nothing need be built.
    """

    def __init__(self, geometry: ObjectArray) -> None:
        self._geometry = geometry
        bounds = np.asarray(shapely.bounds(geometry), dtype=np.float64).reshape(-1, 4)
        self._sides = np.ascontiguousarray(bounds.T)

    def query(
        self, shape: BaseGeometry, predicate: str | None = None, distance: float | None = None
    ) -> IndexArray:
        """Return the rows whose box meets that of one shape, ascending.

        Parameters
        ----------
        predicate
            ``intersects`` or ``dwithin`` (with ``distance``, metres, inclusive): only rows that themselves are so.
        """
        x_min, y_min, x_max, y_max = shape.bounds
        gap = 0.0 if distance is None else distance
        west, south, east, north = self._sides
        found = (west <= x_max + gap) & (east >= x_min - gap)
        rows = np.flatnonzero(found & (south <= y_max + gap) & (north >= y_min - gap))
        if predicate is None or len(rows) == 0:
            return rows
        near = self._geometry[rows]
        keep = (
            shapely.dwithin(near, shape, gap) if predicate == "dwithin" else shapely.intersects(near, shape)
        )
        return rows[np.asarray(keep)]


def index_of(geometry: ObjectArray) -> Any:
    """Return what finds geometries near one shape: a tree of objects, or the boxes of flat ones."""
    return shapely.STRtree(geometry) if flat_of(geometry) is None else BoxIndex(geometry)
