"""Heights between points: bilinear on grids, linear on triangles, nothing outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from renovate_gui.geo.heights import HeightModel, has_heights
from renovate_gui.geo.network import build_network

_XS, _YS = np.arange(5) * 6.0 + 389233.53, np.arange(4) * 6.0 + 3308942.42


def _grid(f, drop=()):
    rows = [(x, y, f(x, y)) for j, y in enumerate(_YS) for i, x in enumerate(_XS) if (i, j) not in drop]
    return np.array(rows)


def test_a_raster_of_points_is_known_as_such_and_read_bilinearly():
    model = HeightModel.from_points(_grid(lambda x, y: (x - _XS[0]) * (y - _YS[0]) / 36.0))
    assert model.is_grid
    at = model.at(np.array([(_XS[1] + 3, _YS[2] + 1.5), (_XS[4], _YS[3]), (_XS[0] - 0.01, _YS[0])]))
    assert at[:2] == pytest.approx([1.5 * 2.25, 12.0])
    assert np.isnan(at[2])


def test_no_height_is_made_up_beside_a_hole_in_the_raster():
    model = HeightModel.from_points(_grid(lambda x, y: x - _XS[0], drop={(2, 2)}))
    assert model.is_grid
    assert np.isnan(model.at(np.array([(_XS[2] + 1, _YS[2] + 1)]))[0])
    assert model.at(np.array([(_XS[2], _YS[1])]))[0] == pytest.approx(12.0)  # a known point beside it


def test_scattered_points_are_linear_on_triangles_and_nothing_outside():
    plane = np.array([(0, 0), (100, 0), (100, 100), (0, 100), (37, 61), (80, 12)], dtype=float)
    model = HeightModel.from_points(np.column_stack([plane, 5 + 0.1 * plane[:, 0] - 0.2 * plane[:, 1]]))
    assert not model.is_grid
    found = model.at(np.array([(50.0, 20.0), (99, 99), (101, 50), (-1, 3)]))
    assert found[:2] == pytest.approx([6.0, -4.9])
    assert np.isnan(found[2:]).all()


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 0.3), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9))
def test_a_plane_is_a_plane_on_a_grid_and_on_a_turned_grid(turn, shares):
    cell = np.array([(6.0 * i, 6.0 * j) for i in range(5) for j in range(5)])
    c, s = np.cos(turn), np.sin(turn)
    turned = cell @ np.array([[c, -s], [s, c]])
    for xy in (cell, turned):
        model = HeightModel.from_points(np.column_stack([xy, 3 + xy @ [0.25, -0.5]]))
        inside = np.array(shares) * 24.0 if xy is cell else (np.array(shares) * 24.0) @ [[c, -s], [s, c]]
        found = model.at(inside)
        known = np.isfinite(found)
        assert known.sum() >= len(found) - (
            0 if xy is cell else (np.array(shares) % 1 == 0).any(axis=1).sum()
        )
        np.testing.assert_allclose(found[known], (3 + inside @ [0.25, -0.5])[known], atol=1e-6)


def test_contours_and_spot_heights_take_their_column_or_their_z():
    shapes = np.array(
        [LineString([(0, 0), (100, 0)]), LineString([(0, 50, 15), (100, 50, 15)]), Point(50, 100), None],
        dtype=object,
    )
    model = HeightModel.from_features(shapes, np.array([10.0, np.nan, 20.0, 5.0]))
    assert model.at(np.array([(50, 25), (50, 75)])) == pytest.approx([12.5, 17.5])


def test_too_few_points_know_nothing():
    for points in ([], [(0, 0, 1)], [(0, 0, 1), (1, 1, 1), (2, 2, 1)], [(0, 0, np.nan)] * 5):
        model = HeightModel.from_points(np.array(points, dtype=float))
        assert np.isnan(model.at(np.array([(0.5, 0.5)]))).all()


def test_the_first_model_that_knows_a_place_counts():
    small = HeightModel.from_points(np.array([(0, 0, 1), (10, 0, 1), (0, 10, 1)], dtype=float))
    large = HeightModel.from_points(np.array([(0, 0, 2), (50, 0, 2), (0, 50, 2)], dtype=float))
    found = HeightModel.first_of([small, large]).at(np.array([(1, 1), (20, 20), (40, 40)], dtype=float))
    assert found[:2].tolist() == [1, 2]
    assert np.isnan(found[2])


def test_ways_with_heights_are_a_model_of_the_ground_between_them():
    lines = np.array([LineString([(0, 0, 0), (100, 0, 10)]), LineString([(0, 50, 5), (100, 50, 15)])])
    network = build_network(lines)
    for model in (HeightModel.from_lines_z(lines), HeightModel.from_network(network)):
        assert model.at(np.array([(50, 25), (100, 0), (50, 60)]))[:2] == pytest.approx([7.5, 10.0])
    flat = build_network(np.array([LineString([(0, 0), (100, 0)])]))
    assert np.isnan(HeightModel.from_network(flat).at(np.array([(50.0, 0.0)]))).all()


def test_zero_everywhere_is_not_a_height():
    assert not has_heights(None)
    assert not has_heights(np.array([0.0, np.nan, 0.0]))
    assert has_heights(np.array([0.0, 3.0]))


def test_a_raster_in_degrees_is_still_a_raster_in_metres():
    from pyproj import Transformer

    lon, lat = np.meshgrid(106.5 + np.arange(120) / 3600, 29.5 + np.arange(150) / 3600)
    x, y = Transformer.from_crs(4326, 4545, always_xy=True).transform(lon.ravel(), lat.ravel())
    z = 200 + 40 * np.sin(x / 400) * np.cos(y / 300)
    some = np.ones(len(x), dtype=bool)
    some[::37] = False  # cells without a height
    model = HeightModel.from_points(np.column_stack([x, y, z])[some])
    assert model.is_grid
    np.testing.assert_allclose(model.at(np.column_stack([x, y])[some]), z[some], atol=0.2)
    inside = np.column_stack([x + 11, y + 9])
    found = model.at(inside)
    right = 200 + 40 * np.sin(inside[:, 0] / 400) * np.cos(inside[:, 1] / 300)
    known = np.isfinite(found)
    assert known.mean() > 0.85
    assert np.abs(found - right)[known].max() < 0.5


def test_scattered_points_are_no_turned_raster():
    rng = np.random.default_rng(4)
    xy = rng.uniform(0, 1000, (400, 2))
    assert not HeightModel.from_points(np.column_stack([xy, xy[:, 0]])).is_grid
