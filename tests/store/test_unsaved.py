"""A disk that refuses: the edit stays, work goes on in memory, and all of it comes onto the disk in the end."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
import shapely

from renovate_gui.domain.errors import ReadOnlyError, RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.proposal import Note, Proposal
from renovate_gui.domain.save_state import ReadOnlyKind, SaveKind
from renovate_gui.store import keeping, unsaved
from renovate_gui.store.keeping import Keeper
from renovate_gui.store.owner import owner_path
from renovate_gui.store.project import Project


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=20)
    except OSError:
        pytest.skip("this system has no mount command")
    if done.returncode:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False, timeout=20)


def fill(disk: Path) -> Path:
    """Leave no room at all."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    return filler


def make(place: Path) -> Project:
    Project.create(place, title="甲", crs="EPSG:4545", standard="").close()
    return Project.open(place, keeps_unsaved=True)


class Fault:
    """Makes a project's file refuse, by SQLite itself."""

    def __init__(self, project: Project) -> None:
        self.disk = project.saving._disk

    def begin(self) -> None:
        pages = self.disk.pragma("page_count")
        self.disk.pragma("max_page_count", pages)

    def end(self) -> None:
        self.disk.pragma("max_page_count", 1 << 30)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = make(tmp_path / "a.gpkg")
    yield opened
    opened.saving.discard()
    opened.close()


@pytest.fixture
def fault(project: Project) -> Fault:
    made = Fault(project)
    made.begin()
    return made


def note(project: Project, words: str, *, length: int = 9000) -> Uuid:
    """Write a note that needs new pages."""
    uuid = new_uuid()
    with project.action(f"Add {words[:9]}") as writer:
        writer.put_note(Note(uuid, shapely.Point(1, 2), words + " " * length))
    return uuid


def texts(project: Project) -> list[str]:
    return [n.text.strip() for n in project.notes()]


