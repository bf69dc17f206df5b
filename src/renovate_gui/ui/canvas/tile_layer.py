"""Drives the tile source: copies what is painted at each frame, lets the rest be painted between events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter

from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.render.view import MapView as TileView
from renovate_gui.ui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from renovate_gui.render.art import LayerArt
    from renovate_gui.render.tiles import Between, TileSource

_SLICE_MS = 9.0  # leaves room for the rest of a 16 ms frame
_MOVING_SLICE_MS = 3.0  # while the map is dragged the next frame comes first
_MOVING_MS = 100  # so long after its last move the map counts as being dragged
_SHOW_MS = 80  # how often half painted work is shown
_REST_MS = 60  # while the wheel turns, older pictures stand in; sharp ones are painted when it rests


def tile_view(port: Viewport, ratio: float) -> TileView:
    """Return the transform of the canvas in device pixels."""
    return TileView.centred(
        port.cx, port.cy, ratio / port.m_per_px, port.width * ratio, port.height * ratio, unit=ratio
    )


class TileLayer(QObject):
    """The map picture of the canvas.

    Signals
    -------
    updated
        More is painted: paint the canvas again.
    settled
        Everything visible is sharp.
    """

    updated = Signal()
    settled = Signal()

    def __init__(self, source: TileSource, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._has_scene = False
        self._is_complete = True
        self._m_per_px = 0.0
        self._centre = (0.0, 0.0)
        self._moved = QElapsedTimer()
        self._shown = QElapsedTimer()
        self._shown.start()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._paint_some)

    @property
    def is_settled(self) -> bool:
        """Return whether nothing waits to be painted."""
        return self._is_complete and not self._timer.isActive()

    def set_scene(self, scene: Scene | None) -> None:
        """Show another scene; what did not change keeps its picture."""
        self._source.set_scene(scene)
        self._has_scene = scene is not None
        self.updated.emit()

    def set_cards(self, cards: Sequence[QRectF]) -> None:
        """Say what floats over the map, in its device pixels."""
        self._source.set_cards(cards)
        self.updated.emit()

    @property
    def is_complete(self) -> bool:
        """Return whether the last copy missed nothing."""
        return self._is_complete

    def art(self, layer: SceneLayer) -> LayerArt:
        """Return a layer of the scene prepared for painting, as the tiles use it."""
        return self._source.art(layer)

    def draw(self, painter: QPainter, port: Viewport, ratio: float, between: Between | None = None) -> None:
        """Copy what there is; what is missing is painted soon. ``between`` paints above layers and below words."""
        if not self._has_scene:
            return
        self._is_complete = self._source.draw(painter, tile_view(port, ratio), between)
        is_zoom = port.m_per_px != self._m_per_px
        if not is_zoom and self._centre != (port.cx, port.cy):
            self._moved.start()
        self._m_per_px, self._centre = port.m_per_px, (port.cx, port.cy)
        if not self._is_complete and (is_zoom or not self._timer.isActive()):
            self._timer.start(_REST_MS if is_zoom else 0)

    def finish(self) -> None:
        """Paint everything now (pictures of the window, tests)."""
        while self._has_scene and self._source.paint_some(1000.0):
            pass
        self._timer.stop()
        self.updated.emit()

    def close(self) -> None:
        """Stop painting for good."""
        self._timer.stop()
        self._has_scene = False
        self._source.close()

    def _paint_some(self) -> None:
        is_moving = self._moved.isValid() and self._moved.elapsed() < _MOVING_MS
        more = self._source.paint_some(_MOVING_SLICE_MS if is_moving else _SLICE_MS)
        if more:
            # showing every slice would cost more than painting it
            if self._shown.elapsed() > _SHOW_MS:
                self._shown.start()
                self.updated.emit()
            self._timer.start(0)
        else:
            self.updated.emit()
            self._is_complete = True
            self.settled.emit()
