"""Lorenz, Gini, Palma and Hoover against a published value, the textbook sum, and what they promise."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.analysis.equity import gini, hoover, lorenz, palma

JOBS_NEAR = np.array([22239.0, 36567.0, 42372.0, 55571.0, 26774.0])
POPULATION = np.array([852.0, 394.0, 1969.0, 2189.0, 0.0])


def by_pairs(values: list[float], people: list[int]) -> float:
    """Return the Gini as half the mean absolute difference of every two persons over the mean."""
    each = np.repeat(np.array(values), people)
    return float(np.abs(each[:, None] - each[None, :]).sum() / (2 * len(each) ** 2 * each.mean()))


def test_jobs_within_30_minutes_of_five_cells_in_belo_horizonte() -> None:
    assert round(gini(JOBS_NEAR, POPULATION), 4) == 0.1386


def test_the_five_cells_are_those_of_the_whole_city(shared: Path) -> None:
    folder = shared / "data" / "belohorizonte-access"
    with (folder / "land_use_data.csv").open() as file:
        cells = {c["id"]: (float(c["population"]), float(c["jobs"])) for c in csv.DictReader(file)}
    jobs: dict[str, float] = defaultdict(float)
    with gzip.open(folder / "travel_matrix.csv.gz", "rt") as file:
        reader = csv.reader(file)
        next(reader)
        for start, end, minutes in reader:
            if float(minutes) <= 30.0:
                jobs[start] += cells[end][1]
    with (shared / "reference" / "access" / "belo_horizonte5" / "expected.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [jobs[r["id"]] for r in rows] == [float(r["jobs_within_30min_whole_city"]) for r in rows]
    assert [jobs[r["id"]] for r in rows] == JOBS_NEAR.tolist()
    assert [cells[r["id"]][0] for r in rows] == POPULATION.tolist()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 6)), min_size=1, max_size=12))
def test_gini_is_the_mean_difference_of_two_persons(rows: list[tuple[int, int]]) -> None:
    values, people = [float(r[0]) for r in rows], [r[1] for r in rows]
    found = gini(np.array(values), np.array(people, dtype=float))
    if sum(values) == 0.0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(by_pairs(values, people), abs=1e-12)


@given(st.lists(st.tuples(st.floats(0.0, 9.0), st.integers(1, 6)), min_size=1, max_size=12), st.randoms())
def test_order_and_splitting_do_not_matter(rows: list, random) -> None:
    shuffled = [r for v, n in rows for r in [(v, 1)] * n]
    random.shuffle(shuffled)
    whole, parts = (np.array(r, dtype=float).reshape(-1, 2).T for r in (rows, shuffled))
    for measure in (gini, palma, hoover):
        np.testing.assert_allclose(measure(*whole), measure(*parts), rtol=1e-9, atol=1e-12)


@given(st.lists(st.tuples(st.floats(0.0, 9.0), st.integers(1, 6)), min_size=1, max_size=12))
def test_the_curve_hangs_below_the_diagonal(rows: list) -> None:
    values, people = np.array(rows, dtype=float).T
    curve = lorenz(values, people)
    if values.sum() > 0.0:
        assert (curve.people[-1], curve.share[-1]) == (1.0, 1.0)
        assert np.all(curve.share <= curve.people + 1e-12)
        assert 0.0 <= hoover(values, people) <= gini(values, people) + 1e-12 < 1.0


def test_all_alike() -> None:
    values, people = np.full(4, 3.0), np.array([1.0, 2.0, 3.0, 4.0])
    assert gini(values, people) == pytest.approx(0.0)
    assert palma(values, people) == pytest.approx(0.25)
    assert hoover(values, people) == pytest.approx(0.0)


def test_ten_people_in_steps() -> None:
    values, people = np.arange(1.0, 11.0), np.ones(10)
    assert palma(values, people) == pytest.approx(10 / (1 + 2 + 3 + 4))
    assert hoover(values, people) == pytest.approx(12.5 / 55)


def test_four_tenths_with_nothing() -> None:
    assert palma(np.array([0.0, 1.0]), np.array([5.0, 5.0])) == np.inf


def test_nothing_to_share_and_nobody_to_share_it() -> None:
    for measure in (gini, palma, hoover):
        assert np.isnan(measure(np.zeros(2), np.ones(2)))
        assert np.isnan(measure(np.ones(2), np.zeros(2)))
        assert np.isnan(measure(np.zeros(0), np.zeros(0)))


def test_unknown_values_and_people_are_left_out() -> None:
    values, people = np.array([1.0, np.nan, 3.0, 9.0]), np.array([2.0, 5.0, 2.0, np.nan])
    assert gini(values, people) == gini(np.array([1.0, 3.0]), np.array([2.0, 2.0]))


def test_a_negative_value_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        gini(np.array([-1.0]), np.ones(1))
