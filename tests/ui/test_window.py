from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialogButtonBox

from renovate_gui.assets import current_language
from renovate_gui.ui.projects import free_name, is_project
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.workspace import Stage


def keys(window):
    return [e.key for e in window.tree.entries]


def test_the_start_screen_gives_way_to_the_map_and_back(empty_window, project, qtbot):
    assert empty_window._centre.currentIndex() == 0
    assert empty_window.projects.open(project)
    assert empty_window._centre.currentIndex() == 1
    assert "Grid" in empty_window.windowTitle()
    assert SettingsFile().values.recent == (str(project.resolve()),)
    empty_window.actions_["file.close"].trigger()
    assert empty_window._centre.currentIndex() == 0


def test_a_file_that_is_no_project_is_refused_in_one_sentence(empty_window, tmp_path):
    wrong = tmp_path / "wrong.gpkg"
    wrong.write_bytes(b"nothing")
    assert not empty_window.projects.open(wrong)
    assert "wrong.gpkg" in empty_window.area.strip.text
    assert "\n" not in empty_window.area.strip.text
    assert empty_window.workspace.session is None


def test_projects_are_told_from_map_data(project, tmp_path):
    assert is_project(project)
    other = tmp_path / "data.gpkg"
    other.write_bytes(b"SQLite format 3\x00" + b"\x00" * 4000)
    assert not is_project(other)
    assert not is_project(tmp_path)
    assert free_name(project.parent, "project").name == "project 2.gpkg"


def test_a_dropped_project_opens(empty_window, project, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(project))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    empty_window.dropEvent(event)
    qtbot.waitUntil(lambda: empty_window.workspace.session is not None)


def test_dropped_data_asks_where_to_save_and_imports(empty_window, tmp_path, monkeypatch, qtbot):
    source = tmp_path / "houses.geojson"
    source.write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    asked, opened = [], []

    def answer(_parent, _title, start, _filter):
        asked.append(Path(start).name)
        return str(tmp_path / "made.gpkg"), ""

    monkeypatch.setattr("renovate_gui.ui.projects.QFileDialog.getSaveFileName", answer)
    monkeypatch.setattr("renovate_gui.ui.stages.open_import", lambda *a: opened.append(a[3]))
    empty_window.projects.take([source])
    assert asked == ["houses renovation.gpkg"]
    assert opened == [[source]]
    assert empty_window.workspace.session.project.path.name == "made.gpkg"


def test_the_tree_keeps_slots_and_counts(window):
    layers = [e for e in window.tree.entries if e.layer is not None]
    assert [(e.title, e.count) for e in layers] == [("Shops", 5), ("Houses", 40), ("Far away", 2)]
    assert "proposals" in keys(window)


def test_the_eye_hides_a_layer_as_an_undoable_step(window, qtbot):
    entry = next(e for e in window.tree.entries if e.title == "Houses")
    window.tree.toggle(entry)
    qtbot.waitUntil(lambda: not next(e for e in window.tree.entries if e.title == "Houses").is_visible)
    assert f"layer:{entry.layer.id}" not in [i.key for i in window.area.scene.items]
    window.actions_["edit.undo"].trigger()
    qtbot.waitUntil(lambda: next(e for e in window.tree.entries if e.title == "Houses").is_visible)


def test_proposals_can_be_hidden_without_a_step(window, qtbot):
    before = len(window.workspace.session.history())
    window.tree.toggle(next(e for e in window.tree.entries if e.key == "proposals"))
    assert not window.workspace.scene_request().show_proposals
    assert len(window.workspace.session.history()) == before


def test_layers_move_within_their_slot(window, qtbot):
    by_name = {e.title: e.layer for e in window.tree.entries if e.layer is not None}
    window.tree._move(by_name["Far away"], by_name["Shops"], below=False)
    qtbot.waitUntil(lambda: next(e.title for e in window.tree.entries if e.layer) == "Far away")


def test_the_menu_of_a_layer_says_why_not(window):
    entry = next(e for e in window.tree.entries if e.title == "Houses")
    menu = window.layer_menu.build(entry)
    lines = {a.text(): a for a in menu.actions() if a.text()}
    assert len(lines) >= 8
    assert not lines["Import passport …"].isEnabled()
    assert "not imported" in lines["Import passport …"].toolTip()
    assert lines["Remove layer"].isEnabled()
    menu.deleteLater()


