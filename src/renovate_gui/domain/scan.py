"""What was read on a scanned form: whose sheet it is, what was ticked, drawn and written, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from renovate_gui.domain.form import SheetCode
from renovate_gui.domain.ids import Uuid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Four places in a picture (pixels, y downwards): upper left, upper right, lower right, lower left of the sheet."""


class TickState(StrEnum):
    """Whether a box was ticked."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"  # a person has to look


class PenColour(StrEnum):
    """The colour of a pen by its name."""

    RED = "red"
    ORANGE = "orange"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    DARK = "dark"  # black, pencil
    UNKNOWN = "unknown"  # the scan is grey


class ScanTrouble(StrEnum):
    """Why a sheet could not be read."""

    BLANK = "blank"
    NO_CODE = "no_code"
    FOREIGN = "foreign"
    UNKNOWN_PACKAGE = "unknown_package"
    OTHER_LAYOUT = "other_layout"
    NO_CORNERS = "no_corners"


class SheetState(StrEnum):
    """What became of a sheet."""

    TAKEN = "taken"  # counted, in a reply
    ASKS = "asks"  # something is unsure; it waits in the tray for a person
    FAILED = "failed"  # could not be read; it waits in the tray
    TWICE = "twice"  # the same picture or the same sheet came before; not counted again
    BLANK = "blank"  # nothing stands on it
    REFUSED = "refused"  # the file is no picture or PDF that can be opened
    DISCARDED = "discarded"  # a person laid it aside, with a reason


@dataclass(frozen=True, slots=True)
class Tick:
    """One box.

    Attributes
    ----------
    key
        The field's key (:attr:`renovate_gui.domain.form.FormField.key`).
    confidence
        0…1; a box that asks has at most 0.5.
    ink
        Share of the box's inside that is covered with ink, 0…1.
    """

    key: str
    state: TickState
    confidence: float
    ink: float = 0.0


@dataclass(frozen=True, slots=True)
class PenMark:
    """Something drawn on the map.

    Attributes
    ----------
    geometry
        Point, line or area in the project's CRS, metres.
    colour
        ``#RRGGBB`` as scanned, the paper's white taken out; empty on grey scans.
    width_mm
        Mean width of the stroke on the paper.
    """

    geometry: BaseGeometry
    colour: str
    pen: PenColour
    width_mm: float


@dataclass(frozen=True, slots=True)
class Crop:
    """Handwriting: a picture for people to read; ``ink`` is the share of the box that is covered."""

    key: str
    png: bytes
    ink: float


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What stands on one sheet.

    Attributes
    ----------
    corners
        Centres of the four corner marks in the picture that was read; computed where a mark is missing.
    corners_seen
        How many corner marks were found; 0 when a person set them.
    page
        The sheet straightened and upright, ``(height, width, 3)`` uint8, blue-green-red, 200 dots an inch.
    """

    code: SheetCode
    ticks: tuple[Tick, ...]
    marks: tuple[PenMark, ...]
    crops: tuple[Crop, ...]
    corners: Quad
    corners_seen: int
    page: NDArray[np.uint8]
    is_grey: bool = False

    @property
    def unsure(self) -> tuple[str, ...]:
        """Return the keys of boxes a person has to look at."""
        return tuple(t.key for t in self.ticks if t.state is TickState.UNSURE)


@dataclass(frozen=True, slots=True)
class ScanProblem:
    """Why a sheet was not read, in one sentence; ``code`` when at least that was read."""

    trouble: ScanTrouble
    reason: str
    code: SheetCode | None = None


@dataclass(frozen=True, slots=True)
class SheetOutcome:
    """What became of one sheet of a heap.

    Attributes
    ----------
    page
        Number of the page in the file, from 1; 0 when the whole file was refused.
    sheet
        The readable identity, empty when none was read.
    scan, reply
        The records it was kept in; empty when nothing was kept.
    """

    file: str
    page: int
    state: SheetState
    reason: str
    sheet: str = ""
    scan: Uuid | None = None
    reply: Uuid | None = None
