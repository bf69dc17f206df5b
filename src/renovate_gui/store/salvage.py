"""Writes a mended copy of a project: as a whole where SQLite can read it, else page by page what is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.assets import tr
from renovate_gui.assets.disk import sync_folder
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.store import schema
from renovate_gui.store.backups import good_backup
from renovate_gui.store.connection import clear_leftovers, copy_database, harden, roll_back, rows
from renovate_gui.store.file_names import check_new_name
from renovate_gui.store.health import HealthReport, look_at
from renovate_gui.store.loose_pages import Shape, home_of, nameless_tables, shape_of
from renovate_gui.store.mending import Loss, Mended, mend
from renovate_gui.store.pages import DEFAULT_PAGE_BYTES, Leaf, PageFile, Row, Tree
from renovate_gui.store.private_copy import private_copy
from renovate_gui.store.schema import quoted
from renovate_gui.store.strangers import refuse_beginning, refuse_stranger

Say = Callable[[float, str], None]
_TYPES = {"table", "index", "view", "trigger"}
_CHUNK = 2000
_INDEX = re.compile(r"(rtree_.+?)(?:_node|_parent|_rowid)?$")


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What a repair wrote and what it could not keep.

    Attributes
    ----------
    path, out
        The project, which was not touched, and the mended copy.
    was_whole
        Whether SQLite could read all of it, so that only what belongs together had to be mended.
    rows
        Rows in the copy by table.
    losses, repairs
        See :class:`renovate_gui.store.mending.Mended`.
    health
        What a look over the copy finds.
    """

    path: Path
    out: Path
    was_whole: bool
    rows: Mapping[str, int]
    losses: tuple[Loss, ...]
    repairs: Mapping[str, int]
    health: HealthReport


