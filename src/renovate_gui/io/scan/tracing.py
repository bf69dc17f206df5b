"""A blot of ink as a shape: a dot, a line along its middle, or the area that it encloses or fills."""

from __future__ import annotations

from collections import deque

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

DOT_MM = 5.5
"""Blots that are smaller across are points: a dot, a small cross or tick to show a place."""
THICK_MM = 3.2
"""Blots thicker than any pen are filled areas."""

_STEP_MM = 0.35  # lines and outlines are simplified by so much
_CLOSED = 0.16  # of its length: a line whose ends are nearer than this encloses an area
_CLOSED_MM = 7.0
_BRIDGE_MM = 3.0  # gaps in a ring that are taken as closed
_SHORT = 0.22  # of the longest way: shorter side branches are the pen's slips
_HOLE = 0.45  # share of the hull that is enclosed

Mask = NDArray[np.bool_]
Place = tuple[int, int]


def trace(mask: Mask, dots_per_mm: float) -> tuple[BaseGeometry, float] | None:
    """Return the shape of a blot in dots (x right, y down) and the mean width of its stroke in millimetres."""
    import cv2

    rows, columns = np.nonzero(mask)
    if not len(rows):
        return None
    top, left = int(rows.min()), int(columns.min())
    small = np.pad(mask[top : rows.max() + 1, left : columns.max() + 1], 3)
    wide = round(0.6 * dots_per_mm) | 1
    solid = cv2.morphologyEx(
        small.astype(np.uint8), cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    )
    thick = float(cv2.distanceTransform(solid, cv2.DIST_L2, 3).max()) * 2 / dots_per_mm
    shape = _shape(solid > 0, thick, dots_per_mm)
    if shape is None:
        return None
    geometry, length = shape
    width = float(mask.sum()) / max(length, 1.0) / dots_per_mm if length else thick
    moved = shapely.transform(geometry, lambda xy: xy + np.array([left - 3.0, top - 3.0]))
    return moved, min(width, thick) if length else thick


def _shape(solid: Mask, thick_mm: float, dots: float) -> tuple[BaseGeometry, float] | None:
    """Return the shape and the length of its stroke in dots, 0 for points and filled areas."""
    high, wide = solid.shape
    if max(high, wide) - 6 <= DOT_MM * dots:
        rows, columns = np.nonzero(solid)
        return Point(float(columns.mean()), float(rows.mean())), 0.0
    if thick_mm > THICK_MM:
        area = _outline(solid, dots)
        return None if area is None else (area, 0.0)
    lines = _lines(_thinned(solid))
    if not lines:
        return None
    length = sum(_length(line) for line in lines)
    ring = _enclosed(solid, dots) or _enclosed(_bridged(solid, dots), dots)
    if ring is not None:
        return ring, length
    closed = _closed(lines[0], dots)
    if closed is not None:
        return closed, length
    kept = [lines[0]] + [ln for ln in lines[1:] if _length(ln) > _SHORT * _length(lines[0])]
    drawn = MultiLineString([LineString(ln) for ln in kept]).simplify(_STEP_MM * dots)
    return (drawn.geoms[0] if isinstance(drawn, MultiLineString) and len(kept) == 1 else drawn), length


def _enclosed(solid: Mask, dots: float) -> Polygon | None:
    """Return the area that a stroke encloses, along the stroke's middle; None when it encloses little."""
    import cv2

    filled = _filled(solid)
    hole = filled & ~solid
    rows, columns = np.nonzero(solid)
    hull = cv2.contourArea(cv2.convexHull(np.column_stack([columns, rows]).astype(np.int32)))
    if not hull or hole.sum() < _HOLE * hull:
        return None
    half = max(1, round(float(cv2.distanceTransform(solid.astype(np.uint8), cv2.DIST_L2, 3).max()) * 0.6))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * half + 1, 2 * half + 1))
    largest = _largest(hole)
    return _outline(cv2.dilate(largest.astype(np.uint8), kernel) > 0, dots)


def _bridged(solid: Mask, dots: float) -> Mask:
    """Return a stroke with gaps closed that print under it tears."""
    import cv2

    wide = round(_BRIDGE_MM * dots) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    roomy = np.pad(solid, wide).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(roomy, cv2.MORPH_CLOSE, kernel)[wide:-wide, wide:-wide] > 0)


