"""Layers as a receiver's formats (GeoPackage, Shapefile, FileGDB), written by fiona and read back by pyogrio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo import crs as systems
from renovate_gui.io.package.officials.template import ROW, FieldRule
from renovate_gui.io.package.tables import Value

TOLERANCE_M = 1e-6
TOLERANCE_DEG = 1e-9
_FAMILIES = (("P", 0, "MultiPoint", "Point"), ("L", 1, "MultiLineString", "LineString"), ("A", 2, "MultiPolygon", "Polygon"))  # fmt: skip
_DBF_NAME, _DBF_TEXT = 10, 254
_SCALE_M = 450_445_547  # cells a metre, Esri's own for high precision: 2 nm, 20,000 km wide
_GRID_DEG = {"XORIGIN": "-400", "YORIGIN": "-400", "XYSCALE": "1000000000000", "XYTOLERANCE": "0.000000001"}
_DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "gdb": "OpenFileGDB"}


@dataclass(frozen=True, slots=True)
class FittedLayer:
    """A layer whose values fit: geometry in ``crs``, one geometry type, rows parallel to ``rules``."""

    name: str
    rules: tuple[FieldRule, ...]
    rows: tuple[tuple[Value, ...], ...]
    geometry: ObjectArray
    crs: str

    def by_family(self) -> tuple[FittedLayer, ...]:
        """Return points, lines and areas as layers of their own, with a letter behind the name where there are several."""
        dims = shapely.get_dimensions(self.geometry) if len(self.geometry) else np.zeros(0, dtype=int)
        here = [(letter, code) for letter, code, _, _ in _FAMILIES if (dims == code).any()]
        parts = []
        for letter, code in here:
            rows = np.flatnonzero(dims == code)
            name = self.name if len(here) == 1 else f"{self.name}_{letter}"
            parts.append(
                FittedLayer(
                    name, self.rules, tuple(self.rows[r] for r in rows), self.geometry[rows], self.crs
                )
            )
        return tuple(parts)


def projected(geometry: ObjectArray, source: str, target: str) -> ObjectArray:
    """Return the shapes in another system, two-dimensional; both may be the same."""
    flat = shapely.force_2d(geometry) if len(geometry) else geometry
    if source == target or not len(geometry):
        return np.asarray(flat, dtype=object)
    found = systems.transformer(source, target)
    out = shapely.transform(flat, lambda xy: np.column_stack(found.transform(xy[:, 0], xy[:, 1])))
    return np.asarray(out, dtype=object)


def write_layers(
    folder: Path, kind: str, layers: Sequence[FittedLayer], *, stem: str, encoding: str
) -> tuple[Path, ...]:
    """Write layers of one geometry type each, and compare what another library reads with what was meant.

    Parameters
    ----------
    kind
        ``gpkg``, ``shp`` or ``gdb``.
    stem
        Name of the one file or geodatabase; shapefiles are named like their layers.

    Raises
    ------
    DataError
        When what was read back is not what was written; one sentence.
    """
    written = []
    for layer in layers:
        path = folder / (f"{layer.name}.shp" if kind == "shp" else f"{stem}.{kind}")
        fields = _fields(kind, layer)
        _write(path, kind, layer, fields, encoding)
        compare(path, layer, fields, kind)
        written.append(path)
    return tuple(dict.fromkeys(written))


def short_names(codes: Sequence[str], length: int = _DBF_NAME) -> tuple[str, ...]:
    """Return field names of at most ``length`` characters, each once whatever its case: the end gives way to a number."""
    taken: set[str] = set()
    made = []
    for code in codes:
        name, number = code[:length], 1
        while name.lower() in taken:
            tail = str(number)
            name, number = code[: length - len(tail)] + tail, number + 1
        taken.add(name.lower())
        made.append(name)
    return tuple(made)


def shapefile_limits(rules: Sequence[FieldRule]) -> tuple[str, ...]:
    """Return what of these fields a shapefile cannot hold, in translated sentences."""
    told = []
    names = short_names([r.code for r in rules])
    for rule, name in zip(rules, names, strict=True):
        if name != rule.code:
            told.append(tr("Shapefile: field {field} is called {name} there (10 characters at most).", field=rule.code, name=name))  # fmt: skip
        if rule.kind == "text" and rule.length > _DBF_TEXT:
            told.append(tr("Shapefile: field {field} holds {n} bytes there instead of {length}.", field=rule.code, n=_DBF_TEXT, length=rule.length))  # fmt: skip
    return tuple(told)


_Field = tuple[int, str, str, FieldRule]
"""Position in the row, name in the file, type in the file, rule."""


def _fields(kind: str, layer: FittedLayer) -> tuple[_Field, ...]:
    codes = [r.code for r in layer.rules]
    names = short_names(codes) if kind == "shp" else tuple(codes)
    found = []
    for place, (name, rule) in enumerate(zip(names, layer.rules, strict=True)):
        if kind == "gdb" and name.upper() == "OBJECTID" and rule.source == ROW:
            continue  # the geodatabase numbers its rows itself, by this very name
        found.append((place, name, _type_of(kind, rule), rule))
    return tuple(found)


def _type_of(kind: str, rule: FieldRule) -> str:
    if rule.kind == "text":
        return f"str:{min(rule.length, _DBF_TEXT) if kind == 'shp' else rule.length}"
    if rule.kind == "date":
        return "str:10" if kind == "gdb" else "date"
    if rule.kind == "integer":
        return f"int:{rule.length}" if kind == "shp" else ("int32" if rule.length <= 9 else "int64")
    if kind == "shp":
        return f"float:{rule.length}.{rule.decimals or min(6, rule.length - 2)}"
    return "float"


def _write(path: Path, kind: str, layer: FittedLayer, fields: Sequence[_Field], encoding: str) -> None:
    import fiona
    from fiona._err import CPLE_BaseError  # what GDAL says while a file is closed
    from fiona.errors import FionaError

    multi = _multi_name(layer)
    # a shapefile has one type for single and multiple shapes
    schema = {"geometry": multi.removeprefix("Multi") if kind == "shp" and multi != "MultiPoint" else multi,
              "properties": {name: typed for _, name, typed, _ in fields}}  # fmt: skip
    options: dict[str, Any] = {"layer": layer.name} if kind != "shp" else {"encoding": encoding}
    if kind == "gdb":
        options |= _GRID_DEG if systems.is_geographic(layer.crs) else _grid_of(layer.geometry)
        if any(name.upper() == "OBJECTID" for _, name, _, _ in fields):
            options["FID"] = "OID_"
    if kind == "gpkg" and not path.exists():
        options["VERSION"] = "1.2"
    try:
        out = fiona.open(path, "w", driver=_DRIVERS[kind], schema=schema, crs=layer.crs, **options)
        try:
            out.writerecords(_records(layer, fields, kind))
        finally:
            _close(out, kind)
    except (FionaError, CPLE_BaseError, UnicodeEncodeError, OSError, ValueError) as error:
        raise RequestError(
            tr(
                "{file} could not be written ({reason}); is the disk full?",
                file=path.name,
                reason=str(error)[:120],
            )
        ) from error


def _grid_of(geometry: ObjectArray) -> dict[str, str]:
    """Return a geodatabase's grid of metres around the shapes: eastings with a zone number lie beyond the usual one."""
    bounds = shapely.total_bounds(geometry)
    x, y = (int(v) - 1_000_000 if np.isfinite(v) else 0 for v in bounds[:2])
    return {"XORIGIN": str(x), "YORIGIN": str(y), "XYSCALE": str(_SCALE_M), "XYTOLERANCE": "0.000001"}


