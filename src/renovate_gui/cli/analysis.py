"""``analyze``, ``render`` and ``picture``: who is out of reach, and maps of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.cli.asking import request_of
from renovate_gui.cli.report import progress, remark, run_task, say, say_json
from renovate_gui.cli.scenarios import difference, look_at
from renovate_gui.cli.services import Services
from renovate_gui.cli.survey import must_end_in
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.verdict import GapResult, PeopleSource, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from renovate_gui.app.needs import HeatRequest
    from renovate_gui.app.session import Session
    from renovate_gui.domain.heat import CellMap


def analyze(options: argparse.Namespace, services: Services) -> int:
    """Judge every building against the standard."""
    with under_standard(options, services) as session:
        asked = request_of(session, options)
        results = run_task(session.gaps.prepare(asked))
        _must_count(results)
        counted = {r.layer_id: session.layers.get(r.layer_id).role.value for r in results}
        standard = session.gaps.profile().id
    if options.json:
        say_json(
            {
                "standard": standard,
                "walker": asked.walker,
                "area": asked.area,
                "with_proposals": asked.with_proposals,
                "direction": asked.direction.value,
                "at": asked.at,
                "counts_capacity": asked.counts_capacity,
                "model": asked.model.value,
                "results": [result_json(r, counted[r.layer_id]) for r in results],
            }
        )
    else:
        for result in results:
            _say_result(result)
    return 0


def _must_count(results: Sequence[GapResult]) -> None:
    """Refuse to say a share of nothing."""
    from renovate_gui.app.gap_words import no_places

    for result in results:
        if not len(result.ids):
            raise RequestError(no_places(result))


@contextmanager
def under_standard(options: argparse.Namespace, services: Services) -> Iterator[Session]:
    """Give the project's session, or that of a passing copy under another standard: the project stays as it is."""
    from tempfile import TemporaryDirectory

    from renovate_gui.app import standards

    with services.open_session(options.project) as session:
        look_at(session, options.scenario)
        if not options.standard or standards.profile(options.standard).id == session.gaps.profile().id:
            yield session
            return
        with TemporaryDirectory(prefix="renovate-gui-") as folder:
            copy = Path(folder) / options.project.name
            session.project.save_copy(copy)
            with services.open_session(copy) as other:
                other.gaps.set_profile(options.standard)
                look_at(other, options.scenario)
                yield other


def result_json(result: GapResult, counted: str) -> dict[str, Any]:
    """Return a result as plain numbers, in buildings (or parcels) and in people."""
    has_people = result.people_source is not PeopleSource.NONE
    row = result.row
    return {
        "kind": result.kind,
        "limit_m": result.limit_m,
        "measure": result.measure.value,
        "counted": counted,
        "total": len(result.ids),
        **{v.name.lower(): result.buildings(v) for v in Verdict},
        **{f"people_{v.name.lower()}": _people(result, v, has_people=has_people) for v in Verdict},
        "people_total": _whole(result.people_total) if has_people else None,
        "people_source": result.people_source.value,
        "people_error": round(result.people_error, 4) if np.isfinite(result.people_error) else None,
        "basis": result.basis.value,
        "network": _share(result, result.network_m),
        "circle": _share(result, result.circle_m),
        "facilities": len(result.facility_names),
        "clause": row.clause if row else None,
        "distance_wording": row.wording.value if row and row.radius_m is not None else None,
        "confidence": row.confidence.value if row else None,
        "is_checked": row.is_checked if row else False,
        "notes": list(result.notes),
        **_person_json(result),
        **_room_json(result),
    }


def _person_json(result: GapResult) -> dict[str, Any]:
    """Return who walked, and how many minutes it takes in the middle; None where minutes do not decide.

    Who has no way, or a round trip of more minutes than count, stands above the middle; None too where that is most.
    """
    known = result.minutes[~np.isnan(result.minutes)]
    middle = float(np.median(known)) if len(known) else np.inf
    return {
        "walked_by": result.walker or None,
        "minutes_limit": round(result.minutes_limit, 4) if np.isfinite(result.minutes_limit) else None,
        "minutes_median": round(middle, 2) if np.isfinite(middle) else None,
        "unreachable": _cut_off(result, np.isinf(result.network_m)),
        "off_network": _cut_off(result, np.isnan(result.network_m)),
    }


def _cut_off(result: GapResult, rows: NDArray[np.bool_]) -> dict[str, Any]:
    """Return how many have no way at all, in buildings and residents."""
    residents = result.groups.get(AgeBasis.RESIDENTS)
    people = None if residents is None else _whole(float(np.nansum(residents[rows])))
    return {"buildings": int(rows.sum()), "residents": people}


