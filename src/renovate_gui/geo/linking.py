"""Proposed links on top of an existing network: they add ways and take none away.

The existing network is not noded again. A link's ends join it by straight legs, the edges they touch are cut there, and
every place keeps its own foot on the existing network beside those it gets on links. So a link can only shorten ways.
See docs/methods.md, "Network".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.lines import Lines
from renovate_gui.geo.network import (
    NODE_TOLERANCE_M,
    FloatArray,
    IndexArray,
    WalkNetwork,
    Whole,
    build_network,
    connected_parts,
    single_lines,
    unjoined,
)
from renovate_gui.geo.noding import Drawn, split_at

LOOSE_END_M = 2.0
"""An end of a hand-drawn link joins the network within this distance: one millimetre on a plan of 1:2000."""

LEG = -1
"""Source of the legs between links and the network: no line of the input."""

_SAME_M = 1e-8  # two cuts nearer than this are one


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """An end of a link that joins nothing; ``gap_m`` to the nearest line of the existing network, ``inf`` without one."""

    link: int
    gap_m: float


@dataclass(frozen=True, slots=True)
class LinkedNetwork:
    """An existing network with links.

    Attributes
    ----------
    network
        Edges of the existing network (cut where links join), of the links, and the legs between them.
    link
        Link that an edge belongs to, −1 for existing edges and legs, shape ``(e,)``.
    open_ends
        Ends of links that join nothing.
    parts
        The links as drawn, each cut only where it meets itself, shape ``(p,)``.
    part_link
        Link of each part, shape ``(p,)``.
    moved
        New index of each existing edge, then of each part; −1 where it was cut, shape ``(e0 + p,)``.
    cuts
        For each cut edge or part: where its pieces begin (metres from its tail) and the index of the first piece.
    """

    network: WalkNetwork
    link: IndexArray
    open_ends: tuple[OpenEnd, ...]
    parts: ObjectArray
    part_link: IndexArray
    moved: IndexArray
    cuts: Mapping[int, tuple[FloatArray, int]]

    def first_piece(self) -> IndexArray:
        """Return an edge that is, or is a piece of, each edge of the existing network, shape ``(e0,)``."""
        found = self.moved[: len(self.moved) - len(self.parts)].copy()
        for old, (_, first) in self.cuts.items():
            if old < len(found):
                found[old] = first
        return found

    def carried(self, edge: IndexArray, offset_m: FloatArray) -> tuple[IndexArray, FloatArray]:
        """Return places on existing edges and parts (in the order of ``moved``) as places on the new edges."""
        new_edge = self.moved[edge]
        new_offset = offset_m.copy()
        for old, (starts, first) in self.cuts.items():
            on = np.flatnonzero(edge == old)
            piece = np.searchsorted(starts, offset_m[on], side="right") - 1
            new_edge[on] = first + piece
            new_offset[on] = offset_m[on] - starts[piece]
        return new_edge, new_offset


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Where two lines are joined by a leg, as parallel arrays; lines count existing edges first, then parts of links."""

    line: IndexArray
    at_m: FloatArray
    other: IndexArray
    other_at_m: FloatArray

    @staticmethod
    def joined(found: list[_Meetings]) -> _Meetings:
        """Return several as one."""
        return _Meetings(
            np.concatenate([m.line for m in found]),
            np.concatenate([m.at_m for m in found]),
            np.concatenate([m.other for m in found]),
            np.concatenate([m.other_at_m for m in found]),
        )


