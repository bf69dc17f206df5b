"""Heights of the ground from what a project knows: grids of points, spot heights, contours, lines with z.

A regular grid, also one brought over from another coordinate system, is interpolated bilinearly between its four nearest
points, everything else linearly on the Delaunay triangles of its points. Outside the outermost points nothing is known (NaN): there is no extrapolation.
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
IndexArray = NDArray[np.int64]

_STEP_M = 1e-3  # coordinates of a grid may be off its raster by this share of a cell, and by this many metres
_LEAST_FILLED = 0.5  # a raster with fewer of its cells known is no grid but scattered points
_MOST_OFF = 0.05  # a raster's points may lie this share of a cell off the fitted rows and columns
_TERMS = 6
_LEAST_POINTS = 16  # so few points may lie in rows by chance
_FEW = 64  # places for which triangles are looked through one by one
_ON_EDGE = 1e-9  # a place may be outside of its triangle by this share, by rounding
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
        grid = _grid_of(points) or _turned_grid_of(points)
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
        return HeightModel(_triangles(_finite(np.column_stack([network.lines.xy, network.z]))), is_grid=False)

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
    grid = _cells(column, row, xyz[:, 2])
    if grid is None:
        return None
    return lambda xy: _bilinear(grid, (xy[:, 0] - x0) / dx, (xy[:, 1] - y0) / dy)


def _cells(column: IndexArray, row: IndexArray, z: FloatArray) -> FloatArray | None:
    """Return the raster of heights, None when so few of its cells are known that the points are scattered after all."""
    width, height = int(column.max()) + 1, int(row.max()) + 1
    if min(width, height) < 2 or len(z) < max(_LEAST_POINTS, _LEAST_FILLED * width * height):
        return None
    grid = np.full((height, width), np.nan)
    grid[row, column] = z
    return grid if np.isfinite(grid).sum() == len(z) else None  # no two points in one cell


def _turned_grid_of(xyz: FloatArray) -> Callable[[FloatArray], FloatArray] | None:
    """Return the bilinear model when the points are a raster brought over from another coordinate system, else None.

    Such a raster is turned and a little bent: row and column are polynomials of the second degree in x and y. They are
    fitted around the middle first and then outwards, each time by whole cells.
    """
    if len(xyz) < _LEAST_POINTS:
        return None
    middle = xyz[:, :2].mean(axis=0)
    xy = xyz[:, :2] - middle
    found = _lattice(xy)
    if found is None:
        return None
    fit, cell = found
    low = cell.min(axis=0)
    column, row = (cell - low).T
    grid = _cells(column, row, xyz[:, 2])
    if grid is None:
        return None

    def at(places: FloatArray) -> FloatArray:
        where = _terms(places - middle) @ fit - low
        return _bilinear(grid, where[:, 0], where[:, 1], 2.0 * _MOST_OFF)

    return at


def _lattice(xy: FloatArray) -> tuple[FloatArray, IndexArray] | None:
    """Return the polynomials from place to column and row, and the cell of each point; None when they do not fit."""
    first = int(np.hypot(*xy.T).argmin())
    apart = xy - xy[first]
    gap = np.hypot(*apart.T)
    near = np.argsort(gap, kind="stable")[1:13]
    one = apart[near[0]]
    across = np.abs(one[0] * apart[near, 1] - one[1] * apart[near, 0])
    others = near[across > 0.5 * gap[near] * gap[near[0]]]
    if len(others) == 0 or gap[near[0]] < _STEP_M:
        return None
    other = apart[others[0]]
    fit: FloatArray = np.zeros((_TERMS, 2))
    fit[1:3] = np.linalg.inv(np.array([one, other]))
    fit[0] = -(xy[first] @ fit[1:3])
    radius, farthest = 6.0 * float(gap[others[0]]), float(gap.max())
    while True:
        inside = gap <= radius
        cell = np.rint(_terms(xy[inside]) @ fit)
        fit = np.asarray(np.linalg.lstsq(_terms(xy[inside]), cell, rcond=None)[0], dtype=np.float64)
        off = np.abs(_terms(xy[inside]) @ fit - cell).max()
        if off > _MOST_OFF:
            return None
        if radius >= farthest:
            return fit, cell.astype(np.int64)
        radius *= 1.6


def _terms(xy: FloatArray) -> FloatArray:
    """Return the terms of the polynomial; kilometres keep their numbers of one size."""
    x, y = xy[:, 0], xy[:, 1]
    return np.column_stack([np.ones(len(xy)), x, y, x * x / 1e6, x * y / 1e6, y * y / 1e6])


def _axis(values: FloatArray) -> tuple[float, float, IndexArray] | None:
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


def _bilinear(grid: FloatArray, column: FloatArray, row: FloatArray, slack: float = 1e-6) -> FloatArray:
    """Return heights between the four nearest points; places off the raster by less than the slack lie on its edge.

    A missing corner that would count less than the slack is passed over, any other makes the height unknown.
    """
    height, width = grid.shape
    column, row = _onto(column, width, slack), _onto(row, height, slack)
    inside = (column >= 0) & (column <= width - 1) & (row >= 0) & (row <= height - 1)
    left = np.clip(np.floor(np.where(inside, column, 0)), 0, width - 2).astype(np.int64)
    low = np.clip(np.floor(np.where(inside, row, 0)), 0, height - 2).astype(np.int64)
    across, up = column - left, row - low
    total, known = np.zeros(len(column)), np.zeros(len(column))
    for i, j in _CORNERS:
        weight = np.where(i, up, 1.0 - up) * np.where(j, across, 1.0 - across)
        corner = grid[low + i, left + j]
        weight = np.where(np.isnan(corner), 0.0, weight)
        total += weight * np.nan_to_num(corner)
        known += weight
    is_known = inside & (known >= 1.0 - slack)
    return np.where(is_known, total / np.where(is_known, known, 1.0), np.nan)


def _onto(cell: FloatArray, count: int, slack: float) -> FloatArray:
    """Return cell numbers, those outside the raster by less than the slack moved onto its edge."""
    near = np.clip(cell, 0.0, count - 1.0)
    return np.where(np.abs(cell - near) < slack, near, cell)


def _triangles(xyz: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """Return the linear model on Delaunay triangles; points that span no triangle know nothing."""
    from scipy.interpolate import LinearNDInterpolator
    from scipy.spatial import Delaunay, QhullError

    xy, first = np.unique(xyz[:, :2], axis=0, return_index=True)
    if len(xy) < 3:
        return _nowhere
    centre = xy.mean(axis=0)  # large eastings would cost the triangulation its digits
    try:
        mesh = Delaunay(xy - centre)
    except QhullError:
        return _nowhere
    model = LinearNDInterpolator(mesh, xyz[first, 2])
    corners = (xy - centre)[mesh.simplices]
    heights = xyz[first, 2][mesh.simplices]

    def at(places: FloatArray) -> FloatArray:
        if len(places) <= _FEW:  # the model would first prepare every triangle
            return np.array([_in_triangles(corners, heights, p) for p in places - centre])
        return _in_strips(model, places - centre)

    return at


def _in_triangles(corners: FloatArray, heights: FloatArray, place: FloatArray) -> float:
    """Return the height of one place by the triangle that holds it, NaN outside of all."""
    a, b, c = (corners[:, i] for i in range(3))
    box = ((corners.min(axis=1) <= place) & (place <= corners.max(axis=1))).all(axis=1)
    a, b, c, z = a[box], b[box], c[box], heights[box]
    one, two = _cross(b - place, c - place), _cross(c - place, a - place)
    three = _cross(a - place, b - place)
    total = one + two + three
    share = np.stack([one, two, three], axis=1) / np.where(total == 0.0, 1.0, total)[:, None]
    inner = np.where(total == 0.0, -np.inf, share.min(axis=1, initial=np.inf))
    if len(inner) == 0 or inner.max() < -_ON_EDGE:
        return float("nan")
    best = int(inner.argmax())
    return float(share[best] @ z[best])


def _cross(one: FloatArray, two: FloatArray) -> FloatArray:
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])


def _in_strips(model: Callable[[FloatArray], FloatArray], xy: FloatArray) -> FloatArray:
    """Ask place by place along strips: the triangle of a neighbour is found at once, that of a far place is not."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    width = max(float(high[0] - low[0]), 1.0) / max(1.0, np.sqrt(len(xy)))
    strip = np.floor((xy[:, 0] - low[0]) / width)
    along = np.where(strip % 2 == 0, xy[:, 1], -xy[:, 1])
    order = np.lexsort((along, strip))
    found = np.empty(len(xy))
    found[order] = model(xy[order])
    return found
