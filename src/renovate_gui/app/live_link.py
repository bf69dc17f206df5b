"""A link of the walking network in hand: drawn, moved, or left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.costs import in_seconds
from renovate_gui.analysis.live_totals import carried, counted, headcount, shares, shifts
from renovate_gui.analysis.live_window import City
from renovate_gui.analysis.ways import way_facts
from renovate_gui.app.gap_frozen import Frozen, FrozenKind
from renovate_gui.app.gap_request import hour_of
from renovate_gui.app.gap_run import groups_of, judged, person_of, room_of, run_gaps
from renovate_gui.app.live import Change, LinkAs, Without
from renovate_gui.app.live_link_window import Seen, Steepness, WindowOfLink, steepness_of, with_link
from renovate_gui.app.measures import link_ways
from renovate_gui.app.tasks import Progress, never, no_progress
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.live import LiveFrame
from renovate_gui.domain.shapes import together
from renovate_gui.domain.verdict import Measure

if TYPE_CHECKING:
    from renovate_gui.app.gap_request import GapRequest
    from renovate_gui.app.session import Session
    from renovate_gui.domain.verdict import GapResult

GoOn = Callable[[], None]

_NEW, _PROPOSAL = "new:", "proposal:"


def is_link(session: Session, key: str) -> bool:
    """Return whether a key names a link."""
    if key.startswith(_PROPOSAL):
        return session.proposals.get(Uuid(key.removeprefix(_PROPOSAL))).kind in link_ways()
    return key.removeprefix(_NEW) in link_ways()


def prepare(session: Session, request: GapRequest, key: str) -> Callable[[Progress, GoOn], LinkGap]:
    """Return what makes a gesture with a link; reads the registry now and everything else when called."""
    own: tuple[Uuid, ...] = ()
    start: LinkAs | None = None
    if key.startswith(_PROPOSAL):
        own = (Uuid(key.removeprefix(_PROPOSAL)),)
        proposal = session.proposals.get(own[0])
        if request.with_proposals and proposal.geometry is not None:
            start = LinkAs(proposal.geometry, link_ways()[proposal.kind])
    rest = replace(request, kinds=request.kinds[:1], without=request.without + own)
    others = session.gaps.prepare_frozen(rest)
    bare = session.gaps.prepare_frozen(replace(rest, with_proposals=False))

    def make(progress: Progress, go_on: GoOn) -> LinkGap:
        without = bare.run(progress)
        go_on()
        return LinkGap(others.run(progress), without, start)

    return make


class LinkGap:
    """A prepared gesture with one link; see :class:`renovate_gui.app.live.LiveGap`.

    Parameters
    ----------
    others
        The inputs without the link, all other proposals included.
    bare
        The inputs without any proposal: the network that links are laid on.
    start
        The link as it is, None when it is new.
    """

    def __init__(self, others: Frozen, bare: Frozen, start: LinkAs | None) -> None:
        self._others, self._bare = others, bare
        self._one = others.kinds[0]
        self._number = 0
        self._last: LinkAs | None = start
        self._without = judged(others, self._one)
        self._city: City | None = None
        if bare.metres is not None and others.request.measure is Measure.NETWORK:
            self._city = City(bare.metres, self._one.spots)
        self._window: WindowOfLink | None = None
        self._before = self._judged(start)
        need = None if room_of(others, self._one) is None else self._one.need
        self._buildings = counted(self._before.verdict)
        self._people = headcount(self._before.verdict, self._one.people, need, _placed(self._before))

    @property
    def kind(self) -> str:
        """Return the kind that is judged."""
        return self._one.kind

    @property
    def link(self) -> LinkAs | None:
        """Return the link as it was in the last frame, None when it was left out."""
        return self._last

    @property
    def lines(self) -> ObjectArray | None:
        """Return the other ways around the link, None where straight lines decide."""
        if self._city is None or self._last is None or self._others.ways is None:
            return None
        ways = self._others.ways if self._window is None else self._window.ways
        return together([ways.existing, ways.links])

    def steepness(self) -> Steepness | None:
        """Return how steep the link of the last frame is; None when it was left out."""
        link = self._last
        if link is None or self._city is None or shapely.is_empty(link.geometry):
            return None
        if self._window is not None and self._window.window.holds(link.geometry):
            return self._window.steepness(link)
        facts = self._with(link).facts
        return None if facts is None else steepness_of(facts)

    def frame(self, change: Change) -> LiveFrame:
        """Return the verdicts with the link run otherwise or left out."""
        if not isinstance(change, LinkAs | Without):
            raise TypeError("a link has neither a place nor a capacity")
        self._last = change if isinstance(change, LinkAs) else None
        before, now = self._before, self._judged(self._last)
        self._number += 1
        differs = now.verdict != before.verdict
        changed = np.flatnonzero(differs)
        if len(now.placed) and len(before.placed):  # NaN, where nobody knows, differs too and weighs nothing
            differs |= now.placed != before.placed
        rows = np.flatnonzero(differs)
        need = None if room_of(self._others, self._one) is None else self._one.need[rows]
        people = self._one.people[rows]
        was, is_now = before.of(rows), now.of(rows)
        return LiveFrame(
            number=self._number,
            changed=changed,
            verdict=now.verdict[changed],
            buildings=carried(self._buildings, counted(was.verdict), counted(is_now.verdict)),
            people=carried(
                self._people,
                headcount(was.verdict, people, need, _placed(was)),
                headcount(is_now.verdict, people, need, _placed(is_now)),
            ),
            shifts=shifts(
                groups_of(self._others),
                rows,
                shares(was.verdict, need, _placed(was)),
                shares(is_now.verdict, need, _placed(is_now)),
            ),
        )

    def result(self) -> GapResult:
        """Return the whole result of the last frame."""
        run = run_gaps(self._with(self._last), progress=no_progress, is_cancelled=never)
        return run.results[0]

    def _judged(self, link: LinkAs | None) -> Seen:
        """Return verdicts with the link: those around it anew, all of them where it joins what was apart."""
        without = self._without
        if link is None or shapely.is_empty(link.geometry):
            return Seen(without.verdict, without.placed)
        found = self._around(link)
        if found is None:
            whole = judged(self._with(link), self._one)
            found = Seen(whole.verdict, whole.placed)
        return found

    def _around(self, link: LinkAs) -> Seen | None:
        if self._city is None or len(self._one.points) == 0:
            return None
        if self._window is None or not self._window.window.holds(link.geometry):
            window = self._city.window(link.geometry, _reach_of(self._others, self._one))
            self._window = WindowOfLink(self._others, window)
        return self._window.judged(link, self._without)

    def _with(self, link: LinkAs | None) -> Frozen:
        """Return the inputs with the link on top of the others."""
        others, bare, ways = self._others, self._bare, self._others.ways
        if link is None or ways is None or bare.metres is None or shapely.is_empty(link.geometry):
            return others
        more = with_link(ways, link)
        metres = bare.metres.with_links(more.links, first_source=len(more.existing))
        facts = way_facts(
            metres.network,
            more.kind,
            grade=more.grade,
            hours=more.hours,
            heights=others.ground.model,
            base=bare.facts,
        )
        walkers = {k.walker.code: k.walker for k in others.kinds}
        at = hour_of(others.request.at)
        seconds = {
            code: metres.under(
                in_seconds(metres.network, facts, walkers[code], at=at, base=bare.seconds[code].cost)
            )
            for code in others.seconds
        }
        return replace(others, ways=more, metres=metres, facts=facts, seconds=seconds)


def _reach_of(frozen: Frozen, one: FrozenKind) -> float:
    """Return how far a link's doing reaches, metres: no way within the limits is longer."""
    fastest = 1.2 * one.walker.speed_mps  # downhill, by Tobler's ratio
    seconds = one.seconds_limit * fastest if person_of(frozen, one) is not None else 0.0
    return max(one.limit_m, seconds) + 1.0


def _placed(found: Seen) -> NDArray[np.float64] | None:
    return found.placed if len(found.placed) else None
