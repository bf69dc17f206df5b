"""The shifted datums: known answers, round trips, and the edge of the box."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.domain.roles import Datum
from renovate_gui.geo import datum

METRE = 1.0 / 111_320.0  # degrees of latitude

# (WGS84, GCJ-02, BD-09), from published implementations that agree with one another
GOLDEN = [
    ((118.79, 32.04), (118.79519287668516, 32.03793872715949), (118.80159771082803, 32.04428332203675)),
    ((106.577, 29.557), (106.580687852, 29.554111835), (106.587165142, 29.560266853)),
    ((116.397, 39.909), (116.403243506, 39.910403397), (116.409615693, 39.916744222)),
]


@pytest.mark.parametrize(("wgs", "gcj", "bd"), GOLDEN)
def test_known_answers(wgs: tuple[float, float], gcj: tuple[float, float], bd: tuple[float, float]) -> None:
    assert np.allclose(datum.wgs84_to_gcj02(*wgs), gcj, rtol=0, atol=6e-10)
    assert np.allclose(datum.gcj02_to_bd09(*gcj), bd, rtol=0, atol=2e-9)
    assert np.allclose(datum.gcj02_to_wgs84(*gcj), wgs, rtol=0, atol=2e-9)
    assert np.allclose(datum.to_wgs84(*bd, Datum.BD09), wgs, rtol=0, atol=4e-9)


# inside the box by more than the largest shift, so that the shifted point is inside too
inside = st.tuples(st.floats(73.0, 136.0), st.floats(3.0, 54.0))


@given(inside)
def test_the_inverse_undoes_the_shift(place: tuple[float, float]) -> None:
    for system in (Datum.GCJ02, Datum.BD09):
        there = datum.from_wgs84(*place, system)
        back = datum.to_wgs84(*there, system)
        assert np.max(np.abs(np.subtract(back, place))) < 1e-4 * METRE


@given(inside)
def test_the_shift_is_hundreds_of_metres(place: tuple[float, float]) -> None:
    lon, lat = datum.wgs84_to_gcj02(*place)
    east = (float(lon) - place[0]) * np.cos(np.radians(place[1])) / METRE
    north = (float(lat) - place[1]) / METRE
    assert 10.0 < np.hypot(east, north) < 800.0


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_outside_the_box_nothing_moves(lon: float, lat: float) -> None:
    if not datum.in_china_box(lon, lat):
        for system in (Datum.GCJ02, Datum.BD09):
            assert np.array_equal(datum.from_wgs84(lon, lat, system), (lon, lat))
            assert np.array_equal(datum.to_wgs84(lon, lat, system), (lon, lat))


def test_arrays_equal_single_points_and_input_stays() -> None:
    lon, lat = np.array([106.577, 118.79, -15.4]), np.array([29.557, 32.04, 28.1])
    before = lon.copy(), lat.copy()
    x, y = datum.wgs84_to_gcj02(lon, lat)
    for i in range(3):
        assert (x[i], y[i]) == tuple(float(v) for v in datum.wgs84_to_gcj02(lon[i], lat[i]))
    assert np.array_equal(before[0], lon)
    assert np.array_equal(before[1], lat)


def test_cgcs2000_is_not_a_shift() -> None:
    assert np.array_equal(datum.to_wgs84(106.5, 29.5, Datum.CGCS2000), (106.5, 29.5))
