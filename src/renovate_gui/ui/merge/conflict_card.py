"""One conflict: why somebody has to decide, both sides, and the ways out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from renovate_gui.app.conflict_words import ConflictLine
from renovate_gui.app.field_words import object_title
from renovate_gui.app.merge_words import conflict_sentence, place_words
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Choice, Conflict
from renovate_gui.ui.merge.fields import FieldLine, LineSample, SideBySide, head
from renovate_gui.ui.merge.map_marks import mine_colour, theirs_colour
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import say, text

_KEYS = {Choice.MINE: "1", Choice.THEIRS: "2", Choice.BOTH: "3"}


def way_words(choice: Choice, conflict: Conflict) -> str:
    """Return what a button says: what stays, or that it goes."""
    if choice is Choice.MINE and conflict.mine.kind is ChangeKind.REMOVED:
        return tr("Mine: remove it")
    if choice is Choice.THEIRS and conflict.theirs.kind is ChangeKind.REMOVED:
        return tr("Theirs: remove it")
    return {Choice.MINE: tr("Mine"), Choice.THEIRS: tr("Theirs"), Choice.BOTH: tr("Both")}[choice]


def way_tip(choice: Choice, who: str) -> str:
    """Return what a way out does."""
    return {
        Choice.MINE: tr("Keep it as it is here"),
        Choice.THEIRS: tr("Take it as {who} has it", who=who),
        Choice.BOTH: tr("Keep mine, and add theirs beside it as a second one"),
    }[choice]


class Pips(QWidget):
    """One dot per conflict: filled when decided, ringed where one is."""

    _MOST = 24

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._decided: tuple[bool, ...] = ()
        self._at = 0
        self.setFixedHeight(14)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, decided: Sequence[bool], at: int) -> None:
        """Show which are decided and which is in front."""
        self._decided, self._at = tuple(decided), at
        self.setVisible(1 < len(self._decided) <= self._MOST)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place, is_decided in enumerate(self._decided):
                x = 5 + place * 14
                painter.setPen(
                    QColor(self._look.accent if place == self._at or is_decided else self._look.ink3)
                )
                painter.setBrush(QColor(self._look.accent) if is_decided else Qt.BrushStyle.NoBrush)
                radius = 5 if place == self._at else 3.5
                painter.drawEllipse(QPointF(x + 1, 7), radius, radius)


class ConflictCard(QWidget):
    """Shows one conflict and reports the choice.

    Signals
    -------
    taken
        A person took a way out (a :class:`Choice`).
    """

    taken = Signal(object)

    def __init__(self, look: Look, *, is_dark: bool) -> None:
        super().__init__()
        self._look, self._is_dark = look, is_dark
        self._title = text("", "title")
        self._place = text("", "small")
        self._why = text("", "")
        self._sides = SideBySide(look)
        self._only = text("", "quiet")
        self.ways: dict[Choice, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(4)
        for part in (self._title, self._place, self._why, self._sides, self._only):
            column.addWidget(part)
        column.addSpacing(6)
        column.addLayout(self._make_ways())
        self._told = text("", "small")
        column.addWidget(self._told)
        column.addStretch(1)

    def _make_ways(self) -> QHBoxLayout:
        across = QHBoxLayout()
        across.setSpacing(8)
        for choice in Choice:
            made = QPushButton()
            made.setProperty("kind", "way")
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.clicked.connect(lambda _on=False, c=choice: self.taken.emit(c))
            self.ways[choice] = made
            across.addWidget(made, 1)
        return across

    def show_conflict(
        self, conflict: Conflict, lines: Sequence[ConflictLine], who: str, chosen: Choice | None
    ) -> None:
        """Show a conflict with what has been chosen, if anything."""
        say(self._title, object_title(conflict.mine))
        say(self._place, place_words(conflict.mine))
        say(self._why, conflict_sentence(conflict, who))
        heads = (
            head(tr("Mine"), LineSample(mine_colour(is_dark=self._is_dark), is_dashed=False)),
            head(tr("Theirs"), LineSample(theirs_colour(is_dark=self._is_dark), is_dashed=True), tip=who),
        )
        self._sides.show_lines(heads, [FieldLine(x.label, x.mine, x.theirs, x.base) for x in lines])
        self._sides.setVisible(bool(lines))
        say(self._only, "" if lines else tr("They differ in things that have no words, such as looks."))
        self._show_ways(conflict, who, chosen)

    def _show_ways(self, conflict: Conflict, who: str, chosen: Choice | None) -> None:
        for choice, made in self.ways.items():
            made.setText(f"{_KEYS[choice]}  {way_words(choice, conflict)}")
            is_offered = choice in conflict.choices
            made.setVisible(is_offered)
            tip = way_tip(choice, who)
            made.setToolTip(tr("{what} (key {key})", what=tip, key=_KEYS[choice]))
            made.setAccessibleName(tip)
            made.setChecked(choice is chosen)
        say(self._told, tr("Decided: {what}.", what=way_tip(chosen, who)) if chosen is not None else "")
