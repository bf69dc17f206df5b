"""What a resident sends back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.ids import Uuid


class Choice(StrEnum):
    """The three large buttons."""

    AGREE = "agree"
    OPPOSE = "oppose"
    UNSURE = "unsure"


class Channel(StrEnum):
    """How an answer reached us."""

    PAGE = "page"  # a file saved by the review page
    TEXT = "text"  # its text form, pasted from a message
    QR = "qr"  # its series of QR codes, filmed or photographed
    PAPER = "paper"  # a scanned comment form
    MEETING = "meeting"  # entered by hand for somebody who was spoken to


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody drew on the map.

    Attributes
    ----------
    geometry
        Point, line or area, WGS84 longitude and latitude.
    colour
        ``#RRGGBB`` of the pen, empty when unknown.
    """

    geometry: BaseGeometry
    colour: str = ""
    text: str = ""
    proposal: Uuid | None = None


@dataclass(frozen=True, slots=True)
class ReplyExtra:
    """What a reply says beside its answers.

    Attributes
    ----------
    household
        The token printed on a household's form; never a name. Empty for open forms and pages.
    stairwell
        Stairwell (unit) within the building, empty when not given.
    ranks
        Codes of menu items, most wanted first.
    needs
        Codes of elderly and child needs that were ticked.
    management
        The wish for later management, a code of the questions; empty when none was given.
    budget
        Whole shares (points) that the budget game gave to proposals.
    scans
        Records of the sheets this was read from.
    is_late
        Whether it came after the last day for answers; late replies are kept and counted apart.
    entered_by
        Who entered it by hand.
    """

    channel: Channel = Channel.PAGE
    household: str = ""
    stairwell: str = ""
    ranks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    management: str = ""
    budget: Mapping[Uuid, int] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    scans: tuple[Uuid, ...] = ()
    is_late: bool = False
    entered_by: str = ""


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
    extra: ReplyExtra = field(default_factory=ReplyExtra)


@dataclass(frozen=True, slots=True)
class ReplyOutcome:
    """What became of one reply: accepted, refused with a reason in the reader's tongue, or waiting for a person to look."""

    file: str
    accepted: bool
    reason: str
    reply: Reply | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one proposal."""

    proposal: Uuid
    agree: int
    oppose: int
    unsure: int
    comments: int
