"""Kernel density of answers or people, per hectare, corrected at the edge of the study area.

Kernel: quartic (biweight), ``K(d) = 3 / (π h²) · (1 − d²/h²)²`` for d < h (Silverman 1986, equation 4.5); volume 1, so
values are counts per area. Edge correction: each point's weight is divided by the kernel mass that falls inside the
study area (Jones 1993), so the surface inside the area sums to the total. See docs/methods.md, "Heat".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.heat import HeatGrid

FloatArray = NDArray[np.float64]

CELLS_PER_BANDWIDTH = 16
"""Bilinear binning blurs by at most (cell/h)² of the peak: 1/16² = 0.4 %."""

MAX_CELLS = 4_000_000
"""Above this the cells grow, and a note says so."""

M2_PER_HECTARE = 10_000.0

_CHUNK = 2_000  # points per block of the exact sum
_LEAST_MASS = 0.02  # a point on a sliver of area: keep its weight finite


@dataclass(frozen=True, slots=True)
class HeatInput:
    """Frozen input of a surface.

    Attributes
    ----------
    xy
        Points in metres, all finite, shape ``(n, 2)``.
    weight
        People or weighted answers per point, shape ``(n,)``.
    area
        Polygon inside which the surface is defined; points outside it are left out.
    """

    xy: FloatArray
    weight: FloatArray
    area: BaseGeometry
    bandwidth_m: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """The grid: lower-left corner, cell size, shape, and which cell centres lie inside the area."""

    x_min: float
    y_min: float
    cell_m: float
    inside: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        rows, cols = self.inside.shape
        return rows, cols


def heat_surface(
    given: HeatInput,
    *,
    unit: str,
    is_exact: bool = False,
    suppress_below: int = 0,
    notes: tuple[str, ...] = (),
    step: Callable[[float], None] | None = None,
) -> HeatGrid:
    """Return the density surface.

    Parameters
    ----------
    is_exact
        Sum the kernel point by point instead of by binning and FFT; for print.
    suppress_below
        Cells with fewer respondents than this within half a bandwidth become NaN, and specks that would stand out
        alone after that; 0 hides nothing.
    step
        Called with the fraction done; may raise to cancel.
    """
    frame = _frame(given.area, given.bandwidth_m)
    keep = shapely.contains_xy(given.area, given.xy[:, 0], given.xy[:, 1])
    keep &= np.isfinite(given.weight) & (given.weight > 0)
    xy, weight = given.xy[keep], given.weight[keep]
    tick = step or (lambda _fraction: None)
    fast = _fast(frame, xy, weight, given.bandwidth_m)
    tick(0.3)
    density = _exact(frame, xy, weight, given.bandwidth_m, tick) if is_exact else fast
    values = np.where(frame.inside, density * M2_PER_HECTARE, np.nan)
    peak = (
        float(fast[frame.inside].max(initial=0.0)) * M2_PER_HECTARE
    )  # the legend never depends on the method
    respondents = _respondents(frame, xy, given.bandwidth_m)
    if suppress_below > 0:
        values[~_without_specks(frame.inside & (respondents >= suppress_below), frame.inside)] = np.nan
    return HeatGrid(
        values=values,
        respondents=respondents,
        x_min=frame.x_min,
        y_min=frame.y_min,
        cell_m=frame.cell_m,
        bandwidth_m=given.bandwidth_m,
        unit=unit,
        levels=round_levels(peak),
        total=float(weight.sum()),
        notes=notes,
        suppressed_below=suppress_below,
        count=len(xy),
    )


def _without_specks(is_shown: NDArray[np.bool_], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells stay shown: those of whose 3 × 3 cells inside the area four in nine at least are shown.

    Repeated until nothing changes. A square corner has just four in nine and stays; single cells, threads of one cell's
    width and their crumbs go. A hidden cell never comes back.
    """
    shown = is_shown
    around = _neighbourhood(inside)
    while True:
        fewer = shown & (9 * _neighbourhood(shown) >= 4 * around)
        if (fewer == shown).all():
            return shown
        shown = fewer


