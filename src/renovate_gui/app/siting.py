"""Siting: where new places of a service reach most people, and what each plan would cost and bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from renovate_gui.app import siting_words as words
from renovate_gui.app.siting_hints import centre_words
from renovate_gui.app.siting_request import (
    CENTRE_KINDS,
    USUAL_IN_CENTRE,
    Hint,
    Plan,
    Prices,
    Site,
    SitingModel,
    SitingRequest,
    SitingResult,
)
from renovate_gui.app.siting_run import SitingRun, proposals_of
from renovate_gui.app.siting_trial import Trial
from renovate_gui.app.tasks import IsCancelled, Progress, Task, no_progress
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import Proposal

if TYPE_CHECKING:
    from renovate_gui.app.gaps import Gaps
    from renovate_gui.store.project import Project


class Siting:
    """Siting in the open project."""

    def __init__(self, project: Project, gaps: Gaps) -> None:
        self._project = project
        self._gaps = gaps
        self._edits: Counter[int] = Counter()
        project.subscribe(self._count_edits)

    def _count_edits(self, event: ChangeEvent) -> None:
        self._edits.update(list(event.layers))

    def prepare(self, request: SitingRequest) -> Task[SitingResult]:
        """Prepare a search; raise RequestError when the request cannot be met.

        Registry and proposals are those of this moment. What exists counts, planned facilities as far as the request
        of the gap analysis counts them.
        """
        words.check(request)
        trial = Trial(self._gaps, replace(request.gap, kinds=request.kinds))
        stamp = self._stamp(request)
        centre = self._centre(request)

        def work(progress: Progress, is_cancelled: IsCancelled) -> SitingResult:
            result = SitingRun(request, trial, progress, is_cancelled).result()
            if centre is not None and result.plans:
                progress(0.97, tr("What else would help"))
                result = replace(result, hints=(*result.hints, *_centre_hint(*centre, is_cancelled)))
            progress(1.0, "")
            return replace(result, stamp=stamp)

        return Task(tr("Finding places"), work)

    def _centre(self, request: SitingRequest) -> tuple[SitingRequest, Trial] | None:
        """Return the request for one embedded centre that holds the services asked for and the usual ones beside."""
        if request.together or request.model is not SitingModel.MCLP or not request.with_hints:
            return None
        known = {kind.code for kind in self._gaps.kinds()}
        kinds = tuple(dict.fromkeys((*request.kinds, *(k for k in USUAL_IN_CENTRE if k in known))))
        if len(kinds) < CENTRE_KINDS:
            return None
        gap = replace(request.gap, limit_m=None)  # the asked kinds keep the distances of their own
        wanted = replace(
            request,
            kinds=kinds,
            together=True,
            add=1,
            plans=1,
            futures=0,
            exact=False,
            gap=gap,
            with_hints=False,
        )
        return wanted, Trial(self._gaps, replace(gap, kinds=kinds))

    def _stamp(self, request: SitingRequest) -> tuple[object, ...]:
        """Return a value that changes whenever an action touches what the request reads."""
        own = self._gaps.stamp(replace(request.gap, kinds=request.kinds))
        if request.candidates in {"vacant", "grid"} and not request.exclude:
            return own
        return (*own, tuple(sorted(self._edits.items())))

    def holds(self, result: SitingResult) -> bool:
        """Return whether nothing that the result rests on has changed since."""
        return result.stamp == self._stamp(result.request)

    def apply(self, result: SitingResult, number: int = 1) -> tuple[Proposal, ...]:
        """Put a plan (counted from 1) on the map as proposals, one undoable step.

        Raises
        ------
        RequestError
            When there is no such plan, or the data it rests on has changed.
        """
        if not 1 <= number <= len(result.plans):
            raise RequestError(
                tr("There is no plan {n}; there are {count}.", n=number, count=len(result.plans))
            )
        if not self.holds(result):
            raise RequestError(tr("The data has changed since these places were found; find them again."))
        plan = result.plans[number - 1]
        return self.draw(plan.sites, words.brought(plan, counts_people=result.counts_people))

    def draw(self, sites: Sequence[Site], told: str = "") -> tuple[Proposal, ...]:
        """Put sites on the map as proposals, one undoable step; ``told`` is what they bring, for the descriptions."""
        done = []
        with self._project.action(words.applied(sites)) as writer:
            for draft in proposals_of(sites, told):
                numbered = replace(draft, number=writer.next_number("proposals"))
                writer.put_proposal(numbered)
                done.append(numbered)
        return tuple(done)


def _centre_hint(request: SitingRequest, trial: Trial, is_cancelled: IsCancelled) -> tuple[Hint, ...]:
    """Return what one centre would bring, where one is possible."""
    run = SitingRun(request, trial, no_progress, is_cancelled)
    result = run.result()
    plan = result.plans[0] if result.plans else None
    if plan is None or not plan.sites or sum(gain >= 0.5 for gain in plan.by_kind.values()) < CENTRE_KINDS:
        return ()
    return (Hint(centre_words(plan, counts_people=result.counts_people), replace(request, with_hints=True)),)


__all__ = ["Hint", "Plan", "Prices", "Site", "Siting", "SitingModel", "SitingRequest", "SitingResult"]
