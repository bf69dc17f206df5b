"""The chart tab: distances, places, evenness, or the reason why there is none."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from PySide6.QtWidgets import QLabel

from renovate_gui.domain.verdict import PeopleSource
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.sharing_charts import EVENNESS, PLACES, GapCharts


def main(access: list[float], need: list[float]) -> SimpleNamespace:
    service = SimpleNamespace(access=np.array(access), need=np.array(need))
    return SimpleNamespace(
        kind="childcare", service=service, people_source=PeopleSource.ESTIMATED, people_error=0.2
    )


def show(desk, qtbot, result: SimpleNamespace) -> GapCharts:
    charts = GapCharts(desk.workspace)
    qtbot.addWidget(charts)
    GapModel.of(desk.workspace).picture = SimpleNamespace(main=result, featured=())
    return charts


def test_places_and_evenness_with_their_sentences_and_doubt(desk, qtbot) -> None:
    charts = show(desk, qtbot, main([0.0, 0.1, 0.3], [10.0, 20.0, 10.0]))
    charts.choose(PLACES)
    assert "10 of 40 people have none" in charts.plot.words.text()
    assert "± 20 %" in charts.plot.words.text()
    chart = charts.chart()
    assert chart is not None
    assert chart.bars[0].heights.sum() == 40.0
    charts.choose(EVENNESS)
    assert "Gini" in charts.plot.words.text()
    assert charts.segments.isVisibleTo(charts)


def test_without_capacities_it_says_why_there_is_no_chart(desk, qtbot) -> None:
    charts = show(desk, qtbot, main([], []))
    charts.choose(PLACES)
    assert charts.chart() is None
    assert any("No number of places" in label.text() for label in charts.findChildren(QLabel))
