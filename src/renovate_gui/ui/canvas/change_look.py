"""How added, changed and removed look on the map and in lists: colour, line pattern and mark, each enough alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind

# blue, amber and crimson stay apart for every kind of colour vision and on a grey copy by their patterns
_LIGHT = {ChangeKind.ADDED: "#0072B2", ChangeKind.CHANGED: "#B36200", ChangeKind.REMOVED: "#B3003C"}
_DARK = {ChangeKind.ADDED: "#62BCF0", ChangeKind.CHANGED: "#F2B544", ChangeKind.REMOVED: "#FF7096"}
_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.CHANGED: "~", ChangeKind.REMOVED: "−"}
_PATTERNS: dict[ChangeKind, tuple[float, ...]] = {
    ChangeKind.ADDED: (),
    ChangeKind.CHANGED: (6.0, 1.6, 1.2, 1.6),
    ChangeKind.REMOVED: (0.8, 1.8),
}
BEFORE_PATTERN = (2.6, 2.2)
"""How a changed object was before: dashed, in units of the line's width."""


def colour_of(kind: ChangeKind, *, is_dark: bool) -> str:
    """Return the colour of a sort of change, ``#rrggbb``."""
    return (_DARK if is_dark else _LIGHT)[kind]


def sign_of(kind: ChangeKind) -> str:
    """Return the mark of a sort of change."""
    return _SIGNS[kind]


def pattern_of(kind: ChangeKind) -> tuple[float, ...]:
    """Return the line pattern of a sort of change, in units of the line's width; empty: a solid line."""
    return _PATTERNS[kind]


def kind_words(kind: ChangeKind) -> str:
    """Return what a sort of change is called."""
    return {
        ChangeKind.ADDED: lambda: tr("Added"),
        ChangeKind.CHANGED: lambda: tr("Changed"),
        ChangeKind.REMOVED: lambda: tr("Removed"),
    }[kind]()


def draw_mark(
    painter: QPainter, centre: QPointF, kind: ChangeKind, *, is_dark: bool, size: float = 15.0
) -> None:
    """Paint the mark: a disc with ``+``, ``~`` or ``−``, drawn so that it is sharp at every size."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor("#1A232D" if is_dark else "#FFFFFF")
    painter.setPen(QPen(ground, 1.6))
    painter.setBrush(QColor(colour_of(kind, is_dark=is_dark)))
    painter.drawEllipse(centre, size / 2, size / 2)
    pen = QPen(ground, max(1.6, size / 8))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arm = size * 0.25
    if kind is ChangeKind.CHANGED:
        left = QRectF(centre.x() - arm, centre.y() - arm / 2, arm, arm)
        painter.drawArc(left, 0, 180 * 16)
        painter.drawArc(left.translated(arm, 0), 180 * 16, 180 * 16)
    else:
        painter.drawLine(QPointF(centre.x() - arm, centre.y()), QPointF(centre.x() + arm, centre.y()))
        if kind is ChangeKind.ADDED:
            painter.drawLine(QPointF(centre.x(), centre.y() - arm), QPointF(centre.x(), centre.y() + arm))
    painter.restore()


def line_pen(kind: ChangeKind, width: float, *, is_dark: bool, is_before: bool = False) -> QPen:
    """Return the pen of a sort of change; ``is_before`` for how a changed object was."""
    pen = QPen(QColor(colour_of(kind, is_dark=is_dark)), width)
    pattern = BEFORE_PATTERN if is_before and kind is ChangeKind.CHANGED else pattern_of(kind)
    if pattern:
        pen.setDashPattern(list(pattern))
    is_dotted = kind is ChangeKind.REMOVED
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if is_dotted else Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
