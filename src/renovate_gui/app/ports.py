"""What the app floor needs from the floors above, as protocols; ``bootstrap`` hands in the real parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from renovate_gui.app.form_page import PrintedForm, StampedForm
from renovate_gui.domain.chart import Chart
from renovate_gui.domain.layout import Layout
from renovate_gui.domain.scene import Scene


@dataclass(frozen=True, slots=True)
class SheetText:
    """A label and its words on a printed sheet ("What", "120 m² day care")."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table that fills a page: headings, rows of texts, relative widths of columns, and which columns are bold."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    bold: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexMap:
    """A small map: a scene that is quick to paint, and its extent (metres, project CRS)."""

    scene: Scene
    extent: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page: a map at true scale beside words.

    Attributes
    ----------
    number
        The proposal's number, 0 for general sheets.
    centre, scale
        Map centre in metres (project CRS) and scale denominator (1000 means 1:1000); scale 0: the smallest round
        scale that shows ``extent``.
    facts
        The questions a resident asks, answered.
    listed
        A numbered list, each entry a proposal's number and title; never shortened.
    headline
        One large figure with its words, or empty strings.
    photos
        PNG or JPEG bytes.
    charts
        Charts that fill the page instead of the map; map, facts and list are then left out.
    text
        Words that fill the page, in columns, instead of the map.
    beside
        A second map of the same extent, left of the first: how it is today; ``captions`` stand above the two.
    index
        A small map of the whole with the extent of this sheet in it.
    badge
        What is said of the standard's value ("checked", "not checked"), and whether it is checked.
    """

    title: str
    subtitle: str
    scene: Scene
    extent: tuple[float, float, float, float]
    number: int = 0
    scale: float = 0.0
    headline: tuple[str, str] = ("", "")
    facts: tuple[SheetText, ...] = ()
    paragraphs: tuple[SheetText, ...] = ()
    photos: tuple[tuple[str, bytes], ...] = ()
    doubt: str = ""
    listed: tuple[tuple[int, str], ...] = ()
    table: PrintedTable | None = None  # fills the page instead of the map
    charts: tuple[Chart, ...] = ()
    text: tuple[SheetText, ...] = ()
    beside: Scene | None = None
    captions: tuple[str, str] = ("", "")
    index: IndexMap | None = None
    badge: tuple[str, bool] = ("", False)


@dataclass(frozen=True, slots=True)
class Handout:
    """A document of sheets, all of one paper: ``A4``, ``A3``, ``A1`` (landscape), ``A4-elder``, ``A3-elder``.

    ``crs`` is that of the scenes (``EPSG:n``), so that the maps say where they are; empty: they do not.
    """

    sheets: tuple[Sheet, ...]
    paper: str
    title: str
    community: str
    version: int
    date: str
    reply_until: str
    contact: str
    attribution: str
    seal: str
    language: str
    crs: str = ""
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What the printer measured in the file it wrote; a file that is not as it should be is refused."""

    path: Path
    pages: int
    page_mm: tuple[float, float]
    bar_mm: tuple[float, ...]  # length of each page's 100 mm check bar as re-measured, mm
    missing_glyphs: str  # characters that no font at hand can draw
    scales: tuple[float, ...] = ()  # scale denominator of each map as re-measured, in the order of pages


class Printer(Protocol):
    """Paints scenes; implemented by ``render``."""

    def print_handout(self, handout: Handout, path: Path) -> PrintReport:
        """Write a vector PDF with embedded fonts and measure it again."""
        ...

    def print_form(self, form: PrintedForm, path: Path) -> PrintReport:
        """Write the blank sides of a comment form and measure them again."""
        ...

    def stamp_form(self, form: StampedForm, path: Path) -> PrintReport:
        """Write copies of a blank comment form, each side with its own code."""
        ...

    def paint_png(
        self, scene: Scene, path: Path, *, size: tuple[int, int], bbox: tuple[float, float, float, float]
    ) -> None:
        """Write a picture of the scene with legend, scale bar and attribution."""
        ...
