"""How much ground survey-grade data covers in one piece: above 25 km² a digital map may be a state secret.

Source: 自然资发〔2020〕95号 and the ministry's answer on it: outside military zones, maps at 1:500–1:2,000 that cover no
more than 25 km² in one piece are no state secret (workflow notes, mark S). Nothing here is legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.layer import ObjectArray

LIMIT_KM2 = 25.0
CELL_M = 100.0
"""Ground is counted in cells of 100 m that a vertex lies in; pieces that touch, at corners too, are one."""


def continuous_km2(shapes: Iterable[ObjectArray]) -> float:
    """Return the area of the largest piece of ground that shapes cover, km².

    Parameters
    ----------
    shapes
        Geometries in metres. Each feature counts by its vertices and, for large ones, by points along its edges and
        cells inside its box, so that a wide parcel leaves no hole.

    Notes
    -----
    Counted coarsely and upwards: a cell counts as a whole. A community of 3 km² is far below the limit either way, and
    what comes near it is for a person to judge.
    """
    cells = [c for c in (_cells(np.asarray(s, dtype=object)) for s in shapes) if len(c)]
    if not cells:
        return 0.0
    taken = np.unique(np.concatenate(cells), axis=0)
    return float(_largest(taken) * CELL_M**2 / 1e6)


def _cells(shapes: ObjectArray) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(there):
        return np.empty((0, 2), dtype=np.int64)
    wide = shapely.segmentize(there, CELL_M / 2)
    points = [shapely.get_coordinates(wide)]
    bounds = shapely.bounds(there)
    large = there[(np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) > CELL_M)]
    points += [_inside(area) for area in large[shapely.get_dimensions(large) == 2]]
    return np.unique(np.floor(np.concatenate(points) / CELL_M).astype(np.int64), axis=0)


def _inside(area: BaseGeometry) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    x_min, y_min, x_max, y_max = area.bounds
    x, y = np.meshgrid(
        np.arange(x_min + CELL_M / 2, x_max, CELL_M), np.arange(y_min + CELL_M / 2, y_max, CELL_M)
    )
    within = shapely.contains_xy(area, x.ravel(), y.ravel())
    return np.column_stack((x.ravel()[within], y.ravel()[within]))


def _largest(taken: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> int:
    """Return the number of cells in the largest piece."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import KDTree

    pairs = KDTree(taken).query_pairs(1.5, output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(taken), len(taken)))
    _, label = connected_components(graph, directed=False)
    return int(np.bincount(label).max())
