"""Answers and people gathered by hexagon or building, with the small ones hidden so that nobody can be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.layer import ObjectArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sums per cell.

    Attributes
    ----------
    total
        Summed weight, NaN where hidden, shape ``(n,)``.
    count
        Answers behind the sum, shape ``(n,)``.
    is_hidden
        Cells whose sum is not told, shape ``(n,)``.
    """

    total: FloatArray
    count: IndexArray
    is_hidden: NDArray[np.bool_]


def hexagons(area: BaseGeometry, width_m: float) -> ObjectArray:
    """Return hexagons (flat side to the right, ``width_m`` between flat sides) that meet an area, in the project's CRS.

    Centres lie on multiples of the width from the CRS's origin, so that two maps of one community have the same cells.
    """
    x0, y0, x1, y1 = area.bounds
    side = width_m / math.sqrt(3.0)
    rise = 1.5 * side
    rows = np.arange(math.floor(y0 / rise) - 1, math.ceil(y1 / rise) + 2)
    cols = np.arange(math.floor(x0 / width_m) - 1, math.ceil(x1 / width_m) + 2)
    row, col = np.meshgrid(rows, cols, indexing="ij")
    x = (col + 0.5 * (row % 2)) * width_m
    y = row * rise
    angle = np.radians(30.0 + 60.0 * np.arange(6))
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * side
    corners = np.stack([x.ravel(), y.ravel()], axis=1)[:, None, :] + ring[None, :, :]
    cells = np.asarray(shapely.polygons(corners), dtype=object)
    shapely.prepare(area)
    return cells[shapely.intersects(area, cells)]


def gather(cells: ObjectArray, xy: FloatArray, weight: FloatArray, *, hide_below: int) -> Gathered:
    """Return the sums of points by the cell they stand in (the first one where cells share a border).

    Parameters
    ----------
    weight
        Of each point; NaN (not known) adds nothing to the sum, yet the answer counts.
    hide_below
        Sums of fewer answers than this are hidden. When exactly one cell with answers would be hidden, the smallest
        shown one is hidden with it, because the total tells what is missing (complementary suppression). 0 hides none.
    """
    total, count = np.zeros(len(cells)), np.zeros(len(cells), dtype=np.int64)
    if len(xy) and len(cells):
        point, cell = shapely.STRtree(cells).query(shapely.points(xy), predicate="intersects")
        order = np.lexsort((cell, point))
        point, cell = point[order], cell[order]
        first = np.diff(point, prepend=-1) != 0  # none at all where nobody stands in a cell
        np.add.at(total, cell[first], np.nan_to_num(weight[point[first]]))
        np.add.at(count, cell[first], 1)
    hidden = too_few(count, hide_below)
    return Gathered(np.where(hidden, np.nan, total), count, hidden)


def too_few(count: IndexArray, least: int) -> NDArray[np.bool_]:
    """Return which cells are hidden: those with fewer than ``least`` answers (but some), and a companion for a single one."""
    hidden = (count > 0) & (count < least)
    if hidden.sum() == 1:
        shown = np.flatnonzero(count >= max(least, 1))
        if len(shown):
            hidden[shown[np.argmin(count[shown])]] = True
    return hidden


def thirds(values: FloatArray) -> tuple[IndexArray, tuple[float, float]]:
    """Return the third (0, 1, 2) that each value falls in, and the two limits; −1 where there is no value.

    Zeros form part of the lowest third; where limits coincide the middle third is empty rather than split at random.
    """
    good = np.isfinite(values)
    found = np.full(len(values), -1, dtype=np.int64)
    if not good.any():
        return found, (math.nan, math.nan)
    low, high = (float(v) for v in np.percentile(values[good], [100 / 3, 200 / 3]))
    found[good] = (values[good] > low).astype(np.int64) + (values[good] > high)
    return found, (low, high)
