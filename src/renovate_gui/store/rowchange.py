"""Changesets as rows before and after: what the history view, undo of single objects, comparing and merging read."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import apsw

from renovate_gui.store import schema
from renovate_gui.store.connection import rows

Row = Mapping[str, Any]
_UNCHANGED: Any = apsw.no_change


class RowChange(NamedTuple):  # made a hundred thousand times: a frozen dataclass takes three times as long
    """One row before and after, by column name.

    ``before`` None: the row was added; ``after`` None: it was removed; else both hold the changed columns only.
    ``key`` is the integer primary key.
    """

    table: str
    key: int
    before: Row | None
    after: Row | None

    @property
    def inverse(self) -> RowChange:
        """The change that takes this one back."""
        return RowChange(self.table, self.key, self.after, self.before)


def net(changesets: Sequence[bytes]) -> bytes:
    """Return one changeset that does what all do one after the other; what cancels out is gone."""
    builder = apsw.ChangesetBuilder()  # type: ignore[no-untyped-call]
    try:
        for changeset in changesets:
            if changeset:
                builder.add(changeset)
        return bytes(builder.output())
    finally:
        builder.close()


def read_rows(
    db: apsw.Connection, changeset: bytes, *, wanted: Mapping[str, Collection[int] | None] | None = None
) -> Iterator[RowChange]:
    """Yield the row changes of a changeset; GeoPackage's own lists, which are derived, are left out.

    ``db`` gives the column names; tables it does not have are left out too. ``wanted`` leaves out all but some keys of
    some tables (None: all keys).
    """
    names: dict[str, list[str]] = {}
    for change in apsw.Changeset.iter(changeset) if changeset else ():
        table = change.name
        if table not in names:
            is_left_out = table.startswith("gpkg_") or (wanted is not None and table not in wanted)
            names[table] = [] if is_left_out else columns_of(db, table)
        if names[table] and (wanted is None or _is_wanted(change, wanted[table])):
            yield _row_change(change, names[table])


def _is_wanted(change: apsw.TableChange, keys: Collection[int] | None) -> bool:
    if keys is None:
        return True
    row: Any = change.old if change.old is not None else change.new
    return row[0] in keys


def _row_change(change: apsw.TableChange, names: Sequence[str]) -> RowChange:
    """Return one change; written for steps that changed a hundred thousand rows."""
    old: Any = change.old
    new: Any = change.new
    table = change.name
    if old is None:
        return RowChange(table, int(new[0]), None, dict(zip(names, new, strict=False)))
    if new is None:  # a changeset of an older version has fewer columns
        return RowChange(table, int(old[0]), dict(zip(names, old, strict=False)), None)
    after = {name: value for name, value in zip(names, new, strict=False) if value is not _UNCHANGED}
    before = {name: value for name, value in zip(names, old, strict=False) if name in after}
    return RowChange(table, old[0], before, after)


def columns_of(db: apsw.Connection, table: str, file: str = "main") -> list[str]:
    """Return a table's column names in order; empty when there is no such table. ``file`` may name an attached one."""
    return [str(r[1]) for r in rows(db, f"PRAGMA {file}.table_info({schema.quoted(table)})")]


def key_column(table: str) -> str:
    """Return the name of a recorded table's integer primary key."""
    is_features = table.startswith(schema.LAYER_PREFIX) or table in schema.drawn_tables()
    return "fid" if is_features else "id"


def read_row(
    db: apsw.Connection, table: str, key: int, names: Sequence[str] | None = None
) -> dict[str, Any] | None:
    """Return a row as it is now, or None; who reads many rows of a table gives its column names."""
    names = columns_of(db, table) if names is None else names
    if not names:
        return None
    found = rows(
        db,
        f"SELECT {','.join(map(schema.quoted, names))} FROM {schema.quoted(table)}"  # noqa: S608
        f" WHERE {key_column(table)}=?",
        (key,),
    )
    return dict(zip(names, found[0], strict=True)) if found else None


def read_many(
    db: apsw.Connection, table: str, keys: Sequence[int], names: Sequence[str] | None = None
) -> dict[int, dict[str, Any]]:
    """Return rows of a table as they are now, by key, whole or some columns; those that are not there are left out."""
    known = columns_of(db, table)
    names = known if names is None else [n for n in names if n in known]
    if not names:
        return {}
    found = db.execute(
        f"SELECT {key_column(table)},{','.join(map(schema.quoted, names))} FROM {schema.quoted(table)}"  # noqa: S608
        f" WHERE {key_column(table)} IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )
    return {key: dict(zip(names, values, strict=True)) for key, *values in found}
