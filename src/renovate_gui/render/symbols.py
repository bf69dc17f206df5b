"""Point symbols and pens: discs, squares, pins, numbers, service discs with a glyph from the icon fonts."""

from __future__ import annotations

import importlib.util
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF, QRawFont, QTransform

from renovate_gui.domain.style import Marker, Symbol
from renovate_gui.render.fonts import font
from renovate_gui.render.view import FloatArray

_ICON_FILES = {
    "mdi": "materialdesignicons5-webfont",
    "mdi6": "materialdesignicons6-webfont",
    "fa5s": "fontawesome5-solid-webfont",
    "fa6s": "fontawesome6-solid-webfont",
    "ph": "phosphor",
    "ri": "remixicon",
    "msc": "codicon",
}
_GLYPH_SIZE = 100.0


@lru_cache(maxsize=8)
def _icon_font(prefix: str) -> tuple[QRawFont, dict[str, str]] | None:
    # the font files are read where the icon package lies; importing it would need a window library
    found = importlib.util.find_spec("qtawesome")
    stem = _ICON_FILES.get(prefix)
    if found is None or found.origin is None or stem is None:
        return None
    folder = Path(found.origin).parent / "fonts"
    fonts = sorted(folder.glob(f"{stem}-[0-9]*.ttf"))
    maps = sorted(folder.glob(f"{stem}-charmap-*.json"))
    if not fonts or not maps:
        return None
    return QRawFont(str(fonts[-1]), _GLYPH_SIZE), json.loads(maps[-1].read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def icon_path(name: str) -> QPainterPath | None:
    """Return the outline of an icon such as ``mdi6.human-cane``, centred on the origin, 1 unit high; None when unknown."""
    prefix, _, key = name.partition(".")
    loaded = _icon_font(prefix)
    if loaded is None or key not in loaded[1]:
        return None
    raw, charmap = loaded
    glyphs = raw.glyphIndexesForString(chr(int(charmap[key], 16)))
    outline = raw.pathForGlyph(glyphs[0]) if glyphs else QPainterPath()
    box = outline.boundingRect()
    if box.isEmpty():
        return None
    size = max(box.width(), box.height())
    move = QTransform().scale(1 / size, 1 / size).translate(-box.center().x(), -box.center().y())
    return move.map(outline)


def pen_of(colour: str | None, width: float, dash: tuple[float, ...] = (), *, unit: float = 1.0) -> QPen:
    """Return a pen in device pixels; dashes are given in device-independent pixels."""
    if colour is None or width <= 0:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(
        QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([max(d * unit / width, 0.01) for d in dash])
    return pen


def brush_of(colour: str | None) -> QBrush:
    """Return a plain brush, or none."""
    return QBrush(Qt.BrushStyle.NoBrush) if colour is None else QBrush(QColor(colour))


def ink_on(fill: str | None) -> str:
    """Return white or dark ink, whichever reads better on a fill (relative luminance after WCAG 2.1)."""
    if fill is None:
        return "#1B2430"
    colour = QColor(fill)
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#FFFFFF" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.0639 else "#1B2430"


def paint_marker(
    painter: QPainter, symbol: Symbol, x: float, y: float, *, unit: float, growth: float = 1.0
) -> None:
    """Paint one point symbol at a device point; ``growth`` scales its size."""
    radius = symbol.size_px * unit * growth / 2
    painter.setPen(pen_of(symbol.stroke, symbol.stroke_px * unit * min(1.0, growth)))
    painter.setBrush(brush_of(symbol.fill))
    if symbol.marker in {Marker.CIRCLE, Marker.PLUS, Marker.NUMBER}:
        painter.drawEllipse(QPointF(x, y), radius, radius)
    elif symbol.marker is Marker.PIN:
        painter.drawPath(_pin(x, y, radius))
        y -= radius * 1.5
    elif symbol.marker is not Marker.CALLOUT:
        painter.drawPolygon(_polygon(symbol.marker, x, y, radius))
    else:
        painter.drawEllipse(QPointF(x, y), radius * 0.4, radius * 0.4)
    if symbol.marker is Marker.PLUS or symbol.glyph:
        _paint_glyph(painter, symbol, x, y, radius)


def _polygon(marker: Marker, x: float, y: float, r: float) -> QPolygonF:
    corners = {
        Marker.SQUARE: ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
        Marker.DIAMOND: ((0.0, -1.15), (1.15, 0.0), (0.0, 1.15), (-1.15, 0.0)),
        Marker.TRIANGLE: ((0.0, -1.15), (1.08, 0.78), (-1.08, 0.78)),
    }[marker]
    return QPolygonF([QPointF(x + dx * r, y + dy * r) for dx, dy in corners])


def _pin(x: float, y: float, r: float) -> QPainterPath:
    """Return a drop whose tip stands on the point."""
    path = QPainterPath(QPointF(x, y))
    path.cubicTo(x - r * 0.3, y - r * 0.6, x - r, y - r * 0.9, x - r, y - r * 1.5)
    path.arcTo(QRectF(x - r, y - r * 2.5, 2 * r, 2 * r), 180, -180)
    path.cubicTo(x + r, y - r * 0.9, x + r * 0.3, y - r * 0.6, x, y)
    return path


def _paint_glyph(painter: QPainter, symbol: Symbol, x: float, y: float, radius: float) -> None:
    ink = symbol.stroke if symbol.marker is Marker.PLUS and symbol.stroke else ink_on(symbol.fill)
    icon = icon_path(symbol.glyph) if "." in symbol.glyph else None
    if icon is not None:
        size = radius * 1.28
        moved = QTransform().translate(x, y).scale(size, size).map(icon)
        painter.fillPath(moved, QColor(ink))
    elif symbol.glyph and "." not in symbol.glyph:
        paint_centred(
            painter,
            symbol.glyph,
            QPointF(x, y),
            size=radius * (1.25 if len(symbol.glyph) < 3 else 0.92),
            ink=ink,
        )
    elif symbol.marker is Marker.PLUS:
        arm = radius * 0.5
        painter.setPen(pen_of(ink, max(radius * 0.24, 0.6)))
        painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
        painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))


def paint_centred(painter: QPainter, text: str, at: QPointF, *, size: float, ink: str) -> None:
    """Paint a short bold text centred on a device point; ``size`` in device pixels."""
    painter.setFont(font(size, bold=True))
    painter.setPen(QColor(ink))
    box = QRectF(at.x() - size * 3, at.y() - size, size * 6, size * 2)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


def crowded(xy: FloatArray, least: float) -> NDArray[np.bool_]:
    """Return which points stand closer than ``least`` to an earlier point that is drawn in full, shape ``(n,)``.

    Symbols are thinned like this for a whole layer at a scale, never per tile, so that tiles agree.
    """
    out = np.zeros(len(xy), dtype=bool)
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for i, (x, y) in enumerate(xy.tolist()):
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        column, row = int(x // least), int(y // least)
        near = (
            other
            for dc in (-1, 0, 1)
            for dr in (-1, 0, 1)
            for other in taken.get((column + dc, row + dr), ())
        )
        if any((x - a) ** 2 + (y - b) ** 2 < least * least for a, b in near):
            out[i] = True
        else:
            taken.setdefault((column, row), []).append((x, y))
    return out
