"""What an imported layer is for, and which facts its columns may carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a layer is to the community; the words of ``import --as``."""

    PARCELS = "parcels"
    BUILDINGS = "buildings"
    ENTRANCES = "entrances"
    FACILITIES = "facilities"
    WALK_NETWORK = "walk_network"
    DEMAND = "demand"
    GRIDS = "grids"
    STUDY_AREA = "study_area"
    HEIGHTS = "heights"
    BASEMAP = "basemap"
    OTHER = "other"


class Slot(StrEnum):
    """The fixed groups of the layer tree, drawn from the bottom (EXISTING) to the top (PROPOSALS)."""

    EXISTING = "existing"
    NEEDS = "needs"
    GAPS = "gaps"
    PROPOSALS = "proposals"


class Datum(StrEnum):
    """The datum of a layer's source coordinates, shown as its badge."""

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact a role can use.

    Attributes
    ----------
    name
        The name used by ``--map NAME=COLUMN``, in field maps and in code.
    kind
        ``text``, ``number``, ``count``, ``flag`` or ``date``.
    required
        Whether the stage that uses the role cannot work without it.
    """

    name: str
    kind: str
    required: bool = False


_PEOPLE = tuple(
    Field(n, "count")
    for n in (
        "residents",
        "age0_2",
        "age3_5",
        "age6_11",
        "age60",
        "age65",
        "age80",
        "disabled",
        "households",
        "dwellings",
    )
)

FIELDS: dict[Role, tuple[Field, ...]] = {
    Role.PARCELS: (Field("code", "text"), Field("name", "text"), Field("use", "text"), *_PEOPLE),
    Role.BUILDINGS: (
        Field("code", "text"),
        Field("name", "text"),
        Field("use", "text"),
        Field("floors", "number"),
        Field("floor_area_m2", "number"),
        Field("year", "number"),
        *_PEOPLE,
    ),
    Role.ENTRANCES: (
        Field("code", "text"),
        Field("name", "text"),
        Field(
            "entrance", "text"
        ),  # main, staircase … ; by an exit, emergency exit or garage nobody comes home
    ),
    Role.FACILITIES: (
        Field("code", "text"),
        Field("name", "text"),
        Field("kind", "text", required=True),
        Field("capacity", "number"),
        Field("status", "text"),
        Field("floor_area_m2", "number"),
        Field("site_area_m2", "number"),
    ),
    Role.WALK_NETWORK: (
        Field("code", "text"),
        Field("name", "text"),
        Field("way", "text"),  # street, path, stairs, ramp, lift
        Field("length_m", "number"),
        Field("grade", "number"),
        Field("hours", "text"),  # when it is open: "06:00-22:00"; empty always
    ),
    Role.DEMAND: (
        Field("code", "text"),
        Field("category", "text"),
        Field("weight", "number"),
        Field("segment", "text"),  # who asks: 80+, disabled, with an infant …
        Field("time", "text"),  # at what time of day it is needed
        Field("date", "date"),
        Field("text", "text"),
    ),
    Role.GRIDS: (Field("code", "text"), Field("name", "text"), Field("worker", "text"), *_PEOPLE),
    Role.STUDY_AREA: (Field("name", "text"), Field("role", "text"), Field("waste_sorting", "text"), *_PEOPLE),
    Role.HEIGHTS: (Field("height_m", "number"),),
    Role.BASEMAP: (Field("name", "text"), Field("use", "text")),
    Role.OTHER: (Field("name", "text"),),
}

SLOT_OF_ROLE: dict[Role, Slot] = dict.fromkeys(Role, Slot.EXISTING) | {Role.DEMAND: Slot.NEEDS}
