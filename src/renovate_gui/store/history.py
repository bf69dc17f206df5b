"""The history: a tree of steps, one changeset each; undo applies the inverse, redo applies it again.

A *state* is named by the uuid of the last step that stands in it; the empty name is the state before all steps. Steps
that were undone and then left behind by a newer action stay in the tree, so that every state ever reached can be gone
to again, until somebody asks for compaction. Every move from state to state is logged: the last move that two copies
of a project have in common is where they parted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.store import schema
from renovate_gui.store.connection import rows
from renovate_gui.store.owner import user_name
from renovate_gui.store.storable import storable

START = ""
"""The state before all steps."""

STANDS, UNDONE, LEFT = 0, 1, 2
_LONG_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One action in the history.

    Attributes
    ----------
    number
        Where it stands in the list; grows with time.
    uuid, parent
        Its name, and that of the state it was done in. ``uuid`` also names the state it led to.
    is_undone, is_left
        Not in effect now; and not to be reached by redo either, because something newer was done instead.
    """

    number: int
    at: str  # ISO 8601, UTC
    who: str
    what: str
    is_undone: bool
    why: str = ""
    uuid: str = ""
    parent: str = ""
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of a way through the tree, forward or back."""

    number: int
    is_undo: bool


def now() -> str:
    """Return the time as the history writes it: ISO 8601, UTC, seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def start_recording(db: apsw.Connection) -> apsw.Session:
    """Begin to record changes of all recorded tables."""
    recording = apsw.Session(db, "main")
    recording.table_filter(schema.is_recorded)
    return recording


# -- reading --------------------------------------------------------------------------------------------------
_STEP = "SELECT seq, at, who, what, undone, why, uuid, parent FROM rg_history"


def _step(row: tuple[int, str, str, str, int, str, str, str]) -> HistoryStep:
    number, at, who, what, undone, why, uuid, parent = row
    return HistoryStep(number, at, who, what, undone != STANDS, why, uuid, parent, undone == LEFT)


def read_history(db: apsw.Connection, *, with_left: bool = False) -> tuple[HistoryStep, ...]:
    """Return the steps that stand or can be redone, oldest first; on request also those left behind."""
    where = "" if with_left else f" WHERE undone<{LEFT}"
    return tuple(_step(r) for r in rows(db, f"{_STEP}{where} ORDER BY seq"))


def read_step(db: apsw.Connection, number: int) -> HistoryStep:
    """Return one step; raise RequestError when it is no longer there."""
    found = rows(db, f"{_STEP} WHERE seq=?", (number,))
    if not found:
        raise RequestError(tr("That step is no longer in the history."))
    return _step(found[0])


def read_newest(db: apsw.Connection) -> HistoryStep:
    """Return the newest standing step; there must be one."""
    (found,) = rows(db, f"{_STEP} WHERE undone={STANDS} ORDER BY seq DESC LIMIT 1")
    return _step(found)


def read_changeset(db: apsw.Connection, number: int) -> bytes:
    """Return what a step changed, as SQLite's session extension writes it."""
    return bytes(rows(db, "SELECT changeset FROM rg_history WHERE seq=?", (number,))[0][0])


def head(db: apsw.Connection) -> str:
    """Return the name of the present state."""
    found = rows(db, "SELECT uuid FROM rg_history WHERE undone=0 ORDER BY seq DESC LIMIT 1")
    return str(found[0][0]) if found else START


# -- steps and moves ------------------------------------------------------------------------------------------
def add_step(db: apsw.Connection, what: str, why: str, changeset: bytes, *, seen: str = "") -> str:
    """Add a step and return its name; what was undone before it can no longer be redone, but stays in the tree."""
    uuid, parent = new_uuid(), head(db)
    db.execute("UPDATE rg_history SET undone=? WHERE undone=?", (LEFT, UNDONE))
    db.execute(
        "INSERT INTO rg_history (uuid, parent, at, who, what, why, changeset) VALUES (?,?,?,?,?,?,?)",
        (uuid, parent, now(), user_name(), storable(what), storable(why), changeset),
    )
    add_move(db, uuid, seen=seen)
    return uuid


def add_move(db: apsw.Connection, state: str, *, seen: str = "") -> None:
    """Log that the project came to a state; ``seen`` names another copy's last move when it was merged."""
    db.execute(
        "INSERT INTO rg_moves (id, at, head, seen) VALUES (?,?,?,?)", (str(new_uuid()), now(), state, seen)
    )


def begin(db: apsw.Connection) -> None:
    """Forget all steps: the history begins with the state as it is."""
    db.execute("DELETE FROM rg_history")
    db.execute("DELETE FROM rg_versions")
    db.execute("DELETE FROM rg_moves")
    add_move(db, START)


def step_to_undo(db: apsw.Connection) -> int | None:
    """Return the number of the newest standing step."""
    return _number(db, "SELECT max(seq) FROM rg_history WHERE undone=?", STANDS)


def step_to_redo(db: apsw.Connection) -> int | None:
    """Return the number of the oldest undone step that can be redone."""
    return _number(db, "SELECT min(seq) FROM rg_history WHERE undone=?", UNDONE)


def _number(db: apsw.Connection, sql: str, mark: int) -> int | None:
    value = rows(db, sql, (mark,))[0][0]
    return None if value is None else int(value)


