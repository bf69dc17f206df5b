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
from renovate_gui.domain.shapes import LINE, flat_of, in_blocks
from renovate_gui.geo.lines import Lines
from renovate_gui.geo.noding import Drawn, break_at, split_at

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_PORTION = 50_000  # geometries at a time
_SINGLE_LINES = (1, 2)  # GEOS's numbers of LineString and LinearRing

NODE_TOLERANCE_M = 0.01
"""Ends closer than this are one node."""


@dataclass(frozen=True, slots=True)
class WalkNetwork:
    """A noded network in the project's CRS.

    Attributes
    ----------
    lines
        The edges, flat; ``lines[rows]`` are their geometries.
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

    lines: Lines
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
        Lines.of(lines),
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
    drawn = _drawn(geometry)
    drawn = _node_at_vertices(drawn, tolerance_m)
    drawn = _node_at_ends(drawn, tolerance_m)
    lines = drawn.lines
    tail, head, node_xy = _nodes(lines, tolerance_m)
    length = lengths(lines)
    component = connected_parts(tail, head, length, len(node_xy))
    return WalkNetwork(lines, length, tail, head, node_xy, component, drawn.source, z=drawn.z)


def _drawn(geometry: ObjectArray) -> Drawn:
    """Return the usable lines of geometries; of flat lines nothing is copied."""
    flat = flat_of(geometry)
    if flat is not None and len(flat) and bool((flat.kind == LINE).all()):
        return Drawn(Lines(flat.xy, flat.start), flat.z, np.arange(len(flat)))
    parts = []
    for rows, shapes in in_blocks(geometry):
        lines, source = single_lines(shapes, keeps_z=True)
        parts.append(Drawn.of(lines, rows.start + source))
    return Drawn.joined(parts)


def lengths(lines: Lines) -> FloatArray:
    """Return the plan lengths of lines, metres."""
    found = np.zeros(len(lines))
    for rows in _portions(len(lines)):
        found[rows] = shapely.length(lines[rows])
    return found


def _portions(count: int) -> list[slice]:
    """Return all rows, some at a time, so that geometries made for them take little memory."""
    return [slice(first, first + _PORTION) for first in range(0, count, _PORTION)]


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


def _node_at_vertices(drawn: Drawn, tolerance_m: float) -> Drawn:
    """Cut lines at inner vertices that another line (or the same line again) shares."""
    if len(drawn.lines) == 0:
        return drawn
    xy, start = drawn.lines.xy, drawn.lines.start
    first, last = np.zeros(len(xy), dtype=bool), np.zeros(len(xy), dtype=bool)
    first[start[:-1]], last[start[1:] - 1] = True, True
    is_repeat = np.r_[False, (xy[1:] == xy[:-1]).all(axis=1)] & ~first  # a doubled vertex is no meeting
    shared = np.zeros(len(xy), dtype=bool)
    shared[~is_repeat] = _is_met(_cell_keys(xy[~is_repeat], tolerance_m))
    return break_at(drawn, shared & ~first & ~last)


def _is_met(key: NDArray[np.complex128]) -> NDArray[np.bool_]:
    """Return which keys stand more than once."""
    order = np.argsort(key)
    key = key[order]
    same = key[1:] == key[:-1]
    found = np.zeros(len(key), dtype=bool)
    found[order] = np.r_[False, same] | np.r_[same, False]
    return found


def _cell_keys(xy: FloatArray, tolerance_m: float) -> NDArray[np.complex128]:
    """Return one sortable key per coordinate pair, equal for pairs that round to the same cell."""
    cells = np.rint(xy / tolerance_m)
    return cells[:, 0] + 1j * cells[:, 1]


def _node_at_ends(drawn: Drawn, tolerance_m: float) -> Drawn:
    """Cut lines where another line ends on their inside (T-junctions of hand-drawn networks)."""
    lines = drawn.lines
    if len(lines) == 0:
        return drawn
    ends = _end_coordinates(lines)
    _, first, place_of = np.unique(_cell_keys(ends, tolerance_m), return_index=True, return_inverse=True)
    found = [
        _on_inside(lines, ends[first], np.arange(len(first))[rows], tolerance_m)
        for rows in _portions(len(first))
    ]
    place, line, at = (np.concatenate(column) for column in zip(*found, strict=True))
    apart = _ends_apart(ends, place_of, place, line, tolerance_m)
    return split_at(drawn, line[apart], at[apart])


def _on_inside(
    lines: Lines, spots: FloatArray, rows: IndexArray, tolerance_m: float
) -> tuple[IndexArray, IndexArray, FloatArray]:
    """Return which spots lie on the inside of which lines, and where on them."""
    at, line = lines.boxes.near(spots[rows] - tolerance_m, spots[rows] + tolerance_m)
    meets = (spots[rows[at]] == lines.xy[lines.start[line]]).all(axis=1)
    meets |= (spots[rows[at]] == lines.xy[lines.start[line + 1] - 1]).all(axis=1)
    at, line = at[~meets], line[~meets]  # a line that ends just there is met at its end and nowhere else
    places = np.asarray(shapely.points(spots[rows[at]]), dtype=object)
    own, of = np.unique(line, return_inverse=True)
    shapes = lines[own][of]
    near = shapely.distance(places, shapes) <= tolerance_m
    at, line, places, shapes = at[near], line[near], places[near], shapes[near]
    along = np.asarray(shapely.line_locate_point(shapes, places), dtype=np.float64)
    inside = (along > tolerance_m) & (along < shapely.length(shapes) - tolerance_m)
    return rows[at[inside]], line[inside], along[inside]


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


def _end_coordinates(lines: Lines) -> FloatArray:
    """Return all first vertices, then all last vertices, shape ``(2n, 2)``."""
    return np.concatenate([lines.xy[lines.start[:-1]], lines.xy[lines.start[1:] - 1]])


def _nodes(lines: Lines, tolerance_m: float) -> tuple[IndexArray, IndexArray, FloatArray]:
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
