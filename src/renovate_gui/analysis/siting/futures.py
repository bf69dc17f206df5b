"""Plausible futures: are the same sites chosen when demand, walking and facilities come out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from renovate_gui.analysis.siting.model import FloatArray, IndexArray
from renovate_gui.domain.errors import Cancelled

DEMAND_SPREAD = 0.2
SPEED_SPREAD = 0.15
CLOSES = 0.5
WAY_CLOSES = 0.5
"""Planning defaults of ours: demand of each place ±20 %, walking speed ±15 %; in every other future one existing
facility is closed, in every other one a way is."""


@dataclass(frozen=True, slots=True)
class Future:
    """One future.

    Attributes
    ----------
    demand
        Factor on each place's demand, shape ``(n,)``.
    speed
        Factor on the walking speed.
    closed
        Row of the existing facility that is closed, −1 none.
    way
        Which of the prepared networks with a closed way counts, −1 the present one.
    """

    demand: FloatArray
    speed: float
    closed: int
    way: int


def draw(count: int, *, seed: int, demand: int, facilities: int, ways: int) -> tuple[Future, ...]:
    """Return futures drawn from one seed; the same seed gives the same futures, and fewer are the first of more."""
    found = []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        speed = float(rng.uniform(1 - SPEED_SPREAD, 1 + SPEED_SPREAD))
        closes, way = rng.uniform() < CLOSES, rng.uniform() < WAY_CLOSES
        row, network = rng.uniform(), rng.uniform()
        factors = rng.uniform(1 - DEMAND_SPREAD, 1 + DEMAND_SPREAD, demand)
        found.append(
            Future(
                factors,
                speed,
                int(row * facilities) if closes and facilities else -1,
                int(network * ways) if way and ways else -1,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Robust:
    """How plans fare over the futures.

    Attributes
    ----------
    futures
        How many were tried.
    chosen
        In how many the option belongs to the plan chosen there, shape ``(m,)``.
    near_best
        For each plan: in how many it is within 2 % of the plan chosen there.
    """

    futures: int
    chosen: IndexArray
    near_best: tuple[int, ...]


Choose = Callable[[Future], tuple[tuple[int, ...], float, Callable[[tuple[int, ...]], float]]]
"""Gives the plan chosen in a future, its value there, and what another plan is worth there (more is better)."""


def try_out(
    futures: Sequence[Future],
    choose: Choose,
    plans: Sequence[tuple[int, ...]],
    *,
    options: int,
    near: float,
    tell: Callable[[int], None] | None = None,
    stop: Callable[[], bool] | None = None,
    is_over: Callable[[], bool] | None = None,
) -> Robust:
    """Choose anew in every future; raise Cancelled when asked to stop. When time is over the first ones count."""
    chosen = np.zeros(options, dtype=np.int64)
    near_best = [0] * len(plans)
    done = 0
    for number, future in enumerate(futures):
        if stop is not None and stop():
            raise Cancelled("")
        if number and is_over is not None and is_over():
            break
        done = number + 1
        if tell is not None:
            tell(number)
        plan, value, worth = choose(future)
        chosen[list(plan)] += 1
        for at, own in enumerate(plans):
            near_best[at] += int(worth(own) >= value - near * abs(value))
    return Robust(done, chosen, tuple(near_best))
