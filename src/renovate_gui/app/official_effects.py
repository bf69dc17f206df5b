"""The effect form of urban renewal (codes 206–218 and 229–247): sums over the plan's proposals, with the list behind each.

The codes are those of one city's platform; which proposals count for a code is our own reading and stands beside it. What
the plan cannot tell is left empty with the reason: an empty cell is no zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shapely

from renovate_gui.app.measures import Effect, effect_of, measure_title
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.assets import tr
from renovate_gui.domain.proposal import Proposal, ProposalStatus
from renovate_gui.io.package.register import Cell, RegisterSheet

_ELDERLY = ("elderly_street_centre", "elderly_day_care", "nursing_home")
_BASIC = (*_ELDERLY, "childcare", "canteen", "health_station", "community_station", "culture_station")
_SHOPS = ("shops", "supermarket", "market")
_GREEN = ("pocket_park", "park", "kids_elders_ground", "fitness_outdoor", "sports_small")


@dataclass(frozen=True, slots=True)
class Entry:
    """One proposal behind a number; ``amount`` None: it counts, but how much is not known."""

    proposal: Proposal
    amount: float | None


@dataclass(frozen=True, slots=True)
class Effects:
    """One row of the form.

    Attributes
    ----------
    planned, built
        The cell's text; empty when it cannot be told. ``count|area`` in double cells.
    reason
        Why a cell, or half of one, is empty.
    """

    code: str
    title: str
    unit: str
    planned: str
    built: str
    rule: str
    reason: str
    entries: tuple[Entry, ...]


def effects_of(content: PlanContent) -> tuple[Effects, ...]:
    """Return the form's rows in the order of their codes; rejected proposals are not in the plan."""
    plan = content.proposals
    pieces, metres = tr("pieces"), "m²"
    both = f"{pieces}|{metres}"
    kinds_of_pipes = tr("the plan does not say which kind of pipe")
    unnamed = tr("the name of this code is not known to the program")
    public = tuple(
        sorted({p.kind for p in plan if effect_of(p.kind) is Effect.FACILITY and p.kind not in _SHOPS})
    )
    return (
        _unknown("206", tr("Households in newly started estates"), tr("households"), tr("the project does not record when work on an estate starts")),
        _counted(plan, "207", tr("Lifts added"), pieces, ("lift",), _one),
        _length(plan, "208", tr("Old pipes renewed"), ("pipes",)),
        _counted(plan, "209", tr("Charging points added"), pieces, ("ev_charging",), _places),
        _double(plan, "210", tr("Public service facilities added"), both, public, tr("every planned facility that is no shop")),
        _unknown("211", tr("Complete communities"), pieces, tr("who names a community complete is not in the plan")),
        _unknown("212", tr("Households in complete communities"), tr("households"), tr("who names a community complete is not in the plan")),
        _double(plan, "213", tr("Basic facilities added"), both, _BASIC),
        _double(plan, "214", tr("Stations for the elderly added"), both, _ELDERLY),
        _double(plan, "215", tr("Childcare added"), both, ("childcare",)),
        _double(plan, "216", tr("Canteens added"), both, ("canteen",)),
        _double(plan, "217", tr("Shops added"), both, _SHOPS),
        _counted(plan, "218", tr("Activity ground and green"), metres, _GREEN, _area),
        _unknown("229–236", tr("Pipes by kind"), "km", kinds_of_pipes),
        _unknown("237", "—", "", unnamed),
        _unknown("238", tr("Roads"), "km", tr("the plan holds ways on foot, no roads")),
        _unknown("239", "—", "", unnamed),
        _counted(plan, "240", tr("Parking spaces"), pieces, ("parking",), _places),
        _unknown("241–242", "—", "", unnamed),
        _double(plan, "243", tr("Pocket parks"), both, ("pocket_park",)),
        _unknown("244–247", tr("Heritage"), "", tr("the plan has no measures on heritage")),
    )  # fmt: skip


def _one(_proposal: Proposal) -> float | None:
    return 1.0


def _places(proposal: Proposal) -> float | None:
    return proposal.capacity


