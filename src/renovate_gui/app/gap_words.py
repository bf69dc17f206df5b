"""The sentences of the gap analysis: why a building has its verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from renovate_gui.analysis.kinds import kind_of
from renovate_gui.analysis.reach import SNAP_LIMIT_M
from renovate_gui.analysis.walkers import Walker
from renovate_gui.analysis.ways import HeightSource
from renovate_gui.app.standard_words import checked_words
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.standard import StandardRow, Wording
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict

STEEP = 0.05
"""From this slope on a stretch is told of; a planning default (barrier-free ramps are gentler)."""

_LEAST_OVER_MIN = 1e-6  # minutes that count as more
_MANY = 3  # names listed before "and others"


@dataclass(frozen=True, slots=True)
class Walk:
    """What is known of the way from one building."""

    name: str
    network_m: float
    circle_m: float  # straight line to the same facility
    minutes: float  # in the asked direction; inf where this walker cannot get through, NaN unknown
    stairs: int
    walked_m: float = math.nan  # of the way that is drawn: the walker's own may be longer than the shortest
    steps: int | None = None
    steepest: float = math.nan
    nearer_name: str = ""  # a facility that is nearer in a straight line
    nearer_m: float = math.nan
    apart_name: str = ""  # a facility within the limit that no known way leads to
    apart_m: float = math.nan
    own_stairs: int = (
        0  # of the way that is drawn, which the three above are not where it is not the shortest
    )
    own_steps: int | None = None


def walker_title(walker: Walker) -> str:
    """Return a walker's name in the reader's language."""
    return walker.zh if current_language() == "zh_CN" else walker.en


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


def limit_words(result: GapResult) -> str:
    """Return what served means: so many metres, and so many minutes of the walker where these decide too."""
    limit = f"{result.limit_m:,.0f}"
    if not math.isfinite(result.minutes_limit):
        return tr("{limit} m", limit=limit)
    most = most_minutes(result.minutes_limit)
    if result.direction is Direction.ROUND_TRIP:
        return tr("{limit} m and {minutes} minutes there and back", limit=limit, minutes=most)
    return tr("{limit} m and {minutes} minutes", limit=limit, minutes=most)


def needs_room(result: GapResult) -> bool:
    """Return whether served also means to find room: capacity decides, and somebody needs a place."""
    need = result.service.need
    return len(result.service.placed) > 0 and len(need) > 0 and float(np.nansum(need)) > 0


def room_words(result: GapResult) -> str:
    """Return what served means besides distance and minutes, to follow a phrase; empty where capacity does not decide."""
    return tr(", and find room") if needs_room(result) else ""


def verdict_words(verdict: Verdict, result: GapResult) -> str:
    """Return a verdict's words beside a colour: the one vocabulary, with the limit where it says more."""
    if verdict is not Verdict.SERVED:
        return term(verdict)
    if result.measure is Measure.CIRCLE:
        return tr("Served (within {limit} in a straight line)", limit=limit_words(result))
    return tr("Served (within {limit})", limit=limit_words(result))


def unit_words(result: GapResult) -> str:
    """Return what the count counts, as the head of a column."""
    return tr("parcels") if result.counts_parcels else tr("buildings")


def places_words(result: GapResult, n: int) -> str:
    """Return a number of what is counted: buildings, or parcels."""
    count = f"{n:,}"
    return tr("{n} parcels", n=count) if result.counts_parcels else tr("{n} buildings", n=count)


def no_places(result: GapResult) -> str:
    """Return that nothing stands where it is counted, so that no share can be given."""
    if result.counts_parcels:
        return tr("The study area contains no parcels, so nothing can be computed.")
    return tr("The study area contains no buildings, so nothing can be computed.")


def most_minutes(limit: float) -> str:
    """Return the most minutes that count, with one decimal at most."""
    return f"{round(limit, 1):g}"


def minutes_words(value: float, limit: float = math.nan) -> str:
    """Return minutes as they read everywhere: one decimal below 20, whole above; more where that would hide a limit."""
    words = f"{value:.1f}" if round(value, 1) < 20 else f"{value:.0f}"
    is_over = value > limit + _LEAST_OVER_MIN  # "5.0 minutes, more than 5" would read as a mistake
    return f"{value:.2f}" if is_over and float(words) <= round(limit, 1) else words


def joined(sentences: list[str]) -> str:
    """Return sentences as one text; Chinese needs no space between them."""
    return ("" if current_language() == "zh_CN" else " ").join(s for s in sentences if s)


def some_names(names: tuple[str, ...] | list[str]) -> str:
    """Return a few names for a sentence."""
    quoted = [tr("“{name}”", name=n) for n in names[:_MANY]]
    words = tr(", ").join(quoted)
    return tr("{names} and others", names=words) if len(names) > _MANY else words


def no_facility(code: str, *, counts_parcels: bool) -> str:
    """Return the note of a kind that the data does not have at all."""
    if counts_parcels:
        return tr(
            "The data has no facility of this kind: {kind}. So every parcel counts as out of reach.",
            kind=kind_title(code),
        )
    return tr(
        "The data has no facility of this kind: {kind}. So every building counts as out of reach.",
        kind=kind_title(code),
    )


