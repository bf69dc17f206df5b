"""The legend of a density surface: classes with their limits, the unit in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from renovate_gui.app.scene_parts import FEW_RESPONDENTS, colours_of
from renovate_gui.assets import tr
from renovate_gui.domain.heat import HeatGrid, HeatMode
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import density
from renovate_gui.ui.stages.widgets import text


class RampStrip(QWidget):
    """Colour boxes side by side with the limits below their edges, as many as there is room for."""

    def __init__(self, ink: str) -> None:
        super().__init__()
        self._ink = ink
        self.levels: tuple[float, ...] = ()
        self.colours: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the height of boxes and numbers."""
        return QSize(160, 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint boxes and limits."""
        n = len(self.levels) - 1
        if n < 1:
            return
        with QPainter(self) as painter:
            width = self.width() / n
            font = self.font()
            font.setPixelSize(11)
            painter.setFont(font)
            for i in range(n):
                box = QRectF(i * width, 0, width - 1, 14)
                painter.fillRect(box, QColor(self.colours[i % len(self.colours)]))
            painter.setPen(QPen(QColor(self._ink)))
            words = limit_words(self.levels)
            spans = [
                _span(i * width, painter.fontMetrics().horizontalAdvance(w), self.width())
                for i, w in enumerate(words)
            ]
            for i in _readable(spans):
                left, right = spans[i]
                painter.drawText(QRectF(left, 17, right - left + 2, 16), Qt.AlignmentFlag.AlignLeft, words[i])


def limit_words(levels: Sequence[float]) -> list[str]:
    """Return the limits as words, all with the same number of decimals."""
    if all(float(level).is_integer() for level in levels):
        return [f"{level:,.0f}" for level in levels]
    return [density(level) for level in levels]


def _span(edge: float, width: float, room: float) -> tuple[float, float]:
    left = min(max(edge - width / 2, 0.0), room - width)
    return left, left + width


def _readable(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Return which numbers can stand side by side: the first and the last always, the others evenly thinned."""
    last = len(spans) - 1
    for step in range(1, last + 1):
        chosen = [i for i in range(0, last + 1, step) if i == 0 or last - i >= step or i == last]
        chosen = [*chosen, last] if chosen[-1] != last else chosen
        if all(spans[a][1] + 5 <= spans[b][0] for a, b in pairwise(chosen)):
            return chosen
    return [0, last]


def _legend_notes(heat: HeatGrid) -> list[str]:
    """Return what is not coloured, what is hatched, and how exact the surface is."""
    notes = []
    if heat.mode is HeatMode.DENSITY and heat.levels:
        notes.append(tr("below {limit}: not coloured", limit=density(heat.levels[0])))
    if not heat.suppressed_below and heat.is_thin(FEW_RESPONDENTS).any():
        notes.append(tr("hatched: fewer than {k} behind it", k=FEW_RESPONDENTS))
    if heat.error_share > 0:
        notes.append(tr("error at most {n} % of the peak", n=f"{100 * heat.error_share:.1f}"))
    return notes


class HeatLegend(QWidget):
    """Unit and classes of the surface on the map."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._unit = text("", "section")
        self._strip = RampStrip(look.ink2)
        self._note = text("", "small")
        for widget in (self._unit, self._strip, self._note):
            column.addWidget(widget)
        self.hide()

    def show_heat(self, heat: HeatGrid) -> None:
        """Show another surface's unit and limits."""
        self._unit.setText(heat.unit)
        self._strip.levels = heat.levels
        self._strip.colours = colours_of(heat)
        self._note.setText(" · ".join(_legend_notes(heat)))
        self._strip.update()
        self.show()
