"""The report: statements with bounds and ground, indicators by hand with their lists, nothing missing passes for zero."""

from __future__ import annotations

import json

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from renovate_gui.app.gap_request import GapRequest
from renovate_gui.app.report_ground import answer
from renovate_gui.app.report_out import number_words, report_register, report_values
from renovate_gui.app.report_statements import told
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role

CODES = ["3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.1.6", "3.2.7", "3.2.8", "3.2.9"]


def put(session, role, geometry, /, **columns):
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    values = {
        k: np.array(v, dtype=object if any(isinstance(x, str) for x in v) else float)
        for k, v in columns.items()
    }
    info = LayerInfo(
        id=0, uuid="", name=role.value, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type="", feature_count=len(shapes), source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map={k: k for k in columns},
    )  # fmt: skip
    with session.project.action("import") as writer:
        return writer.add_layer(info, LayerTable(np.arange(1, len(shapes) + 1), shapes, values))


@pytest.fixture
def bare(tmp_path):
    """Ten houses on a street, nothing else."""
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as session:
        houses = [box(100 * i, 5, 100 * i + 10, 15) for i in range(10)]
        put(session, Role.BUILDINGS, houses, age60=[20.0] * 10, age6_11=[6.0] * 10, dwellings=[12.0] * 10)
        yield session


@pytest.fixture
def town(bare):
    """Two communities on one street; the western one has a day care, a school and grounds, the eastern one nothing."""
    put(
        bare, Role.WALK_NETWORK,
        [LineString([(-50, 0), (1050, 0)]), LineString([(250, 0), (250, 40)]), LineString([(200, 40), (300, 40)])],
        way=["footway", "steps", "footway"], name=["Street", "Long Stairs", "Terrace"],
    )  # fmt: skip
    put(
        bare, Role.STUDY_AREA, [box(-60, -60, 460, 100), box(480, -60, 1100, 100)],
        name=["West", "East"], role=["社区", "community"], waste_sorting=["是", "否"],
    )  # fmt: skip
    put(
        bare, Role.FACILITIES,
        [Point(0, -5), Point(100, -5), box(150, -30, 160, -20), box(200, -30, 220, -10), Point(120, -8), Point(50, -9)],
        kind=["elderly_day_care", "primary_school", "fitness_outdoor", "fitness_outdoor", "car_park", "kids_elders_ground"],
        name=["Old Lane", "First School", "Small Ground", "Big Ground", "Yard", "Swings"],
        capacity=[30.0, 45.0, np.nan, np.nan, 70.0, np.nan],
        floor_area_m2=[200.0, np.nan, np.nan, np.nan, np.nan, np.nan],
    )  # fmt: skip
    return bare


def report(session, **more):
    return session.reporting.prepare(GapRequest(with_proposals=False, **more)).run()


def bounds(made, code):
    one = made.indicator(code)
    return one.low, one.high


def test_all_indicators_of_a_town_by_hand(town):
    made = report(town)
    assert [i.code for i in made.indicators] == CODES
    # the east has no day care within 300 m; the one in the west has 200 m² of 350
    elderly = made.indicator("3.1.1")
    assert bounds(made, "3.1.1") == (2, 2)
    assert [(i.title, i.is_sure) for i in elderly.items] == [("East", True), ("Old Lane", True)]
    assert "200 m² of floor, the standard's least is 350 m²" in elderly.items[1].words
    assert elderly.ground.clause == "GB 50180-2018, clause B.0.2 / C.0.2 (should)"
    assert elderly.ground.is_checked is False
    assert bounds(made, "3.1.2") == bounds(made, "3.1.3") == (2, 2)  # both communities lack both
    assert bounds(made, "3.1.4") == (15, 15)  # 60 children, 45 places
    assert bounds(made, "3.1.5") == (50, 50)  # 120 dwellings, 70 spaces
    assert "written for new estates" in made.indicator("3.1.5").remark
    # 100 m² < 150 m²; 400 m² is enough; the swings are a point without an area: the block asks for 170 m²
    assert bounds(made, "3.2.7") == (1, 2)
    assert [(i.title, i.is_sure) for i in made.indicator("3.2.7").items] == [
        ("Swings", False),
        ("Small Ground", True),
    ]
    walk = made.indicator("3.2.8")
    assert (walk.low, walk.high) == (40, None)  # no heights: at least
    assert [i.title for i in walk.items] == ["Long Stairs"]
    assert number_words(walk) == "at least 40 m"
    assert bounds(made, "3.2.9") == (1, 1)
    assert [i.title for i in made.indicator("3.2.9").items] == ["East"]


def test_a_number_that_looks_like_an_all_clear_says_what_it_counts_and_is_doubted(town):
    from renovate_gui.app.report_out import beside

    made = report(town)
    elderly = made.indicator("3.1.1")
    assert "no people" in elderly.counts
    assert elderly.counts in beside(elderly)
    assert made.indicator("3.1.2").doubt.startswith("Doubtful as an all-clear: only 0 %")
    assert made.indicator("3.1.2").doubt in beside(made.indicator("3.1.2"))
    assert made.indicator("3.2.9").doubt == ""


def test_what_is_missing_is_said_and_never_zero(bare):
    made = report(bare)
    assert made.remarks  # no network: straight lines
    for code in CODES:
        one = made.indicator(code)
        assert one.low is None
        assert one.missing.startswith("Cannot be computed: ")
        assert number_words(one) == "–"
    assert "walking network" in made.indicator("3.2.8").missing
    assert "垃圾分类" in made.indicator("3.2.9").missing


