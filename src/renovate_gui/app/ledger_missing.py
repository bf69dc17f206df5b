"""Who has not answered: by building and stairwell, by age and tenure; pure functions of values."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.ledger_judging import Entry
from renovate_gui.assets import tr
from renovate_gui.domain.heat import CellClass, CellMap
from renovate_gui.domain.layer import ObjectArray

FEW_ANSWERS = 30
"""Below so many answers a share says little (planning default of ours: ±18 points at best)."""
FEW_SHARE = 0.1
"""Below this response rate those who answered need not be like the others (planning default of ours)."""
_BINS = (0.0, 0.1, 0.25, 0.5, 1.0)
_COLOURS = ("#F0E3D2", "#C7DBE6", "#8DBBD6", "#4A8FBC", "#1F5F91")
_UNKNOWN = "#DADFE5"
_SUFFIX = re.compile(r"(号楼|栋|幢|座|楼|号)$")


@dataclass(frozen=True, slots=True)
class Door:
    """A building, or a stairwell of one; ``expected`` None: nobody knows how many live there."""

    building: str
    stairwell: str
    expected: float | None
    answered: int

    @property
    def missing(self) -> float | None:
        """Return how many have not answered; never below none."""
        return None if self.expected is None else max(0.0, self.expected - self.answered)

    @property
    def rate(self) -> float | None:
        """Return the share that answered, at most 1."""
        return min(1.0, self.answered / self.expected) if self.expected else None


@dataclass(frozen=True, slots=True)
class GroupShare:
    """How large a group is among all, and where the answers come from; shares from 0 to 1."""

    words: str
    of_all: float
    of_answers: float


@dataclass(frozen=True, slots=True)
class Represented:
    """Who has and who has not answered.

    Attributes
    ----------
    basis
        What is counted: ``flats``, ``households``, ``dwellings``, ``residents``; empty: nothing to compare with.
    expected
        Sum over the buildings whose number is known.
    answered
        Households and single replies that answered, late ones too.
    placed
        How many of them named a building that is known.
    margin
        Half the width of the 95 % interval of a share of one half, if the answers were drawn by lot; 0…1; None: nobody answered.
    """

    basis: str
    expected: float
    answered: int
    placed: int
    buildings: tuple[Door, ...]
    stairwells: tuple[Door, ...]
    ages: tuple[GroupShare, ...]
    tenures: tuple[Door, ...]
    unknown_places: tuple[str, ...]
    margin: float | None

    @property
    def rate(self) -> float | None:
        """Return the share that answered, at most 1."""
        return min(1.0, self.answered / self.expected) if self.expected else None

    @property
    def is_few(self) -> bool:
        """Return whether so few answered that the counts are hints only."""
        rate = self.rate
        return self.answered < FEW_ANSWERS or (rate is not None and rate < FEW_SHARE)

    def next_visits(self, most: int = 5) -> tuple[Door, ...]:
        """Return the doors where most answers are missing; of equal ones those with fewer homes to ring at."""
        doors = self.stairwells if any(d.expected for d in self.stairwells) else self.buildings
        open_ones = [d for d in doors if d.missing]
        open_ones.sort(key=lambda d: (-(d.missing or 0), d.expected or 0, d.building, d.stairwell))
        return tuple(open_ones[:most])


def plain_name(text: str) -> str:
    """Return a building's name as people mean it: “3 栋”, “3栋” and “3” are the same."""
    joined = re.sub(r"\s+", "", text).casefold()
    return _SUFFIX.sub("", joined) or joined


def margin_of(answered: int, expected: float) -> float | None:
    """Return half the 95 % interval of a share of one half, with the finite population correction.

    ``1.96 · sqrt(0.25 / n · (N − n) / (N − 1))`` (Cochran, Sampling Techniques, 3rd ed. 1977, §3.2); it holds for
    answers drawn by lot, which answers of those who wished to answer are not.
    """
    if answered <= 0:
        return None
    rest = (expected - answered) / (expected - 1) if expected > 1 else 1.0
    return 1.96 * math.sqrt(0.25 / answered * min(1.0, max(0.0, rest)))


