"""A merge as its report: what comes in, and what each side did to the objects somebody has to decide on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import apsw

from renovate_gui.domain.difference import (
    ChangeKind,
    Conflict,
    Difference,
    FieldChange,
    ObjectChange,
    ObjectKey,
    ObjectKind,
)
from renovate_gui.store import properties, schema
from renovate_gui.store.changed_rows import drawn_title
from renovate_gui.store.connection import rows
from renovate_gui.store.describing import describe
from renovate_gui.store.merge_plan import Plan, Quarrel
from renovate_gui.store.merge_sides import Sides
from renovate_gui.store.rowchange import Row, RowChange, key_column
from renovate_gui.store.threerows import change_of, undisputed

_KINDS = {
    schema.PROPOSALS: ObjectKind.PROPOSAL,
    schema.NOTES: ObjectKind.NOTE,
    "rg_photos": ObjectKind.PHOTO,
    "rg_replies": ObjectKind.REPLY,
    "rg_answers": ObjectKind.REPLY,
    "rg_packages": ObjectKind.PACKAGE,
    "rg_figures": ObjectKind.FIGURE,
    schema.SCENARIOS: ObjectKind.SCENARIO,
    schema.MEMBERS: ObjectKind.SCENARIO,
    schema.RECORDS: ObjectKind.RECORD,
    "rg_layers": ObjectKind.LAYER,
    "rg_meta": ObjectKind.SETTING,
}
_PARTS = {"rg_photos": "photos", "rg_answers": "answers", schema.MEMBERS: "members"}


def conflicts_of(sides: Sides, quarrels: Iterable[Quarrel]) -> tuple[Conflict, ...]:
    """Return the disagreements as changes of objects, mine beside theirs, by sort of object, layer and title."""
    wanted = list(quarrels)
    mine = _objects(sides, sides.my_rows.db, wanted, sides.mine)
    theirs = _objects(sides, sides.their_rows.db, wanted, sides.theirs)
    found = [Conflict(q.key, mine[q.key], theirs[q.key], q.fields, q.choices) for q in wanted]
    return tuple(sorted(found, key=_place))


def _place(conflict: Conflict) -> tuple[int, str, str, int]:
    change = conflict.mine
    return list(ObjectKind).index(change.what), change.layer_name, change.title, conflict.key.row


def _objects(
    sides: Sides, db: apsw.Connection, quarrels: list[Quarrel], version: Callable[[ObjectKey], Row | None]
) -> dict[ObjectKey, ObjectChange]:
    changes = []
    for quarrel in quarrels:
        key = quarrel.key
        change = change_of(key.table, key.row, undisputed(key.table, sides.was(key)), version(key))
        if change.before != change.after:
            changes.append(change)
    found = {c.key: c for c in describe(db, changes).changes} if changes else {}
    return {q.key: found.get(q.key) or _plainly(sides, q, version) for q in quarrels}


def _plainly(sides: Sides, quarrel: Quarrel, version: Callable[[ObjectKey], Row | None]) -> ObjectChange:
    """Return the change of an object of which only parts changed: its photos, its features."""
    key = quarrel.key
    was, now = sides.was(key), version(key)
    kind = ChangeKind.ADDED if was is None else ChangeKind.REMOVED if now is None else ChangeKind.CHANGED
    what = _KINDS.get(key.table, ObjectKind.FEATURE)
    parts: dict[str, int] = {}
    for member in quarrel.members:
        if member != key and version(member) != sides.was(member):
            name = _PARTS.get(member.table, "features")
            parts[name] = parts.get(name, 0) + 1
    return ObjectChange(
        key,
        what,
        kind,
        _title(now or undisputed(key.table, was) or {}),
        fields=tuple(FieldChange(name, None, n) for name, n in parts.items()),
        features=parts.get("features", 0),
    )


def _title(row: Row) -> str:
    if "number" in row:
        members = properties.from_text(row.get("properties"))
        return drawn_title(row["number"], members.get("title") or members.get("text"))
    return str(next((row[n] for n in ("name", "caption", "title", "key", "uuid") if row.get(n)), ""))


def incoming_of(plan: Plan) -> Difference:
    """Return what a plan changes here; writes the outcome into the private copy to describe it."""
    db = plan.sides.their_rows.db
    changes: list[RowChange] = [
        c for k, before, after in plan.changes() if (c := change_of(k.table, k.row, before, after))
    ]
    db.execute("BEGIN")
    for key, row in plan.results.items():
        _overwrite(db, key, row)
    found = describe(db, changes)
    db.execute("ROLLBACK")
    return found


def _overwrite(db: apsw.Connection, key: ObjectKey, row: Row | None) -> None:
    table = schema.quoted(key.table)
    rows(db, f"DELETE FROM {table} WHERE {key_column(key.table)}=?", (key.row,))  # noqa: S608
    if row is not None:
        names, marks = ",".join(map(schema.quoted, row)), ",".join("?" * len(row))
        rows(db, f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