def _close(out: Any, kind: str) -> None:
    """Close the file; for a geodatabase GDAL looks where the system's corners lie on earth and says when one lies nowhere.

    That is no fault of ours, but fiona stops there with the file still open. What is in it is compared in any case.
    """
    from fiona._err import CPLE_BaseError

    try:
        out.close()
    except CPLE_BaseError:
        if kind != "gdb":
            raise
        out.session.stop()
        out._closed = True  # noqa: SLF001  there is no other way to say it


def _multi_name(layer: FittedLayer) -> str:
    dimension = int(shapely.get_dimensions(layer.geometry).max()) if len(layer.geometry) else 0
    return next(multi for _, code, multi, _ in _FAMILIES if code == dimension)


def _records(layer: FittedLayer, fields: Sequence[_Field], kind: str) -> Iterator[dict[str, Any]]:
    for shape, row in zip(_all_multi(layer), layer.rows, strict=True):
        values = {name: _stored(row[place], kind, rule) for place, name, _, rule in fields}
        yield {"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": values}


def _stored(value: Value, kind: str, rule: FieldRule) -> Value:
    if kind == "shp" and isinstance(value, str) and rule.kind == "text":
        return value if rule.length <= _DBF_TEXT else _cut(value)
    return value


def _cut(value: str) -> str:
    from renovate_gui.io.package.officials.fitting import cut_to_bytes

    return cut_to_bytes(value, _DBF_TEXT, "utf-8")


