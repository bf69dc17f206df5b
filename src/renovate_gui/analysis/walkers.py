"""Walker profiles: how fast a person walks and what stops them, as data with sources."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache

from renovate_gui.assets import resource_path
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
    """

    code: str
    zh: str
    en: str
    speed_mps: float
    stairs_mps: float | None
    confidence: Confidence
    max_grade: float | None = None
    rest_every_m: float | None = None


@lru_cache(maxsize=1)
def walkers() -> tuple[Walker, ...]:
    """Return the walker profiles of ``resources/walkers.toml`` in its order."""
    rows = tomllib.loads(resource_path("walkers.toml").read_text(encoding="utf-8"))["walker"]
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
        )
        for row in rows
    )


def walker(code: str) -> Walker | None:
    """Return a walker profile by its code, or None."""
    return next((w for w in walkers() if w.code == code), None)
