"""Cutting many lines at once, at vertices or at distances along them. Heights are carried, at cuts by interpolation."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray


def break_at(
    lines: ObjectArray, source: NDArray[np.int64], is_break: NDArray[np.bool_]
) -> tuple[ObjectArray, NDArray[np.int64]]:
    """Cut lines at marked inner vertices.

    Parameters
    ----------
    lines, source
        Lines and a number each that their pieces inherit, shape ``(n,)``.
    is_break
        One flag per vertex of all lines in order; ends must not be marked.
    """
    if not is_break.any():
        return lines, source
    xy, line_of = shapely.get_coordinates(lines, include_z=_has_z(lines), return_index=True)
    return _pieces(xy, line_of, source, is_break)


def split_at(
    lines: ObjectArray, source: NDArray[np.int64], line: NDArray[np.int64], at_m: NDArray[np.float64]
) -> tuple[ObjectArray, NDArray[np.int64]]:
    """Cut lines at distances along them; ``line`` and ``at_m`` are parallel, several cuts per line are allowed."""
    if len(line) == 0:
        return lines, source
    with_z = _has_z(lines)
    xy, line_of = shapely.get_coordinates(lines, include_z=with_z, return_index=True)
    along = along_lines(xy, line_of)
    cuts = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], at_m), include_z=with_z)
    all_xy = np.concatenate([xy, cuts])
    all_line = np.concatenate([line_of, line])
    all_at = np.concatenate([along, at_m])
    is_cut = np.concatenate([np.zeros(len(xy), bool), np.ones(len(cuts), bool)])
    order = np.lexsort((is_cut, all_at, all_line))
    all_xy, all_line, all_at, is_cut = all_xy[order], all_line[order], all_at[order], is_cut[order]
    # several ends may meet at one place: one cut is enough
    same = np.r_[False, is_cut[1:] & is_cut[:-1] & (all_line[1:] == all_line[:-1]) & (np.diff(all_at) < 1e-9)]
    keep = ~same
    return _pieces(all_xy[keep], all_line[keep], source, is_cut[keep])


def _has_z(lines: ObjectArray) -> bool:
    return bool(shapely.has_z(lines).any())


def along_lines(xy: NDArray[np.float64], line_of: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each vertex's plan distance along its own line, metres; a third column of ``xy`` is passed over."""
    if len(xy) == 0:
        return np.zeros(0)
    step = np.r_[0.0, np.hypot(*np.diff(xy[:, :2], axis=0).T)]
    first = np.r_[True, line_of[1:] != line_of[:-1]]
    step[first] = 0.0
    total = np.cumsum(step)
    return np.asarray(total - total[first][np.cumsum(first) - 1])


def _pieces(
    xy: NDArray[np.float64],
    line_of: NDArray[np.int64],
    source: NDArray[np.int64],
    is_break: NDArray[np.bool_],
) -> tuple[ObjectArray, NDArray[np.int64]]:
    """Build lines from vertices, doubling the marked ones as end of one piece and start of the next."""
    row = np.repeat(np.arange(len(xy)), 1 + is_break)
    second = np.r_[False, row[1:] == row[:-1]]
    starts = second | np.r_[True, line_of[row][1:] != line_of[row][:-1]]
    piece = np.cumsum(starts) - 1
    lines = np.asarray(shapely.linestrings(xy[row], indices=piece), dtype=object)
    return lines, source[line_of[row[starts]]]
