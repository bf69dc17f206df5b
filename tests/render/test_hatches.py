"""Hatch lines of any polygon lie inside it and cover it evenly."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from renovate_gui.render.hatches import dots_on, hatch_segments
from renovate_gui.render.paths import rings_of

coordinate = st.floats(-200, 200).map(lambda v: round(v, 2))
points = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12, unique=True)


def hatch(shapes: list[shapely.Geometry], angle: float, spacing: float) -> np.ndarray:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    xy, starts, owner = rings_of(array).of_many(np.arange(len(shapes)))
    return hatch_segments(xy, starts, owner, angle, spacing)


@settings(max_examples=60, deadline=None)
@given(points, points, st.sampled_from([0.0, 45.0, -45.0]), st.floats(2, 20))
def test_lines_lie_inside_and_none_is_missing(outer, hole, angle, spacing):
    shape = shapely.MultiPoint(outer).convex_hull
    inner = shapely.MultiPoint(hole).convex_hull
    if shape.geom_type != "Polygon" or shape.area < 1:
        return
    shape = shape.difference(inner) if inner.geom_type == "Polygon" else shape
    if shape.is_empty:
        return
    found = hatch([shape], angle, spacing)
    lines = shapely.linestrings(found.reshape(-1, 2, 2))
    assert shapely.covers(shapely.buffer(shape, 1e-6), lines).all()
    length = float(shapely.length(lines).sum())
    turned = shapely.affinity.rotate(shape, -angle, origin=(0, 0))
    x0, y0, x1, y1 = turned.bounds
    levels = np.arange(np.ceil(y0 / spacing), np.floor(y1 / spacing) + 1) * spacing
    # lines that run along an edge may count or not: tell how long they are
    edge = turned.boundary
    grazing = sum(edge.intersection(shapely.box(x0 - 1, v - 1e-6, x1 + 1, v + 1e-6)).length for v in levels)
    truth = sum(turned.intersection(shapely.LineString([(x0 - 1, v), (x1 + 1, v)])).length for v in levels)
    assert abs(length - truth) <= grazing + 1e-4 * max(truth, 1)


def test_neighbours_continue_each_other():
    both = hatch([shapely.box(0, 0, 100, 50)], 45, 7)
    halves = hatch([shapely.box(0, 0, 50, 50), shapely.box(50, 0, 100, 50)], 45, 7)
    joined = shapely.line_merge(
        shapely.multilinestrings(list(shapely.linestrings(halves.reshape(-1, 2, 2).round(9))))
    )
    assert np.isclose(
        shapely.length(joined), np.hypot(both[:, 2] - both[:, 0], both[:, 3] - both[:, 1]).sum()
    )


def test_dots_keep_their_distance():
    dots = dots_on(hatch([shapely.box(0, 0, 60, 60)], 0, 6), 6)
    assert 80 <= len(dots) <= 121
    near = shapely.STRtree(shapely.points(dots)).query(shapely.points(dots), "dwithin", distance=5.9)
    assert (near[0] == near[1]).all()


def test_nothing_to_hatch():
    assert hatch([], 45, 6).shape == (0, 4)
    assert hatch([shapely.Point(1, 1)], 45, 6).shape == (0, 4)
