"""Siting with capacities: every facility has so many places, everybody needs one; with counted options or a budget.

What a plan is worth is told by hard nearest allocation, as the gap analysis counts. The exact model may send people
anywhere within reach; no allocation does better, so its bound holds for the nearest one too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.analysis.capacity import allocate
from renovate_gui.analysis.siting import search
from renovate_gui.analysis.siting.cover import bound_at, choice_rows, knapsack
from renovate_gui.analysis.siting.exchange import Exchange
from renovate_gui.analysis.siting.highs import Model, Stop, Tell, solve
from renovate_gui.analysis.siting.model import (
    CoverProblem,
    Different,
    FloatArray,
    IndexArray,
    RoomProblem,
    Solution,
    pairs_matrix,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_ROUND = 1e-6


def placed_worth(problem: RoomProblem, chosen: tuple[int, ...]) -> float:
    """Return the worth of everybody who finds room under a plan, by hard nearest allocation."""
    placed = allocate(problem, problem.need, problem.capacity_with(chosen)).placed
    return float(problem.worth @ np.nan_to_num(placed))


class RoomWorth:
    """The worth of those without a place who find one in a growing plan, each option filled from the nearest on."""

    def __init__(self, problem: RoomProblem, waiting: FloatArray) -> None:
        self._problem = problem
        order = np.lexsort((problem.place, problem.cost, problem.facility))
        self._place = problem.place[order]
        ends = np.searchsorted(problem.facility[order], [problem.at, problem.at + 1])
        self._from, self._to = ends[0], ends[1]
        option = np.repeat(np.arange(len(problem.at)), self._to - self._from)
        own = [self._place[a:b] for a, b in zip(self._from, self._to, strict=True)]
        demand = np.concatenate(own) if own else np.zeros(0, dtype=np.int64)
        self.reach = pairs_matrix(option, demand, (len(problem.at), len(problem.need)))
        self._adds = np.where(np.isnan(problem.adds), np.inf, problem.adds)
        self._all = waiting
        self.begin()

    def begin(self) -> RoomWorth:
        """Begin with the empty plan again."""
        self.waiting = self._all.copy()
        self.value = 0.0
        return self

    def gains(self) -> FloatArray:
        """Return what each option would add; where it fills, those it reaches share alike."""
        people = np.asarray(self.reach @ self.waiting)
        worth = np.asarray(self.reach @ (self.waiting * self._problem.worth))
        share = np.minimum(1.0, self._adds / np.maximum(people, 1e-12))
        return np.asarray(worth * share)

    def estimate(self, waiting: FloatArray) -> FloatArray:
        """Return what each option would add when so many wait; of equals those that most people reach come first."""
        self.waiting = waiting
        near = np.asarray(self.reach @ self._problem.need)
        return np.asarray(self.gains() + 1e-6 * np.minimum(near, self._adds))

    def take(self, option: int) -> None:
        """Fill the option's places from the nearest on."""
        own = self._place[self._from[option] : self._to[option]]
        people = self.waiting[own]
        before = np.cumsum(people) - people
        taken = np.clip(self._adds[option] - before, 0.0, people)
        self.waiting[own] -= taken
        self.value += float(taken @ self._problem.worth[own])