# -- ways through the tree ------------------------------------------------------------------------------------
class Tree:
    """The steps by name, to find ways between states."""

    def __init__(self, db: apsw.Connection) -> None:
        self._number: dict[str, int] = {}
        self._parent: dict[str, str] = {START: START}
        self._newest_child: dict[str, str] = {}
        for number, uuid, parent in rows(db, "SELECT seq, uuid, parent FROM rg_history ORDER BY seq"):
            self._number[uuid], self._parent[uuid] = number, parent
            self._newest_child[parent] = uuid

    def __contains__(self, state: str) -> bool:
        return state in self._parent

    def chain(self, state: str) -> list[str]:
        """Return the steps that stand in a state, oldest first; raise RequestError when the way to it is gone."""
        found: list[str] = []
        while state != START:
            if state not in self._parent:
                raise RequestError(tr("That state is no longer in the history."))
            found.append(state)
            state = self._parent[state]
        return found[::-1]

    def onward(self, state: str) -> list[str]:
        """Return the steps that redo leads to from a state: always to the newest that was done there."""
        found: list[str] = []
        while state in self._newest_child:
            state = self._newest_child[state]
            found.append(state)
        return found

    def way(self, start: str, end: str) -> list[Leg]:
        """Return the steps to take back and to do again on the way from one state to another."""
        back, forth = self.chain(start), self.chain(end)
        common = 0
        while common < min(len(back), len(forth)) and back[common] == forth[common]:
            common += 1
        return [Leg(self._number[s], is_undo=True) for s in reversed(back[common:])] + [
            Leg(self._number[s], is_undo=False) for s in forth[common:]
        ]


def go(db: apsw.Connection, way: Iterable[Leg]) -> list[bytes]:
    """Apply the steps of a way inside the open transaction; return the changesets applied.

    Raise DataError when the file's rows are not as a step left them (another program wrote into them).
    """
    applied = []
    for leg in way:
        changeset = leg_changeset(db, leg)
        apply_whole(db, changeset, read_step(db, leg.number).what)
        applied.append(changeset)
    return applied


def leg_changeset(db: apsw.Connection, leg: Leg) -> bytes:
    """Return what one leg of a way changes."""
    changeset = read_changeset(db, leg.number)
    return apsw.Changeset.invert(changeset) if leg.is_undo and changeset else changeset


def changesets_between(db: apsw.Connection, start: str, end: str) -> Iterator[bytes]:
    """Yield what changes on the way from one state to another, leg by leg."""
    for leg in Tree(db).way(start, end):
        yield leg_changeset(db, leg)


def settle_at(db: apsw.Connection, tree: Tree, state: str) -> None:
    """Mark which steps stand, which redo can reach and which were left, for a state just come to; log the move."""
    marks = dict.fromkeys(tree.chain(state), STANDS) | dict.fromkeys(tree.onward(state), UNDONE)
    for uuid, undone in rows(db, "SELECT uuid, undone FROM rg_history"):
        wanted = marks.get(uuid, LEFT)
        if wanted != undone:
            db.execute("UPDATE rg_history SET undone=? WHERE uuid=?", (wanted, uuid))
    add_move(db, state)


def apply_step(db: apsw.Connection, number: int, *, is_undo: bool) -> tuple[HistoryStep, bytes]:
    """Apply one step or its inverse inside the open transaction; return the step and the changeset applied."""
    (changeset,) = go(db, [Leg(number, is_undo)])
    db.execute("UPDATE rg_history SET undone=? WHERE seq=?", (int(is_undo), number))
    add_move(db, head(db))
    return read_step(db, number), changeset


def apply_whole(db: apsw.Connection, changeset: bytes, what: str) -> None:
    """Apply a changeset as a whole or not at all; ``what`` names the step in the sentence when it does not fit."""
    if not changeset:  # a stretch of history whose changes cancel each other
        return
    _check_tables(db, changeset, what)
    try:
        # any conflict aborts; looking at each change of a large one lets the window's thread run in between
        apsw.Changeset.apply(changeset, db, filter_change=_yes if len(changeset) > _LONG_BYTES else None)
    except (apsw.AbortError, apsw.ConstraintError) as error:
        raise no_longer_fits(what) from error
    except (
        apsw.SQLError
    ) as error:  # a layer of nearly 1,000 columns: SQLite needs more terms than a statement may have
        raise DataError(
            tr(
                "“{what}” can be neither undone nor repeated: a layer in it has too many columns for SQLite.",
                what=what,
            )
        ) from error
    except (apsw.CorruptError, apsw.MisuseError) as error:
        raise DataError(
            tr("The history of “{what}” cannot be read, so it can be neither undone nor repeated.", what=what)
        ) from error


def _yes(_change: apsw.TableChange) -> bool:
    return True


def _check_tables(db: apsw.Connection, changeset: bytes, what: str) -> None:
    """SQLite passes over changes of a table that is missing; that would be half an undo, so look first."""
    try:
        wanted = {change.name: change.column_count for change in apsw.Changeset.iter(changeset)}
    except apsw.Error as error:
        raise DataError(
            tr("The history of “{what}” cannot be read, so it can be neither undone nor repeated.", what=what)
        ) from error
    for table, columns in wanted.items():
        if len(rows(db, f"PRAGMA table_info({schema.quoted(table)})")) < columns:
            raise no_longer_fits(what)


def no_longer_fits(what: str) -> DataError:
    """Return the error for rows that are not as any step left them."""
    return DataError(
        tr("“{what}” cannot be taken back or repeated: the rows were changed by another program.", what=what)
    )
