"""Row changes as objects that a person knows: proposals, features, layers, photos, replies, settings."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.difference import (
    ChangeKind,
    ChangeList,
    ChangePart,
    Difference,
    FieldChange,
    ObjectChange,
    ObjectKey,
    ObjectKind,
)
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.change_order import in_order
from renovate_gui.store.collecting import uncollected
from renovate_gui.store.connection import rows
from renovate_gui.store.drawn import is_same_geometry
from renovate_gui.store.layer_order import moved_layers
from renovate_gui.store.registry import SOURCE_WKB
from renovate_gui.store.rowchange import Row, RowChange
from renovate_gui.store.settings import CHOSEN_SCENARIO, setting
from renovate_gui.store.then import Then

GEOMETRY = "geometry"
UNSEEN_SETTINGS = {"schema", "application", "uuid", "created_at", CHOSEN_SCENARIO}
"""Settings that tell of the file or of a view of it, not of the community."""

_NAMING_FIELDS = ("name", "code", "text", "category")
_UNSEEN_COLUMNS = {"fid", blobs.GEOMETRY_COLUMN, SOURCE_WKB}
_LAYER_FIELDS = ("name", "role", "slot", "position", "visible", "field_map", "style", "source_crs", "datum")
_LATER_LAYER_FIELDS = (*_LAYER_FIELDS, "attribution", "passport")  # long, and the same for every import
_LAYER_JSON = {"field_map", "style", "passport"}
_SCENARIO_FIELDS = ("name", "note", "locked_at", "locked_by", "locked_why", "seal")
_SECRET_MEMBERS = {"key", "digest"}
_ORDER = {kind: i for i, kind in enumerate(ObjectKind)}
_FEATURE = ObjectKind.FEATURE
_NO_ROW: Mapping[str, Any] = {}


def describe(
    db: apsw.Connection, changes: Iterable[RowChange], *, onward: Sequence[bytes] = ()
) -> Difference:
    """Return row changes as changes of objects.

    Parameters
    ----------
    db
        The project in which the changes were made, as it is now.
    changes
        At most one change per row, as :func:`renovate_gui.store.rowchange.read_rows` gives them.
    onward
        The changesets that led from the state after the changes to what ``db`` holds; none when that is the present.
    """
    with uncollected():
        describer = _Describer(db, changes, onward)
        parts = [*describer.features(), _part(list(describer.others()))]
        return Difference(ChangeList(parts, in_order(parts)), setting(db, "crs"))


def _part(changes: Sequence[ObjectChange]) -> ChangePart:
    """Return changes that are there already in the form of those that are made when somebody asks."""
    return ChangePart(
        [c.kind for c in changes],
        [c.key.row for c in changes],
        [c.title for c in changes],
        blobs.as_objects([c.before for c in changes]),
        blobs.as_objects([c.after for c in changes]),
        changes.__getitem__,
        [(_ORDER[c.what], c.layer_name) for c in changes],
    )


def drawn_title(number: object, title: object, otherwise: str = "") -> str:
    """Return what a proposal or note is called: its number and its first words."""
    words = " ".join(str(title or otherwise).split())
    return f"{number} · {words[:60]}" if words else f"{number}"


class _Describer:
    def __init__(self, db: apsw.Connection, changes: Iterable[RowChange], onward: Sequence[bytes]) -> None:
        self._db = db
        self._changes: dict[str, list[RowChange]] = defaultdict(list)
        for change in changes:
            self._changes[change.table].append(change)
        wanted = {
            table: [c.key for c in found if c.before is not None and c.after is not None]
            for table, found in self._changes.items()
        }
        self._then = Then(db, onward, wanted)
        self._layers = self._then.whole_table("rg_layers")
        self._titles: dict[str, str] | None = None

    def features(self) -> Iterator[ChangePart]:
        """Yield the changed features of each layer: there may be a hundred thousand of them."""
        for table, changes in self._changes.items():
            if table.startswith(schema.LAYER_PREFIX):
                layer = self._standing_layer(table)
                if layer is not None:
                    yield self._features(table, changes, layer)

    def others(self) -> Iterator[ObjectChange]:
        """Yield all other changes, in no order."""
        for table, changes in self._changes.items():
            if table in schema.drawn_tables():
                yield from self._drawn(table, changes)
        yield from self._layer_changes(self._changes.get("rg_layers", []))
        yield from self._photos(self._changes.get("rg_photos", []))
        yield from self._replies()
        yield from self._packages(self._changes.get("rg_packages", []))
        yield from self._figures(self._changes.get("rg_figures", []))
        yield from self._scenarios()
        yield from self._settings(self._changes.get("rg_meta", []))

    # -- what is drawn ----------------------------------------------------------------------------------------
    def _drawn(self, table: str, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
        what = ObjectKind.PROPOSAL if table == schema.PROPOSALS else ObjectKind.NOTE
        columns = ("number", "properties", blobs.GEOMETRY_COLUMN)
        after = self._after(table, changes, columns)
        blob = [after.get(c.key, _NO_ROW).get(blobs.GEOMETRY_COLUMN) for c in changes]
        shapes = zip(*_shapes(changes, blob), strict=True)
        for change, (before, now) in zip(changes, shapes, strict=True):
            fields = [
                *_plain_fields(change, ("number",)),
                *_member_fields(change, "properties"),
                *_geometry_field(change, before, now),
            ]
            if not fields and _kind(change) is ChangeKind.CHANGED:
                continue  # other programs' columns, or the number of the coordinate system in the header
            row = after.get(change.key, {})
            said = properties.from_text(row.get("properties"))
            yield ObjectChange(
                ObjectKey(table, change.key),
                what,
                _kind(change),
                drawn_title(row.get("number"), said.get("title") or said.get("text")),
                before=before,
                after=now,
                fields=tuple(fields),
            )

    def _after(
        self, table: str, changes: Sequence[RowChange], columns: Sequence[str]
    ) -> dict[int, Mapping[str, Any]]:
        """Return the rows after their change; of those removed, as they were before."""
        found: dict[int, Mapping[str, Any]] = {}
        changed = []
        for change in changes:
            if change.after is None or change.before is None:
                found[change.key] = change.after or change.before or {}
            else:
                changed.append(change.key)
        found.update(self._then.rows(table, changed, columns))
        return found

    def _columns(
        self, table: str, changes: Sequence[RowChange], kinds: Sequence[ChangeKind], columns: Sequence[str]
    ) -> list[ObjectArray]:
        """Return columns of the rows after their change, parallel to the changes; of those removed as they were."""
        stay = [i for i, k in enumerate(kinds) if k is ChangeKind.CHANGED]
        found = self._then.columns(table, [changes[i].key for i in stay], columns) if stay else []
        if len(stay) == len(changes):
            return found
        whole = [
            blobs.as_objects([(c.after or c.before or _NO_ROW).get(n) for c in changes]) for n in columns
        ]
        for column, some in zip(whole, found, strict=False):
            column[stay] = some
        return whole

    # -- layers and their features ----------------------------------------------------------------------------
    def _features(self, table: str, changes: Sequence[RowChange], layer: Mapping[str, Any]) -> ChangePart:
        keys, kinds = [c.key for c in changes], [_kind(c) for c in changes]
        blob, *named = self._columns(table, changes, kinds, (blobs.GEOMETRY_COLUMN, *_naming_columns(layer)))
        before, now = _shapes(changes, blob)
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
            fields = _feature_fields(change)
            if blobs.GEOMETRY_COLUMN in (change.after or ()):
                fields += _geometry_field(change, before[row], now[row])
            key, shapes = ObjectKey(table, change.key), (before[row], now[row])
            return ObjectChange(
                key, _FEATURE, kinds[row], titles[row], layer_id, layer_name, *shapes, tuple(fields)
            )

        return ChangePart(kinds, keys, titles, before, now, make, (_ORDER[_FEATURE], layer_name))

    def _standing_layer(self, table: str) -> Mapping[str, Any] | None:
        """Return the registry row of a layer that neither came nor went; else its features are told with it."""
        layer = next((r for r in self._layers.values() if r["table_name"] == table), None)
        if layer is None:
            return None
        came = any(c.key == layer["id"] and c.before is None for c in self._changes.get("rg_layers", ()))
        return None if came else layer

    def _layer_changes(self, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
        moved = moved_layers(self._layers, changes)
        for change in changes:
            is_changed = _kind(change) is ChangeKind.CHANGED
            names = _LATER_LAYER_FIELDS if is_changed else _LAYER_FIELDS
            fields = tuple(
                _parsed(f)
                for f in _plain_fields(change, names)
                if f.name != "position" or not is_changed or change.key in moved
            )
            if is_changed and not fields:  # counts, and room made for others
                continue
            row = change.before if change.after is None else self._layers.get(change.key, change.after)
            assert row is not None
            yield ObjectChange(
                ObjectKey(change.table, change.key),
                ObjectKind.LAYER,
                _kind(change),
                str(row.get("name") or ""),
                fields=fields,
                features=0 if is_changed else int((change.before or change.after or {})["feature_count"]),
            )

    # -- the rest ---------------------------------------------------------------------------------------------
    def _photos(self, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
        after = self._after("rg_photos", changes, ("caption", "name"))
        for change in changes:
            fields = _plain_fields(change, ("caption", "name", "position"))
            if _kind(change) is not ChangeKind.CHANGED:
                fields.append(_both(change, "proposal", lambda row: self._proposal_title(row["proposal"])))
            elif "data" in (change.after or {}):
                fields.append(FieldChange("data"))
            row = after.get(change.key, {})
            title = str(row.get("caption") or row.get("name") or "")
            yield ObjectChange(
                ObjectKey(change.table, change.key),
                ObjectKind.PHOTO,
                _kind(change),
                title[:60],
                fields=tuple(fields),
            )

    def _proposal_title(self, uuid: str) -> str:
        if self._titles is None:
            rows = list(self._then.whole_table(schema.PROPOSALS).values())
            gone = [c.before for c in self._changes.get(schema.PROPOSALS, ()) if c.after is None]
            self._titles = {
                r["uuid"]: drawn_title(r["number"], properties.from_text(r["properties"]).get("title"))
                for r in [*(g for g in gone if g is not None), *rows]
            }
        return self._titles.get(uuid, "")

    def _replies(self) -> Iterator[ObjectChange]:
        answers = self._answers_of_replies()
        changes = list(self._changes.get("rg_replies", ()))
        own = {_uuid_of(c) for c in changes}
        other = [u for u in answers if u not in own]
        for key, uuid in self._reply_keys(other):
            changes.append(RowChange("rg_replies", key, {}, {}))
            answers[str(key)] = answers[uuid]
        after = self._after("rg_replies", changes, ("uuid", "building", "created_at"))
        for change in changes:
            row = after.get(change.key, {})
            fields = _plain_fields(change, ("building", "wish", "created_at", "source"))
            before, now = answers.get(str(row.get("uuid")), answers.get(str(change.key), ([], [])))
            if before or now:
                fields.append(FieldChange("answers", before or None, now or None))
            title = str(row.get("building") or "") or str(row.get("created_at") or "")[:16].replace("T", " ")
            yield ObjectChange(
                ObjectKey("rg_replies", change.key),
                ObjectKind.REPLY,
                _kind(change),
                title,
                fields=tuple(fields),
            )

    def _answers_of_replies(self) -> dict[str, tuple[list[Any], list[Any]]]:
        """Return changed answers before and after, by the uuid of their reply."""
        changes = self._changes.get("rg_answers", [])
        columns = ("reply", "position", "proposal", "choice", "comment")
        found: dict[str, tuple[list[Any], list[Any]]] = {}
        after = self._after("rg_answers", changes, columns)
        for change in sorted(changes, key=lambda c: after.get(c.key, {}).get("position") or 0):
            row = after.get(change.key, {})
            old, new = found.setdefault(str(row.get("reply")), ([], []))
            if change.before is not None:
                old.append(self._answer({**row, **change.before}))
            if change.after is not None:
                new.append(self._answer(row))
        return found

    def _answer(self, row: Row) -> dict[str, Any]:
        uuid = row.get("proposal") or ""
        return {
            "proposal": self._proposal_title(uuid) or uuid,
            "choice": row.get("choice"),
            "comment": row.get("comment"),
        }

    def _reply_keys(self, uuids: Sequence[str]) -> list[tuple[int, str]]:
        sql = "SELECT id, uuid FROM rg_replies WHERE uuid IN (SELECT value FROM json_each(?))"
        return [(int(r[0]), str(r[1])) for r in rows(self._db, sql, (json.dumps(uuids),))] if uuids else []

    def _packages(self, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
        after = self._after("rg_packages", changes, ("version", "properties"))
        for change in changes:
            row = after.get(change.key, {})
            name = properties.from_text(row.get("properties")).get("name")
            fields = [*_plain_fields(change, ("version",)), *_member_fields(change, "properties")]
            yield ObjectChange(
                ObjectKey(change.table, change.key),
                ObjectKind.PACKAGE,
                _kind(change),
                str(name) if name else tr("Package, version {version}", version=row.get("version")),
                fields=tuple(f for f in fields if f.name not in _SECRET_MEMBERS),
            )

    def _figures(self, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
        after = self._after("rg_figures", changes, ("title",))
        for change in changes:
            yield ObjectChange(
                ObjectKey(change.table, change.key),
                ObjectKind.FIGURE,
                _kind(change),
                str(after.get(change.key, {}).get("title") or ""),
                fields=tuple(_member_fields(change, "numbers")),
            )

    def _scenarios(self) -> Iterator[ObjectChange]:
        """Yield changed scenarios, each with the proposals that came and went."""
        members = self._members_of_scenarios()
        changes = list(self._changes.get(schema.SCENARIOS, ()))
        after = self._after(schema.SCENARIOS, changes, ("uuid", "name"))
        uuids = {str(after.get(c.key, {}).get("uuid")) for c in changes}
        found = [(c, after.get(c.key, {})) for c in changes]
        others = self._then.whole_table(schema.SCENARIOS).values() if members.keys() - uuids else ()
        found += [
            (RowChange(schema.SCENARIOS, int(r["id"]), {}, {}), r)
            for r in others
            if r["uuid"] in members and r["uuid"] not in uuids
        ]
        for change, row in found:
            fields = [f for f in _plain_fields(change, _SCENARIO_FIELDS) if f.before or f.after]
            before, now = members.get(str(row.get("uuid")), ([], []))
            if before or now:
                fields.append(FieldChange("members", sorted(before) or None, sorted(now) or None))
            if not fields and _kind(change) is ChangeKind.CHANGED:
                continue  # its place in the list
            key = ObjectKey(schema.SCENARIOS, change.key)
            title = str(row.get("name") or "")
            yield ObjectChange(key, ObjectKind.SCENARIO, _kind(change), title, fields=tuple(fields))

    def _members_of_scenarios(self) -> dict[str, tuple[list[str], list[str]]]:
        """Return what proposals went out of a scenario and came in, by its uuid."""
        found: dict[str, tuple[list[str], list[str]]] = {}
        for change in self._changes.get(schema.MEMBERS, ()):
            for row, side in ((change.before, 0), (change.after, 1)):
                if row is not None and "proposal" in row:
                    uuid = str(row["proposal"])
                    sides = found.setdefault(str(row["scenario"]), ([], []))
                    sides[side].append(self._proposal_title(uuid) or uuid)
        return found

    def _settings(self, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
        after = self._after("rg_meta", changes, ("key",))
        for change in changes:
            name = str(after.get(change.key, {}).get("key") or "")
            if name in UNSEEN_SETTINGS:
                continue
            value = _both(change, "value", lambda row: row.get("value"))
            yield ObjectChange(
                ObjectKey(change.table, change.key),
                ObjectKind.SETTING,
                _kind(change),
                name,
                fields=(FieldChange(name, value.before, value.after),),
            )


# -- fields ---------------------------------------------------------------------------------------------------
def _kind(change: RowChange) -> ChangeKind:
    if change.before is None:
        return ChangeKind.ADDED
    return ChangeKind.REMOVED if change.after is None else ChangeKind.CHANGED


def _both(change: RowChange, name: str, value: Any) -> FieldChange:
    """Return a field whose values are computed from the whole rows before and after."""
    before = None if change.before is None else value(change.before)
    after = None if change.after is None else value(change.after)
    return FieldChange(name, before, after)


def _plain_fields(change: RowChange, names: Sequence[str]) -> list[FieldChange]:
    before, after = change.before or {}, change.after or {}
    found = [FieldChange(n, before.get(n), after.get(n)) for n in names if n in before or n in after]
    return [f for f in found if f.before != f.after]


def _member_fields(change: RowChange, column: str) -> list[FieldChange]:
    """Return the members of a JSON column that changed."""
    before, after = (properties.from_text((row or {}).get(column)) for row in (change.before, change.after))
    return [
        FieldChange(name, before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if (name in before) != (name in after) or not properties.is_same_json(before[name], after[name])
    ]


def _feature_fields(change: RowChange) -> list[FieldChange]:
    before, after = change.before, change.after
    if before is None or after is None:
        values = (after or before or {}).items()
        told = [(n, v) for n, v in values if v is not None and n not in _UNSEEN_COLUMNS]
        return [FieldChange(n, None, v) if before is None else FieldChange(n, v, None) for n, v in told]
    return [FieldChange(n, before.get(n), v) for n, v in after.items() if n not in _UNSEEN_COLUMNS]


def _geometry_field(change: RowChange, before: Any, after: Any) -> list[FieldChange]:
    if change.before is None or change.after is None:
        return []
    is_new = blobs.GEOMETRY_COLUMN in change.after and not is_same_geometry(before, after)
    return [FieldChange(GEOMETRY)] if is_new or "geojson" in change.after else []


def _is_told(change: RowChange, before: Any, after: Any) -> bool:
    """Return whether a feature's row change is one that a person sees."""
    if change.before is None or change.after is None:
        return True
    return not _UNSEEN_COLUMNS.issuperset(change.after) or bool(_geometry_field(change, before, after))


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


def _shapes(
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
        old[others] = blobs.decode([(changes[i].before or _NO_ROW).get(column) for i in others])
    return old, new


def _parsed(field: FieldChange) -> FieldChange:
    """Return a field of the registry with its JSON text as values."""
    if field.name not in _LAYER_JSON:
        return field
    return FieldChange(
        field.name, *(None if t is None else properties.from_text(t) for t in (field.before, field.after))
    )


def _naming_columns(layer: Mapping[str, Any]) -> tuple[str, ...]:
    meaning = properties.from_text(layer["field_map"])
    return tuple(str(meaning[n]) for n in _NAMING_FIELDS if n in meaning)


def _uuid_of(change: RowChange) -> str:
    return str((change.after or change.before or {}).get("uuid", ""))
