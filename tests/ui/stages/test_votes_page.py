"""Votes and meetings in the window: votes by hand with the keyboard, the tally, the board, the projector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from renovate_gui.app.meetings import ItemOutcome
from renovate_gui.app.session import Session
from renovate_gui.app.stages import StageState
from renovate_gui.app.voting_records import BallotKind
from renovate_gui.domain.ballot import Vote
from renovate_gui.ui.council.meetings import MeetingsPage
from renovate_gui.ui.council.meetings_item import ItemForm
from renovate_gui.ui.council.votes import VotesPage
from renovate_gui.ui.council.votes_dialogs import CloseBallotDialog, NewBallotDialog
from renovate_gui.ui.council.votes_stages import StageEntryDialog
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.workspace import Stage, Workspace

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "raise"
)  # the offscreen platform's remarks on windows


@pytest.fixture
def workspace(qtbot: QtBot, tmp_path: Path) -> Iterator[Workspace]:
    del qtbot
    session = Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")
    rows = [f"{b},1,{f}0{n},{60 + n}" for b in (1, 2) for f in (1, 2, 3) for n in (1, 2)]
    (tmp_path / "r.csv").write_text("building,unit,flat,area\n" + "\n".join(rows), encoding="utf-8")
    session.voting.prepare_register(tmp_path / "r.csv").run()
    made = Workspace()
    made.set_session(session)
    made.set_stage(Stage.COUNCIL)
    yield made
    made.set_session(None)


def shown(page: VotesPage | MeetingsPage, workspace: Workspace, qtbot: QtBot) -> Session:
    qtbot.addWidget(page)
    session = workspace.session
    assert session is not None
    page.resize(300, 900)
    page.show()
    page.follow(session)
    workspace.changed.connect(lambda _event: page.follow(session))
    return session


def words(widget: Any) -> str:
    QApplication.processEvents()  # what was just put in place shows itself with the next event
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_votes_are_entered_with_the_keyboard_alone(workspace: Workspace, qtbot: QtBot) -> None:
    page = VotesPage(workspace, Jobs(workspace), look_of(is_dark=False))
    session = shown(page, workspace, qtbot)
    ballot = session.voting.open("改不改？", "cc278_major", kind=BallotKind.WISH)
    page.follow(session)
    entry = page.entry
    qtbot.keyClicks(entry.field, "1-1-101")
    qtbot.keyClick(entry.field, Qt.Key.Key_Return)
    qtbot.keyClick(entry.buttons[Vote.AGREE], Qt.Key.Key_2)
    qtbot.keyClicks(entry.field, "1-1-102 1")
    qtbot.keyClick(entry.field, Qt.Key.Key_Return)
    assert {v.choice for v in session.voting.votes(ballot)} == {Vote.OPPOSE, Vote.AGREE}
    assert "1-1-102" in words(entry)
    entry._take_back()
    assert [v.choice for v in session.voting.votes(ballot)] == [Vote.OPPOSE]
    qtbot.keyClicks(entry.field, "9-9-9 1")
    qtbot.keyClick(entry.field, Qt.Key.Key_Return)
    assert "No flat" in words(entry)
    assert len(session.voting.votes(ballot)) == 1


def test_the_page_says_what_is_missing_and_fits_a_narrow_panel(workspace: Workspace, qtbot: QtBot) -> None:
    page = VotesPage(workspace, Jobs(workspace), look_of(is_dark=False))
    session = shown(page, workspace, qtbot)
    ballot = session.voting.open("对改造方案（第二稿）进行表决，请于月底前完成", "cc278_major")
    for flat in session.voting.register()[:7]:
        session.voting.vote(ballot, flat, Vote.AGREE)
    page.follow(session)
    said = words(page)
    assert "The quorum lacks 1 owner and 62.00 m²." in said
    assert "Building 2 alone would close it: 1 flat to reach, if it agrees." in said
    assert page.minimumSizeHint().width() <= 260


def test_dialogs_open_close_and_log(workspace: Workspace, qtbot: QtBot) -> None:
    page = VotesPage(workspace, Jobs(workspace), look_of(is_dark=False))
    session = shown(page, workspace, qtbot)
    asked = NewBallotDialog(page, workspace, session)
    asked.take()
    assert "needs a title" in words(asked)
    asked.title.setText("改不改？")
    asked.take()
    ballot = session.voting.ballots()[0]
    assert (ballot.rule.id, ballot.kind) == ("yizheng_wish", BallotKind.WISH)
    CloseBallotDialog(page, workspace, ballot).take()
    current = session.stages.current()
    assert current is not None
    assert current.state is StageState.REJECTED
    assert "ended on" in words(page)
    entry = StageEntryDialog(page, workspace, session.stages.kind("needs"))
    entry.take()
    assert "write why it goes on" in words(entry)
    entry.why.setPlainText("街道另有安排")
    entry.take()
    assert session.stages.rejection() is None


def test_a_refusal_waits_for_its_reason(workspace: Workspace, qtbot: QtBot) -> None:
    page = MeetingsPage(workspace, Jobs(workspace), look_of(is_dark=False))
    session = shown(page, workspace, qtbot)
    meeting = session.meetings.plan("M", "2026-12-01")
    session.meetings.add_item(meeting, "坡道")
    page.follow(session)
    form = page.findChild(ItemForm)
    assert form is not None
    form.outcome.chosen.emit("rejected")
    assert session.meetings.get("M").agenda[0].outcome is ItemOutcome.OPEN
    form.why.setPlainText("坡度不够")
    form.keep()
    assert session.meetings.get("M").agenda[0].outcome is ItemOutcome.REJECTED


def test_the_projector_shows_neither_names_nor_private_notes(workspace: Workspace, qtbot: QtBot) -> None:
    page = MeetingsPage(workspace, Jobs(workspace), look_of(is_dark=False))
    session = shown(page, workspace, qtbot)
    ballot = session.voting.open("改不改？", "yizheng_wish")
    meeting = session.meetings.plan("M", "2026-12-01")
    session.meetings.minute(meeting, meeting.agenda[0].key, private="秘密")
    page.follow(session)
    page.show_projector()
    projector = page.projector
    assert projector is not None
    item = projector.item()
    assert item is not None
    assert item.private == ""
    before = projector.grab().toImage()
    for flat in session.voting.register():
        session.voting.vote(ballot, flat, Vote.AGREE)
    assert projector.grab().toImage() != before  # it follows the votes
    assert page.projector is projector
