"""Row changes as objects that a person knows: proposals, features, layers, photos, replies, settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.change_order import in_order
from renovate_gui.store.changed_fields import (
    NO_ROW,
    both,
    geometry_field,
    kind_of,
    member_fields,
    plain_fields,
    shapes_of,
)
from renovate_gui.store.changed_rows import ChangedRows, drawn_title
from renovate_gui.store.collecting import uncollected
from renovate_gui.store.describing_layers import features, layers
from renovate_gui.store.describing_records import records
from renovate_gui.store.describing_replies import replies
from renovate_gui.store.describing_scenarios import scenarios
from renovate_gui.store.rowchange import RowChange
from renovate_gui.store.settings import CHOSEN_SCENARIO, setting

UNSEEN_SETTINGS = {"schema", "application", "uuid", "created_at", CHOSEN_SCENARIO}
"""Settings that tell of the file or of a view of it, not of the community."""

_SECRET_MEMBERS = {"key", "digest"}
_ORDER = {kind: i for i, kind in enumerate(ObjectKind)}


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
        rows = ChangedRows(db, changes, onward)
        parts = [*features(rows), _part(list(_others(rows)))]
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


def _others(rows: ChangedRows) -> Iterator[ObjectChange]:
    """Yield all other changes, in no order."""
    for table, changes in rows.changes.items():
        if table in schema.drawn_tables():
            yield from _drawn(rows, table, changes)
    yield from layers(rows)
    yield from _photos(rows)
    yield from replies(rows)
    yield from _packages(rows)
    yield from _figures(rows)
    yield from scenarios(rows)
    yield from records(rows)
    yield from _settings(rows)


def _drawn(rows: ChangedRows, table: str, changes: Sequence[RowChange]) -> Iterator[ObjectChange]:
    what = ObjectKind.PROPOSAL if table == schema.PROPOSALS else ObjectKind.NOTE
    columns = ("number", "properties", blobs.GEOMETRY_COLUMN)
    after = rows.after(table, changes, columns)
    blob = [after.get(c.key, NO_ROW).get(blobs.GEOMETRY_COLUMN) for c in changes]
    shapes = zip(*shapes_of(changes, blob), strict=True)
    for change, (before, now) in zip(changes, shapes, strict=True):
        fields = [
            *plain_fields(change, ("number",)),
            *member_fields(change, "properties"),
            *geometry_field(change, before, now),
        ]
        if not fields and kind_of(change) is ChangeKind.CHANGED:
            continue  # other programs' columns, or the number of the coordinate system in the header
        row = after.get(change.key, {})
        said = properties.from_text(row.get("properties"))
        yield ObjectChange(
            ObjectKey(table, change.key),
            what,
            kind_of(change),
            drawn_title(row.get("number"), said.get("title") or said.get("text")),
            before=before,
            after=now,
            fields=tuple(fields),
        )


def _photos(rows: ChangedRows) -> Iterator[ObjectChange]:
    changes = rows.of("rg_photos")
    after = rows.after("rg_photos", changes, ("caption", "name"))
    for change in changes:
        fields = plain_fields(change, ("caption", "name", "position"))
        if kind_of(change) is not ChangeKind.CHANGED:
            fields.append(both(change, "proposal", lambda row: rows.proposal_title(row["proposal"])))
        elif "data" in (change.after or {}):
            fields.append(FieldChange("data"))
        row = after.get(change.key, {})
        title = str(row.get("caption") or row.get("name") or "")
        yield ObjectChange(
            ObjectKey(change.table, change.key),
            ObjectKind.PHOTO,
            kind_of(change),
            title[:60],
            fields=tuple(fields),
        )


def _packages(rows: ChangedRows) -> Iterator[ObjectChange]:
    changes = rows.of("rg_packages")
    after = rows.after("rg_packages", changes, ("version", "properties"))
    for change in changes:
        row = after.get(change.key, {})
        name = properties.from_text(row.get("properties")).get("name")
        fields = [*plain_fields(change, ("version",)), *member_fields(change, "properties")]
        yield ObjectChange(
            ObjectKey(change.table, change.key),
            ObjectKind.PACKAGE,
            kind_of(change),
            str(name) if name else tr("Package, version {version}", version=row.get("version")),
            fields=tuple(f for f in fields if f.name not in _SECRET_MEMBERS),
        )


def _figures(rows: ChangedRows) -> Iterator[ObjectChange]:
    changes = rows.of("rg_figures")
    after = rows.after("rg_figures", changes, ("title",))
    for change in changes:
        yield ObjectChange(
            ObjectKey(change.table, change.key),
            ObjectKind.FIGURE,
            kind_of(change),
            str(after.get(change.key, {}).get("title") or ""),
            fields=tuple(member_fields(change, "numbers")),
        )


def _settings(rows: ChangedRows) -> Iterator[ObjectChange]:
    changes = rows.of("rg_meta")
    after = rows.after("rg_meta", changes, ("key",))
    for change in changes:
        name = str(after.get(change.key, {}).get("key") or "")
        if name in UNSEEN_SETTINGS:
            continue
        value = both(change, "value", lambda row: row.get("value"))
        yield ObjectChange(
            ObjectKey(change.table, change.key),
            ObjectKind.SETTING,
            kind_of(change),
            name,
            fields=(FieldChange(name, value.before, value.after),),
        )
