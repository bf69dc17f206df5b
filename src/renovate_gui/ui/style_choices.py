"""Pure changes of styles behind the style editor: ramps, one property for all classes, labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from renovate_gui.domain.style import LabelStyle, Style, StyleClass, Symbol

RAMPS: dict[str, tuple[str, ...]] = {
    # sequential ramps run from pale to dark, so that they stay ordered on a photocopy
    "teal": ("#E2F2F2", "#8CC9CC", "#3E9AA2", "#0E6F78", "#083F45"),
    "blue": ("#E6EEF7", "#A9C7E6", "#5E97CC", "#2C669F", "#173A5E"),
    "green": ("#EAF4E6", "#B4DBA6", "#6FB36B", "#33803F", "#164A22"),
    "orange": ("#FFF1DC", "#FDCB8B", "#F59A45", "#CF6413", "#7E3706"),
    "red": ("#FDE9E1", "#F7B79F", "#E57B5E", "#BF4128", "#74200F"),
    "purple": ("#F1EAF5", "#CDB4DB", "#A47DBC", "#754B93", "#43245B"),
    "grey": ("#F2F4F6", "#CBD1D8", "#98A2AE", "#636E7B", "#323A44"),
    # Okabe and Ito's palette, told apart by colour-blind eyes
    "mixed": ("#0E7C86", "#E69F00", "#9B5FB5", "#56B4E9", "#D55E00", "#009E73", "#F0C800", "#B8BFC9"),
}


def ramp_colours(name: str, count: int) -> tuple[str, ...]:
    """Return ``count`` colours of a ramp; the mixed palette repeats, the others are interpolated."""
    stops = RAMPS[name]
    if name == "mixed":
        return tuple(stops[i % len(stops)] for i in range(count))
    if count == 1:
        return (stops[len(stops) // 2],)
    return tuple(_between(stops, i / (count - 1)) for i in range(count))


def _between(stops: tuple[str, ...], share: float) -> str:
    place = share * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    part = place - low
    first, second = _rgb(stops[low]), _rgb(stops[low + 1])
    mixed = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return "#" + "".join(f"{c:02X}" for c in mixed)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def coloured(style: Style, ramp: str, shape: str) -> Style:
    """Return the style with a ramp over its classes: lines take it as stroke, the rest as fill."""
    colours = ramp_colours(ramp, len(style.classes))
    classes = (with_colour(c, colour, shape) for c, colour in zip(style.classes, colours, strict=True))
    return replace(style, classes=tuple(classes))


def with_colour(entry: StyleClass, colour: str, shape: str) -> StyleClass:
    """Return a class in another colour."""
    symbol = replace(entry.symbol, stroke=colour) if shape == "line" else replace(entry.symbol, fill=colour)
    return replace(entry, symbol=symbol)


def colour_of(symbol: Symbol, shape: str) -> str:
    """Return the colour that carries a symbol's meaning."""
    return (symbol.stroke if shape == "line" else symbol.fill) or "#888888"


def for_all(style: Style, change: Callable[[Symbol], Symbol]) -> Style:
    """Return the style with one change to every symbol."""
    return replace(style, classes=tuple(replace(c, symbol=change(c.symbol)) for c in style.classes))


def with_class(style: Style, place: int, entry: StyleClass) -> Style:
    """Return the style with one class replaced."""
    classes = list(style.classes)
    classes[place] = entry
    return replace(style, classes=tuple(classes))


def labelled(style: Style, column: str | None, max_scale: float) -> Style:
    """Return the style with labels from a column shown at 1:``max_scale`` and closer, or without labels."""
    if column is None:
        return replace(style, label=None)
    before = style.label
    label = LabelStyle(column) if before is None else replace(before, column=column)
    return replace(style, label=replace(label, max_scale=max_scale))


_TELLING = range(2, 13)
"""So many different values make categories that a legend can hold."""


def telling_column(columns: Mapping[str, NDArray[Any]]) -> str | None:
    """Return the first column of words with a few different values; None when there is none."""
    for name, values in columns.items():
        if values.dtype == object and len({v for v in values.tolist() if v is not None}) in _TELLING:
            return name
    return None
