"""Which ways of the walking network mean stairs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

STAIRS_WORDS = ("stair", "steps", "台阶", "梯道", "梯坎", "阶梯", "楼梯", "踏步", "石梯")
"""Parts of a way's class that mean stairs (OSM ``steps``, our ``stairs``, Chinese survey words)."""


def is_stairs(ways: Iterable[object]) -> NDArray[np.bool_]:
    """Return which way classes mean stairs; missing values do not."""
    return np.array(
        [isinstance(w, str) and any(part in w.lower() for part in STAIRS_WORDS) for w in ways], dtype=bool
    )
