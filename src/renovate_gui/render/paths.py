"""Shapely geometries as painter paths, built from one block of bytes each (a call per vertex would take seconds)."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QIODevice
from PySide6.QtGui import QPainterPath
from shapely.geometry.base import BaseGeometry

from renovate_gui.render.view import FloatArray

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1


def path_of_parts(xy: FloatArray, starts: NDArray[np.int64]) -> QPainterPath:
    """Return a path of polylines; ``starts`` are the indexes where each begins. Filled by the odd-even rule.

    The bytes are those of ``QDataStream << QPainterPath``: element count, elements, start of the last subpath, fill rule.
    """
    if len(xy) == 0:
        return QPainterPath()
    body = np.empty(len(xy), dtype=_ELEMENT)
    body["kind"] = _LINE
    body["kind"][starts] = _MOVE
    body["x"], body["y"] = xy[:, 0], xy[:, 1]
    last = int(starts[-1])
    raw = (
        np.array([len(xy)], ">i4").tobytes()
        + body.tobytes()
        + np.array([last, 0], ">i4").tobytes()
    )  # fmt: skip
    path = QPainterPath()
    data = QByteArray(raw)
    stream = QDataStream(data, QIODevice.OpenModeFlag.ReadOnly)
    stream >> path
    return path


def rings_of(geometry: BaseGeometry) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return the coordinates of all rings and lines of a geometry and the index where each begins; points give none."""
    parts = shapely.get_parts(np.atleast_1d(np.asarray(geometry, dtype=object)))
    while np.any(shapely.get_type_id(parts) >= 4):  # collections of collections
        parts = shapely.get_parts(parts)
    kinds = shapely.get_type_id(parts)
    polygons = parts[kinds == 3]
    lines = parts[(kinds == 1) | (kinds == 2)]
    pieces = np.concatenate([shapely.get_rings(polygons), lines]) if len(polygons) else lines
    if len(pieces) == 0:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    counts = shapely.get_num_coordinates(pieces)
    pieces, counts = pieces[counts > 1], counts[counts > 1]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    return shapely.get_coordinates(pieces), starts


def world_path(geometry: BaseGeometry, origin: tuple[float, float]) -> QPainterPath:
    """Return a path in metres east and *south* of an origin (y already points down, as devices want it)."""
    xy, starts = rings_of(geometry)
    if len(starts) == 0:
        return QPainterPath()
    return path_of_parts(np.column_stack([xy[:, 0] - origin[0], origin[1] - xy[:, 1]]), starts)
