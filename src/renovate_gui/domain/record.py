"""What the council loop keeps beside answers: comments, votes, meetings, scanned sheets and the like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from renovate_gui.domain.ids import Uuid


class RecordKind(StrEnum):
    """What a record is; ``properties`` of each kind are described by the module of the app floor that writes it."""

    REPLY = "reply"
    """What a reply says beyond its answers: channel, household, ranks, marks; its uuid is made of the reply's."""
    RULING = "ruling"
    """What a person decided about a reply: it stands although a later one came, it came in time, it is laid aside; ``parent`` is the reply."""
    COMMENT = "comment"
    """A remark on an object, with owner, state and the official answer."""
    SCAN = "scan"
    """A scanned sheet with what was read in it; ``data`` is its picture."""
    FLAT = "flat"
    """A flat in the register of owners: building, stairwell, area, owner's token."""
    BALLOT = "ballot"
    """A vote: its scope, rule, stage and state."""
    VOTE = "vote"
    """The vote of one flat in one ballot; ``parent`` is the ballot."""
    MEETING = "meeting"
    """A meeting: agenda, who attended, minutes, actions."""
    STAGE = "stage"
    """One entry of the log of stages: which stage, which state, why."""
    LAYOUT = "layout"
    """A template for printed sheets."""
    FORM = "form"
    """The blank comment form of a package: ``data`` is its pages as a PDF, without codes; ``parent`` is the package."""
    RELEASE = "release"
    """What an earlier package gave away, for the comparison of the next one with it."""
    QUESTIONS = "questions"
    """What residents are asked beside the proposals: menu, needs, later management."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes
    ----------
    parent
        UUID of what it belongs to (a ballot's votes), empty for none.
    at, who
        When it was made (ISO 8601, UTC) and by whom; kept when it is changed.
    properties
        JSON values; amounts and areas are texts (Decimal), never floating-point numbers.
    data
        A picture or other bytes; empty unless asked for when it is read.
    """

    uuid: Uuid
    kind: RecordKind
    parent: str
    at: str
    who: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    data: bytes = b""
