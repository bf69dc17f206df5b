"""Flats, ballots and votes, and the records that hold them.

``flat``: ``building``, ``stairwell``, ``flat`` (its number), ``area`` (m² as text), ``owner`` (a token, never a name;
empty: the flat is a head of its own). ``ballot``: ``title``, ``kind``, ``level``, ``building``, ``stairwell``, ``rule``
(the row as it stood at opening), ``opened``, ``closed``, ``subject`` (scenario and package voted on), ``must_agree``
(flats), ``result`` (sealed at closing). ``vote`` (parent: the ballot): ``flat``, ``choice``, ``channel``, ``when``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from renovate_gui.app.consent_rules import rule_from, rule_row
from renovate_gui.domain.ballot import Holding, Vote
from renovate_gui.domain.consent import Rule, Scope
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.record import Record, RecordKind

_SPACE = uuid.UUID("6b0d9c1e-5a52-4a0f-9d5e-27803f6678c9")


class BallotKind(StrEnum):
    """What is asked."""

    WISH = "wish"
    """Vote A: renovate or not."""
    PLAN = "plan"
    """Vote B: this plan or not."""
    ELEVATOR = "elevator"
    OWN = "own"


class VoteChannel(StrEnum):
    """How a vote came."""

    PAPER = "paper"
    MEETING = "meeting"
    VISIT = "visit"
    PHONE = "phone"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat of the register."""

    uuid: Uuid
    building: str
    stairwell: str
    flat: str
    area: Decimal
    owner: str = ""

    @property
    def label(self) -> str:
        """Return building, stairwell and flat as one reads them: 3-1-501."""
        return "-".join(p for p in (self.building, self.stairwell, self.flat) if p)

    @property
    def holding(self) -> Holding:
        """Return the flat as votes count it."""
        head = f"owner:{self.owner}" if self.owner else f"flat:{self.uuid}"
        return Holding(str(self.uuid), self.building, self.stairwell, self.area, head)


@dataclass(frozen=True, slots=True)
class Subject:
    """What exactly was voted on: a scenario and a package version; empty texts where none was chosen."""

    scenario: str = ""
    scenario_name: str = ""
    package: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote: scope, rule as it stood at opening, state.

    Attributes
    ----------
    must_agree
        Flats whose owners must agree whatever the count (a lift that uses their exclusive part).
    result
        Sealed numbers; empty while it is open.
    """

    uuid: Uuid
    title: str
    kind: BallotKind
    level: Scope
    rule: Rule
    opened: str
    who: str
    at: str
    building: str = ""
    stairwell: str = ""
    closed: str = ""
    subject: Subject = field(default_factory=Subject)
    must_agree: tuple[str, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Return whether votes can still come in."""
        return not self.closed

    def holds(self, flat: Flat) -> bool:
        """Return whether a flat votes in it."""
        if self.level is Scope.ESTATE:
            return True
        if flat.building != self.building:
            return False
        return self.level is Scope.BLOCK or flat.stairwell == self.stairwell


@dataclass(frozen=True, slots=True)
class GivenVote:
    """The vote of one flat."""

    uuid: Uuid
    ballot: Uuid
    flat: Uuid
    choice: Vote
    channel: VoteChannel
    when: str
    who: str


def stamp() -> str:
    """Return the time in UTC, fine enough that two entries of one second keep their order."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def flat_uuid(building: str, stairwell: str, flat: str) -> Uuid:
    """Return the key of a flat, the same on every machine."""
    return Uuid(str(uuid.uuid5(_SPACE, "\0".join(("flat", building, stairwell, flat)))))


def vote_uuid(ballot: str, flat: str) -> Uuid:
    """Return the key of a flat's vote in a ballot, the same on every machine: two hands cannot count it twice."""
    return Uuid(str(uuid.uuid5(_SPACE, "\0".join(("vote", ballot, flat)))))


def flat_record(flat: Flat, at: str, who: str) -> Record:
    """Return the record of a flat."""
    held = {
        "name": flat.label,
        "building": flat.building,
        "stairwell": flat.stairwell,
        "flat": flat.flat,
        "area": format(flat.area, "f"),
        "owner": flat.owner,
    }
    return Record(flat.uuid, RecordKind.FLAT, "", at, who, held)


def flat_of(record: Record) -> Flat:
    """Return the flat of a record."""
    held = record.properties
    return Flat(
        record.uuid,
        str(held.get("building", "")),
        str(held.get("stairwell", "")),
        str(held.get("flat", "")),
        Decimal(str(held.get("area", "0"))),
        str(held.get("owner", "")),
    )


def ballot_record(ballot: Ballot) -> Record:
    """Return the record of a ballot."""
    subject = ballot.subject
    held = {
        "title": ballot.title,
        "kind": ballot.kind.value,
        "level": ballot.level.value,
        "building": ballot.building,
        "stairwell": ballot.stairwell,
        "rule": rule_row(ballot.rule),
        "opened": ballot.opened,
        "closed": ballot.closed,
        "subject": {
            "scenario": subject.scenario,
            "scenario_name": subject.scenario_name,
            "package": subject.package,
            "version": subject.version,
        },
        "must_agree": list(ballot.must_agree),
        "result": dict(ballot.result),
    }
    return Record(ballot.uuid, RecordKind.BALLOT, "", ballot.at, ballot.who, held)


def ballot_of(record: Record) -> Ballot:
    """Return the ballot of a record."""
    held = record.properties
    subject = held.get("subject") or {}
    return Ballot(
        uuid=record.uuid,
        title=str(held.get("title", "")),
        kind=BallotKind(held.get("kind", "own")),
        level=Scope(held.get("level", "estate")),
        rule=rule_from(held["rule"]),
        opened=str(held.get("opened", "")),
        who=record.who,
        at=record.at,
        building=str(held.get("building", "")),
        stairwell=str(held.get("stairwell", "")),
        closed=str(held.get("closed", "")),
        subject=Subject(
            str(subject.get("scenario", "")),
            str(subject.get("scenario_name", "")),
            str(subject.get("package", "")),
            int(subject.get("version", 0)),
        ),
        must_agree=tuple(str(f) for f in held.get("must_agree", ())),
        result=dict(held.get("result") or {}),
    )


def vote_record(vote: GivenVote, at: str, *, label: str = "") -> Record:
    """Return the record of a vote."""
    held = {
        "name": label,
        "flat": str(vote.flat),
        "choice": vote.choice.value,
        "channel": vote.channel.value,
        "when": vote.when,
        "entered_by": vote.who,
    }
    return Record(vote.uuid, RecordKind.VOTE, str(vote.ballot), at, vote.who, held)


def vote_of(record: Record) -> GivenVote:
    """Return the vote of a record."""
    held = record.properties
    return GivenVote(
        record.uuid,
        Uuid(record.parent),
        Uuid(str(held["flat"])),
        Vote(held["choice"]),
        VoteChannel(held.get("channel", "paper")),
        str(held.get("when", "")),
        str(held.get("entered_by", "")) or record.who,
    )
