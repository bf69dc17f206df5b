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
        fixed = shapely.set_precision(exact, _GRID)
        out[spoilt] = shapely.transform(fixed, lambda xy: np.round(xy, DECIMALS))  # 7 decimals as text, too
    out[:] = shapely.orient_polygons(out, exterior_cw=False)
    return out


def feature_collection(table: ExportTable, crs: str) -> dict[str, Any]:
    """Return the table as a GeoJSON object."""
    whole: dict[str, Any] = json.loads(_text(table, crs))
    return whole


def write_geojson(path: Path, table: ExportTable, crs: str) -> None:
    """Write the table, one feature a line so that versions can be compared as text."""
    # U+2028 and lone surrogates are legal in JSON text but break careless readers
    body = _text(table, crs).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    path.write_text(body, encoding="utf-8", errors="backslashreplace")


def _text(table: ExportTable, crs: str) -> str:
    lonlat = to_wgs84(table.geometry, crs)
    head: dict[str, Any] = {"type": "FeatureCollection"}
    bounds = shapely.total_bounds(lonlat) if len(lonlat) else np.full(4, np.nan)
    if np.isfinite(bounds).all():
        head["bbox"] = [round(float(b), DECIMALS) for b in bounds]
    codes = [c.code for c in table.columns]
    lines = ",\n".join(
        f'{{"type":"Feature","id":{_json(identity)},"geometry":{shape},"properties":'
        f"{_json({c: _plain(v) for c, v in zip(codes, row, strict=True)})}}}"
        for identity, shape, row in zip(table.ids, _geometries(lonlat), table.rows, strict=True)
    )
    return f'{_json(head)[:-1]}, "features": [\n{lines}\n]}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _geometries(lonlat: ObjectArray) -> list[str]:
    """Return each geometry as JSON text; GEOS writes the shortest decimals that mean the same number."""
    none = shapely.is_missing(lonlat) | shapely.is_empty(lonlat)
    return [
        "null" if absent or text is None else text
        for absent, text in zip(none, shapely.to_geojson(lonlat), strict=True)
    ]


def _plain(value: Value) -> str | int | float | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
