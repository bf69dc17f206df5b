"""Legends say what the map is about first; bars are round; scales are customary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from renovate_gui.domain.scene import LegendEntry, Scene, SceneHeat, SceneLayer
from renovate_gui.domain.style import Hatch, Marker, Symbol
from renovate_gui.render.furniture import (
    LegendLook,
    fitting_legend,
    legend_blocks,
    legend_height,
    paint_scale_bar,
    paint_swatch,
    scale_words,
)
from renovate_gui.render.view import MapView, round_length, round_scale

AREA = Symbol(fill="#009E73")


@given(st.floats(0.01, 1e7))
def test_bars_are_one_two_or_five(longest):
    length = round_length(longest)
    assert length <= longest * (1 + 1e-9)
    assert length * 2.5 >= longest * (1 - 1e-9)
    assert f"{length:e}"[0] in "125"


@given(st.floats(1, 5e6))
def test_scales_are_customary_and_show_everything(need):
    scale = round_scale(need)
    assert scale >= need * (1 - 1e-9)
    assert scale <= max(need * 1.34, 100)


def test_scale_words():
    assert scale_words(1500) == "1 : 1,500"


@pytest.fixture
def scene(layer) -> Scene:
    houses = layer([], *[Symbol(fill=f"#0000{i:02x}") for i in range(12)], key="layer:1")
    gap = layer([], *[AREA] * 5, key="gap:childcare")
    proposals = layer([], Symbol(marker=Marker.NUMBER), key="proposals", shape="point")
    heat = SceneHeat(
        "heat", "Density", 1, np.zeros((1, 1)), 0, 0, 1, (0.5, 1, 250), ("#111111", "#222222"), "per ha"
    )
    return Scene((houses, heat, gap, proposals), "EPSG:32628")


def test_the_subject_comes_first_and_long_lists_say_what_is_left_out(scene):
    blocks = legend_blocks(scene)
    assert [b.title for b in blocks] == ["gap:childcare", "Density (per ha)", "", "layer:1"]
    assert [e.label for e in blocks[1].entries] == ["0.5 – 1", "1 – 250"]
    assert len(blocks[3].entries) == 8
    assert blocks[3].entries[-1].label == "5 more kinds"


def test_no_class_of_a_key_of_two_subjects_is_folded_away(scene):
    nine = tuple(
        LegendEntry(f"demand {i // 3}, gap {i % 3}", Symbol(fill="#303030"), "polygon", 5) for i in range(9)
    )
    old = next(i for i in scene.items if isinstance(i, SceneLayer))
    two = replace(scene, items=(*scene.items, replace(old, key="cells", title="Demand and gap", legend=nine)))
    block = next(b for b in legend_blocks(two) if b.title == "Demand and gap")
    assert block.entries == nine
    kept = fitting_legend(legend_blocks(two), LegendLook(13, 1), 120)
    assert block in kept, "other lists give way, not this one"


def test_a_small_box_keeps_the_subject_whole(scene):
    look = LegendLook(12, 1)
    blocks = legend_blocks(scene)
    subject = legend_height(blocks[:2], look)
    kept = fitting_legend(blocks, look, subject + look.row * 2)
    assert kept[:2] == blocks[:2]
    assert legend_height(kept, look) <= subject + look.row * 2
    assert fitting_legend(blocks, look, 1e6) == blocks


def test_two_columns_save_height(scene):
    wide = LegendLook(12, 1, has_counts=False, width=600)
    narrow = LegendLook(12, 1, has_counts=False, width=120)
    blocks = legend_blocks(scene)
    assert legend_height(blocks, wide) < 0.75 * legend_height(blocks, narrow)


def test_the_bar_is_as_long_as_it_says(pixels_of):
    image = QImage(400, 60, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    view = MapView(0, 0, 1.3, 400, 60)
    with QPainter(image) as painter:
        length = paint_scale_bar(painter, QPointF(20, 20), view, longest_px=300, text_px=12)
    assert length == pytest.approx(200 * 1.3)
    dark = (pixels_of(image)[20] < 128).all(axis=1)
    assert abs(np.ptp(np.nonzero(dark)[0]) + 1 - 260) <= 2


@pytest.mark.parametrize("shape", ["polygon", "line", "point"])
def test_swatches_show_even_white_things(shape, pixels_of):
    street = Symbol(
        fill="#FFFFFF", stroke="#FFFFFF", stroke_px=3, casing="#E4E0D6", casing_px=1, hatch=Hatch.CROSS
    )
    shown = street if shape != "point" else Symbol(fill="#9AA6B5", stroke="#FFFFFF")
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    with QPainter(image) as painter:
        paint_swatch(painter, QRectF(5, 4, 28, 12), LegendEntry("x", shown, shape), 1.0)
    assert (pixels_of(image).min(axis=2) < 190).sum() > 12
