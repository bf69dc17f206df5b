"""A chart on paper: ink where the numbers are, words inside the box."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

from renovate_gui.domain.chart import Bars, Chart, Line, Mark
from renovate_gui.render.chart import TONES, ChartPainter

WIDE, HIGH, EDGE = 6000, 4000, 300


def painted(chart: Chart) -> np.ndarray:
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    ChartPainter(painter, chart, QRectF(EDGE, EDGE, WIDE - 2 * EDGE, HIGH - 2 * EDGE), 200.0).paint()
    painter.end()
    return np.array(image.constBits()).reshape(HIGH, WIDE, 4)[..., 2::-1]


def tone_columns(pixels: np.ndarray) -> np.ndarray:
    colour = QColor(TONES[0])
    is_tone = np.all(np.abs(pixels.astype(int) - [colour.red(), colour.green(), colour.blue()]) < 6, axis=2)
    return is_tone.sum(axis=0)


def test_bars_are_as_high_as_their_numbers(qapp: QGuiApplication) -> None:
    bars = Bars(np.array([0.0, 1.0, 2.0, 3.0]), np.array([10.0, 0.0, 20.0]))
    pixels = painted(Chart("T", "x", "y", (0.0, 3.0), (0.0, 20.0), bars=(bars,), sentence="Words " * 40))
    high = tone_columns(pixels)
    filled = np.flatnonzero(high > 50)
    first, last = filled[0], filled[-1]
    third = (last - first) // 3
    left, middle, right = (high[first + int((k + 0.5) * third)] for k in range(3))
    assert middle == 0
    assert abs(right / left - 2.0) < 0.04


def test_nothing_leaves_the_box(qapp: QGuiApplication) -> None:
    line = Line("a", np.array([0.0, 50.0, 100.0]), np.array([0.0, 10.0, 100.0]))
    chart = Chart(
        "A very long title of a chart about something " * 2, "% of people, worst served first", "% of places",
        (0.0, 100.0), (0.0, 100.0), lines=(line,), marks=(Mark(98.0, "mean 98.0"),), sentence="It says this.",
    )  # fmt: skip
    pixels = painted(chart)
    assert (pixels[:, : EDGE - 60] == 255).all()
    assert (pixels[:, WIDE - EDGE + 60 :] == 255).all()
    assert (pixels[: EDGE - 30] == 255).all()
    assert (pixels[HIGH - EDGE + 30 :] == 255).all()
    assert tone_columns(pixels).any()
