"""What a package may tell about people: no count below k, no way to subtract one back, no phone in a public text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.heat import HeatGrid

K_PEOPLE = 5
"""Smallest number of people or respondents that may be shown (k of GB/T 42460-2023, annex D; a default, see docs)."""

# mobile and landline numbers, ID card numbers, e-mail addresses, flat numbers with a name in front are for the report
_CONTACTS = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|\d{17}[\dXx])(?!\d)|[\w.+-]+@[\w-]+\.[\w.-]+",
)


@dataclass(slots=True)
class PrivacyReport:
    """What was hidden and dropped; goes into the manifest and, in words, into the export's notes."""

    k: int
    counts_hidden: int = 0
    cells_hidden: int = 0
    texts_with_contacts: list[str] = field(default_factory=list)
    texts_masked: int = 0
    layers_withheld: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report as it stands in the manifest."""
        return {
            "k": self.k,
            "counts_hidden": self.counts_hidden,
            "cells_hidden": self.cells_hidden,
            "texts_with_contacts": list(self.texts_with_contacts),
            "texts_masked": self.texts_masked,
            "layers_withheld": list(self.layers_withheld),
        }


def hidden_counts(
    people: NDArray[np.float64], groups: NDArray[np.integer[Any]], k: int = K_PEOPLE
) -> NDArray[np.bool_]:
    """Return which counts must be hidden, shape ``(n,)``.

    A count between 0 and ``k`` (both excluded) is hidden. Where that would leave the hidden part of a published
    group total below ``k``, or a single hidden count, the smallest other count of the group is hidden too
    (complementary suppression): otherwise total minus the rest gives the secret away.

    Parameters
    ----------
    people
        Headcounts, NaN unknown.
    groups
        The published total each row belongs to (the verdict), parallel to ``people``.
    """
    known = np.isfinite(people)
    hidden = known & (people > 0) & (people < k)
    for group in np.unique(groups[hidden]):
        members = np.flatnonzero((groups == group) & known & (people > 0))
        others = sorted((m for m in members if not hidden[m]), key=lambda m: people[m])
        inside = [m for m in members if hidden[m]]
        while others and (len(inside) < 2 or people[inside].sum() < k):
            nearest = others.pop(0)
            hidden[nearest] = True
            inside.append(nearest)
    return hidden


def shown_total(people: float, k: int = K_PEOPLE) -> float | None:
    """Return a total that may be printed, or None when it is between 0 and ``k``."""
    return None if 0 < people < k else people


def suppressed_heat(grid: HeatGrid, k: int = K_PEOPLE) -> tuple[NDArray[np.float64], int]:
    """Return density values fit for publication and how many cells are hidden.

    Values that the analysis has already suppressed at ``k`` or more are kept; otherwise cells with fewer than ``k``
    respondents become NaN here. Cells without any respondent hold nobody and are not counted as hidden.
    """
    few = (grid.respondents > 0) & (grid.respondents < k)
    if grid.suppressed_below >= k:
        return grid.values, int(np.count_nonzero(few & ~np.isfinite(grid.values)))
    values = np.where(grid.respondents < k, np.nan, grid.values)
    return values, int(np.count_nonzero(few))


def has_contact(text: str) -> bool:
    """Return whether a text seems to contain a phone number, an identity number or an e-mail address."""
    return bool(_CONTACTS.search(text))


def masked(text: str) -> str:
    """Return the text with such numbers and addresses blacked out."""
    return _CONTACTS.sub("●●●", text)


def screen(report: PrivacyReport, where: str, texts: Sequence[str], *, mask: bool) -> tuple[str, ...]:
    """Note texts with contact data in the report; return them, masked when asked."""
    found = [has_contact(t) for t in texts]
    if any(found):
        report.texts_with_contacts.append(where)
    if not mask:
        return tuple(texts)
    report.texts_masked += sum(found)
    return tuple(masked(t) if f else t for t, f in zip(texts, found, strict=True))
