"""Counting what the ledger holds: by proposal, channel, building and version, and what of it may be printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from renovate_gui.app.ledger_judging import Entry, Standing, order_of
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.io.package.privacy import K_PEOPLE, hidden_counts, shown_total


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answered in which way."""

    agree: int = 0
    oppose: int = 0
    unsure: int = 0
    comments: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.agree + other.agree,
            self.oppose + other.oppose,
            self.unsure + other.unsure,
            self.comments + other.comments,
        )

    @property
    def answers(self) -> int:
        """Return how many chose."""
        return self.agree + self.oppose + self.unsure

    @property
    def choices(self) -> tuple[int, int, int]:
        """Return agree, oppose, unsure."""
        return self.agree, self.oppose, self.unsure


@dataclass(frozen=True, slots=True)
class ProposalTally:
    """Counts of one proposal.

    Attributes
    ----------
    parts
        Counts by channel, building, stairwell or version: those in time, and the late ones where they were asked for.
    """

    proposal: Uuid
    in_time: Counts
    late: Counts
    parts: Mapping[str, Counts] = field(default_factory=dict)

    def total(self, *, with_late: bool) -> Counts:
        """Return the counts with or without the late ones."""
        return self.in_time + self.late if with_late else self.in_time


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """A row fit for print: None stands for a count that may not be shown."""

    proposal: Uuid
    part: str
    answers: int | None
    choices: tuple[int | None, int | None, int | None]


def tally(
    entries: Sequence[Entry], part_of: Callable[[Entry], str], *, with_late: bool = False
) -> dict[Uuid, ProposalTally]:
    """Return the tallies of all answered proposals.

    Each household counts once for each proposal, whatever it sent to how many versions: its newest answer in time,
    else its newest late one.
    """
    in_time: dict[Uuid, Counts] = {}
    late: dict[Uuid, Counts] = {}
    parts: dict[Uuid, dict[str, Counts]] = {}
    for entry, answer, counts in _counted(entries):
        target = late if entry.standing is Standing.LATE else in_time
        target[answer.proposal] = target.get(answer.proposal, Counts()) + counts
        if entry.standing is Standing.COUNTED or with_late:
            own = parts.setdefault(answer.proposal, {})
            key = part_of(entry)
            own[key] = own.get(key, Counts()) + counts
    proposals = dict.fromkeys((*in_time, *late))
    return {
        p: ProposalTally(p, in_time.get(p, Counts()), late.get(p, Counts()), parts.get(p, {}))
        for p in proposals
    }


def _counted(entries: Sequence[Entry]) -> Iterable[tuple[Entry, Answer, Counts]]:
    """Yield each answer that counts, with what it adds: choice and comment are looked for apart."""
    chosen: dict[tuple[str, Uuid], tuple[Entry, Answer]] = {}
    spoken: dict[tuple[str, Uuid], tuple[Entry, Answer]] = {}
    for entry in sorted((e for e in entries if e.counts), key=_weight):
        for answer in entry.reply.answers:
            key = (entry.person, answer.proposal)
            if answer.choice is not None:
                chosen[key] = (entry, answer)
            if answer.comment:
                spoken[key] = (entry, answer)
    for entry, answer in chosen.values():
        choice = answer.choice
        yield (
            entry,
            answer,
            Counts(int(choice is Choice.AGREE), int(choice is Choice.OPPOSE), int(choice is Choice.UNSURE)),
        )
    for entry, answer in spoken.values():
        yield entry, answer, Counts(comments=1)


def standing_replies(entries: Sequence[Entry], *, with_late: bool) -> tuple[Reply, ...]:
    """Return the replies with the choices that count: a household's older choice on the same proposal is left out."""
    chosen = {(e.reply.id, a.proposal) for e, a, counts in _counted(entries) if counts.answers}
    found = []
    for entry in entries:
        if not entry.counts or (entry.standing is Standing.LATE and not with_late):
            continue
        answers = tuple(
            a if (entry.reply.id, a.proposal) in chosen else replace(a, choice=None)
            for a in entry.reply.answers
        )
        found.append(replace(entry.reply, answers=answers))
    return tuple(found)


def _weight(entry: Entry) -> tuple[bool, int, tuple[datetime, str]]:
    """Return what decides between a household's answers to several versions; the last one counts."""
    return entry.standing is Standing.COUNTED, entry.reply.version, order_of(entry.reply)


