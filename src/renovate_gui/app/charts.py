"""Charts of gaps: how many places people can share, and how evenly they are shared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.equity import counted, gini, lorenz, palma
from renovate_gui.app.gap_words import joined
from renovate_gui.assets import tr
from renovate_gui.domain.chart import HIGH_LEFT, Bars, Chart, Line, Mark
from renovate_gui.domain.verdict import GapResult

FloatArray = NDArray[np.float64]

_COLUMNS = 12
_FEW = 0.5  # weights below count as nobody


def has_access(result: GapResult) -> bool:
    """Return whether places per person are known for anybody who needs one."""
    service = result.service
    if len(service.access) == 0 or len(service.access) != len(service.need):
        return False
    rows = counted(service.access, service.need)
    return bool(service.need[rows].sum() >= _FEW)


def access_chart(result: GapResult, name: str, *, least: float = 0.0) -> Chart:
    """Return how many people share how many places: people who need the service by places per 100 of them.

    ``name`` is what the service is called; columns of fewer than ``least`` people are not drawn, and that is said.
    """
    values, people = _shared(result)
    most = _end(100.0 * values, people)
    edges = np.linspace(0.0, most, _COLUMNS + 1)
    heights, _ = np.histogram(np.minimum(100.0 * values, most), bins=edges, weights=people)
    is_hidden = (heights > 0.0) & (heights < least)
    heights = np.where(is_hidden, 0.0, heights).astype(np.float64)
    mean = 100.0 * float(values @ people / people.sum())
    without = float(people[values <= 0.0].sum())
    return Chart(
        title=tr("Places within reach: {kind}", kind=name),
        x_title=tr("places per 100 people who need one"),
        y_title=tr("people who need one"),
        x_range=(0.0, most),
        y_range=(0.0, max(float(heights.max()) * 1.08, 1.0)),
        bars=(Bars(edges, heights),),
        marks=(Mark(mean, tr("mean {value}", value=f"{mean:.1f}")),) if mean <= most else (),
        sentence=_shares(mean, without, float(people.sum()), least, hides=bool(is_hidden.any())),
    )


def _shares(mean: float, without: float, total: float, least: float, *, hides: bool) -> str:
    is_few = 0.0 < without < least
    words = tr(
        "On average {mean} places for 100 people who need one; {n} of {total} people have none within reach.",
        mean=f"{mean:.1f}",
        n=tr("fewer than 5") if is_few else f"{without:,.0f}",
        total=f"{total:,.0f}",
    )
    if not hides:
        return words
    return joined([words, tr("Columns of fewer than {k} people are not drawn.", k=f"{least:.0f}")])


def evenness_chart(result: GapResult, name: str) -> Chart:
    """Return the Lorenz curve of places per person, worst served first, with Gini and Palma in words."""
    values, people = _shared(result)
    curve = lorenz(values, people)
    ends = np.array([0.0, 100.0])
    lines = [Line(tr("all alike"), ends, ends, is_guide=True)]
    if np.isfinite(curve.share).all():
        lines.append(Line(name, 100.0 * curve.people, 100.0 * curve.share))
    return Chart(
        title=tr("How evenly places are shared: {kind}", kind=name),
        x_title=tr("% of people who need one, worst served first"),
        y_title=tr("% of places"),
        x_range=(0.0, 100.0),
        y_range=(0.0, 100.0),
        lines=tuple(lines),
        sentence=_evenness(values, people),
        legend=HIGH_LEFT,
    )


def charts_of(result: GapResult, name: str, *, least: float = 0.0) -> tuple[Chart, ...]:
    """Return the charts that a result's data allow, possibly none."""
    if not has_access(result):
        return ()
    return access_chart(result, name, least=least), evenness_chart(result, name)


def _shared(result: GapResult) -> tuple[FloatArray, FloatArray]:
    service = result.service
    rows = counted(service.access, service.need)
    return service.access[rows], service.need[rows]


def _end(values: FloatArray, people: FloatArray) -> float:
    """Return where the axis ends: nearly all people stand below, the rest in the last column."""
    order = np.argsort(values)
    share = np.cumsum(people[order]) / people.sum()
    far = float(values[order][min(int(np.searchsorted(share, 0.98)), len(values) - 1)])
    if far <= 0.0:
        return 1.0
    step = 10.0 ** np.floor(np.log10(far)) / 2.0
    return float(np.ceil(far / step - 1e-9) * step)


def _evenness(values: FloatArray, people: FloatArray) -> str:
    even, ratio = gini(values, people), palma(values, people)
    if np.isnan(even):
        return tr("There are no places to share.")
    if np.isinf(ratio):
        return tr(
            "Gini {gini} (0 all alike); the worst served 40 % have no place within reach.", gini=f"{even:.2f}"
        )
    return tr(
        "Gini {gini} (0 all alike); the best served 10 % have {palma} times the places of the worst served 40 % (0.25 if all were alike).",
        gini=f"{even:.2f}",
        palma=f"{ratio:.2f}",
    )
