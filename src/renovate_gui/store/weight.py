"""How much there is to read on a way through the history, without reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renovate_gui.store.connection import rows
from renovate_gui.store.history import Tree

if TYPE_CHECKING:
    from renovate_gui.store.project import Project


def bytes_between(project: Project, before: str, after: str) -> int:
    """Return how many bytes of changesets lie between two states (SQLite knows a blob's length without loading it)."""
    with project.reading() as db:
        way = Tree(db).way(before, after)
        lengths: dict[int, int] = dict(rows(db, "SELECT seq, length(changeset) FROM rg_history"))
    return sum(lengths[leg.number] for leg in way)
