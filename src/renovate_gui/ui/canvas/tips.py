"""Names under the resting pointer: a tip says what a thing on the map is called, without a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip

from renovate_gui.ui.canvas.hits import Hit
from renovate_gui.ui.canvas.values import feature_values, gap_values
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.tools.base import PICK_PX
from renovate_gui.ui.workspace import Tool, Workspace

_REST_MS = 400
_TOOLS = {Tool.SELECT, Tool.PAN, Tool.IDENTIFY}


class MapTips(QObject):
    """Watches the canvas; says the name of what the pointer rests on."""

    def __init__(self, workspace: Workspace, view: MapView) -> None:
        super().__init__(view)
        self._workspace, self._view = workspace, view
        self._at = QPoint()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self.show_tip)
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Begin to wait at each move; any press, wheel or leaving ends it."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if not event.buttons() and self._workspace.tool in _TOOLS:
                self._at = event.position().toPoint()
                self._timer.start()
        elif kind in {QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.Leave}:
            self._timer.stop()
            QToolTip.hideText()
        return False

    def words_at(self, px: float, py: float) -> str:
        """Return title, layer and verdict of the topmost feature at a pixel, or nothing."""
        port = self._view.port
        hits = self._view.index.at(*port.to_map(px, py), PICK_PX * port.m_per_px)
        found = feature_values(self._workspace, self._view.index, hits[0]) if hits else None
        if found is None:
            return ""
        title, layer, _ = found
        judged = self._judged(hits[0])
        if title.startswith(layer) and not judged:
            return ""  # a thing without a name: its layer and row would only be in the way
        return "\n".join(w for w in (*dict.fromkeys((title, layer)), *judged) if w)

    def _judged(self, hit: Hit) -> list[str]:
        gap = self._workspace.scene_request().gap
        if gap is None or hit.key != f"gap:{gap.kind}":
            return []
        return [f"{k}: {v}" for k, v in list(gap_values(gap, hit.feature_id).items())[:2] if v is not None]

    def show_tip(self) -> None:
        """Show the tip at the pointer, if there is anything to say."""
        words = self.words_at(self._at.x(), self._at.y())
        if words:
            QToolTip.showText(self._view.viewport().mapToGlobal(self._at), words, self._view.viewport())
        else:
            QToolTip.hideText()
