"""What is known of the ways of a network: stairs, lifts, opening hours, and how steep each stretch is.

Heights come from the lines' own z, else from a height model, else a way's grade attribute counts, else it is flat. See
docs/methods.md, "Slopes and stairs".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import IntEnum
from typing import TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.links import is_lift, is_stairs
from renovate_gui.analysis.opening import Hours, Readable, read_hours
from renovate_gui.geo.heights import HeightModel, has_heights
from renovate_gui.geo.lines import Lines
from renovate_gui.geo.linking import LEG, LOOSE_END_M
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.noding import along_lines

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

LEAST_STRETCH_M = 5.0
"""Shorter stretches are merged: a decimetre of noise in the heights would make a metre of way steep."""

_BLOCK_M = 200.0  # heights of ways in the squares that a link touches, and in those around, shape the ground beneath it


class HeightSource(IntEnum):
    """Where an edge's steepness comes from."""

    FLAT = 0  # nothing is known; the way counts as flat
    GRADE = 1  # the way's grade attribute
    MODEL = 2  # a layer of heights
    LINES = 3  # z values of the network itself


@dataclass(frozen=True, slots=True)
class Stretches:
    """Parts of edges with one slope each, in order along every edge.

    Attributes
    ----------
    edge
        Edge of each stretch, ascending, shape ``(s,)``.
    length_m
        Plan length, shape ``(s,)``.
    slope
        Rise over run from tail to head; 0 where nothing is known, shape ``(s,)``.
    climb_m
        Rise from tail to head, shape ``(s,)``.
    """

    edge: IndexArray
    length_m: FloatArray
    slope: FloatArray
    climb_m: FloatArray


@dataclass(frozen=True, slots=True)
class Profile:
    """Heights at the vertices of lines, NaN where unknown; shape ``(v,)``."""

    lines: Lines
    height_m: FloatArray
    _grounds: list[tuple[IndexArray, HeightModel]] = field(default_factory=list, compare=False, repr=False)

    def ground_of(self, rows: IndexArray) -> HeightModel:
        """Return the ground between some lines; the last one is kept, for a hand seldom changes which lines are near."""
        for known, model in self._grounds:
            if np.array_equal(known, rows):
                return model
        vertex, _ = self.lines.vertices(rows)
        model = HeightModel.from_points(np.column_stack([self.lines.xy[vertex], self.height_m[vertex]]))
        self._grounds[:] = [(rows, model)]
        return model

    def height(self, line: int, at_m: float) -> float:
        """Return the height at a distance along a line."""
        part = slice(self.lines.start[line], self.lines.start[line + 1])
        xy = self.lines.xy[part]
        along = along_lines(xy, np.zeros(len(xy), dtype=np.int64))
        return float(np.interp(at_m, along, self.height_m[part]))


