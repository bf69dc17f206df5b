"""Floating catchments against published values, another implementation, and the balance of supply."""

from __future__ import annotations

import csv
import gzip
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from renovate_gui.analysis.floating import (
    Weight,
    access,
    balanced,
    binary,
    catchments,
    dai,
    gaussian,
    gravity,
    steps,
    usual,
)
from renovate_gui.domain.travel import CatchmentModel

TWO, ENHANCED, THREE = CatchmentModel.TWO_STEP, CatchmentModel.ENHANCED, CatchmentModel.THREE_STEP


@dataclass(frozen=True)
class Table:
    place: NDArray[np.int64]
    facility: NDArray[np.int64]
    cost: NDArray[np.float64]


def table(rows: list[tuple[int, int, float]]) -> Table:
    return Table(
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=np.float64),
    )


def dense(minutes: list[list[float]]) -> Table:
    """Return all pairs of a matrix with one row per place."""
    return table([(i, j, c) for i, row in enumerate(minutes) for j, c in enumerate(row)])


# --- Luo & Wang 2003, figure 3 ---------------------------------------------------------------------------------

NEAR_A = {1, 2, 3, 4, 6, 7, 9, 10}
NEAR_B = {4, 5, 8, 11}


def test_luo_and_wang() -> None:
    rows = [(r - 1, 0, 20.0 if r in NEAR_A else 40.0) for r in range(1, 12)]
    rows += [(r - 1, 1, 20.0 if r in NEAR_B else 40.0) for r in range(1, 12)]
    found = access(table(rows), np.ones(11), np.ones(2), model=TWO, weight=binary(30.0))
    eighth, quarter = 1 / 8, 1 / 4
    wanted = [eighth] * 3 + [eighth + quarter, quarter, eighth, eighth, quarter, eighth, eighth, quarter]
    np.testing.assert_allclose(found, wanted, rtol=1e-15)


# --- three tracts with doctors, two traffic scenarios -----------------------------------------------------------

FREE = [[1.0, 80.0, 40.0], [80.0, 1.0, 40.0], [40.0, 40.0, 1.0]]
JAM = [[1.0, 80.0, 20.0], [80.0, 1.0, 20.0], [40.0, 40.0, 1.0]]
TRACT2 = {
    0: (0.33144411698, 0.579828132067, 7.28641816986),
    1: (0.435340220876, 0.683724235963, 5.72797661142),
}
TRACT3 = {
    0: (0.156256588291, 0.406216452451, 9.90635185484),
    1: (0.173813542921, 0.423772440089, 9.64300237035),
}
PEOPLE, DOCTORS = np.array([100.0, 50.0, 10.0]), np.array([15.0, 20.0, 100.0])
BY_MINUTES = gravity(1.0, -1.0, floor=1.0, reach=61.0, includes_reach=False)


@pytest.mark.parametrize(("scenario", "minutes"), [(0, FREE), (1, JAM)])
def test_the_hospital_example(scenario: int, minutes: list[list[float]]) -> None:
    two = access(dense(minutes), PEOPLE, DOCTORS, model=TWO, weight=BY_MINUTES)
    np.testing.assert_allclose(two, TRACT2[scenario], rtol=1e-11)
    three = access(dense(minutes), PEOPLE, DOCTORS, model=THREE, weight=BY_MINUTES, selects_beyond_reach=True)
    np.testing.assert_allclose(three, TRACT3[scenario], rtol=1e-11)


def test_choosing_only_among_reachable_ones_differs_in_the_third_digit() -> None:
    found = access(dense(FREE), PEOPLE, DOCTORS, model=THREE, weight=BY_MINUTES)
    assert 1e-4 < np.abs(found / TRACT3[0] - 1.0).max() < 0.02


# --- Belo Horizonte, five cells among themselves, then the whole city -------------------------------------------

MINUTES = [
    [5.8, 47.0, 48.0, 47.0, 64.0],
    [45.0, 5.8, 13.0, 41.0, 70.0],
    [44.0, 13.0, 5.8, 42.0, 67.0],
    [43.0, 43.0, 49.0, 5.8, 58.0],
    [60.0, 70.0, 68.0, 64.0, 5.8],
]
POPULATION, JOBS = np.array([852.0, 394.0, 1969.0, 2189.0, 0.0]), np.array([82.0, 308.0, 100.0, 109.0, 0.0])


def test_belo_horizonte() -> None:
    two = access(dense(MINUTES), POPULATION, JOBS, model=TWO, weight=binary(45.0))
    assert np.round(two, 4).tolist() == [0.0152, 0.1491, 0.1491, 0.1068, 0.0]
    even = balanced(dense(MINUTES), POPULATION, JOBS, weight=binary(45.0))
    assert np.round(even.access, 4).tolist() == [0.0094, 0.1993, 0.1993, 0.1147, 0.0]


