"""Where two copies of a project parted, and what each knew of the other.

Every copy logs its moves from state to state; the moves that two logs share are from before they parted. A merge logs
what it has seen of the other copy, so the copies go on from there. When both took in the other's older copy (two
sticks that crossed on the way) neither of the two states includes the other; the base is then what these two, merged,
would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.store.connection import rows
from renovate_gui.store.history import START, Leg, Tree, read_step


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the log of moves; ``seen`` names moves of other copies that this one merged."""

    id: str
    at: str
    head: str
    seen: tuple[str, ...]


class Past:
    """The moves of one copy, as far as their states still exist (tidying takes some away)."""

    def __init__(self, db: apsw.Connection) -> None:
        self.db = db
        self.tree = Tree(db)
        found = rows(db, "SELECT id, at, head, seen FROM rg_moves ORDER BY seq")
        self.moves = [
            Move(i, at, head, tuple(seen.split())) for i, at, head, seen in found if head in self.tree
        ]
        self.place = {move.id: i for i, move in enumerate(self.moves)}
        self._known: dict[int, frozenset[str]] = {}

    @property
    def last(self) -> int:
        """Index of the move that led to the present state."""
        return len(self.moves) - 1

    def head(self, index: int) -> str:
        """Return the state a move led to."""
        return self.moves[index].head

    def knows(self, index: int) -> frozenset[str]:
        """Return the moves, of whatever copy, whose doing was in the project after a move.

        A merge that was undone is not known any more: who merges again wants it back.
        """
        if index not in self._known:
            standing = {START, *self.tree.chain(self.head(index))}
            known: set[str] = set()
            for move in self.moves[: index + 1]:
                known.add(move.id)
                if move.head in standing:
                    known.update(move.seen)
            self._known[index] = frozenset(known)
        return self._known[index]

    def newest_in(self, known: frozenset[str], upto: int) -> int | None:
        """Return the index of the newest move up to one that somebody knows.

        States with a merge that was undone since do not count: going back from there would take away what the other
        copy did itself, as if somebody had meant to remove it.
        """
        undone = self._undone_merges(upto)
        return next(
            (
                i
                for i in range(upto, -1, -1)
                if self.moves[i].id in known
                and not (undone and undone.intersection(self.tree.chain(self.head(i))))
            ),
            None,
        )

    def _undone_merges(self, upto: int) -> set[str]:
        merged = {move.head for move in self.moves[: upto + 1] if move.seen}
        return merged.difference(self.tree.chain(self.head(upto))) if merged else merged

    def steps(self, start: str, end: str) -> Iterator[tuple[str, str]]:
        """Yield title and person of the steps on the way between two states; nobody for a step taken back."""
        legs: list[Leg] = self.tree.way(start, end)
        for leg in legs:
            step = read_step(self.db, leg.number)
            yield (tr("Undone: {what}", what=step.what), "") if leg.is_undo else (step.what, step.who)


@dataclass(frozen=True, slots=True)
class Base:
    """What two copies were last the same at.

    Attributes
    ----------
    mine, theirs
        Index of a move in my log or in theirs; with both set, neither state includes the other.
    under
        With both set: what those two states go back to.
    """

    mine: int | None = None
    theirs: int | None = None
    under: Base | None = None


def find_base(mine: Past, theirs: Past) -> Base:
    """Return the base of two copies as they are now; raise RequestError when they have none."""
    if not (mine.place.keys() & theirs.place.keys()):
        raise RequestError(no_common_past())
    return _base(mine, theirs, mine.last, theirs.last)


def _base(mine: Past, theirs: Past, i: int, j: int) -> Base:
    known_to_them = mine.newest_in(theirs.knows(j), i)
    known_to_me = theirs.newest_in(mine.knows(i), j)
    if known_to_me is None:
        return Base(mine=known_to_them)
    if known_to_them is None or mine.moves[known_to_them].id in theirs.knows(known_to_me):
        return Base(theirs=known_to_me)
    if theirs.moves[known_to_me].id in mine.knows(known_to_them):
        return Base(mine=known_to_them)
    return Base(known_to_them, known_to_me, _base(mine, theirs, known_to_them, known_to_me))


def find_origin(mine: Past, theirs: Past) -> str:
    """Return the newest state in which one log has the very move of the other: both files hold its content."""
    index = mine.newest_in(frozenset(theirs.place), mine.last)
    if index is None:
        raise RequestError(no_common_past())
    return mine.head(index)


def no_common_past() -> str:
    """Return the sentence on two files that are not copies of one project."""
    return tr(
        "The two files are two projects, not two copies of one, so they cannot be merged; import the layers instead."
    )
