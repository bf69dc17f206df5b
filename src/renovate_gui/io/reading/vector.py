"""The child's side of vector files: pyogrio with one driver. Runs only inside the reading child."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading.formats import Format
from renovate_gui.io.reading.values import InspectedLayer, RawLayer

SAMPLE_ROWS = 500
SAMPLE_VALUES = 12
_OWN_MARK, _OWN_LAYER = "rg_meta", "lyr_"  # the tables by which a project file of ours is known
_EXACT_INTEGERS = 2**53
_KML_HABITS = frozenset(
    "timestamp begin end altitudeMode tessellate extrude visibility drawOrder icon snippet".lower().split()
)


def load_driver() -> Any:
    """Import pyogrio without the packages it would only use for data frames; return the module."""
    for name in ("pandas", "geopandas", "pyarrow", "pyproj", "shapely"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None makes the import fail at once
    import pyogrio
    import pyogrio.raw

    return pyogrio


@dataclass(frozen=True, slots=True)
class Source:
    """A staged file: where it lies now, what it is, what people call it."""

    path: str
    format: Format
    shown_name: str
    layer_stem: str
    encoding: str = ""
    is_live: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """Return open options: an immutable GeoPackage gets no journal beside it."""
        found: dict[str, Any] = {}
        if self.format.driver == "GPKG" and not self.is_live:
            found["IMMUTABLE"] = "YES"
        if self.encoding and self.format.driver == "ESRI Shapefile":
            found["encoding"] = self.encoding
        return found


def layer_names(source: Source) -> list[tuple[str, str | None]]:
    """Return name and geometry type of each layer; one that carries no name of its own is called like the file."""
    pyogrio = load_driver()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pyogrio.list_layers(source.path)
    except pyogrio.errors.DataSourceError as error:
        raise _unreadable(source, error) from error
    if not len(found) and source.format.driver == "FlatGeobuf":  # a whole one has exactly one layer
        raise DataError(
            tr("“{file}” is cut off (its header is not complete); ask for it again.", file=source.shown_name)
        )
    if not source.format.has_layer_names:
        return [(source.layer_stem, kind) for _, kind in found[:1]]
    if any(str(name) == _OWN_MARK for name, _ in found):
        return [(_own_name(source, str(name)), kind) for name, kind in found]
    return [(str(name), kind) for name, kind in found]


def _own_name(source: Source, table: str) -> str:
    """Return what a layer of a project file of ours is called there; its table has a technical name."""
    if not table.startswith(_OWN_LAYER):
        return table
    pyogrio = load_driver()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        info = pyogrio.read_info(source.path, layer=table, **source.options)
    return str((info["layer_metadata"] or {}).get("IDENTIFIER") or table)


def _unreadable(source: Source, error: Exception) -> DataError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    first = first.rsplit(") failed: ", maxsplit=1)[-1][:160]  # the statement before it tells a person nothing
    return DataError(
        tr(
            "“{file}” cannot be read as {format}, it may be cut off or damaged; ask for it again ({reason}).",
            file=source.shown_name,
            format=source.format.title,
            reason=first.replace(source.path, source.shown_name),
        )
    )


def inspect(source: Source, encodings: tuple[tuple[str, str], ...]) -> Iterator[InspectedLayer]:
    """Look at every layer: type, count, columns, CRS, extent and some values."""
    for index, (name, kind) in enumerate(layer_names(source)):
        if kind is None:
            continue  # a table without geometry is no layer
        yield _inspect_layer(source, index, name, kind, encodings)


def _inspect_layer(
    source: Source, index: int, name: str, kind: str, encodings: tuple[tuple[str, str], ...]
) -> InspectedLayer:
    pyogrio = load_driver()
    problems: list[str] = []
    sample: dict[str, tuple[str, ...]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info = pyogrio.read_info(
                source.path, layer=index, force_feature_count=True, force_total_bounds=True, **source.options
            )
    except (
        pyogrio.errors.DataLayerError,
        pyogrio.errors.DataSourceError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
        raise _unreadable(source, error) from error
    count = int(info["features"])
    if count == 0:
        problems.append(tr("Layer “{layer}” holds no features.", layer=name))
    else:
        try:
            sample, kind, seen = _sample(source, index, kind)
            if not seen:
                problems.append(_cut_off(source, count))
        except (*_READ_ERRORS, pyogrio.errors.FeatureError) as error:
            problems.append(
                tr(
                    "Some rows of layer “{layer}” cannot be read ({reason}).",
                    layer=name,
                    reason=str(error)[:120],
                )
            )
    bounds = tuple(float(v) for v in info["total_bounds"]) if info["total_bounds"] is not None else None
    return InspectedLayer(
        name=name,
        geometry_type=general_type(kind),
        features=count,
        columns=tuple(str(c) for c in info["fields"]),
        crs=str(info["crs"] or ""),
        encoding=source.encoding or str(info["encoding"] or "UTF-8"),
        driver=source.format.driver,
        bounds=bounds if bounds is not None and len(bounds) == 4 and np.isfinite(bounds).all() else None,
        sample=sample,
        problems=tuple(problems),
        encodings=encodings,
    )


_READ_ERRORS = (RuntimeError, ValueError, OSError)


def general_type(kind: str | None) -> str:
    """Return Point, LineString, Polygon or Mixed for a driver's type word."""
    word = (
        (kind or "")
        .replace(" ", "")
        .replace("2.5D", "")
        .removesuffix("ZM")
        .removesuffix("Z")
        .removesuffix("M")
    )
    word = word.removeprefix("3D").removeprefix("Measured").removeprefix("Multi")
    known = {
        "Curve": "LineString",
        "Surface": "Polygon",
        "CurvePolygon": "Polygon",
        "CompoundCurve": "LineString",
    }
    word = known.get(word, word)
    return word if word in {"Point", "LineString", "Polygon"} else "Mixed"


