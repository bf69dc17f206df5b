"""The density picture: interpolation at cell centres, classes as in the legend, nothing where there is nothing."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from renovate_gui.domain.scene import Scene, SceneHeat
from renovate_gui.render.heat import sample
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.view import MapView


def heat(values: np.ndarray, **changes) -> SceneHeat:
    given = {"levels": (1.0, 2.0, 4.0), "colours": ("#00FF00", "#0000FF"), "opacity": 1.0} | changes
    return SceneHeat("heat", "Density", 1, values, 100.0, 200.0, 10.0, unit="people per hectare", **given)


def test_values_stand_at_cell_centres_and_are_straight_between():
    surface = heat(np.array([[0.0, 10.0], [20.0, 30.0]]))
    got = sample(surface, np.array([105.0, 110.0, 115.0]), np.array([205.0, 210.0, 215.0]))
    assert np.allclose(got, [[0, 5, 10], [10, 15, 20], [20, 25, 30]])


def test_outside_and_missing_cells_are_nothing():
    surface = heat(np.array([[np.nan, 3.0], [3.0, 3.0]]))
    got = sample(surface, np.array([99.0, 103.0, 115.0, 121.0]), np.array([203.0]))
    assert np.isnan(got[0, [0, 1, 3]]).all()
    assert got[0, 2] == 3.0


def test_south_is_below_and_classes_have_their_colours(pixels_of):
    surface = heat(np.array([[0.5, 0.5], [3.0, 3.0]]))
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_scene(
            painter,
            Scene((surface,), "EPSG:32628", "#FFFFFF"),
            MapView.fitted((100, 200, 120, 220), 200, 200),
        )
    pixels = pixels_of(image)
    assert tuple(pixels[20, 100]) == (0, 0, 255)  # north: 3 is in the second class
    assert tuple(pixels[180, 100]) == (255, 255, 255)  # south: below the first level
    greens = (pixels == (0, 255, 0)).all(axis=2)
    assert greens.any()  # the first class between them
    assert greens.all(axis=1).sum() > 20


def test_the_top_class_takes_everything_above():
    surface = heat(np.full((2, 2), 99.0))
    from renovate_gui.render.heat import class_image

    assert class_image(surface, np.array([[99.0]])).pixelColor(0, 0).name() == "#0000ff"
