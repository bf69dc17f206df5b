"""Geometries of a large layer kept as flat arrays; shapely objects are made when somebody asks for them.

A shapely object takes about half a kilobyte beside its vertices, so that the parcels of a large town would fill memory
before anything is asked of them. :class:`Shapes` stands wherever an array of geometries is read: rows, masks, slices,
iteration, ``np.asarray`` and shapely's own functions work on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

ObjectArray = NDArray[np.object_]
FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
Rows = slice | IndexArray | NDArray[np.bool_] | list[int]

FEW = 20_000
"""So many geometries are kept as objects: they take little memory, and nothing need be made when they are asked for."""

MISSING, POINT, LINE, RING, OTHER = range(5)
"""What a row is: nothing, a point, a line, an area of one ring (none of them empty), or something else."""

_LEAST = np.array([0, 1, 2, 4, 0])  # vertices that a row of a kind has at least
_TYPE_ID = np.array([-1, 0, 1, 3, -1], dtype=np.int32)  # GEOS's numbers
_ASKS = shapely.lib  # shapely's functions as numpy sees them
_POLYGON = shapely.GeometryType.POLYGON
_BLOCK = 20_000  # geometries at a time, so that those made for a question take little memory


class Shapes:
    """Geometries of any type, None where missing; never changed.

    ``shapes[i]`` is one geometry, ``shapes[rows]`` some of them (objects when they are few, else flat again),
    ``np.asarray(shapes)`` all of them. They are made anew each time, with exactly the vertices that were given.

    Attributes
    ----------
    kind
        ``MISSING``, ``POINT``, ``LINE``, ``RING`` or ``OTHER``, shape ``(n,)``.
    xy
        Vertices of points, lines and rings in order, metres, shape ``(v, 2)``.
    start
        Those of row i are ``xy[start[i]:start[i + 1]]``; none for missing and other rows, shape ``(n + 1,)``.
    z, is_high
        Height of every vertex, metres, shape ``(v,)``, and which rows have heights, shape ``(n,)``; None where none has.
    wkb, wkb_start
        Other rows as well-known binary, one after the other, and where each begins, shape ``(others + 1,)``.
    """

    __slots__ = ("_bounds", "_other", "is_high", "kind", "start", "wkb", "wkb_start", "xy", "z")

    dtype = np.dtype(object)
    ndim = 1

    def __init__(
        self,
        kind: NDArray[np.int8],
        xy: FloatArray,
        start: IndexArray,
        others: tuple[NDArray[np.uint8], IndexArray] | None = None,
        heights: tuple[FloatArray, NDArray[np.bool_]] | None = None,
    ) -> None:
        self.kind, self.xy, self.start = kind, xy, start
        self.wkb, self.wkb_start = packed([]) if others is None else others
        self.z: FloatArray | None = None if heights is None else heights[0]
        self.is_high: NDArray[np.bool_] | None = None if heights is None else heights[1]
        self._other = np.flatnonzero(kind == OTHER)
        self._bounds: FloatArray | None = None
        for array in self._arrays():
            array.setflags(write=False)  # views share them

    # -- making -----------------------------------------------------------------------------------------------
    @classmethod
    def of(cls, geometry: ObjectArray | Sequence[BaseGeometry | None]) -> Shapes:
        """Return geometries as flat arrays."""
        known = flat_of(geometry)
        if known is not None:
            return known
        objects = as_objects(geometry)
        return cls.joined([cls._of_some(objects[part]) for part in _blocks(len(objects))])

    @classmethod
    def _of_some(cls, objects: ObjectArray) -> Shapes:
        type_id = shapely.get_type_id(objects)
        kind = np.full(len(objects), OTHER, dtype=np.int8)
        kind[type_id == 0], kind[type_id == 1] = POINT, LINE
        kind[(type_id == 3) & (shapely.get_num_interior_rings(objects) == 0)] = RING
        kind[shapely.is_empty(objects) | shapely.has_m(objects)] = OTHER
        kind[type_id == -1] = MISSING
        count = np.where(kind < OTHER, shapely.get_num_coordinates(objects), 0)
        other = [bytes(b) for b in shapely.to_wkb(objects[kind == OTHER], byte_order=1, flavor="iso")]
        is_high = shapely.has_z(objects) & (kind < OTHER)
        xyz = shapely.get_coordinates(objects[kind < OTHER], include_z=bool(is_high.any()))
        xy = np.ascontiguousarray(xyz[:, :2])
        heights = (xyz[:, 2].copy(), is_high) if is_high.any() else None
        return cls(kind, xy, starts(count), packed(other), heights)

    @classmethod
    def points(cls, xy: FloatArray, is_there: NDArray[np.bool_]) -> Shapes:
        """Return points: one where the flag is set, of as many coordinates as there are such rows."""
        return cls(is_there.astype(np.int8) * np.int8(POINT), xy, starts(is_there))

    @classmethod
    def joined(cls, parts: Sequence[Shapes]) -> Shapes:
        """Return several as one."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls(np.zeros(0, dtype=np.int8), np.zeros((0, 2)), np.zeros(1, dtype=np.int64))
        heights = None
        if any(p.z is not None for p in parts):
            heights = (
                np.concatenate([np.full(len(p.xy), np.nan) if p.z is None else p.z for p in parts]),
                np.concatenate([np.zeros(len(p), bool) if p.is_high is None else p.is_high for p in parts]),
            )
        return cls(
            np.concatenate([p.kind for p in parts]),
            np.concatenate([p.xy for p in parts]),
            starts(np.concatenate([np.diff(p.start) for p in parts])),
            (
                np.concatenate([p.wkb for p in parts]),
                starts(np.concatenate([np.diff(p.wkb_start) for p in parts])),
            ),
            heights,
        )

    # -- asking -----------------------------------------------------------------------------------------------
    def __len__(self) -> int:
        return len(self.kind)

    @property
    def shape(self) -> tuple[int]:
        """Return the shape as numpy says it."""
        return (len(self.kind),)

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(self.kind)

    @property
    def nbytes(self) -> int:
        """Return the memory taken by the arrays."""
        return sum(array.nbytes for array in self._arrays())

    @overload
    def __getitem__(self, rows: int | np.integer) -> BaseGeometry | None: ...

    @overload
    def __getitem__(self, rows: Rows) -> ObjectArray: ...

    def __getitem__(self, rows: int | np.integer | Rows) -> BaseGeometry | ObjectArray | None:
        if isinstance(rows, slice):
            wanted = np.arange(*rows.indices(len(self)))
        elif np.ndim(rows) == 0:
            return cast("BaseGeometry | None", self._made(np.array([self._row(int(cast("int", rows)))]))[0])
        else:
            wanted = self._numbers(np.asarray(rows))
        if wanted.ndim != 1:
            return np.asarray(np.asarray(self)[wanted], dtype=object)
        return self._made(wanted) if len(wanted) <= FEW else self.take(wanted).as_array()

    def __iter__(self) -> Iterator[BaseGeometry | None]:
        for _, part in self.blocks():
            yield from part

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> ObjectArray:  # noqa: FBT001  numpy's protocol
        whole = np.empty(len(self), dtype=object)
        for rows, part in self.blocks():
            whole[rows] = part
        return whole

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Answer numpy's and shapely's functions of one geometry each, some geometries at a time."""
        if method != "__call__" or not self._goes_by_rows(ufunc, inputs, options):
            return getattr(ufunc, method)(
                *(np.asarray(i) if isinstance(i, Shapes) else i for i in inputs), **options
            )
        if len(inputs) == 1 and not options:
            known = self._known(ufunc)
            if known is not None:
                return known
        parts = _blocks(len(self))
        return np.concatenate([ufunc(*(_part(i, rows) for i in inputs), **options) for rows in parts])

    def _known(self, ufunc: np.ufunc) -> NDArray[Any] | None:
        """Return what the arrays say by themselves, None where geometries must be asked; other rows always are."""
        found: NDArray[Any]
        if ufunc is _ASKS.is_missing:
            return np.asarray(self.kind == MISSING)
        if ufunc is _ASKS.is_empty:
            found = np.zeros(len(self), dtype=bool)
        elif ufunc is _ASKS.has_z:
            found = np.zeros(len(self), dtype=bool) if self.is_high is None else self.is_high.copy()
        elif ufunc is _ASKS.get_type_id:
            found = _TYPE_ID[self.kind]
        elif ufunc is _ASKS.bounds:
            return self._all_bounds()
        else:
            return None
        for some in _blocks(len(self._other)):
            found[self._other[some]] = ufunc(self._made(self._other[some]))
        return found

    def _all_bounds(self) -> FloatArray:
        """Return the bounds of all rows, made at the first call: whatever is shown is asked for them again and again."""
        if self._bounds is None:
            found = np.full((len(self), 4), np.nan)
            rows = np.flatnonzero(np.diff(self.start))
            if len(rows):
                found[rows, :2] = np.minimum.reduceat(self.xy, self.start[rows])
                found[rows, 2:] = np.maximum.reduceat(self.xy, self.start[rows])
            for some in _blocks(len(self._other)):
                found[self._other[some]] = shapely.bounds(self._made(self._other[some]))
            found.setflags(write=False)
            self._bounds = found
        return self._bounds

    def _goes_by_rows(self, ufunc: np.ufunc, inputs: tuple[Any, ...], options: dict[str, Any]) -> bool:
        plain = ufunc.signature is None or ufunc.nin == 1 or all(np.ndim(i) == 0 for i in inputs[1:])
        rows_match = all(np.shape(i) in ((), self.shape) for i in inputs)
        return (
            plain and rows_match and ufunc.nout == 1 and len(self) > 0 and not {"out", "where"} & set(options)
        )

    def digest(self) -> bytes:
        """Return what tells contents apart: equal for equal geometries, other for others."""
        found = hashlib.blake2b(digest_size=20)
        for array in self._arrays():
            found.update(f"{array.dtype} {array.shape}".encode())
            found.update(np.ascontiguousarray(array).data)
        return found.digest()

    def as_array(self) -> ObjectArray:
        """Return itself where an array of geometries is asked for."""
        return cast("ObjectArray", self)

    def setflags(self, *, write: bool) -> None:
        """Accept what arrays are told so that nobody writes into them; here nobody can."""
        if write:
            raise ValueError("flat geometries cannot be written to")

    def blocks(self) -> Iterator[tuple[slice, ObjectArray]]:
        """Yield all rows as objects, some at a time."""
        for rows in _blocks(len(self)):
            yield rows, self._made(np.arange(rows.start, rows.stop))

    def take(self, rows: IndexArray) -> Shapes:
        """Return some rows, by number."""
        kind = self.kind[rows]
        vertex, _ = self._vertices(rows)
        place = np.searchsorted(self._other, rows[kind == OTHER])
        byte, _ = _spread(self.wkb_start[place], self.wkb_start[place + 1])
        return Shapes(
            kind,
            self.xy[vertex],
            starts(self.start[rows + 1] - self.start[rows]),
            (self.wkb[byte], starts(self.wkb_start[place + 1] - self.wkb_start[place])),
            None if self.z is None or self.is_high is None else (self.z[vertex], self.is_high[rows]),
        )

    def replaced(self, at: IndexArray, new: ObjectArray) -> Shapes:
        """Return these geometries with others at some rows."""
        every = np.arange(len(self))
        every[at] = len(self) + np.arange(len(at))
        return Shapes.joined([self, Shapes.of(new)]).take(every)

    def inserted(self, at: IndexArray, new: ObjectArray) -> Shapes:
        """Return these geometries with others put before some rows, as ``numpy.insert`` does."""
        every = np.insert(np.arange(len(self)), at, len(self) + np.arange(len(at)))
        return Shapes.joined([self, Shapes.of(new)]).take(every)

    def with_heights(self, better: Callable[[FloatArray], FloatArray]) -> tuple[Shapes, int]:
        """Return these geometries with what a function makes of their heights, and how many it changed; NaN stays NaN."""
        count, z = 0, self.z
        if z is not None:
            new = better(z)
            is_other = np.isfinite(z) & ~(new == z)
            count, z = int(is_other.sum()), np.where(is_other, new, z) if is_other.any() else z
        wkb = (self.wkb, self.wkb_start)
        if len(self._other):
            shapes = [self._made(self._other[some]) for some in _blocks(len(self._other))]
            bodies: list[bytes] = []
            for some in shapes:
                xyz = shapely.get_coordinates(some, include_z=True)
                new = better(xyz[:, 2])
                is_other = np.isfinite(xyz[:, 2]) & ~(new == xyz[:, 2])
                count += int(is_other.sum())
                xyz[is_other, 2] = new[is_other]
                bodies += shapely.to_wkb(
                    shapely.set_coordinates(some, xyz), byte_order=1, flavor="iso"
                ).tolist()
            wkb = packed(bodies)
        if count == 0:
            return self, 0
        heights = None if z is None or self.is_high is None else (z, self.is_high)
        return Shapes(self.kind, self.xy, self.start, wkb, heights), count

    # -- inside -----------------------------------------------------------------------------------------------
    def _arrays(self) -> list[NDArray[Any]]:
        own: list[NDArray[Any]] = [self.kind, self.xy, self.start, self.wkb, self.wkb_start, self._other]
        return own if self.z is None or self.is_high is None else [*own, self.z, self.is_high]

    def _row(self, row: int) -> int:
        if not -len(self) <= row < len(self):
            raise IndexError(f"row {row} of {len(self)} geometries")
        return row % len(self)

    def _numbers(self, rows: NDArray[Any]) -> IndexArray:
        """Return a mask or numbers that may count from the end as numbers of rows."""
        if rows.dtype == bool:
            if len(rows) != len(self):
                raise IndexError(f"a mask of {len(rows)} rows for {len(self)} geometries")
            return np.flatnonzero(rows)
        found = rows.astype(np.int64)
        if found.size and not (-len(self) <= found.min() and found.max() < len(self)):
            raise IndexError(f"rows up to {found.max()} of {len(self)} geometries")
        found[found < 0] += len(self)
        return found

    def _vertices(self, rows: IndexArray) -> tuple[Any, IndexArray]:
        """Return which vertices belong to some rows (a slice where they stand together), and the place of each's row."""
        if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and bool((np.diff(rows) == 1).all()):
            part = slice(int(self.start[rows[0]]), int(self.start[rows[-1] + 1]))
            return part, np.repeat(np.arange(len(rows)), self.start[rows + 1] - self.start[rows])
        return _spread(self.start[rows], self.start[rows + 1])

    def _made(self, rows: IndexArray) -> ObjectArray:
        """Return some rows as objects."""
        kinds = self.kind[rows]
        different = np.flatnonzero(np.bincount(kinds, minlength=OTHER + 1))
        if len(different) == 1 and different[0] in (POINT, LINE, RING) and self.is_high is None:
            return self._simple(int(different[0]), rows, is_high=False)
        found = np.full(len(rows), None, dtype=object)
        for kind in different:
            at = np.flatnonzero(kinds == kind)
            if kind == OTHER:
                with np.errstate(invalid="ignore"):  # GEOS compares what is not a number; reading has said so
                    found[at] = shapely.from_wkb(self._bodies(rows[at]))
            elif kind != MISSING:
                is_high = np.zeros(len(at), bool) if self.is_high is None else self.is_high[rows[at]]
                for some, high in ((at[~is_high], False), (at[is_high], True)):
                    if len(some):
                        found[some] = self._simple(int(kind), rows[some], is_high=high)
        return found

    def _simple(self, kind: int, rows: IndexArray, *, is_high: bool) -> ObjectArray:
        vertex, own = self._vertices(rows) if kind != POINT else (self.start[rows], rows)
        xy = self.xy[vertex]
        if is_high and self.z is not None:
            xy = np.column_stack([xy, self.z[vertex]])
        if kind == POINT:
            return np.asarray(shapely.points(xy), dtype=object)
        if kind == LINE:
            return np.asarray(shapely.linestrings(xy, indices=own), dtype=object)
        ring = starts(self.start[rows + 1] - self.start[rows])
        made = shapely.from_ragged_array(_POLYGON, xy, (ring, np.arange(len(rows) + 1)))
        return np.asarray(made, dtype=object)

    def _bodies(self, rows: IndexArray) -> ObjectArray:
        place = np.searchsorted(self._other, rows)
        begin, end = self.wkb_start[place].tolist(), self.wkb_start[place + 1].tolist()
        return as_objects([self.wkb[a:b].tobytes() for a, b in zip(begin, end, strict=True)])