@dataclass(frozen=True, slots=True)
class WayFacts:
    """Facts of all edges of one network.

    Attributes
    ----------
    is_stairs, is_lift
        What the edge is, shape ``(e,)``.
    source
        :class:`HeightSource` of each edge, shape ``(e,)``.
    opening
        Number of the edge's hours in ``hours``, −1 for always open, shape ``(e,)``.
    hours
        The different opening hours.
    base, drawn
        Facts of the network beneath and of the links as drawn, where links were added: pieces keep the slopes of what they
        were cut from, and only the legs between have stretches of their own.
    """

    network: WalkNetwork
    is_stairs: BoolArray
    is_lift: BoolArray
    source: NDArray[np.int8]
    stretches: Stretches
    profile: Profile
    opening: IndexArray
    hours: tuple[Hours, ...]
    base: WayFacts | None = None
    drawn: WayFacts | None = None

    @property
    def is_flat(self) -> bool:
        """Return whether nothing at all is known of heights and grades: what is said then must say "flat"."""
        return not (self.source != HeightSource.FLAT).any()

    @property
    def unreadable_hours(self) -> tuple[str, ...]:
        """Return hours that could not be read; their ways count as open."""
        return tuple(dict.fromkeys(h.text for h in self.hours if h.readable is Readable.UNREADABLE))

    def is_open(self, at: time | None) -> BoolArray:
        """Return which edges are open at an hour, all without one, shape ``(e,)``."""
        if at is None or not self.hours:
            return np.ones(len(self.opening), dtype=bool)
        now = np.array([*(h.is_open(at) for h in self.hours), True])  # the last stands for always, −1
        return np.asarray(now[self.opening], dtype=bool)

    def heights(self, edge: IndexArray, at_m: FloatArray) -> FloatArray:
        """Return heights at distances along edges, NaN where unknown, shape of ``edge``."""
        return np.array(
            [self.height(e, at) for e, at in zip(edge.tolist(), at_m.tolist(), strict=True)], dtype=np.float64
        )

    def height(self, edge: int, at_m: float) -> float:
        """Return the height at a distance along one edge, NaN where unknown."""
        facts, own, at = self._uncut(edge, at_m)
        return facts.profile.height(own, at)

    def slope(self, edge: int, at_m: float) -> float:
        """Return the slope at a distance along one edge, rise over run from tail to head, as it is counted."""
        facts, own, at = self._uncut(edge, at_m)
        parts = facts.stretches
        first, last = np.searchsorted(parts.edge, [own, own + 1])
        end = np.cumsum(parts.length_m[first:last])
        if len(end) == 0:
            return 0.0
        return float(parts.slope[first + min(int(np.searchsorted(end, at)), len(end) - 1)])

    def _uncut(self, edge: int, at_m: float) -> tuple[WayFacts, int, float]:
        """Return a place on an edge as one on what the edge was cut from."""
        whole = self.network.whole
        if whole is None or self.base is None or self.drawn is None or whole.edge[edge] < 0:
            return self, edge, at_m
        own, at = int(whole.edge[edge]), float(whole.from_m[edge]) + at_m
        existing = len(whole.network.lines)
        return (self.base, own, at) if own < existing else (self.drawn, own - existing, at)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the data says of the rows a network was built from."""

    kinds: Sequence[object]
    grade: FloatArray | None
    hours: Sequence[str]


def way_facts(
    network: WalkNetwork,
    kinds: Sequence[object],
    *,
    grade: FloatArray | None = None,
    hours: Sequence[str] = (),
    heights: HeightModel | None = None,
    base: WayFacts | None = None,
) -> WayFacts:
    """Return the facts of a network's edges.

    Parameters
    ----------
    kinds
        What each row of the input is (``network.source`` counts them), in the words of the data.
    grade
        Slope of each row, rise over run from its first to its last vertex, NaN where not stated.
    hours
        When each row is open, empty for always; may be left out.
    heights
        Heights of the ground, for ways without z.
    base
        Facts of ``network.whole.network`` where they are at hand; else they are made here.
    """
    known = _Known(kinds, grade, hours)
    whole = network.whole
    if whole is None:
        return _facts(network, known, _ground(network, heights))
    base = base or _facts(whole.network, known, _ground(whole.network, heights))
    drawn = _facts(whole.parts, known, _beneath_links(whole.parts, base, heights))
    return _carried(network, whole.edge, base, drawn)


def _carried(network: WalkNetwork, edge: IndexArray, base: WayFacts, drawn: WayFacts) -> WayFacts:
    """Return the facts of pieces as those of what they were cut from; the legs between are flat and always open."""
    leg = edge < 0

    def of(one: NDArray[T], two: NDArray[T], of_leg: object) -> NDArray[T]:
        found = np.concatenate([one, two])[edge]
        found[leg] = of_leg
        return found

    first = len(base.hours)
    own = np.flatnonzero(leg)
    level = np.zeros(len(own))
    return WayFacts(
        network,
        of(base.is_stairs, drawn.is_stairs, False),  # noqa: FBT003  the value of legs
        of(base.is_lift, drawn.is_lift, False),  # noqa: FBT003  the value of legs
        of(base.source, drawn.source, HeightSource.FLAT),
        Stretches(own, network.length_m[own], level, level),
        Profile(network.lines, np.full(len(network.lines.xy), np.nan)),
        of(base.opening, np.where(drawn.opening < 0, -1, drawn.opening + first), -1),
        base.hours + drawn.hours,
        base=base,
        drawn=drawn,
    )


def _facts(network: WalkNetwork, known: _Known, ground: _Ground) -> WayFacts:
    """Return the facts of edges that were not cut from others."""
    row = network.source
    words = [known.kinds[i] if i >= 0 else None for i in row]
    opening, texts = _opening(row, known.hours)
    lines = network.lines
    edge = lines.line_of
    z, sources = ground
    vertices = _Vertices(edge, along_lines(lines.xy, edge), Profile(lines, z))
    stretches, source = _stretches(network, vertices, sources, _grade_of(row, known.grade))
    return WayFacts(
        network, is_stairs(words), is_lift(words), source, stretches, vertices.profile, opening, texts
    )


def _grade_of(row: IndexArray, grade: FloatArray | None) -> FloatArray:
    """Return the grade of each edge; legs of links are flat."""
    if grade is None:
        return np.where(row == LEG, 0.0, np.nan)
    return np.where(row == LEG, 0.0, grade[np.maximum(row, 0)]) if len(grade) else np.full(len(row), np.nan)


def _opening(row: IndexArray, hours: Sequence[str]) -> tuple[IndexArray, tuple[Hours, ...]]:
    """Return the number of each edge's hours, and the different hours."""
    of_row = np.full(len(hours) + 1, -1, dtype=np.int64)  # the last stands for legs, which are always open
    if len(hours) == 0:
        return np.full(len(row), -1, dtype=np.int64), ()
    number: dict[str, int] = {}
    found: list[Hours] = []
    for i in np.unique(row[row >= 0]).tolist():
        text = hours[i]
        if text not in number:
            read = read_hours(text)
            number[text] = -1 if read is None else len(found)
            found += [] if read is None else [read]
        of_row[i] = number[text]
    return of_row[row], tuple(found)


