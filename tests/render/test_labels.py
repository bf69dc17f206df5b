"""Words on the map: no collisions, nothing beyond the edge, no repetition, bubbles and numbers respected."""

from __future__ import annotations

import numpy as np
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter

from renovate_gui.domain.scene import Scene
from renovate_gui.domain.style import LabelStyle, Marker, Symbol
from renovate_gui.render.fonts import font
from renovate_gui.render.labels import _Taken, _turned_box, paint_labels, place_labels
from renovate_gui.render.view import MapView

DOT = Symbol(fill="#FF0000", stroke=None, size_px=6)
VIEW = MapView.fitted((0, 0, 400, 400), 800, 800)


def placed(layer, view=VIEW, taken=None):
    found = [label for label in place_labels(layer, view, taken or _Taken()) if label is not None]
    metrics = QFontMetricsF(font(layer.label_style.size_px * view.unit))
    return found, [_turned_box(label, metrics) for label in found]


def test_labels_never_meet_nor_leave_the_map(layer):
    rng = np.random.default_rng(7)
    points = [shapely.Point(xy) for xy in rng.uniform(0, 400, (300, 2))]
    found, boxes = placed(layer(points, DOT, labels=[f"第 {i} 栋 House" for i in range(300)], shape="point"))
    assert 40 < len(found) < 300
    whole = QRectF(0, 0, 800, 800)
    assert all(whole.contains(b) for b in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_a_street_is_named_once_along_its_straight_part(layer):
    street = Symbol(fill=None, stroke="#FFFFFF", stroke_px=4)
    lines = [shapely.LineString([(x, x), (x + 90, x + 90)]) for x in (20, 110, 200)]
    found, _ = placed(layer(lines, street, labels=["Calle Doctor Chil"] * 3, shape="line"))
    assert 1 <= len(found) <= 2
    assert abs(found[0].angle + 45) < 0.1


def test_an_area_is_named_inside_or_not_at_all(layer):
    areas = [shapely.box(0, 0, 200, 100), shapely.box(300, 300, 304, 304)]
    found, boxes = placed(layer(areas, DOT, labels=["Library", "A very long name for a hut"]))
    assert [label.text for label in found] == ["Library"]
    assert QRectF(0, 600, 400, 200).contains(boxes[0])


def test_labels_wait_for_their_scale(layer):
    style = LabelStyle("name", max_scale=1000)
    one = layer([shapely.Point(200, 200)], DOT, labels=["here"], shape="point", label_style=style)
    assert placed(one, MapView.centred(200, 200, 96 / 0.0254 / 5000, 800, 800))[0] == []
    assert len(placed(one, MapView.centred(200, 200, 96 / 0.0254 / 900, 800, 800))[0]) == 1


def test_bubbles_stand_apart_and_show_their_words(layer, pixels_of):
    bubble = Symbol(fill="#FFFDF5", stroke="#5B6675", marker=Marker.CALLOUT)
    points = [shapely.Point(200, 200), shapely.Point(203, 202)]
    notes = layer(
        points, bubble, key="notes", labels=["太暗了，晚上看不见台阶", "No handrail"], shape="point"
    )
    image = QImage(800, 800, QImage.Format.Format_RGB32)
    image.fill(0xFF00FF00)
    with QPainter(image) as painter:
        paint_labels(painter, Scene((notes,), "EPSG:32628"), VIEW)
    pixels = pixels_of(image)
    paper = (pixels == (255, 253, 245)).all(axis=2)
    assert paper.sum() > 3000
    assert (pixels.sum(axis=2) < 200).sum() > 100  # ink
    assert paper[:, :].any(axis=1).sum() > 45  # two bubbles, not one on the other


def test_a_number_is_never_written_over(layer):
    number = Symbol(fill="#0E7C86", stroke="#FFFFFF", marker=Marker.NUMBER, glyph="1", size_px=26)
    from renovate_gui.render.labels import _reserve_markers

    proposals = layer([shapely.Point(200, 200)], number, key="proposals", labels=[None], shape="point")
    taken = _Taken()
    _reserve_markers(proposals, VIEW, taken)
    dots = layer([shapely.Point(195, 200)], DOT, labels=["pharmacy"], shape="point")
    _, boxes = placed(dots, taken=taken)
    assert all(not b.intersects(QRectF(387, 387, 26, 26)) for b in boxes)


def test_a_proposed_lines_title_keeps_off_the_line():
    from renovate_gui.app.scene_drawn import proposals_part
    from renovate_gui.domain.ids import Uuid
    from renovate_gui.domain.proposal import Proposal
    from renovate_gui.render.labels import _reserve_lines, _reserve_markers

    line = shapely.LineString([(0, 50), (200, 50)])
    made = Proposal(uuid=Uuid("a" * 32), number=1, geometry=line, title="A ramp to the street")
    part = proposals_part([made], strong=None, version=1, is_dark=False)
    view = MapView(0, 100, 3.0, 600, 300, 1.0)
    taken = _Taken()
    _reserve_markers(part, view, taken)
    _reserve_lines(part, view, taken)
    (label,) = [one for one in place_labels(part, view, taken) if one is not None]
    assert np.abs(label.y - 150) > label.size / 2 + 2


def test_bubbles_keep_off_what_floats_over_the_map():
    from renovate_gui.render.labels import _bubble_place

    view = MapView(0, 100, 3.0, 600, 300, 1.0)
    bare = _bubble_place((300, 150), 80, 30, view, _Taken())
    card = bare.adjusted(-5, -5, 5, 5)
    moved = _bubble_place((300, 150), 80, 30, view, _Taken([card]))
    assert not moved.intersects(card)
    everywhere = QRectF(0, 0, 600, 300)
    assert _bubble_place((300, 150), 80, 30, view, _Taken([everywhere])) == bare
