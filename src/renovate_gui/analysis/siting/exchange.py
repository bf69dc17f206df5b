"""Greedy choice and exchanges by the real allocation: what an option adds is what hard nearest allocation says.

Someone for whom a new place is nearer leaves an old one to somebody else; only allocating anew knows who gains. Options
are looked at in the order of an estimate, so many that the search stays quick; how many depends on the problem alone,
never on the clock, so that the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from renovate_gui.analysis.capacity import Allocator
from renovate_gui.analysis.siting.model import SLACK, Different, FloatArray, RoomProblem
from renovate_gui.analysis.siting.search import Stop, open_options

Estimate = Callable[[FloatArray], FloatArray]
"""Gives what each option would add, at a guess, when so many of each place still wait."""

Plan = tuple[tuple[int, ...], float]

_WORK = 3_000_000
_FEWEST, _MOST = 60, 900
"""Pairs that may be allocated anew in one search, and how many allocations that is at least and at most."""


class Exchange:
    """One search at work; ``left`` counts down the allocations it may still do."""

    def __init__(
        self,
        problem: RoomProblem,
        estimate: Estimate,
        different: Sequence[Different],
        stop: Stop | None,
        effort: float = 1.0,
    ) -> None:
        self._problem, self._estimate = problem, estimate
        self._different, self._stop = different, stop
        self.left = int(effort * np.clip(_WORK / max(len(problem.place), 1), _FEWEST, _MOST))

    def filled(self, kept: tuple[int, ...], *, per_cost: bool, looks: int) -> Plan:
        """Return a plan that keeps some options and takes the best next one as long as one helps and fits."""
        chosen, value = list(kept), self._worth(kept)
        while True:
            option, added = self._next(chosen, value, per_cost=per_cost, looks=looks)
            if option < 0:
                return tuple(sorted(chosen)), value
            chosen.append(option)
            value += added

    def improved(self, plan: Plan, *, per_cost: bool) -> Plan:
        """Return the plan after exchanges: one option out, the plan filled up again, as long as that helps."""
        while self._may_go_on():
            moved = self._moved(plan, per_cost=per_cost)
            if moved is None:
                break
            plan = moved
        return plan

    def _moved(self, plan: Plan, *, per_cost: bool) -> Plan | None:
        looks = max(4, self.left // max(4 * len(plan[0]), 1))
        for left_out in plan[0]:
            if not self._may_go_on():
                return None
            kept = tuple(o for o in plan[0] if o != left_out)
            found = self.filled(kept, per_cost=per_cost, looks=looks)
            if found[1] > plan[1] + SLACK * max(1.0, abs(plan[1])):
                return found
        return None

    def _next(self, chosen: list[int], value: float, *, per_cost: bool, looks: int) -> tuple[int, float]:
        """Return the option that adds most and what it adds; −1 when none adds anything."""
        problem = self._problem
        is_open = open_options(problem.choice, chosen, self._different)
        if not is_open.any() or not self._may_go_on():
            return -1, 0.0
        capacity = problem.capacity_with(tuple(chosen))
        allocator = Allocator(problem, problem.need, capacity)
        waiting = np.maximum(problem.need - np.nan_to_num(allocator.allocation().placed), 0.0)
        guess = np.where(is_open, self._estimate(waiting), -np.inf)
        order = np.argsort(-guess / problem.choice.cost if per_cost else -guess, kind="stable")
        best, found, score = 0.0, -1, 0.0
        for option in order[: min(looks, int(is_open.sum()))].tolist():
            if not self._may_go_on():
                break
            self.left -= 1
            at = int(problem.at[option])
            placed = allocator.with_capacity(at, float(capacity[at] + problem.adds[option])).placed
            added = float(problem.worth @ np.nan_to_num(placed)) - value
            own = added / problem.choice.cost[option] if per_cost else added
            if added > SLACK * max(1.0, abs(value)) and own > score:
                best, found, score = added, option, own
        return found, best

    def _worth(self, chosen: tuple[int, ...]) -> float:
        problem = self._problem
        placed = Allocator(problem, problem.need, problem.capacity_with(chosen)).allocation().placed
        return float(problem.worth @ np.nan_to_num(placed))

    def _may_go_on(self) -> bool:
        return self.left > 0 and not (self._stop is not None and self._stop())
