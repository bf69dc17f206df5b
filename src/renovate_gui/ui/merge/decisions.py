"""What a person has decided about the conflicts of a merge; kept while the panel is closed or the report is made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from renovate_gui.domain.difference import Choice, Conflict, ObjectKey, ObjectKind


class Decisions:
    """The conflicts of a report, in its order, and the choices made so far."""

    def __init__(self) -> None:
        self.conflicts: tuple[Conflict, ...] = ()
        self._choices: dict[ObjectKey, Choice] = {}

    @property
    def choices(self) -> Mapping[ObjectKey, Choice]:
        """Return the choices by object."""
        return MappingProxyType(self._choices)

    @property
    def open_count(self) -> int:
        """Return how many conflicts still need a decision."""
        return len(self.conflicts) - len(self._choices)

    def of(self, conflict: Conflict) -> Choice | None:
        """Return what was decided, or None."""
        return self._choices.get(conflict.key)

    def take(self, conflict: Conflict, choice: Choice) -> None:
        """Decide one conflict; a way out that it does not offer is not taken."""
        if choice in conflict.choices:
            self._choices[conflict.key] = choice

    def take_rest(self, choice: Choice) -> int:
        """Decide all conflicts that are still open the same way; return how many."""
        before = len(self._choices)
        for conflict in self.conflicts:
            if conflict.key not in self._choices:
                self.take(conflict, choice)
        return len(self._choices) - before

    def renew(self, conflicts: tuple[Conflict, ...]) -> int:
        """Take the conflicts of a new report; return how many decisions no longer apply.

        A decision stays where the dispute is the same to the letter: what a person chose between has not changed.
        """
        conflicts = in_order(conflicts)
        old = {c.key: c for c in self.conflicts}
        kept = {
            c.key: self._choices[c.key]
            for c in conflicts
            if c.key in self._choices and is_same_dispute(old[c.key], c)
        }
        dropped = sum(key not in kept for key in self._choices)
        self.conflicts, self._choices = conflicts, kept
        return dropped

    def next_open(self, after: int) -> int:
        """Return the place of the next open conflict after a place, going round; the same place when none is open."""
        count = len(self.conflicts)
        for step in range(1, count + 1):
            place = (after + step) % count
            if self.conflicts[place].key not in self._choices:
                return place
        return after

    def clear(self) -> None:
        """Forget everything: another file, or the merge is done."""
        self.conflicts, self._choices = (), {}


def in_order(conflicts: tuple[Conflict, ...]) -> tuple[Conflict, ...]:
    """Return conflicts as a person goes through them: by sort of object, layer, and number or name."""
    sorts = list(ObjectKind)

    def place(conflict: Conflict) -> tuple[int, str, list[tuple[int, str]], int]:
        change = conflict.mine
        parts = re.findall(r"\d+|\D+", change.title)
        natural = [(int(p), "") if p.isdecimal() else (0, p) for p in parts]
        return (sorts.index(change.what), change.layer_name, natural, change.key.row)

    return tuple(sorted(conflicts, key=place))


def is_same_dispute(one: Conflict, other: Conflict) -> bool:
    """Return whether two conflicts on one object put the same question."""
    return (one.mine, one.theirs, one.fields, one.choices) == (
        other.mine,
        other.theirs,
        other.fields,
        other.choices,
    )
