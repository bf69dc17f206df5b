"""What a merge settles by itself: numbers given twice, and places in a row taken twice.

Every rule looks only at what is there after the merge, so both copies come to the same whoever merges whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ObjectKey
from renovate_gui.store import properties, schema
from renovate_gui.store.merge_plan import Plan


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
    return notes


def _numbers(plan: Plan, table: str) -> list[str]:
    """Give new numbers to all but one: what went out in a package keeps its number, else the older, else the first by uuid."""
    after = plan.table_after(table, ("uuid", "number"))
    printed = _printed(plan) if table == schema.PROPOSALS else set()
    holders: dict[int, list[tuple[bool, bool, str, int]]] = defaultdict(list)
    for key, (uuid, number) in after.items():
        is_new = plan.sides.origin(ObjectKey(table, key)) is None
        holders[number].append((uuid not in printed, is_new, uuid, key))
    again = [
        (uuid, number, key) for number, found in holders.items() for _, _, uuid, key in sorted(found)[1:]
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
    is_settled = _renumber(plan, "rg_layers", slots.values(), first=0)
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
    _renumber(plan, "rg_photos", proposals.values(), first=1)


def _renumber(plan: Plan, table: str, groups: Iterable[list[tuple[Any, ...]]], *, first: int) -> bool:
    """Give places to the rows of every group in which a place is taken twice; return whether there was one."""
    is_settled = False
    for group in groups:
        if len({place for place, _, _ in group}) == len(group):
            continue
        is_settled = True
        for place, (old, _, key) in enumerate(sorted(group), first):
            if place != old:
                plan.amend(ObjectKey(table, key), "position", place)
    return is_settled
