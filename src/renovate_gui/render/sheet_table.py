"""A table on a printed page: every cell wrapped, the type as large as the page allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    """Paints one table into a box in the largest type that keeps it on one page, else over several pages in the least.

    ``size`` is the text size of a part of a table that was parted before, 0 for a whole one.
    """

    def __init__(
        self, painter: QPainter | None, table: PrintedTable, paper: Paper, box: QRectF, *, size: float = 0.0
    ) -> None:
        self._painter, self._table, self._box = painter, table, box
        room = box.width() - mm(_GAP_MM) * (len(table.widths) - 1)
        self._widths = [room * w / sum(table.widths) for w in table.widths]
        self.size, self._head, self._rows = self._fitted(paper, size)

    def _fitted(self, paper: Paper, given: float) -> tuple[float, _Row, list[_Row]]:
        largest, least = pt(paper.body[0]), pt(paper.body[1])
        sizes = (
            [given] if given else [largest - (largest - least) * i / _STEPS for i in range(0, _STEPS + 1, 2)]
        )
        for size in sizes:
            head = self._wrapped(self._table.headings, size * (1.0 if paper.is_elder else 0.85), ())
            rows = [self._wrapped(r, size, self._table.bold) for r in self._table.rows]
            if head.height + sum(r.height for r in rows) <= self._box.height():
                break
        return size, head, rows

    def parts(self) -> tuple[PrintedTable, ...]:
        """Return the table as one part a page; no row is left out."""
        parts: list[list[tuple[str, ...]]] = [[]]
        used = self._head.height
        for row, words in zip(self._rows, self._table.rows, strict=True):
            if parts[-1] and used + row.height > self._box.height() + 1:
                parts.append([])
                used = self._head.height
            parts[-1].append(words)
            used += row.height
        return tuple(replace(self._table, rows=tuple(part)) for part in parts)

    def _wrapped(self, cells: tuple[str, ...], size: float, bold: tuple[int, ...]) -> _Row:
        pairs = zip(cells, self._widths, strict=True)
        return _Row(tuple(wrap(c, w, size, bold=i in bold) for i, (c, w) in enumerate(pairs)))

    def paint(self) -> None:
        """Paint the table."""
        y = self._paint_row(self._head, self._box.top(), QUIET)
        for row in self._rows:
            self._rule(y)
            y = self._paint_row(row, y, INK)
        self._rule(y)

    def _paint_row(self, row: _Row, y: float, ink: str) -> float:
        assert self._painter is not None
        x, air = self._box.left(), _AIR * row.cells[0].size
        for lines, width in zip(row.cells, self._widths, strict=True):
            paint_lines(self._painter, lines, x, y + air, ink)
            x += width + mm(_GAP_MM)
        return y + row.height

    def _rule(self, y: float) -> None:
        assert self._painter is not None
        self._painter.setPen(pen_of(RULE, mm(0.2)))
        self._painter.drawLine(QLineF(self._box.left(), y, self._box.right(), y))