def test_the_small_examples_are_those_of_the_folder(shared: Path) -> None:
    folder = shared / "reference" / "access"
    with (folder / "belo_horizonte5" / "travel_minutes.csv").open() as file:
        assert [float(r["travel_time"]) for r in csv.DictReader(file)] == [c for row in MINUTES for c in row]
    with (folder / "hospital3" / "costs.csv").open() as file:
        for r in csv.DictReader(file):
            own = (FREE, JAM)[int(r["scenario"])]
            assert own[int(r["origin"]) - 1][int(r["dest"]) - 1] == float(r["minutes"])
    with (folder / "hospital3" / "expected.csv").open() as file:
        for r in csv.DictReader(file):
            assert float(r["2sfca"]) == TRACT2[int(r["scenario"])][int(r["tract"]) - 1]
            assert float(r["3sfca"]) == TRACT3[int(r["scenario"])][int(r["tract"]) - 1]
    with (folder / "luo_wang_2003" / "travel.csv").open() as file:
        near = {
            (r["physician"], int(r["resident"])) for r in csv.DictReader(file) if float(r["minutes"]) <= 30
        }
    assert near == {("a", r) for r in NEAR_A} | {("b", r) for r in NEAR_B}


def whole_city(shared: Path) -> tuple[Table, NDArray[np.float64], NDArray[np.float64]]:
    folder = shared / "data" / "belohorizonte-access"
    with (folder / "land_use_data.csv").open() as file:
        cells = list(csv.DictReader(file))
    row = {c["id"]: i for i, c in enumerate(cells)}
    with gzip.open(folder / "travel_matrix.csv.gz", "rt") as file:
        reader = csv.reader(file)
        next(reader)
        pairs = [(row[a], row[b], float(m)) for a, b, m in reader if float(m) <= 60.0]
    people = np.array([float(c["population"]) for c in cells])
    return table(pairs), people, np.array([float(c["jobs"]) for c in cells])


def test_all_jobs_of_belo_horizonte_are_shared_out(shared: Path) -> None:
    pairs, people, jobs = whole_city(shared)
    found = catchments(pairs, people, jobs, model=TWO, weight=binary(45.0))
    assert found.reachable == jobs.sum() == 496_088
    assert found.access @ people == pytest.approx(496_088, rel=1e-12)
    assert found.access.mean() == pytest.approx(0.473908, abs=5e-7)


# --- weights ----------------------------------------------------------------------------------------------------


def test_published_weights() -> None:
    at = np.array([0.0, 20.0, 40.0, 60.0])
    bell = [1.0, 0.6065306597126334, 0.1353352832366127, 0.011108996538242306]
    np.testing.assert_allclose(gaussian(20.0).of(at), bell, rtol=1e-15)
    zones = steps({40: 0.68, 20: 1, 60: 0.22})
    found = zones.of(np.array([20.0, 30, 40, 50, 60, 70]))
    assert found.tolist() == [1.0, 0.68, 0.68, 0.22, 0.22, 0.0]
    pull = gravity(20.0, -2.0, floor=1.0).of(np.array([0.0, 1, 2, 20, 40, 60]))
    assert np.round(pull, 2).tolist() == [400.0, 400.0, 100.0, 1.0, 0.25, 0.11]


