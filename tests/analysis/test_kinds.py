"""Chinese names beat tags, precise classes beat names, and broad classes say that they are broad."""

from __future__ import annotations

import re

import pytest

from renovate_gui.analysis.kinds import classify, facility_kinds


@pytest.mark.parametrize(
    ("value", "name", "codes"),
    [
        ("school", "五老村幼儿园", {"kindergarten"}),
        ("school", "南京幼儿高等师范学校", set()),
        ("school", "秦淮区委党校", set()),
        ("school", "南京市五老村小学", {"primary_school"}),
        ("school", "南京市第九初级中学", {"junior_school"}),
        ("childcare", "五老村幼儿园", {"childcare", "kindergarten"}),
        ("childcare", "Guardería Infantil Blanca Nieves", {"childcare"}),
        ("eldercare", "Ballesol, 3ª Edad", {"elderly_day_care"}),
        ("eldercare", "某某养老院", {"nursing_home"}),
        ("elderly_day_care", "某某养老院", {"elderly_day_care"}),
        ("老年人日间照料中心", None, {"elderly_day_care"}),
        ("Elderly Day Care", None, {"elderly_day_care"}),
        ("transit", "五老村小学", {"bus_stop"}),
        ("", "某某社区卫生服务站", {"health_station"}),
        (None, "某某社区卫生服务中心", {"health_centre"}),
        ("amenity=toilets", None, {"public_toilet"}),
        ("elevator", "观光电梯", set()),
        (3.0, float("nan"), set()),
    ],
)
def test_what_a_facility_is(value, name, codes):
    (found,) = classify([value], [name])
    assert found.codes == codes


def test_broad_classes_say_so():
    broad, precise = classify(["eldercare", "托育"], ["", ""])
    assert broad.is_broad
    assert not precise.is_broad


def test_the_kinds_are_well_formed():
    kinds = facility_kinds()
    assert len({k.code for k in kinds}) == len(kinds)
    for kind in kinds:
        assert re.fullmatch(r"#[0-9A-F]{6}", kind.colour)
        assert kind.glyph.startswith("mdi6.")
        assert kind.family
        assert set(kind.also) <= {k.code for k in kinds}
