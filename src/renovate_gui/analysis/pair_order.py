"""Pairs of place and facility in the one order in which people are placed: by metres, then place row, then facility row.

Sorting hundreds of thousands of pairs is most of the work of an allocation. Stable passes over 16 bits at a time
(which numpy sorts by counting) are three times faster than comparing; only pairs that a rounded distance cannot tell
apart are compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_DIGIT = 16
_LEVELS = 2**32 - 1  # a distance is first sorted by its share of the largest, in this many levels


class PairTable(Protocol):
    """Places and facilities within reach of each other, as parallel arrays; no pair stands twice."""

    @property
    def place(self) -> IndexArray:
        """Rows of the places."""

    @property
    def facility(self) -> IndexArray:
        """Rows of the facilities."""

    @property
    def cost(self) -> FloatArray:
        """Metres (or seconds) between the two, finite, 0 or more."""


def by_integers(values: IndexArray) -> IndexArray:
    """Return the stable order of whole numbers from 0 on."""
    order: IndexArray | None = None
    most = int(values.max(initial=0))
    for shift in range(0, max(most.bit_length(), 1), _DIGIT):
        digit = values if order is None else values[order]
        step = np.argsort(((digit >> shift) & 0xFFFF).astype(np.uint16), kind="stable")
        order = step if order is None else order[step]
    return np.arange(len(values)) if order is None else order


def in_order(pairs: PairTable) -> IndexArray:
    """Return the order of pairs by (cost, place row, facility row)."""
    place, facility, cost = pairs.place, pairs.facility, pairs.cost
    if len(cost) == 0:
        return np.zeros(0, dtype=np.int64)
    if not (np.isfinite(cost).all() and cost.min() >= 0.0):
        raise ValueError("a pair has no distance, or a negative one")
    order = np.arange(len(place)) if np.all(facility[1:] >= facility[:-1]) else by_integers(facility)
    order = order[by_integers(place[order])]
    most = float(cost.max())
    level = (cost / (most if most > 0.0 else 1.0) * _LEVELS).astype(np.int64)
    order = order[by_integers(level[order])]
    return _settle_ties(order, level, cost)


def _settle_ties(order: IndexArray, level: IndexArray, cost: FloatArray) -> IndexArray:
    """Put pairs of one level into the order of their unrounded costs; equal costs stay as they stand."""
    falls = np.flatnonzero(np.diff(cost[order]) < 0.0)
    if len(falls) == 0:
        return order
    levels = level[order]
    wanted = np.isin(levels, levels[falls])
    rows = np.flatnonzero(wanted)
    own = order[rows]
    inner = np.lexsort((np.arange(len(own)), cost[own], levels[rows]))
    settled = order.copy()
    settled[rows] = own[inner]
    return settled


@dataclass(frozen=True)
class Chain:
    """Pairs in order, each knowing the next choice of its place.

    Attributes
    ----------
    place, facility, cost
        The pairs; the row of a pair is its id.
    key
        Rank of each pair in the common order; ids of a chain that is not spliced are their own rank.
    following
        Id of the next choice of the same place, −1 none.
    first
        Id of the first choice of each place, −1 none, shape ``(n,)``.
    """

    place: IndexArray
    facility: IndexArray
    cost: FloatArray
    key: FloatArray
    following: IndexArray
    first: IndexArray

    @classmethod
    def of(cls, pairs: PairTable, places: int) -> Chain:
        """Return the chain of a table of pairs."""
        order = in_order(pairs)
        return cls._of_sorted(pairs.place[order], pairs.facility[order], pairs.cost[order], places)

    @classmethod
    def _of_sorted(cls, place: IndexArray, facility: IndexArray, cost: FloatArray, places: int) -> Chain:
        by_place = by_integers(place)
        same = place[by_place[1:]] == place[by_place[:-1]]
        following = np.full(len(place), -1, dtype=np.int64)
        following[by_place[:-1][same]] = by_place[1:][same]
        first = np.full(places, -1, dtype=np.int64)
        is_first = np.r_[True, ~same][: len(place)]
        first[place[by_place[is_first]]] = by_place[is_first]
        return cls(place, facility, cost, np.arange(len(place), dtype=np.float64), following, first)

    def without(self, facility: int) -> Chain:
        """Return the chain without the pairs of one facility."""
        keep = self.facility != facility
        return self._of_sorted(self.place[keep], self.facility[keep], self.cost[keep], len(self.first))

    @cached_property
    def _by_place(self) -> tuple[IndexArray, IndexArray]:
        """Return ids by place, and place and id as one rising number."""
        ids = by_integers(self.place)
        return ids, self.place[ids] * (len(ids) + 1) + ids

    def spliced(self, facility: int, place: IndexArray, cost: FloatArray) -> Chain:
        """Return the chain with the pairs of one facility put in; it must have none here."""
        order = np.lexsort((place, cost))
        place, cost = place[order], cost[order]
        rank = self._rank(facility, place, cost)
        count, added = len(self.place), len(place)
        ids = count + np.arange(added)
        by_place, joint = self._by_place
        at = np.searchsorted(joint, place * (count + 1) + rank)
        padded = np.r_[by_place, -1]
        before, after = padded[np.maximum(at, 1) - 1], padded[at]
        has_before = (at > 0) & (before >= 0) & (self._place_of(before) == place)
        has_after = (after >= 0) & (self._place_of(after) == place)
        following = np.concatenate([self.following, np.where(has_after, after, -1)])
        following[before[has_before]] = ids[has_before]
        first = self.first.copy()
        first[place[~has_before]] = ids[~has_before]
        return Chain(
            np.concatenate([self.place, place]),
            np.concatenate([self.facility, np.full(added, facility, dtype=np.int64)]),
            np.concatenate([self.cost, cost]),
            np.concatenate([self.key, rank - 1 + np.arange(1, added + 1) / (added + 2)]),
            following,
            first,
        )

    def _place_of(self, ids: IndexArray) -> IndexArray:
        return self.place[ids] if len(self.place) else np.full(len(ids), -1, dtype=np.int64)

    def _rank(self, facility: int, place: IndexArray, cost: FloatArray) -> IndexArray:
        """Return how many pairs stand before each of the given ones."""
        low = np.searchsorted(self.cost, cost, side="left")
        high = np.searchsorted(self.cost, cost, side="right")
        while True:  # among equal costs: halve by (place, facility)
            open_rows = np.flatnonzero(low < high)
            if len(open_rows) == 0:
                return low
            middle = (low[open_rows] + high[open_rows]) // 2
            other, own = self.place[middle], place[open_rows]
            is_before = (other < own) | ((other == own) & (self.facility[middle] < facility))
            low[open_rows[is_before]] = middle[is_before] + 1
            high[open_rows[~is_before]] = middle[~is_before]
