"""Small random cases: the exact answer is the best of all plans, and no bound lies."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.analysis.siting import cover, median, room
from renovate_gui.analysis.siting.model import (
    Choice,
    CoverProblem,
    MedianProblem,
    RoomProblem,
    pairs_matrix,
)
from renovate_gui.analysis.siting.plans import must_differ, near_equal
from renovate_gui.domain.errors import Cancelled

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 2**32 - 1)


def _random_cover(seed: int, *, with_costs: bool = False, with_groups: bool = False) -> CoverProblem:
    rng = np.random.default_rng(seed)
    options, demand = int(rng.integers(2, 9)), int(rng.integers(1, 25))
    option, place = np.nonzero(rng.random((options, demand)) < rng.uniform(0.05, 0.5))
    count = int(rng.integers(1, options + 1))
    cost = rng.integers(1, 9, options).astype(float) if with_costs else np.ones(options)
    limit = float(rng.integers(1, 1 + int(cost.sum()))) if with_costs else float(count)
    group = rng.integers(-1, 3, options) if with_groups else np.full(options, -1)
    weight = rng.integers(0, 60, demand).astype(float)
    return CoverProblem(
        pairs_matrix(option, place, (options, demand)), weight, Choice(cost, limit, group.astype(np.int64))
    )


def _plans(choice: Choice) -> Iterable[tuple[int, ...]]:
    options = range(len(choice.cost))
    for count in range(len(choice.cost) + 1):
        yield from (p for p in itertools.combinations(options, count) if choice.allows(p))


@QUICK
@given(SEEDS, st.booleans(), st.booleans())
def test_covering_is_the_best_of_all_plans(seed: int, with_costs: bool, with_groups: bool) -> None:
    problem = _random_cover(seed, with_costs=with_costs, with_groups=with_groups)
    best = max(problem.weight[cover.covered(problem, p)].sum() for p in _plans(problem.choice))
    quick, found = cover.mclp(problem), cover.mclp_exact(problem)
    assert found.is_proven
    assert found.value == pytest.approx(best)
    assert problem.choice.allows(found.chosen)
    assert problem.choice.allows(quick.chosen)
    assert quick.value <= best + 1e-9
    assert quick.value == pytest.approx(problem.weight[cover.covered(problem, quick.chosen)].sum())


@QUICK
@given(SEEDS)
def test_set_covering_is_the_fewest_of_all_plans(seed: int) -> None:
    problem = _random_cover(seed)
    reached = cover.covered(problem, range(problem.cover.shape[0]))
    everything = Choice.of_count(problem.cover.shape[0], problem.cover.shape[0])
    fewest = min(len(p) for p in _plans(everything) if (cover.covered(problem, p) == reached).all())
    found, quick = cover.lscp_exact(problem), cover.lscp(problem)
    assert (len(found.chosen), found.bound, found.is_proven) == (fewest, fewest, True)
    assert (cover.covered(problem, found.chosen) == reached).all()
    assert (cover.covered(problem, quick.chosen) == reached).all()


@QUICK
@given(SEEDS, st.booleans())
def test_median_is_the_best_of_all_plans(seed: int, has_existing: bool) -> None:
    rng = np.random.default_rng(seed)
    options, demand = int(rng.integers(1, 9)), int(rng.integers(1, 20))
    cost = rng.integers(0, 100, (options, demand)).astype(float) * rng.choice([1.0, 0.37])
    existing = rng.integers(0, 120, demand).astype(float) if has_existing else np.full(demand, np.inf)
    count = int(rng.integers(1, options + 1))
    problem = MedianProblem(cost, rng.integers(0, 9, demand).astype(float), existing, count)
    best = min(median.cost_of(problem, p) for p in itertools.combinations(range(options), count))
    quick, found = median.p_median(problem), median.p_median_exact(problem)
    assert found.is_proven
    assert found.value == pytest.approx(best)
    assert quick.value >= best - 1e-9
    assert len(quick.chosen) == count


@QUICK
@given(SEEDS)
def test_no_plan_passes_the_bound_of_the_capacitated_model(seed: int) -> None:
    problem = _random_room(seed)
    best = max(room.placed_worth(problem, p) for p in _plans(problem.choice))
    found = room.capacitated_exact(problem)
    assert problem.choice.allows(found.chosen)
    assert found.value <= best + 1e-6
    assert found.bound >= best - 1e-6
    assert found.value == pytest.approx(room.placed_worth(problem, found.chosen))
    if found.is_proven:
        assert found.value == pytest.approx(best)


@QUICK
@given(SEEDS)
def test_the_first_answer_with_places_is_good_and_its_bound_holds(seed: int) -> None:
    problem = _random_room(seed)
    worth = {p: room.placed_worth(problem, p) for p in _plans(problem.choice)}
    found = room.capacitated(problem)
    best, nothing = max(worth.values()), worth[()]
    assert found.value == pytest.approx(worth[found.chosen])
    assert found.bound >= best - 1e-6
    assert found.value >= nothing + 0.5 * (best - nothing) - 1e-6
    if found.is_proven:
        assert found.value == pytest.approx(best)
    brought = np.where(np.isnan(problem.adds), problem.need.sum(), problem.adds)
    most = max(brought[list(p)].sum() for p in worth)
    if (problem.choice.cost == 1).all():
        assert found.bound <= nothing + 2.5 * most + 1e-6


def test_twenty_places_for_a_share_of_three_tenths_serve_at_most_66_people() -> None:
    demand = 30
    place, metres = np.arange(demand), np.linspace(10, 400, demand)
    problem = RoomProblem(
        np.tile(place, 2), np.repeat([0, 1], demand), np.concatenate([metres, metres[::-1]]),
        np.full(demand, 10.0) * 0.3, np.full(demand, 1 / 0.3), np.zeros(2),
        np.array([0, 1]), np.full(2, 20.0), Choice.of_count(2, 1),
    )  # fmt: skip
    found = room.capacitated(problem)
    assert found.value == pytest.approx(20 / 0.3)
    assert found.bound == pytest.approx(20 / 0.3)
    assert found.is_proven


def test_a_first_answer_sees_who_makes_room_for_whom() -> None:
    """Those near the old one go to the new one, and leave their places to those whom nothing else reaches."""
    place, facility = np.array([0, 0, 1, 2, 2]), np.array([0, 1, 0, 2, 0])
    cost = np.array([50.0, 10.0, 90.0, 30.0, 400.0])
    need, capacity = np.array([10.0, 10.0, 3.0]), np.array([10.0, 0.0, 0.0])
    problem = RoomProblem(
        place, facility, cost, need, np.ones(3), capacity,
        np.array([1, 2]), np.array([10.0, 10.0]), Choice.of_count(2, 1),
    )  # fmt: skip
    found = room.capacitated(problem)
    assert found.chosen == (0,)
    assert found.value == 20.0


def _random_room(seed: int) -> RoomProblem:
    rng = np.random.default_rng(seed)
    existing, sites, demand = int(rng.integers(0, 3)), int(rng.integers(1, 5)), int(rng.integers(1, 12))
    facility, place = np.nonzero(rng.random((existing + sites, demand)) < 0.5)
    capacity = np.concatenate([rng.integers(0, 20, existing), np.zeros(sites)]).astype(float)
    if existing and rng.random() < 0.2:
        capacity[0] = np.nan
    at = np.concatenate([np.arange(existing), np.arange(existing, existing + sites)])
    adds = rng.integers(1, 30, len(at)).astype(float)
    if rng.random() < 0.3:
        adds[-1] = np.nan
    cost = rng.integers(1, 5, len(at)).astype(float)
    choice = Choice(cost, float(rng.integers(1, 10)), np.full(len(at), -1, dtype=np.int64))
    need = rng.integers(0, 15, demand) * 0.5
    metres = rng.uniform(0, 500, len(place))
    worth = rng.choice([1.0, 2.5], demand)
    return RoomProblem(place, facility, metres, need, worth, capacity, at, adds, choice)


@QUICK
@given(SEEDS)
def test_further_plans_differ_and_are_nearly_as_good(seed: int) -> None:
    problem = _random_cover(seed)
    best = cover.mclp_exact(problem)
    found = near_equal(best, lambda conditions: cover.mclp(problem, different=conditions), count=5)
    for i, plan in enumerate(found):
        assert plan.value >= 0.98 * best.value - 1e-9
        assert plan.bound == best.bound
        for earlier in found[:i]:
            condition = must_differ(earlier.chosen)
            assert len(set(plan.chosen) & set(earlier.chosen)) <= condition.shared


def test_a_plan_that_must_differ_is_the_best_that_does() -> None:
    problem = CoverProblem(
        pairs_matrix(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 2]), (3, 3)),
        np.array([5.0, 4.0, 3.0]),
        Choice.of_count(3, 1),
    )
    first = cover.mclp_exact(problem)
    second = cover.mclp_exact(problem, different=[must_differ(first.chosen)])
    assert (first.chosen, first.value) == ((0,), 9.0)
    assert (second.chosen, second.value, second.is_proven) == ((1,), 7.0, True)


def test_cancelling_ends_within_a_second() -> None:
    import time

    rng = np.random.default_rng(5)
    metres = rng.uniform(0, 1000, (220, 900))
    problem = MedianProblem(metres, rng.uniform(1, 9, 900), np.full(900, np.inf), 9)
    asked_at = time.perf_counter() + 0.8
    with pytest.raises(Cancelled):
        median.p_median_exact(problem, stop=lambda: time.perf_counter() > asked_at)
    assert time.perf_counter() - asked_at < 1.0


def test_a_time_limit_leaves_an_honest_gap() -> None:
    rng = np.random.default_rng(6)
    option, place = np.nonzero(rng.random((150, 900)) < 0.03)
    problem = CoverProblem(
        pairs_matrix(option, place, (150, 900)), rng.uniform(1, 30, 900), Choice.of_count(150, 20)
    )
    found = cover.mclp_exact(problem, time_limit_s=0.2)
    assert not found.is_proven
    assert found.note == "time"
    assert found.value < found.bound <= problem.weight.sum()
    assert 0 < found.gap < 1


def test_the_solver_says_nothing_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    cover.mclp_exact(_random_cover(3))
    cover.lscp_exact(_random_cover(3))
    assert capfd.readouterr().out == ""


def test_pairs_give_the_first_and_the_proven_answer() -> None:
    place, candidate = np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 1, 2])
    first, proven = cover.first_and_proven(place, candidate, np.array([5.0, 4.0, 3.0, 1.0]), count=2)
    assert (proven.chosen, proven.value, proven.is_proven) == ((0, 1), 12.0, True)
    assert first.value == 12.0
    assert first.seconds > 0
    assert proven.seconds > 0
