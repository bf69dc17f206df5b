"""What is different in one changed row: its columns, the members of its JSON columns, its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from renovate_gui.domain.difference import ChangeKind, FieldChange
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.store import blobs, properties
from renovate_gui.store.drawn import is_same_geometry
from renovate_gui.store.registry import SOURCE_WKB
from renovate_gui.store.rowchange import RowChange

GEOMETRY = "geometry"
UNSEEN_COLUMNS = {"fid", blobs.GEOMETRY_COLUMN, SOURCE_WKB}
NO_ROW: Mapping[str, Any] = {}


def kind_of(change: RowChange) -> ChangeKind:
    """Return whether a row came, went or changed."""
    if change.before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if change.after is None else ChangeKind.CHANGED


def both(change: RowChange, name: str, value: Any) -> FieldChange:
    """Return a field whose values are computed from the whole rows before and after."""
    before = None if change.before is None else value(change.before)
    after = None if change.after is None else value(change.after)
    return FieldChange(name, before, after)


def plain_fields(change: RowChange, names: Sequence[str]) -> list[FieldChange]:
    """Return the named columns that changed."""
    before, after = change.before or {}, change.after or {}
    found = [FieldChange(n, before.get(n), after.get(n)) for n in names if n in before or n in after]
    return [f for f in found if f.before != f.after]


def member_fields(change: RowChange, column: str) -> list[FieldChange]:
    """Return the members of a JSON column that changed."""
    before, after = (properties.from_text((row or {}).get(column)) for row in (change.before, change.after))
    return [
        FieldChange(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if (name in before) != (name in after) or not properties.is_same_json(before[name], after[name])
    ]


def feature_fields(change: RowChange) -> list[FieldChange]:
    """Return the columns of a feature that changed, or all that say something when it came or went."""
    before, after = change.before, change.after
    if before is None or after is None:
        values = (after or before or {}).items()
        told = [(n, v) for n, v in values if v is not None and n not in UNSEEN_COLUMNS]
        return [FieldChange(n, None, v) if before is None else FieldChange(n, v, None) for n, v in told]
    return [FieldChange(n, before.get(n), v) for n, v in after.items() if n not in UNSEEN_COLUMNS]


def geometry_field(change: RowChange, before: Any, after: Any) -> list[FieldChange]:
    """Return one field when the shape of a row that stayed is another one."""
    if change.before is None or change.after is None:
        return []
    is_new = blobs.GEOMETRY_COLUMN in change.after and not is_same_geometry(before, after)
    return [FieldChange(GEOMETRY)] if is_new or "geojson" in change.after else []


def shapes_of(
    changes: Sequence[RowChange], blob: Sequence[object] | ObjectArray
) -> tuple[ObjectArray, ObjectArray]:
    """Return the geometries before and after, decoded together; one that did not change is decoded once.

    ``blob`` holds the geometry columns after the changes, of what was removed the last ones.
    """
    column = blobs.GEOMETRY_COLUMN
    new = blobs.decode(blob)
    old = new.copy()
    new[[i for i, c in enumerate(changes) if c.after is None]] = None
    others = [
        i for i, c in enumerate(changes) if c.before is None or (c.after is not None and column in c.after)
    ]
    if others:
        old[others] = blobs.decode([(changes[i].before or NO_ROW).get(column) for i in others])
    return old, new
