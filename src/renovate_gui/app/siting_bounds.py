"""What can be said for certain of a plan: its bound, its gap, its fate in other futures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from renovate_gui.analysis.siting.futures import Robust
from renovate_gui.analysis.siting.model import Solution
from renovate_gui.app.siting_ground import Ground
from renovate_gui.app.siting_request import Plan
from renovate_gui.app.siting_search import CoverSearch, MedianSearch, RoomSearch, Search

_ROUND = 1e-6


def with_bound(plan: Plan, ground: Ground, search: Search, found: Solution, best: Solution) -> Plan:
    """Return the plan with what no other one can beat.

    The bound is the best plan's, which holds for all. Served people are told by the gap analysis itself; so is the gap.
    """
    if isinstance(search, MedianSearch):
        people = float(search.problem.weight.sum())
        plan = replace(plan, mean_m=found.value / people if people > 0 else None)
        return _by_value(plan, found.value, best.bound)
    if not isinstance(search, CoverSearch | RoomSearch):
        return _by_value(plan, found.value, best.bound)
    most = _most(ground, search, best)
    if most is None:
        return plan
    return _below(plan, max(most, plan.newly_served))


def best_first(
    plans: tuple[Plan, ...], found: tuple[Solution, ...], *, less_is_better: bool
) -> tuple[tuple[Plan, ...], tuple[Solution, ...]]:
    """Return the plans by what the gap analysis says of them, and their solutions; a bound is never below a plan."""
    if less_is_better:
        order = sorted(range(len(plans)), key=lambda i: found[i].value)
    else:
        order = sorted(range(len(plans)), key=lambda i: -plans[i].newly_served)
    most = max((p.at_most for p in plans if p.at_most is not None), default=0.0)
    ordered = tuple(plans[i] if plans[i].at_most is None else _below(plans[i], most) for i in order)
    return ordered, tuple(found[i] for i in order)


def _below(plan: Plan, most: float) -> Plan:
    """Return the plan with its gap to the most that any plan could serve newly."""
    gap = (most - plan.newly_served) / most if most > 0 else 0.0
    is_proven = most - plan.newly_served <= _ROUND * max(1.0, most)
    return replace(plan, at_most=most, gap=0.0 if is_proven else gap, is_proven=is_proven)


def _by_value(plan: Plan, value: float, bound: float) -> Plan:
    """Return the plan with the gap of a value of which less is better."""
    if not np.isfinite(bound):
        return plan
    gap = max(0.0, (value - bound) / value) if value > 0 else 0.0
    is_proven = value - bound <= _ROUND * max(1.0, abs(value))
    return replace(plan, gap=0.0 if is_proven else gap, is_proven=is_proven)


def _most(ground: Ground, search: CoverSearch | RoomSearch, best: Solution) -> float | None:
    """Return the most people that any plan could serve newly; None where that is not known."""
    if not np.isfinite(best.bound):
        return None
    if isinstance(search, RoomSearch):
        return best.bound - search.nothing() + _without_need(ground)
    # several services with places: whom a new site makes room for elsewhere is beyond the model, but no more than these
    return best.bound + sum(sphere.crowded for sphere in ground.spheres)


def _without_need(ground: Ground) -> float:
    """Return the people whose need is unknown, whom the model with places leaves out but a new site may serve."""
    sphere = ground.spheres[0]
    reached = np.zeros(len(sphere.open), dtype=bool)
    reached[sphere.reach.place] = True
    return float(sphere.open[reached & ~(sphere.frozen.need > 0)].sum())


def with_futures(plan: Plan, chosen: tuple[int, ...], robust: Robust, number: int) -> Plan:
    """Return the plan with its fate in the futures."""
    sites = tuple(
        replace(site, chosen_in=int(robust.chosen[option]))
        for site, option in zip(plan.sites, chosen, strict=True)
    )
    return replace(plan, sites=sites, near_best_in=robust.near_best[number])
