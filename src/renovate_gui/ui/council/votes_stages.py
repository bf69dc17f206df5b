"""The board of stages: where the renewal stands, its log, and a dialog to write into it."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDateEdit, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.app.consent_rules import said
from renovate_gui.app.session import Session
from renovate_gui.app.stages import Entry, StageKind, StageStanding, StageState, state_words
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.ui.council.asking import Asking
from renovate_gui.ui.council.votes_parts import StageStrip, Stop
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.fold import Fold
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import Card, Stack, TextArea, button, hint, pair, pill, say, text
from renovate_gui.ui.workspace import Workspace

_PILLS = {"done": "good", "rejected": "bad", "postponed": "warn", "started": "accent"}


class StageBoard(QWidget):
    """The stages as a line, the chosen one in words, and the log behind a fold."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._chosen = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._round = text("", "small", wrap=False)
        column.addWidget(pair(text(tr("Stages"), "section"), self._round))
        self.strip = StageStrip(look)
        self.strip.chosen.connect(self.choose)
        column.addWidget(self.strip)
        self._stage = Stack(2)
        column.addWidget(self._stage)
        self.log = Fold(tr("Log"))
        self._entries = Stack(4)
        self.log.add(self._entries)
        column.addWidget(self.log)

    def choose(self, code: str) -> None:
        """Show another stage."""
        self._chosen = code
        if self._workspace.session is not None:
            self.follow(self._workspace.session)

    def follow(self, session: Session) -> None:
        """Show what the log says now."""
        board = session.stages.board()
        current = session.stages.current()
        codes = [s.kind.code for s in board]
        if self._chosen not in codes:
            self._chosen = current.stage if current is not None else codes[0]
        stops = [
            Stop(
                s.kind.code,
                s.kind.number,
                _line(s),
                _state(s, session.stages.round()),
                s.kind.loops,
            )
            for s in board
        ]
        self.strip.set_stops(stops, self._chosen)
        turn = session.stages.round()
        say(self._round, tr("round {n}", n=turn) if turn > 1 else "")
        chosen = next(s for s in board if s.kind.code == self._chosen)
        self._stage.show_widgets(self._stage_widgets(session, chosen))
        entries = session.stages.log()
        self._entries.show_widgets([_entry_card(e, session.stages.kind(e.stage)) for e in reversed(entries)])
        self.log.setVisible(bool(entries))
        self.log.set_note(str(len(entries)))

    def _stage_widgets(self, session: Session, standing: StageStanding) -> list[QWidget]:
        kind, newest = standing.kind, standing.newest
        state = tr("not begun") if newest is None else state_words(newest.state, kind)
        badge = pill(state, _PILLS.get("" if newest is None else newest.state.value, "plain"))
        widgets: list[QWidget] = [
            pair(text(f"{kind.number}  {said(kind.title)}", "strong"), badge),
            text(said(kind.about), "small"),
        ]
        if newest is not None and newest.why:
            widgets.append(text(newest.why, "quiet"))
        ended = session.stages.rejection()
        if ended is not None:
            words = tr("The project ended on {day} with a rejection. That is a result too.", day=ended.when)
            widgets.append(hint(words, kind="warn"))
        widgets.append(button(tr("Write into the log …"), self.write, "link"))
        return widgets

    def write(self) -> None:
        """Ask what became of the chosen stage."""
        session = self._workspace.session
        if session is not None:
            StageEntryDialog(self, self._workspace, session.stages.kind(self._chosen)).open()


def _state(standing: StageStanding, turn: int) -> str:
    """Return a stage's state; what an earlier round of the loop came to no longer counts."""
    newest = standing.newest
    if newest is None or (standing.kind.loops and newest.round < turn):
        return ""
    return newest.state.value


def _line(standing: StageStanding) -> str:
    kind, newest = standing.kind, standing.newest
    title = f"{kind.number} {said(kind.title)}"
    return title if newest is None else f"{title}: {state_words(newest.state, kind)}, {newest.when}"


def _entry_card(entry: Entry, kind: StageKind) -> QWidget:
    card = Card("row", margins=(0, 2, 0, 6))
    state = pill(state_words(entry.state, kind), _PILLS.get(entry.state.value, "plain"))
    card.add(pair(text(f"{kind.number}  {said(kind.title)}", "strong"), state))
    turn = tr("round {n}", n=entry.round) if kind.loops else ""
    card.add(text(" · ".join(p for p in (entry.when, entry.who, turn) if p), "small"))
    for words in (entry.why, entry.evidence):
        if words:
            card.add(text(words, "quiet"))
    return card


class StageEntryDialog(Asking):
    """Asks what became of a stage, when, why, and what proves it."""

    def __init__(self, parent: QWidget, workspace: Workspace, kind: StageKind) -> None:
        title = tr("Stage {number}: {title}", number=kind.number, title=said(kind.title))
        super().__init__(parent, workspace, title, tr("Write into the log"), (500, 440))
        self._kind = kind
        self._state = StageState.STARTED
        self.column.addWidget(text(title, "title"))
        self.states = Segments([(s.value, state_words(s, kind)) for s in StageState], self._state.value)
        self.states.chosen.connect(self._set_state)
        self.column.addWidget(self.states)
        self.day = QDateEdit(QDate.currentDate())
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.labelled(tr("When"), self.day)
        self.why = TextArea(3)
        self.labelled(tr("Why"), self.why)
        self.evidence = QLineEdit()
        self.evidence.setPlaceholderText(tr("minutes, notice, photo, ballot"))
        self.labelled(tr("What proves it"), self.evidence)
        self.finish()
        self.why.setFocus()

    def _set_state(self, code: str) -> None:
        self._state = StageState(code)

    def do(self) -> None:
        """Write the entry."""
        session = self.workspace.session
        if session is None:
            raise RequestError(tr("No project is open."))
        session.stages.put(
            self._kind.code,
            self._state,
            why=self.why.toPlainText(),
            evidence=self.evidence.text(),
            when=self.day.date().toString(Qt.DateFormat.ISODate),
        )
