"""What an object was and is, or what two people made of it, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import clear, text

_MOST_LINES = 40
_LONGEST = 280
_SHORT = 18


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of two sides.

    Attributes
    ----------
    base
        What it was before either side changed it; None where that is not known or needs no telling.
    """

    label: str
    left: str
    right: str
    base: str | None = None

    @property
    def is_same(self) -> bool:
        """Return whether both sides say the same."""
        return self.left == self.right


class LineSample(QWidget):
    """A short piece of line as the map draws a side: solid or dashed."""

    def __init__(self, colour: str, *, is_dashed: bool) -> None:
        super().__init__()
        self._pen = QPen(QColor(colour), 3)
        self._pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if is_dashed:
            self._pen.setDashPattern([1.6, 1.1])
        self.setFixedSize(24, 12)

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return QSize(24, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        with QPainter(self) as painter:
            painter.setPen(self._pen)
            painter.drawLine(1, 6, 23, 6)


class SideBySide(QWidget):
    """A small table: the field's name, below it both values; what they were before stands beside the name."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.lines: tuple[FieldLine, ...] = ()

    def show_lines(self, heads: tuple[QWidget, QWidget], lines: Sequence[FieldLine]) -> None:
        """Replace the content."""
        clear(self._grid)
        self.lines = tuple(lines)
        for column, head in enumerate(heads):
            self._grid.addWidget(head, 0, column)
        for place, line in enumerate(self.lines[:_MOST_LINES]):
            self._add(line, 3 * place + 1)
        more = len(self.lines) - _MOST_LINES
        if more > 0:
            self._grid.addWidget(text(tr("{n} more", n=f"{more:,}"), "small"), 3 * _MOST_LINES + 1, 0, 1, 2)

    def _add(self, line: FieldLine, row: int) -> None:
        self._grid.addWidget(self._name(line), row, 0, 1, 2)
        for column, words in enumerate((line.left, line.right)):
            self._grid.addWidget(self._cell(words, is_same=line.is_same), row + 1, column)
        if len(line.base or "") > _SHORT:
            base = text(_cut(_base_words(line), _LONGEST), "small")
            base.setToolTip(line.base or "")
            self._grid.addWidget(base, row + 2, 0, 1, 2)

    def _name(self, line: FieldLine) -> QWidget:
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 6, 0, 0)
        across.setSpacing(6)
        across.addWidget(text(line.label, "small", wrap=False))
        across.addStretch(1)
        words = _base_words(line)
        if words and len(line.base or "") <= _SHORT:
            across.addWidget(text(words, "small", wrap=False))
        return holder

    def _cell(self, words: str, *, is_same: bool) -> QWidget:
        cell = QFrame()
        cell.setProperty("cell", "same" if is_same else "other")
        column = QVBoxLayout(cell)
        column.setContentsMargins(8, 4, 8, 4)
        shown = text(_cut(words, _LONGEST) or "–", "" if words else "small")
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        if len(words) > _LONGEST:
            shown.setToolTip(words)
        column.addWidget(shown)
        column.addStretch(1)
        return cell


def head(words: str, sample: LineSample | None = None, *, tip: str = "") -> QWidget:
    """Return the heading of a column, with the line that the map draws for it."""
    holder = QWidget()
    across = QHBoxLayout(holder)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(6)
    if sample is not None:
        across.addWidget(sample)
    label = text(words, "strong")
    label.setToolTip(tip)
    across.addWidget(label, 1)
    return holder


def _base_words(line: FieldLine) -> str:
    if line.base is None:
        return ""
    return tr("was: {value}", value=line.base) if line.base else tr("was empty")


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: longest - 1] + "…"
