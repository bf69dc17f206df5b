"""Tools that collect points: draw point, line, polygon, callout; measure length and area."""

from __future__ import annotations

import math

import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shapely.geometry.base import BaseGeometry

from renovate_gui.app import measuring
from renovate_gui.app.shape_words import area_words, length_words
from renovate_gui.assets import tr
from renovate_gui.ui.canvas.snapping import Snap, SnapKind
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import MapContext, MapTool, Pointer
from renovate_gui.ui.tools.live_drawing import LiveDrawing
from renovate_gui.ui.workspace import Tool

Point = tuple[float, float]
_NEEDED = {Tool.DRAW_LINE: 2, Tool.DRAW_POLYGON: 3, Tool.MEASURE_LENGTH: 2, Tool.MEASURE_AREA: 3}
_SAME_PX = 3.0
_RIGHT_ANGLE = math.pi / 4  # Shift holds directions to multiples of 45°


def paint_snap(painter: QPainter, snap: Snap | None, port: Viewport, colour: str) -> None:
    """Paint the mark that says: the point sticks here (square: vertex, cross in a circle: edge)."""
    if snap is None:
        return
    px, py = port.to_px(snap.x, snap.y)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(255, 255, 255), 4), QPen(QColor(colour), 2)):
        painter.setPen(pen)
        if snap.kind == SnapKind.VERTEX:
            painter.drawRect(QRectF(px - 6, py - 6, 12, 12))
        else:
            painter.drawEllipse(QPointF(px, py), 6, 6)
            painter.drawLine(QPointF(px - 4, py), QPointF(px + 4, py))


class CollectTool(MapTool):
    """Collects vertices by clicks; Backspace takes the last one back, Esc all, Enter, double or right click finishes."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, context: MapContext, kind: Tool) -> None:
        super().__init__(context)
        self.kind = kind
        self.points: list[Point] = []
        self._cursor: Point | None = None
        self._snap: Snap | None = None
        self._live = LiveDrawing(context, kind)

    @property
    def is_area(self) -> bool:
        """Return whether the outline closes."""
        return self.kind in {Tool.DRAW_POLYGON, Tool.MEASURE_AREA}

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        if self.kind in {Tool.DRAW_POINT, Tool.DRAW_NOTE}:
            return tr("Click the place. Esc leaves the tool; Alt switches snapping off.")
        return tr(
            "Click the corners; Enter, double click or right click finishes, Backspace takes one back, Esc all."
        )

    def end(self) -> None:
        """Forget what is half done."""
        self.points.clear()
        self._cursor = self._snap = None
        self._live.end()
        self.context.say("")

    def press(self, pointer: Pointer) -> bool:
        """Handle a pressed button."""
        if pointer.button == Qt.MouseButton.RightButton:
            self.finish()
            return True
        if not pointer.is_left:
            return False
        point = self._place(pointer)
        if self.kind in {Tool.DRAW_POINT, Tool.DRAW_NOTE}:
            self._live.give(shapely.Point(point))
        elif not self.points or not self._is_same(point, self.points[-1]):
            self.points.append(point)
        self.context.refresh()
        return True

    def move(self, pointer: Pointer, *, is_dragging: bool) -> bool:  # noqa: ARG002
        """Handle a moved pointer."""
        self._cursor = self._place(pointer)
        self._live.follow(self.points, self._cursor)
        self.context.say(self.reading())
        self.context.refresh()
        return True

    def double_click(self, _pointer: Pointer) -> bool:
        """Handle a double click."""
        if self.points:
            self.finish()
        return True

    def key(self, key: int, *, with_ctrl: bool, with_shift: bool = False) -> bool:  # noqa: ARG002
        """Handle a key."""
        if key in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete} and self.points:
            self.points.pop()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.points:
            self.finish()
        elif key == Qt.Key.Key_Escape:
            if not self.points:
                self.context.workspace.set_tool(Tool.SELECT)
            self.end()
        else:
            return False
        self.context.say(self.reading())
        return True

    def finish(self) -> None:
        """Hand the shape over when it has enough corners; say so when it has not."""
        geometry = self.geometry()
        if geometry is None:
            if self.points:
                needed = _NEEDED.get(self.kind, 1)
                self.context.workspace.message.emit(
                    tr("This needs at least {n} different corners.", n=needed), "warning"
                )
            return
        if self.is_area and not geometry.is_valid:
            self.context.workspace.message.emit(
                tr("The outline crosses itself; take corners back with Backspace and draw it again."),
                "warning",
            )
            return
        self.points.clear()
        self.context.say("")
        self._live.give(geometry)
        self.context.refresh()

    def geometry(self) -> BaseGeometry | None:
        """Return what is drawn so far, or None while it has too few corners."""
        distinct = list(dict.fromkeys(self.points))
        if len(distinct) < _NEEDED.get(self.kind, 1):
            return None
        return shapely.Polygon(self.points) if self.is_area else shapely.LineString(self.points)

    def reading(self) -> str:
        """Return the live length or area, on the ellipsoid."""
        if not self.points:
            return ""
        points = [*self.points, self._cursor] if self._cursor is not None else list(self.points)
        session = self.context.workspace.session
        crs = session.settings().crs if session is not None else ""
        if len(points) < 2:
            return ""
        line = shapely.LineString(points)
        total = length_words(measuring.length_m(line, crs))
        if not self.is_area:
            last = length_words(measuring.length_m(shapely.LineString(points[-2:]), crs))
            return total if len(points) == 2 else tr("{total} (last part {last})", total=total, last=last)
        if len(points) < 3:
            return total
        shape = shapely.Polygon(points)
        return tr(
            "{area}, outline {length}",
            area=area_words(measuring.area_m2(shape, crs)),
            length=length_words(measuring.length_m(shape, crs)),
        )

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint."""
        colour = self.context.colour("accent")
        points = [*self.points, self._cursor] if self._cursor is not None and self.points else self.points
        line = QPolygonF([QPointF(*port.to_px(*p)) for p in points])
        if self.is_area and len(points) > 2:
            fill = QColor(colour)
            fill.setAlpha(48)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(line)
        for pen in (QPen(QColor(255, 255, 255, 230), 5), QPen(QColor(colour), 2.4)):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(line)
        painter.setPen(QPen(QColor(colour), 2))
        painter.setBrush(QColor(255, 255, 255))
        for point in self.points:
            painter.drawEllipse(QPointF(*port.to_px(*point)), 4, 4)
        paint_snap(painter, self._snap, port, colour)

    def _place(self, pointer: Pointer) -> Point:
        self._snap = None if self.kind == Tool.DRAW_NOTE else self.context.snap(pointer)
        if self._snap is not None:
            return (self._snap.x, self._snap.y)
        if pointer.with_shift and self.points:
            return _straight(self.points[-1], (pointer.x, pointer.y))
        return (pointer.x, pointer.y)

    def _is_same(self, one: Point, other: Point) -> bool:
        return math.dist(one, other) < _SAME_PX * self.context.port.m_per_px


