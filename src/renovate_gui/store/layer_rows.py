"""Registry rows that go or come back with their twins in GeoPackage's lists, and the order of layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import apsw

from renovate_gui.store import schema
from renovate_gui.store.blobs import GEOMETRY_COLUMN, decode, type_name, z_flag
from renovate_gui.store.connection import rows
from renovate_gui.store.coordinate_systems import project_srs_id
from renovate_gui.store.extents import whole_extent, write_extent
from renovate_gui.store.layer_order import moved_layers
from renovate_gui.store.registry import free_identifier
from renovate_gui.store.rowchange import Row, RowChange, columns_of, read_rows
from renovate_gui.store.rowwrite import RowWriter

Registry = Mapping[int, Mapping[str, Any]]
"""Rows of the registry by key."""


def take_layer_out(db: apsw.Connection, writer: RowWriter, key: int, table: str) -> None:
    """Remove a registry row and what GeoPackage's lists say of its table."""
    db.execute("DELETE FROM gpkg_geometry_columns WHERE table_name=?", (table,))
    db.execute("DELETE FROM gpkg_contents WHERE table_name=?", (table,))
    writer.delete("rg_layers", key)


def bring_layer_back(db: apsw.Connection, writer: RowWriter, row: Row, before: Registry) -> None:
    """Put a registry row back and list its table again; ``before`` tells where it was among its neighbours."""
    table = str(row["table_name"])
    writer.insert("rg_layers", {**row, "position": _make_room(db, row, before)})
    srs_id = project_srs_id(db)
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)"
        " VALUES (?,'features',?,?,?)",
        (table, free_identifier(db, str(row["name"]), table), row["attribution"], srs_id),
    )
    found = rows(db, f"SELECT {GEOMETRY_COLUMN} FROM {schema.quoted(table)}")  # noqa: S608
    geometry = decode([r[0] for r in found])
    db.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,0)",
        (table, GEOMETRY_COLUMN, type_name(geometry), srs_id, z_flag(geometry)),
    )
    write_extent(db, table, whole_extent(db, table))


def _make_room(db: apsw.Connection, row: Row, before: Registry) -> int:
    """Return the place of a layer that comes back: behind the one that was above it; others move as far as needed."""
    now = _slot_order(db, row["slot"])
    mates = sorted(
        (r for r in before.values() if r["slot"] == row["slot"]), key=lambda r: (r["position"], r["id"])
    )
    above = [r["id"] for r in mates if (r["position"], r["id"]) < (row["position"], row["id"])]
    present = [key for key, _ in now]
    last = next((key for key in reversed(above) if key in present), None)
    index = 0 if last is None else present.index(last) + 1
    if (
        last is None
    ):  # nothing that was above is left: before the first that was below, and below all that came since
        index = next((i for i, key in enumerate(present) if key in before), len(present))
    lowest = now[index - 1][1] + 1 if index else 0
    place = row["position"] if not now[index:] or lowest <= row["position"] < now[index][1] else lowest
    place = max(place, lowest)
    free = place + 1
    for key, taken in now[index:]:
        if taken < free:
            db.execute("UPDATE rg_layers SET position=? WHERE id=?", (free, key))
        free = max(free, taken) + 1
    return int(place)


def _slot_order(db: apsw.Connection, slot: str) -> list[tuple[int, int]]:
    found = rows(db, "SELECT id, position FROM rg_layers WHERE slot=? ORDER BY position, name, id", (slot,))
    return [(int(key), int(place)) for key, place in found]


def registry_now(db: apsw.Connection) -> dict[int, dict[str, Any]]:
    """Return the registry by key."""
    names = columns_of(db, "rg_layers")
    return {r[0]: dict(zip(names, r, strict=True)) for r in rows(db, "SELECT * FROM rg_layers")}


def registry_changes(db: apsw.Connection, changeset: bytes) -> list[RowChange]:
    """Return what a changeset does to the registry."""
    return list(read_rows(db, changeset, wanted={"rg_layers": None}))


def walk_back(
    db: apsw.Connection, changesets: Sequence[bytes]
) -> Iterator[tuple[int, Registry, frozenset[str]]]:
    """Yield, from the newest of the last standing steps to the oldest, what each did to the order of layers.

    Yields
    ------
    tuple
        Index of the step, the registry before it, and the slots in which it moved layers.
    """
    registry: dict[int, Mapping[str, Any]] = dict(registry_now(db))
    for index in reversed(range(len(changesets))):
        changes = registry_changes(db, changesets[index])
        slots = frozenset(str(registry[key]["slot"]) for key in moved_layers(registry, changes))
        for change in changes:
            if change.before is None:
                registry.pop(change.key, None)
            else:
                registry[change.key] = {**registry.get(change.key, {}), **change.before}
        yield index, dict(registry), slots


def restore_order(db: apsw.Connection, before: Registry, slots: frozenset[str]) -> None:
    """Give the layers of some slots the order among each other that they had in an earlier registry."""
    for slot in sorted(slots):
        now = [(key, place) for key, place in _slot_order(db, slot) if key in before]
        old = sorted((key for key, _ in now), key=lambda key: (before[key]["position"], key))
        places = [place for _, place in now]
        for key, place in zip(old, places, strict=True):
            db.execute("UPDATE rg_layers SET position=? WHERE id=?", (place, key))


def is_same_order(db: apsw.Connection, places: Mapping[int, int]) -> bool:
    """Return whether the layers would keep their order, each at a place of its own, if some had other places."""
    for (slot,) in rows(db, "SELECT DISTINCT slot FROM rg_layers"):
        then = [places.get(key, place) for key, place in _slot_order(db, slot)]
        if any(one >= other for one, other in pairwise(then)):
            return False
    return True
