"""A conflict on the map: mine solid, theirs dashed, what it was thin and grey; both labelled."""

from __future__ import annotations

import shapely
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from shapely.geometry.base import BaseGeometry

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Conflict, ObjectChange
from renovate_gui.ui.canvas.shapes import points_px, to_path
from renovate_gui.ui.canvas.viewport import Extent, Viewport
from renovate_gui.ui.tools.base import MapContext, MapTool

_DASH = [4.0, 2.6]
_WIDTH, _CASING = 3.0, 6.5
_POINT_PX = 11.0
_PULSES, _PULSE_MS = 6, 130


def mine_colour(*, is_dark: bool) -> str:
    """Return the colour of my side: the window's accent, a shade stronger."""
    return "#2CB6C2" if is_dark else "#0B6770"


def theirs_colour(*, is_dark: bool) -> str:
    """Return the colour of the other side; nothing else on any map has it."""
    return "#FF8AC4" if is_dark else "#B3206F"


def extent_of(*shapes: BaseGeometry | None) -> Extent | None:
    """Return what the map should show to see shapes with their surroundings, or None where there are none."""
    seen = [s for s in shapes if s is not None and not s.is_empty]
    if not seen:
        return None
    x_min, y_min, x_max, y_max = (float(v) for v in shapely.total_bounds(seen))
    pad = max(45.0, 0.6 * max(x_max - x_min, y_max - y_min))
    return (x_min - pad, y_min - pad, x_max + pad, y_max + pad)


def base_of(conflict: Conflict) -> BaseGeometry | None:
    """Return where the object was when the copies parted, as far as either side knows."""
    return conflict.mine.before if conflict.mine.before is not None else conflict.theirs.before


class ConflictMarks(MapTool):
    """Paints the conflict that is asked about, and lets a chosen object flash."""

    def __init__(self, context: MapContext, parent: QObject) -> None:
        super().__init__(context)
        self.conflict: Conflict | None = None
        self.who = ""
        self._flashing: BaseGeometry | None = None
        self._left = 0
        self._boxes: list[QRectF] = []
        self._timer = QTimer(parent)
        self._timer.setInterval(_PULSE_MS)
        self._timer.timeout.connect(self._tick)

    def show_conflict(self, conflict: Conflict | None, who: str = "") -> None:
        """Show a conflict, or none."""
        self.conflict, self.who = conflict, who
        self.context.refresh()

    def flash(self, shape: BaseGeometry | None) -> None:
        """Let a shape catch the eye for a moment."""
        self._flashing, self._left = shape, _PULSES if shape is not None else 0
        if shape is not None:
            self._timer.start()
        self.context.refresh()

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._timer.stop()
            self._flashing = None
        self.context.refresh()

    # -- painting -------------------------------------------------------------------------------------------------
    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint flash and conflict."""
        if self._flashing is not None and self._left % 2 == 0:
            self._halo(painter, self._flashing, port)
        if self.conflict is not None:
            self._paint_conflict(painter, self.conflict, port)

    def _paint_conflict(self, painter: QPainter, conflict: Conflict, port: Viewport) -> None:
        is_dark = self.context.workspace.is_dark
        mine, theirs = QColor(mine_colour(is_dark=is_dark)), QColor(theirs_colour(is_dark=is_dark))
        base = base_of(conflict)
        here, there = _end(conflict.mine), _end(conflict.theirs)
        if base is not None and not _is_like(base, here) and not _is_like(base, there):
            self._outline(
                painter, base, port, QColor(self.context.colour("ink3")), dash=[1.0, 3.0], width=1.6
            )
        is_one = _is_like(here, there)
        if here is not None:
            self._outline(painter, here, port, mine, fill=30)
        if there is not None and not is_one:
            self._outline(painter, there, port, theirs, dash=_DASH, fill=22)
        self._boxes = []
        for shape, colour, words in self._labels(here, there, base, is_one=is_one):
            tint = {"mine": mine, "theirs": theirs}.get(colour, QColor(self.context.colour("ink2")))
            self._label(painter, shape, port, tint, words)

    def _labels(
        self,
        here: BaseGeometry | None,
        there: BaseGeometry | None,
        base: BaseGeometry | None,
        *,
        is_one: bool,
    ) -> list[tuple[BaseGeometry, str, str]]:
        who = self.who or tr("theirs")
        if is_one and here is not None:
            return [(here, "mine", tr("Same place on both sides"))]
        found: list[tuple[BaseGeometry, str, str]] = []
        for shape, side, kept, gone in (
            (here, "mine", tr("Mine"), tr("Removed by you")),
            (there, "theirs", tr("Theirs: {who}", who=who), tr("Removed by {who}", who=who)),
        ):
            if shape is not None:
                found.append((shape, side, kept))
            elif base is not None:
                found.append((base, side, gone))
        return found

    def _outline(
        self,
        painter: QPainter,
        shape: BaseGeometry,
        port: Viewport,
        colour: QColor,
        *,
        dash: list[float] | None = None,
        width: float = _WIDTH,
        fill: int = 0,
    ) -> None:
        path = to_path(shape, port)
        casing = QColor(self.context.colour("card"))
        casing.setAlpha(225)
        line = QPen(colour, width)
        line.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dash is not None:
            line.setDashPattern(dash)
        if fill and "Polygon" in shape.geom_type:
            tint = QColor(colour)
            tint.setAlpha(fill)
            painter.fillPath(path, tint)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(casing, width + _CASING - _WIDTH), line):
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(path)
            for at in points_px(shape, port):
                painter.drawEllipse(at, _POINT_PX, _POINT_PX)

    def _halo(self, painter: QPainter, shape: BaseGeometry, port: Viewport) -> None:
        colour = QColor(self.context.colour("selection"))
        colour.setAlpha(110)
        pen = QPen(colour, 14)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(to_path(shape, port))
        for at in points_px(shape, port):
            painter.drawEllipse(at, _POINT_PX + 4, _POINT_PX + 4)

    def _label(
        self, painter: QPainter, shape: BaseGeometry, port: Viewport, colour: QColor, words: str
    ) -> None:
        """Write the side's name at the upper corner of its shape, clear of what is written already."""
        face = QFont(painter.font())
        face.setPixelSize(12)
        face.setBold(True)
        painter.setFont(face)
        x_min, _, x_max, y_max = shape.bounds
        at = QPointF(*port.to_px((x_min + x_max) / 2, y_max))
        lift = _POINT_PX if shape.geom_type.endswith("Point") else 0.0
        width = painter.fontMetrics().horizontalAdvance(words) + 16
        left = min(max(at.x() - width / 2, 6), max(6.0, port.width - width - 6))
        top = min(max(at.y() - lift - 30, 6), max(6.0, port.height - 30))
        box = QRectF(left, top, width, 22)
        for _ in range(4):
            hit = next((b for b in self._boxes if b.adjusted(-4, -4, 4, 4).intersects(box)), None)
            if hit is None:
                break
            box.moveTop(hit.top() - 28 if hit.top() >= 34 else hit.bottom() + 6)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(QColor(self.context.colour("card")))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        self._boxes.append(box)


def _end(change: ObjectChange) -> BaseGeometry | None:
    """Return where an object is on one side, None where that side removed it or it has no place."""
    if change.kind is ChangeKind.REMOVED:
        return None
    return change.after if change.after is not None else change.before


def _is_like(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    return one is not None and other is not None and bool(shapely.equals_exact(one, other, tolerance=1e-6))
