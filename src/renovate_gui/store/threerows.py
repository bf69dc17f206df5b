"""Three versions of a row made one: what it was, what I made of it, what they made of it.

The result does not depend on who is called "me" unless somebody has to decide; so it does not matter who merges whom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from renovate_gui.domain.difference import Choice
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.registry import SOURCE_WKB
from renovate_gui.store.rowchange import Row, RowChange
from renovate_gui.store.settings import CHOSEN_SCENARIO
from renovate_gui.store.threeway import GEOMETRY, derived_columns, differing, json_columns

DISPUTED = "\x00disputed\x00"
"""A value in a base that nothing is equal to."""

_IDENTITY = frozenset({"uuid", "table_name"})
"""Columns that never change: they are known even of a row whose being there is disputed."""

_SHAPE = (blobs.GEOMETRY_COLUMN, "geojson", SOURCE_WKB)
_FIXED = {"fid", "id", "table_name"}
_SETTLED: Mapping[str, Mapping[str, Callable[[Any, Any], Any]]] = {
    "rg_layers": {"position": max, "visible": max},
    "rg_photos": {"position": max},
    "rg_packages": {"stored_at": min},
    "rg_replies": {"received_at": min, "source": min},
    schema.PROPOSALS: {"number": min},
    schema.NOTES: {"number": min},
    schema.SCENARIOS: {"position": min},
    schema.RECORDS: {"at": min, "who": min},
}
_VIEW_SETTINGS = {CHOSEN_SCENARIO}
"""Settings about which nobody is asked: what somebody looks at just now."""


def settled_columns(table: str) -> set[str]:
    """Return the columns on which copies that disagree come to terms by themselves."""
    return set(_SETTLED.get(table, ()))


def is_changed(table: str, before: Row | None, after: Row | None) -> bool:
    """Return whether somebody did something to a row beside what settles itself."""
    if before is None or after is None:
        return before is not after
    return bool(set(differing(table, before, after)) - settled_columns(table))


def merge_rows(
    table: str, base: Row | None, mine: Row, theirs: Row, prefer: Choice = Choice.MINE
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the row that has both sides' changes, and the members and columns in which they disagree.

    Where they disagree the preferred side's value stands.
    """
    was = base or {}
    found, conflicts = dict(mine), []
    for column in mine:
        if column in _FIXED or column in derived_columns(table) or column in _SHAPE:
            continue
        if column in json_columns(table):
            found[column], disagreed = _merge_texts(was.get(column), mine[column], theirs[column], prefer)
            conflicts += disagreed
            continue
        settle = _settling(table, column, mine)
        found[column], is_conflict = _pick(was.get(column), mine[column], theirs.get(column), prefer, settle)
        if is_conflict:
            conflicts.append(column)
    was_shape, my_shape, their_shape = (tuple(row.get(c) for c in _SHAPE) for row in (was, mine, theirs))
    shape, is_conflict = _pick(was_shape, my_shape, their_shape, prefer, None)
    found |= {c: v for c, v in zip(_SHAPE, shape, strict=True) if c in mine}
    if is_conflict:
        conflicts.append(GEOMETRY)
    return with_readable_columns(table, found), tuple(conflicts)


def _settling(table: str, column: str, row: Row) -> Callable[[Any, Any], Any] | None:
    if table == "rg_meta" and row.get("key") in _VIEW_SETTINGS:
        return min
    return _SETTLED.get(table, {}).get(column)


def with_readable_columns(table: str, row: Row) -> dict[str, Any]:
    """Return the row with the columns for other programs as its properties say."""
    if table not in schema.drawn_tables():
        return dict(row)
    return {**row, **properties.readable_columns(table, properties.from_text(row.get("properties")))}


def _pick(
    was: Any, mine: Any, theirs: Any, prefer: Choice, settle: Callable[[Any, Any], Any] | None
) -> tuple[Any, bool]:
    if theirs in (mine, was):
        return mine, False
    if mine == was:
        return theirs, False
    if settle is not None:
        return settle(mine, theirs), False
    return (theirs if prefer is Choice.THEIRS else mine), True


