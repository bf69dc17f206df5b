"""The figures of a gesture in one painted widget: nothing is laid out anew from frame to frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import signed, whole

_LINE, _HEAD, _BAR, _GAP = 20, 30, 9, 7
_VALUE_PX = 62
"""Room for a count and for its difference."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group of people: how many gain the service and how many lose it."""

    words: str
    gain: float
    lose: float


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One verdict: before and now."""

    words: str
    verdict: Verdict
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown.

    Attributes
    ----------
    head, sentence
        The share before and now; what that means.
    is_stale
        Older than the picture of the thing in hand: grey, with dots.
    rest
        What is worked out at rest, empty: nothing to say; it has an age of its own.
    """

    head: str
    sentence: str
    verdicts: tuple[VerdictLine, ...]
    groups: tuple[GroupLine, ...]
    groups_head: tuple[str, str, str]
    is_stale: bool
    rest: str = ""
    rest_is_stale: bool = False


class LiveFigures(QWidget):
    """Headline, bar, verdicts and groups; the height follows the number of lines only."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.figures: Figures | None = None
        self._faces: dict[tuple[str, int, bool], tuple[QFont, QFontMetricsF]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        """Take other colours."""
        self._look = look
        self.update()

    def show_figures(self, figures: Figures) -> None:
        """Show other figures."""
        before = self.sizeHint()
        self.figures = figures
        self.setAccessibleName(spoken(figures))
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of all lines; any width."""
        f = self.figures
        if f is None:
            return QSize(120, _HEAD)
        groups = (len(f.groups) + 1) * _LINE + _GAP if f.groups else 0
        rest = _LINE if f.rest else 0
        return QSize(120, _HEAD + _LINE + _BAR + 3 * _GAP + len(f.verdicts) * _LINE + groups + rest)

    # -- painting -------------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint everything from top to bottom."""
        f = self.figures
        if f is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            y = self._paint_head(painter, f)
            y = self._paint_bar(painter, f, y)
            for line in f.verdicts:
                self._paint_verdict(painter, line, y, is_stale=f.is_stale)
                y += _LINE
            if f.groups:
                y = self._paint_groups(painter, f, y + _GAP)
            if f.rest:
                words = f.rest + (" …" if f.rest_is_stale else "")
                self._text(
                    painter, QRectF(0, y, self.width(), _LINE), words, self._ink(stale=f.rest_is_stale), 12
                )

    def _ink(self, *, stale: bool) -> str:
        return self._look.ink3 if stale else self._look.ink

    def _paint_head(self, painter: QPainter, f: Figures) -> float:
        words = f.head + (" …" if f.is_stale else "")
        ink = self._ink(stale=f.is_stale)
        self._text(painter, QRectF(0, 0, self.width(), _HEAD), words, ink, 22, bold=True)
        quiet = self._look.ink3 if f.is_stale else self._look.ink2
        self._text(painter, QRectF(0, _HEAD, self.width(), _LINE), f.sentence, quiet, 12)
        return float(_HEAD + _LINE + _GAP)

    def _paint_bar(self, painter: QPainter, f: Figures, y: float) -> float:
        total = sum(v.now for v in f.verdicts)
        box = QRectF(0, y, self.width(), _BAR)
        outline = QPainterPath()
        outline.addRoundedRect(box, _BAR / 2, _BAR / 2)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(box, QColor(self._look.line))
        painter.setOpacity(0.35 if f.is_stale else 1.0)
        x = 0.0
        for line in f.verdicts:
            width = self.width() * line.now / total if total > 0 else 0.0
            painter.fillRect(QRectF(x, y, width, _BAR), QColor(self._look.verdict(line.verdict)))
            x += width
        painter.restore()
        first = f.verdicts[0] if f.verdicts else None
        if first is not None and total > 0:  # where the served ended before
            at = self.width() * first.before / total
            painter.fillRect(QRectF(at - 1, y - 3, 2, _BAR + 6), QColor(self._look.ink))
        return y + _BAR + _GAP

    def _paint_verdict(self, painter: QPainter, line: VerdictLine, y: float, *, is_stale: bool) -> None:
        painter.setOpacity(0.35 if is_stale else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.verdict(line.verdict)))
        painter.drawRoundedRect(QRectF(0, y + 4, 12, 12), 3, 3)
        painter.setOpacity(1.0)
        ink = self._ink(stale=is_stale)
        column = self._value_px()
        room = self.width() - 2 * column
        self._text(painter, QRectF(19, y, room - 22, _LINE), line.words, ink, 12)
        self._text(painter, QRectF(room, y, column, _LINE), whole(line.now), ink, 12, bold=True, right=True)
        by = line.now - line.before
        if round(by):
            tone = tone_of(line.verdict, by)
            inks = {"good": self._look.good_ink, "bad": self._look.bad_ink, "": self._look.ink2}
            colour = self._look.ink3 if is_stale else inks[tone]
            self._text(painter, QRectF(room + column, y, column, _LINE), signed(by), colour, 12, right=True)

    def _value_px(self) -> float:
        """Return the width of a column of numbers: of everybody with a sign, so that it stays while a thing is moved."""
        most = sum(v.now for v in self.figures.verdicts) if self.figures is not None else 0.0
        wide = self._face(12, bold=True)[1].horizontalAdvance(signed(most))
        return min(float(_VALUE_PX), wide + 8.0)

    def _paint_groups(self, painter: QPainter, f: Figures, y: float) -> float:
        """Paint losses to the left and gains to the right of one axis."""
        words, lose, gain = f.groups_head
        name_px = min(self.width() * 0.3, max(self._width(g.words) for g in f.groups) + 8)
        left, right = name_px, float(self.width())
        axis = (left + right) / 2
        quiet = self._look.ink3
        self._text(painter, QRectF(0, y, name_px, _LINE), words, quiet, 11)
        self._text(painter, QRectF(left, y, axis - left - 6, _LINE), lose, quiet, 11, right=True)
        self._text(painter, QRectF(axis + 6, y, right - axis, _LINE), gain, quiet, 11)
        y += _LINE
        most = max([1.0, *(max(g.gain, g.lose) for g in f.groups)])
        room = axis - left - 50
        for group in f.groups:
            self._text(painter, QRectF(0, y, name_px, _LINE), group.words, self._ink(stale=f.is_stale), 12)
            self._paint_sides(painter, group, y, axis, room / most, is_stale=f.is_stale)
            y += _LINE
        painter.fillRect(
            QRectF(axis - 0.5, y - len(f.groups) * _LINE, 1, len(f.groups) * _LINE), QColor(quiet)
        )
        return y

    def _paint_sides(
        self, painter: QPainter, group: GroupLine, y: float, axis: float, scale: float, *, is_stale: bool
    ) -> None:
        painter.setOpacity(0.35 if is_stale else 1.0)
        ink = self._look.ink3 if is_stale else ""
        lose, gain = group.lose * scale, group.gain * scale
        painter.fillRect(QRectF(axis - lose, y + 5, lose, 10), QColor(self._look.out))
        painter.fillRect(QRectF(axis, y + 5, gain, 10), QColor(self._look.served))
        painter.setOpacity(1.0)
        if round(group.lose):
            box = QRectF(axis - lose - 54, y, 50, _LINE)
            self._text(painter, box, signed(-group.lose), ink or self._look.bad_ink, 12, right=True)
        if round(group.gain):
            box = QRectF(axis + gain + 4, y, 50, _LINE)
            self._text(painter, box, signed(group.gain), ink or self._look.good_ink, 12)

    def _face(self, size: int, *, bold: bool) -> tuple[QFont, QFontMetricsF]:
        key = (self.font().key(), size, bold)
        if key not in self._faces:
            face = QFont(self.font())
            face.setPixelSize(size)
            face.setBold(bold)
            self._faces[key] = (face, QFontMetricsF(face))
        return self._faces[key]

    def _width(self, words: str) -> float:
        return self._face(12, bold=False)[1].horizontalAdvance(words)

    def _text(
        self, painter: QPainter, box: QRectF, words: str, ink: str, size: int, *, bold: bool = False,
        right: bool = False,
    ) -> None:  # fmt: skip
        face, metrics = self._face(size, bold=bold)
        painter.setFont(face)
        painter.setPen(QColor(ink))
        cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, math.ceil(box.width()) + 1)
        width = metrics.horizontalAdvance(cut)
        x = box.right() - width if right else box.left()
        painter.drawText(QPointF(x, box.center().y() + (metrics.ascent() - metrics.descent()) / 2), cut)


def tone_of(verdict: Verdict, by: float) -> str:
    """Return whether a difference is ``good`` or ``bad``; empty where that depends on where the people went.

    Fewer who find no room are no gain when they now have nothing within reach.
    """
    if verdict is Verdict.SERVED:
        return "good" if by > 0 else "bad"
    if verdict is Verdict.OUT_OF_REACH:
        return "bad" if by > 0 else "good"
    return ""


def spoken(f: Figures) -> str:
    """Return the figures as one line for screen readers."""
    parts: Sequence[str] = [f.head, f.sentence, *(f"{v.words}: {whole(v.now)}" for v in f.verdicts)]
    parts = [*parts, *(f"{g.words}: {signed(g.gain)} / {signed(-g.lose)}" for g in f.groups), f.rest]
    return "; ".join(p for p in parts if p) + (" …" if f.is_stale else "")