def flat_of(geometry: object) -> Shapes | None:
    """Return geometries when they are flat, None when they are objects."""
    return geometry if isinstance(geometry, Shapes) else None


def as_objects(values: Any) -> ObjectArray:
    """Return a one-dimensional object array; numpy must not look inside geometries or sequences."""
    items = values if isinstance(values, np.ndarray) else list(values)
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def in_blocks(geometry: ObjectArray) -> Iterator[tuple[slice, ObjectArray]]:
    """Yield all geometries as objects, some at a time, with their rows."""
    for rows in _blocks(len(geometry)):
        yield rows, np.asarray(geometry[rows], dtype=object)


def coordinates(geometry: ObjectArray) -> FloatArray:
    """Return the vertices of all geometries in order, shape ``(v, 2)``, as shapely does; without making any of flat ones."""
    flat = flat_of(geometry)
    if flat is not None and len(flat.wkb) == 0:
        return flat.xy
    if flat is not None:
        return np.concatenate([shapely.get_coordinates(part) for _, part in flat.blocks()])
    return np.asarray(shapely.get_coordinates(geometry), dtype=np.float64)


def together(parts: Sequence[ObjectArray]) -> ObjectArray:
    """Return several arrays of geometries as one: flat when they are many."""
    if sum(len(p) for p in parts) <= FEW:
        return np.concatenate([np.zeros(0, dtype=object), *(np.asarray(p, dtype=object) for p in parts)])
    return Shapes.joined([Shapes.of(p) for p in parts if len(p)]).as_array()


