"""Looks a project file over: is it whole, does everything belong to something, what is how large, can it be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import apsw

from renovate_gui.store import blobs, schema
from renovate_gui.store.backups import backups_of, fault_of, made_at
from renovate_gui.store.connection import rows
from renovate_gui.store.file_names import check_length
from renovate_gui.store.newest import newest
from renovate_gui.store.odd_values import drop_odd_rows, mend_texts
from renovate_gui.store.private_copy import private_copy
from renovate_gui.store.scenarios import LOOSE_MEMBER
from renovate_gui.store.schema import quoted
from renovate_gui.store.strangers import refuse_beginning, refuse_stranger

_CHUNK = 5000
_MOST_LINES = 20  # of SQLite's own words


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes
    ----------
    code
        ``integrity``, ``foreign_key``, ``no_project``, ``missing_table``, ``photo``, ``answer``, ``member``, ``layer``,
        ``contents``, ``columns``, ``count``, ``geometry``, ``text`` (no UTF-8), ``value`` (of a wrong kind), ``properties``, ``history`` (a step cannot be read),
        ``history_parent`` (a step hangs on nothing); not harmful: ``leftover``, ``kept_for_history``
        and ``unpublished`` (steps wait on this machine for their share or drive).
    table
        The table it is about.
    count
        How many rows (or 1).
    is_harm
        False for what costs room only.
    detail
        SQLite's own words or the layer's name; may be empty.
    """

    code: str
    table: str
    count: int = 1
    is_harm: bool = True
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """How large a part of the file is, and how many rows it has."""

    name: str  # layers, drawn, photos, history, council, other, free
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class HistoryHealth:
    """The length of the history; ``unreadable`` are the numbers of steps that cannot be undone."""

    steps: int = 0
    undone: int = 0
    bytes: int = 0
    unreadable: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupHealth:
    """A backup at hand; ``fault`` is empty when it is whole."""

    path: Path
    at: datetime
    bytes: int
    fault: str


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Everything :func:`check` found."""

    path: Path
    bytes: int
    schema: str
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]
    history: HistoryHealth
    backups: tuple[BackupHealth, ...]

    @property
    def is_healthy(self) -> bool:
        """Return whether nothing harmful was found."""
        return not any(f.is_harm for f in self.findings)

    @property
    def is_whole(self) -> bool:
        """Return whether SQLite itself finds no damage."""
        return not any(f.code in {"integrity", "no_project"} for f in self.findings)


@dataclass(slots=True)
class _Look:
    """One look at one open database."""

    db: apsw.Connection
    findings: list[Finding] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tables = {str(r[0]) for r in rows(self.db, "SELECT name FROM sqlite_master WHERE type='table'")}

    def add(self, code: str, table: str, count: int = 1, *, is_harm: bool = True, detail: str = "") -> None:
        if count:
            self.findings.append(Finding(code, table, count, is_harm, detail))

    def one(self, sql: str, *values: Any) -> Any:
        return rows(self.db, sql, values)[0][0]


def check(path: Path) -> HealthReport:
    """Look a project file over on a private copy; not a byte of it changes, nor beside it.

    Raises DataError when there is no file, RequestError when it cannot be read now.
    """
    check_length(path)
    size = path.stat().st_size if path.is_file() else 0
    backups = tuple(BackupHealth(b, made_at(b), b.stat().st_size, fault_of(b)) for b in backups_of(path))
    refuse_beginning(path)
    with private_copy(path) as copy:
        report = look_at(copy)
        if not any(f.code == "integrity" for f in report.findings):
            refuse_stranger(path, copy)
    waiting = newest(path.resolve())
    findings = report.findings
    if waiting.notice:
        findings = (*findings, Finding("unpublished", "", is_harm=False, detail=waiting.notice))
    return HealthReport(path, size, report.schema, findings, report.parts, report.history, backups)


def look_at(copy: Path) -> HealthReport:
    """Look over a database that is ours alone; its backups are not looked for."""
    db = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
    findings: list[Finding] = []
    version, history = "", HistoryHealth()
    parts: tuple[Part, ...] = ()
    try:
        db.pragma("trusted_schema", 0)
        db.pragma("cell_size_check", 1)
        findings += _integrity(db)
        look = _Look(db)
        if "rg_meta" not in look.tables:
            findings.append(Finding("no_project", "rg_meta"))
        else:
            _values(look)
            version = _version(db)
            history = _history(look)
            _registry(look)
            _belonging(look)
            _geometries(look)
            findings += look.findings
            parts = _parts(look)
    except apsw.Error as error:
        if not findings:
            findings.append(Finding("integrity", "", detail=str(error)))
    finally:
        db.close()
    return HealthReport(copy, copy.stat().st_size, version, tuple(findings), parts, history, ())


def _integrity(db: apsw.Connection) -> Iterator[Finding]:
    try:
        lines = [str(r[0]) for r in rows(db, f"PRAGMA integrity_check({_MOST_LINES})")]
    except (apsw.CorruptError, apsw.NotADBError) as error:
        lines = [str(error)]
    yield from (Finding("integrity", "", detail=" ".join(line.split())) for line in lines if line != "ok")
    try:
        broken = rows(db, "PRAGMA foreign_key_check")
    except apsw.Error:
        return  # told above
    for table in sorted({str(r[0]) for r in broken}):
        yield Finding("foreign_key", table, sum(r[0] == table for r in broken))


def _version(db: apsw.Connection) -> str:
    found = rows(db, "SELECT value FROM rg_meta WHERE key='schema'")
    return str(found[0][0]) if found else ""


# -- who needs which table ------------------------------------------------------------------------------------
def _history(look: _Look) -> HistoryHealth:
    """Read every changeset of the history; note which layer tables it mentions."""
    needed: set[str] = set()
    if schema.HISTORY not in look.tables:
        look.add("missing_table", schema.HISTORY)
        return HistoryHealth()
    columns = column_names(look.db, schema.HISTORY)
    steps = undone = size = 0
    unreadable: list[int] = []
    for number, is_undone, changeset in look.db.execute(
        "SELECT seq, undone, changeset FROM rg_history ORDER BY seq"
    ):
        steps += 1
        undone += bool(is_undone)
        size += len(changeset or b"")
        mentioned = mentioned_tables(changeset)
        if mentioned is None:
            unreadable.append(int(number))
        else:
            needed |= mentioned
    look.add("history", schema.HISTORY, len(unreadable), detail=", ".join(map(str, unreadable[:_MOST_LINES])))
    if "parent" in columns:
        sql = (
            "SELECT count(*) FROM rg_history WHERE parent<>'' AND parent NOT IN (SELECT uuid FROM rg_history)"
        )
        look.add("history_parent", schema.HISTORY, look.one(sql))
    _loose_tables(look, needed)
    return HistoryHealth(steps, undone, size, tuple(unreadable))


def mentioned_tables(changeset: object) -> set[str] | None:
    """Return the layer tables that a step changes, adds or takes away; None when it cannot be read."""
    if not changeset:
        return set()
    found: set[str] = set()
    try:
        for change in apsw.Changeset.iter(changeset):
            if change.name.startswith(schema.LAYER_PREFIX):
                found.add(change.name)
            elif change.name == "rg_layers":
                values = (*(change.old or ()), *(change.new or ()))
                found.update(v for v in values if isinstance(v, str) and v.startswith(schema.LAYER_PREFIX))
    except (apsw.Error, TypeError, UnicodeDecodeError, ValueError):
        return None
    return found


def _loose_tables(look: _Look, mentioned: set[str]) -> None:
    registered = (
        {str(r[0]) for r in rows(look.db, "SELECT table_name FROM rg_layers")}
        if "rg_layers" in look.tables
        else set()
    )
    for table in sorted(t for t in look.tables if t.startswith(schema.LAYER_PREFIX) and t not in registered):
        code = "kept_for_history" if table in mentioned else "leftover"
        look.add(code, table, max(1, look.one(f"SELECT count(*) FROM {quoted(table)}")), is_harm=False)  # noqa: S608


def column_names(db: apsw.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of a table in their order; empty when there is none of that name."""
    return tuple(str(r[1]) for r in rows(db, f"PRAGMA table_info({quoted(table)})"))


