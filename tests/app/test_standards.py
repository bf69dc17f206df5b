"""The shipped standards say what the field notes say, and a broken file is refused by file and row."""

from __future__ import annotations

import pytest

from renovate_gui.analysis.kinds import classify, facility_kinds, with_sizes
from renovate_gui.app import standards
from renovate_gui.assets import resource_path, set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.standard import Confidence, Level, Obligation, Wording


def test_the_distances_of_gb_50180_2018():
    gb = standards.profile("cn-gb50180-2018")
    own = [r for r in gb.rows if r.origin == gb.id and not r.part]
    assert {r.kind: r.radius_m for r in own} == {
        "elderly_day_care": 300, "kindergarten": 300, "childcare": 300, "health_station": 300,
        "community_station": 300, "culture_station": 500, "canteen": 300, "sports_small": 300,
        "fitness_outdoor": 300, "shops": 300, "public_toilet": 300, "waste_station": 400, "primary_school": 500,
        "market": 500, "bus_stop": 500, "junior_school": 1000, "health_centre": 1000, "nursing_home": 1000,
        "culture_centre": 1000, "waste_point": 70, "kids_elders_ground": None, "express_locker": None,
    }  # fmt: skip
    assert [(t.code, t.walk_m, t.minutes) for t in gb.tiers] == [
        ("block", None, None),
        ("c5", 300, 5),
        ("c10", 500, 10),
        ("c15", 1000, 15),
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
        if r.radius_m is not None
    }
    notes["public_toilet"] = ("c5", 300.0, "residents", "should")  # "site" is no headcount
    assert len(notes) >= 19
    assert {k: ours[k] for k in notes} == notes


def test_a_profile_without_distances_says_where_its_distance_comes_from():
    def with_distance():
        return [r for r in standards.profile("cn-complete-community-2020").rows if r.radius_m is not None]

    assert len(with_distance()) == 9
    for row in with_distance():
        assert row.radius_m in {300, 500}
        assert row.wording is Wording.OURS
        assert "gives no distance" in row.note
    set_language("zh_CN")
    assert all("未给出本项距离" in r.note for r in with_distance())


def test_a_provincial_layer_changes_its_rows_and_keeps_the_rest():
    national, province = standards.profile("cn-gb50180-2018"), standards.profile("cn-guizhou-2022")
    own = province.row("elderly_day_care")
    assert (own.radius_m, own.minutes, own.level, own.origin) == (700, 15, Level.PROVINCE, "cn-guizhou-2022")
    assert own.below == national.row("elderly_day_care")
    assert province.row("childcare") == national.row("childcare")
    assert province.row("childcare").level is Level.NATIONAL
    assert {r.key for r in province.rows} - {r.key for r in national.rows} == {"elderly_street_centre"}
    assert province.tiers == national.tiers
    assert [layer.id for layer in province.layers] == ["cn-ratios", "cn-gb50180-2018", "cn-guizhou-2022"]


def test_the_same_word_has_four_values():
    """20 and 15 m² for 100 dwellings nationally as Guizhou writes, 30 and 20 in Anhui; the mark tells who said it."""

    def floors(profile_id):
        found = standards.profile(profile_id)
        rows = [found.find(f"elderly_day_care.{part}") for part in ("area_new", "area_existing")]
        return [
            (r.ratio.value, r.ratio.per, r.ratio.basis.value, r.applies.value, r.confidence.value)
            for r in rows
        ]

    assert floors("cn-gb50180-2018") == [
        (20, 100, "dwellings", "new", "K"),
        (15, 100, "dwellings", "existing", "K"),
    ]
    assert floors("cn-guizhou-2022") == [
        (20, 100, "dwellings", "new", "S"),
        (15, 100, "dwellings", "existing", "S"),
    ]
    assert floors("cn-anhui-2022") == [
        (30, 100, "dwellings", "new", "S"),
        (20, 100, "dwellings", "existing", "S"),
    ]
    guizhou = standards.profile("cn-guizhou-2022").find("elderly_day_care.area_existing")
    assert guizhou.ratio.wanted(1200) == 180  # the field notes' example: 1,200 dwellings


