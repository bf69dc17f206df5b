"""The page of answers: counts, who is missing, remarks, entry by hand, the tray."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QWidget

from renovate_gui.app.comment_records import CommentState
from renovate_gui.app.ledger_judging import Standing
from renovate_gui.app.session import Session
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.reply import Answer, Channel, Choice, Reply, ReplyExtra
from renovate_gui.io.replies import reply_check, to_text
from renovate_gui.ui.council.answers import AnswersPage
from renovate_gui.ui.council.by_hand import ByHandDialog
from renovate_gui.ui.council.tray_picture import SheetPicture
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.workspace import Stage, Workspace

PACKAGE = Uuid("11111111-1111-4111-8111-111111111111")
KEY = "ab" * 32


@pytest.fixture
def desk(qtbot, tmp_path: Path):
    workspace = Workspace()
    jobs = Jobs(workspace)
    session = Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")
    for title in ("路灯", "扶手"):
        session.proposals.add(shapely.Point(362000, 3271000), title=title)
    held = {"key": KEY, "proposals": [p.uuid for p in session.proposals.all()], "reply_until": "2026-05-10"}
    with session.project.action("package") as writer:
        writer.put_package(PACKAGE, 1, held)
    workspace.set_session(session)
    workspace.set_stage(Stage.COUNCIL)
    page = AnswersPage(workspace, jobs, look_of(is_dark=False))
    qtbot.addWidget(page)
    workspace.changed.connect(lambda _event: page.follow(session))
    page.follow(session)
    yield SimpleNamespace(workspace=workspace, jobs=jobs, session=session, page=page)
    assert jobs.shut_down()
    workspace.set_session(None)


def words_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def give(session: Session, choice: Choice, comment: str = "", day: int = 1, **more: str) -> Reply:
    first = session.proposals.all()[0].uuid
    extra = ReplyExtra(Channel(more.get("channel", "page")), more.get("household", ""))
    made = Reply(
        new_uuid(), PACKAGE, 1, f"2026-05-{day:02d}T10:00:00Z", (Answer(first, choice, comment),),
        building=more.get("building", ""), extra=extra,
    )  # fmt: skip
    session.ledger.take([made], source="test")
    return made


def message(session: Session) -> str:
    data = {
        "format": "renovate-gui-reply", "format_version": 2, "package": PACKAGE, "package_version": 1,
        "id": new_uuid(), "created": "2026-05-02T10:00:00Z", "lang": "zh", "wish": "yes", "building": "3 栋",
        "answers": [
            {"proposal": session.proposals.all()[0].uuid, "choice": "agree", "comment": "好", "mark": None}
        ],
    }  # fmt: skip
    return to_text(data | {"check": reply_check(data, KEY)})


def test_a_pasted_message_is_taken_in_wherever_it_stands_in_the_chat(desk) -> None:
    chat = f"王五 10:23\n{message(desk.session)}\n收到！\n{message(desk.session)}"
    QGuiApplication.clipboard().setText(chat)
    desk.page.replies.paste_button.click()
    assert "2 accepted, 0 refused" in words_of(desk.page)
    assert {e.reply.extra.channel for e in desk.session.ledger.rows()} == {Channel.TEXT}
    desk.page.replies.paste_button.click()  # the same once more
    assert "0 accepted, 2 refused" in words_of(desk.page)
    assert "counts once" in words_of(desk.page)
    QGuiApplication.clipboard().setText("good morning")
    desk.page.replies.paste_button.click()
    assert "not a reply" in words_of(desk.page)
    QGuiApplication.clipboard().setText(" ")
    desk.page.replies.paste_button.click()
    assert "clipboard" in words_of(desk.page)
    assert len(desk.session.ledger.rows()) == 2


def test_counts_are_shown_by_way_and_late_ones_apart(desk) -> None:
    give(desk.session, Choice.AGREE)
    give(desk.session, Choice.OPPOSE, channel="paper", building="3 栋")
    give(desk.session, Choice.AGREE, day=20)
    said = words_of(desk.page.replies.counts)
    assert "Agree 1  Oppose 1  Not sure 0 · late, not counted: 1" in said
    assert "Paper form" in said
    desk.page.replies.counts.late.click()
    assert desk.session.ledger.counts_late
    assert "Agree 2  Oppose 1  Not sure 0" in words_of(desk.page.replies.counts)
    desk.page.replies.counts.by.chosen.emit("building")
    assert "3 栋" in words_of(desk.page.replies.counts)
    assert "below five" in words_of(desk.page.replies.counts)


def test_a_replaced_answer_is_seen_and_restored(desk, monkeypatch) -> None:
    first = give(desk.session, Choice.AGREE, household="H")
    give(desk.session, Choice.OPPOSE, day=2, household="H", channel="paper")
    rows = desk.page.replies.rows
    rows.fold.set_open(is_open=True)
    assert [rows.table.item(i, 2).text() for i in range(2)] == ["counts", "replaced"]
    rows.table.selectRow(1)
    assert "Review page, Paper form" in words_of(rows)
    press(rows, "Let this one count")
    assert desk.session.ledger.find(first.id).standing is Standing.COUNTED
    press(rows, "Take the decision back")
    assert desk.session.ledger.find(first.id).standing is Standing.REPLACED
    monkeypatch.setattr("PySide6.QtWidgets.QInputDialog.getText", lambda *_: ("a test", True))
    press(rows, "Lay aside …")
    assert desk.session.ledger.find(first.id).standing is Standing.ASIDE
    assert "a test" in words_of(rows)


def press(widget: QWidget, words: str) -> None:
    from PySide6.QtWidgets import QPushButton

    found = [b for b in widget.findChildren(QPushButton) if b.text() == words and not b.isHidden()]
    assert found, words
    found[-1].click()


def test_a_remark_is_given_to_somebody_and_answered_inline(desk) -> None:
    give(desk.session, Choice.OPPOSE, "太暗")
    box = desk.page.replies.remarks
    assert [box.table.item(0, i).text() for i in range(4)] == ["1", "Oppose", "太暗", "●"]
    box.table.selectRow(0)
    assert desk.workspace.selection[0] == "proposals"
    editor = box.editor
    assert not editor.isHidden()
    editor.owner.setText("李工")
    editor.owner.editingFinished.emit()
    assert box.table.item(0, 3).text() == "◐"
    assert "In work" in box.table.item(0, 3).toolTip()
    editor.save.click()
    assert "answer first" in words_of(editor)
    editor.refuse.click()
    assert "reason" in words_of(editor)
    editor.answer.setPlainText("加灯")
    editor.save.click()
    (done,) = desk.session.comments.all()
    assert (done.state, done.answer, done.owner) == (CommentState.ANSWERED, "加灯", "李工")
    box.filter.chosen.emit("open")
    assert box.table.rowCount() == 0
    box.filter.chosen.emit("closed")
    assert box.table.rowCount() == 1
    desk.session.undo()
    box.filter.chosen.emit("open")
    assert box.table.rowCount() == 1


def test_few_answers_are_called_few_and_shown_on_the_map_only_when_asked(desk) -> None:
    give(desk.session, Choice.AGREE)
    assert "That is few" in words_of(desk.page.replies.missing)
    assert desk.workspace.response is None
    assert desk.page.replies.missing.on_map.isHidden()  # there are no buildings to colour


def test_answers_are_entered_by_keys_alone(desk, qtbot) -> None:
    dialog = ByHandDialog(desk.page, desk.workspace)
    qtbot.addWidget(dialog)
    first, second = dialog.rows
    dialog.building.setText("3 栋")
    qtbot.keyClick(dialog.building, Qt.Key.Key_Return)
    dialog.wish.setCurrentIndex(1)
    qtbot.keyClick(first, Qt.Key.Key_O)
    assert first.choice is Choice.OPPOSE
    qtbot.keyClick(second, Qt.Key.Key_A)
    qtbot.keyClick(second, Qt.Key.Key_Backspace)
    assert second.choice is None
    qtbot.keyClick(second, Qt.Key.Key_U)
    first.comment.setText("太吵")
    dialog.helper.setText("")
    dialog.keep()
    assert "who enters" in words_of(dialog)
    dialog.helper.setText("王姐")
    dialog.keep()
    (made,) = desk.session.project.replies()
    assert [(a.choice, a.comment) for a in made.answers] == [(Choice.OPPOSE, "太吵"), (Choice.UNSURE, "")]
    assert (made.wish, made.building, made.extra.channel, made.extra.entered_by) == (
        "yes", "3 栋", Channel.MEETING, "王姐",
    )  # fmt: skip
    assert first.choice is None  # empty for the next person,
    assert dialog.building.text() == "3 栋"  # who lives next door
    dialog.keep()
    assert "Nothing was answered" in words_of(dialog)
    dialog.reject()


def test_the_four_handles_say_where_the_corners_are(qtbot) -> None:
    image = QImage(400, 600, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    from PySide6.QtCore import QBuffer, QByteArray

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")
    picture = SheetPicture(look_of(is_dark=False))
    qtbot.addWidget(picture)
    picture.resize(300, 400)
    picture.show_picture(bytes(data.data()))
    assert picture.corners() is None
    picture.show_handles(())
    corners = picture.corners()
    assert corners is not None
    assert corners[0] == (24.0, 36.0)
    assert corners[2] == (376.0, 564.0)
    picture.move_handle(1, 390.0, 12.0)
    moved = picture.corners()
    assert moved is not None
    assert moved[1] == (390.0, 12.0)
    picture.show_handles(None)
    assert picture.corners() is None


def test_words_stay_while_somebody_types_and_others_answer(desk) -> None:
    give(desk.session, Choice.AGREE, "first")
    box = desk.page.replies.remarks
    box.table.selectRow(0)
    box.editor.answer.setPlainText("half a sen")
    give(desk.session, Choice.AGREE, "second", day=2)
    assert box.editor.answer.toPlainText() == "half a sen"
    assert replace(desk.session.comments.all()[0]).text == "first"
