"""Merging a colleague's copy: what comes in by itself, what is asked, what is refused; the other file is never touched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.difference import ChangeKind, Choice, ObjectKey, ObjectKind
from renovate_gui.domain.errors import DataError, ReadOnlyError, RequestError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Answer, Reply
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store import merging
from renovate_gui.store.project import Project
from renovate_gui.store.seal import content_seal

RAMP = Uuid("11111111-0000-4000-8000-000000000001")


def seal(project: Project) -> str:
    with project.reading() as db:
        return content_seal(db)


def put(project: Project, uuid: str = RAMP, title: str = "Ramp", **more: Any) -> None:
    old = next((p for p in project.proposals() if p.uuid == uuid), None)
    with project.action(f"put {title}") as writer:
        if old is None:
            writer.put_proposal(Proposal(Uuid(uuid), 0, shapely.Point(1, 2), title, **more))
        else:
            writer.put_proposal(replace(old, title=title, **more))


def drop(project: Project, uuid: str = RAMP) -> None:
    with project.action("drop") as writer:
        writer.delete_proposal(Uuid(uuid))


def add_layer(project: Project, name: str = "楼栋", count: int = 5, position: int = 0) -> LayerInfo:
    x = np.arange(count) * 3.0
    info = LayerInfo(
        LayerId(0), Uuid(""), name, "", Role.OTHER, Slot.EXISTING, position, True, "", 0, "", Datum.WGS84,
        field_map={"name": "t"},
    )  # fmt: skip
    columns = {"n": x, "t": x.astype(str).astype(object)}
    with project.action("import") as writer:
        return writer.add_layer(info, LayerTable(np.arange(count), shapely.points(x, x), columns))


def ids(project: Project, layer: LayerInfo) -> list[int]:
    return [int(i) for i in project.table(layer.id).ids]


def value(project: Project, layer: LayerInfo, fid: int, column: str = "t") -> Any:
    table = project.table(layer.id)
    return table.columns[column][list(table.ids).index(fid)]


def change(project: Project, layer: LayerInfo, fid: int, **values: Any) -> None:
    with project.action("values") as writer:
        writer.set_values(layer.id, fid, values)


class Pair:
    """Two people with a copy each; ``snapshot`` is the stick or the mail."""

    def __init__(
        self, folder: Path, prepare: Callable[[Project], None] | None = None, crs: str = "EPSG:4545"
    ) -> None:
        self.folder = folder
        path = folder / "甲 的 项目.gpkg"
        first = Project.create(path, title="t", crs=crs, standard="s")
        put(first)
        if prepare is not None:
            prepare(first)
        first.close()
        shutil.copy(path, folder / "b.gpkg")
        self.a, self.b = Project.open(path), Project.open(folder / "b.gpkg")

    def snapshot(self, project: Project) -> Path:
        place = self.folder / f"stick {new_uuid()}.gpkg"
        project.save_copy(place)
        return place

    def close(self) -> None:
        self.a.close()
        self.b.close()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = Pair(tmp_path)
    yield made
    made.close()


def key(project: Project, table: str, uuid: str = RAMP) -> ObjectKey:
    with project.reading() as db:
        name = "fid" if table in ("proposals", "notes") else "id"
        return ObjectKey(
            table, db.execute(f"SELECT {name} FROM {table} WHERE uuid=?", (uuid,)).fetchall()[0][0]
        )


# -- together -------------------------------------------------------------------------------------------------
def test_ones_title_and_the_others_text_of_one_proposal_go_together(pair: Pair) -> None:
    put(pair.a, title="Long ramp")
    put(pair.b, title="Ramp", description="with a rail")
    report = pair.a.merge(pair.snapshot(pair.b), {})
    assert report.conflicts == ()
    (found,) = pair.a.proposals()
    assert (found.title, found.description) == ("Long ramp", "with a rail")
    (step,) = [s for s in pair.a.history() if s.what.startswith("Merge")]
    assert report.who
    assert report.who[0] in step.what
    assert report.steps == ("put Ramp",)


def test_a_merge_is_one_step_that_undo_takes_back_whole(pair: Pair) -> None:
    layer = add_layer(pair.b)
    change(pair.b, layer, ids(pair.b, layer)[1], t="edited")
    put(pair.b, str(new_uuid()), "New")
    before, steps = seal(pair.a), len(pair.a.history())
    pair.a.merge(pair.snapshot(pair.b), {})
    after = seal(pair.a)
    assert after == seal(pair.b)
    assert len(pair.a.history()) == steps + 1
    pair.a.undo()
    assert seal(pair.a) == before
    pair.a.redo()
    assert seal(pair.a) == after


def test_an_undone_merge_can_be_merged_again(pair: Pair) -> None:
    layer = add_layer(pair.b)
    change(pair.b, layer, ids(pair.b, layer)[0], t="edited")
    stick = pair.snapshot(pair.b)
    pair.a.merge(stick, {})
    pair.a.undo()
    assert pair.a.merge_report(stick).incoming.changes
    pair.a.merge(stick, {})
    assert seal(pair.a) == seal(pair.b)


def test_the_report_says_who_did_what_and_writes_nothing(pair: Pair) -> None:
    put(pair.b, str(new_uuid()), "Bench")
    before, steps = seal(pair.a), pair.a.history()
    report = pair.a.merge_report(pair.snapshot(pair.b))
    assert (report.steps, len(report.who)) == (("put Bench",), 1)
    (added,) = report.incoming.changes
    assert (added.kind, added.what, added.title) == (ChangeKind.ADDED, ObjectKind.PROPOSAL, "2 · Bench")
    assert report.parted_at
    assert (seal(pair.a), pair.a.history()) == (before, steps)


def test_copies_that_go_back_and_forth_are_asked_nothing_twice(pair: Pair) -> None:
    """What I changed after taking it in from them is newer than theirs, not at odds with it."""
    put(pair.b, title="Theirs")
    pair.a.merge(pair.snapshot(pair.b), {})
    put(pair.a, title="Mine after theirs")
    report = pair.b.merge(pair.snapshot(pair.a), {})
    assert report.conflicts == ()
    assert pair.b.proposals()[0].title == "Mine after theirs"
    put(pair.b, title="And back")
    assert pair.a.merge(pair.snapshot(pair.b), {}).conflicts == ()
    assert pair.a.proposals()[0].title == "And back"
    assert seal(pair.a) == seal(pair.b)


def test_going_back_to_the_old_after_sticks_crossed_is_a_change(pair: Pair) -> None:
    put(pair.a, title="New")
    put(pair.b, description="d")
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    pair.a.merge(stick_b, {})
    pair.b.merge(stick_a, {})
    assert seal(pair.a) == seal(pair.b)
    put(pair.b, title="Ramp", description="d")
    pair.a.merge(pair.snapshot(pair.b), {})
    assert pair.a.proposals()[0].title == "Ramp"


def test_what_a_coordinator_took_in_is_known_to_who_takes_in_the_coordinators_copy(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    c = Project.open(pair.snapshot(pair.b))
    put(pair.b, title="B was here")
    pair.a.merge(pair.snapshot(pair.b), {})
    c.merge(pair.snapshot(pair.a), {})
    put(c, title="C after B")
    report = c.merge(pair.snapshot(pair.b), {})
    assert (report.conflicts, report.incoming.changes) == ((), ())
    assert c.proposals()[0].title == "C after B"
    c.close()
    pair.close()


def test_edits_of_a_brought_layer_travel_later_both_ways(pair: Pair) -> None:
    layer = add_layer(pair.b)
    first, second, third, *_ = ids(pair.b, layer)
    change(pair.b, layer, first, t="b1")
    with pair.b.action("delete") as writer:
        writer.delete_features(layer.id, [third])
    pair.a.merge(pair.snapshot(pair.b), {})
    assert value(pair.a, layer, first) == "b1"
    assert third not in ids(pair.a, layer)
    change(pair.a, layer, second, t="a2")
    change(pair.b, layer, first, t="b1 again")
    assert pair.b.merge(pair.snapshot(pair.a), {}).conflicts == ()
    assert (value(pair.b, layer, first), value(pair.b, layer, second)) == ("b1 again", "a2")
    assert pair.a.merge(pair.snapshot(pair.b), {}).conflicts == ()
    assert seal(pair.a) == seal(pair.b)
    assert pair.a.layers()[0].feature_count == 4


def test_a_layer_removed_in_the_other_copy_goes_and_its_return_comes(tmp_path: Path) -> None:
    def two_layers(project: Project) -> None:
        add_layer(project, "甲")
        add_layer(project, "乙", position=1)

    pair = Pair(tmp_path, two_layers)
    layer = pair.b.layers()[0]
    with pair.b.action("drop") as writer:
        writer.drop_layer(layer.id)
    pair.a.merge(pair.snapshot(pair.b), {})
    assert [i.name for i in pair.a.layers()] == ["乙"]
    pair.b.undo()
    pair.a.merge(pair.snapshot(pair.b), {})
    assert [i.name for i in pair.a.layers()] == ["甲", "乙"]
    assert seal(pair.a) == seal(pair.b)
    pair.close()


def test_a_coordinate_system_chosen_meanwhile_is_taken_over(tmp_path: Path) -> None:
    pair = Pair(tmp_path, crs="")
    with pair.b.action("crs") as writer:
        writer.set_meta("crs", "EPSG:4545")
    add_layer(pair.b)
    put(pair.a, title="Drawn before")
    stick = pair.snapshot(pair.b)
    assert pair.a.merge_report(stick).conflicts == ()
    pair.a.merge(stick, {})
    assert pair.a.meta("crs") == "EPSG:4545"
    assert (pair.a.proposals()[0].title, len(pair.a.layers())) == ("Drawn before", 1)
    pair.b.merge(pair.snapshot(pair.a), {})
    assert seal(pair.a) == seal(pair.b)
    pair.close()


def test_numbers_given_twice_are_given_anew_but_not_those_on_paper(pair: Pair) -> None:
    first, second = Uuid("a" * 8), Uuid("b" * 8)
    put(pair.a, first, "First by name")
    put(pair.b, second, "Printed")
    with pair.b.action("package") as writer:
        writer.put_package(Uuid("k"), 1, {"key": "x", "proposals": [str(second)]})
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    report = pair.a.merge(stick_b, {})
    pair.b.merge(stick_a, {})
    assert {p.title: p.number for p in pair.a.proposals()} == {"Ramp": 1, "Printed": 2, "First by name": 3}
    assert any("First by name" in note and "3" in note for note in report.notes)
    assert seal(pair.a) == seal(pair.b)


def test_a_reply_that_both_took_in_is_one_reply(pair: Pair) -> None:
    reply = Reply(new_uuid(), new_uuid(), 1, "2026-05-01", (Answer(RAMP, None, "x"),), "yes", "3")
    for name, project in (("a.json", pair.a), ("b.json", pair.b)):
        with project.action("reply") as writer:
            writer.put_reply(reply, source=name)
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    assert pair.a.merge(stick_b, {}).conflicts == ()
    pair.b.merge(stick_a, {})
    assert pair.a.replies() == (reply,)
    assert seal(pair.a) == seal(pair.b)
    with pair.a.reading() as db:
        assert db.execute("SELECT source FROM rg_replies").fetchall() == [("a.json",)]


def test_rows_whose_keys_older_versions_gave_at_random_are_known_by_their_name(pair: Pair) -> None:
    reply = Reply(Uuid("r1"), new_uuid(), 1, "2026-05-01", (Answer(RAMP, None, "x"),))
    for project in (pair.a, pair.b):
        with project.action("old") as writer:
            writer.put_reply(reply, source="r.json")
            writer.put_proposal(Proposal(Uuid("p1"), 0, None, "By id"))
            for table, name in (("rg_replies", "id"), ("rg_answers", "id"), ("proposals", "fid")):
                where = "" if table != "proposals" else " WHERE uuid='p1'"
                writer.db.execute(f"UPDATE {table} SET {name}=?{where}", (new_row_id(),))
    put(pair.b, "p1", "By id, changed")
    report = pair.a.merge_report(pair.snapshot(pair.b))
    assert [c.fields for c in report.conflicts] == [("title",)]
    pair.a.merge(pair.snapshot(pair.b), {report.conflicts[0].key: Choice.THEIRS})
    assert [p.title for p in pair.a.proposals()] == ["Ramp", "By id, changed"]
    assert pair.a.replies() == (reply,)


def test_named_versions_come_along_where_their_state_is_here(pair: Pair) -> None:
    here = pair.b.name_version("as shown")
    pair.a.name_version("as shown", why="mine")
    put(pair.b, title="Later")
    pair.b.name_version("later")
    report = pair.a.merge(pair.snapshot(pair.b), {})
    found = {v.name: v for v in pair.a.versions()}
    assert set(found) == {"as shown", "as shown (2)"}
    assert found["as shown (2)"].uuid == here.uuid
    assert all(pair.a.is_as_sealed(v) for v in found.values())
    assert any("later" in note for note in report.notes)


# -- asked ----------------------------------------------------------------------------------------------------
def test_a_field_that_both_changed_is_asked_and_nothing_is_written_before(pair: Pair) -> None:
    put(pair.a, title="Mine", description="from a")
    put(pair.b, title="Theirs", responsible="from b")
    stick, before = pair.snapshot(pair.b), seal(pair.a)
    (conflict,) = pair.a.merge_report(stick).conflicts
    assert (conflict.fields, conflict.key) == (("title",), key(pair.a, "proposals"))
    assert [(f.name, f.before, f.after) for f in conflict.mine.fields if f.name == "title"] == [
        ("title", "Ramp", "Mine")
    ]
    assert [(f.name, f.before, f.after) for f in conflict.theirs.fields if f.name == "title"] == [
        ("title", "Ramp", "Theirs")
    ]
    with pytest.raises(RequestError, match="Mine"):
        pair.a.merge(stick, {})
    assert seal(pair.a) == before
    assert not any(s.what.startswith("Merge") for s in pair.a.history())


@pytest.mark.parametrize(("choice", "title"), [(Choice.MINE, "Mine"), (Choice.THEIRS, "Theirs")])
def test_the_choice_decides_the_field_and_is_remembered(pair: Pair, choice: Choice, title: str) -> None:
    put(pair.a, title="Mine", description="from a")
    put(pair.b, title="Theirs", responsible="from b")
    stick = pair.snapshot(pair.b)
    pair.a.merge(stick, {key(pair.a, "proposals"): choice})
    (found,) = pair.a.proposals()
    assert (found.title, found.description, found.responsible) == (title, "from a", "from b")
    assert pair.a.merge_report(stick).conflicts == ()
    pair.b.merge(pair.snapshot(pair.a), {})
    assert seal(pair.a) == seal(pair.b)


def test_keeping_mine_where_nothing_else_comes_is_a_step_too(pair: Pair) -> None:
    put(pair.a, title="Mine")
    put(pair.b, title="Theirs")
    stick, events = pair.snapshot(pair.b), []
    pair.a.subscribe(events.append)
    pair.a.merge(stick, {key(pair.a, "proposals"): Choice.MINE})
    assert pair.a.merge_report(stick).conflicts == ()
    assert len(events) == 1
    pair.a.undo()
    assert len(pair.a.merge_report(stick).conflicts) == 1


def test_both_stand_side_by_side(pair: Pair) -> None:
    put(pair.a, title="Mine", description="a")
    put(pair.b, title="Theirs", responsible="b")
    pair.a.merge(pair.snapshot(pair.b), {key(pair.a, "proposals"): Choice.BOTH})
    mine, theirs = pair.a.proposals()
    assert (mine.uuid, mine.title, mine.responsible, mine.number) == (RAMP, "Mine", "", 1)
    assert (theirs.title, theirs.description, theirs.responsible, theirs.number) == (
        "Theirs (theirs)",
        "",
        "b",
        2,
    )
    assert theirs.uuid != RAMP


def test_both_of_a_feature_are_two_features(tmp_path: Path) -> None:
    pair = Pair(tmp_path, lambda p: add_layer(p) and None)
    (layer,) = pair.a.layers()
    fid = ids(pair.a, layer)[0]
    change(pair.a, layer, fid, t="mine")
    change(pair.b, layer, fid, t="other")
    (conflict,) = pair.a.merge_report(pair.snapshot(pair.b)).conflicts
    assert (conflict.mine.what, conflict.mine.layer_name, conflict.fields) == (
        ObjectKind.FEATURE,
        "楼栋",
        ("t",),
    )
    pair.a.merge(pair.snapshot(pair.b), {conflict.key: Choice.BOTH})
    assert {"mine", "other (theirs)"} <= set(pair.a.table(layer.id).columns["t"])
    assert pair.a.layers()[0].feature_count == 6
    pair.close()


@pytest.mark.parametrize("is_mine_removed", [True, False])
@pytest.mark.parametrize("choice", [Choice.MINE, Choice.THEIRS])
def test_a_proposal_removed_here_and_shown_with_a_new_photo_there(
    tmp_path: Path, choice: Choice, *, is_mine_removed: bool
) -> None:
    def old_photo(project: Project) -> None:
        with project.action("photo") as writer:
            writer.put_photo(Photo(new_row_id(), RAMP, "old", "image/jpeg", "", b"1"))

    pair = Pair(tmp_path, old_photo)
    goes, stays = (pair.a, pair.b) if is_mine_removed else (pair.b, pair.a)
    drop(goes)
    with stays.action("photo") as writer:
        writer.put_photo(Photo(new_row_id(), RAMP, "new", "image/jpeg", "", b"2"))
    stick = pair.snapshot(pair.b)
    (conflict,) = pair.a.merge_report(stick).conflicts
    assert conflict.choices == (Choice.MINE, Choice.THEIRS)
    kinds = {conflict.mine.kind, conflict.theirs.kind}
    assert kinds == {ChangeKind.REMOVED, ChangeKind.CHANGED}
    with pytest.raises(RequestError):
        pair.a.merge(stick, {conflict.key: Choice.BOTH})
    pair.a.merge(stick, {conflict.key: choice})
    is_there = (choice is Choice.MINE) != is_mine_removed
    assert [p.title for p in pair.a.proposals()] == (["Ramp"] if is_there else [])
    assert sorted(p.name for p in pair.a.photos()) == (["new", "old"] if is_there else [])
    pair.b.merge(pair.snapshot(pair.a), {})
    assert seal(pair.a) == seal(pair.b)
    pair.close()


def test_answers_about_a_proposal_that_was_removed_are_asked_about_and_always_kept(pair: Pair) -> None:
    drop(pair.a)
    reply = Reply(new_uuid(), new_uuid(), 1, "2026-05-01", (Answer(RAMP, None, "keep it"),))
    with pair.b.action("reply") as writer:
        writer.put_reply(reply, source="r.json")
    (conflict,) = pair.a.merge_report(pair.snapshot(pair.b)).conflicts
    assert [(f.name, f.after) for f in conflict.theirs.fields] == [("answers", 1)]
    pair.a.merge(pair.snapshot(pair.b), {conflict.key: Choice.MINE})
    assert (pair.a.proposals(), pair.a.replies()) == ((), (reply,))


@pytest.mark.parametrize("choice", [Choice.MINE, Choice.THEIRS])
@pytest.mark.parametrize("is_mine_removed", [True, False])
def test_a_layer_removed_here_and_edited_there(
    tmp_path: Path, choice: Choice, *, is_mine_removed: bool
) -> None:
    pair = Pair(tmp_path, lambda p: add_layer(p) and None)
    (layer,) = pair.a.layers()
    fid = ids(pair.a, layer)[0]
    goes, stays = (pair.a, pair.b) if is_mine_removed else (pair.b, pair.a)
    with goes.action("drop") as writer:
        writer.drop_layer(layer.id)
    change(stays, layer, fid, t="edited")
    stick = pair.snapshot(pair.b)
    (conflict,) = pair.a.merge_report(stick).conflicts
    assert conflict.mine.what is ObjectKind.LAYER
    pair.a.merge(stick, {conflict.key: choice})
    if (choice is Choice.MINE) != is_mine_removed:
        assert value(pair.a, layer, fid) == "edited"
    else:
        assert pair.a.layers() == ()
    pair.b.merge(pair.snapshot(pair.a), {})
    assert seal(pair.a) == seal(pair.b)
    pair.close()


def test_room_made_for_other_layers_is_nothing_to_ask_about(tmp_path: Path) -> None:
    pair = Pair(tmp_path, lambda p: add_layer(p, "old") and None)
    add_layer(pair.a, "A's")
    with pair.b.action("drop") as writer:
        writer.drop_layer(pair.b.layers()[0].id)
    add_layer(pair.b, "B's")
    stick_a, stick_b = pair.snapshot(pair.a), pair.snapshot(pair.b)
    assert pair.a.merge(stick_b, {}).conflicts == ()
    assert pair.b.merge(stick_a, {}).conflicts == ()
    assert seal(pair.a) == seal(pair.b)
    assert sorted(i.name for i in pair.a.layers()) == ["A's", "B's"]
    assert sorted(i.position for i in pair.a.layers()) == [0, 1]
    pair.close()


# -- by brute force -------------------------------------------------------------------------------------------
_FIELDS = ("title", "description", "responsible")
_edits = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([*_FIELDS, "delete"]), st.sampled_from("xyz")), max_size=6
)


def _edit(project: Project, edits: list[tuple[int, str, str]]) -> None:
    for number, name, text in edits:
        old = next((p for p in project.proposals() if p.uuid == f"p{number}"), None)
        if old is not None and name == "delete":
            drop(project, old.uuid)
        elif old is not None:
            with project.action("edit") as writer:
                writer.put_proposal(replace(old, **{name: text}))


def _read(project: Project) -> dict[str, dict[str, str]]:
    return {p.uuid: {f: getattr(p, f) for f in _FIELDS} for p in project.proposals()}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(mine=_edits, theirs=_edits, choice=st.sampled_from([Choice.MINE, Choice.THEIRS]))
def test_what_both_changed_differently_is_always_asked_and_nothing_else_is(
    tmp_path_factory: pytest.TempPathFactory,
    mine: list[tuple[int, str, str]],
    theirs: list[tuple[int, str, str]],
    choice: Choice,
) -> None:
    pair = Pair(tmp_path_factory.mktemp("m"), lambda p: [put(p, f"p{i}", "x") for i in range(3)] and None)
    base = _read(pair.a)
    _edit(pair.a, mine)
    _edit(pair.b, theirs)
    a, b = _read(pair.a), _read(pair.b)
    asked: dict[str, set[str]] = {}
    merged: dict[str, dict[str, str]] = {}
    for uuid, was in base.items():
        one, other = a.get(uuid), b.get(uuid)
        if one is None or other is None:
            there = one or other
            if there is not None and there != was:
                asked[uuid] = {"*"}
                kept = one if choice is Choice.MINE else other
                merged |= {} if kept is None else {uuid: kept}
            continue
        fields = {f for f in _FIELDS if one[f] != was[f] and other[f] != was[f] and one[f] != other[f]}
        if fields:
            asked[uuid] = fields
        chosen = one if choice is Choice.MINE else other
        merged[uuid] = {
            f: chosen[f] if f in fields else one[f] if one[f] != was[f] else other[f] for f in _FIELDS
        }
    stick = pair.snapshot(pair.b)
    report = pair.a.merge_report(stick)
    with pair.a.reading() as db:
        names = dict(db.execute("SELECT fid, uuid FROM proposals").fetchall())
    with pair.b.reading() as db:
        names |= dict(db.execute("SELECT fid, uuid FROM proposals").fetchall())
    assert {names[c.key.row]: set(c.fields) for c in report.conflicts} == asked
    pair.a.merge(stick, {c.key: choice for c in report.conflicts})
    assert _read(pair.a) == merged
    pair.close()


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