def _neighbourhood(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return how many of the 3 × 3 cells around each cell, itself included, are set."""
    padded = np.pad(mask.astype(np.int64), 1)
    rows, cols = mask.shape
    total = np.zeros(mask.shape, dtype=np.int64)
    for i in range(3):
        for j in range(3):
            total += padded[i : i + rows, j : j + cols]
    return total


def cell_size_m(area: BaseGeometry, bandwidth_m: float) -> float:
    """Return the cell size for a bandwidth: a sixteenth of it, larger only where the grid would get too big."""
    x0, y0, x1, y1 = area.bounds
    cell = bandwidth_m / CELLS_PER_BANDWIDTH
    return max(cell, math.sqrt((x1 - x0 + cell) * (y1 - y0 + cell) / MAX_CELLS))


def round_levels(peak: float, classes: int = 8) -> tuple[float, ...]:
    """Return class limits as round numbers (1, 2 or 5 times a power of ten), the first at half a step.

    >>> round_levels(57.0)
    (5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0)
    """
    if not peak > 0:
        return (0.5, 1.0)
    top = peak * 1.01  # room for the exact sum, which may lie a little above the binned one
    rough = top / classes
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))
    count = math.ceil(top / step - 1e-9)
    return tuple(float(f"{v:.6g}") for v in (step / 2, *(step * i for i in range(1, count + 1))))


def _frame(area: BaseGeometry, bandwidth_m: float) -> _Frame:
    cell = cell_size_m(area, bandwidth_m)
    x0, y0, x1, y1 = area.bounds
    x_min, y_min = math.floor(x0 / cell) * cell, math.floor(y0 / cell) * cell
    cols, rows = math.ceil((x1 - x_min) / cell) or 1, math.ceil((y1 - y_min) / cell) or 1
    x = x_min + (np.arange(cols) + 0.5) * cell
    y = y_min + (np.arange(rows) + 0.5) * cell
    shapely.prepare(area)
    inside = shapely.contains_xy(area, *np.meshgrid(x, y))
    return _Frame(x_min, y_min, cell, np.asarray(inside, dtype=bool))


def kernel(distance2_m2: FloatArray, bandwidth_m: float) -> FloatArray:
    """Return the quartic kernel per m² at squared distances in m²."""
    part = np.maximum(1.0 - distance2_m2 / bandwidth_m**2, 0.0)
    return 3.0 / (math.pi * bandwidth_m**2) * part * part


def _fast(frame: _Frame, xy: FloatArray, weight: FloatArray, bandwidth_m: float) -> FloatArray:
    """Return the density per m² by bilinear binning and FFT."""
    if len(xy) == 0:
        return np.zeros(frame.shape)
    reach = math.ceil(bandwidth_m / frame.cell_m)
    blur = _Blur(frame, reach, _stamp(bandwidth_m, frame.cell_m, reach))
    corner, share = _bilinear(frame, xy, blur.pad)
    # the mass inside the area at the four grid points a point is binned to, weighted like the binning itself:
    # so the surface sums to the total exactly
    inside: FloatArray = np.pad(frame.inside, blur.pad).astype(np.float64)
    mass_grid = blur.apply(inside).ravel() * frame.cell_m**2
    mass = np.maximum((mass_grid[corner] * share).sum(axis=0), _LEAST_MASS)
    corrected: FloatArray = share * (weight / mass)
    binned = np.bincount(corner.ravel(), weights=corrected.ravel(), minlength=inside.size)
    spread = blur.apply(np.asarray(binned, dtype=np.float64).reshape(inside.shape))
    p = blur.pad
    return np.maximum(spread[p:-p, p:-p], 0.0)  # rounding of the FFT may leave −1e−20


def _stamp(bandwidth_m: float, cell_m: float, reach: int) -> FloatArray:
    """Return the kernel at cell distances, scaled so that its cells sum to volume 1."""
    step = np.arange(-reach, reach + 1) * cell_m
    distance2: FloatArray = step[:, None] ** 2 + step[None, :] ** 2
    stamp = kernel(distance2, bandwidth_m)
    return np.asarray(stamp / (stamp.sum() * cell_m**2))


class _Blur:
    """Convolution with one stamp on a grid padded so that nothing wraps round."""

    def __init__(self, frame: _Frame, reach: int, stamp: FloatArray) -> None:
        from scipy import fft

        self.pad = 1
        rows, cols = frame.shape
        self._shape = (rows + 2 * self.pad, cols + 2 * self.pad)
        self._reach = reach
        self._size = tuple(fft.next_fast_len(s + 2 * reach, real=True) for s in self._shape)
        self._stamp = fft.rfft2(stamp, self._size)

    def apply(self, grid: FloatArray) -> FloatArray:
        """Return the blurred grid, same shape."""
        from scipy import fft

        full = fft.irfft2(fft.rfft2(grid, self._size) * self._stamp, self._size)
        rows, cols = self._shape
        return np.asarray(full[self._reach : self._reach + rows, self._reach : self._reach + cols])


def _bilinear(frame: _Frame, xy: FloatArray, pad: int) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the four surrounding cells (flat, in the padded grid) and their shares, each of shape ``(4, n)``."""
    cols = frame.shape[1] + 2 * pad
    u = (xy[:, 0] - frame.x_min) / frame.cell_m - 0.5 + pad
    v = (xy[:, 1] - frame.y_min) / frame.cell_m - 0.5 + pad
    i, j = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    a, b = u - i, v - j
    corner = np.stack([j * cols + i, j * cols + i + 1, (j + 1) * cols + i, (j + 1) * cols + i + 1])
    share = np.stack([(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b])
    return corner, share


def _exact(
    frame: _Frame, xy: FloatArray, weight: FloatArray, bandwidth_m: float, tick: Callable[[float], None]
) -> FloatArray:
    """Return the density per m² as the direct sum over points at every cell centre."""
    rows, cols = frame.shape
    reach = math.ceil(bandwidth_m / frame.cell_m) + 1
    step = np.arange(-reach, reach + 1)
    flat = np.zeros(rows * cols + 1)  # one more cell swallows what falls outside the grid
    inside = np.append(frame.inside.ravel(), False)
    for start in range(0, len(xy), _CHUNK):
        part = xy[start : start + _CHUNK]
        i = np.floor((part[:, 0] - frame.x_min) / frame.cell_m).astype(np.int64)[:, None] + step
        j = np.floor((part[:, 1] - frame.y_min) / frame.cell_m).astype(np.int64)[:, None] + step
        dx = frame.x_min + (i + 0.5) * frame.cell_m - part[:, :1]
        dy = frame.y_min + (j + 0.5) * frame.cell_m - part[:, 1:]
        value = kernel(dy[:, :, None] ** 2 + dx[:, None, :] ** 2, bandwidth_m)
        is_in = ((j >= 0) & (j < rows))[:, :, None] & ((i >= 0) & (i < cols))[:, None, :]
        cell = np.where(is_in, j[:, :, None] * cols + i[:, None, :], rows * cols)
        volume = value.sum(axis=(1, 2))
        mass = np.maximum((value * inside[cell]).sum(axis=(1, 2)) / volume, _LEAST_MASS)
        scale = weight[start : start + _CHUNK] / (mass * volume * frame.cell_m**2)
        flat += np.bincount(cell.ravel(), weights=(value * scale[:, None, None]).ravel(), minlength=len(flat))
        tick(0.3 + 0.7 * min(1.0, (start + _CHUNK) / len(xy)))
    return flat[:-1].reshape(rows, cols)


def _respondents(frame: _Frame, xy: FloatArray, bandwidth_m: float) -> NDArray[np.int64]:
    """Return how many respondents stand within half a bandwidth of each cell (its disclosure cell).

    Every one of them gives the cell at least 56 % of its kernel's peak, so no single answer can be read from a cell
    with several. Respondents count from the middle of their own grid cell.
    """
    if len(xy) == 0:
        return np.zeros(frame.shape, dtype=np.int64)
    reach = max(1, math.floor(bandwidth_m / 2 / frame.cell_m))
    step = np.arange(-reach, reach + 1) * frame.cell_m
    disc: FloatArray = np.hypot(step[:, None], step[None, :]) <= bandwidth_m / 2
    blur = _Blur(frame, reach, disc)
    i = np.floor((xy[:, 0] - frame.x_min) / frame.cell_m).astype(np.int64) + blur.pad
    j = np.floor((xy[:, 1] - frame.y_min) / frame.cell_m).astype(np.int64) + blur.pad
    cols = frame.shape[1] + 2 * blur.pad
    size = (frame.shape[0] + 2 * blur.pad) * cols
    count: FloatArray = np.bincount(j * cols + i, minlength=size).astype(np.float64).reshape(-1, cols)
    near = blur.apply(count)
    p = blur.pad
    return np.rint(near[p:-p, p:-p]).astype(np.int64)
