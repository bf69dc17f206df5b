"""What replies say beside their answers, as records beside their rows: older programs' replies have none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import apsw
import shapely

from renovate_gui.domain.ids import Uuid, row_id_of
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Channel, Mark, Reply, ReplyExtra
from renovate_gui.store.records import put_records, read_records

_NOTHING = ReplyExtra()


def read_extras(db: apsw.Connection) -> Mapping[str, ReplyExtra]:
    """Return what is kept of replies, by the reply's uuid."""
    return {r.parent: _extra(r.properties) for r in read_records(db, RecordKind.REPLY)}


def put_extra(db: apsw.Connection, reply: Reply, *, at: str) -> None:
    """Keep what a reply says beside its answers; nothing is written for one that says nothing more."""
    if reply.extra == _NOTHING:
        return
    uuid = Uuid(f"{row_id_of('reply', reply.id):016x}")  # the same on every machine
    record = Record(uuid, RecordKind.REPLY, reply.id, at, reply.extra.entered_by, _properties(reply.extra))
    put_records(db, [record], with_data=True)


def _properties(extra: ReplyExtra) -> dict[str, Any]:
    marks = [
        {
            "geometry": json.loads(shapely.to_geojson(m.geometry)),
            "colour": m.colour,
            "text": m.text,
            "proposal": m.proposal or "",
        }
        for m in extra.marks
    ]
    return {
        "channel": extra.channel.value,
        "household": extra.household,
        "stairwell": extra.stairwell,
        "ranks": list(extra.ranks),
        "needs": list(extra.needs),
        "management": extra.management,
        "budget": dict(extra.budget),
        "marks": marks,
        "scans": list(extra.scans),
        "is_late": extra.is_late,
        "entered_by": extra.entered_by,
    }


def _extra(held: Mapping[str, Any]) -> ReplyExtra:
    return ReplyExtra(
        Channel(held.get("channel", Channel.PAGE.value)),
        str(held.get("household", "")),
        str(held.get("stairwell", "")),
        tuple(held.get("ranks", ())),
        tuple(held.get("needs", ())),
        str(held.get("management", "")),
        {Uuid(k): int(v) for k, v in dict(held.get("budget", {})).items()},
        tuple(
            Mark(
                shapely.from_geojson(json.dumps(m["geometry"])),
                str(m.get("colour", "")),
                str(m.get("text", "")),
                Uuid(m["proposal"]) if m.get("proposal") else None,
            )
            for m in held.get("marks", ())
        ),
        tuple(Uuid(s) for s in held.get("scans", ())),
        bool(held.get("is_late", False)),
        str(held.get("entered_by", "")),
    )
