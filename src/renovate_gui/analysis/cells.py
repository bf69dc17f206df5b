"""Points sorted by square cells, so that all points near one are a few runs of the sorted order.

The work of a question is that of the cells it touches, however many points there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

S = TypeVar("S", bound=np.generic)

Box = tuple[int, int, int, int]
"""First and last cell row, first and last cell column, all inclusive."""

_POINTS_PER_CELL = 24  # runs stay long enough for numpy, boxes stay close to their circle
_MOST_CELLS = 4_000_000  # a few far-away strays must not make a huge empty grid


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs ``first[i]:last[i]`` of the sorted order, ascending, none of them empty."""

    first: NDArray[np.integer]
    last: NDArray[np.integer]

    @property
    def before(self) -> IndexArray:
        """Return how many points lie in the runs before each, shape ``(runs,)``."""
        count = self.last - self.first
        return np.asarray(np.cumsum(count) - count)

    @property
    def count(self) -> int:
        """Return how many points the runs hold."""
        return int((self.last - self.first).sum())

    def of(self, values: NDArray[S]) -> NDArray[S]:
        """Return the values of the runs' points from an array in sorted order."""
        parts = [values[a:b] for a, b in zip(self.first.tolist(), self.last.tolist(), strict=True)]
        return np.concatenate(parts) if parts else values[:0]

    def rank(self, sorted_index: NDArray[np.integer]) -> IndexArray:
        """Return where points of the sorted order stand within the runs, −1 outside of them."""
        if len(self.first) == 0:
            return np.full(len(sorted_index), -1, dtype=np.int64)
        run = np.searchsorted(self.first, sorted_index, side="right") - 1
        run = np.maximum(run, 0)
        inside = (sorted_index >= self.first[run]) & (sorted_index < self.last[run])
        return np.where(inside, sorted_index - self.first[run] + self.before[run], -1)


class Cells:
    """Points in sorted order.

    Attributes
    ----------
    order
        The points' own numbers in sorted order, shape ``(n,)``.
    """

    def __init__(self, xy: FloatArray) -> None:
        low, high = (xy.min(axis=0), xy.max(axis=0)) if len(xy) else (np.zeros(2), np.zeros(2))
        span = np.maximum(high - low, 1.0)
        cells = min(max(len(xy) / _POINTS_PER_CELL, 1.0), _MOST_CELLS)
        size = float(np.sqrt(span[0] * span[1] / cells))
        size = max(size, float(span.max()) / 2000.0, 1e-3)
        self._low, self._size = low, size
        self._columns, self._rows = (int(s // size) + 1 for s in span)
        cell = np.floor((xy - low) / size).astype(np.int64)
        key = np.minimum(cell[:, 1], self._rows - 1) * self._columns + np.minimum(
            cell[:, 0], self._columns - 1
        )
        self.order: IndexArray = np.argsort(key, kind="stable")
        self._start = np.searchsorted(key[self.order], np.arange(self._columns * self._rows + 1))

    @property
    def everything(self) -> Box:
        """Return the box of all cells."""
        return 0, self._rows - 1, 0, self._columns - 1

    def box(self, x: float, y: float, radius: float) -> Box:
        """Return the cells that a circle may touch; last before first where it touches none."""
        left, bottom = (np.array([x, y]) - radius - self._low) / self._size
        right, top = (np.array([x, y]) + radius - self._low) / self._size
        return (
            int(np.clip(np.floor(bottom), 0, self._rows)),
            int(np.clip(np.floor(top), -1, self._rows - 1)),
            int(np.clip(np.floor(left), 0, self._columns)),
            int(np.clip(np.floor(right), -1, self._columns - 1)),
        )

    def runs(self, box: Box) -> Runs:
        """Return the points of a box."""
        first_row, last_row, first_column, last_column = box
        if last_column < first_column:
            none = np.zeros(0, dtype=np.int64)
            return Runs(none, none)
        row = np.arange(first_row, last_row + 1) * self._columns
        first, last = self._start[row + first_column], self._start[row + last_column + 1]
        keep = last > first
        return Runs(first[keep], last[keep])
