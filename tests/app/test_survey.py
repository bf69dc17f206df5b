"""Survey end to end: look into files, propose, import with a passport, repair; on the real data."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from renovate_gui.app.import_columns import parse_numbers, safe_names, with_numbers
from renovate_gui.app.importing import convert
from renovate_gui.app.layers import Layers
from renovate_gui.app.placing import read_code
from renovate_gui.app.planning import with_crs
from renovate_gui.app.survey import ImportPlan, Survey
from renovate_gui.app.tasks import never
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Datum, Role
from renovate_gui.geo import crs as systems
from renovate_gui.io.reading.values import RawLayer
from renovate_gui.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project.create(tmp_path / "项目.gpkg", title="试", crs="", standard="cn-gb50180-2018")
    yield made
    made.close()


@pytest.fixture
def survey(project: Project) -> Survey:
    return Survey(project, Layers(project))


def plans_of(survey: Survey, *paths: Path) -> dict[str, ImportPlan]:
    reports = survey.prepare_inspect(paths).run()
    return {plan.source.name: plan for plan in survey.propose(reports)}


def bring_in(survey: Survey, plan: ImportPlan, **changes: Any) -> LayerInfo:
    return survey.prepare_import(replace(plan, **changes)).run()


def write_geojson(path: Path, features: list[tuple[Any, dict[str, Any]]], **extra: Any) -> Path:
    rows = [{"type": "Feature", "properties": values, "geometry": geometry} for geometry, values in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows} | extra), encoding="utf-8")
    return path


def at(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def square(x: float, y: float, d: float = 0.0001) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]]}


# -- the real data --------------------------------------------------------------------------------------------
EXPECTED = {
    "study_area": (Role.STUDY_AREA, {"name": "name", "role": "role"}),
    "blocks": (Role.PARCELS, {"code": "block_id"}),
    "buildings": (Role.BUILDINGS, {"code": "osm_id", "name": "name", "use": "building", "floors": "levels"}),
    "landuse": (Role.BASEMAP, {"name": "name", "use": "landuse"}),
    "facilities": (Role.FACILITIES, {"code": "osm_id", "name": "name", "kind": "category"}),
    "walk_edges": (
        Role.WALK_NETWORK,
        {"code": "osm_way_id", "name": "name", "way": "highway", "length_m": "length_m"},
    ),
    "walk_nodes": (Role.OTHER, {}),
}


@pytest.mark.parametrize(
    ("case", "code"), [("nanjing-wulaocun", "EPSG:4549"), ("laspalmas-riscos", "EPSG:32628")]
)
def test_a_whole_geopackage(survey: Survey, project: Project, shared: Path, case: str, code: str) -> None:
    plans = plans_of(survey, shared / "data" / case / f"{case}.gpkg")
    assert {name: (plan.role, dict(plan.field_map)) for name, plan in plans.items()} == EXPECTED
    assert [name for name, plan in plans.items() if not plan.is_wanted] == ["walk_nodes"]
    assert all(
        plan.crs == "EPSG:4326" and plan.datum == Datum.WGS84 and not plan.questions
        for plan in plans.values()
    )
    assert {plan.attribution for plan in plans.values()} == {"© OpenStreetMap contributors"}
    for plan in plans.values():
        if plan.is_wanted:
            info = bring_in(survey, plan)
            passport = info.passport
            assert passport is not None
            assert passport.rows_read == plan.source.features == passport.rows_shown + passport.rows_refused
            assert len(project.table(info.id)) == passport.rows_shown
            assert len(passport.source_sha256) == 64
    assert project.meta("crs") == code
    assert [info.name for info in project.layers()] == [
        "facilities",
        "study_area",
        "walk_edges",
        "buildings",
        "blocks",
        "landuse",
    ]
    length = project.table(next(i.id for i in project.layers() if i.name == "walk_edges"))
    assert np.allclose(
        systems.geodesic_length_m(length.geometry, code), length.columns["length_m"], rtol=0.002, atol=0.05
    )


def test_an_import_is_one_step_and_undoes(survey: Survey, project: Project, shared: Path) -> None:
    plan = plans_of(survey, shared / "data/beijing-bupt/beijing-bupt.gpkg")["buildings"]
    bring_in(survey, plan)
    assert len(project.history()) == 1
    project.undo()
    assert (project.layers(), project.meta("crs")) == ((), "")
    project.redo()
    assert [i.feature_count for i in project.layers()] == [111]


def test_the_office_shapefile(survey: Survey, project: Project, shared: Path) -> None:
    plans = plans_of(survey, shared / "data/nanjing-wulaocun/derived_buildings_gbk")
    plan = plans["建筑_cgcs2000"]
    assert (plan.role, plan.crs, plan.datum, plan.encoding) == (
        Role.BUILDINGS,
        "EPSG:4549",
        Datum.CGCS2000,
        "GB18030",
    )
    assert plan.field_map == {"code": "OSM编号", "name": "建筑名称", "use": "建筑类型", "floors": "层数"}
    info = bring_in(survey, plan)
    assert info.passport is not None
    assert info.passport.conversion == "EPSG:4549 kept as it is"
    bounds = shapely.total_bounds(project.table(info.id).geometry)
    assert bounds == pytest.approx((383110.1, 3546347.3, 386345.2, 3548281.7), abs=0.06)


def test_the_amap_table_lands_within_a_metre(survey: Survey, project: Project, shared: Path) -> None:
    folder = shared / "data/nanjing-wulaocun"
    plan = plans_of(survey, folder / "derived_poi_gcj02_gb18030.csv")["derived_poi_gcj02_gb18030"]
    assert (plan.crs, plan.datum) == ("", Datum.OTHER), "proposed, but never assumed"
    assert plan.crs_candidates[0][0] == "GCJ-02"
    assert "GCJ-02" in plan.questions[0]
    with pytest.raises(DataError, match="GCJ-02"):
        bring_in(survey, plan)
    assert project.layers() == ()
    declared = bring_in(survey, plan, datum=Datum.GCJ02)
    chosen = bring_in(survey, plan, crs=plan.crs_candidates[0][0])
    with (folder / "derived_poi_wgs84_truth_utf8.csv").open(encoding="utf-8-sig") as stream:
        truth = {
            r["id"]: (float(r["wgs84_lon_check"]), float(r["wgs84_lat_check"]))
            for r in csv.DictReader(stream)
        }
    for info in (declared, chosen):
        assert (info.datum, info.source_crs) == (Datum.GCJ02, "EPSG:4326")
        table = project.table(info.id)
        assert len(table) == 148
        for code, point in zip(table.columns["id"], table.geometry, strict=True):
            place = systems.transform_point(point.x, point.y, project.meta("crs"), systems.WGS84)
            assert systems.distance_m(place, truth[code]) < 1.0
    assert declared.passport is not None
    assert "GCJ-02 → WGS84 by the public formula, 5 iterations" in declared.passport.conversion


# -- coordinate systems that are missing or wrong ---------------------------------------------------------------
def test_degrees_without_a_system_are_asked_about(survey: Survey, tmp_path: Path) -> None:
    path = tmp_path / "设施.csv"
    path.write_text('名称,location\n甲,"106.55,29.56"\n乙,"106.56,29.57"\n', encoding="utf-8")
    plan = plans_of(survey, path)["设施"]
    assert plan.crs == ""
    assert [code for code, _ in plan.crs_candidates] == ["EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09"]
    assert len(plan.questions) == 1
    with pytest.raises(DataError, match="Which coordinate system"):
        bring_in(survey, plan)
    assert bring_in(survey, plan, datum=Datum.CGCS2000).source_crs == "EPSG:4490"


def test_zone_prefixed_eastings_name_their_zone(survey: Survey, project: Project, tmp_path: Path) -> None:
    path = tmp_path / "点.csv"
    path.write_text("名称,x,y\n甲,36362086.981,3271852.335\n乙,36362186.981,3271852.335\n", encoding="utf-8")
    plan = plans_of(survey, path)["点"]
    assert [code for code, _ in plan.crs_candidates] == ["EPSG:4524"]
    info = bring_in(survey, plan, crs="EPSG:4524")
    first = project.table(info.id).geometry[0]
    assert project.meta("crs") == "EPSG:4545"
    assert (first.x, first.y) == pytest.approx((362086.981, 3271852.335), abs=1e-3)


def test_bare_eastings_are_ranked_by_what_the_project_shows(survey: Survey, tmp_path: Path) -> None:
    bring_in(
        survey,
        plans_of(survey, write_geojson(tmp_path / "建筑.geojson", [(square(106.577, 29.557), {})]))["建筑"],
    )
    path = tmp_path / "点.csv"
    path.write_text("名称,x,y\n甲,652840.104,3272045.152\n", encoding="utf-8")
    plan = plans_of(survey, path)["点"]
    assert plan.crs == ""
    assert plan.crs_candidates[0][0] == "EPSG:4544", "the zone next door, not the project's own"
    assert "0.0 km" in plan.crs_candidates[0][1]


@pytest.mark.parametrize(("x", "y"), [(29.557, 106.577), (29.557, 88.9)])
def test_swapped_degrees_are_asked_about(
    survey: Survey, project: Project, tmp_path: Path, x: float, y: float
) -> None:
    plan = plans_of(survey, write_geojson(tmp_path / "建筑.geojson", [(square(x, y), {"层数": 6})]))["建筑"]
    assert plan.crs == ""
    assert "exchanged" in plan.questions[0]
    assert plan.crs_candidates[0][0] == "EPSG:4326;swapped"
    info = bring_in(survey, plan, crs=plan.crs_candidates[0][0])
    place = project.table(info.id).geometry[0].centroid
    assert systems.transform_point(place.x, place.y, project.meta("crs"), systems.WGS84) == pytest.approx(
        (y, x), abs=2e-4
    )


def test_swapped_metres(survey: Survey, project: Project, tmp_path: Path) -> None:
    path = tmp_path / "楼栋.csv"
    path.write_text("名称,x,y\n甲,3271852.335,36362086.981\n", encoding="utf-8")
    plan = plans_of(survey, path)["楼栋"]
    assert plan.crs_candidates[0][0] == "EPSG:4524;swapped"
    info = bring_in(survey, plan, crs="EPSG:4524", swap_axes=True)
    assert project.table(info.id).geometry[0].x == pytest.approx(362086.981, abs=1e-3)


def test_metres_that_claim_to_be_degrees(survey: Survey, tmp_path: Path) -> None:
    plan = plans_of(
        survey, write_geojson(tmp_path / "建筑.geojson", [(square(362086.9, 3271852.3, 10.0), {})])
    )["建筑"]
    assert plan.crs == ""
    assert "metres" in plan.questions[0]


def test_a_datum_that_cannot_be(survey: Survey, shared: Path) -> None:
    plan = plans_of(survey, shared / "data/nanjing-wulaocun/derived_buildings_gbk")["建筑_cgcs2000"]
    with pytest.raises(DataError, match="GCJ-02 coordinates are degrees"):
        bring_in(survey, plan, datum=Datum.GCJ02)


# -- rows -----------------------------------------------------------------------------------------------------
def test_every_row_is_accounted_for(survey: Survey, project: Project, tmp_path: Path) -> None:
    bowtie = {
        "type": "Polygon",
        "coordinates": [[[106.5, 29.5], [106.501, 29.501], [106.501, 29.5], [106.5, 29.501], [106.5, 29.5]]],
    }
    rows: list[tuple[Any, dict[str, Any]]] = [
        (square(106.5, 29.5), {"层数": "６层", "fid": 1}),
        (None, {"层数": "7", "fid": 2}),
        ({"type": "Polygon", "coordinates": []}, {"层数": "", "fid": 3}),
        (at(106.5, 29.5), {"层数": "1,000", "fid": 4}),
        (square(106.5, 95.0), {"层数": "3", "fid": 5}),
        (bowtie, {"层数": None, "fid": 6}),
    ]
    plan = plans_of(survey, write_geojson(tmp_path / "建筑.geojson", rows))["建筑"]
    info = bring_in(survey, plan, crs="EPSG:4326", field_map={"floors": "层数"})
    passport = info.passport
    assert passport is not None
    assert (passport.rows_read, passport.rows_shown, passport.rows_refused) == (6, 3, 3)
    assert [(r.row, r.reason) for r in passport.refusals] == [
        (2, "has no geometry"),
        (3, "its geometry is empty"),
        (5, "its longitude or latitude is not on Earth"),
    ]
    assert info.geometry_type == "Mixed"
    notes = " ".join(passport.notes)
    assert "Geometry types are mixed: 2 polygons, 1 point." in notes
    assert "1 of 3 features are not polygons" in notes
    assert "1 geometry is invalid" in notes
    table = project.table(info.id)
    assert table.columns["层数"][:2].tolist() == [6.0, 1000.0]
    assert math.isnan(table.columns["层数"][2])
    assert "fid_source" in table.columns


def test_nothing_to_show_leaves_the_project_alone(survey: Survey, project: Project, tmp_path: Path) -> None:
    plan = plans_of(survey, write_geojson(tmp_path / "建筑.geojson", [(None, {"a": 1})]))["建筑"]
    with pytest.raises(DataError, match="The 1 row cannot be shown"):
        bring_in(survey, plan, crs="EPSG:4326")
    assert (project.layers(), project.history(), project.meta("crs")) == ((), (), "")
    empty = plans_of(survey, write_geojson(tmp_path / "空.geojson", []))["空"]
    assert not empty.is_wanted
    with pytest.raises(DataError, match="holds no features"):
        bring_in(survey, empty, crs="EPSG:4326")


def test_an_unknown_column_and_a_changed_file(survey: Survey, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "建筑.geojson", [(square(106.5, 29.5), {"a": 1})])
    plan = plans_of(survey, path)["建筑"]
    with pytest.raises(DataError, match="no column “b”; the columns are: a"):
        bring_in(survey, plan, field_map={"floors": "b"})
    path.write_text("x,y\n1,2\n")
    with pytest.raises(DataError, match="has changed"):
        bring_in(survey, plan)
    path.unlink()
    with pytest.raises(DataError, match=r"建筑\.geojson"):
        bring_in(survey, plan)


def test_cancel_leaves_nothing(survey: Survey, project: Project, shared: Path) -> None:
    plan = plans_of(survey, shared / "data/beijing-bupt/beijing-bupt.gpkg")["buildings"]
    with pytest.raises(Cancelled):
        survey.prepare_import(plan).run(is_cancelled=lambda: True)
    reached: list[float] = []
    with pytest.raises(Cancelled):
        survey.prepare_import(plan).run(
            lambda fraction, _: reached.append(fraction), lambda: max(reached) >= 0.8
        )
    assert (project.layers(), project.history()) == ((), ())


def test_a_text_that_is_no_number_keeps_its_column(survey: Survey, project: Project, tmp_path: Path) -> None:
    rows = [(square(106.5, 29.5), {"层数": v}) for v in ("6", "7", "5", "4", "3", "2", "6+1")]
    plan = plans_of(survey, write_geojson(tmp_path / "建筑.geojson", rows))["建筑"]
    info = bring_in(survey, plan)
    assert info.field_map["floors"] == "层数_number"
    table = project.table(info.id)
    assert table.columns["层数"][-1] == "6+1"
    assert np.isnan(table.columns["层数_number"][-1])
    assert info.passport is not None
    assert "6+1" in " ".join(info.passport.notes)


# -- repair ---------------------------------------------------------------------------------------------------
def test_repair_is_a_step_of_its_own(survey: Survey, project: Project, tmp_path: Path) -> None:
    bowtie = {
        "type": "Polygon",
        "coordinates": [[[106.5, 29.5], [106.501, 29.501], [106.501, 29.5], [106.5, 29.501], [106.5, 29.5]]],
    }
    path = write_geojson(tmp_path / "建筑.geojson", [(square(106.5, 29.5), {}), (bowtie, {})])
    info = bring_in(survey, plans_of(survey, path)["建筑"])
    assert not shapely.is_valid(project.table(info.id).geometry[1])
    [preview] = survey.invalid_geometries(info.id)
    assert preview.problem.startswith("its outline crosses itself (")
    assert "1 → 2 parts" in preview.change
    assert survey.repair(info.id) == 1
    assert shapely.is_valid(project.table(info.id).geometry).all()
    stored = next(i for i in project.layers() if i.id == info.id).passport
    assert stored is not None
    assert [(r.problem, r.change) for r in stored.repairs] == [(preview.problem, preview.change)]
    assert survey.repair(info.id) == 0
    project.undo()
    assert not shapely.is_valid(project.table(info.id).geometry[1])
    assert len(project.history()) == 2


# -- small parts ----------------------------------------------------------------------------------------------
def test_folders_and_missing_files(survey: Survey, shared: Path, tmp_path: Path) -> None:
    reports = survey.prepare_inspect([shared / "data/encodings", tmp_path / "nothing.gpkg", tmp_path]).run()
    assert [r.path.name for r in reports if r.layers] == ["chinese_poly.shp", "big5.shp", "chinese.shp"], (
        "not the open project"
    )
    problems = " ".join(p for r in reports for p in r.problems)
    assert "does not exist" in problems


def test_looking_can_be_cancelled(survey: Survey, shared: Path) -> None:
    with pytest.raises(Cancelled):
        survey.prepare_inspect([shared / "data/encodings"]).run(is_cancelled=lambda: True)
    assert never() is False


def test_names_that_the_project_file_keeps_for_itself() -> None:
    assert safe_names(["fid", "FID", "geom", "a", "A", "", "source_wkb", 'x"; DROP', "层\n数"]) == {
        "fid": "fid_source", "FID": "FID_2", "geom": "geom_source", "a": "a", "A": "A_2", "": "column_6",
        "source_wkb": "source_wkb_source", 'x"; DROP': "x DROP", "层\n数": "层数",
    }  # fmt: skip


def test_numbers_as_people_write_them() -> None:
    texts = np.array(
        ["6", "６层", "1,200", " 12.5㎡", None, "", "约30人", "6+1", "三", "-2", "1e3"], dtype=object
    )
    numbers, strays = parse_numbers(texts)
    assert [None if np.isnan(v) else v for v in numbers] == [
        6,
        6,
        1200,
        12.5,
        None,
        None,
        30,
        None,
        None,
        -2,
        1000,
    ]
    assert strays == ["6+1", "三"]


def test_numbers_taken_out_of_words_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")
    notes: list[str] = []
    columns = {"places": np.array(["约16人", "30张", "1,200", "40", None], dtype=object)}
    found, _ = with_numbers(columns, {"capacity": "places"}, Role.FACILITIES, notes)
    assert found["places"][:2].tolist() == [16.0, 30.0]
    assert len(notes) == 1
    assert all(words in notes[0] for words in ("约16人", "30张", "2"))
    assert not any(words in notes[0] for words in ("1,200", "40"))


def test_the_sample_is_understood_at_once(survey: Survey, sample: Path) -> None:
    plans = plans_of(survey, sample)
    roles = {
        name.removeprefix("qingyaping_"): plan.role.value for name, plan in plans.items() if plan.is_wanted
    }
    assert roles == {
        "study_area": "study_area",
        "landuse": "basemap",
        "contours": "heights",
        "dem": "heights",
        "parcels": "parcels",
        "buildings": "buildings",
        "walk_network": "walk_network",
        "demand": "demand",
        "facilities": "facilities",
        "grids": "grids",
    }
    assert not [name for name, plan in plans.items() if plan.questions]
    assert plans["qingyaping_demand"].crs == "EPSG:4490", "its headings state it"
    assert plans["qingyaping_grids"].encoding == "GB18030"
    ages = {"residents", "age0_2", "age3_5", "age6_11", "age60", "age65", "age80"}
    assert ages <= set(plans["buildings"].field_map)


def test_a_two_point_ring_is_one_refusal() -> None:
    ring = bytes.fromhex(
        "010300000001000000020000000000000000405a400000000000803d4000000000004a5a400000000000803d40"
    )
    good = shapely.to_wkb(shapely.Point(106.5, 29.5))
    raw = RawLayer(
        rows=np.array([10, 11, 12], dtype=np.int64),
        wkb=[good, ring, None],
        columns={"a": np.array([1.0, 2.0, 3.0])},
        crs="EPSG:4326",
        encoding="UTF-8",
        driver="GPKG",
        refusals=((13, "damaged"),),
    )
    done = convert(raw, Role.OTHER, read_code("EPSG:4326"), {}, "")
    assert [r.row for r in done.refusals] == [11, 12, 13]
    assert done.refusals[0].reason.startswith("its geometry has too few points (")
    assert done.table.columns["a"].tolist() == [1.0]


def test_the_datum_follows_a_chosen_system(survey: Survey, tmp_path: Path) -> None:
    file = tmp_path / "poi.csv"
    file.write_text("name,lon,lat\na,118.78,32.04\nb,118.79,32.05\n", encoding="utf-8")
    (plan,) = plans_of(survey, file).values()
    assert plan.datum is Datum.OTHER
    shifted = with_crs(plan, "GCJ-02")
    assert shifted.datum is Datum.GCJ02
    assert with_crs(shifted, "EPSG:4326").datum is Datum.WGS84
    assert with_crs(shifted, "EPSG:999999").datum is Datum.OTHER
