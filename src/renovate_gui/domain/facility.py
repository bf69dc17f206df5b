"""Kinds of facilities, the standard's terms, and who they are for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AgeBasis(StrEnum):
    """Whom a facility serves: the column that is counted."""

    RESIDENTS = "residents"
    AGE0_2 = "age0_2"
    AGE3_5 = "age3_5"
    AGE6_11 = "age6_11"
    AGE60 = "age60"
    AGE65 = "age65"
    AGE80 = "age80"
    HOUSEHOLDS = "households"
    DWELLINGS = "dwellings"


@dataclass(frozen=True, slots=True)
class FacilityKind:
    """A kind of facility, with the words that name it in source data (lower case, matched whole or as a part)."""

    code: str
    zh: str
    en: str
    glyph: str  # qtawesome name, drawn on the map
    colour: str
    words: tuple[str, ...] = ()
