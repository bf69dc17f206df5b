"""Reading a written PDF again: pages, paper size, and how long the check bar on paper really is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

POINT_MM = 25.4 / 72
_HEAD_BYTES = 120_000
"""The footer is painted first; the whole page is read only when the bar is not found here."""


@dataclass(frozen=True, slots=True)
class MeasuredPdf:
    """What the file says: number of pages, size of the first, length of each page's check bar (0: none found), mm."""

    pages: int
    page_mm: tuple[float, float]
    bar_mm: tuple[float, ...]


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
        box = [float(v) for v in pdf.pages[0].mediabox]
        size = ((box[2] - box[0]) * POINT_MM, (box[3] - box[1]) * POINT_MM)
        bars = tuple(_bar_of(pdf, page, zone_mm) for page in pdf.pages)
        return MeasuredPdf(len(pdf.pages), size, bars)


def _bar_of(pdf: Any, page: Any, zone_mm: tuple[float, float]) -> float:
    import pikepdf

    page.contents_coalesce()
    whole = page.Contents.read_bytes()
    cut = whole.rfind(b"\n", 0, _HEAD_BYTES) if len(whole) > _HEAD_BYTES else -1
    for part in (whole[:cut], whole) if cut > 0 else (whole,):
        found = _longest_level(pikepdf.parse_content_stream(pikepdf.Stream(pdf, part)), zone_mm)
        if found > 0:
            return found
    return 0.0


class _Tracer:
    """Follows the transform and the current point through a page's operators."""

    def __init__(self, zone_mm: tuple[float, float]) -> None:
        self._zone = zone_mm
        self._matrix = np.eye(3)
        self._stack: list[np.ndarray[Any, Any]] = []
        self._at = np.zeros(2)
        self._pending = 0.0
        self.longest = 0.0

    def step(self, operator: str, numbers: list[float]) -> None:
        """Take one operator."""
        if operator == "q":
            self._stack.append(self._matrix)
        elif operator == "Q":
            self._matrix = self._stack.pop() if self._stack else np.eye(3)
        elif operator == "cm":
            a, b, c, d, e, f = numbers
            self._matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ self._matrix
        elif operator == "m":
            self._at = self._place(numbers)
        elif operator == "l":
            self._line_to(self._place(numbers))
        elif operator in {"S", "s", "B", "b"}:
            self.longest, self._pending = max(self.longest, self._pending), 0.0
        elif operator in {"f", "F", "f*", "n"}:
            self._pending = 0.0

    def _place(self, numbers: list[float]) -> np.ndarray[Any, Any]:
        return (np.array([numbers[0], numbers[1], 1.0]) @ self._matrix)[:2] * POINT_MM

    def _line_to(self, end: np.ndarray[Any, Any]) -> None:
        is_level = abs(end[1] - self._at[1]) < 0.02
        if is_level and self._zone[0] <= end[1] <= self._zone[1]:
            self._pending = max(self._pending, float(abs(end[0] - self._at[0])))
        self._at = end


_WATCHED = frozenset({"q", "Q", "cm", "m", "l", "S", "s", "B", "b", "f", "F", "f*", "n"})


def _longest_level(instructions: Any, zone_mm: tuple[float, float]) -> float:
    tracer = _Tracer(zone_mm)
    for operands, operator in instructions:
        name = str(operator)
        if name in _WATCHED:
            tracer.step(name, [float(v) for v in operands])
    return tracer.longest


def name_language(path: Path, language: str) -> None:
    """Write the document's language into the file, so that it is read aloud in the right tongue, and show its title."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.Lang = pikepdf.String("zh-CN" if language == "zh_CN" else language)
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        if "/Author" in pdf.docinfo:
            del pdf.docinfo["/Author"]
        pdf.save(path)
