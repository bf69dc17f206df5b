"""The distance curve: what it counts, where it ends, and what it hides on paper."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app.reach_chart import cumulative, reach_chart, span_m
from renovate_gui.domain.chart import LOW_RIGHT
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.verdict import Measure, PeopleSource


def result(metres: list[float], people: list[float] | None = None, *, limit: float = 300.0) -> Any:
    """Return what the curve reads of a result; without people it counts buildings."""
    headcounts = np.array(people if people is not None else [np.nan] * len(metres))
    return SimpleNamespace(
        measure=Measure.NETWORK, network_m=np.array(metres), circle_m=np.array(metres), people=headcounts,
        people_total=float(np.nansum(headcounts)), ids=np.arange(len(metres)), limit_m=limit,
        facility_names=("Station",), basis=AgeBasis.AGE60, people_source=PeopleSource.COLUMN, counts_parcels=False,
        counted_basis=AgeBasis.AGE60, has_no_network=False,
    )  # fmt: skip


def test_who_is_unreachable_stays_in_the_whole() -> None:
    x, y = cumulative(result([100.0, 260.0, np.inf, np.nan], [10.0, 20.0, 30.0, 40.0]), 1000.0)
    assert y[x == 100.0] == 10.0
    assert y[x == 250.0] == 10.0
    assert y[-1] == 30.0


def test_the_chart_names_services_limits_and_shares() -> None:
    near, far = result([100.0, 400.0], [50.0, 50.0]), result([900.0, 1200.0], [30.0, 10.0], limit=1000.0)
    chart = reach_chart((near, far), ("Day care", "Nursery"))
    assert chart is not None
    assert chart.title == "Distance to the nearest: Day care, Nursery"
    assert [m.x for m in chart.marks] == [300.0, 1000.0]
    assert chart.legend == LOW_RIGHT
    assert "Day care: 50.0 % within 300 m." in chart.sentence
    assert "Nursery: 75.0 % within 1000 m." in chart.sentence
    assert chart.y_title == "% of people"
    assert {line.tone for line in chart.lines} == {0, 1}
    assert chart.x_range[1] == span_m((near, far))


def test_without_headcounts_buildings_are_counted_and_nobody_is_named() -> None:
    chart = reach_chart((result([100.0, 400.0]),), ("Day care",))
    assert chart is not None
    assert chart.y_title == "% of buildings"
    assert chart.lines[0].name == "Day care"


def test_a_service_without_any_facility_has_no_curve() -> None:
    empty = result([np.inf], [5.0])
    empty.facility_names = ()
    assert reach_chart((empty,), ("Day care",)) is None


@pytest.mark.parametrize("least", [5.0, 11.0])
@given(
    rows=st.lists(st.tuples(st.floats(0.0, 900.0), st.integers(1, 9)), min_size=1, max_size=30),
)
def test_on_paper_no_step_is_of_fewer_people_than_asked(rows: list[tuple[float, int]], least: float) -> None:
    one = result([m for m, _ in rows], [float(n) for _, n in rows])
    _, exact = cumulative(one, 1000.0)
    _, shown = cumulative(one, 1000.0, least=least)
    steps = np.diff(np.concatenate([[0.0], shown])) * one.people_total / 100.0
    assert ((steps < 1e-6) | (steps > least - 1e-6)).all()
    assert (shown <= exact + 1e-9).all()