def link_network(base: WalkNetwork, links: ObjectArray, *, first_source: int) -> LinkedNetwork:
    """Return the network with links.

    Parameters
    ----------
    base
        The existing network.
    links
        Lines drawn by hand, shape ``(k,)``; what is no line is passed over.
    first_source
        Row that stands for link 0 in ``WalkNetwork.source``.
    """
    parts, link_of = _parts(links)
    lines = _Every(base.lines, parts)
    if len(parts) == 0:
        nothing = np.full(len(lines), -1, dtype=np.int64)
        return LinkedNetwork(base, nothing, (), parts, link_of, np.arange(len(lines)), {})
    first = len(base.lines)
    at_ends, open_ends = _at_ends(lines, link_of)
    meetings = _Meetings.joined([at_ends, _rings(parts, first), *_at_vertices(lines)])
    return _Assembly(base, lines, link_of, first_source).finish(meetings, open_ends)


class _Every:
    """Existing lines and, counting on, the parts of links."""

    def __init__(self, existing: Lines, parts: ObjectArray) -> None:
        self.existing, self.parts = existing, parts
        self.first = len(existing)
        self._tree = shapely.STRtree(parts)

    def __len__(self) -> int:
        return self.first + len(self.parts)

    def __getitem__(self, rows: IndexArray) -> ObjectArray:
        found = np.empty(len(rows), dtype=object)
        is_old = rows < self.first
        found[is_old] = self.existing[rows[is_old]]
        found[~is_old] = self.parts[rows[~is_old] - self.first]
        return found

    def one(self, row: int) -> shapely.LineString:
        """Return one line."""
        line: shapely.LineString = self[np.array([row])][0]
        return line

    def near(self, shapes: ObjectArray, distance_m: float) -> tuple[IndexArray, IndexArray]:
        """Return all pairs of shapes and lines not farther apart, by number."""
        bounds = shapely.bounds(shapes)
        at, old = self.existing.boxes.near(bounds[:, :2] - distance_m, bounds[:, 2:] + distance_m)
        is_near = shapely.dwithin(shapes[at], self.existing[old], distance_m)
        own, part = self._tree.query(shapes, predicate="dwithin", distance=distance_m)
        return np.concatenate([at[is_near], own]), np.concatenate([old[is_near], part + self.first])


def _parts(links: ObjectArray) -> tuple[ObjectArray, IndexArray]:
    """Return the lines of links, cut where one meets itself, and the link each belongs to."""
    parts, link_of = single_lines(links)
    found: list[object] = []
    owner: list[int] = []
    for part, link in zip(parts, link_of, strict=True):
        pieces = [part] if part.is_simple else build_network(np.array([part], dtype=object)).lines
        found += [piece for piece in pieces if piece.length > 0]
        owner += [int(link)] * (len(found) - len(owner))
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array, np.array(owner, dtype=np.int64)


def _rings(parts: ObjectArray, first: int) -> _Meetings:
    """Return where a part ends where it began."""
    gap = shapely.distance(shapely.get_point(parts, 0), shapely.get_point(parts, -1))
    ring = np.flatnonzero(gap <= NODE_TOLERANCE_M)
    return _Meetings(first + ring, np.zeros(len(ring)), first + ring, shapely.length(parts[ring]))


def _at_ends(lines: _Every, link_of: IndexArray) -> tuple[_Meetings, tuple[OpenEnd, ...]]:
    """Return where ends of links join the nearest existing edge and every other part of a link within LOOSE_END_M."""
    first = lines.first
    parts = np.arange(first, len(lines))
    owner = np.concatenate([parts, parts])
    own_at = np.concatenate([np.zeros(len(parts)), shapely.length(lines.parts)])
    ends = np.concatenate([shapely.get_point(lines.parts, 0), shapely.get_point(lines.parts, -1)])
    end, line = lines.near(ends, LOOSE_END_M)
    gap = shapely.distance(ends[end], lines[line])
    order = np.lexsort((line, gap, end))
    end, line = end[order], line[order]
    is_existing = line < first
    is_nearest = np.zeros(len(end), dtype=bool)
    rows = np.flatnonzero(is_existing)
    is_nearest[rows[np.unique(end[rows], return_index=True)[1]]] = True
    keep = is_nearest | (~is_existing & (line != owner[end]))
    end, line = end[keep], line[keep]
    at = np.asarray(shapely.line_locate_point(lines[line], ends[end]), dtype=np.float64)
    alone = np.setdiff1d(np.arange(len(ends)), end)
    open_ends = tuple(OpenEnd(int(link_of[owner[i] - first]), _gap(lines.existing, ends[i])) for i in alone)
    return _Meetings(owner[end], own_at[end], line, at), open_ends


