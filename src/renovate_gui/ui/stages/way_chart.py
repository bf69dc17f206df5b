"""The elevation profile of one way: height over distance, stairs hatched, the steepest stretch coloured."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.verdict import WayProfile
from renovate_gui.ui.stages.look import Look

_HEIGHT_PX, _LEFT, _RIGHT, _TOP, _BOTTOM = 104, 34, 8, 16, 18
_LEAST_SPAN_M = 10.0  # a flat way looks flat


class WayChart(QWidget):
    """A small chart; the pointer shows a point of the way.

    Signals
    -------
    pointed
        A point ``(x, y)`` in metres of the project's CRS, or None when the pointer leaves.
    """

    pointed = Signal(object)

    def __init__(self, profile: WayProfile, look: Look) -> None:
        super().__init__()
        self._profile, self._look = profile, look
        self._at: float | None = None
        self.setFixedHeight(_HEIGHT_PX)
        self.setMouseTracking(True)
        low, high = float(profile.height_m.min()), float(profile.height_m.max())
        middle, half = (low + high) / 2.0, max(high - low, _LEAST_SPAN_M) / 2.0
        self._low, self._high = middle - half, middle + half
        self._low_known, self._high_known = low, high
        self.setAccessibleName(
            tr(
                "Heights along the way: from {first} m to {last} m over {length} m",
                first=f"{profile.height_m[0]:.0f}",
                last=f"{profile.height_m[-1]:.0f}",
                length=f"{profile.along_m[-1]:.0f}",
            )
        )

    # -- where things are -----------------------------------------------------------------------------------------
    def x_of(self, along_m: float) -> float:
        """Return where a distance is, pixels."""
        span = max(float(self._profile.along_m[-1]), 1e-9)
        return _LEFT + (self.width() - _LEFT - _RIGHT) * along_m / span

    def y_of(self, height_m: float) -> float:
        """Return where a height is, pixels."""
        share = (height_m - self._low) / (self._high - self._low)
        return self.height() - _BOTTOM - (self.height() - _BOTTOM - _TOP) * share

    def point_at(self, along_m: float) -> tuple[float, float]:
        """Return the point of the way at a distance, metres."""
        profile = self._profile
        x, y = (float(np.interp(along_m, profile.along_m, profile.xy[:, i])) for i in (0, 1))
        return x, y

    # -- the pointer ----------------------------------------------------------------------------------------------
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the point under the pointer on the map."""
        span = self.width() - _LEFT - _RIGHT
        share = min(max((event.position().x() - _LEFT) / max(span, 1), 0.0), 1.0)
        self._at = share * float(self._profile.along_m[-1])
        self.pointed.emit(self.point_at(self._at))
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show no point."""
        super().leaveEvent(event)
        self._at = None
        self.pointed.emit(None)
        self.update()

    # -- painting -------------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, stairs, steepest stretch, scale and pointer."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_scale(painter)
            self._paint_ground(painter)
            if self._at is not None:
                self._paint_pointer(painter, self._at)

    def _paint_ground(self, painter: QPainter) -> None:
        profile, look = self._profile, self._look
        last = len(profile.along_m) - 1
        painter.fillPath(self._area(0, last), QColor(look.soft))
        for i in np.flatnonzero(profile.is_stairs).tolist():
            painter.fillPath(self._area(i, i + 1), QBrush(QColor(look.ink2), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(QColor(look.accent), 1.8))
        painter.drawPath(self._line(0, last))
        if profile.steepest is not None:
            painter.setPen(QPen(QColor(look.out), 3.2))
            painter.drawPath(self._line(*profile.steepest))

    def _line(self, first: int, last: int) -> QPainterPath:
        profile, path = self._profile, QPainterPath()
        for i in range(first, last + 1):
            point = QPointF(self.x_of(float(profile.along_m[i])), self.y_of(float(profile.height_m[i])))
            path.moveTo(point) if i == first else path.lineTo(point)
        return path

    def _area(self, first: int, last: int) -> QPainterPath:
        path, profile = self._line(first, last), self._profile
        ground = self.height() - _BOTTOM
        path.lineTo(self.x_of(float(profile.along_m[last])), ground)
        path.lineTo(self.x_of(float(profile.along_m[first])), ground)
        path.closeSubpath()
        return path

    def _paint_scale(self, painter: QPainter) -> None:
        face = self.font()
        face.setPixelSize(11)
        painter.setFont(face)
        painter.setPen(QColor(self._look.ink3))
        width, bottom = self.width(), self.height()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for height in dict.fromkeys((round(self._low_known), round(self._high_known))):
            y = self.y_of(height)
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), right, f"{height:,}")
        line = QRectF(_LEFT, bottom - _BOTTOM + 2, width - _LEFT - _RIGHT, _BOTTOM - 2)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, f"{self._profile.along_m[-1]:,.0f} m")
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, tr("height over distance, m"))
        painter.setPen(QPen(QColor(self._look.line), 1))
        painter.drawLine(QPointF(_LEFT, bottom - _BOTTOM), QPointF(width - _RIGHT, bottom - _BOTTOM))

    def _paint_pointer(self, painter: QPainter, along_m: float) -> None:
        profile = self._profile
        height = float(np.interp(along_m, profile.along_m, profile.height_m))
        x, y = self.x_of(along_m), self.y_of(height)
        painter.setPen(QPen(QColor(self._look.ink3), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, _TOP), QPointF(x, self.height() - _BOTTOM))
        painter.setPen(QPen(QColor(self._look.card), 1.5))
        painter.setBrush(QColor(self._look.out))
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5)
        painter.setPen(QColor(self._look.ink))
        words = tr("at {along} m, height {height} m", along=f"{along_m:,.0f}", height=f"{height:,.0f}")
        painter.drawText(
            QRectF(_LEFT, 0, self.width() - _LEFT - _RIGHT, _TOP - 2), Qt.AlignmentFlag.AlignRight, words
        )
