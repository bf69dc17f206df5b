"""Consent counted exactly: the counting traps, what is missing, and sums over parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renovate_gui.domain.ballot import (
    Holding,
    Vote,
    by_building,
    by_stairwell,
    closings,
    counted,
    parted,
    route,
)
from renovate_gui.domain.consent import (
    Comparison,
    Count,
    Outcome,
    Rule,
    Scope,
    Share,
    Whole,
    check,
    judge,
)

TWO_THIRDS = Share(Fraction(2, 3), Comparison.AT_LEAST, Whole.ALL)
THREE_QUARTERS = Share(Fraction(3, 4))
MORE_THAN_HALF = Share(Fraction(1, 2), Comparison.MORE_THAN)
MAJOR = Rule("major", ("", ""), Scope.ESTATE, THREE_QUARTERS, TWO_THIRDS)
NORMAL = Rule("normal", ("", ""), Scope.ESTATE, MORE_THAN_HALF, TWO_THIRDS)
ESTATE = Count(403, Decimal("66783.97"))


def test_quorum_of_the_real_ballot_header() -> None:
    found = check(TWO_THIRDS, Count(), ESTATE)
    assert found.heads_needed == 269
    assert found.area_needed == Decimal("44522.6467")


@pytest.mark.parametrize(
    ("heads", "area", "enough"),
    [(269, "44522.65", True), (268, "50000", False), (300, "44522.00", False), (269, "44522.6467", True)],
)
def test_quorum_needs_heads_and_area(heads: int, area: str, *, enough: bool) -> None:
    assert check(TWO_THIRDS, Count(heads, Decimal(area)), ESTATE).is_met is enough


def test_of_300_voters_225_are_three_quarters_and_151_more_than_half() -> None:
    assert THREE_QUARTERS.least(300) == 225
    assert MORE_THAN_HALF.least(300) == 151
    assert THREE_QUARTERS.is_met(225, 300)
    assert not THREE_QUARTERS.is_met(224, 300)
    assert not MORE_THAN_HALF.is_met(150, 300)
    assert MORE_THAN_HALF.is_met(151, 300)


def test_a_vote_of_nobody_passes_nothing() -> None:
    found = judge(NORMAL, Count(), Count(), Count())
    assert not found.is_met
    assert judge(NORMAL, ESTATE, Count(), Count()).outcome is Outcome.OPEN


def test_what_is_missing_names_heads_and_area_apart() -> None:
    found = judge(MAJOR, ESTATE, Count(268, Decimal(50000)), Count(268, Decimal(50000)))
    assert found.quorum is not None
    assert found.quorum.missing == Count(1, Decimal(0))
    assert found.agree.is_met
    assert found.more == Count(1, Decimal(0))


def test_a_vote_that_cannot_pass_any_more_says_so() -> None:
    whole = Count(10, Decimal(1000))
    found = judge(MAJOR, whole, Count(8, Decimal(800)), Count(2, Decimal(200)))
    assert found.outcome is Outcome.CANNOT
    assert judge(MAJOR, whole, Count(8, Decimal(800)), Count(6, Decimal(600))).outcome is Outcome.PASSES
    assert judge(MAJOR, whole, Count(8, Decimal(800)), Count(5, Decimal(590))).outcome is Outcome.CANNOT
    assert judge(MAJOR, whole, Count(6, Decimal(600)), Count(5, Decimal(490))).outcome is Outcome.OPEN


# -- properties ---------------------------------------------------------------------------------------------------
fractions = st.fractions(min_value=Fraction(1, 20), max_value=1, max_denominator=20)
shares = st.builds(Share, fractions, st.sampled_from(Comparison), st.sampled_from(Whole))
areas = st.integers(1, 9_999_999).map(lambda n: Decimal(n) / 100)


@st.composite
def standings(draw: st.DrawFn) -> tuple[Rule, Count, Count, Count]:
    whole = Count(draw(st.integers(1, 500)), draw(areas))
    part = Count(
        draw(st.integers(0, whole.heads)), Decimal(draw(st.integers(0, int(whole.area * 100)))) / 100
    )
    agreed = Count(
        draw(st.integers(0, part.heads)), Decimal(draw(st.integers(0, int(part.area * 100)))) / 100
    )
    quorum = draw(st.none() | shares.map(lambda s: Share(s.fraction, s.comparison, Whole.ALL)))
    return Rule("r", ("", ""), Scope.ESTATE, draw(shares), quorum), whole, part, agreed


@given(fractions, st.sampled_from(Comparison), st.integers(0, 10_000), st.integers(1, 10_000))
def test_shares_are_exact_against_fractions(
    fraction: Fraction, comparison: Comparison, part: int, whole: int
) -> None:
    share = Share(fraction, comparison)
    plain = Fraction(part, whole)
    assert share.is_met(part, whole) == (
        plain >= fraction if comparison is Comparison.AT_LEAST else plain > fraction
    )
    least = int(share.least(whole))
    assert share.is_met(least, whole)
    assert least == 0 or not share.is_met(least - 1, whole)


@given(standings(), st.integers(0, 50), areas)
def test_more_agreement_never_turns_a_passed_vote(
    standing: tuple[Rule, Count, Count, Count], heads: int, area: Decimal
) -> None:
    rule, whole, part, agreed = standing
    before = judge(rule, whole, part, agreed)
    left = whole - part
    more = Count(min(heads, left.heads), min(area, left.area))
    after = judge(rule, whole, part + more, agreed + more)
    assert after.is_met or not before.is_met


@given(standings())
def test_what_is_said_to_be_missing_is_enough_and_least(standing: tuple[Rule, Count, Count, Count]) -> None:
    rule, whole, part, agreed = standing
    found = judge(rule, whole, part, agreed)
    if found.outcome is Outcome.CANNOT:
        left = whole - part
        assert not judge(rule, whole, whole, agreed + left).is_met
        return
    assert found.more is not None
    assert found.is_met == (found.more == Count())
    assert judge(rule, whole, part + found.more, agreed + found.more).is_met
    if found.more.heads:
        less = found.more - Count(1)
        assert not judge(rule, whole, part + less, agreed + less).is_met


holdings = st.lists(
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 6), st.integers(3000, 12_000)),
    min_size=1,
    max_size=14,
).map(
    lambda rows: [
        Holding(f"{n:02d}", f"{b}", f"{s}", Decimal(a) / 100, f"o{o}") for n, (b, s, o, a) in enumerate(rows)
    ]
)


@st.composite
def polls(draw: st.DrawFn) -> tuple[list[Holding], Mapping[str, Vote]]:
    flats = draw(holdings)
    said = draw(
        st.lists(
            st.none() | st.sampled_from(list(Vote)),
            min_size=len(flats),
            max_size=len(flats),
        )
    )
    return flats, {h.flat: v for h, v in zip(flats, said, strict=True) if v is not None}


@given(polls(), st.sampled_from([by_building, by_stairwell]))
def test_sums_over_parts_equal_the_estate(poll: tuple[list[Holding], Mapping[str, Vote]], by: object) -> None:
    flats, votes = poll
    whole = counted(flats, votes)
    parts = parted(flats, votes, by).values()  # type: ignore[arg-type]
    for name in ("all", "took_part", "agreed", "opposed", "abstained"):
        total = Count()
        for part in parts:
            total = total + getattr(part, name)
        assert total == getattr(whole, name), name
    assert sum(p.torn for p in parts) == whole.torn
    assert whole.took_part.heads == (
        whole.agreed.heads + whole.opposed.heads + whole.abstained.heads + whole.torn
    )


def test_one_owner_of_several_flats_is_one_head() -> None:
    flats = [
        Holding("a", "1", "1", Decimal("60.5"), "x"),
        Holding("b", "2", "1", Decimal("70.5"), "x"),
        Holding("c", "2", "1", Decimal(80), "y"),
    ]
    found = counted(flats, {"a": Vote.AGREE, "b": Vote.AGREE})
    assert found.all == Count(2, Decimal(211))
    assert found.agreed == Count(1, Decimal(131))
    torn = counted(flats, {"a": Vote.AGREE, "b": Vote.OPPOSE})
    assert torn.torn == 1
    assert torn.took_part.heads == 1
    assert torn.agreed == Count(0, Decimal("60.5"))


@settings(max_examples=60)
@given(polls(), st.integers(0, 4), st.integers(0, 30_000))
def test_the_cheapest_part_needs_the_fewest_flats(
    poll: tuple[list[Holding], Mapping[str, Vote]], heads: int, square_decimetres: int
) -> None:
    flats, votes = poll
    more = Count(heads, Decimal(square_decimetres) / 100)
    for found in closings(flats, votes, more, by_building):
        free = [h for h in flats if h.building == found.group[0] and h.flat not in votes]
        voted = {h.head for h in flats if h.flat in votes}
        least = next(
            (
                n
                for n in range(len(free) + 1)
                for chosen in combinations(free, n)
                if len({h.head for h in chosen} - voted) >= more.heads
                and sum(h.area for h in chosen) >= more.area
            ),
            None,
        )
        assert found.closes == (least is not None)
        if least is not None:
            assert found.flats == least


@settings(max_examples=60)
@given(polls(), st.integers(0, 6), st.integers(0, 60_000))
def test_the_way_over_several_parts_closes_the_gap_when_anything_does(
    poll: tuple[list[Holding], Mapping[str, Vote]], heads: int, square_decimetres: int
) -> None:
    flats, votes = poll
    more = Count(heads, Decimal(square_decimetres) / 100)
    free = [h for h in flats if h.flat not in votes]
    voted = {h.head for h in flats if h.flat in votes}
    all_brings = Count(len({h.head for h in free} - voted), sum((h.area for h in free), Decimal(0)))
    parts = route(flats, votes, more, by_building)
    can = bool(free) and all_brings.heads >= more.heads and all_brings.area >= more.area
    assert bool(parts) == can
    if parts:
        assert sum(p.gains.heads for p in parts) >= more.heads
        assert sum((p.gains.area for p in parts), Decimal(0)) >= more.area
        assert len({p.group for p in parts}) == len(parts)
