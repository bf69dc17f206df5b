"""The kept tables: what is brought up to date row by row equals what is read from the file anew."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from renovate_gui.app.layers import Layers
from renovate_gui.app.session import Session
from renovate_gui.app.tables import with_rows
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.store import readers

COUNT = 8
TEXTS = st.one_of(st.none(), st.sampled_from(["", "新", "old", "0"]))
NUMBERS = st.one_of(st.just(math.nan), st.sampled_from([0.0, -0.0, 1.0, 1e300]))
SHAPES = st.sampled_from(
    [None, shapely.Point(1, 2), shapely.Point(), shapely.Point(1, 2, 3), shapely.box(0, 0, 5, 5)]
)


def add_layer(session: Session, count: int = COUNT) -> LayerId:
    """Store a layer with a text, a number and a geometry column."""
    info = LayerInfo(
        LayerId(0), Uuid(""), "楼栋", "", Role.BUILDINGS, Slot.EXISTING, 0, True, "Polygon", 0, "EPSG:4545", Datum.CGCS2000,
    )  # fmt: skip
    x = np.arange(count) * 20.0
    columns: dict[str, Any] = {
        "name": np.array([f"{i} 号楼" for i in range(count)], dtype=object),
        "floors": np.where(np.arange(count) % 3 == 0, np.nan, np.arange(count) + 1.0),
    }
    with session.project.action("import") as writer:
        table = LayerTable(np.arange(count), shapely.box(x, 0, x + 12, 10), columns)
        return writer.add_layer(info, table).id


@pytest.fixture
def session(tmp_path: Path) -> Any:
    """Return an empty project."""
    with Session.create(tmp_path / "a.gpkg", crs="EPSG:4545") as opened:
        yield opened


def assert_same(one: LayerTable, other: LayerTable) -> None:
    """Compare to the last bit, missing values too."""
    assert one.ids.tolist() == other.ids.tolist()
    assert (
        shapely.to_wkb(one.geometry, flavor="iso").tolist()
        == shapely.to_wkb(other.geometry, flavor="iso").tolist()
    )
    assert list(one.columns) == list(other.columns)
    for name, values in one.columns.items():
        wanted = other.columns[name]
        assert values.dtype == wanted.dtype
        if values.dtype.kind == "f":
            assert values.view(np.int64).tolist() == wanted.view(np.int64).tolist()
        else:
            assert values.tolist() == wanted.tolist()
        assert not values.flags.writeable
    assert not one.ids.flags.writeable
    assert not one.geometry.flags.writeable


PICK = st.integers(0, COUNT - 1)
STEPS = st.one_of(
    st.tuples(st.just("text"), PICK, TEXTS),
    st.tuples(st.just("number"), PICK, NUMBERS),
    st.tuples(st.just("shape"), PICK, SHAPES),
    st.tuples(st.just("delete"), st.lists(PICK, min_size=1, max_size=3), st.none()),
    st.tuples(st.sampled_from(["undo", "redo", "look"]), st.none(), st.none()),
)


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=25, deadline=None)
def test_whatever_happens_the_kept_table_is_as_one_read_anew(steps: list[tuple[str, Any, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Session.create(Path(folder) / "a.gpkg") as session:
        layer = add_layer(session)
        first = session.layers.table(layer)
        for step in steps:
            do(session.layers, session, layer, first.ids, step)
            if step[0] == "look":  # else several steps are taken in together
                assert_same(session.layers.table(layer), session.project.table(layer))
        assert_same(session.layers.table(layer), session.project.table(layer))
        assert len(first) == COUNT  # what was handed out stays as it was


def do(layers: Layers, session: Session, layer: LayerId, ids: Any, step: tuple[str, Any, Any]) -> None:
    """Do one step; a feature that is gone is passed over."""
    name, what, value = step
    work: dict[str, Callable[[], object]] = {
        "text": lambda: layers.set_values(layer, int(ids[what]), {"name": value}),
        "number": lambda: layers.set_values(layer, int(ids[what]), {"floors": value}),
        "shape": lambda: layers.set_geometry(layer, int(ids[what]), value),
        "delete": lambda: layers.delete_features(layer, [int(ids[i]) for i in what]),
        "undo": lambda: session.undo() if sum(not s.is_undone for s in session.history()) > 1 else None,
        "redo": session.redo,
        "look": lambda: None,
    }
    try:
        work[name]()
    except RequestError as error:
        assert "is no longer in" in str(error)  # noqa: PT017


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_rows_read_anew_fit_into_any_table(data: st.DataObject) -> None:
    ids = st.sets(st.integers(1, 30), max_size=20)
    before, after = data.draw(ids), data.draw(ids)
    others = data.draw(st.sets(st.integers(1, 30), max_size=5))
    touched = frozenset((before ^ after) | others)
    old = some_table(data, before)
    fresh = some_table(data, after & touched)
    values = dict(zip(old.ids.tolist(), zip(old.geometry, *old.columns.values(), strict=True), strict=True))
    values = {k: v for k, v in values.items() if k not in touched}
    values |= zip(fresh.ids.tolist(), zip(fresh.geometry, *fresh.columns.values(), strict=True), strict=True)
    wanted = table_of(dict(sorted(values.items())))
    found = with_rows(old, fresh, touched)
    assert found is not None
    assert_same(found, wanted)


def some_table(data: st.DataObject, ids: set[int]) -> LayerTable:
    """Return a table of these ids with drawn values."""
    return table_of({i: (data.draw(SHAPES), data.draw(TEXTS), data.draw(NUMBERS)) for i in sorted(ids)})


def table_of(values: dict[int, tuple[Any, Any, Any]]) -> LayerTable:
    """Return the table of these rows."""
    shapes, texts = np.empty(len(values), dtype=object), np.empty(len(values), dtype=object)
    shapes[:] = [v[0] for v in values.values()]
    texts[:] = [v[1] for v in values.values()]
    numbers = np.array([v[2] for v in values.values()], dtype=np.float64)
    table = LayerTable(np.array(list(values), dtype=np.int64), shapes, {"name": texts, "floors": numbers})
    for array in (table.ids, shapes, texts, numbers):
        array.setflags(write=False)
    return table


def test_only_what_changed_is_a_new_array(session: Session) -> None:
    layer = add_layer(session)
    before = session.layers.table(layer)
    session.layers.set_values(layer, int(before.ids[3]), {"floors": 9})
    after = session.layers.table(layer)
    assert after is not before
    assert after.geometry is before.geometry
    assert after.columns["name"] is before.columns["name"]
    assert after.columns["floors"][3] == 9
    assert math.isnan(before.columns["floors"][3])
    assert session.layers.table(layer) is after


def test_an_edit_reads_only_its_rows(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = add_layer(session)
    before = session.layers.table(layer)
    asked: list[set[int]] = []
    real = readers.features

    def counted(project: Any, layer_id: LayerId, ids: Any) -> LayerTable:
        asked.append(set(ids))
        return real(project, layer_id, ids)

    monkeypatch.setattr(readers, "features", counted)
    monkeypatch.setattr(session.project, "table", lambda _layer: pytest.fail("the whole table was read"))
    session.layers.delete_features(layer, [int(before.ids[2])])
    session.layers.set_geometry(layer, int(before.ids[5]), shapely.box(0, 0, 1, 1))
    assert len(session.layers.table(layer)) == COUNT - 1
    session.undo()
    session.undo()
    assert_same(session.layers.table(layer), before)
    assert asked == [{int(before.ids[2]), int(before.ids[5])}] * 2


def test_what_is_read_inside_an_action_is_not_kept(session: Session) -> None:
    layer = add_layer(session)
    before = session.layers.table(layer)
    with pytest.raises(ZeroDivisionError), session.project.action("broken") as writer:  # noqa: PT012
        writer.set_values(layer, int(before.ids[0]), {"floors": 77})
        assert session.layers.table(layer).columns["floors"][0] == 77
        raise ZeroDivisionError
    assert session.layers.table(layer) is before


def test_a_removed_layer_has_no_table_and_undo_brings_it_back(session: Session) -> None:
    layer = add_layer(session)
    before = session.layers.table(layer)
    session.layers.remove(layer)
    with pytest.raises(RequestError):
        session.layers.table(layer)
    session.undo()
    assert_same(session.layers.table(layer), before)


def test_many_touched_rows_are_read_with_the_whole_table(session: Session) -> None:
    layer = add_layer(session, 1500)
    before = session.layers.table(layer)
    session.layers.delete_features(layer, before.ids[:1200].tolist())
    assert_same(session.layers.table(layer), session.project.table(layer))
    assert len(session.layers.table(layer)) == 300


def test_what_lies_under_the_pointer_follows_an_edit(session: Session) -> None:
    layer = add_layer(session)
    table = session.layers.table(layer)
    assert [h.feature_id for h in session.layers.identify(5, 5, 0.1)] == [table.ids[0]]
    session.layers.set_geometry(layer, int(table.ids[0]), shapely.box(900, 900, 910, 910))
    assert session.layers.identify(5, 5, 0.1) == ()
    assert [h.feature_id for h in session.layers.identify(905, 905, 0.1)] == [table.ids[0]]
    session.undo()
    assert [h.feature_id for h in session.layers.identify(5, 5, 0.1)] == [table.ids[0]]
