"""Feature tables of imported layers: make, fill, read, edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.shapes import settled
from renovate_gui.store import blobs
from renovate_gui.store.collecting import uncollected
from renovate_gui.store.connection import rows
from renovate_gui.store.flat_blobs import decode_flat
from renovate_gui.store.growing import Growing, GrowingShapes
from renovate_gui.store.registry import SOURCE_WKB
from renovate_gui.store.schema import quoted

_HIDDEN = {"fid", blobs.GEOMETRY_COLUMN, SOURCE_WKB}
_NUMBERS = ("INT", "REAL", "DOUB", "FLOA", "NUM", "DEC", "BOOL")
_MOST_COLUMNS = 990  # of rows with 1,000 columns SQLite cannot apply a changeset: nothing could be undone
_ROWS_AT_ONCE = 1000


def create_table(
    db: apsw.Connection,
    name: str,
    table: LayerTable,
    columns: dict[str, str],
    *,
    keeps_source: bool,
    shown: str = "",
) -> None:
    """Make the feature table; ``columns`` maps the table's column names to those in the file."""
    if len(columns) > _MOST_COLUMNS:
        raise RequestError(
            tr(
                "“{name}” has {n} columns, and a layer can have at most {count}; leave some out and import again.",
                name=shown or name,
                n=len(columns),
                count=_MOST_COLUMNS,
            )
        )
    declared = [
        "fid INTEGER PRIMARY KEY NOT NULL",
        # the list of geometry columns says the narrow type; it can widen when an edit brings another one
        f"{blobs.GEOMETRY_COLUMN} GEOMETRY",
        *(f"{quoted(safe)} {_sql_type(table.columns[own])}" for own, safe in columns.items()),
    ]
    if keeps_source:
        declared.append(f"{SOURCE_WKB} BLOB")
    db.execute(f"CREATE TABLE {quoted(name)} ({', '.join(declared)})")


def _sql_type(values: NDArray[Any]) -> str:
    return {"f": "REAL", "i": "INTEGER", "u": "INTEGER", "b": "INTEGER"}.get(values.dtype.kind, "TEXT")


def fill_table(
    db: apsw.Connection,
    name: str,
    table: LayerTable,
    srs_id: int,
    source_wkb: Sequence[bytes | None] | None,
) -> None:
    """Write all rows with fresh random ids that ascend, so that the source's order is the order of reading."""
    data: list[Sequence[Any]] = [_new_ids(len(table)), blobs.encode(table.geometry, srs_id)]
    data += [_sql_values(values) for values in table.columns.values()]
    if source_wkb is not None:
        data.append(source_wkb)
    marks = ",".join("?" * len(data))
    db.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", zip(*data, strict=True))  # noqa: S608


def _new_ids(count: int) -> list[int]:
    """Return ascending ids like :func:`renovate_gui.domain.ids.new_row_id`, drawn together."""
    generator = np.random.default_rng()  # seeded by the system's own randomness
    ids = np.unique(generator.integers(1, 2**52, count, endpoint=True))
    while len(ids) < count:
        more = generator.integers(1, 2**52, count - len(ids), endpoint=True)
        ids = np.unique(np.concatenate([ids, more]))
    return [int(i) for i in ids]


def _sql_values(values: NDArray[Any]) -> list[Any]:
    if values.dtype.kind == "f":
        return [None if v != v else v for v in values.tolist()]  # noqa: PLR0124  NaN is not itself
    if values.dtype.kind in "iub":
        return [int(v) for v in values.tolist()]
    return [as_text(v) for v in values.tolist()]


def as_text(value: object) -> str | None:
    """Return the text stored for a value of a text column; SQLite takes neither lone surrogates nor NaN."""
    if value is None or value != value:  # noqa: PLR0124  NaN and NaT are not themselves
        return None
    text = value if isinstance(value, str) else str(value)
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def column_types(db: apsw.Connection, name: str) -> dict[str, bool]:
    """Return the columns a person sees, each with whether it holds numbers."""
    found = rows(db, f"PRAGMA table_info({quoted(name)})")
    return {
        r[1]: any(word in str(r[2]).upper() for word in _NUMBERS)
        for r in found
        if r[1].lower() not in _HIDDEN
    }


