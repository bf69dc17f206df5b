"""The same tables as a GeoPackage in CGCS2000, read back by a second reader and compared value by value."""

from __future__ import annotations

import errno
import math
import os
import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo import crs as systems
from renovate_gui.io.package.tables import ExportTable, Value

CGCS2000 = "EPSG:4490"
_FAMILIES = (("points", 0), ("lines", 1), ("polygons", 2))
_ROOM_BYTES = 2 << 20  # what SQLite may have asked for in vain and given back before we look
_LOOKED_AT = 50  # rows that the second library compares
_TYPES = {0: "MultiPoint", 1: "MultiLineString", 2: "MultiPolygon"}


def export_crs(project_crs: str) -> str:
    """Return the project's CRS when it is a CGCS2000 one (Gauss-Krüger in metres), else geographic CGCS2000."""
    from pyproj import CRS

    geodetic = CRS.from_user_input(project_crs).geodetic_crs
    return project_crs if geodetic is not None and geodetic.to_epsg() == 4490 else CGCS2000


def split_by_family(table: ExportTable) -> tuple[ExportTable, ...]:
    """Split a mixed table into points, lines and polygons, because a GeoPackage layer holds one geometry type."""
    families = shapely.get_dimensions(table.geometry) if len(table.geometry) else np.zeros(0, dtype=int)
    present = [(word, code) for word, code in _FAMILIES if (families == code).any()]
    if len(present) <= 1:
        return (table,)
    return tuple(_subset(table, f"{table.name}_{word}", families == code) for word, code in present)


def write_geopackage(path: Path, tables: Sequence[ExportTable], project_crs: str) -> tuple[str, ...]:
    """Write every table as a layer, read the file back with another library and compare.

    Parameters
    ----------
    path
        A new file.
    tables
        Geometries in ``project_crs``.

    Returns
    -------
    tuple of str
        The layer names.

    Raises
    ------
    DataError
        When what was read back is not what was written.
    """
    crs = export_crs(project_crs)
    names: list[str] = []
    for table in (part for whole in tables for part in split_by_family(whole)):
        shapes = _as_multi(_projected(table.geometry, project_crs, crs))
        _write_layer(path, table, shapes, crs)
        _compare(path, table, shapes)
        names.append(table.name)
    return tuple(names)


def _subset(table: ExportTable, name: str, mask: Any) -> ExportTable:
    kept = [i for i, keep in enumerate(mask) if keep]
    return ExportTable(
        name,
        table.zh,
        table.en,
        table.geometry[kept],
        tuple(table.ids[i] for i in kept),
        table.columns,
        tuple(table.rows[i] for i in kept),
    )


def _projected(geometry: ObjectArray, source: str, target: str) -> ObjectArray:
    flat = shapely.force_2d(geometry) if len(geometry) else geometry
    if source == target or not len(geometry):
        return np.asarray(flat, dtype=object)
    transformer = systems.transformer(source, target)  # cached: PROJ takes 0.1 s to find one
    return np.asarray(
        shapely.transform(flat, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))),
        dtype=object,
    )


def _as_multi(geometry: ObjectArray) -> ObjectArray:
    makers: dict[str, Any] = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    out = np.empty(len(geometry), dtype=object)
    for i, shape in enumerate(geometry):
        if shape is None:
            continue
        make = makers.get(shape.geom_type)
        out[i] = make([shape]) if make is not None else shape
    return out


def _blame_a_full_disk(path: Path, error: Exception) -> None:
    """Raise OSError when there is no room left: GDAL says many things then, and seldom that."""
    is_full = "full" in str(error).lower()
    if is_full or shutil.disk_usage(path.parent).free < _ROOM_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error


def _write_layer(path: Path, table: ExportTable, shapes: ObjectArray, crs: str) -> None:
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
    from pyogrio.raw import write

    present = [s for s in shapes if s is not None]
    family = int(shapely.get_dimensions(present[0])) if present else 0
    fields = ["id", *(c.code for c in table.columns)]
    data = [np.array([str(i) for i in table.ids], dtype=object)]
    masks: list[Any] = [None]
    for position, column in enumerate(table.columns):
        values, mask = _field([row[position] for row in table.rows], column.kind)
        data.append(values)
        masks.append(mask)
    try:
        write(
            str(path),
            geometry=shapely.to_wkb(shapes),
            field_data=data,
            fields=fields,
            field_mask=masks,
            layer=table.name,
            driver="GPKG",
            geometry_type=_TYPES.get(family, "Unknown"),
            crs=crs,
            append=path.exists(),
            # version 1.2 is read without a warning by the GDAL of older distributions
            dataset_options=None if path.exists() else {"VERSION": "1.2"},
            layer_options={
                "FID": "fid",
                "GEOMETRY_NAME": "geom",
                "DESCRIPTION": table.en,
                "IDENTIFIER": table.name,
            },
        )
    except (DataLayerError, DataSourceError, FieldError, GeometryError) as error:
        _blame_a_full_disk(path, error)
        raise RequestError(
            tr(
                "{file} could not be written ({reason}); is the disk full?",
                file=path.name,
                reason=str(error)[:120],
            )
        ) from error


