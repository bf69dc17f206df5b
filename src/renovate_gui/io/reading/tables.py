"""The child's side of delimited text: encoding, delimiter, columns, and where in them the coordinates are."""

from __future__ import annotations

import csv
import io
import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading import encoding as encodings
from renovate_gui.io.reading.values import InspectedLayer, RawLayer
from renovate_gui.io.reading.vector import SAMPLE_ROWS, common_values, wkb_type

MAX_FIELD_CHARACTERS = 16 * 1024 * 1024  # a WKT polygon may be long
_SAMPLE_BYTES = 4 * 1024 * 1024
_BOMS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))

_X_NAMES = (
    "lon",
    "lng",
    "long",
    "longitude",
    "经度",
    "x",
    "x坐标",
    "东坐标",
    "easting",
    "point_x",
    "coord_x",
    "xcoord",
    "pointx",
    "横坐标",
)
_Y_NAMES = (
    "lat",
    "latitude",
    "纬度",
    "y",
    "y坐标",
    "北坐标",
    "northing",
    "point_y",
    "coord_y",
    "ycoord",
    "pointy",
    "纵坐标",
)
_PAIR_NAMES = (
    "location",
    "lonlat",
    "lnglat",
    "lon_lat",
    "lng_lat",
    "坐标",
    "经纬度",
    "位置",
    "coordinates",
    "coords",
    "coordinate",
)
_WKT_NAMES = ("wkt", "geometry", "geom", "the_geom", "shape", "geometry_wkt", "wkt_geom")
_PAIR = re.compile(r"^\s*[\[(]?\s*([-+]?\d+(?:\.\d+)?)\s*[,，;；\s]\s*([-+]?\d+(?:\.\d+)?)\s*[\])]?\s*$")
_WKT = re.compile(
    r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")
_COMMA_NUMBER = re.compile(r"^[-+]?\d+(,\d+)?$")  # 106,577 as half of Europe writes it
_HALF = 0.5  # so many of the filled cells must be coordinates before a column's name is believed
_CODE_LIKE = re.compile(r"^[-+]?0\d")  # a leading zero is part of a code, not of a number


@dataclass(frozen=True, slots=True)
class Where:
    """The columns that hold coordinates: ``pair`` or ``wkt`` in one column, or ``xy`` in two."""

    kind: str
    x: int
    y: int = -1
    has_decimal_commas: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A parsed table, all cells text."""

    header: list[str]
    rows: list[list[str]]
    encoding: str
    fits: tuple[tuple[str, str], ...]
    notes: list[str]


def inspect(path: str, shown_name: str, stem: str, encoding: str) -> Iterator[InspectedLayer]:
    """Look at the table: it is one layer, when its coordinates are found."""
    table = _load(path, shown_name, encoding)
    where = find_coordinates(table, shown_name)
    sample = {
        name: common_values(
            np.array([row[i] if i < len(row) else "" for row in table.rows[: 10 * SAMPLE_ROWS]], dtype=object)
        )
        for i, name in enumerate(table.header)
        if i not in {where.x, where.y}
    }
    wkb, _ = _geometries(table, where)
    points = [g for g in wkb if g is not None]
    kinds = {wkb_type(g) for g in points}
    yield InspectedLayer(
        name=stem,
        geometry_type=kinds.pop() if len(kinds) == 1 else "Mixed" if kinds else "Point",
        features=len(table.rows),
        columns=tuple(table.header),
        crs="",
        encoding=table.encoding,
        driver="CSV",
        bounds=_bounds(points),
        sample=sample,
        problems=tuple(table.notes),
        encodings=table.fits,
        coordinate_columns=tuple(table.header[i] for i in (where.x, where.y) if i >= 0),
    )


def read(path: str, shown_name: str, encoding: str) -> RawLayer:
    """Read all rows; a row whose coordinates cannot be read is refused by its number (0 is the first data row)."""
    table = _load(path, shown_name, encoding)
    where = find_coordinates(table, shown_name)
    wkb, refusals = _geometries(table, where)
    refused = {row for row, _ in refusals}
    kept = [row for row in range(len(table.rows)) if row not in refused]
    columns = {
        name: _typed([table.rows[row][i] if i < len(table.rows[row]) else "" for row in kept])
        for i, name in enumerate(table.header)
    }
    return RawLayer(
        rows=np.array(kept, dtype=np.int64),
        wkb=[wkb[row] for row in kept],
        columns=columns,
        crs="",
        encoding=table.encoding,
        driver="CSV",
        refusals=tuple(refusals),
        notes=tuple(table.notes),
    )


# -- text -----------------------------------------------------------------------------------------------------
def _load(path: str, shown_name: str, encoding: str) -> Table:
    data = Path(path).read_bytes()
    chosen, fits = (encoding, ()) if encoding else _encoding_of(data)
    notes: list[str] = []
    text = _decoded(data, chosen or (fits[0][0] if fits else "UTF-8"), notes)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    lines = text.splitlines()
    if not lines:
        raise DataError(tr("“{file}” holds no rows.", file=shown_name))
    delimiter = delimiter_of(lines)
    _check_quotes(text, delimiter, shown_name)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise DataError(
            tr(
                "“{file}” cannot be read as a table ({reason}); save it again as CSV.",
                file=shown_name,
                reason=str(error),
            )
        ) from error
    if len(rows) < 1:
        raise DataError(tr("“{file}” holds no rows.", file=shown_name))
    header = _unique([cell.strip() for cell in rows[0]])
    surplus = sum(any(cell.strip() for cell in row[len(header) :]) for row in rows[1:])
    if surplus:
        notes.append(
            tr("{n} rows have more cells than there are headings; the surplus was left out.", n=surplus)
        )
    return Table(header, rows[1:], chosen, fits, notes)


def _check_quotes(text: str, delimiter: str, shown_name: str) -> None:
    """Raise DataError when a quotation mark is never closed: what follows it would be taken for one cell."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begun = 0
    while True:
        begun = reader.line_num + 1
        try:
            next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return  # a stray mark inside a cell is read as it stands
            raise DataError(
                tr(
                    "“{file}”: a quotation mark opened in line {line} is never closed; correct it and save again.",
                    file=shown_name,
                    line=begun,
                )
            ) from error


def _encoding_of(data: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    for mark, code in _BOMS:
        if data.startswith(mark):
            return code, ((code, tr("declared by its first bytes")),)
    found = encodings.guess(
        re.split(rb"[\x00-\x7f]+", data[:_SAMPLE_BYTES]), may_be_cut=len(data) > _SAMPLE_BYTES
    )
    latin = encodings.guess(data[:_SAMPLE_BYTES].splitlines()) if not found.sure else found
    return (found.sure, found.fits) if found.sure else (latin.sure, latin.fits)


def _decoded(data: bytes, code: str, notes: list[str]) -> str:
    try:
        return data.decode("utf-8-sig" if code == "UTF-8" else code)
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig" if code == "UTF-8" else code, "replace")
        notes.append(
            tr(
                "{n} characters cannot be read as {encoding} and show as “�”.",
                n=text.count("�"),
                encoding=code,
            )
        )
        return text
    except LookupError as error:
        raise DataError(
            tr("The encoding “{encoding}” is not known; use UTF-8 or GB18030.", encoding=code)
        ) from error


def delimiter_of(lines: list[str]) -> str:
    """Return the mark that splits the first lines most evenly; the first line decides a draw."""
    probe = [line for line in lines[:20] if line.strip()]
    best, best_score = ",", (0.0, 0)
    for mark in ",\t;|，":
        counts = [len(next(csv.reader([line], delimiter=mark))) - 1 for line in probe]
        if counts and counts[0] > 0:
            score = (sum(count == counts[0] for count in counts) / len(counts), counts[0])
            if score > best_score:
                best, best_score = mark, score
    return best


def _unique(header: list[str]) -> list[str]:
    taken: set[str] = set()
    names = []
    for position, cell in enumerate(header, start=1):
        base = cell or f"column_{position}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return names


def _typed(cells: list[str]) -> NDArray[Any]:
    """Return numbers when every filled cell is one and none is a code with a leading zero; text otherwise."""
    filled = [text for cell in cells if (text := cell.strip())]
    digits_only = all(_NUMBER.match(text) and not _CODE_LIKE.match(text) for text in filled)
    if filled and digits_only and all(len(text) <= 15 for text in filled):
        return np.array([float(cell) if cell.strip() else np.nan for cell in cells], dtype=np.float64)
    out = np.empty(len(cells), dtype=object)
    out[:] = [cell if cell.strip() else None for cell in cells]
    return out


# -- coordinates ----------------------------------------------------------------------------------------------
def find_coordinates(table: Table, shown_name: str) -> Where:
    """Return where the coordinates are: by column name, each time checked by the values below it."""
    if not any(cell.strip() for row in table.rows for cell in row):
        raise DataError(tr("“{file}” has headings but no rows; ask for it again.", file=shown_name))
    names = [_fold(name) for name in table.header]
    probe = table.rows[:SAMPLE_ROWS]
    for position in _named(names, _WKT_NAMES):
        if _share(probe, position, _WKT) >= _HALF:
            return Where("wkt", position)
    xs, ys = _named(names, _X_NAMES), _named(names, _Y_NAMES)
    where = _two_columns(probe, xs, ys)
    if where is not None:
        return where
    for position in _named(names, _PAIR_NAMES):
        if _share(probe, position, _PAIR) >= _HALF:
            return Where("pair", position)
    for position in range(len(names)):
        if _share(probe, position, _WKT) > 0.9:
            return Where("wkt", position)
    if xs and ys:
        raise _no_numbers(table, xs[0], ys[0], shown_name)
    raise DataError(
        tr(
            "“{file}” has no coordinates that can be found: name two columns lon and lat (or x and y), or give WKT.",
            file=shown_name,
        )
    )


def _two_columns(probe: list[list[str]], xs: list[int], ys: list[int]) -> Where | None:
    """Return the first pair of columns that hold numbers, with decimal points or with decimal commas."""
    for x in xs:
        for y in ys:
            for pattern in (_NUMBER, _COMMA_NUMBER):
                if min(_share(probe, x, pattern), _share(probe, y, pattern)) >= _HALF:
                    return Where("xy", x, y, has_decimal_commas=pattern is _COMMA_NUMBER)
    return None


def _no_numbers(table: Table, x: int, y: int, shown_name: str) -> DataError:
    """Return the error for coordinate columns that hold something else, with the first thing they hold."""
    cells = [row[i].strip() for row in table.rows for i in (x, y) if i < len(row) and row[i].strip()]
    return DataError(
        tr(
            "“{file}”: the columns “{x}” and “{y}” hold no decimal numbers (such as “{value}”); write degrees like 106.5770.",
            file=shown_name,
            x=table.header[x],
            y=table.header[y],
            value=cells[0][:40] if cells else "",
        )
    )


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower().replace(" ", "_")


def _named(names: list[str], wanted: tuple[str, ...]) -> list[int]:
    """Return columns called so, best name first; names that merely carry it (``wgs84_lon``) come after."""
    whole = [i for word in wanted for i, name in enumerate(names) if name == word]
    long_words = [word for word in wanted if len(word) > 1]
    parts = [
        i
        for word in long_words
        for i, name in enumerate(names)
        if i not in whole and (word in re.split(r"[\W_]+", name) if word.isascii() else word in name)
    ]
    return list(dict.fromkeys([*whole, *parts]))


def _share(rows: list[list[str]], position: int, pattern: re.Pattern[str]) -> float:
    cells = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
    return sum(bool(pattern.match(cell)) for cell in cells) / len(cells) if cells else 0.0


def _geometries(table: Table, where: Where) -> tuple[list[bytes | None], list[tuple[int, str]]]:
    if where.kind == "wkt":
        return _from_wkt(table, where.x)
    wkb: list[bytes | None] = []
    refusals: list[tuple[int, str]] = []
    for number, row in enumerate(table.rows):
        point = _point(row, where)
        if isinstance(point, str):
            refusals.append((number, point))
            wkb.append(None)
        else:
            wkb.append(struct.pack("<BIdd", 1, 1, *point))
    return wkb, refusals


def _point(row: list[str], where: Where) -> tuple[float, float] | str:
    """Return the point of a row, or the reason why it has none."""
    wanted = (where.x,) if where.kind == "pair" else (where.x, where.y)
    cells = [row[i].strip() if i < len(row) else "" for i in wanted]
    if not any(cells):
        return tr("has no coordinates")
    if where.kind == "pair":
        found = _PAIR.match(cells[0])
        if found is None:
            return tr("its coordinates “{value}” cannot be read", value=cells[0][:40])
        return float(found.group(1)), float(found.group(2))
    if where.has_decimal_commas:
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        x, y = float(cells[0]), float(cells[1])
    except ValueError:
        return tr("its coordinates “{value}” cannot be read", value=", ".join(cells)[:40])
    if not np.isfinite([x, y]).all():
        return tr("a coordinate is not a number")
    return x, y


def _from_wkt(table: Table, position: int) -> tuple[list[bytes | None], list[tuple[int, str]]]:
    import sys

    if sys.modules.get("shapely", ...) is None:
        del sys.modules["shapely"]
    import shapely

    texts = [row[position].strip() if position < len(row) else "" for row in table.rows]
    plain = np.array(
        [re.sub(r"^SRID=\d+;\s*", "", text, flags=re.IGNORECASE) or None for text in texts], dtype=object
    )
    shapes = shapely.from_wkt(plain, on_invalid="ignore")
    refusals = [
        (
            row,
            tr("has no coordinates")
            if not texts[row]
            else tr("its WKT “{value}” cannot be read", value=texts[row][:40]),
        )
        for row in np.flatnonzero(shapely.is_missing(shapes)).tolist()
    ]
    return list(shapely.to_wkb(shapes)), refusals


def _bounds(points: list[bytes]) -> tuple[float, float, float, float] | None:
    """Return the extent of plain points; of WKT shapes by shapely."""
    if not points:
        return None
    if all(len(p) == 21 for p in points):
        xy = np.array([struct.unpack_from("<dd", p, 5) for p in points])
        low, high = xy.min(axis=0), xy.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    import shapely

    x_min, y_min, x_max, y_max = shapely.total_bounds(shapely.from_wkb(np.array(points, dtype=object)))
    return float(x_min), float(y_min), float(x_max), float(y_max)
