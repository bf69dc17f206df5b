"""The sample community is what its README says, believable on the ground, and small."""

from __future__ import annotations

import csv
import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyogrio
import pytest
import shapely


@pytest.fixture(scope="module")
def base(sample: Path) -> dict[str, Any]:
    """Return the layers of the GeoPackage."""
    path = sample / "qingyaping_base.gpkg"
    return {name: pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}


def test_the_folder_is_small_and_says_that_it_is_invented(sample: Path) -> None:
    assert sum(p.stat().st_size for p in sample.rglob("*") if p.is_file()) < 4_000_000
    text = (sample / "README.md").read_text(encoding="utf-8")
    assert "There is no such place" in text
    assert "世上没有这个地方" in text


def test_about_900_buildings_stand_free_of_one_another_and_of_the_ways(base: dict[str, Any]) -> None:
    houses = base["buildings"].geometry.to_numpy()
    assert len(houses) == 900
    assert shapely.is_valid(houses).all()
    assert shapely.STRtree(houses).query(houses, predicate="overlaps").size == 0
    assert (
        shapely.STRtree(base["walk_network"].geometry.to_numpy()).query(houses, predicate="intersects").size
        == 0
    )
    assert shapely.covers(base["study_area"].geometry.iloc[0], houses).all()


def test_twenty_thousand_people_in_bands_that_fit(base: dict[str, Any]) -> None:
    b = base["buildings"]
    assert b.residents.sum() == 20_000
    assert (b.age60 >= b.age65).all()
    assert (b.age65 >= b.age80).all()
    assert (b[["age0_2", "age3_5", "age6_11", "age60"]].sum(axis=1) <= b.residents).mean() > 0.99
    assert (b.residents >= b.households).all()
    assert 0.2 < b.age60.sum() / 20_000 < 0.4
    assert b.code.is_unique
    assert b.name.is_unique
    assert b.name_en.notna().all()


def test_slabs_lie_along_the_contours(base: dict[str, Any]) -> None:
    """A long building's axis runs more or less along its nearest street or lane."""
    b = base["buildings"]
    slabs = b[(b.form == "slab") & (b.geometry.area > 300)].geometry.to_numpy()
    roads = base["walk_network"]
    lines = roads[roads.way.isin(["street", "path"])].geometry.to_numpy()
    turned = []
    for slab in slabs:
        box = np.array(shapely.minimum_rotated_rectangle(slab).exterior.coords)
        side = max((box[1] - box[0], box[2] - box[1]), key=lambda v: float(np.hypot(*v)))
        line = lines[int(np.argmin(shapely.distance(lines, slab.centroid)))]
        at = line.project(slab.centroid)
        a, c = line.interpolate(at - 4), line.interpolate(at + 4)
        turn = np.degrees(np.arctan2(side[1], side[0]) - np.arctan2(c.y - a.y, c.x - a.x)) % 180
        turned.append(min(turn, 180 - turn))
    assert np.median(turned) < 5
    assert np.quantile(turned, 0.9) < 20


def test_the_network_has_heights_stairs_and_one_island(base: dict[str, Any]) -> None:
    ways = base["walk_network"]
    assert ways.geometry.has_z.all()
    assert (ways.way == "stairs").sum() > 60
    stairs = ways[ways.way == "stairs"]
    assert stairs.grade.abs().median() > 0.12
    assert ways[ways.way == "street"].grade.abs().median() < 0.05
    graph = nx.Graph()
    for line in ways.geometry:
        graph.add_edge(line.coords[0][:2], line.coords[-1][:2])
    sizes = sorted((len(c) for c in nx.connected_components(graph)), reverse=True)
    assert len(sizes) == 2
    assert sizes[0] > 250
    assert sizes[1] < 10


