"""Paints a chart on paper: the same numbers as in the window, in ink that survives a photocopy."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from renovate_gui.domain.chart import HIGH_LEFT, Chart, Line, marked
from renovate_gui.render.paper import mm
from renovate_gui.render.paper_text import LEADING, Lines, paint_lines, paint_one, shrunk, text_width, wrap
from renovate_gui.render.sheet_column import INK, QUIET
from renovate_gui.render.symbols import pen_of

TONES = ("#0E7C86", "#9B5FB5", "#B0641E")
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine)
_GUIDE = "#8A93A0"


class ChartPainter:
    """Paints one chart into a box; ``size`` is the height of its letters in the painter's unit."""

    def __init__(self, painter: QPainter, chart: Chart, box: QRectF, size: float) -> None:
        self._painter, self._chart, self._box, self._size = painter, chart, box, size
        self._line = size * LEADING
        self._foot = wrap(chart.sentence, box.width(), size) if chart.sentence else None
        self._plot = self._room()

    def paint(self) -> None:
        """Paint title, axes, bars, curves, marks and the sentence."""
        painter = self._painter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_words()
        self._paint_grid()
        self._paint_bars()
        self._paint_lines()
        self._paint_marks()
        self._paint_legend()
        painter.setPen(pen_of(INK, mm(0.3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(self._plot.bottomLeft(), self._plot.bottomRight())
        painter.drawLine(self._plot.bottomLeft(), self._plot.topLeft())
        painter.restore()

    def _room(self) -> QRectF:
        """Return the box of the axes, less title, axis words and the sentence below."""
        left = max(text_width(words, self._size) for _, words in marked(*self._chart.y_range)) + mm(1.5)
        foot = 0.0 if self._foot is None else self._foot.height + mm(1)
        top = self._box.top() + 2.5 * self._line + mm(1)
        bottom = self._box.bottom() - 2 * self._line - mm(1) - foot
        last = marked(*self._chart.x_range)[-1][1]
        right = self._box.right() - max(text_width(last, self._size) / 2, mm(2))
        return QRectF(QPointF(self._box.left() + left, top), QPointF(right, bottom))

    def _at(self, x: float, y: float) -> QPointF:
        (x0, x1), (y0, y1), plot = self._chart.x_range, self._chart.y_range, self._plot
        across, up = (x - x0) / ((x1 - x0) or 1.0), (y - y0) / ((y1 - y0) or 1.0)
        return QPointF(plot.left() + across * plot.width(), plot.bottom() - up * plot.height())

    def _paint_words(self) -> None:
        chart, box, size = self._chart, self._box, self._size
        title = shrunk(chart.title, box.width(), (size * 1.1, size * 0.8), bold=True)
        paint_lines(self._painter, title, box.left(), box.top(), INK)
        above = QRectF(box.left(), box.top() + self._line, box.width(), self._line)
        paint_one(self._painter, chart.y_title, above, size, QUIET)
        words = shrunk(chart.x_title, box.width(), (size, size * 0.7))
        y = self._plot.bottom() + self._line
        paint_lines(self._painter, words, max(box.left(), self._plot.right() - _width(words)), y, QUIET)
        if self._foot is not None:
            paint_lines(self._painter, self._foot, box.left(), box.bottom() - self._foot.height, INK)

    def _paint_grid(self) -> None:
        painter, size, plot = self._painter, self._size, self._plot
        for is_x, span in ((True, self._chart.x_range), (False, self._chart.y_range)):
            for value, words in marked(*span):
                wide = text_width(words, size)
                if is_x:
                    at = self._at(value, self._chart.y_range[0])
                    spot = QRectF(at.x() - wide / 2, plot.bottom() + mm(0.4), wide + mm(2), self._line)
                else:
                    at = self._at(self._chart.x_range[0], value)
                    painter.setPen(pen_of("#D5DAE1", mm(0.15)))
                    painter.drawLine(at, QPointF(plot.right(), at.y()))
                    spot = QRectF(
                        plot.left() - wide - mm(1), at.y() - self._line / 2, wide + mm(2), self._line
                    )
                paint_one(painter, words, spot, size, QUIET)

    def _paint_bars(self) -> None:
        painter = self._painter
        for bars in self._chart.bars:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(TONES[bars.tone % len(TONES)]))
            for low, high, value in zip(bars.edges[:-1], bars.edges[1:], bars.heights, strict=True):
                if value > 0.0:
                    foot = self._at(float(high), self._chart.y_range[0])
                    column = QRectF(self._at(float(low), float(value)), foot)
                    gap = column.width() * 0.02
                    painter.drawRect(column.adjusted(gap, 0.0, -gap, 0.0))

    def _paint_lines(self) -> None:
        painter = self._painter
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in self._chart.lines:
            painter.setPen(_pen(line))
            points = [self._at(float(x), float(y)) for x, y in zip(line.x, line.y, strict=True)]
            painter.drawPolyline(QPolygonF(points))

    def _paint_marks(self) -> None:
        painter, plot = self._painter, self._plot
        for i, mark in enumerate(self._chart.marks):
            x = self._at(mark.x, self._chart.y_range[0]).x()
            pen = pen_of(INK, mm(0.3))
            pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.top()))
            wide = text_width(mark.words, self._size) + mm(1)
            left = x + mm(0.8) if x + wide + mm(1) < plot.right() else x - wide - mm(0.8)
            spot = QRectF(left, plot.top() + i * self._line, wide + mm(1), self._line)
            paint_one(painter, mark.words, spot, self._size, INK)

    def _paint_legend(self) -> None:
        """Name the lines in the corner they leave free, each beside a piece of itself."""
        lines, plot, size, key = self._chart.lines, self._plot, self._size, mm(8)
        if not self._chart.legend or not lines:
            return
        most = plot.width() - key - mm(3)
        words = [shrunk(line.name, most, (size, size * 0.7)) for line in lines]
        wide = min(max(_width(w) for w in words), most)
        is_left = self._chart.legend == HIGH_LEFT
        left = plot.left() + mm(2) if is_left else plot.right() - wide - key - mm(3)
        top = plot.top() + mm(1) if is_left else plot.bottom() - len(lines) * self._line - mm(1)
        for i, (line, said) in enumerate(zip(lines, words, strict=True)):
            y = top + (i + 0.5) * self._line
            self._painter.setPen(_pen(line))
            self._painter.drawLine(QPointF(left, y), QPointF(left + key, y))
            paint_lines(self._painter, said, left + key + mm(1.5), y - self._line / 2, INK)


def _pen(line: Line) -> QPen:
    """Return the pen of a line: colour and dashes say which, so that a photocopy keeps them apart."""
    colour = _GUIDE if line.is_guide else TONES[line.tone % len(TONES)]
    pen = pen_of(colour, mm(0.25 if line.is_guide else 0.7))
    pen.setStyle(Qt.PenStyle.DotLine if line.is_guide else _DASHES[line.tone % len(_DASHES)])
    return pen


def _width(lines: Lines) -> float:
    return max((text_width(words, lines.size) for words in lines.texts), default=0.0)
