"""Paints the lines of the history list."""

from __future__ import annotations

import zlib
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from renovate_gui.assets import tr
from renovate_gui.ui.history.model import MARKED, ROW, Index
from renovate_gui.ui.history.rows import Row, RowKind
from renovate_gui.ui.line_paint import paint_ground, write
from renovate_gui.ui.theme import Tokens, icon, tokens

_HEIGHTS = {RowKind.DAY: 28, RowKind.NOW: 22, RowKind.STEP: 30, RowKind.VERSION: 44, RowKind.START: 32}
_SECOND_LINE = 17
_SIZES = {
    (kind, has_why): QSize(100, height + (_SECOND_LINE if has_why and kind is RowKind.STEP else 0))
    for kind, height in _HEIGHTS.items()
    for has_why in (False, True)
}
_LEFT, _BADGE, _GAP = 14, 20, 8
_PEOPLE_LIGHT = ("#2F6F8F", "#7A5C9E", "#8A5A2B", "#3F7A4D", "#A0486B", "#4D6A8A")
_PEOPLE_DARK = ("#6FB4D6", "#B79BDB", "#D6A56F", "#86C596", "#E090B2", "#97B4D4")


class HistoryLines(QStyledItemDelegate):
    """Badge of the person, words, time; named versions as milestones; the present as a line across."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.is_dark = False

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a line; the list gives the width."""
        row: Row = index.data(ROW)
        return _SIZES[row.kind, bool(row.why)]

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """Paint a line."""
        row: Row = index.data(ROW)
        box, t = QRectF(option.rect), tokens(self.is_dark)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.can_be_chosen:
            paint_ground(
                painter, box.adjusted(4, 1, -4, -1), option.state, t, is_marked=bool(index.data(MARKED))
            )
        if row.kind is RowKind.DAY:
            write(painter, box.adjusted(_LEFT, 6, -_LEFT, 0), row.words, t.ink2, 12, is_bold=True)
        elif row.kind is RowKind.NOW:
            self._now(painter, box, row, t)
        elif row.kind is RowKind.VERSION:
            self._version(painter, box, row, t)
        else:
            self._step(painter, box, row, t)
        painter.restore()

    # -- sorts of lines -------------------------------------------------------------------------------------------
    def _step(self, painter: QPainter, box: QRectF, row: Row, t: Tokens) -> None:
        ink = t.ink3 if row.is_faint else t.ink
        top = QRectF(box.left(), box.top(), box.width(), _HEIGHTS[RowKind.STEP])
        self._badge(painter, QPointF(box.left() + _LEFT + _BADGE / 2, top.center().y()), row, t)
        left = box.left() + _LEFT + _BADGE + _GAP
        right = box.right() - _LEFT
        taken = write(
            painter, QRectF(left, top.top(), right - left, top.height()), row.clock, t.ink3, 12, is_right=True
        )
        is_left = row.step is not None and row.step.is_left
        if is_left:
            painter.drawPixmap(
                QPointF(right - taken - 20, top.center().y() - 7),
                icon("mdi6.source-branch", self.is_dark, colour=t.ink3).pixmap(14, 14),
            )
            taken += 20
        room = right - left - taken - (10 if taken else 0)
        write(
            painter,
            QRectF(left, top.top(), room, top.height()),
            row.words,
            ink,
            13,
            is_struck=row.is_faint and not is_left and row.kind is RowKind.STEP,
        )
        if row.why:
            below = QRectF(left, top.bottom() - 6, right - left, _SECOND_LINE + 2)
            write(painter, below, row.why, t.ink3 if row.is_faint else t.ink2, 12)

    def _version(self, painter: QPainter, box: QRectF, row: Row, t: Tokens) -> None:
        card = box.adjusted(6, 3, -6, -3)
        painter.setPen(QPen(QColor(t.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card, 8, 8)
        at = QPointF(box.left() + _LEFT + _BADGE / 2, box.center().y())
        painter.drawPixmap(
            at - QPointF(10, 10), icon("mdi6.check-decagram", self.is_dark, colour=t.accent).pixmap(20, 20)
        )
        left, right = box.left() + _LEFT + _BADGE + _GAP, box.right() - _LEFT
        taken = write(
            painter, QRectF(left, card.top(), right - left, 22), row.clock, t.ink3, 12, is_right=True
        )
        write(
            painter,
            QRectF(left, card.top() + 1, right - left - taken - 8, 20),
            row.words,
            t.ink,
            13,
            is_bold=True,
        )
        said = " · ".join(p for p in (tr("Named version"), row.who, row.why) if p)
        write(painter, QRectF(left, card.top() + 19, right - left, 17), said, t.ink2, 12)

    def _now(self, painter: QPainter, box: QRectF, row: Row, t: Tokens) -> None:
        colour, middle = QColor(t.accent), box.center().y()
        face = QFont(painter.font())
        face.setPixelSize(12)
        face.setBold(True)
        painter.setFont(face)
        width = painter.fontMetrics().horizontalAdvance(row.words) + 16
        pill = QRectF(box.left() + _LEFT - 4, middle - 9, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(QColor(t.accent_ink))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, row.words)
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(pill.right(), middle), QPointF(box.right() - 6, middle))

    # -- parts ----------------------------------------------------------------------------------------------------
    def _badge(self, painter: QPainter, at: QPointF, row: Row, t: Tokens) -> None:
        if row.kind is RowKind.START:
            painter.drawPixmap(
                at - QPointF(8, 8), icon("mdi6.flag-outline", self.is_dark, colour=t.ink3).pixmap(16, 16)
            )
            return
        colour = QColor(t.ink3 if row.is_faint else person_colour(row.who, is_dark=self.is_dark))
        painter.setPen(QPen(colour, 1.4))
        soft = QColor(colour)
        soft.setAlpha(0 if row.is_faint else 34)
        painter.setBrush(soft)
        painter.drawEllipse(at, _BADGE / 2 - 0.7, _BADGE / 2 - 0.7)
        face = QFont(painter.font())
        face.setPixelSize(11)
        face.setBold(True)
        painter.setFont(face)
        painter.setPen(colour)
        circle = QRectF(at.x() - _BADGE / 2, at.y() - _BADGE / 2, _BADGE, _BADGE)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, initial(row.who))


def initial(who: str) -> str:
    """Return what a person's badge says."""
    return who.strip()[:1].upper() or "?"


def person_colour(who: str, *, is_dark: bool) -> str:
    """Return a person's colour, the same on every machine."""
    palette = _PEOPLE_DARK if is_dark else _PEOPLE_LIGHT
    return palette[zlib.crc32(who.encode("utf-8", "replace")) % len(palette)]
