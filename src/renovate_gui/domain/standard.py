"""Standards as data: what is asked for, by which clause, and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from renovate_gui.domain.facility import AgeBasis


class Confidence(StrEnum):
    """How a row is known; the marks of the field notes."""

    SEEN = "S"
    SECOND_HAND = "S2"
    MEASURED = "M"
    UNVERIFIED = "K"


class Obligation(StrEnum):
    """The obligation word: 应 must, 宜 should, 可 may, or a policy target / custom."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"
    TARGET = "target"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One requirement of a profile; ``radius_m`` is None for rows that ask for a quantity or a site only."""

    kind: str
    zh: str
    en: str
    tier: str
    basis: AgeBasis
    obligation: Obligation
    clause: str
    source: str
    confidence: Confidence
    radius_m: float | None = None
    gfa_m2: tuple[float | None, float | None] | None = None
    site_m2: tuple[float | None, float | None] | None = None
    note: str = ""
    verified_by: str = ""
    verified_on: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether a person signed that the row equals the printed text."""
        return bool(self.verified_by)


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of the living circle; tiers add up, an upper one never replaces a lower one."""

    code: str
    zh: str
    en: str
    walk_m: float | None


@dataclass(frozen=True, slots=True)
class StandardProfile:
    """A standard: an id, its names, its tiers and rows."""

    id: str
    zh: str
    en: str
    tiers: tuple[Tier, ...]
    rows: tuple[StandardRow, ...]

    def row(self, kind: str) -> StandardRow | None:
        """Return the profile's row of a facility kind that states a distance, else its first row, else None."""
        own = [r for r in self.rows if r.kind == kind]
        return next((r for r in own if r.radius_m is not None), own[0] if own else None)
