"""Who holds what, who voted how, counted; and which part of the estate closes a gap with the fewest visits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from renovate_gui.domain.consent import Count


class Vote(StrEnum):
    """What a flat's ballot paper says."""

    AGREE = "agree"
    OPPOSE = "oppose"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Holding:
    """A flat as votes count it.

    Attributes
    ----------
    flat
        Its key.
    area
        Exclusive floor area, m².
    head
        Whose it is: flats of one owner share it, co-owners of a flat are one.
    """

    flat: str
    building: str
    stairwell: str
    area: Decimal
    head: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a vote: all of the scope, and those who voted how. Heads that voted in two ways are ``torn``.

    A torn head took part, and neither agrees nor opposes; its areas count as its flats voted.
    """

    all: Count = field(default_factory=Count)
    took_part: Count = field(default_factory=Count)
    agreed: Count = field(default_factory=Count)
    opposed: Count = field(default_factory=Count)
    abstained: Count = field(default_factory=Count)
    torn: int = 0


def counted(holdings: Iterable[Holding], votes: Mapping[str, Vote]) -> Tally:
    """Count holdings and the votes on them, exactly."""
    areas = dict.fromkeys(("all", *Vote), Decimal(0))
    ways: dict[str, set[Vote]] = {}
    for holding in holdings:
        said = ways.setdefault(holding.head, set())
        areas["all"] += holding.area
        vote = votes.get(holding.flat)
        if vote is not None:
            said.add(vote)
            areas[vote] += holding.area
    voted = [said for said in ways.values() if said]

    def heads(way: Vote) -> int:
        return sum(said == {way} for said in voted)

    return Tally(
        Count(len(ways), areas["all"]),
        Count(len(voted), sum((areas[v] for v in Vote), Decimal(0))),
        Count(heads(Vote.AGREE), areas[Vote.AGREE]),
        Count(heads(Vote.OPPOSE), areas[Vote.OPPOSE]),
        Count(heads(Vote.ABSTAIN), areas[Vote.ABSTAIN]),
        sum(len(said) > 1 for said in voted),
    )


Group = tuple[str, str]
"""A building and a stairwell of it; the stairwell is empty for the whole building."""


def by_building(holding: Holding) -> Group:
    """Return the building as a group."""
    return (holding.building, "")


def by_stairwell(holding: Holding) -> Group:
    """Return the stairwell as a group."""
    return (holding.building, holding.stairwell)


def parted(
    holdings: Sequence[Holding], votes: Mapping[str, Vote], group_of: Callable[[Holding], Group]
) -> dict[Group, Tally]:
    """Return tallies of parts that add up to that of the whole.

    An owner who holds flats in several parts is one head of the whole, so one part alone has the head: that of the
    owner's first flat in the order of groups and flats. Areas stand where the flats are.
    """
    ordered = sorted(holdings, key=lambda h: (group_of(h), h.flat))
    home: dict[str, Group] = {}
    for holding in ordered:
        home.setdefault(holding.head, group_of(holding))
    groups: dict[Group, list[Holding]] = {}
    for holding in ordered:
        groups.setdefault(group_of(holding), []).append(holding)
    ways = _ways(ordered, votes)
    here: dict[Group, list[set[Vote]]] = {}
    for head, place in home.items():
        here.setdefault(place, []).append(ways[head])
    return {g: _part(found, votes, here.get(g, [])) for g, found in groups.items()}


def _ways(holdings: Iterable[Holding], votes: Mapping[str, Vote]) -> dict[str, set[Vote]]:
    ways: dict[str, set[Vote]] = {}
    for holding in holdings:
        said = ways.setdefault(holding.head, set())
        if holding.flat in votes:
            said.add(votes[holding.flat])
    return ways


def _part(found: Sequence[Holding], votes: Mapping[str, Vote], here: Sequence[set[Vote]]) -> Tally:
    own = counted(found, votes)

    def with_heads(count: Count, way: Vote) -> Count:
        return Count(sum(said == {way} for said in here), count.area)

    return Tally(
        Count(len(here), own.all.area),
        Count(sum(bool(said) for said in here), own.took_part.area),
        with_heads(own.agreed, Vote.AGREE),
        with_heads(own.opposed, Vote.OPPOSE),
        with_heads(own.abstained, Vote.ABSTAIN),
        sum(len(said) > 1 for said in here),
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """What reaching the flats of one part would bring, if all of them agree.

    Attributes
    ----------
    flats
        How many flats must be reached, the fewest that do; all unreached ones when the part alone does not close it.
    gains
        Heads and m² that these flats bring.
    closes
        Whether the gap is closed by this part alone.
    """

    group: Group
    flats: int
    gains: Count
    closes: bool


def closings(
    holdings: Sequence[Holding],
    votes: Mapping[str, Vote],
    more: Count,
    group_of: Callable[[Holding], Group],
) -> tuple[Closing, ...]:
    """Return what each part could bring towards ``more`` agreeing owners and area, the cheapest first.

    Parts that close the gap alone come first, by the number of flats to reach; then the others, by how much of it
    they bring. Only flats that have not voted count, and an owner who has voted with another flat brings area alone.
    """
    voted = {h.head for h in holdings if h.flat in votes}
    found = [_closing(g, flats, voted, more) for g, flats in _waiting(holdings, votes, group_of).items()]
    return tuple(sorted(found, key=lambda c: _order(c, more)))


def route(
    holdings: Sequence[Holding],
    votes: Mapping[str, Vote],
    more: Count,
    group_of: Callable[[Holding], Group],
) -> tuple[Closing, ...]:
    """Return parts that close the gap together: those that bring most first, of the last one only as many flats as it takes.

    A good way, not proven to be the one with the fewest flats; empty when all flats together do not close the gap.
    """
    left = _waiting(holdings, votes, group_of)
    reached = {h.head for h in holdings if h.flat in votes}
    taken: list[Closing] = []
    for first in closings(holdings, votes, more, group_of):
        flats = left[first.group]
        part = _closing(first.group, flats, reached, more)
        taken.append(part)
        if part.closes:
            return tuple(taken)
        reached |= {h.head for h in flats}
        more = Count(max(0, more.heads - part.gains.heads), max(Decimal(0), more.area - part.gains.area))
    return ()


def _waiting(
    holdings: Iterable[Holding], votes: Mapping[str, Vote], group_of: Callable[[Holding], Group]
) -> dict[Group, list[Holding]]:
    groups: dict[Group, list[Holding]] = {}
    for holding in holdings:
        if holding.flat not in votes:
            groups.setdefault(group_of(holding), []).append(holding)
    return groups


def _order(closing: Closing, more: Count) -> tuple[object, ...]:
    if closing.closes:
        return (0, closing.flats, -closing.gains.area, closing.group)
    heads = min(closing.gains.heads, more.heads) / more.heads if more.heads else 1.0
    area = float(min(closing.gains.area, more.area) / more.area) if more.area else 1.0
    return (1, -(heads + area), closing.flats, closing.group)


def _closing(group: Group, flats: Sequence[Holding], voted: set[str], more: Count) -> Closing:
    """Take the largest flats of owners who have not voted until the heads are enough, then swap in the largest left."""
    first: list[Holding] = []
    further: list[Holding] = []
    seen = set(voted)
    for flat in sorted(flats, key=lambda h: (-h.area, h.flat)):
        (further if flat.head in seen else first).append(flat)
        seen.add(flat.head)
    taken, rest = first[: more.heads], sorted(first[more.heads :] + further, key=lambda h: (-h.area, h.flat))
    area = sum((h.area for h in taken), Decimal(0))
    for flat in rest:
        if area >= more.area:
            break
        taken.append(flat)
        area += flat.area
    gains = Count(len({h.head for h in taken} - voted), area)
    return Closing(group, len(taken), gains, gains.heads >= more.heads and area >= more.area)
