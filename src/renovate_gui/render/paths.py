"""Shapely geometries as painter paths, built from one block of bytes each (a call per vertex would take seconds)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice
from PySide6.QtGui import QPainterPath

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import LINE, OTHER, POINT, RING, Shapes, flat_of, starts
from renovate_gui.render.view import FloatArray

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_COLLECTIONS_FROM = 4  # GEOS type numbers: 4 MultiPoint … 7 GeometryCollection
_POLYGON = 3

IntArray = NDArray[np.int64]


def path_of_parts(xy: FloatArray, starts: IntArray) -> QPainterPath:
    """Return a path of polylines; ``starts`` are the indexes where each begins. Filled by the odd-even rule."""
    if len(xy) == 0:
        return QPainterPath()
    ends = np.array([len(starts)], dtype=np.int64)
    return paths_of_parts(xy, starts, ends, is_winding=False)[0]


def paths_of_parts(
    xy: FloatArray, starts: IntArray, ends: IntArray, *, is_winding: bool
) -> list[QPainterPath]:
    """Return several paths of polylines, read from one stream of bytes.

    The bytes are those of ``QDataStream << QPainterPath``: element count, elements, start of the last subpath, fill rule.

    Parameters
    ----------
    xy, starts
        The vertices of all polylines, and where each begins.
    ends
        For each path the number of the polyline after its last; no path may be empty.
    is_winding
        Whether they are filled by winding, so that parts that overlap are one area, else by the odd-even rule.
    """
    body = np.empty(len(xy), dtype=_ELEMENT)
    body["kind"] = _LINE
    body["kind"][starts] = _MOVE
    body["x"], body["y"] = xy[:, 0], xy[:, 1]
    data, size = memoryview(body.tobytes()), _ELEMENT.itemsize
    limits = [0, *np.append(starts, len(xy))[ends].tolist()]
    last_parts = starts[ends - 1].tolist()
    rule = int(is_winding).to_bytes(4, "big")  # Qt.FillRule
    pieces: list[bytes | memoryview] = []
    for begin, end, last in zip(limits, limits[1:], last_parts, strict=False):
        pieces += (
            (end - begin).to_bytes(4, "big"), data[begin * size : end * size],
            (last - begin).to_bytes(4, "big"), rule,
        )  # fmt: skip
    array = QByteArray(b"".join(pieces))
    stream = QDataStream(array, QIODevice.OpenModeFlag.ReadOnly)
    paths = [QPainterPath() for _ in last_parts]
    for path in paths:
        stream >> path
    return paths


@dataclass(frozen=True, slots=True)
class Rings:
    """The rings and lines of many features, one after the other.

    Attributes
    ----------
    xy
        Vertices, shape ``(n, 2)``.
    starts
        Index of each ring's first vertex, with ``n`` at the end, shape ``(r + 1,)``.
    first
        Index of each feature's first ring, with ``r`` at the end, shape ``(f + 1,)``; points have no rings.

    Outer rings run against the clock and holes with it, so that areas which overlap can be filled together by winding.
    """

    xy: FloatArray
    starts: IntArray
    first: IntArray

    def of(self, feature: int) -> tuple[FloatArray, IntArray]:
        """Return the vertices of one feature and where its rings begin."""
        a, b = int(self.first[feature]), int(self.first[feature + 1])
        begin = self.starts[a]
        return self.xy[begin : self.starts[b]], self.starts[a:b] - begin

    def together(self, features: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
        """Return vertices, ring starts and first rings of some features as the three of a whole layer are.

        Without a step of Python for each feature.
        """
        counts = self.first[features + 1] - self.first[features]
        rings = _ranges(self.first[features], self.first[features + 1])
        begins, ends = self.starts[rings], self.starts[rings + 1]
        starts, first = (np.concatenate([[0], np.cumsum(n)]) for n in (ends - begins, counts))
        return self.xy[_ranges(begins, ends)], starts, first

    def of_many(self, features: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
        """Return vertices, ring starts, and each ring's number in ``features``."""
        pieces = [self.of(int(f)) for f in features]
        sizes = np.array([len(xy) for xy, _ in pieces], dtype=np.int64)
        offsets = np.cumsum(sizes) - sizes
        starts = [s + o for (_, s), o in zip(pieces, offsets, strict=True)]
        owner = np.repeat(np.arange(len(pieces)), [len(s) for s in starts])
        if not pieces:
            return np.empty((0, 2)), np.empty(0, np.int64), owner
        return np.concatenate([xy for xy, _ in pieces]), np.concatenate(starts), owner


