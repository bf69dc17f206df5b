"""What a step changed, what is different between two states, and between two files."""

from __future__ import annotations

from pathlib import Path

import apsw

from renovate_gui.domain.difference import Difference
from renovate_gui.store import history
from renovate_gui.store.apart import attached, differing_rows
from renovate_gui.store.describing import describe
from renovate_gui.store.rowchange import net, read_rows


def of_step(db: apsw.Connection, number: int) -> Difference:
    """Return what a step changed, whether it stands, was undone or was left behind."""
    step = history.read_step(db, number)
    changes = read_rows(db, history.read_changeset(db, number))
    return describe(db, changes, onward=list(history.changesets_between(db, step.uuid, history.head(db))))


def between(db: apsw.Connection, before: str, after: str) -> Difference:
    """Return what is different in the state ``after`` from the state ``before``, whatever the way between them is."""
    changes = read_rows(db, net(list(history.changesets_between(db, before, after))))
    return describe(db, changes, onward=list(history.changesets_between(db, after, history.head(db))))


def from_file(db: apsw.Connection, other: Path) -> Difference:
    """Return what is different in this project from another file's present content.

    The other file is looked at in a private copy and never touched. Rows are compared by their keys, so two projects
    that never had anything in common are different in everything.
    """
    from renovate_gui.store.other_copy import other_project

    with other_project(other) as copy, attached(db, copy):
        return describe(db, differing_rows(db))
