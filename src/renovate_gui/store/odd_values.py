"""Values that a damaged page left behind in rows that SQLite still reads: texts that are none, words for numbers."""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from renovate_gui.store import schema
from renovate_gui.store.connection import rows
from renovate_gui.store.schema import quoted

_STORED_AS = {"INTEGER": "'integer'", "TEXT": "'text'", "REAL": "'real','integer'", "BLOB": "'blob'"}


def mend_texts(db: apsw.Connection, table: str) -> int:
    """Put a mark in the place of every character that cannot be read; return how many texts had some."""
    broken = list(_broken_texts(db, table))
    for rowid, column, data in broken:
        sql = f"UPDATE {quoted(table)} SET {quoted(column)}=? WHERE rowid=?"  # noqa: S608
        db.execute(sql, (data.decode("utf-8", "replace"), rowid))
    return len(broken)


def _broken_texts(db: apsw.Connection, table: str) -> Iterator[tuple[int, str, bytes]]:
    """Yield row key, column and bytes of every text that is no UTF-8, which nothing can read."""
    columns = [str(r[1]) for r in rows(db, f"PRAGMA table_info({quoted(table)})")]
    try:
        for _ in db.execute(f"SELECT {','.join(map(quoted, columns))} FROM {quoted(table)}"):  # noqa: S608
            pass
    except UnicodeDecodeError:
        for column in map(quoted, columns):  # an index may still hold what the row lost
            sql = f"SELECT rowid, CAST({column} AS BLOB) FROM {quoted(table)} NOT INDEXED WHERE typeof({column})='text'"  # noqa: S608
            for rowid, data in db.execute(sql):
                if not _is_utf8(data):
                    yield rowid, column[1:-1].replace('""', '"'), data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def drop_odd_rows(db: apsw.Connection, table: str) -> int:
    """Delete rows of one of our own tables with a value of a kind that its column never has; return how many."""
    condition = _oddity(db, table) if table in _OWN else ""
    if not condition:
        return 0
    db.execute(f"DELETE FROM {quoted(table)} WHERE {condition}")  # noqa: S608
    return int(db.changes())


_OWN = frozenset({*schema.own_tables(), *schema.drawn_tables()})


def _oddity(db: apsw.Connection, table: str) -> str:
    tests = []
    for _, name, declared, is_needed, *_ in rows(db, f"PRAGMA table_info({quoted(table)})"):
        stored = _STORED_AS.get(str(declared).upper())
        if stored is not None:
            nothing = "" if is_needed else ",'null'"
            tests.append(f"typeof({quoted(name)}) NOT IN ({stored}{nothing})")
    return " OR ".join(tests)
