"""Why a building has its verdict: four numbers, one sentence, the way in profile; the rest folds away."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from renovate_gui.app.gap_words import metres as near_limit
from renovate_gui.app.gap_words import minutes_words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.verdict import Explanation
from renovate_gui.ui.stages.explain_parts import walkers_table, ways_table
from renovate_gui.ui.stages.fold import Fold
from renovate_gui.ui.stages.look import icon, ink_on, look_of, stylesheet
from renovate_gui.ui.stages.numbers import metres
from renovate_gui.ui.stages.way_chart import WayChart
from renovate_gui.ui.stages.widgets import Card, Elided, appear, button, clear, pill, row, text

_LEVEL_M = 1.0
"""A way that rises and falls less than this needs no chart."""


class ExplainCard(Card):
    """The explanation of one building; floats over the map beside it, or stands in a column.

    Signals
    -------
    closed
        A person closed the card.
    resized
        The card folded or unfolded and has another height.
    pointed
        A point of the way ``(x, y)``, metres, that the pointer is on in the profile; None when it leaves.
    """

    closed = Signal()
    resized = Signal()
    pointed = Signal(object)

    def __init__(self, *, is_dark: bool = False, is_floating: bool = True) -> None:
        super().__init__("float" if is_floating else "plain", margins=(14, 10, 14, 12))
        self._explanation: Explanation | None = None
        self._is_open = False
        self.column.setSpacing(6)
        if is_floating:
            self.setFixedWidth(372)
        self.set_dark(is_dark=is_dark)
        self.hide()

    def set_dark(self, *, is_dark: bool) -> None:
        """Take the colours of a theme, and say everything again in the present language."""
        self._look = look_of(is_dark=is_dark)
        self.setStyleSheet(stylesheet(self._look))
        self.set_explanation(self._explanation)

    def set_explanation(self, explanation: Explanation | None) -> None:
        """Show another building, or hide."""
        self._explanation = explanation
        self.hide()  # first: a part that is added to a visible card does not count in its height until later
        clear(self.column)
        if explanation is None:
            return
        self.column.addWidget(self._head(explanation))
        nearest = explanation.nearest_name or tr("none")
        self.column.addWidget(Elided(tr("Nearest: {name}", name=nearest), "quiet"))
        self.column.addWidget(self._numbers(explanation))
        self.column.addWidget(text(explanation.sentence))
        if explanation.entrance:
            self.column.addWidget(text(explanation.entrance, "small"))
        if explanation.room:
            self.column.addWidget(text(explanation.room, "strong"))
        profile = explanation.profile
        if profile is not None and profile.has_heights and np.ptp(profile.height_m) >= _LEVEL_M:
            chart = WayChart(profile, self._look)
            chart.pointed.connect(self.pointed)
            self.column.addWidget(chart)
        self.column.addWidget(self._more(explanation))
        self.setMinimumHeight(0)
        self.setMaximumHeight(16_777_215)
        appear(self, on=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Take exactly the height the words need, now that faces are known."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.column.activate()
        self.setFixedHeight(self.column.totalHeightForWidth(self.width()))

    def _more(self, explanation: Explanation) -> QWidget:
        """Return what not everybody wants to know: other facilities, other people, sources and doubts."""
        fold = Fold(tr("More"), is_open=self._is_open)
        if explanation.ways:
            fold.add(text(tr("Nearest services"), "section"), ways_table(explanation))
        if explanation.ways_note:
            fold.add(text(explanation.ways_note, "small"))
        if explanation.walkers:
            fold.add(text(tr("Other people living here"), "section"), walkers_table(explanation, self._look))
        elif explanation.walkers_follow:
            fold.add(text(tr("Other people living here"), "section"), text(tr("computing …"), "small"))
        for words in (explanation.clause, explanation.heights, explanation.doubt):
            if words:
                fold.add(text(words, "small"))
        fold.toggled.connect(self._on_fold)
        return fold

    def _on_fold(self, is_open: bool) -> None:
        self._is_open = is_open
        self.setMinimumHeight(0)
        self.setMaximumHeight(16_777_215)
        self._fit()
        self.resized.emit()

    def _head(self, explanation: Explanation) -> QWidget:
        title = Elided(explanation.title, "title")
        title.setMinimumWidth(90)
        mark = pill(term(explanation.verdict))
        colour = self._look.verdict(explanation.verdict)
        mark.setStyleSheet(f"color: {ink_on(colour)}; background: {colour}; border: 1px solid {colour};")
        close = button("", self._close, "flat", tr("Close the explanation"))
        close.setAccessibleName(tr("Close the explanation"))
        close.setIcon(icon("mdi6.close", self._look.ink3))
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(title, 1)
        layout.addWidget(mark)
        layout.addWidget(close)
        return holder

    def _numbers(self, explanation: Explanation) -> QWidget:
        over = explanation.network_m - explanation.limit_m
        on_paper = _metres(explanation.network_m, explanation.limit_m)
        if math.isfinite(explanation.walked_m):  # two ways, and each figure says whose it is
            lengths = [
                _number(on_paper, tr("on paper")),
                _number(metres(explanation.walked_m), tr("walked")),
            ]
        else:
            lengths = [
                _number(on_paper, tr("on foot")),
                _number(_straight(explanation.circle_m), tr("straight")),
            ]
        cells = [
            *lengths,
            _number(_minutes(explanation), tr("minutes")),
            _number(str(explanation.stairs), tr("stairs")),
        ]
        holder = row(*cells, spacing=16)
        if math.isfinite(over):
            words = tr("{over} m more than {limit} m") if over > 0 else tr("{over} m less than {limit} m")
            holder.setToolTip(words.format(over=f"{abs(over):,.0f}", limit=f"{explanation.limit_m:,.0f}"))
        return holder

    def _close(self) -> None:
        self.set_explanation(None)
        self.closed.emit()


def _minutes(explanation: Explanation) -> str:
    value = explanation.minutes
    return minutes_words(value, explanation.minutes_limit) if math.isfinite(value) else "–"


def _metres(value: float, limit_m: float) -> str:
    """Return a distance as the sentence below says it."""
    return f"{near_limit(value, limit_m)} m" if math.isfinite(value) else metres(value)


def _straight(value: float) -> str:
    """Return a straight distance; without a service there is none, which is not the same as no way to it."""
    return metres(value) if math.isfinite(value) else "–"


def _number(figure: str, words: str) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    label = text(figure, "figure", wrap=False)
    column.addWidget(label)
    column.addWidget(text(words, "small", wrap=False))
    return holder
