"""What of a later step builds on what an earlier one did, so that the earlier cannot be taken back alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import apsw

from renovate_gui.store import blobs, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.drawn import is_same_geometry
from renovate_gui.store.rowchange import Row, RowChange
from renovate_gui.store.threeway import derived_columns, differing

LOOSE_COLUMNS: Mapping[str, set[str]] = {"rg_layers": {"position"}}
"""Columns that follow from what else is there: an import makes room for itself."""

_PARENT_COLUMN = {  # table of the child: (column, table of the parent), the parent named by its uuid
    "rg_photos": (("proposal", schema.PROPOSALS),),
    "rg_answers": (("reply", "rg_replies"), ("proposal", schema.PROPOSALS)),
    "rg_replies": (("package", "rg_packages"),),
    schema.RECORDS: (("parent", schema.RECORDS),),
    schema.MEMBERS: (("scenario", schema.SCENARIOS), ("proposal", schema.PROPOSALS)),
}
NEEDED_PARENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "rg_photos": (("proposal", schema.PROPOSALS),),
    "rg_answers": (("reply", "rg_replies"),),
    schema.MEMBERS: (("scenario", schema.SCENARIOS), ("proposal", schema.PROPOSALS)),
}
"""Rows that are nothing without another one."""


def names_touched(change: RowChange) -> frozenset[str]:
    """Return the members and columns an update changed, those aside that are derived or loose."""
    assert change.before is not None
    assert change.after is not None
    loose = LOOSE_COLUMNS.get(change.table, set())
    return frozenset(n for n in differing(change.table, change.after, change.before) if n not in loose)


class TakenBack:
    """The row changes that somebody wants to take back, asked whether a later change builds on them."""

    def __init__(self, db: apsw.Connection, changes: Iterable[RowChange]) -> None:
        self._rows = {(c.table, c.key): c for c in changes}
        names = dict(rows(db, "SELECT id, table_name FROM rg_layers"))
        self._tables_of_layers: set[str] = set()
        self._feature_tables: set[str] = set()
        self._uuids: dict[str, set[str]] = {}  # of rows that will go, by table
        self._coming_uuids: set[str] = set()
        self._needed: set[tuple[str, str]] = set()
        for change in self._rows.values():
            self._note(change, names)

    def _note(self, change: RowChange, names: Mapping[Any, Any]) -> None:
        table = change.table
        if table.startswith(schema.LAYER_PREFIX):
            self._feature_tables.add(table)
        if change.before is None and change.after is not None:
            if table == "rg_layers":
                self._tables_of_layers.add(str(names.get(change.key, change.after["table_name"])))
            if "uuid" in change.after:
                self._uuids.setdefault(table, set()).add(str(change.after["uuid"]))
        elif change.after is None and change.before is not None:
            if table in schema.drawn_tables():
                self._coming_uuids.add(str(change.before["uuid"]))
            for column, parent in NEEDED_PARENTS.get(table, ()):
                self._needed.add((parent, str(change.before[column])))

    def wanted(self) -> dict[str, frozenset[int] | None]:
        """Return which rows of later changesets have to be looked at."""
        keys: dict[str, set[int]] = {}
        for table, key in self._rows:
            keys.setdefault(table, set()).add(key)
        whole = {*schema.TOPIC_OF_TABLE, "rg_layers", *self._tables_of_layers}
        return {t: frozenset(k) for t, k in keys.items()} | dict.fromkeys(whole)

    def carries(self, later: RowChange) -> bool:
        """Return whether a later change builds on what is to be taken back."""
        own = self._rows.get((later.table, later.key))
        if own is not None and _is_same_place(own, later):
            return True
        if later.table in self._tables_of_layers:
            return True
        if later.table == "rg_layers" and later.after is None and later.before is not None:
            return later.before["table_name"] in self._feature_tables
        if later.before is None and later.after is not None:
            return self._is_child(later.table, later.after) or self._takes_name(later)
        return later.after is None and later.before is not None and self._is_needed(later.table, later.before)

    def _is_child(self, table: str, row: Row) -> bool:
        return any(
            row[column] in self._uuids.get(parent, ()) for column, parent in _PARENT_COLUMN.get(table, ())
        )

    def _takes_name(self, later: RowChange) -> bool:
        is_drawn = later.table in schema.drawn_tables()
        return is_drawn and later.after is not None and later.after["uuid"] in self._coming_uuids

    def _is_needed(self, table: str, row: Row) -> bool:
        return "uuid" in row and (table, row["uuid"]) in self._needed


def _is_same_place(own: RowChange, later: RowChange) -> bool:
    if own.before is None or own.after is None or later.before is None or later.after is None:
        return _is_more_than_loose(own) and _is_more_than_loose(later)
    return bool(names_touched(own) & names_touched(later))


def _is_more_than_loose(change: RowChange) -> bool:
    return change.before is None or change.after is None or bool(names_touched(change))


def is_header_only(change: RowChange) -> bool:
    """Return whether an update of a drawn row only named another coordinate system in the geometry's header."""
    if change.before is None or change.after is None or set(change.after) != {blobs.GEOMETRY_COLUMN}:
        return False
    one, other = blobs.decode([change.before[blobs.GEOMETRY_COLUMN], change.after[blobs.GEOMETRY_COLUMN]])
    return is_same_geometry(one, other)


def is_derived_only(change: RowChange) -> bool:
    """Return whether an update changed nothing but counts and columns for other programs."""
    if change.before is None or change.after is None:
        return False
    return set(change.after) <= derived_columns(change.table)
