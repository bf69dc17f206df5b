"""Shapely geometries as painter paths in pixels, for selections, rubber bands and previews (never for mass layers)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from shapely.geometry.base import BaseGeometry

from renovate_gui.ui.canvas.viewport import Viewport


def _ring(coordinates: Any, port: Viewport) -> QPolygonF:
    px = (coordinates[:, 0] - port.cx) / port.m_per_px + port.width / 2
    py = (port.cy - coordinates[:, 1]) / port.m_per_px + port.height / 2
    return QPolygonF([QPointF(x, y) for x, y in zip(px.tolist(), py.tolist(), strict=True)])


def to_path(geometry: BaseGeometry, port: Viewport) -> QPainterPath:
    """Return lines and rings of a geometry in pixels, polygons closed; points give nothing."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for part in shapely.get_parts(np.array([geometry], dtype=object)):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                path.addPolygon(_ring(shapely.get_coordinates(ring), port))
                path.closeSubpath()
        elif "Line" in part.geom_type:
            path.addPolygon(_ring(shapely.get_coordinates(part), port))
        elif part.geom_type == "GeometryCollection":
            path.addPath(to_path(part, port))
    return path


def points_px(geometry: BaseGeometry, port: Viewport) -> list[QPointF]:
    """Return the pixels of a geometry's points; lines and polygons give nothing."""
    parts = shapely.get_parts(np.array([geometry], dtype=object))
    return [QPointF(*port.to_px(p.x, p.y)) for p in parts if p.geom_type == "Point" and not p.is_empty]


def draw_highlight(
    painter: QPainter, geometry: BaseGeometry, port: Viewport, colour: str, *, is_hover: bool
) -> None:
    """Paint a selected or hovered feature: a light casing under a coloured line, a soft fill."""
    path = to_path(geometry, port)
    tint = QColor(colour)
    casing = QPen(QColor(255, 255, 255, 220), 3.0 if is_hover else 5.0)
    line = QPen(tint, 1.6 if is_hover else 2.4)
    for pen in (casing, line):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    is_area = geometry.geom_type in {"Polygon", "MultiPolygon", "GeometryCollection"}
    if is_area and not is_hover:
        tint.setAlpha(46)
        painter.fillPath(path, tint)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (casing, line):
        painter.setPen(pen)
        painter.drawPath(path)
    for point in points_px(geometry, port):
        for pen in (casing, line):
            painter.setPen(pen)
            painter.drawEllipse(point, 10.0, 10.0)


def visible_only(geometries: Any, port: Viewport, limit: int) -> list[BaseGeometry]:
    """Return at most ``limit`` geometries of an array that touch the view."""
    if len(geometries) == 0:
        return []
    bounds = shapely.bounds(geometries)
    x_min, y_min, x_max, y_max = port.extent
    reach = 12 * port.m_per_px
    with np.errstate(invalid="ignore"):
        seen = (
            (bounds[:, 0] <= x_max + reach)
            & (bounds[:, 2] >= x_min - reach)
            & (bounds[:, 1] <= y_max + reach)
            & (bounds[:, 3] >= y_min - reach)
        )
    return list(np.asarray(geometries, dtype=object)[np.flatnonzero(seen)[:limit]])
