"""The guard on how much ground a map covers in one piece."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from renovate_gui.app.secrecy import continuous_km2


def boxes(x0: float, y0: float, columns: int, rows: int, step: float = 100.0) -> np.ndarray:
    x, y = np.meshgrid(np.arange(columns) * step + x0 + 10, np.arange(rows) * step + y0 + 10)
    return shapely.box(x.ravel(), y.ravel(), x.ravel() + 30, y.ravel() + 30)


def test_a_community_is_far_below_the_limit() -> None:
    assert continuous_km2([boxes(0, 0, 10, 12)]) == pytest.approx(1.2)


def test_one_large_area_counts_with_its_inside() -> None:
    assert continuous_km2([np.array([shapely.box(0, 0, 6000, 5000)])]) == pytest.approx(30, rel=0.05)


def test_pieces_apart_are_not_added() -> None:
    near, far = boxes(0, 0, 40, 40), boxes(50_000, 0, 40, 40)
    assert continuous_km2([near, far]) == pytest.approx(16)
    assert continuous_km2([near, boxes(4000, 0, 40, 40)]) == pytest.approx(32)


def test_nothing_covers_nothing() -> None:
    assert continuous_km2([]) == 0.0
    assert continuous_km2([np.array([None, shapely.Point()], dtype=object)]) == 0.0
