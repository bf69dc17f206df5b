"""Changed scenarios, each with the proposals that came into it and went out."""

from __future__ import annotations

from collections.abc import Iterator

from renovate_gui.domain.difference import ChangeKind, FieldChange, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.store import schema
from renovate_gui.store.changed_fields import kind_of, plain_fields
from renovate_gui.store.changed_rows import ChangedRows
from renovate_gui.store.rowchange import RowChange

_SCENARIO_FIELDS = ("name", "note", "locked_at", "locked_by", "locked_why", "seal")


def scenarios(rows: ChangedRows) -> Iterator[ObjectChange]:
    """Yield changed scenarios, each with the proposals that came and went."""
    members = _members_of_scenarios(rows)
    changes = list(rows.of(schema.SCENARIOS))
    after = rows.after(schema.SCENARIOS, changes, ("uuid", "name"))
    uuids = {str(after.get(c.key, {}).get("uuid")) for c in changes}
    found = [(c, after.get(c.key, {})) for c in changes]
    others = rows.then.whole_table(schema.SCENARIOS).values() if members.keys() - uuids else ()
    found += [
        (RowChange(schema.SCENARIOS, int(r["id"]), {}, {}), r)
        for r in others
        if r["uuid"] in members and r["uuid"] not in uuids
    ]
    for change, row in found:
        fields = [f for f in plain_fields(change, _SCENARIO_FIELDS) if f.before or f.after]
        before, now = members.get(str(row.get("uuid")), ([], []))
        if before or now:
            fields.append(FieldChange("members", sorted(before) or None, sorted(now) or None))
        if not fields and kind_of(change) is ChangeKind.CHANGED:
            continue  # its place in the list
        key = ObjectKey(schema.SCENARIOS, change.key)
        title = str(row.get("name") or "")
        yield ObjectChange(key, ObjectKind.SCENARIO, kind_of(change), title, fields=tuple(fields))


def _members_of_scenarios(rows: ChangedRows) -> dict[str, tuple[list[str], list[str]]]:
    """Return what proposals went out of a scenario and came in, by its uuid."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for change in rows.of(schema.MEMBERS):
        for row, side in ((change.before, 0), (change.after, 1)):
            if row is not None and "proposal" in row:
                uuid = str(row["proposal"])
                sides = found.setdefault(str(row["scenario"]), ([], []))
                sides[side].append(rows.proposal_title(uuid) or uuid)
    return found