def test_an_own_ratio_makes_charging_points_countable(town):
    assert "set your city's ratio" in report(town).indicator("3.1.6").missing
    town.standards.choose("cn-complete-community-2020")
    town.standards.edit_row("charging_point", {"ratio_value": 0.2}, "the city's rule")
    assert "charging points are missing" in report(town).indicator("3.1.6").missing
    put(town, Role.FACILITIES, [Point(10, -9)], kind=["charging_point"], capacity=[5.0], name=["Plug"])
    made = report(town)
    assert bounds(made, "3.1.6") == (9, 9)  # a fifth of 70 spaces, less 5
    assert "set by this project" in made.indicator("3.1.6").ground.clause


def test_a_school_without_a_number_of_places_makes_a_range(town):
    put(town, Role.FACILITIES, [Point(600, -5)], kind=["primary_school"], name=["Second School"])
    one = report(town).indicator("3.1.4")
    assert (one.low, one.high) == (0, 15)
    assert "Second School" in one.remark


def test_a_statement_tells_number_bounds_clause_and_source(town):
    (first, *_) = report(town).statements
    # houses at 0, 100, 200 m: 10 m and 5 m of access and the street stay within 300 m, the minutes as well
    assert (first.served, first.total, first.low, first.high) == (60, 200, 0.3, 0.3)
    assert first.sentence.startswith(
        "Elderly day care: 60 of 200 people (Aged 60+), 30.0 %, have one within 300 m and 5 minutes on foot along the network."
    )
    assert "facilities" in first.ground.sources
    assert first.ground.checked == "Reference value, not checked against the printed text."
    assert any("as long as the straight line" in d for d in first.doubts)
    set_language("zh_CN")
    assert (
        report(town)
        .statements[0]
        .sentence.startswith(
            "老年人日间照料中心（托老所）：200 人（60 岁以上）中，60 人（30.0 %）在步行网络 300 米、5 分钟内有此服务。"
        )
    )


def test_unknown_buildings_widen_the_share_to_a_range(town):
    """A house 150 m off the network, though only 155 m from the day care in a straight line, cannot be judged."""
    houses = [*town.layers.table(town.layers.of_role(Role.BUILDINGS)[0].id).geometry, box(0, 145, 10, 155)]
    put(town, Role.BUILDINGS, houses, age60=[20.0] * 11)
    first = report(town).statements[0]
    assert (first.low, first.high) == pytest.approx((60 / 220, 80 / 220))
    assert (
        "1 of the buildings cannot be judged, so the true share lies between 27.3 % and 36.4 %."
        in first.sentence
    )


def test_few_people_are_not_told_apart_where_it_leaves_the_team(town):
    assert told(3, 100, 5) == "fewer than 5"
    assert told(97, 100, 5) == "more than 95"
    assert told(3, 100, 0) == "3"
    values = report_values(report(town), k=5)
    assert values["statements"][0]["served"] == 60
    hidden = report_values(report(town), k=100)["statements"][0]
    assert (hidden["served"], hidden["share_from"], hidden["total"]) == (None, None, 200)


def test_values_and_sheets_agree_and_are_strict(town):
    made = report(town)
    values = json.loads(json.dumps(report_values(made), allow_nan=False))
    assert [i["code"] for i in values["indicators"]] == CODES
    walk = values["indicators"][7]
    assert (walk["from"], walk["to"], len(walk["list"])) == (40, None, 1)
    assert walk["list"][0]["layer"].startswith("layer:")
    statements, indicators, lists = report_register(made)
    assert [r[0] for r in indicators.rows] == CODES
    assert len(lists.rows) == sum(len(i.items) for i in made.indicators)
    assert len(statements.rows) == 3


def test_a_signed_row_is_checked_in_the_report(town):
    from datetime import date

    town.standards.sign_row("elderly_day_care", "Li", date(2026, 11, 2), "GB 50180-2018")
    made = report(town)
    assert made.statements[0].ground.is_checked is True
    assert "Compared with GB 50180-2018 by Li" in made.statements[0].ground.checked


def test_a_report_is_written_as_sheets_and_values_and_refused_otherwise(town, tmp_path):
    made = report(town)
    for name in ("r.json", "新/r.xlsx"):
        assert town.reporting.prepare_file(made, tmp_path / name).run().stat().st_size > 100
    with pytest.raises(RequestError, match="must end in"):
        town.reporting.prepare_file(made, tmp_path / "r.doc")
    with pytest.raises(RequestError, match="printing part"):
        town.reporting.prepare_file(made, tmp_path / "r.pdf")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("是", True), (" Yes ", True), ("否", False), ("未实施", False), ("", None), ("?", None)],
)
def test_yes_and_no_as_people_write_them(text, expected):
    assert answer(text) is expected


def test_the_share_beside_a_count_is_that_of_the_communities(town):
    """Three of the five houses of the west are served, of the whole project three of ten."""
    areas = town.layers.of_role(Role.STUDY_AREA)[0].id
    with town.project.action("less") as writer:
        writer.delete_features(areas, [int(town.layers.table(areas).ids[1])])
    elderly = report(town).indicator("3.1.1")
    assert elderly.remark.startswith("Served in “West”: 60.0 % of the people.")
    assert [i.title for i in elderly.items] == ["Old Lane"]


def test_a_report_says_of_which_stand_its_numbers_are(town):
    today = report(town)
    assert today.stand == "All numbers are of today, without any proposal."
    town.proposals.add(Point(600, -5), title="a", kind="childcare")
    plan = town.reporting.prepare(GapRequest(with_proposals=True)).run()
    assert plan.stand == "All numbers count the proposals as built."
    assert report_values(plan)["stand"] == plan.stand
    assert all(row[-1] == plan.stand for row in report_register(plan)[1].rows)


def test_the_ways_that_are_counted_are_named(town):
    assert "Of all 1,240 m of the walking network" in report(town).indicator("3.2.8").remark
