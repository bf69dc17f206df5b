"""Changed replies of residents, each with the answers that came, went or changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import apsw

from renovate_gui.domain.difference import FieldChange, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.store.changed_fields import kind_of, plain_fields
from renovate_gui.store.changed_rows import ChangedRows
from renovate_gui.store.connection import rows as query
from renovate_gui.store.rowchange import Row, RowChange


def replies(rows: ChangedRows) -> Iterator[ObjectChange]:
    """Yield changed replies, those too of which only answers changed."""
    answers = _answers_of_replies(rows)
    changes = list(rows.of("rg_replies"))
    own = {_uuid_of(c) for c in changes}
    other = [u for u in answers if u not in own]
    for key, uuid in _reply_keys(rows.db, other):
        changes.append(RowChange("rg_replies", key, {}, {}))
        answers[str(key)] = answers[uuid]
    after = rows.after("rg_replies", changes, ("uuid", "building", "created_at"))
    for change in changes:
        row = after.get(change.key, {})
        fields = plain_fields(change, ("building", "wish", "created_at", "source"))
        before, now = answers.get(str(row.get("uuid")), answers.get(str(change.key), ([], [])))
        if before or now:
            fields.append(FieldChange("answers", before or None, now or None))
        title = str(row.get("building") or "") or str(row.get("created_at") or "")[:16].replace("T", " ")
        yield ObjectChange(
            ObjectKey("rg_replies", change.key),
            ObjectKind.REPLY,
            kind_of(change),
            title,
            fields=tuple(fields),
        )


def _answers_of_replies(rows: ChangedRows) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return changed answers before and after, by the uuid of their reply."""
    changes = rows.of("rg_answers")
    columns = ("reply", "position", "proposal", "choice", "comment")
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    after = rows.after("rg_answers", changes, columns)
    for change in sorted(changes, key=lambda c: after.get(c.key, {}).get("position") or 0):
        row = after.get(change.key, {})
        old, new = found.setdefault(str(row.get("reply")), ([], []))
        if change.before is not None:
            old.append(_answer(rows, {**row, **change.before}))
        if change.after is not None:
            new.append(_answer(rows, row))
    return found


def _answer(rows: ChangedRows, row: Row) -> dict[str, Any]:
    uuid = row.get("proposal") or ""
    return {
        "proposal": rows.proposal_title(uuid) or uuid,
        "choice": row.get("choice"),
        "comment": row.get("comment"),
    }


def _reply_keys(db: apsw.Connection, uuids: Sequence[str]) -> list[tuple[int, str]]:
    sql = "SELECT id, uuid FROM rg_replies WHERE uuid IN (SELECT value FROM json_each(?))"
    return [(int(r[0]), str(r[1])) for r in query(db, sql, (json.dumps(uuids),))] if uuids else []


def _uuid_of(change: RowChange) -> str:
    return str((change.after or change.before or {}).get("uuid", ""))
