"""Rows of two copies since they parted: as they were, as I have them, as they have them.

A bulk import writes its features outside the recording, once; every later change of them is recorded. So a state is
what was imported, plus the recorded changes on the way to it, and that holds for both copies alike: a merge brings a
layer's features as they were imported and records the changes made since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import apsw

from renovate_gui.domain.difference import ObjectKey
from renovate_gui.store import blobs, history, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.coordinate_systems import project_srs_id
from renovate_gui.store.parting import Base, Past, find_base, find_origin
from renovate_gui.store.rowchange import Row, RowChange, columns_of, key_column, net, read_rows
from renovate_gui.store.settings import setting
from renovate_gui.store.threerows import applied, joint_base

_IDENTITY = {
    schema.PROPOSALS: ("uuid",),
    schema.NOTES: ("uuid",),
    "rg_layers": ("uuid",),
    "rg_replies": ("uuid",),
    "rg_packages": ("uuid",),
    "rg_figures": ("uuid",),
    schema.SCENARIOS: ("uuid",),
    schema.RECORDS: ("uuid",),
    "rg_answers": ("reply", "position"),
}
"""What makes two rows the same object whatever their keys: files of older versions gave keys at random."""

Delta = Mapping[ObjectKey, RowChange]


class Rows:
    """Reads single rows of one file, with the number of one coordinate system in all headers."""

    def __init__(self, db: apsw.Connection, srs_id: int) -> None:
        self.db = db
        self._srs_id = srs_id
        self._sql: dict[str, tuple[list[str], str]] = {}

    def has(self, table: str) -> bool:
        """Return whether there is such a table."""
        return bool(self._columns(table)[0])

    def get(self, key: ObjectKey) -> dict[str, Any] | None:
        """Return a row, or None."""
        names, sql = self._columns(key.table)
        found = rows(self.db, sql, (key.row,)) if names else []
        return self.with_srs(dict(zip(names, found[0], strict=True))) if found else None

    def with_srs(self, row: Row) -> dict[str, Any]:
        """Return the row with the coordinate system's number of the merged project in its geometry."""
        blob = row.get(blobs.GEOMETRY_COLUMN)
        if isinstance(blob, bytes) and len(blob) >= 8:
            return {**row, blobs.GEOMETRY_COLUMN: blobs.with_srs(blob, self._srs_id)}
        return dict(row)

    def find(self, table: str, columns: Iterable[str], values: Iterable[Any]) -> int | None:
        """Return the key of the row with these values, or None."""
        where = " AND ".join(f"{c}=?" for c in columns)
        found = rows(self.db, f"SELECT {key_column(table)} FROM {table} WHERE {where}", tuple(values))  # noqa: S608
        return int(found[0][0]) if found else None

    def _columns(self, table: str) -> tuple[list[str], str]:
        if not self._sql.get(table, ([], ""))[0]:  # a table may come while we read
            names = columns_of(self.db, table)
            wanted = ",".join(map(schema.quoted, names))
            sql = f"SELECT {wanted} FROM {schema.quoted(table)} WHERE {key_column(table)}=?"  # noqa: S608
            self._sql[table] = (names, sql)
        return self._sql[table]


