"""Merging a colleague's copy: what is refused; the other file is never touched, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import apsw
import pytest
import shapely
from two_copies import Pair, add_layer, change, ids, put, seal

from renovate_gui.domain.errors import DataError, ReadOnlyError, RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.proposal import Note
from renovate_gui.store import merging
from renovate_gui.store.project import Project


# -- refused --------------------------------------------------------------------------------------------------
def test_two_projects_are_not_two_copies(pair: Pair, tmp_path: Path) -> None:
    Project.create(tmp_path / "c.gpkg", title="t", crs="EPSG:4545", standard="s").close()
    for call in (pair.a.merge_report, lambda p: pair.a.merge(p, {})):
        with pytest.raises(RequestError, match="two projects"):
            call(tmp_path / "c.gpkg")


def test_copies_whose_common_past_was_forgotten_are_refused(pair: Pair) -> None:
    pair.b.begin_history()
    with pytest.raises(RequestError, match="two projects"):
        pair.a.merge_report(pair.snapshot(pair.b))


def test_different_coordinate_systems_are_refused(tmp_path: Path) -> None:
    pair = Pair(tmp_path, crs="")
    for project, crs in ((pair.a, "EPSG:4545"), (pair.b, "EPSG:4546")):
        with project.action("crs") as writer:
            writer.set_meta("crs", crs)
    with pytest.raises(RequestError, match="EPSG:4546"):
        pair.a.merge_report(pair.snapshot(pair.b))
    pair.close()


def test_the_file_itself_is_refused_also_by_another_name(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "link.gpkg").symlink_to(pair.a.path)
    for path in (pair.a.path, tmp_path / "link.gpkg"):
        with pytest.raises(RequestError, match="itself"):
            pair.a.merge_report(path)


def test_a_newer_file_is_refused(pair: Pair) -> None:
    stick = pair.snapshot(pair.b)
    db = apsw.Connection(str(stick))
    db.execute("UPDATE rg_meta SET value='99' WHERE key='schema'")
    db.close()
    with pytest.raises(RequestError, match="newer"):
        pair.a.merge_report(stick)


@pytest.mark.parametrize("how", ["cut", "zero", "text", "zip", "empty", "folder", "missing", "gpkg"])
def test_what_is_no_whole_project_is_refused_in_one_sentence(pair: Pair, tmp_path: Path, how: str) -> None:
    stick, bad = pair.snapshot(pair.b), tmp_path / f"坏 {how}.gpkg"
    whole = stick.read_bytes()
    contents = {
        "cut": whole[: len(whole) // 2],
        "zero": bytes(len(whole)),
        "text": b"hello",
        "zip": b"PK\x03\x04" + whole,
        "empty": b"",
    }
    if how in contents:
        bad.write_bytes(contents[how])
    elif how == "folder":
        bad.mkdir()
    elif how == "gpkg":
        db = apsw.Connection(str(bad))
        db.execute("CREATE TABLE t (a)")
        db.pragma("application_id", 0x47504B47)
        db.close()
    before = seal(pair.a)
    for call in (lambda: pair.a.merge_report(bad), lambda: pair.a.merge(bad, {})):
        with pytest.raises(DataError) as caught:
            call()
        assert bad.name in str(caught.value)
        assert "\n" not in str(caught.value)
    assert seal(pair.a) == before


def test_a_project_to_be_read_only_takes_nothing_in(pair: Pair) -> None:
    put(pair.b, title="x")
    reader = Project.open(pair.snapshot(pair.a), read_only=True)
    stick = pair.snapshot(pair.b)
    assert reader.merge_report(stick).incoming.changes
    with pytest.raises(ReadOnlyError):
        reader.merge(stick, {})
    reader.close()


def test_a_file_of_the_last_version_is_merged_and_stays_what_it_is(tmp_path: Path) -> None:
    old = next((Path(__file__).parent / "old_versions").glob("*.gpkg"))
    mine, theirs = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    shutil.copy(old, mine)
    shutil.copy(old, theirs)
    project = Project.open(mine)
    before = theirs.read_bytes()
    report = project.merge_report(theirs)
    assert (report.conflicts, report.incoming.changes) == ((), ())
    newer = Project.open(theirs)
    put(newer, str(new_uuid()), "New")
    newer.close()
    assert len(project.merge_report(theirs).incoming.changes) == 1
    project.close()
    theirs.write_bytes(before)
    put_back = Project.open(mine)
    put_back.merge(theirs, {})
    put_back.close()
    assert theirs.read_bytes() == before


# -- nothing lost ---------------------------------------------------------------------------------------------
def test_the_other_file_is_never_touched_and_nothing_is_left_beside_it(pair: Pair, tmp_path: Path) -> None:
    put(pair.b, title="x")
    add_layer(pair.b)
    folder = tmp_path / "stick"
    folder.mkdir()
    stick = shutil.move(pair.snapshot(pair.b), folder / "b.gpkg")
    before, when = stick.read_bytes(), stick.stat().st_mtime_ns
    pair.a.merge(stick, {})
    assert (stick.read_bytes(), stick.stat().st_mtime_ns) == (before, when)
    assert [p.name for p in folder.iterdir()] == ["b.gpkg"]


def test_a_merge_that_breaks_off_leaves_everything_as_it_was(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(pair.b, str(new_uuid()), "New")
    layer = add_layer(pair.b)
    change(pair.b, layer, ids(pair.b, layer)[0], t="edited")
    stick, before, steps = pair.snapshot(pair.b), seal(pair.a), pair.a.history()
    original = merging._write_row
    count = 0

    def breaking(*values: Any) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt
        original(*values)

    monkeypatch.setattr(merging, "_write_row", breaking)
    with pytest.raises(KeyboardInterrupt):
        pair.a.merge(stick, {})
    monkeypatch.undo()
    assert (seal(pair.a), pair.a.history()) == (before, steps)
    with pair.a.reading() as db:
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'lyr_%'").fetchall() == [(0,)]
    pair.a.merge(stick, {})
    assert seal(pair.a) == seal(pair.b)


def test_a_copy_that_its_owner_has_open_can_be_merged(pair: Pair) -> None:
    put(pair.b, title="x")
    pair.a.merge(pair.b.path, {})
    assert pair.a.proposals()[0].title == "x"
    put(pair.b, title="y")
    assert pair.b.proposals()[0].title == "y"


def test_notes_are_merged_like_proposals(pair: Pair) -> None:
    for project, text in ((pair.a, "a"), (pair.b, "b")):
        with project.action("note") as writer:
            writer.put_note(Note(Uuid(text), shapely.Point(0, 0), text))
    report = pair.a.merge(pair.snapshot(pair.b), {})
    with pair.a.reading() as db:
        found = dict(db.execute("SELECT uuid, number FROM notes").fetchall())
    assert found == {"a": 1, "b": 2}
    assert len(report.notes) == 1
    assert json.dumps(report.notes)
