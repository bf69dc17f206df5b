"""Merging a colleague's copy: what somebody has to decide, and what the choice does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from two_copies import RAMP, Pair, add_layer, change, drop, ids, key, put, seal, value

from renovate_gui.domain.difference import ChangeKind, Choice, ObjectKind
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_row_id, new_uuid
from renovate_gui.domain.proposal import Photo
from renovate_gui.domain.reply import Answer, Reply
from renovate_gui.store.project import Project


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
