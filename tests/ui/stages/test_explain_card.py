"""The card of one building: the verdict's own colour, figures that do not mix two ways, an empty study area."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from renovate_gui.domain.verdict import Explanation, Verdict, WalkerVerdict
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.stages.explain_card import ExplainCard
from renovate_gui.ui.stages.explain_parts import walker_words
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.gaps import GapsPanel
from renovate_gui.ui.stages.look import ink_on, look_of
from renovate_gui.ui.stages.readiness import gap_readiness
from renovate_gui.ui.workspace import Stage

WHY = Explanation(
    feature_id=1, title="甲1", kind="childcare", verdict=Verdict.NOT_FOR_THIS_PERSON, nearest_name="West",
    network_m=656.0, circle_m=500.0, minutes=16.04, stairs=0, limit_m=1000.0, sentence="", doubt="",
    route_xy=np.zeros((0, 2)), minutes_limit=20 / 3,
)  # fmt: skip


def words(card):
    return [label.text() for label in card.findChildren(QLabel)]


def show(qtbot, why, *, is_dark=False):
    card = ExplainCard(is_dark=is_dark)
    qtbot.addWidget(card)
    card.set_explanation(why)
    return card


def test_two_ways_are_two_figures(qtbot):
    said = words(show(qtbot, replace(WHY, walked_m=869.0)))
    start = said.index("656 m")
    assert said[start : start + 8] == [
        "656 m", "on paper", "869 m", "walked", "16.0", "minutes", "0", "stairs",
    ]  # fmt: skip
    assert "walked" not in words(show(qtbot, WHY))


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("is_dark", [False, True])
def test_the_pill_has_the_colour_of_the_map(qtbot, verdict, is_dark):
    card = show(qtbot, replace(WHY, verdict=verdict), is_dark=is_dark)
    pill = next(label for label in card.findChildren(QLabel) if label.property("pill"))
    colour = look_of(is_dark=is_dark).verdict(verdict)
    assert f"background: {colour};" in pill.styleSheet()
    assert f"color: {ink_on(colour)};" in pill.styleSheet()


def test_black_or_white_reads_on_any_colour():
    assert ink_on("#FFFFFF") == ink_on("#F0C566") == "#000000"
    assert ink_on("#000000") == ink_on("#003060") == "#FFFFFF"


def test_a_limit_has_one_decimal_at_most_and_metres_may_be_what_fails():
    assert (
        walker_words(WalkerVerdict("adult", "Adult", 8.72, passes=False), 20 / 3) == "8.7 min, more than 6.7"
    )
    quick = walker_words(WalkerVerdict("adult", "Adult", 4.1, passes=False), 5.0)
    assert quick == "4.1 min, but farther than the standard"


def open_gaps(qtbot, desk) -> GapsPanel:
    desk.workspace.set_stage(Stage.GAPS)
    panel = make_panel(Stage.GAPS, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    return panel


def test_an_area_without_buildings_is_said_and_not_praised(qtbot, desk):
    panel = open_gaps(qtbot, desk)
    picture = panel._model.picture
    none = np.zeros(0)
    whole = np.zeros(0, dtype=np.int64)
    empty = replace(
        picture.main, ids=whole, verdict=whole.astype(np.int8), network_m=none, circle_m=none, nearest=whole,
        people=none, minutes=none,
    )  # fmt: skip
    panel._model.picture = replace(picture, main=empty, other=None, without=None)
    panel._on_picture()
    said = [label.text() for label in panel._hint.findChildren(QLabel)]
    assert said[-1] == "The study area contains no buildings, so nothing can be computed."
    assert not panel.headline.isVisibleTo(panel)


def test_a_facility_no_way_leads_to_is_not_good(qtbot, desk):
    panel = open_gaps(qtbot, desk)
    result = panel._model.picture.main
    assert gap_readiness(result, None)[1][0] == "good"
    cut_off = replace(result, counts={**result.counts, "unreachable": 1})
    state, told = gap_readiness(cut_off, None)[1]
    assert state == "warn"
    assert told.endswith("that no way leads to: 1")


def test_the_answer_is_there_at_once_and_the_other_walkers_rows_follow(qtbot, desk):
    desk.workspace.set_stage(Stage.GAPS)
    model = GapModel.of(desk.workspace, desk.jobs)
    panel = make_panel(Stage.GAPS, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    first, second = (int(i) for i in model.picture.main.ids[:2])
    soon = model.explain(first)
    assert soon.walkers_follow
    assert "computing …" in words(show(qtbot, soon))
    model.explain(second)
    desk.wait()
    whole = desk.workspace.explanation
    assert whole.feature_id == second, "the answer about another building comes too late"
    assert whole.walkers
    assert not whole.walkers_follow
    said = words(show(qtbot, whole))
    assert "computing …" not in said
    assert whole.walkers[0].title in said


def test_rows_that_come_when_the_card_is_closed_do_not_open_it(qtbot, desk):
    desk.workspace.set_stage(Stage.GAPS)
    model = GapModel.of(desk.workspace, desk.jobs)
    panel = make_panel(Stage.GAPS, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    assert model.explain(int(model.picture.main.ids[0])).walkers_follow
    model.forget_explanation()
    desk.wait()
    assert desk.workspace.explanation is None
