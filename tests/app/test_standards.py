"""The shipped standards say what the field notes say, and a broken file is refused by file and row."""

from __future__ import annotations

import pytest

from renovate_gui.app import standards
from renovate_gui.assets import resource_path, set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.standard import Confidence, Obligation


def test_the_distances_of_gb_50180_2018():
    gb = standards.profile("cn-gb50180-2018")
    assert {r.kind: r.radius_m for r in gb.rows} == {
        "elderly_day_care": 300, "kindergarten": 300, "childcare": 300, "health_station": 300,
        "community_station": 300, "culture_station": 500, "canteen": 300, "sports_small": 300,
        "fitness_outdoor": 300, "shops": 300, "public_toilet": 300, "waste_station": 400, "primary_school": 500,
        "market": 500, "bus_stop": 500, "junior_school": 1000, "health_centre": 1000, "nursing_home": 1000,
        "culture_centre": 1000, "waste_point": 70, "kids_elders_ground": None, "express_locker": None,
    }  # fmt: skip
    assert [(t.code, t.walk_m) for t in gb.tiers] == [
        ("block", None),
        ("c5", 300),
        ("c10", 500),
        ("c15", 1000),
    ]
    day_care = gb.row("elderly_day_care")
    assert (day_care.basis, day_care.tier, day_care.obligation) == (AgeBasis.AGE60, "c5", Obligation.SHOULD)
    assert day_care.gfa_m2 == (350, 750)
    assert day_care.confidence is Confidence.UNVERIFIED
    assert not any(r.is_checked for r in gb.rows)  # nobody has compared them with the printed text yet


@pytest.mark.shared
def test_rows_equal_the_field_notes(shared):
    """The field notes are YAML of one row a line; read the facts we use with a pattern, not with our loader."""
    import re

    text = (shared / "domain" / "profiles_sketch.yaml").read_text(encoding="utf-8")
    part = text.split("- id: cn-gb50180-2018")[1].split("- id:")[0]
    pattern = r"\{kind: (\w+),.*?tier: (\w+),.*?radius_m: (\d+),.*?basis: (\w+).*?obligation: (\w+)"
    notes = {m[1]: (m[2], float(m[3]), m[4], m[5]) for m in re.finditer(pattern, part)}
    ours = {
        r.kind: (r.tier, r.radius_m, r.basis.value, r.obligation.value)
        for r in standards.profile("cn-gb50180-2018").rows
        if r.radius_m
    }
    notes["public_toilet"] = ("c5", 300.0, "residents", "should")  # "site" is no headcount
    assert len(notes) >= 19
    assert {k: ours[k] for k in notes} == notes


def test_a_profile_without_distances_says_where_its_distance_comes_from():
    for row in standards.profile("cn-complete-community-2020").rows:
        assert row.radius_m in {300, 500}
        assert "gives no distance" in row.note
    set_language("zh_CN")
    assert all("未给出本项距离" in r.note for r in standards.profile("cn-complete-community-2020").rows)


def test_a_provincial_layer_changes_its_rows_and_keeps_the_rest():
    national, province = standards.profile("cn-gb50180-2018"), standards.profile("cn-guizhou-2022")
    assert province.row("elderly_day_care").radius_m == 700
    assert province.row("childcare") == national.row("childcare")
    assert len(province.rows) == len(national.rows)
    assert province.tiers == national.tiers


def test_the_default_stands_first_and_an_unknown_one_is_refused():
    assert standards.profiles()[0].id == standards.DEFAULT_PROFILE
    assert standards.profile("").id == standards.DEFAULT_PROFILE
    with pytest.raises(RequestError, match="no standard “xx”"):
        standards.profile("xx")


def test_only_kinds_with_a_distance_are_offered():
    codes = [k.code for k in standards.kinds_with_distance(standards.profile(""))]
    assert codes[0] == "elderly_day_care"
    assert "express_locker" not in codes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'kind = "elderly_day_care"',
            'kind = "spaceport"',
            "row 1: kind: “spaceport” is not a facility kind",
        ),
        ("radius_m = 300", "radius_m = -3", "row 1: radius_m: must be a number above 0"),
        ('tier = "c5"', 'tier = "c6"', "row 1: tier: “c6” is not a tier"),
        ('basis = "age60"', 'basis = "cats"', "row 1: basis: “cats” is not allowed"),
        ('confidence = "K"', "confidence = 3", "row 1: confidence: is missing or is no text"),
        ("gfa_m2 = [350, 750]", "gfa_m2 = [350]", "row 1: gfa_m2: must be two numbers"),
        ("walk_m = 300", 'walk_m = "far"', "tier 2: walk_m: must be a number above 0"),
        ("schema = 1", "schema = = 1", "not a readable standards file"),
    ],
)
def test_a_broken_file_is_refused_by_file_and_row(tmp_path, old, new, words):
    text = resource_path("standards/cn-gb50180-2018.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=f"mine.toml.*{words}"):
        standards.load_profile(path)


def test_walkers_are_data():
    assert standards.walker_named("senior80").speed_mps == 0.8
    assert standards.walker_named("wheelchair").stairs_mps is None