def read_table(db: apsw.Connection, name: str) -> LayerTable:
    """Read a whole feature table, by ascending id."""
    types = column_types(db, name)
    cursor = db.execute(f"SELECT {_wanted(types)} FROM {quoted(name)} ORDER BY fid")  # noqa: S608
    ids, shapes = Growing(np.int64), GrowingShapes()
    columns: dict[str, Growing | list[Any]] = {c: Growing(np.float64) if n else [] for c, n in types.items()}
    words = {column: _Words() for column in types}
    try:
        with uncollected():
            # few rows at a time keep Python's search for garbage short and its memory small
            while found := list(islice(cursor, _ROWS_AT_ONCE)):
                fids, found_blobs, *values = zip(*found, strict=True)
                ids.extend(np.array(fids, dtype=np.int64))
                shapes.extend(decode_flat(found_blobs))
                for column, own in zip(types, values, strict=True):
                    known = columns[column]
                    if isinstance(known, Growing):
                        known.extend(_numbers(own))
                    else:
                        known.extend(words[column].same(_as_texts(own)))
    finally:
        cursor.close()
    whole = {c: v.array() if isinstance(v, Growing) else blobs.as_objects(v) for c, v in columns.items()}
    return _frozen(LayerTable(ids.array(), settled(shapes.shapes()), whole))


class _Words:
    """Equal words of a column as one object: a kind of way or of building is said by thousands of rows."""

    _MOST = 4096  # different ones; a column of names is left as it is

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def same(self, values: Sequence[str | None]) -> Sequence[str | None]:
        """Return values with known words instead of equal ones."""
        if len(self._known) > self._MOST:
            return values
        known = self._known
        return [v if v is None else known.setdefault(v, v) for v in values]


def read_features(db: apsw.Connection, name: str, feature_ids: Iterable[int]) -> LayerTable:
    """Read some rows of a feature table, by ascending id; ids that are not there are left out.

    One look into the tree of keys for each: the cost does not grow with the table.
    """
    types = column_types(db, name)
    sql = f"SELECT {_wanted(types)} FROM {quoted(name)} WHERE fid=?"  # noqa: S608
    found = [row for fid in sorted(set(feature_ids)) for row in rows(db, sql, (fid,))]
    return _as_table(types, found)


def _wanted(types: Iterable[str]) -> str:
    return ",".join(["fid", blobs.GEOMETRY_COLUMN, *map(quoted, types)])


def _as_table(types: Mapping[str, bool], found: Sequence[tuple[Any, ...]]) -> LayerTable:
    data: list[Sequence[Any]] = list(zip(*found, strict=True)) or [()] * (len(types) + 2)
    columns = {
        column: _numbers(values) if is_number else _texts(values)
        for (column, is_number), values in zip(types.items(), data[2:], strict=True)
    }
    return _frozen(LayerTable(np.array(data[0], dtype=np.int64), blobs.decode(data[1]), columns))


def _frozen(table: LayerTable) -> LayerTable:
    for array in (table.ids, table.geometry, *table.columns.values()):
        array.setflags(write=False)  # views share them
    return table


def _numbers(values: Sequence[Any]) -> NDArray[np.float64]:
    try:
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError):  # another program wrote words into a column of numbers
        return np.array([_number(v) for v in values], dtype=np.float64)


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")


def _texts(values: Sequence[Any]) -> NDArray[np.object_]:
    return blobs.as_objects(_as_texts(values))


def _as_texts(values: Sequence[Any]) -> Sequence[str | None]:
    if set(map(type, values)) <= {str, type(None)}:
        return values
    return [_text(v) for v in values]


def _text(value: object) -> str | None:
    return (
        value.decode("utf-8", "replace")
        if isinstance(value, bytes)
        else None
        if value is None
        else str(value)
    )


def sql_value(info: LayerInfo, column: str, value: object, *, is_number: bool) -> object:
    """Return what is stored for a value given by a person or a service; raise RequestError when it does not fit."""
    if hasattr(value, "item"):  # numpy's scalars
        value = value.item()
    if value is None or value != value or (is_number and value == ""):  # noqa: PLR0124  NaN
        return None
    if not is_number:
        return as_text(value)
    if isinstance(value, bool | int | float):
        return value
    number = _number(value)
    if not np.isfinite(number):
        raise RequestError(
            tr(
                "Column “{column}” of “{layer}” holds numbers; “{value}” is none.",
                column=column,
                layer=info.name,
                value=value,
            )
        )
    return number


def feature_box(db: apsw.Connection, table: str, feature_ids: Sequence[int]) -> NDArray[np.float64]:
    """Return the joint bounds ``(x_min, y_min, x_max, y_max)`` of some features, NaN when they have no geometry."""
    found = [
        row[0]
        for fid in feature_ids
        for row in rows(db, f"SELECT {blobs.GEOMETRY_COLUMN} FROM {quoted(table)} WHERE fid=?", (fid,))  # noqa: S608
    ]
    return blobs.joint_bounds(blobs.decode(found))
