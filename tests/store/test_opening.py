"""What is not a project, newer, older, damaged, write-protected or open elsewhere is told in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.store import backups, migrations, schema
from renovate_gui.store.owner import owner_path
from renovate_gui.store.project import Project


@pytest.fixture
def closed(project: Project) -> Path:
    with project.action("t") as writer:
        writer.set_meta("title", "乙")
    project.close()
    return project.path


def change(path: Path, sql: str) -> None:
    db = apsw.Connection(str(path))
    db.execute(sql).fetchall()
    db.close()


def test_the_connection_is_set_to_survive_a_power_cut(project: Project) -> None:
    wanted = {
        "journal_mode": "delete",
        "synchronous": 3,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "secure_delete": 1,
        "application_id": 0x47504B47,
        "user_version": 10200,
    }
    assert {name: project._db.pragma(name) for name in wanted} == wanted


def test_a_project_has_its_own_facts(project: Project) -> None:
    assert (project.meta("title"), project.meta("crs"), project.meta("standard")) == (
        "甲",
        "EPSG:4545",
        "cn-gb50180-2018",
    )
    assert project.meta("schema") == str(schema.SCHEMA_VERSION)
    assert len(project.meta("uuid")) == 36
    assert project.meta("nothing") == ""


@pytest.mark.parametrize(
    "name", ["试 点?x=1.gpkg", "a#b.gpkg", "100%41.gpkg", "file:x?mode=ro", "a b.renovate"]
)
def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    path = tmp_path / "中文 文件夹" / name
    path.parent.mkdir()
    Project.create(path, title="t", crs="", standard="").close()
    assert sorted(p.name for p in path.parent.iterdir()) == [name]
    with_owner = Project.open(path)
    assert not with_owner.is_read_only
    with_owner.close()
    assert sorted(p.name for p in path.parent.iterdir()) == [name]


def not_there(path: Path) -> None:
    path.unlink(missing_ok=True)


def folder(path: Path) -> None:
    path.mkdir()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def words(path: Path) -> None:
    path.write_text("Ordner, name\n1, 2\n")


def other_database(path: Path) -> None:
    change(path, "CREATE TABLE t (a)")


def other_geopackage(path: Path) -> None:
    change(path, "PRAGMA application_id=1196444487")
    change(path, "CREATE TABLE gpkg_contents (a)")


def only_a_header(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + bytes(2000))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (not_there, "does not exist"),
        (folder, "folder"),
        (empty, "empty"),
        (words, "import it into a project"),
        (other_database, "database but not a project"),
        (other_geopackage, "import it as a layer"),
        (only_a_header, "damaged"),
    ],
)
def test_what_is_no_project_is_named(
    tmp_path: Path, make: Callable[[Path], None], said: str, language: str
) -> None:
    set_language(language)
    path = tmp_path / "文件.gpkg"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DataError) as caught:
        Project.open(path)
    assert "文件.gpkg" in str(caught.value)
    assert (said in str(caught.value)) == (language == "en")
    assert (path.read_bytes() if path.is_file() else None) == before
    assert not owner_path(path).exists()


def test_nothing_is_overwritten_by_a_new_project(closed: Path, tmp_path: Path) -> None:
    before = closed.read_bytes()
    with pytest.raises(RequestError, match="there already"):
        Project.create(closed, title="", crs="", standard="")
    assert closed.read_bytes() == before
    with pytest.raises(RequestError, match="does not exist"):
        Project.create(tmp_path / "no" / "a.gpkg", title="", crs="", standard="")
    with pytest.raises(RequestError, match="metres"):
        Project.create(tmp_path / "x.gpkg", title="", crs="EPSG:4490", standard="")
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_a_newer_file_is_only_read(closed: Path) -> None:
    change(closed, "UPDATE rg_meta SET value='99' WHERE key='schema'")
    before = closed.read_bytes()
    project = Project.open(closed)
    assert "newer version" in project.read_only_reason
    assert project.meta("title") == "乙"
    project.close()
    assert closed.read_bytes() == before


def test_a_file_without_a_version_is_not_touched(closed: Path) -> None:
    change(closed, "DELETE FROM rg_meta WHERE key='schema'")
    with pytest.raises(DataError, match="version"):
        Project.open(closed)


def test_a_damaged_file_names_its_newest_backup(closed: Path) -> None:
    db = apsw.Connection(str(closed))
    backup = backups.make_backup(db, closed)
    db.close()
    data = bytearray(closed.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 12] = b"\xff" * 12
    closed.write_bytes(data)
    with pytest.raises(DataError, match=backup.name):
        Project.open(closed)
    assert closed.read_bytes() == data
    saved = Project.open(backup)
    assert saved.meta("title") == "乙"
    saved.close()


def test_a_cut_file_is_damaged(closed: Path) -> None:
    closed.write_bytes(closed.read_bytes()[: 4096 * 5 + 100])
    with pytest.raises(DataError, match="damaged"):
        Project.open(closed)


def test_a_migration_makes_a_backup_of_what_was(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(db: apsw.Connection) -> None:
        db.execute("CREATE TABLE rg_new (id INTEGER PRIMARY KEY)")

    this = schema.SCHEMA_VERSION
    for module in (schema, migrations):
        monkeypatch.setattr(module, "SCHEMA_VERSION", this + 1)
    monkeypatch.setitem(migrations.STEPS, this, step)
    project = Project.open(closed)
    assert project.meta("schema") == str(this + 1)
    project.close()
    kept = backups.newest_backup(closed)
    assert kept is not None
    monkeypatch.undo()
    old = Project.open(kept)
    assert (old.meta("schema"), old.meta("title")) == (str(this), "乙")
    old.close()


def test_a_failed_migration_leaves_the_file_as_it_was(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def step(db: apsw.Connection) -> None:
        db.execute("CREATE TABLE rg_new (id INTEGER PRIMARY KEY)")
        raise RuntimeError("step")

    with monkeypatch.context() as patch:
        this = schema.SCHEMA_VERSION
        for module in (schema, migrations):
            patch.setattr(module, "SCHEMA_VERSION", this + 1)
        patch.setitem(migrations.STEPS, this, step)
        with pytest.raises(RuntimeError, match="step"):
            Project.open(closed)
    assert not owner_path(closed).exists()
    project = Project.open(closed)
    assert project.meta("schema") == str(this)
    assert project._db.execute("SELECT 1 FROM sqlite_master WHERE name='rg_new'").fetchall() == []
    project.close()


def test_five_backups_are_kept(closed: Path) -> None:
    db = apsw.Connection(str(closed))
    made = [backups.make_backup(db, closed) for _ in range(7)]
    db.close()
    assert sorted(backups.backup_folder(closed).iterdir()) == made[2:]


def test_a_second_opening_reads_only_and_says_who_has_it(closed: Path) -> None:
    first = Project.open(closed)
    second = Project.open(closed)
    assert second.is_read_only
    assert socket.gethostname() in second.read_only_reason
    assert closed.name in second.read_only_reason
    second.close()
    assert owner_path(closed).exists()
    with first.action("t") as writer:
        writer.set_meta("title", "first still writes")
    first.close()
    assert not owner_path(closed).exists()


def test_a_link_does_not_hide_that_a_file_is_open(closed: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.gpkg"
    link.symlink_to(closed)
    first = Project.open(closed)
    second = Project.open(link)
    assert second.is_read_only
    second.close()
    first.close()


def test_another_process_holds_it_and_its_death_frees_it(closed: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from renovate_gui.store.project import Project;"
        "p = Project.open(Path(sys.argv[1])); print('ready', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(closed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        second = Project.open(closed)
        assert second.is_read_only
        second.close()
        child.kill()
    assert owner_path(closed).exists()
    third = Project.open(closed)
    assert not third.is_read_only
    third.close()


@pytest.mark.parametrize(
    ("owner", "is_free"),
    [
        ({"host": "elsewhere", "user": "李", "pid": 1, "time": "2026"}, False),
        ({"host": "here", "user": "李", "pid": 2**22 + 5, "time": "2026"}, True),
        ({"host": "here", "user": "李", "pid": "self", "time": "2026", "started": "another life"}, True),
        ("not json", True),
    ],
)
def test_an_owner_file_left_behind(closed: Path, owner: dict[str, object] | str, is_free: bool) -> None:
    if isinstance(owner, dict):
        owner["host"] = socket.gethostname() if owner["host"] == "here" else owner["host"]
        owner["pid"] = os.getpid() if owner["pid"] == "self" else owner["pid"]
        owner = json.dumps(owner)
    owner_path(closed).write_text(owner)
    project = Project.open(closed)
    assert project.is_read_only != is_free
    if not is_free:
        assert "李" in project.read_only_reason
        assert "elsewhere" in project.read_only_reason
    project.close()


def test_write_protected_files_and_folders_are_read(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    for protected in (closed, closed.parent):
        monkeypatch.setattr(
            os, "access", lambda p, mode, it=protected: Path(p) != it and real(p, mode)
        )  # root may write everywhere, so the right is taken away here
        project = Project.open(closed)
        assert "write-protected" in project.read_only_reason
        assert project.meta("title") == "乙"
        project.close()
        assert not owner_path(closed).exists()


def test_a_project_that_another_program_is_writing_is_read(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renovate_gui.store import connection

    monkeypatch.setattr(connection, "BUSY_MS", 50)
    other = apsw.Connection(str(closed))
    other.execute("BEGIN IMMEDIATE")
    project = Project.open(closed)
    assert "Another program" in project.read_only_reason
    project.close()
    other.execute("ROLLBACK")
    other.close()


def test_a_project_that_another_program_holds_in_another_mode_is_read(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renovate_gui.store import connection

    monkeypatch.setattr(connection, "BUSY_MS", 50)
    other = apsw.Connection(str(closed))
    other.pragma("journal_mode", "WAL")  # as QGIS does while it has a GeoPackage open
    other.execute("SELECT count(*) FROM rg_meta").fetchall()
    project = Project.open(closed)
    assert "Another program" in project.read_only_reason
    assert project.meta("title") == "乙"
    project.close()
    other.close()
    again = Project.open(closed)
    assert not again.is_read_only
    assert again._db.pragma("journal_mode") == "delete"
    again.close()


def test_what_a_crash_left_is_rolled_back_on_the_next_opening(closed: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from renovate_gui.store.project import Project;"
        "p = Project.open(Path(sys.argv[1])); p._db.pragma('cache_size', 1); p._db.pragma('cache_spill', 1)\n"
        "with p.action('x') as w:\n"
        "    for i in range(300): w.set_meta(f'k{i}', 'v' * 5000)\n"
        "    os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(closed)], check=False)
    journal = closed.with_name(closed.name + "-journal")
    assert journal.stat().st_size > 0
    reader = Project.open(closed, read_only=True)  # reading alone must recover too
    assert (reader.meta("title"), reader.meta("k7")) == ("乙", "")
    reader.close()
    project = Project.open(closed)
    assert not project.is_read_only
    assert len(project.history()) == 1
    project.close()


def test_a_copy_is_whole_and_independent(project: Project, tmp_path: Path) -> None:
    target = tmp_path / "副本.gpkg"
    project.save_copy(target)
    with pytest.raises(RequestError, match="there already"):
        project.save_copy(target)
    copy = Project.open(target)
    assert not copy.is_read_only
    assert copy.meta("uuid") == project.meta("uuid")
    copy.close()


def test_a_closed_project_says_so(closed: Path) -> None:
    project = Project.open(closed)
    project.close()
    project.close()
    with pytest.raises(RequestError, match="closed"):
        project.layers()


def test_ogrinfo_reads_it_without_a_warning(project: Project, make_layer, tmp_path: Path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo is not installed")
    import shapely

    from renovate_gui.domain.ids import new_uuid
    from renovate_gui.domain.proposal import Note, Proposal

    with project.action("all") as writer:
        stored = writer.add_layer(*make_layer())
        gone = writer.add_layer(*make_layer(name="gone"))
        writer.put_proposal(Proposal(new_uuid(), 0, shapely.Point(1, 2, 3), "甲"))
        writer.put_proposal(Proposal(new_uuid(), 0, None, "乙"))
        writer.put_note(Note(new_uuid(), shapely.GeometryCollection([shapely.Point(0, 0)]), "注"))
    with project.action("edit") as writer:
        fid = int(project.table(stored.id).ids[0])
        writer.set_geometry(stored.id, fid, shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]))
        writer.drop_layer(gone.id)
    project.close()
    copy = tmp_path / "copy.gpkg"
    shutil.copy(project.path, copy)
    result = subprocess.run(
        ["ogrinfo", "-ro", "-al", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 0, result.stdout
    assert result.stderr == ""
    for words_there in (
        f"Layer name: {stored.table}",
        "Layer name: proposals",
        "CGCS2000",
        "11 号楼",
        "Feature Count: 12",
    ):
        assert words_there in result.stdout
    assert (
        gone.table
        not in result.stdout.replace("rg_history", "")[: result.stdout.index("Layer name: rg_meta")]
    )


def test_pyogrio_reads_a_copy(project: Project, layer, tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio")
    copy = tmp_path / "copy.gpkg"
    project.save_copy(copy)
    frame = pyogrio.read_dataframe(copy, layer=layer.table, fid_as_index=True)
    table = project.table(layer.id)
    assert frame.index.tolist() == table.ids.tolist()
    assert frame["名称"].tolist() == table.columns["名称"].tolist()
    assert frame.crs.to_epsg() == 4545
    assert (frame.geometry.to_numpy() == table.geometry).all()
