"""Reading source files in the child: formats, damage, hostility, and the source folder left as it was."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely

from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.io.reading import client
from renovate_gui.io.reading.values import InspectedFile, RawLayer


def never() -> bool:
    return False


def look(path: Path) -> InspectedFile:
    return client.inspect_file(path, never)


def read(path: Path, encoding: str = "") -> RawLayer:
    layer = look(path).layers[0]
    return client.read_layer(path, layer.name, layer.driver, encoding or layer.encoding, never)


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def geojson(path: Path, geometries: list[Any], **extra: Any) -> Path:
    features = [
        {"type": "Feature", "properties": {"n": i, "name": "楼"}, "geometry": g}
        for i, g in enumerate(geometries)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | extra), encoding="utf-8")
    return path


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


@pytest.fixture
def gpkg(tmp_path: Path, shared: Path) -> Path:
    path = tmp_path / "社区 资料!;.gpkg"
    shutil.copyfile(shared / "data/beijing-bupt/beijing-bupt.gpkg", path)
    return path


# -- formats --------------------------------------------------------------------------------------------------
def test_a_geopackage_with_an_awkward_name(gpkg: Path) -> None:
    found = look(gpkg)
    assert found.problems == ()
    assert [(x.name, x.geometry_type, x.features, x.crs) for x in found.layers] == [
        ("study_area", "Polygon", 1, "EPSG:4326"),
        ("blocks", "Polygon", 9, "EPSG:4326"),
        ("buildings", "Polygon", 111, "EPSG:4326"),
        ("landuse", "Polygon", 31, "EPSG:4326"),
        ("facilities", "Point", 17, "EPSG:4326"),
        ("walk_edges", "LineString", 389, "EPSG:4326"),
        ("walk_nodes", "Point", 303, "EPSG:4326"),
    ]
    raw = client.read_layer(gpkg, "buildings", "GPKG", "UTF-8", never)
    assert len(raw.rows) == len(raw.wkb) == 111
    assert {str(raw.columns[c].dtype) for c in ("name", "levels")} == {"object", "float64"}
    with pytest.raises(DataError, match="no layer “nothing”"):
        client.read_layer(gpkg, "nothing", "GPKG", "UTF-8", never)


@pytest.mark.parametrize(
    ("driver", "name"),
    [("FlatGeobuf", "a.fgb"), ("LIBKML", "a.kml"), ("GeoJSONSeq", "a.geojsonl"), ("ESRI Shapefile", "a.shp")],
)
def test_other_formats_give_the_same_places(tmp_path: Path, driver: str, name: str) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    shapes = [shapely.Point(106.5, 29.5), shapely.Point(106.6, 29.6)]
    wkb = shapely.to_wkb(shapes)
    import numpy as np

    pyogrio.raw.write(
        tmp_path / name,
        wkb,
        [np.array(["甲", "乙"], dtype=object)],
        ["Name"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver=driver,
        encoding="UTF-8" if driver == "ESRI Shapefile" else None,
    )
    before = snapshot(tmp_path)
    found = look(tmp_path / name)
    assert found.problems == ()
    assert found.layers[0].features == 2
    assert found.layers[0].geometry_type == "Point"
    assert found.layers[0].crs == "EPSG:4326"
    assert found.layers[0].encoding == "UTF-8"
    raw = read(tmp_path / name)
    assert sorted(shapely.to_wkt(shapely.force_2d(shapely.from_wkb(raw.wkb)), rounding_precision=3)) == [
        "POINT (106.5 29.5)",
        "POINT (106.6 29.6)",
    ]
    assert sorted(raw.columns["Name"]) == ["乙", "甲"]
    assert snapshot(tmp_path) == before


def test_a_file_that_is_not_lon_lat(shared: Path) -> None:
    layer = look(shared / "data/laspalmas-riscos/secondary_school_areas_epsg5635.geojson").layers[0]
    assert (layer.crs, layer.features) == ("EPSG:5635", 29)
    assert layer.bounds is not None
    assert layer.bounds[0] == pytest.approx(1805499, abs=1)


# -- text encodings -------------------------------------------------------------------------------------------
def test_the_shapefile_as_offices_send_it(shared: Path) -> None:
    path = shared / "data/nanjing-wulaocun/derived_buildings_gbk/建筑_cgcs2000.shp"
    layer = look(path).layers[0]
    assert (layer.encoding, layer.crs, layer.features) == ("GB18030", "EPSG:4549", 1278)
    assert layer.columns == ("OSM编号", "建筑名称", "建筑类型", "层数", "占地面积")
    assert "图书馆" in set(read(path).columns["建筑名称"])


@pytest.mark.parametrize(
    ("name", "encoding", "text"),
    [
        ("geotools_gb18030/chinese_poly.shp", "GB18030", "黑龙江省"),
        ("mapshaper/cpg/big5.shp", "BIG5", "國語"),
        ("mapshaper/ldid/chinese.shp", "GB18030", "简体"),
    ],
)
def test_shapefile_encodings(shared: Path, name: str, encoding: str, text: str) -> None:
    path = shared / "data/encodings" / name
    assert look(path).layers[0].encoding == encoding
    assert list(read(path).columns["NAME"]) == [text]


def test_a_cpg_that_lies_is_asked_about(shared: Path, tmp_path: Path) -> None:
    for part in (shared / "data/encodings/geotools_gb18030").iterdir():
        shutil.copyfile(part, tmp_path / part.name)
    (tmp_path / "chinese_poly.cpg").write_text("UTF-8")
    layer = look(tmp_path / "chinese_poly.shp").layers[0]
    assert layer.encoding == ""
    assert next(code for code, _ in layer.encodings) == "GB18030"
    assert "declared by .cpg, but" in dict(layer.encodings)["UTF-8"]
    assert layer.sample["NAME"] == ("黑龙江省",), "the likeliest reading is shown meanwhile"


def test_tables(shared: Path) -> None:
    folder = shared / "data/nanjing-wulaocun"
    gcj, truth = (
        look(folder / "derived_poi_gcj02_gb18030.csv").layers[0],
        look(folder / "derived_poi_wgs84_truth_utf8.csv").layers[0],
    )
    assert (gcj.encoding, truth.encoding) == ("GB18030", "UTF-8")
    assert (gcj.features, truth.features, gcj.crs, truth.crs) == (148, 148, "", "")
    assert list(read(folder / "derived_poi_gcj02_gb18030.csv").columns["name"])[:2] == [
        "江苏省口腔医院",
        "人民中学",
    ]


@pytest.mark.parametrize(
    ("text", "encoding", "where"),
    [
        ("名称,经度,纬度\n甲,106.5,29.5\n", "gb18030", (106.5, 29.5)),
        ("名称;X坐标;Y坐标\n甲楼;362086.9;3271852.3\n", "utf-8-sig", (362086.9, 3271852.3)),
        ("name\tlat\tlon\na\t29.5\t106.5\n", "utf-16", (106.5, 29.5)),
        ('name,wkt\na,"POINT (106.5 29.5)"\n', "ascii", (106.5, 29.5)),
        ('name,坐标\na,"106.5，29.5"\n', "utf-8", (106.5, 29.5)),
        ("name,wgs84_lon,wgs84_lat\na,106.5,29.5\n", "ascii", (106.5, 29.5)),
    ],
)
def test_where_a_table_keeps_its_coordinates(
    tmp_path: Path, text: str, encoding: str, where: tuple[float, float]
) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(text.encode(encoding))
    found = look(path)
    assert found.problems == ()
    raw = read(path)
    place = shapely.from_wkb(raw.wkb[0])
    assert (place.x, place.y) == where


def test_table_rows_are_refused_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "id,lon,lat\n007,106.5,29.5\n008,,\n009,nan,29.5\n010,东经,北纬\n011,106.6,29.6\n", encoding="utf-8"
    )
    raw = read(path)
    assert raw.rows.tolist() == [0, 4]
    assert [row for row, _ in raw.refusals] == [1, 2, 3]
    assert list(raw.columns["id"]) == ["007", "011"], "leading zeros belong to codes"


def test_a_table_without_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,name\n500101,万州区\n", encoding="utf-8")
    assert "has no coordinates that can be found" in look(path).problems[0]


# -- damage ---------------------------------------------------------------------------------------------------
def test_empty_wrongly_named_and_zero_features(tmp_path: Path) -> None:
    empty = tmp_path / "a.gpkg"
    empty.touch()
    assert look(empty).problems == ("“a.gpkg” is empty (0 bytes); ask for it again.",)
    wrong = geojson(tmp_path / "b.shp", [point(1, 2)])
    assert (
        "is a GeoJSON by its content" in " ".join(look(wrong).problems)
        or "does not begin like one" in look(wrong).problems[0]
    )
    nothing = geojson(tmp_path / "c.geojson", [])
    found = look(nothing)
    assert found.layers[0].features == 0
    assert "holds no features" in found.layers[0].problems[0]
    assert "is not a file" in look(tmp_path).problems[0]


@pytest.mark.parametrize("cut", [0.02, 0.5, 0.98])
def test_truncated_files_give_a_sentence_or_most_rows(tmp_path: Path, shared: Path, cut: float) -> None:
    sources = [
        shared / "data/beijing-bupt/beijing-bupt.gpkg",
        shared / "data/laspalmas-riscos/municipality_cnig_epsg4326.geojson",
        shared / "data/nanjing-wulaocun/derived_buildings_gbk/建筑_cgcs2000.shp",
    ]
    for source in sources:
        data = source.read_bytes()
        path = tmp_path / source.name
        path.write_bytes(data[: int(len(data) * cut)])
        found = look(path)
        assert found.problems or any(x.problems or x.features for x in found.layers), source.name
        for layer in found.layers:
            with contextlib.suppress(DataError):  # one sentence is a right answer, any other error is not
                client.read_layer(path, layer.name, layer.driver, layer.encoding or "GB18030", never)


def test_a_shapefile_without_its_parts(tmp_path: Path, shared: Path) -> None:
    folder = shared / "data/nanjing-wulaocun/derived_buildings_gbk"
    shutil.copyfile(folder / "建筑_cgcs2000.shp", tmp_path / "a.shp")
    before = snapshot(tmp_path)
    found = look(tmp_path / "a.shp")
    assert found.layers[0].features == 1278
    assert found.layers[0].crs == ""
    assert len(found.problems) == 3
    assert snapshot(tmp_path) == before
    shutil.copyfile(folder / "建筑_cgcs2000.dbf", tmp_path / "b.dbf")
    assert "its .shp is missing" in look(tmp_path / "b.dbf").problems[0]


def test_a_two_point_ring_costs_one_row(gpkg: Path) -> None:
    ring = bytes.fromhex(
        "0103000000010000000200000000000000000000000000000000000000000000000000f03f000000000000f03f"
    )
    with sqlite3.connect(gpkg) as db:
        head = bytes(db.execute("SELECT substr(geom, 1, 8) FROM buildings WHERE fid = 7").fetchone()[0])
        head = head[:3] + b"\x01" + head[4:]  # little endian, no envelope
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='buildings'"
        ).fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE buildings SET geom = ? WHERE fid = 7", (head + ring,))
    db.close()
    raw = client.read_layer(gpkg, "buildings", "GPKG", "UTF-8", never)
    assert len(raw.rows) + len(raw.refusals) == 111


# -- hostility ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.kml", "a.json", "a.csv", "a.fgb"])
def test_a_virtual_file_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    secret = geojson(tmp_path / "secret.json", [point(1, 2)])
    path = tmp_path / name if name != "a.json" else tmp_path / "b.json"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )
    found = look(path)
    assert found.layers == ()
    assert len(found.problems) == 1


def test_even_a_driver_that_is_fooled_opens_nothing_else(tmp_path: Path) -> None:
    """A VRT that sniffing let through as GeoJSON finds no VRT driver in the child."""
    secret = geojson(tmp_path / "secret.json", [point(1, 2)])
    path = tmp_path / "a.geojson"
    path.write_text(
        f'{{"type":"FeatureCollection"}}<OGRVRTDataSource><OGRVRTLayer name="s"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    assert all(layer.name != "s" for layer in look(path).layers)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_nothing_calls_out(tmp_path: Path, listener: tuple[int, list[str]]) -> None:
    port, asked = listener
    address = f"http://127.0.0.1:{port}/x"
    link = {"type": "link", "properties": {"href": address, "type": "proj4"}}
    geojson(tmp_path / "a.geojson", [point(1, 2)], crs=link)
    geojson(tmp_path / "b.geojson", [point(1, 2)], crs={"type": "name", "properties": {"name": address}})
    (tmp_path / "c.json").write_text(
        f'{{"type":"FeatureCollection","links":[{{"href":"{address}"}}],"features":[]}}'
    )
    (tmp_path / "d.kml").write_text(
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link>'
        f"<href>{address}</href></Link></NetworkLink><Placemark><styleUrl>{address}#s</styleUrl><Point><coordinates>1,2</coordinates>"
        "</Point></Placemark></Document></kml>"
    )
    (tmp_path / "e.geojson").write_text(f"{address}")
    for path in sorted(tmp_path.iterdir()):
        for layer in look(path).layers:
            try:
                client.read_layer(path, layer.name, layer.driver, layer.encoding, never)
            except DataError:
                continue
    assert asked == []


def test_the_source_folder_stays_as_it_was(gpkg: Path, tmp_path: Path) -> None:
    for side in ("-wal", "-shm"):
        gpkg.with_name(gpkg.name + side).touch()
    before = snapshot(tmp_path)
    assert look(gpkg).problems == ()
    client.read_layer(gpkg, "buildings", "GPKG", "UTF-8", never)
    assert snapshot(tmp_path) == before


def test_what_stands_in_the_journal_is_read(gpkg: Path, tmp_path: Path) -> None:
    db = sqlite3.connect(gpkg, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
        db.execute(f'DROP TRIGGER "{name}"')  # they call functions that only GDAL has
    db.execute("UPDATE facilities SET name='刚刚改名'")
    before = snapshot(tmp_path)
    assert gpkg.with_name(gpkg.name + "-wal").stat().st_size > 0
    raw = client.read_layer(gpkg, "facilities", "GPKG", "UTF-8", never)
    assert set(raw.columns["name"]) == {"刚刚改名"}
    assert snapshot(tmp_path) == before
    db.close()


@pytest.fixture
def endless(gpkg: Path) -> Path:
    """A GeoPackage with a view that never ends."""
    db = sqlite3.connect(gpkg)
    db.execute(
        "CREATE VIEW forever AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c) "
        "SELECT n AS fid, (SELECT geom FROM facilities LIMIT 1) AS geom FROM c WHERE n < 0"
    )
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('forever','features','forever',4326)"
    )
    db.execute("INSERT INTO gpkg_geometry_columns VALUES ('forever','geom','POINT',4326,0,0)")
    db.commit()
    db.close()
    return gpkg


def test_an_endless_view_runs_into_the_limit(endless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "INSPECT_SECONDS", 2.0)
    start = time.monotonic()
    found = look(endless)
    assert time.monotonic() - start < 8
    assert "takes too long" in found.problems[-1]


def test_cancel_within_a_second(endless: Path) -> None:
    asked_at: list[float] = []

    def after_a_while() -> bool:
        if time.monotonic() - start > 1.5:
            asked_at.append(time.monotonic())
            return True
        return False

    start = time.monotonic()
    with pytest.raises(Cancelled):
        client.read_layer(endless, "forever", "GPKG", "UTF-8", after_a_while)
    assert time.monotonic() - asked_at[0] < 1.0


def test_memory_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("lon,lat\n" + "1,2\n" * 2_000_000)
    real: Callable[[str], dict[str, str]] = client.sandbox.environment
    monkeypatch.setattr(
        client.sandbox, "environment", lambda d: real(d) | {"RENOVATE_READER_MEMORY": str(400 * 1024**2)}
    )
    assert "memory" in look(path).problems[-1]


def test_a_shapefile_is_left_as_it_is_index_and_all(tmp_path: Path) -> None:
    import geopandas

    path = tmp_path / "homes.shp"
    geopandas.GeoDataFrame(
        {"n": [1, 2]}, geometry=[shapely.Point(1, 2), shapely.Point(3, 4)], crs="EPSG:4326"
    ).to_file(path)
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.iterdir()}
    assert look(path).layers[0].features == 2
    assert len(read(path).columns["n"]) == 2
    assert {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.iterdir()} == before
