"""The first answer: greedy choice, then vertex substitution (Teitz & Bart 1968), for any kind of worth.

A move takes one option out and fills the plan up again as well as one choice at a time can; with counted options that is
the classical exchange. It stops where no move helps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from renovate_gui.analysis.siting.model import SLACK, BoolArray, Choice, Different, FloatArray, Solution

Stop = Callable[[], bool]


class Worth(Protocol):
    """What a growing plan is worth. ``gains`` tells what each option would add; ``take`` adds one."""

    value: float

    def gains(self) -> FloatArray:
        """Return what each option would add to the present plan."""
        ...

    def take(self, option: int) -> None:
        """Add an option to the plan."""
        ...


Begin = Callable[[], Worth]
"""Gives the worth of the empty plan."""


def greedy_swap(
    begin: Begin,
    choice: Choice,
    *,
    different: Sequence[Different] = (),
    stop: Stop | None = None,
    passes: int = 20,
) -> Solution:
    """Return a good plan at once.

    Parameters
    ----------
    different
        Earlier plans that this one must differ from.
    passes
        Most rounds of exchanges.
    """
    by_cost = (False,) if choice.is_counted else (False, True)

    def fill(kept: tuple[int, ...]) -> _Plan:
        return max((_filled(begin, choice, kept, different, per_cost=c) for c in by_cost), key=_value)

    best = fill(())
    if not choice.is_counted:
        best = max((best, *_seeded(begin, choice, fill, different, stop)), key=_value)
    for _ in range(passes):
        moved = _best_move(fill, best, stop)
        if moved is None:
            break
        best = moved
    chosen, value = best
    return Solution(tuple(sorted(chosen)), value)


_Plan = tuple[tuple[int, ...], float]
_SEEDS = 24
"""For a budget the plans that begin with each of so many options are looked at too (after Khuller, Moss & Naor 1999)."""


def _seeded(
    begin: Begin,
    choice: Choice,
    fill: Callable[[tuple[int, ...]], _Plan],
    different: Sequence[Different],
    stop: Stop | None,
) -> list[_Plan]:
    """Return the plans that begin with each of the options that bring most by themselves."""
    gains = np.where(open_options(choice, [], different), begin().gains(), -np.inf)
    found = []
    for option in np.argsort(-gains, kind="stable")[:_SEEDS].tolist():
        if not gains[option] > SLACK or (stop is not None and stop()):
            break
        found.append(fill((option,)))
    return found


def _value(plan: _Plan) -> float:
    return plan[1]


def _best_move(fill: Callable[[tuple[int, ...]], _Plan], plan: _Plan, stop: Stop | None) -> _Plan | None:
    """Return the best plan that leaves out one option of this one and fills up again; None when none is better."""
    best: _Plan | None = None
    least = plan[1] + SLACK * max(1.0, abs(plan[1]))
    for left_out in plan[0]:
        if stop is not None and stop():
            return None
        found = fill(tuple(o for o in plan[0] if o != left_out))
        if found[1] > least:
            best, least = found, found[1]
    return best


def _filled(
    begin: Begin, choice: Choice, kept: tuple[int, ...], different: Sequence[Different], *, per_cost: bool
) -> _Plan:
    """Return a plan that keeps some options and takes the best next one as long as one helps and fits."""
    worth = begin()
    for option in kept:
        worth.take(option)
    chosen = list(kept)
    while True:
        gains = np.where(open_options(choice, chosen, different), worth.gains(), -np.inf)
        score = gains / choice.cost if per_cost else gains
        option = int(score.argmax()) if len(score) else -1
        if option < 0 or not gains[option] > SLACK:
            return tuple(chosen), worth.value
        worth.take(option)
        chosen.append(option)


def open_options(choice: Choice, chosen: list[int], different: Sequence[Different]) -> BoolArray:
    """Return the options that may still be added."""
    left = choice.limit * (1 + SLACK) - choice.cost[chosen].sum()
    is_open: BoolArray = choice.cost <= left
    is_open[chosen] = False
    taken = choice.group[chosen]
    taken = taken[taken >= 0]
    if len(taken):
        is_open &= ~np.isin(choice.group, taken)
    for other in different:
        if len(set(chosen) & set(other.chosen)) >= other.shared:
            is_open[list(other.chosen)] = False
    return is_open
