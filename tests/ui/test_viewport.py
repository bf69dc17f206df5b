from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app.shape_words import area_words, length_words
from renovate_gui.ui.canvas.viewport import Viewport, parse_scale, round_length

places = st.floats(-5e6, 5e6)
levels = st.floats(0.01, 1000)
pixels = st.floats(0, 2000)


@given(places, places, levels, pixels, pixels)
def test_pixels_and_metres_are_inverse(cx, cy, m_per_px, px, py):
    port = Viewport(cx, cy, m_per_px, 1200, 700)
    back = port.to_px(*port.to_map(px, py))
    assert back == pytest.approx((px, py), abs=1e-3)


@given(places, places, levels, pixels, pixels, st.floats(0.2, 5))
def test_zoom_keeps_the_point_under_the_pointer(cx, cy, m_per_px, px, py, factor):
    port = Viewport(cx, cy, m_per_px, 1200, 700)
    before = port.to_map(px, py)
    after = port.zoomed(factor, px, py).to_map(px, py)
    assert after == pytest.approx(before, abs=1e-6 * max(1, abs(cx), abs(cy)))


def test_drag_moves_the_map_with_the_pointer():
    port = Viewport(100, 200, 2.0, 800, 600)
    x, y = port.to_map(400, 300)
    moved = port.panned(10, -20)
    assert moved.to_px(x, y) == pytest.approx((410, 280))


def test_a_fitted_extent_is_inside_with_a_margin():
    port = Viewport(0, 0, 1, 1000, 500).fitted((0, 0, 3000, 200))
    left, top = port.to_px(0, 200)
    right, bottom = port.to_px(3000, 0)
    assert 40 < left < right < 960
    assert 0 < top < bottom < 500


def test_scale_is_that_of_the_screen():
    port = Viewport(0, 0, 1, 800, 600).at_scale(1000, 96)
    assert port.scale(96) == pytest.approx(1000)
    assert 1 / port.m_per_px == pytest.approx(96 / 0.0254 / 1000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:1000", 1000),
        ("1 : 2,500", 2500),
        ("1：500", 500),
        ("1/750", 750),
        ("1200", 1200),
        ("abc", None),
        ("1:0", None),
        ("", None),
        ("nan", None),
    ],
)
def test_typed_scales(text, value):
    assert parse_scale(text) == value


@given(st.floats(0.01, 1e6))
def test_bar_lengths_are_round_and_fit(longest):
    length = round_length(longest)
    assert length <= longest * (1 + 1e-6)
    assert length > longest / 2.51
    mantissa = length / 10 ** math.floor(math.log10(length) + 1e-9)
    assert min(abs(mantissa - n) for n in (1, 2, 5)) < 1e-6


def test_words():
    assert length_words(85.26) == "85.3 m"
    assert length_words(12_345) == "12.35 km"
    assert area_words(34_200) == "3.42 ha"


CARD = (12.0, 300.0, 262.0, 488.0)


@pytest.mark.parametrize("extent", [(0, 0, 900, 480), (0, 0, 300, 600), (0, 0, 400, 400)])
def test_what_is_zoomed_to_lies_clear_of_the_legend(extent):
    port = Viewport(0, 0, 1, 1000, 500).fitted_beside(extent, CARD)
    (left, bottom), (right, top) = port.to_px(*extent[:2]), port.to_px(*extent[2:])
    assert (port.width, port.height) == (1000, 500)
    assert min(left, top) > 0
    assert right < 1000
    assert bottom < 500
    assert left >= CARD[2] or bottom <= CARD[1]


def test_a_legend_that_is_not_in_the_way_changes_nothing():
    bare = Viewport(0, 0, 1, 1000, 500)
    assert bare.fitted_beside((0, 0, 50, 600), CARD) == bare.fitted((0, 0, 50, 600))
    assert bare.fitted_beside((0, 0, 900, 480), None) == bare.fitted((0, 0, 900, 480))


def test_a_legend_over_most_of_the_map_is_let_lie():
    bare = Viewport(0, 0, 1, 300, 300)
    card = (10.0, 20.0, 290.0, 290.0)
    assert bare.fitted_beside((0, 0, 90, 90), card) == bare.fitted((0, 0, 90, 90))