def _all_multi(layer: FittedLayer) -> list[Any]:
    makers: dict[str, Any] = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    return [makers[s.geom_type]([s]) if s.geom_type in makers else s for s in layer.geometry]


# -- the second reader -----------------------------------------------------------------------------------------
def compare(path: Path, layer: FittedLayer, fields: Sequence[_Field], kind: str) -> None:
    """Read a layer with pyogrio; raise DataError at the first row that is not what was written."""
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyogrio.raw import read

    try:
        meta, _, wkb, columns = read(str(path), layer=None if kind == "shp" else layer.name)
    except (DataLayerError, DataSourceError) as error:
        raise differs(path, layer.name, 0) from error
    count = len(layer.rows)
    if wkb is None or len(wkb) != count:
        raise differs(path, layer.name, 0 if wkb is None else min(len(wkb), count))
    here = {str(name): columns[i] for i, name in enumerate(meta["fields"])}
    lost = [name for _, name, _, _ in fields if name not in here]
    if lost:
        raise differs(path, layer.name, 0)
    found = shapely.from_wkb(wkb)
    tolerance = TOLERANCE_DEG if systems.is_geographic(layer.crs) else TOLERANCE_M
    same = same_shapes(found, layer.geometry, tolerance)
    for row in range(count):
        values = (
            _same(here[name][row], _stored(layer.rows[row][place], kind, rule), rule)
            for place, name, _, rule in fields
        )
        if not (same[row] and all(values)):
            raise differs(path, layer.name, row + 1)


def same_shapes(found: Any, meant: Any, tolerance: float) -> Any:
    """Return row by row whether shapes agree within the tolerance, whatever order parts, rings and corners have."""
    a, b = (shapely.normalize(_unfolded(shapes)) for shapes in (found, meant))
    close = shapely.equals_exact(a, b, tolerance)
    for row in np.flatnonzero(~close):  # a rounding may change the order that normalize makes
        close[row] = bool(
            shapely.get_num_coordinates(a[row]) == shapely.get_num_coordinates(b[row])
            and shapely.hausdorff_distance(a[row], b[row]) <= tolerance
        )
    return close


def _unfolded(shapes: Any) -> Any:
    """Return a multiple shape of one part as that part."""
    out = np.empty(len(shapes), dtype=object)
    for i, shape in enumerate(shapes):
        single = shape is not None and shape.geom_type.startswith("Multi") and len(shape.geoms) == 1
        out[i] = shape.geoms[0] if single else shape
    return out


def _same(read: Any, meant: Value, rule: FieldRule) -> bool:
    is_none = read is None or read == "" or (isinstance(read, float | np.floating) and np.isnan(read))
    if meant is None or is_none or str(read) == "NaT":
        return meant is None and (is_none or str(read) == "NaT")
    if rule.kind in ("integer", "real"):
        return bool(
            np.isclose(float(read), float(meant), rtol=1e-12, atol=0.5 * 10.0 ** -(rule.decimals or 6))
        )
    return str(read) == str(meant)


def differs(path: Path, layer: str, row: int) -> DataError:
    """Return the error of a file that reads otherwise than it was written."""
    return DataError(
        tr("{file}, layer {layer}, row {row}: what was read back is not what was written; export to another drive.",
           file=path.name, layer=layer, row=row)
    )  # fmt: skip
