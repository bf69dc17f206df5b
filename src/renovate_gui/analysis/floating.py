"""Floating catchments: how many places there are for each person, when everybody shares what is within reach.

Two steps (Luo & Wang 2003): each facility divides its places by the people within its reach; each home adds up these
ratios over the facilities within its reach. Enhanced (Luo & Qi 2009): near people and near facilities weigh more.
Three steps (Wan, Zou & Sternberg 2012): people divide themselves beforehand among the facilities they may choose.
Balanced (Páez, Higgins & Vivona 2019): people and places are both divided, so that neither is counted twice.

Nothing is lost: the sum over homes of access times people is the supply that anybody reaches (not in the balanced
form, which keeps other sums). See docs/methods.md, "Supply and demand".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.pair_order import FloatArray, PairTable, by_integers
from renovate_gui.domain.travel import CatchmentModel

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LUO_QI = (1.0, 0.68, 0.22)
"""Weights of the three thirds of a catchment (Luo & Qi 2009, the slower of their two decays)."""


class Curve(StrEnum):
    """How weight falls with distance."""

    BINARY = "binary"
    STEPS = "steps"
    GAUSSIAN = "gaussian"
    DAI = "dai"
    GRAVITY = "gravity"


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a facility at a distance counts; 1 at distance 0, except for gravity with a floor below its scale.

    Make one with :func:`binary`, :func:`steps`, :func:`gaussian`, :func:`dai` or :func:`gravity`.

    Attributes
    ----------
    reach
        Farthest distance that counts, in the unit of the pairs' cost.
    includes_reach
        Whether a facility at exactly that distance counts (``<=``) or not (``<``).
    """

    curve: Curve
    reach: float = np.inf
    includes_reach: bool = True
    borders: tuple[tuple[float, float], ...] = ()
    scale: float = 1.0
    power: float = 0.0
    floor: float = 0.0

    def of(self, cost: FloatArray) -> FloatArray:
        """Return the weights of distances, shape as ``cost``; 0 beyond reach."""
        weight = self.uncut(cost)
        weight[~self.is_within(cost)] = 0.0
        return weight

    def is_within(self, cost: FloatArray) -> NDArray[np.bool_]:
        """Return which distances are within reach."""
        return cost <= self.reach if self.includes_reach else cost < self.reach

    def uncut(self, cost: FloatArray) -> FloatArray:
        """Return the weights of distances as if reach had no end."""
        if self.curve is Curve.BINARY:
            return np.ones(cost.shape)
        if self.curve is Curve.STEPS:
            return self._steps(cost)
        if self.curve is Curve.GRAVITY:
            near = np.maximum(cost, self.floor)
            return np.asarray(np.power(near / self.scale, self.power), dtype=np.float64)
        bell = np.exp(np.square(cost) / (-2.0 * self.scale**2))
        if self.curve is Curve.GAUSSIAN:
            return np.asarray(bell, dtype=np.float64)
        end = np.exp(-0.5)
        return np.asarray(np.maximum((bell - end) / (1.0 - end), 0.0), dtype=np.float64)

    def _steps(self, cost: FloatArray) -> FloatArray:
        weight = np.zeros(cost.shape)
        for border, value in reversed(self.borders):
            weight[cost <= border] = value
        return weight


def binary(reach: float, *, includes_reach: bool = True) -> Weight:
    """Return weight 1 within reach."""
    return Weight(Curve.BINARY, reach, includes_reach)


def steps(weights: Mapping[float, float]) -> Weight:
    """Return weights by zone: farthest distance of each zone (included) and its weight; 0 beyond the last."""
    borders = tuple(sorted((float(b), float(w)) for b, w in weights.items()))
    if not borders or any(w < 0.0 for _, w in borders):
        raise ValueError("a weight by zones needs zones, and no negative weight")
    return Weight(Curve.STEPS, borders[-1][0], borders=borders)


def gaussian(sigma: float, *, reach: float = np.inf, includes_reach: bool = True) -> Weight:
    """Return exp(−d² / 2σ²) within reach."""
    return Weight(Curve.GAUSSIAN, reach, includes_reach, scale=_positive(sigma))


def dai(reach: float, *, includes_reach: bool = True) -> Weight:
    """Return Dai's (2010) Gaussian, which is 1 at distance 0 and falls to 0 at reach."""
    return Weight(Curve.DAI, reach, includes_reach, scale=_positive(reach))


def gravity(
    scale: float, power: float, *, floor: float, reach: float = np.inf, includes_reach: bool = True
) -> Weight:
    """Return (max(d, floor) / scale) ** power within reach; ``power`` is negative, ``floor`` above 0."""
    return Weight(
        Curve.GRAVITY, reach, includes_reach, scale=_positive(scale), power=power, floor=_positive(floor)
    )


def usual(model: CatchmentModel, reach: float) -> Weight:
    """Return the weight a model is used with: no decay for two steps, Luo & Qi's three zones for the others."""
    if model is CatchmentModel.TWO_STEP:
        return binary(reach)
    return steps({reach * (i + 1) / len(LUO_QI): w for i, w in enumerate(LUO_QI)})


@dataclass(frozen=True, slots=True)
class Catchments:
    """What a floating catchment gives.

    Attributes
    ----------
    access
        Places per person, shape ``(n,)``; 0 where no facility is within reach, NaN where only facilities of unknown
        supply are.
    demand
        People each facility must serve, as weighted by the model, shape ``(f,)``.
    ratio
        Places per weighted person at each facility, shape ``(f,)``; NaN where supply is unknown, 0 where nobody comes.
    reachable
        Sum of the supply of facilities that anybody reaches.
    left_out
        Number of facilities left out because their supply is unknown.
    """

    access: FloatArray
    demand: FloatArray
    ratio: FloatArray
    reachable: float
    left_out: int


