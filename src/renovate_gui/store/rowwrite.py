"""Write single rows inside an action, whatever the table, keeping counts and GeoPackage's lists right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import apsw

from renovate_gui.store import blobs, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.extents import TouchedTables
from renovate_gui.store.rowchange import Row, key_column, read_row

T = TypeVar("T")


class RowWriter:
    """Writes rows given by column name; made for one action, uses its recorded connection."""

    def __init__(self, db: apsw.Connection, touched: TouchedTables) -> None:
        self._db = db
        self._touched = touched

    def insert(self, table: str, row: Row) -> None:
        """Add a row with its own key."""
        names = ",".join(map(schema.quoted, row))
        marks = ",".join("?" * len(row))
        self._db.execute(
            f"INSERT INTO {schema.quoted(table)} ({names}) VALUES ({marks})",  # noqa: S608
            tuple(row.values()),
        )
        self._note(table, None, row)
        self._count(table, 1)

    def update(self, table: str, key: int, values: Row) -> None:
        """Change columns of a row; the row must be there."""
        moves = blobs.GEOMETRY_COLUMN in values
        old = read_row(self._db, table, key) if moves else {}
        assignments = ",".join(f"{schema.quoted(c)}=?" for c in values)
        self._db.execute(
            f"UPDATE {schema.quoted(table)} SET {assignments} WHERE {key_column(table)}=?",  # noqa: S608
            (*values.values(), key),
        )
        self._note(table, old, values)
        if table == "rg_layers" and "name" in values:
            self._follow_name(key)

    def delete(self, table: str, key: int) -> None:
        """Remove a row."""
        old = read_row(self._db, table, key)
        self._db.execute(f"DELETE FROM {schema.quoted(table)} WHERE {key_column(table)}=?", (key,))  # noqa: S608
        self._note(table, old, {})
        self._count(table, -1)

    # -- many features at once --------------------------------------------------------------------------------
    def insert_many(self, table: str, found: Sequence[Row]) -> None:
        """Add features of one layer."""
        if not found:
            return
        for names, members in _by_columns((r, r) for r in found).items():
            columns, marks = ",".join(map(schema.quoted, names)), ",".join("?" * len(names))
            self._db.executemany(
                f"INSERT INTO {schema.quoted(table)} ({columns}) VALUES ({marks})",  # noqa: S608
                (tuple(r.values()) for r in members),
            )
        self._note_many(table, [], [r.get(blobs.GEOMETRY_COLUMN) for r in found])
        self._count(table, len(found))

    def update_many(self, table: str, found: Sequence[tuple[int, Row, Row]]) -> None:
        """Change columns of features of one layer: key, row as it is, new values."""
        if not found:
            return
        for names, members in _by_columns((values, (key, values)) for key, _, values in found).items():
            assignments = ",".join(f"{schema.quoted(c)}=?" for c in names)
            self._db.executemany(
                f"UPDATE {schema.quoted(table)} SET {assignments} WHERE fid=?",  # noqa: S608
                ((*values.values(), key) for key, values in members),
            )
        moved = [(old, new) for _, old, new in found if blobs.GEOMETRY_COLUMN in new]
        self._note_many(
            table, [o[blobs.GEOMETRY_COLUMN] for o, _ in moved], [n[blobs.GEOMETRY_COLUMN] for _, n in moved]
        )

    def delete_many(self, table: str, found: Sequence[Row]) -> None:
        """Remove features of one layer, given as they are."""
        if not found:
            return
        self._db.executemany(
            f"DELETE FROM {schema.quoted(table)} WHERE fid=?",  # noqa: S608
            ((r["fid"],) for r in found),
        )
        self._note_many(table, [r.get(blobs.GEOMETRY_COLUMN) for r in found], [])
        self._count(table, -len(found))

    def _note_many(self, table: str, old: Sequence[object], new: Sequence[object]) -> None:
        self._touched.touch(table)
        if any(b is not None for b in old):
            self._touched.leave(table, blobs.joint_bounds(blobs.decode(old)))
        come = [b for b in new if b is not None]
        if come:
            self._touched.come(table, list(blobs.decode(come)))

    def _note(self, table: str, old: Row | None, new: Row) -> None:
        if key_column(table) != "fid":
            return
        self._touched.touch(table)
        if old and old.get(blobs.GEOMETRY_COLUMN) is not None:
            self._touched.leave(table, blobs.joint_bounds(blobs.decode([old[blobs.GEOMETRY_COLUMN]])))
        if new.get(blobs.GEOMETRY_COLUMN) is not None:
            self._touched.come(table, list(blobs.decode([new[blobs.GEOMETRY_COLUMN]])))

    def _count(self, table: str, more: int) -> None:
        if table.startswith(schema.LAYER_PREFIX):
            self._db.execute(
                "UPDATE rg_layers SET feature_count=feature_count+? WHERE table_name=?", (more, table)
            )

    def _follow_name(self, layer: int) -> None:
        from renovate_gui.store.registry import free_identifier

        ((name, table),) = rows(self._db, "SELECT name, table_name FROM rg_layers WHERE id=?", (layer,))
        identifier: Any = free_identifier(self._db, name, table)
        self._db.execute("UPDATE gpkg_contents SET identifier=? WHERE table_name=?", (identifier, table))


def _by_columns(found: Iterable[tuple[Row, T]]) -> dict[tuple[str, ...], list[T]]:
    """Return what belongs to rows, by the columns that the rows have: one statement serves each."""
    groups: dict[tuple[str, ...], list[T]] = {}
    for row, member in found:
        groups.setdefault(tuple(row), []).append(member)
    return groups
