"""Steps from an older project file to this program's schema, one per version, all in one transaction.

A step is never changed once a version that writes it has been given away; ``tests/store/old_versions`` keeps a file of
every version.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path

import apsw

from renovate_gui.store.backups import make_backup
from renovate_gui.store.connection import copy_database, harden, roll_back, rows
from renovate_gui.store.schema import SCHEMA_VERSION
from renovate_gui.store.settings import setting

Step = Callable[[apsw.Connection], None]

_HISTORY_2 = """CREATE TABLE rg_history (seq INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE,
    parent TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0, changeset BLOB NOT NULL)"""
_MOVES_2 = """CREATE TABLE rg_moves (seq INTEGER PRIMARY KEY NOT NULL, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
    head TEXT NOT NULL, seen TEXT NOT NULL DEFAULT '')"""
_VERSIONS_2 = """CREATE TABLE rg_versions (id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, state TEXT NOT NULL,
    seal TEXT NOT NULL, software TEXT NOT NULL)"""
_FIGURES_2 = """CREATE TABLE rg_figures (id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL, title TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, state TEXT NOT NULL,
    parameters TEXT NOT NULL, inputs TEXT NOT NULL, software TEXT NOT NULL, numbers TEXT NOT NULL)"""

_SCENARIOS_3 = """CREATE TABLE rg_scenarios (id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, note TEXT NOT NULL, position INTEGER NOT NULL, made_at TEXT NOT NULL, made_by TEXT NOT NULL,
    locked_at TEXT NOT NULL, locked_by TEXT NOT NULL, locked_why TEXT NOT NULL, seal TEXT NOT NULL)"""
_MEMBERS_3 = """CREATE TABLE rg_scenario_members (id INTEGER PRIMARY KEY NOT NULL, scenario TEXT NOT NULL,
    proposal TEXT NOT NULL)"""

_RECORDS_4 = """CREATE TABLE rg_records (id INTEGER PRIMARY KEY NOT NULL, uuid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    parent TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, properties TEXT NOT NULL, data BLOB NOT NULL)"""


def _to_2(db: apsw.Connection) -> None:
    """Give every step a name and a parent, and begin the log of moves.

    Names are made of what the step is, so that two copies of one old file, brought up to date on two machines, still
    know that they have these steps in common.
    """
    space = uuid.uuid5(uuid.NAMESPACE_URL, f"renovate-gui:{setting(db, 'uuid')}")
    steps = rows(db, "SELECT seq, at, who, what, why, undone, changeset FROM rg_history ORDER BY seq")
    for statement in (
        "DROP TABLE rg_history",
        _HISTORY_2,
        "CREATE INDEX rg_history_undone ON rg_history (undone, seq)",
        _MOVES_2,
        _VERSIONS_2,
        _FIGURES_2,
    ):
        rows(db, statement)
    db.execute("INSERT INTO rg_moves (id, at, head) VALUES (?,?,'')", (str(space), setting(db, "created_at")))
    parent = ""
    for seq, at, who, what, why, undone, changeset in steps:
        name = str(uuid.uuid5(space, f"{seq} {parent} {hashlib.sha256(changeset).hexdigest()}"))
        db.execute(
            "INSERT INTO rg_history VALUES (?,?,?,?,?,?,?,?,?)",
            (seq, name, parent, at, who, what, why, undone, changeset),
        )
        if not undone:
            move = str(uuid.uuid5(space, f"move {name}"))
            db.execute("INSERT INTO rg_moves (id, at, head) VALUES (?,?,?)", (move, at, name))
        parent = name
    for table in ("rg_moves", "rg_versions", "rg_figures"):
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,'attributes',?,0)",
            (table, table),
        )


def _to_3(db: apsw.Connection) -> None:
    """Make room for scenarios; a project that has none counts all its proposals, as before."""
    for statement in (
        _SCENARIOS_3,
        _MEMBERS_3,
        "CREATE INDEX rg_scenario_members_proposal ON rg_scenario_members (proposal)",
    ):
        rows(db, statement)
    for table in ("rg_scenarios", "rg_scenario_members"):
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?,'attributes',?,0)",
            (table, table),
        )


def _to_4(db: apsw.Connection) -> None:
    """Make room for what the council loop keeps: comments, votes, meetings, scanned sheets."""
    for statement in (_RECORDS_4, "CREATE INDEX rg_records_kind ON rg_records (kind, parent)"):
        rows(db, statement)
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('rg_records','attributes','rg_records',0)"
    )


STEPS: dict[int, Step] = {1: _to_2, 2: _to_3, 3: _to_4}
"""From a version to the step that leads to the next one."""


def migrate(db: apsw.Connection, project: Path, version: int) -> None:
    """Bring an older file up to date after a checked backup; on any error it stays as it was."""
    make_backup(db, project)
    _step_up(db, version)


def migrated_in_memory(db: apsw.Connection, version: int) -> apsw.Connection:
    """Return an up-to-date copy in memory of an older file that may only be read, and close the file."""
    copy = apsw.Connection(":memory:")
    harden(copy)
    copy_database(db, copy)
    _step_up(copy, version)
    db.close()
    return copy


def _step_up(db: apsw.Connection, version: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version, SCHEMA_VERSION):
            STEPS[number](db)
        db.execute("UPDATE rg_meta SET value=? WHERE key='schema'", (str(SCHEMA_VERSION),))
        db.execute("COMMIT")
    except BaseException:
        roll_back(db)
        raise