_WKB_TYPES = {1: "Point", 2: "LineString", 3: "Polygon", 4: "Point", 5: "LineString", 6: "Polygon"}


def wkb_type(wkb: bytes) -> str:
    """Return the general geometry type written in a WKB header; ``Mixed`` for collections and curves."""
    code = int.from_bytes(wkb[1:5], "little" if wkb[:1] == b"\x01" else "big")
    return _WKB_TYPES.get((code & 0x0FFFFFFF) % 1000, "Mixed")


def _cut_off(source: Source, promised: int) -> str:
    return tr(
        "“{file}” is cut off: it promises {count} features and holds none of them; ask for it again.",
        file=source.shown_name,
        count=f"{promised:,}",
    )


def _sample(source: Source, index: int, kind: str) -> tuple[dict[str, tuple[str, ...]], str, int]:
    """Return common values by column, the geometry type, and how many rows could be read."""
    pyogrio = load_driver()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        meta, _, wkb, columns = pyogrio.raw.read(
            source.path, layer=index, max_features=SAMPLE_ROWS, **source.options
        )
    sample = {str(name): common_values(values) for name, values in zip(meta["fields"], columns, strict=True)}
    if general_type(kind) == "Mixed" and wkb is not None:
        kinds = {wkb_type(g) for g in wkb if g is not None}
        kind = kinds.pop() if len(kinds) == 1 else "Mixed"
    return sample, kind, 0 if wkb is None else len(wkb)


def common_values(values: NDArray[Any]) -> tuple[str, ...]:
    """Return the most frequent values as text, most frequent first, without blanks."""
    counts = Counter(text for value in values if (text := as_text(value)))
    return tuple(text[:80] for text, _ in counts.most_common(SAMPLE_VALUES))


def as_text(value: Any) -> str:
    """Return a value as a person would write it; blank for a missing one."""
    if value is None or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return "" if isinstance(value, bytes) else str(value).strip()


