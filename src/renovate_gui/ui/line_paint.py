"""What painted lists share: the ground of a line under hand and a line of words as far as there is room."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle

from renovate_gui.ui.theme import Tokens

_RADIUS = 6


def paint_ground(painter: QPainter, inner: QRectF, state: Any, t: Tokens, *, is_marked: bool = False) -> None:
    """Paint the ground of a line that is chosen, marked or under the pointer, and who has the keyboard."""
    is_chosen = bool(state & QStyle.StateFlag.State_Selected)
    is_hover = bool(state & QStyle.StateFlag.State_MouseOver)
    colour = t.soft if is_chosen else t.warn_soft if is_marked else t.hover if is_hover else ""
    painter.setPen(Qt.PenStyle.NoPen)
    if colour:
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(inner, _RADIUS, _RADIUS)
    if is_marked:
        painter.setBrush(QColor(t.warn_ink))
        painter.drawRoundedRect(QRectF(inner.left(), inner.top() + 3, 3, inner.height() - 6), 1.5, 1.5)
    if is_chosen and state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(t.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


def write(
    painter: QPainter,
    box: QRectF,
    words: str,
    colour: str,
    size: int,
    *,
    is_bold: bool = False,
    is_right: bool = False,
    is_struck: bool = False,
) -> int:
    """Write one line as far as there is room; return its width in pixels."""
    face = QFont(painter.font())
    face.setPixelSize(size)
    face.setBold(is_bold)
    face.setStrikeOut(is_struck)
    painter.setFont(face)
    painter.setPen(QColor(colour))
    metrics = painter.fontMetrics()
    cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, int(box.width())))
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | side, cut)
    face.setStrikeOut(False)
    painter.setFont(face)
    return metrics.horizontalAdvance(cut)
