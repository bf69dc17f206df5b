"""A renovation proposal: the spatial half, the governance half, the money."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from numbers import Real
from typing import Any

from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import Uuid


class ActionCategory(StrEnum):
    """The ten action categories of the study's Table 1, in its order (I to X)."""

    LIVELIHOODS = "I"
    LIFE_SERVICES = "II"
    CULTURE = "III"
    RELATIONS = "IV"
    EDUCATION = "V"
    CORRECTIONS = "VI"
    ENVIRONMENT = "VII"
    WELFARE = "VIII"
    PUBLIC_RELATIONS = "IX"
    SMART = "X"


class RenewalTier(StrEnum):
    """基础 / 完善 / 提升 of the national renewal programme (国办发〔2020〕23号)."""

    BASIC = "basic"
    IMPROVED = "improved"
    ENHANCED = "enhanced"


class Priority(StrEnum):
    """How urgent."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ProposalStatus(StrEnum):
    """Where a proposal stands; 'rejected' is a normal end."""

    DRAFT = "draft"
    DISCUSSED = "discussed"
    AGREED = "agreed"
    REJECTED = "rejected"
    BUILT = "built"


class FundSource(StrEnum):
    """Where money comes from (field notes, workflow §5)."""

    CENTRAL = "central"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    BONDS = "bonds"
    PIPELINE = "pipeline"
    OWNERS_UNIT = "owners_unit"
    RESIDENTS = "residents"
    MAINTENANCE = "maintenance"
    SOCIAL = "social"
    FOUNDATION = "foundation"


@dataclass(frozen=True, slots=True)
class FundShare:
    """One source's amount in yuan."""

    source: FundSource
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Governance:
    """The governance half: a measure is not complete without it."""

    operator: str = ""  # who runs it
    rule: str = ""  # the rule of use
    fee: str = ""
    upkeep: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored picture; pixels only, no EXIF."""

    id: int
    proposal: Uuid
    name: str
    mime: str
    caption: str
    data: bytes


def places_from(value: object) -> float | None:
    """Return a number of places from whatever a file holds: a finite number, or its text, from 0 up; else None.

    True and false are no numbers. Thousands may be written 1,234.
    """
    if isinstance(value, bool) or not isinstance(value, Real | str):
        return None
    try:
        number = float(value.replace(",", "").replace("，", "") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


REPLACES = "replaces"
"""Property that names the surveyed facility which closes with the proposal: "<layer uuid>/<feature id>"."""

COST_ASSUMED = "cost_assumed"
"""Property that holds the cost a search for places assumed; it counts as long as the cost is that sum."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One numbered proposal.

    ``kind`` is the measure type: a facility kind's code makes it a facility in the gap analysis; ``path``, ``stairs``,
    ``ramp`` or ``lift`` makes a line a network link; any other code (see ``resources/measures.toml``) is drawn only.
    ``capacity`` is its places; None not stated, or stated so that it cannot be understood (kept in ``extra``).
    ``extra`` keeps properties that are not ours (they came through ``edit`` or from another system), untouched.
    """

    uuid: Uuid
    number: int
    geometry: BaseGeometry | None
    title: str = ""
    category: ActionCategory | None = None
    tier: RenewalTier | None = None
    kind: str = ""
    description: str = ""
    governance: Governance = field(default_factory=Governance)
    cost: Decimal | None = None
    funds: tuple[FundShare, ...] = ()
    capacity: float | None = None
    priority: Priority = Priority.MEDIUM
    status: ProposalStatus = ProposalStatus.DRAFT
    responsible: str = ""
    answers: tuple[str, ...] = ()  # demand features answered: "<layer uuid>/<feature id>"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_odd_capacity(self) -> bool:
        """Return whether a number of places is stated that is none, such as −5."""
        stated = self.extra.get("capacity")
        return self.capacity is None and stated is not None and stated != ""

    @property
    def replaces(self) -> tuple[str, int] | None:
        """Return layer UUID and feature id of the surveyed facility that closes with it; None when none does."""
        stated = self.extra.get(REPLACES)
        layer, _, feature = stated.partition("/") if isinstance(stated, str) else ("", "", "")
        return (layer, int(feature)) if layer and feature.isdecimal() else None

    @property
    def is_cost_assumed(self) -> bool:
        """Return whether nobody has said the cost: it is the flat sum that a search for places assumed."""
        stated = self.extra.get(COST_ASSUMED)
        if not self.cost or not isinstance(stated, str):
            return False
        try:
            return Decimal(stated) == self.cost
        except InvalidOperation:
            return False

    @property
    def funded(self) -> Decimal:
        """Return the sum of all fund shares."""
        return sum((f.amount for f in self.funds), Decimal(0))


@dataclass(frozen=True, slots=True)
class Note:
    """A callout on the map."""

    uuid: Uuid
    geometry: BaseGeometry | None
    text: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
