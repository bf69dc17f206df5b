"""Run the crash harness: ``./dev durability``."""

from __future__ import annotations

import os
import sys

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # children are forked, so there must be no other threads

from crash_harness.main import main  # noqa: E402  after the environment is set

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
