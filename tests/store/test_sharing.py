"""Projects on shares: worked on at a desk, published whole, nothing overwritten, nothing lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.save_state import ReadOnlyKind, SaveKind, SaveState
from renovate_gui.store import backups, health, sharing, workplace
from renovate_gui.store.drives import DriveKind, drive_words, linux_kind, read_mounts, windows_kind
from renovate_gui.store.newest import newest
from renovate_gui.store.opening import Opened, create_file, open_place
from renovate_gui.store.owner import owner_path
from renovate_gui.store.sharing import Publisher


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "share" / "项目.gpkg"
    path.parent.mkdir()
    create_file(path, title="甲", crs="EPSG:4545", standard="")
    return path


class Work:
    """A project that is open at its desk."""

    def __init__(self, place: Path) -> None:
        self.opened: Opened = open_place(place, read_only=False, through_local_copy=True)
        assert self.opened.seat is not None
        self.states: list[SaveState] = []
        hold = next((h for h in self.opened.holds if h.project == place), None)
        self.publisher = Publisher(self.opened.seat, hold, self.states.append)

    def write(self, title: str) -> None:
        self.opened.db.execute("UPDATE rg_meta SET value=? WHERE key='title'", (title,))
        self.publisher.touch()

    def stop(self) -> SaveState:
        """End as a person ends."""
        last = self.publisher.close()
        self.crash()
        return last

    def crash(self) -> None:
        """Leave without publishing, as a crash does (its owner files are of a dead process then)."""
        with self.publisher._wake:
            self.publisher._is_closing = True
            self.publisher._wake.notify()
        self.opened.db.close()
        for hold in self.opened.holds:
            hold.release()


@pytest.fixture
def start(place: Path) -> Iterator[Callable[[], Work]]:
    made: list[Work] = []

    def begin() -> Work:
        made.append(Work(place))
        return made[-1]

    yield begin
    for work in made:
        work.crash()


def title(path: Path) -> str:
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as db:
        return str(db.execute("SELECT value FROM rg_meta WHERE key='title'").fetchall()[0][0])


def someone_else_writes(place: Path, words: str) -> None:
    with closing(apsw.Connection(str(place))) as db:
        db.execute("UPDATE rg_meta SET value=? WHERE key='title'", (words,))


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_step_is_published_two_seconds_later(place, start, monkeypatch) -> None:
    monkeypatch.setattr(sharing, "PAUSE_S", 0.2)
    work = start()
    assert work.publisher.state.kind is SaveKind.PUBLISHED
    work.write("乙")
    assert work.publisher.state.kind is SaveKind.PUBLISHING
    assert title(place) == "甲"
    deadline = time.monotonic() + 5
    while work.publisher.state.kind is not SaveKind.PUBLISHED and time.monotonic() < deadline:
        time.sleep(0.02)
    assert title(place) == "乙"
    assert work.publisher.state.at is not None
    assert [s.kind for s in work.states][-1] is SaveKind.PUBLISHED
    assert names(place.parent) == [place.name, owner_path(place).name]
    work.stop()
    assert names(place.parent) == [place.name]


def test_the_end_publishes_and_the_next_opening_needs_no_copying(place, start, monkeypatch) -> None:
    work = start()
    work.write("乙")
    assert work.stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"
    monkeypatch.setattr(workplace, "copy_quietly", None)  # a second fetch would fail
    again = start()
    assert title(again.opened.file) == "乙"
    assert again.publisher.state.kind is SaveKind.PUBLISHED
    before = place.stat()
    assert again.stop().kind is SaveKind.PUBLISHED
    assert place.stat() == before  # nothing new, nothing written


def test_what_others_did_meanwhile_is_fetched(place, start) -> None:
    start().stop()
    someone_else_writes(place, "丙")
    work = start()
    assert title(work.opened.file) == "丙"


def test_after_a_crash_it_goes_on_with_what_was_not_published(place, start) -> None:
    work = start()
    work.write("乙")
    work.crash()
    assert title(place) == "甲"
    again = start()
    assert title(again.opened.file) == "乙"
    assert "not been published" in again.opened.notices[0]
    assert again.stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"


def test_a_killed_process_loses_nothing(place, data) -> None:
    code = (
        "import os, sys; from pathlib import Path; from renovate_gui.store.opening import open_place\n"
        "from renovate_gui.store.sharing import Publisher\n"
        "o = open_place(Path(sys.argv[1]), read_only=False, through_local_copy=True)\n"
        "p = Publisher(o.seat, o.holds[0], lambda s: None)\n"
        "o.db.execute(\"UPDATE rg_meta SET value='乙' WHERE key='title'\"); p.touch(); os.kill(os.getpid(), 9)"
    )
    environment = os.environ | {"RENOVATE_DATA": str(data)}
    subprocess.run([sys.executable, "-c", code, str(place)], env=environment, check=False, timeout=60)
    assert title(place) == "甲"
    work = Work(place)
    assert title(work.opened.file) == "乙"
    assert work.stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"


def test_a_file_that_somebody_replaced_is_not_overwritten(place, start) -> None:
    work = start()
    work.write("乙")
    someone_else_writes(place, "丙")
    state = work.publisher.publish()
    assert state.kind is SaveKind.CONFLICT
    assert str(state.safe_in) in state.reason
    assert (title(place), title(work.opened.file)) == ("丙", "乙")
    assert work.stop().kind is SaveKind.CONFLICT
    again = start()  # the next day it still is one
    assert again.publisher.state.kind is SaveKind.CONFLICT
    assert (title(place), title(again.opened.file)) == ("丙", "乙")
    kept = again.publisher.keep_both()
    assert kept == place.with_name("项目 (theirs).gpkg")
    assert (title(place), title(kept)) == ("乙", "丙")
    assert again.publisher.state.kind is SaveKind.PUBLISHED
    again.write("丁")
    assert again.stop().kind is SaveKind.PUBLISHED
    assert (title(place), title(kept)) == ("丁", "丙")


def merge(work: Work, copy: Path) -> None:
    """Note in the history that a copy was merged, as the merging does."""
    with closing(apsw.Connection(str(copy))) as db:
        move = sharing.last_move(db)
    work.opened.db.execute(
        "INSERT INTO rg_moves (id, at, head, seen) VALUES ('ours', '2026-05-12', '', ?)", (move,)
    )


def someone_else_moves(place: Path, words: str) -> None:
    someone_else_writes(place, words)
    with closing(apsw.Connection(str(place))) as db:
        db.execute("INSERT INTO rg_moves (id, at, head, seen) VALUES (?, '2026-05-12', '', '')", (words,))


def test_what_was_merged_may_be_published(place, start) -> None:
    work = start()
    work.write("乙")
    someone_else_moves(place, "丙")
    assert work.publisher.publish().kind is SaveKind.CONFLICT
    copy = work.publisher.their_copy()
    assert title(copy) == "丙"
    assert work.publisher.publish().kind is SaveKind.CONFLICT  # looked at, not merged
    merge(work, copy)
    work.write("乙 + 丙")
    assert work.publisher.publish().kind is SaveKind.PUBLISHED
    assert title(place) == "乙 + 丙"


def test_a_file_that_changed_once_more_while_merging_is_a_conflict_again(place, start) -> None:
    work = start()
    work.write("乙")
    someone_else_moves(place, "丙")
    assert work.publisher.publish().kind is SaveKind.CONFLICT
    copy = work.publisher.their_copy()
    someone_else_writes(place, "丁")
    merge(work, copy)
    assert work.publisher.publish().kind is SaveKind.CONFLICT
    assert title(place) == "丁"


def test_a_file_that_was_only_copied_to_and_fro_is_no_conflict(place, start) -> None:
    work = start()
    shutil.copyfile(place, place.with_name("x"))
    place.with_name("x").replace(place)  # another time of change, the same content
    work.write("乙")
    assert work.stop().kind is SaveKind.PUBLISHED


def test_a_file_that_was_removed_is_a_conflict_that_can_be_settled(place, start) -> None:
    work = start()
    work.write("乙")
    place.unlink()
    assert work.publisher.publish().kind is SaveKind.CONFLICT
    assert not place.exists()
    assert work.publisher.keep_both() is None
    assert title(place) == "乙"


def test_a_journal_of_a_removed_file_does_not_meet_the_one_that_takes_its_name(place, start) -> None:
    journal = stale_journal(place)
    work = start()
    work.write("乙")
    place.unlink()
    place.with_name(place.name + "-journal").write_bytes(journal)
    assert work.publisher.keep_both() is None
    assert title(place) == "乙"  # SQLite would have rolled the journal back into it


def stale_journal(place: Path) -> bytes:
    """Return what a crash in the middle of a transaction leaves beside the file; the file itself stays as it is."""
    copy = place.with_name("crashed.gpkg")
    shutil.copyfile(place, copy)
    with closing(apsw.Connection(str(copy))) as db:
        db.pragma("cache_size", 1)
        db.execute("BEGIN")
        db.execute("UPDATE rg_meta SET value=?", ("v" * 50_000,))
        db.cache_flush()
        found = copy.with_name(copy.name + "-journal").read_bytes()
        db.execute("ROLLBACK")
    copy.unlink()
    assert len(found) > 1024
    return found


def test_a_share_that_is_away_is_waited_for(place, start, monkeypatch) -> None:
    monkeypatch.setattr(sharing, "PAUSE_S", 0.05)
    monkeypatch.setattr(sharing, "RETRY_S", 0.1)
    away = place.parent.with_name("away")
    work = start()
    place.parent.rename(away)
    work.write("乙")
    deadline = time.monotonic() + 5
    while work.publisher.state.kind is not SaveKind.NOT_PUBLISHED and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "cannot be reached" in work.publisher.state.reason
    assert title(work.publisher.state.safe_in) == "乙"
    work.write("丙")  # work goes on
    away.rename(place.parent)
    while work.publisher.state.kind is not SaveKind.PUBLISHED and time.monotonic() < deadline:
        time.sleep(0.02)
    assert title(place) == "丙"


def test_unpublished_work_opens_while_the_share_is_away(place, start) -> None:
    work = start()
    work.write("乙")
    work.crash()
    away = place.parent.with_name("away")
    place.parent.rename(away)
    again = start()
    assert title(again.opened.file) == "乙"
    assert again.publisher.publish().kind is SaveKind.NOT_PUBLISHED
    with pytest.raises(RequestError, match="another window"):
        open_place(place, read_only=False, through_local_copy=True)
    away.rename(place.parent)
    assert again.stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"
    assert not owner_path(place).exists()
    place.parent.rename(away)
    with pytest.raises(DataError, match="does not exist"):
        open_place(place, read_only=False, through_local_copy=True)


def test_a_drive_that_was_pulled_out_leaves_an_empty_folder_and_no_conflict(
    place, start, monkeypatch
) -> None:
    kinds = [DriveKind.REMOVABLE]
    monkeypatch.setattr(workplace, "drive_kind", lambda _folder: kinds[0])
    work = start()
    work.write("乙")
    drive = place.parent.rename(place.parent.with_name("drive"))
    place.parent.mkdir()  # the folder that it was mounted at
    kinds[0] = DriveKind.LOCAL
    assert "cannot be reached" in work.publisher.publish().reason
    assert work.stop().kind is SaveKind.NOT_PUBLISHED
    assert names(place.parent) == []
    opened = open_place(place, read_only=False)  # found although nothing says that it was on a drive
    assert title(opened.file) == "乙"
    opened.db.close()
    for hold in opened.holds:
        hold.release()
    place.parent.rmdir()
    drive.rename(place.parent)
    kinds[0] = DriveKind.REMOVABLE
    assert start().stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"


@pytest.mark.parametrize("moment", ["before the note", "after the rename"])
def test_a_publishing_that_was_cut_off(place, start, monkeypatch, moment: str) -> None:
    work = start()
    work.write("乙")
    real = workplace.Desk.note

    def cut(desk: workplace.Desk, **changes: object) -> None:
        if ("pending" in changes) == (moment == "before the note") or "base" in changes:
            raise OSError(errno.EIO, "power cut")
        real(desk, **changes)

    with monkeypatch.context() as patch:
        patch.setattr(workplace.Desk, "note", cut)
        work.publisher.publish()
        work.crash()
    assert title(place) == ("甲" if moment == "before the note" else "乙")
    again = start()
    assert again.publisher.state.kind is not SaveKind.CONFLICT
    assert again.stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"


def test_a_full_share_keeps_the_old_file(place, start, monkeypatch) -> None:
    work = start()
    work.write("乙")

    def full(source: Path, target: Path) -> object:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr(sharing, "_send", full)
        state = work.publisher.publish()
    assert state.kind is SaveKind.NOT_PUBLISHED
    assert "the drive is full" in state.reason
    assert title(place) == "甲"
    assert names(place.parent) == [place.name, owner_path(place).name]
    assert work.stop().kind is SaveKind.PUBLISHED


def test_a_journal_beside_the_shares_file_stops_the_publishing(place, start) -> None:
    work = start()
    work.write("乙")
    journal = place.with_name(place.name + "-journal")
    journal.write_bytes(b"somebody is writing")
    assert "another program" in work.publisher.publish().reason
    assert title(work.opened.file) == "乙"
    journal.unlink()
    assert work.publisher.publish().kind is SaveKind.PUBLISHED


def test_a_journal_left_by_a_crash_is_rolled_back_before_the_fetch(place, start) -> None:
    code = (
        "import apsw, os, sys; db = apsw.Connection(sys.argv[1]); db.pragma('cache_size', 1)\n"
        "db.execute('BEGIN'); db.execute(\"UPDATE rg_meta SET value='half' WHERE key='title'\")\n"
        "db.execute('CREATE TABLE t AS WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x+1 FROM c LIMIT 3000)'\n"
        "           ' SELECT x, randomblob(500) FROM c'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(place)], check=False, timeout=60)
    assert place.with_name(place.name + "-journal").stat().st_size > 0
    work = start()
    assert title(work.opened.file) == "甲"
    work.write("乙")
    assert work.stop().kind is SaveKind.PUBLISHED
    assert title(place) == "乙"


def test_a_second_opening_reads_a_copy_of_its_own(place, start, data) -> None:
    first = start()
    first.write("乙")
    second = open_place(place, read_only=False, through_local_copy=True)
    assert second.cause is not None
    assert second.cause.kind is ReadOnlyKind.ELSEWHERE
    assert (second.cause.user, second.holds) != ("", ())
    assert title(second.file) == "乙"  # on this machine the newest step is seen, published or not
    assert second.file.parent.name.startswith("reading-")
    assert first.publisher.publish().kind is SaveKind.PUBLISHED  # a reader does not stand in the way
    second.db.close()
    workplace.throw_away(second.file)
    assert not [n for n in names(data / "working") if n.startswith(("reading", "incoming"))]


def read(place: Path) -> tuple[str, tuple[str, ...]]:
    opened = open_place(place, read_only=True, through_local_copy=True)
    found = title(opened.file), opened.notices
    opened.db.close()
    workplace.throw_away(opened.file)
    return found


def test_reading_shows_what_waits_to_be_published_and_publishes_nothing(place, start, data) -> None:
    work = start()
    work.write("乙")
    work.crash()
    before = place.read_bytes()
    words, notices = read(place)
    assert words == "乙"
    assert str(work.opened.file) in notices[0]
    assert newest(place).file == work.opened.file
    away = place.parent.with_name("away")
    place.parent.rename(away)
    assert read(place)[0] == "乙"
    away.rename(place.parent)
    assert place.read_bytes() == before
    assert not owner_path(place).exists()
    (finding,) = health.check(place).findings
    assert (finding.code, finding.is_harm) == ("unpublished", False)
    again = start()
    assert again.stop().kind is SaveKind.PUBLISHED
    assert read(place) == ("乙", ())
    assert not health.check(place).findings
    assert not [n for n in names(data / "working") if n.startswith("reading")]


def test_reading_when_both_went_on_shows_the_shares_file_and_says_so(place, start) -> None:
    work = start()
    work.write("乙")
    work.crash()
    someone_else_writes(place, "丙")
    words, notices = read(place)
    assert words == "丙"
    assert str(work.opened.file.parent) in notices[0]


def test_reading_another_project_in_the_same_place_says_nothing_of_the_old_one(place, start) -> None:
    work = start()
    work.write("乙")
    work.crash()
    place.unlink()
    create_file(place, title="another", crs="", standard="")
    assert read(place) == ("another", ())


def test_a_damaged_file_on_the_share_does_not_reach_the_desk(place, start, data) -> None:
    start().stop()
    size = place.stat().st_size
    with place.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 8192))
    before = place.read_bytes()
    with pytest.raises(DataError, match="damaged"):
        open_place(place, read_only=False, through_local_copy=True)
    assert place.read_bytes() == before
    assert not owner_path(place).exists()
    (desk,) = [p for p in (data / "working").iterdir() if p.is_dir()]
    assert title(desk / "project.gpkg") == "甲"


def test_another_project_in_the_same_place_is_opened_and_the_old_work_kept(place, start) -> None:
    work = start()
    work.write("乙")
    old = work.publisher.desk.folder
    work.crash()
    place.unlink()
    create_file(place, title="another", crs="", standard="")
    new = start()
    assert title(new.opened.file) == "another"
    assert str(old) in new.opened.notices[0]
    assert title(old / "project.gpkg") == "乙"
    assert new.stop().kind is SaveKind.PUBLISHED


def test_who_was_replaced_while_asleep_does_not_publish(place, start) -> None:
    work = start()
    work.write("乙")
    path = owner_path(place)
    path.write_text(
        path.read_text().replace(work.opened.holds[0].owner.token, "0" * 32).replace('"pid": ', '"pid": 1')
    )
    text = path.read_text()
    path.write_text(text.replace('"machine": "', '"machine": "x'))
    state = work.publisher.publish()
    assert state.kind is SaveKind.NOT_PUBLISHED
    assert "open on" in state.reason
    assert title(place) == "甲"
    path.unlink()  # the other has closed it without a change
    assert work.stop().kind is SaveKind.PUBLISHED


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
23 22 0:40 / /srv/office rw shared:1 - nfs4 nas:/office rw,vers=4.2
24 22 0:41 / /mnt/My\\040Share rw - cifs //nas/share rw
25 22 8:17 / /media/li/STICK rw - vfat /dev/sdb1 rw
26 22 8:33 / /data rw - ext4 /dev/sdc1 rw
27 22 0:42 / /vm rw - 9p host rw,trans=virtio
28 22 0:43 / /plan9 rw - 9p 10.0.0.1 rw,trans=tcp
29 22 0:44 / /home/li/remote rw - fuse.sshfs li@nas: rw
30 23 8:1 /local /srv/office/local rw - ext4 /dev/sda1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/li", DriveKind.LOCAL),
        ("/srv/office/a", DriveKind.NETWORK),
        ("/srv/officers", DriveKind.LOCAL),
        ("/srv/office/local/a", DriveKind.LOCAL),
        ("/mnt/My Share", DriveKind.NETWORK),
        ("/media/li/STICK/项目", DriveKind.REMOVABLE),
        ("/data/a", DriveKind.REMOVABLE),
        ("/vm/a", DriveKind.LOCAL),
        ("/plan9/a", DriveKind.NETWORK),
        ("/home/li/remote", DriveKind.NETWORK),
    ],
)
def test_drives_of_linux(tmp_path: Path, folder: str, kind: DriveKind) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS)
    drive = tmp_path / "sys" / "dev" / "block" / "8:33"
    drive.mkdir(parents=True)
    (drive / "removable").write_text("1\n")
    assert linux_kind(Path(folder), read_mounts(tmp_path / "mountinfo"), tmp_path / "sys") is kind


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("C:\\项目\\a.gpkg", DriveKind.LOCAL),
        ("E:\\a.gpkg", DriveKind.REMOVABLE),
        ("Z:\\a.gpkg", DriveKind.NETWORK),
        ("\\\\nas\\share\\a.gpkg", DriveKind.NETWORK),
        ("\\\\?\\UNC\\nas\\share\\a.gpkg", DriveKind.NETWORK),
        ("\\\\?\\C:\\a.gpkg", DriveKind.LOCAL),
    ],
)
def test_drives_of_windows(place: str, kind: DriveKind) -> None:
    assert windows_kind(place, {"C:\\": 3, "E:\\": 2, "Z:\\": 4}.__getitem__) is kind


def test_a_place_is_called_by_its_kind() -> None:
    called = [drive_words(kind) for kind in (DriveKind.NETWORK, DriveKind.REMOVABLE, "local", "")]
    assert called == ["the share", "the removable drive", "the drive", "the drive"]


def test_a_desk_is_wanted_on_other_drives_only(tmp_path: Path, data: Path) -> None:
    place = tmp_path / "a.gpkg"
    assert not workplace.needs_desk(place)
    assert not workplace.needs_desk(
        place, drive_of=lambda _p: DriveKind.NETWORK
    )  # one and the same file system
    assert workplace.needs_desk(place, wish=True)
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    assert workplace.needs_desk(other / "a.gpkg", drive_of=lambda _p: DriveKind.NETWORK)
    assert not workplace.needs_desk(other / "a.gpkg", wish=False, drive_of=lambda _p: DriveKind.NETWORK)


def test_the_backup_of_a_share_is_made_of_the_desk_and_lies_beside_the_project(place, start) -> None:
    work = start()
    work.write("乙")
    made = backups.back_up_if_due(place, work.opened.file)
    assert made is not None
    assert made.parent == backups.backup_folder(place)
    assert title(made) == "乙"  # what is done, published or not
    work.write("丙")
    assert backups.back_up_if_due(place, work.opened.file) is None  # once a day
