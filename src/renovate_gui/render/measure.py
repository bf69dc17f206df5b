"""Reading a written PDF again: pages, paper size, check bar, map frames, and whether every font travels inside.

What is measured is painted first on each page, so that only the beginning of a page's drawing is read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POINT_MM = 25.4 / 72
_HEAD_BYTES = 32_000
"""The measured strokes are painted first; the whole page is read only when the bar is not found here."""

Matrix = tuple[float, float, float, float, float, float]
Stroke = tuple[float, float, float, float]
"""x0, y0, x1, y1 in millimetres from the lower left corner of the page."""

_TOKEN = re.compile(
    rb"((?:-?[\d.]+\s+){6}cm|(?:-?[\d.]+\s+){4}re|(?:-?[\d.]+\s+){2}[ml]|(?<![^\s])(?:[qQSsBbn]|[fF]\*?)(?=\s))"
)


@dataclass(frozen=True, slots=True)
class MeasuredPdf:
    """What the file says, lengths in mm.

    Attributes
    ----------
    page_mm
        Size of the first page.
    bar_mm
        Length of each page's check bar, 0 where none is found.
    sizes_mm
        Size of every page.
    strokes
        Level and upright strokes of each page, as far as it was read.
    loose_fonts
        Names of fonts that are used and not embedded.
    """

    pages: int
    page_mm: tuple[float, float]
    bar_mm: tuple[float, ...]
    sizes_mm: tuple[tuple[float, float], ...] = ()
    strokes: tuple[tuple[Stroke, ...], ...] = ()
    loose_fonts: tuple[str, ...] = ()


def measure_pdf(path: Path, *, zone_mm: tuple[float, float]) -> MeasuredPdf:
    """Return sizes read from the file's own drawing operators.

    Parameters
    ----------
    zone_mm
        Lowest and highest distance of the check bar from the lower page edge; the longest level stroke in between is
        taken as the bar.
    """
    import pikepdf

    with pikepdf.open(path) as pdf:
        sizes, bars, strokes = [], [], []
        loose: dict[str, None] = {}
        for page in pdf.pages:
            box = [float(v) for v in page.mediabox]
            sizes.append(((box[2] - box[0]) * POINT_MM, (box[3] - box[1]) * POINT_MM))
            bar, found = _bar_of(page, zone_mm)
            bars.append(bar)
            strokes.append(found)
            loose |= dict.fromkeys(_loose_fonts(page))
        return MeasuredPdf(len(sizes), sizes[0], tuple(bars), tuple(sizes), tuple(strokes), tuple(loose))


def _bar_of(page: Any, zone_mm: tuple[float, float]) -> tuple[float, tuple[Stroke, ...]]:
    found: tuple[Stroke, ...] = ()
    for whole in (False, True):
        found = tuple(_strokes(_content(page, whole=whole)))
        low, high = zone_mm
        level = [abs(x1 - x0) for x0, y0, x1, y1 in found if abs(y1 - y0) < 0.02 and low <= y0 <= high]
        if level:
            return max(level), found
    return 0.0, found


def _content(page: Any, *, whole: bool) -> bytes:
    """Return a page's drawing, or its beginning without unpacking the rest."""
    import pikepdf

    content = page.obj.get("/Contents")
    if isinstance(content, pikepdf.Array):
        page.contents_coalesce()
        content = page.obj.Contents
    if whole:
        return bytes(content.read_bytes())
    if content.get("/Filter") == pikepdf.Name.FlateDecode and "/DecodeParms" not in content:
        return zlib.decompressobj().decompress(content.read_raw_bytes(), _HEAD_BYTES)
    return bytes(content.read_bytes())[:_HEAD_BYTES]


def _strokes(content: bytes) -> Iterator[Stroke]:
    """Yield the level and upright lines that are stroked."""
    matrix: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    stack: list[Matrix] = []
    at = (0.0, 0.0)
    pending: list[Stroke] = []
    for found in _TOKEN.finditer(content):
        *numbers, operator = found[0].split()
        if operator == b"q":
            stack.append(matrix)
        elif operator == b"Q":
            matrix = stack.pop() if stack else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        elif operator == b"cm":
            matrix = _times(tuple(map(float, numbers)), matrix)
        elif operator == b"re":
            pending += _sides([float(n) for n in numbers], matrix)
        elif operator in {b"m", b"l"}:
            to = _place(float(numbers[0]), float(numbers[1]), matrix)
            if operator == b"l" and min(abs(to[0] - at[0]), abs(to[1] - at[1])) < 0.02:
                pending.append((*at, *to))
            at = to
        else:
            if operator in {b"S", b"s", b"B", b"b"}:
                yield from pending
            pending = []


def _sides(box: list[float], matrix: Matrix) -> list[Stroke]:
    x, y, width, height = box
    corners = [
        _place(x + dx, y + dy, matrix) for dx, dy in ((0, 0), (width, 0), (width, height), (0, height))
    ]
    return [(*a, *b) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True)]


def _times(m: tuple[float, ...], n: Matrix) -> Matrix:
    a, b, c, d, e, f = m
    return (
        a * n[0] + b * n[2], a * n[1] + b * n[3], c * n[0] + d * n[2], c * n[1] + d * n[3],
        e * n[0] + f * n[2] + n[4], e * n[1] + f * n[3] + n[5],
    )  # fmt: skip


def _place(x: float, y: float, m: Matrix) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4]) * POINT_MM, (m[1] * x + m[3] * y + m[5]) * POINT_MM


def has_stroke(strokes: Sequence[Stroke], wanted: Stroke, tolerance_mm: float) -> bool:
    """Return whether a stroke runs between two points, in either direction."""
    a, b, c, d = wanted
    ways = ((a, b, c, d), (c, d, a, b))
    return any(
        all(abs(s - w) <= tolerance_mm for s, w in zip(found, way, strict=True))
        for found in strokes
        for way in ways
    )


def nearest_length(strokes: Sequence[Stroke], wanted: Stroke) -> float:
    """Return the length of the stroke whose beginning is nearest to where a level one should begin; 0 without any."""
    level = [s for s in strokes if abs(s[1] - s[3]) < 0.02 and abs(s[1] - wanted[1]) < 0.5]
    near = [s for s in level if abs(min(s[0], s[2]) - min(wanted[0], wanted[2])) < 0.5]
    long = abs(wanted[2] - wanted[0])
    return min((abs(s[2] - s[0]) for s in near), key=lambda found: abs(found - long), default=0.0)


def _loose_fonts(page: Any) -> list[str]:
    """Return the fonts of a page that have no font file inside."""
    resources = page.obj.get("/Resources", {})
    loose = []
    for font in resources.get("/Font", {}).values():
        inner = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
        described = inner.get("/FontDescriptor", {})
        if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            loose.append(str(font.get("/BaseFont", "?")))
    return loose


def name_language(path: Path, language: str) -> None:
    """Write the document's language into the file, so that it is read aloud in the right tongue, and show its title."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        say_language(pdf, language)
        pdf.save(path)


def say_language(pdf: Any, language: str) -> None:
    """Write the language into an open document, and take out who made it."""
    import pikepdf

    pdf.Root.Lang = pikepdf.String("zh-CN" if language == "zh_CN" else language)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    if "/Author" in pdf.docinfo:
        del pdf.docinfo["/Author"]
