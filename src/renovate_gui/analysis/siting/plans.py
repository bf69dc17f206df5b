"""Several plans that are nearly as good as the best one and yet differ: a council wants a choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from renovate_gui.analysis.siting.model import Different, Solution

NEAR = 0.02
"""Plans within this share of the best one count as equal (a planning default of ours)."""

Another = Callable[[Sequence[Different]], Solution]
"""Gives the best plan it finds that differs from earlier ones; the empty plan when there is none."""


def must_differ(chosen: tuple[int, ...]) -> Different:
    """Return the condition that a plan has at least a third of its sites (at least one) elsewhere."""
    return Different(chosen, len(chosen) - max(1, math.ceil(len(chosen) / 3)))


def near_equal(
    best: Solution,
    another: Another,
    *,
    count: int,
    near: float = NEAR,
    less_is_better: bool = False,
    nothing: float = 0.0,
) -> tuple[Solution, ...]:
    """Return up to ``count`` plans, the best first even where ``another`` found a better one than ``best``, each within ``near`` of the best and different from all before.

    ``nothing`` is what no plan at all is worth: the share is taken of what the best plan adds to it.

    None of the further plans is proven to be the next best; the best plan's bound holds for them as well, so each can
    be told how far from the best possible it is at most.
    """
    found = [best]
    conditions = [must_differ(best.chosen)]
    while len(found) < count and best.chosen:
        plan = another(conditions)
        worse = plan.value - best.value if less_is_better else best.value - plan.value
        if not plan.chosen or worse > near * abs(best.value - nothing) + 1e-9:
            break
        conditions.append(must_differ(plan.chosen))
        found.append(Solution(plan.chosen, plan.value, best.bound, seconds=plan.seconds))
    return tuple(sorted(found, key=lambda plan: plan.value if less_is_better else -plan.value))
