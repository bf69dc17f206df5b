"""What a merge settles by itself: numbers given twice, and places in a row taken twice.

Every rule looks at both copies and at what is there after the merge, never at whose copy it is, so both come to the
same whoever merges whom. What had the same number or place in one copy already is left as somebody made it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import shapely

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ObjectKey
from renovate_gui.store import blobs, properties, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.merge_plan import Plan
from renovate_gui.store.rowchange import Row, key_column


def settle(plan: Plan) -> list[str]:
    """Give numbers and places anew where two objects have the same; return sentences on what people may notice."""
    tables = {key.table for key in plan.results}
    notes = []
    for table in schema.drawn_tables():
        if table in tables:
            notes += _numbers(plan, table)
    if "rg_layers" in tables:
        notes += _layer_places(plan)
    if "rg_photos" in tables:
        _photo_places(plan)
    if tables & {schema.SCENARIOS, schema.MEMBERS, schema.PROPOSALS}:
        _loose_members(plan)
    if schema.SCENARIOS in tables:
        notes += _scenario_names(plan)
    if tables & {schema.SCENARIOS, schema.MEMBERS, schema.PROPOSALS, "rg_photos"}:
        notes += _broken_seals(plan)
    return notes


def _numbers(plan: Plan, table: str) -> list[str]:
    """Give new numbers to all but one: what went out in a package keeps its number, else the older, else the first by uuid."""
    after = plan.table_after(table, ("uuid", "number"))
    printed = _printed(plan) if table == schema.PROPOSALS else set()
    holders: dict[int, list[tuple[bool, bool, str, int]]] = defaultdict(list)
    for key, (uuid, number) in after.items():
        is_new = plan.sides.origin(ObjectKey(table, key)) is None
        holders[number].append((uuid not in printed, is_new, uuid, key))
    before = _Before(plan, table, ("number",))
    again = [
        (uuid, number, key)
        for number, found in holders.items()
        if before.is_new(key for *_, key in found)
        for _, _, uuid, key in sorted(found)[1:]
    ]
    notes = []
    free = plan.next_number(table)
    for _, number, key in sorted(again):
        plan.amend(ObjectKey(table, key), "number", free)
        notes.append(_number_note(plan, table, key, number, free))
        free += 1
    return notes


def _number_note(plan: Plan, table: str, key: int, old: int, new: int) -> str:
    row = plan.result(ObjectKey(table, key)) or {}
    members = properties.from_text(row.get("properties"))
    title = str(members.get("title") or members.get("text") or "")[:40]
    if table == schema.NOTES:
        return tr(
            "Two callouts had number {old}: “{title}” is number {new} now.", old=old, new=new, title=title
        )
    return tr("Two proposals had number {old}: “{title}” is number {new} now.", old=old, new=new, title=title)


def _printed(plan: Plan) -> set[str]:
    """Return the proposals that went out in a package."""
    found: set[str] = set()
    for (text,) in plan.table_after("rg_packages", ("properties",)).values():
        listed = properties.from_text(text).get("proposals")
        found.update(str(p) for p in listed if isinstance(p, str)) if isinstance(listed, list) else None
    return found


def _layer_places(plan: Plan) -> list[str]:
    after = plan.table_after("rg_layers", ("slot", "position", "uuid"))
    slots: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for key, (slot, position, uuid) in after.items():
        slots[slot].append((position, uuid, key))
    before = _Before(plan, "rg_layers", ("slot", "position"))
    is_settled = _renumber(plan, before, slots.values(), first=0)
    return (
        [tr("Layers that had the same place were put in an order; drag them as you like.")]
        if is_settled
        else []
    )


def _photo_places(plan: Plan) -> None:
    after = plan.table_after("rg_photos", ("proposal", "position"))
    proposals: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for key, (proposal, position) in after.items():
        proposals[proposal].append((position, key, key))
    _renumber(plan, _Before(plan, "rg_photos", ("proposal", "position")), proposals.values(), first=1)


def _loose_members(plan: Plan) -> None:
    """Take out memberships whose scenario or proposal is not there after the merge."""
    there = [
        {uuid for (uuid,) in plan.table_after(table, ("uuid",)).values()}
        for table in (schema.SCENARIOS, schema.PROPOSALS)
    ]
    for key, names in plan.table_after(schema.MEMBERS, ("scenario", "proposal")).items():
        if any(name not in known for name, known in zip(names, there, strict=True)):
            plan.results[ObjectKey(schema.MEMBERS, key)] = None


def _scenario_names(plan: Plan) -> list[str]:
    """Give scenarios that came to be called alike names of their own; a locked one keeps its name, which is sealed."""
    after = plan.table_after(schema.SCENARIOS, ("name", "locked_at", "made_at", "uuid"))
    before = _Before(plan, schema.SCENARIOS, ("name",))
    called: dict[str, list[int]] = defaultdict(list)
    for key, (name, *_) in after.items():
        called[name].append(key)
    notes = []
    for name, keys in sorted(called.items()):
        if not before.is_new(keys):
            continue
        keys.sort(key=lambda k: (not after[k][1], *after[k][2:]))
        for key in keys[1:]:
            if after[key][1]:  # its name is sealed, so it stays; the words say which is which
                notes.append(tr("Two locked scenarios are called “{name}”.", name=name))
                continue
            free = next(n for i in range(2, 999) if (n := f"{name} ({i})") not in called)
            called[free] = [key]
            plan.amend(ObjectKey(schema.SCENARIOS, key), "name", free)
            notes.append(tr("Two scenarios were called “{name}”: one is “{new}” now.", name=name, new=free))
    return notes


def _broken_seals(plan: Plan) -> list[str]:
    """Return a warning for every locked scenario that the merge makes another than the one that was locked."""
    sides = plan.sides
    columns = ("uuid", "name", "locked_at")
    locked = {k: v for k, v in plan.table_after(schema.SCENARIOS, columns).items() if v[2]}
    if not locked:
        return []
    entries = plan.table_after(schema.MEMBERS, ("scenario", "proposal"))
    touched = {*sides.keys(), *sides.my_keys(), *plan.results}
    notes = []
    for key, (uuid, name, _) in locked.items():
        mine = sides.mine(ObjectKey(schema.SCENARIOS, key))
        locker = sides.mine if mine is not None and mine["locked_at"] else sides.theirs
        inside = {proposal for scenario, proposal in entries.values() if scenario == uuid}
        if any(_differs_inside(plan, k, locker(k), uuid, inside) for k in touched):
            notes.append(
                tr(
                    "The scenario “{name}” is locked; its members changed by the merge: its seal no longer holds.",
                    name=name,
                )
            )
    return notes


_SEALED = {
    schema.PROPOSALS: ("uuid", ("properties", "geojson")),
    "rg_photos": ("proposal", ("name", "mime", "caption", "data", "position")),
}


def _differs_inside(plan: Plan, key: ObjectKey, locked: Row | None, uuid: str, inside: set[str]) -> bool:
    """Return whether a row that belongs to a locked scenario becomes another than it was where that was locked."""
    row = plan.result(key)
    there = row if locked is None else locked
    if there is None:
        return False
    if key.table == schema.MEMBERS:
        return bool(there["scenario"] == uuid) and (row is None) != (locked is None)
    if key.table not in _SEALED:
        return False
    owner, columns = _SEALED[key.table]
    if there[owner] not in inside:
        return False
    if row is None or locked is None:
        return row is not locked
    return any(row[c] != locked[c] for c in columns) or _place(row) != _place(locked)


def _place(row: Row) -> bytes | None:
    """Return a row's geometry without its header, which may differ from file to file."""
    blob = row.get("geom")
    return shapely.to_wkb(blobs.decode([blob])[0]) if isinstance(blob, bytes) else None


