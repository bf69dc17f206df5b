"""The tray: unclear boxes are asked one by one with their picture, handwriting is typed, then the sheet counts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from renovate_gui.app.comment_records import CommentSource
from renovate_gui.app.scan_records import ScannedSheet, compressed, record_of
from renovate_gui.app.session import Session
from renovate_gui.domain.form import Box, FieldKind, FormField, FormSheet, SheetCode, sheet_to_json
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.reply import Channel, Choice
from renovate_gui.domain.scan import SheetState, Tick, TickState
from renovate_gui.ui.council.tray import TrayCard, TrayDialog
from renovate_gui.ui.workspace import Workspace

PACKAGE = Uuid("11111111-1111-4111-8111-111111111111")


def form(proposal: Uuid) -> FormSheet:
    corner = Box(5, 5, 9, 9)
    fields = [
        FormField(
            FieldKind.TICK, "answer", Box(20 + 20 * i, 40, 5, 5), choice.value, proposal, is_single=True
        )
        for i, choice in enumerate(Choice)
    ]
    fields.append(FormField(FieldKind.TEXT, "comment", Box(20, 60, 80, 20), proposal=proposal))
    return FormSheet(PACKAGE, 1, 1, 1, 210.0, 297.0, (corner,) * 4, Box(170, 10, 25, 25), tuple(fields))


@pytest.fixture
def desk(qtbot, tmp_path: Path):
    session = Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")
    proposal = session.proposals.add(shapely.Point(362000, 3271000), title="路灯").uuid
    sheet = form(proposal)
    held = {"key": "ab" * 32, "proposals": [proposal], "forms": [sheet_to_json(sheet)]}
    with session.project.action("package") as writer:
        writer.put_package(PACKAGE, 1, held)
    page = np.full((1169, 827, 3), 255, dtype=np.uint8)
    code = SheetCode(PACKAGE, 1, 1, "", sheet.digest, "", "7")
    keys = {f.option or "comment": f.key for f in sheet.fields}
    asks = ScannedSheet(
        new_uuid(), "heap.pdf", 2, "aa", SheetState.ASKS, "2 boxes are not clear", code,
        ticks=(
            Tick(keys["agree"], TickState.UNSURE, 0.4, 0.1), Tick(keys["oppose"], TickState.UNSURE, 0.3, 0.1),
            Tick(keys["unsure"], TickState.NO, 1.0),
        ),
        crops={keys["comment"]: 0.2}, is_page=True, at="2026-05-01T10:00:00+00:00",
    )  # fmt: skip
    failed = ScannedSheet(
        new_uuid(), "photo.jpg", 1, "bb", SheetState.FAILED, "no corner marks", at="2026-05-02"
    )
    with session.project.action("scans") as writer:
        writer.put_records([record_of(s, compressed(page)) for s in (asks, failed)])
    workspace = Workspace()
    workspace.set_session(session)
    yield SimpleNamespace(workspace=workspace, session=session, proposal=proposal, asks=asks, failed=failed)
    workspace.set_session(None)


def words_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def test_boxes_are_asked_one_by_one_and_then_the_sheet_counts(desk, qtbot) -> None:
    dialog = TrayDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    assert dialog.list.count() == 2
    assert "Proposal 1 路灯: Agree" in words_of(dialog)
    assert "1 of 3" in words_of(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Y)
    assert "Proposal 1 路灯: Oppose" in words_of(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_N)
    assert "Comment on Proposal 1 路灯" in words_of(dialog)
    assert desk.session.project.replies() == ()
    dialog.words.setPlainText("太暗")
    dialog.next_button.click()
    (reply,) = desk.session.project.replies()
    assert reply.extra.channel is Channel.PAPER
    assert [(a.choice, a.comment) for a in reply.answers] == [(Choice.AGREE, "太暗")]
    (comment,) = desk.session.comments.all()
    assert (comment.text, comment.source) == ("太暗", CommentSource.SCAN)
    assert dialog.list.count() == 1  # the other one still waits
    dialog.reject()


def test_two_ticks_of_one_question_are_refused_with_the_reason_and_asked_again(desk, qtbot) -> None:
    dialog = TrayDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Y)
    qtbot.keyClick(dialog, Qt.Key.Key_Y)
    dialog.next_button.click()
    assert "only one can count" in words_of(dialog)
    assert "1 of 3" in words_of(dialog)
    assert desk.session.project.replies() == ()
    dialog.reject()


def test_a_sheet_that_was_not_read_gets_four_handles_and_is_laid_aside_with_a_reason(
    desk, qtbot, monkeypatch
) -> None:
    dialog = TrayDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    dialog.list.setCurrentRow(1)
    assert dialog.picture.corners() is not None
    assert "no corner marks" in words_of(dialog)
    dialog.typed.setText("nonsense")
    dialog.read_button.click()
    assert "nonsense" in words_of(dialog)
    monkeypatch.setattr("PySide6.QtWidgets.QInputDialog.getText", lambda *_: ("", True))
    dialog.aside_button.click()
    assert "say why" in words_of(dialog)
    monkeypatch.setattr("PySide6.QtWidgets.QInputDialog.getText", lambda *_: ("a shopping list", True))
    dialog.aside_button.click()
    assert desk.session.scans.find(desk.failed.uuid).state is SheetState.DISCARDED
    assert dialog.list.count() == 1
    dialog.reject()


def test_the_card_says_how_many_wait(desk, qtbot) -> None:
    card = TrayCard(desk.workspace)
    qtbot.addWidget(card)
    card.follow(desk.session)
    assert "2 scanned sheets wait" in words_of(card)
    for sheet in (desk.asks, desk.failed):
        desk.session.scans.discard(sheet.uuid, "test")
    card.follow(desk.session)
    assert card.isHidden()
