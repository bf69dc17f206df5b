"""Write single rows inside an action, whatever the table, keeping counts and GeoPackage's lists right."""

from __future__ import annotations

from typing import Any

import apsw

from renovate_gui.store import blobs, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.extents import TouchedTables
from renovate_gui.store.rowchange import Row, key_column, read_row


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
