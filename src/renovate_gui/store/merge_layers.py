"""Bring a layer's table from a colleague's copy, as it was when it was imported there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import apsw

from renovate_gui.store import blobs, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.coordinate_systems import project_srs_id
from renovate_gui.store.merge_sides import Sides
from renovate_gui.store.registry import free_identifier
from renovate_gui.store.rowchange import Row, columns_of
from renovate_gui.store.writer import Writer

_BATCH = 1000


def bring_table(writer: Writer, sides: Sides, table: str) -> None:
    """Make a feature table here with the features as they were imported there, outside the recording."""
    mine, theirs = writer.db, sides.their_rows.db
    edited = {k.row: sides.origin(k) for k in sides.their_delta if k.table == table}
    ((sql,),) = rows(theirs, "SELECT sql FROM sqlite_master WHERE type='table' AND name=?", (table,))
    with writer.unrecorded():
        mine.execute(sql)
        marks = ",".join("?" * len(columns_of(theirs, table)))
        mine.executemany(
            f"INSERT INTO {schema.quoted(table)} VALUES ({marks})",  # noqa: S608  our own names
            _imported(theirs, table, edited, project_srs_id(mine)),
        )


def _imported(
    theirs: apsw.Connection, table: str, edited: dict[int, Row | None], srs_id: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the features as they were imported: those changed since are given back as they were."""
    names = columns_of(theirs, table)
    place = names.index(blobs.GEOMETRY_COLUMN)
    for row in theirs.execute(f"SELECT * FROM {schema.quoted(table)} ORDER BY fid"):  # noqa: S608
        if row[0] not in edited:
            blob = row[place]
            if isinstance(blob, bytes) and len(blob) >= 8:
                blob = blobs.with_srs(blob, srs_id)
            yield (*row[:place], blob, *row[place + 1 :])
    for old in edited.values():
        if old is not None:
            yield tuple(old[n] for n in names)


def register(writer: Writer, sides: Sides, row: Row) -> None:
    """Put a layer that came from the other copy, or comes back, into the registry and GeoPackage's lists."""
    table, theirs = str(row["table_name"]), sides.their_rows.db
    count = rows(writer.db, f"SELECT count(*) FROM {schema.quoted(table)}")[0][0]  # noqa: S608
    writer.rows.insert("rg_layers", {**row, "feature_count": count})
    srs_id = project_srs_id(writer.db)
    box = rows(theirs, "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name=?", (table,))
    shape = rows(
        theirs, "SELECT geometry_type_name, z FROM gpkg_geometry_columns WHERE table_name=?", (table,)
    )
    identifier = free_identifier(writer.db, str(row["name"]), table)
    writer.db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id, min_x, min_y, max_x,"
        " max_y) VALUES (?,'features',?,?,?,?,?,?,?)",
        (table, identifier, row["attribution"], srs_id, *(box[0] if box else (None,) * 4)),
    )
    kind, z = shape[0] if shape else ("GEOMETRY", 2)
    writer.db.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,0)",
        (table, blobs.GEOMETRY_COLUMN, kind, srs_id, z),
    )