@dataclass(frozen=True, slots=True)
class _Vertices:
    """All vertices of all edges: the edge of each, where on it, how high."""

    edge: IndexArray
    at_m: FloatArray
    profile: Profile


_Ground: TypeAlias = tuple[FloatArray, NDArray[np.int8]]
"""Height of every vertex, NaN where unknown, and the :class:`HeightSource` of every edge: all its heights or none."""


def _ground(network: WalkNetwork, model: HeightModel | None) -> _Ground:
    """Return heights of a network: an edge takes them all from one source, the lines' z before the model."""
    z = network.z
    if z is None or not has_heights(z):
        z = np.full(len(network.lines.xy), np.nan)
    return _filled(z, network.lines.xy, network.lines.line_of, model, len(network.lines))


def _beneath_links(parts: WalkNetwork, base: WayFacts, model: HeightModel | None) -> _Ground:
    """Return heights of links: from the ways they join where those have z, between them from the ground around."""
    xy, edge = parts.lines.xy, parts.lines.line_of
    z = np.full(len(xy), np.nan)
    if has_heights(base.network.z) and len(xy):
        at = along_lines(xy, edge)
        for link in range(len(parts.lines)):  # each by itself, so that no other link changes it
            own = edge == link
            z[own] = _bridged(_around_link(base, xy[own]), at[own])
    return _filled(z, xy, edge, model, len(parts.lines))


def _filled(
    z: FloatArray, xy: FloatArray, edge: IndexArray, model: HeightModel | None, count: int
) -> _Ground:
    """Return heights with those of edges that lack some taken from the model, all of them."""
    source = np.full(count, HeightSource.FLAT, dtype=np.int8)
    from_lines = _all_known(z, edge, count)
    source[from_lines] = HeightSource.LINES
    rows = np.flatnonzero(~from_lines[edge])
    if len(rows) == 0:
        return z, source  # all as they came: the network's own array
    z = z.copy()
    z[rows] = np.nan
    if model is not None and len(rows):
        z[rows] = model.at(xy[rows])
        source[_all_known(z, edge, count) & ~from_lines] = HeightSource.MODEL
    return z, source


def _all_known(z: FloatArray, edge: IndexArray, count: int) -> BoolArray:
    return np.asarray(np.bincount(edge, weights=np.isnan(z), minlength=count) == 0)


