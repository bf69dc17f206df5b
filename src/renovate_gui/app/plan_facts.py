"""What a resident asks of a proposal, answered in both languages: what, who, how much, who gains, on what ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.gap_words import most_minutes, needs_room
from renovate_gui.app.measures import Effect, effect_of, measure_type
from renovate_gui.app.plan_content import PlanContent, basis_of
from renovate_gui.app.shares import percent
from renovate_gui.app.terms import term_source
from renovate_gui.domain.proposal import ActionCategory, Proposal
from renovate_gui.domain.standard import StandardRow, Wording
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict, placed_share
from renovate_gui.io.package.privacy import shown_total
from renovate_gui.io.package.texts import Both, Phrase, Text, say

_NUMERALS_ZH = dict(zip((c.value for c in ActionCategory), "一二三四五六七八九十", strict=True))
_LEAST = 1e-9  # share of a building's people: less is rounding


@dataclass(frozen=True, slots=True)
class Gain:
    """Buildings, and people where known, that a proposal brings within the standard's distance of one kind.

    ``people`` is None when it is unknown or too small a number to be told; ``is_shared`` when several planned links
    bring it about together.
    """

    result: GapResult
    buildings: int
    people: float | None
    is_hidden: bool
    is_shared: bool


def word(value: Enum) -> Phrase:
    """Return an enumeration's word in both languages."""
    return Phrase(term_source(value))


def who(result: GapResult) -> Text:
    """Return whom a result's headcounts count, marked when they are estimated from totals."""
    counted = word(basis_of(result))
    is_estimated = result.people_source is PeopleSource.ESTIMATED or np.isfinite(result.people_error)
    return Phrase("{who}, estimated from totals", {"who": counted}) if is_estimated else counted


def joined(parts: Sequence[Text], zh: str = "、", en: str = ", ") -> Text:
    """Return texts as one, with each language's own separator."""
    return Both(_join(zh, [say(p, "zh_CN") for p in parts]), _join(en, [say(p, "en") for p in parts]))


def _join(separator: str, words: list[str]) -> str:
    """Join words; a full stop before a separator would be one mark too many."""
    mark = separator.strip()
    ends = "。；;." if mark else ""
    return separator.join([*(w.rstrip(ends) if ends else w for w in words[:-1]), *words[-1:]])


def money(amount: Decimal) -> Text:
    """Return an amount of yuan as people say it: 46 万元, CNY 460,000."""
    plain = _digits(amount)
    if abs(amount) < 10_000:
        return Both(f"{plain} 元", f"CNY {plain}")
    return Both(f"{_digits((amount / 10_000).normalize())} 万元", f"CNY {plain}")