def _gap(lines: Lines, point: shapely.Point) -> float:
    """Return the distance to the nearest line, ``inf`` without one; looked for in ever larger boxes."""
    spot = np.array([[point.x, point.y]])
    radius = 2.0 * LOOSE_END_M
    while len(lines):
        _, near = lines.boxes.near(spot - radius, spot + radius)
        gap = float(shapely.distance(point, lines[near]).min(initial=np.inf))
        if gap <= radius:
            return gap
        radius *= 2.0
    return float("inf")


def _at_vertices(lines: _Every) -> list[_Meetings]:
    """Return where links share a vertex with another line, and where an existing edge ends on a link."""
    found: list[tuple[int, float, int, float]] = []
    first = lines.first
    near = lines.near(lines.parts, NODE_TOLERANCE_M)
    for part, other in zip((near[0] + first).tolist(), near[1].tolist(), strict=True):
        if part == other:
            continue
        own, them = lines.one(part), lines.one(other)
        mine, theirs = shapely.get_coordinates(own), shapely.get_coordinates(them)
        gap = np.hypot(*np.moveaxis(mine[:, None] - theirs[None], -1, 0))
        touching = theirs[(gap <= NODE_TOLERANCE_M).any(axis=0)]
        if other < first:
            touching = np.concatenate([touching, theirs[[0, -1]]])
        spots = shapely.points(touching)
        spots = spots[shapely.distance(own, spots) <= NODE_TOLERANCE_M]
        found += [(part, own.project(s), other, them.project(s)) for s in spots]
    if not found:
        return []
    line, at, other_line, other_at = (np.array(column) for column in zip(*found, strict=True))
    return [_Meetings(line, at.astype(np.float64), other_line, other_at.astype(np.float64))]


