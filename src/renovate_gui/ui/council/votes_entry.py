"""Votes entered by hand, one after the other without the mouse: flat number, choice, Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton

from renovate_gui.app.session import Session
from renovate_gui.app.voting_records import Ballot, Flat, VoteChannel
from renovate_gui.app.voting_register import choice_of
from renovate_gui.app.voting_words import channel_words, choice_words
from renovate_gui.assets import tr
from renovate_gui.domain.ballot import Vote
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.stages.controls import Choice
from renovate_gui.ui.stages.widgets import Card, button, flowing, row, say, text
from renovate_gui.ui.workspace import Workspace

_KEYS = {"1": Vote.AGREE, "2": Vote.OPPOSE, "3": Vote.ABSTAIN}


class ChoiceButton(QPushButton):
    """One of the three choices; the keys 1, 2 and 3 and Enter work on all of them."""

    pressed_key = Signal(object)

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take 1, 2 or 3, and Enter as a click."""
        vote = _KEYS.get(event.text())
        if vote is not None:
            self.pressed_key.emit(vote)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class VoteEntry(Card):
    """A field for the flat, three choices, what was taken last."""

    def __init__(self, workspace: Workspace, on_fault: Callable[[str], None]) -> None:
        super().__init__("plain")
        self._workspace = workspace
        self._on_fault = on_fault
        self._ballot: Ballot | None = None
        self._channel = VoteChannel.PAPER
        self._before: tuple[Flat, Vote | None] | None = None
        self._said = text("", "small")
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Flat"))
        self.field.setPlaceholderText(tr("flat, such as 3-1-501 or 3-1-501 1"))
        self.field.returnPressed.connect(self._on_enter)
        self.field.textEdited.connect(lambda _words: say(self._said, ""))
        self.buttons: dict[Vote, ChoiceButton] = {}
        for key, vote in _KEYS.items():
            made = ChoiceButton(f"{key}  {choice_words(vote)}")
            made.clicked.connect(lambda _checked=False, v=vote: self.take(v))
            made.pressed_key.connect(self.take)
            self.buttons[vote] = made
        self._last = text("", "good")
        self._undo = button(tr("Undo"), self._take_back, "link")
        self._undo.hide()
        channels = [(c.value, channel_words(c)) for c in VoteChannel]
        chooser = Choice(tr("They came"), channels, self._channel.value)
        chooser.chosen.connect(self._set_channel)
        self.add(text(tr("Enter votes by hand"), "strong"), self.field, flowing(*self.buttons.values()))
        self.add(self._said, row(self._last, self._undo), chooser)
        say(self._said, "")
        say(self._last, "")

    def _set_channel(self, code: str) -> None:
        self._channel = VoteChannel(code)

    def set_ballot(self, ballot: Ballot) -> None:
        """Take votes for another ballot."""
        if self._ballot is None or self._ballot.uuid != ballot.uuid:
            say(self._last, "")
            self._undo.hide()
        self._ballot = ballot

    def _session(self) -> Session | None:
        return self._workspace.session

    def _flat(self, words: str) -> Flat | None:
        session, ballot = self._session(), self._ballot
        if session is None or ballot is None:
            return None
        try:
            return session.voting.flat(ballot, words)
        except RenovateError as error:
            say(self._said, str(error), "bad")
            self.field.selectAll()
            self.field.setFocus()
            return None

    def _on_enter(self) -> None:
        """Vote at once when the choice stands behind the flat, else go on to the choices."""
        words = self.field.text().split()
        choice = choice_of(words[-1]) if len(words) > 1 else None
        if choice is not None:
            self._vote(" ".join(words[:-1]), choice)
            return
        flat = self._flat(self.field.text())
        if flat is not None:
            say(self._said, tr("{flat}, {area} m²: 1, 2 or 3", flat=flat.label, area=flat.area), "small")
            self.buttons[Vote.AGREE].setFocus()

    def take(self, choice: Vote) -> None:
        """Take in the vote of the flat in the field."""
        words = self.field.text().split()
        if len(words) > 1 and choice_of(words[-1]) is not None:
            words = words[:-1]
        self._vote(" ".join(words), choice)

    def _vote(self, words: str, choice: Vote) -> None:
        session, ballot = self._session(), self._ballot
        flat = self._flat(words)
        if session is None or ballot is None or flat is None:
            return
        earlier = next((v.choice for v in session.voting.votes(ballot) if v.flat == flat.uuid), None)
        try:
            session.voting.vote(ballot, flat, choice, channel=self._channel)
        except RenovateError as error:
            self._on_fault(str(error))
            return
        self._before = (flat, earlier)
        said = tr("{flat} had voted before; the new vote counts.", flat=flat.label)
        say(self._said, said if earlier not in (None, choice) else "", "warn")
        say(self._last, f"✓ {flat.label} {choice_words(choice)}")
        self._undo.show()
        self.field.clear()
        self.field.setFocus()

    def _take_back(self) -> None:
        """Let the flat of the last entry be as it was before it."""
        session, ballot = self._session(), self._ballot
        if session is None or ballot is None or self._before is None:
            return
        flat, earlier = self._before
        try:
            if earlier is None:
                session.voting.withdraw(ballot, flat)
            else:
                session.voting.vote(ballot, flat, earlier, channel=self._channel)
        except RenovateError as error:
            self._on_fault(str(error))
            return
        self._before = None
        say(self._last, "")
        self._undo.hide()
        self.field.setFocus()
