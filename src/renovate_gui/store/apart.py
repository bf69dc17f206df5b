"""The rows in which two project files differ, found by SQLite itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.store import schema
from renovate_gui.store.connection import rows
from renovate_gui.store.rowchange import Row, RowChange, columns_of, key_column

OTHER = "other"
"""Name under which the other file is attached."""

_BY_UUID = {
    schema.PROPOSALS,
    schema.NOTES,
    "rg_layers",
    "rg_replies",
    "rg_packages",
    "rg_figures",
    schema.SCENARIOS,
    schema.RECORDS,
}
_UNREAD = {("rg_photos", "data"), (schema.RECORDS, "data")}  # compared, but not carried around


@contextmanager
def attached(db: apsw.Connection, other: Path) -> Iterator[None]:
    """Attach another project file for reading."""
    rows(db, f"ATTACH ? AS {OTHER}", (str(other),))
    try:
        yield
    finally:
        rows(db, f"DETACH {OTHER}")


def differing_rows(db: apsw.Connection) -> Iterator[RowChange]:
    """Yield the changes that lead from the attached file's rows to those of the main file.

    Objects with a name of their own (uuid) are matched by it, others by their key; features by key within layers of the
    same uuid. Rows of layers that only one file has are left out, as in a changeset of an import.
    """
    for table in (*schema.TOPIC_OF_TABLE, "rg_meta", "rg_layers"):
        yield from _of_table(db, table, table, "uuid" if table in _BY_UUID else key_column(table))
    pairs = f"SELECT a.table_name, b.table_name FROM main.rg_layers a JOIN {OTHER}.rg_layers b USING (uuid)"  # noqa: S608
    for mine, theirs in rows(db, pairs):
        yield from _of_table(db, mine, theirs, "fid")


def _of_table(db: apsw.Connection, mine: str, theirs: str, match: str) -> Iterator[RowChange]:
    a, b = f"main.{schema.quoted(mine)}", f"{OTHER}.{schema.quoted(theirs)}"
    key = key_column(mine)
    columns, their_columns = columns_of(db, mine), columns_of(db, theirs, OTHER)
    if not columns or not their_columns:
        return
    came = f"SELECT {key} FROM {a} WHERE {match} NOT IN (SELECT {match} FROM {b})"  # noqa: S608
    went = f"SELECT {key} FROM {b} WHERE {match} NOT IN (SELECT {match} FROM {a})"  # noqa: S608
    for number, row in _read(db, a, mine, columns, [r[0] for r in rows(db, came)]).items():
        yield RowChange(mine, number, None, row)
    for number, row in _read(db, b, mine, their_columns, [r[0] for r in rows(db, went)]).items():
        yield RowChange(mine, number, row, None)
    compared = [c for c in columns if c in set(their_columns) and c not in (match, key)]
    yield from _changed(db, mine, (a, b), compared, match)


def _changed(
    db: apsw.Connection, table: str, places: tuple[str, str], compared: Sequence[str], match: str
) -> Iterator[RowChange]:
    if not compared:
        return
    a, b = places
    key = key_column(table)
    one, two = (",".join(f"{side}.{schema.quoted(c)}" for c in compared) for side in "ab")
    # as row values: a chain of ORs over many columns is deeper than SQLite allows
    found = rows(
        db,
        f"SELECT a.{key}, b.{key} FROM {a} a JOIN {b} b ON a.{match}=b.{match}"  # noqa: S608
        f" WHERE ({one}) IS NOT ({two})",
    )
    after = _read(db, a, table, compared, [r[0] for r in found])
    before = _read(db, b, table, compared, [r[1] for r in found])
    for mine, theirs in found:
        now, was = after[mine], before[theirs]
        changed = [c for c in now if now[c] != was[c]]
        # what was not read differs when nothing that was read does
        changed = changed or [c for c in compared if (table, c) in _UNREAD]
        yield RowChange(table, mine, {c: was.get(c) for c in changed}, {c: now.get(c) for c in changed})


def _read(
    db: apsw.Connection, place: str, table: str, columns: Sequence[str], keys: Sequence[int]
) -> dict[int, Row]:
    """Return rows of one of the files by key."""
    wanted = [c for c in columns if (table, c) not in _UNREAD]
    key = key_column(table)
    names = ",".join([key, *map(schema.quoted, wanted)])
    found = db.execute(
        f"SELECT {names} FROM {place} WHERE {key} IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps(list(keys)),),
    )
    result: dict[int, Any] = {r[0]: dict(zip(wanted, r[1:], strict=True)) for r in found}
    return result
