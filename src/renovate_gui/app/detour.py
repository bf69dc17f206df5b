"""How much longer ways are than straight lines: the ratio that tells both distance measures apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renovate_gui.assets import tr
from renovate_gui.domain.verdict import GapResult


@dataclass(frozen=True, slots=True)
class Detour:
    """Detour of one kind.

    Attributes
    ----------
    ratio
        Σ people · metres on foot / Σ people · metres in a straight line, each to the facility nearest by that measure.
    places
        Buildings that both measures reach; the rest cannot be compared.
    counts_people
        Whether people weigh, or, without headcounts, every building alike.
    """

    ratio: float
    places: int
    counts_people: bool


def detour_of(result: GapResult) -> Detour | None:
    """Return the detour ratio of a kind; None where no building has both distances."""
    known = np.isfinite(result.network_m) & np.isfinite(result.circle_m)
    weight = np.where(known, np.nan_to_num(result.people), 0.0)
    has_people = bool(weight.sum() > 0)
    if not has_people:
        weight = known.astype(np.float64)
    straight = float(np.sum(weight[known] * result.circle_m[known]))
    if straight <= 0:
        return None
    ratio = float(np.sum(weight[known] * result.network_m[known])) / straight
    return Detour(ratio, int(known.sum()), has_people)


def detour_words(found: Detour | None) -> str:
    """Return the ratio in a sentence; empty where there is none."""
    if found is None:
        return ""
    n = f"{found.ratio:.2f}"
    if found.counts_people:
        return tr("Ways are {n} times as long as the straight line, weighted by people.", n=n)
    return tr("Ways are {n} times as long as the straight line, over the buildings.", n=n)