def _field(values: list[Value], kind: str) -> tuple[Any, Any]:
    missing = np.array([_is_missing(v) for v in values], dtype=bool)
    if kind == "text":
        return np.array([None if v is None else str(v) for v in values], dtype=object), None
    if kind == "integer":
        return np.array(
            [0 if m else int(v or 0) for v, m in zip(values, missing, strict=True)], np.int64
        ), missing
    return np.array(
        [0.0 if m else float(v or 0) for v, m in zip(values, missing, strict=True)], float
    ), missing


def _is_missing(value: Value) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _compare(path: Path, table: ExportTable, shapes: ObjectArray) -> None:
    """Read the layer back whole and compare all of it; a second library then looks at rows spread over the layer."""
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyogrio.raw import read

    try:
        meta, _, wkb, values = read(str(path), layer=table.name)
    except (DataLayerError, DataSourceError) as error:
        raise _differs(path, table, 0) from error
    count = len(table.rows)
    if len(values[0]) != count:
        raise _differs(path, table, min(len(values[0]), count))
    wrong = ~_equal_shapes(np.full(count, None, dtype=object) if wkb is None else wkb, shapes)
    place = {str(name): position for position, name in enumerate(meta["fields"])}
    for number, column in enumerate(table.columns):
        wrong |= ~_equal_values(values[place[column.code]], [row[number] for row in table.rows], column.kind)
    if wrong.any():
        raise _differs(path, table, int(np.flatnonzero(wrong)[0]))
    _look_again(path, table, shapes)


def _equal_shapes(wkb: Any, shapes: ObjectArray) -> Any:
    read = shapely.from_wkb(wkb)
    none = shapely.is_missing(read) | shapely.is_empty(read)
    asked_none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return np.where(asked_none, none, shapely.equals_exact(read, shapes, 0.0))


def _equal_values(read: Any, written: list[Value], kind: str) -> Any:
    if kind == "text":
        return np.array([r == w for r, w in zip(read.tolist(), written, strict=True)], dtype=bool)
    wanted = np.array([np.nan if _is_missing(v) else float(v or 0) for v in written])
    found = np.asarray(read, dtype=float)
    return (found == wanted) | (np.isnan(found) & np.isnan(wanted))


def _look_again(path: Path, table: ExportTable, shapes: ObjectArray) -> None:
    import fiona

    count = len(table.rows)
    chosen = np.unique(np.linspace(0, max(count - 1, 0), min(count, _LOOKED_AT)).astype(int))
    try:
        with fiona.open(path, layer=table.name) as layer:
            if len(layer) != count:
                raise _differs(path, table, min(len(layer), count))
            first = next(iter(layer)).id if count else "0"
            for number in (int(n) for n in chosen):
                feature = layer.get(int(first) + number)
                if feature is None or not _same_feature(feature, shapes[number], table, number):
                    raise _differs(path, table, number)
    except fiona.errors.FionaError as error:
        raise _differs(path, table, 0) from error


def _same_feature(feature: Any, shape: Any, table: ExportTable, number: int) -> bool:
    return _same_shape(feature.geometry, shape) and all(
        _same_value(feature.properties[column.code], value)
        for column, value in zip(table.columns, table.rows[number], strict=True)
    )


def _same_shape(read: Any, written: Any) -> bool:
    if read is None or written is None or written.is_empty:
        return (read is None and written is None) or (written is not None and written.is_empty)
    return bool(shapely.equals_exact(shapely.geometry.shape(read.__geo_interface__), written, 0.0))


def _same_value(read: Any, written: Value) -> bool:
    if _is_missing(written):
        return read is None
    if isinstance(written, (Decimal, float)):
        return read is not None and float(read) == float(written)
    return bool(read == written)


def _differs(path: Path, table: ExportTable, row: int) -> DataError:
    return DataError(
        tr(
            "{file}, layer {layer}, row {row}: what was read back is not what was written; export to another drive.",
            file=path.name,
            layer=table.name,
            row=row,
        )
    )
