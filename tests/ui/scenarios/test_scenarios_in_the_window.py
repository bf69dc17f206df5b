"""Scenarios in the window: choose, make, lock, faint others, compare, swipe; in both languages."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QPushButton

from renovate_gui.app.parameters import GapParameters
from renovate_gui.assets import set_language
from renovate_gui.domain.verdict import Measure
from renovate_gui.ui.scenarios.dialogs import LockDialog, NewScenarioDialog, UnlockDialog
from renovate_gui.ui.stages.widgets import Elided
from renovate_gui.ui.workspace import Stage, Tool

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on dialogs

X, Y = 360_000.0, 3_270_000.0
DAY = "elderly_day_care"


@pytest.fixture
def world(window, qtbot):
    """Two scenarios over 40 houses: a day care in the west, one in the east; straight lines of 60 m."""
    session = window.workspace.session
    kept = GapParameters(Measure.CIRCLE, limits={DAY: 60.0}, walker="senior")
    session.parameters.set_gaps(kept)
    session.proposals.add(shapely.Point(X, Y), title="West", kind=DAY)
    session.scenarios.add("West")
    session.scenarios.add("East", is_empty=True)
    session.proposals.add(shapely.Point(X + 150, Y + 80), title="East", kind=DAY)
    qtbot.waitUntil(lambda: window.area.scene is not None)
    return window


def compare(window, qtbot):
    window.actions_["scenario.compare"].trigger()
    dock = window.dock.page("scenarios")
    qtbot.waitUntil(
        lambda: dock.comparison is not None and window.workspace.compared is not None, timeout=10000
    )
    return dock


def menu_words(window) -> list[str]:
    window.top.scenarios.fill()
    return [a.text() for a in window.top.scenarios.menu().actions() if a.text()]


def words(widget) -> str:
    found = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in found if part.isVisibleTo(widget))


def classes(window, key: str) -> dict[str, int]:
    part = next(i for i in window.area.scene.items if i.key.startswith(key))
    return {e.label: e.count for e in part.legend}


# -- choosing and making --------------------------------------------------------------------------------------
def test_without_scenarios_the_chooser_says_that_all_count(window, qtbot):
    assert window.top.scenarios.text().startswith("All proposals")
    assert menu_words(window) == ["New scenario …"]
    assert not window.actions_["scenario.compare"].isEnabled()
    assert "make one first" in window.actions_["scenario.compare"].toolTip()


def test_the_first_one_offers_to_take_all_present_proposals_in(window, qtbot):
    session = window.workspace.session
    session.proposals.add(shapely.Point(X, Y), title="Idea")
    window.actions_["scenario.new"].trigger()
    dialog = window.findChild(NewScenarioDialog)
    assert dialog.options["present"].isChecked()
    assert "(1)" in dialog.options["present"].text()
    dialog.take()  # without a name
    assert dialog.isVisible()
    QTest.keyClicks(dialog.name, "Ramps")
    dialog.take()
    assert [s.name for s in session.scenarios.all()] == ["Ramps"]
    assert len(session.proposals.of()) == 1
    assert window.top.scenarios.text().startswith("Ramps")


def test_choosing_another_one_changes_list_map_and_tree(world, qtbot):
    session = world.workspace.session
    world.workspace.set_stage(Stage.PROPOSALS)
    panel = world._panels[Stage.PROPOSALS]
    assert [r.key for r in panel._rows] == [session.scenarios.active() and session.proposals.of()[0].uuid]
    assert "Not in this scenario (1)" in words(panel)
    line = next(a for a in (menu_words(world), world.top.scenarios.menu().actions())[1] if a.text() == "West")
    line.trigger()
    assert session.scenarios.active().name == "West"
    qtbot.waitUntil(lambda: session.proposals.of()[0].title == "West")
    assert [r.findChild(Elided).text() for r in panel._rows] == ["West"]

    def faint() -> set[int]:
        part = next(i for i in world.area.scene.items if i.key == "proposals")
        return {int(n) for n, c in zip(part.ids, part.class_of, strict=True) if part.symbols[c].opacity < 0.5}

    qtbot.waitUntil(lambda: faint() == {2})
    panel._others.tick.click()
    qtbot.waitUntil(lambda: faint() == set())
    part = next(i for i in world.area.scene.items if i.key == "proposals")
    assert set(part.ids) == {1}


def test_a_faint_one_can_be_taken_in(world, qtbot):
    world.workspace.set_stage(Stage.PROPOSALS)
    panel = world._panels[Stage.PROPOSALS]
    take = next(b for b in panel._others.findChildren(QPushButton) if b.text() == "Take in")
    take.click()
    session = world.workspace.session
    assert {p.title for p in session.proposals.of()} == {"West", "East"}
    session.undo()
    assert {p.title for p in session.proposals.of()} == {"East"}


# -- locking --------------------------------------------------------------------------------------------------
def test_a_locked_scenario_shows_it_and_its_proposals_are_changed_as_copies(world, qtbot):
    session = world.workspace.session
    west, east = session.scenarios.all()
    world.top.scenarios.ask_lock(west)
    dialog = world.findChild(LockDialog)
    QTest.keyClicks(dialog.who, "Li")
    dialog.take()
    assert session.scenarios.get(west.uuid).locked_by == "Li"
    world.workspace.set_stage(Stage.PROPOSALS)
    original = next(p for p in session.proposals.all() if p.title == "West")
    world.workspace.select("proposals", (original.uuid,))
    form = world._panels[Stage.PROPOSALS].form
    assert form.lines["title"].isReadOnly()
    assert "locked scenario “West”" in words(form.belonging)
    assert not world.actions_["map.edit_vertices"].isEnabled()
    before, said = session.history(), []
    world.workspace.message.connect(lambda words, kind: said.append((words, kind)))
    world.actions_["edit.delete"].trigger()
    assert said == [("It belongs to the locked scenario “West” and cannot be changed.", "warning")]
    world.area._tools[Tool.SELECT]._drop(original.uuid, (5.0, 5.0))
    assert session.history() == before
    form.belonging.copy_button.click()
    (_, (copy,)) = world.workspace.selection
    assert copy != original.uuid
    assert session.scenarios.members(east.uuid) >= {copy}
    form = world._panels[Stage.PROPOSALS].form
    assert not form.lines["title"].isReadOnly()


def test_seal_check_and_unlocking_from_the_menu(world, qtbot):
    session = world.workspace.session
    east = session.scenarios.active()
    session.scenarios.lock(east.uuid)
    assert {"Check the seal", "Unlock …"} <= set(menu_words(world))
    delete = next(a for a in world.top.scenarios.menu().actions() if a.text() == "Delete scenario")
    assert not delete.isEnabled()
    heard = []
    world.workspace.message.connect(lambda text, kind: heard.append((text, kind)))
    world.top.scenarios.verify(session.scenarios.active())
    qtbot.waitUntil(lambda: bool(heard), timeout=5000)
    assert heard == [("The scenario “East” and the data it was drawn on are as they were locked.", "good")]
    world.top.scenarios.ask_unlock(session.scenarios.active())
    dialog = world.findChild(UnlockDialog)
    dialog.take()
    assert "Say why" in words(dialog)
    dialog.why.setPlainText("again")
    dialog.take()
    assert not session.scenarios.active().is_locked


# -- comparing ------------------------------------------------------------------------------------------------
def test_table_sentence_map_and_list_say_the_same(world, qtbot):
    dock = compare(world, qtbot)
    QAbstractItemModelTester(dock.model)
    QAbstractItemModelTester(dock.movers_model)
    compared = world.workspace.compared
    winners, losers = len(compared.shift.winners), len(compared.shift.losers)
    assert winners > 0
    assert losers > 0
    assert f"{winners} buildings gain" in dock.words.text()
    qtbot.waitUntil(lambda: classes(world, "gap:shift:").get("Gains it") == winners)
    assert classes(world, "gap:shift:")["Loses it"] == losers
    assert dock.movers_model.rowCount() == winners + losers
    heads = [dock.model.headerData(i, Qt.Orientation.Horizontal) for i in range(4)]
    assert heads == ["", "Today", "West", "East"]
    assert dock.table.columnWidth(0) > 80


def test_list_and_map_select_each_other(world, qtbot):
    dock = compare(world, qtbot)
    dock.movers.selectRow(0)
    key, ids = world.workspace.selection
    assert key.startswith("layer:")
    assert ids == (int(dock.movers_model.ids()[0]),)
    other = int(dock.movers_model.ids()[3])
    world.workspace.select(key, (other,))
    assert [i.row() for i in dock.movers.selectionModel().selectedRows()] == [3]
    # a click on a house of the difference map means the house
    shift = world.workspace.compared.shift
    table = world.workspace.session.layers.table(shift.layer_id)
    house = table.geometry[list(table.ids).index(other)].centroid
    qtbot.waitUntil(lambda: any(i.key.startswith("gap:shift") for i in world.area.scene.items))
    world.area.view.zoom_to((house.x - 50, house.y - 50, house.x + 50, house.y + 50))
    px, py = world.area.view.port.to_px(house.x, house.y)
    world.workspace.select("", ())
    QTest.mouseClick(world.area.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(round(px), round(py)))
    assert world.workspace.selection == (key, (other,))


def test_swipe_with_mouse_and_keys_and_escape(world, qtbot):
    dock = compare(world, qtbot)
    dock.modes._buttons["swipe"].click()
    handle = world.area.swipe.handle
    qtbot.waitUntil(lambda: handle.isVisible() and world.area.swipe.tiles.is_settled, timeout=5000)
    view = world.area.view
    assert handle.at == 0.5
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(handle.width() // 2, 100))
    target = handle.mapFrom(view, QPoint(view.width() // 4, 100))
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(target), QPointF(handle.mapToGlobal(target)), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    handle.mouseMoveEvent(event)
    assert abs(handle.at - 0.25) < 0.02
    before = handle.at
    QTest.keyClick(handle, Qt.Key.Key_Right)
    assert handle.at == pytest.approx(before + 0.02)
    QTest.keyClick(handle, Qt.Key.Key_End)
    assert handle.at == pytest.approx(0.98)
    qtbot.waitUntil(
        lambda: {int(n) for i in world.area.scene.items if i.key == "proposals" for n in i.ids} == {1}
    )
    QTest.keyClick(handle, Qt.Key.Key_Escape)
    assert world.workspace.compared is None
    assert not handle.isVisible()


def test_both_sides_of_the_swipe_are_painted(world, qtbot):
    dock = compare(world, qtbot)
    dock.modes._buttons["swipe"].click()
    view, swipe = world.area.view, world.area.swipe

    def picture(at: float):
        swipe.handle.move_to(at)
        qtbot.waitUntil(lambda: world.area.scene is not None)
        QTest.qWait(50)
        view.tiles.finish()
        swipe.tiles.finish()
        return view.grab().toImage()

    right, left = picture(0.02), picture(0.98)
    assert right != left


def test_a_change_is_compared_again_and_leaving_gives_the_map_back(world, qtbot):
    dock = compare(world, qtbot)
    before = dock.comparison
    world.workspace.session.proposals.add(shapely.Point(X + 75, Y + 40), title="More", kind=DAY)
    qtbot.waitUntil(lambda: dock.comparison is not None and dock.comparison is not before, timeout=8000)
    before = dock.comparison
    world.workspace.session.standards.edit_row(DAY, {"radius_m": 260}, "the city's rule")
    qtbot.waitUntil(lambda: dock.comparison is not before, timeout=8000)
    dock.leave_button.click()
    assert world.workspace.compared is None
    assert not world.dock.isVisible()
    qtbot.waitUntil(lambda: not any(i.key.startswith("gap:shift") for i in world.area.scene.items))


def test_the_window_says_it_in_chinese_too(world, qtbot):
    dock = compare(world, qtbot)
    try:
        world.switch_language()
        assert world.top.scenarios.toolTip().startswith("当前情景")
        assert "新增有服务" in dock.words.text()
        assert dock.model.headerData(1, Qt.Orientation.Horizontal) == "今天"
        qtbot.waitUntil(lambda: "退出" in words(dock))
    finally:
        set_language("en")


def test_saving_writes_a_table(world, qtbot, tmp_path):
    dock = compare(world, qtbot)
    dock.save(tmp_path / "t")
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert "Today,West,East" in text
    assert "gains it" in text
