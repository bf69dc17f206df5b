"""The facts a resident reads: in both languages, never a silent zero, never a small number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from renovate_gui.app import handouts, plan_changes
from renovate_gui.app import plan_facts as plan
from renovate_gui.app.plan_scene import public_facilities
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId, new_uuid
from renovate_gui.domain.layer import LayerTable
from renovate_gui.domain.proposal import ActionCategory, FundShare, FundSource, Proposal, RenewalTier
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Service, Verdict
from renovate_gui.io.package.texts import say


def result(verdicts: list[Verdict], people: list[float], *, names: tuple[str, ...] = ("a",)) -> GapResult:
    count = len(verdicts)
    return GapResult(
        kind="childcare",
        row=None,
        limit_m=300.0,
        measure=Measure.NETWORK,
        layer_id=LayerId(1),
        ids=np.arange(count),
        verdict=np.array(verdicts, np.int8),
        network_m=np.full(count, 10.0),
        circle_m=np.full(count, 10.0),
        nearest=np.zeros(count, np.int64),
        facility_names=names,
        facility_keys=tuple(f"layer:1:{i}" for i in range(len(names))),
        people=np.array(people, float),
        people_source=PeopleSource.COLUMN,
        basis=AgeBasis.AGE0_2,
    )


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("490000", "49 万元", "CNY 490,000"),
        ("12345.60", "1.23456 万元", "CNY 12,345.6"),
        ("800", "800 元", "CNY 800"),
        ("0", "0 元", "CNY 0"),
        ("10000000", "1,000 万元", "CNY 10,000,000"),
    ],
)
def test_money_is_said_as_people_say_it(amount: str, zh: str, en: str) -> None:
    assert say(plan.money(Decimal(amount)), "zh_CN") == zh
    assert say(plan.money(Decimal(amount)), "en") == en


def test_missing_money_is_named() -> None:
    proposal = Proposal(
        new_uuid(), 1, None, cost=Decimal(100), funds=(FundShare(FundSource.DISTRICT, Decimal(70)),)
    )
    assert say(plan.cost_and_funds(proposal), "en") == "CNY 100; District budget CNY 70; CNY 30 not yet found"
    over = replace(proposal, cost=Decimal(50))
    assert "CNY 20 more than the cost" in say(plan.cost_and_funds(over), "en")


def test_category_is_numbered_as_in_the_study() -> None:
    proposal = Proposal(new_uuid(), 1, None, category=ActionCategory.SMART, tier=RenewalTier.ENHANCED)
    assert say(plan.category_line(proposal), "zh_CN") == "（十）智慧社区建设 · 提升类"
    assert say(plan.category_line(proposal), "en") == "X Smart community construction · Enhancement"


def test_no_facility_is_said_and_not_counted_as_zero() -> None:
    number, words = plan.served_share(result([Verdict.OUT_OF_REACH], [5], names=()))
    assert number == "—"
    assert "has no" in say(words, "en")


@pytest.mark.parametrize(
    ("served", "total", "expected"),
    [(0, 1000, "0 %"), (1, 1000, "< 1 %"), (999, 1000, "> 99 %"), (1000, 1000, "100 %"), (500, 1000, "50 %")],
)
def test_percentages_do_not_round_to_all_or_nothing(served: int, total: int, expected: str) -> None:
    verdicts = [Verdict.SERVED, Verdict.OUT_OF_REACH]
    assert plan.served_share(result(verdicts, [served, total - served]))[0] == expected


@pytest.mark.parametrize(
    ("people", "expected"), [(3.0, "fewer than 5 more people"), (12.0, "12 more people")]
)
def test_small_gains_are_not_counted_out(people: float, expected: str) -> None:
    found = result([Verdict.SERVED], [people])
    shown = None if people < 5 else people
    gain = plan.Gain(found, 1, shown, is_hidden=shown is None, is_shared=False)
    assert say(plan.gain_text(gain, with_kind=False), "en").startswith(expected)
    assert "300 米" in say(plan.gain_text(gain, with_kind=True), "zh_CN")


def test_sentences_are_joined_without_doubled_marks() -> None:
    assert say(plan.joined(["送餐。", "24 位"], "；", "; "), "zh_CN") == "送餐；24 位"


def test_what_changed_is_told_by_the_digest() -> None:
    kept, moved, gone = (Proposal(new_uuid(), n, shapely.Point(n, 0), title=f"第{n}项") for n in (1, 2, 3))
    earlier = plan_changes.latest(
        [(None, 1, {}), (None, 4, {"digest": plan_changes.digest((kept, moved, gone))})]
    )
    assert earlier is not None
    assert earlier.version == 4
    now = (
        replace(kept, geometry=shapely.Point(1.01, 0)),  # a centimetre is no change
        replace(moved, cost=Decimal(5)),
        Proposal(new_uuid(), 4, None, title="新项"),
    )
    assert [plan_changes.state(earlier, p) for p in now] == ["same", "changed", "new"]
    told = plan_changes.summary(earlier, now)
    assert "4 新项" in told
    assert "2 第2项" in told
    assert "3 第3项" in told
    assert "第1项" not in told
    assert plan_changes.summary(None, now) == ""
    assert plan_changes.latest([(None, 1, {})]) is None


def test_more_unknown_with_the_proposals_is_explained() -> None:
    today = result([Verdict.OUT_OF_REACH, Verdict.UNKNOWN], [1, 1])
    after = result([Verdict.UNKNOWN, Verdict.UNKNOWN], [1, 1])
    assert "1 more building cannot be judged" in say(plan.why_unknown(today, after), "en")
    assert plan.why_unknown(after, today) == ""


def test_only_public_facilities_are_printed() -> None:
    rows = [("vacant_room", "原托儿所空置房"), ("elderly_day_care", "照料站"), ("网格员", "张三"), ("", "青苗幼儿园"),
            ("transit", "码头站"), ("convenience", "小卖部")]  # fmt: skip
    columns = {"kind": np.array([k for k, _ in rows], object), "name": np.array([n for _, n in rows], object)}
    table = LayerTable(
        np.arange(len(rows)), np.array([shapely.Point(i, 0) for i in range(len(rows))], object), columns
    )
    info = SimpleNamespace(field_map={"kind": "kind", "name": "name"})
    assert public_facilities(info, table).tolist() == [False, True, False, True, True, True]  # type: ignore[arg-type]


def test_each_note_is_a_paragraph_so_that_it_can_go_on_on_the_next_page() -> None:
    assert handouts._below(()) == ()
    assert [t.words for t in handouts._below(("first", "second"))] == ["first", "second"]


def test_who_finds_room_in_a_full_facility_gains_too() -> None:
    today = result([Verdict.FULL, Verdict.OUT_OF_REACH], [20.0, 20.0])
    today = replace(today, service=Service(need=np.array([10.0, 10.0]), placed=np.array([2.0, 0.0])))
    planned = replace(
        today,
        verdict=np.array([Verdict.FULL, Verdict.SERVED], dtype=np.int8),
        service=Service(need=np.array([10.0, 10.0]), placed=np.array([7.0, 10.0])),
    )
    share = plan._newly_served(today, planned)
    assert share == pytest.approx([0.5, 1.0])
    gain = plan._gain(planned, share, is_shared=False)
    assert (gain.buildings, gain.people) == (2, 30.0)


def test_a_share_by_straight_line_says_that_there_is_no_network() -> None:
    chosen = replace(result([Verdict.SERVED, Verdict.OUT_OF_REACH], [3, 1]), measure=Measure.CIRCLE)
    standing_in = replace(chosen, has_no_network=True)
    said = [say(plan.served_share(r)[1], "en") for r in (chosen, standing_in)]
    assert [w.endswith("(measured in a straight line: there is no walking network)") for w in said] == [
        False,
        True,
    ]
    assert "没有步行网络" in say(plan.served_share(standing_in)[1], "zh_CN")
