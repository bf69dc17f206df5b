"""The sentences of the gap analysis: what a result lacks, and why a building has its verdict."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.analysis.reach import SNAP_LIMIT_M
from renovate_gui.analysis.walkers import Walker
from renovate_gui.app.gap_inputs import Places, Services
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.standard import StandardRow
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict

_MANY = 3  # names listed before "and others"


@dataclass(frozen=True, slots=True)
class Walk:
    """What is known of the way from one building."""

    name: str
    network_m: float
    circle_m: float  # straight line to the same facility
    minutes: float
    stairs: int
    nearer_name: str = ""  # a facility that is nearer in a straight line
    nearer_m: float = math.nan
    apart_name: str = ""  # a facility within the limit that no known way leads to
    apart_m: float = math.nan


def kind_title(code: str) -> str:
    """Return a facility kind's name in the reader's language."""
    kind = kind_of(code)
    if kind is None:
        return code
    return kind.zh if current_language() == "zh_CN" else kind.en


def row_title(row: StandardRow | None, code: str) -> str:
    """Return the standard's own word for a kind, else the kind's."""
    if row is None:
        return kind_title(code)
    return row.zh if current_language() == "zh_CN" else row.en


def metres(value: float, limit_m: float = math.inf) -> str:
    """Return whole metres, with a decimal where rounding would hide on which side of the limit it lies."""
    return f"{value:,.1f}" if abs(value - limit_m) < 1 and value != limit_m else f"{value:,.0f}"


def joined(sentences: list[str]) -> str:
    """Return sentences as one text; Chinese needs no space between them."""
    return ("" if current_language() == "zh_CN" else " ").join(s for s in sentences if s)


def some_names(names: tuple[str, ...] | list[str]) -> str:
    """Return a few names for a sentence."""
    quoted = [tr("“{name}”", name=n) for n in names[:_MANY]]
    words = tr(", ").join(quoted)
    return tr("{names} and others", names=words) if len(names) > _MANY else words


def no_facility(code: str) -> str:
    """Return the note of a kind that the data does not have at all."""
    return tr(
        "The data has no facility of this kind: {kind}. So every building counts as out of reach.",
        kind=kind_title(code),
    )


def no_layer_note(services: Services) -> str:
    """Return the note of a project without any layer of facilities, empty when there is one."""
    if services.has_layer:
        return ""
    return tr("There is no layer of facilities; import one and set its role.")


def service_notes(services: Services, code: str, rows: np.ndarray, doubled: tuple[str, ...]) -> list[str]:
    """Return what is doubtful about the facilities of a kind."""
    notes = []
    broad = Counter(services.classes[i] for i in rows if services.classified[i].is_broad)
    if broad:
        notes.append(
            tr(
                "Counted by a broad class of the source ({classes}), which may mean other services too: {n} of {total} facilities. Please check them.",
                n=sum(broad.values()),
                total=len(rows),
                classes=tr(", ").join(broad),
            )
        )
    other = [services.names[i] for i in rows if services.classified[i].by_name not in {"", code}]
    if other:
        notes.append(
            tr(
                "The source's class says {kind}, the name says otherwise: {names}. Counted as the class says.",
                kind=kind_title(code),
                names=some_names(other),
            )
        )
    if doubled:
        notes.append(
            tr(
                "The same place seems to be there more than once: {names}. Distances are not affected.",
                names=some_names(doubled),
            )
        )
    is_kind = [i for i, c in enumerate(services.classified) if code in c.codes and services.is_closed[i]]
    if is_kind:
        notes.append(
            tr(
                "Not in service according to the data, so not counted: {names}.",
                names=some_names([services.names[i] or services.keys[i] for i in is_kind]),
            )
        )
    return notes


def people_note(source: PeopleSource, row: StandardRow | None, places: Places) -> str:
    """Return the note on the headcount, empty when the right column is there."""
    if source is PeopleSource.RESIDENTS_ONLY and row is not None:
        return tr(
            "Layer “{layer}” has no column for “{basis}”: all residents are counted instead.",
            layer=places.layer.name,
            basis=term(row.basis),
        )
    if source is PeopleSource.NONE:
        return tr(
            "Layer “{layer}” has no headcount: only buildings are counted, not people.",
            layer=places.layer.name,
        )
    return ""


def other_layers_note(places: Places) -> str:
    """Return the note that only one layer of several is counted."""
    return tr(
        "Only layer “{layer}” is counted; not counted: {others}.",
        layer=places.layer.name,
        others=some_names(places.other_layers),
    )


def network_notes(
    *, off_network: int, cut_off: int, doubtful: int, far_facilities: list[str], island_facilities: list[str]
) -> list[str]:
    """Return what the network leaves undecided."""
    notes = []
    if off_network:
        notes.append(
            tr(
                "Buildings more than {limit} m from the walking network: {n}.",
                n=f"{off_network:,}",
                limit=f"{SNAP_LIMIT_M:,.0f}",
            )
        )
    if cut_off:
        notes.append(
            tr(
                "Buildings on parts of the walking network that lead to no such facility: {n}.",
                n=f"{cut_off:,}",
            )
        )
    if doubtful:
        notes.append(
            tr(
                "Not judged, because a facility within the distance in a straight line is one that the walking network does not lead to: {n} buildings.",
                n=f"{doubtful:,}",
            )
        )
    if far_facilities:
        notes.append(
            tr(
                "Too far from the walking network to be reached: {names}.",
                names=some_names(far_facilities),
            )
        )
    if island_facilities:
        notes.append(
            tr(
                "On a part of the walking network that is cut off from the rest: {names}.",
                names=some_names(island_facilities),
            )
        )
    return notes


def open_end_note(number: int, title: str, gaps_m: list[float]) -> str:
    """Return which end of a proposed link does not join the network."""
    if len(gaps_m) == 1:
        return tr(
            "The end of proposal {number} “{title}” is {gap} m from the walking network; it does not join it.",
            number=number,
            title=title,
            gap=f"{gaps_m[0]:,.1f}",
        )
    return tr(
        "No end of proposal {number} “{title}” joins the walking network; the nearest is {gap} m from it.",
        number=number,
        title=title,
        gap=f"{min(gaps_m):,.1f}",
    )


def sentence(result: GapResult, row: int, walk: Walk | None, walker: Walker) -> str:
    """Return why a building has its verdict, in words."""
    if not result.facility_names:
        return joined([no_facility(result.kind), _rule(result)])
    verdict = Verdict(result.verdict[row])
    if verdict is Verdict.UNKNOWN or walk is None:
        return joined([*_cannot_say(result, row, walk, walker), _rule(result)])
    return joined([_way(result, walk, walker), _outcome(result, verdict, walk), _nearer(walk), _rule(result)])


def _way(result: GapResult, walk: Walk, walker: Walker) -> str:
    straight = metres(walk.circle_m, result.limit_m)
    if not math.isfinite(walk.network_m):
        return tr(
            "The nearest facility is “{name}”, {straight} m in a straight line.",
            name=walk.name,
            straight=straight,
        )
    return tr(
        "The nearest facility is “{name}”: {network} m over the walking network ({straight} m in a straight line), about {minutes} minutes for: {walker}.",
        name=walk.name,
        network=metres(walk.network_m, result.limit_m),
        straight=straight,
        minutes=f"{walk.minutes:.0f}" if walk.minutes >= 1 else "1",
        walker=walker.zh if current_language() == "zh_CN" else walker.en,
    )


def _outcome(result: GapResult, verdict: Verdict, walk: Walk) -> str:
    value = walk.circle_m if result.measure is Measure.CIRCLE else walk.network_m
    limit = metres(result.limit_m)
    if verdict is Verdict.SERVED:
        return tr("That is within {limit} m.", limit=limit)
    if not math.isfinite(value):
        return tr("Even the straight line is longer than {limit} m.", limit=limit)
    return tr("That is {over} m more than {limit} m.", over=metres(value - result.limit_m, 0.0), limit=limit)


def _nearer(walk: Walk) -> str:
    if not walk.nearer_name:
        return ""
    return tr(
        "In a straight line “{name}” is nearer ({straight} m), but the way there is longer or missing.",
        name=walk.nearer_name,
        straight=metres(walk.nearer_m),
    )


def _cannot_say(result: GapResult, row: int, walk: Walk | None, walker: Walker) -> list[str]:
    straight = metres(float(result.circle_m[row]), result.limit_m)
    if math.isnan(result.circle_m[row]):
        return [tr("The feature has no geometry, so nothing can be measured.")]
    if walk is not None and walk.apart_name:
        return [
            _way(result, walk, walker),
            tr(
                "“{name}” is only {straight} m away in a straight line, but the walking network in the data does not lead there; a link may be missing, so it cannot be said whether the building is in reach.",
                name=walk.apart_name,
                straight=metres(walk.apart_m, result.limit_m),
            ),
        ]
    if math.isnan(result.network_m[row]):
        return [
            tr(
                "The building lies more than {limit} m from the walking network; the nearest facility is {straight} m away in a straight line, so it cannot be said whether it is in reach.",
                limit=f"{SNAP_LIMIT_M:,.0f}",
                straight=straight,
            )
        ]
    return [
        tr(
            "The building stands on a part of the walking network that leads to no such facility, though one is {straight} m away in a straight line; a link may be missing in the data.",
            straight=straight,
        )
    ]


def _rule(result: GapResult) -> str:
    row = result.row
    if row is None or row.radius_m is None:
        return tr("The distance of {limit} m was set by hand.", limit=metres(result.limit_m))
    if row.radius_m != result.limit_m:
        return tr(
            "The distance of {limit} m was set by hand; {source} says {own} m.",
            limit=metres(result.limit_m),
            own=metres(row.radius_m),
            source=_source(row),
        )
    return tr(
        "{source}: at most {limit} m ({obligation}).",
        source=_source(row),
        obligation=term(row.obligation),
        limit=metres(result.limit_m),
    )


def _source(row: StandardRow) -> str:
    if not row.clause:
        return row.source
    return tr("{source}, clause {clause}", source=row.source, clause=row.clause)


def doubt(result: GapResult, walk: Walk | None, *, counts_plans: bool) -> str:
    """Return what is estimated, unchecked or left out."""
    parts = []
    if result.row is not None and not result.row.is_checked:
        parts.append(tr("Reference value, not checked against the printed text."))
    if result.row is not None and result.row.note:
        parts.append(result.row.note)
    if walk is None:
        return joined(parts)
    if result.measure is Measure.CIRCLE:
        parts.append(tr("Measured in a straight line; real ways are longer."))
    else:
        parts.append(tr("Measured on the flat: slopes are not considered yet."))
    if walk.stairs:
        parts.append(tr("Stretches of stairs on the way: {n}.", n=walk.stairs))
    if counts_plans:
        parts.append(tr("Planned facilities and links count as if they existed."))
    if result.people_source is PeopleSource.RESIDENTS_ONLY:
        parts.append(tr("The headcount is of all residents."))
    return joined(parts)
