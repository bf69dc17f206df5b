"""Gives leaf pages that lost the pages above them back to the tables they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import apsw

from renovate_gui.store.connection import rows
from renovate_gui.store.pages import Leaf, Row, Tree
from renovate_gui.store.schema import quoted

GEOPACKAGE_MAGIC = b"GP"


@dataclass(frozen=True, slots=True)
class Column:
    """A declared column."""

    name: str
    affinity: str  # INTEGER, TEXT, BLOB, REAL, NUMERIC
    is_needed: bool
    is_key: bool  # an integer primary key, stored as the rowid


@dataclass(slots=True)
class Shape:
    """A table as its statement declares it, and what was found of it."""

    name: str
    sql: str
    columns: tuple[Column, ...]
    tree: Tree = field(default_factory=Tree)
    given_back: int = 0  # loose pages that turned out to be the table's

    def holds(self, row: Row) -> bool:
        """Return whether a row found where the table stands is one of its: the number of values is right."""
        values = row.values
        return 0 < len(values) <= len(self.columns) and not any(
            c.is_key and v is not None for c, v in zip(self.columns, values, strict=False)
        )

    def fits(self, row: Row) -> bool:
        """Return whether a row can be one of the table's; rows written before a column was added are shorter."""
        values = row.values
        if not 0 < len(values) <= len(self.columns):
            return False
        if any(c.is_needed and not c.is_key for c in self.columns[len(values) :]):
            return False
        return all(_suits(c, v) for c, v in zip(self.columns, values, strict=False))


def _suits(column: Column, value: object) -> bool:
    if column.is_key:
        return value is None
    if value is None:
        return not column.is_needed
    if column.name == "geom":
        return isinstance(value, bytes) and value.startswith(GEOPACKAGE_MAGIC)
    if column.affinity == "TEXT":
        return isinstance(value, str)
    if column.affinity in {"INTEGER", "REAL"}:
        return isinstance(value, int | float)
    return True


def shape_of(name: str, sql: str) -> Shape | None:
    """Return what a CREATE statement declares, or None when SQLite does not accept it."""
    db = apsw.Connection(":memory:")
    try:
        rows(db, sql)
        found = rows(db, f"PRAGMA table_info({quoted(name)})")
    except apsw.Error:
        return None
    finally:
        db.close()
    keys = [r for r in found if r[5]]
    columns = tuple(
        Column(
            str(r[1]),
            _affinity(str(r[2]).upper()),
            bool(r[3]) and r[4] is None,
            len(keys) == 1 and bool(r[5]) and str(r[2]).upper() == "INTEGER",
        )
        for r in found
    )
    return Shape(name, sql, columns) if columns else None


def _affinity(declared: str) -> str:
    """Return SQLite's affinity of a declared type (sqlite.org/datatype3.html, 3.1)."""
    for words, affinity in (
        (("INT",), "INTEGER"),
        (("CHAR", "CLOB", "TEXT"), "TEXT"),
        (("BLOB",), "BLOB"),
        (("REAL", "FLOA", "DOUB"), "REAL"),
    ):
        if any(word in declared for word in words):
            return affinity
    return "NUMERIC" if declared else "BLOB"


def home_of(leaf: Leaf, shapes: Sequence[Shape]) -> Shape | None:
    """Return the table that a loose page belongs to: its rows fit, and the table has a gap where they would stand.

    Among several the one whose gap has just these row keys, then the one whose known pages lie nearest. A table
    without a gap has lost nothing: then the page holds what was deleted.
    """
    able = [s for s in shapes if s.tree.gaps and _is_like(leaf, s)]
    if len(able) < 2:
        return able[0] if able else None
    return min(
        able, key=lambda s: (not _is_in_gap(leaf, s), not _is_full(leaf, s), _distance(leaf.number, s))
    )


def _is_like(leaf: Leaf, shape: Shape) -> bool:
    count = sum(shape.fits(r) for r in leaf.rows)
    return count == len(leaf.rows) if leaf.is_sound else 2 * count > len(leaf.rows)


def _is_in_gap(leaf: Leaf, shape: Shape) -> bool:
    low, high = leaf.rows[0].rowid, leaf.rows[-1].rowid
    return any(a < low and high <= b for a, b in shape.tree.gaps)


def _is_full(leaf: Leaf, shape: Shape) -> bool:
    return all(len(r.values) == len(shape.columns) for r in leaf.rows)


def _distance(number: int, shape: Shape) -> int:
    return min((abs(number - page) for page in shape.tree.pages), default=1 << 40)


def nameless_tables(leaves: Sequence[Leaf], wanted: Mapping[str, int]) -> list[Shape]:
    """Return tables for pages of layers whose statements are lost; columns are numbered, for their names are lost too.

    Parameters
    ----------
    leaves
        Pages that belong to no known table, in the order of the file.
    wanted
        Names of the tables that the registry knows and nobody found, with their numbers of rows.
    """
    missing = dict(wanted)
    shapes: dict[str, Shape] = {}
    for run in sorted(_runs(leaves), key=lambda r: -sum(len(leaf.rows) for leaf in r)):
        width = len(run[0].rows[0].values)
        count = sum(len(leaf.rows) for leaf in run)
        able = [n for n in missing if n not in shapes or len(shapes[n].columns) == width]
        name = (
            min(able, key=lambda n: (abs(missing[n] - count), n in shapes), default="")
            or f"lyr_other_found_{len(shapes) + 1}"
        )
        missing[name] = max(0, missing.get(name, 0) - count)
        shape = shapes.get(name) or shape_of(name, _statement(name, width))
        if shape is not None:
            shapes[name] = shape
            shape.tree.leaves += run
    return list(shapes.values())


def _statement(name: str, width: int) -> str:
    others = "".join(f', "column_{i + 1}"' for i in range(width - 2))
    return f"CREATE TABLE {quoted(name)} (fid INTEGER PRIMARY KEY NOT NULL, geom GEOMETRY{others})"


def _runs(leaves: Sequence[Leaf]) -> list[list[Leaf]]:
    """Return runs of layer pages: the same number of columns, row keys ascending through the file."""
    runs: list[list[Leaf]] = []
    for leaf in (leaf for leaf in leaves if leaf.is_sound and _is_of_layer(leaf)):
        last = runs[-1][-1] if runs else None
        is_next = (
            last is not None
            and last.rows[-1].rowid < leaf.rows[0].rowid
            and len(last.rows[0].values) == len(leaf.rows[0].values)
        )
        if is_next:
            runs[-1].append(leaf)
        else:
            runs.append([leaf])
    return runs


def _is_of_layer(leaf: Leaf) -> bool:
    width = len(leaf.rows[0].values)
    return width >= 2 and all(
        len(r.values) == width
        and r.values[0] is None
        and isinstance(r.values[1], bytes)
        and r.values[1].startswith(GEOPACKAGE_MAGIC)
        for r in leaf.rows
    )
