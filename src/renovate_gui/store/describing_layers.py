"""Changed layers, and the changed features of the layers that stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from renovate_gui.assets import tr
from renovate_gui.domain.difference import (
    ChangeKind,
    ChangePart,
    FieldChange,
    ObjectChange,
    ObjectKey,
    ObjectKind,
)
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.changed_fields import (
    UNSEEN_COLUMNS,
    feature_fields,
    geometry_field,
    kind_of,
    plain_fields,
    shapes_of,
)
from renovate_gui.store.changed_rows import ChangedRows
from renovate_gui.store.layer_order import moved_layers
from renovate_gui.store.rowchange import RowChange

_NAMING_FIELDS = ("name", "code", "text", "category")
_LAYER_FIELDS = ("name", "role", "slot", "position", "visible", "field_map", "style", "source_crs", "datum")
_LATER_LAYER_FIELDS = (*_LAYER_FIELDS, "attribution", "passport")  # long, and the same for every import
_LAYER_JSON = {"field_map", "style", "passport"}
_ORDER = {kind: i for i, kind in enumerate(ObjectKind)}
_FEATURE = ObjectKind.FEATURE


def features(rows: ChangedRows) -> Iterator[ChangePart]:
    """Yield the changed features of each layer: there may be a hundred thousand of them."""
    for table, changes in rows.changes.items():
        if table.startswith(schema.LAYER_PREFIX):
            layer = _standing_layer(rows, table)
            if layer is not None:
                yield _features(rows, table, changes, layer)


def _features(
    rows: ChangedRows, table: str, changes: Sequence[RowChange], layer: Mapping[str, Any]
) -> ChangePart:
    keys, kinds = [c.key for c in changes], [kind_of(c) for c in changes]
    blob, *named = rows.columns(table, changes, kinds, (blobs.GEOMETRY_COLUMN, *_naming_columns(layer)))
    before, now = shapes_of(changes, blob)
    titles = _titles(keys, named)
    if any(k is ChangeKind.CHANGED for k in kinds):
        told = [i for i, c in enumerate(changes) if _is_told(c, before[i], now[i])]
        if len(told) < len(changes):
            changes, before, now = [changes[i] for i in told], before[told], now[told]
            keys, kinds, titles = (
                [keys[i] for i in told],
                [kinds[i] for i in told],
                [titles[i] for i in told],
            )
    layer_id, layer_name = LayerId(layer["id"]), str(layer["name"])

    def make(row: int) -> ObjectChange:
        change = changes[row]
        fields = feature_fields(change)
        if blobs.GEOMETRY_COLUMN in (change.after or ()):
            fields += geometry_field(change, before[row], now[row])
        key, shapes = ObjectKey(table, change.key), (before[row], now[row])
        return ObjectChange(
            key, _FEATURE, kinds[row], titles[row], layer_id, layer_name, *shapes, tuple(fields)
        )

    return ChangePart(kinds, keys, titles, before, now, make, (_ORDER[_FEATURE], layer_name))


def _standing_layer(rows: ChangedRows, table: str) -> Mapping[str, Any] | None:
    """Return the registry row of a layer that neither came nor went; else its features are told with it."""
    layer = next((r for r in rows.layers.values() if r["table_name"] == table), None)
    if layer is None:
        return None
    came = any(c.key == layer["id"] and c.before is None for c in rows.of("rg_layers"))
    return None if came else layer


def layers(rows: ChangedRows) -> Iterator[ObjectChange]:
    """Yield changed layers."""
    changes = rows.of("rg_layers")
    moved = moved_layers(rows.layers, changes)
    for change in changes:
        is_changed = kind_of(change) is ChangeKind.CHANGED
        names = _LATER_LAYER_FIELDS if is_changed else _LAYER_FIELDS
        fields = tuple(
            _parsed(f)
            for f in plain_fields(change, names)
            if f.name != "position" or not is_changed or change.key in moved
        )
        if is_changed and not fields:  # counts, and room made for others
            continue
        row = change.before if change.after is None else rows.layers.get(change.key, change.after)
        assert row is not None
        yield ObjectChange(
            ObjectKey(change.table, change.key),
            ObjectKind.LAYER,
            kind_of(change),
            str(row.get("name") or ""),
            fields=fields,
            features=0 if is_changed else int((change.before or change.after or {})["feature_count"]),
        )


def _is_told(change: RowChange, before: Any, after: Any) -> bool:
    """Return whether a feature's row change is one that a person sees."""
    if change.before is None or change.after is None:
        return True
    return not UNSEEN_COLUMNS.issuperset(change.after) or bool(geometry_field(change, before, after))


def _titles(keys: Sequence[int], named: Sequence[ObjectArray]) -> list[str]:
    """Return what features are called: the first of the naming columns that says something."""
    otherwise = tr("Feature {id}")
    if not named:
        return [otherwise.format(id=key) for key in keys]
    first, *others = named
    found = [str(v)[:60] if v is not None else "" for v in first]
    for column in others:
        found = [t or ("" if v is None else str(v)[:60]) for t, v in zip(found, column, strict=True)]
    return [t or otherwise.format(id=key) for t, key in zip(found, keys, strict=True)]


def _naming_columns(layer: Mapping[str, Any]) -> tuple[str, ...]:
    meaning = properties.from_text(layer["field_map"])
    return tuple(str(meaning[n]) for n in _NAMING_FIELDS if n in meaning)


def _parsed(field: FieldChange) -> FieldChange:
    """Return a field of the registry with its JSON text as values."""
    if field.name not in _LAYER_JSON:
        return field
    return FieldChange(
        field.name, *(None if t is None else properties.from_text(t) for t in (field.before, field.after))
    )
