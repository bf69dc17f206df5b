"""Reading ahead reads all of a file, changes nothing, and never keeps a project shut."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from renovate_gui.store import readahead
from renovate_gui.store.project import Project
from renovate_gui.store.readahead import read_ahead


def test_it_reads_all_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(3_000_001))
    assert read_ahead(file) == 3_000_001


def test_it_passes_over_what_it_cannot_or_should_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_ahead(tmp_path / "absent") == 0
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(100))
    monkeypatch.setattr(readahead, "MOST_BYTES", 99)
    assert read_ahead(file) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to handles there")
def test_it_does_not_drop_the_locks_of_an_open_project(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with_lock = Project.create(path, title="t", crs="EPSG:4545", standard="s")
    other = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], timeout=0); db.execute('BEGIN IMMEDIATE')"
    try:
        with with_lock.action("rename") as writer:
            writer.set_meta("title", "new")
            assert read_ahead(path) == path.stat().st_size
            done = subprocess.run(
                [sys.executable, "-c", other, str(path)], capture_output=True, text=True, check=False
            )
        assert "database is locked" in done.stderr
    finally:
        with_lock.close()
