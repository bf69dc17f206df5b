"""What a step, two states or two files differ in, in the words of objects."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.domain.difference import (
    ChangeKind,
    Difference,
    FieldChange,
    ObjectChange,
    ObjectKind,
    Places,
)
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store.project import Project

ADDED, CHANGED, REMOVED = ChangeKind.ADDED, ChangeKind.CHANGED, ChangeKind.REMOVED


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")


def last(project: Project) -> Difference:
    return project.difference_of_step(project.history()[-1].number)


def only(difference: Difference) -> ObjectChange:
    (change,) = difference.changes
    return change


def named(change: ObjectChange) -> dict[str, tuple[object, object]]:
    return {f.name: (f.before, f.after) for f in change.fields}


def put(project: Project, proposal: Proposal, title: str = "put") -> None:
    with project.action(title) as writer:
        writer.put_proposal(proposal)


def test_a_proposal_is_told_by_its_members_and_its_place(project: Project) -> None:
    first = Proposal(new_uuid(), 5, shapely.Point(1, 2), "Ramp at No 3")
    put(project, first)
    change = only(last(project))
    assert (change.what, change.kind, change.title) == (ObjectKind.PROPOSAL, ADDED, "5 · Ramp at No 3")
    assert named(change) == {"number": (None, 5), "title": (None, "Ramp at No 3")}
    assert change.before is None
    assert change.after == shapely.Point(1, 2)

    put(project, replace(first, cost=Decimal(80000)))
    change = only(last(project))
    assert (change.kind, named(change)) == (CHANGED, {"cost": (None, "80000")})
    assert change.before == change.after == shapely.Point(1, 2)

    put(project, replace(first, cost=Decimal(80000), geometry=shapely.Point(7, 7)))
    change = only(last(project))
    assert change.fields == (FieldChange("geometry"),)
    assert (change.before, change.after) == (shapely.Point(1, 2), shapely.Point(7, 7))


def test_names_and_places_are_those_of_that_time(project: Project) -> None:
    first = Proposal(new_uuid(), 1, shapely.Point(1, 2), "Ramp")
    put(project, first)
    put(project, replace(first, cost=Decimal(1)))
    put(project, replace(first, cost=Decimal(1), title="Lift", geometry=shapely.Point(9, 9)))
    with project.action("photo") as writer:
        writer.put_photo(Photo(new_row_id(), first.uuid, "a.jpg", "image/jpeg", "before", b"12345"))
    with project.action("delete") as writer:
        writer.delete_proposal(first.uuid)
    steps = project.history()
    for _ in range(2):  # while all stand, and after they were undone
        cost = only(project.difference_of_step(steps[1].number))
        assert cost.title == "1 · Ramp"
        assert cost.before == cost.after == shapely.Point(1, 2)
        photo = only(project.difference_of_step(steps[3].number))
        assert (photo.what, photo.title) == (ObjectKind.PHOTO, "before")
        assert named(photo)["proposal"] == (None, "1 · Lift")
        assert "data" not in named(photo)
        gone = project.difference_of_step(steps[4].number).changes
        assert [(c.kind, c.title) for c in gone] == [(REMOVED, "1 · Lift"), (REMOVED, "before")]
        project.go_to("")


def test_an_import_is_one_layer_and_moves_no_neighbour(
    project: Project, layer: LayerInfo, make_layer: Callable[..., tuple[LayerInfo, LayerTable]]
) -> None:
    change = only(last(project))
    assert (change.what, change.kind, change.title, change.features) == (ObjectKind.LAYER, ADDED, "楼栋", 12)
    info, table = make_layer(3, name="上层", position=0)
    with project.action("import above") as writer:
        second = writer.add_layer(info, table)
    assert [(c.kind, c.title) for c in last(project).changes] == [(ADDED, "上层")]
    with project.action("turn round") as writer:
        writer.put_layer(replace(layer, position=0))
        writer.put_layer(replace(second, position=1))
    moved = only(last(project))
    assert "position" in named(moved)
    with project.action("drop") as writer:
        writer.drop_layer(second.id)
    change = only(last(project))
    assert (change.kind, change.title, change.features) == (REMOVED, "上层", 3)


def test_features_are_named_by_their_layer_s_meaning(project: Project, layer: LayerInfo) -> None:
    table = project.table(layer.id)
    fids = [int(i) for i in table.ids]
    with project.action("edit") as writer:
        writer.set_values(layer.id, fids[1], {"floors": 9})
        writer.set_geometry(layer.id, fids[10], shapely.Point(3, 3))
        writer.delete_features(layer.id, [fids[2]])
    found = last(project).changes
    assert [(c.kind, c.title) for c in found] == [
        (CHANGED, "1 号楼"),
        (REMOVED, "2 号楼"),
        (CHANGED, "10 号楼"),
    ]
    assert {c.layer_name for c in found} == {"楼栋"}
    assert {c.layer for c in found} == {layer.id}
    assert named(found[0]) == {"floors": (2.0, 9)}
    assert found[0].before == found[0].after == table.geometry[1]
    assert named(found[2]) == {"geometry": (None, None)}
    assert found[1].before == table.geometry[2]
    with project.action("drop") as writer:
        writer.drop_layer(layer.id)
    before = project.history()[1]
    assert [c.title for c in project.difference_of_step(before.number).changes] == [c.title for c in found]


def test_answers_are_told_with_their_reply_and_settings_by_name(project: Project) -> None:
    first = Proposal(new_uuid(), 1, None, "Ramp")
    put(project, first)
    answers = (Answer(first.uuid, Choice.AGREE, "good"), Answer(Uuid("gone"), None, ""))
    with project.action("reply") as writer:
        reply = Reply(new_uuid(), new_uuid(), 1, "2026-05-01T10:00:00+00:00", answers, "yes", "No 3")
        writer.put_reply(reply, source="a.json")
    change = only(last(project))
    assert (change.what, change.title) == (ObjectKind.REPLY, "No 3")
    told = named(change)["answers"][1]
    assert isinstance(told, list)
    assert [(a["proposal"], a["choice"]) for a in told] == [("1 · Ramp", "agree"), ("gone", None)]
    with project.action("title") as writer:
        writer.set_meta("title", "new")
    change = only(last(project))
    assert (change.what, named(change)) == (ObjectKind.SETTING, {"title": ("甲", "new")})


def test_what_cancels_out_between_two_states_is_not_told(project: Project, layer: LayerInfo) -> None:
    start = project.state
    first = Proposal(new_uuid(), 1, shapely.Point(1, 2), "Ramp")
    put(project, first)
    with project.action("note") as writer:
        writer.put_note(Note(new_uuid(), None, "stays"))
    with project.action("edit") as writer:
        writer.set_values(layer.id, int(project.table(layer.id).ids[0]), {"floors": 3})
    with project.action("delete") as writer:
        writer.delete_proposal(first.uuid)
    end = project.state
    project.undo()
    branch = project.state
    found = project.difference_between(start, end)
    assert [(c.kind, c.title) for c in found.changes] == [(ADDED, "1 · stays"), (CHANGED, "0 号楼")]
    back = project.difference_between(end, start)
    assert [(c.kind, c.title) for c in back.changes] == [(REMOVED, "1 · stays"), (CHANGED, "0 号楼")]
    assert only(project.difference_between(end, branch)).kind is ADDED
    assert project.difference_between(end, end).changes == ()
    with pytest.raises(RequestError):
        project.difference_between("nowhere", end)


# -- files ----------------------------------------------------------------------------------------------------
def test_two_copies_are_compared_row_by_row_and_neither_is_touched(
    project: Project, layer: LayerInfo, tmp_path: Path
) -> None:
    first = Proposal(new_uuid(), 1, shapely.Point(1, 2), "Ramp")
    put(project, first)
    other = tmp_path / "other.gpkg"
    project.save_copy(other)
    digest = hashlib.sha256(other.read_bytes()).digest()
    assert project.difference_from_file(other).changes == ()
    put(project, replace(first, title="Lift"))
    fids = [int(i) for i in project.table(layer.id).ids]
    with project.action("edit") as writer:
        writer.set_values(layer.id, fids[0], {"floors": 3})
        writer.delete_features(layer.id, [fids[1]])
    state = project.state
    found = project.difference_from_file(other)
    assert [(c.kind, c.title) for c in found.changes] == [
        (CHANGED, "1 · Lift"),
        (CHANGED, "0 号楼"),
        (REMOVED, "1 号楼"),
    ]
    assert found.changes == project.difference_between(project.history()[1].uuid, state).changes
    assert hashlib.sha256(other.read_bytes()).digest() == digest
    assert project.state == state
    with project.action("drop") as writer:  # nothing is left attached
        writer.drop_layer(layer.id)
    assert project.difference_from_file(other).changes[-1].features == 12


def test_strangers_differ_in_everything(project: Project, layer: LayerInfo, tmp_path: Path) -> None:
    stranger = Project.create(tmp_path / "b.gpkg", title="乙", crs="EPSG:4545", standard="s")
    put(stranger, Proposal(new_uuid(), 1, None, "Other"))
    stranger.close()
    found = project.difference_from_file(tmp_path / "b.gpkg").changes
    assert [(c.kind, c.what) for c in found] == [
        (REMOVED, ObjectKind.PROPOSAL),
        (ADDED, ObjectKind.LAYER),
        (CHANGED, ObjectKind.SETTING),
        (CHANGED, ObjectKind.SETTING),
    ]


def test_what_is_no_project_is_refused_in_one_sentence(project: Project, tmp_path: Path) -> None:
    whole = tmp_path / "whole.gpkg"
    project.save_copy(whole)
    bad = tmp_path / "bad.gpkg"
    for content in (b"", b"PK\x03\x04", whole.read_bytes()[:5000], b"\x00" * 9000, b"no database"):
        bad.write_bytes(content)
        with pytest.raises(DataError, match="bad"):
            project.difference_from_file(bad)
        assert bad.read_bytes() == content
    with pytest.raises(DataError, match="none"):
        project.difference_from_file(tmp_path / "none.gpkg")
    assert project.difference_from_file(whole).changes == ()


def test_a_step_of_many_rows_is_told_soon(project: Project) -> None:
    count = 20_000
    x = np.arange(count) * 1.0
    info = LayerInfo(
        LayerId(0), Uuid(""), "L", "", Role.OTHER, Slot.EXISTING, 0, True, "", 0, "", Datum.WGS84
    )
    table = LayerTable(np.arange(count), shapely.points(x, x), {"name": x.astype(str).astype(object), "n": x})
    with project.action("import") as writer:
        stored = writer.add_layer(info, table)
    with project.action("all") as writer:
        writer.db.execute(f'UPDATE "{stored.table}" SET n=n+1')
    begun = time.process_time()
    sum(range(2_000_000))
    unit = time.process_time() - begun  # how fast this machine is now
    begun = time.process_time()
    found = last(project)
    assert len(found.changes) == count
    assert time.process_time() - begun < max(1.0, 40 * unit)


def test_a_large_step_is_counted_placed_and_sliced_without_making_every_change(
    project: Project, layer: LayerInfo
) -> None:
    ids = [int(i) for i in project.table(layer.id).ids]
    with project.action("mixed") as writer:
        writer.put_proposal(Proposal(new_uuid(), 1, shapely.Point(1, 2), "Ramp"))
        for fid in ids[:3]:
            writer.set_values(layer.id, fid, {"floors": 99})
        writer.set_geometry(layer.id, ids[3], shapely.Point(0, 0).buffer(3))
        writer.set_geometry(layer.id, ids[4], project.table(layer.id).geometry[4])  # as it was
        writer.delete_features(layer.id, ids[10:])
    found = last(project)
    assert found.counts() == {ADDED: 1, CHANGED: 4, REMOVED: len(ids) - 10}
    told = tuple(found.changes)
    assert len(found.changes) == len(told) == 1 + 4 + len(ids) - 10
    assert found.changes[1:3] == told[1:3]
    assert found.changes[-1] == told[-1]
    assert found.changes == told == last(project).changes
    with pytest.raises(IndexError):
        found.changes[len(told)]
    assert [c.title for c in told[1:]] == [f"{i} 号楼" for i in (0, 1, 2, 3, *range(10, len(ids)))]
    places, plain = found.places(), Difference(told).places()

    def as_set(where: Places) -> list[str]:
        return sorted(map(repr, zip(where.kinds, where.before, where.after, strict=True)))

    assert as_set(places) == as_set(plain)
