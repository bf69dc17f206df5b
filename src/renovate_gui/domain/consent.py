"""Consent of owners, counted by heads and by floor area: rules, exact shares, what is missing.

Everything is whole numbers, Decimals and fractions; a floating-point number never decides a vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

AREA_STEP = Decimal("0.0001")
"""Areas that are still to be found are rounded up to this, m²: a register gives two decimals, seldom more."""


class Comparison(StrEnum):
    """Whether the number that is named belongs to what passes."""

    AT_LEAST = "at_least"
    """以上: the number itself is enough."""
    MORE_THAN = "more_than"
    """过半数, 超过: the number itself is not enough."""


class Whole(StrEnum):
    """What a share is a share of."""

    ALL = "all"
    """All owners of the scope, whether they voted or not."""
    VOTERS = "voters"
    """Those who took part."""


class Scope(StrEnum):
    """Where a vote is held."""

    ESTATE = "estate"
    BLOCK = "block"
    STAIRWELL = "stairwell"


@dataclass(frozen=True, slots=True)
class Count:
    """Owners and their exclusive floor area.

    Attributes
    ----------
    heads
        Owners; one with several flats is one head, co-owners of a flat are one head.
    area
        Exclusive floor area, m².
    """

    heads: int = 0
    area: Decimal = Decimal(0)

    def __add__(self, other: Count) -> Count:
        return Count(self.heads + other.heads, self.area + other.area)

    def __sub__(self, other: Count) -> Count:
        return Count(self.heads - other.heads, self.area - other.area)


@dataclass(frozen=True, slots=True)
class Share:
    """A share that must be reached: a fraction, whether the number itself is enough, and of what it is a share."""

    fraction: Fraction
    comparison: Comparison = Comparison.AT_LEAST
    whole: Whole = Whole.VOTERS

    def is_met(self, part: int | Decimal, whole: int | Decimal) -> bool:
        """Return whether ``part`` is enough of ``whole``; of nothing at all nothing is enough."""
        if whole <= 0:
            return False
        have, needed = Fraction(part), self.fraction * Fraction(whole)
        return have >= needed if self.comparison is Comparison.AT_LEAST else have > needed

    def least(self, whole: int | Decimal, step: int | Decimal = 1) -> Fraction:
        """Return the least multiple of ``step`` that is enough of ``whole``."""
        steps = self.fraction * Fraction(whole) / Fraction(step)
        number = ceil(steps) if self.comparison is Comparison.AT_LEAST else floor(steps) + 1
        return number * Fraction(step)

    def more_agreeing(
        self, agreed: int | Decimal, whole: int | Decimal, step: int | Decimal
    ) -> Fraction | None:
        """Return how much more must agree, in steps: of voters each new one is one voter more; None: no amount is enough."""
        if self.whole is Whole.ALL:
            return max(Fraction(0), self.least(whole, step) - Fraction(agreed))
        short = self.fraction * Fraction(whole) - Fraction(agreed)
        rest = 1 - self.fraction
        enough = short <= 0 if self.comparison is Comparison.AT_LEAST else short < 0
        if enough and whole > 0:
            return Fraction(0)
        if rest <= 0:
            return Fraction(step) if whole <= 0 and self.comparison is Comparison.AT_LEAST else None
        steps = short / rest / Fraction(step)
        number = ceil(steps) if self.comparison is Comparison.AT_LEAST else floor(steps) + 1
        return max(number, 1) * Fraction(step)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of consent; a configurable row with its source, never legal advice.

    Attributes
    ----------
    quorum
        How many of all must take part, None where the rule names no quorum.
    agree
        How many must agree.
    by_heads, by_area
        What is counted; where both are, both must be reached.
    also
        What must be so besides and cannot be counted, in both languages.
    confidence
        Mark of the source (S seen, S2 second-hand, M measured, K unverified).
    is_checked
        Whether somebody compared it with the printed text.
    is_history
        Whether it no longer applies and is kept to understand old votes.
    """

    id: str
    title: tuple[str, str]  # Chinese, English
    scope: Scope
    agree: Share
    quorum: Share | None = None
    by_heads: bool = True
    by_area: bool = True
    use: tuple[str, str] = ("", "")
    also: tuple[str, str] = ("", "")
    source: tuple[str, str] = ("", "")
    confidence: str = ""
    is_checked: bool = False
    is_history: bool = False
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One threshold against what there is.

    Attributes
    ----------
    have, whole
        What was reached, and of what.
    heads_needed, area_needed
        The least that is enough; area in m², rounded up to :data:`AREA_STEP`.
    heads_met, area_met
        None where the rule does not count it.
    """

    share: Share
    have: Count
    whole: Count
    heads_needed: int
    area_needed: Decimal
    heads_met: bool | None
    area_met: bool | None

    @property
    def is_met(self) -> bool:
        """Return whether everything that is counted is reached."""
        return self.heads_met is not False and self.area_met is not False

    @property
    def missing(self) -> Count:
        """Return what is missing now, heads and m²; nothing where a number is met or not counted."""
        heads = max(0, self.heads_needed - self.have.heads) if self.heads_met is False else 0
        area = max(Decimal(0), self.area_needed - self.have.area) if self.area_met is False else Decimal(0)
        return Count(heads, area)


class Outcome(StrEnum):
    """How a vote stands."""

    PASSES = "passes"
    OPEN = "open"
    """Not reached, but those who have not voted could still reach it."""
    CANNOT = "cannot"
    """Not reached, and not even if everybody who has not voted agrees."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a vote stands under a rule.

    Attributes
    ----------
    quorum
        None where the rule names no quorum.
    more
        How many more owners with how much area must come and agree, so that everything is reached; None when no
        number of them is enough.
    """

    rule: Rule
    all: Count
    took_part: Count
    agreed: Count
    quorum: Check | None
    agree: Check
    more: Count | None
    outcome: Outcome

    @property
    def is_met(self) -> bool:
        """Return whether quorum and consent are both reached."""
        return self.outcome is Outcome.PASSES


def check(share: Share, have: Count, whole: Count, *, by_heads: bool = True, by_area: bool = True) -> Check:
    """Hold one threshold against what there is."""
    return Check(
        share,
        have,
        whole,
        int(share.least(whole.heads)),
        _decimal(share.least(whole.area, AREA_STEP)),
        share.is_met(have.heads, whole.heads) if by_heads else None,
        share.is_met(have.area, whole.area) if by_area else None,
    )


def judge(rule: Rule, all_owners: Count, took_part: Count, agreed: Count) -> Judgement:
    """Return how a vote stands: the four numbers, what is missing of each, and what more must agree.

    Parameters
    ----------
    all_owners, took_part, agreed
        Heads and m² of the scope, of those who voted (abstentions too), and of those who agreed.
    """
    of = {"by_heads": rule.by_heads, "by_area": rule.by_area}
    quorum = None if rule.quorum is None else check(rule.quorum, took_part, all_owners, **of)
    base = all_owners if rule.agree.whole is Whole.ALL else took_part
    consent = check(rule.agree, agreed, base, **of)
    more = _more(rule, quorum, base, agreed)
    is_met = consent.is_met and (quorum is None or quorum.is_met)
    left = all_owners - took_part
    if is_met:
        outcome = Outcome.PASSES
    elif more is None or more.heads > left.heads or more.area > left.area:
        outcome = Outcome.CANNOT
    else:
        outcome = Outcome.OPEN
    return Judgement(rule, all_owners, took_part, agreed, quorum, consent, more, outcome)


def _more(rule: Rule, quorum: Check | None, base: Count, agreed: Count) -> Count | None:
    missing = Count() if quorum is None else quorum.missing
    heads, area = Fraction(missing.heads), Fraction(missing.area)
    if rule.by_heads:
        more = rule.agree.more_agreeing(agreed.heads, base.heads, 1)
        if more is None:
            return None
        heads = max(heads, more)
    if rule.by_area:
        more = rule.agree.more_agreeing(agreed.area, base.area, AREA_STEP)
        if more is None:
            return None
        area = max(area, more)
    return Count(int(heads), _decimal(area))


def _decimal(value: Fraction) -> Decimal:
    """Return a multiple of :data:`AREA_STEP` as a Decimal, exactly."""
    steps = value / Fraction(AREA_STEP)
    assert steps.denominator == 1
    return Decimal(steps.numerator).scaleb(AREA_STEP.as_tuple().exponent)  # type: ignore[arg-type]
