"""At rest: what a few steps, or a few places more, would bring; judged by the frames of the gesture itself.

Nothing is estimated: each hint is the difference of two live frames, which equal whole analyses.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.live import CapacityOf, Change, PlaceAt
from renovate_gui.app.live_facility import FacilityGap
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.verdict import Verdict

SEARCH_M = 100.0
"""How far from the hand a better place is looked for, metres in a straight line (a planning default)."""
_STEP_M = 20.0
_MOST_PLACES = 60
_MOST_S = 0.8
"""The search ends then with the best it has: a hint that comes late is about another place."""
_MOST_MORE = 1024


@dataclass(frozen=True, slots=True)
class LiveHint:
    """One step that would bring something: words, what to do, and how many more are served (people, else buildings or parcels)."""

    words: str
    change: PlaceAt | CapacityOf
    gain: float


def prepare(gesture: FacilityGap, *, moves: bool = True, enlarges: bool = True) -> Task[tuple[LiveHint, ...]]:
    """Prepare the hints about the last frame of a gesture, for a thread of its own.

    Parameters
    ----------
    moves, enlarges
        Whether the thing can be put elsewhere, or given more places.
    """
    search = _Search(gesture.twin())

    def work(_progress: Progress, is_cancelled: IsCancelled) -> tuple[LiveHint, ...]:
        def go_on() -> None:
            if is_cancelled():
                raise Cancelled(tr("The live analysis was cancelled."))

        found = [search.farther(go_on) if moves else None, search.larger(go_on) if enlarges else None]
        return tuple(sorted((h for h in found if h is not None), key=lambda h: -h.gain))

    return Task(tr("Looking for a better place near by"), work)


class _Search:
    def __init__(self, gesture: FacilityGap) -> None:
        self._gesture = gesture
        self._at, self._capacity = gesture.point, gesture.capacity
        self._by_people, self._by_parcels = gesture.counts_people, gesture.counts_parcels

    def farther(self, go_on: Callable[[], None]) -> LiveHint | None:
        """Return the best place on a way near by, None when none is better by one or more."""
        at = self._at
        if at is None:
            return None
        until = time.monotonic() + _MOST_S
        here, best, spot = self._served(PlaceAt(at.x, at.y)), 0.5, None
        for x, y in spots(self._gesture.ways, at).tolist():
            go_on()
            if time.monotonic() > until:
                break
            gain = self._served(PlaceAt(x, y)) - here
            if gain > best + 0.5:  # the nearer one of two that are as good
                best, spot = gain, PlaceAt(x, y)
        self._served(PlaceAt(at.x, at.y))
        return None if spot is None else LiveHint(self._far_words(at, spot, best), spot, best)

    def larger(self, go_on: Callable[[], None]) -> LiveHint | None:
        """Return how few more places bring all that more places can bring here, None when they bring nobody."""
        had = self._capacity
        if self._at is None or not np.isfinite(had):
            return None
        here = self._served(CapacityOf(had))
        most = self._served(CapacityOf(had + _MOST_MORE)) - here
        if most < 1:
            return None
        low, high = 0, _MOST_MORE  # served grows with places
        while high - low > 1:
            go_on()
            middle = (low + high) // 2
            low, high = (
                (low, middle)
                if self._served(CapacityOf(had + middle)) - here > most - 0.5
                else (middle, high)
            )
        gain = self._served(CapacityOf(had + high)) - here
        if self._by_people:
            words = tr("{k} more places here serve {n} more people.", k=f"{high:,}", n=f"{gain:,.0f}")
        elif self._by_parcels:
            words = tr("{k} more places here serve {n} more parcels.", k=f"{high:,}", n=f"{gain:,.0f}")
        else:
            words = tr("{k} more places here serve {n} more buildings.", k=f"{high:,}", n=f"{gain:,.0f}")
        return LiveHint(words, CapacityOf(had + high), gain)

    def _served(self, change: Change) -> float:
        frame = self._gesture.frame(change)
        if self._by_people:
            return float(frame.people.get(Verdict.SERVED, 0.0))
        return float(frame.buildings.get(Verdict.SERVED, 0))

    def _far_words(self, at: shapely.Point, spot: PlaceAt, gain: float) -> str:
        dx, dy = spot.x - at.x, spot.y - at.y
        values = {"metres": f"{math.hypot(dx, dy):,.0f}", "way": bearing(dx, dy), "n": f"{gain:,.0f}"}
        if self._by_people:
            return tr("{metres} m farther {way} it would serve {n} more people.", **values)
        if self._by_parcels:
            return tr("{metres} m farther {way} it would serve {n} more parcels.", **values)
        return tr("{metres} m farther {way} it would serve {n} more buildings.", **values)


def spots(ways: NDArray[np.object_] | None, at: shapely.Point) -> NDArray[np.float64]:
    """Return places on ways within :data:`SEARCH_M` of a point, nearest first, shape ``(k, 2)``; without ways all round."""
    if ways is None:
        turns = np.arange(8) * math.pi / 4
        rings = [SEARCH_M * share for share in (0.25, 0.5, 0.75, 1.0)]
        return np.array([(at.x + r * math.sin(t), at.y + r * math.cos(t)) for r in rings for t in turns])
    box = shapely.bounds(ways)
    near = (box[:, 0] <= at.x + SEARCH_M) & (box[:, 2] >= at.x - SEARCH_M)
    near &= (box[:, 1] <= at.y + SEARCH_M) & (box[:, 3] >= at.y - SEARCH_M)
    inside = shapely.force_2d(shapely.intersection(ways[near], at.buffer(SEARCH_M)))
    lines = shapely.get_parts(inside[~shapely.is_empty(inside)])
    length = shapely.length(lines)
    found = [np.zeros((0, 2))]
    for line, metres in zip(lines[length > 0], length[length > 0].tolist(), strict=True):
        along = np.linspace(0.0, metres, 1 + math.ceil(metres / _STEP_M))
        found.append(shapely.get_coordinates(shapely.line_interpolate_point(line, along)))
    xy = np.concatenate(found)
    _, first = np.unique(np.round(xy / (_STEP_M / 2)), axis=0, return_index=True)  # ways meet: once is enough
    xy = xy[first]
    xy = xy[np.argsort(np.hypot(xy[:, 0] - at.x, xy[:, 1] - at.y), kind="stable")]
    return xy[:: max(1, math.ceil(len(xy) / _MOST_PLACES))]


def bearing(dx: float, dy: float) -> str:
    """Return which way on the map something lies, one of eight."""
    words = (
        tr("north"),
        tr("north-east"),
        tr("east"),
        tr("south-east"),
        tr("south"),
        tr("south-west"),
        tr("west"),
        tr("north-west"),
    )
    return words[round(math.atan2(dx, dy) / (math.pi / 4)) % 8]
