"""The standards dialog: layers, rows by tier, changing and signing, keyboard, both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.ui.standards.dialog import StandardsDialog
from renovate_gui.ui.standards.row_forms import ChangeForm, SignForm
from renovate_gui.ui.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on dialogs


def words(widget) -> str:
    """Everything a person reads on a widget; what was just added shows itself in the event loop."""
    QApplication.processEvents()
    found = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in found if part.isVisible())


@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as opened:
        yield opened


@pytest.fixture
def dialog(qtbot, session):
    workspace = Workspace()
    workspace.set_session(session)
    made = StandardsDialog(None, workspace)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def go_to(dialog: StandardsDialog, key: str) -> None:
    table = dialog.table
    items = [table.topLevelItem(i) for i in range(table.topLevelItemCount())]
    table.setCurrentItem(next(i for i in items if i.data(0, Qt.ItemDataRole.UserRole) == key))


def shown_keys(dialog: StandardsDialog) -> list[str]:
    table = dialog.table
    keys = [table.topLevelItem(i).data(0, Qt.ItemDataRole.UserRole) for i in range(table.topLevelItemCount())]
    return [k for k in keys if k]


def test_every_row_and_every_layer_is_shown(dialog, session):
    dialog.choose("cn-guizhou-2022")
    assert sorted(shown_keys(dialog)) == sorted(r.key for r in session.standards.active().rows)
    said = words(dialog.stack)
    assert said.index("Project") < said.index("Province") < said.index("National")
    assert "Guizhou 2022 rules" in said
    assert "0 of 32 rows compared" in words(dialog)


def test_return_changes_the_row_in_front_and_the_table_follows(qtbot, dialog, session):
    go_to(dialog, "childcare")
    qtbot.keyClick(dialog.table, Qt.Key.Key_Return)
    form = dialog.form
    assert isinstance(form, ChangeForm)
    form.distance.setText("250")
    qtbot.keyClick(form.distance, Qt.Key.Key_Return)  # no reason yet
    assert "Say why" in form.problem.text()
    assert session.standards.row("childcare").radius_m == 300
    form.why.setText("the city's rule")
    qtbot.keyClick(form.why, Qt.Key.Key_Return)
    assert session.standards.row("childcare").radius_m == 250
    assert dialog.form is None
    assert dialog.table.currentItem().text(1) == "250 m"
    assert "Covers National" in words(dialog.card)
    assert "Reason: the city's rule" in words(dialog.card)
    dialog.card.reset_button.click()
    assert dialog.table.currentItem().text(1) == "300 m"


def test_only_what_was_written_anew_is_stored(dialog, session):
    go_to(dialog, "kindergarten")
    dialog.change()
    dialog.form.floor.setText("3,000-4,550")
    dialog.form.why.setText("x")
    dialog.form.store()
    row = session.standards.row("kindergarten")
    assert (row.changed, row.gfa_m2) == (("gfa_m2",), (3000, 4550))
    dialog.change()
    dialog.form.distance.setText("far")
    dialog.form.why.setText("x")
    dialog.form.store()
    assert "Distance must be a number above 0" in dialog.form.problem.text()


def test_signing_asks_who_when_and_which_print_and_leaves_the_filter(dialog, session):
    dialog.unchecked.setChecked(True)
    go_to(dialog, "market")
    dialog.sign()
    assert isinstance(dialog.form, SignForm)
    assert (dialog.form.who.text(), dialog.form.printed.text()) == ("", ""), "no signature by one click"
    dialog.form.store()
    assert "needs a name" in dialog.form.problem.text()
    dialog.form.who.setText("Li")
    dialog.form.store()
    assert "printed edition" in dialog.form.problem.text()
    dialog.form.printed.setText("GB 50180-2018")
    dialog.form.store()
    assert session.standards.row("market").verified_by == "Li"
    assert "market" not in shown_keys(dialog)
    dialog.unchecked.setChecked(False)
    go_to(dialog, "market")
    assert "Compared with GB 50180-2018 by Li" in words(dialog.card)
    assert "not checked" not in words(dialog.card), "one truth beside the signature"
    item = dialog.table.currentItem()
    assert "not checked" not in "".join(item.toolTip(i) for i in range(8))
    assert not dialog.card.sign_button.isEnabled()
    assert dialog.card.reset_button.text() == "Take back the signature"


def test_escape_leaves_the_form_and_not_the_dialog(qtbot, dialog):
    go_to(dialog, "market")
    dialog.change()
    qtbot.keyClick(dialog.form.distance, Qt.Key.Key_Escape)
    assert dialog.form is None
    assert dialog.isVisible()


def test_a_broken_file_is_said_and_changes_nothing(dialog, session, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("schema = 2\nidd = 3", encoding="utf-8")
    dialog.import_file(path)
    assert "own.toml, top of the file: idd: is no key here" in dialog.counts.text()
    assert session.history() == ()


def test_a_project_for_reading_shows_all_and_changes_nothing(qtbot, session, tmp_path):
    session.save_copy(tmp_path / "b.gpkg")
    with Session.open(tmp_path / "b.gpkg", read_only=True) as other:
        workspace = Workspace()
        workspace.set_session(other)
        made = StandardsDialog(None, workspace)
        assert not made.card.change_button.isEnabled()
        assert not made.card.sign_button.isEnabled()
        made.change()
        assert made.form is None
        made.close()


def test_in_chinese_no_english_is_left(qtbot, session):
    set_language("zh_CN")
    workspace = Workspace()
    workspace.set_session(session)
    made = StandardsDialog(None, workspace)
    made.show()
    go_to(made, "market")
    said = words(made)
    assert "参照值 · 未核对" in said
    assert "分层：上层逐条覆盖下层" in said
    made.sign()
    assert "印刷版本" in words(made)
    made.close()


def test_who_signs_a_changed_row_states_what_the_print_says(dialog, session):
    session.standards.edit_row("childcare", {"radius_m": 400, "obligation": "must"}, "the city's rule")
    go_to(dialog, "childcare")
    dialog.sign()
    QApplication.processEvents()
    assert "the printed text says what the project says" in dialog.form.claim.text()
    assert "Distance: 400 m, not 300 m" in dialog.form.claim.text()
    dialog.form.who.setText("Li")
    dialog.form.printed.setText("GB 50180-2018")
    dialog.form.store()
    assert "Confirm" in dialog.form.problem.text()
    assert not session.standards.row("childcare").is_checked
    dialog.form.confirmed.setChecked(True)
    dialog.form.store()
    assert session.standards.row("childcare").is_checked


def test_all_faults_are_said_at_once_and_no_field_moves(dialog, session):
    go_to(dialog, "kindergarten")
    dialog.change()
    QApplication.processEvents()
    form = dialog.form
    before = [w.mapTo(dialog, w.rect().topLeft()).y() for w in (form.distance, form.store_button)]
    form.distance.setText("30000")
    form.minutes.setText("soon")
    form.floor.setText("700-300")
    form.store()
    QApplication.processEvents()
    said = form.problem.text()
    for part in ("at most 20,000 m", "Minutes must be", "Floor area, m²: the first", "Say why"):
        assert part in said
    assert [w.mapTo(dialog, w.rect().topLeft()).y() for w in (form.distance, form.store_button)] == before
    assert not session.standards.row("kindergarten").changed


def test_an_empty_field_shows_no_number_of_another_row(dialog):
    go_to(dialog, "market")
    dialog.change()
    assert not any(
        c.isdigit() for c in dialog.form.site.placeholderText() + dialog.form.floor.placeholderText()
    )


def test_the_marks_are_explained_and_no_name_is_cut(dialog):
    for mark in ("S:", "S2:", "M:", "K:"):
        assert mark in dialog.legend.text()
        assert mark in dialog.table.headerItem().toolTip(6)
    table = dialog.table
    names = [
        table.topLevelItem(i).text(0)
        for i in range(table.topLevelItemCount())
        if table.topLevelItem(i).text(1)
    ]
    widths = [table.fontMetrics().horizontalAdvance(name) for name in names]
    assert all(width + 22 <= table.columnWidth(0) for width in widths if width < 240)
    items = [table.topLevelItem(i) for i in range(table.topLevelItemCount())]
    assert all(item.text(0) in item.toolTip(0) for item in items if item.text(1))


def test_undo_works_in_the_window_once_the_dialog_is_closed(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    session = window.workspace.session
    made = StandardsDialog(window, window.workspace)
    made.open()
    qtbot.waitUntil(made.isActiveWindow)
    session.standards.edit_row("childcare", {"radius_m": 250}, "x")
    made.close()
    qtbot.waitUntil(window.isActiveWindow)
    holder = QApplication.focusWidget()
    assert holder is not None
    assert holder.window() is window
    qtbot.keyClick(holder, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.standards.row("childcare").radius_m == 300)


def test_the_window_asks_for_the_keyboard_itself(qtbot, window, monkeypatch):
    asked = []
    monkeypatch.setattr(window, "activateWindow", lambda: asked.append(1))
    made = StandardsDialog(window, window.workspace)
    made.open()
    QApplication.processEvents()
    assert not asked
    made.close()
    qtbot.waitUntil(lambda: bool(asked))
