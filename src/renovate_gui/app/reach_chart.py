"""The distance curve: which share of the people lives within a distance of the nearest facility, for window and paper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.gap_notes import straight_note
from renovate_gui.app.gap_words import joined
from renovate_gui.app.plan_content import basis_of
from renovate_gui.app.shares import per_cent
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.chart import LOW_RIGHT, Chart, Line, Mark
from renovate_gui.domain.verdict import GapResult, Measure

FloatArray = NDArray[np.float64]

_BAND_M = 25.0
_LEAST_M, _MOST_M = 1000.0, 3000.0


def cumulative(result: GapResult, upper_m: float, *, least: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return distances and the percentage of people (buildings without headcounts) within them.

    Parameters
    ----------
    result
        A finished result; its chosen measure's distances are used.
    upper_m
        Last distance of the curve, metres.
    least
        Steps of fewer people than this wait for the next ones, so that no few can be told apart.

    Returns
    -------
    tuple
        Distances in metres in steps of 25 m from 0, and percentages 0…100 of all, unknown and unreachable included.
    """
    distance, weight = _distance(result), _weight(result)
    edges = np.arange(0.0, upper_m + _BAND_M, _BAND_M)
    known = np.isfinite(distance)
    order = np.argsort(distance[known])
    ordered, sums = distance[known][order], np.concatenate([[0.0], np.cumsum(weight[known][order])])
    within = sums[np.searchsorted(ordered, edges, side="right")]
    if least > 0.0 and _counts_people(result):
        within = _coarse(within, least)
    everybody = float(weight.sum())
    return edges, 100.0 * within / everybody if everybody > 0 else np.zeros_like(edges)


def span_m(results: Sequence[GapResult]) -> float:
    """Return how far the axis must go: most of the distances, between 1 and 3 km."""
    far = [_LEAST_M]
    for result in results:
        distance = _distance(result)
        known = distance[np.isfinite(distance)]
        if known.size:
            far.append(float(np.percentile(known, 98)))
    return min(_MOST_M, float(np.ceil(max(far) / 250.0) * 250.0))


def reach_chart(results: Sequence[GapResult], names: Sequence[str], *, least: float = 0.0) -> Chart | None:
    """Return the curves of some services with their limits, None when no facility of any of them is in the data.

    ``names`` is what the services are called, parallel to ``results``; ``least`` as in :func:`cumulative`.
    """
    there = [(r, name) for r, name in zip(results, names, strict=True) if r.facility_names]
    if not there:
        return None
    kept = [r for r, _ in there]
    upper = span_m(kept)
    lines = tuple(
        Line(_whose(r, name), *cumulative(r, upper, least=least), tone=i) for i, (r, name) in enumerate(there)
    )
    limits = sorted({r.limit_m for r in kept if r.limit_m <= upper})
    return Chart(
        title=tr("Distance to the nearest: {kinds}", kinds=tr(", ").join(name for _, name in there)),
        x_title=_axis_words(kept),
        y_title=_share_words(kept),
        x_range=(0.0, upper),
        y_range=(0.0, 100.0),
        lines=lines,
        marks=tuple(Mark(m, tr("limit {limit} m", limit=f"{m:g}")) for m in limits),
        sentence=joined(
            [
                straight_note(kept[0]),
                *(_within(r, name, is_coarse=least > 0) for r, name in there),
                *_held_back(kept, least),
            ]
        ),
        legend=LOW_RIGHT,
    )


def _distance(result: GapResult) -> FloatArray:
    return result.network_m if result.measure == Measure.NETWORK else result.circle_m


def _counts_people(result: GapResult) -> bool:
    return result.people_total > 0


def _weight(result: GapResult) -> FloatArray:
    return np.nan_to_num(result.people) if _counts_people(result) else np.ones(len(result.ids))


def _coarse(within: FloatArray, least: float) -> FloatArray:
    """Return the sums with steps of fewer than ``least`` people held back until enough have come together."""
    out, at = np.empty_like(within), 0.0
    for i, value in enumerate(within):
        at = float(value) if value - at >= least else at
        out[i] = at
    return out


def _whose(result: GapResult, name: str) -> str:
    """Return the name of a curve: the service and whom it counts."""
    if not _counts_people(result):
        return name
    return tr("{kind} ({who})", kind=name, who=term(basis_of(result)))


def _within(result: GapResult, name: str, *, is_coarse: bool) -> str:
    """Return the share at the limit in words; whole per cent where few are drawn together, that none can be told."""
    weight = _weight(result)
    share = float(weight[_distance(result) <= result.limit_m].sum()) / float(weight.sum() or 1.0)
    return tr(
        "{kind}: {share} % within {limit} m.",
        kind=name,
        share=per_cent(share, is_coarse=is_coarse),
        limit=f"{result.limit_m:g}",
    )


def _held_back(results: Sequence[GapResult], least: float) -> list[str]:
    if least <= 0.0 or not any(_counts_people(r) for r in results):
        return []
    return [tr("Steps of fewer than {k} people are drawn together.", k=f"{least:.0f}")]


def _axis_words(results: Sequence[GapResult]) -> str:
    if results[0].measure == Measure.NETWORK:
        return tr("metres on paper to the nearest facility, whoever walks")
    return tr("metres in a straight line to the nearest facility")


def _share_words(results: Sequence[GapResult]) -> str:
    if all(_counts_people(r) for r in results):
        return tr("% of people")
    return tr("% of parcels") if results[0].counts_parcels else tr("% of buildings")
