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

from renovate_gui.analysis.heat_grid import (
    CELLS_PER_BANDWIDTH,
    LEAST_MASS,
    Frame,
    HeatPlan,
    cell_size_m,
    counted_near,
    density,
    heat_plan,
    kernel,
)
from renovate_gui.domain.heat import HeatGrid

__all__ = ["CELLS_PER_BANDWIDTH", "HeatInput", "cell_size_m", "heat_surface", "kernel", "round_levels"]

FloatArray = NDArray[np.float64]

M2_PER_HECTARE = 10_000.0

_CHUNK = 2_000  # points per block of the exact sum


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


def heat_surface(
    given: HeatInput,
    *,
    unit: str,
    is_exact: bool = False,
    suppress_below: int = 0,
    notes: tuple[str, ...] = (),
    step: Callable[[float], None] | None = None,
    plan: HeatPlan | None = None,
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
    plan
        The plan of this area, bandwidth and exactness, when it is at hand.
    """
    plan = plan or heat_plan(given.area, given.bandwidth_m, is_exact=is_exact)
    frame = plan.frame
    xy, weight = _usable(given)
    tick = step or (lambda _fraction: None)
    fast = density(plan, xy, weight)
    tick(0.3)
    fast[~frame.inside] = 0.0
    peak = float(fast.max(initial=0.0)) * M2_PER_HECTARE  # the legend never depends on the method
    values = _exact(frame, xy, weight, given.bandwidth_m, tick) if is_exact else fast
    values *= M2_PER_HECTARE
    values[~frame.inside] = np.nan
    # every respondent within half a bandwidth gives the cell at least 56 % of its kernel's peak, so no single answer
    # can be read from a cell with several
    respondents = counted_near(frame, xy, given.bandwidth_m / 2)
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
        error_share=0.0 if is_exact else plan.error_share,
    )


def _usable(given: HeatInput) -> tuple[FloatArray, FloatArray]:
    """Return points and weights that count: inside the area and with a weight above zero."""
    xy, weight = given.xy, given.weight
    good = np.isfinite(weight) & (weight > 0)
    if not good.all():
        xy, weight = xy[good], weight[good]
    if len(xy) == 0 or given.area.contains(shapely.box(*_bounds(xy))):
        return xy, weight
    shapely.prepare(given.area)
    inside = shapely.contains_xy(given.area, xy[:, 0], xy[:, 1])
    return xy[inside], weight[inside]


def _bounds(xy: FloatArray) -> tuple[float, float, float, float]:
    x, y = xy[:, 0], xy[:, 1]
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


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


def _exact(
    frame: Frame, xy: FloatArray, weight: FloatArray, bandwidth_m: float, tick: Callable[[float], None]
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
        mass = np.maximum((value * inside[cell]).sum(axis=(1, 2)) / volume, LEAST_MASS)
        scale = weight[start : start + _CHUNK] / (mass * volume * frame.cell_m**2)
        flat += np.bincount(cell.ravel(), weights=(value * scale[:, None, None]).ravel(), minlength=len(flat))
        tick(0.3 + 0.7 * min(1.0, (start + _CHUNK) / len(xy)))
    return flat[:-1].reshape(rows, cols)
