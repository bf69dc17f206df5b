"""Boxes around lines in square cells, to find those near a place without a geometry for each.

A box stands in every cell that it touches; cells are the wider the larger the box, so that it stands in few. Found pairs are
told once: in the cell that holds the lower left corner of what both boxes share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_LEAST_CELL_M = 1.0
_WIDER = 8.0  # cells of the next level are wider by this
_MOST_LEVELS = 12  # 8 ** 12 metres are more than the Earth is round
_PAIRS = 2_000_000  # candidates looked at at a time, so that the memory stays bounded


@dataclass(frozen=True, slots=True)
class _Level:
    """Boxes of about one size: ``box[start[k]:start[k + 1]]`` stand in the cell ``key[k]``; keys ascend."""

    cell_m: float
    key: IndexArray
    start: IndexArray
    box: NDArray[np.int32]


class Boxes:
    """Boxes along the axes.

    Parameters
    ----------
    low, high
        Lower left and upper right corners, metres, shape ``(n, 2)``.
    """

    def __init__(self, low: FloatArray, high: FloatArray) -> None:
        self._low, self._high = _columns(low), _columns(high)
        self._origin = low.min(axis=0) if len(low) else np.zeros(2)
        self._end = high.max(axis=0) if len(low) else np.zeros(2)
        size = (high - low).max(axis=1) if len(low) else np.zeros(0)
        cell = max(_LEAST_CELL_M, float(np.median(size)) if len(size) else 0.0)
        level = np.ceil(np.log(np.maximum(size / cell, 1.0)) / np.log(_WIDER)).astype(np.int64)
        level = np.minimum(level, _MOST_LEVELS)
        self._levels = [
            self._level(low, high, np.flatnonzero(level == n), cell * _WIDER ** float(n))
            for n in np.unique(level)
        ]

    @classmethod
    def of_runs(cls, xy: FloatArray, start: IndexArray) -> Boxes:
        """Return the boxes of runs of vertices, none of them empty; see :class:`renovate_gui.geo.lines.Lines`."""
        if len(start) < 2:
            return cls(np.zeros((0, 2)), np.zeros((0, 2)))
        return cls(np.minimum.reduceat(xy, start[:-1]), np.maximum.reduceat(xy, start[:-1]))

    def _level(self, low: FloatArray, high: FloatArray, box: IndexArray, cell_m: float) -> _Level:
        own, column, row = _cells(self._cell(low[box], cell_m), self._cell(high[box], cell_m))
        key = _key(column, row)
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]][: len(key)])
        return _Level(cell_m, key[first], np.append(first, len(key)), box[own[order]].astype(np.int32))

    def _cell(self, xy: FloatArray, cell_m: float) -> IndexArray:
        return np.asarray(np.floor((xy - self._origin) / cell_m), dtype=np.int64)

    def near(self, low: FloatArray, high: FloatArray) -> tuple[IndexArray, IndexArray]:
        """Return all pairs of asked boxes and boxes here that touch: numbers of both, by asked box, then by own.

        Parameters
        ----------
        low, high
            Corners of the asked boxes, shape ``(k, 2)``.
        """
        asked, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for level in self._levels:
            for part in self._portions(level, low, high):
                a, b = self._touching(level, part, low, high)
                asked.append(a)
                found.append(b)
        at, box = np.concatenate(asked), np.concatenate(found)
        order = np.lexsort((box, at))
        return at[order], box[order]

    def _portions(self, level: _Level, low: FloatArray, high: FloatArray) -> list[IndexArray]:
        """Return the asked boxes in portions of bounded work."""
        if len(low) == 0:
            return []
        span = self._cell(high, level.cell_m) - self._cell(low, level.cell_m) + 1
        work = np.cumsum(span.prod(axis=1).astype(np.float64) * max(1.0, len(level.box) / len(level.key)))
        portion = (work // _PAIRS).astype(np.int64)
        cuts = np.flatnonzero(np.diff(portion)) + 1
        return np.split(np.arange(len(low)), cuts)

    def _touching(
        self, level: _Level, part: IndexArray, low: FloatArray, high: FloatArray
    ) -> tuple[IndexArray, IndexArray]:
        first, last = self._cell(low[part], level.cell_m), self._cell(high[part], level.cell_m)
        most = self._cell(self._end[None], level.cell_m)
        own, column, row = _cells(np.maximum(first, 0), np.minimum(last, most))
        key = _key(column, row)
        at = np.minimum(np.searchsorted(level.key, key), len(level.key) - 1)
        hit = np.flatnonzero(level.key[at] == key)
        count = level.start[at[hit] + 1] - level.start[at[hit]]
        rank = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        box = level.box[np.repeat(level.start[at[hit]], count) + rank]
        cell = np.repeat(hit, count)
        for axis, index in ((0, column), (1, row)):
            asked = part[own[cell]]
            shared = np.maximum(low[asked, axis], self._low[axis][box])
            told = np.floor((shared - self._origin[axis]) / level.cell_m) == index[cell]
            told &= shared <= high[asked, axis]
            told &= shared <= self._high[axis][box]
            box, cell = box[told], cell[told]
        return part[own[cell]], box.astype(np.int64)


def _cells(first: IndexArray, last: IndexArray) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Return all cells of blocks of cells: number of the block, column and row."""
    span = np.maximum(last - first + 1, 0)
    count = span[:, 0] * span[:, 1]
    own = np.repeat(np.arange(len(first)), count)
    rank = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
    width = np.maximum(span[own, 0], 1)
    return own, first[own, 0] + rank % width, first[own, 1] + rank // width


def _columns(xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


def _key(column: IndexArray, row: IndexArray) -> IndexArray:
    return row * (1 << 31) + column
