"""Text on a page: wrapped, shrunk to its least size, cut with an ellipsis at last; always real text, never outlines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextLayout, QTextOption

from renovate_gui.assets import current_language
from renovate_gui.render.fonts import font

LEADING = 1.36
"""Line distance in text sizes; Chinese needs more than Latin."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A wrapped text.

    Attributes
    ----------
    size
        Text size in device pixels.
    is_cut
        Whether words were left out at the end.
    """

    texts: tuple[str, ...]
    size: float
    bold: bool
    is_cut: bool = False

    @property
    def height(self) -> float:
        """Return the height in device pixels."""
        return len(self.texts) * self.size * LEADING


def wrap(text: str, width: float, size: float, *, bold: bool = False, most_lines: int = 10_000) -> Lines:
    """Return a text broken into lines no wider than ``width``; the last one ends in an ellipsis when there are more."""
    return _wrapped(text, width, size, bold, most_lines, current_language())


@lru_cache(maxsize=16384)
def _wrapped(text: str, width: float, size: float, bold: bool, most_lines: int, _language: str) -> Lines:  # noqa: FBT001
    """Do the work of :func:`wrap` once: columns are fitted by trying, the same words come again and again."""
    made = font(size, bold=bold)
    lines: list[str] = []
    for paragraph in text.replace("\r", "").split("\n"):
        lines.extend(_broken(paragraph, made_width=width, size=size, bold=bold))
    if len(lines) <= most_lines:
        return Lines(tuple(line.rstrip() for line in lines), size, bold)
    rest = "".join(lines[most_lines - 1 :]).rstrip()
    last = QFontMetricsF(made).elidedText(rest, Qt.TextElideMode.ElideRight, width)
    last = last if last.endswith("…") else f"{last[:-1]}…"
    return Lines((*(line.rstrip() for line in lines[: most_lines - 1]), last), size, bold, is_cut=True)


def _broken(paragraph: str, *, made_width: float, size: float, bold: bool) -> list[str]:
    layout = QTextLayout(paragraph, font(size, bold=bold))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(made_width)
        found.append(_units(paragraph, line.textStart(), line.textLength()))
    layout.endLayout()
    if found:
        found[-1] += "  "  # parts the paragraphs where a cut joins them; stripped elsewhere
    return found or [""]


def _units(text: str, start: int, length: int) -> str:
    """Return a part of a text by Qt's positions, which count UTF-16 units."""
    if text.isascii() or max(text, default="a") <= "\uffff":
        return text[start : start + length]
    return text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le", "replace")


def shrunk(
    text: str, width: float, sizes: tuple[float, float], *, bold: bool = False, most_lines: int = 1
) -> Lines:
    """Return the text at the largest size between ``sizes`` (largest, least) that needs no more than the lines given."""
    largest, least = sizes
    size = largest
    while size > least:
        trial = wrap(text, width, size, bold=bold)
        if len(trial.texts) <= most_lines:
            return trial
        size -= max((largest - least) / 8, 0.5)
    return wrap(text, width, least, bold=bold, most_lines=most_lines)


def paint_lines(painter: QPainter, lines: Lines, x: float, y: float, ink: str) -> float:
    """Paint wrapped lines from the upper left corner; return the y below them."""
    made = font(lines.size, bold=lines.bold)
    metrics = QFontMetricsF(made)
    painter.setFont(made)
    painter.setPen(QColor(ink))
    step = lines.size * LEADING
    for text in lines.texts:
        painter.drawText(QPointF(x, y + (step + metrics.capHeight()) / 2), text)
        y += step
    return y


def paint_one(
    painter: QPainter, text: str, box: QRectF, size: float, ink: str, *, bold: bool = False
) -> None:
    """Paint one line, vertically centred in a box, shortened to its width."""
    made = font(size, bold=bold)
    metrics = QFontMetricsF(made)
    painter.setFont(made)
    painter.setPen(QColor(ink))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
    painter.drawText(QPointF(box.left(), box.center().y() + metrics.capHeight() / 2), shown)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line in device pixels."""
    return _width(text, size, bold, current_language())


@lru_cache(maxsize=8192)
def _width(text: str, size: float, bold: bool, _language: str) -> float:  # noqa: FBT001  a key of the cache
    return QFontMetricsF(font(size, bold=bold)).horizontalAdvance(text)
