"""Standards as data: what is asked for, by which clause, where a row comes from, and how sure we are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from renovate_gui.domain.facility import AgeBasis

Span = tuple[float | None, float | None]
"""Least and most; None: no such limit."""

MOST_RADIUS_M = 20_000.0
"""The farthest distance of a row, metres: what is more is a slip of the pen or another unit, no walk."""

NOMINAL_M_PER_MIN = 60.0
"""The nominal walk behind the tiers (300 m in 5 minutes), for rows that belong to no tier."""


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


class Applies(StrEnum):
    """Which estates a row is written for."""

    ANY = "any"
    NEW = "new"
    EXISTING = "existing"
    RENEWAL = "renewal"


class Wording(StrEnum):
    """What the text calls its distance: 步行距离 walking distance, 服务半径 service radius, or nothing: a default of ours."""

    WALK = "walk"
    RADIUS = "radius"
    OURS = "ours"


class Level(StrEnum):
    """The layers of a standard, the lowest first; ``INTERNATIONAL`` stands beside ``NATIONAL``."""

    INTERNATIONAL = "international"
    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    PROJECT = "project"


class Unit(StrEnum):
    """What a ratio counts."""

    PLACES = "places"
    FLOOR_M2 = "floor_m2"
    SITE_M2 = "site_m2"
    HECTARES = "ha"
    SPACES = "spaces"
    SHARE = "share"


class SupplyBasis(StrEnum):
    """What a ratio is per, when it is not per people or homes."""

    PARKING = "parking"
    BEDS = "beds"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quantity asked for: ``value`` of ``unit`` per ``per`` of ``basis``, to be reached ``by`` a year (0: at once).

    ``value_to`` is the upper end where the text gives a range.
    """

    value: float
    per: float
    unit: Unit
    basis: AgeBasis | SupplyBasis
    by: int = 0
    value_to: float | None = None

    def wanted(self, count: float) -> float:
        """Return how much is asked for, for so many of the basis."""
        return self.value * count / self.per


@dataclass(frozen=True, slots=True)
class Need:
    """How many people need a service: ``share`` of the people of ``basis``, and where that number comes from.

    ``share_from`` is the lower end where the text gives a range.
    """

    share: float
    basis: AgeBasis
    source: str
    confidence: Confidence
    share_from: float | None = None
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One requirement, from one text. ``radius_m`` is None for rows that ask for a quantity or a size only.

    Attributes
    ----------
    part
        Tells rows of one kind apart (``places`` beside the row of the distance); ``key`` is kind and part.
    listing
        Whether the list of facilities says the kind must or may be there; ``obligation`` is that of the numbers.
    radius_m, radius_from_m
        The distance that decides, and the lower end where the text gives a range; ``wording`` is the text's word for it.
    gfa_m2, site_m2
        Floor and site area of one facility.
    count
        Facilities of the kind in one community.
    width_m, renewal_floor
        Least width of a site; share of the value that a renewal must keep.
    interval_m
        Distance between one and the next, for benches.
    level, origin
        Layer and id of the profile that says so; ``below`` is the row of the layer under it that it covers.
    why
        Why the project changed it, and ``changed`` which of its fields.
    verified_by, verified_on, printed
        Who compared the row with the printed text, when, and which edition.
    """

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
    gfa_m2: Span | None = None
    site_m2: Span | None = None
    note: str = ""
    verified_by: str = ""
    verified_on: str = ""
    printed: str = ""
    part: str = ""
    minutes: float | None = None
    radius_from_m: float | None = None
    wording: Wording = Wording.RADIUS
    ratio: Ratio | None = None
    listing: Obligation | None = None
    applies: Applies = Applies.ANY
    count: int | None = None
    width_m: float | None = None
    renewal_floor: float | None = None
    interval_m: float | None = None
    level: Level = Level.NATIONAL
    origin: str = ""
    below: StandardRow | None = None
    why: str = ""
    changed: tuple[str, ...] = ()

    @property
    def is_checked(self) -> bool:
        """Whether a person signed that the row equals the printed text."""
        return bool(self.verified_by)

    @property
    def key(self) -> str:
        """Return what names the row in its standard."""
        return f"{self.kind}.{self.part}" if self.part else self.kind

    def digest(self) -> str:
        """Return what a signature is for: every number and word of the row that a person compares with the text.

        Of a row that the project changed, source and clause are those of the text unless they were changed themselves.
        """
        below = self.below if self.level is Level.PROJECT else None
        clause = self.clause if below is None or "clause" in self.changed else below.clause
        source = self.source if below is None or "source" in self.changed else below.source
        said = (
            self.kind, self.part, self.tier, self.basis.value, self.obligation.value, clause, source,
            self.radius_m, self.radius_from_m, self.minutes, self.gfa_m2, self.site_m2, self.ratio,
            self.listing, self.applies.value, self.count, self.width_m, self.renewal_floor, self.interval_m,
        )  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of the living circle; tiers add up, an upper one never replaces a lower one."""

    code: str
    zh: str
    en: str
    walk_m: float | None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class ProfileLayer:
    """One text of the stack: what it is called, of which level, in which version, and how many rows it says itself."""

    id: str
    zh: str
    en: str
    level: Level
    version: str
    date: str
    source: str
    rows: int
    printed: str = ""


