"""The history dock with mouse and keys: what it lists, what it shows of a step, and its ways back."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import shapely
from PySide6.QtCore import Qt

from renovate_gui.app.timeline import HistoryStep, NamedVersion
from renovate_gui.assets import set_language
from renovate_gui.domain.difference import ChangeKind, Difference, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.domain.ids import Uuid
from renovate_gui.ui.history.dialogs import NameDialog, TidyDialog
from renovate_gui.ui.history.model import HistoryModel
from renovate_gui.ui.history.pane import DetailPane
from renovate_gui.ui.history.rows import RowKind, build_rows

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def session(window):
    return window.workspace.session


@pytest.fixture
def dock(window, session, qtbot):
    """The dock in front, after two proposals and a move."""
    one = session.proposals.add(shapely.Point(X + 30, Y + 30), title="Bench")
    session.proposals.add(shapely.Point(X + 60, Y + 30), title="Lamp")
    session.proposals.set_geometry(one.uuid, shapely.Point(X + 42, Y + 35))
    window.show_dock("history")
    found = window.dock.page("history")
    qtbot.waitUntil(lambda: found.side.model.rowCount() > 0)
    return found


def words(dock) -> list[str]:
    model = dock.side.model
    return [model.row(i).words for i in range(model.rowCount())]


def choose(dock, what: str):
    model = dock.side.model
    place = next(i for i in range(model.rowCount()) if model.row(i).words.startswith(what))
    dock.side.choose(model.row(place).key)
    return model.row(place)


def fields(dock) -> dict[str, tuple[str, str]]:
    return {line.label: (line.before, line.after) for line in dock.pane.view.field_model.lines}


# -- the list ---------------------------------------------------------------------------------------------------
def step(n: int, at: str, *, undone: bool = False, left: bool = False, why: str = "") -> HistoryStep:
    return HistoryStep(n, at, "Li", f"Step {n}", undone, why, f"u{n}", f"u{n - 1}" if n > 1 else "", left)


def test_days_versions_and_the_present_stand_in_their_places() -> None:
    steps = [
        step(1, "2025-05-11T04:00:00+00:00"),
        step(2, "2025-05-12T04:00:00+00:00"),
        step(3, "2025-05-12T05:00:00+00:00", undone=True),
    ]
    version = NamedVersion(Uuid("v"), "Shown", "2025-05-12T04:30:00+00:00", "Li", "", "u2", "rg1:0", "x")
    rows = build_rows(steps, [version], "u2")
    assert [(r.kind.value, r.words) for r in rows] == [
        ("day", "12 May 2025"), ("step", "Step 3"), ("now", "Now"), ("version", "Shown"), ("step", "Step 2"),
        ("day", "11 May 2025"), ("step", "Step 1"), ("start", "Beginning of the history"),
    ]  # fmt: skip
    assert [r.is_faint for r in rows if r.kind is RowKind.STEP] == [True, False, False]
    assert len({r.key for r in rows}) == len(rows)
    set_language("zh_CN")
    assert build_rows(steps, [], "u2")[0].words == "2025 年 5 月 12 日"


def test_a_search_finds_words_reasons_and_versions() -> None:
    steps = [
        step(1, "2025-05-11T04:00:00+00:00", why="the council wished it"),
        step(2, "2025-05-12T04:00:00+00:00"),
    ]
    version = NamedVersion(
        Uuid("v"), "Council day", "2025-05-12T04:30:00+00:00", "Li", "", "u2", "rg1:0", "x"
    )
    found = [r.words for r in build_rows(steps, [version], "u2", "council") if r.can_be_chosen]
    assert found == ["Council day", "Step 1"]


def test_before_all_steps_the_present_is_at_the_beginning() -> None:
    rows = build_rows([step(1, "2025-05-11T04:00:00+00:00", undone=True)], [], "")
    assert [r.kind for r in rows][-2:] == [RowKind.NOW, RowKind.START]


def test_five_thousand_steps_are_listed_at_once() -> None:
    steps = [step(n, f"2025-05-{1 + n // 200:02}T04:00:00+00:00") for n in range(1, 5001)]
    began = time.perf_counter()
    model = HistoryModel()
    model.set_rows(build_rows(steps, [], "u5000"))
    assert model.rowCount() > 5000
    assert time.perf_counter() - began < 1.0


def test_days_and_the_present_cannot_be_chosen(dock) -> None:
    model = dock.side.model
    for place in range(model.rowCount()):
        can = bool(model.flags(model.index(place, 0)) & Qt.ItemFlag.ItemIsSelectable)
        assert can is (model.row(place).kind not in {RowKind.DAY, RowKind.NOW})
        assert model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)


# -- what a step changed ----------------------------------------------------------------------------------------
def test_a_chosen_step_shows_what_it_changed(dock, window) -> None:
    choose(dock, "Move or reshape")
    assert fields(dock)["Place"] == ("", "moved by 13.0 m")
    assert dock.overlay.difference is dock.pane.view.difference
    assert dock.overlay.chip.isVisible()
    assert dock.overlay.chip.accessibleName() == "Changed 1"
    window.show_dock("table")
    assert dock.overlay.difference is None
    assert not dock.overlay.chip.isVisible()
    window.show_dock("history")
    dock.refresh()
    assert dock.overlay.difference is not None
    window.dock.close_asked.emit()
    assert dock.overlay.difference is None


def test_escape_chooses_nothing_and_clears_the_map(dock, qtbot) -> None:
    choose(dock, "Add proposal 1")
    qtbot.keyClick(dock.side.list, Qt.Key.Key_Escape)
    assert dock.chosen is None
    assert dock.overlay.difference is None
    assert dock.pane.view.difference is None


def test_the_map_is_zoomed_to_what_changed(dock, window) -> None:
    choose(dock, "Move or reshape")
    dock.do(DetailPane.ZOOM)
    port = window.area.view.port
    x_min, y_min, x_max, y_max = port.extent
    assert x_min < X + 30 < X + 42 < x_max
    assert y_min < Y + 30 < Y + 35 < y_max
    assert port.m_per_px < 0.5


def test_a_large_step_is_read_beside_and_a_stale_answer_is_dropped(dock, session, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("renovate_gui.app.timeline._LARGE_BYTES", -1)
    choose(dock, "Add proposal 1")
    assert dock.pane.view.difference is None  # still being read
    choose(dock, "Add proposal 2")
    qtbot.waitUntil(lambda: dock.pane.view.difference is not None)
    (change,) = dock.pane.view.difference.changes
    assert "Lamp" in change.title
    qtbot.waitUntil(lambda: not dock._reader._jobs.running)
    assert "Lamp" in dock.pane.view.difference.changes[0].title


def test_many_objects_are_listed_and_the_chosen_one_is_in_front(dock, session) -> None:
    (houses,) = [i for i in session.layers.all() if i.name == "Houses"]
    ids = [int(i) for i in session.layers.table(houses.id).ids[:3]]
    session.layers.delete_features(houses.id, ids)
    dock.refresh()
    choose(dock, "Delete features")
    view = dock.pane.view
    assert [view.object_model.index(i, 0).data() for i in range(3)] == ["House 0", "House 1", "House 2"]
    view.choose(1)
    assert view.focus.key.row == ids[1]
    dock.undo_one(frozenset({view.focus.key}))
    assert ids[1] in session.layers.table(houses.id).ids
    assert ids[0] not in session.layers.table(houses.id).ids


def test_of_a_hundred_thousand_objects_the_first_are_listed(dock) -> None:
    changes = tuple(
        ObjectChange(ObjectKey("t", n), ObjectKind.NOTE, ChangeKind.ADDED, f"Note {n}")
        for n in range(100_000)
    )
    dock.pane.view.show_difference(Difference(changes))
    model = dock.pane.view.object_model
    assert model.rowCount() == 201
    assert model.index(200, 0).data() == "… and 99,800 more"
    assert not model.flags(model.index(200, 0)) & Qt.ItemFlag.ItemIsSelectable


# -- ways back --------------------------------------------------------------------------------------------------
def test_enter_goes_to_a_state_and_back(dock, session, qtbot) -> None:
    before = session.proposals.all()
    choose(dock, "Add proposal 1")
    qtbot.keyClick(dock.side.list, Qt.Key.Key_Return)
    assert [p.title for p in session.proposals.all()] == ["Bench"]
    dock.refresh()
    assert dock.pane.deed(DetailPane.GO).reason
    assert words(dock)[1:4] == ["Move or reshape proposal 1: Bench", "Add proposal 2: Lamp", "Now"]
    choose(dock, "Move or reshape")
    dock.do(DetailPane.GO)
    assert session.proposals.all() == before


def test_a_step_is_undone_from_the_middle(dock, session) -> None:
    choose(dock, "Add proposal 2")
    dock.do(DetailPane.UNDO)
    assert [p.title for p in session.proposals.all()] == ["Bench"]
    assert dock.pane.notice == ""


def test_what_stands_in_the_way_is_named_and_shown(dock, session) -> None:
    choose(dock, "Add proposal 1")
    dock.do(DetailPane.UNDO)
    assert "Move or reshape proposal 1" in dock.pane.notice
    assert len(session.proposals.all()) == 2
    dock.pane.notice_asked.emit()
    model = dock.side.model
    marked = [
        model.row(i).words
        for i in range(model.rowCount())
        if model.index(i, 0).data(Qt.ItemDataRole.UserRole + 1)
    ]
    assert marked == ["Move or reshape proposal 1: Bench"]


def test_steps_left_behind_show_on_request(dock, session) -> None:
    session.undo()
    session.set_title("Another")
    dock.refresh()
    assert not any(w.startswith("Move or reshape") for w in words(dock))
    assert dock.side.left_behind.isVisible()
    dock.side.left_behind.click()
    row = choose(dock, "Move or reshape")
    assert row.step.is_left
    assert "left behind" in dock.pane.deed(DetailPane.UNDO).reason
    dock.do(DetailPane.GO)
    assert session.proposals.all()[0].geometry.x == X + 42


def test_a_state_is_compared_with_now(dock, session) -> None:
    choose(dock, "Add proposal 1")
    dock.do(DetailPane.COMPARE)
    assert [c.kind for c in dock.pane.view.difference.changes] == [ChangeKind.CHANGED, ChangeKind.ADDED]
    session.proposals.delete(session.proposals.all()[1].uuid)
    dock.refresh()
    assert [c.kind for c in dock.pane.view.difference.changes] == [ChangeKind.CHANGED]
    dock.do(DetailPane.COMPARE)
    assert [c.kind for c in dock.pane.view.difference.changes] == [ChangeKind.ADDED]


# -- versions and tidying ---------------------------------------------------------------------------------------
@pytest.mark.qt_log_ignore(
    "This plugin does not support"
)  # the platform without a display says so of dialogs
def test_a_version_is_named_once_and_its_seal_checked(dock, session, window, qtbot) -> None:
    said: list[str] = []
    window.workspace.message.connect(lambda text, _kind: said.append(text))
    for name, is_taken in (("Shown", True), ("Shown", False)):
        dock.keeping.ask_name()
        dialog = next(d for d in window.findChildren(NameDialog) if d.isVisible())
        qtbot.keyClicks(dialog.name, name)
        dialog.take()
        assert dialog.isVisible() is not is_taken
        if not is_taken:
            assert "Shown" in dialog._fault.text()
            dialog.reject()
    assert dock.chosen.version.name == "Shown"
    dock.do(DetailPane.SEAL)
    qtbot.waitUntil(lambda: any("is whole" in s for s in said))


def test_only_the_present_can_be_named(dock) -> None:
    choose(dock, "Add proposal 1")
    assert dock.pane.deed(DetailPane.NAME).reason
    choose(dock, "Move or reshape")
    assert not dock.pane.deed(DetailPane.NAME).reason


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_tidying_up_joins_old_steps(dock, session, window, qtbot) -> None:
    choose(dock, "Add proposal 1")
    dock.keeping.ask_tidy()
    dialog = next(d for d in window.findChildren(TidyDialog) if d.isVisible())
    assert not dialog.go.isEnabled()  # nothing is thirty days old
    dialog.days.setValue(0)
    steps = len(session.timeline.steps())
    qtbot.waitUntil(lambda: session.timeline.count_older(0) == steps)  # the history counts in seconds
    dialog._show()
    assert dialog.go.isEnabled()
    dialog.take()
    qtbot.waitUntil(lambda: len(session.timeline.steps()) == 1)
    qtbot.waitUntil(
        lambda: (
            sum(dock.side.model.row(i).kind is RowKind.STEP for i in range(dock.side.model.rowCount())) == 1
        )
    )
    assert dock.chosen is None
    assert len(session.proposals.all()) == 2


# -- words and looks --------------------------------------------------------------------------------------------
def test_language_and_theme_follow(dock, window) -> None:
    choose(dock, "Move or reshape")
    window.switch_language()
    dock.refresh()
    assert fields(dock)["位置"] == ("", "移动 13.0 m")
    assert dock.pane.go.text() == "转到此状态"
    window.set_dark(True)
    dock.refresh()
    window.grab()


def test_a_narrow_window_keeps_everything_reachable(dock, window) -> None:
    window.resize(960, 620)
    choose(dock, "Move or reshape")
    window.grab()
    assert dock.pane.view.field_model.columnCount() == 2
    said = [a.text() for a in dock.pane.build_menu().actions()]
    assert {"Go to this state", "Compare with now", "Undo only this step"} <= set(said)


def test_read_only_projects_show_their_history_but_go_nowhere(dock, monkeypatch) -> None:
    monkeypatch.setattr("renovate_gui.ui.history.deeds.reasons.no_edit", lambda _workspace: "read only")
    choose(dock, "Add proposal 1")
    assert dock.pane.view.difference is not None
    for name in (DetailPane.GO, DetailPane.UNDO, DetailPane.NAME):
        assert dock.pane.deed(name).reason
    assert not dock.pane.deed(DetailPane.COPY).reason


def test_the_notes_words_show_side_by_side(dock, session) -> None:
    note = session.proposals.add_note(shapely.Point(X, Y), "dark here")
    session.proposals.update_note(replace(note, text="very dark here"))
    dock.refresh()
    choose(dock, "Change a callout")
    assert fields(dock)["Text"] == ("dark here", "very dark here")
