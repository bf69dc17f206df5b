"""A journal whose file was deleted must not be rolled back into the next file of that name."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from renovate_gui.app.session import Session

CRS = "EPSG:4544"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Return the hot journal of a project that crashed in the middle of a large transaction."""
    crashed = tmp_path / "crashed" / "a.gpkg"
    crashed.parent.mkdir()
    Session.create(crashed, crs=CRS).close()
    db = apsw.Connection(str(crashed))
    db.pragma("cache_size", 4)
    db.execute("BEGIN")
    db.execute("CREATE TABLE x AS SELECT 1 AS a")
    for table in ("rg_meta", "gpkg_contents", "gpkg_spatial_ref_sys"):
        db.execute(f"CREATE TABLE copy_{table} AS SELECT * FROM {table}, (SELECT randomblob(9000))")
        db.execute(f"DELETE FROM {table}")
    kept = Path(shutil.copy(f"{crashed}-journal", tmp_path / "kept-journal"))
    db.execute("ROLLBACK")
    db.close()
    assert kept.read_bytes()[:4] == b"\xd9\xd5\x05\xf9"  # its header was synced: SQLite would roll it back
    return kept


def is_whole(path: Path) -> bool:
    with Session.open(path) as session:
        if session.settings().crs != CRS:
            return False
    db = apsw.Connection(str(path))
    try:
        return db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        db.close()


def test_beside_a_new_project(tmp_path: Path, journal: Path) -> None:
    new = tmp_path / "b.gpkg"
    shutil.copy(journal, f"{new}-journal")
    Session.create(new, crs=CRS, title="x" * 9000).close()
    assert is_whole(new)
    with Session.open(new) as session:
        assert session.settings().title == "x" * 9000


def test_beside_a_saved_copy(tmp_path: Path, journal: Path) -> None:
    new = tmp_path / "b.gpkg"
    shutil.copy(journal, f"{new}-journal")
    with Session.create(tmp_path / "c.gpkg", crs=CRS) as session:
        for n in range(30):
            session.set_title(f"{n}" * 2000)
        session.save_copy(new)
    assert is_whole(new)
    with Session.open(new) as copy:
        assert copy.settings().title == "29" * 2000
