"""Shapely geometries as painter paths, built from one block of bytes each (a call per vertex would take seconds)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice
from PySide6.QtGui import QPainterPath

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.render.view import FloatArray

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_COLLECTIONS_FROM = 4  # GEOS type numbers: 4 MultiPoint … 7 GeometryCollection
_POLYGON = 3

IntArray = NDArray[np.int64]


def path_of_parts(xy: FloatArray, starts: IntArray) -> QPainterPath:
    """Return a path of polylines; ``starts`` are the indexes where each begins. Filled by the odd-even rule.

    The bytes are those of ``QDataStream << QPainterPath``: element count, elements, start of the last subpath, fill rule.
    """
    path = QPainterPath()
    if len(xy) == 0:
        return path
    body = np.empty(len(xy), dtype=_ELEMENT)
    body["kind"] = _LINE
    body["kind"][starts] = _MOVE
    body["x"], body["y"] = xy[:, 0], xy[:, 1]
    count, last = len(xy).to_bytes(4, "big"), int(starts[-1]).to_bytes(4, "big")
    data = QByteArray(b"".join((count, body.tobytes(), last, b"\0\0\0\0")))
    stream = QDataStream(data, QIODevice.OpenModeFlag.ReadOnly)
    stream >> path
    return path


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
    """

    xy: FloatArray
    starts: IntArray
    first: IntArray

    def of(self, feature: int) -> tuple[FloatArray, IntArray]:
        """Return the vertices of one feature and where its rings begin."""
        a, b = int(self.first[feature]), int(self.first[feature + 1])
        begin = self.starts[a]
        return self.xy[begin : self.starts[b]], self.starts[a:b] - begin

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


def rings_of(geometries: ObjectArray) -> Rings:
    """Return all rings and lines of geometries of any type (None and points give none)."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    while np.any(shapely.get_type_id(parts) >= _COLLECTIONS_FROM):  # collections of collections
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    kinds = shapely.get_type_id(parts)
    is_area, is_line = kinds == _POLYGON, (kinds == 1) | (kinds == 2)
    rings, index = shapely.get_rings(parts[is_area], return_index=True)
    pieces = np.concatenate([rings, parts[is_line]])
    owner = np.concatenate([owner[is_area][index], owner[is_line]])
    order = np.argsort(owner, kind="stable")
    pieces, owner = pieces[order], owner[order]
    counts = shapely.get_num_coordinates(pieces)
    pieces, owner, counts = pieces[counts > 1], owner[counts > 1], counts[counts > 1]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    first = np.searchsorted(owner, np.arange(len(geometries) + 1)).astype(np.int64)
    return Rings(shapely.get_coordinates(pieces), starts, first)
