from __future__ import annotations

import numpy as np
import shapely

from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.domain.style import Symbol
from renovate_gui.ui.canvas.hits import SceneIndex


def layer(key, shapes, symbol, classes=None):
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    class_of = np.zeros(len(shapes), dtype=np.int16) if classes is None else np.array(classes, dtype=np.int16)
    return SceneLayer(key, key, 1, np.arange(10, 10 + len(shapes)), made, class_of, (symbol,), ())


def index_of(*layers) -> SceneIndex:
    index = SceneIndex()
    index.set_scene(Scene(tuple(layers), "EPSG:4545"))
    return index


HOUSES = layer("layer:1", [shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)], Symbol())
AREA = layer("layer:2", [shapely.box(-50, -50, 100, 100)], Symbol(fill=None))
ROUTE = layer("route", [shapely.LineString([(0, 5), (30, 5)])], Symbol())


def test_an_unfilled_outline_is_touched_on_its_line_only():
    index = index_of(HOUSES, AREA)
    assert [h.key for h in index.at(5, 5, 1)] == ["layer:1"]
    assert [h.key for h in index.at(-50, 20, 1)] == ["layer:2"]
    assert index.at(50, 50, 1) == ()
    key, ids = index.inside((-5, -5, 40, 40))
    assert (key, ids.tolist()) == ("layer:1", [10, 11])


def test_routes_let_the_pointer_through_and_hidden_rows_are_not_there():
    index = index_of(layer("layer:0", [shapely.box(0, 0, 10, 10)], Symbol(), [-1]), HOUSES, ROUTE)
    assert [h.feature_id for h in index.at(5, 5, 1)] == [10]


def test_an_unchanged_layer_keeps_its_index():
    index = index_of(HOUSES)
    index.at(5, 5, 1)
    before = index._indexed["layer:1"]
    index.set_scene(Scene((HOUSES, AREA), "EPSG:4545"))
    assert index._indexed["layer:1"] is before


def test_the_backdrop_is_touched_last_wherever_it_lies():
    index, plot = SceneIndex(), shapely.box(0, 0, 10, 10)
    houses = layer("layer:1", [plot], Symbol())
    contours = layer("layer:2", [shapely.LineString([(0, 5), (10, 5)])], Symbol())
    scene = Scene((houses, contours), "EPSG:4545")
    index.set_scene(scene)
    assert [h.key for h in index.at(5, 5, 0.5)] == ["layer:2", "layer:1"]
    index.set_scene(scene, backdrop={"layer:2"})
    assert [h.key for h in index.at(5, 5, 0.5)] == ["layer:1", "layer:2"]


def test_faint_reminders_do_not_catch_the_click_on_what_is_asked_about():
    houses = layer("layer:1", [shapely.box(0, 0, 10, 10)], Symbol())
    dots = layer("layer:2", [shapely.Point(5, 5)], Symbol(opacity=0.3))
    index = index_of(houses, dots)
    assert [h.key for h in index.at(5, 5, 1)] == ["layer:1", "layer:2"]
    assert [h.key for h in index.at(11, 11, 9)] == ["layer:1", "layer:2"]
