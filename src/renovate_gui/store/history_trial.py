"""Tries the whole history out on a copy and takes away the steps that cannot be undone or done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import apsw

from renovate_gui.domain.errors import DataError
from renovate_gui.store import history, schema
from renovate_gui.store.connection import rows

Lose = Callable[[str, str, int, str], None]
_START = ""


@dataclass(slots=True)
class _Steps:
    """The tree of steps by name; a file of version 1 has a line of steps named by their numbers."""

    number: dict[str, int] = field(default_factory=dict)
    parent: dict[str, str] = field(default_factory=dict)
    title: dict[str, str] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    head: str = _START
    has_names: bool = False


def cut_history(db: apsw.Connection, lose: Lose) -> None:
    """Go to every state of the history and back; remove what cannot be reached, and all that lies behind it."""
    steps = _read(db)
    if not steps.number:
        return
    db.execute("SAVEPOINT trial")
    try:
        reached, start = _try_all(db, steps)
    finally:
        db.execute("ROLLBACK TO trial")
        db.execute("RELEASE trial")
    gone = [name for name in steps.number if name not in reached]
    if not gone and start == _START:
        return
    if gone:
        newest = max(gone, key=lambda name: steps.number[name])
        lose("history", schema.HISTORY, len(gone), steps.title[newest])
    db.executemany("DELETE FROM rg_history WHERE seq=?", [(steps.number[name],) for name in gone])
    if steps.has_names:
        _begin_later(db, start, lose)


def _read(db: apsw.Connection) -> _Steps:
    found = _Steps(has_names="uuid" in {r[1] for r in rows(db, "PRAGMA table_info(rg_history)")})
    if found.has_names:
        listed = rows(db, "SELECT seq, uuid, parent, what, undone FROM rg_history ORDER BY seq")
    else:
        listed = rows(db, "SELECT seq, 's' || seq, NULL, what, undone FROM rg_history ORDER BY seq")
    before = _START
    for number, name, given, title, undone in listed:
        parent = before if given is None else str(given)
        found.number[name], found.parent[name], found.title[name] = number, parent, title
        found.children.setdefault(parent, []).append(name)
        if not undone:
            found.head = name
        before = name
    return found


def _try_all(db: apsw.Connection, steps: _Steps) -> tuple[set[str], str]:
    """Return the steps that work, and the state in which the way back from the present ends."""
    reached: set[str] = set()
    state, came_from = steps.head, ""
    while True:
        _try_onward(db, steps, state, came_from, reached)
        if state == _START or state not in steps.number or not _apply(db, steps, state, is_undo=True):
            return reached, state
        reached.add(state)
        came_from, state = state, steps.parent[state]


def _try_onward(db: apsw.Connection, steps: _Steps, state: str, besides: str, reached: set[str]) -> None:
    """Do the steps that begin in a state, and all that follow them, and take them back again."""
    way: list[tuple[str, list[str]]] = [(state, [c for c in steps.children.get(state, ()) if c != besides])]
    while way:
        here, waiting = way[-1]
        if not waiting:
            way.pop()
            if way:
                _apply(db, steps, here, is_undo=True)
            continue
        child = waiting.pop()
        if child not in reached and _apply(db, steps, child, is_undo=False):
            reached.add(child)
            way.append((child, list(steps.children.get(child, ()))))


def _apply(db: apsw.Connection, steps: _Steps, name: str, *, is_undo: bool) -> bool:
    try:
        changeset = history.read_changeset(db, steps.number[name])
        if is_undo and changeset:
            changeset = apsw.Changeset.invert(changeset)
        history.apply_whole(db, changeset, steps.title[name])
    except (DataError, apsw.Error, TypeError):
        return False
    return True


def _begin_later(db: apsw.Connection, start: str, lose: Lose) -> None:
    """Let the history begin in the state where the way back ends; that state is now the one without a name."""
    lost = 0
    if start != _START:
        db.execute("DELETE FROM rg_versions WHERE state=''")
        lost = db.changes()
        db.execute("UPDATE rg_history SET parent='' WHERE parent=?", (start,))
        db.execute("UPDATE rg_versions SET state='' WHERE state=?", (start,))
    db.execute("DELETE FROM rg_versions WHERE state<>'' AND state NOT IN (SELECT uuid FROM rg_history)")
    lose("version", schema.VERSIONS, lost + db.changes(), "")
    if start != _START:  # the moves of before speak of a beginning that is no longer there
        db.execute("DELETE FROM rg_moves")
    else:
        db.execute("DELETE FROM rg_moves WHERE head<>'' AND head NOT IN (SELECT uuid FROM rg_history)")
    history.add_move(db, history.head(db))
