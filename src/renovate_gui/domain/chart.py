"""A chart as numbers and words: painted by the window and by print alike, so that both show the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LOW_RIGHT, HIGH_LEFT = "low right", "high left"
"""Corners of a chart that its curves leave free."""


@dataclass(frozen=True, slots=True)
class Line:
    """A curve; ``tone`` is its place in the palette, ``is_guide`` a thin grey line to compare with."""

    name: str
    x: FloatArray
    y: FloatArray
    tone: int = 0
    is_guide: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Columns side by side; ``edges`` has one more than ``heights``."""

    edges: FloatArray
    heights: FloatArray
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A dotted upright line at a value, with its words."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes
    ----------
    title, x_title, y_title
        Words in the reader's language.
    x_range, y_range
        Ends of the axes.
    sentence
        What the chart says, in one sentence.
    legend
        The corner where the names of the lines stand; empty: they need none.
    """

    title: str
    x_title: str
    y_title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bars, ...] = ()
    marks: tuple[Mark, ...] = ()
    sentence: str = ""
    legend: str = ""


def number_words(value: float, step: float) -> str:
    """Return an axis value with as many digits as its steps need."""
    digits = 0 if step >= 1.0 or step <= 0.0 else (1 if step >= 0.1 else 2)
    return f"{value:,.{digits}f}"


def marked(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return the values that stand at an axis, each with its words."""
    found = ticks(low, high)
    step = found[1] - found[0] if len(found) > 1 else 1.0
    return tuple((value, number_words(value, step)) for value in found)


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return round values (1, 2, 2.5 or 5 times a power of ten) between two ends, at most ``most`` of them."""
    if not (np.isfinite(low) and np.isfinite(high)) or high <= low:
        return (low,)
    rough = (high - low) / max(most - 1, 1)
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(float(m * power) for m in (1.0, 2.0, 2.5, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))
    first = int(np.ceil(low / step - 1e-9))
    last = int(np.floor(high / step + 1e-9))
    return tuple(i * step for i in range(first, last + 1))
