"""The stages of the renewal and its votes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from renovate_gui.app.scene_votes import turnout_of
from renovate_gui.app.session import Session
from renovate_gui.app.voting import RegisterReport, VotesReport
from renovate_gui.app.voting_records import Ballot
from renovate_gui.app.voting_words import count_words
from renovate_gui.assets import tr
from renovate_gui.domain.ballot import counted
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.council.page import CouncilPage
from renovate_gui.ui.council.votes_ballot import BallotView
from renovate_gui.ui.council.votes_dialogs import CloseBallotDialog, NewBallotDialog
from renovate_gui.ui.council.votes_entry import VoteEntry
from renovate_gui.ui.council.votes_stages import StageBoard
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.controls import Choice
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.replies_box import DropCard
from renovate_gui.ui.stages.widgets import (
    Card,
    Stack,
    button,
    enable,
    flowing,
    hint,
    pair,
    rule,
    say,
    text,
)
from renovate_gui.ui.workspace import Workspace

_PROBLEMS_SHOWN = 30
_TITLE_CHARS = 16


class VotesPage(CouncilPage):
    """The stages of the renewal and its votes."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__(workspace, jobs, look)
        self._ballot = ""
        self.board = StageBoard(workspace, look)
        self.column.addWidget(self.board)
        self.column.addWidget(rule())
        self._build_register()
        self.column.addWidget(rule())
        self._build_ballots(look)

    def _build_register(self) -> None:
        self._counts = text("", "quiet")
        self.again = button(tr("Import again …"), self._choose_register, "link")
        self.column.addWidget(pair(text(tr("Register of owners"), "section"), self.again))
        self.column.addWidget(self._counts)
        self.drop = DropCard(lambda paths: self.take_register(paths[0]))
        self.import_button = button(tr("Import the register …"), self._choose_register)
        self.drop.add(
            text(
                tr("A table with building, stairwell, flat and floor area; owners by number, never by name."),
                "quiet",
            ),
            self.import_button,
        )
        self.column.addWidget(self.drop)
        self._progress = ProgressRow()
        self.column.addWidget(self._progress)
        self._outcome = Stack(4)
        self.column.addWidget(self._outcome)

    def _build_ballots(self, look: Look) -> None:
        self.new_button = button(tr("New ballot …"), self.ask_new, "link")
        self.column.addWidget(pair(text(tr("Ballots"), "section"), self.new_button))
        self._none = text(tr("No ballot yet. Vote A asks whether to renovate, vote B about a plan."), "quiet")
        self.column.addWidget(self._none)
        self.chooser = Choice(tr("Ballot"), [("", "–")], "")
        self.chooser.button.setMinimumWidth(
            140
        )  # a long title gives way in a narrow panel; the menu has it whole
        self.chooser.chosen.connect(self.choose)
        self.column.addWidget(self.chooser)
        self.view = BallotView(look)
        self.column.addWidget(self.view)
        self.entry = VoteEntry(self.workspace, self._fail)
        self.view.entry_place.addWidget(self.entry)
        self._map = button(tr("Show on the map"), self._toggle_map)
        self._votes = button(tr("Import votes …"), self._choose_votes)
        self._close = button(tr("Close and seal …"), self.ask_close)
        self._delete = button(tr("Delete"), self._ask_delete, "danger")
        self._buttons = flowing(self._map, self._votes, self._close, self._delete)
        self.view.entry_place.addWidget(self._buttons)

    # -- following ------------------------------------------------------------------------------------------------
    def follow(self, session: Session) -> None:
        """Show what the session holds now."""
        self.board.follow(session)
        flats = session.voting.register()
        whole = counted((f.holding for f in flats), {}).all
        say(self._counts, count_words(whole) if flats else "")
        self.drop.setVisible(not flats)
        self.again.setVisible(bool(flats))
        enable(self.new_button, session.voting.why_not_open())
        ballots = session.voting.ballots()
        self._none.setVisible(not ballots)
        chosen = self._chosen(session)
        for widget in (self.view, self._buttons):
            widget.setVisible(chosen is not None)
        self.chooser.setVisible(len(ballots) > 1 or chosen is not None)
        if chosen is None:
            return
        self.chooser.set_options(
            [(str(b.uuid), _short(b.title)) for b in reversed(ballots)], str(chosen.uuid)
        )
        self.view.show_ballot(session, chosen)
        self.entry.set_ballot(chosen)
        self.entry.setVisible(chosen.is_open)
        self._votes.setVisible(chosen.is_open)
        self._close.setVisible(chosen.is_open)
        self._follow_map(session, chosen)

    def _follow_map(self, session: Session, ballot: Ballot) -> None:
        """Let the map follow new votes while it shows them."""
        shown = self.workspace.turnout
        self._map.setText(tr("Show on the map") if shown is None else tr("No longer on the map"))
        if shown is None:
            return
        fresh = turnout_of(session, ballot)
        if fresh != shown:
            self.workspace.show_turnout(fresh)

    def _chosen(self, session: Session) -> Ballot | None:
        ballots = session.voting.ballots()
        found = next((b for b in ballots if b.uuid == self._ballot), None)
        if found is None and ballots:
            found = next((b for b in reversed(ballots) if b.is_open), ballots[-1])
        self._ballot = "" if found is None else str(found.uuid)
        return found

    def choose(self, uuid: str) -> None:
        """Show another ballot."""
        self._ballot = uuid
        if self.workspace.session is not None:
            self.follow(self.workspace.session)

    # -- acting ---------------------------------------------------------------------------------------------------
    def ask_new(self) -> None:
        """Ask what the new ballot is about."""
        session = self.workspace.session
        if session is None:
            return
        self._ballot = ""
        NewBallotDialog(self, self.workspace, session).open()

    def _choose_register(self) -> None:
        name = _table(self, tr("Import the register of owners"))
        if name:
            self.take_register(Path(name))

    def take_register(self, path: Path) -> None:
        """Read a register in the background."""
        session = self.workspace.session
        if session is not None:
            task = session.voting.prepare_register(path)
            handle = self.jobs.start(task, self._register_read, self._refuse, key="register")
            self._progress.follow(handle)

    def _register_read(self, report: RegisterReport) -> None:
        words = tr(
            "{added} flats are new, {changed} changed, {same} are as they were.",
            added=report.added,
            changed=report.changed,
            same=report.unchanged,
        )
        self._show_outcome(words, report.notes, report.problems)

    def _choose_votes(self) -> None:
        name = _table(self, tr("Import votes"))
        if name:
            self.take_votes(Path(name))

    def take_votes(self, path: Path) -> None:
        """Read votes for the chosen ballot in the background."""
        session = self.workspace.session
        ballot = None if session is None else self._chosen(session)
        if session is None or ballot is None:
            return
        try:
            task = session.voting.prepare_votes(ballot, path)
        except RenovateError as error:
            self._refuse(error)
            return
        self._progress.follow(self.jobs.start(task, self._votes_read, self._refuse, key="votes"))

    def _votes_read(self, report: VotesReport) -> None:
        words = tr("{n} votes were taken in.", n=report.taken)
        self._show_outcome(words, report.notes, report.problems)

    def _show_outcome(self, words: str, notes: tuple[str, ...], problems: tuple[str, ...]) -> None:
        card = Card("warn" if problems else "hint").add(text(words, "strong"))
        for note in notes:
            card.add(text(note, "quiet"))
        for problem in problems[:_PROBLEMS_SHOWN]:
            card.add(text(problem, "bad"))
        rest = len(problems) - _PROBLEMS_SHOWN
        if rest > 0:
            card.add(text(tr("and {n} more", n=rest), "small"))
        card.add(button(tr("Close"), lambda: self._outcome.show_widgets([]), "link"))
        self._outcome.show_widgets([card])

    def _refuse(self, error: Exception) -> None:
        self._outcome.show_widgets([hint(sentence(error), kind="bad")])

    def _fail(self, words: str) -> None:
        self.workspace.message.emit(words, "error")

    def ask_close(self) -> None:
        """Close the ballot after a question: nothing can be added afterwards but by undoing."""
        ballot = self._open_ballot()
        if ballot is None:
            return
        CloseBallotDialog(self, self.workspace, ballot).open()

    def _open_ballot(self) -> Ballot | None:
        session = self.workspace.session
        found = None if session is None else self._chosen(session)
        return found if found is not None and found.is_open else None

    def _ask_delete(self) -> None:
        session = self.workspace.session
        ballot = None if session is None else self._chosen(session)
        if session is None or ballot is None:
            return
        session.voting.delete(ballot)
        words = tr("“{title}” and its votes are deleted; undo brings them back.", title=ballot.title)
        self.workspace.message.emit(words, "info")

    def _toggle_map(self) -> None:
        """Colour the buildings on the map by how many have voted, or stop."""
        session = self.workspace.session
        ballot = None if session is None else self._chosen(session)
        if session is None or ballot is None:
            return
        if self.workspace.turnout is not None:
            self.workspace.show_turnout(None)
            self._map.setText(tr("Show on the map"))
            return
        try:
            turnout = turnout_of(session, ballot)
        except RenovateError as error:
            self._fail(str(error))
            return
        self.workspace.show_turnout(turnout)
        self._map.setText(tr("No longer on the map"))
        if turnout.unmatched:
            names = tr(", ").join(turnout.unmatched[:6])
            words = tr(
                "{n} buildings of the register have no building of that name on the map: {names}.",
                n=len(turnout.unmatched),
                names=names,
            )
            self.workspace.message.emit(words, "info")


def _short(title: str) -> str:
    """Return a title that leaves room for the panel; the dialogs and the map say all of it."""
    return title if len(title) <= _TITLE_CHARS else f"{title[: _TITLE_CHARS - 1]}…"


def _table(parent: QWidget, title: str) -> str:
    patterns = tr("Tables ({patterns})", patterns="*.csv *.xlsx *.txt")
    return QFileDialog.getOpenFileName(parent, title, "", patterns)[0]
