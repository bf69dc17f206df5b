"""How a layer looks: values that are stored, edited, painted and printed alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Hatch(StrEnum):
    """Line patterns that carry the same meaning as a colour, for photocopies and colour-blind eyes."""

    NONE = "none"
    DIAGONAL = "diagonal"
    BACK_DIAGONAL = "back_diagonal"
    CROSS = "cross"
    HORIZONTAL = "horizontal"
    DOTS = "dots"


class Marker(StrEnum):
    """Shapes of point symbols."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    PLUS = "plus"  # a disc with a cross: services
    PIN = "pin"
    NUMBER = "number"  # a disc with Symbol.glyph inside
    CALLOUT = "callout"  # a speech bubble with the feature's label


@dataclass(frozen=True, slots=True)
class Symbol:
    """One look. Colours are ``#rrggbb``; sizes are device-independent pixels at 96 dpi (1 px = 0.2646 mm on paper)."""

    fill: str | None = "#C9CDD4"
    stroke: str | None = "#FFFFFF"
    stroke_px: float = 0.7
    dash: tuple[float, ...] = ()
    hatch: Hatch = Hatch.NONE
    hatch_colour: str = "#FFFFFF"
    marker: Marker = Marker.CIRCLE
    size_px: float = 8.0
    glyph: str = ""
    opacity: float = 1.0
    casing: str | None = None  # a wider line below a line, as streets have
    casing_px: float = 0.0


class StyleKind(StrEnum):
    """How a feature finds its class."""

    SINGLE = "single"
    CATEGORISED = "categorised"
    GRADUATED = "graduated"


@dataclass(frozen=True, slots=True)
class StyleClass:
    """A class of a style: its condition, its words in the legend, its look.

    ``value`` is the category's text (``None`` catches the rest); ``lower``/``upper`` bound a graduated class,
    lower inclusive, upper exclusive except in the last class.
    """

    label: str
    symbol: Symbol
    value: str | None = None
    lower: float | None = None
    upper: float | None = None
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """Which column is written beside features, and from which scale on (1:``max_scale`` and closer)."""

    column: str
    size_px: float = 11.0
    colour: str = "#1B2430"
    halo: str = "#FFFFFF"
    max_scale: float = 4000.0


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a layer."""

    kind: StyleKind = StyleKind.SINGLE
    column: str | None = None
    classes: tuple[StyleClass, ...] = field(default_factory=lambda: (StyleClass("", Symbol()),))
    label: LabelStyle | None = None
    opacity: float = 1.0
