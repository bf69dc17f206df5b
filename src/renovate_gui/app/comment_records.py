"""A remark on what is planned, as a value and as the record that keeps it.

``comment``: ``text``, ``proposal``, ``building``, ``place`` (x and y in the project's CRS, as texts), ``choice``,
``source``, ``from`` (the reply, scan or meeting), ``version`` (of the package), ``owner``, ``state``, ``answer``,
``answered`` (when), ``answered_by``.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.record import Record, RecordKind

NO_PROPOSAL = Uuid("")
_SPACE = uuid.UUID("0d6c4c0f-2f3e-4a55-8f0b-5a6f6f5d7b21")


class CommentState(StrEnum):
    """How far a remark has come."""

    NEW = "new"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    NOT_FOLLOWED = "not_followed"  # with the reason as its answer

    @property
    def is_closed(self) -> bool:
        """Return whether an answer was given."""
        return self in (CommentState.ANSWERED, CommentState.NOT_FOLLOWED)


class CommentSource(StrEnum):
    """Where a remark comes from."""

    REPLY = "reply"
    SCAN = "scan"  # handwriting that a person typed in
    MEETING = "meeting"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark.

    Attributes
    ----------
    proposal, building, place
        What it is about; ``place`` is x and y in the project's CRS (metres). All may be empty.
    choice
        ``agree``, ``oppose`` or ``unsure`` when the same person chose, else empty.
    source_id
        The reply, scan or meeting it stands in.
    version
        The package version it answers, 0 unknown.
    owner
        Who looks after it in the office.
    is_kept
        Whether it has a record of its own; False: it stands in a reply only and nobody has worked on it.
    """

    uuid: Uuid
    text: str
    at: str
    who: str = ""
    proposal: Uuid = NO_PROPOSAL
    building: str = ""
    place: tuple[float, float] | None = None
    choice: str = ""
    source: CommentSource = CommentSource.OFFICE
    source_id: str = ""
    version: int = 0
    owner: str = ""
    state: CommentState = CommentState.NEW
    answer: str = ""
    answered_at: str = ""
    answered_by: str = ""
    is_kept: bool = False

    @property
    def subject(self) -> str:
        """Return a key of the object it is about: remarks of one key are a thread."""
        if self.proposal:
            return f"proposal:{self.proposal}"
        if self.building:
            return f"building:{self.building}"
        if self.place is not None:
            return f"place:{self.place[0]:.0f},{self.place[1]:.0f}"
        return ""


def uuid_of(source_id: str, about: str) -> Uuid:
    """Return the name of the remark on something in a reply or scan: the same in every copy of the project."""
    return Uuid(str(uuid.uuid5(_SPACE, f"{source_id}/{about}")))


def to_record(comment: Comment) -> Record:
    """Return the record that keeps a remark."""
    held = {
        "text": comment.text,
        "proposal": str(comment.proposal),
        "building": comment.building,
        "place": [f"{v:.3f}" for v in comment.place] if comment.place is not None else [],
        "choice": comment.choice,
        "source": comment.source.value,
        "from": comment.source_id,
        "version": comment.version,
        "owner": comment.owner,
        "state": comment.state.value,
        "answer": comment.answer,
        "answered": comment.answered_at,
        "answered_by": comment.answered_by,
    }
    return Record(comment.uuid, RecordKind.COMMENT, str(comment.proposal), comment.at, comment.who, held)


def from_record(record: Record) -> Comment:
    """Return the remark in a record; a state or source that only a newer program knows is the first of its kind."""
    held = record.properties
    place = held.get("place") or None
    state, source = str(held.get("state", "")), str(held.get("source", ""))
    return Comment(
        record.uuid,
        str(held.get("text", "")),
        record.at,
        record.who,
        Uuid(str(held.get("proposal", ""))),
        str(held.get("building", "")),
        (float(place[0]), float(place[1])) if place else None,
        str(held.get("choice", "")),
        CommentSource(source) if source in set(CommentSource) else CommentSource.OFFICE,
        str(held.get("from", "")),
        int(held.get("version", 0) or 0),
        str(held.get("owner", "")),
        CommentState(state) if state in set(CommentState) else CommentState.NEW,
        str(held.get("answer", "")),
        str(held.get("answered", "")),
        str(held.get("answered_by", "")),
        is_kept=True,
    )
