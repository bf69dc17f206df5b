"""One search for places at work: from the candidates to plans that the gap analysis has tried."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.siting import plans as near
from renovate_gui.analysis.siting.futures import Robust
from renovate_gui.analysis.siting.model import Solution
from renovate_gui.app import siting_words as words
from renovate_gui.app.siting_bounds import best_first, with_bound, with_futures
from renovate_gui.app.siting_candidates import Candidates, candidates_of, taken_by
from renovate_gui.app.siting_ground import (
    Ground,
    Option,
    cover_problem,
    ground_of,
    median_problem,
    room_problem,
    with_upgrades,
)
from renovate_gui.app.siting_hints import hints_of
from renovate_gui.app.siting_request import (
    CENTRE_AREA_M2,
    Hint,
    Means,
    Plan,
    Site,
    SitingModel,
    SitingRequest,
    SitingResult,
)
from renovate_gui.app.siting_search import CoverSearch, MedianSearch, RoomSearch, Search, SetSearch
from renovate_gui.app.siting_steep import not_steep
from renovate_gui.app.siting_trial import Trial, served_of, total_of
from renovate_gui.app.tasks import IsCancelled, Progress
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import COST_ASSUMED, Proposal
from renovate_gui.domain.verdict import GapResult, Verdict

if TYPE_CHECKING:
    from renovate_gui.app.gap_frozen import Frozen


class SitingRun:
    """One search at work."""

    def __init__(
        self, request: SitingRequest, trial: Trial, progress: Progress, is_cancelled: IsCancelled
    ) -> None:
        self._request, self._trial = request, trial
        self._progress, self._is_cancelled = progress, is_cancelled
        self._began = self._first = time.perf_counter()
        self._notes: list[str] = []

    def result(self) -> SitingResult:
        """Return all answers."""
        request = self._request
        self._progress(0.0, tr("Reading the candidates"))
        frozen = self._trial.frozen()
        base = self._trial.results((), self._is_cancelled)
        candidates = candidates_of(self._trial.layers, request)
        candidates = candidates.only(candidates.weight > 0) if request.weight_column else candidates
        candidates = _most_suitable_first(not_steep(candidates, frozen, request.steepest))
        if request.model is SitingModel.BUDGET:
            candidates = with_upgrades(candidates, frozen, request.kinds)
        candidates = self._not_taken(candidates, frozen)
        self._must_fit(candidates)
        self._stop()
        self._progress(0.1, tr("Who reaches which place"))
        ground = self._ground(frozen, base, candidates)
        self._notes += words.ground_notes(ground, base)
        search = self._search(ground, base)
        best = self._best(search)
        found = self._plans(search, best)
        found = tuple(plan for plan in found if plan.chosen)
        if not found:
            self._notes.append(words.nobody(ground))
        plans = tuple(self._plan(ground, base, search, plan, best) for plan in found)
        plans, found = best_first(plans, found, less_is_better=search.less_is_better)
        robust = self._robust(ground, search, found)
        if robust is not None:
            plans = tuple(
                with_futures(plan, own.chosen, robust, number)
                for number, (plan, own) in enumerate(zip(plans, found, strict=True))
            )
        hints = self._hints(ground, search, found)
        return SitingResult(
            request,
            plans,
            base[0].layer_id,
            ground.counts_people,
            len(candidates),
            candidates.excluded,
            time.perf_counter() - self._began,
            request.exact,
            robust.futures if robust is not None else 0,
            tuple(n for n in dict.fromkeys(self._notes) if n),
            hints,
        )

    def _ground(self, frozen: Frozen, base: tuple[GapResult, ...], candidates: Candidates) -> Ground:
        try:
            return ground_of(self._request, frozen, base, candidates, self._is_cancelled)
        except Cancelled as error:
            raise Cancelled(tr("Finding places was cancelled.")) from error

    def _stop(self) -> None:
        if self._is_cancelled():
            raise Cancelled(tr("Finding places was cancelled."))

    def _must_fit(self, candidates: Candidates) -> None:
        request = self._request
        if request.model in (SitingModel.LSCP, SitingModel.BUDGET):
            return
        if request.add > len(candidates):
            raise RequestError(
                tr(
                    "{add} sites are asked for, but there are only {n} candidate places; ask for fewer or allow more.",
                    add=request.add,
                    n=len(candidates),
                )
            )

    def _not_taken(self, candidates: Candidates, frozen: Frozen) -> Candidates:
        """Leave out where a proposal stands already, and say so."""
        taken = taken_by(candidates, frozen.asked.planned)
        if not taken.any():
            return candidates
        if taken.all():
            raise RequestError(words.all_taken(self._request.candidates))
        titles = [candidates.titles[i] for i in np.flatnonzero(taken)]
        self._notes.append(words.taken_words(titles))
        return candidates.only(~taken)

    def _left_s(self) -> float:
        """Return the seconds left of the limit, which begins with the first answer."""
        return self._request.time_limit_s - (time.perf_counter() - self._first)

    def _is_over(self) -> bool:
        return self._left_s() <= 0

    def _ends(self) -> bool:
        return self._is_cancelled() or self._is_over()

    # -- searching --------------------------------------------------------------------------------------------------
    def _search(self, ground: Ground, base: tuple[GapResult, ...]) -> Search:
        request = self._request
        if request.model is SitingModel.P_MEDIAN:
            problem, _ = median_problem(ground, base[0])
            return MedianSearch(problem)
        if request.model is SitingModel.CAPACITATED and not ground.uses_room:
            raise RequestError(words.no_need(request))
        if request.model is SitingModel.LSCP:
            whole = cover_problem(ground)
            wanted = whole.weight > 0
            return SetSearch(replace(whole, cover=whole.cover[:, wanted], weight=whole.weight[wanted]))
        if ground.uses_room:
            return RoomSearch(room_problem(ground))
        return CoverSearch(cover_problem(ground))

    def _best(self, search: Search) -> Solution:
        self._progress(0.2, tr("First answer"))
        found = search.quick((), self._is_cancelled)
        self._first = time.perf_counter()
        self._stop()
        if not self._request.exact:
            return found

        def tell(value: float, bound: float) -> None:
            self._progress(0.3, words.solving(search, value, bound))

        try:
            exact = search.exact(found, self._request.time_limit_s, tell, self._is_cancelled)
        except Cancelled as error:
            raise Cancelled(tr("Finding places was cancelled.")) from error
        if exact.note == "time":
            self._notes.append(words.time_is_up(self._request.time_limit_s))
        return exact

    def _plans(self, search: Search, best: Solution) -> tuple[Solution, ...]:
        self._progress(0.7, tr("Plans that are nearly as good"))
        less = search.less_is_better
        share = 0.0 if isinstance(search, SetSearch) else near.NEAR
        found = near.near_equal(
            best,
            lambda conditions: Solution((), 0.0) if self._is_over() else search.quick(conditions, self._ends),
            count=self._request.plans,
            near=share,
            less_is_better=less,
            nothing=search.nothing(),
        )
        self._stop()
        if len(found) == 1 and self._request.plans > 1 and best.chosen:
            found += self._only_one(search, best)
        return found

    def _only_one(self, search: Search, best: Solution) -> tuple[Solution, ...]:
        """Say that no other plan comes near; when asked to prove things, prove this too, or find the one that does."""
        if not (self._request.exact and isinstance(search, CoverSearch) and best.is_proven):
            self._notes.append(tr("No other plan within 2 % was found."))
            return ()
        left = max(0.1, self._left_s())
        other = search.exact_other([near.must_differ(best.chosen)], left, self._is_cancelled)
        if other.chosen and other.value >= (1 - near.NEAR) * best.value:
            return (Solution(other.chosen, other.value, best.bound),)
        is_sure = other.is_proven or other.note == "infeasible"
        sure = tr("No other plan comes within 2 % of the best one (proven).")
        self._notes.append(sure if is_sure else tr("No other plan within 2 % was found."))
        return ()

    def _robust(self, ground: Ground, search: Search, found: tuple[Solution, ...]) -> Robust | None:
        if not self._request.futures or not found or not found[0].chosen:
            return None
        from renovate_gui.app.siting_futures import robust_of

        count = self._request.futures

        def tell(number: int) -> None:
            self._progress(
                0.8 + 0.15 * number / count, tr("Future {n} of {count}", n=number + 1, count=count)
            )

        try:
            robust = robust_of(
                ground,
                search,
                [s.chosen for s in found],
                tell=tell,
                stop=self._is_cancelled,
                is_over=self._is_over,
            )
        except Cancelled as error:
            raise Cancelled(tr("Finding places was cancelled.")) from error
        if robust.futures < count:
            self._notes.append(words.stopped_early(robust.futures, count))
        return robust

    # -- plans ------------------------------------------------------------------------------------------------------
    def _plan(
        self,
        ground: Ground,
        base: tuple[GapResult, ...],
        search: Search,
        found: Solution,
        best: Solution,
    ) -> Plan:
        self._stop()
        sites = tuple(_site(ground, ground.options[o]) for o in found.chosen)
        after = self._trial.results(proposals_of(sites), self._is_cancelled)
        people = ground.counts_people
        before = sum(served_of(r, by_people=people) for r in base)
        served = sum(served_of(r, by_people=people) for r in after)
        new_ids = {int(i) for b, a in zip(base, after, strict=True) for i in a.ids[_gained(b, a)]}
        costs = [s.cost for s in sites]
        plan = Plan(
            sites,
            served - before,
            served,
            sum(total_of(r, by_people=people) for r in base),
            sum((c for c in costs if c is not None), Decimal(0))
            if all(c is not None for c in costs)
            else None,
            new_ids=tuple(sorted(new_ids)),
            by_kind={
                b.kind: served_of(a, by_people=people) - served_of(b, by_people=people)
                for b, a in zip(base, after, strict=True)
            },
        )
        return with_bound(plan, ground, search, found, best)

    def _hints(self, ground: Ground, search: Search, found: tuple[Solution, ...]) -> tuple[Hint, ...]:
        if not found or not self._request.with_hints:
            return ()
        self._progress(0.95, tr("What else would help"))
        return hints_of(ground, search, found[0].chosen, self._is_cancelled)


def proposals_of(sites: Sequence[Site], told: str = "") -> tuple[Proposal, ...]:
    """Return the proposals that a plan is drawn as: one for each site and service, the cost on the first of a site.

    ``told`` is what the plan brings, for their descriptions. Costs are flat sums for a site and marked as assumed.
    """
    found = []
    for site in sites:
        for at, kind in enumerate(site.kinds):
            found.append(
                Proposal(
                    new_uuid(),
                    0,
                    site.point,
                    words.proposal_title(site, kind),
                    kind=kind,
                    description=words.proposal_description(site, told),
                    cost=site.cost if at == 0 else (None if site.cost is None else Decimal(0)),
                    capacity=site.places,
                    extra={COST_ASSUMED: str(site.cost)} if at == 0 and site.cost else {},
                )
            )
    return tuple(found)


def _gained(before: GapResult, after: GapResult) -> NDArray[np.bool_]:
    return np.asarray((after.verdict == Verdict.SERVED) & (before.verdict != Verdict.SERVED))


def _most_suitable_first(candidates: Candidates) -> Candidates:
    """Return the candidates in the order of their suitability: of two that bring the same the first is taken."""
    order = np.argsort(-candidates.weight, kind="stable")
    return Candidates(
        tuple(candidates.keys[i] for i in order),
        tuple(candidates.titles[i] for i in order),
        candidates.points[order],
        candidates.area_m2[order],
        candidates.weight[order],
        candidates.excluded,
    )


def _site(ground: Ground, option: Option) -> Site:
    kinds = tuple(ground.spheres[k].frozen.kind for k in option.kinds)
    if option.means is Means.ENLARGE:
        one = ground.spheres[0].frozen
        return Site(
            f"enlarge:{one.keys[option.row]}", one.names[option.row], option.means, kinds,
            one.points[option.row], option.cost, option.places,
        )  # fmt: skip
    own = ground.candidates
    area = own.area_m2[option.row]
    is_small = len(kinds) > 1 and area < CENTRE_AREA_M2
    return Site(
        own.keys[option.row], own.titles[option.row], option.means, kinds, own.points[option.row],
        option.cost, option.places, doubt=words.too_small(area) if is_small else "",
    )  # fmt: skip
