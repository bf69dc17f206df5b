"""Looks by role and by column: which class a value falls into, and whether the legend can be believed."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app.classing import (
    CATEGORY_COLOURS,
    MOST_CATEGORIES,
    RAMP,
    class_numbers,
    quantile_limits,
)
from renovate_gui.app.styling import facility_symbol, facility_word, label_words, suggest_style, way_of
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.style import Marker, Style, StyleClass, StyleKind, Symbol


def info(role: Role, shape: str = "Polygon", **field_map: str) -> LayerInfo:
    return LayerInfo(
        1, "u", "Layer", "t", role, SLOT_OF_ROLE[role], 0, True, shape, 3, "EPSG:4326", Datum.WGS84, field_map
    )


def table(**columns) -> LayerTable:
    n = len(next(iter(columns.values()))) if columns else 3
    geometry = np.array([shapely.Point(i, 0) for i in range(n)], dtype=object)
    made = {
        k: np.array(v, dtype=object if any(isinstance(x, str) for x in v) else float)
        for k, v in columns.items()
    }
    return LayerTable(np.arange(n, dtype=np.int64), geometry, made)


def test_every_role_has_a_look_for_every_geometry():
    for role in Role:
        for kind in ("Point", "LineString", "MultiPolygon", "Mixed"):
            style = suggest_style(info(role, kind), table(a=["x", "y", "z"]))
            assert style.classes
            for c in style.classes:
                assert c.symbol.fill or c.symbol.stroke
                if "Line" in kind:
                    assert c.symbol.stroke


def test_streets_are_white_and_stairs_dashed():
    data = table(highway=["residential", "steps", "footway", None, "梯道"])
    style = suggest_style(info(Role.WALK_NETWORK, "LineString", way="highway"), data)
    numbers = class_numbers(style, data)
    looks = [style.classes[n].symbol for n in numbers]
    assert looks[0].stroke == "#FFFFFF"
    assert looks[0].casing
    assert looks[1].dash
    assert looks[4] == looks[1]
    assert looks[3] == looks[0]  # unknown: a street
    assert looks[2].stroke_px < looks[0].stroke_px


@pytest.mark.parametrize(
    ("value", "way"),
    [("steps", "stairs"), ("台阶", "stairs"), ("elevator", "lift"), ("ramp", "ramp"), (None, "street")],
)
def test_way_of(value, way):
    assert way_of(value) == way


def test_facilities_take_the_colour_and_glyph_of_their_kind():
    data = table(kind=["childcare", "kindergarten", "open_space", "childcare"])
    style = suggest_style(info(Role.FACILITIES, "Point", kind="kind"), data)
    looks = [style.classes[n].symbol for n in class_numbers(style, data)]
    assert looks[0] == looks[3] == facility_symbol("childcare")
    assert looks[0].marker is Marker.PLUS
    assert looks[0].glyph
    assert looks[0].fill != looks[1].fill
    assert looks[2].size_px < looks[0].size_px
    set_language("zh_CN")
    words = {
        c.value: c.label for c in suggest_style(info(Role.FACILITIES, "Point", kind="kind"), data).classes
    }
    assert "托" in words["childcare"]


def test_classes_of_map_data_are_named_in_words_of_both_languages():
    values = [
        "交通设施服务;公交车站;公交车站",
        "open_space",
        "fresh_food",
        "科教文化服务;学校;学校",
        "some_thing",
        "甲;乙",
    ]
    made = info(Role.FACILITIES, "Point", kind="kind")
    english = {c.value: c for c in suggest_style(made, table(kind=values)).classes}
    assert [english[v].label for v in values] == [
        "Bus stop", "Open space", "Fresh-food market", "School", "Some thing", "乙",
    ]  # fmt: skip
    assert english["fresh_food"].symbol == facility_symbol("market")
    set_language("zh_CN")
    labels = [label_words(english[v].label, v) for v in values]
    assert labels[:4] == ["公交车站", "开敞空间", "菜市场或生鲜超市", "学校"]


def test_the_community_is_drawn_stronger_than_its_surroundings():
    data = table(role=["extent", "community"])
    style = suggest_style(replace(info(Role.STUDY_AREA), field_map={"role": "role"}), data)
    around, community = (style.classes[n] for n in class_numbers(style, data))
    assert community.label == "The community"
    assert community.symbol.dash
    assert community.symbol.stroke_px > around.symbol.stroke_px
    set_language("zh_CN")
    assert label_words(around.label, around.value) == "周边范围"


def test_our_own_words_follow_the_reader_and_a_persons_words_stay():
    assert label_words("台阶", "steps") == "Stairs"
    assert label_words("老街", None) == "老街"
    set_language("zh_CN")
    assert label_words("Stairs", "steps") == "台阶"
    assert label_words("Childcare (0–3)", "childcare") in {"托儿所", "Childcare (0–3)"}
    assert label_words(facility_word("kindergarten"), "kindergarten") == "幼儿园"
    set_language("en")
    assert label_words("幼儿园", "kindergarten") == facility_word("kindergarten") == "Kindergarten"


def test_green_is_green_and_water_is_blue():
    data = table(landuse=["park", "reservoir", "industrial"])
    style = suggest_style(info(Role.BASEMAP, landuse="landuse"), data)
    fills = [style.classes[n].symbol.fill for n in class_numbers(style, data)]
    assert len(set(fills)) == 3


def test_many_categories_end_in_other():
    data = table(use=[f"use {i % 20:02d}" for i in range(100)] + [None])
    style = suggest_style(info(Role.BUILDINGS), data, "use")
    assert style.kind is StyleKind.CATEGORISED
    assert len(style.classes) == MOST_CATEGORIES + 1
    assert style.classes[-1].value is None
    numbers = class_numbers(style, data)
    assert (numbers >= 0).all()
    assert (numbers == MOST_CATEGORIES).sum() == 5 * 8 + 1


def test_numbers_get_round_quantile_classes():
    rng = np.random.default_rng(2)
    data = table(people=list(rng.gamma(2, 40, 500)))
    style = suggest_style(info(Role.BUILDINGS), data, "people")
    assert style.kind is StyleKind.GRADUATED
    assert len(style.classes) == 5
    counts = np.bincount(class_numbers(style, data))
    assert counts.min() > 60
    limits = [c.lower for c in style.classes]
    assert all(v == round(v) for v in limits)


def test_few_distinct_numbers_are_categories_unless_told():
    data = table(floors=[1.0, 2.0, 2.0, 7.0])
    assert suggest_style(info(Role.BUILDINGS), data, "floors").kind is StyleKind.CATEGORISED
    assert suggest_style(info(Role.BUILDINGS), data, "floors", graduated=True).kind is StyleKind.GRADUATED
    assert class_numbers(suggest_style(info(Role.BUILDINGS), data, "floors"), data).tolist() == [1, 0, 0, 2]


def test_missing_numbers_have_a_class_of_their_own():
    data = table(v=[float(i) for i in range(40)] + [float("nan")])
    style = suggest_style(info(Role.BUILDINGS), data, "v")
    assert class_numbers(style, data)[-1] == len(style.classes) - 1
    assert style.classes[-1].label == "No data"


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=80), st.integers(2, 6))
def test_limits_rise_and_every_number_has_its_class(values, classes):
    data = table(v=values)
    limits = quantile_limits(np.array(values), classes)
    assert all(a < b for a, b in itertools.pairwise(limits)) or min(values) == max(values)
    assert len(limits) - 1 <= classes + 1
    style = suggest_style(info(Role.BUILDINGS), data, "v", graduated=True, classes=classes)
    assert (class_numbers(style, data) >= 0).all()


def test_class_numbers_respect_bounds_and_hidden_classes():
    style = Style(
        StyleKind.GRADUATED,
        "v",
        (
            StyleClass("a", Symbol(), lower=0, upper=10),
            StyleClass("b", Symbol(), lower=10, upper=20, is_visible=False),
            StyleClass("c", Symbol(), lower=20, upper=30),
        ),
    )
    data = table(v=[0.0, 9.99, 10.0, 20.0, 30.0, 30.1, float("nan")])
    assert class_numbers(style, data).tolist() == [0, 0, -1, 2, 2, -1, -1]


def test_a_lost_column_does_not_hide_the_layer():
    style = Style(
        StyleKind.CATEGORISED, "gone", (StyleClass("x", Symbol(), value="x"), StyleClass("Other", Symbol()))
    )
    assert class_numbers(style, table(a=["x"])).tolist() == [1]


def test_unknown_and_wordy_columns_are_refused_in_one_sentence():
    with pytest.raises(RequestError, match="no column “x”"):
        suggest_style(info(Role.BUILDINGS), table(a=["b"]), "x")
    with pytest.raises(RequestError, match="no numbers"):
        suggest_style(info(Role.BUILDINGS), table(a=["b"]), "a", graduated=True)


def luminance(colour: str) -> float:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def deuteranopic(colour: str) -> np.ndarray:
    """Return what a green-blind eye sees (Viénot, Brettel and Mollon 1999, linear approximation on sRGB)."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=float)
    matrix = np.array([[0.625, 0.375, 0], [0.70, 0.30, 0], [0, 0.30, 0.70]])
    return matrix @ rgb


def test_the_ramp_darkens_evenly_for_grey_copies():
    shades = [luminance(c) for c in RAMP]
    assert all(a - b > 0.07 for a, b in itertools.pairwise(shades))


def test_category_colours_differ_for_green_blind_eyes():
    first = [deuteranopic(c) for c in CATEGORY_COLOURS]
    for i, a in enumerate(first):
        for b in first[i + 1 :]:
            assert np.linalg.norm(a - b) > 40


def test_years_are_written_as_years_and_counts_with_separators():
    years = suggest_style(
        info(Role.BUILDINGS), table(year=np.linspace(1950, 2005, 56)), "year", graduated=True
    )
    assert years.classes[0].label.startswith("1950 – 19")
    counts = suggest_style(
        info(Role.BUILDINGS), table(year=np.linspace(1950, 9000, 71)), "year", graduated=True
    )
    assert "," in counts.classes[0].label
