"""What floats above the map: zoom buttons, scale bar with north arrow, attribution."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.actions import Actions
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.canvas.viewport import round_length
from renovate_gui.ui.theme import ICON, add_shadow, tokens
from renovate_gui.ui.workspace import Workspace

_BAR_MAX_PX = 130


class ZoomButtons(QFrame):
    """Plus, minus, everything, and the legend's fold."""

    def __init__(self, actions: Actions, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "float")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        for name in ("view.in", "view.out", "view.full", "view.selection"):
            button = QToolButton()
            button.setProperty("look", "tool")
            button.setIconSize(ICON)
            button.setFixedSize(30, 30)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setDefaultAction(actions[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            column.addWidget(button)
        add_shadow(self, workspace.is_dark)
        self.adjustSize()


class ScaleBar(QFrame):
    """A live scale bar of a round length, with the north arrow (grid north is up)."""

    def __init__(self, view: MapView, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._workspace = workspace
        self.setProperty("look", "float")
        self.setToolTip(tr("Scale bar; north is up"))
        self.setFixedSize(_BAR_MAX_PX + 62, 44)
        view.view_changed.connect(self.update)
        workspace.theme_changed.connect(self.update)
        workspace.language_changed.connect(lambda: self.setToolTip(tr("Scale bar; north is up")))
        add_shadow(self, workspace.is_dark)

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(_BAR_MAX_PX + 62, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint."""
        super().paintEvent(event)
        t = tokens(self._workspace.is_dark)
        metres = round_length(_BAR_MAX_PX * self._view.port.m_per_px)
        width = metres / self._view.port.m_per_px
        words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left, base = 14.0, 18.0
            painter.setPen(QPen(QColor(t.ink), 1.8))
            painter.drawPolyline(
                [
                    QPointF(left, base - 6),
                    QPointF(left, base),
                    QPointF(left + width, base),
                    QPointF(left + width, base - 6),
                ]
            )
            painter.drawLine(QPointF(left + width / 2, base - 3), QPointF(left + width / 2, base))
            painter.setPen(QColor(t.ink2))
            painter.drawText(QRectF(left - 4, base + 3, 30, 18), Qt.AlignmentFlag.AlignLeft, "0")
            end = QRectF(left + width - 60, base + 3, 66, 18)
            painter.drawText(end, Qt.AlignmentFlag.AlignRight, words)
            self._north(painter, QPointF(self.width() - 20, 12), t.ink)

    @staticmethod
    def _north(painter: QPainter, at: QPointF, ink: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        corners = [at + QPointF(0, -5), at + QPointF(5, 8), at + QPointF(0, 5), at + QPointF(-5, 8)]
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(at.x() - 8, at.y() + 9, 16, 18), Qt.AlignmentFlag.AlignHCenter, "N")
