"""Our side of the reading child: start it, watch it, stop it within a second."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.io.reading import formats, frames, sandbox
from renovate_gui.io.reading.staging import is_live, staged
from renovate_gui.io.reading.values import Bounds, InspectedFile, InspectedLayer, RawLayer

INSPECT_SECONDS = 55.0
READ_SECONDS = 900.0
_POLL_SECONDS = 0.1
_CHUNK = 1 << 20

IsCancelled = Callable[[], bool]


def inspect_file(path: Path, is_cancelled: IsCancelled, *, encoding: str = "") -> InspectedFile:
    """Look into one file; what is wrong with it stands in ``problems``."""
    try:
        found = formats.sniff(path)
    except DataError as error:
        return InspectedFile((), (str(error),))
    layers: list[InspectedLayer] = []
    problems = _name_problems(path, found)
    try:
        with staged(path, found) as private:
            request = _request("inspect", path, private, encoding)
            for header, _ in _converse(found, request, INSPECT_SECONDS, is_cancelled):
                layers.append(_layer(header["layer"]))
    except DataError as error:
        problems.append(str(error))
    if not layers and not problems:
        problems.append(tr("“{file}” holds no layer with a geometry.", file=path.name))
    return InspectedFile(tuple(layers), tuple(problems))


def read_layer(
    path: Path,
    layer: str,
    driver: str,
    encoding: str,
    is_cancelled: IsCancelled,
    *,
    clip: Bounds | None = None,
) -> RawLayer:
    """Read all rows of a layer; raise DataError with one sentence when that is not possible.

    Of a raster only the cells within ``clip`` are read, in its own coordinate system.
    """
    found = formats.sniff(path)
    if found.driver != driver:
        raise DataError(
            tr("“{file}” has changed since it was looked at; look into it again.", file=path.name)
        )
    with staged(path, found) as private:
        request = _request("read", path, private, encoding) | {"layer": layer, "clip": clip}
        for header, blobs in _converse(found, request, READ_SECONDS, is_cancelled):
            return _raw_layer(header, blobs)
    raise DataError(tr("“{file}” gave nothing to read.", file=path.name))


def name_problems(path: Path) -> tuple[str, ...]:
    """Return what a file's name promises wrongly, and which of its parts are missing; empty when it cannot be read."""
    try:
        return tuple(_name_problems(path, formats.sniff(path)))
    except DataError:
        return ()


def _name_problems(path: Path, found: formats.Format) -> list[str]:
    if found is formats.SHAPEFILE:
        return _missing_parts(path)
    if path.suffix.lower() in found.extensions:
        return []
    return [
        tr(
            "“{file}” is a {format} by its content, whatever its name says.",
            file=path.name,
            format=found.title,
        )
    ]


def _missing_parts(path: Path) -> list[str]:
    present = formats.shapefile_parts(path)
    problems = []
    if ".dbf" not in present:
        problems.append(
            tr("“{file}” comes without its .dbf: the features have no attributes.", file=path.name)
        )
    if ".prj" not in present:
        problems.append(
            tr("“{file}” comes without its .prj: it does not say its coordinate system.", file=path.name)
        )
    if ".shx" not in present:
        problems.append(tr("“{file}” comes without its .shx; the index was built anew.", file=path.name))
    return problems


def _request(operation: str, path: Path, private: Path, encoding: str) -> dict[str, Any]:
    return {
        "op": operation,
        "path": str(private),
        "shown_name": path.name,
        "layer_stem": path.stem,
        "encoding": encoding,
        "is_live": is_live(private),
        "language": current_language(),
    }


def _layer(values: dict[str, Any]) -> InspectedLayer:
    bounds = values["bounds"]
    return InspectedLayer(
        name=str(values["name"]),
        geometry_type=str(values["geometry_type"]),
        features=int(values["features"]),
        columns=tuple(map(str, values["columns"])),
        crs=str(values["crs"]),
        encoding=str(values["encoding"]),
        driver=str(values["driver"]),
        bounds=None
        if bounds is None
        else (float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])),
        sample={str(k): tuple(map(str, v)) for k, v in values["sample"].items()},
        problems=tuple(map(str, values["problems"])),
        encodings=tuple((str(code), str(reason)) for code, reason in values["encodings"]),
        coordinate_columns=tuple(map(str, values["coordinate_columns"])),
    )