def on_disk(place: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the whole content of a file, as another program sees it."""
    with closing(apsw.Connection(str(place), flags=apsw.SQLITE_OPEN_READONLY)) as db:
        names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {n: db.execute(f'SELECT * FROM "{n}" ORDER BY rowid').fetchall() for n in names}


def in_memory(project: Project) -> dict[str, list[tuple[object, ...]]]:
    db = project.saving.db
    names = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    return {n: db.execute(f'SELECT * FROM "{n}" ORDER BY rowid').fetchall() for n in names}


def test_a_full_disk_keeps_the_edit_and_takes_it_when_there_is_room(small_disk: Path, data: Path) -> None:
    project = make(small_disk / "项目.gpkg")
    note(project, "before")
    filler = fill(small_disk)
    before = on_disk(project.path)
    events = []
    project.subscribe(events.append)
    note(project, "kept", length=60_000)
    assert texts(project) == ["before", "kept"]
    assert [e.title for e in events] == ["Add kept"]
    assert project.saving.state.kind is SaveKind.UNSAVED
    assert "full" in project.saving.state.reason
    assert on_disk(project.path) == before
    note(project, "another")
    project.undo()
    project.redo()
    assert [s.what for s in project.history()] == ["Add before", "Add kept", "Add another"]
    with pytest.raises(RequestError, match="full"):
        project.saving.try_again()
    assert project.saving.state.kind is SaveKind.UNSAVED
    copy = small_disk.with_name("copy.gpkg")
    project.save_copy(copy)
    assert on_disk(copy) == in_memory(project)
    filler.unlink()
    wanted = in_memory(project)
    project.saving.try_again()
    assert project.saving.state.kind is SaveKind.SAVED
    assert on_disk(project.path) == wanted
    note(project, "after")
    project.close()
    with closing(Project.open(small_disk / "项目.gpkg")) as again:
        assert texts(again) == ["before", "kept", "another", "after"]
        assert len(again.history()) == 4


def test_the_command_line_refuses_and_changes_nothing(tmp_path: Path) -> None:
    Project.create(tmp_path / "a.gpkg", title="甲", crs="EPSG:4545", standard="").close()
    project = Project.open(tmp_path / "a.gpkg")
    Fault(project).begin()
    before = on_disk(project.path)
    with pytest.raises(RequestError, match="full"):
        note(project, "refused")
    assert on_disk(project.path) == before
    assert project.saving.state.kind is SaveKind.SAVED
    project.close()


def test_every_kind_of_step_works_in_memory_and_arrives(project: Project, fault: Fault) -> None:
    fault.end()
    one, two = new_uuid(), new_uuid()
    with project.action("Add") as writer:
        writer.put_proposal(Proposal(one, 0, shapely.Point(1, 2), "one"))
    fault.begin()
    with project.action("Several") as writer:
        writer.title = "Several things"
        writer.put_proposal(Proposal(two, 0, shapely.box(0, 0, 9, 9), "two"))
        writer.put_note(Note(new_uuid(), None, "x" * 50_000))
        writer.delete_proposal(one)
        assert writer.next_number("proposals") == 3
    assert project.is_read_only is False
    assert [p.title for p in project.proposals()] == ["two"]
    assert project.history()[-1].what == "Several things"
    project.name_version("to the council", why="x" * 9000)
    project.undo()
    project.go_to(project.history()[0].uuid)
    project.redo()
    wanted = in_memory(project)
    fault.end()
    project.saving.try_again()
    assert on_disk(project.path) == wanted
    project.undo()
    assert [p.title for p in project.proposals()] == ["one"]


def test_an_undo_that_the_disk_refuses_is_done_in_memory(project: Project) -> None:
    uuid = note(project, "long", length=100_000)
    with project.action("Remove") as writer:
        writer.delete_note(uuid)
    project.saving._disk.execute("VACUUM")
    fault = Fault(project)
    fault.begin()
    assert project.undo() is not None
    assert project.saving.state.kind is SaveKind.UNSAVED
    assert texts(project) == ["long"]
    fault.end()
    project.saving.try_again()
    assert texts(project) == ["long"]


def test_an_import_that_fails_is_refused(project: Project, fault: Fault, make_layer) -> None:
    before = on_disk(project.path)
    with pytest.raises(RequestError, match="full"), project.action("Import") as writer:
        writer.add_layer(*make_layer(count=2000))
    assert project.saving.state.kind is SaveKind.SAVED
    assert on_disk(project.path) == before
    note(project, "kept")
    assert project.saving.state.kind is SaveKind.UNSAVED
    with pytest.raises(RequestError, match="when the project is saved"), project.action("Import") as writer:
        writer.add_layer(*make_layer())
    assert texts(project) == ["kept"]
    fault.end()
    project.saving.try_again()
    with project.action("Import") as writer:
        writer.add_layer(*make_layer(count=2000))
    assert len(project.layers()) == 1


def test_an_action_that_is_wrong_in_itself_leaves_no_trace(project: Project, fault: Fault) -> None:
    def wrong() -> None:
        with project.action("Wrong") as writer:
            writer.put_note(Note(new_uuid(), None, "x" * 50_000))
            writer.delete_note(Uuid("nobody"))

    with pytest.raises(RequestError, match="no longer"):
        wrong()
    assert project.saving.state.kind is SaveKind.SAVED  # nothing is only in memory
    assert texts(project) == []


def test_another_program_in_between_is_told_and_everything_stays(project: Project, fault: Fault) -> None:
    note(project, "kept")
    with closing(apsw.Connection(str(project.path))) as other:
        other.execute("UPDATE rg_meta SET value='theirs' WHERE key='title'")
    fault.end()
    with pytest.raises(RequestError, match="another program"):
        project.saving.try_again()
    assert texts(project) == ["kept"]
    assert project.saving.state.kind is SaveKind.UNSAVED
    with closing(apsw.Connection(str(project.path))) as other:
        found = other.execute("SELECT value FROM rg_meta WHERE key='title'").fetchall()
    assert found == [("theirs",)]


def test_what_was_not_saved_at_the_end_is_rescued_and_told(
    project: Project, fault: Fault, data: Path
) -> None:
    note(project, "kept")
    path = project.path
    project.close()
    (rescue,) = (data / "rescued").iterdir()
    with closing(Project.open(rescue)) as found:
        assert texts(found) == ["kept"]
    with closing(Project.open(path)) as again:
        assert str(rescue) in again.saving.notices[0]
        assert texts(again) == []


def test_a_commit_that_arrived_although_the_disk_complained_is_not_done_twice(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Complaining:
        """A connection whose commit works, and says that it did not."""

        def __init__(self, db: apsw.Connection) -> None:
            self._db = db

        def execute(self, sql: str, *values: object) -> object:
            answer = self._db.execute(sql, *values)
            if sql == "COMMIT":
                raise apsw.IOError("disk I/O error")
            return answer

        def __getattr__(self, name: str) -> object:
            return getattr(self._db, name)

    real = unsaved.Attempt._begin

    def begin(attempt: unsaved.Attempt, title: str) -> object:
        writer = real(attempt, title)
        writer.db = Complaining(writer.db)
        return writer

    monkeypatch.setattr(unsaved.Attempt, "_begin", begin)
    note(project, "once")
    assert texts(project) == ["once"]
    assert [s.what for s in project.history()] == ["Add once"]
    assert project.saving.state.kind is SaveKind.SAVED


def test_states_are_told(project: Project, fault: Fault) -> None:
    states = []
    stop = project.saving.watch(lambda s: states.append(s.kind))
    note(project, "kept")
    fault.end()
    project.saving.try_again()
    stop()
    note(project, "later")
    assert states == [SaveKind.UNSAVED, SaveKind.SAVED]
    assert project.saving.state.at is not None


def test_little_room_is_told_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "free_bytes", lambda _file: 5 << 20)
    note(project, "one")
    note(project, "two")
    assert len(project.saving.notices) == 1
    assert "only 5 MB" in project.saving.notices[0]


def test_a_project_too_large_for_memory_is_refused(
    project: Project, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsaved, "_free_memory", lambda: 1000)
    with pytest.raises(RequestError, match="too large for the memory"):
        note(project, "kept")
    assert project.saving.state.kind is SaveKind.SAVED
    assert texts(project) == []


def test_who_was_replaced_only_reads_and_nothing_is_lost(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(project, "mine")
    path = owner_path(project.path)
    text = path.read_text().replace(project.saving._holds[0].owner.token, "0" * 32)
    path.write_text(text)
    note(project, "within the minute")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 120)  # the laptop slept
    with pytest.raises(ReadOnlyError, match="took"):
        note(project, "too late")
    assert project.is_read_only
    assert project.saving.cause is not None
    assert project.saving.cause.kind is ReadOnlyKind.LOST
    assert texts(project) == ["mine", "within the minute"]


def test_who_was_replaced_on_a_share_stops_and_keeps_his_steps(tmp_path: Path) -> None:
    place = tmp_path / "share" / "a.gpkg"
    place.parent.mkdir()
    Project.create(place, title="甲", crs="EPSG:4545", standard="").close()
    project = Project.open(place, through_local_copy=True)
    note(project, "mine")
    path = owner_path(place)
    mine = project.saving._holds[0]
    path.write_text(path.read_text().replace(mine.owner.token, "0" * 32))
    mine.beat()  # half a minute later
    with pytest.raises(ReadOnlyError, match="took"):
        note(project, "too late")
    assert texts(project) == ["mine"]
    assert project.saving.state.kind is not SaveKind.PUBLISHED
    path.unlink()
    assert project.close().kind is SaveKind.PUBLISHED
    with closing(Project.open(place, read_only=True)) as reader:
        assert texts(reader) == ["mine"]


def test_an_owner_file_that_vanished_is_made_again_unless_the_project_was_changed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(project, "mine")
    now = time.time()
    owner_path(project.path).unlink()
    monkeypatch.setattr(time, "time", lambda: now + 120)
    note(project, "still mine")
    owner_path(project.path).unlink()
    with closing(apsw.Connection(str(project.path))) as other:
        other.execute("UPDATE rg_meta SET value='theirs' WHERE key='title'")
    monkeypatch.setattr(time, "time", lambda: now + 240)
    with pytest.raises(ReadOnlyError, match="another program"):
        note(project, "too late")


def test_a_project_on_a_share_is_published_through_the_project(tmp_path: Path, data: Path) -> None:
    place = tmp_path / "share" / "a.gpkg"
    place.parent.mkdir()
    Project.create(place, title="甲", crs="EPSG:4545", standard="").close()
    project = Project.open(place, through_local_copy=True)
    assert isinstance(project.saving, Keeper)
    assert project.path == place
    assert project.saving.file.is_relative_to(data)
    note(project, "kept")
    assert project.saving.state.kind is SaveKind.PUBLISHING
    assert project.saving.publish().kind is SaveKind.PUBLISHED
    with closing(Project.open(place, read_only=True)) as reader:
        assert texts(reader) == ["kept"]
    second = Project.open(place, through_local_copy=True)
    assert second.is_read_only
    copy = second.saving.file
    second.close()
    assert not copy.exists()
    note(project, "last")
    shutil.move(place.parent, tmp_path / "away")
    assert project.close().kind is SaveKind.NOT_PUBLISHED
    with closing(Project.open(place, through_local_copy=True)) as again:
        assert texts(again) == ["kept", "last"]
        shutil.move(tmp_path / "away", place.parent)
        assert again.close().kind is SaveKind.PUBLISHED
    assert [p.name for p in place.parent.iterdir()] == ["a.gpkg"]
