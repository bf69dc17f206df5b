"""How a ballot stands: counted, judged, parted by block and stairwell, and where the gap closes most cheaply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renovate_gui.app.voting_records import Ballot, Flat
from renovate_gui.domain.ballot import (
    Closing,
    Group,
    Tally,
    Vote,
    by_building,
    by_stairwell,
    closings,
    counted,
    parted,
    route,
)
from renovate_gui.domain.consent import Judgement, Outcome, Scope, judge


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ballot stands.

    Attributes
    ----------
    blocks, stairwells
        Tallies of parts, which add up to that of the whole.
    cheapest
        Parts by how few of their flats would close the gap; empty when nothing is missing or nothing can close it.
    route
        The same for several parts together, where none closes the gap alone.
    still_to_agree
        Flats whose consent is needed whatever the count and that have not agreed.
    strays
        Votes of flats that are no longer in the register or scope; they are not counted.
    """

    ballot: Ballot
    tally: Tally
    judgement: Judgement
    blocks: Mapping[Group, Tally]
    stairwells: Mapping[Group, Tally]
    cheapest: tuple[Closing, ...]
    route: tuple[Closing, ...]
    still_to_agree: tuple[Flat, ...]
    strays: int

    @property
    def passes(self) -> bool:
        """Return whether everything that is asked for is reached."""
        return self.judgement.is_met and not self.still_to_agree

    @property
    def outcome(self) -> Outcome:
        """Return how the vote stands, needed consents included."""
        outcome = self.judgement.outcome
        return Outcome.OPEN if outcome is Outcome.PASSES and self.still_to_agree else outcome

    def has_quorum(self, group: Group) -> bool:
        """Return whether a part by itself has as many voters as the rule asks of the whole."""
        quorum = self.ballot.rule.quorum or self.ballot.rule.agree
        part = self.tally_of(group)
        reached = part.took_part if self.ballot.rule.quorum is not None else part.agreed
        rule = self.ballot.rule
        return (not rule.by_heads or quorum.is_met(reached.heads, part.all.heads)) and (
            not rule.by_area or quorum.is_met(reached.area, part.all.area)
        )

    def tally_of(self, group: Group) -> Tally:
        """Return the tally of a building or stairwell."""
        return self.stairwells[group] if group in self.stairwells and group[1] else self.blocks[group]


def standing_of(ballot: Ballot, flats: Sequence[Flat], votes: Mapping[str, Vote]) -> Standing:
    """Return how a ballot stands by these flats and votes."""
    known = {str(f.uuid) for f in flats}
    own = {k: v for k, v in votes.items() if k in known}
    holdings = [f.holding for f in flats]
    tally = counted(holdings, own)
    judgement = judge(ballot.rule, tally.all, tally.took_part, tally.agreed)
    more = judgement.more
    part_of = by_stairwell if ballot.level is not Scope.ESTATE else by_building
    cheapest = (
        closings(holdings, own, more, part_of)
        if more is not None and judgement.outcome is Outcome.OPEN
        else ()
    )
    asked = set(ballot.must_agree)
    return Standing(
        ballot,
        tally,
        judgement,
        parted(holdings, own, by_building),
        parted(holdings, own, by_stairwell),
        cheapest,
        route(holdings, own, more, part_of) if cheapest and more is not None else (),
        tuple(f for f in flats if str(f.uuid) in asked and own.get(str(f.uuid)) is not Vote.AGREE),
        len(votes) - len(own),
    )
