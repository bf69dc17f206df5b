"""What siting is asked and what it answers, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SLACK = 1e-9
"""Relative slack below which two values of a plan count as equal."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen: how many, or for how much, and what excludes each other.

    Attributes
    ----------
    cost
        Cost of each option, shape ``(m,)``, above 0; all ones when options are counted.
    limit
        The number of options, or the budget.
    group
        Options of one group exclude each other (one site, several uses), shape ``(m,)``; −1: no group.
    """

    cost: FloatArray
    limit: float
    group: IndexArray

    @classmethod
    def of_count(cls, options: int, count: int) -> Choice:
        """Return the choice of ``count`` of ``options``."""
        return cls(np.ones(options), float(count), np.full(options, -1, dtype=np.int64))

    @property
    def is_counted(self) -> bool:
        """Whether options are counted and not paid for."""
        return bool((self.cost == 1.0).all())

    def allows(self, chosen: tuple[int, ...]) -> bool:
        """Return whether a plan keeps limit and groups."""
        rows = list(chosen)
        groups = self.group[rows]
        groups = groups[groups >= 0]
        fits = self.cost[rows].sum() <= self.limit * (1 + SLACK)
        return bool(fits and len(np.unique(groups)) == len(groups))


@dataclass(frozen=True, slots=True)
class Different:
    """A new plan shares at most ``shared`` options with the plan ``chosen``."""

    chosen: tuple[int, ...]
    shared: int


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan and how good it can be shown to be.

    Attributes
    ----------
    chosen
        Options of the plan, ascending.
    value
        Its worth (weight served), or its cost where less is better (p-median, p-center, LSCP).
    bound
        No plan is better than this; NaN while nothing is known.
    is_proven
        Value and bound meet.
    seconds
        Time taken.
    note
        ``time`` when the time limit ended the search, ``infeasible`` when no plan keeps the conditions.
    """

    chosen: tuple[int, ...]
    value: float
    bound: float = np.nan
    is_proven: bool = False
    seconds: float = 0.0
    note: str = ""

    @property
    def gap(self) -> float:
        """Return how far the bound is from the value, as a share of the bound; NaN while there is no bound."""
        if not np.isfinite(self.bound):
            return float("nan")
        return abs(self.bound - self.value) / max(abs(self.bound), abs(self.value), 1e-12)


@dataclass(frozen=True, slots=True)
class CoverProblem:
    """Who is within reach of which option.

    Attributes
    ----------
    cover
        Options × demand, true where the option serves the demand; what exists serves is already left out.
    weight
        People (or another weight) of the demand, at least 0, shape ``(n,)``.
    """

    cover: csr_array[np.float64]
    weight: FloatArray
    choice: Choice


@dataclass(frozen=True, slots=True)
class MedianProblem:
    """How far it is from demand to options.

    Attributes
    ----------
    cost
        Options × demand, finite: unreachable pairs carry the cost of going without.
    weight
        At least 0, shape ``(n,)``.
    existing
        Cost to what exists, shape ``(n,)``; ``inf`` where nothing exists.
    count
        How many options are chosen.
    """

    cost: FloatArray
    weight: FloatArray
    existing: FloatArray
    count: int


@dataclass(frozen=True, slots=True)
class RoomProblem:
    """Who is within reach of which facility, existing or new, and how many places each has.

    Attributes
    ----------
    place, facility, cost
        Pairs within reach and how far they are apart, shape ``(k,)``; no pair twice.
    need
        Demand that wants a place, at least 0, shape ``(n,)``; ``worth`` is what one unit of it served is worth.
    capacity
        Places of each facility as it is, shape ``(f,)``; 0 for a site where nothing is yet, NaN room for everybody.
    at
        The facility that an option opens or enlarges, shape ``(m,)``; ``adds`` the places it brings, NaN room for
        everybody.
    """

    place: IndexArray
    facility: IndexArray
    cost: FloatArray
    need: FloatArray
    worth: FloatArray
    capacity: FloatArray
    at: IndexArray
    adds: FloatArray
    choice: Choice

    def capacity_with(self, chosen: tuple[int, ...]) -> FloatArray:
        """Return the places of each facility under a plan."""
        found = self.capacity.copy()
        for option in chosen:
            found[self.at[option]] += self.adds[option]  # NaN, room for everybody, stays NaN
        return found


def pairs_matrix(option: IndexArray, demand: IndexArray, shape: tuple[int, int]) -> csr_array[np.float64]:
    """Return pairs as a matrix of ones; a pair given twice counts once."""
    from scipy.sparse import csr_array

    found = csr_array((np.ones(len(option)), (option, demand)), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1.0
    return found
