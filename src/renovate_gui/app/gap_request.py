"""What the gap analysis is asked, and the few words that stand for more than one value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from renovate_gui.analysis.walkers import Walker, walker_for
from renovate_gui.app.standards import walker_named
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scenario import ACTIVE
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import Measure

AUTO = "auto"
"""The walker whom the service is for."""

PAPER = "paper"
"""Nobody in particular: the distance alone decides, as it stands on paper."""

_HOUR = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class GapRequest:
    """What to judge.

    Attributes
    ----------
    limit_m
        Distance in metres; None: the standard's.
    walker
        A profile's code, ``auto`` (whom the service is for) or ``paper`` (the distance alone).
    with_proposals
        Planned facilities and links count as built.
    area
        ``all`` counts every building, ``community`` those inside study-area features whose role is the community.
    without
        Leaves single proposals out, to tell what one of them adds to the others.
    scenario
        Whose proposals count: the active scenario's unless one is named.
    direction
        Which way the minutes are of.
    at
        Hour of day ("07:30"); ways that are closed then do not count. Empty: whatever has opening hours is open.
    counts_capacity
        Whether full facilities decide.
    need_share
        Share of the people of the service's age group who need it; None: the standard's, if it says so.
    model
        Which floating catchment the places per person are of.
    own_limits, own_shares
        Own distances in metres and own shares in need by kind, where ``limit_m`` or ``need_share`` says nothing.
    closed
        Surveyed ways that are tried as if they were not there, by key ``layer:<layer id>:<feature id>``.
    """

    kinds: tuple[str, ...] = ("elderly_day_care", "childcare")
    measure: Measure = Measure.NETWORK
    limit_m: float | None = None
    walker: str = "senior"
    with_proposals: bool = True
    area: str = "all"
    without: tuple[Uuid, ...] = ()
    scenario: Uuid = ACTIVE
    direction: Direction = Direction.THERE
    at: str = ""
    counts_capacity: bool = True
    need_share: float | None = None
    model: CatchmentModel = CatchmentModel.ENHANCED
    closed: tuple[str, ...] = ()
    own_limits: tuple[tuple[str, float], ...] = ()
    own_shares: tuple[tuple[str, float], ...] = ()

    def limit_of(self, kind: str) -> float | None:
        """Return the distance asked for a kind, metres; None: the standard's."""
        return self.limit_m if self.limit_m is not None else dict(self.own_limits).get(kind)

    def share_of(self, kind: str) -> float | None:
        """Return the share in need asked for a kind; None: the standard's."""
        return self.need_share if self.need_share is not None else dict(self.own_shares).get(kind)


def check(request: GapRequest) -> None:
    """Raise RequestError when a part of a request cannot be meant."""
    hour_of(request.at)
    shares = [s for s in (request.need_share, *(s for _, s in request.own_shares)) if s is not None]
    if any(not 0 < s <= 1 for s in shares):
        raise RequestError(tr("The share of people who need a service must be above 0 and at most 1."))
    if request.walker not in {AUTO, PAPER}:
        walker_named(request.walker)


def hour_of(text: str) -> time | None:
    """Return an hour of day, None for an empty text; raise RequestError when it is none."""
    if not text:
        return None
    found = _HOUR.fullmatch(text.strip())
    if found is None:
        raise RequestError(tr("“{text}” is no hour of day; write it like 07:30.", text=text))
    return time(int(found[1]), int(found[2]))


def walker_of(request: GapRequest, basis: AgeBasis) -> Walker:
    """Return who walks to a service of an age group; on paper: the nominal walker, whose minutes decide nothing."""
    if request.walker == PAPER:
        return walker_named("std60")
    if request.walker == AUTO:
        return walker_for(basis.value)
    return walker_named(request.walker)