def _closed(line: NDArray[np.float64], dots: float) -> Polygon | None:
    length = _length(line)
    gap = float(np.hypot(*(line[0] - line[-1])))
    if length < 4 * DOT_MM * dots or gap > min(_CLOSED * length, _CLOSED_MM * dots):
        return None
    area: BaseGeometry = Polygon(line).buffer(0).simplify(_STEP_MM * dots)
    if not isinstance(area, Polygon) or area.area < 0.03 * length**2:  # a circle has 0.08
        return None
    return area


def _outline(solid: Mask, dots: float) -> Polygon | None:
    import cv2

    contours, _ = cv2.findContours(solid.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None or len(largest) < 4:
        return None
    found: BaseGeometry = Polygon(largest.reshape(-1, 2).astype(float)).buffer(0)
    if isinstance(found, MultiPolygon):
        found = max(found.geoms, key=lambda part: part.area)
    area = found.simplify(_STEP_MM * dots)
    return area if isinstance(area, Polygon) and area.area > 0 else None


def _filled(solid: Mask) -> Mask:
    import cv2

    contours, _ = cv2.findContours(solid.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    out = np.zeros(solid.shape, dtype=np.uint8)
    cv2.drawContours(out, contours, -1, 1, cv2.FILLED)
    return np.asarray(out > 0)


def _largest(mask: Mask) -> Mask:
    import cv2

    _, labels = cv2.connectedComponents(mask.astype(np.uint8))
    counts = np.bincount(labels.ravel())
    counts[0] = 0
    return np.asarray(labels == counts.argmax())


def _thinned(solid: Mask) -> Mask:
    """Return lines one dot wide along the middle (Zhang and Suen 1984, Communications of the ACM 27(3))."""
    image = np.pad(solid, 1).astype(np.uint8)
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            p = [np.roll(image, shift, axis=(0, 1)) for shift in _AROUND]
            count = sum(x.astype(np.int8) for x in p)
            ups = sum(((a == 0) & (b == 1)).astype(np.int8) for a, b in zip(p, [*p[1:], p[0]], strict=True))
            north, east, south, west = p[0], p[2], p[4], p[6]
            if first:
                free = (north * east * south == 0) & (east * south * west == 0)
            else:
                free = (north * east * west == 0) & (north * south * west == 0)
            gone = (image == 1) & (count >= 2) & (count <= 6) & (ups == 1) & free
            if gone.any():
                image[gone] = 0
                changed = True
    return np.asarray(image[1:-1, 1:-1] > 0)


_AROUND = (
    (1, 0),
    (1, -1),
    (0, -1),
    (-1, -1),
    (-1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
)  # north, north-east, … clockwise


def _lines(thin: Mask) -> list[NDArray[np.float64]]:
    """Return the longest way through the thin lines, then what remains beside it, longest first, ``(n, 2)`` each."""
    rows, columns = np.nonzero(thin)
    left = set(zip(columns.tolist(), rows.tolist(), strict=True))
    found = []
    while len(left) > 5:
        start = next(iter(left))
        part = _ways(start, left)
        far = max(part, key=lambda p: part[p][0])
        ways = _ways(far, left)
        end = max(ways, key=lambda p: ways[p][0])
        way = [end]
        while ways[way[-1]][1] is not None:
            way.append(ways[way[-1]][1])  # type: ignore[arg-type]
        if len(way) > 5:
            found.append(np.array(way, dtype=np.float64))
        left -= {(x + a, y + b) for x, y in way for a in (-1, 0, 1) for b in (-1, 0, 1)}
        left -= {p for p in part if len(way) <= 5}
    return sorted(found, key=_length, reverse=True)


def _ways(start: Place, among: set[Place]) -> dict[Place, tuple[float, Place | None]]:
    """Return for each place that can be reached its number of steps and the place before it."""
    reached: dict[Place, tuple[float, Place | None]] = {start: (0, None)}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        steps = reached[here][0] + 1
        for a in (-1, 0, 1):
            for b in (-1, 0, 1):
                there = (here[0] + a, here[1] + b)
                if there in among and there not in reached:
                    reached[there] = (steps, here)
                    waiting.append(there)
    return reached


def _length(line: NDArray[np.float64]) -> float:
    steps = np.diff(line, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())
