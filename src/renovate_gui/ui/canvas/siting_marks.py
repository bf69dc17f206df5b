"""The plan in question on the map: its sites numbered, the buildings that it newly serves coloured."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen

from renovate_gui.app.siting import Plan
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.ui.canvas.shapes import to_path, visible_only
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.siting_cards import letter, newly_colour
from renovate_gui.ui.stages.siting_desk import SitingDesk
from renovate_gui.ui.tools.base import MapContext, MapTool

_RADIUS, _MOST = 13.0, 4000


class SitingMarks(MapTool):
    """Paints the shown plan."""

    def __init__(self, context: MapContext, desk: SitingDesk) -> None:
        super().__init__(context)
        self._desk = desk
        self._seen: Plan | None = None
        self._shapes = np.empty(0, dtype=object)
        desk.shown_changed.connect(self._follow)

    def _follow(self) -> None:
        plan = self._desk.shown
        if plan is not self._seen:
            self._seen = plan
            self._shapes = self._buildings(plan)
        self.context.refresh()

    def _buildings(self, plan: Plan | None) -> ObjectArray:
        session, result = self._desk.session, self._desk.result
        nothing = np.empty(0, dtype=object)
        if plan is None or session is None or result is None or not plan.new_ids:
            return nothing
        try:
            table = session.layers.table(result.layer_id)
        except RenovateError:
            return nothing
        return np.asarray(table.geometry[np.isin(table.ids, np.array(plan.new_ids))])

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint buildings below, sites above."""
        plan = self._desk.shown
        if plan is None:
            return
        is_dark = self.context.workspace.is_dark
        look = look_of(is_dark=is_dark)
        fill = QColor(newly_colour(look))
        edge = QPen(fill.lighter(150) if is_dark else fill.darker(150), 1.0 if port.m_per_px < 1 else 0.5)
        path = QPainterPath()
        for shape in visible_only(self._shapes, port, _MOST):
            path.addPath(to_path(shape, port))
        painter.setPen(edge)
        painter.setBrush(fill)
        painter.drawPath(path)
        for number, site in enumerate(plan.sites, start=1):
            at = QPointF(*port.to_px(site.point.x, site.point.y))  # type: ignore[attr-defined]
            _disc(painter, at, letter(number), QColor(look.ink), QColor(look.card))


def _disc(painter: QPainter, at: QPointF, words: str, fill: QColor, ink: QColor) -> None:
    """Paint a numbered disc with a dashed ring: a site that is not drawn yet."""
    painter.setPen(QPen(QColor("#FFFFFF"), 3.0))
    painter.setBrush(fill)
    painter.drawEllipse(at, _RADIUS, _RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(fill, 1.8, Qt.PenStyle.DashLine))
    painter.drawEllipse(at, _RADIUS + 5, _RADIUS + 5)
    face = QFont(painter.font())
    face.setPixelSize(13)
    face.setBold(True)
    painter.setFont(face)
    painter.setPen(ink)
    box = QRectF(at.x() - _RADIUS, at.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
