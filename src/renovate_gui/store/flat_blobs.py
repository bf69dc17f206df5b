"""GeoPackage blobs read straight into flat geometries: points, lines and areas of one ring become no object on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.shapes import LINE, MISSING, OTHER, POINT, RING, Shapes, is_sound, packed, starts
from renovate_gui.store import blobs

IndexArray = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_HEAD = 8  # magic, version, flags, coordinate system
_ENVELOPE = np.array([0, 32, 48, 48, 64, 0, 0, 0])  # by the envelope code in bits 1 to 3 of the flags
_MAGIC = np.frombuffer(b"GP", dtype=np.uint8)
_BEFORE_XY = np.array([0, 5, 9, 13, 0])  # byte order, type and counts of a row of a kind
_TYPE = ((1, POINT), (2, LINE), (3, RING))  # numbers of well-known binary in the plane
_ISO_Z, _OTHER_Z = (
    1000,
    0x80000000,
)  # added to them where there are heights: by the standard, and as GEOS wrote it before


def decode_flat(found: Sequence[object]) -> Shapes:
    """Return the geometries of GeoPackage blobs as :func:`renovate_gui.store.blobs.decode` does, but flat."""
    rows = found if set(map(type, found)) <= {bytes} else [b if isinstance(b, bytes) else b"" for b in found]
    whole: list[bytes] = list(rows)  # type: ignore[arg-type]
    raw, start = packed(whole)
    kind, begin, width = _simple_kinds(raw, start)
    is_simple = kind != OTHER
    vertex = starts(np.where(is_simple, start[1:] - begin, 0) // (8 * width))
    is_high = is_simple & (width == 3)
    from_byte = (begin - start[:-1]).tolist()
    xy, z = _numbers(whole, from_byte, is_simple, is_high, vertex)
    sound = is_sound(kind, xy, vertex)
    if not sound[is_simple].all():
        kept = np.repeat(sound, np.diff(vertex))
        xy, z = xy[kept], None if z is None else z[kept]
        vertex = starts(np.where(sound, np.diff(vertex), 0))
        is_high &= sound
    kind = np.where(is_simple & sound, kind, OTHER).astype(np.int8)
    heights = None if z is None or not is_high.any() else (z, is_high)
    return _with_others(whole, kind, xy, vertex, heights)


def _numbers(
    rows: Sequence[bytes],
    from_byte: Sequence[int],
    is_simple: NDArray[np.bool_],
    is_high: NDArray[np.bool_],
    vertex: IndexArray,
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return the coordinates of simple rows, and the heights (NaN without) where any row has them."""
    if not is_high.any():
        return _read(rows, from_byte, is_simple).reshape(-1, 2), None
    xyz = np.full((int(vertex[-1]), 3), np.nan)
    for own, count in ((is_simple & ~is_high, 2), (is_high, 3)):
        xyz[np.repeat(own, np.diff(vertex)), :count] = _read(rows, from_byte, own).reshape(-1, count)
    return np.ascontiguousarray(xyz[:, :2]), xyz[:, 2].copy()


def _read(rows: Sequence[bytes], from_byte: Sequence[int], own: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the numbers of some rows, from a byte of each to its end."""
    body = b"".join(
        [row[first:] for row, first, is_own in zip(rows, from_byte, own.tolist(), strict=True) if is_own]
    )
    return np.frombuffer(body, dtype="<f8").astype(np.float64)


def _with_others(
    rows: Sequence[bytes],
    kind: NDArray[np.int8],
    xy: NDArray[np.float64],
    vertex: IndexArray,
    heights: tuple[NDArray[np.float64], NDArray[np.bool_]] | None,
) -> Shapes:
    """Return flat geometries with what is not simple as shapely reads it; what it cannot read is missing."""
    other = np.flatnonzero(kind == OTHER)
    bodies = blobs.bodies([rows[i] for i in other.tolist()])
    shapes = shapely.from_wkb(bodies, on_invalid="ignore")
    kind[other[shapely.is_missing(shapes)]] = MISSING
    good = packed([b for b, s in zip(bodies, shapes, strict=True) if s is not None])
    return Shapes(kind, xy, vertex, good, heights)


def _simple_kinds(raw: Bytes, start: IndexArray) -> tuple[NDArray[np.int8], IndexArray, IndexArray]:
    """Return what each blob is by its head and length, where its coordinates begin, and how many a vertex has.

    ``OTHER`` is not looked into.
    """
    size = np.diff(start)
    kind = np.full(len(size), OTHER, dtype=np.int8)
    begin, width = start[1:].copy(), np.full(len(size), 2)
    rows = np.flatnonzero(size >= _HEAD + 5)
    rows = rows[(raw[start[rows]] == _MAGIC[0]) & (raw[start[rows] + 1] == _MAGIC[1])]
    body = start[rows] + _HEAD + _ENVELOPE[(raw[start[rows] + 3] >> 1) & 7]
    fits = body + 5 <= start[rows + 1]
    rows, body = rows[fits], body[fits]
    is_little = raw[body] == 1
    rows, body = rows[is_little], body[is_little]
    number = _whole(raw, body + 1)
    for code, own, count in [
        (c + z, k, n) for c, k in _TYPE for z, n in ((0, 2), (_ISO_Z, 3), (_OTHER_Z, 3))
    ]:
        is_own = number == code
        if not is_own.any():
            continue
        at, first = rows[is_own], body[is_own]
        fits = first + _BEFORE_XY[own] <= start[at + 1]
        at, first = at[fits], first[fits]
        fits = _is_of_length(raw, own, first, start[at + 1], count)
        at, first = at[fits], first[fits]
        kind[at], begin[at], width[at] = own, first + _BEFORE_XY[own], count
    return kind, begin, width


def _is_of_length(raw: Bytes, kind: int, body: IndexArray, end: IndexArray, width: int) -> NDArray[np.bool_]:
    """Return which bodies have just the bytes for the vertices they say, an area's in one ring."""
    left = end - body - _BEFORE_XY[kind]
    if kind == POINT:
        return np.asarray(left == 8 * width)
    fits = left == 8 * width * _whole(raw, body + _BEFORE_XY[kind] - 4)
    return np.asarray(fits & (_whole(raw, body + 5) == 1) if kind == RING else fits)


def _whole(raw: Bytes, at: IndexArray) -> IndexArray:
    """Return the little-endian numbers of four bytes at some places."""
    return np.asarray(raw[at[:, None] + np.arange(4)].view("<u4")[:, 0], dtype=np.int64)