@dataclass(frozen=True, slots=True)
class StandardProfile:
    """A standard: an id, its names, its tiers and rows; ``layers`` are the texts it is laid from, the lowest first."""

    id: str
    zh: str
    en: str
    tiers: tuple[Tier, ...]
    rows: tuple[StandardRow, ...]
    layers: tuple[ProfileLayer, ...] = ()

    def row(self, kind: str) -> StandardRow | None:
        """Return the profile's row of a facility kind that states a distance, else its first row, else None."""
        own = [r for r in self.rows if r.kind == kind]
        return next((r for r in own if r.radius_m is not None), own[0] if own else None)

    def find(self, key: str) -> StandardRow | None:
        """Return a row by its key, else the row that decides for a kind of this name."""
        return next((r for r in self.rows if r.key == key), None) or self.row(key)

    def tier(self, code: str) -> Tier | None:
        """Return a tier by its code."""
        return next((t for t in self.tiers if t.code == code), None)

    def layer(self, origin: str) -> ProfileLayer | None:
        """Return the layer that a row comes from."""
        return next((layer for layer in self.layers if layer.id == origin), None)

    def minutes_of(self, row: StandardRow | None, limit_m: float) -> float:
        """Return the minutes that a distance stands for.

        The row's own minutes, else those of its tier in proportion to the distance (300 m ↔ 5 min), else a nominal
        walk of 60 m a minute. A distance set by hand scales the row's minutes: who asks for twice the way grants twice
        the time.
        """
        if row is not None and row.minutes is not None:
            return row.minutes * (limit_m / row.radius_m if row.radius_m else 1.0)
        tier = self.tier(row.tier) if row is not None else None
        if tier is not None and tier.minutes is not None and tier.walk_m:
            return tier.minutes * limit_m / tier.walk_m
        return limit_m / NOMINAL_M_PER_MIN

    def need(self, kind: str) -> Need | None:
        """Return how many people need a place of a kind, None when no text says so.

        Only ratios of places per people count; the higher end of a range is taken, and said with its lower one.
        """
        for row in self.rows:
            ratio = row.ratio
            if row.kind == kind and ratio is not None and ratio.unit is Unit.PLACES:
                if not isinstance(ratio.basis, AgeBasis):
                    continue
                upper = ratio.value_to
                return Need(
                    share=(upper or ratio.value) / ratio.per,
                    basis=ratio.basis,
                    source=" ".join(w for w in (row.source, row.clause) if w),
                    confidence=row.confidence,
                    share_from=ratio.value / ratio.per if upper else None,
                    is_checked=row.is_checked,
                )
        return None
