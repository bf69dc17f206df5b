"""Sentences of siting: what can't be asked, what was found, what a proposal is called."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app import gap_words
from renovate_gui.app.siting_request import CENTRE_AREA_M2, Means, Plan, Site, SitingModel, SitingRequest
from renovate_gui.app.siting_search import MedianSearch, Search, SetSearch
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.verdict import GapResult, PeopleSource

if TYPE_CHECKING:
    from renovate_gui.app.siting_ground import Ground


def check(request: SitingRequest) -> None:
    """Raise RequestError when a part of a request can't be meant."""
    wrong = next((words for is_wrong, words in _faults(request) if is_wrong), "")
    if wrong:
        raise RequestError(wrong)


def _faults(request: SitingRequest) -> Sequence[tuple[bool, str]]:
    """Return what would be wrong with a request, and whether it is."""
    model, prices, places = request.model, request.prices, request.places
    is_budget, is_several = model is SitingModel.BUDGET, len(request.kinds) > 1
    has_money = request.budget is not None and request.budget > 0
    one_at_a_time = tr("The shortest way on average can be found for one service at a time.")
    return (
        (not request.kinds, tr("Choose at least one kind of facility.")),
        (is_budget and not has_money, tr("With a budget of 0 nothing can be built; give a sum above 0.")),
        (not is_budget and request.add < 1, tr("Ask for at least one new site.")),
        (model is SitingModel.P_MEDIAN and is_several, one_at_a_time),
        (
            model is SitingModel.CAPACITATED and is_several,
            tr("Places can be counted for one service at a time."),
        ),
        (min(prices.new, prices.upgrade, prices.place) <= 0, tr("Costs must be above 0.")),
        (
            places is not None and not (math.isfinite(places) and places > 0),
            tr("A new site must have at least one place."),
        ),
        (request.enlarge_by < 1, tr("An enlargement must bring at least one place.")),
        (not 1 <= request.plans <= 5, tr("Ask for 1 to 5 plans.")),
        (not 0 <= request.futures <= 1000, tr("Ask for 0 to 1,000 futures.")),
        (
            request.steepest is not None and not 0 < request.steepest <= 2,
            tr("The steepest ground must be a grade above 0 and at most 2, such as 0.15."),
        ),
        (not request.time_limit_s > 0, tr("The time limit must be above 0 seconds.")),
    )


def no_need(request: SitingRequest) -> str:
    """Return why places can't be counted."""
    return tr(
        "Nobody says how many people need {kind}, or no one has a headcount: places can't be counted. Set the share who "
        "need it, and how many places a new site has, or look for most people within reach.",
        kind=", ".join(gap_words.kind_title(k) for k in request.kinds),
    )


def ground_notes(ground: Ground, base: Sequence[GapResult]) -> list[str]:
    """Return what the data lacks, in words."""
    notes = []
    if not ground.counts_people:
        notes.append(tr("The data has no residents: buildings are counted instead of people."))
    for result in base:
        if result.people_source is PeopleSource.RESIDENTS_ONLY:
            kind = gap_words.kind_title(result.kind)
            notes.append(tr("{kind}: no column for the age group; all residents are counted.", kind=kind))
    notes.append(_costs(ground.request))
    if ground.request.model is SitingModel.BUDGET and len(ground.spheres) > 1:
        notes.append(tr("Enlarging is left out: it is weighed for one service at a time."))
    elif ground.request.model is SitingModel.BUDGET and not ground.uses_room:
        notes.append(
            tr(
                "Enlarging is left out: nobody says how many people need a place, or no facility states its places."
            )
        )
    if ground.request.model is SitingModel.LSCP:
        notes.append(_unreachable(ground))
    return notes


def nobody(ground: Ground) -> str:
    """Return why no plan brings anything."""
    if not any(len(s.reach) for s in ground.spheres):
        return tr("No building is within reach of any candidate place; nobody would be served.")
    if ground.request.model is SitingModel.BUDGET:
        return tr("Nothing that serves anybody newly can be had for this budget.")
    return tr(
        "Everybody within reach of a candidate place is served already; no new site would serve anybody newly."
    )


def _costs(request: SitingRequest) -> str:
    """Return which costs were assumed."""
    prices = request.prices
    if request.together and request.model is not SitingModel.BUDGET:
        return tr(
            "Assumed cost: {new} yuan for a new site, whatever it holds; set your own.",
            new=f"{prices.new:,}",
        )
    if request.model is not SitingModel.BUDGET:
        return tr("Assumed cost: {new} yuan for a new site; set your own.", new=f"{prices.new:,}")
    return tr(
        "Assumed costs: {new} yuan for a new site, {upgrade} for an existing facility that takes the service in, "
        "{place} for one more place; set your own.",
        new=f"{prices.new:,}",
        upgrade=f"{prices.upgrade:,}",
        place=f"{prices.place:,}",
    )


def _unreachable(ground: Ground) -> str:
    """Return how many cannot be reached from any candidate."""
    count = len(ground.frozen.anchors)
    left = 0.0
    for sphere in ground.spheres:
        reached = np.zeros(count, dtype=bool)
        reached[sphere.reach.place] = True
        left += float(sphere.open[~reached].sum())
    if left < 0.5:
        return ""
    if ground.counts_people and left < 1.5:
        return tr("1 person cannot be reached from any candidate place.")
    if ground.counts_people:
        return tr("{n} people cannot be reached from any candidate place.", n=f"{left:,.0f}")
    if left < 1.5:
        return tr("1 building cannot be reached from any candidate place.")
    return tr("{n} buildings cannot be reached from any candidate place.", n=f"{left:,.0f}")


