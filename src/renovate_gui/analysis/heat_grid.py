"""The grid of a density surface: its cells, the edge's share of the kernel, and the blur.

A plan depends on area, bandwidth and cell size only, so that other answers on the same ground cost one blur.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

FloatArray = NDArray[np.float64]

CELLS_PER_BANDWIDTH = 16
"""Bilinear binning errs by at most (cell/h)² of the peak: 1/16² = 0.4 %."""

QUICK_CELLS = 450_000
"""A surface on screen has no more cells than this; they grow instead, and the stated error with them."""

MAX_CELLS = 4_000_000
"""An exact surface has no more cells than this; they grow, and a note says so."""

LEAST_MASS = 0.02
"""A point on a sliver of area: keep its weight finite."""

# cells from which single precision is used: its 1e-6 is far below the binning's error
_SINGLE_ABOVE = 250_000
_PAD = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """The grid: lower-left corner, cell size, and which cell centres lie inside the area, shape ``(rows, cols)``."""

    x_min: float
    y_min: float
    cell_m: float
    inside: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Return rows and columns."""
        rows, cols = self.inside.shape
        return rows, cols


def cell_size_m(area: BaseGeometry, bandwidth_m: float, *, is_exact: bool = True) -> float:
    """Return the cell size for a bandwidth: a sixteenth of it, larger only where the grid would get too big."""
    x0, y0, x1, y1 = area.bounds
    cell = bandwidth_m / CELLS_PER_BANDWIDTH
    most = MAX_CELLS if is_exact else QUICK_CELLS
    return max(cell, math.sqrt((x1 - x0 + cell) * (y1 - y0 + cell) / most))


def frame_of(area: BaseGeometry, cell_m: float) -> Frame:
    """Return the grid over an area; corners lie on multiples of the cell size."""
    x0, y0, x1, y1 = area.bounds
    x_min, y_min = math.floor(x0 / cell_m) * cell_m, math.floor(y0 / cell_m) * cell_m
    cols, rows = math.ceil((x1 - x_min) / cell_m) or 1, math.ceil((y1 - y_min) / cell_m) or 1
    return Frame(x_min, y_min, cell_m, _inside(area, x_min, y_min, cell_m, (rows, cols)))


def _inside(
    area: BaseGeometry, x_min: float, y_min: float, cell_m: float, shape: tuple[int, int]
) -> NDArray[np.bool_]:
    """Return which cell centres lie inside the area, by one cut through it per row of cells."""
    rows, cols = shape
    y = y_min + (np.arange(rows) + 0.5) * cell_m
    ends = np.empty((rows, 2, 2))
    ends[:, 0, 0], ends[:, 1, 0] = x_min - cell_m, x_min + (cols + 1) * cell_m
    ends[:, :, 1] = y[:, None]
    cut = shapely.intersection(shapely.linestrings(ends), area)
    parts, row = shapely.get_parts(cut, return_index=True)
    is_line = (shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)
    box, row = shapely.bounds(parts[is_line]), row[is_line]
    # a centre counts from the left end on up to, not including, the right end
    first = np.clip(np.ceil((box[:, 0] - x_min) / cell_m - 0.5), 0, cols).astype(np.int64)
    behind = np.clip(np.ceil((box[:, 2] - x_min) / cell_m - 0.5), 0, cols).astype(np.int64)
    steps = np.zeros((rows, cols + 1), dtype=np.int32)
    np.add.at(steps, (row, first), 1)
    np.add.at(steps, (row, behind), -1)
    return np.asarray(np.cumsum(steps[:, :-1], axis=1) > 0)


def kernel(distance2_m2: FloatArray, bandwidth_m: float) -> FloatArray:
    """Return the quartic kernel per m² at squared distances in m² (Silverman 1986, equation 4.5); its volume is 1."""
    part = np.maximum(1.0 - distance2_m2 / bandwidth_m**2, 0.0)
    return 3.0 / (math.pi * bandwidth_m**2) * part * part


def kernel_stamp(bandwidth_m: float, cell_m: float) -> FloatArray:
    """Return the kernel at cell distances, scaled so that its cells sum to volume 1."""
    reach = math.ceil(bandwidth_m / cell_m)
    step = np.arange(-reach, reach + 1) * cell_m
    distance2: FloatArray = step[:, None] ** 2 + step[None, :] ** 2
    stamp = kernel(distance2, bandwidth_m)
    return np.asarray(stamp / (stamp.sum() * cell_m**2))


class Blur:
    """Convolution with one stamp on a grid padded so that nothing wraps round."""

    def __init__(self, frame: Frame, stamp: FloatArray) -> None:
        from scipy import fft

        rows, cols = frame.shape
        self._shape = (rows + 2 * _PAD, cols + 2 * _PAD)
        self._reach = stamp.shape[0] // 2
        self._size = tuple(fft.next_fast_len(s + 2 * self._reach, real=True) for s in self._shape)
        self._type: Any = np.float32 if rows * cols > _SINGLE_ABOVE else np.float64
        self._stamp = fft.rfft2(stamp.astype(self._type), self._size, workers=2)

    def apply(self, grid: NDArray[Any]) -> FloatArray:
        """Return the blurred grid, same shape."""
        from scipy import fft

        spectrum = fft.rfft2(grid.astype(self._type, copy=False), self._size, workers=2)
        spectrum *= self._stamp
        full = fft.irfft2(spectrum, self._size, workers=2, overwrite_x=True)
        rows, cols = self._shape
        return np.asarray(full[self._reach : self._reach + rows, self._reach : self._reach + cols])


