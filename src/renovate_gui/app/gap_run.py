"""One run of the gap analysis on frozen inputs: pure, so that it may run in any thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.verdicts import Judgement, judge, same_place
from renovate_gui.analysis.walkers import Walker
from renovate_gui.app import gap_words
from renovate_gui.app.gap_inputs import Places, Services, Ways
from renovate_gui.app.standards import Limit
from renovate_gui.app.tasks import IsCancelled, Progress
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict
from renovate_gui.geo.snapping import anchor_points

SAME_PLACE_M = 150.0
"""Two facilities of one name within this distance are taken for the same place drawn twice."""


@dataclass(frozen=True, slots=True)
class GapRun:
    """Results of one run with what explains them.

    Attributes
    ----------
    anchors
        The counted point of each place, shape ``(n,)``.
    points
        Facility points per kind, parallel to ``GapResult.facility_names``.
    """

    results: tuple[GapResult, ...]
    places: Places
    anchors: ObjectArray
    points: Mapping[str, ObjectArray]
    ways: Ways | None
    engine: ReachEngine | None
    walker: Walker


def run_gaps(
    places: Places,
    services: Services,
    ways: Ways | None,
    engine: ReachEngine | None,
    *,
    limits: tuple[Limit, ...],
    measure: Measure,
    walker: Walker,
    progress: Progress,
    is_cancelled: IsCancelled,
) -> GapRun:
    """Judge all places for every kind."""
    anchors = engine.places if engine is not None else anchor_points(places.geometry)
    open_ends = _open_ends(ways, engine)
    results: list[GapResult] = []
    points: dict[str, ObjectArray] = {}
    for i, limit in enumerate(limits):
        if is_cancelled():
            raise Cancelled(tr("The gap analysis was cancelled."))
        progress(0.3 + 0.7 * i / len(limits), gap_words.kind_title(limit.kind))
        rows = services.of_kind(limit.kind)
        points[limit.kind] = anchor_points(services.geometry[rows])
        judged = _Judged(limit, rows, points[limit.kind], measure, engine, anchors, open_ends)
        results.append(_result(places, services, judged))
    progress(1.0, "")
    return GapRun(tuple(results), places, anchors, points, ways, engine, walker)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One kind at work: its distance, the rows and points of its facilities, and how it is measured."""

    limit: Limit
    rows: NDArray[np.int64]
    points: ObjectArray
    measure: Measure
    engine: ReachEngine | None
    anchors: ObjectArray
    open_ends: list[str]


def _result(places: Places, services: Services, judged: _Judged) -> GapResult:
    limit, rows, points, engine = judged.limit, judged.rows, judged.points, judged.engine
    found = judge(judged.anchors, points, limit_m=limit.limit_m, measure=judged.measure, engine=engine)
    basis = limit.row.basis if limit.row is not None else AgeBasis.RESIDENTS
    people, source = headcount(places, basis)
    names = tuple(services.names[i] or gap_words.kind_title(limit.kind) for i in rows)
    doubled = same_place(points, tuple(services.names[i] for i in rows), within_m=SAME_PLACE_M)
    notes = [] if len(rows) else [gap_words.no_facility(limit.kind), gap_words.no_layer_note(services)]
    notes += gap_words.service_notes(services, limit.kind, rows, doubled)
    if engine is not None and len(rows):
        notes += _network_notes(engine, found, points, names)
    notes += judged.open_ends
    notes.append(gap_words.people_note(source, limit.row, places))
    if places.other_layers:
        notes.append(gap_words.other_layers_note(places))
    return GapResult(
        kind=limit.kind,
        row=limit.row,
        limit_m=limit.limit_m,
        measure=judged.measure,
        layer_id=places.layer.id,
        ids=places.ids,
        verdict=found.verdict,
        network_m=found.network_m,
        circle_m=found.circle_m,
        nearest=found.nearest,
        facility_names=names,
        facility_keys=tuple(services.keys[i] for i in rows),
        people=people,
        people_source=source,
        basis=basis,
        notes=tuple(n for n in notes if n),
        counts={
            "facilities": len(rows),
            "planned": sum(services.keys[i].startswith("proposal:") for i in rows),
            "doubled": len(doubled),
            "off_network": int(np.count_nonzero(np.isnan(found.network_m))) if engine is not None else 0,
            "doubtful": _doubtful(found) if engine is not None else 0,
        },
    )


def headcount(places: Places, basis: AgeBasis) -> tuple[NDArray[np.float64], PeopleSource]:
    """Return people per place and where they come from: the right column, else all residents, else nothing."""
    if basis in places.people:
        return places.people[basis], PeopleSource.COLUMN
    if AgeBasis.RESIDENTS in places.people:
        return places.people[AgeBasis.RESIDENTS], PeopleSource.RESIDENTS_ONLY
    return np.full(len(places.ids), np.nan), PeopleSource.NONE


def _doubtful(found: Judgement) -> int:
    """Return how many places have a way, but one too long, and a facility near that no known way leads to."""
    return int(np.count_nonzero((found.verdict == Verdict.UNKNOWN) & np.isfinite(found.network_m)))


def _network_notes(
    engine: ReachEngine, found: Judgement, points: ObjectArray, names: tuple[str, ...]
) -> list[str]:
    own = engine.join(points)
    is_joined, is_main = own.is_joined, engine.is_on_main(own)
    return gap_words.network_notes(
        off_network=int(np.count_nonzero(np.isnan(found.network_m))),
        cut_off=int(np.count_nonzero(np.isinf(found.network_m))),
        doubtful=_doubtful(found),
        far_facilities=[n for n, joined in zip(names, is_joined, strict=True) if not joined],
        island_facilities=[
            n for n, joined, main in zip(names, is_joined, is_main, strict=True) if joined and not main
        ],
    )


def _open_ends(ways: Ways | None, engine: ReachEngine | None) -> list[str]:
    """Return which proposed links do not join the network, in words."""
    if ways is None or engine is None:
        return []
    gaps: dict[int, list[float]] = {}
    for end in engine.open_ends:
        gaps.setdefault(end.link, []).append(end.gap_m)
    return [gap_words.open_end_note(*ways.link_titles[link], own) for link, own in sorted(gaps.items())]
