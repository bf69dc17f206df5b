"""The density surface against a direct sum written here, and against what it must conserve."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from renovate_gui.analysis.heat import HeatInput, heat_surface, round_levels

AREA = shapely.box(0, 0, 900, 700).difference(shapely.box(300, 200, 450, 400))


def surface(xy, weight=None, *, area=AREA, h=120.0, **options):
    xy = np.asarray(xy, dtype=float).reshape(-1, 2)
    weight = np.ones(len(xy)) if weight is None else np.asarray(weight, dtype=float)
    return heat_surface(HeatInput(xy, weight, area, h), unit="people per hectare", **options)


def slow(grid, xy, weight, h, area):
    """Sum the kernel's formula cell by cell, per hectare; the mass in the area on a grid of its own."""
    fine = np.arange(-h, h, h / 60) + h / 120
    dx, dy = (a.ravel() for a in np.meshgrid(fine, fine))
    k = np.where(dx**2 + dy**2 < h * h, 3 / (math.pi * h * h) * (1 - (dx**2 + dy**2) / h**2) ** 2, 0)
    rows, cols = grid.values.shape
    x = grid.x_min + (np.arange(cols) + 0.5) * grid.cell_m
    y = grid.y_min + (np.arange(rows) + 0.5) * grid.cell_m
    total = np.zeros((rows, cols))
    for (px, py), w in zip(xy, weight, strict=True):
        mass = (k * shapely.contains_xy(area, px + dx, py + dy)).sum() * (h / 60) ** 2
        d2 = (x[None, :] - px) ** 2 + (y[:, None] - py) ** 2
        total += w / mass * np.where(d2 < h * h, 3 / (math.pi * h * h) * (1 - d2 / h**2) ** 2, 0)
    return total * 1e4


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize("h", [60.0, 120.0])
def test_the_surface_equals_the_direct_sum_within_half_a_percent_of_the_peak(is_exact, h):
    rng = np.random.default_rng(3)
    xy = rng.uniform([150, 150], [250, 550], (60, 2))  # away from edges: the mass is compared below
    weight = rng.uniform(0.5, 3, 60)
    grid = surface(xy, weight, h=h, is_exact=is_exact)
    expected = slow(grid, xy, weight, h, AREA)
    inside = np.isfinite(grid.values)
    worst = np.abs(grid.values - expected)[inside].max() / expected[inside].max()
    assert worst < 0.005


def test_a_single_answer_in_the_worst_place_still_agrees():
    for spot in ([600.0, 350.0], [603.75, 353.75], [601.3, 352.2]):
        grid = surface([spot])
        expected = slow(grid, [spot], [1.0], 120.0, AREA)
        assert np.nanmax(np.abs(grid.values - expected)) / expected.max() < 0.005


@pytest.mark.parametrize("is_exact", [False, True])
def test_nobody_is_lost_at_the_edge(is_exact):
    rng = np.random.default_rng(5)
    xy = np.concatenate([rng.uniform([0, 0], [900, 700], (400, 2)), [[1, 1], [899, 350], [299, 300]]])
    weight = rng.uniform(0, 40, len(xy))
    grid = surface(xy, weight, is_exact=is_exact)
    kept = shapely.contains_xy(AREA, xy[:, 0], xy[:, 1])
    assert grid.total == pytest.approx(weight[kept].sum())
    assert np.nansum(grid.values) * grid.cell_m**2 / 1e4 == pytest.approx(grid.total, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 900), st.floats(0, 700), st.floats(0.1, 50)), min_size=1, max_size=20),
    st.floats(40, 300),
)
def test_mass_is_conserved_for_any_points_and_bandwidth(points, h):
    data = np.array(points)
    grid = surface(data[:, :2], data[:, 2], h=h)
    if grid.total > 0:
        assert np.nansum(grid.values) * grid.cell_m**2 / 1e4 == pytest.approx(grid.total, rel=1e-6)
    assert np.nanmin(grid.values) >= 0


def test_outside_the_area_there_is_nothing():
    grid = surface([[375, 300], [100, 100]])  # the first stands in the hole
    assert grid.total == 1.0
    row, col = int((300 - grid.y_min) / grid.cell_m), int((375 - grid.x_min) / grid.cell_m)
    assert np.isnan(grid.values[row, col])


def test_cells_with_few_respondents_are_hidden_and_their_neighbours_are_not():
    crowd = np.random.default_rng(1).normal([150, 500], 15, (30, 2))
    few = np.array([[750.0, 150.0]] * 4)
    xy = np.concatenate([crowd, few])
    shown, hidden = surface(xy), surface(xy, suppress_below=5)

    def at(grid, x, y):
        return grid.values[int((y - grid.y_min) / grid.cell_m), int((x - grid.x_min) / grid.cell_m)]

    assert at(shown, 750, 150) > 0
    assert np.isnan(at(hidden, 750, 150))
    assert at(hidden, 150, 500) == at(shown, 150, 500)
    assert hidden.levels == shown.levels
    assert (hidden.suppressed_below, shown.suppressed_below) == (5, 0)
    visible = np.isfinite(hidden.values)
    assert (hidden.respondents[visible] >= 5).all()


def test_hiding_leaves_no_specks_and_brings_nothing_back():
    rng = np.random.default_rng(8)
    xy = rng.uniform([0, 0], [900, 700], (260, 2))  # sparse: many cells stand at the threshold
    shown, hidden = surface(xy, h=120.0), surface(xy, h=120.0, suppress_below=5)
    visible = np.isfinite(hidden.values)
    inside = np.isfinite(shown.values)
    assert visible.any()
    assert not (visible & (hidden.respondents < 5)).any()
    dropped = inside & (hidden.respondents >= 5) & ~visible
    assert 0 < dropped.sum() < 0.05 * visible.sum()
    for row, col in np.argwhere(visible):
        near = np.s_[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2]
        assert 9 * visible[near].sum() >= 4 * inside[near].sum()


def test_a_surface_all_in_the_clear_hides_nothing():
    x, y = np.meshgrid(np.arange(5, 900, 10), np.arange(5, 700, 10))
    crowd = np.column_stack([x.ravel(), y.ravel()])
    shown, hidden = surface(crowd), surface(crowd, suppress_below=5)
    np.testing.assert_array_equal(np.isfinite(hidden.values), np.isfinite(shown.values))


def test_respondents_are_counted_within_half_a_bandwidth():
    grid = surface([[600, 350], [650, 350], [700, 350]], h=128.0)
    x = grid.x_min + (np.arange(grid.values.shape[1]) + 0.5) * grid.cell_m
    row = grid.respondents[int((350 - grid.y_min) / grid.cell_m)]
    for i in range(0, len(x), 3):
        expected = sum(abs(x[i] - p) <= 64 for p in (600, 650, 700))
        edge = min(abs(abs(x[i] - p) - 64) for p in (600, 650, 700))
        if edge > grid.cell_m:  # respondents count from the middle of their cell
            assert row[i] == expected


@pytest.mark.parametrize("peak", [0.003, 0.9, 1.0, 57.0, 99.9, 100.0, 12345.6])
def test_levels_are_round_ascending_and_reach_the_peak(peak):
    levels = round_levels(peak)
    assert list(levels) == sorted(set(levels))
    assert levels[-1] >= peak
    assert 5 <= len(levels) <= 9
    step = levels[-1] - levels[-2]
    assert f"{step:e}"[0] in "125"


def test_no_answers_at_all_give_a_quiet_surface():
    grid = surface(np.zeros((0, 2)))
    assert grid.total == 0
    assert np.nanmax(grid.values) == 0
    assert len(grid.levels) == 2