class Sides:
    """Two copies of one project, and every row that either changed since they parted.

    Parameters
    ----------
    mine, theirs
        The project that takes in, and a private copy of the one that is taken in.
    """

    def __init__(self, mine: apsw.Connection, theirs: apsw.Connection) -> None:
        self.my_past, self.their_past = Past(mine), Past(theirs)
        self.base: Base = find_base(self.my_past, self.their_past)
        self._origin = find_origin(self.my_past, self.their_past)
        srs_id = project_srs_id(mine if setting(mine, "crs") else theirs)
        self.my_rows, self.their_rows = Rows(mine, srs_id), Rows(theirs, srs_id)
        self._alias: dict[ObjectKey, ObjectKey] = {}
        self._their_key: dict[ObjectKey, ObjectKey] = {}
        self._deltas: dict[tuple[bool, str], Delta] = {}
        self.brought: set[str] = set()

    # -- what each did ----------------------------------------------------------------------------------------
    @cached_property
    def their_delta(self) -> Delta:
        """Their changes since the last state both files hold."""
        return self._delta(is_mine=False, state=history.head(self.their_rows.db))

    @cached_property
    def my_delta(self) -> Delta:
        """My changes since the last state both files hold."""
        return self._delta(is_mine=True, state=history.head(self.my_rows.db))

    def keys(self) -> list[ObjectKey]:
        """Return the rows that can differ between the base and their copy, of tables that their file has."""
        found = dict.fromkeys(self.their_delta)
        for base in self._bases():
            if base.mine is not None:
                found |= dict.fromkeys(self._delta(is_mine=True, state=self.my_past.head(base.mine)))
            if base.theirs is not None:
                found |= dict.fromkeys(self._delta(is_mine=False, state=self.their_past.head(base.theirs)))
        return [k for k in found if self.their_rows.has(k.table)]

    def my_keys(self) -> list[ObjectKey]:
        """Return the rows that can differ between the base and my copy."""
        return list(dict.fromkeys([*self.my_delta, *self.keys()]))

    def _bases(self) -> list[Base]:
        found: list[Base] = []
        base: Base | None = self.base
        while base is not None:
            found.append(base)
            base = base.under
        return found

    def _delta(self, *, is_mine: bool, state: str) -> Delta:
        if (is_mine, state) not in self._deltas:
            side = self.my_rows if is_mine else self.their_rows
            changesets = list(history.changesets_between(side.db, self._origin, state))
            changes = list(read_rows(side.db, net(changesets)))
            found = (self._known_here(c) for c in changes) if not is_mine else changes
            self._deltas[is_mine, state] = {ObjectKey(c.table, c.key): self._tidy(side, c) for c in found}
        return self._deltas[is_mine, state]

    @staticmethod
    def _tidy(side: Rows, change: RowChange) -> RowChange:
        before, after = (None if row is None else side.with_srs(row) for row in (change.before, change.after))
        return RowChange(change.table, change.key, before, after)

    def _known_here(self, change: RowChange) -> RowChange:
        """Return their change with the key that the same object has in my file."""
        theirs = ObjectKey(change.table, change.key)
        if theirs not in self._alias:
            mine = self._same_object(theirs, change)
            self._alias[theirs] = mine
            self._their_key[mine] = theirs
        mine = self._alias[theirs]
        if mine == theirs:
            return change
        name = key_column(change.table)
        before, after = (
            None if row is None else {**row, name: mine.row} if name in row else row
            for row in (change.before, change.after)
        )
        return RowChange(change.table, mine.row, before, after)

    def _same_object(self, key: ObjectKey, change: RowChange) -> ObjectKey:
        columns = _IDENTITY.get(key.table, ())
        row = self.their_rows.get(key) or change.before or change.after or {}
        if not columns or any(c not in row for c in columns):
            return key
        found = self.my_rows.find(key.table, columns, (row[c] for c in columns))
        return key if found is None else ObjectKey(key.table, found)

    # -- rows -------------------------------------------------------------------------------------------------
    def mine(self, key: ObjectKey) -> Row | None:
        """Return my row; of a table that is being brought, the row as it was imported."""
        return self.origin(key) if key.table in self.brought else self.my_rows.get(key)

    def theirs(self, key: ObjectKey) -> Row | None:
        """Return their row, under my key."""
        own = self._their_key.get(key, key)
        row = self.their_rows.get(own)
        return row if row is None or own == key else {**row, key_column(key.table): key.row}

    def origin(self, key: ObjectKey) -> Row | None:
        """Return the row in the last state that both files hold; of a layer imported since, as it was imported."""
        change = self.their_delta.get(key)
        if self.their_rows.has(key.table):
            return applied(self.theirs(key), None if change is None else change.inverse)
        change = self.my_delta.get(key)
        return applied(self.my_rows.get(key), None if change is None else change.inverse)

    def was(self, key: ObjectKey) -> Row | None:
        """Return the row in the base."""
        return self.origin(key) if key.table in self.brought else self._was(key, self.base)

    def _was(self, key: ObjectKey, base: Base) -> Row | None:
        origin = self.origin(key)
        mine = theirs = None
        if base.mine is not None:
            mine = applied(origin, self._delta(is_mine=True, state=self.my_past.head(base.mine)).get(key))
        if base.theirs is not None:
            theirs = applied(
                origin, self._delta(is_mine=False, state=self.their_past.head(base.theirs)).get(key)
            )
        if base.under is None:
            return mine if base.mine is not None else theirs
        return joint_base(key.table, self._was(key, base.under), mine, theirs)
