"""Demand density as a value: what it is of, in which unit, on which cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray


class HeatMode(StrEnum):
    """What a surface tells."""

    DENSITY = "density"
    DIFFERENCE = "difference"  # the first subject less the second, per hectare
    RATIO = "ratio"  # of the first subject, for 100 of the second


@dataclass(frozen=True, slots=True)
class HeatGrid:
    """A kernel density surface.

    Attributes
    ----------
    values
        Density per hectare, shape ``(rows, cols)``, row 0 at ``y_min`` (south); NaN outside the study area.
    respondents
        Number of answers (or inhabited buildings) whose kernel centre falls into each *disclosure cell*, same shape.
    x_min, y_min, cell_m
        Lower-left corner and cell size, metres in the project's CRS.
    unit
        Translated unit words, such as "people per hectare".
    levels
        Class limits of legend, screen and print, ascending; the colour ramp has ``len(levels) - 1`` classes.
    total
        People, or the summed weight of answers, behind the surface.
    count
        Answers (or inhabited features) behind the surface, each counted once whatever its weight.
    outside, outside_count
        The same of those outside the study area, who are not on the surface.
    """

    values: NDArray[np.float64]
    respondents: NDArray[np.int64]
    x_min: float
    y_min: float
    cell_m: float
    bandwidth_m: float
    unit: str
    levels: tuple[float, ...]
    total: float  # people or weighted answers behind the surface
    notes: tuple[str, ...] = ()
    suppressed_below: int = 0  # k of the suppression applied to values; 0: none applied
    count: int = 0
    error_share: float = 0.0
    """Bound of the error of binning as a share of the peak; 0 for the exact sum."""
    mode: HeatMode = HeatMode.DENSITY
    outside: float = 0.0
    outside_count: int = 0

    def is_thin(self, least: int) -> NDArray[np.bool_]:
        """Return where fewer than ``least`` respondents stand behind the surface, same shape."""
        return np.asarray(np.isfinite(self.values) & (self.respondents < least))


@dataclass(frozen=True, slots=True)
class CellClass:
    """One class of a cell map: its words, colour, and whether it is hatched (too few answers to rely on)."""

    words: str
    colour: str
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class CellMap:
    """Values gathered by hexagon, grid cell or building, in classes.

    Attributes
    ----------
    geometry
        Polygons in the project's CRS, shape ``(n,)``.
    values
        Value per cell, NaN where it is hidden, shape ``(n,)``.
    respondents
        How many answers or inhabited buildings stand behind each cell, shape ``(n,)``.
    class_of
        Index into ``classes``, −1 where nothing is painted, shape ``(n,)``.
    side
        Of a map of two subjects: the number of classes of each; class index = row · side + column; 0 otherwise.
    hidden
        Number of cells hidden because too few stand behind them, those hidden with them included.
    apart
        How many answers or inhabited buildings lie in the study area but in no cell.
    """

    title: str
    unit: str
    geometry: ObjectArray
    values: NDArray[np.float64]
    respondents: NDArray[np.int64]
    class_of: NDArray[np.int16]
    classes: tuple[CellClass, ...]
    side: int = 0
    axes: tuple[str, str] = ("", "")
    hidden: int = 0
    notes: tuple[str, ...] = ()
    apart: int = 0
