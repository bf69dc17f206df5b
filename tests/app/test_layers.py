"""Read models follow every change; layer actions are undoable and refuse nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.app.layers import Layers
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role, Slot
from renovate_gui.domain.style import Style, StyleClass, Symbol
from renovate_gui.store.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project.create(tmp_path / "a.gpkg", title="t", crs="EPSG:4545", standard="s")
    yield project
    project.close()


@pytest.fixture
def layers(project: Project) -> Layers:
    return Layers(project)


def put(
    project: Project, title: str, role: Role, geometry: list[object], /, **columns: list[object]
) -> LayerInfo:
    info = LayerInfo(
        LayerId(0), Uuid(""), title, "", role, SLOT_OF_ROLE[role], 0, True, "", 0, "", Datum.WGS84,
        {c: c for c in columns if c in {"name", "floors", "kind"}},
    )  # fmt: skip
    arrays = {
        c: np.array(v, dtype=object if any(isinstance(x, str) for x in v) else float)
        for c, v in columns.items()
    }
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    with project.action("import") as writer:
        return writer.add_layer(info, LayerTable(np.arange(len(geometry)), shapes, arrays))


@pytest.fixture
def buildings(project: Project) -> LayerInfo:
    boxes = [shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4), shapely.box(30, 0, 40, 10), None]
    return put(
        project,
        "楼",
        Role.BUILDINGS,
        boxes,
        name=["甲", "乙", "丙", "丁"],
        floors=[1, np.nan, 3, 4],
        age=[9, 9, 9, 9],
    )


@pytest.fixture
def shops(project: Project, buildings: LayerInfo) -> LayerInfo:
    return put(
        project, "店", Role.FACILITIES, [shapely.Point(3, 3), shapely.Point(35, 5)], kind=["clinic", None]
    )


def names(layers: Layers) -> list[str]:
    return [info.name for info in layers.all()]


def test_tables_are_kept_until_their_layer_changes(
    project: Project, layers: Layers, buildings: LayerInfo, shops: LayerInfo
) -> None:
    houses, services = layers.table(buildings.id), layers.table(shops.id)
    layers.set_values(buildings.id, int(houses.ids[1]), {"floors": 7})
    assert layers.table(shops.id) is services
    assert layers.table(buildings.id) is not houses
    assert layers.field(buildings.id, "floors").tolist() == [1, 7, 3, 4]
    layers.rename(buildings.id, "楼房")
    assert layers.table(shops.id) is services
    project.undo()
    project.undo()
    assert np.isnan(layers.field(buildings.id, "floors")[1])


def test_what_is_read_in_an_open_action_is_not_kept(
    project: Project, layers: Layers, buildings: LayerInfo
) -> None:
    fid = int(layers.table(buildings.id).ids[0])
    with pytest.raises(ZeroDivisionError), project.action("x") as writer:  # noqa: PT012
        writer.set_values(buildings.id, fid, {"floors": 99})
        assert project.table(buildings.id).columns["floors"][0] == 99
        layers.table(buildings.id)
        layers.all()
        raise ZeroDivisionError
    assert layers.field(buildings.id, "floors")[0] == 1


def test_a_long_action_does_not_hold_up_what_is_already_read(
    project: Project, layers: Layers, buildings: LayerInfo
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    known = layers.table(buildings.id)
    layers.all()
    with ThreadPoolExecutor(1) as pool, project.action("long") as writer:
        writer.set_meta("title", "x")
        assert pool.submit(layers.table, buildings.id).result(timeout=5) is known
        assert len(pool.submit(layers.all).result(timeout=5)) == 1


def test_a_commit_during_a_reading_is_not_hidden_by_it(project: Project, buildings: LayerInfo) -> None:
    from renovate_gui.app.caches import Kept

    def read(_key: str) -> str:
        title = project.meta("title")
        if title == "t":
            with project.action("meanwhile") as writer:
                writer.set_meta("title", "new")
        return title

    kept: Kept[str, str] = Kept(project, read)
    project.subscribe(lambda _event: kept.forget())
    assert kept.get("") == "t"  # as it was when the reading began
    assert kept.get("") == "new"


def test_fields_follow_the_map(layers: Layers, buildings: LayerInfo) -> None:
    assert layers.field(buildings.id, "year") is None
    layers.set_field_map(buildings.id, {"name": "name", "year": "age"})
    assert layers.field(buildings.id, "year").tolist() == [9, 9, 9, 9]
    assert layers.field(buildings.id, "floors") is None
    for bad in ({"capacity": "age"}, {"year": "nix"}):
        with pytest.raises(RequestError):
            layers.set_field_map(buildings.id, bad)


def test_identify_finds_what_is_visible_topmost_and_nearest_first(
    layers: Layers, buildings: LayerInfo, shops: LayerInfo
) -> None:
    hits = layers.identify(3, 3, 1)
    assert [(h.layer.name, h.title) for h in hits] == [("店", "clinic"), ("楼", "乙"), ("楼", "甲")]
    assert hits[1].values == {"name": "乙", "floors": None, "age": 9.0}
    layers.set_visible(shops.id, visible=False)
    assert [h.title for h in layers.identify(3, 3, 1)] == ["乙", "甲"]
    assert [h.title for h in layers.identify(20, 5, 15)] == ["甲", "丙"]
    assert layers.identify(1000, 5, 15) == ()
    assert layers.identify(float("nan"), 5, 15) == ()
    fid = int(layers.table(buildings.id).ids[2])
    layers.set_geometry(buildings.id, fid, shapely.box(1000, 0, 1010, 10))
    assert [h.title for h in layers.identify(1005, 5, 1)] == ["丙"]
    layers.delete_features(buildings.id, [fid])
    assert layers.identify(1005, 5, 1) == ()
    assert layers.get(buildings.id).feature_count == 3


def test_order_is_dragged_within_the_slot(project: Project, layers: Layers) -> None:
    for name in "dcba":
        put(project, name, Role.OTHER, [])
    needs = put(project, "need", Role.DEMAND, [])
    assert names(layers) == ["need", "a", "b", "c", "d"]
    by_name = {i.name: i.id for i in layers.all()}
    layers.move(by_name["d"], 1)
    assert names(layers) == ["need", "a", "d", "b", "c"]
    layers.move(by_name["a"], 99)
    assert names(layers) == ["need", "d", "b", "c", "a"]
    assert [i.position for i in layers.all()] == [0, 0, 1, 2, 3]
    project.undo()
    project.undo()
    assert names(layers) == ["need", "a", "b", "c", "d"]
    assert layers.get(needs.id).slot is Slot.NEEDS


def test_a_removed_layer_comes_back_with_its_edits(
    project: Project, layers: Layers, buildings: LayerInfo
) -> None:
    fid = int(layers.table(buildings.id).ids[0])
    layers.set_values(buildings.id, fid, {"name": "改"})
    layers.remove(buildings.id)
    assert layers.all() == ()
    with pytest.raises(RequestError):
        layers.get(buildings.id)
    project.undo()
    assert layers.field(buildings.id, "name")[0] == "改"


def test_a_corrected_role_takes_slot_meaning_and_look_along(
    project: Project, layers: Layers, buildings: LayerInfo
) -> None:
    layers.set_role(buildings.id, Role.DEMAND)
    info = layers.get(buildings.id)
    assert (info.role, info.slot) == (Role.DEMAND, Slot.NEEDS)
    assert info.field_map == {}
    assert info.style == layers.suggest_style(buildings.id)
    assert layers.of_role(Role.BUILDINGS) == ()
    project.undo()
    own = Style(classes=(StyleClass("mine", Symbol(fill="#123456")),))
    layers.set_style(buildings.id, own)
    layers.set_role(buildings.id, Role.PARCELS)
    assert layers.get(buildings.id).style == own
    assert layers.get(buildings.id).field_map == {"name": "name"}


def test_every_action_has_its_words(project: Project, layers: Layers, buildings: LayerInfo) -> None:
    layers.rename(buildings.id, "  新楼 ")
    layers.set_visible(buildings.id, visible=False)
    layers.set_style(buildings.id, replace(buildings.style, opacity=0.3))
    with pytest.raises(RequestError):
        layers.rename(buildings.id, " ")
    assert [s.what for s in project.history()[1:]] == [
        "Rename layer “楼” to “新楼”",
        "Hide layer “新楼”",
        "Style layer “新楼”",
    ]


def test_a_column_that_means_a_number_takes_no_other_value(project: Project, layers: Layers) -> None:
    info = put(project, "Houses", Role.BUILDINGS, [shapely.Point(1, 1)], floors=["3 or 4"], name=["A"])
    fid = int(layers.table(info.id).ids[0])
    for wrong, shown in (("lots", '"lots"'), ([1], r"\[1\]"), (True, "true")):
        with pytest.raises(RequestError, match=f"“floors” .* must be a number, not {shown}"):
            layers.set_values(info.id, fid, {"floors": wrong})
    assert layers.field(info.id, "floors").tolist() == ["3 or 4"]
    for right in ("7", 8, "-1", None, float("nan"), ""):
        layers.set_values(info.id, fid, {"floors": right})
    layers.set_values(info.id, fid, {"name": "lots"})  # means no number
