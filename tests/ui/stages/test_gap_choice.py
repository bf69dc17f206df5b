"""What is chosen on Gaps, kept in the project, previewed while a slider moves; the chart of a way."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from renovate_gui.app.parameters import GapParameters
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Service, Verdict, WayProfile
from renovate_gui.ui.stages.gap_choice import GapChoice, at_limit
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.way_chart import WayChart


def test_a_choice_is_kept_and_taken_back_whole():
    choice = GapChoice(
        kind="childcare", limit_m=400.0, walker="stroller", direction=Direction.BACK, at="07:00",
        counts_capacity=False, need_share=0.3,
    )  # fmt: skip
    before = GapParameters(limits={"shops": 200.0}, need_shares={"shops": 0.1})
    kept = choice.kept(before)
    assert kept.limits == {"childcare": 400.0, "shops": 200.0}
    assert GapChoice(kind="childcare").taking(kept) == choice
    shops = choice.of_kind("shops", kept)
    assert (shops.limit_m, shops.need_share, shops.direction) == (200.0, 0.1, Direction.BACK)
    (plain, one, two) = kept.requests(("elderly_day_care", "childcare", "shops"))
    assert (plain.limit_m, plain.need_share) == (None, None)
    assert (one.limit_m, one.need_share, two.limit_m) == (400.0, 0.3, 200.0)
    assert choice.request() == one


def test_parameters_of_an_older_program_are_read():
    old = b'{"measure":"circle","walker":"stroller","with_proposals":false,"area":"all","limits":{}}'
    assert msgspec.json.decode(old, type=GapParameters) == GapParameters(
        measure=Measure.CIRCLE, walker="stroller", with_proposals=False
    )
    newer = msgspec.json.encode({**msgspec.to_builtins(GapParameters(at="08:00")), "moon": 1})
    assert msgspec.json.decode(newer, type=GapParameters).at == "08:00"


@pytest.fixture
def result():
    metres = np.array([100.0, 250.0, 290.0, 400.0, np.nan])
    return GapResult(
        kind="childcare", row=None, limit_m=300.0, measure=Measure.NETWORK, layer_id=1,
        ids=np.arange(5), verdict=np.array([0, 3, 1, 2, 4], dtype=np.int8), network_m=metres, circle_m=metres,
        nearest=np.zeros(5, dtype=np.int64), facility_names=("a",), facility_keys=("layer:1:1",),
        people=np.full(5, 10.0), people_source=PeopleSource.COLUMN, basis=AgeBasis.AGE0_2,
        minutes=np.array([1.0, 6.0, 4.0, 7.0, np.nan]), minutes_limit=5.0,
        service=Service(need=np.full(5, 2.0), placed=np.array([2.0, 0.0, 1.0, 0.0, 0.0])),
    )  # fmt: skip


def test_a_moving_slider_keeps_to_paper_person_and_room(result):
    assert at_limit(result, 300.0).verdict.tolist() == result.verdict.tolist()
    near = at_limit(result, 200.0)
    assert near.verdict.tolist() == [0, 2, 2, 2, 4]
    far = at_limit(result, 450.0)
    assert far.minutes_limit == 7.5
    assert far.verdict.tolist() == [0, 0, 1, 0, 4]
    assert [Verdict(v).name for v in at_limit(replace(result, minutes_limit=np.nan), 300.0).verdict][
        1
    ] == "SERVED"


def test_the_chart_shows_the_point_under_the_pointer(qtbot):
    profile = WayProfile(
        xy=np.array([(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)]),
        along_m=np.array([0.0, 100.0, 150.0]),
        height_m=np.array([20.0, 20.0, 30.0]),
        is_stairs=np.array([False, True]),
    )
    chart = WayChart(profile, look_of(is_dark=False))
    qtbot.addWidget(chart)
    chart.resize(300, chart.height())
    chart.show()
    assert chart.y_of(30.0) < chart.y_of(20.0)
    seen = []
    chart.pointed.connect(seen.append)
    at = QPointF(chart.x_of(125.0), 40.0)
    none = Qt.MouseButton.NoButton
    chart.mouseMoveEvent(
        QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    )
    assert seen[-1] == pytest.approx((100.0, 25.0))
    chart.leaveEvent(QEvent(QEvent.Type.Leave))
    assert seen[-1] is None
    assert not chart.grab().isNull()
