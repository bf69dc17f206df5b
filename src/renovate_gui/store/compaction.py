"""Compaction on request: the steps between two states that count become one step.

States that count and stay, each with its name: the beginning, the present, named versions, states that a kept figure
was computed in, where two kept branches part, and every state of a step younger than a given time. The steps between
two of them become one whose uuid is that of the last one it replaces, so the state it leads to keeps its name.
Branches that were left behind go unless something that counts stands on them.

What merging needs is kept too. Where two copies parted is found by the moves both logs share (see
:mod:`renovate_gui.store.parting`). A move to a state that is gone is taken out of the log, and its name is noted in the
next move that stays, as seen there: what was done up to it is contained in that later state. So a copy that parted at a
state which is gone here is merged as before, since that copy still has the state. Two copies that were *both* compacted
may find only an older common state; what both did since then is the same on both sides and still goes together, but a
field that was changed again on one side may be asked about.

Everything happens in one transaction after a verified backup; VACUUM, a transaction of its own, then gives the space
back. A crash at any moment leaves the file as it was before, or compacted and whole.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.store import history, schema
from renovate_gui.store.backups import make_backup
from renovate_gui.store.connection import roll_back, rows
from renovate_gui.store.extents import shrink_extents
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.history import START, HistoryStep, Tree
from renovate_gui.store.keeping import Keeper
from renovate_gui.store.layer_rows import registry_changes
from renovate_gui.store.rowchange import net

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CompactionReport:
    """What compaction did.

    Attributes
    ----------
    bytes_before, bytes_after
        Size of the file; what VACUUM could not give back (another program was reading, the disk was full) stays.
    tables_dropped
        Tables of layers that no state has any more.
    backup
        The project as it was before.
    """

    steps_before: int
    steps_after: int
    bytes_before: int
    bytes_after: int
    tables_dropped: int
    backup: Path


@dataclass(frozen=True, slots=True)
class _NewStep:
    """One step of the compacted history: what it stands for, oldest first, and what it changes."""

    steps: Sequence[HistoryStep]
    parent: str
    changeset: bytes

    @property
    def uuid(self) -> str:
        return self.steps[-1].uuid


def run(keeper: Keeper, project: Path, keep_after: str) -> CompactionReport:
    """Back up, compact, give the space back.

    Raises
    ------
    RequestError
        When no backup can be written, or steps are only in memory because the disk refuses.
    """
    if keeper.is_sheltered:
        raise RequestError(tr("Some steps are not on the disk yet; save them first."))
    db, file = keeper.db, keeper.file
    with plain_errors(project):
        backup = make_backup(db, project)
        before = (_count(db), file.stat().st_size)
        db.execute("BEGIN IMMEDIATE")
        try:
            dropped = compact(db, keep_after)
            db.execute("COMMIT")
        except BaseException:
            roll_back(db)
            raise
    try:
        rows(db, "VACUUM")
    except (apsw.FullError, apsw.IOError, apsw.BusyError) as error:  # compacted it is, only not smaller
        _log.warning("no space given back: %s", error)
    return CompactionReport(before[0], _count(db), before[1], file.stat().st_size, dropped, backup)


def _count(db: apsw.Connection) -> int:
    return int(rows(db, "SELECT count(*) FROM rg_history")[0][0])


def compact(db: apsw.Connection, keep_after: str = "") -> int:
    """Compact the history inside the open transaction; return how many tables of layers were dropped.

    Parameters
    ----------
    keep_after
        ISO 8601 time; steps younger than it stay as they are. Empty: none is too young.
    """
    steps = {s.uuid: s for s in history.read_history(db, with_left=True)}
    found = _plan(db, steps, keep_after)
    visible = _visible_tables(db, found)
    found = [_without_unseen(step, visible) for step in found]
    before = Tree(db)
    _write(db, found)
    _tidy_moves(db, before)
    dropped = _drop_tables(db, visible)
    _shrink(db)
    return dropped


# -- which steps ----------------------------------------------------------------------------------------------
def _plan(db: apsw.Connection, steps: Mapping[str, HistoryStep], keep_after: str) -> list[_NewStep]:
    tree = Tree(db)
    present = history.head(db)
    young = {s.uuid for s in steps.values() if keep_after and s.at >= keep_after}
    named = {str(r[0]) for r in rows(db, "SELECT state FROM rg_versions")} & steps.keys()
    tips = {present, *tree.onward(present)[-1:], *named, *young} - {START}
    kept = {state for tip in tips for state in tree.chain(tip)}
    figures = {str(r[0]) for r in rows(db, "SELECT state FROM rg_figures")}
    cuts = {START, *tips, *(figures & kept), *(steps[s].parent for s in young)}
    cuts |= _forks(steps, kept)
    found = []
    for end in sorted((c for c in cuts if c != START), key=lambda c: steps[c].number):
        stretch = [steps[end]]
        while stretch[0].parent not in cuts:
            stretch.insert(0, steps[stretch[0].parent])
        found.append(_NewStep(stretch, stretch[0].parent, _joined(db, stretch)))
    return found


def _forks(steps: Mapping[str, HistoryStep], kept: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    forks: set[str] = set()
    for state in kept:
        parent = steps[state].parent
        (forks if parent in seen else seen).add(parent)
    return forks


def _joined(db: apsw.Connection, stretch: Sequence[HistoryStep]) -> bytes:
    changesets = [history.read_changeset(db, s.number) for s in stretch]
    return changesets[0] if len(changesets) == 1 else net(changesets)


# -- tables of layers -----------------------------------------------------------------------------------------
def _visible_tables(db: apsw.Connection, steps: Iterable[_NewStep]) -> set[str]:
    """Return the tables of layers that the registry has in some state that stays."""
    found = {str(r[0]) for r in rows(db, "SELECT table_name FROM rg_layers")}
    for step in steps:
        for change in registry_changes(db, step.changeset):
            for row in (change.before, change.after):
                if row is not None and "table_name" in row:
                    found.add(str(row["table_name"]))
    return found


def _without_unseen(step: _NewStep, visible: set[str]) -> _NewStep:
    """Leave out changes of features of layers that no state shows any more."""
    if not step.changeset:
        return step
    tables = {change.name for change in apsw.Changeset.iter(step.changeset)}
    if all(not t.startswith(schema.LAYER_PREFIX) or t in visible for t in tables):
        return step
    builder = apsw.ChangesetBuilder()  # type: ignore[no-untyped-call]
    try:
        for change in apsw.Changeset.iter(step.changeset):
            if not change.name.startswith(schema.LAYER_PREFIX) or change.name in visible:
                builder.add_change(change)
        return _NewStep(step.steps, step.parent, bytes(builder.output()))
    finally:
        builder.close()


def _drop_tables(db: apsw.Connection, visible: set[str]) -> int:
    names = [str(r[0]) for r in rows(db, "SELECT name FROM sqlite_master WHERE type='table'")]
    unseen = [n for n in names if n.startswith(schema.LAYER_PREFIX) and n not in visible]
    for name in unseen:
        rows(db, f"DROP TABLE {schema.quoted(name)}")
    return len(unseen)


# -- writing --------------------------------------------------------------------------------------------------
def _write(db: apsw.Connection, found: Sequence[_NewStep]) -> None:
    kept = {step.uuid for step in found}
    for number, uuid in rows(db, "SELECT seq, uuid FROM rg_history"):
        if uuid not in kept:
            db.execute("DELETE FROM rg_history WHERE seq=?", (number,))
    for step in found:
        if len(step.steps) > 1:
            who = ", ".join(dict.fromkeys(name for s in step.steps for name in s.who.split(", ") if name))
            why = "; ".join(dict.fromkeys(s.why for s in step.steps if s.why))
            db.execute(
                "UPDATE rg_history SET parent=?, who=?, what=?, why=?, changeset=? WHERE uuid=?",
                (step.parent, who, _title(step.steps), why, step.changeset, step.uuid),
            )
        else:
            db.execute("UPDATE rg_history SET changeset=? WHERE uuid=?", (step.changeset, step.uuid))


def _title(steps: Sequence[HistoryStep]) -> str:
    first, last = (f"{datetime.fromisoformat(s.at).astimezone():%Y-%m-%d}" for s in (steps[0], steps[-1]))
    if first == last:
        return tr("{n} steps of {day}", n=len(steps), day=first)
    return tr("{n} steps from {start} to {end}", n=len(steps), start=first, end=last)


def _tidy_moves(db: apsw.Connection, before: Tree) -> None:
    """Take out moves to states that are gone; the next move that stays has seen what they were, see the module.

    What such a move itself had seen by merging counts only where the merge still stands.
    """
    tree = Tree(db)
    gone: list[tuple[str, str, str]] = []
    for number, name, state, seen in rows(db, "SELECT seq, id, head, seen FROM rg_moves ORDER BY seq"):
        if state not in tree:
            gone.append((name, state, seen))
            db.execute("DELETE FROM rg_moves WHERE seq=?", (number,))
        elif gone:
            standing = set(before.chain(state))
            words = seen.split()
            for old_name, old_state, old_seen in gone:
                words += [old_name, *(old_seen.split() if old_state in standing else ())]
            db.execute("UPDATE rg_moves SET seen=? WHERE seq=?", (" ".join(dict.fromkeys(words)), number))
            gone = []


def _shrink(db: apsw.Connection) -> None:
    """Shrink extents that had only grown, as part of the step that led to the present.

    GeoPackage's lists are recorded like everything else, so what changes them has to stand in the history: it is
    added to the newest standing step, and taken back first by the steps that redo leads to.
    """
    present = history.head(db)
    recording = history.start_recording(db)
    try:
        shrink_extents(db)
        change = recording.changeset()
    finally:
        recording.close()
    if not change:
        return
    if present != START:
        _set_changeset(db, present, [_changeset_of(db, present), change])
    back = apsw.Changeset.invert(change)
    for (child,) in rows(db, "SELECT uuid FROM rg_history WHERE parent=?", (present,)):
        _set_changeset(db, child, [back, _changeset_of(db, child)])


def _changeset_of(db: apsw.Connection, uuid: str) -> bytes:
    return bytes(rows(db, "SELECT changeset FROM rg_history WHERE uuid=?", (uuid,))[0][0])


def _set_changeset(db: apsw.Connection, uuid: str, parts: Sequence[bytes]) -> None:
    db.execute("UPDATE rg_history SET changeset=? WHERE uuid=?", (net(parts), uuid))
