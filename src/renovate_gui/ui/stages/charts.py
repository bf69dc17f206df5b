"""The chart under the map: how many people live within a distance of the nearest facility."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.ui.stages.gap_model import GapModel, counts_people, title_of
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.panel import dress
from renovate_gui.ui.stages.widgets import text
from renovate_gui.ui.workspace import Workspace

_BAND_M = 25.0
_LEAST_M, _MOST_M = 1000.0, 3000.0
_CURVES = (("#0E7C86", "#35C2CC", "solid"), ("#9B5FB5", "#C79BDC", "dash"))  # light, dark, line


def cumulative(result: GapResult, upper_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distances and the percentage of people (buildings without headcounts) within them.

    Parameters
    ----------
    result
        A finished result; its chosen measure's distances are used.
    upper_m
        Last distance of the curve, metres.

    Returns
    -------
    tuple
        Distances in metres in steps of 25 m from 0, and percentages 0…100 of all, unknown and unreachable included.
    """
    distance = result.network_m if result.measure == Measure.NETWORK else result.circle_m
    weight = np.nan_to_num(result.people) if counts_people(result) else np.ones(len(result.ids))
    edges = np.arange(0.0, upper_m + _BAND_M, _BAND_M)
    known = np.isfinite(distance)
    order = np.argsort(distance[known])
    ordered, sums = distance[known][order], np.concatenate([[0.0], np.cumsum(weight[known][order])])
    at = np.searchsorted(ordered, edges, side="right")
    everybody = float(weight.sum())
    return edges, 100.0 * sums[at] / everybody if everybody > 0 else np.zeros_like(edges)


def span_m(results: tuple[GapResult, ...]) -> float:
    """Return how far the axis must go: most of the distances, between 1 and 3 km."""
    far = [_LEAST_M]
    for result in results:
        distance = result.network_m if result.measure == Measure.NETWORK else result.circle_m
        known = distance[np.isfinite(distance)]
        if known.size:
            far.append(float(np.percentile(known, 98)))
    return min(_MOST_M, float(np.ceil(max(far) / 250.0) * 250.0))


class ReachChart(QWidget):
    """Cumulative curves of the featured kinds with each standard's limit; follows the gap results."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._model = GapModel.of(workspace)
        self._plot: Any = None
        self._pages = QStackedLayout(self)
        self._empty = text("", "quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._empty)
        self._model.picture_changed.connect(self.redraw)
        workspace.language_changed.connect(self.redraw)
        workspace.theme_changed.connect(self.redraw)
        workspace.session_changed.connect(self.redraw)
        self.redraw()

    def curves(self) -> list[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
        """Return name, distances and percentages of what is drawn."""
        results, session = self._results(), self._workspace.session
        if session is None:
            return []
        upper = span_m(results)
        return [(title_of(session, r.kind), *cumulative(r, upper)) for r in results]

    def redraw(self) -> None:
        """Draw the present results in the present language and colours."""
        look = look_of(is_dark=self._workspace.is_dark)
        dress(self, look)
        results = self._results()
        if not results:
            self._empty.setText(self._empty_words())
            self._pages.setCurrentWidget(self._empty)
            return
        plot = self._fresh_plot()
        self._draw(plot, results)
        self._pages.setCurrentWidget(plot)

    def _results(self) -> tuple[GapResult, ...]:
        picture = self._model.picture
        found = picture.featured if picture is not None else ()
        return tuple(r for r in found if r.facility_names)

    def _empty_words(self) -> str:
        if self._workspace.session is None:
            return tr("No project is open.")
        if self._model.picture is not None:
            return tr("The data holds no elderly care and no childcare: there is no distance to draw.")
        return self._model.problem or tr("Go to Gaps: the curve appears with the first verdicts.")

    def _fresh_plot(self) -> Any:
        import pyqtgraph

        if self._plot is not None:
            self._pages.removeWidget(self._plot)
            self._plot.hide()
            self._plot.close()
            self._plot.deleteLater()
        look = look_of(is_dark=self._workspace.is_dark)
        self._plot = pyqtgraph.PlotWidget(background=look.card)
        item = self._plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        item.showGrid(x=False, y=True, alpha=0.15)
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setPen(look.line)
            axis.setTextPen(look.ink2)
        self._pages.addWidget(self._plot)
        return self._plot

    def _draw(self, plot: Any, results: tuple[GapResult, ...]) -> None:
        import pyqtgraph

        look = look_of(is_dark=self._workspace.is_dark)
        upper = span_m(results)
        item = plot.getPlotItem()
        item.setXRange(0, upper, padding=0.01)
        item.setYRange(0, 100, padding=0)
        item.setLabel("bottom", self._axis_words(results), color=look.ink2)
        item.setLabel("left", self._share_words(results), color=look.ink2)
        legend = item.addLegend(offset=(-12, -12), labelTextColor=look.ink)
        legend.setBrush(None)
        limits = []
        for result, (light, dark, line), (name, x, y) in zip(results, _CURVES, self.curves(), strict=False):
            colour = dark if self._workspace.is_dark else light
            style = Qt.PenStyle.SolidLine if line == "solid" else Qt.PenStyle.DashLine
            item.plot(x, y, pen=pyqtgraph.mkPen(colour, width=2.4, style=style), name=name)
            limits.append((result.limit_m, colour))
        for limit in sorted({m for m, _ in limits}):
            self._limit_line(item, limit, look.out, look.ink)

    def _limit_line(self, item: Any, limit: float, colour: str, ink: str) -> None:
        import pyqtgraph

        words = tr("standard {limit} m", limit=f"{limit:g}")
        pen = pyqtgraph.mkPen(colour, width=1.4, style=Qt.PenStyle.DotLine)
        item.addItem(
            pyqtgraph.InfiniteLine(
                limit,
                angle=90,
                pen=pen,
                label=words,
                labelOpts={"position": 0.93, "color": ink, "anchors": [(0, 0.5), (0, 0.5)]},
            )
        )

    def _axis_words(self, results: tuple[GapResult, ...]) -> str:
        if results[0].measure == Measure.NETWORK:
            return tr("metres on paper to the nearest facility, whoever walks")
        return tr("metres in a straight line to the nearest facility")

    def _share_words(self, results: tuple[GapResult, ...]) -> str:
        if all(counts_people(r) for r in results):
            return tr("% of people")
        return tr("% of buildings")
