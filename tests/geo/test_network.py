"""What connects and what does not."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, MultiLineString, Point

from renovate_gui.geo.network import build_network


def network(*lines):
    array = np.empty(len(lines), dtype=object)
    array[:] = [LineString(x) if isinstance(x, list) else x for x in lines]
    return build_network(array)


def test_a_bridge_over_a_street_does_not_connect():
    found = network([(0, -50), (0, 50)], [(-50, 0), (50, 0)])
    assert len(found.lines) == 2
    assert found.islands == 1


def test_a_shared_vertex_connects_and_cuts_both_lines():
    found = network([(0, -50), (0, 0), (0, 50)], [(-50, 0), (0, 0), (50, 0)])
    assert len(found.lines) == 4
    assert found.islands == 0
    assert found.source.tolist() == [0, 0, 1, 1]
    assert found.length_m.tolist() == [50.0] * 4


def test_a_line_that_ends_on_another_connects_there():
    found = network([(0, 0), (100, 0)], [(40, 0.004), (40, 30)], [(40, -0.004), (40, -30)])
    assert found.islands == 0
    assert sorted(found.length_m.round(2)) == [30.0, 30.0, 40.0, 60.0]


def test_an_end_two_centimetres_off_does_not_connect():
    assert network([(0, 0), (100, 0)], [(40, 0.02), (40, 30)]).islands == 1


def test_parts_are_numbered_by_length_and_multi_lines_are_exploded():
    multi = MultiLineString([[(0, 0), (10, 0)], [(100, 0), (200, 0)]])
    found = network(multi)
    assert found.source.tolist() == [0, 0]
    assert found.island_of_edge().tolist() == [1, 0]
    assert found.islands == 1


def test_useless_geometries_are_passed_over():
    with np.errstate(invalid="ignore"):
        broken = LineString([(0, 0), (np.nan, 5)])
    found = network(LineString(), Point(1, 2), broken, LineString([(0, 0, 3), (3, 4, 9)]))
    assert found.length_m.tolist() == [5.0]  # planar: heights are not part of the length
    empty = build_network(np.array([None], dtype=object))
    assert (len(empty.lines), len(empty.node_xy), empty.islands) == (0, 0, 0)


def test_a_loop_has_one_node_and_a_doubled_vertex_is_none():
    loop = network([(0, 0), (10, 0), (10, 10), (0, 0)])
    assert loop.tail[0] == loop.head[0]
    doubled = network([(0, 0), (5, 0), (5, 0), (10, 0)])
    assert len(doubled.lines) == 1


def test_cutting_keeps_every_metre():
    rng = np.random.default_rng(7)
    grid = [[(0, float(y)), (100, float(y))] for y in range(0, 101, 10)]
    feet = [
        [(float(x), 10.0 * k), (float(x), 10.0 * k + 10)]
        for x, k in zip(rng.uniform(1, 99, 40), rng.integers(0, 10, 40), strict=True)
    ]
    found = network(*grid, *feet)
    assert found.length_m.sum() == pytest.approx(100 * 11 + 10 * 40)
    assert found.islands == 0
    assert (shapely.length(found.lines) == found.length_m).all()


@pytest.mark.shared
@pytest.mark.parametrize(
    ("case", "crs", "nodes"), [("nanjing-wulaocun", 4549, 614), ("laspalmas-riscos", 32628, 2811)]
)
def test_real_networks_have_the_nodes_of_their_source(shared, case, crs, nodes):
    import pyogrio

    edges = pyogrio.read_dataframe(shared / "data" / case / f"{case}.gpkg", layer="walk_edges").to_crs(crs)
    found = build_network(edges.geometry.to_numpy())
    assert len(found.node_xy) == nodes
    same = {}
    first = np.array([np.flatnonzero(found.source == i)[0] for i in range(len(edges))])
    for u, node in zip(edges.u, found.tail[first], strict=True):
        assert same.setdefault(u, node) == node
