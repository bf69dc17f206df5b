"""The owner file: one holder at a time, the dead are recognised, the sleepers learn that they were replaced."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from renovate_gui.domain.save_state import ReadOnlyCause, ReadOnlyKind
from renovate_gui.store import owner as owners
from renovate_gui.store.machine import started
from renovate_gui.store.owner import Hold, Owner, Standing, claim, living_owner, owner_path
from renovate_gui.store.rights import take


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "项目.gpkg"
    path.write_bytes(b"")
    return path


def held(place: Path) -> Hold:
    found = claim(place)
    assert isinstance(found, Hold)
    return found


def leave(place: Path, age_s: float = 0.0, **changes: object) -> Owner:
    """Put the owner file of somebody else there, last touched ``age_s`` ago."""
    values = {"host": "PC-3", "user": "陈工", "pid": 7, "time": "2026-05-12T06:02:00+00:00"}
    other = Owner(**(values | {"machine": "another", "token": "t" * 32, "beat": "00000004"} | changes))  # type: ignore[arg-type]
    path = owner_path(place)
    path.write_text(json.dumps(asdict(other)))
    now = time.time()
    os.utime(path, (now - age_s, now - age_s))
    return other


def test_one_holds_and_gives_back(place: Path) -> None:
    hold = held(place)
    second = claim(place)
    assert isinstance(second, Owner)
    assert (second.pid, second.host) == (os.getpid(), socket.gethostname())
    hold.release()
    assert [p.name for p in place.parent.iterdir()] == [place.name]
    held(place).release()


def test_of_many_starts_exactly_one_wins(place: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from renovate_gui.store.owner import claim, Hold\n"
        "time.sleep(max(0.0, float(sys.argv[2]) - time.time()))\n"
        "found = claim(Path(sys.argv[1])); print('won' if isinstance(found, Hold) else 'lost', flush=True)\n"
        "sys.stdin.read()"
    )
    for is_left_behind in (False, True):
        if is_left_behind:
            leave(place, 400.0)
        start = str(time.time() + 2.0)
        children = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(place), start],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for _ in range(6)
        ]  # fmt: skip
        said = [child.stdout.readline().strip() for child in children if child.stdout]
        for child in children:
            child.kill()
            child.communicate()
        assert sorted(said) == ["lost"] * 5 + ["won"]
        owner_path(place).unlink()
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_of_many_threads_that_take_over_exactly_one_wins(place: Path) -> None:
    for _round in range(20):
        leave(place, 400.0)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(claim, [place] * 8))
        winners = [f for f in found if isinstance(f, Hold)]
        assert len(winners) == 1
        winners[0].release()


@pytest.mark.parametrize(("age_s", "is_alive"), [(0, True), (290, True), (310, False), (86_400, False)])
def test_a_silent_machine_is_believed_for_five_minutes(place: Path, age_s: float, is_alive: bool) -> None:
    other = leave(place, age_s)
    assert living_owner(place) == (other if is_alive else None)
    found = claim(place)
    assert isinstance(found, Owner if is_alive else Hold)
    if isinstance(found, Hold):
        assert found.taken_from == other
        found.release()


def test_the_age_is_that_of_the_shares_own_clock(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = leave(place, 10.0)
    monkeypatch.setattr(time, "time", lambda: 0.0)  # whatever our clock says
    assert living_owner(place) == other
    leave_old = replace(other)
    os.utime(owner_path(place), (1.0, 1.0))
    assert living_owner(place) is None
    assert leave_old == other


def test_a_share_whose_clock_was_set_back_is_watched_with_ours(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = leave(place, -86_400.0)
    assert living_owner(place) == other
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 299.0)
    assert living_owner(place) == other
    monkeypatch.setattr(time, "monotonic", lambda: now + 301.0)
    assert living_owner(place) is None


def me(**changes: object) -> dict[str, object]:
    pid = os.getpid()
    mine = {"host": socket.gethostname(), "pid": pid, "started": started(pid)}
    return mine | {"machine": owners.machine_mark()} | changes


def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    return child.pid


def test_the_dead_of_this_machine_are_recognised_at_once(place: Path) -> None:
    leave(place, **me(pid=dead_pid()))
    assert living_owner(place) is None


def test_a_number_that_was_given_again_is_another_process(place: Path) -> None:
    begun = started(os.getpid()).rpartition(":")[0] + ":1"
    leave(place, **me(started=begun))
    assert living_owner(place) is None


def test_a_new_host_name_does_not_make_a_stranger(place: Path) -> None:
    if not owners.machine_mark():
        pytest.skip("this system gives a machine no number")
    parent = os.getppid()
    other = leave(place, 400.0, **me(host="old-name", pid=parent, started=started(parent)))
    assert living_owner(place) == other
    leave(place, **me(host="old-name", pid=dead_pid()))
    assert living_owner(place) is None


def test_after_a_new_start_of_this_machine_the_old_holder_is_gone(place: Path) -> None:
    if not owners.machine_mark() or not started(os.getpid()).split(":")[0]:
        pytest.skip("this system does not say when it was started")
    before = "0000-earlier:1:77"
    other = leave(place, 20.0, **me(started=before))
    assert living_owner(place) == other  # perhaps a clone of this disk image
    leave(place, 100.0, **me(started=before))
    assert living_owner(place) is None


def test_a_container_beside_us_counts_its_processes_apart(place: Path) -> None:
    begun = started(os.getpid()).split(":")
    if not begun[0] or not begun[1]:
        pytest.skip("this system has no rooms of processes")
    other = leave(place, 100.0, **me(pid=dead_pid(), started=f"{begun[0]}:other:5"))
    assert living_owner(place) == other


def test_what_we_gave_back_while_the_share_was_away_is_free(place: Path) -> None:
    hold = held(place)
    away = place.parent.with_name("away")
    place.parent.rename(away)
    hold.release()
    away.rename(place.parent)
    assert owner_path(place).exists()
    held(place).release()


def test_the_heart_keeps_the_file_young(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "BEAT_S", 0.02)
    hold = held(place)
    path = owner_path(place)
    size = path.stat().st_size
    os.utime(path, (1.0, 1.0))
    deadline = time.monotonic() + 5
    while path.stat().st_mtime < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert path.stat().st_mtime > 2
    assert path.stat().st_size == size
    assert hold.look() is Standing.OURS
    other = leave(place)
    time.sleep(0.1)
    assert json.loads(path.read_text())["token"] == other.token  # somebody else's file is let be
    hold.release()
    assert path.exists()


def test_who_slept_learns_that_he_was_replaced(place: Path) -> None:
    hold = held(place)
    assert hold.look() is Standing.OURS
    owner_path(place).unlink()
    assert hold.look() is Standing.RETAKEN
    assert hold.look() is Standing.OURS
    leave(place)
    assert hold.look() is Standing.LOST
    hold.release()


def test_a_share_that_is_away_says_nothing(place: Path) -> None:
    hold = held(place)
    away = place.parent.with_name("away")
    place.parent.rename(away)
    assert hold.look() is Standing.UNREACHABLE
    hold.beat()
    away.rename(place.parent)
    assert hold.look() is Standing.OURS
    hold.release()


def test_it_looks_again_after_a_minute_by_any_clock(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = held(place)
    assert not hold.is_due()
    now = time.time()
    for jump in (61.0, -61.0):
        monkeypatch.setattr(time, "time", lambda jump=jump: now + jump)
        assert hold.is_due()
    hold.look()
    assert not hold.is_due()
    hold.release()


def test_a_file_that_is_just_being_written_is_waited_for(place: Path) -> None:
    path = owner_path(place)
    path.write_bytes(b"")
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(living_owner, place)
        time.sleep(0.2)
        other = leave(place)
        assert found.result(5) == other


def test_a_full_disk_is_called_full_and_leaves_nothing_behind(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _data: bytes) -> int:
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    cause = take(place)
    assert isinstance(cause, ReadOnlyCause)
    assert cause.kind is ReadOnlyKind.FULL
    assert "is full" in cause.words
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_what_failed_attempts_left_is_swept_after_an_hour(place: Path) -> None:
    old, young = (place.with_name(f"{place.name}.owner.{c * 12}") for c in "ab")
    strange = place.with_name(f"{place.name}.owner.of-mine")
    for path in (old, young, strange):
        path.touch()
    for path in (old, strange):
        os.utime(path, (time.time() - 4000, time.time() - 4000))
    held(place).release()
    assert {p.name for p in place.parent.iterdir()} == {place.name, young.name, strange.name}


def test_without_links_it_still_works(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_given: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", no_link)
    hold = held(place)
    assert isinstance(claim(place), Owner)
    hold.release()
    assert [p.name for p in place.parent.iterdir()] == [place.name]
