"""Coverage statements for the council: number, bounds, source, clause and doubt in plain sentences."""

from __future__ import annotations

import math

from renovate_gui.app.detour import detour_of, detour_words
from renovate_gui.app.gap_frozen import Frozen
from renovate_gui.app.gap_notes import straight_note
from renovate_gui.app.gap_words import joined, kind_title, limit_words, room_words, row_title, unit_words
from renovate_gui.app.report_ground import ground_of, measure_words
from renovate_gui.app.shares import percent
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.report import Statement
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict


def statement_of(frozen: Frozen, result: GapResult, *, k: int = 0) -> Statement:
    """Return what a result says to people who do not read tables; fewer than ``k`` people are not told apart."""
    has_people = counts_people(result)
    served, total = _counts(result, has_people=has_people)
    unknown = result.people_of(Verdict.UNKNOWN) if has_people else float(result.buildings(Verdict.UNKNOWN))
    low, high = (served / total, (served + unknown) / total) if total > 0 else (math.nan, math.nan)
    spread = served * result.people_error if has_people else math.nan  # NaN where they are counted
    roles = (
        (Role.BUILDINGS, Role.PARCELS)
        if not frozen.asked.layers.of_role(Role.BUILDINGS)
        else (Role.BUILDINGS,)
    )
    network = (Role.WALK_NETWORK,) if result.measure is Measure.NETWORK else ()
    made = Statement(
        kind=result.kind,
        title=row_title(result.row, result.kind),
        sentence="",
        served=served,
        total=total,
        low=low,
        high=high,
        spread=spread,
        counts_people=has_people,
        ground=ground_of(
            frozen.asked.layers, (*roles, Role.FACILITIES, *network), measure_words(frozen), result.row
        ),
        doubts=(),
    )
    return _with_words(made, result, k if has_people else 0)


def _with_words(made: Statement, result: GapResult, k: int) -> Statement:
    from dataclasses import replace

    straight = straight_note(result)
    sentences = [
        _main(made, result, k),
        straight,
        _range(made, result, k),
        _estimate(made),
        _full(made, result, k),
    ]
    detour = detour_words(detour_of(result)) if result.measure is Measure.NETWORK else ""
    return replace(
        made,
        sentence=joined([s for s in sentences if s]),
        doubts=tuple(n for n in (*result.notes, detour) if n and n != straight),
    )


def counts_people(result: GapResult) -> bool:
    """Return whether a result counts people, else only what they live in."""
    return result.people_source is not PeopleSource.NONE and result.people_total > 0


def _counts(result: GapResult, *, has_people: bool) -> tuple[float, float]:
    if has_people:
        return result.people_of(Verdict.SERVED), result.people_total
    return float(result.buildings(Verdict.SERVED)), float(len(result.ids))


def _main(made: Statement, result: GapResult, k: int) -> str:
    how = _how(result)
    values = {
        "kind": made.title,
        "limit": limit_words(result),
        "room": room_words(result),
        "how": how,
        "served": told(made.served, made.total, k),
        "total": f"{made.total:,.0f}",
        "share": percent(made.low, is_coarse=k > 0),
    }
    if not result.facility_names:
        values["kind"] = kind_title(result.kind)
        return tr("The data has no {kind}: none of it is within {limit} of anybody.", **values)
    if made.counts_people:
        return tr(
            "{kind}: {served} of {total} people ({who}), {share}, have one within {limit} {how}{room}.",
            who=term(result.counted_basis),
            **values,
        )
    if result.counts_parcels:
        return tr(
            "{kind}: {served} of {total} parcels, {share}, have one within {limit} {how}{room}; people are not known.",
            **values,
        )
    return tr(
        "{kind}: {served} of {total} buildings, {share}, have one within {limit} {how}{room}; people are not known.",
        **values,
    )


def _how(result: GapResult) -> str:
    if result.measure is Measure.NETWORK:
        return tr("on foot along the network")
    if result.has_no_network:  # nobody chose the formal check: straight_note says why
        return tr("in a straight line")
    return tr("in a straight line (formal radius check)")


def _range(made: Statement, result: GapResult, k: int) -> str:
    unknown = result.buildings(Verdict.UNKNOWN)
    if not unknown:
        return ""
    low, high = percent(made.low, is_coarse=k > 0), percent(made.high, is_coarse=k > 0)
    if made.low == made.high:  # nobody lives in what cannot be judged
        return ""
    if low == high:  # whole per cent would hide that it is a range
        low, high = percent(made.low), percent(made.high)
    if result.counts_parcels:
        return tr(
            "{n} of the parcels cannot be judged, so the true share lies between {low} and {high}.",
            n=f"{unknown:,}",
            low=low,
            high=high,
        )
    return tr(
        "{n} of the buildings cannot be judged, so the true share lies between {low} and {high}.",
        n=f"{unknown:,}",
        low=low,
        high=high,
    )


def _estimate(made: Statement) -> str:
    if math.isnan(made.spread):
        return ""
    return tr(
        "The people are estimated from totals: ± {n} of the {served} (one standard error).",
        n=f"{made.spread:,.0f}",
        served=f"{made.served:,.0f}",
    )


def _full(made: Statement, result: GapResult, k: int) -> str:
    full = result.people_of(Verdict.FULL) if made.counts_people else result.buildings(Verdict.FULL)
    barred = (
        result.people_of(Verdict.NOT_FOR_THIS_PERSON)
        if made.counts_people
        else result.buildings(Verdict.NOT_FOR_THIS_PERSON)
    )
    what = tr("people") if made.counts_people else unit_words(result)
    parts = []
    if full >= 0.5:
        parts.append(tr("For {n} {what} one is in reach but full.", n=told(full, math.inf, k), what=what))
    if barred >= 0.5:
        parts.append(
            tr(
                "For {n} {what} one is near on paper, but the way is too long, too steep or has stairs for whom it is for.",
                n=told(barred, math.inf, k),
                what=what,
            )
        )
    return joined(parts)


def is_hidden(part: float, total: float, k: int) -> bool:
    """Return whether a count, or what it leaves of the whole, is of so few people that it is not told."""
    return 0 < part < k or 0 < total - part < k


def told(part: float, total: float, k: int) -> str:
    """Return a count of people as it may leave the program."""
    if 0 < part < k:
        return tr("fewer than {n}", n=k)
    if 0 < total - part < k:
        return tr("more than {n}", n=f"{total - k:,.0f}")
    return f"{part:,.0f}"
