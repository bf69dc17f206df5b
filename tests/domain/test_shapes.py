"""Flat geometries must be taken for an array of shapely objects: equal to the last bit, whatever is asked of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from renovate_gui.domain import shapes as flat
from renovate_gui.domain.nearby import BoxIndex, index_of
from renovate_gui.domain.shapes import Shapes, as_objects

NUMBER = st.integers(-50, 50).map(float) | st.floats(-1e6, 1e6, width=32)
WORDS = (
    "POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY",
    "POINT Z (1 2 3)", "LINESTRING Z (0 0 1, 1 1 2, 2 0 3)", "POINT (-0.0 0.0)",
    "POLYGON Z ((0 0 1, 4 0 2, 4 4 3, 0 0 1))", "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
    "POLYGON ((0 0, 1 1, 0 1, 1 0, 0 0))", "MULTIPOINT (1 1, 2 2)", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
    "MULTILINESTRING Z ((0 0 1, 1 1 2), (2 2 3, 3 3 4))", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
    "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 1 1))", "LINESTRING (1 1, 1 1)",
)  # fmt: skip

SOUND = [w for w in WORDS[5:] if shapely.from_wkt(w).is_valid]


@st.composite
def one(draw: st.DrawFn) -> Any:
    """Return a geometry of any type, or None."""
    kind = draw(st.sampled_from(["none", "word", "point", "line", "ring", "high", "unknown height"]))
    if kind == "none":
        return None
    if kind == "word":
        return shapely.from_wkt(draw(st.sampled_from(WORDS)))
    if kind == "point":
        return shapely.Point(draw(NUMBER), draw(NUMBER))
    pairs = draw(st.lists(st.tuples(NUMBER, NUMBER), min_size=3, max_size=6))
    if kind == "ring":
        return shapely.Polygon(pairs)
    height = {"high": (5.0,), "unknown height": (np.nan,)}.get(kind, ())
    return shapely.LineString([(*p, *height) for p in pairs])


MANY = st.lists(one(), max_size=14).map(as_objects)


@pytest.fixture(autouse=True, scope="module")
def _small_blocks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flat, "_BLOCK", 4)
        patch.setattr(flat, "FEW", 5)
        yield


def same(found: Any, wanted: Any) -> bool:
    """Return whether geometries are equal by their bytes."""
    one, two = (shapely.to_wkb(np.asarray(g, dtype=object), flavor="iso") for g in (found, wanted))
    return list(one) == list(two)


@given(MANY)
def test_all_rows_come_back(given: Any) -> None:
    shapes = Shapes.of(given)
    assert len(shapes) == len(given)
    assert shapes.shape == given.shape
    assert same(np.asarray(shapes), given)
    assert same(as_objects(iter(shapes)), given)
    assert all(same([shapes[i]], [given[i]]) for i in range(-len(given), len(given)))


@given(MANY, st.data())
def test_some_rows_are_those_of_the_array(given: Any, data: st.DataObject) -> None:
    shapes, n = Shapes.of(given), len(given)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool)
    rows = data.draw(st.lists(st.integers(-n, n - 1), max_size=12)) if n else []
    cut = data.draw(st.slices(n))
    for asked in (mask, np.array(rows, dtype=np.int64), rows, cut):
        wanted = given[np.array(asked, dtype=np.int64) if isinstance(asked, list) else asked]
        assert same(shapes[asked], wanted)
        assert isinstance(shapes[asked], Shapes if len(wanted) > flat.FEW else np.ndarray)


@settings(deadline=None)
@given(MANY, MANY)
def test_shapely_answers_the_same(given: Any, more: Any) -> None:
    shapes = Shapes.of(given)
    point = shapely.Point(1.5, 2.5)
    for ask in (
        shapely.is_missing, shapely.is_empty, shapely.get_type_id, shapely.has_z, shapely.bounds, shapely.area,
        shapely.length, shapely.get_num_coordinates, shapely.get_coordinates, flat.coordinates,
        lambda g: shapely.distance(g, point), lambda g: shapely.dwithin(point, g, 3.0),
        lambda g: shapely.intersects_xy(g, np.arange(float(len(g))), np.ones(len(g))),
        lambda g: shapely.distance(g, g), lambda g: shapely.to_wkb(g, byte_order=1),
        lambda g: shapely.get_coordinates(g, include_z=True),
    ):  # fmt: skip
        found, wanted = ask(shapes), ask(given)
        np.testing.assert_array_equal(found, wanted)
        assert np.asarray(found).dtype == np.asarray(wanted).dtype
    if len(given):
        np.testing.assert_array_equal(shapely.total_bounds(shapes), shapely.total_bounds(given))
    assert same(shapely.centroid(shapes), shapely.centroid(given))
    assert same(np.concatenate([shapes, more]), np.concatenate([given, more]))
    assert same(flat.together([shapes, more]), np.concatenate([given, more]))
    near = shapely.STRtree(shapes).query(point, predicate="dwithin", distance=9.0)
    assert set(near) == set(shapely.STRtree(given).query(point, predicate="dwithin", distance=9.0))


@given(MANY, MANY, st.data())
def test_edited_rows(given: Any, new: Any, data: st.DataObject) -> None:
    shapes, n = Shapes.of(given), len(given)
    places = data.draw(st.lists(st.integers(0, n), min_size=len(new), max_size=len(new)))
    at = np.array(sorted(places), dtype=np.int64)
    assert same(shapes.inserted(at, new), np.insert(given, at, new))
    inside = np.unique(at[at < n])
    wanted = given.copy()
    wanted[inside] = new[: len(inside)]
    assert same(shapes.replaced(inside, new[: len(inside)]), wanted)


def test_nobody_writes_into_them() -> None:
    shapes = Shapes.of([shapely.Point(1, 2)])
    with pytest.raises(TypeError):
        shapes[0] = None  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        shapes.xy[0] = 3.0


def test_they_take_little_more_than_their_vertices() -> None:
    boxes = shapely.box(np.arange(1000.0), 0.0, np.arange(1000.0) + 1.0, 1.0)
    assert Shapes.of(boxes).nbytes < 1000 * (5 * 16 + 12)


@given(MANY, st.sampled_from(SOUND), st.sampled_from([0.0, 2.0, 60.0]))
def test_the_boxes_find_what_the_tree_finds(given: Any, word: str, metres: float) -> None:
    given = given[
        shapely.is_missing(given) | shapely.is_valid(given)
    ]  # of others GEOS says now this, now that
    boxes, tree, shape = BoxIndex(Shapes.of(given).as_array()), shapely.STRtree(given), shapely.from_wkt(word)
    for asked in ({}, {"predicate": "intersects"}, {"predicate": "dwithin", "distance": metres}):
        assert boxes.query(shape, **asked).tolist() == sorted(tree.query(shape, **asked).tolist())


def test_few_geometries_have_a_tree() -> None:
    assert isinstance(index_of(shapely.points([[1.0, 2.0]])), shapely.STRtree)
    assert isinstance(index_of(Shapes.of(shapely.points([[1.0, 2.0]])).as_array()), BoxIndex)


def test_rows_that_are_not_there() -> None:
    shapes = Shapes.of([shapely.Point(1, 2)])
    for rows in (1, -2, [3], np.zeros(2, dtype=bool)):
        with pytest.raises(IndexError):
            shapes[rows]


@given(MANY)
def test_heights_are_bettered_wherever_they_are(given: Any) -> None:
    shapes = Shapes.of(given)
    found, count = shapes.with_heights(lambda z: np.where(z == 2.0, np.nan, z))
    before = shapely.get_coordinates(given, include_z=True)
    after = shapely.get_coordinates(found, include_z=True)
    wanted = np.where(before[:, 2] == 2.0, np.nan, before[:, 2])
    np.testing.assert_array_equal(after, np.column_stack([before[:, :2], wanted]))
    assert count == int((before[:, 2] == 2.0).sum())
    assert count or found is shapes
