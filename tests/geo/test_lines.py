"""Lines kept flat give back exactly what they were made of, and their boxes find what brute force finds."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.geo.boxes import Boxes
from renovate_gui.geo.lines import Lines

SEED = st.integers(0, 10_000)


def _drawn(seed: int, count: int = 30) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = np.empty(count, dtype=object)
    made[:] = [
        shapely.LineString(rng.normal(0, 100, (rng.integers(2, 7), 2)).cumsum(axis=0)) for _ in range(count)
    ]
    return made


@given(SEED)
def test_lines_come_back_bit_by_bit(seed: int) -> None:
    given_lines = _drawn(seed)
    lines = Lines.of(given_lines)
    rows = np.random.default_rng(seed).integers(0, len(lines), 11)
    assert (shapely.to_wkb(lines[:]) == shapely.to_wkb(given_lines)).all()
    assert (shapely.to_wkb(lines[rows]) == shapely.to_wkb(given_lines[rows])).all()
    assert (shapely.to_wkb(np.asarray(lines.take(rows))) == shapely.to_wkb(given_lines[rows])).all()
    assert lines[int(rows[0])].equals_exact(given_lines[rows[0]], 0.0)
    both = lines.then(lines.take(rows))
    assert (shapely.to_wkb(both[len(lines) :]) == shapely.to_wkb(given_lines[rows])).all()


def test_no_lines() -> None:
    none = Lines.of(np.empty(0, dtype=object))
    assert len(none) == len(none[:]) == len(none.line_of) == 0
    assert len(none.boxes.near(np.zeros((1, 2)), np.ones((1, 2)))[0]) == 0


@given(SEED, st.sampled_from([0.0, 1.0, 400.0]), st.sampled_from([0.0, 3.0, 1e5]))
def test_boxes_find_what_brute_force_finds(seed: int, size: float, stray: float) -> None:
    rng = np.random.default_rng(seed)
    low = rng.integers(-50, 50, (60, 2)).astype(float)  # whole numbers, so that boxes often just touch
    high = low + rng.integers(0, 9, (60, 2)) * rng.choice([1.0, 1.0, 40.0], (60, 1))
    low[0] -= stray
    asked_low = rng.integers(-80, 80, (25, 2)).astype(float)
    asked_high = asked_low + size
    found = np.stack(Boxes(low, high).near(asked_low, asked_high), axis=1)
    touches = (asked_low[:, None] <= high[None]).all(axis=2) & (low[None] <= asked_high[:, None]).all(axis=2)
    assert np.array_equal(found, np.argwhere(touches))