def _ranges(begins: IntArray, ends: IntArray) -> IntArray:
    """Return ``begins[0] … ends[0] − 1, begins[1] … ends[1] − 1, …`` as one array."""
    sizes = ends - begins
    shift = begins - (np.cumsum(sizes) - sizes)
    return np.asarray(np.arange(int(sizes.sum())) + np.repeat(shift, sizes), dtype=np.int64)


def rings_of(geometries: ObjectArray) -> Rings:
    """Return all rings and lines of geometries of any type (None and points give none)."""
    flat = flat_of(geometries)
    if flat is not None and not (flat.kind == OTHER).any():
        return _rings_of_flat(flat)
    parts, owner = np.asarray(geometries, dtype=object), np.arange(len(geometries))
    while np.any(shapely.get_type_id(parts) >= _COLLECTIONS_FROM):  # collections of collections
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    kinds = shapely.get_type_id(parts)
    is_area, is_line = kinds == _POLYGON, (kinds == 1) | (kinds == 2)
    is_holed = shapely.get_num_interior_rings(parts) > 0
    is_plain = is_area & ~is_holed  # an area without holes says its one ring itself: nothing need be made
    rings, index = shapely.get_rings(parts[is_holed], return_index=True)
    is_outer = np.ones(len(rings), dtype=bool)
    is_outer[1:] = index[1:] != index[:-1]
    pieces = np.concatenate([parts[is_plain], rings, parts[is_line]])
    owner = np.concatenate([owner[is_plain], owner[is_holed][index], owner[is_line]])
    turn = np.concatenate([np.ones(is_plain.sum()), np.where(is_outer, 1.0, -1.0), np.zeros(is_line.sum())])
    counts = shapely.get_num_coordinates(pieces)
    order = np.argsort(owner, kind="stable")
    order = order[counts[order] > 1]
    starts = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int64)
    first = np.searchsorted(owner[order], np.arange(len(geometries) + 1)).astype(np.int64)
    return Rings(_turned(shapely.get_coordinates(pieces[order]), starts, turn[order]), starts, first)


def _rings_of_flat(shapes: Shapes) -> Rings:
    """Return the rings and lines of flat geometries: their own vertices, unless one runs the wrong way."""
    has_one = (shapes.kind == LINE) | (shapes.kind == RING)
    first = starts(has_one)
    xy, begins = shapes.xy, shapes.start[:-1][has_one]
    if (shapes.kind == POINT).any():
        xy = xy[np.repeat(has_one, np.diff(shapes.start))]
        begins = starts(np.diff(shapes.start)[has_one])[:-1]
    turn = (shapes.kind[has_one] == RING).astype(np.float64)
    whole = np.append(begins, len(xy))
    return Rings(_turned(xy, whole, turn), whole, first)


def _turned(xy: FloatArray, starts: IntArray, turn: FloatArray) -> FloatArray:
    """Return the vertices with every ring in the wanted direction: 1 against the clock, −1 with it, 0 as it is."""
    if len(xy) == 0:
        return xy
    begins, sizes = starts[:-1], np.diff(starts)
    near = xy - np.repeat(
        xy[begins], sizes, axis=0
    )  # far from the origin the difference of products says nothing
    cross = np.zeros(len(xy))
    cross[:-1] = near[:-1, 0] * near[1:, 1] - near[1:, 0] * near[:-1, 1]
    cross[starts[1:] - 1] = 0.0  # from one ring to the next
    is_wrong = np.add.reduceat(cross, begins) * turn < 0
    if not is_wrong.any():
        return xy
    place = np.arange(len(xy))
    mirrored = np.repeat(begins + starts[1:] - 1, sizes) - place
    return np.asarray(xy[np.where(np.repeat(is_wrong, sizes), mirrored, place)])
