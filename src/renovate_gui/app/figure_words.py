"""Kept figures and the sources of layers in words: what the window, the history and the command line say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from renovate_gui.app import standards
from renovate_gui.app.terms import term
from renovate_gui.app.value_words import part_words, plain_words, time_words, value_words
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.difference import ObjectKind
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.figure import Figure, FigureSubject, NumberCheck, Recomputed
from renovate_gui.domain.passport import ImportPassport
from renovate_gui.domain.verdict import Measure

_SHORT = 12
_CODE = re.compile(r"[A-Z]{2}[A-Z/]*\s?\d[\w.]*[-—]\d{4}")


def headline(figure: Figure) -> tuple[str, str]:
    """Return the one number that a figure is kept for, and what it counts: “412 of 800”, “buildings within reach”."""
    numbers = figure.numbers
    if figure.subject is FigureSubject.HEAT:
        return _heat_headline(figure)
    share = tr("{part} of {all}", part=_count(numbers.get("served")), all=_count(numbers.get("buildings")))
    return share, tr("buildings within reach")


def beside(figure: Figure) -> str:
    """Return the second number: people within reach, or the densest place; empty without headcounts."""
    numbers = figure.numbers
    if figure.subject is FigureSubject.HEAT:
        densest = numbers.get("densest")
        return "" if densest is None else tr("densest place: {n} per hectare", n=f"{densest:,.1f}")
    if "people" not in numbers:
        return ""
    basis = numbers.get("basis") or AgeBasis.RESIDENTS.value
    return tr(
        "{part} of {all} people ({who})",
        part=_count(numbers.get("people_served")),
        all=_count(numbers.get("people")),
        who=term(AgeBasis(basis)) if basis in set(AgeBasis) else str(basis),
    )


def _heat_headline(figure: Figure) -> tuple[str, str]:
    subject = str(figure.parameters.get("subject", ""))
    if subject == "answers":
        return _count(figure.numbers.get("answers")), tr("answers on the map")
    return _count(figure.numbers.get("total")), part_words("subject", subject)


def ground(figure: Figure) -> tuple[str, ...]:
    """Return how it was judged: “Walking network”, “300 m”, “Senior (60+)”, “GB 50180-2018, clause B.0.2”."""
    asked, numbers = figure.parameters, figure.numbers
    if figure.subject is FigureSubject.HEAT:
        return (
            tr("bandwidth {m} m", m=f"{float(asked.get('bandwidth_m') or 0):,g}"),
            tr("cells of {m} m", m=f"{float(numbers.get('cell_m') or 0):,g}"),
            part_words("categories", asked.get("categories") or ()),
        )
    is_on_foot = asked.get("measure") == Measure.NETWORK.value
    parts = [
        part_words("measure", asked.get("measure")),
        f"{float(numbers.get('limit_m') or 0):,g} m",
        part_words("walker", asked.get("walker")) if is_on_foot else "",
        tr("own distance") if asked.get("limit_m") is not None else _clause(figure),
        tr("proposals counted as built") if asked.get("with_proposals") else tr("without proposals"),
        tr("the community only") if asked.get("area") == "community" else "",
    ]
    return tuple(p for p in parts if p)


def _clause(figure: Figure) -> str:
    name = standard_short(str(figure.parameters.get("standard", "")))
    clause = str(figure.numbers.get("clause") or "")
    return tr("{standard}, clause {clause}", standard=name, clause=clause) if clause else name


def standard_short(standard_id: str) -> str:
    """Return the code inside a standard's name, such as GB 50180-2018, else its name."""
    found = next((p for p in standards.profiles() if p.id == standard_id), None)
    if found is None:
        return standard_id
    name = found.zh if current_language() == "zh_CN" else found.en
    code = _CODE.search(name)
    return code.group(0) if code else name


def is_unchecked(figure: Figure) -> bool:
    """Return whether the distance is the standard's and nobody has compared that with the printed text."""
    found = next((p for p in standards.profiles() if p.id == figure.parameters.get("standard")), None)
    if figure.parameters.get("limit_m") is not None:
        return False
    kind = str(figure.numbers.get("kind", ""))
    kept = (figure.parameters.get("rows") or {}).get(kind)
    if kept is not None:
        return not kept.get("checked_by")
    row = found.row(kind) if found is not None else None
    return row is not None and not row.is_checked


def kept_words(figure: Figure) -> str:
    """Return when and by whom it was kept."""
    when = time_words(figure.at)
    return (
        tr("kept {when} by {who}", when=when, who=figure.who) if figure.who else tr("kept {when}", when=when)
    )


# -- details --------------------------------------------------------------------------------------------------
def number_titles() -> dict[str, str]:
    """Return what the numbers of a figure are called."""
    return {
        "kind": tr("Kind of facility"),
        "limit_m": tr("Distance, m"),
        "measure": tr("Measure of distance"),
        "buildings": tr("Buildings judged"),
        "served": tr("Buildings within reach"),
        "full": tr("Buildings in reach, but full"),
        "out_of_reach": tr("Buildings out of reach"),
        "not_for_this_person": tr("Buildings this person cannot come from"),
        "unknown": tr("Buildings that cannot be judged"),
        "basis": tr("Age group counted"),
        "people": tr("People counted"),
        "people_served": tr("People within reach"),
        "people_full": tr("People in reach, but full"),
        "people_out_of_reach": tr("People out of reach"),
        "people_not_for_this_person": tr("People who cannot come"),
        "people_unknown": tr("People who cannot be judged"),
        "walked_by": tr("Walker"),
        "minutes_limit": tr("Most minutes"),
        "need": tr("People who need a place"),
        "placed": tr("People who find room"),
        "clause": tr("Clause"),
        "answers": tr("Answers"),
        "total": tr("Sum of weights"),
        "cell_m": tr("Size of a cell, m"),
        "bandwidth_m": tr("Bandwidth, m"),
        "densest": tr("Densest place, per hectare"),
        "digest": tr("Digest of every single value"),
    }


