"""The order in which changes are told: by sort of object, layer, title and key."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import repeat

import numpy as np

from renovate_gui.domain.difference import ChangePart

_DIGITS = re.compile(r"\d+")


def in_order(parts: Sequence[ChangePart]) -> list[tuple[int, int]]:
    """Return part and row of every change, by sort of object, layer, title and key."""
    places: list[tuple[int, int]] = []
    titles: list[str] = []
    keys: list[int] = []
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, part in enumerate(parts):
        first, length = len(places), len(part.titles)
        if isinstance(part.groups, tuple):
            groups[part.groups].extend(range(first, first + length))
        else:
            for row, group in enumerate(part.groups):
                groups[group].append(first + row)
        places += zip(repeat(number), range(length), strict=False)
        titles += _sortable(part.titles)
        keys += part.keys
    found: list[tuple[int, int]] = []
    for _, members in sorted(groups.items()):
        by_key = np.array(members)[np.argsort([keys[m] for m in members], kind="stable")].tolist()
        found += map(places.__getitem__, sorted(by_key, key=titles.__getitem__))
    return found


def _sortable(titles: Sequence[str]) -> list[str]:
    """Return titles in a form that puts 2 before 10."""
    fill = _filled
    return [t if t.isalpha() else _DIGITS.sub(fill, t) for t in titles]


def _filled(digits: re.Match[str]) -> str:
    return digits[0].zfill(16)
