"""Paints a difference in pixels: one path for each sort of change, kept as a picture while the map stands still."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.difference import ChangeKind, Difference, ObjectChange, ObjectKey
from renovate_gui.ui.canvas.change_look import colour_of, draw_mark, line_pen
from renovate_gui.ui.canvas.shapes import points_px, to_path
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import MapContext, MapTool

_WIDTH, _CASING_PX = 3.2, 8.0
_MOST_PATTERNED, _MOST_MARKS = 1200, 240
"""Above so many visible objects lines are plain and thin, and only so many carry a mark."""
_TINY_PX = 3.0
_MARK_PX, _FOCUS_MARK_PX = 15.0, 19.0
_ARROW_PX = 22.0
"""A move shorter than this on the screen needs no arrow."""
_ORDER = (ChangeKind.REMOVED, ChangeKind.CHANGED, ChangeKind.ADDED)
_FADED = 0.38


class _Shapes:
    """The geometries of one sort of change as arrays, with their bounds."""

    def __init__(self, shapes: Sequence[BaseGeometry]) -> None:
        self.all = np.empty(len(shapes), dtype=object)
        self.all[:] = shapes
        self.all = shapely.orient_polygons(
            self.all
        )  # holes run the other way, so that overlaps are not holes
        self.bounds = shapely.bounds(self.all) if len(shapes) else np.empty((0, 4))

    def seen(self, port: Viewport) -> np.ndarray:
        """Return which of them touch the view."""
        x_min, y_min, x_max, y_max = port.extent
        reach = 16 * port.m_per_px
        b = self.bounds
        with np.errstate(invalid="ignore"):
            return np.flatnonzero(
                (b[:, 0] <= x_max + reach)
                & (b[:, 2] >= x_min - reach)
                & (b[:, 1] <= y_max + reach)
                & (b[:, 3] >= y_min - reach)
            )


class ChangePainter(MapTool):
    """Paints the chosen difference above the map."""

    def __init__(self, context: MapContext) -> None:
        super().__init__(context)
        self._is_shown = False
        self._now: dict[ChangeKind, _Shapes] = {}
        self._before = _Shapes(())
        self._focus: ObjectChange | None = None
        self._counts: dict[ChangeKind, int] = {}
        self._picture: QPixmap | None = None
        self._picture_of: tuple[object, ...] = ()

    def set_difference(self, difference: Difference | None, focus: ObjectKey | None) -> None:
        """Take what to paint."""
        changes = difference.changes if difference is not None else ()
        placed = [c for c in changes if c.before is not None or c.after is not None]
        self._is_shown = bool(placed)
        self._counts = {k: sum(c.kind is k for c in placed) for k in ChangeKind}
        self._focus = next((c for c in placed if c.key == focus), None)
        self._now = {k: _Shapes([_shown(c) for c in placed if c.kind is k]) for k in _ORDER}
        self._before = _Shapes([c.before for c in placed if c.before is not None and _has_moved(c)])
        self._picture = None

    def counts(self) -> dict[ChangeKind, int]:
        """Return how many objects with a place were added, changed and removed."""
        return self._counts

    # -- painting -----------------------------------------------------------------------------------------------
    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Copy the picture; it is painted anew when map, theme or difference are others."""
        if not self._is_shown:
            return
        device = painter.device()
        ratio = float(device.devicePixelRatioF()) if device is not None else 1.0
        wanted = (port, ratio, self.context.workspace.is_dark)
        if self._picture is None or self._picture_of != wanted:
            self._picture = self._painted(port, ratio)
            self._picture_of = wanted
        painter.drawPixmap(0, 0, self._picture)

    def _painted(self, port: Viewport, ratio: float) -> QPixmap:
        picture = QPixmap(round(port.width * ratio), round(port.height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(_FADED if self._focus is not None else 1.0)
            self._paint_all(painter, port)
            if self._focus is not None:
                painter.setOpacity(1.0)
                self._paint_one(painter, port, self._focus)
        return picture

    def _paint_all(self, painter: QPainter, port: Viewport) -> None:
        seen = {k: self._now[k].seen(port) for k in _ORDER}
        before = self._before.seen(port)
        is_plain = sum(len(s) for s in seen.values()) > _MOST_PATTERNED
        self._paint_group(
            painter, port, self._before, before, ChangeKind.CHANGED, is_plain=is_plain, is_before=True
        )
        for kind in _ORDER:
            self._paint_group(painter, port, self._now[kind], seen[kind], kind, is_plain=is_plain)
        for kind in _ORDER:
            for row in seen[kind][:_MOST_MARKS]:
                self._mark(painter, port, self._now[kind].all[row], kind, _MARK_PX)

    def _paint_group(
        self,
        painter: QPainter,
        port: Viewport,
        shapes: _Shapes,
        rows: np.ndarray,
        kind: ChangeKind,
        *,
        is_plain: bool,
        is_before: bool = False,
    ) -> None:
        if len(rows) == 0:
            return
        boxes = shapes.bounds[rows]
        extent = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) / port.m_per_px
        is_tiny = extent < _TINY_PX
        colour = QColor(colour_of(kind, is_dark=self.context.workspace.is_dark))
        self._dots(painter, port, boxes[is_tiny], colour)
        chosen = shapes.all[rows[~is_tiny]]
        areas, lines = _paths(chosen, port)
        self._stroke(painter, areas, lines, kind, is_plain=is_plain, is_before=is_before)

    def _stroke(
        self,
        painter: QPainter,
        areas: QPainterPath,
        lines: QPainterPath,
        kind: ChangeKind,
        *,
        is_plain: bool,
        is_before: bool,
        width: float = _WIDTH,
    ) -> None:
        is_dark = self.context.workspace.is_dark
        if not is_before and not areas.isEmpty():
            self._fill(painter, areas, kind)
        whole = QPainterPath(areas)
        whole.addPath(lines)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_plain:
            painter.setPen(QPen(QColor(colour_of(kind, is_dark=is_dark)), 1.2))
            painter.drawPath(whole)
            return
        casing = QColor(self.context.colour("map_ground"))
        casing.setAlpha(225)
        for pen in (
            QPen(
                casing,
                width + _CASING_PX - _WIDTH,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            ),
            line_pen(kind, width * (0.75 if is_before else 1.0), is_dark=is_dark, is_before=is_before),
        ):
            painter.setPen(pen)
            painter.drawPath(whole)

    def _fill(self, painter: QPainter, areas: QPainterPath, kind: ChangeKind) -> None:
        tint = QColor(colour_of(kind, is_dark=self.context.workspace.is_dark))
        tint.setAlpha(44)
        painter.fillPath(areas, tint)
        if kind is ChangeKind.REMOVED:
            tint.setAlpha(130)
            painter.save()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            brush = painter.brush()
            brush.setStyle(Qt.BrushStyle.BDiagPattern)
            painter.fillPath(areas, brush)
            painter.restore()

    def _dots(self, painter: QPainter, port: Viewport, boxes: np.ndarray, colour: QColor) -> None:
        """Paint what is smaller than a few pixels as dots, all at once."""
        if len(boxes) == 0:
            return
        px = ((boxes[:, 0] + boxes[:, 2]) / 2 - port.cx) / port.m_per_px + port.width / 2
        py = (port.cy - (boxes[:, 1] + boxes[:, 3]) / 2) / port.m_per_px + port.height / 2
        cells = np.unique(np.round(np.column_stack([px, py])), axis=0)
        pen = QPen(colour, 5.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints([QPointF(x, y) for x, y in cells.tolist()])

    def _mark(
        self, painter: QPainter, port: Viewport, shape: BaseGeometry, kind: ChangeKind, size: float
    ) -> None:
        place = _mark_place(shape)
        if place is not None:
            at = QPointF(*port.to_px(*place))
            draw_mark(painter, at, kind, is_dark=self.context.workspace.is_dark, size=size)

    # -- the one in front -----------------------------------------------------------------------------------------
    def _paint_one(self, painter: QPainter, port: Viewport, change: ObjectChange) -> None:
        shape = _shown(change)
        if _has_moved(change) and change.before is not None:
            areas, lines = _paths([change.before], port)
            self._stroke(painter, areas, lines, change.kind, is_plain=False, is_before=True, width=3.4)
            self._ghosts(painter, port, change.before)
            self._arrow(painter, port, change.before, shape)
        areas, lines = _paths([shape], port)
        self._stroke(painter, areas, lines, change.kind, is_plain=False, is_before=False, width=4.2)
        halo = QPen(QColor(colour_of(change.kind, is_dark=self.context.workspace.is_dark)), 2.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at in points_px(shape, port):
            painter.setPen(halo)
            painter.drawEllipse(at, 15.0, 15.0)
        self._mark(painter, port, shape, change.kind, _FOCUS_MARK_PX)

    def _ghosts(self, painter: QPainter, port: Viewport, before: BaseGeometry) -> None:
        """Paint where points were."""
        painter.setPen(
            line_pen(ChangeKind.CHANGED, 1.8, is_dark=self.context.workspace.is_dark, is_before=True)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at in points_px(before, port):
            painter.drawEllipse(at, 8.0, 8.0)

    def _arrow(self, painter: QPainter, port: Viewport, before: BaseGeometry, after: BaseGeometry) -> None:
        ends = [_mark_place(before), _mark_place(after)]
        if ends[0] is None or ends[1] is None:
            return
        start, end = (QPointF(*port.to_px(*e)) for e in ends if e is not None)
        way = end - start
        length = float(np.hypot(way.x(), way.y()))
        if length < _ARROW_PX:
            return
        painter.setPen(
            QPen(QColor(colour_of(ChangeKind.CHANGED, is_dark=self.context.workspace.is_dark)), 1.8)
        )
        painter.drawLine(start, end - way * (_FOCUS_MARK_PX / 2 / length))


def _shown(change: ObjectChange) -> BaseGeometry:
    """Return where an object is after its change; of what was removed, where it was."""
    shape = change.after if change.after is not None else change.before
    assert shape is not None  # only objects with a place are asked
    return shape


def _has_moved(change: ObjectChange) -> bool:
    before, after = change.before, change.after
    return before is not None and after is not None and not shapely.equals_identical(before, after)


def _paths(shapes: Iterable[Any], port: Viewport) -> tuple[QPainterPath, QPainterPath]:
    """Return the outlines of areas and the lines of geometries, each as one path in pixels."""
    areas, lines = QPainterPath(), QPainterPath()
    areas.setFillRule(Qt.FillRule.WindingFill)
    for shape in shapes:
        is_area = shapely.get_dimensions(shape) >= 2
        (areas if is_area else lines).addPath(to_path(shape, port))
    return areas, lines


def _mark_place(shape: BaseGeometry) -> tuple[float, float] | None:
    """Return where the mark of an object stands: on it, whatever its form."""
    if shape.is_empty:
        return None
    dimensions = shapely.get_dimensions(shape)
    point: Any
    if dimensions == 1:
        line: Any = shapely.get_geometry(shape, 0)
        point = shapely.line_interpolate_point(line, 0.5, normalized=True)
    elif dimensions == 0:
        point = shapely.get_geometry(shape, 0)
    else:
        point = shapely.point_on_surface(shape)
    if point is None or point.is_empty:
        return None
    return float(shapely.get_x(point)), float(shapely.get_y(point))
