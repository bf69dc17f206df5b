"""A comparison of scenarios in words and as a table: the same for window, paper and command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from renovate_gui.app.gap_words import kind_title
from renovate_gui.app.scenario_compare import Comparison, KindFigures, ScenarioFigures, Shift, weights_of
from renovate_gui.app.shares import per_cent, percent
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.live import GroupShift
from renovate_gui.domain.verdict import Verdict

_FEW = 0.5  # people: less is nobody
_NOT_PEOPLE = {AgeBasis.HOUSEHOLDS, AgeBasis.DWELLINGS}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what it counts, a value per side (today first), and which sides stand out.

    ``best`` are the columns of the best value, empty when all are alike or nothing is better or worse.
    """

    title: str
    values: tuple[str, ...]
    best: tuple[int, ...] = ()
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one facility kind, or of the money."""

    title: str
    rows: tuple[Row, ...]


def people(value: float) -> str:
    """Return a headcount for the table, a dash when unknown."""
    return "–" if not math.isfinite(value) else f"{round(value):,}".replace("-", "−")


def yuan(value: Decimal | None) -> str:
    """Return an amount for the table, a dash when there is none."""
    return "–" if value is None else "¥" + f"{value:,.2f}".removesuffix(".00")


def table(comparison: Comparison) -> tuple[Section, ...]:
    """Return the comparison as sections of lines; the first column is today."""
    sides = (comparison.today, *comparison.scenarios)
    return (*(_kind_section(k, sides) for k in comparison.kinds), _money_section(sides))


def _kind_section(kind: str, sides: Sequence[ScenarioFigures]) -> Section:
    own = [s.kinds[kind] for s in sides]
    unit = tr("people") if weights_of(own[0].result)[1] else tr("buildings")
    rows = [
        _row(
            tr("{verdict} ({unit})", verdict=term(Verdict.SERVED), unit=unit),
            [k.served for k in own],
            _plain,
            own,
            better=max,
        ),
        _row(tr("Share served"), [k.served for k in own], _share, own, better=max),
        _row(tr("Newly served"), [k.newly for k in own], _plain, own, better=max, no_today=True),
        _row(tr("No longer served"), [k.lost for k in own], _plain, own, no_today=True),
        _row(term(Verdict.OUT_OF_REACH), [k.out_of_reach for k in own], _plain, own, better=min),
        _row(term(Verdict.FULL), [k.full for k in own], _plain, own),
        _row(term(Verdict.NOT_FOR_THIS_PERSON), [k.not_for_person for k in own], _plain, own),
        _row(term(Verdict.UNKNOWN), [k.unknown for k in own], _plain, own),
        Row(
            tr("Cost per newly served"),
            tuple(yuan(k.cost_per_newly) for k in own),
            _cheapest(own),
            _cost_tip(),
        ),
        _row(tr("Gini of access"), [k.gini for k in own], _two, own, better=min, tip=_gini_tip()),
        _row(tr("Palma of access"), [k.palma for k in own], _two, own, better=min, tip=_palma_tip()),
    ]
    return Section(kind_title(kind), tuple(r for r in rows if _says_something(r)))


def _says_something(row: Row) -> bool:
    return row.title in {tr("Newly served"), term(Verdict.OUT_OF_REACH)} or any(
        v not in {"0", "–", ""} for v in row.values
    )


def _money_section(sides: Sequence[ScenarioFigures]) -> Section:
    rows: tuple[Row, ...] = (
        Row(tr("Number of proposals"), tuple(f"{s.proposals}" for s in sides)),
        Row(tr("Cost"), tuple(_cost(s) for s in sides)),
        Row(tr("Not funded yet"), tuple(_cost(s) if _knows_no_cost(s) else yuan(s.unfunded) for s in sides)),
    )
    if any(s.cost_per_gain is not None for s in sides):
        title, tip = tr("Cost per person and service gained"), _whole_cost_tip()
        rows = (*rows, Row(title, tuple(yuan(s.cost_per_gain) for s in sides), tip=tip))
    return Section(tr("Money"), rows)


def _row(
    title: str,
    values: Sequence[float],
    words: Callable[[float, KindFigures], str],
    own: Sequence[KindFigures],
    *,
    better: Callable[[Sequence[float]], float] | None = None,
    no_today: bool = False,
    tip: str = "",
) -> Row:
    told = tuple(
        "" if no_today and i == 0 else words(v, k) for i, (v, k) in enumerate(zip(values, own, strict=True))
    )
    best: tuple[int, ...] = ()
    compared = [v for v in values[1:] if math.isfinite(v)]
    if better is not None and len(compared) > 1 and max(compared) - min(compared) > 1e-6:
        wanted = better(compared)
        best = tuple(i for i, v in enumerate(values) if i and v == wanted)
    return Row(title, told, best, tip)


def _cheapest(own: Sequence[KindFigures]) -> tuple[int, ...]:
    costs = [(k.cost_per_newly, i) for i, k in enumerate(own) if k.cost_per_newly is not None]
    if len(costs) < 2:
        return ()
    least = min(c for c, _ in costs if c is not None)
    return tuple(i for c, i in costs if c == least)


def _cost(side: ScenarioFigures) -> str:
    """Return what a scenario costs; where no proposal says its cost that is not known, and no sum of nothing."""
    if _knows_no_cost(side):
        return tr("not known")
    return ("≥ " if side.without_cost else "") + yuan(side.cost)


def _knows_no_cost(side: ScenarioFigures) -> bool:
    return side.without_cost > 0 and not side.cost


def _share(value: float, own: KindFigures) -> str:
    return percent(value / own.total) if own.total > 0 else "–"


def _plain(value: float, _own: KindFigures) -> str:
    return people(value)


def _two(value: float, _own: KindFigures) -> str:
    return "∞" if math.isinf(value) else "–" if math.isnan(value) else f"{value:.2f}"


def _cost_tip() -> str:
    return tr("Cost of this kind's facilities and of all links of the scenario, divided by the newly served.")


def _whole_cost_tip() -> str:
    return tr(
        "All of the scenario's cost, each work once, divided by all who gain a service; who gains two counts twice."
    )


def _gini_tip() -> str:
    return tr("0: everybody who needs a place has the same chance of one; 1: one has all.")


def _palma_tip() -> str:
    return tr(
        "Places of the best-served tenth divided by those of the worst-served four tenths; 0.25 is even."
    )


# -- sentences ------------------------------------------------------------------------------------------------
def sentence(comparison: Comparison) -> str:
    """Return the comparison in one sentence: two scenarios against each other, of more who serves most."""
    found = comparison.scenarios
    if len(found) == 1:
        return _against(comparison, comparison.today, found[0])
    if len(found) == 2:
        return _against(comparison, found[0], found[1])
    return _best_of(comparison)


def _against(comparison: Comparison, left: ScenarioFigures, right: ScenarioFigures) -> str:
    """Return what the right side does more and less than the left one."""
    moved = {k: _kind_part(comparison, k, left, right) for k in comparison.kinds}
    parts = [words for words in moved.values() if words]
    same = tr(", ").join(kind_title(k) for k, words in moved.items() if not words)
    names = {"a": left.name, "b": right.name}
    if not parts:
        return tr(
            "“{b}” serves the same people as “{a}” ({kinds}); {money}.",
            kinds=same,
            money=_money(left, right),
            **names,
        )
    if same:
        parts.append(tr("the same for {kinds}", kinds=same))
    return tr(
        "“{b}” against “{a}”: {changes}; {money}.",
        changes=tr("; ").join(parts),
        money=_money(left, right),
        **names,
    )


def _kind_part(comparison: Comparison, kind: str, left: ScenarioFigures, right: ScenarioFigures) -> str:
    shift = comparison.shift(kind, left.uuid, right.uuid)
    moved = shift.total()
    words = {"kind": kind_title(kind), "gain": people(moved.gain), "lose": people(moved.lose)}
    gains, loses, counts_people = moved.gain >= _FEW, moved.lose >= _FEW, shift.counts_people
    said = {
        (True, True, True): lambda: tr("{gain} people gain {kind} and {lose} lose it", **words),
        (True, True, False): lambda: tr("{gain} buildings gain {kind} and {lose} lose it", **words),
        (True, False, True): lambda: tr("{gain} people gain {kind}", **words),
        (True, False, False): lambda: tr("{gain} buildings gain {kind}", **words),
        (False, True, True): lambda: tr("{lose} people lose {kind}", **words),
        (False, True, False): lambda: tr("{lose} buildings lose {kind}", **words),
    }.get((gains, loses, counts_people))
    return "" if said is None else said()


def _money(left: ScenarioFigures, right: ScenarioFigures) -> str:
    more = right.cost - left.cost
    if more > 0:
        return tr("it costs {sum} more", sum=yuan(more))
    if more < 0:
        return tr("it costs {sum} less", sum=yuan(-more))
    return tr("it costs the same")


def _best_of(comparison: Comparison) -> str:
    parts = []
    for kind in comparison.kinds:
        own = [(s.kinds[kind].served, s) for s in comparison.scenarios]
        most = max(v for v, _ in own)
        if most - min(v for v, _ in own) < _FEW:
            parts.append(tr("{kind}: all alike ({n})", kind=kind_title(kind), n=people(most)))
            continue
        best = [s for v, s in own if most - v < _FEW]
        figures = best[0].kinds[kind]
        share = per_cent(most / figures.total) if figures.total > 0 else "–"
        parts.append(
            tr(
                "{kind}: most by {names} ({n}, {share} %)",
                names=tr(", ").join(tr("“{name}”", name=s.name) for s in best),
                kind=kind_title(kind),
                n=people(most),
                share=share,
            )
        )
    if not any(s.without_cost for s in comparison.scenarios):  # what is not known cannot be the least
        cheapest = min(comparison.scenarios, key=lambda s: s.cost)
        parts.append(tr("least cost: “{name}” ({sum})", name=cheapest.name, sum=yuan(cheapest.cost)))
    return tr("{parts}.", parts=tr("; ").join(parts))


def notes(comparison: Comparison) -> tuple[str, ...]:
    """Return what the figures leave open, in plain sentences."""
    sides = (comparison.today, *comparison.scenarios)
    found = [
        tr(
            "“{name}”: proposals without a cost, {n}; its money is at least what is said.",
            name=side.name,
            n=side.without_cost,
        )
        for side in sides
        if side.without_cost
    ]
    if any(side.shares_costs for side in sides):
        found.append(
            tr(
                "Costs of shared works (ramps, lifts, stairs) are counted in each service that gains, so their sum is "
                "more than the total; the last line of the money counts each work once."
            )
        )
    if any(math.isnan(k.gini) for side in sides for k in side.kinds.values()):
        found.append(
            tr("Where places or people in need are not known, the evenness of access cannot be said.")
        )
    return tuple(found)


def shift_sentence(shift: Shift, left: str, right: str) -> str:
    """Return who gains and who loses from one side to another, by age group where the data has them."""
    groups = [
        f"{term(b)} {_gain_and_loss(g)}"
        for b, g in shift.groups.items()
        if max(g.gain, g.lose) >= _FEW and b not in _NOT_PEOPLE
    ]
    words = tr(
        "From “{a}” to “{b}”, {kind}: buildings that gain {n}, that lose {m}.",
        a=left,
        b=right,
        kind=kind_title(shift.kind),
        n=f"{len(shift.winners):,}",
        m=f"{len(shift.losers):,}",
    )
    return words if not groups else f"{words} {tr(', ').join(groups)}"


def _gain_and_loss(shift: GroupShift) -> str:
    """Return “+12”, “−3” or “+12 −3”."""
    gain = f"+{people(shift.gain)}" if shift.gain >= _FEW else ""
    lose = f"−{people(shift.lose)}" if shift.lose >= _FEW else ""
    return f"{gain} {lose}".strip()


# -- JSON -----------------------------------------------------------------------------------------------------
def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON values; numbers that are not known are null."""
    return {
        "sentence": sentence(comparison),
        "kinds": list(comparison.kinds),
        "sides": [_side_json(comparison, s) for s in (comparison.today, *comparison.scenarios)],
        "notes": list(notes(comparison)),
    }


