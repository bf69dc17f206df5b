"""Flat geometries must be painted as objects are: the same rings, in the same direction."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from renovate_gui.domain.shapes import Shapes, as_objects
from renovate_gui.render.paths import rings_of

USUAL = [
    "POINT (5 5)",
    "LINESTRING (0 0, 1 1, 2 0)",
    "POLYGON ((0 0, 1 0, 1 1, 0 0))",
    "POLYGON ((0 0, 1 1, 1 0, 0 0))",
]
OTHERS = [
    "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
]


@pytest.mark.parametrize("words", [USUAL, USUAL[1:3], USUAL[:1], USUAL + OTHERS, []])
def test_rings_are_those_of_objects(words: list[str]) -> None:
    shapes = as_objects([shapely.from_wkt(w) for w in words] + [None])
    found, wanted = rings_of(Shapes.of(shapes).as_array()), rings_of(shapes)
    for name in ("xy", "starts", "first"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))
