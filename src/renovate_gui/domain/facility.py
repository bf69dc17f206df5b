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
    DISABLED = "disabled"
    HOUSEHOLDS = "households"
    DWELLINGS = "dwellings"


@dataclass(frozen=True, slots=True)
class FacilityKind:
    """A kind of facility, with the words that name it in source data.

    Attributes
    ----------
    glyph
        qtawesome name, drawn on the map.
    words
        Precise words of a kind column (lower case, matched whole); they beat names.
    tags
        Broad classes of map data (``school``); a Chinese name beats them, and a note says that they are broad.
    names
        Parts of a facility's own name that tell the kind (幼儿园), and ``names_not`` parts that rule it out (师范).
    family
        Names override tags only between families that are mixed up in practice (a bus stop called 小学 is no school).
    also
        Further kinds that a facility of this kind may be as well when its name says so.
    is_measure
        Whether a proposal can be one.
    sized_from, least_m2
        A facility of kind ``sized_from`` is of this kind as well when its site is at least so large.
    """

    code: str
    zh: str
    en: str
    glyph: str
    colour: str
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    names_not: tuple[str, ...] = ()
    family: str = ""
    also: tuple[str, ...] = ()
    is_measure: bool = True
    sized_from: str = ""
    least_m2: float = 0.0
