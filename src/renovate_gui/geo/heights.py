"""Heights of the ground from what a project knows: grids of points, spot heights, contours, lines with z.

A regular grid is interpolated bilinearly between its four nearest points, everything else linearly on the Delaunay
triangles of its points. Outside the outermost points nothing is known (NaN): there is no extrapolation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray

if TYPE_CHECKING:
    from renovate_gui.geo.network import WalkNetwork

FloatArray = NDArray[np.float64]

_STEP_M = 1e-3  # coordinates of a grid may be off its raster by this share of a cell, and by this many metres
_LEAST_FILLED = 0.5  # a raster with fewer of its cells known is no grid but scattered points
_LEAST_POINTS = 16  # so few points may lie in rows by chance
_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))


class HeightModel:
    """Heights at any place, metres above the datum of the input."""

    def __init__(self, at: Callable[[FloatArray], FloatArray], *, is_grid: bool) -> None:
        self._at = at
        self.is_grid = is_grid

    def at(self, xy: FloatArray) -> FloatArray:
        """Return heights at places, NaN where none is known.

        Parameters
        ----------
        xy
            Places in the project's CRS, metres, shape ``(n, 2)``.
        """
        places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        return self._at(places) if len(places) else np.zeros(0)

    @staticmethod
    def from_points(xyz: FloatArray) -> HeightModel:
        """Return the model of points with heights, shape ``(n, 3)``; rows with a missing number are left out."""
        points = np.asarray(xyz, dtype=np.float64).reshape(-1, 3)
        points = points[np.isfinite(points).all(axis=1)]
        grid = _grid_of(points)
        if grid is not None:
            return HeightModel(grid, is_grid=True)
        return HeightModel(_triangles(points), is_grid=False)

    @staticmethod
    def from_lines_z(lines: ObjectArray) -> HeightModel:
        """Return the model of the vertices of lines with z."""
        return HeightModel(_triangles(_finite(_vertices(lines))), is_grid=False)

    @staticmethod
    def from_network(network: WalkNetwork) -> HeightModel:
        """Return the model of a network's own heights; NaN everywhere without them."""
        if network.z is None:
            return HeightModel(_nowhere, is_grid=False)
        xy = shapely.get_coordinates(network.lines)
        return HeightModel(_triangles(_finite(np.column_stack([xy, network.z]))), is_grid=False)

    @staticmethod
    def from_features(geometry: ObjectArray, height_m: FloatArray | None = None) -> HeightModel:
        """Return the model of spot heights (points) or contours (lines).

        Parameters
        ----------
        geometry
            Points or lines, None allowed, shape ``(n,)``.
        height_m
            Height of each feature, shape ``(n,)``; where it is missing the vertices' own z count.
        """
        xyz, row = shapely.get_coordinates(geometry, include_z=True, return_index=True)
        if height_m is not None:
            own = height_m[row]
            xyz[:, 2] = np.where(np.isfinite(own), own, xyz[:, 2])
        return HeightModel.from_points(xyz)

    @staticmethod
    def first_of(models: Sequence[HeightModel]) -> HeightModel:
        """Return a model that asks several in order and takes the first height known."""
        return HeightModel(lambda xy: _first(models, xy), is_grid=all(m.is_grid for m in models))


def has_heights(z: FloatArray | None) -> bool:
    """Return whether z values say anything: files often carry 0 in every vertex for "not known"."""
    return z is not None and bool((np.isfinite(z) & (z != 0.0)).any())


def _first(models: Sequence[HeightModel], xy: FloatArray) -> FloatArray:
    found = np.full(len(xy), np.nan)
    for model in models:
        open_rows = np.isnan(found)
        found[open_rows] = model.at(xy[open_rows])
    return found


def _nowhere(xy: FloatArray) -> FloatArray:
    return np.full(len(xy), np.nan)


def _vertices(geometry: ObjectArray) -> FloatArray:
    return np.asarray(shapely.get_coordinates(geometry, include_z=True), dtype=np.float64)


def _finite(xyz: FloatArray) -> FloatArray:
    return xyz[np.isfinite(xyz).all(axis=1)]


def _grid_of(xyz: FloatArray) -> Callable[[FloatArray], FloatArray] | None:
    """Return the bilinear model when the points lie on a raster along the axes, else None."""
    across, up = _axis(xyz[:, 0]), _axis(xyz[:, 1])
    if across is None or up is None:
        return None
    (x0, dx, column), (y0, dy, row) = across, up
    width, height = int(column.max()) + 1, int(row.max()) + 1
    if min(width, height) < 2 or len(xyz) < max(_LEAST_POINTS, _LEAST_FILLED * width * height):
        return None
    grid = np.full((height, width), np.nan)
    grid[row, column] = xyz[:, 2]
    if np.isfinite(grid).sum() < len(xyz):  # two points in one cell: scattered after all
        return None
    return lambda xy: _bilinear(grid, (xy[:, 0] - x0) / dx, (xy[:, 1] - y0) / dy)


def _axis(values: FloatArray) -> tuple[float, float, NDArray[np.int64]] | None:
    """Return origin, step and cell of coordinates that lie on one raster, else None."""
    if len(values) == 0:
        return None
    steps = np.diff(np.unique(values))
    steps = steps[steps > _STEP_M]
    if len(steps) == 0:
        return None
    origin, span = float(values.min()), float(values.max() - values.min())
    step = span / max(1, round(span / float(np.min(steps))))
    cell = (values - origin) / step
    nearest = np.rint(cell)
    if (np.abs(cell - nearest) > max(_STEP_M, _STEP_M / step)).any():
        return None
    return origin, step, nearest.astype(np.int64)


def _bilinear(grid: FloatArray, column: FloatArray, row: FloatArray) -> FloatArray:
    """Return heights between the four nearest points; a missing corner counts only where it has weight."""
    height, width = grid.shape
    column, row = _onto(column, width), _onto(row, height)
    inside = (column >= 0) & (column <= width - 1) & (row >= 0) & (row <= height - 1)
    left = np.clip(np.floor(np.where(inside, column, 0)), 0, width - 2).astype(np.int64)
    low = np.clip(np.floor(np.where(inside, row, 0)), 0, height - 2).astype(np.int64)
    across, up = column - left, row - low
    total = np.zeros(len(column))
    for i, j in _CORNERS:
        weight = np.where(i, up, 1.0 - up) * np.where(j, across, 1.0 - across)
        total += np.where(weight == 0.0, 0.0, weight * grid[low + i, left + j])
    return np.where(inside, total, np.nan)


def _onto(cell: FloatArray, count: int) -> FloatArray:
    """Return cell numbers, those a rounding error outside the raster moved onto its edge."""
    near = np.clip(cell, 0.0, count - 1.0)
    return np.where(np.abs(cell - near) < 1e-6, near, cell)


def _triangles(xyz: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """Return the linear model on Delaunay triangles; points that span no triangle know nothing."""
    from scipy.interpolate import LinearNDInterpolator
    from scipy.spatial import QhullError

    xy, first = np.unique(xyz[:, :2], axis=0, return_index=True)
    if len(xy) < 3:
        return _nowhere
    centre = xy.mean(axis=0)  # large eastings would cost the triangulation its digits
    try:
        model = LinearNDInterpolator(xy - centre, xyz[first, 2])
    except QhullError:
        return _nowhere
    return lambda places: np.asarray(model(places - centre), dtype=np.float64)
