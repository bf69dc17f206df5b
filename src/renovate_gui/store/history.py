"""The history: one changeset per action; undo applies the inverse, redo applies it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.store import schema
from renovate_gui.store.connection import rows
from renovate_gui.store.owner import user_name

# registry columns whose change makes every reading of the layer's features stale
_READING_COLUMNS = (3, 4, 11, 12)  # table_name, role, datum, field_map


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One action in the history."""

    number: int
    at: str  # ISO 8601, UTC
    who: str
    what: str
    is_undone: bool


def start_recording(db: apsw.Connection) -> apsw.Session:
    """Begin to record changes of all recorded tables."""
    recording = apsw.Session(db, "main")
    recording.table_filter(schema.is_recorded)
    return recording


def read_history(db: apsw.Connection) -> tuple[HistoryStep, ...]:
    """Return all steps, oldest first."""
    found = rows(db, "SELECT seq, at, who, what, undone FROM rg_history ORDER BY seq")
    return tuple(HistoryStep(r[0], r[1], r[2], r[3], bool(r[4])) for r in found)


def add_step(db: apsw.Connection, what: str, why: str, changeset: bytes) -> None:
    """Add a step; what was undone before it cannot be redone any more."""
    db.execute("DELETE FROM rg_history WHERE undone=1")
    db.execute(
        "INSERT INTO rg_history (at, who, what, why, changeset) VALUES (?,?,?,?,?)",
        (datetime.now(UTC).isoformat(timespec="seconds"), user_name(), what, why, changeset),
    )


def step_to_undo(db: apsw.Connection) -> int | None:
    """Return the number of the newest standing step."""
    return _number(db, "SELECT max(seq) FROM rg_history WHERE undone=0")


def step_to_redo(db: apsw.Connection) -> int | None:
    """Return the number of the oldest undone step."""
    return _number(db, "SELECT min(seq) FROM rg_history WHERE undone=1")


def _number(db: apsw.Connection, sql: str) -> int | None:
    value = rows(db, sql)[0][0]
    return None if value is None else int(value)


def apply_step(db: apsw.Connection, number: int, *, is_undo: bool) -> tuple[HistoryStep, bytes]:
    """Apply a step or its inverse inside the open transaction; return the step and the changeset applied.

    Raise DataError when the file's rows are not as the step left them (another program wrote into them).
    """
    at, who, what, changeset = rows(
        db, "SELECT at, who, what, changeset FROM rg_history WHERE seq=?", (number,)
    )[0]
    if is_undo:
        changeset = apsw.Changeset.invert(changeset)
    _check_tables(db, changeset, what)
    try:
        apsw.Changeset.apply(changeset, db)  # any conflict aborts
    except (apsw.AbortError, apsw.ConstraintError) as error:
        raise _no_longer_fits(what) from error
    db.execute("UPDATE rg_history SET undone=? WHERE seq=?", (int(is_undo), number))
    return HistoryStep(number, at, who, what, is_undo), changeset


def _check_tables(db: apsw.Connection, changeset: bytes, what: str) -> None:
    """SQLite passes over changes of a table that is missing; that would be half an undo, so look first."""
    wanted = {change.name: change.column_count for change in apsw.Changeset.iter(changeset)}
    for table, columns in wanted.items():
        if len(rows(db, f"PRAGMA table_info({schema.quoted(table)})")) < columns:
            raise _no_longer_fits(what)


def _no_longer_fits(what: str) -> DataError:
    return DataError(
        tr("“{what}” cannot be taken back or repeated: the rows were changed by another program.", what=what)
    )


def event_of(db: apsw.Connection, changeset: bytes, title: str) -> ChangeEvent:
    """Return what a changeset touched, in the words of the views."""
    ids_of_table: dict[str, set[int]] = {}
    topics: set[str] = set()
    whole: set[LayerId] = set()
    is_registry = is_settings = False
    for change in apsw.Changeset.iter(changeset):
        name = change.name
        if name.startswith(schema.LAYER_PREFIX):
            ids_of_table.setdefault(name, set()).add(_key(change))
        elif name in schema.TOPIC_OF_TABLE:
            topics.add(schema.TOPIC_OF_TABLE[name])
        elif name == "rg_layers":
            is_registry = True
            if _is_new_reading(change):
                whole.add(LayerId(_key(change)))
        elif name == "rg_meta":
            is_settings = True
    layers: dict[LayerId, frozenset[int] | None] = {}
    for table, layer in rows(db, "SELECT table_name, id FROM rg_layers"):
        if table in ids_of_table:
            layers[LayerId(layer)] = frozenset(ids_of_table[table])
    layers |= dict.fromkeys(whole)
    return ChangeEvent(layers, frozenset(topics), is_registry, is_settings, title)


def _key(change: apsw.TableChange) -> int:
    """Return the first column, which is the integer key of all tables asked about."""
    values: Any = change.old if change.old is not None else change.new
    return int(values[0])


def _is_new_reading(change: apsw.TableChange) -> bool:
    if change.old is None or change.new is None:
        return True
    new: Any = change.new
    return any(new[i] is not apsw.no_change for i in _READING_COLUMNS)
