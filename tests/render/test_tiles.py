"""Tiles show what painting in one go shows, are painted in slices, and are kept while nothing changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter

from renovate_gui.domain.scene import Scene
from renovate_gui.domain.style import Hatch, Marker, Symbol
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.tiles import TILE, TileCache
from renovate_gui.render.view import MapView

HOUSE = Symbol(fill="#D2CCC0", stroke="#FFFFFF", stroke_px=0.7)
JUDGED = Symbol(fill="#D55E00", stroke="#FFFFFF", hatch=Hatch.BACK_DIAGONAL)
NUMBER = Symbol(fill="#0E7C86", stroke="#FFFFFF", marker=Marker.NUMBER, glyph="1", size_px=24)


@pytest.fixture
def scene(layer) -> Scene:
    rng = np.random.default_rng(4)
    houses = [shapely.box(x, y, x + 9, y + 7) for x, y in rng.uniform(0, 600, (400, 2))]
    base = layer(houses, HOUSE, JUDGED, classes=[i % 2 for i in range(400)])
    top = layer([shapely.Point(300, 300)], NUMBER, key="proposals", labels=["A ramp"], shape="point")
    return Scene((base, top), "EPSG:32628", "#F7F5F0")


@pytest.fixture
def view() -> MapView:
    # tiles begin at whole device pixels of the map's origin: so does this view
    return MapView(10.0, 590.0, 1.0, 560, 560)


def frame(source: TileCache, view: MapView) -> tuple[bool, QImage]:
    image = QImage(int(view.width), int(view.height), QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        complete = source.draw(painter, view)
    return complete, image


def finish(source: TileCache) -> int:
    slices = 1
    while source.paint_some(3.0):
        slices += 1
    return slices


def test_tiles_equal_painting_in_one_go(scene, view, pixels_of):
    source = TileCache()
    source.set_scene(scene)
    complete, _ = frame(source, view)
    assert not complete
    assert finish(source) > 3
    complete, image = frame(source, view)
    assert complete
    direct = QImage(560, 560, QImage.Format.Format_RGB32)
    with QPainter(direct) as painter:
        paint_scene(painter, scene, view)
    difference = np.abs(pixels_of(image).astype(int) - pixels_of(direct))
    assert (difference > 24).any(axis=2).mean() < 0.002


def test_a_pan_within_the_tiles_needs_no_painting(scene, view):
    source = TileCache()
    source.set_scene(scene)
    frame(source, view)
    finish(source)
    near = replace(view, x_min=view.x_min + 20, y_max=view.y_max - 15)
    complete, _ = frame(source, near)
    assert complete
    assert not source.paint_some(5.0)


def test_a_changed_proposal_repaints_no_house(scene, view, monkeypatch):
    source = TileCache()
    source.set_scene(scene)
    frame(source, view)
    finish(source)
    begun = []
    original = TileCache._begin_tile
    monkeypatch.setattr(TileCache, "_begin_tile", lambda s, k, v: (begun.append(k), original(s, k, v)))
    moved = replace(scene.items[1], version=2)
    source.set_scene(replace(scene, items=(scene.items[0], moved)))
    frame(source, view)
    finish(source)
    assert begun == []
    source.set_scene(replace(scene, items=(replace(scene.items[0], version=3), moved)))
    frame(source, view)
    finish(source)
    assert len(begun) == len(source._wanted(view)) > 1


def test_another_scale_shows_the_old_picture_until_the_new_is_painted(scene, view, pixels_of):
    source = TileCache()
    source.set_scene(scene)
    frame(source, view)
    finish(source)
    closer = MapView.centred(300, 300, 2.0, 560, 560)
    complete, image = frame(source, closer)
    assert not complete
    assert (pixels_of(image) != (247, 245, 240)).any(axis=2).mean() > 0.1


def test_the_cache_is_bounded(scene, view, monkeypatch):
    monkeypatch.setattr("renovate_gui.render.tiles.MOST_BYTES", 6 * TILE * TILE * 4)
    source = TileCache()
    source.set_scene(scene)
    for step in range(6):
        frame(source, replace(view, x_min=step * 800.0, width=100, height=100))
        finish(source)
    assert len(source._tiles) <= 6


def test_no_scene_is_an_empty_ground(view, pixels_of):
    source = TileCache()
    complete, image = frame(source, view)
    assert complete
    assert not source.paint_some(1.0)
    assert (pixels_of(image) == (247, 245, 240)).all()


def test_a_fault_while_painting_leaves_no_painter_behind(scene, view, monkeypatch):
    def broken(*_args):
        yield
        raise ValueError

    source = TileCache()
    source.set_scene(scene)
    frame(source, view)
    monkeypatch.setattr("renovate_gui.render.tiles.scene_steps", broken)
    with pytest.raises(ValueError):
        finish(source)
    monkeypatch.undo()
    assert not frame(source, view)[0]
    finish(source)
    assert frame(source, view)[0]