@dataclass(frozen=True, slots=True)
class HeatPlan:
    """Everything about a surface but the answers.

    Attributes
    ----------
    mass
        Kernel mass inside the area at every cell of the padded grid, flat: 1 well inside, about a half on the edge.
    """

    area: BaseGeometry
    bandwidth_m: float
    frame: Frame
    mass: FloatArray = field(repr=False)
    blur: Blur = field(repr=False)

    @property
    def error_share(self) -> float:
        """Return the bound of the binning's error as a share of the peak, ``(cell / bandwidth)²``."""
        return (self.frame.cell_m / self.bandwidth_m) ** 2


def heat_plan(area: BaseGeometry, bandwidth_m: float, *, is_exact: bool = False) -> HeatPlan:
    """Return the plan of surfaces over an area."""
    frame = frame_of(area, cell_size_m(area, bandwidth_m, is_exact=is_exact))
    blur = Blur(frame, kernel_stamp(bandwidth_m, frame.cell_m))
    inside = np.pad(frame.inside, _PAD).astype(np.float64)
    mass = np.maximum(blur.apply(inside).ravel() * frame.cell_m**2, LEAST_MASS)
    return HeatPlan(area, bandwidth_m, frame, mass, blur)


def density(plan: HeatPlan, xy: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the edge-corrected density per m² by bilinear binning and FFT, shape of the frame.

    Every point's weight is divided by the mass at the four grid points it is binned to, weighted like the binning, so
    that the surface sums to the total.
    """
    frame = plan.frame
    if len(xy) == 0:
        return np.zeros(frame.shape)
    corner, share = _bilinear(frame, xy)
    mass = np.einsum("ij,ij->j", plan.mass[corner], share)
    share *= weight / mass
    size = plan.mass.size
    binned = np.bincount(corner[0], weights=share[0], minlength=size)
    for i in range(1, 4):
        binned += np.bincount(corner[i], weights=share[i], minlength=size)
    rows, cols = frame.shape
    spread = plan.blur.apply(binned.reshape(rows + 2 * _PAD, cols + 2 * _PAD))
    # rounding of the FFT may leave −1e−20
    return np.maximum(spread[_PAD:-_PAD, _PAD:-_PAD], 0.0).astype(np.float64)


def _bilinear(frame: Frame, xy: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the four surrounding cells (flat, in the padded grid) and their shares, each of shape ``(4, n)``."""
    cols = frame.shape[1] + 2 * _PAD
    u = (xy[:, 0] - frame.x_min) / frame.cell_m - 0.5 + _PAD
    v = (xy[:, 1] - frame.y_min) / frame.cell_m - 0.5 + _PAD
    i, j = u.astype(np.int64), v.astype(np.int64)  # both are positive: cutting is flooring
    a, b = u - i, v - j
    first = j * cols + i
    corner = np.stack([first, first + 1, first + cols, first + cols + 1])
    left, low = 1 - a, 1 - b
    return corner, np.stack([left * low, a * low, left * b, a * b])


def counted_near(frame: Frame, xy: FloatArray, radius_m: float) -> NDArray[np.int64]:
    """Return how many points stand within a radius of each cell; points count from the middle of their own cell."""
    if len(xy) == 0:
        return np.zeros(frame.shape, dtype=np.int64)
    reach = max(1, math.floor(radius_m / frame.cell_m))
    rows, cols = frame.shape
    i = np.clip(((xy[:, 0] - frame.x_min) / frame.cell_m).astype(np.int64), 0, cols - 1)
    j = np.clip(((xy[:, 1] - frame.y_min) / frame.cell_m).astype(np.int64), 0, rows - 1)
    count = np.bincount(j * cols + i, minlength=rows * cols).reshape(rows, cols)
    # sums along rows from the left: a disc is a stack of row spans, and a span is one difference
    sums = np.zeros((rows + 2 * reach, cols + 2 * reach + 1), dtype=np.int32)
    sums[reach:-reach, reach + 1 : reach + 1 + cols] = np.cumsum(count, axis=1, dtype=np.int32)
    sums[:, reach + 1 + cols :] = sums[:, [reach + cols]]
    total = np.zeros((rows, cols), dtype=np.int32)
    for step in range(-reach, reach + 1):
        half = math.floor(math.sqrt(max((radius_m / frame.cell_m) ** 2 - step**2, 0.0)))
        line = sums[reach + step : reach + step + rows]
        total += line[:, reach + half + 1 : reach + half + 1 + cols]
        total -= line[:, reach - half : reach - half + cols]
    return total.astype(np.int64)