@dataclass(frozen=True, slots=True)
class QuestionTally:
    """What was said beside the proposals; one voice for each household.

    Attributes
    ----------
    wish, needs, management
        How many chose each.
    ranks
        Points of the menu: the first of n ranked entries gets n points, the last one 1 (Borda).
    budget
        Points given to proposals in the budget game.
    """

    wish: Mapping[str, int]
    needs: Mapping[str, int]
    management: Mapping[str, int]
    ranks: Mapping[str, int]
    budget: Mapping[Uuid, int]


def question_tally(entries: Sequence[Entry], *, with_late: bool) -> QuestionTally:
    """Count wish, needs, later management, ranks and the budget game."""
    wish: dict[str, str] = {}
    needs: dict[str, tuple[str, ...]] = {}
    management: dict[str, str] = {}
    ranks: dict[str, tuple[str, ...]] = {}
    budget: dict[str, Mapping[Uuid, int]] = {}
    for entry in sorted((e for e in entries if e.counts), key=_weight):
        if entry.standing is Standing.LATE and not with_late:
            continue
        person, extra = entry.person, entry.reply.extra
        if entry.reply.wish:
            wish[person] = entry.reply.wish
        if extra.needs:
            needs[person] = extra.needs
        if extra.management:
            management[person] = extra.management
        if extra.ranks:
            ranks[person] = extra.ranks
        if extra.budget:
            budget[person] = extra.budget
    points: Counter[str] = Counter()
    for codes in ranks.values():
        points.update({code: len(codes) - place for place, code in enumerate(codes)})
    money: Counter[Uuid] = Counter()
    for shares in budget.values():
        money.update(shares)
    return QuestionTally(
        dict(Counter(wish.values())),
        dict(Counter(code for codes in needs.values() for code in codes)),
        dict(Counter(management.values())),
        dict(points),
        dict(money),
    )


# -- print ------------------------------------------------------------------------------------------------------
def printed_total(counts: Counts, k: int = K_PEOPLE) -> tuple[int | None, int | None, int | None]:
    """Return agree, oppose, unsure as they may be printed; how many answered in all must not stand beside them."""
    agree, oppose, unsure = (shown_total(float(n), k) for n in counts.choices)
    return _whole(agree), _whole(oppose), _whole(unsure)


def printed_parts(tallies: Iterable[ProposalTally], k: int = K_PEOPLE) -> tuple[PrintedPart, ...]:
    """Return the parts (buildings) of each proposal with every count hidden that tells of fewer than ``k`` people.

    A part with fewer than ``k`` answers is hidden, and so many more that the total less what is shown tells of no
    fewer than ``k`` (complementary suppression). How a shown part splits into agree, oppose and unsure is shown only
    where each of the three is 0 or at least ``k``, and where the same holds of all parts together that show none.
    """
    rows: list[PrintedPart] = []
    for one in tallies:
        names = sorted(one.parts)
        answers = np.array([one.parts[n].answers for n in names], dtype=np.float64)
        hidden = hidden_counts(answers, np.zeros(len(names), dtype=np.int64), k)
        split = _split_shown([one.parts[n].choices for n in names], [bool(h) for h in hidden], k)
        for name, is_hidden, is_split in zip(names, hidden, split, strict=True):
            counts = one.parts[name]
            choices = counts.choices if is_split else (None, None, None)
            rows.append(PrintedPart(one.proposal, name, None if is_hidden else counts.answers, choices))
    return tuple(rows)


def _split_shown(choices: Sequence[tuple[int, int, int]], hidden: Sequence[bool], k: int) -> list[bool]:
    shown = [
        not is_hidden and all(n == 0 or n >= k for n in row)
        for row, is_hidden in zip(choices, hidden, strict=True)
    ]
    while any(shown):
        rest = [row for row, is_shown in zip(choices, shown, strict=True) if not is_shown]
        sums = [sum(column) for column in zip(*rest, strict=True)] if rest else [0, 0, 0]
        if all(n == 0 or n >= k for n in sums) and len([r for r in rest if any(r)]) != 1:
            break
        smallest = min((i for i, s in enumerate(shown) if s), key=lambda i: sum(choices[i]))
        shown[smallest] = False
    return shown


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
