"""What a report to the council says: statements with their ground, indicators with the list behind each."""

from __future__ import annotations

from dataclasses import dataclass

from renovate_gui.domain.verdict import GapResult


@dataclass(frozen=True, slots=True)
class Ground:
    """What a number rests on.

    Attributes
    ----------
    sources
        Layers with their day of import, in words.
    measure
        How distance, people or lengths were measured, in words.
    clause
        Standard and clause; empty when no standard is asked.
    is_checked
        Whether the clause's row was compared with the printed text; None without a clause.
    checked
        Who compared it with which print, or that nobody has.
    """

    sources: str
    measure: str
    clause: str = ""
    is_checked: bool | None = None
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One coverage statement: how many of whom have a service, between which bounds.

    Attributes
    ----------
    low, high
        Share that is served when nobody, or everybody, whose verdict is unknown is; 0 … 1, NaN when nothing is counted.
    spread
        Standard error of the served people where they are estimated; NaN where they are counted.
    counts_people
        Whether people are counted, else buildings.
    """

    kind: str
    title: str
    sentence: str
    served: float
    total: float
    low: float
    high: float
    spread: float
    counts_people: bool
    ground: Ground
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorItem:
    """One entry of the list behind a number.

    Attributes
    ----------
    key, feature
        Where it is on the map: ``layer:<id>`` and its feature's id; empty and −1 for what has no place.
    is_sure
        Whether it surely counts; else it makes the upper bound only.
    """

    title: str
    words: str
    amount: float
    key: str = ""
    feature: int = -1
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the urban check-up: a number with unit, between bounds, and the list behind it.

    ``missing`` says what is lacking when it cannot be computed; then there is no number. ``counts`` says in one line what
    the number counts where its name may be read otherwise, ``doubt`` why it looks better than things are.
    """

    code: str
    title: str
    unit: str
    low: float | None
    high: float | None
    items: tuple[IndicatorItem, ...]
    definition: str
    ground: Ground
    missing: str = ""
    remark: str = ""
    counts: str = ""
    doubt: str = ""

    @property
    def is_exact(self) -> bool:
        """Return whether both bounds are the same number."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report says, and the results it was made from; ``stand`` says whether it is of today or of a plan."""

    standard: str
    with_proposals: bool
    statements: tuple[Statement, ...]
    indicators: tuple[Indicator, ...]
    results: tuple[GapResult, ...]
    remarks: tuple[str, ...] = ()
    stand: str = ""

    def indicator(self, code: str) -> Indicator:
        """Return an indicator by its code."""
        return next(i for i in self.indicators if i.code == code)