def capacitated(
    problem: RoomProblem,
    *,
    different: Sequence[Different] = (),
    stop: Stop | None = None,
    effort: float = 1.0,
) -> Solution:
    """Return a good plan at once; ``value`` counts everybody placed, those in existing facilities too.

    ``effort`` is the share of the usual number of allocations that the exchanges may try.
    """
    began = time.perf_counter()
    placed = np.nan_to_num(allocate(problem, problem.need, problem.capacity).placed)
    worth = RoomWorth(problem, np.maximum(problem.need - placed, 0.0))
    guessed = search.greedy_swap(worth.begin, problem.choice, different=different, stop=stop)
    plans = [(guessed.chosen, placed_worth(problem, guessed.chosen))]
    own = Exchange(problem, worth.estimate, different, stop, effort)
    looks = max(8, own.left // 6)
    ways = (False,) if problem.choice.is_counted else (False, True)
    plans += [own.filled((), per_cost=per_cost, looks=looks) for per_cost in ways]
    chosen, _ = own.improved(max(plans, key=lambda plan: plan[1]), per_cost=not problem.choice.is_counted)
    value = placed_worth(problem, chosen)
    bound = max(value, most_placed(problem, chosen))
    is_proven = not different and bound - value <= _ROUND * max(1.0, value)
    return Solution(chosen, value, bound, is_proven, time.perf_counter() - began)


def most_placed(problem: RoomProblem, chosen: Sequence[int] = ()) -> float:
    """Return a value that no plan passes.

    More places never turn away anybody who has one, and one place more lets in one person more at most. So a plan adds
    no more than the places it brings, no more than live within reach of its sites (bounded as in covering, at
    ``chosen``), and no more than wait within reach of anything.
    """
    placed = np.nan_to_num(allocate(problem, problem.need, problem.capacity).placed)
    waiting = np.maximum(problem.need - placed, 0.0)
    waiting[np.bincount(problem.place, minlength=len(waiting)) == 0] = 0.0
    dearest = float(problem.worth[waiting > 0].max(initial=0.0))
    worth = RoomWorth(problem, problem.need)
    people = np.asarray(worth.reach @ problem.need)
    choice = problem.choice
    by_places = knapsack(np.minimum(np.where(np.isnan(problem.adds), np.inf, problem.adds), people), choice)
    by_reach = bound_at(CoverProblem(worth.reach, problem.need, choice), chosen)
    added = min(dearest * by_places, dearest * by_reach, float(problem.worth @ waiting))
    return float(problem.worth @ placed) + added


def capacitated_exact(
    problem: RoomProblem,
    start: Solution | None = None,
    *,
    different: Sequence[Different] = (),
    time_limit_s: float = 60.0,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Solution:
    """Return the best plan found with a bound that no plan passes.

    Proven means that hard nearest allocation places as many as the best allocation thinkable could under any plan.
    """
    began = time.perf_counter()
    start = start or capacitated(problem, different=different, stop=stop)
    model, options = _model(problem, different)
    found = solve(model, time_limit_s=time_limit_s, tell=tell, stop=stop)
    seconds = time.perf_counter() - began
    if found.end == "infeasible":
        return Solution((), 0.0, seconds=seconds, note="infeasible")
    plans = [start]
    if found.x is not None:
        own = tuple(int(o) for o in np.flatnonzero(found.x[:options] > 0.5))
        plans.append(Solution(own, placed_worth(problem, own)))
    best = max(plans, key=lambda plan: plan.value)
    most = max(best.value, float(np.fmin(start.bound, most_placed(problem, best.chosen))))
    bound = most if np.isnan(found.bound) else min(max(found.bound, best.value), most)
    is_proven = bound - best.value <= _ROUND * max(1.0, best.value)
    note = "" if is_proven else ("time" if found.end == "time" else "allocation")
    return Solution(best.chosen, best.value, bound, is_proven, seconds, note)


def _model(problem: RoomProblem, different: Sequence[Different]) -> tuple[Model, int]:
    """Return the model: options x, people y on pairs; at most the need, at most the places."""
    from scipy.sparse import csr_array, hstack, vstack

    place, facility, need, worth = _merged(problem)
    pairs, options, facilities = len(place), len(problem.at), len(problem.capacity)
    sites, demand = np.arange(pairs), len(need)
    # NaN, room for everybody: as many places as there is need within reach
    reach = np.bincount(facility, need[place], minlength=facilities)
    adds = np.where(np.isnan(problem.adds), reach[problem.at], problem.adds)
    adds = np.minimum(adds, reach[problem.at])
    room = np.where(np.isnan(problem.capacity), reach, problem.capacity)
    flow = [
        csr_array((np.ones(pairs), (place, sites)), shape=(demand, pairs)),
        csr_array((np.ones(pairs), (facility, sites)), shape=(facilities, pairs)),
    ]
    opened = csr_array((-adds, (problem.at, np.arange(options))), shape=(facilities, options))
    strong, link = _strong(problem, place, facility, need)
    side, high = choice_rows(problem.choice, different)
    rows = csr_array(
        vstack(
            [
                hstack([csr_array((demand, options)), flow[0]]),
                hstack([opened, flow[1]]),
                hstack([link, strong]),
                hstack([side, csr_array((side.shape[0], pairs))]),
            ]
        )
    )
    limits = np.concatenate([need, room, np.zeros(strong.shape[0]), high])
    return Model(
        objective=np.concatenate([np.zeros(options), worth[place]]),
        rows=rows,
        low=np.full(len(limits), -np.inf),
        high=limits,
        upper=np.concatenate([np.ones(options), need[place]]),
        is_whole=np.arange(options + pairs) < options,
        maximise=True,
    ), options


def _strong(
    problem: RoomProblem, place: IndexArray, facility: IndexArray, need: FloatArray
) -> tuple[csr_array[np.float64], csr_array[np.float64]]:
    """Return rows that send nobody to a site that no option opens: y ≤ need · Σ x. They tighten the bound."""
    from scipy.sparse import csr_array

    of_site: dict[int, list[int]] = {}
    for option, site in enumerate(problem.at.tolist()):
        of_site.setdefault(site, []).append(option)
    is_new = (problem.capacity == 0.0)[facility]
    own = np.flatnonzero(is_new)
    count = len(own)
    flow = csr_array((np.ones(count), (np.arange(count), own)), shape=(count, len(place)))
    row, column = [], []
    for at, pair in enumerate(own.tolist()):
        options = of_site.get(int(facility[pair]), [])
        row += [at] * len(options)
        column += options
    rows = np.array(row, dtype=np.int64)
    data = -need[place[own]][rows]
    return flow, csr_array((data, (rows, np.array(column, dtype=np.int64))), shape=(count, len(problem.at)))


def _merged(problem: RoomProblem) -> tuple[IndexArray, IndexArray, FloatArray, FloatArray]:
    """Return pairs, need and worth with demand that reaches the same facilities for the same worth taken together."""
    facilities = len(problem.capacity)
    rng = np.random.default_rng(0)
    mark = rng.integers(1, 2**62, size=(2, facilities), dtype=np.uint64)
    total = np.zeros((2, len(problem.need)), dtype=np.uint64)
    for own, marks in zip(total, mark, strict=True):
        np.add.at(own, problem.place, marks[problem.facility])
    reached = np.bincount(problem.place, minlength=len(problem.need)) > 0
    keep = np.flatnonzero(reached & (problem.need > 0))
    key = np.stack([total[0, keep], total[1, keep], problem.worth[keep].view(np.uint64)], axis=1)
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    group = np.full(len(problem.need), -1, dtype=np.int64)
    group[keep[first]] = np.arange(len(first))  # only the first of a group carries pairs
    need = np.bincount(which.ravel(), problem.need[keep]).astype(np.float64)
    is_first = group[problem.place] >= 0
    place = group[problem.place[is_first]]
    return place, problem.facility[is_first], need, problem.worth[keep[first]]
