"""One run of the gap analysis on frozen inputs: pure, so that it may run in any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.floating import access, usual
from renovate_gui.analysis.verdicts import Judgement, Person, Room, judge, same_place, without_gain
from renovate_gui.app import gap_notes, gap_words
from renovate_gui.app.gap_frozen import Frozen, FrozenKind
from renovate_gui.app.gap_inputs import has_network
from renovate_gui.app.tasks import IsCancelled, Progress
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Service, Verdict

FloatArray = NDArray[np.float64]

SAME_PLACE_M = 150.0
"""Two facilities of one name within this distance are taken for the same place drawn twice."""


@dataclass(frozen=True, slots=True)
class GapRun:
    """Results of one run with what explains them."""

    results: tuple[GapResult, ...]
    frozen: Frozen

    @property
    def points(self) -> Mapping[str, ObjectArray]:
        """Return the facility points per kind, parallel to ``GapResult.facility_names``."""
        return {k.kind: k.points for k in self.frozen.kinds}


def run_gaps(frozen: Frozen, *, progress: Progress, is_cancelled: IsCancelled) -> GapRun:
    """Judge all places for every kind."""
    results: list[GapResult] = []
    for i, one in enumerate(frozen.kinds):
        if is_cancelled():
            raise Cancelled(tr("The gap analysis was cancelled."))
        progress(0.3 + 0.7 * i / len(frozen.kinds), gap_words.kind_title(one.kind))
        results.append(_result(frozen, one))
    progress(1.0, "")
    return GapRun(tuple(results), frozen)


def judged(frozen: Frozen, one: FrozenKind) -> Judgement:
    """Return the verdicts of one kind; where ways are tried as closed nobody is better off than with them."""
    if frozen.opened is None:
        return _judged(frozen, one)
    return without_gain(_judged(frozen, one), _judged(frozen.opened, one))


def _judged(frozen: Frozen, one: FrozenKind) -> Judgement:
    request = frozen.request
    return judge(
        frozen.anchors,
        one.points,
        limit_m=one.limit_m,
        measure=request.measure,
        engine=frozen.metres,
        person=person_of(frozen, one),
        room=room_of(frozen, one),
        spots=one.spots,
    )


def person_of(frozen: Frozen, one: FrozenKind) -> Person | None:
    """Return whose minutes decide, None when the distance alone does."""
    engine = frozen.seconds.get(one.walker.code)
    if engine is None or not one.asks_person:
        return None
    return Person(engine, one.seconds_limit, frozen.request.direction)


def room_of(frozen: Frozen, one: FrozenKind) -> Room | None:
    """Return need and capacity, None when capacity does not decide."""
    if not frozen.request.counts_capacity or not one.decides_room:
        return None
    return Room(one.need, one.capacity)


def _result(frozen: Frozen, one: FrozenKind) -> GapResult:
    places, found = frozen.places, judged(frozen, one)
    service = _service(frozen, one, found)
    doubled = same_place(one.points, tuple(frozen.services.names[i] for i in one.rows), within_m=SAME_PLACE_M)
    is_on_network = frozen.metres is not None
    result = GapResult(
        kind=one.kind,
        row=one.limit.row,
        limit_m=one.limit_m,
        measure=frozen.request.measure,
        layer_id=places.layer.id,
        ids=places.ids,
        verdict=found.verdict,
        network_m=found.network_m,
        circle_m=found.circle_m,
        nearest=found.nearest,
        facility_names=one.names,
        facility_keys=one.keys,
        people=one.people,
        people_source=one.people_source,
        basis=one.basis,
        counts={
            "facilities": len(one.rows),
            "planned": sum(k.startswith("proposal:") for k in one.keys),
            "doubled": len(doubled),
            "off_network": int(np.count_nonzero(np.isnan(found.network_m))) if is_on_network else 0,
            "doubtful": int(np.count_nonzero(doubtful(found))) if is_on_network else 0,
            "unreachable": _unreachable(frozen, one),
            "without_capacity": int(np.count_nonzero(np.isnan(one.capacity))),
        },
        walker=one.walker.code if one.asks_person else "",
        direction=frozen.request.direction,
        minutes=found.seconds / 60.0,
        minutes_limit=one.minutes_limit,
        service=service,
        groups=groups_of(frozen),
        counts_parcels=places.layer.role is Role.PARCELS,
        has_no_network=not has_network(frozen.asked.layers),
    )
    result = replace(result, people_error=_people_error(frozen, result))
    notes = gap_notes.notes_of(frozen, one, result, doubled)
    return replace(result, notes=tuple(n for n in notes if n))


def _unreachable(frozen: Frozen, one: FrozenKind) -> int:
    """Return how many facilities the main part of the walking network does not lead to; 0 by straight line."""
    engine = frozen.metres
    if engine is None or frozen.request.measure is Measure.CIRCLE or not len(one.rows):
        return 0
    return int(np.count_nonzero(~engine.is_on_main(engine.join(one.spots))))


def _people_error(frozen: Frozen, result: GapResult) -> float:
    """Return how wrong the people of served and full buildings may be together; NaN where they are counted."""
    estimate = frozen.places.estimate
    if estimate is None:
        return np.nan
    return estimate.error(result.counted_basis, np.isin(result.verdict, (Verdict.SERVED, Verdict.FULL)))


def groups_of(frozen: Frozen) -> dict[AgeBasis, FloatArray]:
    """Return the people of every age group that the data has."""
    return dict(frozen.places.people)


def _service(frozen: Frozen, one: FrozenKind, found: Judgement) -> Service:
    """Return supply and demand; need and placed stay empty when capacity does not decide."""
    decides = room_of(frozen, one) is not None and found.pairs is not None
    share, source = (one.asked.share, one.asked.source) if one.asked is not None else (np.nan, "")
    return Service(
        need=one.need if decides else np.zeros(0),
        placed=found.placed if decides else np.zeros(0),
        capacity=one.capacity,
        taken=found.taken if decides else np.zeros(0),
        access=_access(frozen, one, found) if decides else np.zeros(0),
        model=frozen.request.model,
        share=share,
        share_source=source,
        share_of=need_of(one),
    )


def need_of(one: FrozenKind) -> AgeBasis | None:
    """Return of whom the share in need is: all residents where the data has no column for the age group."""
    if one.asked is None:
        return None
    return AgeBasis.RESIDENTS if one.need_source is PeopleSource.RESIDENTS_ONLY else one.asked.basis


def _access(frozen: Frozen, one: FrozenKind, found: Judgement) -> FloatArray:
    """Return places per person who needs one; the same pairs as the verdicts, weighed by their metres."""
    assert found.pairs is not None
    model = frozen.request.model
    weight = usual(model, one.limit_m + 1e-6)
    return access(found.pairs, one.need, one.capacity, model=model, weight=weight)


def doubtful(found: Judgement) -> NDArray[np.bool_]:
    """Return which places have a way, but one too long, and a facility near that no known way leads to."""
    return np.asarray((found.verdict == Verdict.UNKNOWN) & np.isfinite(found.network_m))
