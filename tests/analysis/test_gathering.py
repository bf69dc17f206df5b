"""Hexagons cover their area once, sums are kept, and small numbers are hidden so that no subtraction finds them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.analysis.bandwidth import neighbour_bandwidth
from renovate_gui.analysis.gathering import gather, hexagons, thirds, too_few

AREA = shapely.box(1003, 507, 1437, 903)


@pytest.mark.parametrize("width", [30.0, 75.0, 150.0])
def test_hexagons_cover_the_area_without_overlap(width):
    cells = hexagons(AREA, width)
    covered = shapely.union_all(cells)
    assert covered.buffer(1e-6).contains(AREA)
    assert covered.area == pytest.approx(shapely.area(cells).sum(), rel=1e-9)
    assert shapely.area(cells) == pytest.approx(np.full(len(cells), width**2 * np.sqrt(3) / 2), rel=1e-9)


def test_the_same_cells_whatever_the_area():
    small = {c.wkb for c in hexagons(shapely.box(1100, 600, 1200, 700), 50.0)}
    large = {c.wkb for c in hexagons(AREA, 50.0)}
    assert small <= large


def test_sums_are_kept_and_a_point_on_a_border_counts_once():
    rng = np.random.default_rng(3)
    xy = np.r_[
        rng.uniform([1003, 507], [1437, 903], (500, 2)), shapely.get_coordinates(hexagons(AREA, 60)[20])
    ]
    weight = rng.uniform(0, 9, len(xy))
    found = gather(hexagons(AREA, 60.0), xy, weight, hide_below=0)
    assert found.total.sum() == pytest.approx(weight.sum())
    assert found.count.sum() == len(xy)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(1, 8))
def test_no_hidden_number_can_be_had_by_subtraction(counts, least):
    count = np.array(counts)
    hidden = too_few(count, least)
    small = (count > 0) & (count < least)
    assert (hidden >= small).all()
    if small.any() and (count >= least).any():
        assert hidden.sum() >= 2
    assert not hidden[count == 0].any()


def test_hidden_sums_are_not_numbers():
    cells = np.array([shapely.box(i, 0, i + 1, 1) for i in range(3)], dtype=object)
    xy = np.array([[0.5, 0.5]] * 2 + [[1.5, 0.5]] * 7 + [[2.5, 0.5]] * 9)
    found = gather(cells, xy, np.ones(len(xy)), hide_below=5)
    assert np.isnan(found.total).tolist() == [True, True, False]
    assert found.total[2] == 9


def test_thirds_do_not_split_equal_values():
    found, limits = thirds(np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, np.nan]))
    assert found.tolist() == [0, 0, 0, 0, 0, 2, 2, -1]
    assert limits[0] == 0
    assert thirds(np.full(3, np.nan))[0].tolist() == [-1, -1, -1]


def test_a_bandwidth_from_neighbours_on_a_lattice():
    x, y = np.meshgrid(np.arange(40) * 10.0, np.arange(40) * 10.0)
    lattice = np.stack([x.ravel(), y.ravel()], axis=1)
    assert neighbour_bandwidth(lattice, 4) == pytest.approx(10.0)
    assert neighbour_bandwidth(lattice, 8) == pytest.approx(10 * np.sqrt(2))
    assert neighbour_bandwidth(lattice[:4], 4) == np.inf


@given(
    st.lists(
        st.tuples(st.floats(-3, 6), st.floats(-3, 3), st.floats(0, 9) | st.just(float("nan"))), max_size=30
    ),
    st.integers(0, 4),
    st.integers(0, 4),
)
def test_points_outside_every_cell_are_left_out_and_the_others_summed(points, cells, hide_below):
    boxes = np.array([shapely.box(i, 0, i + 1, 1) for i in range(cells)], dtype=object)
    xy = np.array([p[:2] for p in points]).reshape(-1, 2)
    weight = np.array([p[2] for p in points], dtype=np.float64)
    found = gather(boxes, xy, weight, hide_below=hide_below)
    is_in = (
        shapely.intersects(shapely.box(0, 0, cells, 1), shapely.points(xy))
        if cells
        else np.zeros(len(xy), bool)
    )
    assert found.count.sum() == is_in.sum()
    if not found.is_hidden.any():
        assert found.total.sum() == pytest.approx(np.nansum(weight[is_in]))


def test_nobody_in_any_cell_is_no_answer_in_any():
    cells = np.array([shapely.box(i, 0, i + 1, 1) for i in range(3)], dtype=object)
    found = gather(cells, np.array([[50.0, 50.0], [-9.0, 0.5]]), np.ones(2), hide_below=5)
    assert found.count.tolist() == [0, 0, 0]
    assert found.total.tolist() == [0.0, 0.0, 0.0]
