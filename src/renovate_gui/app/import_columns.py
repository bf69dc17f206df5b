"""A layer's columns on their way in: safe names, numbers out of texts, and values that count as missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.roles import FIELDS, Role

if TYPE_CHECKING:
    pass

RESERVED = frozenset({"fid", "geom", "geometry", "ogc_fid", "source_wkb", "rowid", "oid", "_rowid_"})
"""Column names that the project file uses itself, or that SQLite gives a meaning of its own."""

_TWIN = "_number"
_NAMED = 3
_NUMBER = re.compile(
    r"^[约近]?([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?)\s*(?:m[23²³]|[^\d\s.,;/~+-]{0,8})$",
    re.IGNORECASE,
)


def safe_names(columns: list[str]) -> dict[str, str]:
    """Return source column → stored column: no reserved, blank, unprintable or doubled names (case does not count)."""
    taken = set(RESERVED)
    found: dict[str, str] = {}
    for position, column in enumerate(columns, start=1):
        plain = "".join(c for c in column if unicodedata.category(c)[0] != "C" and c not in "\"'`;").strip()
        plain = plain[:60] or f"column_{position}"
        name, number = (f"{plain}_source" if plain.lower() in RESERVED else plain), 2
        while name.lower() in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name.lower())
        found[column] = name
    return found


def checked_map(field_map: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return field → stored column; raise DataError when a column is not there."""
    missing = [column for column in field_map.values() if column not in names]
    if missing:
        raise DataError(
            tr(
                "There is no column “{column}”; the columns are: {columns}.",
                column=missing[0],
                columns=", ".join(names) or "–",
            )
        )
    return {name: names[column] for name, column in field_map.items()}


def with_numbers(
    columns: dict[str, NDArray[Any]], field_map: dict[str, str], role: Role, notes: list[str]
) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Give number fields numbers; a text column with some that are none stays, and a clean twin is mapped instead."""
    out, mapped = dict(columns), dict(field_map)
    for wanted in FIELDS[role]:
        column = mapped.get(wanted.name)
        if column is None or wanted.kind not in {"count", "number"} or out[column].dtype != object:
            continue
        numbers, strays = parse_numbers(out[column])
        notes += _taken_from_words(column, out[column], numbers)
        if not strays:
            out[column] = numbers
            continue
        twin = safe_names([*out, column + _TWIN])[column + _TWIN]
        out[twin], mapped[wanted.name] = numbers, twin
        notes.append(
            tr(
                "{column}: {count} of {total} values are no numbers and count as missing: {values}.",
                column=column,
                count=len(strays),
                total=len(numbers),
                values=quoted(strays),
            )
        )
    return out, mapped


def _taken_from_words(column: str, values: NDArray[Any], numbers: NDArray[np.float64]) -> list[str]:
    """Return that numbers were taken out of texts that say more, such as ``约16人``; empty where none was."""
    pairs = zip(values, numbers, strict=True)
    said = [str(v).strip() for v, n in pairs if np.isfinite(n) and not _is_plain(str(v))]
    if not said:
        return []
    return [
        tr(
            "{column}: {count} of {total} values are text with a number in it; the number was taken: {values}.",
            column=column,
            count=len(said),
            total=len(values),
            values=quoted(said),
        )
    ]


def _is_plain(text: str) -> bool:
    """Return whether a text is a number and nothing else, thousands separators aside."""
    try:
        float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        return False
    return True


def below_zero(columns: Mapping[str, NDArray[Any]], field_map: Mapping[str, str], role: Role) -> list[str]:
    """Return what to say of headcounts and numbers of places below zero."""
    notes = []
    for wanted in FIELDS[role]:
        values = columns.get(field_map.get(wanted.name, ""))
        if (
            values is None
            or values.dtype.kind not in "if"
            or not (wanted.kind == "count" or wanted.name == "capacity")
        ):
            continue
        below = values[values < 0]
        if len(below):
            notes.append(
                tr(
                    "{column}: {count} of {total} values are below zero and count as missing: {values}.",
                    column=source_of_twin(field_map[wanted.name], columns),
                    count=len(below),
                    total=len(values),
                    values=quoted([f"{v:g}" for v in below.tolist()]),
                )
            )
    return notes


def source_of_twin(column: str, columns: Collection[str]) -> str:
    """Return the column that a clean twin was made of at the import, or the column itself."""
    source = column.removesuffix(_TWIN)
    return source if source in columns else column


def quoted(words: Iterable[str]) -> str:
    """Return the first three different words in quotation marks."""
    different = tuple(dict.fromkeys(words))
    shown = tr(", ").join(tr("“{value}”", value=w[:40]) for w in different[:_NAMED])
    return f"{shown} …" if len(different) > _NAMED else shown


def parse_numbers(values: NDArray[Any]) -> tuple[NDArray[np.float64], list[str]]:
    """Read texts such as ``6``, ``1,200``, ``６层``, ``12.5㎡`` as numbers; return what is none beside them."""
    out = np.full(len(values), np.nan)
    strays: list[str] = []
    for position, value in enumerate(values):
        text = unicodedata.normalize("NFKC", str(value)).strip() if value is not None else ""
        if not text:
            continue
        found = _NUMBER.match(text)
        if found is None:
            strays.append(text)
        else:
            out[position] = float(found.group(1).replace(",", ""))
    return out, strays
