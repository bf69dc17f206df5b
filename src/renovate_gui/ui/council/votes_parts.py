"""What votes are painted with: the stages as a line of stops, a bar with the mark that must be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from renovate_gui.ui.stages.look import Look, ink_on

_STOP_PX = 20


@dataclass(frozen=True, slots=True)
class Stop:
    """One stage on the line: number, words for the tooltip, state (empty: not begun), whether it can be repeated."""

    code: str
    number: int
    words: str
    state: str = ""
    loops: bool = False


class StageStrip(QWidget):
    """All stages side by side; the sign in a stop says its state beside the colour. Arrow keys and clicks choose.

    Signals
    -------
    chosen
        The code of the stage a person chose.
    """

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._stops: tuple[Stop, ...] = ()
        self._current = ""
        self.setFixedHeight(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_stops(self, stops: Sequence[Stop], current: str) -> None:
        """Show other states, one of the stages chosen."""
        self._stops, self._current = tuple(stops), current
        self.setAccessibleName(", ".join(s.words for s in stops if s.code == current))
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for little width: the panel decides."""
        return QSize(240, 40)

    def _centre(self, index: int) -> QPointF:
        room = self.width() - _STOP_PX - 6
        step = room / max(1, len(self._stops) - 1)
        return QPointF(3 + _STOP_PX / 2 + index * step, 17)

    def _colours(self, state: str) -> tuple[str, str]:
        """Return fill and outline of a stop."""
        look = self._look
        return {
            "done": (look.served, look.served),
            "started": (look.accent, look.accent),
            "rejected": (look.out, look.out),
            "postponed": (look.full, look.full),
            "skipped": (look.card, look.ink3),
        }.get(state, (look.card, look.line))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint line, loop and stops."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._stops:
                painter.setPen(QPen(QColor(self._look.line), 2))
                painter.drawLine(self._centre(0), self._centre(len(self._stops) - 1))
                self._paint_loop(painter)
            for index, stop in enumerate(self._stops):
                self._paint_stop(painter, self._centre(index), stop)

    def _paint_loop(self, painter: QPainter) -> None:
        loop = [n for n, s in enumerate(self._stops) if s.loops]
        if len(loop) < 2:
            return
        first, last = self._centre(loop[0]), self._centre(loop[-1])
        path = QPainterPath(QPointF(last.x(), last.y() + 13))
        path.cubicTo(
            QPointF(last.x(), last.y() + 22),
            QPointF(first.x(), first.y() + 22),
            QPointF(first.x(), first.y() + 14),
        )
        painter.setPen(QPen(QColor(self._look.ink3), 1.2))
        painter.drawPath(path)
        tip = QPointF(first.x(), first.y() + 13)
        painter.drawLine(tip, tip + QPointF(-2.5, 4))
        painter.drawLine(tip, tip + QPointF(3.5, 3))

    def _paint_stop(self, painter: QPainter, at: QPointF, stop: Stop) -> None:
        fill, outline = self._colours(stop.state)
        box = QRectF(at.x() - _STOP_PX / 2, at.y() - _STOP_PX / 2, _STOP_PX, _STOP_PX)
        if stop.code == self._current:
            painter.setPen(QPen(QColor(self._look.ink), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box.adjusted(-2.5, -2.5, 2.5, 2.5))
        pen = QPen(QColor(outline), 1.4)
        if stop.state == "skipped":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(fill))
        painter.drawEllipse(box)
        face = painter.font()
        face.setPixelSize(11)
        face.setBold(True)
        painter.setFont(face)
        ink = ink_on(fill) if stop.state not in ("", "skipped") else self._look.ink2
        painter.setPen(QColor(ink))
        sign = {"done": "✓", "rejected": "✕"}.get(stop.state, str(stop.number))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)

    def _at(self, x: float) -> int:
        gaps = [abs(self._centre(n).x() - x) for n in range(len(self._stops))]
        return gaps.index(min(gaps)) if gaps else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the nearest stage."""
        index = self._at(event.position().x())
        if index >= 0:
            self.chosen.emit(self._stops[index].code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the stage beside with the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        codes = [s.code for s in self._stops]
        if step and self._current in codes:
            self.chosen.emit(codes[max(0, min(len(codes) - 1, codes.index(self._current) + step))])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say the stage under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(event.pos().x())
            if index >= 0:
                QToolTip.showText(event.globalPos(), self._stops[index].words, self)
            return True
        return super().event(event)


@dataclass(frozen=True, slots=True)
class Reached:
    """What a bar shows, as shares 0…1 of the whole: what there is, a part of it in another colour, what is needed."""

    have: float
    needed: float | None
    is_met: bool
    words: str


class ThresholdBar(QWidget):
    """A bar with the mark that must be reached; the mark's flag says whether it is, beside the colour."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._reached = Reached(0.0, None, is_met=False, words="")
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_reached(self, reached: Reached) -> None:
        """Show other figures."""
        self._reached = reached
        self.setToolTip(reached.words)
        self.setAccessibleName(reached.words)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for little width: the panel decides."""
        return QSize(120, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bar and mark."""
        look, reached = self._look, self._reached
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            whole = QRectF(0, 5, self.width(), 10)
            outline = QPainterPath()
            outline.addRoundedRect(whole, 5, 5)
            painter.fillPath(outline, QColor(look.line))
            painter.setClipPath(outline)
            colour = look.served if reached.is_met else look.full
            painter.fillRect(QRectF(0, 5, whole.width() * min(1.0, reached.have), 10), QColor(colour))
            painter.setClipping(False)
            if reached.needed is not None:
                x = max(1.5, min(whole.width() - 1.5, whole.width() * reached.needed))
                painter.setPen(QPen(QColor(look.card), 4))
                painter.drawLine(QPointF(x, 1), QPointF(x, 19))
                painter.setPen(QPen(QColor(look.ink), 2))
                painter.drawLine(QPointF(x, 1), QPointF(x, 19))
