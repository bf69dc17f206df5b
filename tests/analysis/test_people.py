"""Totals shared out to buildings: the sum stays, and the error behaves as its reasons say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.analysis.people import (
    error_of,
    floor_areas,
    is_residential,
    share_out,
    spread_of_group,
    spread_of_residents,
    whole_numbers,
)


@given(
    st.lists(st.tuples(st.integers(-1, 2), st.floats(0.0, 5000.0)), min_size=1, max_size=15),
    st.lists(st.integers(0, 9000), min_size=3, max_size=3),
)
def test_the_sum_of_every_zone_is_kept(rows: list, totals: list[int]) -> None:
    zone = np.array([r[0] for r in rows])
    size = np.array([r[1] for r in rows])
    given_totals = np.array(totals, dtype=float)
    people, left = share_out(given_totals, zone, size)
    whole = whole_numbers(people, zone)
    for z in range(3):
        own = zone == z
        assert people[own].sum() + left[z] == pytest.approx(totals[z])
        assert whole[own].sum() + left[z] == totals[z]
        assert (left[z] == totals[z]) or left[z] == 0.0
    assert np.all(np.isnan(people[zone == -1]))
    inside = zone >= 0
    assert np.all(np.abs(whole[inside] - people[inside]) < 1.0 + 1e-6)


def test_people_go_by_floor_area_and_nobody_lives_in_a_shop() -> None:
    people, left = share_out(np.array([300.0]), np.zeros(3, dtype=int), np.array([2000.0, 1000.0, 0.0]))
    assert people.tolist() == [200.0, 100.0, 0.0]
    assert left.tolist() == [0.0]


def test_an_unknown_total_stays_unknown() -> None:
    people, left = share_out(np.array([np.nan]), np.zeros(1, dtype=int), np.ones(1))
    assert np.isnan(people[0])
    assert left.tolist() == [0.0]


def test_floor_area_is_stated_or_floors_times_footprint_or_the_usual_floors() -> None:
    size, is_guessed = floor_areas(
        np.array([100.0, 100.0, 100.0, 100.0]),
        np.array([6.0, 4.0, np.nan, 6.0]),
        np.array([450.0, np.nan, np.nan, np.nan]),
        np.array([True, True, True, False]),
    )
    assert size.tolist() == [450.0, 400.0, 500.0, 0.0]
    assert is_guessed.tolist() == [False, False, True, False]


def test_without_any_floors_footprints_decide() -> None:
    size, _ = floor_areas(np.array([80.0]), np.array([np.nan]), np.array([np.nan]), np.array([True]))
    assert size.tolist() == [80.0]


def test_words_of_use() -> None:
    uses = [
        "residential",
        "住宅",
        "商住楼",
        "house;museum",
        "yes",
        "",
        "school",
        "商业",
        "garage",
        "Apartments",
    ]
    lives, unsaid = is_residential(uses)
    assert lives.tolist() == [True, True, True, True, True, True, False, False, False, True]
    assert unsaid.tolist() == [False] * 4 + [True, True] + [False] * 4


def test_a_large_building_errs_less_than_a_small_one_and_the_whole_not_at_all() -> None:
    size = np.array([80.0, 8000.0])
    spread = spread_of_residents(size)
    assert spread.tolist() == pytest.approx([np.hypot(0.25, 0.5), np.hypot(0.25, 0.05)])
    people, zone = np.full(400, 50.0), np.zeros(400, dtype=int)
    spreads = np.full(400, 0.3)
    one, half = np.arange(400) == 0, np.arange(400) < 200
    assert error_of(people, spreads, zone, one) == pytest.approx(0.3, rel=0.01)
    assert error_of(people, spreads, zone, half) == pytest.approx(0.3 / np.sqrt(400))
    assert error_of(people, spreads, zone, np.ones(400, dtype=bool)) == 0.0
    assert np.isnan(error_of(people, spreads, zone, np.zeros(400, dtype=bool)))


def test_the_error_is_what_random_cities_show() -> None:
    rng = np.random.default_rng(5)
    size = rng.uniform(200.0, 4000.0, 60)
    part, zone = np.arange(60) < 15, np.zeros(60, dtype=int)
    people, _ = share_out(np.array([3000.0]), zone, size)
    spread = spread_of_residents(size)
    truth = size * rng.normal(1.0, spread, (4000, 60))
    truth *= 3000.0 / truth.sum(axis=1, keepdims=True)
    seen = np.sqrt(np.mean((truth[:, part].sum(axis=1) - people[part].sum()) ** 2)) / people[part].sum()
    assert error_of(people, spread, zone, part) == pytest.approx(seen, rel=0.06)


def test_an_age_group_errs_more_than_all_residents() -> None:
    base = spread_of_residents(np.full(2, 800.0))
    found = spread_of_group(base, np.array([2.0, 200.0]), 0.2)
    assert found[0] > found[1] > base[0]
