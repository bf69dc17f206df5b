"""Paper sizes and the type that belongs on them: large print, in millimetres and points."""

from __future__ import annotations

from dataclasses import dataclass

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError

DPI = 1200
"""Resolution of the PDF's coordinates: one unit is 0.021 mm."""


def mm(length: float) -> float:
    """Return millimetres in device units of the PDF."""
    return length * DPI / 25.4


def pt(size: float) -> float:
    """Return points in device units of the PDF."""
    return size * DPI / 72


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in landscape. Lengths in millimetres, type in points.

    ``body`` is the usual and the least size of what residents read: 14 pt at least on A3, 12 pt on A4.
    ``side`` is the width of the column of words; inside its boxes a bar of 100 mm must have room.
    """

    name: str
    width: float
    height: float
    margin: float
    side: float
    gap: float
    title: tuple[float, float]
    subtitle: float
    body: tuple[float, float]
    headline: float
    small: float
    footer: float
    strip: tuple[float, float]  # least and greatest height of the row below the map
    reply: float  # width of the reply box when it stands below the map
    map_unit: float  # how much larger than on screen the map's symbols are
    is_compact: bool  # the small sheet needs its column for words: the scale stands on the map, headings go
    factor: float = 1.0  # how much larger strokes, gaps and corners are than on A3
    is_elder: bool = False  # large print: fewer words beside the map, the others on pages of their own

    def mm(self, length: float) -> float:
        """Return device units of strokes, gaps and pads, which grow with the paper."""
        return mm(length) * self.factor

    @property
    def legend(self) -> float:
        """Return the share of the body size that legend and small words have."""
        return 1.0 if self.is_elder else 0.94

    @property
    def head(self) -> float:
        """Return the height of title and subtitle."""
        return (self.title[0] + self.subtitle) * 0.3528 * 1.36 + 3

    @property
    def foot(self) -> float:
        """Return the height of the footer."""
        return self.footer * 0.3528 * 1.36 * (3.2 if self.is_elder else 2) + 3.5

    @property
    def least_map(self) -> float:
        """Return how high a map is at least: half the page."""
        return self.height * 0.5


A1 = Paper(
    "A1", 841, 594, 24, 252, 16, (58, 40), 30, (34, 28), 92, 24, 20, (32, 124), 224, 2.4, is_compact=False, factor=2.0
)  # fmt: skip
A3 = Paper(
    "A3", 420, 297, 12, 126, 8, (28, 19), 15, (16.5, 14), 44, 11.5, 10, (16, 62), 112, 1.3, is_compact=False
)
A4 = Paper(
    "A4", 297, 210, 9, 118, 5, (21, 15), 12, (13.5, 12), 30, 9.5, 8.5, (13, 44), 78, 1.1, is_compact=True
)
A3_ELDER = Paper(
    "A3-elder", 420, 297, 12, 150, 8, (32, 24), 18, (22, 18), 52, 16, 16, (20, 62), 140, 2.0,
    is_compact=False, is_elder=True,
)  # fmt: skip
A4_ELDER = Paper(
    "A4-elder", 297, 210, 9, 118, 5, (26, 20), 16, (18, 16), 40, 16, 16, (16, 44), 118, 2.0,
    is_compact=True, is_elder=True,
)  # fmt: skip
PAPERS = {p.name: p for p in (A3, A4, A1, A3_ELDER, A4_ELDER)}


def paper_named(name: str) -> Paper:
    """Return a paper by its name; raise RequestError for one we do not print."""
    found = {known.lower(): paper for known, paper in PAPERS.items()}.get(name.lower())
    if found is None:
        raise RequestError(
            tr("Paper “{name}” is not known: choose {known}.", name=name, known=tr(", ").join(PAPERS))
        )
    return found
