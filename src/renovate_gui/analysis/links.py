"""Which ways of the walking network mean stairs, which mean lifts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

STAIRS_WORDS = ("stair", "steps", "台阶", "梯道", "梯坎", "阶梯", "楼梯", "踏步", "石梯")
"""Parts of a way's class that mean stairs (OSM ``steps``, our ``stairs``, Chinese survey words)."""

LIFT_WORDS = ("lift", "elevator", "电梯", "升降")
"""Parts of a way's class that mean a lift (OSM ``elevator``, our ``lift``)."""


def is_stairs(ways: Iterable[object]) -> NDArray[np.bool_]:
    """Return which way classes mean stairs; missing values do not."""
    return _has_part(ways, STAIRS_WORDS)


def is_lift(ways: Iterable[object]) -> NDArray[np.bool_]:
    """Return which way classes mean lifts; missing values do not."""
    return _has_part(ways, LIFT_WORDS)


def _has_part(ways: Iterable[object], parts: tuple[str, ...]) -> NDArray[np.bool_]:
    known: dict[str, bool] = {}
    found = []
    for way in ways:
        if not isinstance(way, str):
            found.append(False)
            continue
        if way not in known:
            known[way] = any(part in way.lower() for part in parts)
        found.append(known[way])
    return np.array(found, dtype=bool)
