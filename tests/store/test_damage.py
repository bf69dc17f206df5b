"""A damaged project names the newest backup that is whole, and what that backup lacks."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from renovate_gui.app.recognising import is_project_file
from renovate_gui.domain.errors import DamagedError, DataError, MapDataError, RequestError
from renovate_gui.store import backups
from renovate_gui.store.health import check
from renovate_gui.store.owner import owner_path
from renovate_gui.store.project import Project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "试点.gpkg"
    project = Project.create(path, title="甲", crs="EPSG:4545", standard="")
    rename(project, "one")
    project.close()
    return path


def rename(project: Project, title: str) -> None:
    with project.action(f"Rename to {title}") as writer:
        writer.set_meta("title", title)


def back_up(path: Path) -> Path:
    db = apsw.Connection(str(path))
    made = backups.make_backup(db, path)
    db.close()
    return made


def break_pages(path: Path, numbers: list[int]) -> bytes:
    data = bytearray(path.read_bytes())
    for number in numbers:
        data[number * 4096 : number * 4096 + 12] = b"\xff" * 12
    path.write_bytes(data)
    return bytes(data)


def root(path: Path, table: str) -> int:
    db = apsw.Connection(str(path))
    found = int(db.execute("SELECT rootpage FROM sqlite_master WHERE name=?", (table,)).get)
    db.close()
    return found


def open_damaged(path: Path) -> DamagedError:
    with pytest.raises(DamagedError) as caught:
        Project.open(path)
    return caught.value


def test_the_newest_whole_backup_is_named_with_the_steps_it_lacks(path: Path) -> None:
    good = back_up(path)
    project = Project.open(path)
    rename(project, "two")
    rename(project, "three")
    project.close()
    bad = back_up(path)
    break_pages(bad, [3, 4, 5, 6])
    data = break_pages(path, [root(path, "rg_packages") - 1])
    error = open_damaged(path)
    assert path.read_bytes() == data
    assert (error.path, error.backup) == (path, good)
    assert good.name in str(error)
    assert error.missing_steps == ("Rename to two", "Rename to three")
    assert error.backup_at is not None
    assert error.changed_at is not None
    assert timedelta(0) <= error.changed_at - error.backup_at < timedelta(minutes=5)


def test_without_a_readable_history_the_missing_steps_are_unknown(path: Path) -> None:
    back_up(path)
    break_pages(path, [root(path, "rg_history") - 1])
    assert open_damaged(path).missing_steps is None


def test_without_a_good_backup_it_says_so(path: Path) -> None:
    bad = back_up(path)
    bad.write_bytes(b"nothing")
    break_pages(path, list(range(1, 20)))
    error = open_damaged(path)
    assert error.backup is None
    assert "no backup" in str(error)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def emptied(path: Path) -> None:
    back_up(path)
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 3 + 17])


def header_flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[3] ^= 16
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [zeroed, emptied, cut, header_flipped])
def test_what_was_a_project_is_damaged(path: Path, harm: Callable[[Path], None]) -> None:
    harm(path)
    before = path.read_bytes()
    assert open_damaged(path).path == path
    assert path.read_bytes() == before


def test_an_archive_is_to_be_unpacked(path: Path) -> None:
    archive = path.with_name("试点.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.write(path, path.name)
    for inside in (archive, archive / path.name):
        with pytest.raises(DataError, match="unpack"):
            Project.open(inside)
    renamed = archive.rename(path.with_name("b.gpkg"))
    with pytest.raises(DataError, match="ZIP"):
        Project.open(renamed)


def test_map_data_is_told_from_a_damaged_project(tmp_path: Path) -> None:
    path = tmp_path / "qgis.gpkg"
    db = apsw.Connection(str(path))
    db.pragma("application_id", 0x47504B47)
    db.execute("CREATE TABLE gpkg_contents (a)").fetchall()
    db.close()
    with pytest.raises(MapDataError, match="import it"):
        Project.open(path)
    words = tmp_path / "words.gpkg"
    words.write_text("words")
    with pytest.raises(DataError, match="import it") as caught:
        Project.open(words)
    assert not isinstance(caught.value, MapDataError)


@pytest.mark.parametrize(
    "name",
    ["a.", "a.gpkg.", "...", "..gpkg", " .gpkg", "CON.gpkg", "con", "LPT1.gpkg", "nul.tar.gpkg", "x.gpkg "],
)
def test_names_that_the_next_computer_cannot_open_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match="name"):
        Project.create(tmp_path / name, title="", crs="", standard="")
    assert not list(tmp_path.iterdir())


def test_a_path_of_250_characters_works_and_one_that_is_too_long_is_refused(tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 180:
        folder /= "a" * 20
    folder.mkdir(parents=True)
    path = folder / ("x" * (245 - len(str(folder)) - 1) + ".gpkg")
    assert len(str(path)) == 250
    Project.create(path, title="t", crs="", standard="").close()
    project = Project.open(path)
    rename(project, "two")
    project.close()
    back_up(path)
    assert check(path).is_healthy
    with pytest.raises(RequestError, match="too long"):
        Project.create(tmp_path / ("字" * 90 + ".gpkg"), title="", crs="", standard="")
    with pytest.raises((RequestError, DataError), match="too long"):
        Project.open(tmp_path / ("字" * 120 + ".gpkg"))


def test_the_backup_of_the_day_is_made_once_and_only_after_a_change(path: Path) -> None:
    first = backups.back_up_if_due(path)
    assert first is not None
    assert backups.back_up_if_due(path) is None
    older = first.with_name((datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H%M%S.%fZ") + ".gpkg")
    first.rename(older)
    assert backups.made_at(older) < datetime.now(UTC) - timedelta(days=1)
    second = backups.back_up_if_due(path)
    assert second is not None
    assert backups.backups_of(path) == (second, older)
    yesterday = datetime.now(UTC).timestamp() - 86400
    os.utime(path, (yesterday, yesterday))
    second.unlink()
    aside = older.with_name(
        (datetime.now(UTC) - timedelta(hours=22)).strftime("%Y-%m-%dT%H%M%S.%fZ") + ".gpkg"
    )
    older.rename(aside)
    assert backups.back_up_if_due(path) is None  # nothing was changed since


@pytest.mark.parametrize("sign", ["backup", "owner", "names"])
def test_a_project_whose_tables_are_gone_is_still_one(path: Path, sign: str) -> None:
    whole = path.read_bytes()
    gone = whole[:100] + b"\xff" * (4096 - 100) + whole[4096:]
    if sign != "names":
        gone = gone.replace(b"rg_", b"\xff\xff\xff")
    path.write_bytes(gone.replace(b"CREATE TABLE rg_meta", b"\xff" * 20))
    assert is_project_file(path) is (sign == "names")
    if sign == "backup":
        folder = backups.backup_folder(path)
        folder.mkdir()
        (folder / "2026-01-01T000000.000000Z.gpkg").write_bytes(whole)
    if sign == "owner":
        owner_path(path).write_text("{}")
    assert is_project_file(path)
    with pytest.raises(DamagedError, match="damaged"):
        Project.open(path)


def test_map_data_is_no_project(tmp_path: Path) -> None:
    place = tmp_path / "map.gpkg"
    with closing(apsw.Connection(str(place))) as db:
        db.execute("CREATE TABLE org_meta (org_layers, org_history)")
        db.pragma("application_id", 0x47504B47)
    assert not is_project_file(place)
    with pytest.raises(MapDataError):
        Project.open(place)
