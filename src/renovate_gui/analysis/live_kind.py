"""One facility kind while one of its facilities is under the hand: verdicts and totals of every frame.

What all other facilities give is kept; a frame asks only whom the one facility reaches
(:class:`renovate_gui.analysis.live.Surroundings`) and decides again where it or the room in facilities makes a
difference, by the rule of the full analysis (:func:`renovate_gui.analysis.verdicts.decide`). See docs/methods.md, "Live".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.live import Reached, Surroundings
from renovate_gui.analysis.live_room import RoomAround
from renovate_gui.analysis.live_totals import carried, counted, headcount, shares, shifts
from renovate_gui.analysis.pairs import Pairs
from renovate_gui.analysis.reach import Facility
from renovate_gui.analysis.verdicts import decide
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.live import LiveFrame
from renovate_gui.domain.verdict import Verdict

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_MOVES_M = 150.0  # a hand may go so far before the part of the city around it is taken anew
_NO_ROWS = np.zeros(0, dtype=np.int64)
_NOBODY = Reached(_NO_ROWS, np.zeros(0), np.zeros(0, dtype=bool), _NO_ROWS, np.zeros(0))


@dataclass(frozen=True, slots=True)
class Rules:
    """How a kind is judged.

    Attributes
    ----------
    limit_m, seconds_limit
        Most metres, and most seconds of the walker in the asked direction (NaN: nobody asks), inclusive.
    asks_person
        Whether the verdict distinguishes the person from the paper at all (False by straight line).
    need
        People of each place who need the service, shape ``(n,)``; None: room does not decide.
    people, groups
        Headcounts that the totals and the shifts are of, shape ``(n,)`` each.
    has_place
        Which places have a geometry, shape ``(n,)``.
    """

    limit_m: float
    seconds_limit: float
    asks_person: bool
    need: FloatArray | None
    people: FloatArray
    groups: Mapping[AgeBasis, FloatArray]
    has_place: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Others:
    """All facilities of the kind: points, and places they have (NaN: not stated); ``own`` is the one under the hand.

    ``spots`` are their entrances where they are known, else their points; None: the points. The one under the hand has its
    entrances only while it stands where it stood.
    """

    points: ObjectArray
    capacity: FloatArray
    own: int
    spots: ObjectArray | None = None

    def spot(self, row: int) -> Facility | None:
        """Return by what the network leads to a facility."""
        found: Facility | None = (self.points if self.spots is None else self.spots)[row]
        return found

    def spot_of_own(self, point: shapely.Point | None) -> Facility | None:
        """Return by what the network leads to the facility under the hand when it is at a point."""
        start = self.points[self.own]
        if point is None or start is None or (point.x, point.y) != (start.x, start.y):
            return point
        return self.spot(self.own)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds at the rows that a position of the facility touches; all other rows are as without it."""

    rows: IndexArray
    verdict: NDArray[np.int8]
    placed: FloatArray | None


@dataclass(slots=True)
class _Base:
    """What the other facilities give to every place."""

    paper_m: FloatArray
    apart_m: FloatArray
    passes: NDArray[np.bool_]
    verdict: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    placed: FloatArray | None = None


