"""Greys the map while the figures are already about another service than its colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter

from renovate_gui.assets import tr
from renovate_gui.domain.scene import Scene
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import MapTool

if TYPE_CHECKING:
    from renovate_gui.ui.canvas.view import MapView

LATE_MS = 300
"""Quicker changes need no word."""
_VEIL, _TOP_PX, _HIGH_PX, _PAD_PX = 150, 18, 30, 16


class StaleVeil(MapTool):
    """Lies over the map from the moment that a service is judged until the map is painted in its colours."""

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self._scene: Scene | None = None
        self._shown = self._made_for = ""
        self.is_late = False
        self._late = QTimer(view)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_MS)
        self._late.timeout.connect(self._on_late)
        workspace = view.workspace
        for signal in (workspace.overlay_changed, workspace.stage_changed, workspace.session_changed):
            signal.connect(self._look)

    def set_scene(self, scene: Scene | None) -> None:
        """Take the scene that is being painted."""
        self._scene, self._made_for = scene, self._wanted()
        self._look()

    def _wanted(self) -> str:
        """Return the key of the verdicts that the map should show, empty for none."""
        workspace = self._view.workspace
        gap = workspace.scene_request().gap if workspace.session is not None else None
        return "" if gap is None else f"gap:{gap.kind}"

    def _look(self, *_ignored: object) -> None:
        wanted = self._wanted()
        if wanted and wanted != self._shown:
            if not self.is_late and not self._late.isActive():
                self._late.start()
        else:
            self._settle(wanted)

    def _settle(self, shown: str) -> None:
        self._shown, self.is_late = shown, False
        self._late.stop()

    def _on_late(self) -> None:
        self.is_late = True
        self.context.refresh()

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint the veil; called when the tiles were copied, so that it goes with the copy that misses nothing."""
        wanted = self._wanted()
        if wanted and wanted != self._shown and self._is_drawn(wanted):
            self._settle(wanted)
        if not self.is_late:
            return
        veil = QColor(self.context.colour("map_ground"))
        veil.setAlpha(_VEIL)
        painter.fillRect(QRectF(0, 0, port.width, port.height), veil)
        words = tr("Preparing the map") + " …"
        width = painter.fontMetrics().horizontalAdvance(words) + 2 * _PAD_PX
        box = QRectF((port.width - width) / 2, _TOP_PX, width, _HIGH_PX)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.context.colour("card")))
        painter.drawRoundedRect(box, _HIGH_PX / 2, _HIGH_PX / 2)
        painter.setPen(QColor(self.context.colour("ink2")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _is_drawn(self, key: str) -> bool:
        # a scene made for it may have nothing to show of it; the veil must not stay for that
        return self._scene is not None and self._made_for == key and self._view.tiles.is_complete
