"""The merge panel on two real copies: report, decisions, keys, one step, bad files, drops."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.difference import ChangeKind, Choice, Conflict, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.ui import stages
from renovate_gui.ui.merge.decisions import Decisions
from renovate_gui.ui.merge.state import Page
from renovate_gui.ui.workspace import Stage

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def copies(project: Path, tmp_path: Path):
    """The project and a colleague's copy: three conflicts, two things that just come in."""
    theirs = tmp_path / "chen.gpkg"
    with Session.open(project) as mine:
        made = [
            mine.proposals.add(shapely.Point(X + 20 * i, Y), title=f"Idea {i}", kind="ramp") for i in range(3)
        ]
        mine.save_copy(theirs)
        with Session.open(theirs) as other:
            for i, p in enumerate(made[:2]):
                other.proposals.update(replace(other.proposals.get(p.uuid), cost=Decimal(300 + i)))
            other.proposals.update(replace(other.proposals.get(made[2].uuid), description="Theirs"))
            other.proposals.add(shapely.Point(X, Y + 90), title="Lift", kind="lift")
            other.proposals.add_note(shapely.Point(X, Y + 120), "Puddles")
        for p in made[:2]:
            mine.proposals.update(replace(mine.proposals.get(p.uuid), cost=Decimal(200)))
        mine.proposals.delete(made[2].uuid)
    return project, theirs


@pytest.fixture
def panel(empty_window, copies, qtbot):
    """The panel with the report on the colleague's copy."""
    mine, theirs = copies
    empty_window.projects.open(mine)
    qtbot.waitUntil(lambda: empty_window.area.scene is not None and bool(empty_window.area.scene.items))
    empty_window.joining.merge_with(theirs)
    made = empty_window.joining.merge
    qtbot.waitUntil(lambda: made.state.page is Page.REPORT, timeout=8000)
    return made


def words(widget) -> str:
    """Everything a person reads on a widget."""
    found = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in found if not part.isHidden())


def steps(panel) -> int:
    return len(panel.workspace.session.history())


def test_the_report_is_told_in_words_and_nothing_is_changed(panel):
    told = words(panel)
    assert "copy parted from yours" in told
    assert "It brings: 1 new proposal, 1 new callout." in told
    assert "3 conflicts need a decision." in told
    assert panel.page.why_not() == "3 conflicts still need a decision."
    assert not panel.page.merge_button.isEnabled()
    assert panel.page.reason.text() == "3 conflicts still need a decision."
    panel.merge()
    assert panel.state.page is Page.REPORT
    assert not any("Merge" in s.what for s in panel.workspace.session.history())


def test_keys_decide_one_conflict_after_the_other_and_the_map_shows_each(panel, qtbot):
    shown = []
    for key in (Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_2):
        shown.append(panel._map.marks.conflict.key)
        QTest.keyClick(panel.page, key)
    assert len(set(shown)) == 3
    assert panel.state.decisions.open_count == 0
    assert sorted(panel.state.decisions.choices.values()) == ["mine", "theirs", "theirs"]
    assert panel.page.merge_button.isEnabled()
    assert panel.page._progress.text() == "3 of 3 decided"
    QTest.keyClick(panel.page, Qt.Key.Key_Left)
    assert panel.state.at == 1


def test_the_keys_work_wherever_the_focus_is(panel, qtbot):
    panel.window().activateWindow()
    way = panel.page.card.ways[Choice.MINE]
    assert [c.mine.title for c in panel.state.decisions.conflicts] == [
        "1 · Idea 0",
        "2 · Idea 1",
        "3 · Idea 2",
    ]
    way.setFocus()
    QTest.keyClick(way, Qt.Key.Key_Right)
    assert panel.state.at == 1
    QTest.keyClick(way, Qt.Key.Key_Left)
    QTest.keyClick(way, Qt.Key.Key_2)
    assert panel.state.decisions.of(panel.state.decisions.conflicts[0]) is Choice.THEIRS
    assert panel.state.at == 1
    panel.page.step(-1)
    assert panel.page.card.ways[Choice.THEIRS].isChecked()
    assert not panel.page.card.ways[Choice.MINE].isChecked()


def test_both_is_not_taken_where_it_makes_no_sense(panel):
    page = panel.page
    at = next(i for i, c in enumerate(panel.state.decisions.conflicts) if Choice.BOTH not in c.choices)
    page.step(at)
    assert page.card.ways[Choice.BOTH].isHidden()
    assert page.card.ways[Choice.MINE].text() == "1  Mine: remove it"
    QTest.keyClick(page, Qt.Key.Key_3)
    assert not panel.state.decisions.choices


