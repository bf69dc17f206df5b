"""The one item that paints the map: cached tiles, blitted; missing ones are painted in small slices of time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from renovate_gui.domain.scene import Scene
from renovate_gui.ui.canvas.viewport import Extent, Viewport

TILE_PX = 256
_KEPT_TILES = 400  # 256 px at 4 bytes: 100 MB at most
_SLICE_S = 0.012  # a slice of painting leaves room in a 16 ms frame
_REST_MS = 40  # a wheel turns on: paint sharp tiles when it rests


class TilePainter(Protocol):
    """Paints one square of the scene."""

    def set_scene(self, scene: Scene) -> None:
        """Take another scene."""
        ...

    def paint(self, extent: Extent, size_px: int, ratio: float) -> QImage:
        """Return an image of ``size_px × ratio`` device pixels of an extent in metres."""
        ...


@dataclass(frozen=True, slots=True)
class TileKey:
    """A tile: level of the view, column and row counted from the plane's origin, picture state."""

    m_per_px: float
    column: int
    row: int
    ratio: float
    stamp: int

    @property
    def extent(self) -> Extent:
        """Return the tile's square in metres."""
        side = TILE_PX * self.m_per_px
        return (self.column * side, self.row * side, (self.column + 1) * side, (self.row + 1) * side)


def visible_tiles(port: Viewport, ratio: float, stamp: int, ring: int = 0) -> list[TileKey]:
    """Return the tiles that cover the view, nearest to its centre first."""
    side = TILE_PX * port.m_per_px
    x_min, y_min, x_max, y_max = port.extent
    columns = range(math.floor(x_min / side) - ring, math.floor(x_max / side) + 1 + ring)
    rows = range(math.floor(y_min / side) - ring, math.floor(y_max / side) + 1 + ring)
    keys = [TileKey(port.m_per_px, c, r, ratio, stamp) for c in columns for r in rows]
    centre_c, centre_r = port.cx / side - 0.5, port.cy / side - 0.5
    return sorted(keys, key=lambda k: (k.column - centre_c) ** 2 + (k.row - centre_r) ** 2)


class TileLayer(QObject):
    """Keeps tiles and paints them.

    Signals
    -------
    updated
        A tile became ready: paint the canvas again.
    settled
        Every visible tile is sharp.
    """

    updated = Signal()
    settled = Signal()

    def __init__(self, painter: TilePainter, parent: QObject) -> None:
        super().__init__(parent)
        self._painter = painter
        self._tiles: OrderedDict[TileKey, QImage] = OrderedDict()
        self._scene: Scene | None = None
        self._signature: tuple[object, ...] = ()
        self._stamp = 0
        self._wanted: list[TileKey] = []
        self._port = Viewport()
        self._ratio = 1.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._paint_slice)

    @property
    def is_settled(self) -> bool:
        """Return whether nothing waits to be painted."""
        return not self._wanted

    def set_scene(self, scene: Scene | None) -> None:
        """Show another scene; an equal one (same keys, versions, opacities) keeps every tile."""
        signature = (
            () if scene is None else (scene.ground, *((i.key, i.version, i.opacity) for i in scene.items))
        )
        self._scene = scene
        if scene is not None:
            self._painter.set_scene(scene)
        if signature != self._signature:
            self._signature = signature
            self._stamp += 1
            self.look_at(self._port, self._ratio)

    def look_at(self, port: Viewport, ratio: float) -> None:
        """Show another part of the plane; missing tiles are queued, nearest to the centre first."""
        is_zoom = port.m_per_px != self._port.m_per_px
        self._port, self._ratio = port, ratio
        if self._scene is None:
            self._wanted = []
            return
        self._wanted = [k for k in visible_tiles(port, ratio, self._stamp) if k not in self._tiles]
        if self._wanted:
            self._timer.start(_REST_MS if is_zoom else 0)

    def draw(self, painter: QPainter, port: Viewport) -> None:
        """Blit what is there: older levels and states below, sharp tiles on top."""
        if self._scene is None:
            return
        keys = visible_tiles(port, self._ratio, self._stamp)
        if any(key not in self._tiles for key in keys):
            self._draw_stale(painter, port)
        for key in keys:
            image = self._tiles.get(key)
            if image is not None:
                self._tiles.move_to_end(key)
                left, top = port.to_px(key.extent[0], key.extent[3])
                ratio = self._ratio
                # whole device pixels: a blit without resampling keeps hairlines crisp
                painter.drawImage(
                    QRectF(round(left * ratio) / ratio, round(top * ratio) / ratio, TILE_PX, TILE_PX), image
                )

    def _draw_stale(self, painter: QPainter, port: Viewport) -> None:
        x_min, y_min, x_max, y_max = port.extent
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        for key, image in self._tiles.items():
            left, bottom, right, top = key.extent
            is_seen = left < x_max and right > x_min and bottom < y_max and top > y_min
            if is_seen and 1 / 16 < key.m_per_px / port.m_per_px < 16:
                px, py = port.to_px(left, top)
                side = TILE_PX * key.m_per_px / port.m_per_px
                painter.drawImage(QRectF(px, py, side, side), image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _paint_slice(self) -> None:
        until = time.perf_counter() + _SLICE_S
        while self._wanted and time.perf_counter() < until:
            key = self._wanted.pop(0)
            self._tiles[key] = self._painter.paint(key.extent, TILE_PX, key.ratio)
        while len(self._tiles) > _KEPT_TILES:
            self._tiles.popitem(last=False)
        self.updated.emit()
        if self._wanted:
            self._timer.start(0)
        else:
            self._drop_old_states()
            self.settled.emit()

    def _drop_old_states(self) -> None:
        for key in [k for k in self._tiles if k.stamp != self._stamp]:
            del self._tiles[key]

    def finish(self) -> None:
        """Paint everything visible at once (pictures of the window, tests)."""
        while self._wanted:
            self._paint_slice()
        self._timer.stop()


class PlainPainter:
    """Paints only the ground; stands in where no painter is at hand."""

    def __init__(self) -> None:
        self._ground = "#F7F5F0"

    def set_scene(self, scene: Scene) -> None:
        """Take the ground's colour."""
        self._ground = scene.ground

    def paint(self, extent: Extent, size_px: int, ratio: float) -> QImage:  # noqa: ARG002
        """Return an empty square."""
        side = round(size_px * ratio)
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(self._ground))
        return image
