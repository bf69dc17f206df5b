"""Rows of what is drawn here: proposals and notes, any geometry, any properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import apsw
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import row_id_of
from renovate_gui.store import blobs, properties
from renovate_gui.store.connection import rows
from renovate_gui.store.coordinate_systems import project_srs_id
from renovate_gui.store.extents import TouchedTables


@dataclass(frozen=True, slots=True)
class DrawnFeature:
    """A proposal or note as stored.

    ``geojson`` is the given geometry word for word where ``geometry`` alone could not give it back, else None.
    """

    uuid: str
    number: int
    geometry: BaseGeometry | None
    properties: Mapping[str, Any]
    geojson: str | None = None


def read_drawn(db: apsw.Connection, table: str) -> tuple[DrawnFeature, ...]:
    """Return all rows by number."""
    found = rows(db, f"SELECT uuid, number, properties, geojson, geom FROM {table} ORDER BY number, fid")  # noqa: S608
    geometry = blobs.decode(r[4] for r in found)
    return tuple(
        DrawnFeature(r[0], r[1], g, properties.from_text(r[2]), r[3])
        for r, g in zip(found, geometry, strict=True)
    )


def find_drawn(db: apsw.Connection, table: str, uuid: str) -> DrawnFeature | None:
    """Return one row, or None."""
    found = rows(db, f"SELECT uuid, number, properties, geojson, geom FROM {table} WHERE uuid=?", (uuid,))  # noqa: S608
    if not found:
        return None
    row = found[0]
    return DrawnFeature(row[0], row[1], blobs.decode([row[4]])[0], properties.from_text(row[2]), row[3])


def next_number(db: apsw.Connection, table: str) -> int:
    """Return one more than the largest number that stands."""
    return int(rows(db, f"SELECT coalesce(max(number), 0) + 1 FROM {table}")[0][0])  # noqa: S608


def put_drawn(db: apsw.Connection, table: str, feature: DrawnFeature, touched: TouchedTables) -> None:
    """Insert a row, or change the one with the same uuid and keep its row key."""
    old = find_drawn(db, table, feature.uuid)
    values: dict[str, Any] = {
        "number": feature.number,
        **properties.readable_columns(table, feature.properties),
        "properties": properties.to_text(feature.properties),
        "geojson": feature.geojson,
    }
    is_moved = old is None or not is_same_geometry(old.geometry, feature.geometry)
    if is_moved:
        values["geom"] = blobs.encode([feature.geometry], project_srs_id(db))[0]
        if old is not None:
            touched.leave(table, _box(old.geometry))
        touched.come(table, [feature.geometry])
    touched.touch(table)
    if old is None:
        values |= {"fid": row_id_of(feature.uuid), "uuid": feature.uuid}
        marks = ",".join("?" * len(values))
        db.execute(f"INSERT INTO {table} ({','.join(values)}) VALUES ({marks})", tuple(values.values()))  # noqa: S608
    else:
        assignments = ",".join(f"{c}=?" for c in values)
        db.execute(f"UPDATE {table} SET {assignments} WHERE uuid=?", (*values.values(), feature.uuid))  # noqa: S608


def delete_drawn(db: apsw.Connection, table: str, uuid: str, touched: TouchedTables) -> bool:
    """Delete a row; return whether there was one."""
    old = find_drawn(db, table, uuid)
    if old is None:
        return False
    touched.leave(table, _box(old.geometry))
    db.execute(f"DELETE FROM {table} WHERE uuid=?", (uuid,))  # noqa: S608
    return True


def is_same_geometry(one: BaseGeometry | None, other: BaseGeometry | None) -> bool:
    """Return whether two geometries are the same to the last bit."""
    if one is None or other is None:
        return one is other
    return bool(shapely.to_wkb(one, byte_order=1) == shapely.to_wkb(other, byte_order=1))


def _box(geometry: BaseGeometry | None) -> np.ndarray[Any, np.dtype[np.float64]]:
    return blobs.joint_bounds([geometry])


def write_srs_into_headers(db: apsw.Connection, table: str, srs_id: int) -> None:
    """Write the project's coordinate system into the headers of what was drawn before it had one."""
    for fid, blob in rows(db, f"SELECT fid, geom FROM {table} WHERE geom IS NOT NULL"):  # noqa: S608
        db.execute(f"UPDATE {table} SET geom=? WHERE fid=?", (blobs.with_srs(blob, srs_id), fid))  # noqa: S608
