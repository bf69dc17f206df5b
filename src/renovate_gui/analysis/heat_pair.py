"""Two density surfaces on the same cells: what one has more of than the other, and how many of it for 100 of the other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.heat import HeatGrid, HeatMode

FloatArray = NDArray[np.float64]

PER = 100.0
"""A ratio is given for so many of the second subject."""

LEAST_SHARE = 0.02
"""Where the second subject is thinner than this share of its peak, a ratio would be noise and is left out."""

_STEPS = 4  # classes on each side of a difference


def compared(one: HeatGrid, two: HeatGrid, mode: HeatMode, *, unit: str) -> HeatGrid:
    """Return the difference or the ratio of two surfaces.

    Both must have the same cells and bandwidth: then the same error of edges and smoothing is in both, and a ratio is
    free of it (relative risk; Bithell 1990, Kelsall & Diggle 1995).

    Parameters
    ----------
    mode
        ``DIFFERENCE``: ``one − two`` per hectare. ``RATIO``: how many of ``one`` for 100 of ``two``.
    unit
        Unit words of the answer.
    """
    if one.values.shape != two.values.shape or one.cell_m != two.cell_m:
        raise ValueError("surfaces to compare need the same cells")
    values = one.values - two.values if mode is HeatMode.DIFFERENCE else _ratio(one.values, two.values)
    levels = _both_sides(values) if mode is HeatMode.DIFFERENCE else _upward(values)
    return replace(
        one,
        values=values,
        unit=unit,
        levels=levels,
        mode=mode,
        respondents=np.minimum(one.respondents, two.respondents),
        count=min(one.count, two.count),
        error_share=one.error_share + two.error_share,
        notes=tuple(dict.fromkeys((*one.notes, *two.notes))),
    )


def _ratio(one: FloatArray, two: FloatArray) -> FloatArray:
    floor = LEAST_SHARE * float(np.nanmax(two, initial=0.0))
    if not floor > 0:
        return np.full(one.shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(two >= floor, PER * one / two, np.nan)


def _both_sides(values: FloatArray) -> tuple[float, ...]:
    """Return class limits that mirror each other around 0, by the 98th percentile of what is there."""
    size = np.abs(values[np.isfinite(values)])
    top = float(np.percentile(size, 98)) if len(size) else 0.0
    if not top > 0:
        return (-1.0, 0.0, 1.0)
    step = rounded_up(top / _STEPS)
    return tuple(float(f"{step * i:.6g}") for i in range(-_STEPS, _STEPS + 1))


def _upward(values: FloatArray) -> tuple[float, ...]:
    """Return class limits from 0 to the 98th percentile."""
    good = values[np.isfinite(values)]
    top = float(np.percentile(good, 98)) if len(good) else 0.0
    if not top > 0:
        return (0.0, 1.0)
    step = rounded_up(top / (2 * _STEPS))
    return tuple(float(f"{step * i:.6g}") for i in range(2 * _STEPS + 1))


def rounded_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= value * (1 - 1e-9))
