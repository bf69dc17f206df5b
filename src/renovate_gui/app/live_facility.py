"""A facility in hand: moved, left out, or with other room."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.analysis.live import Surroundings
from renovate_gui.analysis.live_kind import KindUnderHand, Others, Rules
from renovate_gui.app import gap_words
from renovate_gui.app.gap_frozen import Frozen, FrozenKind
from renovate_gui.app.gap_inputs import with_planned
from renovate_gui.app.gap_run import groups_of, person_of, run_gaps
from renovate_gui.app.live import CapacityOf, Change, FacilityAs, LinkAs, PlaceAt
from renovate_gui.app.tasks import Progress, never, no_progress
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.shapes import together
from renovate_gui.domain.verdict import Measure

if TYPE_CHECKING:
    from renovate_gui.app.gap_request import GapRequest
    from renovate_gui.app.session import Session
    from renovate_gui.domain.live import LiveFrame
    from renovate_gui.domain.verdict import GapResult

GoOn = Callable[[], None]

_NEW = "new:"


def prepare(session: Session, request: GapRequest, key: str) -> Callable[[Progress, GoOn], FacilityGap]:
    """Return what makes a gesture with a facility; reads the registry now and everything else when called."""
    freezing = session.gaps.prepare_frozen(replace(request, kinds=request.kinds[:1]))

    def make(progress: Progress, go_on: GoOn) -> FacilityGap:
        frozen = freezing.run(progress)
        go_on()
        frozen = _with_new(frozen, key) if key.startswith(_NEW) else frozen
        return FacilityGap(frozen, key, go_on=go_on)

    return make


class FacilityGap:
    """A prepared gesture with one facility; see :class:`renovate_gui.app.live.LiveGap`."""

    def __init__(self, frozen: Frozen, key: str, *, go_on: GoOn = lambda: None) -> None:
        one = frozen.kinds[0]
        if key not in one.keys:
            raise RequestError(
                tr("What is in hand is no facility of the kind {kind}.", kind=gap_words.kind_title(one.kind))
            )
        self._frozen, self._one, self._own = frozen, one, one.keys.index(key)
        self._others = Others(one.points, one.capacity, self._own, one.spots)
        self._hand = KindUnderHand(_surroundings(frozen, one), _rules(frozen, one), self._others, go_on=go_on)
        self._point: shapely.Point | None = one.points[self._own]
        self._capacity = float(one.capacity[self._own])

    @property
    def kind(self) -> str:
        """Return the kind that is judged."""
        return self._one.kind

    @property
    def point(self) -> shapely.Point | None:
        """Return where the facility stood in the last frame, None when it was left out."""
        return self._point

    @property
    def capacity(self) -> float:
        """Return how many places it had in the last frame, NaN not stated."""
        return self._capacity

    @property
    def ways(self) -> ObjectArray | None:
        """Return the lines it can stand on, None where straight lines decide."""
        ways = self._frozen.ways
        if ways is None or self._frozen.request.measure is not Measure.NETWORK:
            return None
        return together([ways.existing, ways.links])

    def apart_m(self) -> float:
        """Return how far the nearest way is when the facility joins none, ``inf`` without ways; NaN when it joins."""
        engine, ways, point = self._frozen.metres, self.ways, self._point
        if engine is None or ways is None or point is None:
            return float("nan")
        spot = np.empty(1, dtype=object)
        spot[0] = self._others.spot_of_own(point)
        if len(engine.join(spot)):
            return float("nan")
        metres = shapely.distance(ways, point)
        return float(np.nanmin(metres)) if len(metres) else float("inf")

    @property
    def counts_people(self) -> bool:
        """Return whether people are known, else buildings are counted."""
        return bool(np.nansum(self._one.people) > 0)

    @property
    def counts_parcels(self) -> bool:
        """Return whether parcels are judged, because the data has no buildings."""
        return self._frozen.places.layer.role is Role.PARCELS

    def twin(self) -> FacilityGap:
        """Return the same gesture for another thread, as it stands in the last frame."""
        twin = copy(self)
        twin._hand = self._hand.another()  # noqa: SLF001 — its own kind
        return twin

    def frame(self, change: Change) -> LiveFrame:
        """Return the verdicts with the facility moved, left out, or with other room; the rest stays as it was last."""
        if isinstance(change, LinkAs):
            raise TypeError("a facility is no link")
        if isinstance(change, FacilityAs):
            self._capacity = change.capacity.value
            change = change.place
        if isinstance(change, PlaceAt):
            self._point = shapely.Point(change.x, change.y)
        elif isinstance(change, CapacityOf):
            self._capacity = change.value
        else:
            self._point = None
        return self._hand.frame(self._point, self._capacity)

    def result(self) -> GapResult:
        """Return the whole result of the last frame."""
        one = _kind_with(self._one, self._others, self._point, self._capacity)
        run = run_gaps(replace(self._frozen, kinds=(one,)), progress=no_progress, is_cancelled=never)
        return run.results[0]


def _kind_with(one: FrozenKind, others: Others, point: shapely.Point | None, capacity: float) -> FrozenKind:
    """Return a kind with its facility at a point, or without it."""
    own = others.own
    if point is None:
        keep = np.arange(len(one.keys)) != own
        return replace(
            one,
            rows=one.rows[keep],
            points=one.points[keep],
            spots=one.spots[keep],
            names=tuple(n for n, k in zip(one.names, keep, strict=True) if k),
            keys=tuple(n for n, k in zip(one.keys, keep, strict=True) if k),
            capacity=one.capacity[keep],
        )
    points, room = one.points.copy(), one.capacity.copy()
    points[own], room[own] = point, capacity
    spots = one.spots.copy()
    spots[own] = others.spot_of_own(point)
    return replace(one, points=points, spots=spots, capacity=room)


def _with_new(frozen: Frozen, key: str) -> Frozen:
    """Return the inputs with one more facility that stands nowhere yet."""
    one = frozen.kinds[0]
    if key != f"{_NEW}{one.kind}":
        known = kind_of(key.removeprefix(_NEW))
        title = gap_words.kind_title(known.code) if known is not None else key.removeprefix(_NEW)
        raise RequestError(
            tr(
                "What is in hand is a {new}, but {kind} is judged.",
                new=title,
                kind=gap_words.kind_title(one.kind),
            )
        )
    made = Proposal(uuid=Uuid(""), number=0, geometry=None, kind=one.kind)
    services = with_planned(frozen.services, (made,))
    nowhere = np.empty(1, dtype=object)
    more = replace(
        one,
        rows=np.append(one.rows, len(services.keys) - 1),
        points=np.concatenate([one.points, nowhere]),
        spots=np.concatenate([one.spots, nowhere]),
        names=(*one.names, gap_words.kind_title(one.kind)),
        keys=(*one.keys, key),
        capacity=np.append(one.capacity, np.nan),
    )
    return replace(frozen, services=services, kinds=(more,))


def _surroundings(frozen: Frozen, one: FrozenKind) -> Surroundings:
    person = person_of(frozen, one)
    metres = frozen.metres if frozen.request.measure is Measure.NETWORK else None
    return Surroundings(
        frozen.anchors, metres, None if person is None else person.engine, frozen.request.direction
    )


def _rules(frozen: Frozen, one: FrozenKind) -> Rules:
    person = person_of(frozen, one)
    counts = frozen.request.counts_capacity and bool(np.isfinite(one.need).any())
    return Rules(
        limit_m=one.limit_m,
        seconds_limit=np.nan if person is None else one.seconds_limit,
        asks_person=person is not None,
        need=one.need if counts else None,
        people=one.people,
        groups=groups_of(frozen),
        has_place=~(shapely.is_missing(frozen.anchors) | shapely.is_empty(frozen.anchors)),
    )