def _room_json(result: GapResult) -> dict[str, Any]:
    """Return need, places and what comes of them; None where capacity does not decide."""
    service = result.service
    decides = len(service.need) > 0
    known = service.access[np.isfinite(service.access)]
    weight = service.need[np.isfinite(service.access)] if len(service.access) else service.access
    total = float(np.nansum(weight))
    mean = float(np.nansum(known * weight)) / total if total > 0 else None
    return {
        "need_share": round(service.share, 6) if np.isfinite(service.share) else None,
        "need_of": service.share_of.value if service.share_of is not None else None,
        "need_source": service.share_source or None,
        "need_total": _rounded(float(np.nansum(service.need))) if decides else None,
        "people_placed": _rounded(float(np.nansum(service.placed))) if decides else None,
        "capacity_total": _rounded(service.places) if np.isfinite(service.places) else None,
        "places_taken": _rounded(service.places_taken) if decides else None,
        "without_capacity": int(np.count_nonzero(np.isnan(service.capacity))),
        "people_in_unstated": _rounded(service.in_unstated) if decides else None,
        "access": {
            "model": service.model.value,
            "per_100_mean": None if mean is None else _rounded(100 * mean),
            "per_100_median": _rounded(100 * float(np.median(known))) if len(known) else None,
            "without_any": int(np.count_nonzero(known == 0)) if len(known) else None,
        }
        if decides
        else None,
    }


def _rounded(value: float) -> float:
    return round(value, 4)


def _people(result: GapResult, verdict: Verdict, *, has_people: bool) -> int | float | None:
    return _whole(result.people_of(verdict)) if has_people else None


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(value, 2)


def _share(result: GapResult, distance: NDArray[np.float64]) -> dict[str, Any]:
    """Return how many are within the limit by one measure, and the share of those whose distance is known."""
    known = ~np.isnan(distance)
    if not known.any():
        return {"within": None, "share": None, "people_within": None, "people_share": None}
    within = known & (distance <= result.limit_m)
    answer: dict[str, Any] = {
        "within": int(within.sum()),
        "share": round(float(within.sum() / known.sum()), 4),
        "people_within": None,
        "people_share": None,
    }
    total = float(np.nansum(result.people[known]))
    if result.people_source is not PeopleSource.NONE and total > 0:
        inside = float(np.nansum(result.people[within]))
        answer.update(people_within=_whole(inside), people_share=round(inside / total, 4))
    return answer


def kind_name(kind: str) -> str:
    """Return what a facility kind is called in the reader's language."""
    from renovate_gui.analysis.kinds import facility_kinds

    found = next((k for k in facility_kinds() if k.code == kind), None)
    if found is None:
        return kind
    return found.zh if current_language() == "zh_CN" else found.en


def _say_result(result: GapResult) -> None:
    from renovate_gui.app.gap_words import places_words

    say(
        tr(
            "{kind}, within {limit} m ({measure}):",
            kind=kind_name(result.kind),
            limit=f"{result.limit_m:,.0f}",
            measure=term(result.measure),
        )
    )
    if np.isfinite(result.minutes_limit):
        say("  " + person_words(result))
    for verdict in Verdict:
        buildings = result.buildings(verdict)
        if not buildings:
            continue
        words = places_words(result, buildings)
        if result.people_source is not PeopleSource.NONE:
            people = f"{result.people_of(verdict):,.0f}"
            words = f"{words}, " + tr("{n} people ({basis})", n=people, basis=counted_words(result))
        say(f"  {term(verdict)}: {words}")
    for note in result.notes:
        say(f"  · {note}")


def counted_words(result: GapResult) -> str:
    """Return whom the numbers of people are of: never an age group that was not counted."""
    if result.people_source is PeopleSource.RESIDENTS_ONLY:
        return tr("all residents")
    if result.people_source is PeopleSource.ESTIMATED:
        return tr("{group}, estimated", group=term(result.basis))
    return term(result.basis)


def person_words(result: GapResult) -> str:
    """Return whose minutes decide, and how many there may be."""
    from renovate_gui.app.gap_words import most_minutes, walker_title
    from renovate_gui.app.standards import walker_named

    return tr(
        "for: {walker}, at most {minutes} minutes ({direction})",
        walker=walker_title(walker_named(result.walker)),
        minutes=most_minutes(result.minutes_limit),
        direction=term(result.direction),
    )


