"""The words for our enumerations, the same in window, command line and print."""

from __future__ import annotations

from enum import Enum

from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.heat import HeatMode
from renovate_gui.domain.proposal import ActionCategory, FundSource, Priority, ProposalStatus, RenewalTier
from renovate_gui.domain.reply import Choice
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.standard import (
    Applies,
    Confidence,
    Level,
    Obligation,
    SupplyBasis,
    Unit,
    Wording,
)
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import Measure, Verdict

# pairs, not a plain dictionary: string enumerations of equal values are equal keys
_PAIRS: tuple[tuple[Enum, str], ...] = (
    (Role.PARCELS, "Parcels"),
    (Role.BUILDINGS, "Buildings"),
    (Role.ENTRANCES, "Entrances"),
    (Role.FACILITIES, "Facilities"),
    (Role.WALK_NETWORK, "Walking network"),
    (Role.DEMAND, "Demand"),
    (Role.GRIDS, "Grids"),
    (Role.STUDY_AREA, "Study area"),
    (Role.HEIGHTS, "Heights"),
    (Role.BASEMAP, "Base map"),
    (Role.OTHER, "Other"),
    (Slot.EXISTING, "Existing"),
    (Slot.NEEDS, "Needs"),
    (Slot.GAPS, "Gaps"),
    (Slot.PROPOSALS, "Proposals"),
    (Datum.WGS84, "WGS84"),
    (Datum.CGCS2000, "CGCS2000"),
    (Datum.GCJ02, "GCJ-02"),
    (Datum.BD09, "BD-09"),
    (Datum.OTHER, "Other datum"),
    (Verdict.SERVED, "Served"),
    (Verdict.FULL, "In reach but full"),
    (Verdict.OUT_OF_REACH, "Out of reach"),
    (Verdict.NOT_FOR_THIS_PERSON, "Not for this person"),
    (Verdict.UNKNOWN, "Unknown"),
    (Measure.NETWORK, "Walking network"),
    (Measure.CIRCLE, "Straight line"),
    (Direction.THERE, "way there"),
    (Direction.BACK, "way home"),
    (Direction.ROUND_TRIP, "there and back"),
    (CatchmentModel.TWO_STEP, "two steps (2SFCA)"),
    (CatchmentModel.ENHANCED, "near counts more (E2SFCA)"),
    (CatchmentModel.THREE_STEP, "three steps (3SFCA)"),
    (AgeBasis.RESIDENTS, "Residents"),
    (AgeBasis.AGE0_2, "Aged 0–2"),
    (AgeBasis.AGE3_5, "Aged 3–5"),
    (AgeBasis.AGE6_11, "Aged 6–11"),
    (AgeBasis.AGE60, "Aged 60+"),
    (AgeBasis.AGE65, "Aged 65+"),
    (AgeBasis.AGE80, "Aged 80+"),
    (AgeBasis.DISABLED, "People with disabilities"),
    (HeatMode.DENSITY, "Density"),
    (HeatMode.DIFFERENCE, "Difference"),
    (HeatMode.RATIO, "Ratio"),
    (AgeBasis.HOUSEHOLDS, "Households"),
    (AgeBasis.DWELLINGS, "Dwellings"),
    (ActionCategory.LIVELIHOODS, "Industry and residents' livelihoods"),
    (ActionCategory.LIFE_SERVICES, "Community life services"),
    (ActionCategory.CULTURE, "Community culture"),
    (ActionCategory.RELATIONS, "Community relations"),
    (ActionCategory.EDUCATION, "Community education"),
    (ActionCategory.CORRECTIONS, "Community corrections"),
    (ActionCategory.ENVIRONMENT, "Community environmental protection"),
    (ActionCategory.WELFARE, "Community public welfare"),
    (ActionCategory.PUBLIC_RELATIONS, "Community public relations"),
    (ActionCategory.SMART, "Smart community construction"),
    (RenewalTier.BASIC, "Basic"),
    (RenewalTier.IMPROVED, "Improvement"),
    (RenewalTier.ENHANCED, "Enhancement"),
    (Priority.HIGH, "High"),
    (Priority.MEDIUM, "Medium"),
    (Priority.LOW, "Low"),
    (ProposalStatus.DRAFT, "Draft"),
    (ProposalStatus.DISCUSSED, "Under discussion"),
    (ProposalStatus.AGREED, "Agreed"),
    (ProposalStatus.REJECTED, "Rejected"),
    (ProposalStatus.BUILT, "Built"),
    (FundSource.CENTRAL, "Central subsidy"),
    (FundSource.MUNICIPAL, "Municipal budget"),
    (FundSource.DISTRICT, "District budget"),
    (FundSource.BONDS, "Special bonds"),
    (FundSource.PIPELINE, "Utility companies"),
    (FundSource.OWNERS_UNIT, "Property-right units"),
    (FundSource.RESIDENTS, "Residents' share"),
    (FundSource.MAINTENANCE, "Maintenance fund"),
    (FundSource.SOCIAL, "Private capital"),
    (FundSource.FOUNDATION, "Community foundation"),
    (Choice.AGREE, "Agree"),
    (Choice.OPPOSE, "Oppose"),
    (Choice.UNSURE, "Not sure"),
    (Confidence.SEEN, "seen in a published page"),
    (Confidence.SECOND_HAND, "seen second-hand"),
    (Confidence.MEASURED, "measured"),
    (Confidence.UNVERIFIED, "not checked against the printed text"),
    (Obligation.MUST, "must"),
    (Obligation.SHOULD, "should"),
    (Obligation.MAY, "may"),
    (Obligation.TARGET, "policy target"),
    (Obligation.PRACTICE, "custom"),
    (Applies.ANY, "all estates"),
    (Applies.NEW, "new estates"),
    (Applies.EXISTING, "existing estates"),
    (Applies.RENEWAL, "renewals"),
    (Wording.WALK, "walking distance"),
    (Wording.RADIUS, "service radius"),
    (Wording.OURS, "planning default, not in the text"),
    (Level.INTERNATIONAL, "International practice"),
    (Level.NATIONAL, "National"),
    (Level.PROVINCE, "Province"),
    (Level.CITY, "City"),
    (Level.PROJECT, "Project"),
    (Unit.PLACES, "places"),
    (Unit.FLOOR_M2, "m² floor"),
    (Unit.SITE_M2, "m² site"),
    (Unit.HECTARES, "ha"),
    (Unit.SPACES, "spaces"),
    (Unit.SHARE, "share"),
    (SupplyBasis.PARKING, "parking spaces"),
    (SupplyBasis.BEDS, "beds"),
)
_TERMS = {(type(value), value): words for value, words in _PAIRS}


def term(value: Enum) -> str:
    """Return the translated word of an enumeration's member."""
    return tr(_TERMS[type(value), value])  # words: resources/i18n/zh_CN/terms.toml


def term_source(value: Enum) -> str:
    """Return the English source word of a member, for pages that carry both languages."""
    return _TERMS[type(value), value]


def sources() -> tuple[str, ...]:
    """Return the English source words, for the test that counts missing translations."""
    return tuple(dict.fromkeys(_TERMS.values()))
