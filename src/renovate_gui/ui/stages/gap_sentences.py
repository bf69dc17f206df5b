"""The sentences of the Gaps stage: who is served, how sure that is, and what it rests on."""

from __future__ import annotations

import math
import re

import numpy as np

from renovate_gui.app.gap_words import (
    few,
    limit_words,
    most_minutes,
    needy,
    room_words,
    walker_title,
)
from renovate_gui.app.people_estimate import error_words
from renovate_gui.app.standards import walker_named
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.standard import StandardProfile, StandardRow
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict
from renovate_gui.ui.stages.gap_model import (
    GapPicture,
    counts_people,
    served,
    total,
)
from renovate_gui.ui.stages.numbers import share, signed, whole


def profile_title(profile: StandardProfile) -> str:
    """Return a standard's name in the reader's language."""
    return profile.zh if current_language() == "zh_CN" else profile.en


def short_name(profile: StandardProfile) -> str:
    """Return the code inside a standard's name, such as GB 50180-2018, else the name."""
    name = profile_title(profile)
    found = re.search(r"[A-Z]{2}[A-Z/]*\s?\d[\w.]*[-—]\d{4}", name)
    return found.group(0) if found else name


def row_source(standard: StandardRow) -> str:
    """Return where a standard's row comes from and how sure we are."""
    words = tr("{clause}: {confidence}", clause=standard.clause, confidence=term(standard.confidence))
    return "\n".join(w for w in (words, standard.source, standard.note) if w)


def who_words(result: GapResult) -> str:
    """Return whom the figure counts."""
    if result.people_source in {PeopleSource.COLUMN, PeopleSource.ESTIMATED}:
        return tr("residents ({age})", age=term(result.basis))
    if result.people_source == PeopleSource.RESIDENTS_ONLY:
        return tr("all residents")
    return tr("the parcels counted") if result.counts_parcels else tr("the buildings counted")


def served_sentence(result: GapResult) -> str:
    """Return what the headline's share is of."""
    if result.measure == Measure.NETWORK:
        said = tr("of {who} within {limit} on foot", who=who_words(result), limit=limit_words(result))
    else:
        limit = f"{result.limit_m:,.0f}"
        said = tr("of {who} within {limit} m in a straight line", who=who_words(result), limit=limit)
    return said + room_words(result)


def none_sentence(result: GapResult, name: str) -> str:
    """Return what it means that there is no facility of the kind."""
    if result.counts_parcels:
        return tr(
            "The data holds no facility of this kind ({kind}). All {n} parcels count as out of reach.",
            kind=name,
            n=whole(result.buildings(Verdict.OUT_OF_REACH)),
        )
    return tr(
        "The data holds no facility of this kind ({kind}). All {n} buildings count as out of reach.",
        kind=name,
        n=whole(result.buildings(Verdict.OUT_OF_REACH)),
    )


def doubt_of(result: GapResult) -> str:
    """Return the doubt beside the figure, in a small honest voice."""
    parts = []
    if result.people_source == PeopleSource.RESIDENTS_ONLY:
        parts.append(tr("no column for {age}: all residents counted instead", age=term(result.basis)))
    elif result.people_source == PeopleSource.NONE:
        parts.append(
            tr("no headcount in the data: parcels counted")
            if result.counts_parcels
            else tr("no headcount in the data: buildings counted")
        )
    if result.people_source == PeopleSource.ESTIMATED or not math.isnan(result.people_error):
        parts.append(error_words(result.people_error))
    unknown = result.buildings(Verdict.UNKNOWN)
    if unknown and result.counts_parcels:
        parts.append(tr("{n} parcels cannot be judged", n=whole(unknown)))
    elif unknown == 1:
        parts.append(tr("1 building cannot be judged"))
    elif unknown:
        parts.append(tr("{n} buildings cannot be judged", n=whole(unknown)))
    return " · ".join(parts)


def other_sentence(picture: GapPicture) -> str:
    """Return the other measure's share, so that nobody reads one for the other; or why straight lines stand in."""
    if picture.is_stand_in:
        return tr(
            "Straight lines for now: there is no walking network. With one, distances are on foot again."
        )
    if picture.other is None or not picture.main.facility_names:
        return ""
    figure = share(served(picture.other), total(picture.other))
    if picture.other.measure == Measure.CIRCLE:
        return tr("{share} % by straight line", share=figure)
    return tr("{share} % over the walking network", share=figure)


def gain_sentence(picture: GapPicture) -> str:
    """Return what the proposals add to the figure."""
    gained = picture.gained()
    if gained is None or round(gained) == 0:
        return ""
    if counts_people(picture.main):
        return tr("{n} people by proposals", n=signed(gained))
    if picture.main.counts_parcels:
        return tr("{n} parcels by proposals", n=signed(gained))
    return tr("{n} buildings by proposals", n=signed(gained))


def person_sentence(result: GapResult) -> str:
    """Return whose minutes decide, and how many there may be; empty where the distance alone does."""
    if not result.walker:
        return ""
    return tr(
        "{walker}: at most {minutes} minutes, {direction}",
        walker=walker_title(walker_named(result.walker)),
        minutes=most_minutes(result.minutes_limit),
        direction=term(result.direction),
    )


def room_sentence(result: GapResult) -> str:
    """Return how many places there are for those who need one, over everybody counted; empty where unknown."""
    service = result.service
    known = np.isfinite(service.access) if len(service.access) else np.zeros(0, dtype=bool)
    need = float(np.nansum(service.need[known])) if known.any() else 0.0
    if need <= 0:
        return ""
    places = 100.0 * float(np.nansum(service.access[known] * service.need[known])) / need
    said = tr(
        "{places} places for 100 {people} who need one ({taken} of {capacity} taken)",
        places=few(places),
        people=needy(result.basis),
        taken=whole(service.places_taken),
        capacity=whole(service.places),
    )
    if service.in_unstated < 0.5:
        return said
    return said + tr(
        "; {n} more go to facilities that state no number of places", n=whole(service.in_unstated)
    )