def test_dai_is_one_at_home_and_nothing_at_the_border() -> None:
    found = dai(500.0).of(np.array([0.0, 250.0, 500.0, 600.0]))
    half = (np.exp(-0.125) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    np.testing.assert_allclose(found, [1.0, half, 0.0, 0.0], atol=1e-15)


@pytest.mark.parametrize("weight", [binary(10.0), steps({10: 1}), gaussian(5.0), dai(10.0)])
def test_a_home_at_distance_0_has_weight_1(weight: Weight) -> None:
    assert weight.of(np.zeros(1)).tolist() == [1.0]
    found = access(table([(0, 0, 0.0)]), np.array([4.0]), np.array([2.0]), model=ENHANCED, weight=weight)
    assert found.tolist() == [0.5]


def test_a_border_counts_or_not_as_asked() -> None:
    at = np.array([29.9, 30.0])
    assert binary(30.0).of(at).tolist() == [1.0, 1.0]
    assert binary(30.0, includes_reach=False).of(at).tolist() == [1.0, 0.0]


def test_a_weight_without_a_sensible_distance_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        gaussian(0.0)
    with pytest.raises(ValueError, match="zones"):
        steps({})


# --- supply that is unknown or missing --------------------------------------------------------------------------


def test_unknown_supply_is_left_out_and_counted() -> None:
    pairs = table([(0, 0, 10.0), (0, 1, 10.0), (1, 1, 10.0), (2, 0, 99.0)])
    supply = np.array([6.0, np.nan])
    found = catchments(pairs, np.array([3.0, 5.0, 7.0]), supply, model=TWO, weight=binary(30.0))
    assert found.left_out == 1
    assert found.reachable == 6.0
    assert np.array_equal(found.access, [2.0, np.nan, 0.0], equal_nan=True)
    assert np.array_equal(found.ratio, [2.0, np.nan], equal_nan=True)


def test_places_where_nobody_is_known_to_live_take_nothing() -> None:
    pairs = table([(0, 0, 1.0), (1, 0, 1.0)])
    found = access(pairs, np.array([np.nan, 4.0]), np.array([2.0]), model=TWO, weight=binary(2.0))
    assert found.tolist() == [0.5, 0.5]


def test_nothing_within_reach() -> None:
    found = catchments(table([]), np.ones(2), np.ones(1), model=ENHANCED, weight=usual(ENHANCED, 500.0))
    assert found.access.tolist() == [0.0, 0.0]
    assert found.reachable == 0.0


# --- the balance and the other implementation -------------------------------------------------------------------

weights = st.sampled_from([binary(50.0), steps({20: 1, 50: 0.3}), gaussian(20.0, reach=50.0), dai(60.0)])


@st.composite
def cities(draw: st.DrawFn) -> tuple[Table, NDArray[np.float64], NDArray[np.float64]]:
    places, facilities = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    keys = draw(st.lists(st.tuples(st.integers(0, places - 1), st.integers(0, facilities - 1)), unique=True))
    rows = [(p, f, draw(st.floats(0.0, 80.0))) for p, f in keys]
    people = draw(st.lists(st.integers(0, 400), min_size=places, max_size=places))
    supply = draw(st.lists(st.integers(0, 90), min_size=facilities, max_size=facilities))
    return table(rows), np.array(people, dtype=float), np.array(supply, dtype=float)


@given(cities(), weights, st.sampled_from(list(CatchmentModel)))
@settings(max_examples=300, deadline=None)
def test_no_supply_is_lost_and_none_invented(case: tuple, weight: Weight, model: CatchmentModel) -> None:
    pairs, people, supply = case
    found = catchments(pairs, people, supply, model=model, weight=weight)
    strength = weight.of(pairs.cost)
    is_reached = np.zeros(len(supply), dtype=bool)
    is_reached[pairs.facility[(strength > 0.0) & (people[pairs.place] > 0.0)]] = True
    assert found.reachable == supply[is_reached].sum()
    assert found.access @ people == pytest.approx(found.reachable)


@given(cities(), weights)
@settings(max_examples=100, deadline=None)
def test_the_balanced_form_divides_people_and_service_once(case: tuple, weight: Weight) -> None:
    pairs, people, supply = case
    found = balanced(pairs, people, supply, weight=weight)
    assert found.access.sum() == pytest.approx(found.ratio.sum())
    can_go = np.unique(pairs.place[weight.of(pairs.cost) > 0.0])
    assert found.demand.sum() == pytest.approx(people[can_go].sum())


@pytest.mark.parametrize("model", list(CatchmentModel))
@pytest.mark.filterwarnings("ignore")
def test_against_another_implementation(model: CatchmentModel) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fca = pytest.importorskip("access.fca")
        import pandas as pd
    rng = np.random.default_rng(11)
    places, facilities = 60, 12
    minutes = rng.uniform(0.0, 90.0, (places, facilities)).round(3)
    people, supply = rng.integers(1, 900, places).astype(float), rng.integers(1, 60, facilities).astype(float)
    pairs = dense(minutes.tolist())
    weight = gaussian(25.0, reach=45.0)
    costs = pd.DataFrame({"origin": pairs.place, "dest": pairs.facility, "cost": pairs.cost})
    theirs = (fca.three_stage_fca if model is THREE else fca.two_stage_fca)(
        pd.DataFrame({"geoid": range(places), "demand": people}),
        pd.DataFrame({"supply": supply}, index=pd.RangeIndex(facilities, name="geoid")),
        costs,
        45.0,
        weight_fn=lambda x: float(np.exp(-x * x / (2 * 25.0**2))),
    )
    wanted = theirs.reindex(range(places)).fillna(0.0).to_numpy()
    found = access(pairs, people, supply, model=model, weight=weight, selects_beyond_reach=True)
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
