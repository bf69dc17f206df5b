"""The legend of a map of two subjects: a square of colours with an arrow along each side."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from renovate_gui.domain.heat import CellMap

_BOX, _GAP, _WORDS = 30, 2, 18


class TwoWayLegend(QWidget):
    """Rows are thirds of the first subject, the largest on top; columns are the second, the worst on the right."""

    def __init__(self, ink: str) -> None:
        super().__init__()
        self._ink = ink
        self._cells: CellMap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_cells(self, cells: CellMap) -> None:
        """Explain another map."""
        self._cells = cells
        self.setToolTip("\n".join(c.words for c in cells.classes))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the square with words beside and below."""
        side = self._cells.side if self._cells is not None else 0
        return QSize(200, side * (_BOX + _GAP) + _WORDS + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint boxes, arrows and words."""
        cells = self._cells
        if cells is None or not cells.side:
            return
        side, step = cells.side, _BOX + _GAP
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for row in range(side):
                for column in range(side):
                    box = QRectF(_WORDS + column * step, (side - 1 - row) * step, _BOX, _BOX)
                    painter.fillRect(box, QColor(cells.classes[row * side + column].colour))
            painter.setPen(QPen(QColor(self._ink), 1))
            room = QRectF(_WORDS, side * step, max(self.width() - _WORDS, side * step), _WORDS)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cells.axes[1] + " →"
            )
            painter.save()
            painter.translate(QPointF(0, side * step))
            painter.rotate(-90)
            painter.drawText(
                QRectF(0, 0, side * step, _WORDS), Qt.AlignmentFlag.AlignLeft, cells.axes[0] + " →"
            )
            painter.restore()
