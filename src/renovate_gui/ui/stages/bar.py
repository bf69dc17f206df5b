"""A stacked bar: shares of one whole in their meaning's colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from renovate_gui.ui.stages.numbers import share, whole


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: words for the tooltip, amount, colour."""

    words: str
    amount: float
    colour: str


class StackedBar(QWidget):
    """Parts of a whole, left to right; empty parts take no room, tiny ones keep two pixels."""

    def __init__(self, empty_colour: str, height: int = 10) -> None:
        super().__init__()
        self._parts: tuple[Part, ...] = ()
        self._empty = empty_colour
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def set_parts(self, parts: Sequence[Part]) -> None:
        """Show other parts."""
        self._parts = tuple(p for p in parts if p.amount > 0)
        total = sum(p.amount for p in self._parts)
        said = ", ".join(f"{p.words} {share(p.amount, total)} %" for p in self._parts)
        self.setAccessibleName(said)
        self.update()

    def parts(self) -> tuple[Part, ...]:
        """Return the parts that are drawn."""
        return self._parts

    def sizeHint(self) -> QSize:
        """Return the fixed height; any width."""
        return QSize(100, self._height)

    def spans(self) -> list[tuple[Part, float, float]]:
        """Return each part with its left and right edge in pixels."""
        total = sum(p.amount for p in self._parts)
        if total <= 0:
            return []
        least = 2.0
        room = self.width() - least * len(self._parts)
        spans, x = [], 0.0
        for part in self._parts:
            width = least + max(0.0, room) * part.amount / total
            spans.append((part, x, x + width))
            x += width
        return spans

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the parts in one rounded bar."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            outline = QPainterPath()
            outline.addRoundedRect(QRectF(self.rect()), self._height / 2, self._height / 2)
            painter.setClipPath(outline)
            painter.fillRect(self.rect(), QColor(self._empty))
            for part, left, right in self.spans():
                painter.fillRect(QRectF(left, 0, right - left, self.height()), QColor(part.colour))

    def event(self, event: QEvent) -> bool:
        """Say words and amount of the part under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for part, left, right in self.spans():
                if left <= event.pos().x() < right:
                    QToolTip.showText(event.globalPos(), f"{part.words}: {whole(part.amount)}", self)
                    return True
        return super().event(event)
