"""What a person chose to judge, and how it is kept in the project."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from renovate_gui.app.gap_request import AUTO, GapRequest
from renovate_gui.app.parameters import GapParameters
from renovate_gui.domain.travel import CatchmentModel, Direction
from renovate_gui.domain.verdict import GapResult, Measure, Verdict

FEATURED = ("elderly_day_care", "childcare")
"""The kinds that come first in the work: one segment and one curve each."""

_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class GapChoice:
    """What a person chose; ``limit_m`` None is the standard's distance, ``need_share`` None the standard's share."""

    kind: str = FEATURED[0]
    measure: Measure = Measure.NETWORK
    limit_m: float | None = None
    walker: str = AUTO
    with_proposals: bool = True
    area: str = "all"
    direction: Direction = Direction.THERE
    at: str = ""
    counts_capacity: bool = True
    need_share: float | None = None
    model: CatchmentModel = CatchmentModel.ENHANCED

    def request(self, *kinds: str) -> GapRequest:
        """Return the choice as a request for the given kinds, or for its own with its distance and share."""
        own = not kinds
        return replace(
            self.kept(GapParameters()).request(kinds or (self.kind,)),
            limit_m=self.limit_m if own else None,
            need_share=self.need_share if own else None,
        )

    def of_kind(self, kind: str, kept: GapParameters) -> GapChoice:
        """Return the choice for another kind, which has its own distance and share."""
        return replace(self, kind=kind, limit_m=kept.limits.get(kind), need_share=kept.need_shares.get(kind))

    def kept(self, before: GapParameters) -> GapParameters:
        """Return what the project keeps of the choice; other kinds' own distances and shares stay."""
        limits = {k: v for k, v in before.limits.items() if k != self.kind}
        shares = {k: v for k, v in before.need_shares.items() if k != self.kind}
        if self.limit_m is not None:
            limits[self.kind] = self.limit_m
        if self.need_share is not None:
            shares[self.kind] = self.need_share
        return GapParameters(
            measure=self.measure,
            walker=self.walker,
            with_proposals=self.with_proposals,
            area=self.area,
            limits=dict(sorted(limits.items())),
            direction=self.direction,
            at=self.at,
            counts_capacity=self.counts_capacity,
            model=self.model,
            need_shares=dict(sorted(shares.items())),
        )

    def taking(self, kept: GapParameters) -> GapChoice:
        """Return the choice that the project keeps, for the same kind."""
        found = replace(
            self,
            measure=kept.measure,
            walker=kept.walker,
            with_proposals=kept.with_proposals,
            area=kept.area,
            direction=kept.direction,
            at=kept.at,
            counts_capacity=kept.counts_capacity,
            model=kept.model,
        )
        return found.of_kind(self.kind, kept)

    def beside(self) -> tuple[object, ...]:
        """Return what the featured kinds beside the chosen one depend on."""
        return (
            self.measure, self.walker, self.with_proposals, self.area, self.direction, self.at,
            self.counts_capacity, self.model,
        )  # fmt: skip


def at_limit(result: GapResult, limit_m: float) -> GapResult:
    """Return the result judged at another distance as far as it is known while a slider moves.

    Distances and minutes do not depend on it; who finds room does, and stays as it was until the slider rests.
    """
    distance = result.network_m if result.measure == Measure.NETWORK else result.circle_m
    minutes_limit = result.minutes_limit * limit_m / result.limit_m
    verdict = np.where(distance <= limit_m + _SLACK, np.int8(Verdict.SERVED), np.int8(Verdict.OUT_OF_REACH))
    service = result.service
    if np.isfinite(minutes_limit):
        is_slow = (verdict == Verdict.SERVED) & ~(result.minutes <= minutes_limit + _SLACK)
        verdict[is_slow] = Verdict.NOT_FOR_THIS_PERSON
    if len(service.need):
        verdict[(verdict == Verdict.SERVED) & (result.verdict == Verdict.FULL)] = Verdict.FULL
    judged = np.where(result.verdict == Verdict.UNKNOWN, result.verdict, verdict).astype(np.int8)
    return replace(result, limit_m=limit_m, verdict=judged, minutes_limit=minutes_limit)
