"""The fuse box: the only place where real parts are wired together."""

from __future__ import annotations

from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Decide between window and command, wire the parts, run, and return the exit code."""
    raise NotImplementedError
