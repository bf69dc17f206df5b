"""Demand and population of an open project as a surface."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import Point, box
from town import put_layer

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.heat_inputs import hours_of
from renovate_gui.app.heat_run import outside_words
from renovate_gui.app.needs import K_RESPONDENTS, HeatRequest
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import no_progress
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.heat import HeatMode
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure


@pytest.fixture
def quarter(tmp_path):
    rng = np.random.default_rng(2)
    session = Session.create(tmp_path / "q.gpkg", crs="EPSG:4545")
    spots = rng.uniform([50, 50], [550, 350], (80, 2))
    put_layer(
        session, Role.DEMAND, Role.DEMAND.value, [Point(p) for p in spots],
        {"topic": np.array(["养老"] * 50 + ["停车"] * 29 + [None], dtype=object), "w": np.array([2.0] * 50 + [1.0] * 28 + [np.nan, -4.0])},
        {"category": "topic", "weight": "w"},
    )  # fmt: skip
    put_layer(
        session, Role.BUILDINGS, Role.BUILDINGS.value, [box(x, 100, x + 20, 120) for x in range(0, 600, 60)],
        {"n": np.array([30.0] * 9 + [np.nan]), "o": np.array([7.0] * 10)}, {"residents": "n", "age60": "o"},
    )  # fmt: skip
    yield session
    session.close()


def heat(session, **request):
    return session.needs.prepare_heat(HeatRequest(**request)).run()


def test_what_can_be_mapped(quarter):
    assert quarter.needs.subjects() == (
        ("answers", "Residents' answers"), ("residents", "Residents"), ("age60", "Aged 60+"),
    )  # fmt: skip
    assert [(c.category, c.answers, c.weight) for c in quarter.needs.categories()] == [
        ("养老", 50, 100.0), ("停车", 29, 29.0), ("", 1, 1.0),
    ]  # fmt: skip


def test_answers_are_weighted_and_filtered_by_category(quarter):
    every = heat(quarter)
    assert (every.count, every.total) == (80, pytest.approx(130.0))
    assert every.unit == "weighted answers per hectare"
    assert any("usable weight, which count as 1: 2." in n for n in every.notes)
    assert any("no study area" in n for n in every.notes)
    cars = heat(quarter, categories=("停车",))
    assert (cars.total, cars.unit) == (29.0, "answers per hectare")
    with pytest.raises(RequestError, match="no answers"):
        heat(quarter, categories=("养狗",))


def test_people_are_counted_inside_the_study_area(quarter):
    put_layer(quarter, Role.STUDY_AREA, Role.STUDY_AREA.value, [box(0, 0, 290, 400), box(100, 0, 200, 100)])
    grid = heat(quarter, subject="residents", bandwidth_m=80.0)
    assert grid.unit == "people per hectare"
    assert grid.total == 150.0  # five of ten houses
    assert np.nansum(grid.values) * grid.cell_m**2 / 1e4 == pytest.approx(150.0)
    assert any("want of a headcount: 1 of" in n for n in grid.notes)
    assert any("outside the study area: 5 of" in n for n in grid.notes)
    assert (grid.outside, grid.outside_count) == (120.0, 4)  # nobody is known to live in the tenth house
    assert outside_words(grid) == (
        "120 more (in 4 features) lie outside the study area and are not counted here"
    )
    assert outside_words(heat(quarter, subject="age60", bandwidth_m=80.0)).startswith(
        "35 more (in 5 features)"
    )


def test_exact_and_fast_agree_and_share_their_legend(quarter):
    fast, exact = heat(quarter), heat(quarter, is_exact=True)
    assert fast.levels == exact.levels
    assert np.nanmax(np.abs(fast.values - exact.values)) < 0.005 * np.nanmax(exact.values)


def test_what_leaves_the_program_hides_cells_with_few_respondents(quarter):
    grid = heat(quarter, bandwidth_m=60.0, suppress_below=K_RESPONDENTS)
    assert grid.suppressed_below == 5
    shown = np.isfinite(grid.values)
    assert shown.any()
    assert (grid.respondents[shown] >= 5).all()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"bandwidth_m": 1.0}, "between 10 and 5,000 m"),
        ({"bandwidth_m": float("nan")}, "between 10"),
        ({"subject": "cats"}, "cannot be mapped"),
        ({"subject": "age80"}, "No layer has a headcount for “Aged 80\\+”"),
    ],
)
def test_requests_that_cannot_be_met(quarter, request_, words):
    with pytest.raises(RequestError, match=words):
        heat(quarter, **request_)


def test_an_empty_project_has_no_needs(tmp_path):
    with Session.create(tmp_path / "e.gpkg", crs="EPSG:4545") as session:
        assert session.needs.subjects() == ()
        assert session.needs.categories() == ()
        with pytest.raises(RequestError, match="no demand layer"):
            heat(session)


def test_data_far_from_the_study_area_is_refused(quarter):
    put_layer(quarter, Role.STUDY_AREA, Role.STUDY_AREA.value, [box(9e5, 9e5, 9.01e5, 9.01e5)])
    with pytest.raises(RequestError, match="outside the study area"):
        heat(quarter)


def test_cancel(quarter):
    with pytest.raises(Cancelled):
        quarter.needs.prepare_heat(HeatRequest()).run(no_progress, lambda: True)


def test_counts_written_as_text_are_read_and_nonsense_is_missing():
    from renovate_gui.app.gap_inputs import headcounts, texts

    given = np.array(["12", "1,234", "about 5", None, "-3", 7, "inf"], dtype=object)
    np.testing.assert_array_equal(headcounts(given), [12, 1234, np.nan, np.nan, np.nan, 7, np.nan])
    np.testing.assert_array_equal(headcounts(np.array([3, -1], dtype=np.int64)), [3, np.nan])
    assert texts(np.array([323623753.0, np.nan, 2.5]), 3) == ("323623753", "", "2.5")
    assert texts(None, 2) == ("", "")


def test_a_ratio_tells_answers_for_a_hundred_people(quarter):
    put_layer(quarter, Role.STUDY_AREA, Role.STUDY_AREA.value, [box(0, 0, 600, 400)])
    found = heat(quarter, mode=HeatMode.RATIO, versus="age60", bandwidth_m=200.0)
    answers, people = heat(quarter, bandwidth_m=200.0), heat(quarter, subject="age60", bandwidth_m=200.0)
    told = np.isfinite(found.values)
    assert found.mode is HeatMode.RATIO
    assert found.unit == "weighted answers for 100 people (Aged 60+)"
    assert told.sum() > 100
    assert found.values[told] == pytest.approx(100 * answers.values[told] / people.values[told])


def test_a_comparison_needs_a_second_subject(quarter):
    with pytest.raises(RequestError, match="compare"):
        heat(quarter, mode=HeatMode.DIFFERENCE)


def test_the_bandwidth_may_come_from_neighbours(quarter):
    found = heat(quarter, neighbours=10)
    assert 30 < found.bandwidth_m < 150
    assert any("10 others" in note for note in found.notes)
    with pytest.raises(RequestError, match="neighbours"):
        heat(quarter, neighbours=500)


def test_hours_of_the_day_are_read_and_choose(tmp_path):
    texts = np.array(["2026-03-01 07:30", "7点", "23:10", "18", "morning", None, "05：45"], dtype=object)
    read = hours_of(texts, len(texts))
    assert read[[0, 1, 2, 3, 6]].tolist() == [7.5, 7.0, pytest.approx(23 + 1 / 6), 18.0, 5.75]
    assert np.isnan(read[[4, 5]]).all()
    with Session.create(tmp_path / "h.gpkg", crs="EPSG:4545") as session:
        put_layer(
            session, Role.DEMAND, Role.DEMAND.value, [Point(i * 10, 5) for i in range(7)],
            {"t": texts, "who": np.array(["80+"] * 3 + ["infant"] * 4, dtype=object)},
            {"time": "t", "segment": "who"},
        )  # fmt: skip
        assert heat(session, hours=(22.0, 6.0)).count == 2
        assert heat(session, hours=(6.0, 9.0)).count == 2
        assert heat(session, segments=("infant",)).count == 4
        assert [(s.category, s.answers) for s in session.needs.segments()] == [("infant", 4), ("80+", 3)]
        assert any("time of day: 2" in n for n in heat(session, hours=(6.0, 9.0)).notes)


def test_cells_by_hexagon_and_building_keep_the_total(quarter):
    request = HeatRequest(subject="age60")
    hexagons = quarter.needs.prepare_cells(request, width_m=80.0).run()
    areas = np.array([g.area for g in hexagons.geometry]) / 1e4
    assert np.nansum(hexagons.values * areas) == pytest.approx(70)
    by_building = quarter.needs.prepare_cells(request, width_m=80.0, by_building=True).run()
    assert by_building.values.tolist() == [7.0] * 10
    hidden = quarter.needs.prepare_cells(
        HeatRequest(subject="age60", suppress_below=5), width_m=80.0, by_building=True
    ).run()
    assert hidden.hidden == 10
    assert np.isnan(hidden.values).all()


def test_demand_and_gap_share_a_map(quarter):
    with pytest.raises(RequestError, match="hexagons"):
        quarter.needs.prepare_cells(HeatRequest(), width_m=1.0).run()
    gap = quarter.gaps.prepare(GapRequest(kinds=("childcare",), measure=Measure.CIRCLE)).run()[0]
    cells = quarter.needs.prepare_with_gap(HeatRequest(bandwidth_m=200.0), gap).run()
    assert cells.side == 3
    assert len(cells.classes) == 9
    assert set(cells.class_of.tolist()) <= {2, 5, 8}, "without a facility every home is out of reach"


def test_estimated_residents_are_offered_and_mapped_as_gaps_count_them(tmp_path):
    from renovate_gui.app.people_estimate import Totals

    with Session.create(tmp_path / "e.gpkg", crs="EPSG:4545") as session:
        homes = [box(x, 100, x + 20, 120) for x in range(0, 600, 60)]
        put_layer(
            session, Role.BUILDINGS, Role.BUILDINGS.value, homes, {"o": np.array([7.0] * 10)}, {"age60": "o"}
        )
        put_layer(session, Role.DEMAND, Role.DEMAND.value, [Point(x, 110) for x in range(0, 600, 20)])
        assert [code for code, _ in session.needs.subjects()] == ["answers", "age60"]
        session.people.set_totals(Totals({"residents": 1000.0}))
        titles = dict(session.needs.subjects())
        assert titles["residents"].endswith(
            "(estimated from totals)"
        )  # the error of one building is not the sum's
        assert titles["age60"] == "Aged 60+"
        surface = heat(session, subject="residents")
        assert surface.total == pytest.approx(1000.0)
        assert "estimated" in surface.unit
        assert any("total of 1,000 is shared out" in note for note in surface.notes)
        assert heat(session, mode=HeatMode.RATIO, versus="residents").unit.endswith("estimated")
        cells = session.needs.prepare_cells(
            HeatRequest(subject="residents"), width_m=80.0, by_building=True
        ).run()
        assert cells.values.sum() == pytest.approx(1000.0)
        session.people.clear()
        assert "residents" not in dict(session.needs.subjects())


def test_cells_count_whom_the_surface_counts_and_hatch_where_few_answered(quarter):
    put_layer(quarter, Role.STUDY_AREA, Role.STUDY_AREA.value, [box(0, 0, 600, 300)])
    surface = heat(quarter)
    hexagons = quarter.needs.prepare_cells(HeatRequest(), width_m=80.0).run()
    assert hexagons.respondents.sum() == surface.count < 80
    assert any("outside the study area" in note for note in hexagons.notes)
    few = (hexagons.respondents > 0) & (hexagons.respondents < K_RESPONDENTS)
    hatched = np.array([i >= 0 and hexagons.classes[i].is_hatched for i in hexagons.class_of])
    assert few.any()
    assert (~few & (hexagons.respondents > 0)).any()
    np.testing.assert_array_equal(few, hatched)


def test_demand_and_gap_say_which_service_and_whether_proposals_count(quarter):
    gap = quarter.gaps.prepare(GapRequest(kinds=("childcare",), measure=Measure.CIRCLE)).run()[0]
    today = quarter.needs.prepare_with_gap(HeatRequest(bandwidth_m=200.0), gap).run()
    assert "without proposals" in today.title
    assert "hildcare" in today.title
    assert "hildcare" in today.axes[1]
    planned = quarter.needs.prepare_with_gap(HeatRequest(bandwidth_m=200.0), gap, with_proposals=True).run()
    assert "· with proposals" in planned.notes[0]
