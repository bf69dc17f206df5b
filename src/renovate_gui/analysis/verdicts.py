"""From distances to verdicts: who is served, who is out of reach, and who cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.reach import Nearest, ReachEngine, straight_line
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.verdict import Measure, Verdict

FloatArray = NDArray[np.float64]

_SLACK_M = 1e-6
"""The limit is inclusive: a distance that equals it but for rounding is within it."""


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
    if measure is Measure.CIRCLE:
        verdict = _by_circle(circle.distance_m, limit_m)
    else:
        verdict = _by_network(network.distance_m, circle.distance_m, apart.distance_m, limit_m)
    which = circle.which if measure is Measure.CIRCLE else network.which
    return Judgement(verdict, network.distance_m, circle.distance_m, which, apart.distance_m)


def _by_network(
    network_m: FloatArray, circle_m: FloatArray, unconnected_m: FloatArray, limit_m: float
) -> NDArray[np.int8]:
    """Return verdicts by walking distance.

    Who is not served cannot be judged while a facility that no known way leads to stands within the limit in a straight
    line: a link may be missing in the data. Beyond the straight line no missing link would help.
    """
    verdict = np.full(len(network_m), Verdict.OUT_OF_REACH, dtype=np.int8)
    verdict[(unconnected_m <= limit_m + _SLACK_M) | np.isnan(circle_m)] = Verdict.UNKNOWN
    verdict[network_m <= limit_m + _SLACK_M] = Verdict.SERVED
    return verdict


def _by_circle(circle_m: FloatArray, limit_m: float) -> NDArray[np.int8]:
    verdict = np.where(circle_m <= limit_m + _SLACK_M, Verdict.SERVED, Verdict.OUT_OF_REACH).astype(np.int8)
    verdict[np.isnan(circle_m)] = Verdict.UNKNOWN
    return verdict


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
