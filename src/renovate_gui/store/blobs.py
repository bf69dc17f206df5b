"""Geometries as GeoPackage binary: a small header, the envelope, then ISO WKB (OGC 12-128r15, 2.1.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import as_objects as as_objects  # noqa: PLC0414  said again from here

GEOMETRY_COLUMN = "geom"

_LITTLE_ENDIAN, _ENVELOPE_XY, _EMPTY = 0x01, 0x02, 0x10
_ENVELOPE_BYTES = (0, 32, 48, 48, 64, 0, 0, 0)  # by the envelope code in bits 1 to 3 of the flags
_POINT = 0


def encode(geometry: ObjectArray | Sequence[BaseGeometry | None], srs_id: int) -> list[bytes | None]:
    """Return GeoPackage blobs of shapely geometries, None where the geometry is None.

    Points carry no envelope (it would repeat them), other geometries carry the XY envelope.
    """
    array = as_objects(geometry)
    wkb = shapely.to_wkb(array, byte_order=1, flavor="iso")
    bounds = np.ascontiguousarray(shapely.bounds(array)[:, [0, 2, 1, 3]], dtype="<f8")
    has_envelope = np.isfinite(bounds).all(axis=1) & (shapely.get_type_id(array) != _POINT)
    is_empty = shapely.is_empty(array)
    envelopes = bounds.tobytes()
    tail = struct.pack("<i", srs_id)
    plain, boxed, empty = (
        b"GP\x00" + bytes([_LITTLE_ENDIAN | extra]) + tail for extra in (0, _ENVELOPE_XY, _EMPTY)
    )
    blobs: list[bytes | None] = []
    for i, body in enumerate(wkb):
        if body is None:
            blobs.append(None)
        elif has_envelope[i]:
            blobs.append(boxed + envelopes[32 * i : 32 * i + 32] + body)
        else:
            blobs.append((empty if is_empty[i] else plain) + body)
    return blobs


def decode(blobs: Iterable[object]) -> ObjectArray:
    """Return shapely geometries of GeoPackage blobs; None where the blob is missing or no geometry can be read."""
    return np.asarray(shapely.from_wkb(bodies(blobs), on_invalid="ignore"), dtype=object)


def bodies(blobs: Iterable[object]) -> ObjectArray:
    """Return the well-known binary of GeoPackage blobs, None where there is none."""
    return as_objects([_wkb(b) for b in blobs])


def _wkb(blob: object) -> bytes | None:
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    return blob[8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 7] :]


def with_srs(blob: bytes, srs_id: int) -> bytes:
    """Return the blob with another coordinate system's number in its header."""
    order = "<i" if blob[3] & _LITTLE_ENDIAN else ">i"
    return blob[:4] + struct.pack(order, srs_id) + blob[8:]


def joint_bounds(geometry: ObjectArray | Sequence[BaseGeometry | None]) -> NDArray[np.float64]:
    """Return ``(x_min, y_min, x_max, y_max)`` of all geometries, NaN when nothing lies anywhere."""
    bounds = shapely.bounds(as_objects(geometry)).reshape(-1, 4)
    if len(bounds) == 0:
        return np.full(4, np.nan)
    return np.concatenate([np.fmin.reduce(bounds[:, :2]), np.fmax.reduce(bounds[:, 2:])])


def type_name(geometry: ObjectArray) -> str:
    """Return the narrowest GeoPackage type name that holds all geometries; ``GEOMETRY`` when they differ."""
    kinds = {g.geom_type for g in geometry if g is not None}
    return kinds.pop().upper().replace("LINEARRING", "LINESTRING") if len(kinds) == 1 else "GEOMETRY"


def z_flag(geometry: ObjectArray) -> int:
    """Return GeoPackage's answer to "has z": 0 never, 1 always, 2 sometimes."""
    has = shapely.has_z(geometry[~shapely.is_missing(geometry)])
    return 0 if not has.any() else 1 if has.all() else 2
