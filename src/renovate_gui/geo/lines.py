"""Lines kept as one array of vertices; shapely geometries are made when somebody asks for them.

A large town has half a million ways. As geometries they would take five times the memory of their vertices, and most
questions concern a few streets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.geo.boxes import Boxes

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


class Lines:
    """Lines in the plane, each of two vertices or more; never changed.

    ``lines[i]`` is one ``LineString``, ``lines[rows]`` an array of them, ``np.asarray(lines)`` all of them. They are made
    anew each time, with exactly the vertices that were given.

    Attributes
    ----------
    xy
        Vertices of all lines in order, metres, shape ``(v, 2)``.
    start
        Those of line i are ``xy[start[i]:start[i + 1]]``, shape ``(n + 1,)``.
    """

    __slots__ = ("_boxes", "start", "xy")

    def __init__(self, xy: FloatArray, start: IndexArray) -> None:
        self.xy = xy
        self.start = start
        self._boxes: Boxes | None = None

    @classmethod
    def of(cls, geometry: ObjectArray) -> Lines:
        """Return single lines as such; heights are left out."""
        count = shapely.get_num_coordinates(geometry)
        return cls(shapely.get_coordinates(geometry), np.concatenate([[0], np.cumsum(count, dtype=np.int64)]))

    def __len__(self) -> int:
        return len(self.start) - 1

    @overload
    def __getitem__(self, rows: int | np.integer) -> LineString: ...

    @overload
    def __getitem__(self, rows: slice | IndexArray | NDArray[np.bool_] | list[int]) -> ObjectArray: ...

    def __getitem__(
        self, rows: int | np.integer | slice | IndexArray | NDArray[np.bool_] | list[int]
    ) -> LineString | ObjectArray:
        wanted = np.arange(len(self))[rows]
        if np.ndim(wanted) == 0:
            return LineString(self.xy[self.start[wanted] : self.start[wanted + 1]])
        if len(wanted) == 0:
            return np.empty(0, dtype=object)
        vertex, line_of = self.vertices(wanted)
        return np.asarray(shapely.linestrings(self.xy[vertex], indices=line_of), dtype=object)

    def __iter__(self) -> Iterator[LineString]:
        return iter(self[:])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> ObjectArray:  # noqa: FBT001  numpy's protocol
        return self[:]

    @property
    def line_of(self) -> IndexArray:
        """Return the line of every vertex, shape ``(v,)``."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @property
    def boxes(self) -> Boxes:
        """Return where the lines are, to find those near a place; made at the first call."""
        if self._boxes is None:
            self._boxes = Boxes.of_runs(self.xy, self.start)
        return self._boxes

    def vertices(self, rows: IndexArray) -> tuple[IndexArray, IndexArray]:
        """Return the vertices of some lines, and which of the asked lines each belongs to."""
        count = self.start[rows + 1] - self.start[rows]
        own = np.repeat(np.arange(len(rows)), count)
        rank = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
        return self.start[rows][own] + rank, own

    def take(self, rows: IndexArray) -> Lines:
        """Return some lines."""
        vertex, _ = self.vertices(rows)
        count = self.start[rows + 1] - self.start[rows]
        return Lines(self.xy[vertex], np.concatenate([[0], np.cumsum(count)]))

    def then(self, more: Lines) -> Lines:
        """Return these lines and others after them."""
        return Lines(
            np.concatenate([self.xy, more.xy]), np.concatenate([self.start, self.start[-1] + more.start[1:]])
        )