class Places:
    """Finds the building that a reply names."""

    def __init__(self, names: Sequence[Sequence[str]]) -> None:
        """Take the names of each building: name, code."""
        self.titles = [next((n for n in own if n), "") for own in names]
        self._exact: dict[str, int | None] = {}
        self._plain: dict[str, int | None] = {}
        for row, own in enumerate(names):
            for name in dict.fromkeys(n for n in own if n):
                _note(self._exact, name.strip(), row)
            for name in dict.fromkeys(plain_name(n) for n in own if n):
                _note(self._plain, name, row)

    def find(self, text: str) -> int | None:
        """Return the row of the building of that name; None when there is none, or more than one."""
        found = self._exact.get(text.strip())
        return found if found is not None else self._plain.get(plain_name(text))


def _note(known: dict[str, int | None], name: str, row: int) -> None:
    known[name] = row if name not in known else None  # two of one name: neither is meant


def respondents(entries: Iterable[Entry], homes: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return everybody who answered, each once, with building and stairwell (empty texts: not said).

    Parameters
    ----------
    homes
        Building and stairwell of each household's token: what was printed on the form is believed before what a
        reply says.
    """
    found: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if not entry.counts:
            continue
        extra = entry.reply.extra
        said = homes.get(extra.household) or (entry.reply.building, extra.stairwell)
        if said[0] or entry.person not in found:
            found[entry.person] = said
    return found


def building_doors(places: Places, expected: NDArray[np.float64], rows: Counter[int]) -> tuple[Door, ...]:
    """Return a door for each building."""
    return tuple(
        Door(title, "", float(n) if np.isfinite(n) and n > 0 else None, rows[row])
        for row, (title, n) in enumerate(zip(places.titles, expected, strict=True))
    )


def age_shares(
    residents: NDArray[np.float64], groups: Mapping[str, NDArray[np.float64]], answered: NDArray[np.int64]
) -> tuple[GroupShare, ...]:
    """Return each age group's share among all residents and among residents of the buildings the answers come from.

    A reply tells no age. A building's answers are taken to come from all ages as they live there, so a difference
    shows that young or old buildings were missed; it cannot show who answered within a building.
    """
    found = []
    for words, people in groups.items():
        known = np.isfinite(residents) & np.isfinite(people) & (residents > 0)
        heard = int(answered[known].sum())
        if not known.any() or not heard:
            continue
        share = np.clip(people[known] / residents[known], 0.0, 1.0)
        of_all = float((share * residents[known]).sum() / residents[known].sum())
        found.append(GroupShare(words, of_all, float((share * answered[known]).sum() / heard)))
    return tuple(found)


def tenure_doors(
    tenure: Sequence[str], expected: NDArray[np.float64], answered: NDArray[np.int64]
) -> tuple[Door, ...]:
    """Return the response by kind of tenure of the buildings."""
    homes: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    for kind, n, count in zip(tenure, expected, answered, strict=True):
        if kind and np.isfinite(n):
            homes[kind] += float(n)  # type: ignore[assignment]  # residents may be estimated: parts of people
            heard[kind] += int(count)
    return tuple(Door(kind, "", float(n), heard[kind]) for kind, n in sorted(homes.items()))


def response_map(geometry: ObjectArray, doors: Sequence[Door]) -> CellMap:
    """Return the buildings coloured by the share that answered; for the office's own screen only."""
    rates = np.array([np.nan if d.rate is None else d.rate for d in doors], dtype=np.float64)
    answered = np.array([d.answered for d in doors], dtype=np.int64)
    class_of = np.searchsorted(_BINS, np.nan_to_num(rates), side="left").astype(np.int16)
    class_of[~np.isfinite(rates)] = len(_BINS)
    words = [tr("nobody answered")]
    words += [
        tr("{low} to {high} %", low=f"{low:.0%}"[:-1], high=f"{high:.0%}"[:-1])
        for low, high in pairwise(_BINS)
    ]
    classes = [CellClass(w, c) for w, c in zip(words, _COLOURS, strict=True)]
    classes.append(CellClass(tr("number of homes unknown"), _UNKNOWN, is_hatched=True))
    return CellMap(
        tr("Share that answered (office only)"),
        "%",
        geometry,
        rates * 100.0,
        answered,
        class_of,
        tuple(classes),
    )
