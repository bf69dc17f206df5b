"""A plain read of a project that is open here must not take SQLite's locks away."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from renovate_gui.app.recognising import is_project_file
from renovate_gui.app.storing import fingerprint
from renovate_gui.assets.open_files import copy_file, open_to_read
from renovate_gui.io.reading.formats import sniff
from renovate_gui.store.opening import open_file
from renovate_gui.store.project import Project

WRITE = (
    "import apsw, sys; db = apsw.Connection(sys.argv[1]);"
    "\ntry: db.execute('BEGIN IMMEDIATE'); print('free')\nexcept apsw.BusyError: print('locked')"
)


def another_process_finds(path: Path) -> str:
    command = [sys.executable, "-c", WRITE, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "甲.gpkg"


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to handles there")
def test_no_plain_read_drops_the_locks_of_an_open_project(path: Path, tmp_path: Path) -> None:
    project = Project.create(path, title="t", crs="EPSG:4545", standard="")

    def read_in_every_way() -> None:
        assert is_project_file(path)
        sniff(path)
        fingerprint(path, "GPKG")
        copy_file(path, tmp_path / "copy.gpkg")
        second = open_file(path, read_only=True)
        second.db.close()

    with project.action("t") as writer:
        writer.set_meta("title", "u")
        assert another_process_finds(path) == "locked"
        read_in_every_way()
        other = threading.Thread(target=read_in_every_way)
        other.start()
        other.join()
        assert another_process_finds(path) == "locked"
    assert another_process_finds(path) == "free"
    project.close()


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to handles there")
def test_a_reader_that_began_before_the_project_was_opened_keeps_the_locks_too(path: Path) -> None:
    Project.create(path, title="t", crs="EPSG:4545", standard="").close()
    with open_to_read(path) as file:
        assert file.read(6) == b"SQLite"
        project = Project.open(path)
        project._db.execute("BEGIN IMMEDIATE")
    assert another_process_finds(path) == "locked"
    project._db.execute("ROLLBACK")
    project.close()


def test_every_reader_begins_at_the_beginning(path: Path) -> None:
    Project.create(path, title="t", crs="EPSG:4545", standard="").close()
    data = path.read_bytes()
    for _ in range(3):
        with open_to_read(path) as one, open_to_read(path) as two:
            assert one.read(10) == two.read(10) == data[:10]
            assert one.read() == data[10:]
            assert two.read(5) == data[10:15]
    with pytest.raises(FileNotFoundError), open_to_read(path.with_name("no")):
        pass
