"""The edit and dump protocol: what goes in comes out word for word; refusals change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.app.editing import apply_operation, dump
from renovate_gui.app.proposals import Proposals
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.store.project import Project


class Bench(SimpleNamespace):
    """The part of a session the protocol works on, over a real project file."""

    project: Project

    def undo(self) -> object:
        return self.project.undo()

    def redo(self) -> object:
        return self.project.redo()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Any]:
    project = Project.create(tmp_path / "a.gpkg", title="t", crs="EPSG:4545", standard="s")
    yield Bench(project=project, proposals=Proposals(project))
    project.close()


def text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def found(session: Any) -> dict[str, dict[str, Any]]:
    return {f["id"]: f for f in dump(session)["features"]}


number = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60)
position = st.tuples(number, number).map(list) | st.tuples(number, number, number).map(list)


def lists(of: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[list[Any]]:
    return st.lists(of, min_size=least, max_size=least + 2)


line = lists(position, 2)
ring = lists(position, 3).map(lambda r: [*r, r[0]])
simple = st.one_of(
    st.fixed_dictionaries({"type": st.just("Point"), "coordinates": position | st.just([])}),
    st.fixed_dictionaries({"type": st.just("MultiPoint"), "coordinates": lists(position)}),
    st.fixed_dictionaries({"type": st.just("LineString"), "coordinates": line | st.just([])}),
    st.fixed_dictionaries({"type": st.just("MultiLineString"), "coordinates": lists(line)}),
    st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": lists(ring)}),
    st.fixed_dictionaries({"type": st.just("MultiPolygon"), "coordinates": lists(lists(ring, 1))}),
)
geometries = st.none() | st.recursive(
    simple,
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": st.lists(inner, max_size=3)}
    ),
    max_leaves=4,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
known_keys = {"kind", "tier", "cost", "text"}  # of those that short
property_keys = st.sampled_from(["number", "geojson", "colour"]) | st.text(max_size=4).filter(
    lambda key: key not in known_keys
)
all_properties = st.dictionaries(property_keys, json_values, max_size=4)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    geometry=geometries,
    first=all_properties,
    second=all_properties,
    layer=st.sampled_from(["proposals", "notes"]),
)
def test_any_geometry_and_any_properties_come_back_word_for_word(
    session: Any, geometry: Any, first: dict[str, Any], second: dict[str, Any], layer: str
) -> None:
    uuid = str(new_uuid())
    op = {"op": "add", "layer": layer, "id": uuid, "geometry": geometry, "properties": first}
    apply_operation(session, op)
    feature = found(session)[uuid]
    assert text(feature["geometry"]) == text(geometry)
    assert text(feature["properties"]) == text(first)
    assert feature["layer"] == layer
    apply_operation(session, {"op": "update", "id": uuid, "properties": second})
    feature = found(session)[uuid]
    assert text(feature["geometry"]) == text(geometry)
    assert text(feature["properties"]) == text({**first, **second})
    assert len(session.proposals.all()) + len(session.proposals.notes()) >= 1  # the window can read it
    apply_operation(session, {"op": "delete", "id": uuid})
    assert uuid not in found(session)


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "LineString", "coordinates": [[0, 0, 1, 9.5], [1, 1, 1, 9.5]]},  # a fourth number
        {"type": "LineString", "coordinates": [[0, 0, 1], [1, 1]]},  # heights here and there
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]},  # an open ring
        {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]], []]},  # an empty part
        {"type": "Point", "coordinates": [1, 2], "bbox": [1, 2, 1, 2]},  # a further member
        {"type": "Point", "coordinates": [2**60 + 1, 2]},  # more digits than a double has
    ],
)
def test_what_the_binary_form_cannot_hold_comes_back_too(session: Any, geometry: dict[str, Any]) -> None:
    apply_operation(session, {"op": "add", "layer": "notes", "id": "n", "geometry": geometry})
    assert text(found(session)["n"]["geometry"]) == text(geometry)
    note = session.proposals.notes()[0]
    session.proposals.update_note(note)
    assert text(found(session)["n"]["geometry"]) == text(geometry)
    from dataclasses import replace

    import shapely

    session.proposals.update_note(replace(note, geometry=shapely.Point(7, 7)))
    assert found(session)["n"]["geometry"] == {"type": "Point", "coordinates": [7.0, 7.0]}


BAD = [
    ({}, "op"),
    ({"op": 5}, "op"),
    ({"op": "drop"}, "drop"),
    ({"op": "add", "id": "x"}, "layer"),
    ({"op": "add", "layer": "buildings", "id": "x"}, "buildings"),
    ({"op": "add", "layer": "notes"}, "id"),
    ({"op": "add", "layer": "notes", "id": ""}, "id"),
    ({"op": "add", "layer": "notes", "id": "\ud800"}, "id"),
    ({"op": "add", "layer": "notes", "id": "there"}, "there"),
    ({"op": "add", "layer": "proposals", "id": "there"}, "there"),
    ({"op": "add", "layer": "notes", "id": "x", "properties": [1]}, "properties"),
    ({"op": "add", "layer": "notes", "id": "x", "properties": {"a": float("nan")}}, "NaN"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": "POINT(1 2)"}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Circle", "coordinates": []}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Point", "coordinates": ["1", 2]}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Point", "coordinates": [1e999, 2]}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Point", "coordinates": [10**400, 2]}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Point", "coordinates": [True, 2]}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "LineString", "coordinates": [[1, 2]]}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}}, "GeoJSON"),
    ({"op": "add", "layer": "notes", "id": "x", "geometry": {"type": "Feature", "geometry": None}}, "GeoJSON"),
    ({"op": "update", "id": "nobody", "properties": {}}, "nobody"),
    ({"op": "update", "id": "there", "geometry": 5}, "GeoJSON"),
    ({"op": "delete", "id": "nobody"}, "nobody"),
    ({"op": "batch"}, "ops"),
    ({"op": "batch", "ops": [{"op": "add", "layer": "notes", "id": "new"}, {"op": "delete", "id": "nobody"}]}, "nobody"),
    ({"op": "batch", "ops": [{"op": "add", "layer": "notes", "id": "new"}, {"op": "undo"}]}, "undo"),
    ({"op": "batch", "ops": [{"op": "add", "layer": "notes", "id": "new"}, 7]}, "object"),
    ({"op": "batch", "ops": [{"op": "add", "layer": "notes", "id": "n"}] * 2}, "n"),
    ({"op": "redo"}, "redo"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "said"), BAD)
def test_what_cannot_be_done_is_said_and_changes_nothing(session: Any, op: dict[str, Any], said: str) -> None:
    apply_operation(session, {"op": "add", "layer": "notes", "id": "there"})
    before, steps = dump(session), session.project.history()
    with pytest.raises(RequestError, match=said):
        apply_operation(session, op)
    assert dump(session) == before
    assert session.project.history() == steps


def test_deep_nesting_is_refused_not_fatal(session: Any) -> None:
    deep: Any = None
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RequestError):
        apply_operation(session, {"op": "add", "layer": "notes", "id": "x", "properties": {"a": deep}})
    nested: Any = {"type": "Point", "coordinates": [1, 2]}
    for _ in range(60):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    with pytest.raises(RequestError):
        apply_operation(session, {"op": "add", "layer": "notes", "id": "x", "geometry": nested})
    coordinates: Any = [1, 2]
    for _ in range(100_000):
        coordinates = [coordinates]
    for geometry in (
        {"type": "Point", "coordinates": coordinates},
        {"type": "Point", "coordinates": [1, 2], "more": deep},
        {"type": "Point", "coordinates": [1, 2], "more": float("nan")},
    ):
        with pytest.raises(RequestError):
            apply_operation(session, {"op": "add", "layer": "notes", "id": "x", "geometry": geometry})
    assert dump(session) == {"features": []}


def test_a_batch_is_one_step(session: Any) -> None:
    ops = [
        {"op": "add", "layer": "proposals", "id": str(i), "properties": {"title": f"t{i}"}} for i in range(3)
    ]
    ops += [{"op": "update", "id": "1", "properties": {"title": "new"}}, {"op": "delete", "id": "2"}]
    apply_operation(session, {"op": "batch", "ops": ops})
    assert {k: f["properties"]["title"] for k, f in found(session).items()} == {"0": "t0", "1": "new"}
    apply_operation(session, {"op": "undo"})
    assert found(session) == {}
    apply_operation(session, {"op": "redo"})
    assert list(found(session)) == ["0", "1"]
    with pytest.raises(RequestError):
        apply_operation(session, {"op": "redo"})


def test_the_window_and_the_protocol_see_the_same(session: Any) -> None:
    import shapely

    drawn = session.proposals.add(shapely.Point(1, 2), title="甲", kind="seats")
    apply_operation(
        session, {"op": "update", "id": drawn.uuid, "properties": {"status": "agreed", "foreign": 1}}
    )
    read = session.proposals.get(drawn.uuid)
    assert (read.title, read.status, read.extra) == ("甲", "agreed", {"foreign": 1})
    assert [s.what for s in session.project.history()] == ["Add proposal 1: 甲", "Change proposal 1: 甲"]


def test_coordinates_in_another_system_are_converted(session: Any) -> None:
    point = {"type": "Point", "coordinates": [106.577, 29.557, 7.0]}
    op = {"op": "add", "layer": "notes", "id": "n", "geometry": point}
    apply_operation(session, {**op, "crs": "EPSG:4326"})
    x, y, z = found(session)["n"]["geometry"]["coordinates"]
    assert (round(x, 3), round(y, 3), z) == (362086.981, 3271852.335, 7.0)
    apply_operation(session, {**op, "id": "own", "crs": "EPSG:4545"})
    assert found(session)["own"]["geometry"] == point
    far = {**op, "id": "far", "crs": "EPSG:4326", "geometry": {"type": "Point", "coordinates": [1e9, 95.0]}}
    with pytest.raises(RequestError, match="outside"):
        apply_operation(session, far)


def test_without_a_system_numbers_are_kept_as_they_are(tmp_path: Path) -> None:
    project = Project.create(tmp_path / "n.gpkg", title="", crs="", standard="")
    session: Any = Bench(project=project)
    point = {"type": "Point", "coordinates": [106.577, 29.557]}
    apply_operation(session, {"op": "add", "layer": "notes", "id": "n", "geometry": point})
    assert found(session)["n"]["geometry"] == point
    with pytest.raises(RequestError, match="no coordinate system"):
        apply_operation(
            session, {"op": "add", "layer": "notes", "id": "m", "geometry": point, "crs": "EPSG:4326"}
        )
    project.close()


_WRONG = [
    *(("capacity", v) for v in (-5, -0.5, True, False, "-5", "nan", "inf", 10**400, "lots", [1], {"a": 1})),
    *(("cost", v) for v in (True, "cheap", -1, "1,2,x", [100], "NaN")),
    *((name, v) for name in ("title", "description", "responsible", "kind") for v in (7, ["x"], True)),
    *(("status", v) for v in ("approved", 1, ["draft"])),
    ("priority", "urgent"), ("tier", 1), ("category", "XI"),
    ("funds", "municipal"), ("funds", [{"source": "uncle", "amount": 5}]),
    ("funds", [{"source": "municipal", "amount": "some"}]),
    ("governance", "us"), ("governance", {"fee": 5}), ("answers", "a"), ("answers", [1]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), _WRONG)
def test_a_known_property_of_another_kind_is_refused_and_nothing_of_the_batch_is_done(session, name, value):
    point = {"type": "Point", "coordinates": [1, 2]}
    add = {"op": "add", "layer": "proposals", "id": "a", "geometry": point, "properties": {"capacity": 7}}
    apply_operation(session, add)
    before = text(dump(session))
    update = {"op": "update", "id": "a", "properties": {name: value}}
    other = {**add, "id": "b", "properties": {"title": "fine"}}
    refused = (
        (update, "update"),
        ({**add, "id": "b", "properties": {name: value}}, "add"),
        ({"op": "batch", "ops": [other, update]}, "update"),
    )
    for op, called in refused:
        with pytest.raises(RequestError) as error:
            apply_operation(session, op)
        said = str(error.value)
        assert said.startswith(f"“{called}”: the property “{name}” must be ")
        assert said.endswith(f"not {shown(value)}.")
    assert text(dump(session)) == before


def shown(value):
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 40 else words[:40] + "…"


def test_what_is_refused_is_shown_as_it_was_given(session):
    add = {"op": "add", "layer": "proposals", "id": "a", "geometry": None, "properties": {"capacity": True}}
    with pytest.raises(RequestError) as error:
        apply_operation(session, add)
    expected = "“add”: the property “capacity” must be a number of places from 0 up, not true."
    assert str(error.value) == expected
    with pytest.raises(RequestError, match='one of draft, discussed, agreed, rejected, built, not "done"'):
        apply_operation(session, {**add, "properties": {"status": "done"}})


def test_null_and_nothing_take_a_known_property_away(session):
    names = ["title", "cost", "capacity", "status", "funds", "governance", "answers", "category"]
    for nothing in (None, ""):
        given = dict.fromkeys(names, nothing)
        op = {"op": "add", "layer": "proposals", "id": f"p{nothing}", "geometry": None, "properties": given}
        apply_operation(session, op)
        assert found(session)[f"p{nothing}"]["properties"] == given


def test_a_note_refuses_a_text_that_is_none(session):
    op = {"op": "add", "layer": "notes", "id": "n", "geometry": None, "properties": {"text": [1]}}
    with pytest.raises(RequestError, match="“text” must be a text"):
        apply_operation(session, op)


@pytest.mark.parametrize(("stated", "places"), [("30", 30.0), (30, 30.0), ("1,200", 1200.0), (None, None)])
def test_what_is_stated_as_capacity_is_read_and_kept_word_for_word(session, stated, places):
    given = {
        "op": "add",
        "layer": "proposals",
        "id": "a",
        "geometry": None,
        "properties": {"capacity": stated},
    }
    apply_operation(session, given)
    assert text(found(session)["a"]["properties"]) == text({"capacity": stated})
    (proposal,) = session.proposals.all()
    assert proposal.capacity == places


def test_a_note_may_say_anything_of_capacity(session):
    given = {"op": "add", "layer": "notes", "id": "n", "geometry": None, "properties": {"capacity": -5}}
    apply_operation(session, given)
    assert found(session)["n"]["properties"] == {"capacity": -5}
