"""Take back one step, or one object of it, from the middle of the history; later steps stay.

It is refused when something later builds on what would go: the same members or columns were changed again, the row was
removed or added again, photos, answers or edits belong to an object whose adding would go, the layer was removed later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ObjectKey
from renovate_gui.domain.errors import DependsError, RequestError
from renovate_gui.store import history, schema
from renovate_gui.store.builds_on import (
    LOOSE_COLUMNS,
    NEEDED_PARENTS,
    TakenBack,
    is_derived_only,
    is_header_only,
    names_touched,
)
from renovate_gui.store.collecting import uncollected
from renovate_gui.store.connection import rows
from renovate_gui.store.describing import describe
from renovate_gui.store.drawn import next_number
from renovate_gui.store.history import HistoryStep
from renovate_gui.store.layer_rows import (
    Registry,
    bring_layer_back,
    is_same_order,
    restore_order,
    take_layer_out,
    walk_back,
)
from renovate_gui.store.rowchange import (
    Row,
    RowChange,
    columns_of,
    read_many,
    read_row,
    read_rows,
)
from renovate_gui.store.rowwrite import RowWriter
from renovate_gui.store.settings import setting_row
from renovate_gui.store.threeway import Fit, fit
from renovate_gui.store.writer import Writer

Keys = frozenset[ObjectKey]
_MOST_NAMED = 3


def dependents(db: apsw.Connection, number: int, keys: Keys | None = None) -> tuple[HistoryStep, ...]:
    """Return the later standing steps that build on a step, or on some objects of it, oldest first."""
    plan = _plan(db, number, keys)
    return () if plan is None else plan.dependents


def title_of(db: apsw.Connection, number: int, keys: Keys | None) -> str:
    """Return what the history calls the taking back."""
    what = history.read_step(db, number).what
    if keys is None:
        return tr("Undo only: {what}", what=what)
    changes = read_rows(db, history.read_changeset(db, number))
    told = describe(db, (c for c in changes if ObjectKey(c.table, c.key) in keys)).changes
    names = [c.title for c in told[:_MOST_NAMED]] + ["…"] * (len(told) > _MOST_NAMED)
    return tr("Undo only: {what}, of it only {objects}", what=what, objects=", ".join(names))


def undo_one(writer: Writer, number: int, keys: Keys | None = None) -> None:
    """Take back a step, or some objects of it, inside an open action.

    Raises
    ------
    RequestError
        When the step does not stand, or nothing of it is left to take back.
    DependsError
        When later steps build on it.
    """
    with uncollected():
        _undo_one(writer, number, keys)


def _undo_one(writer: Writer, number: int, keys: Keys | None) -> None:
    db = writer.db
    step = history.read_step(db, number)
    if keys is None and number == history.step_to_undo(db):  # nothing can build on it
        history.apply_whole(db, history.leg_changeset(db, history.Leg(number, is_undo=True)), step.what)
        return
    plan = _plan(db, number, keys)
    if plan is None:
        raise RequestError(tr("“{what}” does not stand, so there is nothing to take back.", what=step.what))
    if plan.dependents:
        raise _depends(plan.dependents)
    _take_back(writer, plan)


# -- what to take back ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be taken back, and what stands in the way."""

    what: str
    changes: Sequence[RowChange]
    loose: Sequence[RowChange]
    dependents: tuple[HistoryStep, ...]
    registry: Registry
    slots: frozenset[str]


def _plan(db: apsw.Connection, number: int, keys: Keys | None) -> _Plan | None:
    """Return what to do; None when the step does not stand."""
    step = history.read_step(db, number)
    if step.is_undone:
        return None
    later = [s for s in history.read_history(db) if not s.is_undone and s.number > number]
    every = list(read_rows(db, history.read_changeset(db, number)))
    chosen = every if keys is None else _with_companions(every, keys)
    changes = [c for c in chosen if not is_derived_only(c)]
    if later or keys is not None:
        changes = _without_system(every, changes)
    changesets = [history.read_changeset(db, s.number) for s in later]
    registry, slots, movers = _order(db, history.read_changeset(db, number), changesets, changes)
    taken = TakenBack(db, (c for c in changes if not _is_loose(c)))
    wanted = taken.wanted()
    found = tuple(
        s
        for i, s in enumerate(later)
        if i in movers or any(taken.carries(c) for c in read_rows(db, changesets[i], wanted=wanted))
    )
    return _Plan(
        step.what,
        [c for c in changes if not _is_loose(c)],
        [c for c in changes if _is_loose(c)],
        found,
        registry,
        slots,
    )