def solving(search: Search, value: float, bound: float) -> str:
    """Return how far the exact search is."""
    if not (math.isfinite(value) and math.isfinite(bound)):
        return tr("Looking for the best possible")
    gap = abs(bound - value) / max(abs(bound), abs(value), 1e-12)
    if isinstance(search, MedianSearch):
        return tr("At most {gap} % from the best possible", gap=f"{100 * gap:.1f}")
    if isinstance(search, SetSearch):
        return tr("{n} sites, at least {m} needed", n=f"{value:,.0f}", m=f"{math.ceil(bound - 1e-6):,}")
    return tr(
        "Best so far {n}, no plan above {m} ({gap} %)",
        n=f"{value:,.0f}",
        m=f"{bound:,.0f}",
        gap=f"{100 * gap:.1f}",
    )


def taken_words(titles: Sequence[str]) -> str:
    """Return which candidates a proposal stands on already."""
    names = gap_words.some_names(list(titles))
    return tr("Left out because a proposal stands there already: {names}.", names=names)


def all_taken(candidates: str) -> str:
    """Return that proposals stand on all candidates, and where else to look."""
    if candidates == "vacant":
        return tr(
            "Proposals stand in all vacant rooms already; choose land, a grid or a layer as candidates."
        )
    if candidates == "land":
        return tr(
            "Proposals stand on all vacant land already; choose a grid, rooms or a layer as candidates."
        )
    return tr("Proposals stand on all candidate places already; choose other candidates.")


def stopped_early(done: int, asked: int) -> str:
    """Return that fewer futures were tried than asked for."""
    return tr("The time limit left room for {n} of {count} futures.", n=done, count=asked)


def time_is_up(seconds: float) -> str:
    """Return that the solver was stopped by its limit."""
    return tr(
        "The time limit of {n} s was reached: the best plan so far is shown, and how far from the best possible it may be.",
        n=f"{seconds:g}",
    )


def too_small(area_m2: float) -> str:
    """Return why a room is doubtful for a centre."""
    return tr(
        "{area} m², while an embedded centre should have {least} m²",
        area=f"{area_m2:,.0f}",
        least=f"{CENTRE_AREA_M2:,.0f}",
    )


def applied(sites: Sequence[Site]) -> str:
    """Return the history's words for a plan put on the map."""
    kinds = dict.fromkeys(kind for site in sites for kind in site.kinds)
    sep = "、" if current_language() == "zh_CN" else ", "
    return tr(
        "Put a plan on the map: {n} sites for {kinds}",
        n=len(sites),
        kinds=sep.join(gap_words.kind_title(k) for k in kinds),
    )


def proposal_title(site: Site, kind: str) -> str:
    """Return what the proposal of a site is called."""
    name = gap_words.kind_title(kind)
    if site.means is Means.ENLARGE:
        return tr("Enlarge {place} by {n} places", place=site.title, n=f"{site.places or 0:g}")
    if site.means is Means.UPGRADE:
        return tr("{kind} in {place}", kind=name, place=site.title)
    return tr("{kind} at {place}", kind=name, place=site.title)


def proposal_description(site: Site, told: str = "") -> str:
    """Return what a proposal is, where it comes from and what it brings, for people who did not see the search."""
    words = [tr("Place found by computing: {means}.", means=means_words(site)), told]
    if site.doubt:
        words.append(site.doubt + ".")
    return gap_words.joined(words)


def brought(plan: Plan, *, counts_people: bool) -> str:
    """Return what a plan brought when it was found."""
    values = {"n": f"{plan.newly_served:,.0f}", "sites": len(plan.sites)}
    if len(plan.sites) == 1 and counts_people:
        return tr("When it was found it newly served {n} people.", **values)
    if len(plan.sites) == 1:
        return tr("When it was found it newly served {n} buildings.", **values)
    if counts_people:
        return tr(
            "When they were found, the {sites} places of the plan together newly served {n} people.", **values
        )
    return tr(
        "When they were found, the {sites} places of the plan together newly served {n} buildings.", **values
    )


def means_words(site: Site) -> str:
    """Return how a site comes to be, and with how many places."""
    if site.means is Means.ENLARGE:
        return tr("{n} more places", n=f"{site.places or 0:g}")
    what = tr("in an existing facility") if site.means is Means.UPGRADE else tr("new")
    if site.places is None:
        return what
    return tr("{what}, {n} places", what=what, n=f"{site.places:g}")


def robust_words(plan: Plan, futures: int) -> str:
    """Return how a plan fares in other futures."""
    return tr("within 2 % of the best in {n} of {count} futures", n=plan.near_best_in, count=futures)


def site_words(site: Site, futures: int, *, names_kind: bool = True) -> str:
    """Return a site in a line: its name, what it is, in how many futures it is chosen, what speaks against it."""
    parts = [site.title, means_words(site)]
    if names_kind:
        sep = "、" if current_language() == "zh_CN" else ", "
        parts.insert(1, sep.join(gap_words.kind_title(k) for k in site.kinds))
    if site.chosen_in >= 0:
        parts.append(tr("chosen in {n} of {count} futures", n=site.chosen_in, count=futures))
    if site.doubt:
        parts.append(site.doubt)
    return " · ".join(parts)


def verdict_words(plan: Plan) -> str:
    """Return how good a plan is for certain: proven, or how far from the best possible at most."""
    if plan.is_proven:
        return tr("proven best")
    if plan.gap is None:
        return tr("no bound known")
    return tr("at most {gap} % below the best possible", gap=f"{100 * plan.gap:.1f}")
