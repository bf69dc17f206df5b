"""Which measures and ways of the walking network mean stairs, and which drawn measures join the network."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import resource_path

STAIRS_WORDS = ("stair", "steps", "台阶", "梯道", "梯坎", "阶梯", "楼梯", "踏步", "石梯")
"""Parts of a way's class that mean stairs (OSM ``steps``, our ``stairs``, Chinese survey words)."""


def is_stairs(ways: Iterable[object]) -> NDArray[np.bool_]:
    """Return which way classes mean stairs; missing values do not."""
    return np.array(
        [isinstance(w, str) and any(part in w.lower() for part in STAIRS_WORDS) for w in ways], dtype=bool
    )


@lru_cache(maxsize=1)
def link_ways() -> dict[str, str]:
    """Return the measures that join the walking network: code → class of the way."""
    rows = tomllib.loads(resource_path("measures.toml").read_text(encoding="utf-8"))["measure"]
    return {row["code"]: row.get("way", "path") for row in rows if row.get("effect") == "link"}