def _order(
    db: apsw.Connection, own: bytes, later: Sequence[bytes], changes: Iterable[RowChange]
) -> tuple[Registry, frozenset[str], set[int]]:
    """Return the registry before the step, the slots in which it moved layers, and who moved them there later."""
    if not any(c.table == "rg_layers" for c in changes):
        return {}, frozenset(), set()
    moved_by: dict[int, frozenset[str]] = {}
    registry: Registry = {}
    slots: frozenset[str] = frozenset()
    for index, before, moved in walk_back(db, [own, *later]):
        registry, slots = before, moved
        moved_by[index - 1] = moved
    return registry, slots, {i for i, moved in moved_by.items() if i >= 0 and moved & slots}


def _is_loose(change: RowChange) -> bool:
    """Return whether an update only made room for others."""
    if change.before is None or change.after is None or change.table not in LOOSE_COLUMNS:
        return False
    return not names_touched(change)


def _with_companions(every: Sequence[RowChange], keys: Keys) -> list[RowChange]:
    """Return the changes of the chosen objects and of what makes no sense without them."""
    chosen = {(k.table, k.row) for k in keys}
    while True:
        more = {
            (c.table, c.key)
            for c in every
            if (c.table, c.key) not in chosen
            and any(
                _belong(c, d) or (c.after is None and _belong(d, c))
                for d in every
                if (d.table, d.key) in chosen
            )
        }
        if not more:
            return [c for c in every if (c.table, c.key) in chosen]
        chosen |= more


def _belong(child: RowChange, parent: RowChange) -> bool:
    """Return whether a row came with another one, or went with it."""
    if parent.before is not None and parent.after is not None:
        return False
    parent_row = parent.after or parent.before or {}
    if child.table.startswith(schema.LAYER_PREFIX):
        return parent.table == "rg_layers" and parent_row["table_name"] == child.table
    if child.before is not None and child.after is not None:
        return False
    row = child.after or child.before or {}
    is_same_way = (child.before is None) == (parent.before is None)
    return is_same_way and any(
        parent.table == table and row[column] == parent_row["uuid"]
        for column, table in NEEDED_PARENTS.get(child.table, ())
    )


def _without_system(every: Sequence[RowChange], changes: Sequence[RowChange]) -> list[RowChange]:
    """Leave the project's coordinate system alone: everything else lies in it by now."""
    system = ("rg_meta", setting_row("crs"))
    if all((c.table, c.key) != system for c in every):
        return list(changes)
    return [c for c in changes if (c.table, c.key) != system and not is_header_only(c)]


def _depends(steps: tuple[HistoryStep, ...]) -> DependsError:
    def said(step: HistoryStep) -> str:
        at = datetime.fromisoformat(step.at).astimezone()
        is_today = at.date() == datetime.now().astimezone().date()
        return tr(
            "“{what}” ({time})", what=step.what, time=f"{at:%H:%M}" if is_today else f"{at:%Y-%m-%d %H:%M}"
        )

    if len(steps) == 1:
        words = tr("{step} builds on it; undo that first, or undo both.", step=said(steps[0]))
    elif len(steps) <= _MOST_NAMED:
        named = ", ".join(said(s) for s in steps)
        words = tr("{steps} build on it; undo those first, or all together.", steps=named)
    else:
        named = ", ".join(said(s) for s in steps[:_MOST_NAMED])
        words = tr(
            "{steps} and {n} more steps build on it; undo those first, or all together.",
            steps=named,
            n=len(steps) - _MOST_NAMED,
        )
    return DependsError(words, steps)


