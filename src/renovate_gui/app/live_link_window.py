"""Verdicts around a link in hand, from a window of the city; see :mod:`renovate_gui.analysis.live_window`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.capacity import allocate
from renovate_gui.analysis.costs import in_seconds
from renovate_gui.analysis.live_window import Window, standing
from renovate_gui.analysis.pairs import Pairs
from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.analysis.verdicts import SLACK, Judgement, Person, decide
from renovate_gui.analysis.ways import HeightSource, WayFacts, way_facts
from renovate_gui.app.gap_frozen import Frozen
from renovate_gui.app.gap_inputs import Ways
from renovate_gui.app.gap_request import hour_of
from renovate_gui.app.gap_run import person_of, room_of

if TYPE_CHECKING:
    from renovate_gui.app.live import LinkAs

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """Verdicts and who found room, shape ``(n,)``; ``placed`` is empty where room does not decide."""

    verdict: NDArray[np.int8]
    placed: FloatArray

    def of(self, rows: NDArray[np.int64]) -> Seen:
        """Return what some rows see."""
        return Seen(self.verdict[rows], self.placed[rows] if len(self.placed) else self.placed)


@dataclass(frozen=True, slots=True)
class Steepness:
    """Rise of a link from its first to its last point, NaN where no heights are known, and its length; metres."""

    rise_m: float
    length_m: float


def steepness_of(facts: WayFacts) -> Steepness | None:
    """Return the rise of the link that was laid last, None without links."""
    drawn = facts.drawn
    if drawn is None or len(drawn.network.lines) == 0:
        return None
    own = np.flatnonzero(drawn.network.source == drawn.network.source.max())
    length = float(drawn.network.length_m[own].sum())
    if (drawn.source[own] == HeightSource.FLAT).any():
        return Steepness(np.nan, length)
    return Steepness(float(drawn.stretches.climb_m[np.isin(drawn.stretches.edge, own)].sum()), length)


def with_link(ways: Ways, link: LinkAs) -> Ways:
    """Return the ways with one more link."""
    shape = np.empty(1, dtype=object)
    shape[0] = link.geometry
    return replace(
        ways,
        links=np.concatenate([ways.links, shape]),
        kind=(*ways.kind, link.way),
        grade=np.append(ways.grade, np.nan),
        hours=(*ways.hours, ""),
        link_titles=(*ways.link_titles, (0, "")),
    )


class WindowOfLink:
    """A window with what is known of its ways."""

    def __init__(self, others: Frozen, window: Window) -> None:
        assert others.ways is not None
        self.window = window
        self._others, self.ways = others, _of_window(others.ways, window.source)
        self._one = others.kinds[0]
        self._points = window.spots
        self._facts = way_facts(
            window.engine.network,
            self.ways.kind,
            grade=self.ways.grade,
            hours=self.ways.hours,
            heights=others.ground.model,
        )
        self._at = hour_of(others.request.at)
        self._seconds = in_seconds(window.engine.network, self._facts, self._one.walker, at=self._at)
        self._before = standing(window, self._linked(self.ways), self._points)
        self._has_place = ~(shapely.is_missing(others.anchors) | shapely.is_empty(others.anchors))

    def _linked(self, ways: Ways) -> ReachEngine:
        if len(ways.links) == 0:
            return self.window.engine
        return self.window.engine.with_links(ways.links, first_source=len(ways.existing))

    def _person(self, ways: Ways, metres: ReachEngine) -> Person | None:
        person = person_of(self._others, self._one)
        if person is None:
            return None
        facts = self._facts_of(ways, metres)
        seconds = in_seconds(metres.network, facts, self._one.walker, at=self._at, base=self._seconds)
        return replace(person, engine=metres.under(seconds))

    def _facts_of(self, ways: Ways, metres: ReachEngine) -> WayFacts:
        return way_facts(
            metres.network,
            ways.kind,
            grade=ways.grade,
            hours=ways.hours,
            heights=self._others.ground.model,
            base=self._facts,
        )

    def steepness(self, link: LinkAs) -> Steepness | None:
        """Return how steep a link is here."""
        more = with_link(self.ways, link)
        return steepness_of(self._facts_of(more, self._linked(more)))

    def judged(self, link: LinkAs, without: Judgement) -> Seen | None:
        """Return verdicts with the link, None where the window cannot tell."""
        more = with_link(self.ways, link)
        metres = self._linked(more)
        if not self._before.is_kept(standing(self.window, metres, self._points)):
            return None
        one, row = self._one, self.window.row
        person = self._person(more, metres)
        near = metres.within(self._points, one.limit_m + SLACK)
        passing = near
        if person is not None:
            quick = person.engine.within(self._points, person.limit_s + SLACK, person.direction)
            passing = _in_both(near, quick, len(self._points))
        paper = without.network_m.copy()
        np.fmin.at(paper, row[near.place], near.cost)
        pairs = without.pairs
        room = room_of(self._others, one)
        passes = None
        if person is not None and pairs is not None:
            passes = np.zeros(len(paper), dtype=bool)
            passes[pairs.place] = True
            passes[row[passing.place]] = True
        placed = np.zeros(0)
        if room is not None and pairs is not None:
            every = _merged(pairs, self._of_city(passing), self._of_city(near), len(one.points))
            placed = allocate(every, room.need, room.capacity).placed
        verdict = decide(
            paper,
            without.unconnected_m,
            self._has_place,
            limit_m=one.limit_m,
            passes=passes,
            need=None if room is None else room.need,
            placed=None if room is None else placed,
        )
        return Seen(verdict, placed)

    def _of_city(self, pairs: Pairs) -> Pairs:
        return Pairs(self.window.row[pairs.place], self.window.facility[pairs.facility], pairs.cost)


def _of_window(ways: Ways, rows: NDArray[np.int64]) -> Ways:
    """Return the ways of a window and all links."""
    count = len(ways.existing)
    every = [*rows.tolist(), *range(count, count + len(ways.links))]
    return replace(
        ways,
        existing=ways.existing[rows],
        kind=tuple(ways.kind[i] for i in every),
        grade=ways.grade[every],
        hours=tuple(ways.hours[i] for i in every),
    )


def _in_both(near: Pairs, quick: Pairs, facilities: int) -> Pairs:
    """Return the pairs within the distance that are within the minutes too."""
    count = max(facilities, 1)
    both = np.isin(near.place * count + near.facility, quick.place * count + quick.facility)
    return Pairs(near.place[both], near.facility[both], near.cost[both])


def _merged(known: Pairs, passing: Pairs, near: Pairs, facilities: int) -> Pairs:
    """Return the pairs that pass with or without the link, each by its least metres."""
    count = max(facilities, 1)

    def key(pairs: Pairs) -> NDArray[np.int64]:
        return pairs.place * count + pairs.facility

    wanted = np.union1d(key(known), key(passing))
    cost = np.full(len(wanted), np.inf)
    cost[np.searchsorted(wanted, key(known))] = known.cost
    own = np.isin(key(near), wanted)
    np.minimum.at(cost, np.searchsorted(wanted, key(near)[own]), near.cost[own])
    return Pairs(wanted // count, wanted % count, cost)
