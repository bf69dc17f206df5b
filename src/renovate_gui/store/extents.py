"""What GeoPackage's lists say about feature tables (extent, type, last change), kept right after every action."""

from __future__ import annotations

from collections.abc import Sequence

import apsw
import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.store import blobs
from renovate_gui.store.connection import rows
from renovate_gui.store.schema import quoted

Box = NDArray[np.float64]

MOST_ROWS_READ = 2000
"""A table of more rows keeps an extent that has become too large."""


class TouchedTables:
    """Feature tables that an action changed, with the places that left and the places that came.

    The extent is read anew only when something left its rim and the table is small: an edit must cost the same however
    large the table is. The extent of a large table therefore only grows; GeoPackage asks for no more ("informative",
    OGC 12-128r15, 2.1.3), and no reader of ours looks at it.
    """

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._left: dict[str, list[Box]] = {}
        self._came: dict[str, list[Box]] = {}
        self._touched: dict[str, None] = {}

    def touch(self, table: str) -> None:
        """Note that rows of the table changed."""
        self._touched[table] = None

    def leave(self, table: str, box: Box) -> None:
        """Note that geometry within ``box`` is gone."""
        self.touch(table)
        self._left.setdefault(table, []).append(box)

    def come(self, table: str, geometry: Sequence[BaseGeometry | None]) -> None:
        """Note new geometry; the table's declared type widens when the newcomer does not fit."""
        array = blobs.as_objects(geometry)
        self.touch(table)
        self._came.setdefault(table, []).append(blobs.joint_bounds(array))
        self._widen_type(table, array)

    def _widen_type(self, table: str, array: NDArray[np.object_]) -> None:
        if all(g is None for g in array):
            return
        found = rows(
            self._db, "SELECT geometry_type_name, z FROM gpkg_geometry_columns WHERE table_name=?", (table,)
        )
        if not found:
            return
        name, z = found[0]
        new_name = name if name in {blobs.type_name(array), "GEOMETRY"} else "GEOMETRY"
        new_z = z if z == 2 or blobs.z_flag(array) == z else 2
        if (new_name, new_z) != (name, z):
            self._db.execute(
                "UPDATE gpkg_geometry_columns SET geometry_type_name=?, z=? WHERE table_name=?",
                (new_name, new_z, table),
            )

    def settle(self) -> None:
        """Write extents and times of change."""
        for table in self._touched:
            found = rows(
                self._db, "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name=?", (table,)
            )
            if not found:  # the layer was dropped in the same action
                continue
            old = np.array([np.nan if v is None else v for v in found[0]], dtype=np.float64)
            write_extent(self._db, table, self._new_extent(table, old))

    def _new_extent(self, table: str, old: Box) -> Box:
        left = _union(self._left.get(table, []))
        is_rim = (left[:2] <= old[:2]).any() or (left[2:] >= old[2:]).any()
        if is_rim and _is_small(self._db, table):
            return whole_extent(self._db, table)
        return _union([old, *self._came.get(table, [])])


def _is_small(db: apsw.Connection, table: str) -> bool:
    """Return whether reading a whole table costs an edit nothing that could be felt; looks at few rows itself."""
    return not rows(db, f"SELECT 1 FROM {quoted(table)} LIMIT 1 OFFSET {MOST_ROWS_READ}")  # noqa: S608


def _union(boxes: Sequence[Box]) -> Box:
    if not boxes:
        return np.full(4, np.nan)
    stack = np.array(boxes)
    return np.concatenate([np.fmin.reduce(stack[:, :2]), np.fmax.reduce(stack[:, 2:])])


def whole_extent(db: apsw.Connection, table: str) -> Box:
    """Read the extent of a whole table, NaN when nothing lies anywhere."""
    found = rows(db, f"SELECT {blobs.GEOMETRY_COLUMN} FROM {quoted(table)}")  # noqa: S608
    return blobs.joint_bounds(blobs.decode([r[0] for r in found]))


def write_extent(db: apsw.Connection, table: str, box: Box) -> None:
    """Store an extent in GeoPackage's list of contents, with the time."""
    values = [float(v) if np.isfinite(v) else None for v in box]
    db.execute(
        "UPDATE gpkg_contents SET min_x=?, min_y=?, max_x=?, max_y=?,"
        " last_change=strftime('%Y-%m-%dT%H:%M:%fZ','now') WHERE table_name=?",
        (*values, table),
    )


def shrink_extents(db: apsw.Connection) -> None:
    """Read the extents of all listed tables anew and store those that had become too large."""
    found = rows(
        db,
        "SELECT c.table_name, min_x, min_y, max_x, max_y FROM gpkg_contents c"
        " JOIN gpkg_geometry_columns g ON g.table_name=c.table_name WHERE c.data_type='features'",
    )
    for table, *box in found:
        now = whole_extent(db, table)
        if not np.array_equal(np.array([np.nan if v is None else v for v in box]), now, equal_nan=True):
            write_extent(db, table, now)