def test_every_stated_area_says_what_it_measures(sample: Path) -> None:
    data = json.loads((sample / "qingyaping_facilities.geojson").read_text(encoding="utf-8"))
    for values in (f["properties"] for f in data["features"]):
        stated = [v for k in ("floor_area_m2", "site_area_m2") if (v := values[k]) is not None]
        assert stated == ([] if values["area_m2"] is None else [values["area_m2"]])
    grounds = {f["properties"]["kind"] for f in data["features"] if f["properties"]["site_area_m2"]}
    assert grounds == {"fitness_outdoor", "kids_elders_ground", "sports_small"}


def test_facilities_are_scarce_on_purpose_and_hold_no_persons(sample: Path) -> None:
    data = json.loads((sample / "qingyaping_facilities.geojson").read_text(encoding="utf-8"))
    assert "crs" not in data
    kinds = [f["properties"]["kind"] for f in data["features"]]
    assert 1 <= kinds.count("elderly_day_care") <= 2
    assert 1 <= kinds.count("childcare") <= 2
    assert len([f for f in data["features"] if f["properties"]["status"] == "vacant"]) == 3
    assert any(f["properties"]["capacity"] for f in data["features"])


def test_answers_are_on_ways_and_never_on_homes(sample: Path, base: dict[str, Any]) -> None:
    from pyproj import Transformer

    with (sample / "qingyaping_demand.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 600
    assert len({r["category"] for r in rows}) == 10
    change = Transformer.from_crs(4490, 4545, always_xy=True)
    points = shapely.points(
        *change.transform([float(r["lon_cgcs2000"]) for r in rows], [float(r["lat_cgcs2000"]) for r in rows])
    )
    homes = shapely.union_all(base["buildings"].geometry.to_numpy())
    assert shapely.contains(homes, points).sum() == 0
    ways = shapely.union_all(shapely.force_2d(base["walk_network"].geometry.to_numpy()))
    assert shapely.distance(ways, points).max() < 15


def test_grids_are_gbk_with_chinese_columns(sample: Path) -> None:
    assert (sample / "qingyaping_grids.cpg").read_text() == "GBK"
    raw = (sample / "qingyaping_grids.dbf").read_bytes()
    assert "网格编号".encode("gbk") in raw
    frame = pyogrio.read_dataframe(sample / "qingyaping_grids.shp")
    assert len(frame) == 12
    assert frame["人口"].sum() == 20_000
    assert frame["网格员"].str.startswith("专职网格员").all()


def test_proposals_are_complete_and_paid_for(sample: Path) -> None:
    drawn = tomllib.loads((sample / "proposals.toml").read_text(encoding="utf-8"))
    assert 8 <= len(drawn["proposals"]) <= 10
    assert len(drawn["notes"]) == 2
    shapes = {shapely.from_wkt(p["geometry"]).geom_type for p in drawn["proposals"]}
    assert shapes == {"Point", "LineString", "Polygon"}
    for p in drawn["proposals"]:
        assert sum(Decimal(v) for v in p["funds"].values()) == Decimal(p["cost"])
        assert set(p["governance"]) == set(p["governance_en"]) == {"operator", "rule", "fee", "upkeep"}
        assert p["title_en"].isascii()
    for photo in drawn["photos"]:
        assert (sample / "photos" / photo["file"]).is_file()


def test_the_program_takes_the_sample_without_a_question(tmp_path: Path) -> None:
    from renovate_gui.app.demo import fill_with_sample
    from renovate_gui.app.session import Session
    from renovate_gui.app.tasks import no_progress
    from renovate_gui.domain.roles import Role

    with Session.create(tmp_path / "s.gpkg", title="s") as session:
        report = fill_with_sample(session, no_progress)
        assert (report.layers, report.proposals, report.notes) == (9, 10, 2)
        assert session.settings().crs == "EPSG:4545"
        for info in session.layers.all():
            assert info.passport is not None
            assert info.passport.rows_refused == 0, (info.name, info.passport.refusals[:2])
            assert len(session.survey.invalid_geometries(info.id)) == 0
        (demand,) = session.layers.of_role(Role.DEMAND)
        assert demand.feature_count == 600
        for proposal in session.proposals.all():
            assert session.proposals.missing(proposal) == ()
            assert proposal.answers, proposal.title
