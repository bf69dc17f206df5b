"""A thing in hand on a street one can work out by hand: ten houses 100 m apart, day care at the beginning, 300 m."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.tasks import Task
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.live import GroupShift, LiveFrame
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.live_block import LiveBlock
from renovate_gui.ui.stages.live_figures import spoken, tone_of
from renovate_gui.ui.stages.live_held import held_facility, held_new, held_proposal, trial_of
from renovate_gui.ui.stages.live_model import LiveModel, Phase
from renovate_gui.ui.stages.live_port import CapacityOf, FacilityAs, LinkAs, PlaceAt, Without
from renovate_gui.ui.workspace import Stage, Tool


@pytest.fixture
def gaps(desk, qtbot):
    """The model of the Gaps stage with its first picture."""
    model = GapModel.of(desk.workspace, desk.jobs)
    desk.workspace.set_stage(Stage.GAPS)
    desk.wait()
    assert model.picture is not None
    return model


@pytest.fixture
def live(desk, gaps):
    return LiveModel.of(desk.workspace, desk.jobs)


def day_care(desk, gaps, *, of_capacity=False):
    info = desk.layer(Role.FACILITIES)
    feature = (info.id, int(desk.session.layers.table(info.id).ids[0]))
    held = held_facility(desk.session, gaps.picture.main, feature, of_capacity=of_capacity)
    assert held is not None
    return held


def ready(qtbot, live):
    qtbot.waitUntil(lambda: live.phase is Phase.LIVE and not live.is_stale)


def full(desk, gaps):
    """Return the verdicts of a whole new analysis by feature id."""
    result = desk.session.gaps.prepare(gaps.request(desk.session)).run()[0]
    return dict(zip(result.ids.tolist(), result.verdict.tolist(), strict=True))


def seen(live):
    """Return the verdicts under the hand by feature id."""
    verdict = live.base.verdict.copy()
    verdict[live.frame.changed] = live.frame.verdict
    return dict(zip(live.base.ids.tolist(), verdict.tolist(), strict=True))


def test_numbers_follow_the_hand_and_equal_the_whole_analysis_once_stored(desk, gaps, live, qtbot):
    spot = day_care(desk, gaps).geometry
    proposal = desk.session.proposals.add(shapely.Point(spot.x + 950, spot.y), kind="elderly_day_care")
    desk.wait()
    held = held_proposal(proposal)
    before = gaps.picture.main.people_of(Verdict.SERVED)
    assert live.hold(held)
    live.follow(held.moved_by(-450, 0))
    assert live.phase is Phase.PREPARING
    assert live.numbers().is_stale, "nothing is judged yet"
    assert live.numbers().now is None
    ready(qtbot, live)
    numbers = live.numbers()
    assert not numbers.is_stale
    assert numbers.before.served == before
    assert numbers.now.served > before
    under_hand, served = seen(live), numbers.now.served
    live.let_go()
    assert live.phase is Phase.SETTLING
    desk.wait()
    assert live.phase is Phase.IDLE
    assert gaps.picture.main.people_of(Verdict.SERVED) == served
    assert full(desk, gaps) == under_hand
    desk.session.undo()
    desk.wait()
    assert gaps.picture.main.people_of(Verdict.SERVED) == before


def test_only_the_newest_place_is_judged(desk, gaps, live, qtbot):
    held = day_care(desk, gaps)
    live.hold(held)
    live.follow(held.moved_by(1, 0))
    ready(qtbot, live)
    asked = []
    gesture = live._gesture
    judge = gesture.frame

    def counted(change):
        asked.append(change)
        return judge(change)

    gesture.frame = counted
    for metres in range(10, 60, 10):
        live.follow(held.moved_by(metres, 0))
    assert live.is_stale
    ready(qtbot, live)
    assert asked == [held.moved_by(50, 0)]
    assert live.at == held.moved_by(50, 0)


def test_a_surveyed_service_is_only_tried(desk, gaps, live, qtbot):
    held, info = day_care(desk, gaps), desk.layer(Role.FACILITIES)
    steps = len(desk.session.history())
    live.hold(held)
    live.follow(held.moved_by(400, 0))
    ready(qtbot, live)
    live.let_go()
    assert live.phase is Phase.ASKING
    assert live.numbers().now.served != live.numbers().before.served
    live.cancel()
    desk.wait()
    assert len(desk.session.history()) == steps
    assert desk.session.layers.table(info.id).geometry[0].equals(held.geometry)
    assert live.numbers() is None


def test_a_trial_becomes_a_proposal_in_one_step_that_can_be_undone(desk, gaps, live, qtbot):
    from renovate_gui.ui.stages.live_held import keep

    held = day_care(desk, gaps)
    trial = trial_of(held, held.moved_by(400, 0))
    made = keep(desk.session, trial, closes_old=False)
    assert made.kind == "elderly_day_care"
    assert made.geometry.x == pytest.approx(held.geometry.x + 400)
    assert desk.session.proposals.all() == (made,)
    desk.session.undo()
    assert desk.session.proposals.all() == ()
    desk.wait()


def test_escape_and_any_other_change_of_the_project_end_a_gesture(desk, gaps, live, qtbot):
    ended = []
    live.ended.connect(lambda: ended.append(True))
    held = day_care(desk, gaps)
    live.hold(held)
    live.cancel()
    assert ended == [True]
    live.hold(held)
    live.follow(held.moved_by(100, 0))
    ready(qtbot, live)
    desk.session.set_title("Another")
    assert live.phase is Phase.IDLE
    live.hold(held)
    desk.workspace.set_stage(Stage.SURVEY)
    assert live.phase is Phase.IDLE
    desk.wait()


def test_room_and_absence_are_judged_too(desk, gaps, live, qtbot):
    held = day_care(desk, gaps)
    live.hold(held)
    live.follow(Without())
    ready(qtbot, live)
    assert live.numbers().now.served == 0
    lost = sum(shift.lose for group, shift in live.numbers().shifts.items() if group.value == "age60")
    assert lost == live.numbers().before.served
    live.cancel()
    live.hold(day_care(desk, gaps, of_capacity=True))
    live.follow(CapacityOf(0.0))
    ready(qtbot, live)
    assert live.numbers().now.served <= live.numbers().before.served
    live.cancel()


def test_a_service_and_a_way_are_judged_while_they_are_drawn(desk, gaps, live, qtbot):
    spot = day_care(desk, gaps).geometry
    live.hold(held_new("elderly_day_care"))
    live.follow(PlaceAt(spot.x + 700, spot.y))
    ready(qtbot, live)
    assert live.numbers().now.served > live.numbers().before.served
    live.cancel()
    live.hold(held_new("ramp"))
    live.follow(LinkAs(shapely.LineString([(spot.x, spot.y + 5), (spot.x + 500, spot.y + 5)]), "ramp"))
    ready(qtbot, live)
    assert live.numbers().now.served >= live.numbers().before.served
    live.cancel()


class SlowGesture:
    """A gesture whose frames are as slow as the test wants."""

    kind = "elderly_day_care"

    def __init__(self):
        self.asked = []

    def frame(self, change):
        self.asked.append(change)
        nothing = np.zeros(0, dtype=np.int64)
        return LiveFrame(len(self.asked), nothing, nothing.astype(np.int8), {}, {}, {})

    def result(self):
        raise RequestError("not asked for")


def test_slow_frames_are_judged_beside_the_window_and_look_old_until_then(
    desk, gaps, live, qtbot, monkeypatch
):
    monkeypatch.setattr("renovate_gui.ui.stages.live_model.SLOW_S", -1.0)
    gesture = SlowGesture()
    live.prepare_gesture = lambda *_asked: Task("Slow", lambda *_how: gesture)
    held = day_care(desk, gaps)
    live.hold(held)
    for metres in (0.5, 1):
        live.follow(held.moved_by(metres, 0))
        ready(qtbot, live)
    for metres in (2, 3, 4):
        live.follow(held.moved_by(metres, 0))
    assert live.at == held.moved_by(4, 0), "the ghost is with the pointer"
    assert live.numbers().is_stale, "and the numbers are of before"
    ready(qtbot, live)
    assert gesture.asked[-1] == held.moved_by(4, 0)
    live.cancel()
    desk.wait()


@pytest.fixture
def block(desk, gaps, qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    made = LiveBlock(desk.workspace, desk.jobs)
    made.setParent(holder)
    made.follow()
    yield made
    holder.close()


def test_the_block_shows_places_of_what_is_selected_and_follows_the_slider(desk, gaps, live, block, qtbot):
    assert block.isHidden()
    info = desk.layer(Role.FACILITIES)
    desk.workspace.select(f"layer:{info.id}", (int(desk.session.layers.table(info.id).ids[0]),))
    assert not block.isHidden()
    assert block.places.text() == "not known"
    block.slider.setSliderDown(True)
    block.slider.setValue(3)
    assert live.held is not None
    assert block.figures.figures.is_stale
    assert block.state.text() == "computing …"
    assert "…" in spoken(block.figures.figures)
    ready(qtbot, live)
    assert block.state.text() == "live"
    assert not block.figures.figures.is_stale
    assert "→" in block.figures.figures.head
    block.slider.setSliderDown(False)
    assert live.phase is Phase.ASKING, "surveyed places are only tried"
    block.without.click()
    block.without.click()
    assert live.phase is Phase.IDLE
    desk.wait()


def test_places_of_a_proposal_are_stored_in_one_step(desk, gaps, live, block, qtbot):
    spot = day_care(desk, gaps).geometry
    made = desk.session.proposals.add(shapely.Point(spot.x + 900, spot.y), kind="elderly_day_care")
    desk.wait()
    desk.workspace.select("proposals", (made.uuid,))
    steps = len(desk.session.history())
    block.slider.setSliderDown(True)
    for places in (5, 12, 20):
        block.slider.setValue(places)
    ready(qtbot, live)
    block.slider.setSliderDown(False)
    desk.wait()
    assert desk.session.proposals.get(made.uuid).capacity == 20
    assert len(desk.session.history()) == steps + 1


def test_what_is_worked_out_at_rest_says_how_old_it_is(desk, gaps, live, qtbot):
    held = day_care(desk, gaps, of_capacity=True)
    rested = []
    live.rested.connect(rested.append)
    live.hold(held)
    live.follow(CapacityOf(10.0))
    qtbot.waitUntil(lambda: len(rested) == 1)
    assert not live.numbers().access_is_stale
    live.follow(CapacityOf(11.0))
    live.catch_up()
    assert live.numbers().access_is_stale
    assert rested[0].service.capacity.tolist() == [10.0]
    live.cancel()
    desk.wait()


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_served_and_out_of_reach_tell_good_from_bad(verdict):
    tones = {Verdict.SERVED: ("good", "bad"), Verdict.OUT_OF_REACH: ("bad", "good")}
    assert (tone_of(verdict, 5.0), tone_of(verdict, -5.0)) == tones.get(verdict, ("", ""))


def test_the_block_says_that_a_facility_joins_nothing_once_the_hand_rests(desk, gaps, live, block, qtbot):
    held = day_care(desk, gaps)
    live.hold(held)
    live.follow(held.moved_by(0, -300))
    qtbot.waitUntil(lambda: live.is_at_rest)
    assert "from the nearest path: it joins nothing." in block.hint.text()
    live.follow(held.moved_by(0, 0))
    ready(qtbot, live)
    qtbot.waitUntil(lambda: live.is_at_rest)
    assert "joins nothing" not in block.hint.text()
    live.cancel()
    desk.wait()


def test_groups_are_people_and_stand_there_only_when_somebody_gains_or_loses(desk, gaps, live, block, qtbot):
    held = day_care(desk, gaps)
    layer_id, feature_id = held.feature
    desk.workspace.select(f"layer:{layer_id}", (feature_id,))
    assert not block.isHidden()
    assert block.state.isHidden()
    assert block.figures.figures.groups == ()
    live.hold(held)
    live.follow(held.moved_by(0.5, 0))
    ready(qtbot, live)
    assert block.figures.figures.groups == (), "nobody gains, nobody loses"
    live.follow(Without())
    ready(qtbot, live)
    numbers = live.numbers()
    block._show_numbers()
    shown = [line.words for line in block.figures.figures.groups]
    assert "Aged 60+" in shown
    units = {AgeBasis.HOUSEHOLDS, AgeBasis.DWELLINGS}
    more = replace(numbers, shifts={**numbers.shifts, **dict.fromkeys(units, GroupShift(9.0, 9.0))})
    figures = block._figures(more, by_people=True)
    assert [line.words for line in figures.groups] == shown, "households are no people"
    live.cancel()
    desk.wait()


class LongRest(SlowGesture):
    """A gesture whose work at rest ends when the test says so."""

    def __init__(self):
        super().__init__()
        self.go_on, self.begun, self.at_once, self.most = threading.Event(), [], 0, 0

    def result(self):
        self.begun.append(self.asked[-1])
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        assert self.go_on.wait(10)
        self.at_once -= 1
        raise RequestError("nothing to show")


def test_work_at_rest_is_done_once_for_the_newest_place(desk, gaps, live, qtbot):
    gesture = LongRest()
    live.prepare_gesture = lambda *_asked: Task("Long", lambda *_how: gesture)
    held = day_care(desk, gaps)
    live.hold(held)
    for metres in (1, 2, 3):
        live.follow(held.moved_by(metres, 0))
        ready(qtbot, live)
        qtbot.waitUntil(lambda: live.is_at_rest and len(gesture.begun) > 0)
    assert gesture.begun == [held.moved_by(1, 0)], "the others wait"
    live._fail = lambda _error: None
    gesture.go_on.set()
    qtbot.waitUntil(lambda: len(gesture.begun) == 2)
    desk.wait()
    assert gesture.begun[1] == held.moved_by(3, 0), "the newest only"
    assert gesture.most == 1
    live.cancel()
    desk.wait()


def test_a_moved_service_keeps_its_new_place_when_its_places_are_tried(desk, gaps, live, block, qtbot):
    held = day_care(desk, gaps)
    desk.workspace.select(f"layer:{held.feature[0]}", (held.feature[1],))
    live.hold(held)
    live.follow(held.moved_by(400, 0))
    ready(qtbot, live)
    live.let_go()
    assert live.phase is Phase.ASKING
    block.slider.setSliderDown(True)
    block.slider.setValue(5)
    ready(qtbot, live)
    block.slider.setSliderDown(False)
    assert live.phase is Phase.ASKING
    assert live.at == FacilityAs(held.moved_by(400, 0), CapacityOf(5.0))
    ghost = live.held.ghost(live.at)
    assert (ghost.x, ghost.y) == (held.geometry.x + 400, held.geometry.y), "the marker stays where it was put"
    trial = trial_of(live.held, live.at)
    assert trial.capacity == 5
    assert trial.place.equals(ghost)
    assert live.shift(held.key) == (400.0, 0.0)
    assert live.hold(day_care(desk, gaps))
    live.follow(held.moved_by(420, 0))
    assert live._wanted == FacilityAs(held.moved_by(420, 0), CapacityOf(5.0)), (
        "and its places when it is moved on"
    )
    ready(qtbot, live)
    service = live.gesture.result().service
    assert service.capacity.tolist() == [5.0]
    live.cancel()
    desk.wait()


def test_what_is_back_where_it_was_ends_the_trial(desk, gaps, live, qtbot):
    held = day_care(desk, gaps)
    live.hold(held)
    live.follow(CapacityOf(5.0))
    live.follow(held.moved_by(30, 0))
    live.follow(held.home)
    live.follow(CapacityOf(float("nan")))
    ready(qtbot, live)
    live.let_go()
    assert live.phase is Phase.IDLE
    desk.wait()


def test_a_proposal_is_only_tried_with_the_tool_that_tries(desk, gaps, live, qtbot):
    spot = day_care(desk, gaps).geometry
    made = desk.session.proposals.add(shapely.Point(spot.x + 950, spot.y), kind="elderly_day_care")
    desk.wait()
    steps = len(desk.session.history())
    desk.workspace.set_tool(Tool.WHAT_IF)
    held = held_proposal(made)
    live.hold(held)
    live.follow(held.moved_by(-450, 0))
    ready(qtbot, live)
    live.let_go()
    assert live.phase is Phase.ASKING
    numbers = live.numbers()
    assert numbers.now.served > numbers.before.served, "the figures stay until it is decided"
    assert len(desk.session.history()) == steps
    live.follow(CapacityOf(20.0))
    qtbot.waitUntil(lambda: not live.is_stale)
    live.stored(lambda: live.held.store(desk.session, live.at))
    desk.wait()
    assert len(desk.session.history()) == steps + 1, "both in one step"
    kept = desk.session.proposals.get(made.uuid)
    assert (kept.geometry.x, kept.capacity) == (spot.x + 500, 20)
    desk.workspace.set_tool(Tool.SELECT)
    desk.wait()


def test_the_slider_of_places_stays_where_it_is_under_the_pointer(desk, gaps, live, block, qtbot):
    column = QVBoxLayout(block.parentWidget())  # as in the window: it is as high as it must be
    column.addWidget(block)
    column.addWidget(QWidget(), 1)
    held = day_care(desk, gaps)
    desk.workspace.select(f"layer:{held.feature[0]}", (held.feature[1],))
    block.parentWidget().resize(360, 800)
    block.parentWidget().grab()  # laid out, but not shown
    tops = {block.slider.mapTo(block, block.slider.rect().topLeft()).y()}
    block.slider.setSliderDown(True)
    for places in (1, 9, 30):
        block.slider.setValue(places)
        ready(qtbot, live)
        qtbot.waitUntil(lambda: live.is_at_rest)
        block.parentWidget().grab()
        tops.add(block.slider.mapTo(block, block.slider.rect().topLeft()).y())
    assert max(tops) - min(tops) <= 1  # a line of figures is a pixel higher in some fonts
    live.cancel()
    desk.wait()