# -- taking back ----------------------------------------------------------------------------------------------
def _take_back(writer: Writer, plan: _Plan) -> None:
    db = writer.db
    before = db.total_changes()
    features: dict[str, list[RowChange]] = {}
    names: dict[str, list[str]] = {}
    for change in sorted(plan.changes, key=lambda c: c.table == "rg_layers"):
        if change.table.startswith(schema.LAYER_PREFIX):
            features.setdefault(change.table, []).append(change.inverse)
            continue
        if features and change.table == "rg_layers":  # the layers go last
            _apply_features(db, writer.rows, features, plan)
            features = {}
        if change.table not in names:
            names[change.table] = columns_of(db, change.table)
        current = read_row(db, change.table, change.key, names[change.table])
        _apply(db, writer.rows, change.inverse, current, plan)
    _apply_features(db, writer.rows, features, plan)
    if not plan.slots:
        _give_room_back(db, writer.rows, plan.loose)
    restore_order(db, plan.registry, plan.slots)
    if db.total_changes() == before:
        raise RequestError(tr("Nothing of “{what}” is left to take back.", what=plan.what))


def _give_room_back(db: apsw.Connection, writer: RowWriter, loose: Sequence[RowChange]) -> None:
    """Take back what only made room, unless layers that came or moved since would change their order by it."""
    wanted: list[tuple[RowChange, Row]] = []
    for change in loose:
        fitted = fit(change.inverse, read_row(db, change.table, change.key))
        if not fitted.conflicts and fitted.after is not None:
            wanted.append((change, fitted.after))
    places = {
        c.key: int(row["position"]) for c, row in wanted if c.table == "rg_layers" and "position" in row
    }
    keeps_order = is_same_order(db, places)
    for change, row in wanted:
        if keeps_order or change.table != "rg_layers":
            writer.update(change.table, change.key, row)


def _apply_features(
    db: apsw.Connection, writer: RowWriter, features: Mapping[str, Sequence[RowChange]], plan: _Plan
) -> None:
    """Take back changes of features, those of a layer together: there may be a hundred thousand of them."""
    for table, changes in features.items():
        keys = sorted(c.key for c in changes)  # as they lie in the file
        is_whole = any(c.before is None or c.after is None for c in changes)
        columns = None if is_whole else list(dict.fromkeys(n for c in changes for n in c.after or ()))
        current = read_many(db, table, keys, columns)
        fitted = {c.key: _fit(c, current.get(c.key), plan) for c in changes}
        left = [(key, fitted[key]) for key in keys if not fitted[key].is_done]
        writer.delete_many(table, [current[key] for key, f in left if f.after is None])
        writer.insert_many(table, [f.after for key, f in left if f.after is not None and key not in current])
        writer.update_many(
            table, [(key, current[key], f.after) for key, f in left if f.after is not None and key in current]
        )


def _fit(change: RowChange, current: Row | None, plan: _Plan) -> Fit:
    fitted = fit(change, current)
    if fitted.conflicts:  # no step says so: another program wrote here
        raise history.no_longer_fits(plan.what)
    return fitted


def _apply(
    db: apsw.Connection, writer: RowWriter, inverse: RowChange, current: Row | None, plan: _Plan
) -> None:
    fitted = _fit(_without_loose(inverse), current, plan)
    if fitted.is_done:
        return
    _write(db, writer, inverse, fitted, plan.registry)


def _without_loose(change: RowChange) -> RowChange:
    loose = LOOSE_COLUMNS.get(change.table, set())
    if not loose or change.before is None:
        return change

    def kept(row: Row | None) -> Row | None:
        return None if row is None else {c: v for c, v in row.items() if c not in loose}

    return RowChange(change.table, change.key, kept(change.before), kept(change.after))


def _write(
    db: apsw.Connection, writer: RowWriter, inverse: RowChange, fitted: Fit, registry: Registry
) -> None:
    is_layer = inverse.table == "rg_layers"
    if fitted.after is None:
        if is_layer:
            take_layer_out(db, writer, inverse.key, str((fitted.before or {})["table_name"]))
        else:
            writer.delete(inverse.table, inverse.key)
    elif inverse.before is None:
        if is_layer:
            bring_layer_back(db, writer, fitted.after, registry)
        else:
            writer.insert(inverse.table, _with_free_number(db, inverse.table, fitted.after))
    else:
        writer.update(inverse.table, inverse.key, fitted.after)


def _with_free_number(db: apsw.Connection, table: str, row: Row) -> Row:
    """Return a drawn row with a number of its own: its old one may have gone to another meanwhile."""
    if table not in schema.drawn_tables():
        return row
    is_taken = rows(db, f"SELECT 1 FROM {table} WHERE number=?", (row["number"],))  # noqa: S608
    return {**row, "number": next_number(db, table)} if is_taken else row
