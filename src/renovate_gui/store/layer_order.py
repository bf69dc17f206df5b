"""Which layers somebody moved: an import also shifts the numbers of its neighbours, which moves nobody."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from renovate_gui.store.rowchange import RowChange

_Registry = Mapping[int, Mapping[str, Any]]


def moved_layers(after: _Registry, changes: Iterable[RowChange]) -> frozenset[int]:
    """Return the layers whose place among those that were there before and after is another.

    Parameters
    ----------
    after
        The registry after the changes, by key.
    changes
        The changes of the registry.
    """
    before = _before(after, changes)
    found: set[int] = set()
    for slot in {row["slot"] for row in after.values()}:
        old = {key: row["position"] for key, row in before.items() if row["slot"] == slot and key in after}
        common = sorted(
            (key for key in old if after[key]["slot"] == slot), key=lambda key: (after[key]["position"], key)
        )
        found.update(_out_of_order(common, [old[key] for key in common]))
    return frozenset(found)


def _before(after: _Registry, changes: Iterable[RowChange]) -> dict[int, Mapping[str, Any]]:
    rows = dict(after)
    for change in changes:
        if change.before is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = {**rows.get(change.key, {}), **change.before}
    return rows


def _out_of_order(keys: list[int], places: list[int]) -> set[int]:
    """Return the fewest keys that must be moved to bring the places into ascending order."""
    tails: list[int] = []  # index of the last member of the best ascending run of each length
    previous: list[int] = []
    for i, place in enumerate(places):
        length = bisect_left([places[t] for t in tails], place)
        previous.append(tails[length - 1] if length else -1)
        tails[length : length + 1] = [i]
    kept = set()
    i = tails[-1] if tails else -1
    while i >= 0:
        kept.add(keys[i])
        i = previous[i]
    return set(keys) - kept
