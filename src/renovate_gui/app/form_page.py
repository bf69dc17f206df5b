"""What a printed comment form is made of: words, lines and boxes in millimetres, its map, and the stamps of each copy."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from renovate_gui.domain.form import Box, FormField, FormSheet
from renovate_gui.domain.scene import Scene


class Align(StrEnum):
    """Where a line of words stands at its place."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; ``y`` is the middle of its height, ``size`` is in points, ``width`` (mm) what it takes."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    quiet: bool = False
    align: Align = Align.LEFT
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line, ``thick`` in millimetres."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float = 0.3


@dataclass(frozen=True, slots=True)
class Outline:
    """The edge of a box; the line's middle runs along it."""

    box: Box
    thick: float = 0.5


@dataclass(frozen=True, slots=True)
class Badge:
    """White figures on black: a disc around a proposal's number, a square around a section's letter."""

    x: float
    y: float
    radius: float
    text: str
    is_round: bool = True


@dataclass(slots=True)
class Drawing:
    """What stands on one side; blocks add to it."""

    words: list[Words] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    badges: list[Badge] = field(default_factory=list)
    fields: list[FormField] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FormSide:
    """One side of a form as it is painted, without the code.

    Attributes
    ----------
    marks
        The proposals that lie on the form's map; None on a side without a map.
    map_unit
        How much larger than on screen the map's symbols are.
    bar
        The check bar: a level line of 100 mm.
    """

    sheet: FormSheet
    words: tuple[Words, ...]
    strokes: tuple[Stroke, ...]
    outlines: tuple[Outline, ...]
    badges: tuple[Badge, ...]
    bar: Stroke
    marks: Scene | None = None
    map_unit: float = 1.0


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A blank form: its sides without codes, over one map."""

    sides: tuple[FormSide, ...]
    base: Scene
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one side of one copy carries beyond the blank form.

    Attributes
    ----------
    side
        Index of the blank side, from 0.
    code
        Where the QR code stands; ``modules`` are its rows, True is black, without the white border.
    """

    side: int
    code: Box
    modules: tuple[tuple[bool, ...], ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class StampedForm:
    """Copies of a blank form, each side with its own code."""

    blank: bytes
    stamps: tuple[Stamp, ...]
    title: str
    language: str
