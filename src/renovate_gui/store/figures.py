"""Rows of kept figures."""

from __future__ import annotations

import json

import apsw

from renovate_gui.domain.figure import Figure, FigureSubject
from renovate_gui.domain.ids import Uuid, new_row_id
from renovate_gui.store import properties
from renovate_gui.store.connection import rows


def read_figures(db: apsw.Connection) -> tuple[Figure, ...]:
    """Return kept figures, oldest first; those of a kind that only a newer program knows are passed over."""
    found = rows(
        db,
        "SELECT uuid, subject, title, at, who, state, parameters, inputs, software, numbers FROM rg_figures"
        " ORDER BY at, id",
    )
    known = {s.value for s in FigureSubject}
    return tuple(
        Figure(Uuid(r[0]), FigureSubject(r[1]), *r[2:6], *(properties.from_text(t) for t in r[6:]))
        for r in found
        if r[1] in known
    )


def put_figure(db: apsw.Connection, figure: Figure) -> None:
    """Store a figure inside the open action."""
    texts = [json.dumps(v, ensure_ascii=False, sort_keys=True, default=dict) for v in (
        figure.parameters, figure.inputs, figure.software, figure.numbers,
    )]  # fmt: skip
    db.execute(
        "INSERT INTO rg_figures (id, uuid, subject, title, at, who, state, parameters, inputs, software, numbers)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            new_row_id(),
            figure.uuid,
            figure.subject.value,
            figure.title,
            figure.at,
            figure.who,
            figure.state,
            *texts,
        ),
    )


def delete_figure(db: apsw.Connection, uuid: Uuid) -> bool:
    """Delete a figure; return whether there was one."""
    db.execute("DELETE FROM rg_figures WHERE uuid=?", (uuid,))
    return bool(db.changes())
