"""Who finds room while one facility is under the hand: only the part of the city that can notice is allocated again.

A facility with room for everybody in its reach never turns anybody away, so nobody goes past it and it passes no crowding
on. Through all other facilities crowding spreads from place to place; places that no such chain joins are independent,
and an allocation of some parts alone is, bit by bit, that of the whole city there. See docs/methods.md, "Live".
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.capacity import Allocator, allocate
from renovate_gui.analysis.pairs import Pairs

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_MARGIN = 1.0 + 1e-9  # a sum of needs may be off by rounding
_NO_ROWS = np.zeros(0, dtype=np.int64)


class RoomAround:
    """Allocations with one facility moving among others.

    Parameters
    ----------
    pairs
        Places and the *other* facilities that serve them, each pair once, in metres.
    need
        People of each place who need the service, shape ``(n,)``; NaN unknown.
    capacity
        Places of each facility, shape ``(f,)``; NaN: room for everybody.
    own
        The facility under the hand.

    Attributes
    ----------
    without
        Who finds room without the facility, shape ``(n,)``.
    """

    def __init__(self, pairs: Pairs, need: FloatArray, capacity: FloatArray, own: int) -> None:
        self._need, self._capacity, self._own = need, capacity, own
        self.without: FloatArray = allocate(pairs, need, capacity).placed
        is_ample = _ample(pairs, need, capacity)
        kept = _up_to_first_ample(pairs, is_ample)
        self._pairs = _only(pairs, kept)
        self._part = _parts(self._pairs, is_ample, len(need))
        order = np.argsort(self._part[self._pairs.place], kind="stable")
        self._pairs = _only(self._pairs, order)
        self._pair_part = self._part[self._pairs.place]
        self._kept: _Part | None = None

    def another(self) -> RoomAround:
        """Return the same for another thread: the parts it remembers are its own."""
        twin = copy(self)
        twin._kept = None  # noqa: SLF001 — its own kind
        return twin

    def placed(
        self,
        row: IndexArray,
        metres: FloatArray,
        capacity: float,
        around: Callable[[], IndexArray] = lambda: _NO_ROWS,
    ) -> tuple[IndexArray, FloatArray]:
        """Return the places where it makes a difference, ascending, and who finds room in them.

        ``row`` are the places that the facility serves, ascending, and ``metres`` how far it is. ``around`` tells places
        that it may serve soon, so that the next frame need not begin anew.
        """
        parts = np.unique(self._part[row])
        part = self._of_parts(parts[parts >= 0], row, around)
        rows = np.union1d(part.places, row)
        own = np.searchsorted(part.rows, row)
        anew = part.allocator.with_pairs(part.own, own, metres, capacity=capacity).placed
        found = anew[np.searchsorted(part.rows, rows)]
        before = self.without[rows]
        differs = (found != before) & ~np.isnan(found)
        return rows[differs], found[differs]

    def _of_parts(self, parts: IndexArray, row: IndexArray, around: Callable[[], IndexArray]) -> _Part:
        wanted = tuple(parts.tolist())
        kept = self._kept
        if kept is None or kept.parts != wanted or not kept.holds(row):
            first = np.searchsorted(self._pair_part, parts, side="left")
            last = np.searchsorted(self._pair_part, parts, side="right")
            runs = [np.arange(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
            pairs = _only(self._pairs, np.concatenate([_NO_ROWS, *runs]))
            places = np.unique(pairs.place)
            rows = np.union1d(np.union1d(places, row), around())
            facilities = np.union1d(
                pairs.facility, [self._own]
            )  # the city's others would cost at every frame
            local = Pairs(
                np.searchsorted(rows, pairs.place), np.searchsorted(facilities, pairs.facility), pairs.cost
            )
            own = int(np.searchsorted(facilities, self._own))
            allocator = Allocator(local, self._need[rows], self._capacity[facilities])
            kept = self._kept = _Part(wanted, places, rows, own, allocator)
        return kept


@dataclass(frozen=True, slots=True)
class _Part:
    """An allocation of some parts alone.

    Its places are ``rows`` in their order and its facilities keep theirs, so that equal distances rank alike; ``own`` is
    the number that the facility under the hand has among them.
    """

    parts: tuple[int, ...]
    places: IndexArray
    rows: IndexArray
    own: int
    allocator: Allocator

    def holds(self, row: IndexArray) -> bool:
        """Return whether the places are among those of the allocation."""
        if len(row) == 0 or len(self.rows) == 0:
            return len(row) == 0
        at = np.minimum(np.searchsorted(self.rows, row), len(self.rows) - 1)
        return bool((self.rows[at] == row).all())


def _only(pairs: Pairs, rows: IndexArray | NDArray[np.bool_]) -> Pairs:
    return Pairs(pairs.place[rows], pairs.facility[rows], pairs.cost[rows])


def _ample(pairs: Pairs, need: FloatArray, capacity: FloatArray) -> NDArray[np.bool_]:
    """Return which facilities have room for all in their reach, shape ``(f,)``."""
    people = np.nan_to_num(need)[pairs.place]
    most = np.bincount(pairs.facility, weights=people, minlength=len(capacity))
    return np.isnan(capacity) | (most * _MARGIN < capacity)


def _up_to_first_ample(pairs: Pairs, is_ample: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which pairs are not farther than the place's first facility with room for everybody."""
    count = int(pairs.place.max(initial=-1)) + 1
    least = np.full(count, np.inf)
    ample = is_ample[pairs.facility]
    np.minimum.at(least, pairs.place[ample], pairs.cost[ample])
    return np.asarray(pairs.cost <= least[pairs.place])


def _parts(pairs: Pairs, is_ample: NDArray[np.bool_], places: int) -> IndexArray:
    """Return the independent part that each place belongs to, −1 where no facility serves it, shape ``(n,)``."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    crowded = ~is_ample[pairs.facility]
    size = places + len(is_ample)
    ends = pairs.place[crowded], places + pairs.facility[crowded]
    links = coo_array((np.ones(len(ends[0]), dtype=bool), ends), shape=(size, size))
    label = connected_components(links, directed=False)[1][:places].astype(np.int64)
    served = np.zeros(places, dtype=bool)
    served[pairs.place] = True
    return np.where(served, label, -1)
