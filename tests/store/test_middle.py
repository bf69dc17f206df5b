"""Taking back one step from the middle: the same as never having done it, or a refusal that names what builds on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.difference import ObjectKey
from renovate_gui.domain.errors import DependsError, RequestError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.style import Style
from renovate_gui.store.project import Project, Writer

BOOKS = {"rg_history", "rg_moves", "rg_versions"}


def tables(project: Project) -> dict[str, Any]:
    """Return every row of every visible table, for comparing a project with itself."""
    live = {i.table for i in project.layers()}
    names = [
        r[0] for r in project._db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
    ]
    kept = [
        n
        for n in names
        if n not in BOOKS and n != "gpkg_contents" and (not n.startswith("lyr_") or n in live)
    ]
    return {n: sorted(project._db.execute(f'SELECT * FROM "{n}"').fetchall(), key=repr) for n in kept}


def content(project: Project) -> dict[str, Any]:
    """Return what a person put in, without keys, for comparing one project with another."""
    layers = []
    for info in project.layers():
        table = project.table(info.id)
        features = sorted(
            (table.columns["code"][i], float(table.columns["n"][i]), table.geometry[i].wkt)
            for i in range(len(table))
        )
        layers.append(
            (info.name, info.is_visible, info.style, info.attribution, info.feature_count, features)
        )
    return {
        "proposals": {p.uuid: (p.number, p.title, p.cost, p.geometry.wkt) for p in project.proposals()},
        "notes": {n.uuid: n.text for n in project.notes()},
        "photos": {p.id: (p.proposal, p.caption) for p in project.photos()},
        "layers": layers,
        "title": project.meta("title"),
    }


# -- a language of actions that can be done again in another project ------------------------------------------------
@dataclass
class World:
    """What exists, to choose actions that make sense."""

    proposals: list[Uuid] = field(default_factory=list)
    notes: list[Uuid] = field(default_factory=list)
    photos: dict[int, Uuid] = field(default_factory=dict)
    layers: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0


Action = Callable[[Project, Writer], None]


def layer_named(project: Project, name: str) -> LayerInfo:
    return next(i for i in project.layers() if i.name == name)


def proposal(project: Project, uuid: Uuid) -> Proposal:
    return next(p for p in project.proposals() if p.uuid == uuid)


def feature(project: Project, name: str, code: str) -> tuple[LayerInfo, int]:
    info = layer_named(project, name)
    table = project.table(info.id)
    return info, int(table.ids[list(table.columns["code"]).index(code)])


def bring_in(name: str) -> Action:
    def act(_project: Project, writer: Writer) -> None:
        x = np.arange(3.0)
        codes = np.array([f"{name}{i}" for i in range(3)], dtype=object)
        info = LayerInfo(
            LayerId(0), Uuid(""), name, "", Role.OTHER, Slot.EXISTING, 0, True, "", 0, "", Datum.WGS84
        )
        writer.add_layer(info, LayerTable(np.arange(3), shapely.points(x, x), {"code": codes, "n": x}))

    return act


def to_top(name: str) -> Action:
    def act(project: Project, writer: Writer) -> None:
        order = sorted(project.layers(), key=lambda i: (i.name != name, i.position))
        for place, info in enumerate(order):
            writer.put_layer(replace(info, position=place))

    return act


def put_proposal(uuid: Uuid, number: int) -> Action:
    return lambda _p, w: w.put_proposal(Proposal(uuid, number, shapely.Point(number, 1), "new"))


def change_proposal(uuid: Uuid, **values: Any) -> Action:
    return lambda p, w: w.put_proposal(replace(proposal(p, uuid), **values))


def put_photo(photo: int, uuid: Uuid) -> Action:
    return lambda _p, w: w.put_photo(Photo(photo, uuid, "n.jpg", "image/jpeg", "", b"1"))


def change_layer(name: str, **values: Any) -> Action:
    return lambda p, w: w.put_layer(replace(layer_named(p, name), **values))


def set_feature(name: str, code: str, number: float) -> Action:
    def act(project: Project, writer: Writer) -> None:
        info, fid = feature(project, name, code)
        writer.set_values(info.id, fid, {"n": number})

    return act


def move_feature(name: str, code: str, x: float) -> Action:
    def act(project: Project, writer: Writer) -> None:
        info, fid = feature(project, name, code)
        writer.set_geometry(info.id, fid, shapely.Point(x, 5))

    return act


def delete_feature(name: str, code: str) -> Action:
    def act(project: Project, writer: Writer) -> None:
        info, fid = feature(project, name, code)
        writer.delete_features(info.id, [fid])

    return act


def draw_action(data: st.DataObject, world: World) -> Action:
    kinds = ["proposal", "note", "layer", "title"]
    kinds += ["change", "change", "delete", "photo"] * bool(world.proposals)
    kinds += ["caption", "unphoto"] * bool(world.photos)
    kinds += ["look", "drop", "top"] * bool(world.layers)
    full = [(n, c) for n, codes in world.layers.items() for c in codes]
    kinds += ["value", "move", "cut"] * bool(full)
    kind = data.draw(st.sampled_from(kinds))
    value = data.draw(st.integers(0, 3))
    world.count += 1
    return _DRAW[kind](data, world, value, full)


def _new_proposal(_data: Any, world: World, _value: int, _full: Any) -> Action:
    world.proposals.append(new_uuid())
    return put_proposal(world.proposals[-1], world.count)


def _note(_data: Any, world: World, value: int, _full: Any) -> Action:
    if not world.notes or value:
        world.notes.append(new_uuid())
    uuid = world.notes[-1]
    return lambda _p, w: w.put_note(Note(uuid, shapely.Point(1, 1), f"said {value}"))


def _layer(_data: Any, world: World, _value: int, _full: Any) -> Action:
    name = f"L{world.count}"
    world.layers[name] = [f"{name}{i}" for i in range(3)]
    return bring_in(name)


def _change(data: Any, world: World, value: int, _full: Any) -> Action:
    uuid = data.draw(st.sampled_from(world.proposals))
    values: list[dict[str, Any]] = [
        {"title": f"title {world.count}"},
        {"cost": Decimal(value + world.count * 10)},
        {"geometry": shapely.Point(world.count, value)},
    ]
    return change_proposal(uuid, **values[value % 3])


def _delete(data: Any, world: World, _value: int, _full: Any) -> Action:
    uuid = data.draw(st.sampled_from(world.proposals))
    world.proposals.remove(uuid)
    world.photos = {k: v for k, v in world.photos.items() if v != uuid}
    return lambda _p, w: w.delete_proposal(uuid)


def _photo(data: Any, world: World, _value: int, _full: Any) -> Action:
    uuid, photo = data.draw(st.sampled_from(world.proposals)), new_row_id()
    world.photos[photo] = uuid
    return put_photo(photo, uuid)


def _caption(data: Any, world: World, _value: int, _full: Any) -> Action:
    photo, words = data.draw(st.sampled_from(sorted(world.photos))), f"caption {world.count}"
    return lambda _p, w: w.set_photo_caption(photo, words)


def _unphoto(data: Any, world: World, _value: int, _full: Any) -> Action:
    photo = data.draw(st.sampled_from(sorted(world.photos)))
    del world.photos[photo]
    return lambda _p, w: w.delete_photo(photo)


def _look(data: Any, world: World, value: int, _full: Any) -> Action:
    name = data.draw(st.sampled_from(sorted(world.layers)))
    values: list[dict[str, Any]] = [
        {"attribution": f"by {world.count}"},
        {"style": Style(column=f"c{world.count}")},
    ]
    return change_layer(name, **values[value % 2])


def _drop(data: Any, world: World, _value: int, _full: Any) -> Action:
    name = data.draw(st.sampled_from(sorted(world.layers)))
    del world.layers[name]
    return lambda p, w: w.drop_layer(layer_named(p, name).id)


def _top(data: Any, world: World, _value: int, _full: Any) -> Action:
    return to_top(data.draw(st.sampled_from(sorted(world.layers))))


def _value(data: Any, world: World, _value: int, full: Any) -> Action:
    return set_feature(*data.draw(st.sampled_from(full)), float(world.count))


def _move(data: Any, world: World, _value: int, full: Any) -> Action:
    return move_feature(*data.draw(st.sampled_from(full)), float(world.count))


def _cut(data: Any, world: World, _value: int, full: Any) -> Action:
    name, code = data.draw(st.sampled_from(full))
    world.layers[name].remove(code)
    return delete_feature(name, code)


def _title(_data: Any, world: World, _value: int, _full: Any) -> Action:
    words = f"project {world.count}"
    return lambda _p, w: w.set_meta("title", words)


_DRAW = {
    "proposal": _new_proposal,
    "note": _note,
    "layer": _layer,
    "change": _change,
    "delete": _delete,
    "photo": _photo,
    "caption": _caption,
    "unphoto": _unphoto,
    "look": _look,
    "drop": _drop,
    "top": _top,
    "value": _value,
    "move": _move,
    "cut": _cut,
    "title": _title,
}


def do(project: Project, action: Action, title: str) -> None:
    with project.action(title) as writer:
        action(project, writer)


def ordered(found: dict[str, Any], came_back: set[str]) -> dict[str, Any]:
    """Return the content with layers that came back set beside the order of the others."""
    layers = found["layers"]
    stayed = [layer for layer in layers if layer[0] not in came_back]
    return {
        **found,
        "layers": stayed,
        "back": sorted(layer[:2] + layer[3:] for layer in layers if layer[0] in came_back),
    }


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_taking_one_step_back_is_the_same_as_never_having_done_it(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("middle")
    world, actions = World(), []
    with_all = Project.create(folder / "all.gpkg", title="t", crs="EPSG:4545", standard="s")
    for number in range(data.draw(st.integers(1, 12))):
        actions.append(draw_action(data, world))
        do(with_all, actions[-1], f"step {number}")
    steps = with_all.history()
    titles = [s.what for s in steps]
    chosen = data.draw(st.sampled_from(steps))
    before, names_before = tables(with_all), {i.name for i in with_all.layers()}
    waiting = with_all.dependents(chosen.number)
    assert all(s.number > chosen.number for s in waiting)
    if waiting:
        with pytest.raises(DependsError) as refusal:
            with_all.undo_one(chosen.number)
        assert refusal.value.steps == waiting
        assert waiting[0].what in str(refusal.value)
        assert tables(with_all) == before
    else:
        try:
            new = with_all.undo_one(chosen.number)
        except RequestError:  # it is gone with something later, so leaving it out makes no difference either
            assert tables(with_all) == before
        else:
            assert chosen.what in new.what
        without = Project.create(folder / "without.gpkg", title="t", crs="EPSG:4545", standard="s")
        for number, action in enumerate(actions):
            if f"step {number}" != chosen.what and f"step {number}" in titles:
                do(without, action, f"step {number}")
        # where a removed layer belongs among layers that came or moved later is open: then only the others' order counts
        came_back = {i.name for i in with_all.layers()} - names_before
        assert ordered(content(with_all), came_back) == ordered(content(without), came_back)
        without.close()
        if tables(with_all) != before:
            with_all.undo()
        assert tables(with_all) == before
    with_all.close()


# -- what a person meets --------------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")


def refused(project: Project, number: int, keys: frozenset[ObjectKey] | None = None) -> list[str]:
    with pytest.raises(DependsError) as refusal:
        project.undo_one(number, keys)
    return [s.what for s in refusal.value.steps]


def numbers(project: Project) -> list[int]:
    return [s.number for s in project.history()]


def test_only_other_fields_of_the_same_proposal_stay(project: Project) -> None:
    uuid = new_uuid()
    do(project, put_proposal(uuid, 5), "add")
    do(project, change_proposal(uuid, title="Ramp"), "name")
    do(project, change_proposal(uuid, cost=Decimal(7)), "cost")
    step = project.undo_one(numbers(project)[1])
    assert step.what == "Undo only: name"
    assert (proposal(project, uuid).title, proposal(project, uuid).cost) == ("new", Decimal(7))
    assert refused(project, numbers(project)[0]) == ["name", "cost", "Undo only: name"]
    assert refused(project, numbers(project)[1]) == ["Undo only: name"]
    with pytest.raises(RequestError, match=r"“Undo only: name” \(..:..\) builds on it"):
        project.undo_one(numbers(project)[1])


def test_photos_and_answers_hold_their_proposal(project: Project) -> None:
    uuid, photo = new_uuid(), new_row_id()
    do(project, put_proposal(uuid, 1), "add")
    do(project, put_photo(photo, uuid), "photo")
    reply = Reply(new_uuid(), new_uuid(), 1, "2026-05-01T00:00:00+00:00", (Answer(uuid, Choice.AGREE),))
    do(project, lambda _p, w: w.put_reply(reply, source="a"), "reply")
    assert refused(project, numbers(project)[0]) == ["photo", "reply"]
    project.undo_one(numbers(project)[2])
    assert project.replies() == ()
    assert refused(project, numbers(project)[0]) == ["photo", "reply"]
    do(project, lambda _p, w: w.delete_proposal(uuid), "delete")
    removal = numbers(project)[-1]
    do(project, lambda _p, w: w.set_meta("title", "x"), "title")
    project.undo_one(removal)
    assert [p.id for p in project.photos(uuid)] == [photo]


def test_one_object_of_a_step_takes_along_what_is_nothing_without_it(project: Project) -> None:
    one, two, photo = new_uuid(), new_uuid(), new_row_id()

    def act(project: Project, writer: Writer) -> None:
        put_proposal(one, 1)(project, writer)
        put_proposal(two, 2)(project, writer)
        put_photo(photo, one)(project, writer)

    do(project, act, "all")
    do(project, change_proposal(two, title="later"), "later")
    number = numbers(project)[0]
    keys = {c.title: c.key for c in project.difference_of_step(number).changes}
    assert refused(project, number, frozenset({keys["2 · new"]})) == ["later"]
    assert project.dependents(number, frozenset({keys["1 · new"]})) == ()
    step = project.undo_one(number, frozenset({keys["1 · new"]}))
    assert "1 · new" in step.what
    assert [p.uuid for p in project.proposals()] == [two]
    assert project.photos() == ()
    project.undo()
    project.undo_one(number, frozenset({keys["n.jpg"]}))
    assert len(project.proposals()) == 2
    assert project.photos() == ()


def test_a_removed_layer_comes_back_between_its_neighbours(project: Project) -> None:
    for name in "CBA":
        do(project, bring_in(name), f"import {name}")
    do(project, set_feature("B", "B1", 9.0), "edit")
    do(project, lambda p, w: w.drop_layer(layer_named(p, "B").id), "drop")
    drop = numbers(project)[-1]
    do(project, bring_in("D"), "import D")
    project.undo_one(drop)
    assert [i.name for i in project.layers()] == ["D", "A", "B", "C"]
    assert list(project.table(layer_named(project, "B").id).columns["n"]) == [0.0, 9.0, 2.0]
    listed = project._db.execute(
        "SELECT identifier FROM gpkg_contents WHERE table_name LIKE 'lyr_%'"
    ).fetchall()
    assert sorted(r[0] for r in listed) == ["A", "B", "C", "D"]
    assert project._db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert refused(project, numbers(project)[1]) == ["edit", "drop", "Undo only: drop"]
    project.undo_one(numbers(project)[0])
    assert [i.name for i in project.layers()] == ["D", "A", "B"]


def test_the_import_that_brought_the_coordinate_system_can_go_and_the_system_stays(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "p.gpkg", title="t", crs="", standard="s")

    def first(project: Project, writer: Writer) -> None:
        writer.set_meta("crs", "EPSG:4545")
        bring_in("A")(project, writer)

    do(project, first, "import A")
    do(project, put_proposal(new_uuid(), 1), "draw")
    before = tables(project)
    project.undo_one(numbers(project)[0])
    assert project.layers() == ()
    assert project.meta("crs") == "EPSG:4545"
    project.undo()
    assert tables(project) == before
    project.undo()
    project.undo_one(numbers(project)[0])  # now nothing lies in it
    assert project.meta("crs") == ""
    project.close()


def test_who_comes_back_gets_a_free_number(project: Project) -> None:
    one, two = new_uuid(), new_uuid()
    do(project, put_proposal(one, 1), "add")
    do(project, lambda _p, w: w.delete_proposal(one), "delete")
    do(project, put_proposal(two, 1), "add two")
    project.undo_one(numbers(project)[1])
    assert {p.uuid: p.number for p in project.proposals()} == {one: 2, two: 1}


def test_a_step_that_does_not_stand_cannot_be_taken_back(project: Project) -> None:
    do(project, bring_in("A"), "import")
    project.undo()
    number = numbers(project)[0]
    assert project.dependents(number) == ()
    with pytest.raises(RequestError, match="“import” does not stand"):
        project.undo_one(number)
    with pytest.raises(RequestError, match="no longer"):
        project.undo_one(number + 99)


def test_many_changes_of_features_are_taken_back_together(project: Project, layer: LayerInfo) -> None:
    ids = [int(i) for i in project.table(layer.id).ids]
    before = tables(project)
    with project.action("much") as writer:
        for fid in ids[:4]:
            writer.set_values(layer.id, fid, {"floors": 99})
        writer.set_values(layer.id, ids[4], {"floors": 98, "名称": "x"})
        writer.set_geometry(layer.id, ids[5], shapely.box(0, 0, 1, 1))
        writer.delete_features(layer.id, ids[8:])
    much = project.history()[-1].number
    after = tables(project)
    with project.action("later") as writer:
        writer.set_meta("title", "later")
    made = project.undo_one(much)
    assert {k: v for k, v in tables(project).items() if k != "rg_meta"} == {
        k: v for k, v in before.items() if k != "rg_meta"
    }
    assert project.layers()[0].feature_count == len(ids)
    project.undo_one(made.number)
    assert {k: v for k, v in tables(project).items() if k != "rg_meta"} == {
        k: v for k, v in after.items() if k != "rg_meta"
    }
    assert project.layers()[0].feature_count == 8


def test_room_given_back_changes_nobodys_order(tmp_path: Path) -> None:
    with_all = Project.create(tmp_path / "a.gpkg", title="t", crs="EPSG:4545", standard="s")
    for name in ("L2", "L4", "L5"):
        do(with_all, bring_in(name), name)
    do(with_all, to_top("L4"), "top")
    do(with_all, bring_in("L8"), "L8")
    with_all.undo_one(3)
    assert [i.name for i in with_all.layers()] == ["L8", "L4", "L2"]
    assert len({i.position for i in with_all.layers()}) == 3
    with_all.close()
