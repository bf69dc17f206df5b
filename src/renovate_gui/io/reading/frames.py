"""The wire between the reading child and us: one line of JSON, then the raw bytes it announces.

A hostile file may take over the child, so nothing that arrives is trusted further than arrays and text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Header = dict[str, Any]
ReadExactly = Callable[[int], bytes]

MAX_HEADER_BYTES = 64 * 1024 * 1024


def write_frame(stream: BinaryIO, header: Header, blobs: Sequence[bytes | memoryview] = ()) -> None:
    """Write one frame and flush it."""
    line = json.dumps(header | {"blobs": [len(blob) for blob in blobs]}, ensure_ascii=False, allow_nan=False)
    stream.write(line.encode("utf-8", "replace") + b"\n")
    stream.writelines(blobs)
    stream.flush()


def pack_bytes(values: Sequence[bytes | None]) -> tuple[bytes, bytes]:
    """Return lengths (little-endian int64, −1 for None) and the joined bytes."""
    lengths = np.fromiter((-1 if v is None else len(v) for v in values), dtype="<i8", count=len(values))
    return lengths.tobytes(), b"".join(v for v in values if v is not None)


def unpack_bytes(lengths: bytes, joined: bytes) -> list[bytes | None]:
    """Undo :func:`pack_bytes`; raise ValueError when the two do not belong together."""
    sizes = np.frombuffer(lengths, dtype="<i8")
    ends = np.cumsum(np.maximum(sizes, 0))
    if len(ends) and int(ends[-1]) != len(joined):
        raise ValueError("frame lengths do not add up")
    starts = ends - np.maximum(sizes, 0)
    return [
        None if size < 0 else joined[start:end]
        for size, start, end in zip(sizes.tolist(), starts.tolist(), ends.tolist(), strict=True)
    ]


def pack_column(values: NDArray[Any]) -> tuple[str, list[bytes]]:
    """Return a column's kind (``number`` or ``text``) and its blobs."""
    if values.dtype != object:
        return "number", [np.ascontiguousarray(values, dtype="<f8").tobytes()]
    texts = [None if v is None else str(v).encode("utf-8", "replace") for v in values]
    return "text", list(pack_bytes(texts))


def unpack_column(kind: str, blobs: list[bytes]) -> NDArray[Any]:
    """Undo :func:`pack_column`."""
    if kind == "number":
        return np.frombuffer(blobs[0], dtype="<f8").astype(np.float64)
    texts = unpack_bytes(blobs[0], blobs[1])
    out = np.empty(len(texts), dtype=object)
    out[:] = [None if text is None else text.decode("utf-8", "replace") for text in texts]
    return out
