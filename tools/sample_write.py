"""Write the sample community: a GeoPackage, a GeoJSON, a GBK Shapefile, a CSV table, a height raster, proposals."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS, Transformer
from sample_terrain import Hill
from shapely.geometry import Polygon, mapping
from shapely.geometry.base import BaseGeometry

# CGCS2000 / 3-degree Gauss-Kruger, central meridian 108 E. The spot is invented: it means nothing on a real map.
CRS_CODE = 4545
ORIGIN = (389_600.0, 3_309_200.0)
GPKG_LAYERS = ("study_area", "landuse", "contours", "parcels", "buildings", "walk_network")
_GPKG_TYPES = {
    "study_area": "Polygon", "landuse": "MultiPolygon", "contours": "LineString", "parcels": "Polygon",
    "buildings": "Polygon", "walk_network": "LineString Z",
}  # fmt: skip


def to_world(geometry: BaseGeometry) -> BaseGeometry:
    """Move from local metres to the map's coordinate system."""
    return shapely.transform(
        geometry, lambda c: np.round(c + [*ORIGIN, 0.0][: c.shape[1]], 2), include_z=geometry.has_z
    )


def _lonlat(geometry: BaseGeometry, digits: int = 7) -> BaseGeometry:
    change = Transformer.from_crs(CRS_CODE, 4490, always_xy=True)
    return shapely.transform(
        shapely.force_2d(to_world(geometry)),
        lambda c: np.round(np.column_stack(change.transform(c[:, 0], c[:, 1])), digits),
    )


def write_all(out: Path, hill: Hill, sheet: Polygon, layers: dict[str, Any]) -> None:
    """Write every file of the folder; files of an earlier run are replaced."""
    (out / "photos").mkdir(parents=True, exist_ok=True)
    _write_gpkg(out / "qingyaping_base.gpkg", layers)
    _write_geojson(out / "qingyaping_facilities.geojson", layers["facilities"])
    _write_grids(out / "qingyaping_grids.shp", layers["grids"])
    _write_demand(out / "qingyaping_demand.csv", layers["demand"])
    _write_heights(out / "qingyaping_dem.asc", hill, sheet)
    _write_drawn(out / "proposals.toml", layers["drawn"])


def _frame(rows: list[dict[str, Any]]) -> Any:
    columns = [k for k in rows[0] if k != "geometry"]
    data = {k: [r[k] for r in rows] for k in columns}
    frame = gpd.GeoDataFrame(data, geometry=[to_world(r["geometry"]) for r in rows], crs=CRS_CODE)
    for name in ("steps", "handrail"):
        if name in frame.columns:
            frame[name] = frame[name].astype("Int32")
    return frame


def _write_gpkg(path: Path, layers: dict[str, Any]) -> None:
    path.unlink(missing_ok=True)
    for i, name in enumerate(GPKG_LAYERS):
        pyogrio.write_dataframe(
            _frame(layers[name]), path, layer=name, driver="GPKG", append=i > 0, geometry_type=_GPKG_TYPES[name],
            promote_to_multi=name == "landuse", dataset_options={"VERSION": "1.2"} if i == 0 else None,
        )  # fmt: skip


def _write_geojson(path: Path, rows: list[dict[str, Any]]) -> None:
    features = [
        {"type": "Feature", "id": r["code"], "properties": {k: v for k, v in r.items() if k != "geometry"}, "geometry": mapping(_lonlat(r["geometry"]))}
        for r in rows
    ]  # fmt: skip
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    path.write_text(
        f'{{"type": "FeatureCollection", "name": "qingyaping_facilities", "features": [\n{lines}\n]}}\n',
        encoding="utf-8",
    )


_GRID_FIELDS = {
    "code": "网格编号",
    "name": "网格名称",
    "name_en": "name_en",
    "worker": "网格员",
    "residents": "人口",
    "households": "户数",
    "age60": "60岁以上",
}


def _write_grids(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write the grid cells as Chinese offices send them: Shapefile, GBK, Chinese field names."""
    frame = _frame(rows).rename(columns=_GRID_FIELDS)
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK")
    path.with_suffix(".prj").write_text(CRS.from_epsg(CRS_CODE).to_wkt("WKT1_ESRI"), encoding="ascii")


def _write_demand(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write the answers as a table; its headings state the datum of the longitude and latitude, so nobody is asked."""
    change = Transformer.from_crs(CRS_CODE, 4490, always_xy=True)
    names = ["code", "category", "category_en", "weight", "date", "channel", "text"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*names, "lon_cgcs2000", "lat_cgcs2000"])
        for r in rows:
            lon, lat = change.transform(r["x"] + ORIGIN[0], r["y"] + ORIGIN[1])
            table.writerow([*(r[n] for n in names), f"{lon:.6f}", f"{lat:.6f}"])


def _write_heights(path: Path, hill: Hill, sheet: Polygon, cell: float = 6.0) -> None:
    """Write the heights as an ESRI ASCII grid, 6 m cells, metres, with its .prj."""
    x0, y0, x1, y1 = sheet.bounds
    x = np.arange(x0 + cell / 2, x1, cell)
    y = np.arange(y0 + cell / 2, y1, cell)
    gx, gy = np.meshgrid(x, y[::-1])
    z = hill.z(np.column_stack([gx.ravel(), gy.ravel()])).reshape(gx.shape)
    head = (
        f"ncols {len(x)}\nnrows {len(y)}\nxllcorner {x0 + ORIGIN[0]:.2f}\nyllcorner {y0 + ORIGIN[1]:.2f}\n"
        f"cellsize {cell:.1f}\nNODATA_value -9999\n"
    )
    body = "\n".join(" ".join(f"{v:.1f}" for v in row) for row in z)
    path.write_text(f"{head}{body}\n", encoding="ascii")
    path.with_suffix(".prj").write_text(CRS.from_epsg(CRS_CODE).to_wkt("WKT1_ESRI"), encoding="ascii")


def _write_drawn(path: Path, drawn: dict[str, Any]) -> None:
    """Write the prepared proposals as TOML: geometry as WKT in longitude and latitude, texts in both languages."""
    lines = [
        "# Prepared proposals of the invented community, placed by `renovate-gui demo`. All figures are invented.",
        'crs = "EPSG:4490"',
        "",
        "# Share of the people of a service's age group who need it: no standard says so for day care, so the sample assumes it.",
        "[need_shares]",
        "elderly_day_care = 0.03",
    ]
    for part in ("proposals", "notes"):
        for row in drawn[part]:
            geometry = _lonlat(row["shape"])
            assert geometry.is_valid, row
            lines += [
                "",
                f"[[{part}]]",
                f"geometry = {_toml(shapely.to_wkt(geometry, rounding_precision=7))}",
            ]
            lines += [f"{k} = {_toml(v)}" for k, v in row.items() if k != "shape" and v is not None]
    for photo in _PHOTOS:
        lines += ["", "[[photos]]", *(f"{k} = {_toml(v)}" for k, v in photo.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


_PHOTOS: tuple[dict[str, Any], ...] = (
    {
        "proposal": 1,
        "file": "illustration_day_care.png",
        "caption": "示意图：空置用房改日间照料",
        "caption_en": "Illustration: day care in the empty rooms",
    },
    {
        "proposal": 6,
        "file": "illustration_stairs.png",
        "caption": "示意图：梯道扶手",
        "caption_en": "Illustration: handrails on the stairs",
    },
)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