def settled(shapes: Shapes) -> ObjectArray:
    """Return geometries as they are kept: objects when they are few."""
    return np.asarray(shapes, dtype=object) if len(shapes) <= FEW else shapes.as_array()


def starts(count: NDArray[Any]) -> IndexArray:
    """Return where each run begins, and the end, from their lengths."""
    found = np.zeros(len(count) + 1, dtype=np.int64)
    np.cumsum(count, out=found[1:])
    return found


def packed(bodies: Sequence[bytes]) -> tuple[NDArray[np.uint8], IndexArray]:
    """Return byte strings one after the other, and where each begins."""
    size = np.fromiter(map(len, bodies), dtype=np.int64, count=len(bodies))
    return np.frombuffer(b"".join(bodies), dtype=np.uint8), starts(size)


def is_sound(kind: NDArray[np.int8], xy: FloatArray, start: IndexArray) -> NDArray[np.bool_]:
    """Return which points, lines and rings shapely can make of vertices: enough of them, finite, rings closed."""
    count = np.diff(start)
    found = (count >= _LEAST[kind]) & (count > 0)
    rows = np.flatnonzero(found)
    first, last = xy[start[rows]], xy[start[rows + 1] - 1]
    found[rows[(kind[rows] == RING) & (first != last).any(axis=1)]] = False
    with np.errstate(invalid="ignore", over="ignore"):
        is_finite = bool(np.isfinite(xy.sum()))
    if not is_finite:  # or so large that their sum is not: looked at one by one
        bad = np.flatnonzero(~np.isfinite(xy).all(axis=1))
        found[np.searchsorted(start, bad, side="right") - 1] = False
    return found


def _part(value: Any, rows: slice) -> Any:
    """Return some rows of what has rows: geometries as objects, however many."""
    if isinstance(value, Shapes):
        return value._made(np.arange(rows.start, rows.stop))  # noqa: SLF001  the same module
    return value[rows] if np.ndim(value) else value


def _blocks(count: int) -> list[slice]:
    return [slice(first, min(first + _BLOCK, count)) for first in range(0, count, _BLOCK)]


def _spread(begin: IndexArray, end: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return all numbers of runs, and the place of each's run."""
    count = end - begin
    own = np.repeat(np.arange(len(begin)), count)
    return np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(len(own)), own
