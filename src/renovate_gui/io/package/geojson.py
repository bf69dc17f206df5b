"""GeoJSON by RFC 7946: WGS84 longitude/latitude, outer rings counter-clockwise, no ``crs`` member, 7 decimals."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo import crs as systems
from renovate_gui.io.package.tables import ExportTable, Value

DECIMALS = 7  # about a centimetre
_GRID = 10.0**-DECIMALS


def to_wgs84(geometry: ObjectArray, crs: str) -> ObjectArray:
    """Return the geometries in longitude/latitude, two-dimensional, valid after rounding, right-hand rule.

    Parameters
    ----------
    geometry
        Shapely geometries in ``crs`` (metres), None allowed.
    crs
        The project's CRS, such as ``EPSG:4545``. CGCS2000 and WGS84 agree within a decimetre (PROJ: null shift).
    """
    transformer = systems.transformer(crs, systems.WGS84)  # cached: PROJ takes 0.2 s to find one

    def project(xy: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        lon, lat = transformer.transform(xy[:, 0], xy[:, 1])
        return np.round(np.column_stack([lon, lat]), DECIMALS)

    out = np.empty(len(geometry), dtype=object)
    if not len(geometry):
        return out
    out[:] = shapely.transform(shapely.force_2d(geometry), project)
    spoilt = ~shapely.is_valid(out) & shapely.is_valid(geometry)
    if spoilt.any():  # slivers thinner than the rounding: let GEOS round them instead
        exact = shapely.transform(
            shapely.force_2d(geometry[spoilt]),
            lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])),
        )
        out[spoilt] = shapely.set_precision(exact, _GRID)
    out[:] = shapely.orient_polygons(out, exterior_cw=False)
    return out


def feature_collection(table: ExportTable, crs: str) -> dict[str, Any]:
    """Return the table as a GeoJSON object."""
    lonlat = to_wgs84(table.geometry, crs)
    features = [
        {
            "type": "Feature",
            "id": identity,
            "geometry": _geometry(shape),
            "properties": {c.code: _plain(v) for c, v in zip(table.columns, row, strict=True)},
        }
        for identity, shape, row in zip(table.ids, lonlat, table.rows, strict=True)
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    bounds = shapely.total_bounds(lonlat) if len(lonlat) else np.full(4, np.nan)
    if np.isfinite(bounds).all():
        collection["bbox"] = [round(float(b), DECIMALS) for b in bounds]
    collection["features"] = features
    return collection


def write_geojson(path: Path, table: ExportTable, crs: str) -> None:
    """Write the table, one feature a line so that versions can be compared as text."""
    collection = feature_collection(table, crs)
    features = collection.pop("features")
    head = json.dumps(collection, ensure_ascii=False, allow_nan=False)[:-1]
    lines = ",\n".join(
        json.dumps(f, ensure_ascii=False, allow_nan=False, separators=(",", ":")) for f in features
    )
    # U+2028 and lone surrogates are legal in JSON text but break careless readers
    body = f'{head}, "features": [\n{lines}\n]}}\n'.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    path.write_text(body, encoding="utf-8", errors="backslashreplace")


def _geometry(shape: Any) -> dict[str, Any] | None:
    if shape is None or shape.is_empty:
        return None
    loaded: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return _rounded(loaded)


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    if geometry["type"] == "GeometryCollection":
        return {"type": "GeometryCollection", "geometries": [_rounded(g) for g in geometry["geometries"]]}
    return {"type": geometry["type"], "coordinates": _round_all(geometry["coordinates"])}


def _round_all(values: Any) -> Any:
    return round(values, DECIMALS) if isinstance(values, (int, float)) else [_round_all(v) for v in values]


def _plain(value: Value) -> str | int | float | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
