"""A table on a printed page: every cell wrapped, the type as large as the page allows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter

from renovate_gui.app.ports import PrintedTable
from renovate_gui.render.paper import Paper, mm, pt
from renovate_gui.render.paper_text import Lines, paint_lines, wrap
from renovate_gui.render.symbols import pen_of

INK, QUIET, RULE = "#111111", "#5B6570", "#C9CFD6"
_GAP_MM, _AIR = 3.0, 0.36  # between columns; above and below a row, in text sizes
_STEPS = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """The wrapped cells of one row and what they need."""

    cells: tuple[Lines, ...]

    @property
    def height(self) -> float:
        """Return the height in device units, air included."""
        size = self.cells[0].size
        return max(c.height for c in self.cells) + 2 * _AIR * size


class TablePainter:
    """Paints one table into a box; rows that find no room even in small print are counted, never cut silently."""

    def __init__(self, painter: QPainter, table: PrintedTable, paper: Paper, box: QRectF) -> None:
        self._painter, self._table, self._box = painter, table, box
        room = box.width() - mm(_GAP_MM) * (len(table.widths) - 1)
        self._widths = [room * w / sum(table.widths) for w in table.widths]
        self._head, self._rows = self._fitted(paper)

    def _fitted(self, paper: Paper) -> tuple[_Row, list[_Row]]:
        largest, least = pt(paper.body[0]), pt(paper.small)
        for step in range(_STEPS + 1):
            size = largest - (largest - least) * step / _STEPS
            head = self._wrapped(self._table.headings, size * 0.85, ())
            rows = [self._wrapped(r, size, self._table.bold) for r in self._table.rows]
            if head.height + sum(r.height for r in rows) <= self._box.height():
                break
        return head, rows

    def _wrapped(self, cells: tuple[str, ...], size: float, bold: tuple[int, ...]) -> _Row:
        pairs = zip(cells, self._widths, strict=True)
        return _Row(tuple(wrap(c, w, size, bold=i in bold) for i, (c, w) in enumerate(pairs)))

    def paint(self) -> int:
        """Paint the table and return how many rows found no room."""
        y = self._paint_row(self._head, self._box.top(), QUIET)
        for number, row in enumerate(self._rows):
            if y + row.height > self._box.bottom() + 1:
                return len(self._rows) - number
            self._rule(y)
            y = self._paint_row(row, y, INK)
        self._rule(y)
        return 0

    def _paint_row(self, row: _Row, y: float, ink: str) -> float:
        x, air = self._box.left(), _AIR * row.cells[0].size
        for lines, width in zip(row.cells, self._widths, strict=True):
            paint_lines(self._painter, lines, x, y + air, ink)
            x += width + mm(_GAP_MM)
        return y + row.height

    def _rule(self, y: float) -> None:
        self._painter.setPen(pen_of(RULE, mm(0.2)))
        self._painter.drawLine(QLineF(self._box.left(), y, self._box.right(), y))
