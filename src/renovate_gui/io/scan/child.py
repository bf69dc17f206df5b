"""The child that opens scans: a JSON line for each file on standard input, its pages as frames on standard output.

Started by :mod:`renovate_gui.io.scan.client`; it ends when its input ends.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import BinaryIO

from renovate_gui.assets import set_language, tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading import sandbox
from renovate_gui.io.reading.frames import write_frame
from renovate_gui.io.scan.pages import read_pages

CPU_SECONDS = 600


def main() -> int:
    """Serve files until the input ends."""
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)  # whatever a library prints must not stand between frames
    sandbox.limit()
    while line := sys.stdin.buffer.readline():
        sandbox.limit_cpu(CPU_SECONDS)
        request = json.loads(line)
        set_language(request["language"])
        _answer(Path(request["path"]), str(request["name"]), out)
    return 0


def _answer(path: Path, name: str, out: BinaryIO) -> None:
    try:
        for page in read_pages(path, name):
            header = {"kind": "page", "number": page.number, "pages": page.pages, "reason": page.reason}
            if page.picture is None:
                write_frame(out, header | {"shape": [0, 0]})
            else:
                write_frame(out, header | {"shape": list(page.picture.shape[:2])}, [page.picture.tobytes()])
        write_frame(out, {"kind": "done"})
    except DataError as error:
        write_frame(out, {"kind": "error", "message": str(error)})
    except MemoryError:
        write_frame(
            out, {"kind": "error", "message": tr("{file} needs more memory than a scan should.", file=name)}
        )


if __name__ == "__main__":
    sys.exit(main())