@pytest.mark.parametrize(
    ("profile_id", "kind", "distance", "minutes"),
    [
        ("cn-shanghai-15min", "kindergarten", 300, 5),
        ("cn-shanghai-15min", "health_station", 500, 10),
        ("cn-shanghai-15min", "health_centre", 1000, 15),
        (
            "cn-shanghai-15min",
            "market",
            500,
            None,
        ),  # only its floor area is the city's; the distance falls through
        ("cn-tdt1062-2021", "health_station", 500, None),
        ("uk-angst", "greenspace_2ha", 300, 5),
        ("uk-angst", "greenspace_20ha", 2000, None),
        ("uk-angst", "greenspace_100ha", 5000, None),
        ("uk-angst", "greenspace_500ha", 10000, None),
        ("us-10min-walk", "park", 804.7, 10),
        ("intl-15min-city", "market", 900, 15),
        ("jp-senior-walk", "elderly_day_care", 500, None),
        ("jp-senior-walk", "shops", 800, 10),
    ],
)
def test_the_other_profiles_say_what_the_field_notes_say(profile_id, kind, distance, minutes):
    row = standards.profile(profile_id).row(kind)
    assert (row.radius_m, row.minutes) == (distance, minutes)


def test_minutes_of_a_distance():
    gb = standards.profile("")
    day_care, waste = gb.row("elderly_day_care"), gb.row("waste_point")
    assert gb.minutes_of(day_care, 300) == 5
    assert gb.minutes_of(day_care, 600) == 10  # set by hand: twice the way, twice the time
    assert gb.minutes_of(gb.row("culture_station"), 500) == pytest.approx(5 * 500 / 300)  # its tier's pace
    assert gb.minutes_of(gb.row("primary_school"), 500) == 10
    assert gb.minutes_of(gb.row("health_centre"), 1000) == 15
    assert gb.minutes_of(waste, 70) == pytest.approx(70 / 60)  # a block has no minutes: 60 m a minute
    assert gb.minutes_of(None, 240) == 4
    guizhou = standards.profile("cn-guizhou-2022")
    assert guizhou.minutes_of(guizhou.row("elderly_day_care"), 700) == 15
    assert guizhou.minutes_of(guizhou.row("elderly_day_care"), 350) == 7.5


def test_the_nominal_paces_of_the_tiers():
    """As the field notes measured: 1.00, 0.83 and at most 1.11 m/s; a senior at 1 m/s passes the first two exactly."""
    gb = standards.profile("")
    pace = {t.code: t.walk_m / (60 * t.minutes) for t in gb.tiers if t.walk_m}
    assert pace == pytest.approx({"c5": 1.0, "c10": 0.8333, "c15": 1.1111}, abs=1e-4)
    for row in gb.rows:
        if row.radius_m is not None and row.tier in ("c5", "c10", "block"):
            assert gb.minutes_of(row, row.radius_m) * 60 >= row.radius_m - 1e-9


def test_need_comes_from_a_text_with_its_mark_or_not_at_all():
    need = standards.profile("").need("childcare")
    assert (need.share, need.basis, need.confidence) == (0.0045, AgeBasis.RESIDENTS, Confidence.SEEN)
    places = standards.profile("").need("kindergarten")
    assert (places.share_from, places.share, places.confidence) == (0.03, 0.04, Confidence.UNVERIFIED)
    assert standards.profile("").need("elderly_day_care") is None  # floor area is no share of people
    assert standards.profile("us-10min-walk").need("childcare") is None


def test_no_kind_of_an_upper_tier_counts_for_one_of_a_lower_tier():
    """Tiers add up: what a facility may be beside its class never crosses a tier, and names do not either."""
    tier = {r.kind: r.tier for r in standards.profile("").rows if r.radius_m is not None}
    for kind in facility_kinds():
        for other in kind.also:
            assert tier.get(kind.code) == tier.get(other)
    centre, station = classify(["文化活动中心", "文化活动站"], ["长江路文化活动中心", "长江路文化活动站"])
    assert centre.codes == {"culture_centre"}
    assert station.codes == {"culture_station"}
    (health,) = classify(["社区卫生服务中心"], ["长江路社区卫生服务中心"])
    assert health.codes == {"health_centre"}


