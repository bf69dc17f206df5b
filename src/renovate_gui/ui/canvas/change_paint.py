"""Paints a difference in pixels: one path for each sort of change, kept as a picture while the map stands still."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.difference import ChangeKind, Difference, ObjectChange, ObjectKey
from renovate_gui.render.paths import paths_of_parts, rings_of
from renovate_gui.ui.canvas.change_look import colour_of, draw_mark, line_pen
from renovate_gui.ui.canvas.shapes import points_px
from renovate_gui.ui.canvas.viewport import Extent, Viewport
from renovate_gui.ui.tools.base import MapContext, MapTool

_WIDTH, _CASING_PX = 3.2, 8.0
_MOST_PATTERNED, _MOST_MARKS = 1200, 240
"""Above so many visible objects lines are plain and thin, and only so many carry a mark."""
_TINY_PX, _DOT_PX = 3.0, 5.0
_AREA, _BATCH = 2, 20
_HEAVY, _REST_MS = 400, 90
"""From so many visible objects on an older picture stands in while the map moves, until it rests."""
_MARK_PX, _FOCUS_MARK_PX = 15.0, 19.0
_ARROW_PX = 22.0
"""A move shorter than this on the screen needs no arrow."""
_ORDER = (ChangeKind.REMOVED, ChangeKind.CHANGED, ChangeKind.ADDED)
_FADED = 0.38


class _Shapes:
    """The geometries of one sort of change as arrays: bounds, rings and lines."""

    def __init__(self, shapes: Sequence[BaseGeometry] | np.ndarray) -> None:
        self.all = np.empty(len(shapes), dtype=object)
        self.all[:] = shapes
        self.bounds = shapely.bounds(self.all) if len(shapes) else np.empty((0, 4))
        self.is_area = shapely.get_dimensions(self.all) >= _AREA
        self._rings = rings_of(self.all)

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

    def paths(self, rows: np.ndarray, port: Viewport) -> list[QPainterPath]:
        """Return outlines and lines in pixels, a few objects in each path: Qt strokes long paths slowly."""
        xy, starts, first = self._rings.together(rows)
        if len(starts) < 2:
            return []
        px = np.column_stack(
            [
                (xy[:, 0] - port.cx) / port.m_per_px + port.width / 2,
                (port.cy - xy[:, 1]) / port.m_per_px + port.height / 2,
            ]
        )
        ends = np.unique(np.append(first[1:][_BATCH - 1 :: _BATCH], first[-1]))
        return paths_of_parts(px, starts[:-1], ends[ends > 0], is_winding=True)


class ChangeShapes:
    """What the map paints of a difference, as arrays; may be made in any thread."""

    def __init__(self, difference: Difference | None) -> None:
        found = (difference or Difference(())).places()
        was, becomes = ~shapely.is_missing(found.before), ~shapely.is_missing(found.after)
        self.is_any = bool((was | becomes).any())
        shown = np.where(becomes, found.after, found.before)
        rows = {k: np.flatnonzero((found.kinds == k) & (was | becomes)) for k in ChangeKind}
        self.counts = {k: len(r) for k, r in rows.items()}
        self.now = {k: _Shapes(shown[rows[k]]) for k in _ORDER}
        both = np.flatnonzero(was & becomes)
        moved = both[~shapely.equals_identical(found.before[both], found.after[both])]
        self.before = _Shapes(found.before[moved])
        every = np.concatenate([shapely.bounds(found.before), shapely.bounds(found.after)])
        self.extent = _joint(every)


def _joint(bounds: np.ndarray) -> Extent | None:
    found = bounds[np.isfinite(bounds).all(axis=1)]
    if len(found) == 0:
        return None
    return (*map(float, found[:, :2].min(axis=0)), *map(float, found[:, 2:].max(axis=0)))  # type: ignore[return-value]


class ChangePainter(MapTool):
    """Paints the chosen difference above the map."""

    def __init__(self, context: MapContext) -> None:
        super().__init__(context)
        self._difference: Difference | None = None
        self._shapes = ChangeShapes(None)
        self._focus: ObjectChange | None = None
        self._picture: QPixmap | None = None
        self._picture_of: tuple[Viewport, float, bool] | None = None
        self._asked: tuple[Viewport, float, bool] | None = None
        self._is_heavy = False
        self._rest = QTimer()
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(context.refresh)

    def set_difference(
        self, difference: Difference | None, focus: ObjectKey | None, shapes: ChangeShapes | None = None
    ) -> None:
        """Take what to paint; ``shapes`` may have been made of it in another thread."""
        if difference is not self._difference or difference is None:
            self._shapes = shapes or ChangeShapes(difference)
            self._difference = difference
        changes = difference.changes if difference is not None and focus is not None else ()
        found = next((c for c in changes if c.key == focus), None)
        has_place = found is not None and (found.before is not None or found.after is not None)
        self._focus = found if has_place else None
        self._picture = None

    def extent(self) -> Extent | None:
        """Return the bounds of all that is shown, before and after; None when nothing of it has a place."""
        return self._shapes.extent

    def counts(self) -> dict[ChangeKind, int]:
        """Return how many objects with a place were added, changed and removed."""
        return self._shapes.counts

    # -- painting -----------------------------------------------------------------------------------------------
    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Copy the picture; it is painted anew when map, theme or difference are others."""
        if not self._shapes.is_any:
            return
        device = painter.device()
        ratio = float(device.devicePixelRatioF()) if device is not None else 1.0
        wanted = (port, ratio, self.context.workspace.is_dark)
        if self._picture is None or self._picture_of != wanted:
            if self._picture is not None and self._is_heavy and self._stand_in(painter, wanted):
                return
            self._picture, self._picture_of = self._painted(port, ratio), wanted
        painter.drawPixmap(0, 0, self._picture)

    def _stand_in(self, painter: QPainter, wanted: tuple[Viewport, float, bool]) -> bool:
        """Paint the older picture where it belongs now, as long as the map moves; return whether that will do."""
        if self._picture is None or self._picture_of is None or self._picture_of[1:] != wanted[1:]:
            return False
        is_resting = self._asked == wanted and not self._rest.isActive()
        if is_resting:
            return False
        if self._asked != wanted:
            self._asked = wanted
            self._rest.start(_REST_MS)
        old, new = self._picture_of[0], wanted[0]
        scale = old.m_per_px / new.m_per_px
        left, top = new.to_px(*old.to_map(0, 0))
        painter.drawPixmap(
            QRectF(left, top, old.width * scale, old.height * scale),
            self._picture,
            QRectF(self._picture.rect()),
        )
        return True

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
        seen = {k: self._shapes.now[k].seen(port) for k in _ORDER}
        before = self._shapes.before.seen(port)
        visible = sum(len(s) for s in seen.values())
        self._is_heavy, is_plain = visible > _HEAVY, visible > _MOST_PATTERNED
        self._paint_group(
            painter, port, self._shapes.before, before, ChangeKind.CHANGED, is_plain=is_plain, is_before=True
        )
        for kind in _ORDER:
            self._paint_group(painter, port, self._shapes.now[kind], seen[kind], kind, is_plain=is_plain)
        self._marks(painter, port, seen)

    def _marks(self, painter: QPainter, port: Viewport, seen: dict[ChangeKind, np.ndarray]) -> None:
        for kind in _ORDER:
            for row in seen[kind][:_MOST_MARKS]:
                self._mark(painter, port, self._shapes.now[kind].all[row], kind, _MARK_PX)

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
        large = rows[~is_tiny]
        for is_area in (True, False):
            chosen = large[shapes.is_area[large] == is_area]
            paths = shapes.paths(chosen, port) if len(chosen) else []
            self._stroke(painter, paths, kind, is_area=is_area, is_plain=is_plain, is_before=is_before)

    def _stroke(
        self,
        painter: QPainter,
        paths: Sequence[QPainterPath],
        kind: ChangeKind,
        *,
        is_area: bool,
        is_plain: bool = False,
        is_before: bool = False,
        width: float = _WIDTH,
    ) -> None:
        if is_area and not is_before:
            self._fill(painter, paths, kind)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in self._pens(kind, width, is_plain=is_plain, is_before=is_before):
            painter.setPen(pen)
            for path in paths:
                painter.drawPath(path)

    def _pens(self, kind: ChangeKind, width: float, *, is_plain: bool, is_before: bool) -> tuple[QPen, ...]:
        is_dark = self.context.workspace.is_dark
        if is_plain:
            return (QPen(QColor(colour_of(kind, is_dark=is_dark)), 1.2),)
        casing = QColor(self.context.colour("map_ground"))
        casing.setAlpha(225)
        below = QPen(casing, width + _CASING_PX - _WIDTH)
        below.setCapStyle(Qt.PenCapStyle.RoundCap)
        below.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        thin = width * (0.75 if is_before else 1.0)
        return below, line_pen(kind, thin, is_dark=is_dark, is_before=is_before)

    def _fill(self, painter: QPainter, paths: Sequence[QPainterPath], kind: ChangeKind) -> None:
        tint = QColor(colour_of(kind, is_dark=self.context.workspace.is_dark))
        tint.setAlpha(44)
        lines = QColor(tint)
        lines.setAlpha(130)
        for path in paths:
            painter.fillPath(path, tint)
            if kind is ChangeKind.REMOVED:
                painter.fillPath(path, QBrush(lines, Qt.BrushStyle.BDiagPattern))

    def _dots(self, painter: QPainter, port: Viewport, boxes: np.ndarray, colour: QColor) -> None:
        """Paint what is smaller than a few pixels as dots, all at once."""
        if len(boxes) == 0:
            return
        px = ((boxes[:, 0] + boxes[:, 2]) / 2 - port.cx) / port.m_per_px + port.width / 2
        py = (port.cy - (boxes[:, 1] + boxes[:, 3]) / 2) / port.m_per_px + port.height / 2
        step = (
            1 if len(boxes) < _MOST_PATTERNED else _DOT_PX / 2
        )  # dots that lie so close look like one anyway
        x, y = np.round(px / step).astype(np.int64), np.round(py / step).astype(np.int64)
        rows = np.unique(x * 2**32 + y, return_index=True)[1]
        cells = np.column_stack([x[rows], y[rows]]) * step
        pen = QPen(colour, _DOT_PX)
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
            self._outline(painter, port, change.before, change.kind, width=3.4, is_before=True)
            self._ghosts(painter, port, change.before)
            self._arrow(painter, port, change.before, shape)
        self._outline(painter, port, shape, change.kind, width=4.2)
        halo = QPen(QColor(colour_of(change.kind, is_dark=self.context.workspace.is_dark)), 2.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at in points_px(shape, port):
            painter.setPen(halo)
            painter.drawEllipse(at, 15.0, 15.0)
        self._mark(painter, port, shape, change.kind, _FOCUS_MARK_PX)

    def _outline(
        self,
        painter: QPainter,
        port: Viewport,
        shape: BaseGeometry,
        kind: ChangeKind,
        *,
        width: float,
        is_before: bool = False,
    ) -> None:
        one = _Shapes((shape,))
        paths = one.paths(np.zeros(1, dtype=np.int64), port)
        self._stroke(painter, paths, kind, is_area=bool(one.is_area[0]), is_before=is_before, width=width)

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