def sentence(result: GapResult, row: int, walk: Walk | None, walker: Walker) -> str:
    """Return why a building has its verdict, in words."""
    if not result.facility_names:
        return joined([no_facility(result.kind, counts_parcels=result.counts_parcels), _rule(result)])
    verdict = Verdict(result.verdict[row])
    if verdict is Verdict.UNKNOWN or walk is None:
        return joined([*_cannot_say(result, row, walk, walker), _rule(result)])
    return joined(
        [
            _way(result, walk, walker),
            _outcome(result, verdict, walk, walker),
            full(result, row),
            _nearer(walk),
            _rule(result),
        ]
    )


def _way(result: GapResult, walk: Walk, walker: Walker) -> str:
    straight = metres(walk.circle_m, result.limit_m)
    if not math.isfinite(walk.network_m):
        return tr(
            "The nearest facility is “{name}”, {straight} m in a straight line.",
            name=walk.name,
            straight=straight,
        )
    length = metres(walk.network_m, result.limit_m)
    if not math.isfinite(walk.minutes):
        return tr(
            "The nearest facility is “{name}”: {network} m over the walking network ({straight} m in a straight line).",
            name=walk.name,
            network=length,
            straight=straight,
        )
    way = tr(
        "The nearest facility is “{name}”: {network} m over the walking network ({straight} m in a straight line), about {minutes} minutes for: {walker}.",
        name=walk.name,
        network=length,
        straight=straight,
        minutes=minutes_words(walk.minutes, result.minutes_limit),
        walker=walker_title(walker),
    )
    return joined([way, _counted_direction(result), _longer(walk)])


def _counted_direction(result: GapResult) -> str:
    if result.direction is Direction.BACK:
        return tr("Minutes are those of the way home.")
    if result.direction is Direction.ROUND_TRIP:
        return tr("Minutes are those there and back.")
    return ""


def _longer(walk: Walk) -> str:
    """Return how long the walker's own way is where the shortest is not it."""
    if not math.inf > walk.walked_m > walk.network_m + 1.0:
        return ""
    return tr("The quickest way is {metres} m, round what slows this walker.", metres=metres(walk.walked_m))


def _outcome(result: GapResult, verdict: Verdict, walk: Walk, walker: Walker) -> str:
    value = walk.circle_m if result.measure is Measure.CIRCLE else walk.network_m
    limit = metres(result.limit_m)
    if verdict is Verdict.NOT_FOR_THIS_PERSON:
        return _not_for(result, walk, walker)
    if verdict in {Verdict.SERVED, Verdict.FULL}:
        if math.isfinite(result.minutes_limit):
            most = most_minutes(result.minutes_limit)
            return tr("That is within {limit} m and {minutes} minutes.", limit=limit, minutes=most)
        return tr("That is within {limit} m.", limit=limit)
    if not math.isfinite(value):
        return tr("Even the straight line is longer than {limit} m.", limit=limit)
    return tr("That is {over} m more than {limit} m.", over=metres(value - result.limit_m, 0.0), limit=limit)


def _not_for(result: GapResult, walk: Walk, walker: Walker) -> str:
    """Return why a way that is short enough on paper is none for this person."""
    limit, most = metres(result.limit_m), most_minutes(result.minutes_limit)
    if not math.isfinite(walk.minutes):
        why = tr(
            "On paper that is within {limit} m, but there is no way for: {walker}.",
            limit=limit,
            walker=walker_title(walker),
        )
    else:
        why = tr(
            "On paper that is within {limit} m, but it takes more than {minutes} minutes.",
            limit=limit,
            minutes=most,
        )
    return joined([why, _hurdles(walk)])


def _hurdles(walk: Walk) -> str:
    """Return what lies in the way: stairs, steps, the steepest stretch."""
    parts = []
    if walk.stairs and walk.steps:
        parts.append(tr("{n} flights of stairs with about {steps} steps", n=walk.stairs, steps=walk.steps))
    elif walk.stairs:
        parts.append(tr("{n} flights of stairs", n=walk.stairs))
    if walk.steepest >= STEEP:
        parts.append(tr("a slope of {grade} %", grade=f"{100 * walk.steepest:.0f}"))
    return tr("On the shortest way: {hurdles}.", hurdles=tr(", ").join(parts)) if parts else ""


def too_far(value: float, limit_m: float) -> str:
    """Return that the nearest facility lies beyond the distance on paper, whoever walks."""
    return tr(
        "too far on paper, {metres} m instead of {limit} m",
        metres=metres(value, limit_m),
        limit=metres(limit_m),
    )


def too_long(minutes: float, limit: float) -> str:
    """Return that the way takes a walker more minutes than count."""
    return tr(
        "too long, {minutes} min instead of {limit}",
        minutes=minutes_words(minutes, limit),
        limit=most_minutes(limit),
    )