def _raw_layer(header: dict[str, Any], blobs: list[bytes]) -> RawLayer:
    rows = np.frombuffer(blobs[0], dtype="<i8").astype(np.int64)
    wkb = frames.unpack_bytes(blobs[1], blobs[2])
    columns, position = {}, 3
    for name, kind, count in header["columns"]:
        columns[str(name)] = frames.unpack_column(kind, blobs[position : position + count])
        position += count
    if len(wkb) != len(rows) or any(len(values) != len(rows) for values in columns.values()):
        raise DataError(tr("The reader's answer does not add up; read the file again."))
    return RawLayer(
        rows=rows,
        wkb=wkb,
        columns=columns,
        crs=str(header["crs"]),
        encoding=str(header["encoding"]),
        driver=str(header["driver"]),
        refusals=tuple((int(row), str(reason)) for row, reason in header["refusals"]),
        notes=tuple(map(str, header["notes"])),
    )


@dataclass(slots=True)
class _Child:
    """A running reader and the thread that drains it."""

    process: subprocess.Popen[bytes]
    chunks: queue.Queue[bytes]
    buffer: bytearray
    complaints: BinaryIO

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request).encode("utf-8") + b"\n")
        self.process.stdin.flush()

    def last_words(self) -> str:
        """Return why it ended: the last line it complained with, or the signal that stopped it."""
        code = self.process.wait()
        if code < 0:
            return signal.strsignal(-code) or str(-code)
        self.complaints.seek(0)
        lines = self.complaints.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else str(code)


@contextmanager
def _started(found: formats.Format) -> Iterator[_Child]:
    complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed below, after the child
    process = subprocess.Popen(  # noqa: S603  our own interpreter, our own module
        [sys.executable, "-m", "renovate_gui.io.reading.child", found.driver],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        env=sandbox.environment(found.driver),
    )
    chunks: queue.Queue[bytes] = queue.Queue(maxsize=64)
    stop = threading.Event()
    thread = threading.Thread(target=_drain, args=(process, chunks, stop), daemon=True)
    thread.start()
    try:
        yield _Child(process, chunks, bytearray(), complaints)
    finally:
        stop.set()
        process.kill()
        process.wait()
        thread.join(timeout=5)
        for stream in (process.stdin, process.stdout, complaints):
            if stream is not None:
                _close(stream)


def _close(stream: Any) -> None:
    try:
        stream.close()
    except OSError:  # the child is gone and its pipe with it
        return


def _drain(process: subprocess.Popen[bytes], chunks: queue.Queue[bytes], stop: threading.Event) -> None:
    assert process.stdout is not None
    while not stop.is_set():
        chunk = process.stdout.read1(_CHUNK)  # type: ignore[attr-defined]
        while not stop.is_set():
            try:
                chunks.put(chunk, timeout=_POLL_SECONDS)
                break
            except queue.Full:
                continue
        if not chunk:
            return


def _converse(
    found: formats.Format, request: dict[str, Any], seconds: float, is_cancelled: IsCancelled
) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
    """Ask, and give back frames until ``done``; kill the child when cancelled or too slow."""
    deadline = time.monotonic() + seconds
    with _started(found) as child:
        child.ask(request)
        more = _feeder(child, request["shown_name"], deadline, is_cancelled)
        while True:
            header, blobs = _next_frame(child, more)
            if header["kind"] == "done":
                return
            if header["kind"] == "error":
                raise DataError(str(header["message"]))
            yield header, blobs


def _feeder(child: _Child, name: str, deadline: float, is_cancelled: IsCancelled) -> Callable[[], None]:
    def more() -> None:
        while True:
            if is_cancelled():
                raise Cancelled(tr("Reading “{file}” was cancelled.", file=name))
            if time.monotonic() > deadline:
                raise DataError(
                    tr("“{file}” takes too long to read; cut it to the community's surroundings.", file=name)
                )
            try:
                chunk = child.chunks.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if not chunk:
                raise DataError(
                    tr(
                        "“{file}” made the reader stop, it is damaged or far too large; ask for it again ({reason}).",
                        file=name,
                        reason=child.last_words(),
                    )
                )
            child.buffer.extend(chunk)
            return

    return more


def _next_frame(child: _Child, more: Callable[[], None]) -> tuple[dict[str, Any], list[bytes]]:
    buffer = child.buffer
    searched = 0
    while (end := buffer.find(b"\n", searched)) < 0:
        searched = len(buffer)
        if searched > frames.MAX_HEADER_BYTES:
            raise DataError(tr("The reader's answer does not add up; read the file again."))
        more()
    header: dict[str, Any] = json.loads(bytes(buffer[:end]))
    del buffer[: end + 1]
    sizes = [int(size) for size in header["blobs"]]
    while len(buffer) < sum(sizes):
        more()
    blobs, position = [], 0
    for size in sizes:
        blobs.append(bytes(buffer[position : position + size]))
        position += size
    del buffer[:position]
    return header, blobs