def access(
    pairs: PairTable,
    people: FloatArray,
    supply: FloatArray,
    *,
    model: CatchmentModel,
    weight: Weight,
    selects_beyond_reach: bool = False,
) -> FloatArray:
    """Return places per person at every place, shape ``(n,)``; see :func:`catchments`."""
    found = catchments(
        pairs, people, supply, model=model, weight=weight, selects_beyond_reach=selects_beyond_reach
    )
    return found.access


def catchments(
    pairs: PairTable,
    people: FloatArray,
    supply: FloatArray,
    *,
    model: CatchmentModel,
    weight: Weight,
    selects_beyond_reach: bool = False,
) -> Catchments:
    """Share the supply among the people who reach it.

    Parameters
    ----------
    pairs
        Places and facilities with their distance; those beyond the weight's reach do not count. Pairs sorted by
        facility are quickest.
    people
        People of each place who share, shape ``(n,)``; NaN counts as nobody.
    supply
        Places (beds, seats) of each facility, shape ``(f,)``; a facility with NaN is left out and counted.
    model
        Two steps and enhanced differ by the weight alone; three steps also divide people among facilities.
    selects_beyond_reach
        Three steps only: whether the facilities in ``pairs`` beyond reach take part when people divide themselves, as
        in one published implementation; they then take people and give nothing.
    """
    table = _Table(pairs, supply, len(people))
    strength = weight.of(table.cost)
    if model is CatchmentModel.THREE_STEP:
        choice = weight.uncut(table.cost) if selects_beyond_reach else strength
        strength = strength * table.shares_of_places(choice)
    matrix = table.matrix(strength)
    demand = matrix @ np.where(people > 0.0, people, 0.0)
    ratio = np.divide(supply, demand, out=np.zeros(len(supply)), where=demand > 0.0)
    ratio[table.is_unknown] = 0.0
    found = matrix.T @ ratio
    return table.result(found, demand, ratio, weight)


def balanced(pairs: PairTable, people: FloatArray, supply: FloatArray, *, weight: Weight) -> Catchments:
    """Share people among facilities and the level of service among places, so that each is divided once.

    The people of all facilities sum to the people who reach any, and the access of all places to the ratios of the
    facilities that anybody reaches. It adds up over places, not over people: compare places with it, do not multiply
    it by people.
    """
    table = _Table(pairs, supply, len(people))
    strength = weight.of(table.cost)
    demand = table.matrix(table.shares_of_places(strength)) @ np.where(people > 0.0, people, 0.0)
    ratio = np.divide(supply, demand, out=np.zeros(len(supply)), where=demand > 0.0)
    ratio[table.is_unknown] = 0.0
    found = table.matrix(table.shares_of_facilities(strength)).T @ ratio
    return table.result(found, demand, ratio, weight)


class _Table:
    """Pairs of facilities whose supply is known, sorted by facility, ready to become sparse matrices."""

    def __init__(self, pairs: PairTable, supply: FloatArray, places: int) -> None:
        if np.any(supply < 0.0):
            raise ValueError("a supply is negative")
        self.is_unknown = np.isnan(supply)
        self._all = pairs
        place, facility, cost = pairs.place, pairs.facility, pairs.cost
        if self.is_unknown.any():
            keep = ~self.is_unknown[facility]
            place, facility, cost = place[keep], facility[keep], cost[keep]
        if np.any(facility[1:] < facility[:-1]):
            order = by_integers(facility)
            place, facility, cost = place[order], facility[order], cost[order]
        self.place, self.cost, self._places = place, cost, places
        self.supply = supply
        self._first = np.searchsorted(facility, np.arange(len(supply) + 1))

    def matrix(self, strength: FloatArray) -> csr_array[np.float64]:
        """Return weights as a matrix, shape ``(f, n)``."""
        from scipy.sparse import csr_array

        return csr_array((strength, self.place, self._first), shape=(len(self.supply), self._places))

    def shares_of_places(self, choice: FloatArray) -> FloatArray:
        """Return the share of each pair in the weights of its place."""
        total = np.asarray(self.matrix(choice).T @ np.ones(len(self.supply)))
        return _share(choice, total[self.place])

    def shares_of_facilities(self, choice: FloatArray) -> FloatArray:
        """Return the share of each pair in the weights of its facility."""
        total = np.asarray(self.matrix(choice) @ np.ones(self._places))
        return _share(choice, np.repeat(total, np.diff(self._first)))

    def result(self, found: FloatArray, demand: FloatArray, ratio: FloatArray, weight: Weight) -> Catchments:
        """Return the catchments, with NaN where only facilities of unknown supply are within reach."""
        if self.is_unknown.any():
            near = weight.is_within(self._all.cost)
            has_any, has_known = np.zeros(self._places, dtype=bool), np.zeros(self._places, dtype=bool)
            has_any[self._all.place[near]] = True
            has_known[self.place[weight.is_within(self.cost)]] = True
            found[has_any & ~has_known] = np.nan
        reachable = float(self.supply[(demand > 0.0) & ~self.is_unknown].sum())
        ratio[self.is_unknown] = np.nan
        return Catchments(found, demand, ratio, reachable, int(self.is_unknown.sum()))


def _share(part: FloatArray, total: FloatArray) -> FloatArray:
    return np.divide(part, total, out=np.zeros(len(part)), where=total > 0.0)


def _positive(value: float) -> float:
    if not (np.isfinite(value) and value > 0.0):
        raise ValueError("a distance of a weight must be above 0")
    return float(value)
