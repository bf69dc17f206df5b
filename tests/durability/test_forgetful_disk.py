"""The model of a disk that forgets: what it may lose, and what it must not."""

from __future__ import annotations

import os
from random import Random

import apsw
import pytest
from crash_harness.disk import MODES, SECTOR, Disk
from crash_harness.shim import Call

FILE, JOURNAL = "/d/a.gpkg", "/d/a.gpkg-journal"
NEW_JOURNAL = Call("open", JOURNAL, number=1, flag=apsw.SQLITE_OPEN_MAIN_JOURNAL)


def after(*calls: Call, mode: str, seed: int = 0) -> dict[str, bytes]:
    disk = Disk({FILE: b"old" * 400})
    for call in calls:
        disk.play(call)
    return disk.survivors(mode, Random(seed))


@pytest.mark.parametrize("mode", MODES)
def test_what_was_synced_is_there(mode: str) -> None:
    written = (Call("write", FILE, 0, b"new" * 400), Call("sync", FILE))
    assert all(after(*written, mode=mode, seed=s)[FILE] == b"new" * 400 for s in range(20))


def test_what_was_not_synced_may_be_lost_kept_or_torn() -> None:
    written = Call("write", FILE, 0, b"new" * 400)
    assert after(written, mode="dropped")[FILE] == b"old" * 400
    assert after(written, mode="kept")[FILE] == b"new" * 400
    torn = {after(written, mode="torn", seed=s)[FILE] for s in range(40)}
    assert len(torn) == 2 ** (1200 // SECTOR + 1)
    mixed = (b"new" * 400)[:SECTOR] + (b"old" * 400)[SECTOR:]
    assert mixed in torn


def test_a_new_journal_is_found_after_its_first_sync() -> None:
    written = (NEW_JOURNAL, Call("write", JOURNAL, 0, b"x"))
    assert JOURNAL not in after(*written, mode="dropped")
    assert after(*written, Call("sync", JOURNAL), mode="dropped")[JOURNAL] == b"x"


def test_a_deleted_journal_may_come_back_unless_its_folder_was_synced() -> None:
    made = (NEW_JOURNAL, Call("write", JOURNAL, 0, b"x"), Call("sync", JOURNAL))
    assert JOURNAL in after(*made, Call("delete", JOURNAL), mode="dropped")
    assert JOURNAL not in after(*made, Call("delete", JOURNAL), mode="kept")
    assert JOURNAL not in after(*made, Call("delete", JOURNAL, flag=1), mode="dropped")


def test_a_renamed_file_is_certain_when_its_folder_was_synced() -> None:
    renamed = Call("os.rename", FILE, other="/d/b.gpkg")
    assert list(after(renamed, mode="dropped")) == [FILE]
    assert list(after(renamed, Call("os.fsync", "/d", flag=1), mode="dropped")) == ["/d/b.gpkg"]


def test_a_file_that_python_made_has_no_certain_content() -> None:
    made = (Call("os.open", "/d/a.owner", flag=os.O_CREAT), Call("os.remove", "/d/a.owner"))
    assert after(made[0], mode="kept")["/d/a.owner"] == b""
    assert "/d/a.owner" not in after(*made, mode="kept")
