"""A numbered list on a sheet: a disc with the number as on the map, the title beside it, every title whole."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from renovate_gui.render.paper import mm
from renovate_gui.render.paper_text import LEADING, Lines, paint_lines, wrap
from renovate_gui.render.symbols import paint_centred, pen_of

INK, DISC = "#111111", "#0E7C86"
_GAP = 0.22  # between entries, in text sizes


@dataclass(frozen=True, slots=True)
class ListLines:
    """Wrapped entries of one column."""

    size: float
    entries: tuple[tuple[int, Lines], ...]

    @property
    def height(self) -> float:
        """Return the height in device units."""
        return sum(lines.height + self.size * _GAP for _, lines in self.entries)


def _indent(size: float) -> float:
    return size * 1.9


def list_lines(listed: tuple[tuple[int, str], ...], width: float, size: float) -> ListLines:
    """Return the entries wrapped to a column."""
    return ListLines(size, tuple((n, wrap(title, width - _indent(size), size)) for n, title in listed))


def paint_list(painter: QPainter, lines: ListLines, x: float, y: float) -> float:
    """Paint a column of entries; return the y below it."""
    size = lines.size
    for number, title in lines.entries:
        radius = size * 0.68
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(DISC))
        middle = QPointF(x + radius, y + size * LEADING / 2)
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_centred(
            painter, str(number), middle, size=size * (1.0 if number < 100 else 0.75), ink="#FFFFFF"
        )
        y = paint_lines(painter, title, x + _indent(size), y, INK) + size * _GAP
    return y


class ListBox:
    """The list below the map, in as many columns as its titles allow."""

    def __init__(self, listed: tuple[tuple[int, str], ...], width: float, size: float) -> None:
        self._width, self._gap = width, mm(6)
        options = [self._split(listed, count, size) for count in (1, 2, 3)]
        self._columns = min(options, key=lambda columns: max(c.height for c in columns))

    def _split(self, listed: tuple[tuple[int, str], ...], count: int, size: float) -> tuple[ListLines, ...]:
        each = -(-len(listed) // count)
        width = self._column_width(count)
        return tuple(
            list_lines(listed[i : i + each], width, size) for i in range(0, max(len(listed), 1), max(each, 1))
        )

    def _column_width(self, count: int) -> float:
        return (self._width - 2 * mm(4) - self._gap * (count - 1)) / count

    @property
    def height(self) -> float:
        """Return the height of the box in device units."""
        return max(c.height for c in self._columns) + 2 * mm(2.5)

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paint the frame and the columns."""
        painter.setPen(pen_of(INK, mm(0.3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        x, width = box.left() + mm(4), self._column_width(len(self._columns))
        for column in self._columns:
            paint_list(painter, column, x, box.top() + mm(2.5))
            x += width + self._gap
