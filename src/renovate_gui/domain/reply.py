"""What a resident sends back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from renovate_gui.domain.ids import Uuid


class Choice(StrEnum):
    """The three large buttons."""

    AGREE = "agree"
    OPPOSE = "oppose"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice and an optional comment on one proposal; ``mark_lonlat`` is a point set on the page, WGS84."""

    proposal: Uuid
    choice: Choice | None
    comment: str = ""
    mark_lonlat: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply file: which package it answers, its own id, and the answers."""

    id: Uuid
    package: Uuid
    version: int
    created_at: str
    answers: tuple[Answer, ...]
    wish: str = ""  # "yes", "no", "conditional" or empty
    building: str = ""


@dataclass(frozen=True, slots=True)
class ReplyOutcome:
    """What became of one reply file: accepted, or refused with a reason in the reader's tongue."""

    file: str
    accepted: bool
    reason: str
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one proposal."""

    proposal: Uuid
    agree: int
    oppose: int
    unsure: int
    comments: int
