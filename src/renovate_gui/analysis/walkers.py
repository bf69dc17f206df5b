"""Walker profiles: how fast a person walks and what stops them, as data with sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from renovate_gui.assets import current_language, resource_path
from renovate_gui.domain.standard import Confidence


@dataclass(frozen=True, slots=True)
class Walker:
    """A kind of walker.

    Attributes
    ----------
    speed_mps
        Speed on the flat, m/s.
    stairs_mps
        Speed along the slope of stairs, m/s; None: stairs stop this walker.
    max_grade
        Steepest passable grade (rise over run); None: no limit.
    rest_every_m
        Longest way without a rest; None: not told.
    for_basis
        Population groups (:class:`renovate_gui.domain.facility.AgeBasis` values) whose services this walker is asked for.
    is_capped
        Whether this walker goes no faster downhill than on the flat.
    ignores_slope
        Whether only the distance counts: the nominal walker of a standard.
    """

    code: str
    zh: str
    en: str
    speed_mps: float
    stairs_mps: float | None
    confidence: Confidence
    max_grade: float | None = None
    rest_every_m: float | None = None
    for_basis: tuple[str, ...] = ()
    is_capped: bool = False
    ignores_slope: bool = False
    note_zh: str = ""
    note_en: str = ""

    @property
    def note(self) -> str:
        """Return where the figures come from, in the reader's language."""
        return self.note_zh if current_language() == "zh_CN" else self.note_en


@dataclass(frozen=True, slots=True)
class LiftTimes:
    """What a ride in a lift takes: waiting and riding, seconds, with their confidence and where they come from."""

    wait_s: float
    ride_s: float
    confidence: Confidence
    note_zh: str
    note_en: str

    @property
    def seconds(self) -> float:
        """Return the seconds of one ride, waiting included."""
        return self.wait_s + self.ride_s

    @property
    def note(self) -> str:
        """Return where the figures come from, in the reader's language."""
        return self.note_zh if current_language() == "zh_CN" else self.note_en


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads(resource_path("walkers.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def lift_times() -> LiftTimes:
    """Return what a ride in a lift takes."""
    row = _file()["lift"]
    return LiftTimes(
        float(row["wait_s"]),
        float(row["ride_s"]),
        Confidence(row["confidence"]),
        row["note_zh"],
        row["note_en"],
    )


@lru_cache(maxsize=1)
def walkers() -> tuple[Walker, ...]:
    """Return the walker profiles of ``resources/walkers.toml`` in its order."""
    rows = _file()["walker"]
    return tuple(
        Walker(
            code=row["code"],
            zh=row["zh"],
            en=row["en"],
            speed_mps=float(row["speed_mps"]),
            stairs_mps=float(row["stairs_mps"]) if row["stairs_mps"] > 0 else None,
            confidence=Confidence(row["confidence"]),
            max_grade=row.get("max_grade"),
            rest_every_m=row.get("rest_every_m"),
            for_basis=tuple(row.get("for_basis", ())),
            is_capped=row.get("caps_downhill", False),
            ignores_slope=row.get("ignores_slope", False),
            note_zh=row.get("note_zh", ""),
            note_en=row.get("note_en", ""),
        )
        for row in rows
    )


def walker(code: str) -> Walker | None:
    """Return a walker profile by its code, or None."""
    return next((w for w in walkers() if w.code == code), None)


def walker_for(basis: str) -> Walker:
    """Return the walker for whom a service is, by the population group it is counted for: an adult unless data says so."""
    rows = walkers()
    adult = next(w for w in rows if w.code == "adult")
    return next((w for w in rows if basis in w.for_basis), adult)