class _Before:
    """Which rows had the same number or place in one of the copies already."""

    def __init__(self, plan: Plan, table: str, columns: Sequence[str]) -> None:
        self.table = table
        names = ",".join((key_column(table), *columns))
        self._sides = [
            {r[0]: r[1:] for r in rows(side.db, f"SELECT {names} FROM {table}")}  # noqa: S608  our own names
            for side in (plan.sides.my_rows, plan.sides.their_rows)
        ]

    def is_new(self, keys: Iterable[int]) -> bool:
        """Return whether two or more rows came to be in one place only by the merge."""
        found = list(keys)
        values = [{side.get(key) for key in found} for side in self._sides]
        return len(found) > 1 and not any(len(v) == 1 and None not in v for v in values)


def _renumber(plan: Plan, before: _Before, groups: Iterable[list[tuple[Any, ...]]], *, first: int) -> bool:
    """Give places to the rows of every group in which a place came to be taken twice; return whether there was one."""
    is_settled = False
    for group in groups:
        places: dict[Any, list[int]] = defaultdict(list)
        for place, _, key in group:
            places[place].append(key)
        if not any(before.is_new(keys) for keys in places.values()):
            continue
        is_settled = True
        for place, (old, _, key) in enumerate(sorted(group), first):
            if place != old:
                plan.amend(ObjectKey(before.table, key), "position", place)
    return is_settled