def test_full_view_ignores_far_points(window):
    x_min, _, x_max, _ = window.area.full_extent()
    assert x_max - x_min < 1000


def test_table_and_map_share_one_selection(window, qtbot):
    window.show_dock("table")
    table = window.dock.page("table")
    houses = next(e.layer for e in window.tree.entries if e.title == "Houses")
    window.show_table(f"layer:{houses.id}")
    qtbot.waitUntil(lambda: table.model.rowCount() == 40)
    chosen = tuple(int(i) for i in sorted(table.model.ids[[7, 9]]))
    window.workspace.select(f"layer:{houses.id}", chosen)
    rows = sorted(table.model.feature_id(r.row()) for r in table.table.selectionModel().selectedRows())
    assert tuple(rows) == chosen
    table.table.selectRow(3)
    assert window.workspace.selection == (f"layer:{houses.id}", (table.model.feature_id(3),))
    assert window.actions_["view.selection"].isEnabled()


def test_a_cell_edit_is_a_step_that_undo_takes_back(window, qtbot):
    houses = next(e.layer for e in window.tree.entries if e.title == "Houses")
    window.show_table(f"layer:{houses.id}")
    table = window.dock.page("table")
    qtbot.waitUntil(lambda: table.model.rowCount() == 40)
    place = [c.title for c in table.model.columns].index("name")
    table.model.setData(table.model.index(0, place), "Corner house")
    qtbot.waitUntil(lambda: table.model.data(table.model.index(0, place)) == "Corner house")
    window.actions_["edit.undo"].trigger()
    qtbot.waitUntil(lambda: table.model.data(table.model.index(0, place)) == "House 0")


def test_history_goes_back_to_a_step(window, qtbot):
    session = window.workspace.session
    states = [step.uuid for step in session.history()]
    window.show_dock("history")
    dock = window.dock.page("history")
    rows = dock.side.model
    for number, layers in ((0, 1), (2, 3)):
        qtbot.waitUntil(lambda: rows.rowCount() >= 3)
        keys = [rows.row(i).key for i in range(rows.rowCount())]
        dock.side.choose(next(key for key in keys if states[number] in str(key)))
        dock.go_to_chosen()
        qtbot.waitUntil(lambda n=layers: len(session.layers.all()) == n)


def test_language_switches_at_once_everywhere(window, qtbot):
    assert window.rail._buttons[Stage.GAPS].text() == "Gaps"
    window.switch_language()
    assert current_language() == "zh_CN"
    assert window.rail._buttons[Stage.GAPS].text() == "缺口"
    assert window.actions_["edit.undo"].text() == "撤销"
    assert "旧社区更新工作台" in window.windowTitle()
    assert window.dock._buttons["history"].text() == "历史"
    qtbot.waitUntil(lambda: window.tree.topLevelItem(0).text(0) == "方案")
    assert window.workspace.session is not None
    window.switch_language()
    assert window.rail._buttons[Stage.GAPS].text() == "Gaps"


def test_dark_and_light(window):
    before = window.actions_["edit.undo"].icon().cacheKey()
    window.set_dark(True)
    assert window.workspace.scene_request().is_dark
    assert window.actions_["edit.undo"].icon().cacheKey() != before
    assert SettingsFile().values.is_dark
    window.set_dark(False)


def test_the_palette_finds_commands_and_things(window, qtbot):
    from renovate_gui.ui.palette import Palette

    palette = Palette(window.workspace, window.actions_, window.go_to, window)
    palette.edit.setText("house 12")
    titles = [palette.list.item(i).text() for i in range(palette.list.count())]
    assert any(t.startswith("House 12") for t in titles)
    palette.list.setCurrentRow(0)
    palette.take()
    key, ids = window.workspace.selection
    table = window.workspace.session.layers.table(int(key.split(":")[1]))
    assert list(table.columns["name"][table.ids == ids[0]]) == ["House 12"]
    palette = Palette(window.workspace, window.actions_, window.go_to, window)
    palette.edit.setText("paste")
    palette.list.setCurrentRow(0)
    palette.edit.setText("zoom to selection")
    assert palette.list.count() == 1
    palette.close()


def test_a_disabled_command_in_the_palette_gives_its_reason(empty_window):
    from renovate_gui.ui.palette import Palette

    palette = Palette(empty_window.workspace, empty_window.actions_, empty_window.go_to, empty_window)
    palette.edit.setText("attribute table")
    palette.list.setCurrentRow(0)
    palette.take()
    assert "No project is open" in palette._hint.text()
    palette.close()


