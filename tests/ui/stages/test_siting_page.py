"""Find places in the window: a first answer, the proven one, plans on the map, one step of undo."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from renovate_gui.app.siting import SitingModel
from renovate_gui.assets import set_language
from renovate_gui.domain.roles import Role
from renovate_gui.ui.canvas.siting_marks import SitingMarks
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.siting_cards import letter
from renovate_gui.ui.stages.siting_desk import SitingDesk
from renovate_gui.ui.workspace import Stage


@pytest.fixture
def panel(qtbot, desk):
    desk.workspace.set_stage(Stage.PROPOSALS)
    made = make_panel(Stage.PROPOSALS, desk.workspace, desk.jobs)
    qtbot.addWidget(made)
    made.resize(340, 900)
    made.show()
    desk.wait()
    return made


@pytest.fixture
def siting(desk, panel):
    found = SitingDesk.of(desk.workspace)
    found.open(on=True)
    found.ask(candidates="grid", cell_m=50.0, add=1)
    desk.wait()
    return found


def find(qtbot, desk, siting):
    siting.find()
    qtbot.waitUntil(lambda: not desk.jobs.running and bool(siting.result or siting.problem), timeout=20_000)
    assert siting.problem == ""
    desk.wait()


def page(panel):
    return panel._siting


def test_the_entry_opens_the_page_and_back_leaves_it(panel, siting):
    assert page(panel).isVisible()
    assert not panel._list_page.isVisible()
    page(panel).back.click()
    assert not page(panel).isVisible()
    assert panel._list_page.isVisible()


def test_a_first_answer_then_the_proven_one_with_futures(qtbot, desk, panel, siting):
    seen = []
    siting.changed.connect(lambda: seen.append(siting.result.is_exact if siting.result else None))
    find(qtbot, desk, siting)
    assert False in seen
    assert siting.result.is_exact
    assert siting.result.futures == 100
    plan = siting.result.plans[0]
    assert plan.is_proven
    cards = page(panel).cards
    assert len(cards) == len(siting.result.plans)
    assert f"+{plan.newly_served:,.0f}" in cards[0].accessibleName()


def test_put_on_the_map_keeps_the_promise_in_one_step(qtbot, desk, panel, siting):
    find(qtbot, desk, siting)
    promised = siting.result.plans[0].newly_served
    request = siting.result.request.gap
    before = desk.session.gaps.prepare(request).run()[0]
    page(panel).cards[0].put.click()
    desk.wait()
    after = desk.session.gaps.prepare(request).run()[0]
    assert after.people_of(0) - before.people_of(0) == promised > 0
    assert not siting.is_open
    desk.session.undo()
    assert desk.session.proposals.all() == ()
    desk.wait()


def test_plans_grow_stale_with_the_data(qtbot, desk, panel, siting):
    find(qtbot, desk, siting)
    houses = desk.layer(Role.BUILDINGS)
    first = int(desk.session.layers.table(houses.id).ids[0])
    desk.session.layers.set_values(houses.id, first, {"age60": 99})
    desk.wait()
    assert siting.is_stale
    assert siting.shown is None
    assert not page(panel).cards[0].isEnabled()


def test_plans_grow_stale_with_a_row_of_the_standard(qtbot, desk, panel, siting):
    find(qtbot, desk, siting)
    assert not siting.is_stale
    kind = siting.result.request.kinds[0]
    desk.session.standards.edit_row(kind, {"radius_m": 260}, "the city's rule")
    qtbot.waitUntil(lambda: siting.is_stale)


def test_another_question_is_told_from_the_answer(qtbot, desk, panel, siting):
    find(qtbot, desk, siting)
    assert siting.is_asked
    siting.ask(add=2)
    assert not siting.is_asked
    assert not page(panel).cards[0].put.isEnabled()
    siting.ask(add=1)
    assert siting.is_asked


def test_hovering_shows_another_plan_and_leaving_the_chosen_one(qtbot, desk, panel, siting):
    siting.ask(add=2)
    find(qtbot, desk, siting)
    plans = siting.result.plans
    if len(plans) < 2:
        pytest.skip("one plan only on this street")
    siting.hover(1)
    assert siting.shown is plans[1]
    siting.hover(None)
    assert siting.shown is plans[0]
    siting.choose(1)
    assert siting.shown is plans[1]


def test_what_cannot_be_found_is_said_on_the_page(qtbot, desk, panel, siting):
    siting.ask(candidates="land")
    siting.find()
    qtbot.waitUntil(lambda: bool(siting.problem), timeout=10_000)
    assert "land" in siting.problem
    assert siting.result is None


def test_the_budget_has_its_own_field(panel, siting):
    controls = page(panel).controls
    siting.ask(model=SitingModel.BUDGET)
    assert controls.budget.isVisible()
    assert not controls.count.isVisible()
    controls.budget.setText("80万")
    controls.budget.editingFinished.emit()
    assert siting.request.budget == 800_000


def test_the_verdicts_are_about_what_is_looked_for(desk, siting):
    siting.ask(kinds=("childcare",))
    desk.wait()
    assert GapModel.of(desk.workspace).choice.kind == "childcare"


def test_the_map_shows_sites_and_new_buildings(qtbot, desk, panel, siting):
    class Context:
        workspace = desk.workspace
        refreshed = 0

        def refresh(self):
            self.refreshed += 1

    context = Context()
    marks = SitingMarks(context, siting)  # type: ignore[arg-type]
    find(qtbot, desk, siting)
    assert context.refreshed > 0
    point = siting.shown.sites[0].point
    port = Viewport().resized(200, 200).fitted((point.x - 60, point.y - 60, point.x + 60, point.y + 60))
    image = QImage(200, 200, QImage.Format.Format_ARGB32)
    image.fill(QColor("#FFFFFF"))
    with QPainter(image) as painter:
        marks.paint(painter, port)
    at = QPointF(*port.to_px(point.x, point.y)).toPoint()
    assert image.pixelColor(at.x() - 9, at.y()).lightness() < 120
    table = desk.session.layers.table(siting.result.layer_id)
    new = table.geometry[np.isin(table.ids, siting.shown.new_ids)]
    near = new[shapely.distance(new, point).argmin()].centroid
    seen = image.pixelColor(QPointF(*port.to_px(near.x, near.y)).toPoint())
    assert (seen.red(), seen.green(), seen.blue()) != (255, 255, 255)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_both_languages_build(qtbot, desk, panel, siting, language):
    set_language(language)
    desk.workspace.language_changed.emit()
    find(qtbot, desk, siting)
    assert page(panel).isVisible()
    assert page(panel).run_button.text() == ("选址" if language == "zh_CN" else "Find places")


def test_enter_chooses_a_card(qtbot, desk, panel, siting):
    find(qtbot, desk, siting)
    with qtbot.waitSignal(page(panel).cards[0].taken):
        qtbot.keyClick(page(panel).cards[0], Qt.Key.Key_Return)


def test_sites_have_letters():
    assert [letter(n) for n in (1, 2, 26, 27, 52, 53)] == ["A", "B", "Z", "AA", "AZ", "BA"]


def test_more_holds_distance_slope_and_suitability(panel, siting):
    own = page(panel).controls
    siting.ask(exclude=("水面",))
    own.away.setValue(50)
    own.steepest.setValue(15)
    own.suitability.setText("fit")
    own.suitability.editingFinished.emit()
    assert siting.request.exclude == ("水面:50",)
    assert siting.request.steepest == 0.15
    assert siting.request.weight_column == "fit"
    own.steepest.setValue(0)
    assert siting.request.steepest is None
