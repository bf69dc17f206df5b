"""At rest a few better steps are offered; each is what it says it is, and a click takes it as one undoable step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtWidgets import QPushButton, QWidget

from renovate_gui.app.live import CapacityOf, PlaceAt
from renovate_gui.app.live_hints import SEARCH_M, bearing, prepare
from renovate_gui.app.tasks import no_progress
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.live_block import LiveBlock
from renovate_gui.ui.stages.live_held import held_facility, held_proposal, held_way
from renovate_gui.ui.stages.live_model import LiveModel, Phase
from renovate_gui.ui.stages.live_port import Without
from renovate_gui.ui.workspace import Stage


@pytest.fixture
def gaps(desk):
    model = GapModel.of(desk.workspace, desk.jobs)
    desk.workspace.set_stage(Stage.GAPS)
    desk.wait()
    assert model.picture is not None
    return model


@pytest.fixture
def live(desk, gaps):
    return LiveModel.of(desk.workspace, desk.jobs)


@pytest.fixture
def block(desk, gaps, qtbot):
    found = LiveBlock(desk.workspace, desk.jobs)
    home = QWidget()
    found.setParent(home)
    qtbot.addWidget(home)
    home.resize(340, 700)
    home.show()
    yield found
    home.hide()


def survey(desk, role):
    info = desk.layer(role)
    return info.id, int(desk.session.layers.table(info.id).ids[0])


def proposed(desk, gaps, capacity=None):
    """A day care at the far end of the street: only the last houses are in its reach."""
    spot = desk.session.layers.table(desk.layer(Role.FACILITIES).id).geometry[0]
    made = desk.session.proposals.add(shapely.Point(spot.x + 985, spot.y), kind="elderly_day_care")
    if capacity is not None:
        desk.session.proposals.update(replace(made, capacity=capacity))
    desk.wait()
    return desk.session.proposals.get(made.uuid)


def served(gaps):
    return gaps.picture.main.people_of(Verdict.SERVED)


def held_at(desk, live, qtbot, held, change):
    assert live.hold(held)
    live.follow(change)
    qtbot.waitUntil(lambda: live.phase is Phase.LIVE and not live.is_stale)


def test_the_step_offered_brings_what_it_says_and_is_one_step_back(desk, gaps, live, block, qtbot):
    held = held_proposal(proposed(desk, gaps))
    held_at(desk, live, qtbot, held, held.moved_by(5, 0))
    qtbot.waitUntil(lambda: bool(block.hints.hints))
    hint = block.hints.hints[0]
    here = held.moved_by(5, 0)
    assert isinstance(hint.change, PlaceAt)
    assert np.hypot(hint.change.x - here.x, hint.change.y - here.y) <= SEARCH_M + 1e-6
    assert f"{hint.gain:,.0f}" in hint.words
    live.let_go()
    desk.wait()
    qtbot.waitUntil(lambda: bool(block.hints.hints))
    before, steps = served(gaps), len(desk.session.history())
    block.hints.hints[0].words.index("farther")
    assert not block.hints.is_stale
    own = block.hints.findChildren(QPushButton)
    assert [b.isEnabled() for b in own] == [True] * len(block.hints.hints)
    gain = block.hints.hints[0].gain
    own[0].click()
    desk.wait()
    assert served(gaps) - before == pytest.approx(gain)
    assert len(desk.session.history()) == steps + 1
    assert block.hints.hints == ()
    desk.session.undo()
    desk.wait()
    assert served(gaps) == before


def test_hints_look_old_from_the_next_movement_on(desk, gaps, live, block, qtbot):
    held = held_proposal(proposed(desk, gaps))
    held_at(desk, live, qtbot, held, held.moved_by(5, 0))
    qtbot.waitUntil(lambda: bool(block.hints.hints))
    live.follow(held.moved_by(12, 0))
    qtbot.waitUntil(lambda: not live.is_stale)
    assert block.hints.is_stale
    assert not any(b.isEnabled() for b in block.hints.findChildren(QPushButton))
    block.hints.take(block.hints.hints[0])
    assert live.phase is Phase.LIVE, "an old hint is not taken"
    qtbot.waitUntil(lambda: not block.hints.is_stale)
    live.cancel()
    assert block.hints.hints == ()


def test_a_trial_goes_on_where_the_hint_says_and_stores_nothing(desk, gaps, live, block, qtbot):
    held = held_facility(desk.session, gaps.picture.main, survey(desk, Role.FACILITIES))
    steps = len(desk.session.history())
    held_at(desk, live, qtbot, held, held.moved_by(-40, 0))
    live.let_go()
    assert live.phase is Phase.ASKING
    qtbot.waitUntil(lambda: bool(block.hints.hints) and not block.hints.is_stale)
    hint = block.hints.hints[0]
    before = live.numbers().now.served
    block.hints.take(hint)
    qtbot.waitUntil(lambda: not live.is_stale)
    assert live.at == hint.change
    assert live.phase is Phase.ASKING
    assert live.numbers().now.served - before == pytest.approx(hint.gain)
    assert len(desk.session.history()) == steps


def test_fewest_places_that_bring_all(desk, gaps, live):
    from renovate_gui.app.live import Live

    made = proposed(desk, gaps, capacity=1.0)
    request = replace(gaps.request(desk.session), need_share=0.5)
    gesture = Live.prepare(desk.session, request, f"proposal:{made.uuid}").run()
    before = gesture.frame(CapacityOf(1.0)).people[Verdict.SERVED]
    (hint,) = [h for h in prepare(gesture, moves=False).run() if isinstance(h.change, CapacityOf)]
    assert gesture.frame(hint.change).people[Verdict.SERVED] - before == pytest.approx(hint.gain)
    fewer = gesture.frame(CapacityOf(hint.change.value - 1)).people[Verdict.SERVED] - before
    many = gesture.frame(CapacityOf(5000.0)).people[Verdict.SERVED] - before
    assert fewer < hint.gain == pytest.approx(many)


def test_the_search_is_cancelled_and_leaves_the_gesture_alone(desk, gaps):
    from renovate_gui.app.live import Live

    made = proposed(desk, gaps)
    gesture = Live.prepare(desk.session, gaps.request(desk.session), f"proposal:{made.uuid}").run()
    number = gesture.frame(PlaceAt(made.geometry.x, made.geometry.y)).number
    with pytest.raises(Cancelled):
        prepare(gesture).run(no_progress, lambda: True)
    assert prepare(gesture).run()
    assert (gesture.point.x, gesture.point.y) == (made.geometry.x, made.geometry.y)
    assert gesture.frame(PlaceAt(made.geometry.x, made.geometry.y)).number == number + 1


@pytest.mark.parametrize(
    ("dx", "dy", "way"), [(0, 1, "north"), (1, 1, "north-east"), (-3, 0, "west"), (1, -9, "south")]
)
def test_eight_ways(dx, dy, way):
    assert bearing(dx, dy) == way


def test_a_way_is_tried_without_and_comes_back(desk, gaps, live, block, qtbot):
    feature = survey(desk, Role.WALK_NETWORK)
    steps = len(desk.session.history())
    before = served(gaps)
    desk.workspace.select(f"layer:{feature[0]}", (feature[1],))
    assert block.without.isVisible()
    block.without.click()
    qtbot.waitUntil(lambda: live.phase is Phase.LIVE and not live.is_stale)
    assert isinstance(live.at, Without)
    assert live.held.is_surveyed_way
    assert live.numbers().now.served < before, "it is the only street"
    block.without.click()
    assert live.phase is Phase.IDLE
    assert len(desk.session.history()) == steps
    assert served(gaps) == before


def test_straight_lines_know_no_ways(desk, gaps):
    result = replace(gaps.picture.main, measure="circle")
    assert held_way(desk.session, result, survey(desk, Role.WALK_NETWORK)) is None
    assert held_way(desk.session, gaps.picture.main, survey(desk, Role.FACILITIES)) is None


def test_far_from_all_ways_it_says_why_nothing_is_known(desk, gaps, live, block, qtbot):
    held = held_proposal(proposed(desk, gaps))
    held_at(desk, live, qtbot, held, held.moved_by(0, 180))
    assert live.frame.apart > 0
    assert "Not joined to the network" in block.hint.text()
    assert str(live.frame.apart) in block.hint.text()
    apart = live.frame.apart
    live.let_go()
    desk.wait()
    said = [n for n in gaps.picture.main.notes if n.startswith("Not joined to the walking network")]
    assert len(said) == 1
    assert f"{apart} (" in said[0] or f" {apart} " in said[0]


def test_the_legend_tells_every_verdict_that_a_hand_may_bring(gaps):
    from types import SimpleNamespace

    from renovate_gui.domain.style import Symbol
    from renovate_gui.ui.canvas.live_area import verdict_entries

    judged = SimpleNamespace(symbols=tuple(Symbol(fill=f"#00000{int(v)}") for v in Verdict), legend=())

    def told(result, *, counts_capacity=True):
        entries = verdict_entries(result, judged, counts_capacity=counts_capacity)
        return {v for v in Verdict if judged.symbols[v] in {e.symbol for e in entries}}

    base = replace(gaps.picture.main, walker="senior")
    has_need = replace(base, service=replace(base.service, share=0.1))
    assert told(has_need) == set(Verdict)
    assert told(has_need, counts_capacity=False) == set(Verdict) - {Verdict.FULL}
    on_paper = replace(base, walker="", service=replace(base.service, share=np.nan))
    assert told(on_paper) == {Verdict.SERVED, Verdict.OUT_OF_REACH, Verdict.UNKNOWN}
