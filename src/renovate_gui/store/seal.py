"""The seal of a state: one hash over everything that a person put into the project.

Left out is what the program derives (GeoPackage's own lists) or needs only for itself (the history, the version of the
tables, row order), so that the same content has the same seal in every copy and after every tidying.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

import apsw

from renovate_gui.store import schema
from renovate_gui.store.connection import rows

SCHEME = "rg1"
"""Which rule made a seal; a new rule gets a new name, and old seals keep theirs."""

_TABLES = (
    "rg_meta",
    "rg_photos",
    "rg_replies",
    "rg_answers",
    "rg_packages",
    "rg_figures",
    schema.PROPOSALS,
    schema.NOTES,
)
_LATER_TABLES = (schema.SCENARIOS, schema.MEMBERS, schema.RECORDS)
"""Tables of later versions: they count where they hold something, so that what was sealed before them keeps its seal."""
_UNSEALED_SETTINGS = {"schema", "application"}


def content_seal(db: apsw.Connection) -> str:
    """Return ``rg1:`` and the SHA-256 of settings, layers, drawings, photos, replies, packages and scenarios.

    Rows are taken by primary key, columns by name, values with their type; floating-point numbers by their bits.
    """
    digest = hashlib.sha256()
    for table in _TABLES:
        add_table(digest, db, table)
    for table in _LATER_TABLES:
        if rows(db, f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608  our own names
            add_table(digest, db, table)
    add_table(digest, db, "rg_layers")
    for (table,) in rows(db, "SELECT table_name FROM rg_layers ORDER BY uuid"):
        add_table(digest, db, table)
    return f"{SCHEME}:{digest.hexdigest()}"


def add_table(digest: hashlib._Hash, db: apsw.Connection, table: str) -> None:
    """Add the rows of a table to a digest."""
    columns = sorted(r[1] for r in rows(db, f"PRAGMA table_info({schema.quoted(table)})"))
    digest.update(_text(table) + b"".join(map(_text, columns)))
    names = ",".join(map(schema.quoted, columns))
    for row in db.execute(f"SELECT {names} FROM {schema.quoted(table)} ORDER BY rowid"):  # noqa: S608
        if table == "rg_meta" and row[columns.index("key")] in _UNSEALED_SETTINGS:
            continue
        digest.update(b"".join(_values(row)))


def _values(row: Iterable[object]) -> Iterable[bytes]:
    yield b"R"
    for value in row:
        if value is None:
            yield b"N"
        elif isinstance(value, int):
            yield b"I" + str(value).encode() + b";"
        elif isinstance(value, float):
            yield b"F" + struct.pack("<d", value)
        elif isinstance(value, bytes):
            yield b"B" + struct.pack("<q", len(value)) + value
        else:
            yield _text(str(value))


def _text(value: str) -> bytes:
    body = value.encode("utf-8", "surrogatepass")
    return b"T" + struct.pack("<q", len(body)) + body
