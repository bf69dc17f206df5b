"""The chart tab below the map: distances, places per person, and how evenly they are shared."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from renovate_gui.app.charts import access_chart, evenness_chart, has_access
from renovate_gui.app.people_estimate import error_words
from renovate_gui.assets import tr
from renovate_gui.domain.chart import Chart
from renovate_gui.domain.verdict import GapResult, PeopleSource
from renovate_gui.ui.stages.charts import ReachChart
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.gap_model import GapModel, title_of
from renovate_gui.ui.stages.look import Look, look_of
from renovate_gui.ui.stages.panel import dress
from renovate_gui.ui.stages.widgets import row, say, text
from renovate_gui.ui.workspace import Workspace

DISTANCE, PLACES, EVENNESS = "distance", "places", "evenness"
_CHOICE_PX = 320
_TONES = (("#0E7C86", "#35C2CC"), ("#9B5FB5", "#C79BDC"), ("#B0641E", "#E0A060"))  # light, dark


class ChartPlot(QWidget):
    """One chart on screen; print paints the same numbers (:mod:`renovate_gui.render.chart`)."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Any = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.words = text("", "quiet")
        self._column.addWidget(self.words)

    def show_chart(self, chart: Chart, look: Look, *, is_dark: bool, doubt: str = "") -> None:
        """Draw a chart in place of the one before."""
        import pyqtgraph

        self.clear()
        plot = pyqtgraph.PlotWidget(background=look.card)
        item = plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        item.showGrid(x=False, y=True, alpha=0.15)
        for side, title in (("left", chart.y_title), ("bottom", chart.x_title)):
            item.getAxis(side).setPen(look.line)
            item.getAxis(side).setTextPen(look.ink2)
            item.getAxis(side).enableAutoSIPrefix(False)
            item.setLabel(side, title, color=look.ink2)
        item.setXRange(*chart.x_range, padding=0.01)
        item.setYRange(*chart.y_range, padding=0.02)
        _draw(item, chart, look, is_dark=is_dark)
        self._plot = plot
        self._column.insertWidget(0, plot, 1)
        say(self.words, " · ".join(w for w in (chart.sentence, doubt) if w))

    def clear(self) -> None:
        """Take the chart away."""
        if self._plot is not None:
            self._column.removeWidget(self._plot)
            self._plot.hide()
            self._plot.close()
            self._plot.deleteLater()
            self._plot = None


def _draw(item: Any, chart: Chart, look: Look, *, is_dark: bool) -> None:
    import pyqtgraph

    for bars in chart.bars:
        colour = _TONES[bars.tone % len(_TONES)][int(is_dark)]
        item.addItem(
            pyqtgraph.BarGraphItem(
                x0=bars.edges[:-1], x1=bars.edges[1:], height=bars.heights, brush=colour, pen=look.card
            )
        )
    for line in chart.lines:
        style = Qt.PenStyle.DotLine if line.is_guide else Qt.PenStyle.SolidLine
        colour = look.ink2 if line.is_guide else _TONES[line.tone % len(_TONES)][int(is_dark)]
        pen = pyqtgraph.mkPen(colour, width=1.2 if line.is_guide else 2.4, style=style)
        item.plot(line.x, line.y, pen=pen)
    for mark in chart.marks:
        pen = pyqtgraph.mkPen(look.ink, width=1.4, style=Qt.PenStyle.DotLine)
        options = {"position": 0.93, "color": look.ink, "anchors": [(0, 0.5), (0, 0.5)]}
        item.addItem(pyqtgraph.InfiniteLine(mark.x, angle=90, pen=pen, label=mark.words, labelOpts=options))


class GapCharts(QWidget):
    """Lets a person choose between the curve of distances and the charts of places."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._model = GapModel.of(workspace)
        self.chosen = DISTANCE
        self.reach = ReachChart(workspace)
        self.plot = ChartPlot()
        self._empty = text("", "quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 4, 12, 6)
        self._column.setSpacing(4)
        self._head: QWidget | None = None
        holder = QWidget()
        self._pages = QStackedLayout(holder)
        for page in (self.reach, self.plot, self._empty):
            self._pages.addWidget(page)
        self._column.addWidget(holder, 1)
        self._model.picture_changed.connect(self.redraw)
        workspace.session_changed.connect(self.redraw)
        workspace.theme_changed.connect(self.redraw)
        workspace.language_changed.connect(self._make_head)
        self._make_head()

    def _make_head(self) -> None:
        """Make the choice in the present language."""
        if self._head is not None:
            self._column.removeWidget(self._head)
            self._head.hide()
            self._head.deleteLater()
        options = ((DISTANCE, tr("Distance")), (PLACES, tr("Places")), (EVENNESS, tr("Evenness")))
        self.segments = Segments(options, self.chosen)
        self.segments.setFixedWidth(_CHOICE_PX)
        self.segments.chosen.connect(self.choose)
        self._head = row(self.segments)
        self._column.insertWidget(0, self._head)
        self.redraw()

    def choose(self, code: str) -> None:
        """Show another chart."""
        self.chosen = code
        self.segments.set_current(code)
        self.redraw()

    def chart(self) -> Chart | None:
        """Return the chart of places that is looked at, None when the data allow none."""
        picture, session = self._model.picture, self._workspace.session
        if picture is None or session is None or not has_access(picture.main):
            return None
        make = access_chart if self.chosen == PLACES else evenness_chart
        return make(picture.main, title_of(session, picture.main.kind))

    def redraw(self) -> None:
        """Draw the present result in the present colours."""
        is_dark = self._workspace.is_dark
        look = look_of(is_dark=is_dark)
        dress(self, look)
        if self.chosen == DISTANCE:
            self._pages.setCurrentWidget(self.reach)
            return
        chart, picture = self.chart(), self._model.picture
        if chart is None or picture is None:
            self.plot.clear()
            self._empty.setText(
                tr(
                    "No number of places can be said: the data lack capacities, residents, or who needs a place."
                )
            )
            self._pages.setCurrentWidget(self._empty)
            return
        self.plot.show_chart(chart, look, is_dark=is_dark, doubt=_doubt(picture.main))
        self._pages.setCurrentWidget(self.plot)


def _doubt(result: GapResult) -> str:
    is_estimated = result.people_source is PeopleSource.ESTIMATED
    return error_words(result.people_error) if is_estimated else ""
