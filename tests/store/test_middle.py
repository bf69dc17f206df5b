"""Taking back one step from the middle: the same as never having done it, or a refusal that names what builds on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.domain.errors import DependsError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
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


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
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
    before = tables(with_all)
    waiting = with_all.dependents(chosen.number)
    assert all(s.number > chosen.number for s in waiting)
    if waiting:
        with pytest.raises(DependsError) as refusal:
            with_all.undo_one(chosen.number)
        assert refusal.value.steps == waiting
        assert waiting[0].what in str(refusal.value)
        assert tables(with_all) == before
    else:
        new = with_all.undo_one(chosen.number)
        assert chosen.what in new.what
        without = Project.create(folder / "without.gpkg", title="t", crs="EPSG:4545", standard="s")
        for number, action in enumerate(actions):
            if f"step {number}" != chosen.what and f"step {number}" in titles:
                do(without, action, f"step {number}")
        assert content(with_all) == content(without)
        without.close()
        with_all.undo()
        assert tables(with_all) == before
    with_all.close()
