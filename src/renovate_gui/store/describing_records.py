"""Changed records of the council loop: comments, votes, meetings, scanned sheets."""

from __future__ import annotations

from collections.abc import Iterator

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ObjectChange, ObjectKey, ObjectKind
from renovate_gui.domain.record import RecordKind
from renovate_gui.store import properties, schema
from renovate_gui.store.changed_fields import kind_of, member_fields
from renovate_gui.store.changed_rows import ChangedRows


def records(rows: ChangedRows) -> Iterator[ObjectChange]:
    """Yield changed records, each with the members that changed."""
    changes = rows.of(schema.RECORDS)
    after = rows.after(schema.RECORDS, changes, ("kind", "properties"))
    for change in changes:
        row = after.get(change.key, {})
        held = properties.from_text(row.get("properties"))
        title = str(held.get("title") or held.get("text") or held.get("name") or "")[:60]
        yield ObjectChange(
            ObjectKey(change.table, change.key),
            ObjectKind.RECORD,
            kind_of(change),
            f"{_noun(str(row.get('kind') or ''))} {title}".strip(),
            fields=tuple(member_fields(change, "properties")),
        )


def _noun(kind: str) -> str:
    """Return what a record is called; one of a kind that only a newer program knows is a record."""
    known = {
        RecordKind.REPLY: tr("Reply, further entries"),
        RecordKind.RULING: tr("Decision about a reply"),
        RecordKind.COMMENT: tr("Comment"),
        RecordKind.SCAN: tr("Scanned sheet"),
        RecordKind.FLAT: tr("Flat"),
        RecordKind.BALLOT: tr("Ballot"),
        RecordKind.VOTE: tr("Vote"),
        RecordKind.MEETING: tr("Meeting"),
        RecordKind.STAGE: tr("Stage"),
        RecordKind.LAYOUT: tr("Sheet layout"),
        RecordKind.FORM: tr("Comment form"),
        RecordKind.RELEASE: tr("Release"),
        RecordKind.QUESTIONS: tr("Questions to residents"),
    }
    return known[RecordKind(kind)] if kind in set(RecordKind) else tr("Record")
