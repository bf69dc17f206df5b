"""Steps beyond the plan that may be worth taking, each with its number computed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from renovate_gui.app import gap_words
from renovate_gui.app.siting_ground import Ground
from renovate_gui.app.siting_request import Hint, Means, Plan, Site, SitingModel
from renovate_gui.app.siting_search import CoverSearch, RoomSearch, Search
from renovate_gui.app.tasks import IsCancelled
from renovate_gui.assets import current_language, tr

_MORE = (1, 2)


def hints_of(ground: Ground, search: Search, chosen: tuple[int, ...], stop: IsCancelled) -> tuple[Hint, ...]:
    """Return the steps that bring something, those that bring most first, but one more site before two."""
    found: list[tuple[float, tuple[Hint, ...]]] = []
    if isinstance(search, CoverSearch | RoomSearch) and ground.request.model is not SitingModel.BUDGET:
        steps = _more_sites(ground, search, chosen, stop)
        if steps:  # one more before two more: the second step leads on from the first
            found.append((max(gain for gain, _ in steps), tuple(hint for _, hint in steps)))
    if isinstance(search, RoomSearch):
        found += [(gain, (hint,)) for gain, hint in _more_places(ground, search, chosen)]
    return tuple(hint for _, hints in sorted(found, key=lambda one: -one[0]) for hint in hints)


def _more_sites(
    ground: Ground, search: CoverSearch | RoomSearch, chosen: tuple[int, ...], stop: IsCancelled
) -> list[tuple[float, Hint]]:
    """Return what one or two more sites would bring."""
    here = search.worth(chosen)
    found: list[tuple[float, Hint]] = []
    least = 0.5
    for more in _MORE:
        count = ground.request.add + more
        if count > len(ground.candidates):
            break
        choice = replace(search.problem.choice, limit=float(count))
        wider: CoverSearch | RoomSearch
        if isinstance(search, CoverSearch):
            wider = CoverSearch(replace(search.problem, choice=choice))
        else:
            wider = RoomSearch(replace(search.problem, choice=choice))
        gain = wider.worth(wider.quick((), stop).chosen) - here
        if gain >= least:
            least = gain + 0.5  # the second one must bring something of its own
            words = _people(
                ground,
                tr("One more site serves {n} more people.", n=_n(gain))
                if more == 1
                else tr("{more} more sites serve {n} more people.", more=more, n=_n(gain)),
                tr("One more site serves {n} more buildings.", n=_n(gain))
                if more == 1
                else tr("{more} more sites serve {n} more buildings.", more=more, n=_n(gain)),
            )
            found.append((gain, Hint(words, replace(ground.request, add=count))))
    return found


def _more_places(ground: Ground, search: RoomSearch, chosen: tuple[int, ...]) -> list[tuple[float, Hint]]:
    """Return where a few more places in an existing facility would serve most people, beside the plan."""
    from renovate_gui.analysis.capacity import allocate

    problem, one = search.problem, ground.spheres[0].frozen
    number = ground.request.enlarge_by
    capacity = problem.capacity_with(chosen)
    here = search.worth(chosen)
    best, at = 0.5, -1
    for facility in np.flatnonzero(np.isfinite(one.capacity)).tolist():
        larger = capacity.copy()
        larger[facility] += number
        placed = allocate(problem, problem.need, larger).placed
        gain = float(problem.worth @ np.nan_to_num(placed)) - here
        if gain > best:
            best, at = gain, facility
    if at < 0:
        return []
    site = Site(
        f"enlarge:{one.keys[at]}", one.names[at], Means.ENLARGE, (one.kind,), one.points[at],
        ground.request.prices.place * number, float(number),
    )  # fmt: skip
    words = tr(
        "{n} more places at {place} serve {people} more people.",
        n=number,
        place=one.names[at],
        people=_n(best),
    )
    return [(best, Hint(words, None, (site,)))]


def centre_words(plan: Plan, *, counts_people: bool) -> str:
    """Return what one centre with several services would bring."""
    sep = "、" if current_language() == "zh_CN" else ", "
    parts = [
        tr("{kind} {n}", kind=gap_words.kind_title(kind), n=_n(gain)) for kind, gain in plan.by_kind.items()
    ]
    place, listed = plan.sites[0].title, sep.join(parts)
    if counts_people:
        return tr("A centre at {place} would newly serve people: {list}.", place=place, list=listed)
    return tr("A centre at {place} would newly serve buildings: {list}.", place=place, list=listed)


def _people(ground: Ground, people: str, buildings: str) -> str:
    return people if ground.counts_people else buildings


def _n(value: float) -> str:
    return f"{value:,.0f}"