def test_merging_is_one_step_told_afterwards_and_taken_back_with_its_decisions(panel, qtbot):
    before = steps(panel)
    panel.page.take_rest(Choice.THEIRS)
    panel.page.merge_button.click()
    qtbot.waitUntil(lambda: panel.state.page is Page.DONE, timeout=8000)
    assert steps(panel) == before + 1
    session = panel.workspace.session
    assert {p.title for p in session.proposals.all()} == {"Idea 0", "Idea 1", "Idea 2", "Lift"}
    told = words(panel)
    assert "Merged: chen.gpkg" in told
    assert "3 decided: theirs taken" in told
    qtbot.wait(400)  # the merge's own event must not bring the report back
    assert panel.state.page is Page.DONE
    next(b for b in panel.findChildren(QPushButton) if b.text() == "Undo the merge").click()
    qtbot.waitUntil(lambda: panel.state.page is Page.REPORT, timeout=8000)
    assert {p.title for p in session.proposals.all()} == {"Idea 0", "Idea 1"}
    assert len(panel.state.decisions.choices) == 3


def test_a_change_meanwhile_makes_the_report_anew_and_keeps_what_still_applies(panel, qtbot):
    session = panel.workspace.session
    panel.page.take_rest(Choice.MINE)
    costs = [c for c in panel.state.decisions.conflicts if "cost" in c.fields]
    assert len(costs) == 2
    first = next(p for p in session.proposals.all() if p.title == "Idea 0")
    report = panel.state.report
    session.proposals.update(replace(first, cost=Decimal(250)))
    qtbot.waitUntil(lambda: panel.state.report is not report, timeout=8000)
    assert panel.state.page is Page.REPORT
    assert len(panel.state.decisions.choices) == 2
    assert "The project has changed; decided again must be: 1." in words(panel)
    assert panel.page.why_not() == "One conflict still needs a decision."


def test_closing_and_another_stage_lose_nothing_and_give_the_map_back(panel, qtbot):
    window = panel.window()
    panel.page.take(Choice.THEIRS)
    width = panel.width()
    QTest.keyClick(panel.page, Qt.Key.Key_Escape)
    assert panel.isHidden()
    assert panel._map.marks.conflict is None
    assert window._inspector.width() < width
    window.actions_["project.merge"].trigger()
    assert panel.isVisible()
    assert panel._map.marks.conflict is not None
    window.workspace.set_stage(Stage.PROPOSALS)
    assert panel.isHidden()
    window.actions_["project.merge"].trigger()
    assert len(panel.state.decisions.choices) == 1


def test_what_comes_in_is_listed_and_shown_on_the_map(panel, qtbot):
    panel.page._on_tab("incoming")
    browser = panel.page.browser
    assert [c.title for c in browser.model.shown] == ["4 · Lift", "1 · Puddles"]
    assert len(panel._map.changes.difference.changes) == 2
    browser.step(1)
    assert browser.current.title == "4 · Lift"
    x_min, y_min, x_max, y_max = panel.window().area.view.port.extent
    assert x_min < X < x_max
    assert y_min < Y + 90 < y_max


def test_language_and_theme_change_in_the_middle(panel, qtbot):
    panel.page.take(Choice.THEIRS)
    at = panel.state.at
    set_language("zh_CN")
    panel.workspace.language_changed.emit()
    assert "已决定 1 / 3" in words(panel)
    assert "合并同事的副本" in words(panel)
    panel.window().set_dark(True)
    assert panel.state.at == at
    assert len(panel.state.decisions.choices) == 1
    panel.window().set_dark(False)


def test_a_project_open_for_reading_shows_the_report_and_says_why_it_cannot_merge(
    empty_window, copies, qtbot
):
    mine, theirs = copies
    empty_window.workspace.set_session(Session.open(mine, read_only=True))
    empty_window.joining.merge_with(theirs)
    panel = empty_window.joining.merge
    qtbot.waitUntil(lambda: panel.state.page is Page.REPORT, timeout=8000)
    assert panel.page.why_not() == "The project is open for reading only."
    panel.page.take_rest(Choice.THEIRS)
    assert not panel.page.merge_button.isEnabled()


