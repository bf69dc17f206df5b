"""What a way is like: how high, where stairs run, how steep it is, how many steps and rests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.costs import rests_on
from renovate_gui.analysis.ways import LEAST_STRETCH_M, HeightSource
from renovate_gui.domain.verdict import WayProfile

if TYPE_CHECKING:
    from renovate_gui.analysis.routing import Route
    from renovate_gui.analysis.walkers import Walker
    from renovate_gui.analysis.ways import WayFacts

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STEP_RISE_M = 0.15
"""Rise of one step where only the height of a flight is known; a planning default."""


LEAST_TOLD = 0.02
"""Gentler slopes are not told of: heights are not that exact. A planning default."""


@dataclass(frozen=True, slots=True)
class WayLook:
    """A way in figures; NaN and None where heights are not known."""

    profile: WayProfile
    stairs: int
    steps: int | None
    steepest: float
    up_m: float
    down_m: float
    rests: int
    sources: frozenset[HeightSource]


def look_of(route: Route, facts: WayFacts, walker: Walker) -> WayLook:
    """Return what a route is like for a walker."""
    edge = route.stretch_edge
    on_edge = edge >= 0
    safe = np.maximum(edge, 0)
    stairs = on_edge & facts.is_stairs[safe]
    lifts = on_edge & facts.is_lift[safe]
    height = _heights(route, facts)
    steepest, where = _steepest(route.along_m, height, stairs | lifts)
    sources = frozenset(HeightSource(int(s)) for s in np.unique(facts.source[safe[on_edge]]))
    if where is None:
        steepest = _by_grade(edge[on_edge & ~stairs & ~lifts], facts)
    elif steepest < LEAST_TOLD:
        steepest, where = 0.0, None
    climb = np.diff(height)
    knows = bool(len(climb)) and bool(np.isfinite(climb).all())
    return WayLook(
        WayProfile(route.xy, route.along_m, height, stairs, where),
        stairs=_runs(stairs),
        steps=_steps(climb, stairs),
        steepest=steepest,
        up_m=float(climb[climb > 0].sum()) if knows else float("nan"),
        down_m=abs(float(climb[climb < 0].sum())) if knows else float("nan"),
        rests=rests_on(walker, route.length_m),
        sources=sources,
    )


def _heights(route: Route, facts: WayFacts) -> FloatArray:
    """Return the height at every vertex; access legs are flat."""
    edge = route.stretch_edge
    height = np.full(len(route.along_m), np.nan)
    rows = np.flatnonzero(edge >= 0)
    if len(rows) == 0:
        return height
    height[rows] = facts.heights(edge[rows], route.stretch_m[rows, 0])
    ends = facts.heights(edge[rows], route.stretch_m[rows, 1])
    open_ends = np.isnan(height[rows + 1])
    height[rows[open_ends] + 1] = ends[open_ends]
    height[: rows[0]] = height[rows[0]]
    height[rows[-1] + 2 :] = height[rows[-1] + 1]
    return height


def _steps(climb: FloatArray, stairs: BoolArray) -> int | None:
    """Return the steps of all flights, None when a flight's height is not known."""
    rise = np.abs(climb[stairs])
    return None if np.isnan(rise).any() else round(float(rise.sum()) / STEP_RISE_M)


def _steepest(
    along: FloatArray, height: FloatArray, skips: BoolArray
) -> tuple[float, tuple[int, int] | None]:
    """Return the greatest slope of a stretch of five metres or more, and its first and last point."""
    best, where = float("nan"), None
    for first, last in _parts(along, skips):
        run = max(float(along[last] - along[first]), LEAST_STRETCH_M)
        slope = abs(float(height[last] - height[first])) / run
        if np.isfinite(slope) and (where is None or slope > best):
            best, where = slope, (first, last)
    return best, where


def _parts(along: FloatArray, skips: BoolArray) -> list[tuple[int, int]]:
    """Return stretches between vertices, neighbours joined until they are five metres long, none over stairs."""
    found = []
    first = 0
    for i, is_skipped in enumerate(skips):
        if is_skipped:
            if i > first:
                found.append((first, i))
            first = i + 1
        elif along[i + 1] - along[first] >= LEAST_STRETCH_M:
            found.append((first, i + 1))
            first = i + 1
    if first < len(along) - 1:
        found.append((first, len(along) - 1))
    return found


def _by_grade(edges: NDArray[np.int64], facts: WayFacts) -> float:
    """Return the greatest stated grade of edges, NaN where none is stated."""
    graded = edges[facts.source[edges] == HeightSource.GRADE]
    return max((abs(facts.slope(int(e), 0.0)) for e in graded), default=float("nan"))


def _runs(flags: BoolArray) -> int:
    """Return how many times a way comes onto stairs."""
    return int(sum(not one and two for one, two in pairwise([False, *flags.tolist()])))