def _side_json(comparison: Comparison, side: ScenarioFigures) -> dict[str, Any]:
    locked = None
    if side.scenario is not None and side.scenario.is_locked:
        locked = {"at": side.scenario.locked_at, "by": side.scenario.locked_by, "seal": side.scenario.seal}
    return {
        "id": side.uuid or None,
        "name": side.name,
        "locked": locked,
        "proposals": side.proposals,
        "cost": str(side.cost),
        "without_cost": side.without_cost,
        "funded": str(side.funded),
        "unfunded": str(side.unfunded),
        "kinds": {kind: _kind_json(comparison, side, kind) for kind in comparison.kinds},
    }


def _number(value: float) -> float | None:
    """Return a number for JSON: no −0, nothing that is not known."""
    return round(value, 6) + 0.0 if math.isfinite(value) else None


def _kind_json(comparison: Comparison, side: ScenarioFigures, kind: str) -> dict[str, Any]:
    own = side.kinds[kind]
    shift = comparison.shift(kind, comparison.today.uuid, side.uuid)
    numbers = {
        "served": own.served,
        "total": own.total,
        "newly": own.newly,
        "lost": own.lost,
        "out_of_reach": own.out_of_reach,
        "full": own.full,
        "not_for_this_person": own.not_for_person,
        "unknown": own.unknown,
        "gini": own.gini,
        "palma": own.palma,
    }
    return {
        "unit": "people" if shift.counts_people else "buildings",
        **{n: _number(v) for n, v in numbers.items()},
        "cost_per_newly": None if own.cost_per_newly is None else str(own.cost_per_newly),
        "gain": {b.value: _number(g.gain) for b, g in shift.groups.items()},
        "lose": {b.value: _number(g.lose) for b, g in shift.groups.items()},
        "winners": [int(i) for i in shift.ids[shift.winners]],
        "losers": [int(i) for i in shift.ids[shift.losers]],
    }