@pytest.mark.parametrize(
    ("make", "says", "offers"),
    [
        (lambda path, _mine: path.write_text("nothing"), "bad.gpkg", {"Import it as data …", "Another file …"}),
        (lambda path, _mine: Session.create(path, title="O", crs="EPSG:4545").close(), "import the layers instead", {"Compare instead", "Import its layers …", "Open it", "Another file …"}),
        (lambda path, mine: path.symlink_to(mine), "is the project that is open", {"Another file …"}),
    ],
    ids=["no project", "another project", "the same file"],
)  # fmt: skip
def test_what_cannot_be_merged_is_said_calmly(empty_window, copies, tmp_path, qtbot, make, says, offers):
    mine, _ = copies
    empty_window.projects.open(mine)
    bad = tmp_path / "bad.gpkg"
    make(bad, mine)
    empty_window.joining.merge_with(bad)
    panel = empty_window.joining.merge
    qtbot.waitUntil(lambda: panel.state.page is Page.TROUBLE, timeout=8000)
    assert panel.state.trouble
    assert says in panel.state.trouble
    assert "\n" not in panel.state.trouble
    assert {b.text() for b in panel.page.findChildren(QPushButton)} == offers
    assert "Nothing was changed in your project." in words(panel)


def test_the_layers_of_another_project_are_offered_to_the_import(
    empty_window, copies, project, tmp_path, qtbot, monkeypatch
):
    mine, _ = copies
    other = tmp_path / "other.gpkg"
    Session.create(other, title="Other", crs="EPSG:4545").close()
    asked: list[list[Path]] = []
    monkeypatch.setattr(
        stages, "open_import", lambda _window, _space, _jobs, paths: asked.append(list(paths))
    )
    empty_window.projects.open(mine)
    empty_window.joining.merge_with(other)
    panel = empty_window.joining.merge
    qtbot.waitUntil(lambda: panel.state.page is Page.TROUBLE, timeout=8000)
    offers = {b.text(): b for b in panel.page.findChildren(QPushButton)}
    offers["Import its layers …"].click()
    assert asked == [[other]]
    assert empty_window.workspace.session.project.path == mine  # it was not opened instead


def test_the_import_reads_the_layers_of_another_project(copies, tmp_path):
    mine, theirs = copies
    with Session.open(mine, read_only=True) as source:
        counts = sorted(layer.feature_count for layer in source.layers.all())
    with Session.create(tmp_path / "new.gpkg", title="New", crs="EPSG:4545") as session:
        (report,) = session.survey.prepare_inspect([theirs]).run()
    found = [layer.features for layer in report.layers]
    assert counts
    assert all(n in found for n in counts)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on every message box
def test_a_dropped_copy_is_asked_about_and_merged(empty_window, copies, qtbot):
    mine, theirs = copies
    empty_window.projects.open(mine)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(theirs))])
    action, button, no_key = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    empty_window.dropEvent(QDropEvent(QPointF(10, 10), action, data, button, no_key))
    qtbot.waitUntil(lambda: empty_window.joining.question is not None, timeout=8000)
    question = empty_window.joining.question
    buttons = {b.text(): b for b in question.buttons()}
    assert set(buttons) == {"Merge it into this project", "Open it", "Cancel"}
    buttons["Merge it into this project"].click()
    panel = empty_window.joining.merge
    qtbot.waitUntil(lambda: panel.state.page is Page.REPORT, timeout=8000)
    assert empty_window.workspace.session.project.path == mine.resolve()


def test_dropping_the_open_project_says_so(empty_window, copies, qtbot):
    mine, _ = copies
    empty_window.projects.open(mine)
    session = empty_window.workspace.session
    empty_window.joining.take([mine])
    qtbot.waitUntil(lambda: "is the project that is open here" in empty_window.area.strip.text, timeout=8000)
    assert empty_window.workspace.session is session


def test_the_actions_need_an_open_project(empty_window):
    for name in ("project.merge", "project.compare"):
        assert empty_window.actions_.reason(name)
        assert not empty_window.actions_[name].isEnabled()


def dispute(row: int, mine: str = "m", choices: tuple[Choice, ...] = tuple(Choice)) -> Conflict:
    key = ObjectKey("proposals", row)
    sides = [ObjectChange(key, ObjectKind.PROPOSAL, ChangeKind.CHANGED, title) for title in (mine, "t")]
    return Conflict(key, sides[0], sides[1], ("title",), choices)


def test_decisions_last_as_long_as_the_dispute_is_the_same():
    decisions = Decisions()
    decisions.renew((dispute(1), dispute(2), dispute(3)))
    decisions.take(dispute(1), Choice.BOTH)
    assert decisions.next_open(2) == 1
    assert decisions.take_rest(Choice.MINE) == 2
    assert decisions.renew((dispute(3), dispute(1, mine="changed since"), dispute(4))) == 2
    assert decisions.choices == {ObjectKey("proposals", 3): Choice.MINE}
    assert decisions.open_count == 2


def test_a_way_out_that_is_not_offered_is_not_taken():
    decisions = Decisions()
    decisions.renew((dispute(1, choices=(Choice.MINE, Choice.THEIRS)),))
    decisions.take(decisions.conflicts[0], Choice.BOTH)
    assert decisions.open_count == 1
