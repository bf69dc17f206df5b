"""From a frozen gap analysis and candidates to the arrays that siting works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.pairs import Pairs
from renovate_gui.analysis.siting.model import Choice, CoverProblem, MedianProblem, RoomProblem, pairs_matrix
from renovate_gui.analysis.verdicts import passing_pairs, straight_pairs
from renovate_gui.app.gap_frozen import Frozen, FrozenKind
from renovate_gui.app.gap_run import person_of, room_of
from renovate_gui.app.siting_candidates import Candidates
from renovate_gui.app.siting_request import HOSTS, Means, SitingModel, SitingRequest
from renovate_gui.app.tasks import IsCancelled, never
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.verdict import GapResult, Measure, Verdict
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.analysis.verdicts import Person

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_CHUNK = 128  # candidates between two looks at whether to stop

FAR = 4.0
"""Ways of more than so many limits count as so many in the mean way (a planning default of ours)."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something a plan may hold: means, row of its place (candidate, or facility of ``kind`` when it is enlarged)."""

    means: Means
    row: int
    kinds: tuple[int, ...]
    cost: Decimal | None
    places: float | None


@dataclass(frozen=True, slots=True)
class Sphere:
    """One kind: who wants it, who has it, who could get it from where.

    Attributes
    ----------
    weight
        People of each place (1 where nobody is counted), shape ``(n,)``.
    open
        Of those, how many are not served today, shape ``(n,)``.
    crowded
        Of those, how many live in reach of facilities that are full: a new one elsewhere may make room for them.
    reach
        Pairs of place and candidate that pass distance and minutes, with metres.
    own
        The same for the existing facilities.
    """

    frozen: FrozenKind
    person: Person | None
    has_room: bool
    weight: FloatArray
    open: FloatArray
    crowded: float
    reach: Pairs
    own: Pairs


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a search needs."""

    request: SitingRequest
    frozen: Frozen
    candidates: Candidates
    spheres: tuple[Sphere, ...]
    options: tuple[Option, ...]
    counts_people: bool

    @property
    def uses_room(self) -> bool:
        """Whether places decide: one kind whose need is known, with capacities or a number of places asked for."""
        return len(self.spheres) == 1 and self.spheres[0].has_room


def ground_of(
    request: SitingRequest,
    frozen: Frozen,
    base: Sequence[GapResult],
    candidates: Candidates,
    stop: IsCancelled = never,
) -> Ground:
    """Return the arrays of a request."""
    counts_people = all(result.people_total > 0 for result in base)
    stands = frozen.stands_at(candidates.points)
    spheres = tuple(
        _sphere(request, frozen, one, result, stands, counts_people=counts_people, stop=stop)
        for one, result in zip(frozen.kinds, base, strict=True)
    )
    options = _options(request, spheres, candidates)
    return Ground(request, frozen, candidates, spheres, options, counts_people)


def _sphere(
    request: SitingRequest,
    frozen: Frozen,
    one: FrozenKind,
    result: GapResult,
    points: ObjectArray,
    *,
    counts_people: bool,
    stop: IsCancelled,
) -> Sphere:
    weight = np.nan_to_num(one.people) if counts_people else np.ones(len(one.people))
    open_ = weight * (1.0 - _served_share(result))
    person = None if frozen.request.measure is Measure.CIRCLE else person_of(frozen, one)
    places_asked = request.places is not None and bool(np.isfinite(one.need).any())
    has_room = (
        frozen.request.counts_capacity
        and counts_people
        and (room_of(frozen, one) is not None or places_asked)
    )
    return Sphere(
        one,
        person,
        has_room,
        weight,
        open_,
        float(open_[result.verdict == Verdict.FULL].sum()),
        pairs_of(frozen, one, points, person, stop),
        pairs_of(frozen, one, frozen.stands_of(one), person),
    )


def _served_share(result: GapResult) -> FloatArray:
    """Return which share of each place is served: of a place in reach of full facilities those who found room."""
    share = (result.verdict == Verdict.SERVED).astype(np.float64)
    service = result.service
    if len(service.placed):
        is_full = result.verdict == Verdict.FULL
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.nan_to_num(service.placed / service.need)
        share[is_full] = np.clip(part[is_full], 0.0, 1.0)
    return np.asarray(share)


def pairs_of(
    frozen: Frozen, one: FrozenKind, points: ObjectArray, person: Person | None, stop: IsCancelled = never
) -> Pairs:
    """Return who may use which of the points, by the rules of the verdicts."""
    is_circle = frozen.request.measure is Measure.CIRCLE
    engine = None if is_circle else frozen.metres
    found = []
    for at in range(0, max(len(points), 1), _CHUNK):
        if stop():
            raise Cancelled("")
        part = passing_pairs(
            frozen.anchors, points[at : at + _CHUNK], limit_m=one.limit_m, engine=engine, person=person
        )
        found.append(Pairs(part.place, part.facility + at, part.cost))
    return Pairs(
        np.concatenate([p.place for p in found]),
        np.concatenate([p.facility for p in found]),
        np.concatenate([p.cost for p in found]),
    )


# -- options --------------------------------------------------------------------------------------------------------
def _options(
    request: SitingRequest, spheres: tuple[Sphere, ...], candidates: Candidates
) -> tuple[Option, ...]:
    every = tuple(range(len(spheres)))
    sets = [every] if request.together or len(spheres) == 1 else [(k,) for k in every]
    found = [
        Option(Means.NEW, c, kinds, request.prices.new, request.places)
        for c in range(len(candidates) - count_upgrades(candidates))
        for kinds in sets
    ]
    if request.model is not SitingModel.BUDGET:
        return tuple(found)
    first = len(candidates) - count_upgrades(candidates)
    found += [
        Option(Means.UPGRADE, c, kinds, request.prices.upgrade, request.places)
        for c in range(first, len(candidates))
        for kinds in sets
    ]
    if len(spheres) == 1 and spheres[0].has_room:
        known = np.flatnonzero(np.isfinite(spheres[0].frozen.capacity)).tolist()
        price = request.prices.place * request.enlarge_by
        found += [Option(Means.ENLARGE, f, (0,), price, float(request.enlarge_by)) for f in known]
    return tuple(found)


def count_upgrades(candidates: Candidates) -> int:
    """Return how many candidates are existing facilities that could take the service in; they come last."""
    return sum(key.startswith("upgrade:") for key in candidates.keys)


def with_upgrades(candidates: Candidates, frozen: Frozen, kinds: tuple[str, ...]) -> Candidates:
    """Return the candidates and after them existing facilities of hosting kinds that could take the services in."""
    services = frozen.services
    rows = []
    for i, found in enumerate(services.classified):
        is_there = services.geometry[i] is not None and not services.geometry[i].is_empty
        is_planned = services.keys[i].startswith("proposal:")
        is_open = is_there and not services.is_closed[i] and not is_planned
        if found.codes & HOSTS and not found.codes & set(kinds) and is_open:
            rows.append(i)
    return Candidates(
        candidates.keys + tuple(f"upgrade:{services.keys[i]}" for i in rows),
        candidates.titles + tuple(services.names[i] or services.keys[i] for i in rows),
        np.concatenate([candidates.points, anchor_points(services.geometry[rows])]),
        np.concatenate([candidates.area_m2, np.full(len(rows), np.nan)]),
        np.concatenate([candidates.weight, np.ones(len(rows))]),
        candidates.excluded,
    )


# -- problems -------------------------------------------------------------------------------------------------------
def choice_of(ground: Ground) -> Choice:
    """Return how much may be chosen: a number of sites or a budget; one use for each site."""
    request, options = ground.request, ground.options
    group = np.array([o.row if o.means is not Means.ENLARGE else -1 for o in options], dtype=np.int64)
    if request.model is SitingModel.BUDGET:
        cost = np.array([float(o.cost or 0) for o in options])
        return Choice(np.maximum(cost, 1e-9), float(request.budget or 0), group)
    return Choice(np.ones(len(options)), float(request.add), group)


def cover_problem(
    ground: Ground, *, open_: Sequence[FloatArray] | None = None, reach: Sequence[Pairs] | None = None
) -> CoverProblem:
    """Return who of those not served each option reaches; several kinds stand one after the other."""
    count = len(ground.frozen.anchors)
    open_ = open_ or [s.open for s in ground.spheres]
    reach = reach or [s.reach for s in ground.spheres]
    option: list[IndexArray] = [np.zeros(0, dtype=np.int64)]
    demand: list[IndexArray] = [np.zeros(0, dtype=np.int64)]
    of_candidate = [_by_facility(pairs, len(ground.candidates)) for pairs in reach]
    for number, own in enumerate(ground.options):
        for kind in own.kinds if own.means is not Means.ENLARGE else ():
            reached = of_candidate[kind][own.row]
            option.append(np.full(len(reached), number))
            demand.append(reached + kind * count)
    shape = (len(ground.options), count * len(ground.spheres))
    cover = pairs_matrix(np.concatenate(option), np.concatenate(demand), shape)
    return CoverProblem(cover, np.concatenate(open_), choice_of(ground))


def _by_facility(pairs: Pairs, count: int) -> list[IndexArray]:
    order = np.argsort(pairs.facility, kind="stable")
    ends = np.searchsorted(pairs.facility[order], np.arange(count + 1))
    return [pairs.place[order[a:b]] for a, b in pairwise(ends)]


def room_problem(
    ground: Ground,
    *,
    factor: FloatArray | None = None,
    reach: Pairs | None = None,
    own: Pairs | None = None,
    closed: int = -1,
) -> RoomProblem:
    """Return who needs a place and who has how many: the existing facilities first, then the candidates."""
    sphere = ground.spheres[0]
    reach, own = reach or sphere.reach, own or sphere.own
    one = sphere.frozen
    need = np.nan_to_num(one.need) * (1.0 if factor is None else factor)
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = np.nan_to_num(sphere.weight / np.nan_to_num(one.need), posinf=0.0)
    existing = len(one.points)
    capacity = np.concatenate([one.capacity, np.zeros(len(ground.candidates))])
    if closed >= 0:
        capacity[closed] = 0.0
    at = [o.row if o.means is Means.ENLARGE else existing + o.row for o in ground.options]
    adds = [np.nan if o.places is None else o.places for o in ground.options]
    return RoomProblem(
        np.concatenate([own.place, reach.place]),
        np.concatenate([own.facility, reach.facility + existing]),
        np.concatenate([own.cost, reach.cost]),
        need,
        worth,
        capacity,
        np.array(at, dtype=np.int64),
        np.array(adds, dtype=np.float64),
        choice_of(ground),
    )


def median_problem(ground: Ground, base: GapResult) -> tuple[MedianProblem, float]:
    """Return how far it is from everybody to everywhere, and the metres that stand for "too far to walk"."""
    sphere, frozen = ground.spheres[0], ground.frozen
    away = FAR * sphere.frozen.limit_m
    points = ground.candidates.points
    if frozen.metres is None or frozen.request.measure is Measure.CIRCLE:
        pairs, known = straight_pairs(frozen.anchors, points, away), base.circle_m
    else:
        pairs, known = frozen.metres.within(frozen.stands_at(points), away), base.network_m
    cost = np.full((len(points), len(frozen.anchors)), away)
    cost[pairs.facility, pairs.place] = np.minimum(pairs.cost, away)
    existing = np.minimum(np.where(np.isfinite(known), known, away), away)
    rows = [o.row for o in ground.options]
    weight = np.where(np.isnan(known), 0.0, sphere.weight)  # off the network: no way to be told
    return MedianProblem(cost[rows], weight, existing, min(ground.request.add, len(rows))), away
