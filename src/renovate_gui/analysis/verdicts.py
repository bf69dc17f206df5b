"""From distances, minutes and places taken to verdicts: who is served, who is not and why, and who cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.nearest import Nearest, straight_line
from renovate_gui.analysis.pairs import Pairs
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Measure, Verdict

FloatArray = NDArray[np.float64]

SLACK = 1e-6
"""Limits are inclusive: metres, seconds and people that equal them but for rounding are within them."""


def decide(
    paper_m: FloatArray,
    unconnected_m: FloatArray,
    has_place: NDArray[np.bool_],
    *,
    limit_m: float,
    passes: NDArray[np.bool_] | None = None,
    need: FloatArray | None = None,
    placed: FloatArray | None = None,
) -> NDArray[np.int8]:
    """Return the verdict of every place; the one rule of the full and of the live analysis, row by row.

    Parameters
    ----------
    paper_m
        Least distance to a facility by the measure that decides, metres, shape ``(n,)``; ``inf`` none, NaN off the
        network.
    unconnected_m
        Straight line to the nearest facility that no known way leads to, metres; ``inf`` none. A place that has no
        facility within the limit cannot be judged while such a one stands within it: a link may be missing in the data.
    has_place
        Which rows have a geometry.
    limit_m
        The standard's distance, inclusive.
    passes
        For which places one single facility lies within ``limit_m`` and within the minutes of this walker; None: the
        person is not asked (straight line).
    need, placed
        People who need the service and those of them that found room; NaN or None: capacity does not decide.
    """
    is_near = has_place & (paper_m <= limit_m + SLACK)
    verdict = np.full(len(paper_m), Verdict.OUT_OF_REACH, dtype=np.int8)
    verdict[(unconnected_m <= limit_m + SLACK) | ~has_place] = Verdict.UNKNOWN
    verdict[is_near] = Verdict.SERVED
    if passes is not None:
        verdict[is_near & ~passes] = Verdict.NOT_FOR_THIS_PERSON
    if need is not None and placed is not None:
        verdict[(verdict == Verdict.SERVED) & (placed < need - SLACK)] = Verdict.FULL
    return verdict


@dataclass(frozen=True, slots=True)
class Person:
    """Who walks: reach in seconds for the same places, the most seconds that count, and which way they are of."""

    engine: ReachEngine
    limit_s: float
    direction: Direction = Direction.THERE

    @property
    def knows_beyond(self) -> bool:
        """Return whether seconds beyond the limit are known: of slow round trips they cost more than all the rest."""
        return self.direction is not Direction.ROUND_TRIP or self.engine.cost.is_symmetric


@dataclass(frozen=True, slots=True)
class Room:
    """How many people of each place need the service, shape ``(n,)``, and the places of each facility, shape ``(f,)``."""

    need: FloatArray
    capacity: FloatArray


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdicts of one facility kind, one value per place; see :class:`renovate_gui.domain.verdict.GapResult`.

    Attributes
    ----------
    unconnected_m
        Straight line to the nearest facility that no known way leads to, metres; ``inf`` none.
    seconds
        Of the person to the quickest facility; ``inf`` none, NaN off the network, empty when nobody was asked about. Where
        the person does not know beyond the limit, ``inf`` also stands for more than that.
    pairs
        Places and facilities that pass the distance and the person's minutes, with metres; None when not needed.
    placed, taken
        People who found room by place and by facility; empty when capacity was not asked about.
    """

    verdict: NDArray[np.int8]
    network_m: FloatArray
    circle_m: FloatArray
    nearest: NDArray[np.int64]
    unconnected_m: FloatArray
    seconds: FloatArray
    pairs: Pairs | None
    placed: FloatArray
    taken: FloatArray


def judge(
    places: ObjectArray,
    facilities: ObjectArray,
    *,
    limit_m: float,
    measure: Measure,
    engine: ReachEngine | None,
    person: Person | None = None,
    room: Room | None = None,
    spots: ObjectArray | None = None,
) -> Judgement:
    """Judge every place against the facilities.

    Parameters
    ----------
    places, facilities
        Points in metres, None where missing.
    limit_m
        Farthest distance that still counts, inclusive.
    measure
        The distance that decides; the other one is computed beside it.
    engine
        Reach over a network for the same places, or None without a network (then ``network_m`` is NaN).
    person
        Whose minutes decide beside the distance; None, or by straight line: the distance alone.
    room
        Need and capacity; None: capacity does not decide.
    spots
        By what the network leads to the facilities: a MultiPoint of its entrances, or a Point; None: their points.
    """
    spots = facilities if spots is None else spots
    circle = straight_line(places, facilities)
    network = engine.nearest(spots) if engine is not None else _no_network(len(places))
    if len(facilities) == 0:
        return _without_facilities(len(places), network.which, asks_person=person is not None)
    is_circle = measure is Measure.CIRCLE
    person = None if is_circle else person
    quick = None if person is None else person.engine.within(spots, person.limit_s + SLACK, person.direction)
    pairs = None
    if quick is not None or room is not None:
        near_by = facilities if is_circle else spots
        pairs = _near_pairs(places, near_by, limit_m, None if is_circle else engine)
        pairs = pairs if quick is None else _in_both(pairs, quick, len(facilities))
    placed, taken = _allocate(pairs, room)
    apart = engine.nearest_unconnected(spots, facilities) if engine is not None else circle
    verdict = decide(
        circle.cost if is_circle else network.cost,
        np.full(len(places), np.inf) if is_circle else apart.cost,
        ~np.isnan(circle.cost),
        limit_m=limit_m,
        passes=None if pairs is None or person is None else _has_pair(pairs, len(places)),
        need=None if room is None else room.need,
        placed=None if room is None else placed,
    )
    which = circle.which if is_circle else network.which
    return Judgement(
        verdict, network.cost, circle.cost, which, apart.cost, _seconds(spots, person, quick), pairs, placed,
        taken,
    )  # fmt: skip


