"""Paints a gesture over the standing picture: only what changed, the thing in hand, and where it came from.

Nothing of the standing picture is painted anew. Verdicts that changed are painted between the layers and the words,
with the paths the tiles were made of; what lies above the judged buildings (services, ways) is painted once per view
and laid over them, as far as they reach.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.scene import SceneLayer
from renovate_gui.domain.style import Marker, Symbol
from renovate_gui.domain.verdict import Measure
from renovate_gui.ui.canvas.shapes import draw_highlight, to_path
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import MapTool

if TYPE_CHECKING:
    from renovate_gui.domain.scene import Scene
    from renovate_gui.render.art import LayerArt
    from renovate_gui.render.view import MapView as TileView
    from renovate_gui.ui.canvas.view import MapView
    from renovate_gui.ui.stages.live_model import LiveModel

_MOST_ABOVE = 40_000
"""More lines and points than this in view take too long to paint: the changed verdicts then cover them."""
_PAD_PX = 3
_CROSS_PX, _CROSS_EVERY_PX, _MOST_CROSSES = 5.0, 70.0, 60


class LiveOverlay(MapTool):
    """The picture of the gesture in hand."""

    def __init__(self, view: MapView, model: LiveModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._scene: Scene | None = None
        self._rows: tuple[object, NDArray[np.int64]] = (None, np.zeros(0, dtype=np.int64))
        self._above: tuple[object, QImage | None] = (None, None)
        self._image = QImage()
        self._left: tuple[int, NDArray[np.int64], NDArray[np.int8]] | None = None
        """Version of the judged layer, rows and verdicts of a stored gesture, until the tiles show it."""
        self._dirty = QRectF()
        self._was_busy = False
        model.moved.connect(self._on_moved)
        model.changed.connect(self._on_changed)

    def set_scene(self, scene: Scene | None) -> None:
        """Paint over another scene."""
        self._scene = scene

    # -- what is painted again ------------------------------------------------------------------------------------
    def _on_changed(self) -> None:
        """Paint everything when a gesture begins or ends."""
        if self._model.is_busy != self._was_busy or not self._model.is_busy:
            self._was_busy = self._model.is_busy
            self._view.repaint_map()
        else:
            self._view.viewport().update(self._dirty.toAlignedRect())

    def _on_moved(self) -> None:
        """Paint only where something was or is: cards above the map and far tiles stay as they are."""
        before, self._dirty = self._dirty, self._touched()
        self._view.viewport().update(before.united(self._dirty).toAlignedRect())

    def _touched(self) -> QRectF:
        """Return the pixels that the gesture paints now."""
        port, held, base, layer = self._view.port, self._model.held, self._model.base, self.judged()
        boxes = []
        if layer is not None and base is not None and self._model.frame is not None:
            found = self._changed(layer)
            art = self._view.tiles.art(layer)
            if found is not None and len(found[0]):
                bounds = art.bounds[found[0]]
                boxes.append((*np.nanmin(bounds[:, :2], axis=0), *np.nanmax(bounds[:, 2:], axis=0)))
        ghost = held.ghost(self._model.at) if held is not None else None
        home = held.geometry if held is not None else None
        boxes += [shape.bounds for shape in (ghost, home) if shape is not None]
        if ghost is not None and base is not None and base.measure is Measure.CIRCLE:
            boxes.append(ghost.centroid.buffer(base.limit_m).bounds)
        whole = QRectF()
        for x_min, y_min, x_max, y_max in boxes:
            left, top = port.to_px(float(x_min), float(y_max))
            right, bottom = port.to_px(float(x_max), float(y_min))
            whole = whole.united(QRectF(left, top, right - left, bottom - top).adjusted(-24, -24, 24, 24))
        return whole.intersected(QRectF(0, 0, port.width, port.height))

    # -- verdicts, between the layers and the words ---------------------------------------------------------------
    def between(self, painter: QPainter, view: TileView) -> None:
        """Paint the places whose verdict changed."""
        layer = self.judged()
        if layer is None:
            self._left = None
            return
        found = self._changed(layer)
        if found is None:
            return
        rows, verdicts = found
        art = self._view.tiles.art(layer)
        boxes = art.bounds[rows]
        x_min, y_min, x_max, y_max = view.box
        with np.errstate(invalid="ignore"):
            seen = (
                (boxes[:, 0] <= x_max)
                & (boxes[:, 2] >= x_min)
                & (boxes[:, 1] <= y_max)
                & (boxes[:, 3] >= y_min)
            )
        if seen.any():
            self._paint_changed(painter, view, art, rows[seen], verdicts[seen])

    def judged(self) -> SceneLayer | None:
        """Return the layer of the scene whose verdicts the gesture changes."""
        base, scene = self._model.base, self._scene
        if scene is None:
            return None
        key = f"gap:{base.kind}" if base is not None else "gap:"
        items = (i for i in scene.items if isinstance(i, SceneLayer))
        return next((i for i in items if i.key.startswith(key)), None)

    def _changed(self, layer: SceneLayer) -> tuple[NDArray[np.int64], NDArray[np.int8]] | None:
        """Return scene rows and their verdicts: of the frame, or of a stored one the tiles do not show yet."""
        frame, base = self._model.frame, self._model.base
        if frame is not None and base is not None:
            rows = self._scene_rows(layer)[frame.changed]
            is_there = rows >= 0
            self._left = (layer.version, rows[is_there], frame.verdict[is_there])
            return self._left[1], self._left[2]
        if self._left is None or not self._model.was_stored:
            self._left = None
            return None
        if self._left[0] != layer.version and self._view.tiles.is_complete:
            self._left = None
            return None
        return self._left[1], self._left[2]

    def _scene_rows(self, layer: SceneLayer) -> NDArray[np.int64]:
        """Return the scene row of each judged place, −1 where the map does not have it."""
        base = self._model.base
        assert base is not None
        if self._rows[0] is not base.ids or len(self._rows[1]) != len(base.ids):
            order = np.argsort(layer.ids, kind="stable")
            place = np.minimum(np.searchsorted(layer.ids, base.ids, sorter=order), max(0, len(order) - 1))
            rows = order[place] if len(order) else np.full(len(base.ids), -1)
            rows = np.where(layer.ids[rows] == base.ids, rows, -1) if len(order) else rows
            self._rows = (base.ids, rows)
        return self._rows[1]

    def _paint_changed(
        self,
        painter: QPainter,
        view: TileView,
        art: LayerArt,
        rows: NDArray[np.int64],
        verdicts: NDArray[np.int8],
    ) -> None:
        """Paint into a picture of its own first: what lies above must cover only what is painted here."""
        from renovate_gui.render.painter import paint_rows

        part = self._reach(art, rows, view)
        if part.isEmpty():
            return
        image = self._canvas(view)
        with QPainter(image) as inner:
            inner.setClipRect(part)
            inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            inner.fillRect(part, Qt.GlobalColor.transparent)
            inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in np.unique(verdicts).tolist():
                symbol = self._opaque(art.layer.symbols[number], art.layer.opacity)
                paint_rows(inner, art, view, rows[verdicts == number], symbol)
            above = self._picture_above(view, art.layer)
            if above is not None:
                inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
                inner.drawImage(part, above, part)
        painter.drawImage(part, image, part)

    def _reach(self, art: LayerArt, rows: NDArray[np.int64], view: TileView) -> QRect:
        boxes = art.bounds[rows]
        left, top = view.point(float(boxes[:, 0].min()), float(boxes[:, 3].max()))
        right, bottom = view.point(float(boxes[:, 2].max()), float(boxes[:, 1].min()))
        pad = math.ceil((_PAD_PX + max(s.size_px for s in art.layer.symbols) / 2) * view.unit)
        whole = QRect(0, 0, math.ceil(view.width), math.ceil(view.height))
        reach = QRectF(left, top, right - left, bottom - top).adjusted(-pad, -pad, pad, pad)
        return reach.toAlignedRect().intersected(whole)

    def _canvas(self, view: TileView) -> QImage:
        width, height = math.ceil(view.width), math.ceil(view.height)
        if (self._image.width(), self._image.height()) != (width, height):
            self._image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        return self._image

    def _opaque(self, symbol: Symbol, of_layer: float) -> Symbol:
        """Return the look as it is on the ground: the old colour must not shine through."""
        ground = self._scene.ground if self._scene is not None else "#FFFFFF"
        opacity = symbol.opacity * of_layer
        return replace(
            symbol,
            fill=mixed(symbol.fill, ground, opacity),
            stroke=mixed(symbol.stroke, ground, opacity),
            opacity=1.0,
        )

    def _picture_above(self, view: TileView, judged: SceneLayer) -> QImage | None:
        """Return what lies above the judged layer and below proposals and words, painted once per view."""
        scene = self._scene
        assert scene is not None
        items = [i for i in scene.items if isinstance(i, SceneLayer)]
        above = items[items.index(judged) + 1 :]
        key = (view, tuple((i.key, i.version, i.opacity) for i in above))
        if self._above[0] != key:
            self._above = (key, self._paint_above(view, above))
        return self._above[1]

    def _paint_above(self, view: TileView, layers: list[SceneLayer]) -> QImage | None:
        from renovate_gui.render.painter import layer_steps
        from renovate_gui.render.tiles import TOP_KEYS

        layers = [i for i in layers if i.key.split(":")[0] not in TOP_KEYS]
        arts = [self._view.tiles.art(layer) for layer in layers]
        arts = [a for a in arts if 0 < len(a.rows_in(view.box)) <= _MOST_ABOVE]
        if not arts:
            return None
        image = QImage(
            math.ceil(view.width), math.ceil(view.height), QImage.Format.Format_ARGB32_Premultiplied
        )
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for art in arts:
                for _ in layer_steps(painter, art, view):
                    pass
        return image

    # -- the thing in hand, above everything -----------------------------------------------------------------------
    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint the thing in hand, its way from where it stood, and the circle where circles count."""
        held = self._model.held
        if held is None or not self._model.is_busy:
            return
        at = self._model.at
        ghost = held.ghost(at)
        if held.geometry is not None and held.is_surveyed_way:
            self._paint_crossed(painter, port, held.geometry)
        elif held.geometry is not None and ghost is not held.geometry:
            self._paint_left(painter, port, held.geometry, ghost)
        if ghost is None:
            return
        base = self._model.base
        if base is not None and base.measure is Measure.CIRCLE and ghost.geom_type == "Point":
            self._paint_circle(painter, port, ghost, base.limit_m)
        colour = self.context.colour("ink3" if self._model.is_stale else "selection")
        if ghost.geom_type == "Point":
            self._paint_disc(painter, port, ghost, colour)
        else:
            draw_highlight(painter, ghost, port, colour, is_hover=False)

    def _paint_left(
        self, painter: QPainter, port: Viewport, old: BaseGeometry, ghost: BaseGeometry | None
    ) -> None:
        """Fade the thing where it stood, and draw a thin line from there."""
        veil = QColor(self.context.colour("map_ground"))
        veil.setAlpha(190)
        ink = QColor(self.context.colour("ink2"))
        pen = QPen(ink, 1.4, Qt.PenStyle.DashLine)
        painter.setBrush(veil)
        painter.setPen(pen)
        if not isinstance(old, shapely.Point):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(to_path(old, port))
            return
        centre = QPointF(*port.to_px(old.x, old.y))
        painter.drawEllipse(centre, 13.0, 13.0)
        if isinstance(ghost, shapely.Point):
            end = QPointF(*port.to_px(ghost.x, ghost.y))
            far = math.hypot(end.x() - centre.x(), end.y() - centre.y())
            if far > 30:
                step = (end - centre) / far
                painter.drawLine(centre + step * 14, end - step * 15)

    def _paint_crossed(self, painter: QPainter, port: Viewport, way: BaseGeometry) -> None:
        """Cross a way out that is tried as closed."""
        colour = QColor(self.context.colour("ink3" if self._model.is_stale else "bad_ink"))
        path = to_path(way, port)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.context.colour("map_ground")), 6.0))
        painter.drawPath(path)
        painter.setPen(QPen(colour, 2.2, Qt.PenStyle.DashLine))
        painter.drawPath(path)
        painter.setPen(QPen(colour, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        length = path.length()
        count = min(_MOST_CROSSES, max(1, int(length / _CROSS_EVERY_PX)))
        for number in range(count):
            at = path.pointAtPercent((number + 0.5) / count)
            for sign in (-1, 1):
                arm = QPointF(_CROSS_PX, sign * _CROSS_PX)
                painter.drawLine(at - arm, at + arm)

    def _paint_circle(self, painter: QPainter, port: Viewport, at: BaseGeometry, radius_m: float) -> None:
        point = at.centroid
        radius = radius_m / port.m_per_px
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.context.colour("ink2")), 1.3, Qt.PenStyle.DashLine))
        painter.drawEllipse(QPointF(*port.to_px(point.x, point.y)), radius, radius)

    def _paint_disc(self, painter: QPainter, port: Viewport, at: BaseGeometry, colour: str) -> None:
        from renovate_gui.render.symbols import paint_marker

        point = at.centroid
        px, py = port.to_px(point.x, point.y)
        symbol = Symbol(
            fill=self.context.colour("card"), stroke=colour, stroke_px=2.6, marker=Marker.PLUS, size_px=25.0
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 45))
        painter.drawEllipse(QPointF(px, py + 2.5), 14.5, 14.0)
        paint_marker(painter, symbol, px, py, unit=1.0)


def mixed(colour: str | None, ground: str, opacity: float) -> str | None:
    """Return a colour as it looks on a ground."""
    if colour is None:
        return None
    top, below, rest = QColor(colour), QColor(ground), 1 - opacity
    return QColor(
        round(top.red() * opacity + below.red() * rest),
        round(top.green() * opacity + below.green() * rest),
        round(top.blue() * opacity + below.blue() * rest),
    ).name()