def _parameter_titles() -> dict[str, str]:
    return {
        "kinds": tr("Kind of facility"),
        "measure": tr("Measure of distance"),
        "limit_m": tr("Own distance"),
        "walker": tr("Walker"),
        "direction": tr("Way counted"),
        "at": tr("Hour of day"),
        "counts_capacity": tr("Full facilities decide"),
        "need_share": tr("Own share in need"),
        "model": tr("Places shared by"),
        "with_proposals": tr("Count the proposals"),
        "area": tr("Who is counted"),
        "without": tr("Left out"),
        "standard": tr("Standard"),
        "subject": tr("Subject"),
        "categories": tr("Categories"),
        "bandwidth_m": tr("Bandwidth"),
        "is_exact": tr("Exact sum"),
        "suppress_below": tr("Cells hidden below, respondents"),
    }


def parameter_lines(figure: Figure) -> tuple[tuple[str, str], ...]:
    """Return label and value of everything that was asked."""
    titles, asked = _parameter_titles(), figure.parameters
    lines = ((titles.get(n, n), part_words(n, asked[n])) for n in _in_order(asked, titles))
    return tuple((label, words) for label, words in lines if words)


def number_lines(figure: Figure) -> tuple[tuple[str, str], ...]:
    """Return label and value of the numbers of a figure; zeros of rare verdicts are left out."""
    numbers = figure.numbers
    shown = [n for n in _in_order(numbers, number_titles()) if numbers[n] or n in ("served", "buildings")]
    return tuple((number_title(n), number_words(n, numbers[n])) for n in shown)


def _in_order(values: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    """Return the names of values in the order of their titles, unknown ones last."""
    return [*(n for n in titles if n in values), *(n for n in values if n not in titles)]


def number_title(name: str) -> str:
    """Return what a number of a figure is called."""
    return number_titles().get(name, name)


def number_words(name: str, value: Any) -> str:
    """Return a number of a figure as people write it; a dash where there is none."""
    return value_words(ObjectKind.FIGURE, name, value) or "–"


def input_lines(figure: Figure) -> tuple[tuple[str, str, str], ...]:
    """Return name, source file and digest of everything it was computed from."""
    return tuple(
        (
            given.get("name") or tr("Proposals"),
            given.get("source") or (tr("drawn here") if not given.get("name") else tr("no source file")),
            str(given.get("content", "")),
        )
        for given in figure.inputs.values()
    )


def software_words(software: Mapping[str, str]) -> str:
    """Return versions in one line: the program, what it computes with, the kind of machine."""
    ends = {"renovate-gui": 0, "machine": 2}
    order = sorted(software, key=lambda name: ends.get(name, 1))
    return " · ".join(
        software[name] if name == "machine" else f"{name} {software[name]}"
        for name in order
        if software[name]
    )


def short_digest(digest: str) -> str:
    """Return the first digits, for people to compare."""
    return f"{digest[:_SHORT]} …" if len(digest) > _SHORT else digest


# -- computed again -------------------------------------------------------------------------------------------
def outcome(again: Recomputed) -> str:
    """Return what computing again gave, in one line."""
    if again.is_same and again.is_exact:
        return tr("Computed again: the same to the last digit.")
    if again.is_same:
        return tr(
            "Computed again: counts the same, sums and distances within {tolerance} (another machine or version).",
            tolerance=f"{again.tolerance:g}",
        )
    return tr("Computed again: different in {n} numbers.", n=len(again.differences))


def since(again: Recomputed) -> str:
    """Return which layers have changed since; empty when none has."""
    if not again.changed_inputs:
        return ""
    names = tr(", ").join(dict.fromkeys(again.changed_inputs))
    return tr("Changed since then: {layers}. It was computed from them as they were.", layers=names)


def difference(check: NumberCheck) -> str:
    """Return one number that does not agree: “Buildings within reach: 412 then, 410 now”."""
    return tr(
        "{name}: {then} then, {now} now",
        name=number_title(check.name),
        then=number_words(check.name, check.then),
        now=number_words(check.name, check.now),
    )


# -- layers ---------------------------------------------------------------------------------------------------
def rows_words(passport: ImportPassport) -> str:
    """Return the sum that always holds: read = shown + refused."""
    return tr(
        "{read} rows read = {shown} shown + {refused} refused",
        read=f"{passport.rows_read:,}",
        shown=f"{passport.rows_shown:,}",
        refused=f"{passport.rows_refused:,}",
    )


def imported_words(passport: ImportPassport) -> str:
    """Return when it was imported and by which software."""
    when = time_words(passport.imported_at)
    if not passport.software:
        return when
    return tr("{when} by {software}", when=when, software=passport.software)


def _count(value: Any) -> str:
    return f"{round(value):,}" if isinstance(value, int | float) else plain_words(value) or "–"
