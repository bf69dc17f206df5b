"""Little pictures of symbols for legend, layer tree and style editor."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from renovate_gui.domain.style import Hatch, Symbol

SIZE = QSize(16, 16)


@lru_cache(maxsize=1024)
def swatch(symbol: Symbol, shape: str, ratio: float = 1.0, width: int = 16, height: int = 16) -> QPixmap:
    """Return a symbol's picture; ``shape`` is ``polygon``, ``line`` or ``point``."""
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(symbol.opacity)
        box = QRectF(1.5, 1.5, width - 3, height - 3)
        if shape == "line":
            _line(painter, symbol, box)
        elif shape == "point":
            _point(painter, symbol, box)
        else:
            _area(painter, symbol, box)
    return pixmap


@lru_cache(maxsize=256)
def ramp(colours: tuple[str, ...], ratio: float = 1.0, width: int = 16, height: int = 16) -> QPixmap:
    """Return vertical bands of colours."""
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(1.5, 1.5, width - 3, height - 3), 3, 3)
        painter.setClipPath(clip)
        step = (width - 3) / max(1, len(colours))
        for i, colour in enumerate(colours):
            painter.fillRect(QRectF(1.5 + i * step, 1.5, step + 0.5, height - 3), QColor(colour))
        painter.setClipping(False)
        painter.setPen(QPen(QColor(128, 128, 128, 90), 1.0))
        painter.drawPath(clip)
    return pixmap


def _area(painter: QPainter, symbol: Symbol, box: QRectF) -> None:
    path = QPainterPath()
    path.addRoundedRect(box, 3, 3)
    if symbol.fill is not None:
        painter.fillPath(path, QColor(symbol.fill))
    if symbol.hatch != Hatch.NONE:
        painter.save()
        painter.setClipPath(path)
        painter.setPen(QPen(QColor(symbol.hatch_colour), 1.3))
        _hatch(painter, symbol.hatch, box)
        painter.restore()
    is_plain_white = symbol.stroke is None or QColor(symbol.stroke).lightness() > 240
    outline = QColor(0, 0, 0, 40) if is_plain_white else QColor(symbol.stroke or "#000000")
    painter.setPen(QPen(outline, 1.0))
    painter.drawPath(path)


def _hatch(painter: QPainter, hatch: Hatch, box: QRectF) -> None:
    if hatch == Hatch.DOTS:
        for x in range(int(box.left()), int(box.right()), 4):
            for y in range(int(box.top()), int(box.bottom()), 4):
                painter.drawPoint(QPointF(x + 2, y + 2))
        return
    size = box.width()
    for step in range(-int(size), int(size) * 2, 4):
        if hatch == Hatch.HORIZONTAL:
            painter.drawLine(QPointF(box.left(), box.top() + step), QPointF(box.right(), box.top() + step))
        if hatch in {Hatch.DIAGONAL, Hatch.CROSS}:
            painter.drawLine(
                QPointF(box.left() + step, box.bottom()), QPointF(box.left() + step + size, box.top())
            )
        if hatch in {Hatch.BACK_DIAGONAL, Hatch.CROSS}:
            painter.drawLine(
                QPointF(box.left() + step, box.top()), QPointF(box.left() + step + size, box.bottom())
            )


def _line(painter: QPainter, symbol: Symbol, box: QRectF) -> None:
    start, end = QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y())
    width = min(symbol.stroke_px, 5.0)
    if symbol.casing is not None and symbol.casing_px > 0:
        painter.setPen(QPen(QColor(symbol.casing), width + 2 * min(symbol.casing_px, 2.0)))
        painter.drawLine(start, end)
    elif QColor(symbol.stroke or "#888888").lightness() > 225:
        painter.setPen(QPen(QColor("#A9B2BE"), max(width, 1.2) + 2))  # a white street on a white card
        painter.drawLine(start, end)
    pen = QPen(QColor(symbol.stroke or symbol.fill or "#888888"), max(width, 1.2))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if symbol.dash:
        pen.setDashPattern([max(0.5, d / max(width, 1.0)) for d in symbol.dash])
    painter.setPen(pen)
    painter.drawLine(start, end)


def _point(painter: QPainter, symbol: Symbol, box: QRectF) -> None:
    from dataclasses import replace

    from renovate_gui.render.symbols import paint_marker

    small = replace(symbol, size_px=min(max(symbol.size_px, 7.0), box.width()))
    painter.setOpacity(symbol.opacity)
    paint_marker(painter, small, box.center().x(), box.center().y(), unit=1.0)