def render(options: argparse.Namespace, services: Services) -> int:
    """Write a picture of the map."""
    from renovate_gui.app.scenes import SceneRequest

    must_end_in(options.out, ".png")
    if options.kind and options.heat and not options.with_gap:
        raise RequestError(tr("A picture shows gaps or a density, not both: leave --kind or --heat out."))
    with services.open_session(options.project) as session:
        look_at(session, options.scenario)
        if options.against:
            return _render_shift(session, options, services)
        cells = _cells(session, options)
        gap = _gap(session, options.kind) if options.kind and cells is None else None
        heat = _heat(session, options) if options.heat and cells is None else None
        scene = session.scenes.build(
            SceneRequest(
                heat=heat, cells=cells, gap=gap, show_others=not options.scenario, is_dark=options.dark
            )
        )
        bbox = options.bbox or community_extent(session) or scene.extent()
        if bbox is None:
            raise RequestError(tr("There is nothing to show yet; import a layer first."))
        _parent(options.out)
        with progress(tr("Painting the map")):
            services.printer.paint_png(scene, options.out, size=options.size, bbox=bbox)
    _said_where(options)
    return 0


def _render_shift(session: Session, options: argparse.Namespace, services: Services) -> int:
    """Paint who gains and who loses from one scenario to another, hatched for the copier."""
    from renovate_gui.app.scenario_words import shift_sentence
    from renovate_gui.app.scenes import SceneRequest

    if not options.kind:
        raise RequestError(tr("Say with --kind which service the difference is about."))
    found = run_task(difference(session, options.against, options.kind))
    left, right = (found.today, *found.scenarios)[-2:]
    shift = found.shift(options.kind, left.uuid, right.uuid)
    scene = session.scenes.build(SceneRequest(shift=shift, is_for_export=True, is_dark=options.dark))
    bbox = options.bbox or community_extent(session) or scene.extent()
    if bbox is None:
        raise RequestError(tr("There is nothing to show yet; import a layer first."))
    _parent(options.out)
    with progress(tr("Painting the map")):
        services.printer.paint_png(scene, options.out, size=options.size, bbox=bbox)
    if not options.json:
        say(shift_sentence(shift, left.name, right.name))
    _said_where(options)
    return 0


def _gap(session: Session, kind: str) -> GapResult:
    asked = session.parameters.gaps().together((kind,))
    return run_task(session.gaps.prepare(asked))[0]


def _heat(session: Session, options: argparse.Namespace) -> Any:
    return run_task(session.needs.prepare_heat(_heat_request(options)))


def _heat_request(options: argparse.Namespace) -> HeatRequest:
    from renovate_gui.app.needs import HeatRequest
    from renovate_gui.domain.heat import HeatMode

    compared = HeatMode.DIFFERENCE if options.difference else HeatMode.RATIO
    return HeatRequest(
        subject=options.heat or "answers",
        bandwidth_m=options.bandwidth,
        neighbours=options.neighbours,
        versus=options.versus,
        mode=compared if options.versus else HeatMode.DENSITY,
    )


def _cells(session: Session, options: argparse.Namespace) -> CellMap | None:
    """Return demand by hexagon or against the gap, None when neither is wanted."""
    if options.with_gap:
        if not options.kind:
            raise RequestError(tr("Demand against gap needs a service: name it with --kind."))
        today = replace(session.parameters.gaps().together((options.kind,)), with_proposals=False)
        gap = run_task(session.gaps.prepare(today))[0]
        return run_task(session.needs.prepare_with_gap(_heat_request(options), gap))
    if options.hexagons:
        return run_task(session.needs.prepare_cells(_heat_request(options), width_m=options.hexagons))
    return None


def community_extent(session: Session) -> tuple[float, float, float, float] | None:
    """Return where the work lies with a margin of 3 %; None when nothing is there."""
    from renovate_gui.app.extent import work_extent

    extent, is_elsewhere = work_extent(session.layers)
    if is_elsewhere:
        remark(
            tr(
                "The study area holds none of what is counted: check where it lies. The map shows what is counted."
            )
        )
    if extent is None:
        return None
    x0, y0, x1, y1 = extent
    margin = 0.03 * max(x1 - x0, y1 - y0, 1.0)
    return x0 - margin, y0 - margin, x1 + margin, y1 + margin


def picture(options: argparse.Namespace, services: Services) -> int:
    """Write a picture of the real window on a project."""
    if not options.project.is_file():
        raise RequestError(tr("{file} is not there.", file=options.project))
    must_end_in(options.out, ".png")
    _parent(options.out)
    stages = list(dict.fromkeys(options.stage or ["gaps"]))
    out = options.out
    wanted = {s: out if len(stages) == 1 else out.with_stem(f"{out.stem}-{s}") for s in stages}
    services.picture_window(options.project, wanted, options.size)
    if options.json:
        say_json({"paths": [str(path) for path in wanted.values()]})
    else:
        for path in wanted.values():
            say(tr("Written: {path}", path=path))
    return 0


def _parent(out: Any) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)


def _said_where(options: argparse.Namespace) -> None:
    if options.json:
        say_json({"path": str(options.out)})
    else:
        say(tr("Written: {path}", path=options.out))
