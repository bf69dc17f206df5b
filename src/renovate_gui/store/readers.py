"""Reading what is drawn, what the council loop brought, and single features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Answer, Choice, Reply, ReplyExtra
from renovate_gui.store import properties, schema
from renovate_gui.store.connection import rows
from renovate_gui.store.drawn import read_drawn
from renovate_gui.store.features import read_features
from renovate_gui.store.reply_extras import read_extras

if TYPE_CHECKING:
    from renovate_gui.store.project import Project


def read_proposals(db: apsw.Connection) -> tuple[Proposal, ...]:
    """Return proposals by number."""
    return tuple(
        properties.read_proposal(f.uuid, f.number, f.geometry, f.properties)
        for f in read_drawn(db, schema.PROPOSALS)
    )


def read_notes(db: apsw.Connection) -> tuple[Note, ...]:
    """Return notes in the order they were placed."""
    return tuple(properties.read_note(f.uuid, f.geometry, f.properties) for f in read_drawn(db, schema.NOTES))


def read_photos(db: apsw.Connection, proposal: Uuid | None) -> tuple[Photo, ...]:
    """Return the photos of one proposal, or of all."""
    where, values = ("", ()) if proposal is None else (" WHERE proposal=?", (proposal,))
    sql = f"SELECT id, proposal, name, mime, caption, data FROM rg_photos{where} ORDER BY proposal, position, id"  # noqa: S608
    return tuple(Photo(r[0], Uuid(r[1]), r[2], r[3], r[4], r[5]) for r in rows(db, sql, values))


def read_replies(db: apsw.Connection) -> tuple[Reply, ...]:
    """Return replies in the order they came in."""
    answers: dict[str, list[Answer]] = {}
    for reply, proposal, choice, comment, lon, lat in rows(
        db, "SELECT reply, proposal, choice, comment, lon, lat FROM rg_answers ORDER BY reply, position, id"
    ):
        mark = None if lon is None or lat is None else (float(lon), float(lat))
        word = next((c for c in Choice if c.value == choice), None)
        answers.setdefault(reply, []).append(Answer(Uuid(proposal), word, comment, mark))
    found = rows(
        db,
        "SELECT uuid, package, version, created_at, wish, building FROM rg_replies ORDER BY received_at, id",
    )
    extras = read_extras(db)
    return tuple(
        Reply(
            Uuid(r[0]),
            Uuid(r[1]),
            r[2],
            r[3],
            tuple(answers.get(r[0], ())),
            r[4],
            r[5],
            extras.get(r[0]) or ReplyExtra(),
        )
        for r in found
    )


def read_packages(db: apsw.Connection) -> tuple[tuple[Uuid, int, Mapping[str, Any]], ...]:
    """Return remembered packages, oldest first."""
    found = rows(db, "SELECT uuid, version, properties FROM rg_packages ORDER BY stored_at, version, id")
    return tuple((Uuid(r[0]), r[1], properties.from_text(r[2])) for r in found)


def features(project: Project, layer_id: LayerId, feature_ids: Iterable[int]) -> LayerTable:
    """Read some features of a layer, by ascending id; those that are gone are left out.

    Raises
    ------
    RequestError
        When the layer is gone.
    """
    with project.reading() as db:
        found = rows(db, "SELECT table_name FROM rg_layers WHERE id=?", (int(layer_id),))
        if not found:
            raise RequestError(tr("The layer is no longer in the project."))
        return read_features(db, str(found[0][0]), feature_ids)
