"""Project files of every version ever given away open, keep all they hold, and can still be undone and redone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from renovate_gui.store import backups, schema
from renovate_gui.store.health import check as check_health
from renovate_gui.store.project import Project

FILES = sorted((Path(__file__).parent / "old_versions").glob("schema-*.gpkg"))


def test_there_is_a_file_of_every_older_version() -> None:
    assert [f.stem for f in FILES] == [f"schema-{n}" for n in range(1, schema.SCHEMA_VERSION)]


@pytest.fixture(params=FILES, ids=lambda f: f.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path / "旧 项目.gpkg"))


def check(project: Project) -> None:
    """Compare with what the file was made with."""
    assert project.meta("title") == "一号版本"
    (layer,) = project.layers()
    assert (layer.name, layer.feature_count) == ("老楼", 6)
    table = project.table(layer.id)
    assert table.columns["floors"].tolist() == [0, 1, 9, 3, 4, 5]
    assert project.source_wkb(layer.id) == (b"x",) * 6
    assert [p.title for p in project.proposals()] == ["日间照料", "坡道"]
    assert len(project.photos()) == 1
    assert project.notes() == ()
    assert [s.is_undone for s in project.history()] == [False] * 5 + [True] * 2
    assert project.history()[2].why == "议事会"


def test_it_opens_with_all_it_holds_and_goes_on(old: Path) -> None:
    project = Project.open(old)
    check(project)
    assert len(list(backups.backup_folder(old).iterdir())) == 1
    for _ in range(2):
        assert project.redo() is not None
    assert project.redo() is None
    assert (project.meta("title"), [n.text for n in project.notes()]) == ("一号版本 改", ["这里滑"])
    project.go_to("")
    assert (project.layers(), project.proposals()) == ((), ())
    project.go_to(project.history()[4].uuid)
    check(project)
    project.close()
    again = Project.open(old)
    check(again)
    again.close()


def test_what_an_older_version_sealed_still_has_its_seal(tmp_path: Path) -> None:
    project = Project.open(Path(shutil.copy(FILES[1], tmp_path / "a.gpkg")))
    (version,) = project.versions()
    assert version.name == "议事会之前"
    assert project.is_as_sealed(version)
    assert [f.title for f in project.figures()] == ["日间照料：6 栋"]
    assert project.scenarios() == ()
    assert check_health(project.path).is_healthy
    project.close()


def test_it_can_be_read_where_it_may_not_be_written_and_stays_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    project = Project.open(old, read_only=True)
    check(project)
    project.close()
    assert old.read_bytes() == before
    assert not backups.backup_folder(old).exists()


def test_copies_brought_up_to_date_on_two_machines_still_have_their_steps_in_common(
    old: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(old, tmp_path / "b.gpkg"))
    one, two = Project.open(old), Project.open(other)
    assert [s.uuid for s in one.history()] == [s.uuid for s in two.history()]
    with one.reading() as a, two.reading() as b:
        moves = "SELECT id, head FROM rg_moves ORDER BY seq"
        assert a.execute(moves).fetchall() == b.execute(moves).fetchall()
    one.close()
    two.close()
