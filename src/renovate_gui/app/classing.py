"""Classes of a column: categories and graded classes for a look, and which class each value falls into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerTable
from renovate_gui.domain.style import Style, StyleClass, StyleKind, Symbol

MOST_CATEGORIES = 12

# Chosen greedily from Paul Tol's schemes by their smallest distance for normal, red-blind and green-blind eyes.
# The verdict colours (#009E73 #E69F00 #D55E00 #9B5FB5) are left out: on our maps they mean something.
CATEGORY_COLOURS = (
    "#4477AA", "#CCBB44", "#AA3377", "#99DDFF", "#7F6000", "#FFAABB",
    "#222255", "#77AADD", "#AAAA00", "#8C6BB1", "#5D4E37", "#2F4B7C",
)  # fmt: skip

OTHER_COLOUR = "#C3C8D0"

# one hue from light to dark (ColorBrewer YlGnBu, its quiet end): lightness alone orders the classes, so grey copies do too
RAMP = ("#EDF6E5", "#C7E6C4", "#8CCEBF", "#4DA9BD", "#2B78A8", "#22437F")


def category_key(value: object) -> str | None:
    """Return the text by which a value is compared with :attr:`StyleClass.value`; None for a missing one."""
    if value is None:
        return None
    if isinstance(value, float):
        if not np.isfinite(value):
            return None
        return str(int(value)) if value == int(value) else repr(float(value))
    text = str(value).strip()
    return text or None


def class_numbers(style: Style, table: LayerTable) -> NDArray[np.int16]:
    """Return which class of a style each feature falls into, −1 for none or a hidden class, shape ``(n,)``."""
    n = len(table)
    hidden = np.array([not c.is_visible for c in style.classes], dtype=bool)
    if style.kind is StyleKind.SINGLE or style.column is None or style.column not in table.columns:
        out = np.zeros(n, dtype=np.int16) if style.classes else np.full(n, -1, dtype=np.int16)
        if style.kind is not StyleKind.SINGLE:  # the column is gone: everything is "other"
            rest = [i for i, c in enumerate(style.classes) if c.value is None and c.lower is None]
            out[:] = rest[-1] if rest else -1
    elif style.kind is StyleKind.GRADUATED:
        out = _graded_numbers(style.classes, table.columns[style.column])
    else:
        out = _category_numbers(style.classes, table.columns[style.column])
    if len(hidden):
        out[(out >= 0) & hidden[out]] = -1
    return out


def _category_numbers(classes: Sequence[StyleClass], values: NDArray[Any]) -> NDArray[np.int16]:
    index = {c.value: i for i, c in enumerate(classes) if c.value is not None}
    rest = next((i for i, c in enumerate(classes) if c.value is None), -1)
    distinct: dict[Any, int] = {}
    out = np.empty(len(values), dtype=np.int16)
    for i, value in enumerate(values.tolist()):
        number = distinct.get(value)
        if number is None:
            key = category_key(value)
            number = rest if key is None else index.get(key, rest)
            if key is not None:  # NaN is never equal to itself: it would fill the dictionary
                distinct[value] = number
        out[i] = number
    return out


def _graded_numbers(classes: Sequence[StyleClass], values: NDArray[Any]) -> NDArray[np.int16]:
    out = np.full(len(values), -1, dtype=np.int16)
    if values.dtype.kind != "f":
        return out
    last = max((i for i, c in enumerate(classes) if c.lower is not None or c.upper is not None), default=-1)
    for i, c in enumerate(classes):
        if c.lower is None and c.upper is None:
            out[~np.isfinite(values)] = i  # the class of missing values
            continue
        low = -np.inf if c.lower is None else c.lower
        high = np.inf if c.upper is None else c.upper
        out[(values >= low) & ((values < high) | ((i == last) & (values == high)))] = i
    return out


def categorised_style(column: str, values: NDArray[Any], base: Symbol) -> Style:
    """Return a look by category: the most frequent ones get a colour each, the rest and missing ones one class."""
    counts: dict[str, int] = {}
    for value in values.tolist():
        key = category_key(value)
        if key is not None:
            counts[key] = counts.get(key, 0) + 1
    ranked = sorted(counts, key=lambda k: (-counts[k], k))
    kept = ranked[:MOST_CATEGORIES]
    found = [StyleClass(key, coloured(base, CATEGORY_COLOURS[i]), value=key) for i, key in enumerate(kept)]
    if len(ranked) > len(kept) or sum(counts.values()) < len(values) or not found:
        found.append(StyleClass(tr("Other"), coloured(base, OTHER_COLOUR)))
    return Style(StyleKind.CATEGORISED, column, tuple(found))


def graduated_style(column: str, values: NDArray[np.float64], base: Symbol, classes: int) -> Style:
    """Return a look by graded classes near the quantiles, with limits people can read; missing values get a class."""
    limits = quantile_limits(values[np.isfinite(values)], classes)
    count = len(limits) - 1
    shades = (
        [RAMP[round(i * (len(RAMP) - 1) / max(count - 1, 1))] for i in range(count)]
        if count > 1
        else [RAMP[3]]
    )
    words = _year_words if _are_years(values) else number_words
    found = [
        StyleClass(f"{words(low)} – {words(high)}", coloured(base, shade), lower=low, upper=high)
        for low, high, shade in zip(limits, limits[1:], shades, strict=False)
    ]
    if not np.isfinite(values).all():
        found.append(StyleClass(tr("No data"), coloured(base, OTHER_COLOUR)))
    return Style(StyleKind.GRADUATED, column, tuple(found))


def quantile_limits(values: NDArray[np.float64], classes: int) -> tuple[float, ...]:
    """Return ascending class limits near the quantiles, rounded to figures people can read; covers all values."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return (low, low)
    if high - low < 1e-9 * max(1.0, abs(low), abs(high)):
        return (low, high)  # no figure people can read lies between them
    raw = np.quantile(values, np.linspace(0, 1, classes + 1))
    step = _round_step((high - low) / classes / 4)
    decimals = 2 - int(np.floor(np.log10(step)))  # 0.1 + 0.2 is 0.3 to a reader
    first, last = (
        float(np.round(f(v / step) * step, decimals)) for f, v in ((np.floor, low), (np.ceil, high))
    )
    found = [min(first, low)]
    for quantile in raw[1:-1]:
        limit = float(np.round(np.round(quantile / step) * step, decimals))
        if found[-1] < limit < high and np.any((values >= found[-1]) & (values < limit)):
            found.append(limit)
    return (*found, max(last, high))


def _round_step(size: float) -> float:
    power = 10.0 ** np.floor(np.log10(size))
    return float(next(s * power for s in (1.0, 2.0, 5.0, 10.0) if s * power >= size * (1 - 1e-9)))


def number_words(value: float) -> str:
    """Return a class limit with thousands separators and no needless zeros."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.6g}"


def _are_years(values: NDArray[np.float64]) -> bool:
    known = values[np.isfinite(values)]
    return bool(np.all(known == np.round(known)) and known.min() >= 1500 and known.max() <= 2100)


def _year_words(value: float) -> str:
    return f"{value:.0f}"  # 1,980 is no year


def coloured(base: Symbol, colour: str) -> Symbol:
    """Return the symbol in another main colour: the fill of areas and points, the stroke of lines."""
    return replace(base, stroke=colour) if base.fill is None else replace(base, fill=colour)
