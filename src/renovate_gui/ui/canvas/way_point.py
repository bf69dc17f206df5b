"""The point of an explained way that the pointer is on in its elevation profile."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import MapContext, MapTool

_RADIUS_PX = 6.5


class WayPoint(MapTool):
    """Paints one point, or nothing."""

    def __init__(self, context: MapContext) -> None:
        super().__init__(context)
        self._point: tuple[float, float] | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        """Return what is shown, metres in the project's CRS."""
        return self._point

    def show_point(self, point: tuple[float, float] | None) -> None:
        """Show another point; None: nothing."""
        if point != self._point:
            self._point = point
            self.context.refresh()

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint the point with a light rim."""
        if self._point is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#FFFFFF"), 2.4))
        painter.setBrush(QColor("#D55E00"))
        painter.drawEllipse(QPointF(*port.to_px(*self._point)), _RADIUS_PX, _RADIUS_PX)
