"""From distances, minutes and places taken to verdicts: who is served, who is not and why, and who cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.reach import Nearest, ReachEngine, straight_line
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.verdict import Measure, Verdict

FloatArray = NDArray[np.float64]

SLACK = 1e-6
"""Limits are inclusive: metres, seconds and people that equal them but for rounding are within them."""


def decide(
    paper_m: FloatArray,
    unconnected_m: FloatArray,
    has_place: NDArray[np.bool_],
    *,
    limit_m: float,
    passes: NDArray[np.bool_] | None = None,
    need: FloatArray | None = None,
    placed: FloatArray | None = None,
) -> NDArray[np.int8]:
    """Return the verdict of every place; the one rule of the full and of the live analysis, row by row.

    Parameters
    ----------
    paper_m
        Least distance to a facility by the measure that decides, metres, shape ``(n,)``; ``inf`` none, NaN off the
        network.
    unconnected_m
        Straight line to the nearest facility that no known way leads to, metres; ``inf`` none. A place that has no
        facility within the limit cannot be judged while such a one stands within it: a link may be missing in the data.
    has_place
        Which rows have a geometry.
    limit_m
        The standard's distance, inclusive.
    passes
        For which places one single facility lies within ``limit_m`` and within the minutes of this walker; None: the
        person is not asked (straight line).
    need, placed
        People who need the service and those of them that found room; NaN or None: capacity does not decide.
    """
    is_near = has_place & (paper_m <= limit_m + SLACK)
    verdict = np.full(len(paper_m), Verdict.OUT_OF_REACH, dtype=np.int8)
    verdict[(unconnected_m <= limit_m + SLACK) | ~has_place] = Verdict.UNKNOWN
    verdict[is_near] = Verdict.SERVED
    if passes is not None:
        verdict[is_near & ~passes] = Verdict.NOT_FOR_THIS_PERSON
    if need is not None and placed is not None:
        verdict[(verdict == Verdict.SERVED) & (placed < need - SLACK)] = Verdict.FULL
    return verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdicts of one facility kind, one value per place; see :class:`renovate_gui.domain.verdict.GapResult`."""

    verdict: NDArray[np.int8]
    network_m: FloatArray
    circle_m: FloatArray
    nearest: NDArray[np.int64]
    unconnected_m: FloatArray  # straight line to the nearest facility that no known way leads to; inf none


def judge(
    places: ObjectArray,
    facilities: ObjectArray,
    *,
    limit_m: float,
    measure: Measure,
    engine: ReachEngine | None,
) -> Judgement:
    """Judge every place against the nearest facility.

    Parameters
    ----------
    places, facilities
        Points in metres, None where missing.
    limit_m
        Farthest distance that still counts, inclusive.
    measure
        The distance that decides; the other one is computed beside it.
    engine
        Reach over a network for the same places, or None without a network (then ``network_m`` is NaN).
    """
    circle = straight_line(places, facilities)
    network = engine.nearest(facilities) if engine is not None else _no_network(len(places))
    if len(facilities) == 0:
        verdict = np.full(len(places), Verdict.OUT_OF_REACH, dtype=np.int8)
        never = np.full(len(places), np.inf)
        return Judgement(verdict, never, never.copy(), network.which, never.copy())
    apart = engine.nearest_unconnected(facilities) if engine is not None else circle
    has_place = ~np.isnan(circle.cost)
    if measure is Measure.CIRCLE:
        verdict = decide(circle.cost, np.full(len(places), np.inf), has_place, limit_m=limit_m)
    else:
        verdict = decide(network.cost, apart.cost, has_place, limit_m=limit_m)
    which = circle.which if measure is Measure.CIRCLE else network.which
    return Judgement(verdict, network.cost, circle.cost, which, apart.cost)


def _no_network(count: int) -> Nearest:
    return Nearest(np.full(count, np.nan), np.full(count, -1, dtype=np.int64))


def same_place(points: ObjectArray, names: tuple[str, ...], *, within_m: float) -> tuple[str, ...]:
    """Return names that stand on the map more than once within a distance (one hospital as node and as outline)."""
    import shapely

    seen: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name:
            seen.setdefault(name, []).append(i)
    doubled = []
    for name, rows in seen.items():
        group = points[rows]
        gaps = shapely.distance(group[:, None], group[None, :])
        if len(rows) > 1 and (gaps[np.triu_indices(len(rows), 1)] <= within_m).any():
            doubled.append(name)
    return tuple(doubled)
