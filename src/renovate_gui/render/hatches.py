"""Hatches as real line segments: the same on screen and paper, holes respected, nothing clipped, no bitmap patterns."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.style import Hatch
from renovate_gui.render.view import FloatArray

SPACING_PX = 6.0
"""Distance between hatch lines in device-independent pixels (1.6 mm on paper): coarse enough for a photocopier."""

# screen angle of the lines; y points down, so 45° runs from upper left to lower right
ANGLES: dict[Hatch, tuple[float, ...]] = {
    Hatch.NONE: (),
    Hatch.DIAGONAL: (-45.0,),
    Hatch.BACK_DIAGONAL: (45.0,),
    Hatch.CROSS: (45.0, -45.0),
    Hatch.HORIZONTAL: (0.0,),
    Hatch.DOTS: (0.0,),
}


def hatch_segments(
    xy: FloatArray, starts: NDArray[np.int64], owner: NDArray[np.int64], angle_deg: float, spacing: float
) -> FloatArray:
    """Return the parts of parallel lines that lie inside polygons (odd-even rule per owner).

    Parameters
    ----------
    xy
        Ring vertices, closed rings one after the other, shape ``(n, 2)``.
    starts
        Index of each ring's first vertex, shape ``(r,)``.
    owner
        Number of the polygon each ring belongs to, shape ``(r,)``.
    angle_deg
        Direction of the lines.
    spacing
        Distance between neighbouring lines; line ``k`` has signed distance ``k · spacing`` from the origin, so
        neighbouring tiles that share an origin continue each other's lines.

    Returns
    -------
    FloatArray
        Segments ``x0, y0, x1, y1``, shape ``(m, 4)``.
    """
    if len(starts) == 0:
        return np.empty((0, 4))
    turn = math.radians(angle_deg)
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    u, v = xy @ along, xy @ across / spacing
    is_edge = np.ones(len(xy), dtype=bool)
    is_edge[np.append(starts[1:], len(xy)) - 1] = False  # a ring's last vertex begins no edge
    head = np.flatnonzero(is_edge)
    ring_owner = np.repeat(owner, np.diff(np.append(starts, len(xy))))
    low, high = np.minimum(v[head], v[head + 1]), np.maximum(v[head], v[head + 1])
    first = np.ceil(low).astype(np.int64)
    crossings = np.maximum(np.ceil(high).astype(np.int64) - first, 0)  # half-open: a vertex counts once
    edge = np.repeat(head, crossings)
    if len(edge) == 0:
        return np.empty((0, 4))
    step = np.arange(len(edge)) - np.repeat(np.cumsum(crossings) - crossings, crossings)
    line = np.repeat(first, crossings) + step
    share = (line - v[edge]) / (v[edge + 1] - v[edge])
    at = u[edge] + share * (u[edge + 1] - u[edge])
    order = np.lexsort((at, line, ring_owner[edge]))
    at, line = at[order], line[order]
    begin, end, level = at[0::2], at[1::2], line[0::2] * spacing
    return np.column_stack(
        [
            begin * along[0] + level * across[0],
            begin * along[1] + level * across[1],
            end * along[0] + level * across[0],
            end * along[1] + level * across[1],
        ]
    )


def dots_on(segments: FloatArray, spacing: float) -> FloatArray:
    """Return points at multiples of a spacing on horizontal segments, every other row shifted by half; shape ``(k, 2)``."""
    if len(segments) == 0:
        return np.empty((0, 2))
    shift = np.where(np.round(segments[:, 1] / spacing).astype(np.int64) % 2 == 0, 0.0, 0.5)
    first = np.ceil(segments[:, 0] / spacing - shift).astype(np.int64)
    count = np.maximum(np.floor(segments[:, 2] / spacing - shift).astype(np.int64) - first + 1, 0)
    row = np.repeat(np.arange(len(segments)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return np.column_stack([(first[row] + step + shift[row]) * spacing, segments[row, 1]])