class _Assembly:
    """Puts the pieces together: new nodes, cut edges, links, legs."""

    def __init__(self, base: WalkNetwork, lines: _Every, link_of: IndexArray, first_source: int) -> None:
        self._base, self._lines, self._link_of, self._first_source = base, lines, link_of, first_source
        self._first = len(base.lines)
        self._length = np.concatenate([base.length_m, shapely.length(lines.parts)])
        self._node_xy = [base.node_xy]
        self._nodes = len(base.node_xy)
        self._node: dict[tuple[int, float], int] = {}
        self._edges: list[
            tuple[object, float, int, int, int, int, int, float]
        ] = []  # line, length, tail, head, source, link, line it is cut from, where on it

    def finish(self, meetings: _Meetings, open_ends: tuple[OpenEnd, ...]) -> LinkedNetwork:
        """Return the network of everything."""
        line = np.concatenate([meetings.line, meetings.other])
        at = self._rounded(line, np.concatenate([meetings.at_m, meetings.other_at_m]))
        cut = np.unique(line[line < self._first])
        cut = np.array([e for e in cut if self._is_inner(int(e), at[line == e]).any()], dtype=np.int64)
        keep = np.ones(self._first, dtype=bool)
        keep[cut] = False
        uncut = np.where(keep, np.cumsum(keep) - 1, -1)
        cuts = {}
        for edge in [*cut, *range(self._first, len(self._lines))]:
            first_piece = int(keep.sum()) + len(self._edges)
            cuts[int(edge)] = (self._cut(int(edge), np.unique(at[line == edge])), first_piece)
        half = len(meetings.line)
        for i in range(half):
            self._leg((int(line[i]), float(at[i])), (int(line[half + i]), float(at[half + i])))
        network, link = self._network(keep)
        parts = self._lines.parts
        moved = np.concatenate([uncut, np.full(len(parts), -1, dtype=np.int64)])
        return LinkedNetwork(network, link, open_ends, parts, self._link_of, moved, cuts)

    def _rounded(self, line: IndexArray, at_m: FloatArray) -> FloatArray:
        """Return places along lines so that what is one spot has one number."""
        length = self._length[line]
        at = np.round(at_m, 8)
        return np.where(at_m < _SAME_M, 0.0, np.where(at_m > length - _SAME_M, length, at))

    def _is_inner(self, line: int, at_m: FloatArray) -> NDArray[np.bool_]:
        return np.asarray((at_m > 0) & (at_m < self._length[line]))

    def _cut(self, line: int, at_m: FloatArray) -> FloatArray:
        """Store the pieces of a line and return where they begin; their lengths add up to the line's exactly."""
        inner = at_m[self._is_inner(line, at_m)]
        stops = np.concatenate([[0.0], inner, [self._length[line]]])
        drawn = Drawn(Lines.of(self._lines[np.array([line])]), None, np.zeros(1, np.int64))
        pieces = split_at(drawn, np.zeros(len(inner), np.int64), inner).lines
        nodes = [self._node_at(line, float(at)) for at in stops]
        is_link = line >= self._first
        link = int(self._link_of[line - self._first]) if is_link else -1
        source = self._first_source + link if is_link else int(self._base.source[line])
        for i, piece in enumerate(pieces):
            length = stops[i + 1] - stops[i]
            self._edges.append((piece, length, nodes[i], nodes[i + 1], source, link, line, stops[i]))
        return stops[:-1]

    def _node_at(self, line: int, at_m: float) -> int:
        """Return the node of a place where a line is cut or ends."""
        if line < self._first and at_m in (0.0, self._length[line]):
            return int(self._base.tail[line] if at_m == 0.0 else self._base.head[line])
        if (line, at_m) not in self._node:
            xy = shapely.get_coordinates(shapely.line_interpolate_point(self._lines.one(line), at_m))
            self._node_xy.append(xy)
            self._node[line, at_m] = self._nodes
            self._nodes += 1
        return self._node[line, at_m]

    def _leg(self, one: tuple[int, float], two: tuple[int, float]) -> None:
        """Store the straight leg between two places."""
        xy = [
            shapely.get_coordinates(shapely.line_interpolate_point(self._lines.one(n), at))[0]
            for n, at in (one, two)
        ]
        length = float(np.hypot(*(xy[1] - xy[0])))
        self._edges.append(
            (shapely.linestrings(xy), length, self._node_at(*one), self._node_at(*two), LEG, -1, -1, 0.0)
        )

    def _network(self, keep: NDArray[np.bool_]) -> tuple[WalkNetwork, IndexArray]:
        shapes = np.empty(len(self._edges), dtype=object)
        shapes[:] = [e[0] for e in self._edges]
        length, tail, head, source, link, cut_from, from_m = (
            np.array([e[i] for e in self._edges]) for i in range(1, 8)
        )
        base = self._base
        all_length = np.concatenate([base.length_m[keep], length])
        all_tail, all_head = np.concatenate([base.tail[keep], tail]), np.concatenate([base.head[keep], head])
        node_xy = np.concatenate(self._node_xy)
        network = WalkNetwork(
            base.lines.take(np.flatnonzero(keep)).then(Lines.of(shapes)),
            all_length,
            all_tail,
            all_head,
            node_xy,
            connected_parts(all_tail, all_head, all_length, len(node_xy)),
            np.concatenate([base.source[keep], source]),
            Whole(
                base,
                unjoined(self._lines.parts, self._first_source + self._link_of),
                np.concatenate([np.flatnonzero(keep), cut_from]),
                np.concatenate([np.zeros(int(keep.sum())), from_m]),
            ),
        )
        return network, np.concatenate([np.full(int(keep.sum()), -1, dtype=np.int64), link])
