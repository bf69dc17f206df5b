"""A kept figure as a card: its number, how it was judged, what it rests on, and what computing it again gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from renovate_gui.app import figure_words
from renovate_gui.assets import tr
from renovate_gui.domain.figure import Figure, FigureSubject, Recomputed
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import Card, Elided, button, enable, flowing, pill, row, text

_LABEL_PX = 200


@dataclass(slots=True)
class Again:
    """What is known about computing a figure again: under way, done, or not possible."""

    is_running: bool = False
    result: Recomputed | None = None
    problem: str = ""


class FigureCard(Card):
    """The card.

    Signals
    -------
    again_asked, remove_asked
        With the figure.
    unfolded
        The details were shown or hidden: figure's uuid, and whether they show.
    """

    again_asked = Signal(object)
    remove_asked = Signal(object)
    unfolded = Signal(str, bool)

    def __init__(
        self, figure: Figure, again: Again, look: Look, *, read_only: str = "", is_open: bool = False
    ) -> None:
        super().__init__("plain", margins=(16, 12, 16, 12))
        self.figure = figure
        self.look = look
        self.column.setSpacing(6)
        self.column.addLayout(self._head(again, read_only))
        self.add(self._number(), *self._ground(), text(figure_words.kept_words(figure), "small"))
        for line in self._outcome(again):
            self.add(line)
        self.details: QWidget | None = None
        self.fold = button(self._fold_words(is_open=is_open), self._toggle, "minor")
        self.add(self.fold)
        if is_open:
            self._show_details()

    # -- what is always there -----------------------------------------------------------------------------------
    def _head(self, again: Again, read_only: str) -> QHBoxLayout:
        is_gap = self.figure.subject is FigureSubject.GAPS
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(pill(tr("Gap") if is_gap else tr("Density map"), "accent"))
        line.addWidget(Elided(self.figure.title, "strong"), 1)
        words = tr("Computing …") if again.is_running else tr("Compute again")
        self.again = button(words, lambda: self.again_asked.emit(self.figure))
        self.again.setToolTip(tr("Compute it from what it was computed from, and compare every number"))
        self.again.setEnabled(not again.is_running)
        self.remove = button(tr("Remove"), lambda: self.remove_asked.emit(self.figure), "flat")
        enable(self.remove, read_only, tr("Stop keeping this figure; undo brings it back"))
        line.addWidget(self.again)
        line.addWidget(self.remove)
        return line

    def _number(self) -> QWidget:
        number, words = figure_words.headline(self.figure)
        line = row(text(number, "figure", wrap=False), text(words, "", wrap=False), spacing=8)
        more = figure_words.beside(self.figure)
        layout = line.layout()
        if more and layout is not None:
            layout.addWidget(text(more, "quiet", wrap=False))
        return line

    def _ground(self) -> list[QWidget]:
        parts: list[QWidget] = [text(" · ".join(figure_words.ground(self.figure)), "quiet")]
        if figure_words.is_unchecked(self.figure):
            parts.append(flowing(pill(tr("Reference value · not checked"), "warn")))
        return parts

    def _outcome(self, again: Again) -> list[QWidget]:
        if again.problem:
            return [text(again.problem, "bad")]
        if again.result is None:
            return []
        found = again.result
        box = Card("plain" if found.is_same else "bad", margins=(10, 7, 10, 7))
        sign = "✓ " if found.is_same else "≠ "
        box.add(text(sign + figure_words.outcome(found), "good" if found.is_same else "bad"))
        for check in found.differences:
            box.add(text(figure_words.difference(check), "quiet"))
        since = figure_words.since(found)
        if since:
            box.add(text(since, "small"))
        return [box]

    # -- details ------------------------------------------------------------------------------------------------
    @staticmethod
    def _fold_words(*, is_open: bool) -> str:
        return tr("What it rests on ▴") if is_open else tr("What it rests on ▾")

    def _toggle(self) -> None:
        is_open = self.details is None
        if self.details is None:
            self._show_details()
        else:
            self.details.hide()
            self.details.deleteLater()
            self.details = None
        self.fold.setText(self._fold_words(is_open=is_open))
        self.unfolded.emit(self.figure.uuid, is_open)

    def _show_details(self) -> None:
        figure = self.figure
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 2, 0, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 3)
        grid.setColumnMinimumWidth(0, _LABEL_PX)
        self._section(grid, tr("What was asked"), figure_words.parameter_lines(figure))
        self._section(grid, tr("All numbers"), figure_words.number_lines(figure))
        self._inputs(grid)
        self._section(
            grid, tr("Software"), [(tr("Computed by"), figure_words.software_words(figure.software))]
        )
        self.details = holder
        self.column.addWidget(holder)

    def _section(self, grid: QGridLayout, title: str, lines: Sequence[tuple[str, str]]) -> None:
        line = self._title(grid, title)
        for number, (label, words) in enumerate(lines, line):
            grid.addWidget(text(label, "quiet"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_selectable(words), number, 1, 1, 2)

    def _inputs(self, grid: QGridLayout) -> None:
        line = self._title(grid, tr("Computed from"))
        for number, (name, source, digest) in enumerate(figure_words.input_lines(self.figure), line):
            grid.addWidget(text(name, "quiet"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_selectable(source), number, 1)
            shown = text(figure_words.short_digest(digest), "small", wrap=False)
            shown.setToolTip(tr("SHA-256 of the content used: {digest}", digest=digest))
            grid.addWidget(shown, number, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)

    @staticmethod
    def _title(grid: QGridLayout, words: str) -> int:
        line = grid.rowCount()
        label = text(words, "section")
        label.setContentsMargins(0, 6, 0, 0)
        grid.addWidget(label, line, 0, 1, 3)
        return line + 1


def _selectable(words: str) -> QWidget:
    made = text(words)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
