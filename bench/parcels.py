"""A made-up town of parcels for the benchmarks: the same for the same number, any size, nothing real in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

CRS = "EPSG:4545"
STRUCTURES = ("砖木", "砖混", "框架", "框剪", "其他")
_ORIGIN = (359_500.0, 3_272_200.0)
_PITCH_M = 28.0


def parcels(count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return so many polygons of 4 to 11 corners on a bent grid, in metres, and eight columns about them."""
    rng = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(count)))
    number = np.arange(count)
    x, y = (number % side) * _PITCH_M, (number // side) * _PITCH_M
    corners = rng.integers(4, 12, count)
    owner = np.repeat(number, corners + 1)
    ends = np.cumsum(corners + 1)
    place = np.arange(len(owner)) - np.repeat(ends - corners - 1, corners + 1)
    turn = 2 * np.pi * (place % corners[owner]) / corners[owner]
    reach = rng.uniform(9.0, 13.0, int(ends[-1]))
    last = place == corners[owner]
    reach[last] = reach[(ends - corners - 1)]  # closed
    px, py = x[owner] + reach * np.cos(turn), y[owner] + reach * np.sin(turn)
    bent_x = px + 45 * np.sin(py / 300) + _ORIGIN[0]
    bent_y = py + 50 * np.sin(px / 330) + _ORIGIN[1]
    rings = shapely.linearrings(np.round(np.column_stack([bent_x, bent_y]), 3), indices=owner)
    households = rng.poisson(14, count)
    columns: dict[str, Any] = {
        "parcel_id": number + 1,
        "households": households,
        "population": households * 3,
        "elderly": rng.poisson(6, count),
        "children_0_3": rng.poisson(2, count),
        "floors": rng.integers(1, 12, count),
        "built_year": rng.integers(1950, 2015, count),
        "structure": np.array(STRUCTURES, dtype=object)[rng.integers(0, len(STRUCTURES), count)],
    }
    return shapely.polygons(rings), columns
