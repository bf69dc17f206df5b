"""The door: arguments; window or command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program and return its exit code."""
    from renovate_gui.bootstrap import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
