"""Rows as they were in an earlier state: what stands now, with what has happened since taken back in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import apsw
import numpy as np

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.store import schema
from renovate_gui.store.blobs import as_objects
from renovate_gui.store.connection import rows
from renovate_gui.store.rowchange import RowChange, columns_of, key_column, read_rows

_ALWAYS = ("rg_layers", schema.PROPOSALS)  # small tables that give other rows their names
_NO_ROW: Mapping[str, Any] = {}


@dataclass(slots=True)
class _Past:
    """What is known of a row in the past: some of its values, all of them, or that there was none."""

    values: dict[str, Any] = field(default_factory=dict)
    is_whole: bool = False
    is_absent: bool = False

    def take_back(self, change: RowChange) -> None:
        """Learn from the next change that happened after the state; the first word on a value counts."""
        if self.is_whole or self.is_absent:
            return
        if change.before is None:
            self.is_absent = True
            return
        self.values = {**change.before, **self.values}
        self.is_whole = change.after is None


class Then:
    """The rows of a state.

    Parameters
    ----------
    db
        The project as it is now.
    onward
        The changesets that led from the state to what ``db`` holds, in order; none when the state is the present.
    wanted
        By table, the keys of the rows that will be asked for; registry and proposals may be asked for always.
    """

    def __init__(
        self, db: apsw.Connection, onward: Sequence[bytes], wanted: Mapping[str, Iterable[int]]
    ) -> None:
        self._db = db
        self._past: dict[tuple[str, int], _Past] = {}
        keys: dict[str, frozenset[int] | None] = {t: frozenset(found) for t, found in wanted.items()}
        keys |= dict.fromkeys(_ALWAYS)
        for changeset in onward:
            for change in read_rows(db, changeset, wanted=keys):
                self._past.setdefault((change.table, change.key), _Past()).take_back(change)

    def rows(self, table: str, keys: Iterable[int], columns: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Return some columns of the rows that were there, by key; a column nobody knows is None."""
        wanted = list(keys)
        found = self._now(table, wanted, columns)
        if not self._past:
            return found
        for key in wanted:
            past = self._past.get((table, key))
            if past is None:
                continue
            if past.is_absent or (key not in found and not past.is_whole):
                found.pop(key, None)
            else:
                now = found.get(key, {})
                found[key] = {c: past.values[c] if c in past.values else now.get(c) for c in columns}
        return found

    def columns(self, table: str, keys: Sequence[int], columns: Sequence[str]) -> list[ObjectArray]:
        """Return some columns of many rows, each parallel to ``keys``; None where a row was not there."""
        known = set(columns_of(self._db, table))
        if keys and known.issuperset(columns) and all(t != table for t, _ in self._past):
            found = list(self._select(table, keys, columns))
            if len(found) == len(keys):
                there, *values = zip(*found, strict=True)
                by_key = np.argsort(np.array(there, dtype=np.int64))
                places = by_key[np.searchsorted(np.array(there, dtype=np.int64), keys, sorter=by_key)]
                return [as_objects(column)[places] for column in values]
        rows_then = self.rows(table, keys, columns)
        return [as_objects([rows_then.get(k, _NO_ROW).get(c) for k in keys]) for c in columns]

    def whole_table(self, table: str) -> dict[int, dict[str, Any]]:
        """Return all rows of the registry or of the proposals."""
        key = key_column(table)
        now = [int(r[0]) for r in rows(self._db, f"SELECT {key} FROM {schema.quoted(table)}")]  # noqa: S608
        gone = [k for t, k in self._past if t == table]
        return self.rows(table, dict.fromkeys([*now, *gone]), columns_of(self._db, table))

    def _now(self, table: str, keys: Sequence[int], columns: Sequence[str]) -> dict[int, dict[str, Any]]:
        known = set(columns_of(self._db, table))
        there = [c for c in columns if c in known]
        if not keys or (columns and not there):
            return {}
        found = self._select(table, keys, there)
        if len(there) == len(columns):
            return {key: dict(zip(there, values, strict=True)) for key, *values in found}
        missing = dict.fromkeys(c for c in columns if c not in there)
        return {r[0]: dict(zip(there, r[1:], strict=True)) | missing for r in found}

    def _select(self, table: str, keys: Sequence[int], columns: Sequence[str]) -> apsw.Cursor:
        names = ",".join([key_column(table), *map(schema.quoted, columns)])
        return self._db.execute(
            f"SELECT {names} FROM {schema.quoted(table)}"  # noqa: S608  our own names
            f" WHERE {key_column(table)} IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
