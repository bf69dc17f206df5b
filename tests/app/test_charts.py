"""Charts of places: the numbers they show, what they hide, and what they cannot show."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.analysis.equity import gini
from renovate_gui.app.charts import access_chart, charts_of, evenness_chart, has_access
from renovate_gui.domain.chart import ticks


def result(access: list[float], need: list[float]) -> Any:
    """Return what a chart reads of a result."""
    return SimpleNamespace(service=SimpleNamespace(access=np.array(access), need=np.array(need)))


def test_columns_count_people_by_places_per_hundred() -> None:
    one = result([0.0, 0.02, 0.1, np.nan], [30.0, 20.0, 50.0, 7.0])
    chart = access_chart(one, "Day care")
    (bars,) = chart.bars
    assert bars.heights.sum() == 100.0  # who has no known access is left out
    assert bars.heights[0] == 30.0
    assert chart.x_range == (0.0, 10.0)
    assert chart.marks[0].x == pytest.approx(100 * (0.02 * 20 + 0.1 * 50) / 100)
    assert "30 of 100 people have none" in chart.sentence


def test_columns_of_few_are_hidden_when_asked_and_that_is_said() -> None:
    one = result([0.0, 0.02, 0.1], [3.0, 20.0, 50.0])
    chart = access_chart(one, "Day care", least=5.0)
    assert chart.bars[0].heights.sum() == 70.0
    assert "fewer than 5 of 73" in chart.sentence
    assert "not drawn" in chart.sentence


def test_the_curve_and_its_gini() -> None:
    one = result([0.1, 0.3, 0.2], [10.0, 10.0, 20.0])
    chart = evenness_chart(one, "Day care")
    guide, curve = chart.lines
    assert guide.is_guide
    np.testing.assert_allclose(curve.y, [0.0, 12.5, 62.5, 100.0])
    assert f"Gini {gini(one.service.access, one.service.need):.2f}" in chart.sentence


def test_nothing_to_share() -> None:
    chart = evenness_chart(result([0.0, 0.0], [5.0, 5.0]), "Day care")
    assert len(chart.lines) == 1
    assert "no places" in chart.sentence
    half = evenness_chart(result([0.0, 1.0], [5.0, 5.0]), "Day care")
    assert "worst served 40 % have no place" in half.sentence


def test_without_need_or_capacity_there_is_no_chart() -> None:
    assert not has_access(result([], []))
    assert charts_of(result([np.nan], [5.0]), "x") == ()
    assert charts_of(result([0.5], [0.0]), "x") == ()
    assert len(charts_of(result([0.5], [2.0]), "x")) == 2


@given(st.floats(0.0, 1e6), st.floats(1e-3, 1e6), st.integers(2, 9))
def test_ticks_are_round_few_and_inside(low: float, width: float, most: int) -> None:
    found = ticks(low, low + width, most)
    assert len(found) <= most
    assert all(low - 1e-6 * width <= t <= low + width * (1 + 1e-6) for t in found)


def test_ticks_of_a_hundred() -> None:
    assert ticks(0.0, 100.0) == (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    assert ticks(3.0, 3.0) == (3.0,)
