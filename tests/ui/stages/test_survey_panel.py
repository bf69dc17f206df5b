"""Survey: what is there, what is missing, and the way in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from renovate_gui.domain.roles import Datum, Role
from renovate_gui.ui.stages import make_panel, open_import
from renovate_gui.ui.stages.import_table import open_questions
from renovate_gui.ui.stages.mapping_dialog import MappingDialog
from renovate_gui.ui.stages.passport_dialog import PassportDialog
from renovate_gui.ui.stages.readiness import survey_readiness
from renovate_gui.ui.stages.repair_dialog import RepairDialog
from renovate_gui.ui.workspace import Stage

# the offscreen platform says so for every dialog with a least size
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def words_of(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def test_panel_lists_layers_and_counts(qtbot, desk):
    panel = make_panel(Stage.SURVEY, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    said = words_of(panel)
    assert "layers, 42 features" in said
    assert "10 read, all shown" in said
    assert "buildings" in said


def test_missing_layers_are_said_before_they_are_missed(bare_desk):
    said = {words: state for state, words in survey_readiness(bare_desk.session)}
    assert said["No walking network yet: Gaps can only use straight lines."] == "warn"
    assert said["No facilities yet: every building would be a gap."] == "bad"


def test_panel_follows_an_undo(qtbot, desk):
    panel = make_panel(Stage.SURVEY, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.session.layers.remove(desk.layer(Role.DEMAND).id)
    qtbot.waitUntil(lambda: "layers, 12 features" in words_of(panel))
    desk.session.undo()
    qtbot.waitUntil(lambda: "layers, 42 features" in words_of(panel))


def test_passport_says_the_sum_and_copies(qtbot, desk):
    dialog = PassportDialog(None, desk.workspace, desk.layer(Role.BUILDINGS))
    qtbot.addWidget(dialog)
    assert "10 rows read = 10 shown + 0 refused" in words_of(dialog)
    dialog.copy()
    assert "SHA-256" in QGuiApplication.clipboard().text()


def test_mapping_is_stored_and_undone(qtbot, desk):
    info = desk.layer(Role.BUILDINGS)
    dialog = MappingDialog(None, desk.workspace, info)
    qtbot.addWidget(dialog)
    box = dialog.fields.combos["age80"]
    box.setCurrentIndex(box.findData("age60"))
    dialog.apply()
    assert desk.layer(Role.BUILDINGS).field_map["age80"] == "age60"
    desk.session.undo()
    assert "age80" not in desk.layer(Role.BUILDINGS).field_map


def test_valid_shapes_need_no_repair(qtbot, desk):
    dialog = RepairDialog(None, desk.workspace, desk.jobs, desk.layer(Role.BUILDINGS))
    qtbot.addWidget(dialog)
    desk.wait()
    assert dialog.sentence.text() == "All shapes are valid; nothing to repair."
    assert not dialog.repair_button.isEnabled()


def test_import_dialog_brings_everything_in(qtbot, bare_desk, sources):
    dialog = open_import(None, bare_desk.workspace, bare_desk.jobs, [sources])
    qtbot.waitUntil(lambda: bool(dialog.table.plans), timeout=20_000)
    assert {p.role for p in dialog.table.plans} == {
        Role.BUILDINGS,
        Role.WALK_NETWORK,
        Role.FACILITIES,
        Role.DEMAND,
    }
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=30_000)
    assert len(bare_desk.session.layers.all()) == 4
    assert "4 of 4 layers imported, 42 features" in dialog.sentence.text()
    assert "10 rows read = 10 shown + 0 refused" in words_of(dialog.summary)
    dialog.reject()


def test_a_layer_without_coordinate_system_blocks_until_answered(qtbot, bare_desk, tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("name,x,y,kind\nA,38420123,3541234,care\nB,38420223,3541334,care\n", encoding="utf-8")
    dialog = open_import(None, bare_desk.workspace, bare_desk.jobs, [table])
    qtbot.waitUntil(lambda: bool(dialog.table.plans), timeout=20_000)
    assert open_questions(dialog.table.plans[0])
    assert not dialog.import_button.isEnabled()
    assert "points" in dialog.import_button.toolTip()
    box = dialog.table.cellWidget(0, 4)
    box.setCurrentText("4526")
    box.lineEdit().editingFinished.emit()
    assert dialog.table.plans[0].crs == "EPSG:4526"
    assert dialog.import_button.isEnabled()
    assert dialog.table.cellWidget(0, 5).currentData() == Datum.CGCS2000.value, "the datum follows the system"
    dialog.table.cellWidget(0, 5).setCurrentIndex(
        dialog.table.cellWidget(0, 5).findData(Datum.CGCS2000.value)
    )
    dialog.table.cellWidget(0, 5).activated.emit(1)
    assert dialog.table.plans[0].datum == Datum.CGCS2000
    item = dialog.table.item(0, 0)
    item.setCheckState(Qt.CheckState.Unchecked)
    assert dialog.import_button.toolTip() == "No layer is ticked."
    dialog.reject()


def test_unreadable_file_is_said_in_words(qtbot, bare_desk, tmp_path):
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    dialog = open_import(None, bare_desk.workspace, bare_desk.jobs, [broken])
    bare_desk.wait()
    qtbot.waitUntil(lambda: "broken.geojson" in words_of(dialog))
    assert not dialog.import_button.isEnabled()
    dialog.reject()


def test_a_question_is_answered_with_one_click_where_it_stands(qtbot, bare_desk, tmp_path):
    table = tmp_path / "points_gcj02.csv"
    table.write_text("name,lon,lat\nA,118.7412,32.0611\nB,118.7422,32.0621\n", encoding="utf-8")
    dialog = open_import(None, bare_desk.workspace, bare_desk.jobs, [table])
    qtbot.waitUntil(lambda: bool(dialog.table.plans), timeout=20_000)
    plan = dialog.table.plans[0]
    offered = [b for b in dialog.detail.findChildren(QPushButton) if ": " in b.accessibleName()]
    assert [b.text() for b in offered] == [code for code, _ in plan.crs_candidates][: len(offered)]
    assert offered[0].text() == "GCJ-02", "what the name says comes first"
    offered[0].click()
    assert not open_questions(dialog.table.plans[0])
    assert dialog.table.plans[0].datum == Datum.GCJ02
    assert dialog.table.cellWidget(0, 4).currentText() == "GCJ-02"
    assert dialog.import_button.isEnabled()
    dialog.reject()