def test_scale_is_typed_and_locked(window, qtbot):
    window.status._scale.setText("1:750")
    window.status._take_scale()
    assert window.area.view.scale_denominator == pytest.approx(750)
    window.status._lock.setChecked(True)
    window.area.view.zoom_by(2)
    window.area.zoom_full()
    assert window.area.view.scale_denominator == pytest.approx(750)
    window.status._scale.setText("nonsense")
    window.status._take_scale()
    assert "1:1000" in window.area.strip.text


def test_settings_survive_a_damaged_file(config):
    settings = SettingsFile()
    settings.change(is_dark=True, splitters={"across": (1, 2, 3)}, recent=("a", "b"))
    again = SettingsFile().values
    assert (again.is_dark, again.splitters["across"], again.recent) == (True, (1, 2, 3), ("a", "b"))
    settings.path.write_text("{broken", encoding="utf-8")
    assert SettingsFile().values.is_dark is False


def test_style_is_applied_as_one_step(window, qtbot):
    from renovate_gui.domain.style import StyleKind
    from renovate_gui.ui.style_editor import StyleEditor

    session = window.workspace.session
    houses = next(e.layer for e in window.tree.entries if e.title == "Houses")
    before = len(session.history())
    editor = StyleEditor(window.workspace, session, houses, window)
    editor.kind.setCurrentIndex(editor.kind.findData(StyleKind.GRADUATED))
    editor.ramp.setCurrentIndex(editor.ramp.findData("blue"))
    editor.label.setCurrentIndex(editor.label.findData("name"))
    editor.accept()
    stored = session.layers.get(houses.id).style
    assert stored.kind == StyleKind.GRADUATED
    assert stored.column == "levels"
    assert stored.label is not None
    assert len({c.symbol.fill for c in stored.classes}) == len(stored.classes) > 1
    assert len(session.history()) == before + 1
    session.undo()
    assert session.layers.get(houses.id).style.kind == StyleKind.SINGLE


def test_arrow_keys_reach_the_map(window, qtbot):
    view = window.area.view
    before = view.port.cx
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.port.cx > before
    assert view.mapToGlobal(QPoint(0, 0)) is not None


def test_the_sample_opens_as_a_whole_project(empty_window, sample, tmp_path, qtbot, monkeypatch):
    asked = []

    def where(*arguments):
        asked.append(arguments)
        return str(tmp_path / "sample"), ""

    monkeypatch.setattr("renovate_gui.ui.projects.QFileDialog.getSaveFileName", where)
    empty_window.start.sample_asked.emit()
    assert "Qingyaping" in asked[0][2]
    assert [h.title for h in empty_window.jobs.running] == ["Preparing the sample community"]
    qtbot.waitUntil(lambda: empty_window.workspace.session is not None, timeout=60_000)
    session = empty_window.workspace.session
    assert session.project.path == tmp_path / "sample.gpkg"
    assert len(session.layers.all()) >= 5
    assert len(session.proposals.all()) >= 5
    assert session.proposals.notes()


def test_a_sample_that_is_not_wanted_leaves_nothing(empty_window, sample, tmp_path, qtbot):
    empty_window.projects.make_sample(tmp_path / "half.gpkg")
    empty_window.jobs.cancel_all()
    qtbot.waitUntil(lambda: not empty_window.jobs.running, timeout=60_000)
    assert empty_window.workspace.session is None
    assert list(tmp_path.glob("half*")) == []


def test_categories_begin_with_a_column_that_tells_something():
    import numpy as np

    from renovate_gui.ui.style_choices import telling_column

    codes = np.array([f"Q{i}" for i in range(50)], dtype=object)
    uses = np.array(["home", "shop"] * 25, dtype=object)
    assert telling_column({"code": codes, "floors": np.arange(50.0), "use": uses}) == "use"
    assert telling_column({"code": codes}) is None


def test_qt_speaks_the_same_language(window):
    def cancel() -> str:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        return box.button(QDialogButtonBox.StandardButton.Cancel).text()

    assert cancel() == "Cancel"
    window.switch_language()
    assert cancel() == "取消"
    assert QCoreApplication.translate("QFileDialog", "Look in:") != "Look in:"
    window.switch_language()
    assert cancel() == "Cancel"
