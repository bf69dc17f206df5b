"""What the window asks of the history again and again: answered without reading the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renovate_gui.store.connection import rows
from renovate_gui.store.history import Tree, read_step, step_to_redo, step_to_undo

if TYPE_CHECKING:
    from renovate_gui.store.project import Project


def bytes_between(project: Project, before: str, after: str) -> int:
    """Return how many bytes of changesets lie between two states (SQLite knows a blob's length without loading it)."""
    with project.reading_beside() as db:
        way = Tree(db).way(before, after)
        lengths: dict[int, int] = dict(rows(db, "SELECT seq, length(changeset) FROM rg_history"))
    return sum(lengths[leg.number] for leg in way)


def bytes_of_next(project: Project, *, is_undo: bool) -> int:
    """Return how many bytes of changes undo or redo would touch, 0 when there is nothing."""
    with project.reading_beside() as db:
        number = step_to_undo(db) if is_undo else step_to_redo(db)
        found = rows(db, "SELECT length(changeset) FROM rg_history WHERE seq=?", (number,))
    return int(found[0][0] or 0) if found else 0


def next_titles(project: Project) -> tuple[str, str]:
    """Return the words of the steps that undo and redo would touch; empty where there is none."""
    with project.reading_beside() as db:
        numbers = (step_to_undo(db), step_to_redo(db))
        undo, redo = ("" if n is None else read_step(db, n).what for n in numbers)
    return undo, redo
