"""The p-median: the least weighted distance (Hakimi 1964), at once by vertex substitution, proven by Lagrangian bounds.

Relaxing "everybody goes to one place" gives a bound for every choice of prices ``u``: Σ u − the ``count`` largest
Σ max(0, u − w·d). The prices are improved by subgradient steps. With the best plan at hand the bound also tells which
candidates no better plan opens and which it must; what is left is small and goes to HiGHS.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from renovate_gui.analysis.siting.highs import Model, Stop, Tell, solve
from renovate_gui.analysis.siting.model import (
    Different,
    FloatArray,
    IndexArray,
    MedianProblem,
    Solution,
)
from renovate_gui.domain.errors import Cancelled

_CHUNK = 64
_STEPS = 600
_QUICK_STEPS, _QUICK_SIZE = 25, 2_000_000
_ROUND = 1e-6


def cost_of(problem: MedianProblem, chosen: Sequence[int]) -> float:
    """Return the weighted distance of a plan."""
    least = problem.existing
    if len(chosen):
        least = np.minimum(problem.cost[list(chosen)].min(axis=0), least)
    return float(problem.weight @ least)


def p_median(
    problem: MedianProblem, *, different: Sequence[Different] = (), stop: Stop | None = None
) -> Solution:
    """Return a good plan at once: greedy, then the best exchange of two sites until none helps (Teitz & Bart)."""
    began = time.perf_counter()
    chosen: list[int] = []
    least = np.where(np.isfinite(problem.existing), problem.existing, problem.cost.max(initial=0.0))
    for _ in range(min(problem.count, len(problem.cost))):
        gains = _gains(problem, least)
        gains[_closed(chosen, different, len(gains))] = -np.inf
        option = int(gains.argmax())
        if not np.isfinite(gains[option]):
            break
        chosen.append(option)
        least = np.minimum(least, problem.cost[option])
    while not (stop is not None and stop()):
        better = _exchange(problem, chosen, different)
        if better is None:
            break
        chosen = better
    chosen.sort()
    value = cost_of(problem, chosen)
    bound = min(value, _quick_bound(problem, value))
    return Solution(tuple(chosen), value, bound, seconds=time.perf_counter() - began)


def _quick_bound(problem: MedianProblem, value: float) -> float:
    """Return what no plan falls below, after a few steps."""
    least = np.minimum(problem.cost.min(axis=0, initial=np.inf), problem.existing)
    bound = float(problem.weight @ least)
    if len(problem.cost) == 0 or problem.cost.size > _QUICK_SIZE:
        return bound
    prices = _Prices(problem, value)
    for _ in range(_QUICK_STEPS):
        if not prices.step():
            break
    return max(bound, prices.best)


def _gains(problem: MedianProblem, least: FloatArray) -> FloatArray:
    found = np.empty(len(problem.cost))
    for at in range(0, len(found), _CHUNK):
        found[at : at + _CHUNK] = np.maximum(least - problem.cost[at : at + _CHUNK], 0.0) @ problem.weight
    return found


def _closed(chosen: list[int], different: Sequence[Different], options: int) -> IndexArray:
    closed = set(chosen)
    for other in different:
        if len(set(chosen) & set(other.chosen)) >= other.shared:
            closed |= set(other.chosen)
    return np.array(sorted(o for o in closed if o < options), dtype=np.int64)


def _exchange(problem: MedianProblem, chosen: list[int], different: Sequence[Different]) -> list[int] | None:
    """Return the plan after the best exchange of one site for another, None when none is better.

    The change of taking r out and j in: the gain of j against the nearest sites, less what those whose nearest is r lose
    by going to j or to their second nearest (Whitaker 1983), for all pairs at once.
    """
    if not chosen or len(chosen) == len(problem.cost):
        return None
    away = problem.cost.max() if not np.isfinite(problem.existing).all() else 0.0
    own = np.vstack([problem.cost[chosen], np.where(np.isfinite(problem.existing), problem.existing, away)])
    order = np.argsort(own, axis=0, kind="stable")[:2]
    columns = np.arange(own.shape[1])
    first, second, nearest = own[order[0], columns], own[order[1], columns], order[0]
    belongs = np.zeros((own.shape[1], len(chosen)))
    is_chosen = nearest < len(chosen)
    belongs[columns[is_chosen], nearest[is_chosen]] = 1.0
    best, pair = _ROUND * max(1.0, abs(float(problem.weight @ first))) * 1e-3, None
    for at in range(0, len(problem.cost), _CHUNK):
        part = problem.cost[at : at + _CHUNK]
        gain = np.maximum(first - part, 0.0) @ problem.weight
        loss = (np.maximum(np.minimum(part, second) - first, 0.0) * problem.weight) @ belongs
        net = gain[:, None] - loss
        for r in range(len(chosen)):
            rest = chosen[:r] + chosen[r + 1 :]
            closed = _closed(rest, different, len(problem.cost))
            closed = closed[(closed >= at) & (closed < at + len(part))] - at
            net[closed, r] = -np.inf
            net[[c - at for c in chosen if at <= c < at + len(part)], r] = -np.inf
        j, left = (int(i) for i in np.unravel_index(int(net.argmax()), net.shape))
        if net[j, left] > best:
            best, pair = float(net[j, left]), (j + at, left)
    if pair is None:
        return None
    return [*chosen[: pair[1]], *chosen[pair[1] + 1 :], pair[0]]


# -- bounds ---------------------------------------------------------------------------------------------------------
class _Prices:
    """Lagrangian prices of the demand, improved step by step; costs are weighted."""

    def __init__(self, problem: MedianProblem, value: float) -> None:
        self.cost = problem.cost * problem.weight
        self.existing = problem.existing * np.where(np.isfinite(problem.existing), problem.weight, 1.0)
        self.count = min(problem.count, len(self.cost))
        self.value = value
        least = np.minimum(self.cost.min(axis=0), self.existing)
        self.prices = least + 0.25 * (np.minimum(np.median(self.cost, axis=0), self.existing) - least)
        self.best, self.best_prices = -np.inf, self.prices
        self._pace, self._waited = 1.5, 0

    def saving(self, prices: FloatArray) -> FloatArray:
        """Return what each candidate saves at these prices, at least 0."""
        found = np.empty(len(self.cost))
        for at in range(0, len(found), _CHUNK):
            found[at : at + _CHUNK] = np.maximum(prices - self.cost[at : at + _CHUNK], 0.0).sum(axis=1)
        return found

    def step(self) -> bool:
        """Improve once; return whether another step may help."""
        prices = np.minimum(self.prices, self.existing)  # nobody pays more than the way to what exists
        saving = self.saving(prices)
        opened = np.argpartition(-saving, self.count - 1)[: self.count]
        bound = float(prices.sum() - saving[opened].sum())
        if bound > self.best + 1e-9 * max(1.0, abs(bound)):
            self.best, self.best_prices, self._waited = bound, prices, 0
        else:
            self._waited += 1
            if self._waited >= 12:
                self._pace, self._waited = self._pace * 0.6, 0
                prices = self.best_prices
        served = (self.cost[opened] < prices).sum(axis=0)
        way = 1.0 - served  # raise the price of those nobody serves, lower it where several do
        way = np.where((way > 0) & (prices >= self.existing), 0.0, way)
        length = float(way @ way)
        if length == 0.0 or self._pace < 1e-3:
            return False
        aim = max(self.value - bound, 1e-6 * abs(self.value) + 1e-9)
        self.prices = prices + self._pace * aim / length * way
        return True


def p_median_exact(
    problem: MedianProblem,
    start: Solution | None = None,
    *,
    time_limit_s: float = 60.0,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Solution:
    """Return the best plan, proven, or the best one found in time with its bound."""
    began = time.perf_counter()
    start = start or p_median(problem, stop=stop)
    is_whole = _is_whole(problem)
    prices = _Prices(problem, start.value)
    for number in range(_STEPS):
        if stop is not None and stop():
            raise Cancelled("")
        goes_on = prices.step()
        if tell is not None and number % 10 == 0:
            tell(start.value, prices.best)
        is_late = time.perf_counter() - began > 0.7 * time_limit_s
        if is_late or not goes_on or _meets(start.value, prices.best, is_whole=is_whole):
            break
    if _meets(start.value, prices.best, is_whole=is_whole):
        seconds = time.perf_counter() - began
        return Solution(start.chosen, start.value, start.value, is_proven=True, seconds=seconds)
    left = time_limit_s - (time.perf_counter() - began)
    return _by_solver(problem, start, prices, began=began, left_s=left, tell=tell, stop=stop)


def _is_whole(problem: MedianProblem) -> bool:
    """Return whether every plan costs a whole number, so that a bound may be rounded up."""
    ways = [problem.cost, problem.weight, problem.existing[np.isfinite(problem.existing)]]
    return all(bool((part == np.round(part)).all()) for part in ways)


def _meets(value: float, bound: float, *, is_whole: bool) -> bool:
    if is_whole:
        return bound > value - 1 + _ROUND
    return value - bound <= _ROUND * max(1.0, abs(value)) * 1e-3


def _by_solver(
    problem: MedianProblem,
    start: Solution,
    prices: _Prices,
    *,
    began: float,
    left_s: float,
    tell: Tell | None,
    stop: Stop | None,
) -> Solution:
    """Settle what the prices leave open."""
    slack = start.value - prices.best
    saving = prices.saving(prices.best_prices)
    last_in = np.sort(saving)[::-1][prices.count - 1]
    # opening a candidate that the prices leave closed costs at least what the last one they open saves more
    is_open = last_in - saving <= slack * (1 + 1e-9)
    is_open[list(start.chosen)] = True
    keep = np.flatnonzero(is_open)
    model, near = _model(prices, keep, slack)
    point = _point(prices, keep, near, start.chosen)
    found = solve(model, start=point, time_limit_s=max(0.1, left_s), tell=tell, stop=stop)
    chosen = start.chosen
    if found.x is not None:
        own = tuple(int(keep[i]) for i in np.flatnonzero(found.x[: len(keep)] > 0.5))
        chosen = min(start.chosen, own, key=lambda c: cost_of(problem, c))
    value = cost_of(problem, chosen)
    # whatever was left out is no better than the plan at hand
    bound = prices.best if np.isnan(found.bound) else max(prices.best, found.bound)
    is_whole = _is_whole(problem)
    is_proven = found.end in {"optimal", "infeasible"} or _meets(value, bound, is_whole=is_whole)
    seconds = time.perf_counter() - began
    note = "" if is_proven else found.end
    return Solution(chosen, value, value if is_proven else min(bound, value), is_proven, seconds, note)


def _model(prices: _Prices, keep: IndexArray, slack: float) -> tuple[Model, IndexArray]:
    """Return the model of what is open and its pairs (candidate row of ``keep``, demand), shape ``(2, k)``.

    A pair whose way costs so much more than its price that no better plan uses it is left out; so is one that is no
    better than what exists. Who has no pair left in a plan goes to what exists, or keeps the nearest of ``keep``.
    """
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    cost = prices.cost[keep]
    options, demand = cost.shape
    has_existing = np.isfinite(prices.existing)
    # (m − p + 1) nearest candidates suffice: any plan opens one of them
    most = options - prices.count + 1
    nearest = np.partition(cost, most - 1, axis=0)[most - 1] if most < options else np.full(demand, np.inf)
    is_useful = (cost <= nearest) & (cost < prices.existing)
    is_useful &= cost - prices.best_prices <= slack * (1 + 1e-9)
    is_useful |= cost == cost.min(axis=0)
    near = np.array(np.nonzero(is_useful))
    pairs = near.shape[1]
    away = np.flatnonzero(has_existing)
    ones = np.ones(pairs)
    each = csr_array((ones, (near[1], np.arange(pairs))), shape=(demand, pairs))
    stays = csr_array((np.ones(len(away)), (away, np.arange(len(away)))), shape=(demand, len(away)))
    link = csr_array((ones, (np.arange(pairs), near[0])), shape=(pairs, options))
    number = csr_array(np.ones((1, options)))
    rows = csr_array(
        vstack(
            [
                hstack([csr_array((demand, options)), each, stays]),
                hstack([link, -eye_array(pairs), csr_array((pairs, len(away)))]),
                hstack([number, csr_array((1, pairs)), csr_array((1, len(away)))]),
            ]
        )
    )
    width = options + pairs + len(away)
    count = float(min(prices.count, options))
    low = np.concatenate([np.ones(demand), np.zeros(pairs), [-np.inf if has_existing.all() else count]])
    return Model(
        objective=np.concatenate([np.zeros(options), cost[near[0], near[1]], prices.existing[away]]),
        rows=rows,
        low=low,
        high=np.concatenate([np.ones(demand), np.full(pairs, np.inf), [count]]),
        upper=np.ones(width),
        is_whole=np.arange(width) < options,
        maximise=False,
    ), near


def _point(prices: _Prices, keep: IndexArray, near: IndexArray, chosen: Sequence[int]) -> FloatArray:
    """Return a plan as a point of the model: everybody at the nearest chosen place, or at what exists."""
    x = np.isin(keep, chosen).astype(np.float64)
    cost = np.where(x[near[0]] > 0, prices.cost[keep[near[0]], near[1]], np.inf)
    order = np.lexsort((cost, near[1]))
    first = order[np.r_[True, np.diff(near[1][order]) != 0]]
    first = first[np.isfinite(cost[first])]
    away = np.flatnonzero(np.isfinite(prices.existing))
    best = np.full(prices.cost.shape[1], np.inf)
    best[near[1][first]] = cost[first]
    pair = np.zeros(near.shape[1])
    pair[first[cost[first] <= prices.existing[near[1][first]]]] = 1.0
    return np.concatenate([x, pair, (prices.existing[away] < best[away]).astype(np.float64)])
