"""The facts a resident reads: in both languages, never a silent zero, never a small number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from renovate_gui.app import plan_facts as plan
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId, new_uuid
from renovate_gui.domain.proposal import ActionCategory, FundShare, FundSource, Proposal, RenewalTier
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict
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
    assert "300 m" in say(plan.gain_text(gain, with_kind=True), "zh_CN")


def test_sentences_are_joined_without_doubled_marks() -> None:
    assert say(plan.joined(["送餐。", "24 位"], "；", "; "), "zh_CN") == "送餐；24 位"