def read(source: Source, layer: str) -> RawLayer:
    """Read a whole layer; rows a driver stumbles over are found by halving and refused one by one."""
    names = [name for name, _ in layer_names(source)]
    if layer not in names:
        raise DataError(tr("“{file}” has no layer “{layer}” any more.", file=source.shown_name, layer=layer))
    index = names.index(layer)
    pyogrio = load_driver()
    errors = (*_READ_ERRORS, pyogrio.errors.FeatureError, pyogrio.errors.DataLayerError)
    refusals: list[tuple[int, str]] = []
    try:
        chunks = [_read_rows(source, index, {})]
    except errors:
        chunks = list(_by_halves(source, index, refusals, errors))
    meta = chunks[0][0] if chunks else None
    if meta is None:
        raise DataError(
            tr(
                "No row of layer “{layer}” in “{file}” can be read; ask for it again.",
                layer=layer,
                file=source.shown_name,
            )
        )
    if not refusals and not any(len(chunk[1]) for chunk in chunks):
        info = pyogrio.read_info(source.path, layer=index, force_feature_count=True, **source.options)
        if int(info["features"]) > 0:
            raise DataError(_cut_off(source, int(info["features"])))
    return _assemble(source, chunks, refusals)


def _read_rows(source: Source, index: int, window: dict[str, int]) -> Any:
    pyogrio = load_driver()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        meta, fids, wkb, columns = pyogrio.raw.read(
            source.path, layer=index, return_fids=True, **window, **source.options
        )
    return meta, fids, wkb, columns, [str(w.message) for w in caught]


def _by_halves(source: Source, index: int, refusals: list[tuple[int, str]], errors: Any) -> Iterator[Any]:
    pyogrio = load_driver()
    info = pyogrio.read_info(source.path, layer=index, force_feature_count=True, **source.options)
    waiting = [(0, int(info["features"]))]
    while waiting:
        start, count = waiting.pop()
        if count <= 0:
            continue
        try:
            yield _read_rows(source, index, {"skip_features": start, "max_features": count})
        except errors as error:
            if count == 1:
                refusals.append((start, tr("cannot be read: {reason}", reason=str(error)[:120])))
                continue
            half = count // 2
            waiting += [(start + half, count - half), (start, half)]


def _assemble(source: Source, chunks: list[Any], refusals: list[tuple[int, str]]) -> RawLayer:
    meta = chunks[0][0]
    columns: dict[str, NDArray[Any]] = {}
    notes = list(dict.fromkeys(text for chunk in chunks for text in chunk[4]))
    for position, name in enumerate(meta["fields"]):
        parts = [chunk[3][position] for chunk in chunks]
        whole = np.concatenate(parts) if len(parts) > 1 else parts[0]
        column = plain_column(whole)
        if column is None:
            notes.append(tr("Column “{column}” holds binary data and is left out.", column=str(name)))
        elif not (
            source.format.driver == "LIBKML"
            and str(name).lower() in _KML_HABITS
            and not _says_anything(column)
        ):
            columns[str(name)] = column
    wkb: list[bytes | None] = []
    for chunk in chunks:
        wkb += [None] * len(chunk[1]) if chunk[2] is None else list(chunk[2])
    rows = np.concatenate([np.asarray(chunk[1], dtype=np.int64) for chunk in chunks])
    return RawLayer(
        rows=rows,
        wkb=wkb,
        columns=columns,
        crs=str(meta["crs"] or ""),
        encoding=source.encoding or str(meta["encoding"] or "UTF-8"),
        driver=source.format.driver,
        refusals=tuple(refusals),
        notes=tuple(notes),
    )


def _says_anything(column: NDArray[Any]) -> bool:
    if column.dtype == object:
        return len({v for v in column if v}) > 1
    finite = column[np.isfinite(column)]
    return len(np.unique(finite)) > 1


def plain_column(values: NDArray[Any]) -> NDArray[Any] | None:
    """Return ``float64`` or text; integers too large for a double stay exact as text; None for binary data."""
    if values.dtype.kind == "M":
        out = np.empty(len(values), dtype=object)
        out[:] = [None if np.isnat(v) else _date_text(v) for v in values]
        return out
    if values.dtype.kind in "iu":
        if len(values) and max(abs(int(values.max())), abs(int(values.min()))) > _EXACT_INTEGERS:
            return np.array([str(v) for v in values.tolist()], dtype=object)
        return values.astype(np.float64)
    if values.dtype.kind in "fb":
        return values.astype(np.float64)
    if any(isinstance(v, bytes) for v in values):
        return None
    out = np.empty(len(values), dtype=object)
    out[:] = [None if v is None else str(v) for v in values]
    return out


def _date_text(value: Any) -> str:
    text = str(value.astype("datetime64[s]"))
    return text.removesuffix("T00:00:00")
