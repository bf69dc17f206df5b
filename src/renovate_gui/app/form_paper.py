"""The papers of a comment form, mm, and what it says: what its layout is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from renovate_gui.app.form_blocks import Asked
from renovate_gui.domain.form import CORNER_MM, Box
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.questions import Questions
from renovate_gui.domain.scene import Scene

EDGE = 10.0
"""From the page's edge to the corner marks: printers leave 5 mm white, copiers a little more."""
CODE_MM = 30.0
"""Side of the QR code; with 41 modules at most each is 0.73 mm, three dots of a scan at 100 dpi."""
CODE_GAP = 4.2
"""From the code's lower edge to the middle of the words below it."""
BAR_MM = 100.0
WHITE = 3.5  # white around code and corner marks


@dataclass(frozen=True, slots=True)
class FormPaper:
    """A paper with the places of its regions, mm; type in points."""

    name: str
    width: float
    height: float
    title: float
    subtitle: float
    until: float
    map_box: Box
    table: Box
    map_unit: float

    @property
    def inner(self) -> float:
        """Return the left edge of what stands between the corner marks."""
        return EDGE + CORNER_MM + WHITE

    @property
    def code(self) -> Box:
        """Return where the code stands."""
        return Box(self.width - self.inner - CODE_MM, EDGE - 1.0, CODE_MM, CODE_MM)

    @property
    def corners(self) -> tuple[Box, Box, Box, Box]:
        """Return the four corner marks, clockwise from the upper left."""
        right, foot = self.width - EDGE - CORNER_MM, self.height - EDGE - CORNER_MM
        at = ((EDGE, EDGE), (right, EDGE), (right, foot), (EDGE, foot))
        return (
            Box(*at[0], CORNER_MM, CORNER_MM),
            Box(*at[1], CORNER_MM, CORNER_MM),
            Box(*at[2], CORNER_MM, CORNER_MM),
            Box(*at[3], CORNER_MM, CORNER_MM),
        )


A3 = FormPaper("A3", 420, 297, 24, 12.5, 15, Box(10, 56, 226, 217), Box(244, 54, 166, 220), 1.15)
A4 = FormPaper("A4", 210, 297, 19, 11, 13.5, Box(10, 58, 190, 103), Box(10, 164, 190, 110), 1.0)
FORM_PAPERS = {"A3": A3, "A4": A4}


@dataclass(frozen=True, slots=True)
class FormWords:
    """What a form says.

    Attributes
    ----------
    asked
        The open proposals in order.
    extent, crs
        What the map shows, metres in the project's coordinate system.
    base
        The pale map, the same on all sides.
    marks
        Returns the proposals to lie on it, some numbers emphasised.
    """

    package: Uuid
    version: int
    community: str
    date: str
    until: str
    contact: str
    seal: str
    attribution: str
    scenario: str
    language: str
    asked: tuple[Asked, ...]
    questions: Questions
    extent: tuple[float, float, float, float]
    crs: str
    base: Scene
    marks: Callable[[frozenset[int]], Scene]