def _merge_texts(was: Any, mine: Any, theirs: Any, prefer: Choice) -> tuple[Any, list[str]]:
    """Merge JSON objects member by member; a text that one side left alone is taken as the other wrote it."""
    if theirs in (mine, was):
        return mine, []
    if mine == was:
        return theirs, []
    base, one, other = (properties.from_text(t) for t in (was, mine, theirs))
    wanted, conflicts = _merge_members(base, one, other, prefer)
    texts = [t for t, members in ((mine, one), (theirs, other)) if not _differ(members, wanted)]
    if texts and not conflicts:
        return min(texts), conflicts
    order = [n for n in base if n in wanted] + sorted(n for n in wanted if n not in base)
    return properties.to_text({n: wanted[n] for n in order}), conflicts


_ABSENT = object()


def _merge_members(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], prefer: Choice
) -> tuple[dict[str, Any], list[str]]:
    wanted: dict[str, Any] = {}
    conflicts = []
    for name in dict.fromkeys([*base, *mine, *theirs]):
        was, one, other = (m.get(name, _ABSENT) for m in (base, mine, theirs))
        if _same(one, other) or _same(other, was):
            value = one
        elif _same(one, was):
            value = other
        else:
            value = other if prefer is Choice.THEIRS else one
            conflicts.append(name)
        if value is not _ABSENT:
            wanted[name] = value
    return wanted, conflicts


def _same(one: Any, other: Any) -> bool:
    if one is _ABSENT or other is _ABSENT:
        return one is other
    return properties.is_same_json(one, other)


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one.keys() != other.keys() or any(not _same(one[n], other[n]) for n in one)


# -- bases ----------------------------------------------------------------------------------------------------
def joint_base(table: str, under: Row | None, mine: Row | None, theirs: Row | None) -> dict[str, Any] | None:
    """Return what two states, merged, would hold of a row; disputed where they do not go together."""
    if mine is None or theirs is None:
        there = mine if theirs is None else theirs
        if there is None or (under is not None and not is_changed(table, under, there)):
            return None
        return (
            dict(there) if under is None else {c: v if c in _IDENTITY else DISPUTED for c, v in there.items()}
        )
    found, conflicts = merge_rows(table, under, mine, theirs)
    for name in conflicts:
        _dispute(table, found, name)
    return found


def _dispute(table: str, row: dict[str, Any], name: str) -> None:
    if name in row:
        row[name] = DISPUTED
    elif name == GEOMETRY:
        row.update({c: DISPUTED for c in _SHAPE if c in row})
    else:
        for column in json_columns(table):
            row[column] = properties.to_text({**properties.from_text(row[column]), name: DISPUTED})


def undisputed(table: str, row: Row | None) -> Row | None:
    """Return a base as it can be shown: what is disputed is not known, and a row of which nothing is known is none."""
    if row is None or all(v == DISPUTED for c, v in row.items() if c not in _IDENTITY):
        return None
    shown = {c: None if v == DISPUTED else v for c, v in row.items()}
    for column in json_columns(table) & shown.keys():
        members = properties.from_text(shown[column])
        if DISPUTED in members.values():
            shown[column] = properties.to_text({n: v for n, v in members.items() if v != DISPUTED})
    return shown


# -- rows and changes -----------------------------------------------------------------------------------------
def change_of(table: str, key: int, before: Row | None, after: Row | None) -> RowChange:
    """Return the change between two whole rows."""
    if before is None or after is None:
        return RowChange(table, key, before, after)
    changed = [c for c in after if before.get(c) != after[c]]
    return RowChange(table, key, {c: before.get(c) for c in changed}, {c: after[c] for c in changed})


def applied(row: Row | None, change: RowChange | None) -> Row | None:
    """Return the row after a change."""
    if change is None:
        return row
    if change.after is None or change.before is None:
        return change.after
    return {**(row or {}), **change.after}
