"""The editor of templates: blocks moved by hand and keys, hidden, kept; what is wrong is said and cannot be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from renovate_gui.domain.layout import BlockKind
from renovate_gui.ui.council.layout_editor import LayoutEditor
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.workspace import Stage

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on windows


@pytest.fixture
def editor(qtbot, desk):
    made = LayoutEditor(desk.session, desk.jobs)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made._handout is not None, timeout=20_000)
    return made


def box_of(editor, kind: BlockKind):
    return next(b.box for b in editor.layout_now.blocks if b.kind is kind)


def point_in(editor, kind: BlockKind, across: float, down: float) -> QPoint:
    box = editor.page._rect(box_of(editor, kind))
    return QPoint(round(box.left() + box.width() * across), round(box.top() + box.height() * down))


def drag(qtbot, page, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(page, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(page, end)
    qtbot.mouseRelease(page, Qt.MouseButton.LeftButton, pos=end)


def test_a_block_is_dragged_and_resized_by_the_mouse(qtbot, editor):
    before, k = box_of(editor, BlockKind.NOTES), editor.page._px_per_mm()
    start = point_in(editor, BlockKind.NOTES, 0.5, 0.5)
    drag(qtbot, editor.page, start, start + QPoint(0, round(-5 * k)))
    after = box_of(editor, BlockKind.NOTES)
    assert (after.x, after.width, after.height) == (before.x, before.width, before.height)
    assert after.y == pytest.approx(before.y - 5, abs=1)
    corner = point_in(editor, BlockKind.NOTES, 1.0, 1.0)
    drag(qtbot, editor.page, corner, corner + QPoint(round(-20 * k), round(-6 * k)))
    small = box_of(editor, BlockKind.NOTES)
    assert (small.x, small.y) == (after.x, after.y)
    assert small.width == pytest.approx(after.width - 20, abs=1)
    assert small.height == pytest.approx(after.height - 6, abs=1)


def test_keys_move_resize_and_hide(qtbot, editor):
    editor.page.choose(BlockKind.LOGO)
    before = box_of(editor, BlockKind.LOGO)
    qtbot.keyClick(editor.page, Qt.Key.Key_Left)
    qtbot.keyClick(editor.page, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    after = box_of(editor, BlockKind.LOGO)
    assert (after.x, after.y) == (pytest.approx(before.x - 1), before.y)
    assert after.height == pytest.approx(before.height - 1)
    qtbot.keyClick(editor.page, Qt.Key.Key_Delete)
    assert editor.layout_now.block(BlockKind.LOGO) is None
    assert not editor.shown[BlockKind.LOGO].isChecked()


def test_what_overlaps_is_said_and_not_kept(qtbot, editor, desk):
    editor.page.choose(BlockKind.NOTES)
    for _ in range(40):
        qtbot.keyClick(editor.page, Qt.Key.Key_Up)
    assert editor.problem.text()
    assert not editor.keep.isEnabled()
    for _ in range(40):
        qtbot.keyClick(editor.page, Qt.Key.Key_Down)
    assert editor.keep.isEnabled()
    editor.save()
    assert desk.session.layouts.all() == (editor.layout_now,)


def test_a_bad_file_and_a_bad_logo_change_nothing(editor, tmp_path: Path):
    before = editor.layout_now
    file = tmp_path / "t.json"
    file.write_text(
        json.dumps({"format": "renovate-gui-layout", "version": 1, "blocks": [{"field": "phone"}]})
    )
    editor.read_file(file)
    assert "phone" in editor.problem.text()
    assert editor.layout_now == before
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    assert image.save(str(tmp_path / "logo.png"))
    editor.set_logo(tmp_path / "logo.png")
    assert editor.layout_now.logo.startswith(b"\x89PNG")
    editor.set_logo(file)
    assert not editor.keep.isEnabled()


def test_the_page_is_turned(editor):
    assert editor.page.pages >= 1
    assert not editor.page._picture.isNull()
    editor.turn(-99)
    assert editor._number == 1


def test_it_opens_from_the_page_of_sending_out(qtbot, desk):
    panel = make_panel(Stage.COUNCIL, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    panel.on_session_changed()
    made = panel.edit_sheets()
    assert made is not None
    qtbot.waitUntil(lambda: made._handout is not None, timeout=20_000)
    made.close()
