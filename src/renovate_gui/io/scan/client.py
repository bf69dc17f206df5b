"""Our side of the child that opens scans: one for a whole heap, killed at once when somebody cancels."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.io.reading import sandbox
from renovate_gui.io.reading.frames import MAX_HEADER_BYTES
from renovate_gui.io.scan.pages import MOST_PIXELS, Page

PAGE_SECONDS = 60.0
"""Time a single page may take to open."""
_POLL_SECONDS = 0.1
_AHEAD = 2  # pages opened while one is read

IsCancelled = Callable[[], bool]
Frame = tuple[dict[str, Any], bytes]


class Opener:
    """Opens files in a child process; starts another when one made it stop."""

    def __init__(self, is_cancelled: IsCancelled) -> None:
        self._is_cancelled = is_cancelled
        self._process: subprocess.Popen[bytes] | None = None
        self._frames: queue.Queue[Frame | None] = queue.Queue(maxsize=_AHEAD)
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def pages(self, path: Path) -> Iterator[Page]:
        """Yield a file's pages; raise DataError with one sentence when it cannot be read, Cancelled when asked to stop."""
        self._ask(path)
        while True:
            frame = self._next(path.name)
            if frame is None:
                self._end()
                raise DataError(
                    tr(
                        "{file} made the reader stop: it is damaged or far too large; scan it again.",
                        file=path.name,
                    )
                )
            header, blob = frame
            if header["kind"] == "done":
                return
            if header["kind"] == "error":
                raise DataError(str(header["message"]))
            yield _page(header, blob)

    def _ask(self, path: Path) -> None:
        if self._process is None or self._process.poll() is not None:
            self._begin()
        request = {"path": str(path.absolute()), "name": path.name, "language": current_language()}
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:  # it ended: told when nothing comes
            return

    def _begin(self) -> None:
        self._end()
        self._stop = threading.Event()
        self._frames = queue.Queue(maxsize=_AHEAD)
        self._process = subprocess.Popen(  # our own interpreter, our own module
            [sys.executable, "-m", "renovate_gui.io.scan.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=sandbox.environment(""),
        )
        arguments = (self._process.stdout, self._frames, self._stop)
        threading.Thread(target=_drain, args=arguments, daemon=True).start()

    def _next(self, name: str) -> Frame | None:
        deadline = time.monotonic() + PAGE_SECONDS
        while True:
            if self._is_cancelled():
                self._end()
                raise Cancelled(tr("Cancelled."))
            try:
                return self._frames.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if time.monotonic() > deadline:
                    self._end()
                    raise DataError(
                        tr("{file} takes too long to open; scan it again with 300 dots an inch.", file=name)
                    ) from None

    def _end(self) -> None:
        process, self._process = self._process, None
        self._stop.set()
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                continue


def _drain(stream: Any, frames: queue.Queue[Frame | None], stop: threading.Event) -> None:
    try:
        while line := stream.readline(MAX_HEADER_BYTES):
            header = json.loads(line)
            sizes = [int(size) for size in header["blobs"]]
            if sum(sizes) > 3 * MOST_PIXELS:
                break
            blob = stream.read(sum(sizes))
            if len(blob) < sum(sizes) or not _put(frames, (header, blob), stop):
                break
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
    ):  # closed under our hands, or not what a child of ours says
        pass
    _put(frames, None, stop)


def _put(frames: queue.Queue[Frame | None], frame: Frame | None, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            frames.put(frame, timeout=_POLL_SECONDS)
        except queue.Full:
            continue
        return True
    return False


def _page(header: dict[str, Any], blob: bytes) -> Page:
    high, wide = (int(n) for n in header["shape"])
    picture = None
    if high and len(blob) == high * wide * 3:
        picture = np.frombuffer(blob, dtype=np.uint8).reshape(high, wide, 3)
    return Page(int(header["number"]), int(header["pages"]), picture, str(header["reason"]))