def _area(proposal: Proposal) -> float | None:
    shape = proposal.geometry
    is_area = shape is not None and not shape.is_empty and int(shapely.get_dimensions(shape)) == 2
    return float(shape.area) if shape is not None and is_area else None


def _line(proposal: Proposal) -> float | None:
    shape = proposal.geometry
    is_line = shape is not None and not shape.is_empty and int(shapely.get_dimensions(shape)) == 1
    return float(shape.length) / 1000.0 if shape is not None and is_line else None


def _entries(
    plan: Sequence[Proposal], kinds: Sequence[str], amount: Callable[[Proposal], float | None]
) -> tuple[Entry, ...]:
    return tuple(Entry(p, amount(p)) for p in plan if p.kind in kinds)


def _rule(kinds: Sequence[str]) -> str:
    return tr("proposals of the types: {kinds}", kinds=tr(", ").join(measure_title(k) for k in kinds))


def _counted(  # noqa: PLR0917  what a cell is made of
    plan: Sequence[Proposal],
    code: str,
    title: str,
    unit: str,
    kinds: Sequence[str],
    amount: Callable[[Proposal], float | None],
) -> Effects:
    entries = _entries(plan, kinds, amount)
    planned, built = _sum(entries), _sum(_built(entries))
    return Effects(code, title, unit, planned, built, _rule(kinds), _lacking(entries), entries)


def _length(plan: Sequence[Proposal], code: str, title: str, kinds: Sequence[str]) -> Effects:
    return _counted(plan, code, title, "km", kinds, _line)


def _double(  # noqa: PLR0917  what a cell is made of
    plan: Sequence[Proposal], code: str, title: str, unit: str, kinds: Sequence[str], rule: str = ""
) -> Effects:
    entries = _entries(plan, kinds, _area)
    planned, built = (f"{len(e)}|{_sum(e)}" for e in (entries, _built(entries)))
    return Effects(code, title, unit, planned, built, rule or _rule(kinds), _lacking(entries), entries)


def _unknown(code: str, title: str, unit: str, reason: str) -> Effects:
    return Effects(code, title, unit, "", "", "", reason, ())


def _built(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(e for e in entries if e.proposal.status is ProposalStatus.BUILT)


def _sum(entries: Sequence[Entry]) -> str:
    """Return the sum as text; an empty text when one of them is not known: a part of a sum is no sum."""
    amounts = [e.amount for e in entries]
    if any(a is None for a in amounts):
        return ""
    total = round(sum(a for a in amounts if a is not None), 3)
    return f"{total:.3f}".rstrip("0").rstrip(".") if total else "0"


def _lacking(entries: Sequence[Entry]) -> str:
    missing = [str(e.proposal.number) for e in entries if e.amount is None]
    if not missing:
        return ""
    return tr("not known how much of the proposals {numbers}", numbers=tr(", ").join(missing))


def effect_sheets(content: PlanContent) -> tuple[RegisterSheet, ...]:
    """Return the form, and the list behind its numbers."""
    rows = effects_of(content)
    form = RegisterSheet(
        tr("Effect form"),
        (tr("Code"), tr("Entry of the form"), tr("Unit"), tr("Planned"), tr("Built"), tr("What counts"), tr("Why it is empty")),
        tuple((e.code, e.title, e.unit, _cell(e.planned), _cell(e.built), e.rule, e.reason) for e in rows),
    )  # fmt: skip
    behind = tuple(
        (e.code, e.title, one.proposal.number, one.proposal.title, measure_title(one.proposal.kind),
         None if one.amount is None else round(one.amount, 3), str(one.proposal.uuid))
        for e in rows
        for one in e.entries
    )  # fmt: skip
    headings = (
        tr("Code"),
        tr("Entry of the form"),
        tr("Number"),
        tr("Title"),
        tr("Measure type"),
        tr("Amount"),
        "UUID",
    )
    return form, RegisterSheet(tr("Behind the effect form"), headings, behind)


def _cell(words: str) -> Cell:
    if not words:
        return None
    return words if "|" in words else float(words) if "." in words else int(words)