_BETTER = {
    Verdict.UNKNOWN: 0,
    Verdict.OUT_OF_REACH: 0,
    Verdict.NOT_FOR_THIS_PERSON: 1,
    Verdict.FULL: 2,
    Verdict.SERVED: 3,
}


def without_gain(found: Judgement, before: Judgement) -> Judgement:
    """Return verdicts after a loss (a way closed): nobody is better off than before.

    Room that others leave behind is not given to anybody: whether they really stay away is not known.
    """
    rank = np.zeros(1 + max(_BETTER), dtype=np.int64)
    rank[[int(v) for v in _BETTER]] = list(_BETTER.values())
    is_better = rank[found.verdict] > rank[before.verdict]
    placed = np.minimum(found.placed, before.placed)
    return replace(found, verdict=np.where(is_better, before.verdict, found.verdict), placed=placed)


def passing_pairs(
    places: ObjectArray,
    facilities: ObjectArray,
    *,
    limit_m: float,
    engine: ReachEngine | None,
    person: Person | None,
) -> Pairs:
    """Return the pairs of place and facility within the distance and within the person's minutes, with their metres.

    Facilities are points, or MultiPoints of their entrances where there is an engine; without one the distance is the
    straight line. The distance is the shortest way's, the minutes are those of
    the person's quickest way: the two need not be the same way.
    """
    near = _near_pairs(places, facilities, limit_m, engine)
    if engine is None or person is None:
        return near
    quick = person.engine.within(facilities, person.limit_s + SLACK, person.direction)
    return _in_both(near, quick, len(facilities))


def _near_pairs(
    places: ObjectArray, facilities: ObjectArray, limit_m: float, engine: ReachEngine | None
) -> Pairs:
    if engine is None:
        return straight_pairs(places, facilities, limit_m + SLACK)
    return engine.within(facilities, limit_m + SLACK)


def _in_both(near: Pairs, quick: Pairs, facilities: int) -> Pairs:
    """Return the pairs that both have, with the metres of the first."""
    count = max(facilities, 1)
    both = np.isin(near.place * count + near.facility, quick.place * count + quick.facility)
    return Pairs(near.place[both], near.facility[both], near.cost[both])


def _seconds(facilities: ObjectArray, person: Person | None, quick: Pairs | None) -> FloatArray:
    """Return the person's least seconds per place; what is known of the pairs is not searched for again."""
    if person is None or quick is None:
        return np.zeros(0)
    if person.knows_beyond:
        return person.engine.nearest(facilities, person.direction).cost
    least = np.where(person.engine.joins.is_joined, np.inf, np.nan)
    np.minimum.at(least, quick.place, quick.cost)
    return least


def straight_pairs(places: ObjectArray, facilities: ObjectArray, limit_m: float) -> Pairs:
    """Return the pairs of place and facility at most so far apart in a straight line, by facility."""
    from scipy.spatial import cKDTree

    rows, own = np.flatnonzero(~shapely.is_missing(places)), np.flatnonzero(~shapely.is_missing(facilities))
    none = np.zeros(0, dtype=np.int64)
    if len(rows) == 0 or len(own) == 0:
        return Pairs(none, none, np.zeros(0))
    xy, centre = shapely.get_coordinates(places[rows]), shapely.get_coordinates(facilities[own])
    found = [
        np.array(f, dtype=np.int64) for f in cKDTree(xy).query_ball_point(centre, limit_m, return_sorted=True)
    ]
    place = np.concatenate(found)
    facility = np.repeat(np.arange(len(own)), [len(f) for f in found])
    metres = np.hypot(*(xy[place] - centre[facility]).T)
    return Pairs(rows[place], own[facility], metres)


def _has_pair(pairs: Pairs, count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, dtype=bool)
    found[pairs.place] = True
    return found


def _allocate(pairs: Pairs | None, room: Room | None) -> tuple[FloatArray, FloatArray]:
    from renovate_gui.analysis.capacity import allocate

    if pairs is None or room is None:
        return np.zeros(0), np.zeros(0)
    found = allocate(pairs, room.need, room.capacity)
    return found.placed, found.taken


def _without_facilities(count: int, which: NDArray[np.int64], *, asks_person: bool) -> Judgement:
    """Without any facility everybody is out of reach, wherever they live."""
    verdict = np.full(count, Verdict.OUT_OF_REACH, dtype=np.int8)
    never, none = np.full(count, np.inf), np.zeros(0)
    seconds = never.copy() if asks_person else none
    return Judgement(verdict, never, never.copy(), which, never.copy(), seconds, None, none, none)


def _no_network(count: int) -> Nearest:
    return Nearest(np.full(count, np.nan), np.full(count, -1, dtype=np.int64))


def same_place(points: ObjectArray, names: tuple[str, ...], *, within_m: float) -> tuple[str, ...]:
    """Return names that stand on the map more than once within a distance (one hospital as node and as outline)."""
    seen: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name:
            seen.setdefault(name, []).append(i)
    doubled = []
    for name, rows in seen.items():
        group = points[rows]
        gaps = shapely.distance(group[:, None], group[None, :])
        if len(rows) > 1 and (gaps[np.triu_indices(len(rows), 1)] <= within_m).any():
            doubled.append(name)
    return tuple(doubled)
