"""The legend of a density surface: classes with their limits, the unit in words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from renovate_gui.app.scene_parts import heat_colours
from renovate_gui.assets import tr
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import density
from renovate_gui.ui.stages.widgets import text


class _Strip(QWidget):
    """Colour boxes side by side with the limits below their edges."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
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
            painter.setPen(QPen(QColor(self._look.ink2)))
            for i, level in enumerate(self.levels):
                side = Qt.AlignmentFlag.AlignHCenter
                x = i * width - 24
                if i == 0:
                    side, x = Qt.AlignmentFlag.AlignLeft, 0.0
                elif i == n:
                    side, x = Qt.AlignmentFlag.AlignRight, self.width() - 48.0
                painter.drawText(QRectF(x, 17, 48, 16), side, density(level))


class HeatLegend(QWidget):
    """Unit and classes of the surface on the map."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._unit = text("", "section")
        self._strip = _Strip(look)
        self._note = text("", "small")
        for widget in (self._unit, self._strip, self._note):
            column.addWidget(widget)
        self.hide()

    def show_heat(self, heat: HeatGrid) -> None:
        """Show another surface's unit and limits."""
        self._unit.setText(heat.unit)
        self._strip.levels = heat.levels
        self._strip.colours = heat_colours(max(len(heat.levels) - 1, 0))
        self._note.setText(
            tr("below {limit}: not coloured", limit=density(heat.levels[0])) if heat.levels else ""
        )
        self._strip.update()
        self.show()
