"""Totals of a live frame: buildings and people by verdict, and who gains and who loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.live import GroupShift
from renovate_gui.domain.verdict import Verdict, people_of, placed_share

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
N = TypeVar("N", int, float)


def counted(verdict: NDArray[np.int8]) -> dict[Verdict, int]:
    """Return how many places have each verdict."""
    found = np.bincount(verdict, minlength=len(Verdict))
    return {v: int(found[v]) for v in Verdict}


def headcount(
    verdict: NDArray[np.int8], people: FloatArray, need: FloatArray | None, placed: FloatArray | None
) -> dict[Verdict, float]:
    """Return how many people have each verdict; see :func:`renovate_gui.domain.verdict.people_of`."""
    own = (np.zeros(0), np.zeros(0)) if need is None or placed is None else (need, placed)
    return {v: people_of(v, verdict, people, *own) for v in Verdict}


def shares(verdict: NDArray[np.int8], need: FloatArray | None, placed: FloatArray | None) -> FloatArray:
    """Return the share of each place's people that counts as served."""
    own = (np.zeros(0), np.zeros(0)) if need is None or placed is None else (need, placed)
    return placed_share(verdict, *own)


def carried(
    start: Mapping[Verdict, N], before: Mapping[Verdict, N], now: Mapping[Verdict, N]
) -> dict[Verdict, N]:
    """Return totals of the whole from those at the start and those of the rows that may differ."""
    return {v: start[v] - before[v] + now[v] for v in Verdict}


def shifts(
    groups: Mapping[AgeBasis, FloatArray], rows: IndexArray, before: FloatArray, now: FloatArray
) -> dict[AgeBasis, GroupShift]:
    """Return who gains and who loses; ``before`` and ``now`` are the served shares of ``rows``."""
    better, worse = np.maximum(now - before, 0.0), np.maximum(before - now, 0.0)
    found = {}
    for basis, people in groups.items():
        own = people[rows]
        found[basis] = GroupShift(float(np.nansum(own * better)), float(np.nansum(own * worse)))
    return found