def repair(path: Path, out: Path, say: Say = lambda _fraction, _words: None) -> RepairReport:
    """Write a mended copy of ``path`` to ``out``, which must not be there yet; it appears only when it is healthy.

    Raises
    ------
    RequestError
        When ``out`` cannot be written.
    DataError
        When nothing can be saved.
    """
    check_new_name(out)
    if out.exists():
        raise RequestError(tr("“{name}” is there already; choose another name.", name=out.name))
    if not path.is_file():
        refuse_beginning(path)
    part = out.with_name(out.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with private_copy(path) as copy:
            say(0.1, tr("Reading the file"))
            report = _write(path, copy, part, out, say)
        clear_leftovers(out)
        part.rename(out)
        sync_folder(out.parent)
    except (apsw.CantOpenError, apsw.ReadOnlyError, apsw.FullError, OSError) as error:
        raise RequestError(
            tr("“{name}” cannot be written here; choose another folder.", name=out.name)
        ) from error
    finally:
        part.unlink(missing_ok=True)
        part.with_name(part.name + "-journal").unlink(missing_ok=True)
    return report


def _write(path: Path, copy: Path, part: Path, out: Path, say: Say) -> RepairReport:
    found = look_at(copy)
    if found.bytes and not any(f.code == "integrity" for f in found.findings):
        refuse_stranger(path, copy)
    mended = Mended()
    db = apsw.Connection(str(part))
    try:
        db.pragma("page_size", DEFAULT_PAGE_BYTES)
        if found.is_whole:
            _refuse_newer(found.schema, path)
            _copy_whole(copy, db)
        harden(db)
        db.pragma("foreign_keys", 0)  # looked at as a whole at the end
        db.pragma("synchronous", "EXTRA")
        db.execute("BEGIN IMMEDIATE")
        try:
            found_layers: set[str] = set()
            if not found.is_whole:
                say(0.3, tr("Saving what can be read"))
                found_layers = _Salvage(path, copy.read_bytes(), db, mended).run()
            say(0.7, tr("Putting it in order"))
            mend(db, mended, title=path.stem, found_layers=found_layers)
            db.execute("COMMIT")
        except BaseException:
            roll_back(db)
            raise
        counts = {t: rows(db, f"SELECT count(*) FROM {quoted(t)}")[0][0] for t in sorted(_tables(db))}  # noqa: S608
    finally:
        db.close()
    say(0.9, tr("Checking the copy"))
    health = look_at(part)
    if not health.is_whole:
        raise nothing_saved(path)
    return RepairReport(path, out, found.is_whole, counts, tuple(mended.losses), dict(mended.repairs), health)


def nothing_saved(path: Path) -> DataError:
    """Return the error for a file of which nothing is left."""
    backup = good_backup(path)
    if backup is None:
        return DataError(tr("Nothing can be saved from “{name}”, and it has no backup.", name=path.name))
    return DataError(
        tr("Nothing can be saved from “{name}”; use its backup “{backup}”.", name=path.name, backup=backup)
    )


def _refuse_newer(version: str, path: Path) -> None:
    if version.isdigit() and int(version) > schema.SCHEMA_VERSION:
        raise RequestError(
            tr(
                "“{name}” was made by a newer version of this program; update the program to change it.",
                name=path.name,
            )
        )


def _copy_whole(copy: Path, db: apsw.Connection) -> None:
    source = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        copy_database(source, db, pages=1000)
    finally:
        source.close()
    db.pragma("journal_mode", "DELETE")


def _tables(db: apsw.Connection) -> list[str]:
    return [str(r[0]) for r in rows(db, "SELECT name FROM sqlite_master WHERE type='table'")]


class _Salvage:
    """Finds the tables and their pages in the bytes of a damaged file and writes their rows to a new one."""

    def __init__(self, path: Path, data: bytes, db: apsw.Connection, mended: Mended) -> None:
        self._path, self._db, self._mended = path, db, mended
        self._pages = _best_reading(data)
        self._schema, self._is_schema_hurt = _schema_of(self._pages)
        self._shapes: dict[str, Shape] = {}
        self._loose: list[Leaf] = []
        self._from_elsewhere: set[str] = set()

    def run(self) -> set[str]:
        """Write everything; return the layer tables whose registry rows may be lost."""
        self._find_tables()
        self._give_pages_back()
        self._db.pragma("application_id", schema.APPLICATION_ID)
        self._db.pragma("user_version", schema.USER_VERSION)
        kept = {name: self._write(shape) for name, shape in self._shapes.items()}
        nameless = self._nameless()
        kept |= {shape.name: self._write(shape) for shape in nameless}
        for statement in schema.create_statements():  # indexes after the rows
            if (
                statement.startswith("CREATE INDEX")
                and statement.split(" ON ")[1].split(" ")[0] in self._shapes
            ):
                rows(self._db, statement)
        if "gpkg_extensions" in self._shapes:
            rows(self._db, "DELETE FROM gpkg_extensions WHERE extension_name='gpkg_rtree_index'")
        self._say_losses(kept)
        if not any(
            count for name, count in kept.items() if not name.startswith("gpkg_") and name != "rg_meta"
        ):
            raise nothing_saved(self._path)
        found = {shape.name for shape in nameless}
        if all(self._shapes[name].tree.gaps for name in ("rg_layers", "gpkg_contents")):
            found |= {name for name, count in kept.items() if name.startswith(schema.LAYER_PREFIX) and count}
        self._drop_empty(kept)
        return found

    # -- tables -----------------------------------------------------------------------------------------------
    def _find_tables(self) -> None:
        indexes = _index_tables(self._schema)
        for name, sql, root in self._schema:
            if not name.startswith("sqlite_") and name not in indexes:
                self._add(name, sql, root)
        for name in sorted(name for name, table in indexes.items() if name == table):
            self._mended.lose("index", name, 1)
        for name, sql in self._statements_elsewhere():
            if name not in self._shapes and not _INDEX.match(name):
                self._add(name, sql, 0)
                self._from_elsewhere.add(name)

    def _add(self, name: str, sql: str, root: int) -> None:
        shape = shape_of(name, sql) if name not in self._shapes else None
        if shape is None or not _is_plausible(shape):
            return
        shape.tree = self._pages.tree(root)
        self._drop_strangers(shape)
        self._shapes[name] = shape

    def _drop_strangers(self, shape: Shape) -> None:
        """Take out pages that a broken pointer led to: their rows cannot be the table's."""
        tree = shape.tree
        for leaf in [leaf for leaf in tree.leaves if leaf.rows and not any(map(shape.fits, leaf.rows))]:
            tree.leaves.remove(leaf)
            tree.pages.discard(leaf.number)
            tree.miss(-(2**63), 2**63 - 1)

    def _statements_elsewhere(self) -> Iterable[tuple[str, str]]:
        """Yield statements that the file itself lost: from its newest good backup, then those every project has."""
        backup = good_backup(self._path)
        if backup is not None:
            source = apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)
            try:
                yield from rows(
                    source, "SELECT name, sql FROM sqlite_master WHERE type='table' AND sql NOT NULL"
                )
            finally:
                source.close()
        for statement in schema.create_statements():
            if statement.startswith("CREATE TABLE"):
                yield statement.split("(")[0].split()[2], statement

    # -- pages ------------------------------------------------------------------------------------------------
    def _give_pages_back(self) -> None:
        taken = self._pages.free_pages()
        for shape in self._shapes.values():
            taken |= _pages_of(shape.tree)
        for leaf in list(self._pages.loose_leaves(taken)):
            if leaf.number in taken:  # an overflow page of one that was taken just now
                continue
            home = None if _is_schema(leaf) else home_of(leaf, list(self._shapes.values()))
            if home is not None:
                home.tree.leaves.append(leaf)
                home.tree.pages.add(leaf.number)
                home.given_back += 1
                taken |= _overflow(leaf)
            elif leaf.is_sound and not _is_schema(leaf):
                self._loose.append(leaf)

    def _nameless(self) -> list[Shape]:
        if not self._is_schema_hurt:
            return []
        known = dict(rows(self._db, "SELECT table_name, feature_count FROM rg_layers"))
        for (name,) in rows(self._db, "SELECT table_name FROM gpkg_contents WHERE data_type='features'"):
            known.setdefault(name, 0)
        return nameless_tables(self._loose, {n: c for n, c in known.items() if n not in self._shapes})

    # -- rows -------------------------------------------------------------------------------------------------
    def _write(self, shape: Shape) -> int:
        """Write a table's rows; return how many."""
        rows(self._db, shape.sql)
        found = {r.rowid: r for leaf in reversed(shape.tree.leaves) for r in leaf.rows if shape.holds(r)}
        by_width: dict[int, list[Row]] = {}
        for key in sorted(found):
            by_width.setdefault(len(found[key].values), []).append(found[key])
        return sum(self._insert(shape, width, some) for width, some in by_width.items())

    def _insert(self, shape: Shape, width: int, found: Sequence[Row]) -> int:
        columns = shape.columns[:width]
        names = ",".join(quoted(c.name) for c in columns)
        sql = f"INSERT OR IGNORE INTO {quoted(shape.name)} ({names}) VALUES ({','.join('?' * width)})"  # noqa: S608
        key = next((i for i, c in enumerate(columns) if c.is_key), None)
        before = self._db.total_changes()
        for start in range(0, len(found), _CHUNK):
            self._db.executemany(sql, [_with_key(r, key) for r in found[start : start + _CHUNK]])
        return int(self._db.total_changes() - before)

    def _say_losses(self, kept: Mapping[str, int]) -> None:
        registered = dict(rows(self._db, "SELECT table_name, feature_count FROM rg_layers"))
        names = dict(rows(self._db, "SELECT table_name, name FROM rg_layers"))
        for name, shape in self._shapes.items():
            known = max(0, registered.get(name, 0) - kept[name])
            gone = max(0, shape.tree.unread - shape.given_back) + sum(leaf.lost for leaf in shape.tree.leaves)
            at_least = known if name in registered else gone if self._stood_here(name) else 0
            self._mended.lose("rows", name, at_least, names.get(name, ""))

    def _stood_here(self, name: str) -> bool:
        """Return whether the file itself declares a table."""
        return name not in self._from_elsewhere

    def _drop_empty(self, kept: Mapping[str, int]) -> None:
        """Take layer tables out again that only the backup knew and of which nothing was found."""
        registered = {str(r[0]) for r in rows(self._db, "SELECT table_name FROM rg_layers")}
        for name in self._from_elsewhere - registered:
            if name.startswith(schema.LAYER_PREFIX) and not kept[name]:
                rows(self._db, f"DROP TABLE {quoted(name)}")


