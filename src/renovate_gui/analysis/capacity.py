"""Who finds room: hard nearest allocation of people to facilities of limited capacity.

Pairs of place and facility are taken in the order (metres, place row, facility row). Each pair places as many of the
people still without a place as the facility still has room for. People are divisible: part of a building may go to
the next facility. Because both sides prefer by the same order, the result is the stable matching (nobody gives way to
anybody who lives farther), and it does not depend on how it is computed.

It is computed from one *filling* to the next instead of pair by pair: everybody stands at the nearest open facility;
the facility that fills first in the common order turns away all who stand there later; they go on to their next open
one. A facility only gains arrivals, so whoever came before its filling stays for good. The arithmetic is that of the
plain loop, addition by addition, so that both agree to the last bit. See docs/methods.md, "Supply and demand".
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.pair_order import Chain, FloatArray, IndexArray, PairTable, by_integers


@dataclass(frozen=True, slots=True)
class Flow:
    """Who goes where, by place row and then nearest first: people of a place placed in a facility, all above 0."""

    place: IndexArray
    facility: IndexArray
    people: FloatArray

    def of_place(self, place: int) -> tuple[IndexArray, FloatArray]:
        """Return the facilities that take people of a place, nearest first, and how many each."""
        own = slice(*np.searchsorted(self.place, [place, place + 1]))
        return self.facility[own], self.people[own]


@dataclass(frozen=True, slots=True)
class Allocation:
    """What hard nearest allocation gives.

    Attributes
    ----------
    placed
        People of each place who found room, shape ``(n,)``; exactly the need where all did, NaN where the need is NaN.
    taken
        Places taken in each facility, shape ``(f,)``; exactly the capacity where it is full.
    home
        The last facility that took people of each place, −1 none, shape ``(n,)``.
    turned_away
        Facilities that filled, in the order in which they did.
    """

    placed: FloatArray
    taken: FloatArray
    home: IndexArray
    turned_away: IndexArray
    _at_home: FloatArray
    _parted: tuple[
        tuple[int, int, float], ...
    ]  # (place, facility, people) where a facility filled inside a place

    def flow(self) -> Flow:
        """Return who goes where."""
        housed = np.flatnonzero((self.home >= 0) & (self._at_home > 0.0))
        parted = [p for p in self._parted if p[2] > 0.0]
        place = np.concatenate([np.array([p[0] for p in parted], dtype=np.int64), housed])
        facility = np.concatenate([np.array([p[1] for p in parted], dtype=np.int64), self.home[housed]])
        people = np.concatenate([np.array([p[2] for p in parted]), self._at_home[housed]])
        order = np.argsort(place, kind="stable")
        return Flow(place[order], facility[order], people[order])


def allocate(pairs: PairTable, need: FloatArray, capacity: FloatArray) -> Allocation:
    """Place people in the nearest facilities that have room.

    Parameters
    ----------
    pairs
        Places and facilities that may be used, with metres; no pair twice.
    need
        People of each place who need the service, shape ``(n,)``; NaN (unknown) places nobody.
    capacity
        Places of each facility, shape ``(f,)``; NaN is room for everybody, 0 for nobody.
    """
    room = _room(need, capacity)
    people = np.where(need > 0.0, need, 0.0)
    home = _nearest(pairs, len(need), len(room))
    if _is_ample(home, people, room):
        return _result(need, people, home, room, [])
    return Allocator(pairs, need, capacity).allocation()


class Allocator:
    """Keeps the pairs in order, so that a change of one facility is allocated anew quickly and exactly alike.

    Parameters are those of :func:`allocate`. Every answer equals that of :func:`allocate` for the changed input, to
    the last bit. Not for several threads at once.
    """

    def __init__(self, pairs: PairTable, need: FloatArray, capacity: FloatArray) -> None:
        self._room = _room(need, capacity)
        self._need = need
        self._people = np.where(need > 0.0, need, 0.0)
        self._chain = Chain.of(pairs, len(need))
        self._past: list[_State] | None = None
        self._aside: tuple[int, Chain, list[IndexArray]] | None = None

    def allocation(self) -> Allocation:
        """Return the allocation of the input as it was given."""
        return self._of(_fill(self._start(self._room), self._chain, self._room), self._chain, self._room)

    def with_capacity(self, facility: int, capacity: float) -> Allocation:
        """Return the allocation if one facility had another capacity; NaN is room for everybody.

        What was settled before the earlier of its two fillings stays; only the rest is done again.
        """
        room = self._room.copy()
        room[facility] = _room_of(capacity)
        if self._past is None:
            self._past = []
            at_rest = _fill(self._start(self._room), self._chain, self._room, self._past)
            self._past.append(at_rest.kept())
        own = next((i for i, s in enumerate(self._past) if s.next_to_fill == facility), len(self._past) - 1)

        def is_touched(state: _State) -> bool:
            again = state.again(self._people, self._chain)
            return again.filling(facility, self._chain, room)[0] < state.next_key

        i = bisect_left(self._past, x=True, hi=own, key=is_touched)
        state = self._past[i].again(self._people, self._chain)
        state.refresh(facility, self._chain, room)
        return self._of(_fill(state, self._chain, room), self._chain, room)

    def with_pairs(
        self, facility: int, place: IndexArray, cost: FloatArray, *, capacity: float | None = None
    ) -> Allocation:
        """Return the allocation if one facility were reached by these pairs alone, as when it is dragged.

        ``place`` holds every place once at most, ``cost`` its metres; ``capacity`` None keeps the facility's own.
        The first call for a facility sets its other pairs aside and takes longer.
        """
        room = self._room.copy()
        if capacity is not None:
            room[facility] = _room_of(capacity)
        if self._aside is None or self._aside[0] != facility:
            rest = self._chain.without(facility)
            self._aside = (facility, rest, _arrivals(rest, self._people, len(room)))
        _, base, arrivals = self._aside
        chain = base.spliced(facility, place, cost)
        members = [m[chain.first[chain.place[m]] == m] for m in arrivals]
        added = np.arange(len(base.place), len(chain.place))
        at = chain.place[added]
        members[facility] = added[(chain.first[at] == added) & (self._people[at] > 0.0)]
        return self._of(_fill(_State.at_first(members, self._people, chain, room), chain, room), chain, room)

    def _start(self, room: FloatArray) -> _State:
        members = _arrivals(self._chain, self._people, len(room))
        return _State.at_first(members, self._people, self._chain, room)

    def _of(self, state: _State, chain: Chain, room: FloatArray) -> Allocation:
        home = np.full(len(self._need), -1, dtype=np.int64)
        for f, members in enumerate(state.members):
            home[chain.place[members]] = f
        parted = [(int(chain.place[i]), int(chain.facility[i]), given) for i, given in state.parted]
        return _result(self._need, state.rest, home, room, parted)


@dataclass(slots=True)
class _State:
    """Where everybody stands between two fillings.

    Attributes
    ----------
    members
        Ids of the pairs at which people stand, per facility, in order; never changed in place.
    fills
        Rank of the pair at which each facility turns the first people away, ``inf`` never.
    rest
        People of each place who are not settled elsewhere.
    parted
        Pairs inside which a facility filled, and how many people it still took there.
    """

    members: list[IndexArray]
    fills: FloatArray
    is_closed: NDArray[np.bool_]
    rest: FloatArray
    parted: list[tuple[int, float]]

    @classmethod
    def at_first(
        cls, members: list[IndexArray], people: FloatArray, chain: Chain, room: FloatArray
    ) -> _State:
        """Return the state in which everybody stands at the nearest facility."""
        count = len(room)
        state = cls(members, np.full(count, np.inf), np.zeros(count, dtype=bool), people.copy(), [])
        for f in range(count):
            state.refresh(f, chain, room)
        return state

    @property
    def next_to_fill(self) -> int:
        """The facility that fills next, −1 none."""
        return int(self.fills.argmin()) if np.isfinite(self.next_key) else -1

    @property
    def next_key(self) -> float:
        """Rank of the pair of the next filling, ``inf`` none."""
        return float(self.fills.min(initial=np.inf))

    def filling(self, facility: int, chain: Chain, room: FloatArray) -> tuple[float, int, float]:
        """Return rank and number of the member with whom a facility overflows, and the room left for it."""
        members = self.members[facility]
        if len(members) == 0 or np.isinf(room[facility]):
            return np.inf, len(members), np.inf
        taken = np.cumsum(self.rest[chain.place[members]])
        i = int(np.searchsorted(taken, room[facility], side="right"))
        if i == len(members):
            return np.inf, i, np.inf
        return float(chain.key[members[i]]), i, float(room[facility] - (taken[i - 1] if i else 0.0))

    def refresh(self, facility: int, chain: Chain, room: FloatArray) -> None:
        """Find out anew when a facility fills."""
        self.fills[facility] = np.inf if self.is_closed[facility] else self.filling(facility, chain, room)[0]

    def kept(self) -> _State:
        """Return the state to remember, without ``rest``, which :meth:`again` restores."""
        none = np.zeros(0)
        return _State(self.members.copy(), self.fills.copy(), self.is_closed.copy(), none, self.parted.copy())

    def again(self, people: FloatArray, chain: Chain) -> _State:
        """Return a kept state to go on from."""
        state = self.kept()
        state.rest = people.copy()
        for pair, given in state.parted:
            state.rest[chain.place[pair]] -= given
        return state

    def close(self, facility: int, chain: Chain, room: FloatArray) -> IndexArray:
        """Fill a facility and return the pairs at which people are turned away."""
        _, i, left = self.filling(facility, chain, room)
        members = self.members[facility]
        pair = int(members[i])
        self.parted.append((pair, left))
        self.rest[chain.place[pair]] -= left
        self.members[facility] = members[:i]
        self.is_closed[facility] = True
        self.fills[facility] = np.inf
        return members[i:]

    def pass_on(self, pairs: IndexArray, chain: Chain, room: FloatArray) -> None:
        """Let the people of the pairs go on to the next open facility of their places."""
        touched: set[int] = set()
        while len(pairs):
            pairs = chain.following[pairs]
            pairs = pairs[pairs >= 0]
            is_turned_away = self.is_closed[chain.facility[pairs]]
            touched |= self._settle(pairs[~is_turned_away], chain)
            pairs = pairs[is_turned_away]
        for f in touched:
            self.refresh(f, chain, room)

    def _settle(self, pairs: IndexArray, chain: Chain) -> set[int]:
        pairs = pairs[np.argsort(chain.key[pairs])]
        facility = chain.facility[pairs]
        touched = {int(f) for f in np.unique(facility)}
        for f in touched:
            members, more = self.members[f], pairs[facility == f]
            at = np.searchsorted(chain.key[members], chain.key[more])
            self.members[f] = np.insert(members, at, more)
        return touched


def _fill(state: _State, chain: Chain, room: FloatArray, past: list[_State] | None = None) -> _State:
    """Fill facility after facility until nobody is turned away; remember the states before each filling."""
    while (facility := state.next_to_fill) >= 0:
        if past is not None:
            past.append(state.kept())
        state.pass_on(state.close(facility, chain, room), chain, room)
    return state


def _arrivals(chain: Chain, people: FloatArray, facilities: int) -> list[IndexArray]:
    """Return the first choices of all places with people, per facility, in order."""
    ids = np.sort(chain.first[(chain.first >= 0) & (people > 0.0)])
    facility = chain.facility[ids]
    ids = ids[by_integers(facility)]
    ends = np.cumsum(np.bincount(facility, minlength=facilities))
    return np.split(ids, ends[:-1])


def _nearest(pairs: PairTable, places: int, facilities: int) -> IndexArray:
    """Return the nearest facility of each place, the lowest row among equals, −1 none."""
    least = np.full(places, np.inf)
    np.minimum.at(least, pairs.place, pairs.cost)
    is_least = pairs.cost == least[pairs.place]
    nearest = np.full(places, facilities, dtype=np.int64)
    np.minimum.at(nearest, pairs.place[is_least], pairs.facility[is_least])
    return np.where(nearest < facilities, nearest, -1)


def _is_ample(home: IndexArray, people: FloatArray, room: FloatArray) -> bool:
    """Return whether every facility has room, with a margin for rounding, for all to whom it is the nearest."""
    housed = home >= 0
    load = np.bincount(home[housed], weights=people[housed], minlength=len(room))
    return bool(np.all((load == 0.0) | (load * (1.0 + 1e-9) < room)))


def _result(
    need: FloatArray,
    rest: FloatArray,
    home: IndexArray,
    room: FloatArray,
    parted: list[tuple[int, int, float]],
) -> Allocation:
    housed = (home >= 0) & (rest > 0.0)
    taken = np.bincount(home[housed], weights=rest[housed], minlength=len(room)).astype(np.float64)
    filled = np.array([f for _, f, _ in parted], dtype=np.int64)
    taken[filled] = room[filled]
    placed = need - np.where(housed, 0.0, rest)
    return Allocation(
        placed, taken, np.where(housed, home, -1), filled, np.where(housed, rest, 0.0), tuple(parted)
    )


def _room(need: FloatArray, capacity: FloatArray) -> FloatArray:
    if np.any(need < 0.0) or np.any(capacity < 0.0):
        raise ValueError("a need or a capacity is negative")
    return np.where(np.isnan(capacity), np.inf, capacity).astype(np.float64)


def _room_of(capacity: float) -> float:
    if capacity < 0.0:
        raise ValueError("a capacity is negative")
    return np.inf if np.isnan(capacity) else float(capacity)
