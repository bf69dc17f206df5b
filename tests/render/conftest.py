"""Small scenes and pictures for the painting tests; Qt's application comes from pytest-qt, one for the whole run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from renovate_gui.domain.scene import LegendEntry, Scene, SceneLayer
from renovate_gui.domain.style import LabelStyle, Symbol
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.view import MapView

Pixels = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def _qt(qapp: QApplication) -> None:
    """Every test here paints."""


def to_pixels(image: QImage) -> Pixels:
    whole = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(whole.constBits(), np.uint8).reshape(whole.height(), whole.bytesPerLine())
    return rows[:, : whole.width() * 3].reshape(whole.height(), whole.width(), 3).copy()


@pytest.fixture
def pixels_of() -> Callable[[QImage], Pixels]:
    return to_pixels


@pytest.fixture
def layer() -> Callable[..., SceneLayer]:
    def make(
        geometries: Sequence[shapely.Geometry | None],
        *symbols: Symbol,
        classes: Sequence[int] | None = None,
        key: str = "layer:1",
        version: int = 1,
        labels: Sequence[str | None] | None = None,
        shape: str = "polygon",
        label_style: LabelStyle | None = None,
    ) -> SceneLayer:
        geometry = np.empty(len(geometries), dtype=object)
        geometry[:] = list(geometries)
        numbers = np.array(classes if classes is not None else [0] * len(geometries), dtype=np.int16)
        return SceneLayer(
            key=key,
            title=key,
            version=version,
            ids=np.arange(1, len(geometries) + 1, dtype=np.int64),
            geometry=geometry,
            class_of=numbers,
            symbols=tuple(symbols),
            legend=tuple(LegendEntry(f"{key} {i}", s, shape, 1) for i, s in enumerate(symbols)),
            labels=None if labels is None else tuple(labels),
            label_style=label_style or (LabelStyle("name", max_scale=0) if labels is not None else None),
        )

    return make


@pytest.fixture
def painted() -> Callable[..., Pixels]:
    """Paint layers over 100 m × 100 m into 200 × 200 pixels (2 px per metre)."""

    def paint(
        *layers: SceneLayer, unit: float = 1.0, box: tuple[float, float, float, float] = (0, 0, 100, 100)
    ) -> Pixels:
        image = QImage(200, 200, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            view = MapView.fitted(box, 200, 200, unit=unit)
            paint_scene(painter, Scene(tuple(layers), "EPSG:32628", "#FFFFFF"), view)
        return to_pixels(image)

    return paint