def _digits(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def kind_name(code: str) -> Text:
    """Return a measure type's or facility kind's name; a code that is not ours is its own name."""
    found = measure_type(code)
    return code if found is None else Both(found.zh, found.en)


def result_name(result: GapResult) -> Text:
    """Return the name of what a result judges, in everyday words; the standard's word stands beside the clause."""
    return kind_name(result.kind)


def in_sentence(result: GapResult) -> Text:
    """Return a result's name as it stands inside a sentence: English names begin small there."""
    zh, en = (say(result_name(result), language) for language in ("zh_CN", "en"))
    return Both(zh, en[:1].lower() + en[1:] if not en[1:2].isupper() else en)


def category_name(category: ActionCategory) -> Text:
    """Return a category with its number in the study's table 1."""
    said, number = word(category), category.value
    return Both(f"（{_NUMERALS_ZH[number]}）{say(said, 'zh_CN')}", f"{number} {say(said, 'en')}")


def category_line(proposal: Proposal) -> Text:
    """Return category and tier, as the study's table 1 numbers them."""
    parts: list[Text] = [] if proposal.category is None else [category_name(proposal.category)]
    if proposal.tier is not None:
        parts.append(word(proposal.tier))
    return joined(parts, " · ", " · ") if parts else ""


def title_of(proposal: Proposal) -> Text:
    """Return the title, or a stand-in for an untitled proposal."""
    return proposal.title or Phrase("Proposal {n}", {"n": str(proposal.number)})


def what(proposal: Proposal) -> Text:
    """Return what is to be built or done."""
    parts: list[Text] = [t for t in (proposal.description,) if t]
    if not parts and proposal.kind:
        parts.append(kind_name(proposal.kind))
    if proposal.capacity:
        parts.append(Phrase("{n} places", {"n": f"{proposal.capacity:g}"}))
    return joined(parts, "；", "; ") if len(parts) > 1 else (parts[0] if parts else "")


def cost_words(proposal: Proposal) -> Text:
    """Return the cost, marked where nobody has said it and a flat sum was assumed; empty where there is none."""
    if proposal.cost is None:
        return ""
    sum_words = money(proposal.cost)
    return Phrase("{amount} (assumed)", {"amount": sum_words}) if proposal.is_cost_assumed else sum_words


def cost_in_all(proposals: Sequence[Proposal]) -> Text:
    """Return what proposals cost together: how much of it is assumed, and how many say no cost; empty without a cost."""
    known = [p for p in proposals if p.cost is not None]
    if not known:
        return ""
    total = sum((p.cost for p in known if p.cost is not None), Decimal(0))
    assumed = sum((p.cost for p in known if p.cost is not None and p.is_cost_assumed), Decimal(0))
    parts: list[Text] = [money(total)]
    if assumed:
        parts.append(Phrase("{amount} of it assumed", {"amount": money(assumed)}))
    if len(known) < len(proposals):
        parts.append(Phrase("proposals without a cost: {n}", {"n": str(len(proposals) - len(known))}))
    return joined(parts, "；", "; ") if len(parts) > 1 else parts[0]


def cost_and_funds(proposal: Proposal) -> Text:
    """Return how much, and who pays which part."""
    parts: list[Text] = []
    if proposal.cost is not None:
        parts.append(cost_words(proposal))
    parts += [joined([word(f.source), money(f.amount)], " ", " ") for f in proposal.funds]
    if proposal.cost is not None and proposal.funds and proposal.funded != proposal.cost:
        missing = proposal.cost - proposal.funded
        values = {"amount": money(abs(missing))}
        short, over = Phrase("{amount} not yet found", values), Phrase("{amount} more than the cost", values)
        parts.append(short if missing > 0 else over)
    return joined(parts, "；", "; ") if parts else ""


def gains(content: PlanContent, proposal: Proposal) -> tuple[Gain, ...]:
    """Return whom a facility or a link newly serves, one entry per kind that it helps.

    A building counts for a planned facility when more of its people are served with all proposals than today, and the
    planned facility is its nearest or the only measure that could have helped; for planned links when its nearest
    facility exists already.
    """
    effect = effect_of(proposal.kind)
    if effect is Effect.NONE:
        return ()
    links = sum(effect_of(p.kind) is Effect.LINK for p in content.open_proposals)
    found = []
    for today, planned in zip(content.gaps_today, content.gaps_planned, strict=True):
        if effect is Effect.FACILITY and proposal.kind != planned.kind:
            continue
        share = _newly_served(today, planned)
        if _helpers(content, planned.kind) > 1:
            of_it = f"proposal:{proposal.uuid}" if effect is Effect.FACILITY else "layer:"
            share = np.where(_nearest_is(planned, of_it), share, 0.0)
        if (share > _LEAST).any():
            found.append(_gain(planned, share, is_shared=effect is Effect.LINK and links > 1))
    return tuple(found)


def _helpers(content: PlanContent, kind: str) -> int:
    """Return how many measures can bring somebody to a kind: its facilities, and all links."""
    return sum(p.kind == kind or effect_of(p.kind) is Effect.LINK for p in content.proposals)


def _newly_served(today: GapResult, planned: GapResult) -> NDArray[np.float64]:
    """Return the share of each building's people that comes to be served, shape ``(n,)``; part of them where full."""
    if not np.array_equal(today.ids, planned.ids):
        return np.zeros(len(planned.ids))
    before, after = (placed_share(r.verdict, r.service.need, r.service.placed) for r in (today, planned))
    return np.maximum(after - before, 0.0)


def _nearest_is(result: GapResult, prefix: str) -> NDArray[np.bool_]:
    wanted = [i for i, key in enumerate(result.facility_keys) if key.startswith(prefix)]
    return np.asarray(np.isin(result.nearest, wanted))


def _gain(result: GapResult, share: NDArray[np.float64], *, is_shared: bool) -> Gain:
    mask = share > _LEAST
    counted = result.people[mask] * share[mask]
    if result.people_source is PeopleSource.NONE or not np.isfinite(counted).any():
        return Gain(result, int(mask.sum()), None, is_hidden=False, is_shared=is_shared)
    people = shown_total(float(np.nansum(counted)))
    return Gain(result, int(mask.sum()), people, is_hidden=people is None, is_shared=is_shared)


def limit_text(result: GapResult) -> Text:
    """Return what served means, as :func:`renovate_gui.app.gap_words.limit_words` does, in both languages."""
    values: dict[str, Text] = {"limit": f"{result.limit_m:g}"}
    if not np.isfinite(result.minutes_limit):
        return Phrase("{limit} m", values)
    values["minutes"] = most_minutes(result.minutes_limit)
    if result.direction is Direction.ROUND_TRIP:
        return Phrase("{limit} m and {minutes} minutes there and back", values)
    return Phrase("{limit} m and {minutes} minutes", values)


def and_room(said: Text, result: GapResult) -> Text:
    """Return a phrase of who is within reach, with the room they also find where capacity decides."""
    return Phrase("{what}, and find room", {"what": said}) if needs_room(result) else said


def gain_text(gain: Gain, *, with_kind: bool) -> Text:
    """Return one sentence on a gain; a number of people below k is said as "fewer than 5"."""
    limit = limit_text(gain.result)
    count: Text
    if gain.people is None and not gain.is_hidden:
        more: dict[str, Text] = {"n": f"{gain.buildings:,}"}
        is_parcels = gain.result.counts_parcels
        count = Phrase("{n} more parcels", more) if is_parcels else Phrase("{n} more buildings", more)
    else:
        shown: Text = Phrase("fewer than 5") if gain.people is None else f"{gain.people:,.0f}"
        count = Phrase("{n} more people ({who})", {"n": shown, "who": who(gain.result)})
    is_walked = gain.result.measure is Measure.NETWORK
    values: dict[str, Text] = {"what": count, "limit": limit}
    walked = Phrase("{what} within {limit} on foot", values)
    straight = Phrase("{what} within {limit} in a straight line", values)
    said = and_room(walked if is_walked else straight, gain.result)
    if with_kind:
        said = Phrase("{kind}: {what}", {"kind": result_name(gain.result), "what": said})
    return Phrase("{what}, together with the other planned ways", {"what": said}) if gain.is_shared else said


def gain_line(content: PlanContent, proposal: Proposal) -> Text:
    """Return who gains, over all kinds; an empty text when nothing can be computed for this measure."""
    is_link = effect_of(proposal.kind) is Effect.LINK
    parts = [gain_text(g, with_kind=is_link) for g in gains(content, proposal)]
    if parts:
        return joined(parts, "；", "; ")
    is_judged = any(r.kind == proposal.kind for r in content.gaps_planned)
    if effect_of(proposal.kind) is Effect.FACILITY and is_judged:
        return Phrase("Nobody who is not within reach already")
    return ""


def way_of_measuring(result: GapResult) -> Text:
    """Return which measure a figure uses; every figure says so."""
    if result.measure is Measure.NETWORK:
        return Phrase("measured on foot")
    if result.has_no_network:
        return Phrase("measured in a straight line: there is no walking network")
    return Phrase("in a straight line")


def where_counted(content: PlanContent) -> Text:
    """Return which buildings the figures count."""
    return Phrase("the community only" if content.is_community_only else "everything on the map")


def counted(content: PlanContent) -> Text:
    """Return one sentence on which buildings are counted and how distance is measured."""
    if not content.gaps_today:
        return ""
    values: dict[str, Text] = {
        "where": where_counted(content),
        "how": way_of_measuring(content.gaps_today[0]),
    }
    return Phrase("Counted: {where}; distances {how}.", values)


def scenario_line(content: PlanContent) -> Text:
    """Return which alternative the plan is, and its seal when it is locked; empty in a project without scenarios."""
    scenario = content.scenario
    if scenario is None:
        return ""
    if not scenario.is_locked:
        return Phrase("“{name}”, not locked: it may still change", {"name": scenario.name})
    if content.seal is not None and not content.seal.is_as_sealed:
        return Phrase(
            "“{name}”, changed since it was locked on {at}: its proposals are no longer those that were sealed",
            {"name": scenario.name, "at": scenario.locked_at[:10]},
        )
    proposals = scenario.seal.split(":")[1]
    values: dict[str, Text] = {"name": scenario.name, "at": scenario.locked_at[:10], "seal": proposals[:16]}
    return Phrase("“{name}”, locked on {at}, seal {seal}", values)


def why_unknown(today: GapResult, planned: GapResult) -> Text:
    """Return why fewer buildings can be judged with the proposals than today; empty when that is not so."""
    more = planned.buildings(Verdict.UNKNOWN) - today.buildings(Verdict.UNKNOWN)
    if more <= 0:
        return ""
    values: dict[str, Text] = {
        "n": f"{more:,}",
        "kind": result_name(planned),
        "limit": f"{planned.limit_m:g}",
    }
    if planned.counts_parcels:
        return Phrase(
            "{kind}: with the proposals {n} more parcels cannot be judged, because a proposed facility lies within {limit} m in a straight line of homes that the walking network cuts off from it.",
            values,
        )
    return Phrase(
        "{kind}: with the proposals {n} more buildings cannot be judged, because a proposed facility lies within {limit} m in a straight line of homes that the walking network cuts off from it.",
        values,
    )


def ground(row: StandardRow | None) -> Text:
    """Return the clause a proposal rests on."""
    if row is None:
        return ""
    distance = f"{row.radius_m:g} m" if row.radius_m is not None else ""
    if distance and row.wording is Wording.OURS:
        values: dict[str, Text] = {
            "clause": " ".join(p for p in (row.source, row.clause) if p),
            "m": f"{row.radius_m:g}",
        }
        return Phrase("{clause}; the text gives no distance, {m} m is a planning default", values)
    return " ".join(part for part in (row.source, row.clause, distance) if part)


def doubt(row: StandardRow | None) -> Text:
    """Return the badge of an unchecked row, or an empty text."""
    if row is None or row.is_checked:
        return ""
    return Phrase("Reference value, not checked against the printed text")


def row_of(content: PlanContent, proposal: Proposal) -> StandardRow | None:
    """Return the standard's row a facility proposal answers."""
    return next((r.row for r in content.gaps_planned if r.kind == proposal.kind), None)


def facts(content: PlanContent, proposal: Proposal) -> tuple[tuple[Text, Text], ...]:
    """Return the questions with their answers, in the order people ask; unanswered ones are left out."""
    g = proposal.governance
    affected = proposal.extra.get("affected", "")
    pairs: list[tuple[Text, Text]] = [
        (Phrase("What"), what(proposal)),
        (Phrase("Who runs it"), joined([t for t in (g.operator, g.rule) if t], "；", "; ")),
        (Phrase("Fee"), g.fee),
        (Phrase("Upkeep"), g.upkeep),
        (Phrase("How much, from whom"), cost_and_funds(proposal)),
        (Phrase("Who gains"), gain_line(content, proposal)),
        (Phrase("Who is affected"), affected if isinstance(affected, str) else ""),
        (Phrase("On what ground"), ground(row_of(content, proposal))),
        (Phrase("Answers given to residents"), str(len(proposal.answers)) if proposal.answers else ""),
        (Phrase("Who answers for it"), proposal.responsible),
        (Phrase("Where it stands"), word(proposal.status)),
    ]
    return tuple((label, text) for label, text in pairs if say(text, "en"))


def served_share(result: GapResult) -> tuple[str, Text]:
    """Return the headline of a gap: a percentage, and of whom within what; never a silent 0 %."""
    values: dict[str, Text] = {
        "kind": in_sentence(result),
        "limit": limit_text(result),
        "how": way_of_measuring(result),
    }
    if not result.facility_names:
        return "—", Phrase("The data has no {kind}: everything is a gap.", values)
    total = result.people_total
    if result.people_source is not PeopleSource.NONE and total > 0:
        values |= {"n": f"{total:,.0f}", "who": who(result)}
        share = result.people_of(Verdict.SERVED) / total
        said = Phrase("of {n} people ({who}) live within {limit} of {kind} ({how})", values)
        return percent(share, is_coarse=True), and_room(said, result)
    count = len(result.ids)
    values["n"] = f"{count:,}"
    share = result.buildings(Verdict.SERVED) / count if count else 0.0
    if result.counts_parcels:
        said = Phrase("of {n} parcels lie within {limit} of {kind} ({how})", values)
    else:
        said = Phrase("of {n} buildings stand within {limit} of {kind} ({how})", values)
    return percent(share, is_coarse=True), and_room(said, result)