_KNOWN = {
    name: {c.name for c in known.columns}
    for statement in schema.create_statements()
    if statement.startswith("CREATE TABLE") and (name := statement.split("(")[0].split()[2])
    if (known := shape_of(name, statement)) is not None
}


def _is_plausible(shape: Shape) -> bool:
    """Return whether a statement for one of our own tables names columns that it has or once had."""
    return shape.name not in _KNOWN or {c.name for c in shape.columns} <= _KNOWN[shape.name]


def _with_key(row: Row, key: int | None) -> tuple[Any, ...]:
    if key is None:
        return row.values
    return (*row.values[:key], row.rowid, *row.values[key + 1 :])


def _overflow(leaf: Leaf) -> set[int]:
    return {page for row in leaf.rows for page in row.overflow}


def _pages_of(tree: Tree) -> set[int]:
    return tree.pages | {page for leaf in tree.leaves for page in _overflow(leaf)}


def _is_schema(leaf: Leaf) -> bool:
    return any(_is_schema_row(r) for r in leaf.rows)


def _is_schema_row(row: Row) -> bool:
    values = row.values
    return (
        len(values) == 5 and values[0] in _TYPES and isinstance(values[1], str) and isinstance(values[3], int)
    )


def _index_tables(found: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Return the tables of spatial indexes that another program added, and the index of each.

    SQLite makes the tables below an index itself; whoever needs the index makes it again from the rows.
    """
    indexes = {name for name, sql, _ in found if sql[:30].upper().startswith("CREATE VIRTUAL TABLE")}
    below = {f"{index}{ending}": index for index in indexes for ending in ("_node", "_parent", "_rowid")}
    loose = {name: m[1] for name, _, _ in found if (m := _INDEX.match(name)) is not None}
    return below | loose | {index: index for index in indexes | set(loose.values())}


def _best_reading(data: bytes) -> PageFile:
    """Return the pages, of the usual size when those make more sense: the header itself may be hurt."""
    pages = PageFile(data)
    if pages.page_bytes != DEFAULT_PAGE_BYTES:
        usual = PageFile(data, DEFAULT_PAGE_BYTES)
        pages = max(pages, usual, key=lambda p: sum(leaf.is_sound for leaf in p.loose_leaves(set())))
    return pages


def _schema_of(pages: PageFile) -> tuple[list[tuple[str, str, int]], bool]:
    """Return the tables that the file declares (name, statement, root page), and whether some may be missing."""
    tree = pages.tree(1)
    leaves = list(tree.leaves)
    if tree.gaps:
        leaves += [leaf for leaf in pages.loose_leaves(tree.pages) if _is_schema(leaf)]
    found = [
        (str(r.values[1]), r.values[4], r.values[3])
        for leaf in leaves
        for r in leaf.rows
        if _is_schema_row(r) and r.values[0] == "table" and isinstance(r.values[4], str)
    ]
    return found, bool(tree.gaps)