# -- registry and GeoPackage's lists --------------------------------------------------------------------------
def _registry(look: _Look) -> None:
    version = _version(look.db)
    if version == str(schema.SCHEMA_VERSION):
        for table in (*schema.own_tables(), *schema.drawn_tables()):
            look.add("missing_table", table, int(table not in look.tables and table != schema.HISTORY))
    if "rg_layers" not in look.tables:
        return
    layers = rows(look.db, "SELECT name, table_name, feature_count FROM rg_layers ORDER BY name")
    for name, table, count in layers:
        if table not in look.tables:
            look.add("layer", str(table), detail=str(name))
            continue
        found = look.one(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608
        look.add("count", str(table), abs(found - count), detail=str(name))
    wanted = {str(r[1]) for r in layers} | set(schema.drawn_tables())
    _lists(look, wanted & look.tables)


def _lists(look: _Look, features: set[str]) -> None:
    """Compare GeoPackage's own lists with the tables that are there."""
    contents = dict(rows(look.db, "SELECT table_name, data_type FROM gpkg_contents"))
    columns = dict(rows(look.db, "SELECT table_name, column_name FROM gpkg_geometry_columns"))
    for table in sorted(features | set(contents)):
        is_wrong = table not in look.tables or (table in features and contents.get(table) != "features")
        look.add("contents", table, int(is_wrong))
    for table in sorted(features | set(columns)):
        is_wrong = table not in contents or columns.get(table) != blobs.GEOMETRY_COLUMN
        look.add("columns", table, int(is_wrong and (table in features or table not in look.tables)))


def _belonging(look: _Look) -> None:
    """Count the rows whose owner is gone."""
    has = look.tables.issuperset
    if has({"rg_photos", schema.PROPOSALS}):
        sql = "SELECT count(*) FROM rg_photos WHERE proposal NOT IN (SELECT uuid FROM proposals)"
        look.add("photo", "rg_photos", look.one(sql))
    if has({"rg_answers", "rg_replies"}):
        sql = "SELECT count(*) FROM rg_answers WHERE reply NOT IN (SELECT uuid FROM rg_replies)"
        look.add("answer", "rg_answers", look.one(sql))
    if has({schema.MEMBERS, schema.SCENARIOS, schema.PROPOSALS}):
        sql = f"SELECT count(*) FROM {schema.MEMBERS} WHERE {LOOSE_MEMBER}"  # noqa: S608  our own words
        look.add("member", schema.MEMBERS, look.one(sql))
    for table in look.tables & set(schema.drawn_tables()):
        sql = f"SELECT count(*) FROM {table} WHERE NOT json_valid(properties)"  # noqa: S608  our own names
        look.add("properties", table, look.one(sql))


def _values(look: _Look) -> None:
    """Find values that nothing can read, and put them right for the rest of the look; nothing of that is kept."""
    look.db.execute("BEGIN")
    for table in sorted(t for t in look.tables if not t.startswith("sqlite_")):
        look.add("text", table, mend_texts(look.db, table))
        look.add("value", table, drop_odd_rows(look.db, table))


# -- geometries and sizes -------------------------------------------------------------------------------------
def _geometries(look: _Look) -> None:
    for table in sorted(look.tables):
        is_feature = table in schema.drawn_tables() or table.startswith(schema.LAYER_PREFIX)
        if is_feature and blobs.GEOMETRY_COLUMN in column_names(look.db, table):
            look.add("geometry", table, sum(len(found) for found in unreadable_geometries(look.db, table)))


def unreadable_geometries(db: apsw.Connection, table: str) -> Iterator[list[int]]:
    """Yield, chunk by chunk, the row keys whose geometry is there but cannot be read."""
    cursor = db.execute(f"SELECT fid, {blobs.GEOMETRY_COLUMN} FROM {quoted(table)} ORDER BY fid")  # noqa: S608
    while chunk := list(islice(cursor, _CHUNK)):
        geometry = blobs.decode(r[1] for r in chunk)
        yield [int(r[0]) for r, g in zip(chunk, geometry, strict=True) if r[1] is not None and g is None]


_PART_OF = {
    "rg_photos": "photos",
    "rg_history": "history",
    "rg_moves": "history",
    "rg_versions": "history",
    "rg_replies": "council",
    "rg_answers": "council",
    "rg_packages": "council",
    schema.RECORDS: "council",
    schema.PROPOSALS: "drawn",
    schema.SCENARIOS: "drawn",
    schema.MEMBERS: "drawn",
    schema.NOTES: "drawn",
}


def _parts(look: _Look) -> tuple[Part, ...]:
    owner = {r[0]: r[1] for r in rows(look.db, "SELECT name, tbl_name FROM sqlite_master")}
    sizes: dict[str, int] = {}
    try:
        for name, size in look.db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
            part = _part_of(str(owner.get(name, name)))
            sizes[part] = sizes.get(part, 0) + int(size)
    except apsw.Error:  # a damaged file has no such sums
        return ()
    sizes["free"] = look.db.pragma("freelist_count") * look.db.pragma("page_size")
    counts: dict[str, int] = {}
    for table in look.tables:
        part = _part_of(table)
        counts[part] = counts.get(part, 0) + look.one(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608
    order = ("layers", "drawn", "photos", "council", "history", "other", "free")
    return tuple(Part(p, sizes.get(p, 0), counts.get(p, 0)) for p in order)


def _part_of(table: str) -> str:
    return "layers" if table.startswith(schema.LAYER_PREFIX) else _PART_OF.get(table, "other")
