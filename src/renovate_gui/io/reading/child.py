"""The reading child's main loop: requests as JSON lines on standard input, frames on standard output.

Started by :mod:`renovate_gui.io.reading.client` as ``python -m renovate_gui.io.reading.child DRIVER``; it ends when its
input ends, or when nothing has been asked of it for a while.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, BinaryIO

from renovate_gui.assets import set_language, tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading import formats, frames, sandbox
from renovate_gui.io.reading.values import InspectedLayer, RawLayer

IDLE_SECONDS = 20
CPU_SECONDS = 600


def main() -> int:
    """Serve requests until the input ends."""
    driver = sys.argv[1]
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)  # whatever a library prints must not stand between frames
    sandbox.limit()
    if driver != formats.CSV.driver and not formats.by_driver(driver).is_raster:
        from renovate_gui.io.reading.vector import load_driver

        sandbox.allow_only(driver, list(load_driver().list_drivers()))
    while line := _next_line(sys.stdin.buffer):
        sandbox.limit_cpu(CPU_SECONDS)
        _answer(json.loads(line), formats.by_driver(driver), out)
    return 0


def _next_line(stream: BinaryIO) -> bytes:
    if sys.platform != "win32":
        import select

        if not select.select([stream], [], [], IDLE_SECONDS)[0]:
            return b""
    return stream.readline()


def _answer(request: dict[str, Any], found: formats.Format, out: BinaryIO) -> None:
    set_language(request["language"])
    try:
        if request["op"] == "inspect":
            for layer in _inspect(request, found):
                frames.write_frame(out, {"kind": "layer", "layer": asdict(layer)})
            frames.write_frame(out, {"kind": "done"})
        else:
            _send_layer(_read(request, found), out)
    except DataError as error:
        frames.write_frame(out, {"kind": "error", "message": str(error)})
    except MemoryError:
        frames.write_frame(out, {"kind": "error", "message": too_large(request["shown_name"])})


def too_large(name: str) -> str:
    """Return the sentence for a file that does not fit into the reader's memory."""
    return tr(
        "“{file}” needs more than 2 GiB of memory to read; cut it to the community's surroundings.", file=name
    )


def _inspect(request: dict[str, Any], found: formats.Format) -> Iterator[InspectedLayer]:
    if found is formats.CSV:
        from renovate_gui.io.reading import tables

        yield from tables.inspect(
            request["path"], request["shown_name"], request["layer_stem"], request["encoding"]
        )
        return
    if found.is_raster:
        from renovate_gui.io.reading import raster

        yield from raster.inspect(_raster(request, found))
        return
    from renovate_gui.io.reading import vector

    encoding, candidates = _encoding(request, found)
    shown = encoding or (
        candidates[0][0] if candidates else ""
    )  # an open question shows its likeliest reading
    for layer in vector.inspect(_source(request, found, shown), candidates):
        yield replace(layer, encoding=encoding) if candidates else layer


def _read(request: dict[str, Any], found: formats.Format) -> RawLayer:
    if found is formats.CSV:
        from renovate_gui.io.reading import tables

        return tables.read(request["path"], request["shown_name"], request["encoding"])
    if found.is_raster:
        from renovate_gui.io.reading import raster

        clip = request["clip"]
        return raster.read(_raster(request, found), tuple(clip) if clip else None)
    from renovate_gui.io.reading import vector

    return vector.read(_source(request, found, _encoding(request, found)[0]), request["layer"])


def _raster(request: dict[str, Any], found: formats.Format) -> Any:
    from renovate_gui.io.reading.raster import RasterSource

    return RasterSource(request["path"], found, request["shown_name"], request["layer_stem"])


def _source(request: dict[str, Any], found: formats.Format, encoding: str) -> Any:
    from renovate_gui.io.reading.vector import Source

    return Source(
        request["path"], found, request["shown_name"], request["layer_stem"], encoding, request["is_live"]
    )


def _encoding(request: dict[str, Any], found: formats.Format) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the encoding to read with and the candidates; only a shapefile leaves it open."""
    if request["encoding"] or found is not formats.SHAPEFILE:
        return request["encoding"], ()
    from renovate_gui.io.reading import dbf

    return dbf.guess(request["path"])


def _send_layer(layer: RawLayer, out: BinaryIO) -> None:
    header: dict[str, Any] = {
        "kind": "layer",
        "crs": layer.crs,
        "encoding": layer.encoding,
        "driver": layer.driver,
        "refusals": list(layer.refusals),
        "notes": list(layer.notes),
    }
    blobs = [layer.rows.astype("<i8").tobytes(), *frames.pack_bytes(layer.wkb)]
    columns = []
    for name, values in layer.columns.items():
        kind, packed = frames.pack_column(values)
        columns.append([name, kind, len(packed)])
        blobs += packed
    frames.write_frame(out, header | {"columns": columns}, blobs)
    frames.write_frame(out, {"kind": "done"})


if __name__ == "__main__":
    sys.exit(main())
