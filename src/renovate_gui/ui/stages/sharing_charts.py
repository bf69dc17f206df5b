"""The chart tab below the map: distances, places per person, and how evenly they are shared."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from renovate_gui.app.charts import access_chart, evenness_chart, has_access
from renovate_gui.app.people_estimate import error_words
from renovate_gui.app.reach_chart import reach_chart
from renovate_gui.assets import tr
from renovate_gui.domain.chart import HIGH_LEFT, Chart, marked
from renovate_gui.domain.verdict import GapResult, PeopleSource
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.gap_model import GapModel, title_of
from renovate_gui.ui.stages.look import Look, look_of
from renovate_gui.ui.stages.panel import dress
from renovate_gui.ui.stages.widgets import Elided, row, say, text
from renovate_gui.ui.workspace import Workspace

DISTANCE, PLACES, EVENNESS = "distance", "places", "evenness"
_CHOICE_PX = 320
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine)
_TONES = (("#0E7C86", "#35C2CC"), ("#9B5FB5", "#C79BDC"), ("#B0641E", "#E0A060"))  # light, dark


class ChartPlot(QWidget):
    """One chart on screen; print paints the same numbers (:mod:`renovate_gui.render.chart`)."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Any = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self.y_title = text("", "small", wrap=False)
        self.words = text("", "quiet")
        self._column.addWidget(self.y_title)
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
        for side in ("left", "bottom"):
            item.getAxis(side).setPen(look.line)
            item.getAxis(side).setTextPen(look.ink2)
            item.getAxis(side).enableAutoSIPrefix(False)
            item.getAxis(side).setStyle(hideOverlappingLabels=False)  # the last value of an axis is its end
            item.getAxis(side).setTicks([marked(*(chart.y_range if side == "left" else chart.x_range))])
        item.layout.setContentsMargins(0, 8, 20, 0)
        item.setLabel("bottom", chart.x_title, color=look.ink2)
        say(self.y_title, chart.y_title)  # above its axis and level: turned it is cut when the dock is low
        item.setXRange(*chart.x_range, padding=0.01)
        item.setYRange(*chart.y_range, padding=0.02)
        _draw(item, chart, look, is_dark=is_dark)
        self._plot = plot
        self._column.insertWidget(1, plot, 1)
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

    if chart.legend:
        is_left = chart.legend == HIGH_LEFT
        legend = item.addLegend(
            offset=(12, 4) if is_left else (-12, -4), labelTextColor=look.ink, verSpacing=-6
        )
        legend.setBrush(None)
    for bars in chart.bars:
        colour = _TONES[bars.tone % len(_TONES)][int(is_dark)]
        item.addItem(
            pyqtgraph.BarGraphItem(
                x0=bars.edges[:-1], x1=bars.edges[1:], height=bars.heights, brush=colour, pen=look.card
            )
        )
    for line in chart.lines:
        style = Qt.PenStyle.DotLine if line.is_guide else _DASHES[line.tone % len(_DASHES)]
        colour = look.ink2 if line.is_guide else _TONES[line.tone % len(_TONES)][int(is_dark)]
        pen = pyqtgraph.mkPen(colour, width=1.2 if line.is_guide else 2.4, style=style)
        item.plot(line.x, line.y, pen=pen, name=line.name if chart.legend else None)
    for i, mark in enumerate(chart.marks):
        pen = pyqtgraph.mkPen(look.ink, width=1.4, style=Qt.PenStyle.DotLine)
        is_far = mark.x > chart.x_range[0] + 0.75 * (chart.x_range[1] - chart.x_range[0])
        side = (1, 0.5) if is_far else (0, 0.5)  # words beside the line, on the side that has room
        options = {"position": 0.93 - 0.1 * i, "color": look.ink, "anchors": [side, side]}
        item.addItem(pyqtgraph.InfiniteLine(mark.x, angle=90, pen=pen, label=mark.words, labelOpts=options))


class GapCharts(QWidget):
    """Lets a person choose between the curve of distances and the charts of places."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._model = GapModel.of(workspace)
        self.chosen = DISTANCE
        self.plot = ChartPlot()
        self._empty = text("", "quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 4, 12, 6)
        self._column.setSpacing(4)
        self._head: QWidget | None = None
        holder = QWidget()
        self._pages = QStackedLayout(holder)
        for page in (self.plot, self._empty):
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
        self.title = Elided("", "strong")
        self._head = row(self.segments, self.title, stretch_last=True)
        self._column.insertWidget(0, self._head)
        self.redraw()

    def choose(self, code: str) -> None:
        """Show another chart."""
        self.chosen = code
        self.segments.set_current(code)
        self.redraw()

    def chart(self) -> Chart | None:
        """Return the chart that is looked at, None when the data allow none."""
        picture, session = self._model.picture, self._workspace.session
        if picture is None or session is None:
            return None
        if self.chosen == DISTANCE:
            names = [title_of(session, r.kind) for r in picture.featured]
            return reach_chart(picture.featured, names)
        if not has_access(picture.main):
            return None
        make = access_chart if self.chosen == PLACES else evenness_chart
        return make(picture.main, title_of(session, picture.main.kind))

    def redraw(self) -> None:
        """Draw the present result in the present language and colours."""
        is_dark = self._workspace.is_dark
        look = look_of(is_dark=is_dark)
        dress(self, look)
        chart, picture = self.chart(), self._model.picture
        self.title.setText(chart.title if chart is not None else "")
        if chart is None or picture is None:
            self.plot.clear()
            self._empty.setText(self._why_none())
            self._pages.setCurrentWidget(self._empty)
            return
        doubt = "" if self.chosen == DISTANCE else _doubt(picture.main)
        self.plot.show_chart(chart, look, is_dark=is_dark, doubt=doubt)
        self._pages.setCurrentWidget(self.plot)

    def _why_none(self) -> str:
        if self._workspace.session is None:
            return tr("No project is open.")
        if self._model.picture is None:
            return self._model.problem or tr("Go to Gaps: the curve appears with the first verdicts.")
        if self.chosen == DISTANCE:
            return tr("The data holds no elderly care and no childcare: there is no distance to draw.")
        return tr(
            "No number of places can be said: the data lack capacities, residents, or who needs a place."
        )


def _doubt(result: GapResult) -> str:
    is_estimated = result.people_source is PeopleSource.ESTIMATED
    return error_words(result.people_error) if is_estimated else ""
