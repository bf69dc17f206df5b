"""Gaps, its explanation and the chart on a street one can work out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from renovate_gui.app.reach_chart import cumulative
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.ui.stages import make_chart, make_panel
from renovate_gui.ui.stages.explain_card import ExplainCard
from renovate_gui.ui.stages.gap_model import GapModel, at_limit
from renovate_gui.ui.workspace import Stage


def open_gaps(qtbot, desk):
    desk.workspace.set_stage(Stage.GAPS)
    panel = make_panel(Stage.GAPS, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    return panel, GapModel.of(desk.workspace)


def test_headline_and_rows_come_from_the_analysis(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    result = model.picture.main
    served = result.people_of(Verdict.SERVED)
    assert served == 10 * np.count_nonzero(result.network_m <= 300)
    assert f"{round(100 * served / 100)}" in panel.headline.text()
    assert "residents (Aged 60+) within 300 m and 5 minutes on foot" in panel.sentence.text()
    assert next(p.amount for p in panel.bar.parts()) == served
    assert desk.workspace.gap is result


def test_distance_moves_the_share_and_goes_back(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    before = model.picture.main.people_of(Verdict.SERVED)
    panel.distance.set_value(700)
    panel.distance.moved.emit(700)
    assert model.picture.main.limit_m == 700, "shown at once"
    panel.distance.settled.emit(700)
    desk.wait()
    assert model.picture.main.limit_m == 700
    assert model.picture.main.people_of(Verdict.SERVED) > before
    model.choose(limit_m=None)
    desk.wait()
    assert model.picture.main.people_of(Verdict.SERVED) == before


def test_direction_room_and_need_fold_away_and_say_what_is_unusual(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    assert not panel.more.is_open
    assert model.picture.main.walker == "senior", "whom the service is for"
    assert "Senior (60+): at most 5 minutes, way there" in panel.person.text()
    panel.more.direction.chosen.emit("round_trip")
    panel.more.share.set_value(40)
    panel.more.share.settled.emit(40)
    desk.wait()
    assert model.picture.main.minutes_limit == 10.0
    assert model.picture.choice.need_share == 0.4
    assert panel.more.head.text().endswith("there and back · 40 % in need")
    assert desk.session.parameters.gaps().need_shares == {"elderly_day_care": 0.4}
    desk.session.undo()
    desk.wait()
    assert model.choice.need_share is None
    assert panel.more.head.text().endswith("there and back")
    panel._who.chosen.emit("paper")
    desk.wait()
    assert model.picture.main.walker == ""
    assert panel.person.text() == ""


def test_no_facility_is_a_plain_statement_not_a_quiet_zero(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    model.choose(kind="childcare")
    desk.wait()
    assert panel.headline.isHidden()
    assert panel.statement.text().startswith("None: ")
    assert "All 10 buildings count as out of reach" in panel.sentence.text()


def test_without_a_network_straight_lines_are_used_and_said(qtbot, desk):
    desk.session.layers.remove(desk.layer(Role.WALK_NETWORK).id)
    panel, model = open_gaps(qtbot, desk)
    assert model.picture.main.measure == Measure.CIRCLE
    assert "in a straight line" in panel.sentence.text()


def test_without_buildings_the_reason_is_shown(qtbot, bare_desk):
    panel, model = open_gaps(qtbot, bare_desk)
    assert model.picture is None
    assert model.problem
    assert panel._body.isHidden()


def test_selecting_a_building_explains_it(qtbot, desk):
    _, model = open_gaps(qtbot, desk)
    result = model.picture.main
    far = int(result.ids[np.nanargmax(result.network_m)])
    desk.workspace.select(f"layer:{result.layer_id}", (far,))
    assert desk.workspace.explanation.feature_id == far
    assert desk.workspace.explanation.verdict == Verdict.OUT_OF_REACH
    desk.workspace.select("", ())
    assert desk.workspace.explanation is None


def test_floating_card_hides_and_tells_when_closed(qtbot, desk):
    _, model = open_gaps(qtbot, desk)
    explanation = model.explain(int(model.picture.main.ids[-1]))
    holder = QWidget()
    qtbot.addWidget(holder)
    card = ExplainCard()
    card.setParent(holder)
    card.set_explanation(explanation)
    assert not card.isHidden()
    with qtbot.waitSignal(card.closed):
        card._close()
    assert card.isHidden()


def test_a_placed_facility_counts_at_once(qtbot, desk):
    _, model = open_gaps(qtbot, desk)
    before = model.picture.main.people_of(Verdict.SERVED)
    table = desk.session.layers.table(desk.layer(Role.BUILDINGS).id)
    desk.session.proposals.add(shapely.centroid(table.geometry[-1]), title="Second", kind="elderly_day_care")
    qtbot.waitUntil(lambda: model.picture is not None and (model.picture.gained() or 0) > 0, timeout=20_000)
    assert model.picture.main.people_of(Verdict.SERVED) == before + model.picture.gained()
    desk.session.undo()
    qtbot.waitUntil(lambda: model.picture is not None and not model.picture.gained(), timeout=20_000)
    assert model.picture.main.people_of(Verdict.SERVED) == before


def test_what_does_not_touch_reach_is_not_judged_again(qtbot, desk):
    _, model = open_gaps(qtbot, desk)
    before = model.picture
    desk.session.proposals.add(shapely.Point(0, 0), title="Bench", kind="seats")
    desk.session.layers.set_visible(desk.layer(Role.DEMAND).id, visible=False)
    desk.wait()
    assert model.picture is before
    desk.session.gaps.set_profile("cn-guizhou-2022")
    qtbot.waitUntil(lambda: model.picture is not before, timeout=20_000)
    desk.wait()
    assert model.picture.main.limit_m == 700


def test_the_latest_choice_wins(qtbot, desk):
    _, model = open_gaps(qtbot, desk)
    for limit in (200.0, 400.0, 600.0, 800.0):
        model.choose(limit_m=limit)
    desk.wait()
    assert model.picture.main.limit_m == 800


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("limit", [10, 150, 300, 555, 2000])
def test_the_preview_of_a_distance_is_what_the_analysis_says(qtbot, desk, measure, limit):
    _, model = open_gaps(qtbot, desk)
    model.choose(measure=measure)
    desk.wait()
    preview = at_limit(model.picture.main, limit)
    model.choose(limit_m=float(limit))
    desk.wait()
    assert preview.verdict.tolist() == model.picture.main.verdict.tolist()
    assert preview.verdict.dtype == model.picture.main.verdict.dtype


def test_chart_curve_meets_the_served_share(qtbot, desk):
    _, model = open_gaps(qtbot, desk)
    result = model.picture.main
    x, y = cumulative(result, 1000)
    at_limit = y[np.flatnonzero(x == result.limit_m)[0]]
    assert at_limit == 100 * result.people_of(Verdict.SERVED) / result.people_total
    assert (np.diff(y) >= 0).all()


def test_chart_draws_and_follows_theme_and_language(qtbot, desk):
    open_gaps(qtbot, desk)
    chart = make_chart(desk.workspace)
    qtbot.addWidget(chart)
    drawn = chart.chart()
    assert drawn.title == "Distance to the nearest: Elderly day care"
    assert [line.name for line in drawn.lines] == ["Elderly day care (Aged 60+)"]
    desk.workspace.is_dark = True
    desk.workspace.theme_changed.emit()
    desk.workspace.language_changed.emit()
    desk.wait()
    assert len(chart.chart().lines) == 1


def test_language_change_rebuilds_in_chinese(qtbot, desk):
    from renovate_gui.assets import set_language

    panel, _ = open_gaps(qtbot, desk)
    set_language("zh_CN")
    desk.workspace.language_changed.emit()
    desk.wait()
    assert "300 米、5 分钟范围内" in panel.sentence.text()


def test_the_chosen_measure_comes_back_with_the_network(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    desk.session.layers.remove(desk.layer(Role.WALK_NETWORK).id)
    desk.wait()
    assert model.choice.measure == Measure.NETWORK, "what the person chose stays chosen"
    assert model.picture.main.measure == Measure.CIRCLE
    assert "there is no walking network" in panel._beside.text()
    desk.session.undo()
    desk.wait()
    assert model.picture.main.measure == Measure.NETWORK
    assert "on foot" in panel.sentence.text()


def test_results_go_at_once_with_the_layer_they_judge(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    desk.session.layers.remove(desk.layer(Role.FACILITIES).id)  # a new judgement is under way
    desk.session.layers.remove(desk.layer(Role.BUILDINGS).id)
    assert model.picture is None
    assert desk.workspace.gap is None
    assert panel._body.isHidden()
    desk.wait()
    assert model.picture is None, "the judgement under way comes too late"
    desk.session.undo()
    desk.session.undo()
    desk.wait()
    assert model.picture is not None


def test_numbers_below_the_slider_stand_where_the_handle_does(qtbot, desk):
    panel, _ = open_gaps(qtbot, desk)
    panel.resize(320, 900)
    panel.show()
    scale = panel.distance.scale
    width = scale.width()
    at = {words: middle for _, middle, words in scale.labels()}
    assert {"100", "300", "1,500"} <= set(at)
    assert at["300"] == pytest.approx(at["100"] + (at["1,500"] - at["100"]) * 200 / 1400, abs=0.01)
    assert 0 < at["100"] < 0.1 * width < at["300"] < 0.25 * width


def pills(panel) -> str:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return "\n".join(mark.text() for mark in panel._pills.findChildren(QLabel))


def settle(desk) -> None:
    QApplication.processEvents()
    desk.wait()
    QApplication.processEvents()


@pytest.mark.parametrize("stage", [Stage.GAPS, Stage.PROPOSALS, Stage.EVALUATE])
def test_verdicts_and_explanation_follow_the_rows_of_the_standard(qtbot, desk, stage):
    _panel, model = open_gaps(qtbot, desk)
    told = []
    model.explained.connect(told.append)
    desk.workspace.set_stage(stage)
    settle(desk)
    desk.workspace.select(f"layer:{model.picture.main.layer_id}", (int(model.picture.main.ids[3]),))
    settle(desk)
    before = model.picture.main
    desk.session.standards.edit_row("elderly_day_care", {"radius_m": 150}, "the printed book")
    settle(desk)
    after = model.picture.main
    assert (before.limit_m, after.limit_m) == (300, 150)
    assert after.buildings(Verdict.SERVED) < before.buildings(Verdict.SERVED)
    assert told[-1].limit_m == 150
    assert desk.workspace.explanation.limit_m == 150
    desk.session.undo()
    settle(desk)
    assert model.picture.main.limit_m == 300
    assert told[-1].limit_m == 300
    desk.session.redo()
    settle(desk)
    assert model.picture.main.limit_m == 150
    desk.session.standards.reset_row("elderly_day_care")
    settle(desk)
    assert model.picture.main.limit_m == 300


def test_the_mark_not_checked_goes_with_the_signature_and_comes_back_with_undo(qtbot, desk):
    panel, _model = open_gaps(qtbot, desk)
    assert "not checked" in pills(panel)
    desk.session.standards.sign_row("elderly_day_care", "Li", date(2026, 3, 1), "GB 50180-2018, 2018")
    settle(desk)
    assert "not checked" not in pills(panel)
    assert panel.distance.value() == 300
    desk.session.undo()
    settle(desk)
    assert "not checked" in pills(panel)
    desk.session.standards.edit_row("elderly_day_care", {"radius_m": 400}, "the city's rule")
    settle(desk)
    assert panel.distance.value() == 400


def test_an_imported_profile_is_judged_by_at_once(qtbot, desk, tmp_path):
    _panel, model = open_gaps(qtbot, desk)
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = 2\nid = "own"\nzh = "自"\nen = "Own"\nsource = "Own"\nextends = "cn-gb50180-2018"\n[[row]]\n'
        'kind = "elderly_day_care"\nbasis = "age65"\nobligation = "must"\nconfidence = "K"\nradius_m = 220\n',
        encoding="utf-8",
    )
    desk.session.standards.import_profile(own, chooses=True)
    settle(desk)
    assert model.picture.main.limit_m == 220
    own.write_text(own.read_text(encoding="utf-8").replace("220", "180"), encoding="utf-8")
    desk.session.standards.import_profile(own)
    settle(desk)
    assert model.picture.main.limit_m == 180, "the same standard with other rows"


def drag(slider, *values: int) -> None:
    """One gesture that rests on each value for longer than anything waits for."""
    slider.setSliderDown(True)
    for value in values:
        slider.setValue(value)
        QTest.qWait(300)
    slider.setSliderDown(False)


def steps(desk) -> int:
    return len(desk.session.history())


def test_a_drag_is_one_step_however_long_it_rests_on_the_way(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    before = steps(desk)
    drag(panel.more.share._slider, 20, 30, 40)
    settle(desk)
    assert steps(desk) == before + 1
    assert model.picture.choice.need_share == 0.4
    drag(panel.distance._slider, 20, 30, 60)
    settle(desk)
    assert steps(desk) == before + 2
    assert model.picture.main.limit_m == model.choice.limit_m == panel.distance.value()
    desk.session.undo()
    desk.session.undo()
    settle(desk)
    assert (model.choice.need_share, model.choice.limit_m) == (None, None)
    assert panel.distance.value() == 300


def test_the_share_shows_while_the_hand_moves_and_is_kept_when_it_lets_go(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    slider = panel.more.share._slider
    slider.setSliderDown(True)
    slider.setValue(40)
    qtbot.waitUntil(lambda: model.picture.choice.need_share == 0.4)
    assert desk.session.parameters.gaps().need_shares == {}
    slider.setSliderDown(False)
    assert desk.session.parameters.gaps().need_shares == {"elderly_day_care": 0.4}


def test_keys_on_a_slider_are_one_step_at_rest(qtbot, desk):
    panel, model = open_gaps(qtbot, desk)
    before = steps(desk)
    for _ in range(4):
        qtbot.keyClick(panel.distance._slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: model.choice.limit_m is not None)
    settle(desk)
    assert steps(desk) == before + 1
    assert model.choice.limit_m == panel.distance.value() > 300
