"""The walking network as a graph: noded lines, nodes at shared vertices, islands named.

Two lines meet where they share a vertex (after rounding to 1 cm) or where one ends on the other; a mere crossing,
such as a bridge over a street, does not connect. Proposed links come on top, see :mod:`renovate_gui.geo.linking`.
See docs/methods.md, "Network".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.noding import break_at, split_at

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_SINGLE_LINES = (1, 2)  # GEOS's numbers of LineString and LinearRing

NODE_TOLERANCE_M = 0.01
"""Ends closer than this are one node."""


@dataclass(frozen=True, slots=True)
class WalkNetwork:
    """A noded network in the project's CRS.

    Attributes
    ----------
    lines
        Edge geometries (2-D ``LineString``), shape ``(e,)``.
    length_m
        Planar length in the project's CRS, metres, shape ``(e,)``.
    tail, head
        Node index of each edge's first and last vertex, shape ``(e,)``; equal for a loop.
    node_xy
        Node coordinates, metres, shape ``(n, 2)``.
    component
        Connected part of each node, numbered by falling total edge length (0 is the main part), shape ``(n,)``.
    source
        Row of the input that an edge was cut from, shape ``(e,)``.
    whole
        The network that links were added to, None where there are none.
    z
        Height of every vertex of all ``lines`` in order, metres, NaN where the input had none, shape ``(v,)``; at cuts
        interpolated along the input's line. None where no line has heights.
    """

    lines: ObjectArray
    length_m: FloatArray
    tail: IndexArray
    head: IndexArray
    node_xy: FloatArray
    component: IndexArray
    source: IndexArray
    whole: Whole | None = None
    z: FloatArray | None = None

    @property
    def islands(self) -> int:
        """Return how many parts are cut off from the main part."""
        return max(0, int(self.component.max(initial=-1)))

    def island_of_edge(self) -> IndexArray:
        """Return the connected part of each edge, shape ``(e,)``."""
        return self.component[self.tail]


@dataclass(frozen=True, slots=True)
class Whole:
    """What a network with links was cut from: pieces keep the costs of the whole, shared by length.

    Attributes
    ----------
    network
        The existing network.
    parts
        The links as drawn, which join nothing here.
    edge
        Edge of ``network`` that an edge is (a piece of), then counting on, of ``parts``; −1 for legs, shape ``(e,)``.
    from_m
        Where the piece begins on it, metres from its tail, shape ``(e,)``.
    """

    network: WalkNetwork
    parts: WalkNetwork
    edge: IndexArray
    from_m: FloatArray


def unjoined(lines: ObjectArray, source: IndexArray) -> WalkNetwork:
    """Return lines as a network in which nothing meets."""
    count = len(lines)
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    node = np.arange(2 * count)
    return WalkNetwork(
        lines,
        np.asarray(shapely.length(lines), dtype=np.float64),
        node[:count],
        node[count:],
        shapely.get_coordinates(ends),
        node % max(count, 1),
        source,
    )


def build_network(geometry: ObjectArray, *, tolerance_m: float = NODE_TOLERANCE_M) -> WalkNetwork:
    """Return the noded graph of line geometries.

    Parameters
    ----------
    geometry
        Lines in the project's metric CRS, shape ``(n,)``; multi-lines are exploded, other types, missing, empty and
        non-finite geometries are passed over.
    tolerance_m
        Ends closer than this are one node.
    """
    lines, source = single_lines(geometry, keeps_z=True)
    lines, source = _node_at_vertices(lines, source, tolerance_m)
    lines, source = _node_at_ends(lines, source, tolerance_m)
    tail, head, node_xy = _nodes(lines, tolerance_m)
    length = np.asarray(shapely.length(lines), dtype=np.float64)
    component = connected_parts(tail, head, length, len(node_xy))
    z = shapely.get_coordinates(lines, include_z=True)[:, 2] if shapely.has_z(lines).any() else None
    return WalkNetwork(flattened(lines), length, tail, head, node_xy, component, source, z=z)


def flattened(geometry: ObjectArray) -> ObjectArray:
    """Return geometries without heights; those that have none stay the same objects, which a large town has room for."""
    high = shapely.has_z(geometry)
    if not high.any():
        return geometry
    flat = geometry.copy()
    flat[high] = shapely.force_2d(geometry[high])
    return flat


def single_lines(geometry: ObjectArray, *, keeps_z: bool = False) -> tuple[ObjectArray, IndexArray]:
    """Return single lines, 2-D unless heights are kept, and the row each came from; what is no usable line is left out."""
    parts, rows = geometry if keeps_z else flattened(geometry), np.arange(len(geometry))
    kind = shapely.get_type_id(parts)
    if not np.isin(kind, (-1, *_SINGLE_LINES)).all():
        parts, rows = shapely.get_parts(parts, return_index=True)
        parts = np.asarray(parts, dtype=object)
        kind = shapely.get_type_id(parts)
    keep = np.isin(kind, _SINGLE_LINES) & ~shapely.is_empty(parts)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    keep[part[~np.isfinite(xy).all(axis=1)]] = False
    return parts[keep], np.asarray(rows[keep], dtype=np.int64)


def _node_at_vertices(
    lines: ObjectArray, source: IndexArray, tolerance_m: float
) -> tuple[ObjectArray, IndexArray]:
    """Cut lines at inner vertices that another line (or the same line again) shares."""
    if len(lines) == 0:
        return lines, source
    xy, line_of = shapely.get_coordinates(lines, return_index=True)
    first = np.r_[True, line_of[1:] != line_of[:-1]]
    last = np.r_[first[1:], True]
    is_repeat = np.r_[False, (xy[1:] == xy[:-1]).all(axis=1)] & ~first  # a doubled vertex is no meeting
    key = _cell_keys(xy, tolerance_m)
    _, inverse, count = np.unique(key[~is_repeat], return_inverse=True, return_counts=True)
    shared = np.zeros(len(xy), dtype=bool)
    shared[~is_repeat] = count[inverse] > 1
    return break_at(lines, source, shared & ~first & ~last)


def _cell_keys(xy: FloatArray, tolerance_m: float) -> NDArray[np.complex128]:
    """Return one sortable key per coordinate pair, equal for pairs that round to the same cell."""
    cells = np.rint(xy / tolerance_m)
    return cells[:, 0] + 1j * cells[:, 1]


def _node_at_ends(
    lines: ObjectArray, source: IndexArray, tolerance_m: float
) -> tuple[ObjectArray, IndexArray]:
    """Cut lines where another line ends on their inside (T-junctions of hand-drawn networks)."""
    if len(lines) == 0:
        return lines, source
    ends = _end_coordinates(lines)
    _, first, place_of = np.unique(_cell_keys(ends, tolerance_m), return_index=True, return_inverse=True)
    places = np.asarray(shapely.points(ends[first]), dtype=object)
    place, line = shapely.STRtree(lines).query(places, predicate="dwithin", distance=tolerance_m)
    at = np.asarray(shapely.line_locate_point(lines[line], places[place]))
    inside = (at > tolerance_m) & (at < shapely.length(lines)[line] - tolerance_m)
    place, line, at = place[inside], line[inside], at[inside]
    apart = _ends_apart(ends, place_of, place, line, tolerance_m)
    return split_at(lines, source, line[apart], at[apart])


def _ends_apart(
    ends: FloatArray, place_of: IndexArray, place: IndexArray, line: IndexArray, tolerance_m: float
) -> NDArray[np.bool_]:
    """Return which touches join lines that do not meet already: one line ending there shares no end with the other.

    Where an OpenStreetMap way grazes its own start there is no junction in the source; it must not become one here.
    """
    count = len(ends) // 2
    result = np.zeros(len(place), dtype=bool)
    by_place = np.argsort(place_of, kind="stable")
    start = np.searchsorted(place_of[by_place], np.arange(place_of.max() + 2))
    for i, (spot, other) in enumerate(zip(place, line, strict=True)):
        touching = by_place[start[spot] : start[spot + 1]] % count
        mine = ends[np.concatenate([touching, touching + count])].reshape(2, -1, 1, 2)
        theirs = ends[[other, other + count]]
        gap = np.hypot(*np.moveaxis(mine - theirs, -1, 0)).min(axis=(0, 2))
        result[i] = bool((gap > tolerance_m).any())
    return result


def _end_coordinates(lines: ObjectArray) -> FloatArray:
    """Return all first vertices, then all last vertices, shape ``(2n, 2)``."""
    xy, line_of = shapely.get_coordinates(lines, return_index=True)
    is_first = np.r_[True, line_of[1:] != line_of[:-1]]
    is_last = np.r_[is_first[1:], True]
    return np.concatenate([xy[is_first], xy[is_last]])


def _nodes(lines: ObjectArray, tolerance_m: float) -> tuple[IndexArray, IndexArray, FloatArray]:
    """Return tail and head node per line, and node coordinates; ends within the tolerance are one node."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    if len(lines) == 0:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros((0, 2))
    ends = _end_coordinates(lines)
    _, first, inverse = np.unique(ends[:, 0] + 1j * ends[:, 1], return_index=True, return_inverse=True)
    xy = ends[first]
    pairs = cKDTree(xy).query_pairs(tolerance_m, output_type="ndarray")
    near = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    count, label = connected_components(near, directed=False)
    node_xy = np.zeros((count, 2))
    node_xy[label[::-1]] = xy[::-1]
    node = np.asarray(label[inverse], dtype=np.int64)
    return node[: len(lines)], node[len(lines) :], node_xy


def connected_parts(tail: IndexArray, head: IndexArray, length_m: FloatArray, nodes: int) -> IndexArray:
    """Return the connected part of each node, the part with the longest ways first."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if nodes == 0:
        return np.zeros(0, dtype=np.int64)
    links = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(nodes, nodes))
    count, label = connected_components(links, directed=False)
    total = np.bincount(label[tail], weights=length_m, minlength=count)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(-total, kind="stable")] = np.arange(count)
    return rank[label]
