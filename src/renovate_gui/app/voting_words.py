"""How a vote stands, in sentences: what is missing, which part closes the gap, what a closed one came to."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from renovate_gui.app.consent_rules import said, share_words
from renovate_gui.app.voting_records import Ballot, BallotKind, VoteChannel
from renovate_gui.assets import tr
from renovate_gui.domain.ballot import Group, Vote
from renovate_gui.domain.consent import Check, Count, Outcome, Scope

if TYPE_CHECKING:
    from renovate_gui.app.voting_standing import Standing

_CENT = Decimal("0.01")
_PARTS_SAID = 6


def kind_words(kind: BallotKind) -> str:
    """Return what is asked, in words."""
    return {
        BallotKind.WISH: tr("Vote A: renovate or not"),
        BallotKind.PLAN: tr("Vote B: this plan or not"),
        BallotKind.ELEVATOR: tr("A lift for a stairwell"),
        BallotKind.OWN: tr("Another question"),
    }[kind]


def choice_words(choice: Vote) -> str:
    """Return a choice in words."""
    return {Vote.AGREE: tr("agrees"), Vote.OPPOSE: tr("opposes"), Vote.ABSTAIN: tr("abstains")}[choice]


def channel_words(channel: VoteChannel) -> str:
    """Return how a vote came, in words."""
    return {
        VoteChannel.PAPER: tr("by ballot paper"),
        VoteChannel.MEETING: tr("at a meeting"),
        VoteChannel.VISIT: tr("at the door"),
        VoteChannel.PHONE: tr("by telephone"),
        VoteChannel.ONLINE: tr("online"),
    }[channel]


def place_words(ballot: Ballot) -> str:
    """Return where a ballot is held."""
    if ballot.level is Scope.ESTATE:
        return tr("the whole estate")
    return group_words((ballot.building, ballot.stairwell))


def group_words(group: Group) -> str:
    """Return the name of a building or stairwell."""
    building, stairwell = group
    name = tr("Building {name}", name=building) if building[:1].isdigit() and building.isascii() else building
    if not stairwell:
        return name
    return tr("{building}, stairwell {stairwell}", building=name, stairwell=stairwell)


def area_words(area: Decimal) -> str:
    """Return a floor area as it is, at least two decimals, thousands apart."""
    exponent = area.normalize().as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{area:,.{decimals}f}"


def count_words(count: Count, *, by_heads: bool = True, by_area: bool = True) -> str:
    """Return owners and floor area in words, or the one of them that is counted."""
    heads = tr("{n} owners", n=f"{count.heads:,}")
    area = tr("{area} m²", area=area_words(count.area))
    if by_heads and by_area:
        return tr("{heads} and {area}", heads=heads, area=area)
    return heads if by_heads else area


def rounded_up(area: Decimal) -> Decimal:
    """Return an area that must be reached in hundredths, rounded up: what reaches it reaches the exact one too."""
    return area.quantize(_CENT, rounding=ROUND_CEILING)


def _rounded_up(count: Count) -> Count:
    return Count(count.heads, rounded_up(count.area))


def _still(count: Count) -> str:
    """Return what is missing in words, without what is not."""
    count = _rounded_up(count)
    return count_words(count, by_heads=bool(count.heads) or not count.area, by_area=bool(count.area))


def missing_sentence(standing: Standing) -> str:
    """Return in one sentence what is missing, or that nothing is."""
    judgement, more = standing.judgement, standing.judgement.more
    outcome = standing.outcome
    if outcome is Outcome.PASSES:
        return tr("Everything the rule asks for is reached.")
    if judgement.outcome is Outcome.PASSES:
        return tr(
            "The count is reached; the consent of {flats} is needed besides.",
            flats=", ".join(f.label for f in standing.still_to_agree),
        )
    if outcome is Outcome.CANNOT or more is None:
        return tr("It cannot pass any more: not even if all who have not voted agree.")
    if judgement.quorum is not None and not judgement.quorum.is_met and judgement.agree.is_met:
        return tr("The quorum lacks {missing}.", missing=_still(judgement.quorum.missing))
    return tr("{missing} more must agree.", missing=_still(more))


def closing_sentence(standing: Standing) -> str:
    """Return which part closes the gap most cheaply, in one sentence; empty when there is nothing to close."""
    if not standing.cheapest:
        return ""
    first = standing.cheapest[0]
    name = group_words(first.group)
    if first.closes:
        return tr(
            "{part} alone would close it: {n} flats to reach, if all of them agree.",
            part=name,
            n=first.flats,
        )
    parts = standing.route
    if not parts:
        return ""
    return tr(
        "No part closes it alone; the shortest way: {parts}, {n} flats to reach.",
        parts=_some_groups([c.group for c in parts]),
        n=sum(c.flats for c in parts),
    )


def _some_groups(groups: list[Group]) -> str:
    names = [group_words(g) for g in groups[:_PARTS_SAID]]
    rest = len(groups) - _PARTS_SAID
    return tr(", ").join([*names, tr("{n} further parts", n=rest)] if rest > 0 else names)


def check_sentence(check: Check, name: str, *, by_heads: bool, by_area: bool) -> str:
    """Return one threshold in words: what there is, and what is needed."""
    needed = Count(check.heads_needed, check.area_needed)
    return tr(
        "{name}: {have}; needed are {needed} ({share}).",
        name=name,
        have=count_words(check.have, by_heads=by_heads, by_area=by_area),
        needed=count_words(needed, by_heads=by_heads, by_area=by_area),
        share=share_words(check.share),
    )


def result_sentence(standing: Standing) -> str:
    """Return what a vote came to, in one sentence for the log and the paper."""
    tally = standing.tally
    numbers = tr(
        "{part} of {all} took part, {agreed} agreed",
        part=count_words(tally.took_part),
        all=count_words(tally.all),
        agreed=count_words(tally.agreed),
    )
    rule = said(standing.ballot.rule.title)
    if standing.passes:
        return tr("Passed under “{rule}”: {numbers}.", rule=rule, numbers=numbers)
    return tr("Not passed under “{rule}”: {numbers}.", rule=rule, numbers=numbers)
