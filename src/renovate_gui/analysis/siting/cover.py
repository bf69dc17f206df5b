"""Maximal covering (MCLP, Church & ReVelle 1974), with counted options or a budget, and set covering (LSCP)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.analysis.siting import search
from renovate_gui.analysis.siting.highs import Found, Model, Stop, Tell, solve
from renovate_gui.analysis.siting.model import (
    BoolArray,
    Choice,
    CoverProblem,
    Different,
    FloatArray,
    IndexArray,
    Solution,
    pairs_matrix,
)
from renovate_gui.analysis.siting.reduce import merged, without_dominated

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_ROUND = 1e-6


class CoverWorth:
    """The weight that a plan covers."""

    def __init__(self, problem: CoverProblem) -> None:
        self._cover = problem.cover
        self._open = problem.weight.copy()  # weight not covered yet
        self.value = 0.0

    def gains(self) -> FloatArray:
        """Return the weight that each option would add."""
        return np.asarray(self._cover @ self._open)

    def take(self, option: int) -> None:
        """Cover what the option reaches."""
        own = self._cover.indices[self._cover.indptr[option] : self._cover.indptr[option + 1]]
        self.value += float(self._open[own].sum())
        self._open[own] = 0.0


def covered(problem: CoverProblem, chosen: Sequence[int]) -> BoolArray:
    """Return which demand a plan covers, shape ``(n,)``."""
    found = np.zeros(problem.cover.shape[1], dtype=bool)
    for option in chosen:
        found[problem.cover.indices[problem.cover.indptr[option] : problem.cover.indptr[option + 1]]] = True
    return found


def of_pairs(place: IndexArray, candidate: IndexArray, weight: FloatArray, *, count: int) -> CoverProblem:
    """Return the problem of choosing ``count`` of the candidates that occur in pairs of place and candidate."""
    candidates = int(candidate.max(initial=-1)) + 1
    cover = pairs_matrix(candidate, place, (candidates, len(weight)))
    return CoverProblem(cover, weight, Choice.of_count(candidates, count))


def first_and_proven(
    place: IndexArray,
    candidate: IndexArray,
    weight: FloatArray,
    *,
    count: int = 5,
    time_limit_s: float = 60.0,
) -> tuple[Solution, Solution]:
    """Return the first answer and the proven one; each says how many seconds it took."""
    problem = of_pairs(place, candidate, weight, count=count)
    first = mclp(problem)
    return first, mclp_exact(problem, first, time_limit_s=time_limit_s)


def mclp(problem: CoverProblem, *, different: Sequence[Different] = (), stop: Stop | None = None) -> Solution:
    """Return a good plan at once: greedy, then exchanges."""
    began = time.perf_counter()
    small = merged(problem)
    found = search.greedy_swap(lambda: CoverWorth(small), problem.choice, different=different, stop=stop)
    value = float(problem.weight[covered(problem, found.chosen)].sum())
    bound = max(value, bound_at(small, found.chosen))
    is_proven = not different and bound - value <= _ROUND * max(1.0, value)
    return Solution(found.chosen, value, bound, is_proven, time.perf_counter() - began)


def bound_at(problem: CoverProblem, chosen: Sequence[int]) -> float:
    """Return a value that no plan passes: what is covered and the most that a whole plan could add to it.

    Covering is submodular: whatever plan is best adds to this one at most the sum of what its options add singly
    (Nemhauser, Wolsey & Fisher 1978); with costs the fractional knapsack of these gains.
    """
    worth = CoverWorth(problem)
    for option in chosen:
        worth.take(option)
    return min(worth.value + knapsack(worth.gains(), problem.choice), float(problem.weight.sum()))


def knapsack(gains: FloatArray, choice: Choice) -> float:
    """Return the most that the gains of a whole plan sum up to: the best ones by cost, the last one in part."""
    order = np.argsort(-gains / choice.cost, kind="stable")
    before = np.cumsum(choice.cost[order]) - choice.cost[order]
    part = np.clip((choice.limit - before) / choice.cost[order], 0.0, 1.0)
    return float(gains[order] @ part)


def mclp_exact(
    problem: CoverProblem,
    start: Solution | None = None,
    *,
    different: Sequence[Different] = (),
    time_limit_s: float = 60.0,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Solution:
    """Return the best plan, proven, or the best one found in time with its bound.

    The model is reduced first: demand that the same options reach is one row, and an option that reaches nothing beyond
    what another one does for no more money is left out.
    """
    began = time.perf_counter()
    start = start or mclp(problem, different=different, stop=stop)
    keep = without_dominated(problem) if not different else np.arange(problem.cover.shape[0])
    keep = np.union1d(keep, np.array(start.chosen, dtype=np.int64))
    small = merged(_only(problem, keep))
    model = _mclp_model(small, _renumbered(different, keep))
    point = _point(small, np.searchsorted(keep, start.chosen)) if start.chosen else None
    found = solve(model, start=point, time_limit_s=time_limit_s, tell=tell, stop=stop)
    seconds = time.perf_counter() - began
    if found.end == "infeasible":
        return Solution((), 0.0, seconds=seconds, note="infeasible")
    chosen = start.chosen
    if found.x is not None:
        own = tuple(int(keep[i]) for i in np.flatnonzero(found.x[: len(keep)] > 0.5))
        chosen = max(start.chosen, own, key=lambda c: float(problem.weight[covered(problem, c)].sum()))
    value = float(problem.weight[covered(problem, chosen)].sum())
    return _judged(chosen, value, found, most=float(small.weight.sum()), seconds=seconds)


def _judged(chosen: tuple[int, ...], value: float, found: Found, *, most: float, seconds: float) -> Solution:
    """Return a solution with its bound, which is at least the value and at most everything."""
    bound = most if np.isnan(found.bound) else min(max(found.bound, value), most)
    is_proven = bound - value <= _ROUND * max(1.0, value)
    return Solution(
        chosen, value, value if is_proven else bound, is_proven, seconds, "" if is_proven else found.end
    )


def _only(problem: CoverProblem, keep: IndexArray) -> CoverProblem:
    own = problem.choice
    choice = Choice(own.cost[keep], own.limit, own.group[keep])
    return CoverProblem(problem.cover[keep], problem.weight, choice)


def _renumbered(different: Sequence[Different], keep: IndexArray) -> list[Different]:
    number = {int(o): i for i, o in enumerate(keep)}
    return [Different(tuple(number[o] for o in d.chosen if o in number), d.shared) for d in different]


def _point(problem: CoverProblem, chosen: IndexArray) -> FloatArray:
    x = np.zeros(problem.cover.shape[0])
    x[chosen] = 1.0
    return np.concatenate([x, covered(problem, chosen.tolist()).astype(np.float64)])


def _mclp_model(problem: CoverProblem, different: Sequence[Different]) -> Model:
    """Return the model: choose options x, count demand y ≤ Σ x that reach it."""
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    options, demand = problem.cover.shape
    side, high = choice_rows(problem.choice, different)
    none = csr_array((side.shape[0], demand))
    rows = csr_array(vstack([hstack([problem.cover.T, -eye_array(demand)]), hstack([side, none])]))
    return Model(
        objective=np.concatenate([np.zeros(options), problem.weight]),
        rows=rows,
        low=np.concatenate([np.zeros(demand), np.full(len(high), -np.inf)]),
        high=np.concatenate([np.full(demand, np.inf), high]),
        upper=np.ones(options + demand),
        is_whole=np.arange(options + demand) < options,
        maximise=True,
    )


def choice_rows(choice: Choice, different: Sequence[Different]) -> tuple[csr_array[np.float64], FloatArray]:
    """Return the rows that a choice must keep and their upper limits: budget or number, groups, distance of plans."""
    from scipy.sparse import csr_array

    options = len(choice.cost)
    row, column, data, high = [np.zeros(options, int)], [np.arange(options)], [choice.cost], [choice.limit]
    groups = [np.flatnonzero(choice.group == g) for g in np.unique(choice.group[choice.group >= 0])]
    sets = [(own, 1.0) for own in groups if len(own) > 1]
    sets += [(np.array(d.chosen, dtype=np.int64), float(d.shared)) for d in different]
    for own, most in sets:
        row.append(np.full(len(own), len(high)))
        column.append(own)
        data.append(np.ones(len(own)))
        high.append(most)
    cells = (np.concatenate(data), (np.concatenate(row), np.concatenate(column)))
    return csr_array(cells, shape=(len(high), options)), np.array(high)


# -- set covering ---------------------------------------------------------------------------------------------------
def lscp(problem: CoverProblem, *, stop: Stop | None = None) -> Solution:
    """Return few options that cover all demand that can be covered, at once; ``value`` is their number.

    Demand of weight 0 counts like any other; the problem's choice does not matter.
    """
    began = time.perf_counter()
    everybody = _coverable(problem)
    options = everybody.cover.shape[0]
    found = search.greedy_swap(lambda: CoverWorth(everybody), Choice.of_count(options, options), passes=0)
    chosen = _without_needless(everybody, list(found.chosen))
    count, bound = float(len(chosen)), float(_fewest(everybody))
    if stop is not None:
        stop()
    return Solution(tuple(sorted(chosen)), count, bound, bound >= count, time.perf_counter() - began)


def _fewest(problem: CoverProblem) -> int:
    """Return a number of options below which nobody can go: demand of which no two share an option."""
    columns = problem.cover.tocsc()
    is_used = np.zeros(problem.cover.shape[0], dtype=bool)
    count = 0
    for column in np.argsort(np.diff(columns.indptr), kind="stable"):
        own = columns.indices[columns.indptr[column] : columns.indptr[column + 1]]
        if not is_used[own].any():
            is_used[own] = True
            count += 1
    return count


def lscp_exact(
    problem: CoverProblem,
    *,
    time_limit_s: float = 60.0,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Solution:
    """Return the fewest options that cover all demand that can be covered, proven, or the fewest found in time."""
    began = time.perf_counter()
    start = lscp(problem, stop=stop)
    if not start.chosen:
        return Solution((), 0.0, 0.0, is_proven=True)
    everybody = _coverable(problem)
    options, demand = everybody.cover.shape
    point = np.zeros(options)
    point[list(start.chosen)] = 1.0
    model = Model(
        objective=np.ones(options),
        rows=everybody.cover.T.tocsr(),
        low=np.ones(demand),
        high=np.full(demand, np.inf),
        upper=np.ones(options),
        is_whole=np.ones(options, dtype=bool),
        maximise=False,
    )
    found = solve(model, start=point, time_limit_s=time_limit_s, tell=tell, stop=stop)
    chosen = start.chosen
    if found.x is not None:
        own = tuple(int(o) for o in np.flatnonzero(found.x > 0.5))
        chosen = min(start.chosen, own, key=len)
    bound = 1.0 if np.isnan(found.bound) else float(np.ceil(found.bound - _ROUND))
    bound = min(max(bound, 1.0), float(len(chosen)))
    is_proven = bound >= len(chosen)
    note = "" if is_proven else found.end
    return Solution(chosen, float(len(chosen)), bound, is_proven, time.perf_counter() - began, note)


def _coverable(problem: CoverProblem) -> CoverProblem:
    """Return the demand that any option reaches, each of weight 1 and once per set of options."""
    reached = np.bincount(problem.cover.indices, minlength=problem.cover.shape[1]) > 0
    own = CoverProblem(problem.cover, reached.astype(np.float64), problem.choice)
    small = merged(own)
    return CoverProblem(small.cover, np.ones(small.cover.shape[1]), problem.choice)


def _without_needless(problem: CoverProblem, chosen: list[int]) -> list[int]:
    """Return the plan without options whose demand others of it cover as well, the smallest tried first."""
    times = np.zeros(problem.cover.shape[1])
    own = {o: problem.cover.indices[problem.cover.indptr[o] : problem.cover.indptr[o + 1]] for o in chosen}
    for reached in own.values():
        times[reached] += 1
    for option in sorted(chosen, key=lambda o: len(own[o])):
        if (times[own[option]] > 1).all():
            times[own[option]] -= 1
            chosen = [o for o in chosen if o != option]
    return chosen


# -- p-center -------------------------------------------------------------------------------------------------------
def p_center(
    cost: FloatArray, count: int, *, time_limit_s: float = 60.0, stop: Stop | None = None
) -> Solution:
    """Return ``count`` options whose farthest demand is as near as can be; ``cost`` is options × demand, finite.

    Bisection over the distances that occur: the least one at which set covering needs no more than ``count`` options.
    """
    began = time.perf_counter()
    steps = np.unique(cost)
    low, high = 0, len(steps) - 1  # the farthest distance always suffices
    chosen: tuple[int, ...] = (0,)
    is_proven = True
    while low < high:
        middle = (low + high) // 2
        within = cost <= steps[middle]
        found = None
        if within.any(axis=0).all():
            option, demand = np.nonzero(within)
            cover = pairs_matrix(option, demand, cost.shape)
            choice = Choice.of_count(cost.shape[0], count)
            problem = CoverProblem(cover, np.ones(cost.shape[1]), choice)
            left = max(0.1, time_limit_s - (time.perf_counter() - began))
            found = lscp_exact(problem, time_limit_s=left, stop=stop)
        if found is not None and len(found.chosen) <= count:
            chosen, high = found.chosen, middle
        else:
            is_proven = is_proven and (found is None or found.bound > count)
            low = middle + 1
    value = float(cost[list(chosen)].min(axis=0).max())
    seconds = time.perf_counter() - began
    return Solution(tuple(sorted(chosen)), value, value if is_proven else np.nan, is_proven, seconds)
