"""Snapping of drawn points to vertices and edges within a pixel tolerance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry


class SnapKind(StrEnum):
    """What the point sticks to."""

    VERTEX = "vertex"
    EDGE = "edge"


@dataclass(frozen=True, slots=True)
class Snap:
    """A point, in metres, that lies exactly on something."""

    x: float
    y: float
    kind: SnapKind


def snap(x: float, y: float, tolerance_m: float, geometries: Iterable[BaseGeometry]) -> Snap | None:
    """Return the nearest vertex within the tolerance, else the nearest point of an edge, else None.

    A vertex wins over a nearer edge: corners are what people aim for.
    """
    shapes = [g for g in geometries if g is not None and not g.is_empty]
    if not shapes:
        return None
    vertices = shapely.get_coordinates(np.array(shapes, dtype=object))
    distance = np.hypot(vertices[:, 0] - x, vertices[:, 1] - y)
    nearest = int(np.argmin(distance))
    if distance[nearest] <= tolerance_m:
        return Snap(float(vertices[nearest, 0]), float(vertices[nearest, 1]), SnapKind.VERTEX)
    point = shapely.Point(x, y)
    edges = [shapely.boundary(g) if g.geom_type.endswith("Polygon") else g for g in shapes]
    links = shapely.shortest_line(point, np.array([g for g in edges if "Line" in g.geom_type], dtype=object))
    lengths = shapely.length(links)
    if len(lengths) == 0 or lengths.min() > tolerance_m:
        return None
    foot = shapely.get_coordinates(links[int(np.argmin(lengths))])[-1]
    return Snap(float(foot[0]), float(foot[1]), SnapKind.EDGE)
