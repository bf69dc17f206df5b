"""Small features painted many at a time look as if painted one by one, overlapping or not."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.domain.style import Symbol
from renovate_gui.render import painter as painting
from renovate_gui.render.paths import path_of_parts, paths_of_parts, rings_of
from renovate_gui.render.view import MapView


@pytest.fixture(scope="module", autouse=True)
def _app() -> object:
    return QGuiApplication.instance() or QGuiApplication(["test"])


def picture(geometry: list[object], symbol: Symbol, *, small_px: float) -> np.ndarray:
    """Paint geometries at one pixel a metre with another limit of what is small; return the pixels."""
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    zeros = np.zeros(len(shapes), dtype=np.int16)
    layer = SceneLayer("layer:1", "t", 1, np.arange(len(shapes)), shapes, zeros, (symbol,), ())
    image = QImage(120, 120, QImage.Format.Format_RGB32)
    kept = painting.SMALL_PX
    painting.SMALL_PX = small_px
    try:
        with QPainter(image) as painter:
            painting.paint_scene(painter, Scene((layer,), "", "#FFFFFF", ()), MapView(0, 120, 1.0, 120, 120))
    finally:
        painting.SMALL_PX = kept
    return np.frombuffer(image.constBits(), np.uint8).reshape(120, 120, 4)[:, :, :3].astype(int)


FILLED = Symbol(fill="#336699", stroke=None)
HOLED = shapely.Polygon(
    shapely.box(40, 40, 60, 60).exterior.coords, [shapely.box(45, 45, 55, 55).exterior.coords]
)


def test_overlapping_areas_do_not_cancel_each_other_whichever_way_they_run() -> None:
    shapes: list[object] = [shapely.box(10, 10, 30, 30), shapely.reverse(shapely.box(20, 20, 34, 34)), HOLED]
    shapes += [shapely.box(10, 50, 30, 70), shapely.box(12, 52, 20, 60), None, shapely.Polygon()]
    together, alone = (picture(shapes, FILLED, small_px=px) for px in (24.0, 0.0))
    assert np.array_equal(together, alone)
    assert together[120 - 25, 25].tolist() == [0x99, 0x66, 0x33]  # both lie here
    assert together[120 - 50, 50].tolist() == [255, 255, 255]  # the hole


def test_a_thousand_small_areas_and_lines_look_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    x, y = np.meshgrid(np.arange(2, 118, 5.0), np.arange(2, 118, 5.0))
    size = rng.uniform(2, 4, x.size)
    boxes = list(shapely.box(x.ravel(), y.ravel(), x.ravel() + size, y.ravel() + size))
    outlined = Symbol(fill="#336699", stroke="#222222", stroke_px=1.0)
    assert np.array_equal(picture(boxes, outlined, small_px=24), picture(boxes, outlined, small_px=0))
    lines = [shapely.LineString([(b.bounds[0], b.bounds[1]), (b.bounds[2], b.bounds[3])]) for b in boxes]
    street = Symbol(fill=None, stroke="#222222", stroke_px=1.0)
    assert np.array_equal(picture(lines, street, small_px=24), picture(lines, street, small_px=0))


@given(st.lists(st.integers(2, 6), min_size=1, max_size=12), st.data())
@settings(max_examples=50, deadline=None)
def test_paths_read_from_one_stream_are_those_made_one_by_one(sizes: list[int], data: st.DataObject) -> None:
    xy = np.random.default_rng(len(sizes)).uniform(0, 9, (sum(sizes), 2))
    starts = np.cumsum([0, *sizes[:-1]])
    ends = sorted(data.draw(st.sets(st.integers(1, len(sizes)), min_size=1).map(lambda s: s | {len(sizes)})))
    paths = paths_of_parts(xy, starts, np.array(ends), is_winding=True)
    for path, begin, end in zip(paths, [0, *ends], ends, strict=False):
        rows = slice(starts[begin], starts[end] if end < len(starts) else len(xy))
        wanted = path_of_parts(xy[rows], starts[begin:end] - starts[begin])
        wanted.setFillRule(Qt.FillRule.WindingFill)
        assert path == wanted


@given(st.lists(st.integers(0, 5), max_size=8))
@settings(max_examples=50, deadline=None)
def test_rings_taken_together_are_those_of_each(features: list[int]) -> None:
    shapes = np.array(
        [
            shapely.box(0, 0, 1, 1),
            None,
            HOLED,
            shapely.LineString([(0, 0), (1, 1), (2, 0)]),
            shapely.MultiPolygon([shapely.box(5, 5, 6, 6), HOLED]),
            shapely.Point(3, 3),
        ],
        dtype=object,
    )
    rings = rings_of(shapes)
    xy, starts, first = rings.together(np.array(features, dtype=np.int64))
    for place, feature in enumerate(features):
        own, own_starts = rings.of(feature)
        begin, end = starts[first[place]], starts[first[place + 1]]
        assert xy[begin:end].tolist() == own.tolist()
        assert (starts[first[place] : first[place + 1]] - begin).tolist() == own_starts.tolist()


def test_outer_rings_run_against_the_clock_and_holes_with_it() -> None:
    far = shapely.transform(HOLED, lambda xy: xy + np.array([36_500_000.0, 4_000_000.0]))
    for shape in (HOLED, shapely.reverse(HOLED), far):
        rings = rings_of(np.array([shape], dtype=object))
        turns = [
            shapely.is_ccw(shapely.LinearRing(rings.xy[a:b]))
            for a, b in zip(rings.starts, rings.starts[1:], strict=False)
        ]
        assert turns == [True, False]