def test_a_park_is_a_green_space_of_its_size():
    found = classify(["park", "park", "park", "culture_centre"], ["", "", "", ""])
    sized = with_sizes(found, [19_999, 250_000, float("nan"), 1e9])
    assert [c.codes - {"park"} for c in sized] == [
        set(), {"greenspace_2ha", "greenspace_20ha"}, set(), {"culture_centre"}
    ]  # fmt: skip


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
            "row 1 .*: kind: “spaceport” is not a facility kind",
        ),
        ("radius_m = 300", "radius_m = -3", "row 1 .*: radius_m: must be a number above 0"),
        ('tier = "c5"', 'tier = "c6"', "row 1 .*: tier: “c6” is not a tier"),
        ('basis = "age60"', 'basis = "cats"', "row 1 .*: basis: “cats” is not allowed"),
        ('confidence = "K"', "confidence = 3", "row 1 .*: confidence: is missing or is no text"),
        ("gfa_m2 = [350, 750]", "gfa_m2 = [350]", "row 1 .*: gfa_m2: must be two numbers"),
        ("walk_m = 300", 'walk_m = "far"', "tier 2: walk_m: must be a number above 0"),
        ("schema = 2", "schema = = 1", "line [0-9]+: not written as key = value"),
        ("schema = 2", "schema = 3", "top of the file: schema: was written for a newer version"),
        ("radius_m = 300", "raduis_m = 300", "row 1 .*: raduis_m: is no key here; did you mean “radius_m”"),
        ("walk_m = 300", "walk = 300", "tier 2: walk: is no key here; did you mean “walk_m”"),
        ('level = "national"', 'level = "village"', "top of the file: level: “village” is not allowed"),
        ('extends = "cn-ratios"', 'extends = "nowhere"', "extends: there is no standard “nowhere”"),
        (
            'extends = "cn-ratios"',
            'extends = "cn-gb50180-2018"',
            "extends: “cn-gb50180-2018” extends this file",
        ),
        (
            'kind = "kindergarten"',
            'kind = "elderly_day_care"',
            "row 2 .*: kind: “elderly_day_care” stands here",
        ),
        (
            "gfa_m2 = [350, 750]",
            "gfa_m2 = [750, 350]",
            "row 1 .*: gfa_m2: the first number must not be above",
        ),
        ("radius_m = 300", "radius_m = nan", "row 1 .*: radius_m: must be a number above 0"),
        ('unit = "site_m2"', 'unit = "acres"', "row 23 .*: unit: “acres” is not allowed"),
        ("radius_m = 300", "radius_m = 30_000", "radius_m: must be at most 20,000 m"),
        (
            'kind = "elderly_day_care"',
            'kind = "elderly_day_care"\ntitel = "x"',
            "titel: is no key here; the keys are: kind",
        ),
        ("schema = 2", "schema = 2\nschema = 2", "line [0-9]+: the same key or table stands here"),
        ("schema = 2", 'schema = "2', "line [0-9]+: not written as key = value"),
        ("per = 1,", "", "row 23 .*: per: is missing"),
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


def test_a_slip_of_the_pen_is_told_in_chinese_by_row_and_line(tmp_path):
    set_language("zh_CN")
    text = resource_path("standards/cn-gb50180-2018.toml").read_text(encoding="utf-8")
    path = tmp_path / "本市.toml"
    path.write_text(text.replace("radius_m = 300", "raduis_m = 300", 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        standards.load_profile(path)
    assert "第 1 条（elderly_day_care）" in str(caught.value)
    path.write_text("schema = 2\nid : 3\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        standards.load_profile(path)
    assert "文件第 2 行" in str(caught.value)
    assert "xpected" not in str(caught.value), "the parser's own words are English"
    path.write_text("schema = 2\nrow = [\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        standards.load_profile(path)
    assert "没有闭合" in str(caught.value)