def _straight(start: Point, end: Point) -> Point:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    held = round(angle / _RIGHT_ANGLE) * _RIGHT_ANGLE
    length = math.dist(start, end) * math.cos(angle - held)
    return (start[0] + length * math.cos(held), start[1] + length * math.sin(held))


class MeasureTool(CollectTool):
    """Measures; the finished shape stays with its figure until the next click."""

    def __init__(self, context: MapContext, kind: Tool) -> None:
        super().__init__(context, kind)
        self._kept: BaseGeometry | None = None
        self._words = ""

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        return tr("Click along what you measure; lengths and areas are true on the ellipsoid. Esc clears.")

    def end(self) -> None:
        """Forget what is half done."""
        super().end()
        self._kept = None

    def press(self, pointer: Pointer) -> bool:
        """Handle a pressed button."""
        if pointer.is_left:
            self._kept = None
        return super().press(pointer)

    def finish(self) -> None:
        """Keep the figure on the map."""
        geometry = self.geometry()
        self._cursor = None
        if geometry is None:
            return
        self._words = self.reading()
        self._kept = geometry
        self.points.clear()
        self.context.say("")
        self.context.workspace.message.emit(tr("Measured: {words}", words=self._words), "info")
        self.context.refresh()

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint."""
        from renovate_gui.ui.canvas.shapes import draw_highlight

        if self._kept is not None:
            draw_highlight(painter, self._kept, port, self.context.colour("accent"), is_hover=False)
            centre = (
                self._kept.representative_point()
                if self.is_area
                else self._kept.interpolate(0.5, normalized=True)
            )
            _paint_words(painter, QPointF(*port.to_px(centre.x, centre.y)), self._words, self.context)
        super().paint(painter, port)


def _paint_words(painter: QPainter, at: QPointF, words: str, context: MapContext) -> None:
    width = painter.fontMetrics().horizontalAdvance(words) + 20
    box = QRectF(at.x() - width / 2, at.y() - 14, width, 28)
    painter.setPen(QPen(QColor(context.colour("line")), 1))
    painter.setBrush(QColor(context.colour("card")))
    painter.drawRoundedRect(box, 8, 8)
    painter.setPen(QColor(context.colour("ink")))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
