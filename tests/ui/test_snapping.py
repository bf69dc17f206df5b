from __future__ import annotations

import pytest
import shapely

from renovate_gui.ui.canvas.snapping import SnapKind, snap

HOUSE = shapely.box(0, 0, 10, 10)
PATH = shapely.LineString([(20, 0), (20, 30)])


def test_a_vertex_wins_over_a_nearer_edge():
    found = snap(1.0, 0.1, 3.0, [HOUSE])
    assert found is not None
    assert found.kind == SnapKind.VERTEX
    assert (found.x, found.y) == (0, 0)


def test_an_edge_catches_between_vertices():
    found = snap(5.0, -0.5, 1.0, [HOUSE])
    assert found is not None
    assert found.kind == SnapKind.EDGE
    assert (found.x, found.y) == pytest.approx((5.0, 0.0))


def test_nothing_within_reach():
    assert snap(5.0, 5.0, 1.0, [HOUSE]) is None
    assert snap(0, 0, 1.0, []) is None
    assert snap(30, 30, 1.0, [shapely.Point(0, 0)]) is None


def test_the_nearest_of_several():
    found = snap(19.0, 15.0, 15.0, [HOUSE, PATH])
    assert found is not None
    assert found.kind == SnapKind.VERTEX
    found = snap(19.0, 15.0, 2.0, [HOUSE, PATH])
    assert found is not None
    assert (found.x, found.y) == pytest.approx((20.0, 15.0))