def _around_link(base: WayFacts, xy: FloatArray) -> FloatArray:
    """Return heights of a link's vertices from the ways they join, else from the ground between the ways around."""
    lines = base.network.lines
    z = np.full(len(xy), np.nan)
    point, edge = lines.boxes.near(xy - LOOSE_END_M, xy + LOOSE_END_M)
    points = np.asarray(shapely.points(xy[point]), dtype=object)
    gap = shapely.distance(points, lines[edge])
    order = np.lexsort((edge, gap, point))
    first = order[np.r_[True, np.diff(point[order]) != 0][: len(order)]]
    first = first[gap[first] <= LOOSE_END_M]
    at = np.asarray(shapely.line_locate_point(lines[edge[first]], points[first]), dtype=np.float64)
    z[point[first]] = base.heights(edge[first], at)
    free = np.setdiff1d(np.arange(len(xy)), point[first])
    if len(free):  # else nobody asks for the ground, whose triangles take long
        low, high = np.floor(xy.min(axis=0) / _BLOCK_M) - 1.0, np.ceil(xy.max(axis=0) / _BLOCK_M) + 1.0
        z[free] = base.profile.ground_of(lines.boxes.near(low[None] * _BLOCK_M, high[None] * _BLOCK_M)[1]).at(
            xy[free]
        )
    return z


def _bridged(z: FloatArray, at: FloatArray) -> FloatArray:
    """Return one line's heights with gaps between known vertices filled evenly."""
    known = np.flatnonzero(np.isfinite(z))
    if len(known) < 2:
        return z
    inner = slice(known[0], known[-1] + 1)
    z[inner] = np.interp(at[inner], at[known], z[known])
    return z


def _stretches(
    network: WalkNetwork,
    vertices: _Vertices,
    source: NDArray[np.int8],
    grade: FloatArray,
) -> tuple[Stretches, NDArray[np.int8]]:
    """Return the stretches of an edge between its vertices, short ones merged, and where the heights come from."""
    source = source.copy()
    by_grade = np.isfinite(grade) & (source == HeightSource.FLAT) & (network.source != LEG)
    source[by_grade] = HeightSource.GRADE
    knows = source >= HeightSource.MODEL
    rows = np.flatnonzero(knows[vertices.edge])
    rows = rows[_kept(vertices.edge[rows], vertices.at_m[rows])]
    edge = vertices.edge[rows]
    same = np.flatnonzero(edge[1:] == edge[:-1])
    run = np.diff(vertices.at_m[rows])[same]
    climb = np.diff(vertices.profile.height_m[rows])[same]
    plain = np.flatnonzero(~knows)
    slope = np.where(by_grade, grade, 0.0)[plain]
    own = np.concatenate([edge[same], plain])
    length = np.concatenate([run, network.length_m[plain]])
    all_slope = np.concatenate([climb / np.maximum(run, LEAST_STRETCH_M), slope])
    all_climb = np.concatenate([climb, slope * network.length_m[plain]])
    order = np.argsort(own, kind="stable")
    return Stretches(own[order], length[order], all_slope[order], all_climb[order]), source


def _kept(edge: IndexArray, at: FloatArray) -> BoolArray:
    """Return the vertices between which slopes are taken: at least five metres apart, both ends of every edge."""
    if len(edge) == 0:
        return np.zeros(0, dtype=bool)
    is_first = np.r_[True, edge[1:] != edge[:-1]]
    is_last = np.r_[is_first[1:], True]
    keep = np.ones(len(edge), dtype=bool)
    short = np.flatnonzero(~is_last[:-1] & (np.diff(at) < LEAST_STRETCH_M))
    starts, ends = np.flatnonzero(is_first), np.flatnonzero(is_last)
    for part in np.unique(np.searchsorted(starts, short, side="right") - 1):
        _merge(keep, at, int(starts[part]), int(ends[part]))
    return keep


def _merge(keep: BoolArray, at: FloatArray, first: int, last: int) -> None:
    """Drop inner vertices nearer than five metres to the one kept before, and the last when the end is near."""
    before = first
    for i in range(first + 1, last):
        if at[i] - at[before] < LEAST_STRETCH_M:
            keep[i] = False
        else:
            before = i
    if before != first and at[last] - at[before] < LEAST_STRETCH_M:
        keep[before] = False
