"""Demand density as a value: what it is of, in which unit, on which cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
