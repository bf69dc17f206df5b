"""How a way is counted: in which direction, at which hour, by whom."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Which way a person goes between home and facility; slopes and one-ways make the three differ."""

    THERE = "there"  # from home to the facility
    BACK = "back"  # from the facility home
    ROUND_TRIP = "round_trip"  # there and back, each by its own best way, the two added


class CatchmentModel(StrEnum):
    """How supply is shared among the people who reach it."""

    TWO_STEP = "2sfca"  # Luo & Wang 2003
    ENHANCED = "e2sfca"  # Luo & Qi 2009
    THREE_STEP = "3sfca"  # Wan, Zou & Sternberg 2012
