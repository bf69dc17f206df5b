"""Cutting many lines at once, at vertices or at distances along them. Heights are carried, at cuts by interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import starts
from renovate_gui.geo.lines import Lines

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Lines, the height of each of their vertices (None: of none), and a number each that their pieces inherit."""

    lines: Lines
    z: FloatArray | None
    source: IndexArray

    @classmethod
    def of(cls, lines: ObjectArray, source: IndexArray) -> Drawn:
        """Return geometries as lines; heights are kept where any has them."""
        flat = Lines.of(lines)
        z = shapely.get_coordinates(lines, include_z=True)[:, 2] if shapely.has_z(lines).any() else None
        return cls(flat, None if z is None else z.copy(), source)

    @classmethod
    def joined(cls, parts: Sequence[Drawn]) -> Drawn:
        """Return several as one."""
        if len(parts) == 1:
            return parts[0]
        heights = None
        if any(p.z is not None for p in parts):
            heights = np.concatenate(
                [np.full(len(p.lines.xy), np.nan) if p.z is None else p.z for p in parts]
            )
        lines = Lines(
            np.concatenate([np.zeros((0, 2)), *(p.lines.xy for p in parts)]),
            starts(np.concatenate([np.zeros(0, np.int64), *(np.diff(p.lines.start) for p in parts)])),
        )
        return cls(lines, heights, np.concatenate([np.zeros(0, np.int64), *(p.source for p in parts)]))


def break_at(drawn: Drawn, is_break: NDArray[np.bool_]) -> Drawn:
    """Cut lines at marked inner vertices: one flag per vertex of all lines in order; ends must not be marked."""
    if not is_break.any():
        return drawn
    return _pieces(drawn.lines.xy, drawn.z, drawn.lines.line_of, drawn.source, is_break)


def split_at(drawn: Drawn, line: IndexArray, at_m: FloatArray) -> Drawn:
    """Cut lines at distances along them; ``line`` and ``at_m`` are parallel, several cuts per line are allowed."""
    if len(line) == 0:
        return drawn
    lines, line_of = drawn.lines, drawn.lines.line_of
    along = along_lines(lines.xy, line_of)
    cut_xy, cut_z = _interpolated(drawn, line, at_m)
    xy = np.concatenate([lines.xy, cut_xy])
    z = None if drawn.z is None else np.concatenate([drawn.z, cut_z])
    all_line = np.concatenate([line_of, line])
    all_at = np.concatenate([along, at_m])
    is_cut = np.concatenate([np.zeros(len(lines.xy), bool), np.ones(len(line), bool)])
    order = np.lexsort((is_cut, all_at, all_line))
    all_line, all_at, is_cut = all_line[order], all_at[order], is_cut[order]
    # several ends may meet at one place: one cut is enough
    same = np.r_[False, is_cut[1:] & is_cut[:-1] & (all_line[1:] == all_line[:-1]) & (np.diff(all_at) < 1e-9)]
    keep = order[~same]
    return _pieces(xy[keep], None if z is None else z[keep], all_line[~same], drawn.source, is_cut[~same])


def _interpolated(drawn: Drawn, line: IndexArray, at_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return places and heights (NaN without any) at distances along lines."""
    wanted, own = np.unique(line, return_inverse=True)
    vertex, of = drawn.lines.vertices(wanted)
    xy = drawn.lines.xy[vertex]
    xyz = xy if drawn.z is None else np.column_stack([xy, drawn.z[vertex]])
    shapes = np.asarray(shapely.linestrings(xyz, indices=of), dtype=object)
    cuts = shapely.line_interpolate_point(shapes[own], at_m)
    found = shapely.get_coordinates(cuts, include_z=True)
    return found[:, :2], found[:, 2]


def along_lines(xy: FloatArray, line_of: IndexArray) -> FloatArray:
    """Return each vertex's plan distance along its own line, metres; a third column of ``xy`` is passed over."""
    if len(xy) == 0:
        return np.zeros(0)
    step = np.r_[0.0, np.hypot(*np.diff(xy[:, :2], axis=0).T)]
    first = np.r_[True, line_of[1:] != line_of[:-1]]
    step[first] = 0.0
    total = np.cumsum(step)
    return np.asarray(total - total[first][np.cumsum(first) - 1])


def _pieces(
    xy: FloatArray,
    z: FloatArray | None,
    line_of: IndexArray,
    source: IndexArray,
    is_break: NDArray[np.bool_],
) -> Drawn:
    """Build lines from vertices, doubling the marked ones as end of one piece and start of the next."""
    row = np.repeat(np.arange(len(xy)), 1 + is_break)
    second = np.r_[False, row[1:] == row[:-1]]
    starts = np.flatnonzero(second | np.r_[True, line_of[row][1:] != line_of[row][:-1]])
    lines = Lines(xy[row], np.append(starts, len(row)))
    return Drawn(lines, None if z is None else z[row], source[line_of[row[starts]]])
