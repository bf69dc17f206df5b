"""Differences and ratios of surfaces: right where both are flat, honest where one is thin."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from renovate_gui.analysis.heat import HeatInput, heat_surface
from renovate_gui.analysis.heat_pair import compared
from renovate_gui.domain.heat import HeatMode

AREA = shapely.box(0, 0, 600, 400)


def surface(xy, weight):
    return heat_surface(HeatInput(np.asarray(xy, float), np.asarray(weight, float), AREA, 100.0), unit="a")


@pytest.fixture
def two():
    rng = np.random.default_rng(8)
    xy = rng.uniform([0, 0], [600, 400], (800, 2))
    return surface(xy, np.full(800, 3.0)), surface(xy, np.full(800, 2.0))


def test_a_ratio_of_the_same_places_is_the_ratio_of_weights_up_to_the_edge(two):
    found = compared(*two, HeatMode.RATIO, unit="u")
    assert found.values[np.isfinite(found.values)] == pytest.approx(150.0, rel=1e-9)
    assert found.mode is HeatMode.RATIO
    assert found.unit == "u"


def test_a_difference_sums_to_the_difference_of_totals(two):
    found = compared(*two, HeatMode.DIFFERENCE, unit="u")
    assert np.nansum(found.values) * found.cell_m**2 / 1e4 == pytest.approx(800.0)
    assert found.levels == tuple(-v for v in reversed(found.levels))
    assert 0.0 in found.levels


def test_where_the_second_is_thin_there_is_no_ratio():
    one = surface([[100, 100], [500, 300]], [1, 1])
    two = surface([[100, 100]], [1])
    found = compared(one, two, HeatMode.RATIO, unit="u")
    assert np.isnan(found.values[-5:, -5:]).all()
    assert np.isfinite(found.values).any()


def test_what_is_hidden_in_either_stays_hidden(two):
    few = heat_surface(
        HeatInput(np.array([[300.0, 200.0]]), np.ones(1), AREA, 100.0), unit="a", suppress_below=5
    )
    for pair in ((two[0], few), (few, two[0])):
        for mode in (HeatMode.RATIO, HeatMode.DIFFERENCE):
            assert np.isnan(compared(*pair, mode, unit="u").values).all()


def test_surfaces_on_other_cells_are_refused(two):
    other = heat_surface(HeatInput(np.array([[1.0, 1.0]]), np.ones(1), AREA, 60.0), unit="a")
    with pytest.raises(ValueError, match="same cells"):
        compared(two[0], other, HeatMode.RATIO, unit="u")
