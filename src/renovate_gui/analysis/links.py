"""Which ways of the walking network mean stairs, which mean lifts, and which lifts are on no way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray

STAIRS_WORDS = ("stair", "steps", "台阶", "梯道", "梯坎", "阶梯", "楼梯", "踏步", "石梯")
"""Parts of a way's class that mean stairs (OSM ``steps``, our ``stairs``, Chinese survey words)."""

LIFT_WORDS = ("lift", "elevator", "电梯", "升降")
"""Parts of a way's class that mean a lift (OSM ``elevator``, our ``lift``)."""


LIFT_NEAR_M = 5.0
"""A mapped lift with a way that is a lift this near is on it (a planning default, see docs/methods.md)."""


def is_stairs(ways: Iterable[object]) -> NDArray[np.bool_]:
    """Return which way classes mean stairs; missing values do not."""
    return _has_part(ways, STAIRS_WORDS)


def is_lift(ways: Iterable[object]) -> NDArray[np.bool_]:
    """Return which way classes mean lifts; missing values do not."""
    return _has_part(ways, LIFT_WORDS)


def lone_lifts(
    classes: Sequence[str], shapes: ObjectArray, kinds: Sequence[object], lines: ObjectArray
) -> int:
    """Return how many mapped lifts are on no way of the network that is a lift, so that nobody can ride them.

    Parameters
    ----------
    classes, shapes
        Class and geometry of each mapped feature, parallel; those that are no lifts do not count.
    kinds, lines
        What each way of the network is, and its line, parallel.
    """
    is_one = {c: _is_mapped_lift(c) for c in set(classes)}
    lifts = shapes[np.array([is_one[c] for c in classes], dtype=bool)]
    lifts = lifts[~(shapely.is_missing(lifts) | shapely.is_empty(lifts))]
    ways = lines[is_lift(kinds)]
    if len(lifts) == 0 or len(ways) == 0:
        return len(lifts)
    near = shapely.STRtree(ways).query(lifts, predicate="dwithin", distance=LIFT_NEAR_M)[0]
    return len(lifts) - len(np.unique(near))


def _is_mapped_lift(word: str) -> bool:
    """Return whether a class of mapped things means a lift; who mends lifts, and weightlifting, do not."""
    words = re.split(r"[^a-z]+", word.strip().lower())
    return word.strip().endswith("电梯") or not {"lift", "elevator"}.isdisjoint(words)


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
