"""GeoJSON leaves by RFC 7946, judged by an outside reader."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import shapely
from geojson_pydantic import FeatureCollection
from hypothesis import given, settings
from hypothesis import strategies as st

from renovate_gui.io.package.geojson import feature_collection, to_wgs84, write_geojson
from renovate_gui.io.package.tables import Column, ExportTable, Value
from renovate_gui.io.package.verify import geojson_problems

CRS = "EPSG:4545"
E0, N0 = 362086.981, 3271852.335  # 106.577, 29.557


def objects(*shapes: object) -> np.ndarray:
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def table(*shapes: object, values: tuple[Value, ...] | None = None) -> ExportTable:
    rows = tuple((v,) for v in (values or ("x",) * len(shapes)))
    column = Column("text", "text", "文字", "Text")
    return ExportTable("t", "表", "table", objects(*shapes), tuple(range(len(shapes))), (column,), rows)


def test_golden_point_lands_in_chongqing() -> None:
    lon, lat = shapely.get_coordinates(to_wgs84(objects(shapely.Point(E0, N0)), CRS)[0])[0]
    assert lon == pytest.approx(106.577, abs=1e-7)
    assert lat == pytest.approx(29.557, abs=1e-7)


def test_outside_reader_accepts_every_geometry_type(tmp_path: Path) -> None:
    hole = shapely.Polygon(
        shapely.box(E0, N0, E0 + 50, N0 + 50).exterior.coords,
        [shapely.box(E0 + 10, N0 + 10, E0 + 20, N0 + 20).exterior.coords],
    )
    shapes = (
        shapely.Point(E0, N0, 7),
        shapely.LineString([(E0, N0), (E0 + 5, N0)]),
        hole,
        shapely.MultiPolygon([hole]),
        shapely.GeometryCollection([shapely.Point(E0, N0), hole]),
        None,
    )
    path = tmp_path / "t.geojson"
    write_geojson(path, table(*shapes), CRS)
    text = path.read_text(encoding="utf-8")
    read = FeatureCollection.model_validate_json(text)
    assert len(read.features) == len(shapes)
    data = json.loads(text)
    assert "crs" not in data
    assert data["features"][0]["geometry"]["coordinates"] == [106.577, 29.557]
    assert data["features"][-1]["geometry"] is None
    assert geojson_problems(path, "t") == []
    ring = shapely.LinearRing(data["features"][2]["geometry"]["coordinates"][0])
    assert ring.is_ccw


def test_values_come_out_as_what_they_are() -> None:
    values: tuple[Value, ...] = (
        "{{7*7}}\u2028</script>",
        Decimal("12.50"),
        Decimal(490000),
        float("nan"),
        None,
    )
    made = feature_collection(table(*[None] * 5, values=values), CRS)
    got = [f["properties"]["text"] for f in made["features"]]
    assert got == ["{{7*7}}\u2028</script>", 12.5, 490000, None, None]
    assert "bbox" not in made


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 400), st.floats(0, 400)), min_size=3, max_size=9),
    st.booleans(),
)
def test_any_valid_polygon_stays_valid_and_winds_right(
    points: list[tuple[float, float]], clockwise: bool
) -> None:
    shape = shapely.convex_hull(shapely.MultiPoint([(E0 + x, N0 + y) for x, y in points]))
    if shape.geom_type != "Polygon" or shape.area < 1e-3:
        return
    shape = shapely.orient_polygons(shape, exterior_cw=clockwise)
    out = to_wgs84(objects(shape), CRS)[0]
    assert out.is_valid
    assert all(
        p.exterior.is_ccw for p in shapely.get_parts(out) if p.geom_type == "Polygon" and not p.is_empty
    )


def test_check_finds_what_the_standard_forbids(tmp_path: Path) -> None:
    path = tmp_path / "bad.geojson"
    clockwise = [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": clockwise}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": {}, "features": [feature]}))
    assert len(geojson_problems(path, "bad")) == 2
    feature["geometry"] = {"type": "Point", "coordinates": [362086.9, 3271852.3]}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "longitude" in geojson_problems(path, "bad")[0]
    path.write_text("{")
    assert "not readable" in geojson_problems(path, "bad")[0]
