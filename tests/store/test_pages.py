"""Reading pages without SQLite gives what SQLite gives."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from renovate_gui.store.pages import PageFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT, c BLOB)")
    db.execute("CREATE TABLE big (a)")
    db.execute("BEGIN")
    values = [None, 0, 1, -1, 2**40, -(2**63), 2**63 - 1, 1.5, "中文" * 50, b"x" * 30]
    for i in range(2000):
        db.execute(
            "INSERT INTO t VALUES (?,?,?,?)", (i * 3 - 900, values[i % 10], "t" * (i % 300), bytes(i % 70))
        )
    for i in range(5):
        db.execute("INSERT INTO big VALUES (?)", (bytes([i]) * (3000 * i + 10),))
    db.execute("COMMIT")
    db.close()
    return path


def whole(path: Path, sql: str) -> list[tuple[object, ...]]:
    db = apsw.Connection(str(path))
    found = db.execute(sql).fetchall()
    db.close()
    return found


@pytest.mark.parametrize("name", ["t", "big"])
def test_the_rows_are_those_of_sqlite(path: Path, name: str) -> None:
    root = whole(path, f"SELECT rootpage FROM sqlite_master WHERE name='{name}'")[0][0]
    tree = PageFile(path.read_bytes()).tree(int(str(root)))
    assert not tree.gaps
    assert all(leaf.is_sound for leaf in tree.leaves)
    alias = "NULL" if name == "t" else "a"
    wanted = whole(
        path, f"SELECT rowid, {alias}{', a, b, c' if name == 't' else ''} FROM {name} ORDER BY rowid"
    )
    assert [(r.rowid, *r.values) for leaf in tree.leaves for r in leaf.rows] == wanted


def test_a_lost_page_leaves_a_gap_and_loose_leaves_are_found(path: Path) -> None:
    root = int(str(whole(path, "SELECT rootpage FROM sqlite_master WHERE name='t'")[0][0]))
    data = bytearray(path.read_bytes())
    before = {r.rowid for leaf in PageFile(bytes(data)).tree(root).leaves for r in leaf.rows}
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    pages = PageFile(bytes(data))
    assert pages.tree(root).gaps
    assert not pages.tree(root).leaves
    loose = {r.rowid for leaf in pages.loose_leaves(set()) for r in leaf.rows if len(r.values) == 4}
    assert loose == before


def test_free_pages_are_known(path: Path) -> None:
    db = apsw.Connection(str(path))
    db.execute("DROP TABLE t").fetchall()
    free = db.pragma("freelist_count")
    db.close()
    assert len(PageFile(path.read_bytes()).free_pages()) == free > 10
