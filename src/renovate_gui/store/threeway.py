"""Fit a change made elsewhere (another copy, an older step) to a row as it is now.

A change says what a row was and what it became. Where the row still is what it was, or has become the same, it fits.
JSON columns are looked at member by member, so that one person's title and another's cost go together; a geometry and
its kept original are one thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from renovate_gui.store import properties, schema
from renovate_gui.store.registry import SOURCE_WKB
from renovate_gui.store.rowchange import Row, RowChange

GEOMETRY = "geometry"
ROW = "*"
"""The name of a disagreement on whether the row is there at all."""

_JSON = {
    schema.PROPOSALS: {"properties"},
    schema.NOTES: {"properties"},
    "rg_layers": {"field_map", "style"},
    "rg_packages": {"properties"},
    schema.RECORDS: {"properties"},
}
_TIED = {"geom": GEOMETRY, "geojson": GEOMETRY, SOURCE_WKB: GEOMETRY}
_DERIVED = {"rg_layers": {"feature_count"}}


@dataclass(frozen=True, slots=True)
class Fit:
    """How a change fits.

    Attributes
    ----------
    before, after
        What to write where ``conflicts`` is empty: the row (or its columns) as it is and as it becomes; both None when
        there is nothing to do.
    conflicts
        Names of the members and columns that are neither as the change found them nor as it left them.
    """

    before: Row | None = None
    after: Row | None = None
    conflicts: tuple[str, ...] = ()
    is_done: bool = field(default=False)


def fit(change: RowChange, current: Row | None) -> Fit:
    """Return what remains to be done to make a change in a row as it is now (None: the row is not there)."""
    if change.before is None:
        assert change.after is not None
        return _fit_insert(change.table, change.after, current)
    if change.after is None:
        return _fit_delete(change.table, change.before, current)
    if current is None:
        return Fit(conflicts=(ROW,))
    return _fit_update(change.table, change.before, change.after, current)


def _fit_insert(table: str, after: Row, current: Row | None) -> Fit:
    if current is None:
        return Fit(None, after)
    different = differing(table, after, current)
    return Fit(conflicts=different) if different else Fit(is_done=True)


def _fit_delete(table: str, before: Row, current: Row | None) -> Fit:
    if current is None:
        return Fit(is_done=True)
    different = differing(table, before, current)
    return Fit(conflicts=different) if different else Fit(current, None)


def _fit_update(table: str, before: Row, after: Row, current: Row) -> Fit:
    values: dict[str, Any] = {}
    conflicts: list[str] = []
    derived = derived_columns(table)
    for column in after:
        if column in derived:
            continue
        now = current.get(column)
        if column in _JSON.get(table, ()):
            text, disagreed = _fit_members(before.get(column), after[column], now)
            conflicts += disagreed
            if text is not None and text != now:
                values[column] = text
        elif now == before.get(column):
            values[column] = after[column]
        elif now != after[column]:
            conflicts.append(_TIED.get(column, column))
    if table in schema.drawn_tables() and "properties" in values:
        values |= properties.readable_columns(table, properties.from_text(values["properties"]))
    if conflicts:
        return Fit(conflicts=tuple(dict.fromkeys(conflicts)))
    changed = {c: v for c, v in values.items() if current.get(c) != v}
    return Fit({c: current.get(c) for c in changed}, changed) if changed else Fit(is_done=True)


def _fit_members(before: str | None, after: str | None, now: str | None) -> tuple[str | None, list[str]]:
    """Return the JSON text with the change's members set, and the members in which it does not fit."""
    was, becomes, found = (_members(t) for t in (before, after, now))
    wanted, conflicts = dict(found), []
    for name in dict.fromkeys([*was, *becomes]):
        if _same(was, becomes, name):
            continue
        if _same(found, was, name):
            if name in becomes:
                wanted[name] = becomes[name]
            else:
                wanted.pop(name, None)
        elif not _same(found, becomes, name):
            conflicts.append(name)
    if conflicts:
        return None, conflicts
    if wanted == found:
        return now, []
    # where nobody else changed anything the text is taken as it stands, key order and all
    return (after if wanted == becomes else properties.to_text(wanted)), []


def _members(text: str | None) -> Mapping[str, Any]:
    return properties.from_text(text)


def _same(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    if (name in one) != (name in other):
        return False
    return name not in one or properties.is_same_json(one[name], other[name])


def differing(table: str, one: Row, other: Row) -> tuple[str, ...]:
    """Return the names of members and columns in which two whole rows differ."""
    found: list[str] = []
    for column in one:
        if column in derived_columns(table) or one[column] == other.get(column):
            continue
        if column in _JSON.get(table, ()):
            a, b = _members(one[column]), _members(other.get(column))
            found += [name for name in dict.fromkeys([*a, *b]) if not _same(a, b, name)]
        else:
            found.append(_TIED.get(column, column))
    return tuple(dict.fromkeys(found))


@cache
def derived_columns(table: str) -> frozenset[str]:
    """Return the columns that are computed from others and never decide anything."""
    return frozenset(_DERIVED.get(table, set())) | (
        set(properties.readable_columns(table, {})) if table in schema.drawn_tables() else set()
    )


def json_columns(table: str) -> set[str]:
    """Return the columns that hold JSON objects."""
    return set(_JSON.get(table, ()))


def members_of(column_text: object) -> Mapping[str, Any]:
    """Return the members of a JSON column."""
    return properties.from_text(column_text if isinstance(column_text, str) else json.dumps(column_text))
