"""The benchmarks: figures, ratios to their goals, growth. Never a test; nothing fails here.

./dev bench [NAME …]      window demo laspalmas sample heat reach live edits project scan
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import community
import growth
import live
import project_file
import reach
import scan

BENCHES: dict[str, Callable[[Path], None]] = {
    "window": lambda _folder: community.window_start(),
    "heat": lambda _folder: growth.heat(),
    "reach": reach.reach,
    "live": live.live,
    "edits": growth.edits,
    "project": project_file.project_file,
    "sample": community.sample,
    "laspalmas": community.laspalmas,
    "demo": community.demo,
    "scan": lambda _folder: scan.bench(),
}


def main() -> int:
    """Run the named benchmarks, or all."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [n for n in names if n not in BENCHES]
    if unknown:
        print(f"error: no benchmark {unknown[0]}; there are: {' '.join(BENCHES)}", file=sys.stderr)
        return 2
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores; lower is better"
    )
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                BENCHES[name](Path(folder))
            except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
                print(f"\n{name}: could not be measured: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
