"""The report of a merge: conflicts one by one, what comes in, and the button that does it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from renovate_gui.app.merge_words import brings, parted
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.difference import Choice, ObjectChange
from renovate_gui.ui.merge.browser import ChangeBrowser
from renovate_gui.ui.merge.conflict_card import ConflictCard, Pips
from renovate_gui.ui.merge.joining_map import JoiningMap
from renovate_gui.ui.merge.state import MergeState
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.scrolled import scrolled
from renovate_gui.ui.stages.widgets import Card, appear, button, enable, pair, row, say, text

_MOST_NOTES, _MOST_STEPS = 3, 30
_CHOICES = {"1": Choice.MINE, "2": Choice.THEIRS, "3": Choice.BOTH}


class ReportPage(QWidget):
    """Shows a report and takes decisions.

    Signals
    -------
    merge_asked
        A person pressed “Merge”.
    file_asked
        Another file is wanted.
    """

    merge_asked = Signal()
    file_asked = Signal()

    def __init__(
        self, state: MergeState, session: Session, on_map: JoiningMap, look: Look, *, is_dark: bool
    ) -> None:
        super().__init__()
        self._state, self._session, self._map, self._look = state, session, on_map, look
        self._is_dark = is_dark
        self.read_only = session.project.is_read_only
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._add_summary()
        self._add_tabs()
        self.foot = self._make_foot()

    # -- building -----------------------------------------------------------------------------------------------
    def _add_summary(self) -> None:
        report = self._state.report
        if report is None:
            return
        column = self._column
        name = text(report.other, "small")
        column.addWidget(pair(name, button(tr("Another file …"), self.file_asked.emit, "minor")))
        if self._state.remark:
            column.addWidget(Card("warn").add(text(self._state.remark)))
        since = text(parted(report))
        since.setToolTip(
            "\n".join([*report.steps[:_MOST_STEPS], *(["…"] if len(report.steps) > _MOST_STEPS else [])])
        )
        column.addWidget(since)
        lines = brings(report.incoming)
        if lines:
            column.addWidget(text(tr("It brings: {what}.", what=tr(", ").join(lines))))
        n = len(report.conflicts)
        if n:
            words = (
                tr("One conflict needs a decision.")
                if n == 1
                else tr("{n} conflicts need a decision.", n=f"{n:,}")
            )
            column.addWidget(text(words, "strong"))
        elif report.incoming.changes:
            column.addWidget(text(tr("Nothing contradicts your own work."), "quiet"))

    def _add_tabs(self) -> None:
        self.browser: ChangeBrowser | None = None
        self._notes_card: QWidget | None = None
        self._tabs: Segments | None = None
        self.card: ConflictCard | None = None
        self._stack = QStackedWidget()
        report = self._state.report
        if report is None:
            return
        n_incoming, n_conflicts = len(report.incoming.changes), len(report.conflicts)
        if n_conflicts and n_incoming:
            tabs = Segments(
                (
                    ("conflicts", tr("To decide · {n}", n=f"{n_conflicts:,}")),
                    ("incoming", tr("Comes in · {n}", n=f"{n_incoming:,}")),
                ),
                self._state.tab,
            )
            tabs.chosen.connect(self._on_tab)
            self._tabs = tabs
            self._column.addWidget(tabs)
        self._conflicts = self._conflict_page() if n_conflicts else QWidget()
        self._incoming = self._incoming_page()
        self._stack.addWidget(self._conflicts)
        self._stack.addWidget(self._incoming)
        self._column.addWidget(self._stack, 1)

    def _conflict_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._progress = text("", "strong", wrap=False)
        self._pips = Pips(self._look)
        across = QHBoxLayout()
        across.setSpacing(4)
        across.addWidget(self._progress)
        across.addWidget(self._pips, 1)
        self._back = button("‹", lambda: self.step(-1), "tool", tr("Previous conflict (arrow left)"))
        self._next = button("›", lambda: self.step(1), "tool", tr("Next conflict (arrow right)"))
        for arrow in (self._back, self._next):
            arrow.setFixedSize(30, 28)
            arrow.setAccessibleName(arrow.toolTip())
            across.addWidget(arrow)
        column.addLayout(across)
        self.card = ConflictCard(self._look, is_dark=self._is_dark)
        self.card.taken.connect(self.take)
        self._add_keys(page)
        column.addWidget(scrolled(self.card), 1)
        self._rest = row(
            button(tr("Mine for all the rest"), lambda: self.take_rest(Choice.MINE), "minor"),
            button(tr("Theirs for all the rest"), lambda: self.take_rest(Choice.THEIRS), "minor"),
            spacing=20,
        )
        column.addWidget(self._rest)
        return page

    def _add_keys(self, page: QWidget) -> None:
        """Let the keys work wherever in the conflict the focus is: buttons and scroll areas keep arrows to themselves."""
        for words, call in (
            *((key, partial(self.take, choice)) for key, choice in _CHOICES.items()),
            ("Left", partial(self.step, -1)),
            ("Right", partial(self.step, 1)),
        ):
            shortcut = QShortcut(QKeySequence(words), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    def _incoming_page(self) -> QWidget:
        report = self._state.report
        empty = tr("Nothing comes in beside the conflicts.") if report and report.conflicts else ""
        browser = ChangeBrowser(
            self._look,
            self._session.timeline.field_words,
            (tr("Here now"), tr("After the merge")),
            is_dark=self._is_dark,
            empty=empty,
        )
        browser.show_changes(report.incoming.changes if report is not None else ())
        browser.chosen.connect(self._on_change)
        self.browser = browser
        if report is None or not report.notes:
            return browser
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(browser, 1)
        self._notes_card = self._notes(report.notes)
        column.addWidget(self._notes_card)
        return page

    def _notes(self, notes: tuple[str, ...]) -> QWidget:
        card = Card("plain")
        card.add(text(tr("Settled by itself"), "section"))
        for note in notes[:_MOST_NOTES]:
            card.add(text(note, "quiet"))
        if len(notes) > _MOST_NOTES:
            more = text(tr("{n} more", n=f"{len(notes) - _MOST_NOTES:,}"), "small")
            more.setToolTip("\n".join(notes[_MOST_NOTES:]))
            card.add(more)
        return card

    def _make_foot(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.merge_button: QPushButton = button(tr("Merge"), self.merge_asked.emit, "primary")
        self.reason = text("", "small")
        self._promise = text(tr("One step; “Undo” takes all of it back."), "small")
        column.addWidget(self.merge_button)
        column.addWidget(self.reason)
        column.addWidget(self._promise)
        return foot

    # -- state --------------------------------------------------------------------------------------------------
    def why_not(self) -> str:
        """Return why nothing can be merged now, or an empty string."""
        state = self._state
        if state.report is None or not (state.report.incoming.changes or state.report.conflicts):
            return tr("There is nothing to merge: everything in this copy is here already.")
        if self.read_only:
            return tr("The project is open for reading only.")
        n = state.decisions.open_count
        if n == 1:
            return tr("One conflict still needs a decision.")
        return tr("{n} conflicts still need a decision.", n=f"{n:,}") if n else ""

    def refresh(self, *, goes_there: bool) -> None:
        """Show the present conflict or change, here and on the map."""
        reason = self.why_not()
        enable(self.merge_button, reason, tr("Bring it all in as one step"))
        say(self.reason, reason)
        appear(self._promise, on=not reason)
        is_conflict = self._state.tab == "conflicts" and self.card is not None
        if self._tabs is not None:
            self._tabs.set_current(self._state.tab)
        self._stack.setCurrentIndex(0 if is_conflict else 1)
        if is_conflict:
            self._show_conflict(goes_there=goes_there)
        elif self._state.report is not None and self.isVisible():
            change = self.browser.current if self.browser is not None else None
            if change is None:
                self._map.show_difference(self._state.report.incoming, goes_there=goes_there)
            else:
                self._on_change(change)

    def _show_conflict(self, *, goes_there: bool) -> None:
        state, card = self._state, self.card
        conflict = state.conflict
        if conflict is None or card is None:
            return
        decided = [state.decisions.of(c) is not None for c in state.decisions.conflicts]
        self._progress.setText(tr("{n} of {total} decided", n=sum(decided), total=len(decided)))
        self._pips.show_state(decided, state.at)
        for arrow in (self._back, self._next):
            arrow.setVisible(len(decided) > 1)
        self._rest.setVisible(len(decided) - sum(decided) > 1)
        card.show_conflict(
            conflict, self._session.merging.conflict_lines(conflict), state.who, state.decisions.of(conflict)
        )
        self._map.show_conflict(conflict, state.who, goes_there=goes_there)

    def _on_tab(self, tab: str) -> None:
        self._state.tab = tab
        self.refresh(goes_there=True)

    def _on_change(self, change: ObjectChange | None) -> None:
        if self._notes_card is not None:
            appear(self._notes_card, on=change is None)
        if self._state.report is not None and self._state.tab == "incoming" and self.isVisible():
            self._map.show_change(self._state.report.incoming, change)

    # -- deciding -----------------------------------------------------------------------------------------------
    def take(self, choice: Choice) -> None:
        """Decide the conflict in front; the next open one comes by itself when this one was open."""
        state = self._state
        conflict = state.conflict
        if conflict is None or choice not in conflict.choices:
            return
        was_open = state.decisions.of(conflict) is None
        state.decisions.take(conflict, choice)
        if was_open and state.decisions.open_count:
            state.at = state.decisions.next_open(state.at)
            self.refresh(goes_there=True)
            return
        self.refresh(goes_there=False)
        if not state.decisions.open_count and self.merge_button.isEnabled():
            self.merge_button.setFocus()

    def take_rest(self, choice: Choice) -> None:
        """Decide all open conflicts the same way."""
        self._state.decisions.take_rest(choice)
        self.refresh(goes_there=False)

    def step(self, by: int) -> None:
        """Go to the next or previous conflict, round at the ends."""
        count = len(self._state.decisions.conflicts)
        if count:
            self._state.at = (self._state.at + by) % count
            self.refresh(goes_there=True)

    def take_key(self, words: str, key: int) -> bool:
        """Handle a key; return whether it was one of ours."""
        if self._state.tab != "conflicts" or self.card is None:
            return False
        if words in _CHOICES:
            self.take(_CHOICES[words])
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.step(-1 if key == Qt.Key.Key_Left else 1)
        else:
            return False
        return True
