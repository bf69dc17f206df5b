"""The inputs of one gap analysis, frozen: what is judged, by whom, under which limits, with how much room.

The full analysis, the live one and siting all start from here, so that nothing is frozen twice or differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app import gap_words
from renovate_gui.app.gap_inputs import Places, Services, Ways, way_rows
from renovate_gui.app.gap_request import PAPER, GapRequest, hour_of, walker_of
from renovate_gui.app.gap_shelf import Asked, Shelf
from renovate_gui.app.standards import Limit
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.standard import Confidence, Need, StandardProfile
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Measure, PeopleSource
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.analysis.walkers import Walker
    from renovate_gui.analysis.ways import WayFacts
    from renovate_gui.app.gap_entrances import Entrances, FacilityDoors
    from renovate_gui.app.gap_heights import Ground

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrozenKind:
    """One kind to judge.

    Attributes
    ----------
    minutes_limit
        Most minutes of the walker in the asked direction (twice the standard's there and back); NaN: minutes do not
        decide.
    points, names, keys, capacity
        Its facilities, parallel; capacity in places, NaN not stated.
    spots
        By what the network leads to each: all its entrances as a MultiPoint where they are known, else its point. The
        very array of the points where no entrance is known.
    people, people_source, basis
        Headcounts of whom the service is for, shape ``(n,)``.
    need
        People of each place who need the service, shape ``(n,)``; all NaN where nobody says how many.
    asked
        Share of people who need it and where that number comes from; None: nobody says so.
    """

    limit: Limit
    minutes_limit: float
    walker: Walker
    rows: NDArray[np.int64]
    points: ObjectArray
    spots: ObjectArray
    names: tuple[str, ...]
    keys: tuple[str, ...]
    capacity: FloatArray
    people: FloatArray
    people_source: PeopleSource
    basis: AgeBasis
    need: FloatArray
    need_source: PeopleSource
    asked: Need | None

    @property
    def kind(self) -> str:
        """Return the facility kind's code."""
        return self.limit.kind

    @property
    def limit_m(self) -> float:
        """Return the distance that counts, metres."""
        return self.limit.limit_m

    @property
    def seconds_limit(self) -> float:
        """Return the most seconds that count."""
        return self.minutes_limit * 60.0

    @property
    def asks_person(self) -> bool:
        """Return whether minutes decide."""
        return bool(np.isfinite(self.minutes_limit))

    @property
    def with_doors(self) -> int:
        """Return how many of its facilities are reached by their entrances."""
        if self.spots is self.points:
            return 0
        return int(np.count_nonzero(shapely.get_type_id(self.spots) == shapely.GeometryType.MULTIPOINT))

    @property
    def decides_room(self) -> bool:
        """Return whether capacity can decide: a need is known, and some facility states how many places it has."""
        return bool(np.isfinite(self.need).any() and np.isfinite(self.capacity).any())


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything a run reads; nothing here changes any more.

    Attributes
    ----------
    asked
        Registry, proposals and edit counts of the moment.
    anchors
        The counted point of each place, shape ``(n,)``.
    entrances
        Where people leave the places, as far as it is known.
    facility_doors
        By which entrances facilities are reached, as far as it is known.
    metres
        Reach over the network in metres, None without a network.
    seconds
        Reach in seconds by walker code, at the asked hour; empty without a network or by straight line.
    facts
        What is known of the ways of the network: stairs, lifts, slopes, opening hours; None without a network.
    ground
        Heights of the layers of heights.
    opened
        The same with every way open where ways are tried as closed, else None.
    """

    request: GapRequest
    asked: Asked
    places: Places
    services: Services
    ways: Ways | None
    anchors: ObjectArray
    entrances: Entrances
    facility_doors: FacilityDoors
    metres: ReachEngine | None
    seconds: Mapping[str, ReachEngine]
    facts: WayFacts | None
    ground: Ground
    kinds: tuple[FrozenKind, ...]
    opened: Frozen | None = None

    def of(self, kind: str) -> FrozenKind:
        """Return one of the kinds."""
        return next(k for k in self.kinds if k.kind == kind)

    def stands_of(self, one: FrozenKind) -> ObjectArray:
        """Return where the facilities of a kind are by the measure that decides: entrances matter on the network alone."""
        return one.points if self._is_straight else one.spots

    def stands_at(self, points: ObjectArray) -> ObjectArray:
        """Return where services at some points would be by the measure that decides, see :meth:`stands_of`."""
        return points if self._is_straight else self.facility_doors.standing(points)

    @property
    def _is_straight(self) -> bool:
        return self.metres is None or self.request.measure is Measure.CIRCLE


@dataclass(frozen=True, slots=True)
class Question:
    """A request with everything of the moment it was asked; cheap, made on the calling thread."""

    request: GapRequest
    asked: Asked
    limits: tuple[Limit, ...]
    standard: StandardProfile


def freeze(shelf: Shelf, question: Question) -> Frozen:
    """Return the inputs of a run; reads tables and builds the network where that was not done before."""
    request, asked = question.request, question.asked
    places, services = shelf.places(asked), shelf.services(asked)
    engine, doors = shelf.engine(asked), shelf.facility_doors(asked)
    kinds = tuple(_kind(question, limit, places, services, doors) for limit in question.limits)
    wanted = {k.walker.code: k.walker for k in kinds if k.asks_person or request.measure is Measure.NETWORK}
    at = hour_of(request.at)
    seconds = {code: shelf.seconds(asked, walker, at) for code, walker in wanted.items()} if engine else {}
    frozen = Frozen(
        request=request,
        asked=asked,
        places=places,
        services=services,
        ways=shelf.ways(asked),
        anchors=engine.places if engine is not None else anchor_points(places.geometry),
        entrances=shelf.entrances(asked),
        facility_doors=doors,
        metres=engine,
        seconds={code: own for code, own in seconds.items() if own is not None},
        facts=shelf.facts(asked),
        ground=shelf.ground(asked),
        kinds=kinds,
    )
    return _closing(frozen) if request.closed else frozen


def _closing(frozen: Frozen) -> Frozen:
    """Return the inputs with ways closed; everybody stays where they joined the network, or nowhere."""
    rows = way_rows(frozen.asked.layers, frozen.request.closed)
    if frozen.metres is None:
        return replace(frozen, opened=frozen)
    is_closed = np.isin(frozen.metres.network.source, rows)
    return replace(
        frozen,
        metres=frozen.metres.closing(is_closed),
        seconds={code: engine.closing(is_closed) for code, engine in frozen.seconds.items()},
        opened=frozen,
    )


def _kind(
    question: Question, limit: Limit, places: Places, services: Services, doors: FacilityDoors
) -> FrozenKind:
    request = question.request
    rows = services.of_kind(limit.kind)
    basis = limit.row.basis if limit.row is not None else AgeBasis.RESIDENTS
    people, source = headcount(places, basis)
    asked = _need(question, limit, basis)
    counted, need_source = headcount(places, asked.basis) if asked is not None else (people, source)
    points = anchor_points(services.geometry[rows])
    need = np.full(len(places.ids), np.nan) if asked is None else counted * asked.share
    return FrozenKind(
        limit=limit,
        minutes_limit=_minutes(question, limit),
        walker=walker_of(request, basis),
        rows=rows,
        points=points,
        spots=doors.spots(points, rows),
        names=tuple(services.names[i] or gap_words.kind_title(limit.kind) for i in rows),
        keys=tuple(services.keys[i] for i in rows),
        capacity=services.capacity[rows],
        people=people,
        people_source=source,
        basis=basis,
        need=need,
        need_source=need_source if asked is not None else PeopleSource.NONE,
        asked=asked,
    )


def _minutes(question: Question, limit: Limit) -> float:
    request = question.request
    if request.measure is Measure.CIRCLE or request.walker == PAPER:
        return float("nan")
    one_way = question.standard.minutes_of(limit.row, limit.limit_m)
    return 2.0 * one_way if request.direction is Direction.ROUND_TRIP else one_way


def _need(question: Question, limit: Limit, basis: AgeBasis) -> Need | None:
    """Return who needs a place: by the person's own share, else by the standard's, else nobody knows."""
    own = question.request.share_of(limit.kind)
    if own is not None:
        return Need(own, basis, tr("set by hand"), Confidence.UNVERIFIED)
    return question.standard.need(limit.kind)


def headcount(places: Places, basis: AgeBasis) -> tuple[FloatArray, PeopleSource]:
    """Return people per place and where they come from: the right column, else all residents, else nothing."""
    if basis in places.people:
        source = PeopleSource.ESTIMATED if places.estimates(basis) else PeopleSource.COLUMN
        return places.people[basis], source
    if AgeBasis.RESIDENTS in places.people:
        return places.people[AgeBasis.RESIDENTS], PeopleSource.RESIDENTS_ONLY
    return np.full(len(places.ids), np.nan), PeopleSource.NONE
