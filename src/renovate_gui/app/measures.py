"""What a proposal's measure type does: nothing but being drawn, joining the walking network, or being a facility."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from renovate_gui.analysis.kinds import facility_kinds
from renovate_gui.assets import current_language, resource_path


class Effect(StrEnum):
    """What a measure changes in the gap analysis."""

    NONE = "none"
    LINK = "link"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class MeasureType:
    """A measure type: its code, names, the shape one usually draws (``point``, ``line``, ``polygon``), and its effect.

    ``way`` is the class of the network link (``path``, ``stairs``, ``ramp``, ``lift``); empty for other effects.
    """

    code: str
    zh: str
    en: str
    shape: str
    effect: Effect
    way: str = ""

    @property
    def title(self) -> str:
        """Return the name in the reader's language."""
        return self.zh if current_language() == "zh_CN" else self.en


@lru_cache(maxsize=1)
def measure_types() -> tuple[MeasureType, ...]:
    """Return all measure types: facility kinds first, then ``resources/measures.toml`` in its order."""
    text = resource_path("measures.toml").read_text(encoding="utf-8")
    facilities = [
        MeasureType(k.code, k.zh, k.en, "point", Effect.FACILITY) for k in facility_kinds() if k.is_measure
    ]
    others = [
        MeasureType(m["code"], m["zh"], m["en"], m["shape"], Effect(m["effect"]), m.get("way", ""))
        for m in tomllib.loads(text)["measure"]
    ]
    return (*facilities, *others)


def link_ways() -> dict[str, str]:
    """Return the measures that join the walking network: code → class of the way."""
    return {m.code: m.way for m in measure_types() if m.effect is Effect.LINK}


def measure_type(code: str) -> MeasureType | None:
    """Return a measure type by its code; None for a code that is not ours (it is drawn only)."""
    return next((m for m in measure_types() if m.code == code), None)


def effect_of(code: str) -> Effect:
    """Return what a proposal of this kind changes; a code that is not ours changes nothing."""
    found = measure_type(code)
    return Effect.NONE if found is None else found.effect


def measure_title(code: str) -> str:
    """Return the name in the reader's language; a code that is not ours is its own name."""
    found = measure_type(code)
    return code if found is None else found.title
