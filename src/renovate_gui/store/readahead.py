"""Bring a file into the system's memory in one go, before SQLite asks for its pages here and there."""

from __future__ import annotations

from pathlib import Path

from renovate_gui.assets.open_files import open_to_read

MOST_BYTES = 1 << 30
"""Larger files might push out of memory what other programs need; they are read as SQLite asks for them."""
_PART_BYTES = 1 << 20


def read_ahead(path: Path) -> int:
    """Read a file once from begin to end and forget what it says; return how many bytes that were.

    The check of a whole file asks for its pages in the order of its trees. A disk, and much more so a share, answers
    that many times slower than one reading from begin to end (measured with 100,000 parcels, 23 MB, not in memory:
    the check alone 0.64 s, reading ahead and the check 0.08 s). A file that cannot be read is left to SQLite to judge.
    """
    done = 0
    try:
        if path.stat().st_size > MOST_BYTES:
            return 0
        with open_to_read(path) as file:
            while part := file.read(_PART_BYTES):
                done += len(part)
    except OSError:
        return done
    return done
