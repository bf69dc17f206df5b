"""The compare panel: files and states, filters, search, map, table, bad files."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QPushButton

from renovate_gui.assets import set_language
from renovate_gui.domain.difference import ChangeKind, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.ui.merge.change_list import ChangeModel

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def panel(window, tmp_path, qtbot):
    """The panel on a project with a named version, then: one proposal changed, one added, two houses edited."""
    session = window.workspace.session
    idea = session.proposals.add(shapely.Point(X, Y), title="Idea", kind="ramp")
    session.project.name_version("As shown")
    session.save_copy(tmp_path / "older.gpkg")
    session.proposals.update(replace(session.proposals.get(idea.uuid), cost=Decimal(5000)))
    session.proposals.add(shapely.Point(X + 140, Y + 70), title="Lift", kind="lift")
    houses = next(i for i in session.layers.all() if i.name == "Houses")
    ids = session.layers.table(houses.id).ids
    session.layers.set_values(houses.id, int(ids[0]), {"levels": 9.0})
    session.layers.set_geometry(houses.id, int(ids[1]), shapely.box(X, Y + 20, X + 15, Y + 32))
    window.joining.show_compare()
    return window.joining.compare


def done(panel, qtbot):
    qtbot.waitUntil(lambda: panel.state.difference is not None or bool(panel.state.trouble), timeout=8000)


def titles(panel) -> list[str]:
    return [c.title for c in panel.browser.model.shown]


def words(widget) -> str:
    found = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in found if not part.isHidden())


def test_a_named_version_is_compared_with_now(panel, qtbot):
    place = next(i for i in range(panel.before.count()) if "As shown" in panel.before.itemText(i))
    panel.before.setCurrentIndex(place)
    panel.before.activated.emit(place)
    done(panel, qtbot)
    assert titles(panel) == ["1 · Idea", "2 · Lift", "House 0", "House 1"]
    assert {k: c.text() for k, c in panel.browser.chips.items()} == {
        ChangeKind.ADDED: "+ Added 1",
        ChangeKind.CHANGED: "~ Changed 3",
    }


def test_a_file_is_compared_and_turned_round(panel, tmp_path, qtbot):
    before = (tmp_path / "older.gpkg").read_bytes()
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    assert {c.title: c.kind for c in panel.state.difference.changes}["2 · Lift"] is ChangeKind.ADDED
    assert not panel.after.isEnabled()
    panel.swap_button.click()
    qtbot.waitUntil(lambda: panel.state.difference is not None, timeout=8000)
    assert {c.title: c.kind for c in panel.state.difference.changes}["2 · Lift"] is ChangeKind.REMOVED
    assert not panel.before.isEnabled()
    assert panel.after.currentText() == "File “older.gpkg”"
    assert (tmp_path / "older.gpkg").read_bytes() == before


def test_filters_and_search_narrow_the_list(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    browser = panel.browser
    browser.chips[ChangeKind.ADDED].setChecked(False)
    assert titles(panel) == ["1 · Idea", "House 0", "House 1"]
    place = next(i for i in range(browser.groups.count()) if "Houses" in browser.groups.itemText(i))
    browser.groups.setCurrentIndex(place)
    browser.groups.activated.emit(place)
    assert titles(panel) == ["House 0", "House 1"]
    browser.search.setText("HOUSE 1")
    qtbot.waitUntil(lambda: titles(panel) == ["House 1"])
    browser.search.setText("nowhere")
    qtbot.waitUntil(lambda: titles(panel) == [])
    assert "Nothing matches the filter." in words(panel)


def test_choosing_an_object_shows_its_fields_and_goes_there(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    panel.browser.choose(panel.state.difference.changes[0].key)
    (line,) = panel.browser.detail.lines
    assert (line.label, line.left, line.right) == ("Cost in yuan", "", "¥5,000")
    lift = panel.state.difference.changes[1]
    panel.browser.choose(lift.key)
    x_min, y_min, x_max, y_max = panel.window().area.view.port.extent
    assert x_min < X + 140 < x_max
    assert y_min < Y + 70 < y_max
    assert x_max - x_min < 300
    assert panel._map.changes.difference is panel.state.difference
    QTest.keyClick(panel.browser.list, Qt.Key.Key_Down)
    assert panel.browser.current.title == "House 0"
    panel.close_asked.emit()
    assert panel._map.changes.difference is None


def test_the_table_holds_what_the_list_shows(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    panel.browser.chips[ChangeKind.CHANGED].setChecked(False)
    panel.save(tmp_path / "table")
    place = tmp_path / "table.csv"
    qtbot.waitUntil(place.exists, timeout=8000)
    rows = list(csv.DictReader(place.read_text(encoding="utf-8-sig").splitlines()))
    assert {r["Object"] for r in rows} == {"2 · Lift"}
    assert {r["Change"] for r in rows} == {"Added"}


def test_it_follows_the_project(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    n = len(panel.state.difference.changes)
    panel.workspace.session.proposals.add(shapely.Point(X, Y), title="Later", kind="bench")
    qtbot.waitUntil(lambda: len(panel.state.difference.changes) == n + 1, timeout=8000)


def test_the_same_state_twice_has_nothing_different(panel, qtbot):
    panel.compare_states(panel.workspace.session.timeline.state)
    done(panel, qtbot)
    assert "Nothing is different between the two." in words(panel)


@pytest.mark.parametrize("name", ["words.gpkg", "project.gpkg", "gone.gpkg"])
def test_a_file_that_cannot_be_compared_is_told_in_one_sentence(panel, project, tmp_path, qtbot, name):
    (tmp_path / "words.gpkg").write_text("no project")
    panel.take_file(tmp_path / name)
    done(panel, qtbot)
    assert name in panel.state.trouble
    assert "\n" not in panel.state.trouble
    assert panel.state.trouble in words(panel)


def test_cancel_goes_back_to_the_beginning(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    panel._jobs.cancel("compare")
    qtbot.waitUntil(lambda: panel.state.before == "", timeout=8000)
    assert panel.state.difference is None
    assert "Drop a project file here" in words(panel)


def test_another_language_in_the_middle(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    set_language("zh_CN")
    panel.workspace.language_changed.emit()
    assert "存为表格（CSV）…" in words(panel)
    assert titles(panel)[0] == "1 · Idea"


def test_another_project_empties_the_panel(panel, tmp_path, qtbot):
    panel.take_file(tmp_path / "older.gpkg")
    done(panel, qtbot)
    panel.window().projects.close()
    assert panel.state.difference is None
    assert panel._map.changes.difference is None


def test_the_list_is_a_sound_model_and_quick_with_many_changes(qtbot, qtmodeltester):
    made = [
        ObjectChange(
            ObjectKey("lyr", i), ObjectKind.FEATURE, ChangeKind.CHANGED, f"House {i}", layer_name="Houses"
        )
        for i in range(100_000)
    ]
    model = ChangeModel()
    model.set_changes(made)
    model.narrow(frozenset(ChangeKind), None, "99999")
    assert model.rowCount() == 1
    assert model.row_of(ObjectKey("lyr", 99_999)) == 0
    assert model.row_of(ObjectKey("lyr", 5)) == -1
    assert model.rowCount(model.index(0, 0)) == 0
    model.set_changes(made[:5])
    assert model.index(4, 0, QModelIndex()).isValid()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.QtTest)
    assert tester is not None
