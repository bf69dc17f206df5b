"""Rows of records: comments, votes, meetings, scans and the like."""

from __future__ import annotations

import json
from collections.abc import Iterable

import apsw

from renovate_gui.domain.ids import Uuid, row_id_of
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.store.connection import rows
from renovate_gui.store.schema import RECORDS

_COLUMNS = "uuid, kind, parent, at, who, properties"


def read_records(db: apsw.Connection, kind: RecordKind, *, parent: str | None = None) -> tuple[Record, ...]:
    """Return records of a kind by time, without their bytes; on request only those of one parent."""
    sql = f"SELECT {_COLUMNS} FROM {RECORDS} WHERE kind=?"  # noqa: S608  our own names
    values: tuple[str, ...] = (kind.value,)
    if parent is not None:
        sql, values = f"{sql} AND parent=?", (kind.value, parent)
    return tuple(_record(r) for r in rows(db, f"{sql} ORDER BY at, id", values))


def find_record(db: apsw.Connection, uuid: Uuid) -> Record | None:
    """Return one record without its bytes, or None when it is gone or of a kind that only a newer program knows."""
    found = rows(db, f"SELECT {_COLUMNS} FROM {RECORDS} WHERE uuid=?", (uuid,))  # noqa: S608
    return _record(found[0]) if found and found[0][1] in set(RecordKind) else None


def read_data(db: apsw.Connection, uuid: Uuid) -> bytes:
    """Return a record's bytes; empty when it has none."""
    found = rows(db, f"SELECT data FROM {RECORDS} WHERE uuid=?", (uuid,))  # noqa: S608
    return bytes(found[0][0]) if found else b""


def put_records(db: apsw.Connection, found: Iterable[Record], *, with_data: bool) -> None:
    """Insert or replace records by uuid; without ``with_data`` the bytes that are there stay."""
    data = ", data=excluded.data" if with_data else ""
    db.executemany(
        f"INSERT INTO {RECORDS} (id, {_COLUMNS}, data) VALUES (?,?,?,?,?,?,?,?)"  # noqa: S608
        f" ON CONFLICT (uuid) DO UPDATE SET parent=excluded.parent, properties=excluded.properties{data}",
        [
            (
                row_id_of(r.uuid),
                r.uuid,
                r.kind.value,
                r.parent,
                r.at,
                r.who,
                json.dumps(dict(r.properties), ensure_ascii=False, sort_keys=True, allow_nan=False),
                r.data,
            )
            for r in found
        ],
    )


def delete_records(db: apsw.Connection, uuids: Iterable[Uuid]) -> None:
    """Delete records and those that belong to them; ones that are gone are passed over."""
    wanted = [(u,) for u in uuids]
    db.executemany(f"DELETE FROM {RECORDS} WHERE uuid=?", wanted)  # noqa: S608
    db.executemany(f"DELETE FROM {RECORDS} WHERE parent=?", wanted)  # noqa: S608


def _record(row: tuple[object, ...]) -> Record:
    uuid, kind, parent, at, who, properties = (str(v) for v in row)
    return Record(Uuid(uuid), RecordKind(kind), parent, at, who, json.loads(properties))
