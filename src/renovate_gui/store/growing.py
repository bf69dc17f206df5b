"""Arrays that grow while rows are read; what was read already is not copied at the end, nor left in pieces."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from renovate_gui.domain.shapes import Shapes, starts


class Growing:
    """An array of one kind of numbers; of more dimensions when ``width`` says how many numbers a row has."""

    def __init__(self, dtype: DTypeLike, width: int = 0) -> None:
        self._dtype, self._width = np.dtype(dtype), width
        self._data = bytearray()

    def __len__(self) -> int:
        return len(self._data) // (self._dtype.itemsize * max(self._width, 1))

    def extend(self, more: NDArray[Any]) -> None:
        """Put further rows at the end."""
        self._data += np.ascontiguousarray(more, dtype=self._dtype).tobytes()

    def array(self) -> NDArray[Any]:
        """Return the rows; nothing may be added after that."""
        found = np.frombuffer(self._data, dtype=self._dtype)
        return found.reshape(-1, self._width) if self._width else found


class GrowingShapes:
    """Flat geometries that grow; heights take room from the first row that has any."""

    def __init__(self) -> None:
        self._kind, self._xy, self._count = Growing(np.int8), Growing(np.float64, 2), Growing(np.int64)
        self._wkb, self._wkb_count = Growing(np.uint8), Growing(np.int64)
        self._z, self._is_high = Growing(np.float64), Growing(np.bool_)

    def extend(self, more: Shapes) -> None:
        """Put further geometries at the end."""
        if more.z is not None and more.is_high is not None:
            self._z.extend(np.full(len(self._xy) - len(self._z), np.nan))
            self._is_high.extend(np.zeros(len(self._kind) - len(self._is_high), dtype=bool))
            self._z.extend(more.z)
            self._is_high.extend(more.is_high)
        self._kind.extend(more.kind)
        self._xy.extend(more.xy)
        self._count.extend(np.diff(more.start))
        self._wkb.extend(more.wkb)
        self._wkb_count.extend(np.diff(more.wkb_start))

    def shapes(self) -> Shapes:
        """Return all; nothing may be added after that."""
        heights = None
        if len(self._is_high):
            self._z.extend(np.full(len(self._xy) - len(self._z), np.nan))
            self._is_high.extend(np.zeros(len(self._kind) - len(self._is_high), dtype=bool))
            heights = (self._z.array(), self._is_high.array())
        others = (self._wkb.array(), starts(self._wkb_count.array()))
        return Shapes(self._kind.array(), self._xy.array(), starts(self._count.array()), others, heights)