def barred(walker: Walker, stairs: int, steepest: float) -> str:
    """Return what on the shortest way stops a walker; empty where nothing on it does."""
    if stairs and walker.stairs_mps is None:
        return tr("stairs on the way")
    if walker.max_grade is not None and steepest > walker.max_grade:
        return tr("too steep, {grade} %", grade=f"{100 * steepest:.0f}")
    return ""


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
    if row.radius_m != result.limit_m and row.wording is Wording.OURS:
        return tr("The distance of {limit} m was set by hand.", limit=metres(result.limit_m))
    if row.radius_m != result.limit_m:
        return tr(
            "The distance of {limit} m was set by hand; {source} says {own} m.",
            limit=metres(result.limit_m),
            own=metres(row.radius_m),
            source=_source(row),
        )
    if row.wording is Wording.OURS:
        return default_distance(row)
    return tr(
        "{source}: at most {limit} m ({obligation}).",
        source=_source(row),
        obligation=term(row.obligation),
        limit=metres(result.limit_m),
    )


def default_distance(row: StandardRow) -> str:
    """Return that a standard asks for a service without a distance, and what is taken instead; else empty."""
    if row.wording is not Wording.OURS or row.radius_m is None:
        return ""
    return tr(
        "{source} asks for it ({obligation}) but gives no distance; {limit} m is a planning default.",
        source=_source(row),
        obligation=term(row.obligation),
        limit=metres(row.radius_m),
    )


def _source(row: StandardRow) -> str:
    if not row.clause:
        return row.source
    return tr("{source}, clause {clause}", source=row.source, clause=row.clause)


def rule(result: GapResult) -> str:
    """Return the rule with the layer of the standard that says it."""
    if result.row is None:
        return _rule(result)
    return tr("{layer}: {rule}", layer=term(result.row.level), rule=_rule(result))


def full(result: GapResult, row: int) -> str:
    """Return that there is no room, and for how many; empty for other verdicts."""
    service = result.service
    if result.verdict[row] != Verdict.FULL:
        return ""
    return tr(
        "The places are taken by people who live nearer: of {need} people here who need one, {placed} find room.",
        need=few(float(service.need[row])),
        placed=few(float(service.placed[row])),
    )


def room(result: GapResult, row: int) -> str:
    """Return how many places there are for those who need one here; empty where nothing is known."""
    service = result.service
    is_unknown = result.verdict[row] == Verdict.UNKNOWN
    if len(service.access) == 0 or is_unknown or math.isnan(service.access[row]):
        return ""
    return tr(
        "{places} places for 100 {people} who need one",
        places=per_100(result, row),
        people=needy(result.basis),
    )


def per_100(result: GapResult, row: int) -> str:
    """Return places for 100 people who need one, with as many digits as they deserve."""
    return few(100.0 * float(result.service.access[row]))


def few(value: float) -> str:
    """Return a number of people or places, small ones with a decimal."""
    return f"{value:,.0f}" if value >= 10 or float(value).is_integer() else f"{value:.1f}"


def needy(basis: AgeBasis) -> str:
    """Return whom a service is for, in plain words."""
    if basis in {AgeBasis.AGE0_2, AgeBasis.AGE3_5, AgeBasis.AGE6_11}:
        return tr("children")
    if basis in {AgeBasis.AGE60, AgeBasis.AGE65, AgeBasis.AGE80}:
        return tr("older people")
    return tr("people")


def heights(sources: frozenset[HeightSource], layers: tuple[str, ...]) -> str:
    """Return where the heights of a way come from, best first."""
    words = {
        HeightSource.LINES: tr("from the ways themselves"),
        HeightSource.MODEL: tr("from {layers}", layers=some_names(layers)),
        HeightSource.GRADE: tr("from slopes stated for the ways"),
        HeightSource.FLAT: tr("flat where nothing is known"),
    }
    known = sorted(sources, reverse=True)
    if known in ([], [HeightSource.FLAT]):
        return tr("No heights in the data: counted as flat.")
    return tr("Heights: {sources}.", sources=tr("; ").join(words[s] for s in known))


def farther(metres_m: float) -> str:
    """Return why no more facilities are listed than these."""
    return tr(
        "All others are more than {metres} m away on foot, or no way leads there.", metres=metres(metres_m)
    )


def doubt(result: GapResult, walk: Walk | None, *, counts_plans: bool) -> str:
    """Return what is estimated, unchecked or left out."""
    parts = []
    if result.row is not None:
        parts.append(checked_words(result.row))
    if result.row is not None and result.row.note:
        parts.append(result.row.note)
    if walk is None:
        return joined(parts)
    if result.measure is Measure.CIRCLE:
        parts.append(tr("Measured in a straight line; real ways are longer."))
    if walk.own_stairs:
        parts.append(tr("Stretches of stairs on the way: {n}.", n=walk.own_stairs))
    if walk.own_steps:
        parts.append(tr("Steps are reckoned from the height, 15 cm each."))
    if counts_plans:
        parts.append(tr("Planned facilities and links count as if they existed."))
    parts += _headcount_doubt(result)
    return joined(parts)


def _headcount_doubt(result: GapResult) -> list[str]:
    if result.people_source is PeopleSource.RESIDENTS_ONLY:
        return [tr("The headcount is of all residents.")]
    if result.people_source is PeopleSource.ESTIMATED:
        return [tr("The headcount is estimated from totals.")]
    return []
