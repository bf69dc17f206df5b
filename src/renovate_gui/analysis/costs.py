"""What an edge of the walking network costs, in each direction: metres for everybody, seconds for one walker."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.walkers import Walker, lift_times
from renovate_gui.analysis.ways import WayFacts
from renovate_gui.geo.network import WalkNetwork

FloatArray = NDArray[np.float64]

_LEAST_RATIO = 1e-9  # a wall in the data takes ages, but not for ever: seconds stay numbers


class CostUnit(StrEnum):
    """In what a cost is counted."""

    METRES = "metres"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class EdgeCost:
    """Costs of all edges of one network.

    Attributes
    ----------
    forward, backward
        Cost of the whole edge from tail to head and from head to tail, shape ``(e,)``; ``inf`` where nobody of this
        kind gets through. A part of an edge costs its share of the length.
    per_metre
        Cost of one metre of an access leg, which is flat.
    """

    forward: FloatArray
    backward: FloatArray
    per_metre: float
    unit: CostUnit

    def swapped(self) -> EdgeCost:
        """Return the costs of walking every edge the other way round."""
        return EdgeCost(self.backward, self.forward, self.per_metre, self.unit)

    @property
    def is_passable(self) -> NDArray[np.bool_]:
        """Return which edges can be walked in one direction at least, shape ``(e,)``."""
        return np.isfinite(self.forward) | np.isfinite(self.backward)

    @property
    def is_symmetric(self) -> bool:
        """Return whether every edge costs the same both ways."""
        return self.forward is self.backward or bool(np.array_equal(self.forward, self.backward))


def in_metres(network: WalkNetwork) -> EdgeCost:
    """Return lengths as costs, the same in both directions."""
    return EdgeCost(network.length_m, network.length_m, 1.0, CostUnit.METRES)


def tobler_ratio(slope: FloatArray) -> FloatArray:
    """Return speed on a slope over speed on the flat: f(s) / f(0) with f(s) = exp(−3.5 |s + 0.05|), Tobler 1993.

    ``slope`` is rise over run in the direction of walking. The function describes healthy adults; only its ratio is used,
    with each walker's own flat speed.
    """
    return np.asarray(np.exp(-3.5 * (np.abs(slope + 0.05) - 0.05)), dtype=np.float64)


def in_seconds(
    network: WalkNetwork,
    facts: WayFacts,
    walker: Walker,
    *,
    at: time | None = None,
    base: EdgeCost | None = None,
) -> EdgeCost:
    """Return the seconds a walker takes; ``inf`` on stairs and slopes that stop the walker and on ways closed at ``at``.

    Parameters
    ----------
    facts
        What is known of the network's edges.
    at
        Hour asked for; without one every way is open.
    base
        Seconds on the network beneath the links, where they are at hand. Pieces that lines were cut into keep their share
        of the whole line's seconds, so that a link never slows anybody down.
    """
    ahead, back = _on_foot(network, facts, walker), _on_foot(network, facts, walker, is_back=True)
    whole = network.whole
    if whole is not None and facts.base is not None and facts.drawn is not None:
        beneath = base or in_seconds(whole.network, facts.base, walker, at=at)
        drawn = in_seconds(whole.parts, facts.drawn, walker, at=at)
        ahead = _carried(network, np.concatenate([beneath.forward, drawn.forward]), ahead)
        back = _carried(network, np.concatenate([beneath.backward, drawn.backward]), back)
    is_shut = ~facts.is_open(at)
    ahead[is_shut], back[is_shut] = np.inf, np.inf
    return EdgeCost(ahead, back, 1.0 / walker.speed_mps, CostUnit.SECONDS)


def _carried(network: WalkNetwork, uncut: FloatArray, legs: FloatArray) -> FloatArray:
    """Return the seconds of pieces as their share of what they were cut from; the legs between have their own."""
    whole = network.whole
    assert whole is not None
    kept = whole.edge >= 0
    old = whole.edge[kept]
    length = np.concatenate([whole.network.length_m, whole.parts.length_m])[old]
    ratio = np.divide(network.length_m[kept], length, out=np.ones(len(old)), where=length > 0)
    found = legs.copy()
    found[kept] = uncut[old] * ratio
    return found


def _on_foot(network: WalkNetwork, facts: WayFacts, walker: Walker, *, is_back: bool = False) -> FloatArray:
    """Return seconds per edge in one direction, whether it is open or not."""
    if walker.ignores_slope:
        return network.length_m / walker.speed_mps
    parts, count = facts.stretches, len(network.lines)
    slope = -parts.slope if is_back else parts.slope
    ratio = tobler_ratio(slope)
    if walker.is_capped:
        ratio = np.minimum(ratio, 1.0)
    ratio = np.maximum(ratio, _LEAST_RATIO)
    on_stairs = facts.is_stairs[parts.edge]
    seconds = parts.length_m / (walker.speed_mps * ratio)
    stairs_mps = walker.stairs_mps
    steps = np.inf if stairs_mps is None else np.hypot(parts.length_m, parts.climb_m) / stairs_mps
    seconds = np.where(on_stairs, steps, seconds)
    if walker.max_grade is not None:
        is_steep = (np.abs(parts.slope) > walker.max_grade) & ~on_stairs
        seconds[is_steep] = np.inf
    total = np.bincount(parts.edge, weights=seconds, minlength=count).astype(np.float64)
    total[facts.is_lift] = lift_times().seconds
    return total


def rests_on(walker: Walker, length_m: float) -> int:
    """Return how often a walker rests on a way: after every ``rest_every_m``, not at its end. Not part of the seconds."""
    if walker.rest_every_m is None or not math.isfinite(length_m) or length_m <= 0:
        return 0
    return math.ceil(length_m / walker.rest_every_m - 1e-9) - 1