class KindUnderHand:
    """Frames of one kind.

    Parameters
    ----------
    surroundings
        Whom a facility at a point reaches.
    rules
        How the kind is judged.
    others
        All facilities, the one under the hand included; its point is where it stands now, None when it is new.
    go_on
        Called before each facility is searched; may raise to give up.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        rules: Rules,
        others: Others,
        *,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        self._around, self._rules, self._own = surroundings, rules, others.own
        self._others = others
        self._capacity = others.capacity.copy()
        self._is_alone = len(others.points) == 1
        reached = []
        for i, point in enumerate(others.points):
            go_on()
            reached.append(self._reached(point, others.spot(i)) if i != others.own else _NOBODY)
        self._base = _merged(reached, len(rules.people))
        self._room: RoomAround | None = None
        if rules.need is not None:
            self._room = RoomAround(_as_pairs(reached), rules.need, self._capacity, others.own)
        self._settle_base()
        start = others.points[others.own]
        self._here: tuple[object, Reached] = (None, _NOBODY)
        self._start = self._state(start, float(others.capacity[others.own]))
        self._at_start = self._of_rows(self._start, np.arange(len(rules.people)))
        self._buildings, self._people = self._totals(*self._at_start)
        self._number = 0

    @property
    def distances_kept(self) -> FloatArray:
        """Return the least metres to any other facility within the limit, ``inf`` beyond it, shape ``(n,)``."""
        return self._base.paper_m

    def frame(self, point: shapely.Point | None, capacity: float | None = None) -> LiveFrame:
        """Return the frame with the facility at a point (None: left out), with other room than at the start or not."""
        state = self._state(point, float(self._capacity[self._own]) if capacity is None else capacity)
        rows = np.union1d(state.rows, self._start.rows)
        now, placed = self._of_rows(state, rows)
        before, placed_before = self._at_start[0][rows], _at(self._at_start[1], rows)
        need = _at(self._rules.need, rows)
        self._number += 1
        changed = now != before
        return LiveFrame(
            number=self._number,
            changed=rows[changed],
            verdict=now[changed],
            buildings=carried(self._buildings, counted(before), counted(now)),
            people=carried(
                self._people,
                headcount(before, self._rules.people[rows], need, placed_before),
                headcount(now, self._rules.people[rows], need, placed),
            ),
            shifts=shifts(
                self._rules.groups, rows, shares(before, need, placed_before), shares(now, need, placed)
            ),
            apart=self._apart(state),
        )

    def another(self) -> KindUnderHand:
        """Return the same for another thread: what frames remember is its own."""
        twin = copy(self)
        twin._room = None if self._room is None else self._room.another()  # noqa: SLF001 — its own kind
        return twin

    def verdicts(self, point: shapely.Point | None, capacity: float | None = None) -> NDArray[np.int8]:
        """Return the verdict of every place with the facility at a point, shape ``(n,)``."""
        state = self._state(point, float(self._capacity[self._own]) if capacity is None else capacity)
        return self._of_rows(state, np.arange(len(self._rules.people)))[0]

    def placed(self, point: shapely.Point | None, capacity: float | None = None) -> FloatArray | None:
        """Return who found room with the facility at a point, shape ``(n,)``; None where room does not decide."""
        state = self._state(point, float(self._capacity[self._own]) if capacity is None else capacity)
        return self._of_rows(state, np.arange(len(self._rules.people)))[1]

    # -- inside -----------------------------------------------------------------------------------------------
    def _apart(self, state: _State) -> int:
        """Return how many places cannot be judged for the facility's being off the main part of the network."""
        reached = self._here[1]
        if reached.is_main:
            return 0
        at = np.searchsorted(state.rows, reached.apart_row)
        return int(np.count_nonzero(state.verdict[at] == Verdict.UNKNOWN))

    def _reached(self, point: shapely.Point | None, spot: Facility | None) -> Reached:
        if point is None:
            return _NOBODY
        return self._around.reached(point, self._rules.limit_m, self._rules.seconds_limit, spot=spot)

    def _soon(self, point: shapely.Point | None) -> IndexArray:
        """Return the places that the facility may reach when it has moved a little."""
        return _NO_ROWS if point is None else self._around.beside(point, self._rules.limit_m + _MOVES_M)

    def _settle_base(self) -> None:
        """Decide what every place has without the facility."""
        every = np.arange(len(self._rules.people))
        if self._room is not None:
            self._base.placed = self._room.without
        self._base.verdict = self._decided(every, _NOBODY, self._base.placed, is_there=False)

    def _state(self, point: shapely.Point | None, capacity: float) -> _State:
        if self._here[0] is not point:
            self._here = (point, self._reached(point, self._others.spot_of_own(point)))
        reached = self._here[1]
        touched = [reached.row, reached.apart_row]
        if self._is_alone and point is not None:
            touched.append(np.flatnonzero(~self._rules.has_place))
        room_rows, room_placed = _NO_ROWS, np.zeros(0)
        if self._room is not None:
            served = reached.passes
            room_rows, room_placed = self._room.placed(
                reached.row[served], reached.metres[served], capacity, lambda: self._soon(point)
            )
            touched.append(room_rows)
        rows = np.unique(np.concatenate(touched))
        placed = _at(self._base.placed, rows)
        if placed is not None:
            placed[np.searchsorted(rows, room_rows)] = room_placed
        verdict = self._decided(rows, reached, placed, is_there=point is not None)
        return _State(rows, verdict, placed)

    def _decided(
        self, rows: IndexArray, reached: Reached, placed: FloatArray | None, *, is_there: bool
    ) -> NDArray[np.int8]:
        if self._is_alone and not is_there:  # no facility of this kind: nobody has one in reach
            return np.full(len(rows), Verdict.OUT_OF_REACH, dtype=np.int8)
        rules, base = self._rules, self._base
        paper, apart, passes = base.paper_m[rows], base.apart_m[rows], base.passes[rows]
        at = np.searchsorted(rows, reached.row)
        paper[at] = np.minimum(paper[at], reached.metres)
        passes[at] |= reached.passes
        at = np.searchsorted(rows, reached.apart_row)
        apart[at] = np.minimum(apart[at], reached.apart_m)
        return decide(
            paper,
            apart,
            rules.has_place[rows],
            limit_m=rules.limit_m,
            passes=passes if rules.asks_person else None,
            need=_at(rules.need, rows),
            placed=placed,
        )

    def _of_rows(self, state: _State, rows: IndexArray) -> tuple[NDArray[np.int8], FloatArray | None]:
        """Return verdicts and who found room at rows; ``rows`` must hold all that the state touches."""
        verdict, placed = self._base.verdict[rows], _at(self._base.placed, rows)
        at = np.searchsorted(rows, state.rows)
        verdict[at] = state.verdict
        if placed is not None and state.placed is not None:
            placed[at] = state.placed
        return verdict, placed

    def _totals(
        self, verdict: NDArray[np.int8], placed: FloatArray | None
    ) -> tuple[dict[Verdict, int], dict[Verdict, float]]:
        return counted(verdict), headcount(verdict, self._rules.people, self._rules.need, placed)


def _merged(reached: Sequence[Reached], places: int) -> _Base:
    base = _Base(np.full(places, np.inf), np.full(places, np.inf), np.zeros(places, dtype=bool))
    for one in reached:
        base.paper_m[one.row] = np.minimum(base.paper_m[one.row], one.metres)
        base.apart_m[one.apart_row] = np.minimum(base.apart_m[one.apart_row], one.apart_m)
        base.passes[one.row] |= one.passes
    return base


def _as_pairs(reached: Sequence[Reached]) -> Pairs:
    place = [r.row[r.passes] for r in reached]
    facility = [np.full(len(rows), i, dtype=np.int64) for i, rows in enumerate(place)]
    metres = [r.metres[r.passes] for r in reached]
    return Pairs(np.concatenate(place), np.concatenate(facility), np.concatenate(metres))


def _at(values: FloatArray | None, rows: IndexArray) -> FloatArray | None:
    return None if values is None else values[rows]
