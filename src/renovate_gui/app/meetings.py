"""Meetings of the council: agenda, who came, minutes, what was agreed.

``meeting`` records: ``title``, ``when`` (YYYY-MM-DD HH:MM), ``place``, ``host`` (a role), ``attendance`` (role → count),
``agenda`` (items), ``actions``; and what stays with us alone: ``names`` (who came, as written down) and each item's
``private`` note. :func:`public_view` is the one way out: it has neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from renovate_gui.app.proposals import name_of
from renovate_gui.app.voting_records import stamp
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import Uuid, new_uuid
from renovate_gui.domain.proposal import ProposalStatus
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.store.owner import user_name

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


class Attending(StrEnum):
    """Who comes to a meeting, as roles; names stay with us."""

    DEPUTIES = "deputies"
    ESTATE_COMMITTEE = "estate_committee"
    PROPERTY_FIRM = "property_firm"
    STREET_OFFICE = "street_office"
    DESIGN_INSTITUTE = "design_institute"
    GRID_WORKERS = "grid_workers"
    RESIDENTS = "residents"
    OTHERS = "others"


class ItemKind(StrEnum):
    """What an item of the agenda is about."""

    COMMENT = "comment"
    PROPOSAL = "proposal"
    BALLOT = "ballot"
    OWN = "own"


class ItemOutcome(StrEnum):
    """What was decided on an item."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOTED = "noted"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One item with its minutes.

    Attributes
    ----------
    about
        Key of the comment, proposal or ballot; empty for an item of our own.
    private
        A note for whoever runs the meeting: never shown on the projector, never exported.
    """

    key: str
    kind: ItemKind
    title: str
    about: str = ""
    remark: str = ""
    answered_by: str = ""
    outcome: ItemOutcome = ItemOutcome.OPEN
    why: str = ""
    next_date: str = ""
    private: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that somebody (a role or an office) has to do until a day."""

    what: str
    owner: str
    due: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting."""

    uuid: Uuid
    title: str
    when: str
    at: str
    who: str
    place: str = ""
    host: str = ""
    attendance: Mapping[str, int] = field(default_factory=dict)
    names: str = ""
    agenda: tuple[AgendaItem, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def present(self) -> int:
        """Return how many people came."""
        return sum(self.attendance.values())


def attending_words(role: str) -> str:
    """Return a role in words."""
    return {
        Attending.DEPUTIES.value: tr("Residents' deputies"),
        Attending.ESTATE_COMMITTEE.value: tr("Estate committee"),
        Attending.PROPERTY_FIRM.value: tr("Property firm"),
        Attending.STREET_OFFICE.value: tr("Street office"),
        Attending.DESIGN_INSTITUTE.value: tr("Design institute"),
        Attending.GRID_WORKERS.value: tr("Grid workers"),
        Attending.RESIDENTS.value: tr("Residents"),
        Attending.OTHERS.value: tr("Others"),
    }.get(role, role)


def outcome_words(outcome: ItemOutcome) -> str:
    """Return a decision in words."""
    return {
        ItemOutcome.OPEN: tr("still open"),
        ItemOutcome.ACCEPTED: tr("taken up"),
        ItemOutcome.REJECTED: tr("not accepted"),
        ItemOutcome.NOTED: tr("noted"),
        ItemOutcome.POSTPONED: tr("postponed"),
    }[outcome]


def item_kind_words(kind: ItemKind) -> str:
    """Return what an item is about, in words."""
    return {
        ItemKind.COMMENT: tr("Resident's remark"),
        ItemKind.PROPOSAL: tr("Proposal"),
        ItemKind.BALLOT: tr("Ballot"),
        ItemKind.OWN: tr("Item"),
    }[kind]


def item_title(item: AgendaItem) -> str:
    """Return an item with what it is about: “Ballot: …”."""
    if item.kind is ItemKind.OWN:
        return item.title
    if item.kind is ItemKind.PROPOSAL:
        return tr("Proposal {name}", name=item.title)
    return tr("{kind}: {title}", kind=item_kind_words(item.kind), title=item.title)


class Meetings:
    """Meetings of the council: agenda, who came, minutes, what was agreed."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session

    def all(self) -> tuple[Meeting, ...]:
        """Return all meetings, by day."""
        found = (meeting_of(r) for r in self._project.records(RecordKind.MEETING))
        return tuple(sorted(found, key=lambda m: (m.when, m.at)))

    def get(self, name: str) -> Meeting:
        """Return a meeting by its key, the beginning of it, or its title; raise RequestError when none or several fit."""
        meetings = self.all()
        found = [m for m in meetings if name in (m.uuid, m.title)]
        found = found or [m for m in meetings if len(name) >= 4 and m.uuid.startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise RequestError(tr("Several meetings are called “{name}”; give the key.", name=name))
        raise RequestError(tr("There is no meeting “{name}”.", name=name))

    def next(self) -> Meeting | None:
        """Return the first meeting that is not over: from today on, else the newest one."""
        from renovate_gui.app.voting import today

        meetings = self.all()
        coming = [m for m in meetings if m.when[:10] >= today()]
        return coming[0] if coming else meetings[-1] if meetings else None

    def open_issues(self) -> tuple[AgendaItem, ...]:
        """Return what waits to be talked about: ballots that run, remarks without an answer, proposals not decided."""
        return (*self._ballots(), *self._comments(), *self._proposals())

    def _ballots(self) -> list[AgendaItem]:
        running = [b for b in self._session.voting.ballots() if b.is_open]
        return [_item(ItemKind.BALLOT, b.title, str(b.uuid)) for b in running]

    def _comments(self) -> list[AgendaItem]:
        """Return remarks that wait for an answer; their words stay with us until somebody reads them before printing."""
        waiting = [c for c in self._session.comments.all() if not c.state.is_closed and c.text.strip()]
        return [_item(ItemKind.COMMENT, _short(c.text), str(c.uuid), remark=c.text) for c in waiting]

    def _proposals(self) -> list[AgendaItem]:
        waits = (ProposalStatus.DRAFT, ProposalStatus.DISCUSSED)
        return [
            _item(ItemKind.PROPOSAL, name_of(p.number, p.title), str(p.uuid))
            for p in self._session.proposals.of()
            if p.status in waits
        ]

    def plan(self, title: str, when: str, *, place: str = "", host: str = "") -> Meeting:
        """Make a meeting whose agenda are the open issues (undoable)."""
        if not title.strip():
            raise RequestError(tr("A meeting needs a title."))
        meeting = Meeting(
            new_uuid(),
            title.strip(),
            moment_of(when),
            stamp(),
            user_name(),
            place=place.strip(),
            host=host.strip(),
            agenda=self.open_issues(),
        )
        self._put(meeting, tr("Plan the meeting “{title}”", title=meeting.title))
        return meeting

    def put(self, meeting: Meeting, what: str = "") -> None:
        """Keep a changed meeting (undoable)."""
        for role, count in meeting.attendance.items():
            if count < 0:
                raise RequestError(
                    tr("{n} people of “{role}” cannot have come.", n=count, role=attending_words(role))
                )
        self._put(meeting, what or tr("Change the meeting “{title}”", title=meeting.title))

    def _put(self, meeting: Meeting, title: str) -> None:
        with self._project.action(title) as writer:
            writer.put_records([meeting_record(meeting)])

    def delete(self, meeting: Meeting) -> None:
        """Delete a meeting (undoable)."""
        with self._project.action(tr("Delete the meeting “{title}”", title=meeting.title)) as writer:
            writer.delete_records([meeting.uuid])

    # -- minutes ----------------------------------------------------------------------------------------------
    def minute(self, meeting: Meeting, key: str, **changes: Any) -> Meeting:
        """Write the minutes of one item (undoable): remark, answered_by, outcome, why, next_date, private, title."""
        old = next((i for i in meeting.agenda if i.key == key), None)
        if old is None:
            raise RequestError(tr("The agenda has no such item."))
        item = replace(old, **changes)
        if item.next_date:
            from renovate_gui.app.voting import day_of

            item = replace(item, next_date=day_of(item.next_date))
        if item.outcome is ItemOutcome.REJECTED and not item.why.strip():
            raise RequestError(tr("“{item}” is not accepted: write why.", item=item.title))
        changed = replace(meeting, agenda=tuple(item if i.key == key else i for i in meeting.agenda))
        self._put(changed, tr("Minutes: {item}", item=_short(item.title)))
        return changed

    def add_item(self, meeting: Meeting, title: str) -> Meeting:
        """Add an item of our own at the end (undoable)."""
        if not title.strip():
            raise RequestError(tr("An item of the agenda needs a title."))
        changed = replace(meeting, agenda=(*meeting.agenda, _item(ItemKind.OWN, title.strip(), "")))
        self._put(changed, tr("Agenda: {item}", item=_short(title)))
        return changed

    def renew_agenda(self, meeting: Meeting) -> Meeting:
        """Add issues that came up since the agenda was made (undoable); what stands there stays."""
        there = {i.about for i in meeting.agenda}
        fresh = tuple(i for i in self.open_issues() if i.about not in there)
        if not fresh:
            return meeting
        changed = replace(meeting, agenda=(*meeting.agenda, *fresh))
        self._put(changed, tr("Agenda: {n} new items", n=len(fresh)))
        return changed

    def drop_item(self, meeting: Meeting, key: str) -> Meeting:
        """Take an item off the agenda (undoable)."""
        changed = replace(meeting, agenda=tuple(i for i in meeting.agenda if i.key != key))
        self._put(changed, tr("Take an item off the agenda"))
        return changed

    def move_item(self, meeting: Meeting, key: str, by: int) -> Meeting:
        """Move an item up (−1) or down (1) (undoable)."""
        items = list(meeting.agenda)
        at = next((n for n, i in enumerate(items) if i.key == key), -1)
        if at < 0 or not 0 <= at + by < len(items):
            return meeting
        items.insert(at + by, items.pop(at))
        changed = replace(meeting, agenda=tuple(items))
        self._put(changed, tr("Move an item of the agenda"))
        return changed

    def add_action(self, meeting: Meeting, what: str, owner: str, due: str = "") -> Meeting:
        """Write down who does what until when (undoable)."""
        from renovate_gui.app.voting import day_of

        if not what.strip() or not owner.strip():
            raise RequestError(tr("An action needs what is to be done, and who does it."))
        made = Action(what.strip(), owner.strip(), day_of(due) if due else "")
        changed = replace(meeting, actions=(*meeting.actions, made))
        self._put(changed, tr("Action: {what}", what=_short(what)))
        return changed

    def set_action_done(self, meeting: Meeting, number: int, *, is_done: bool) -> Meeting:
        """Tick an action off, or open it again (undoable)."""
        actions = tuple(
            replace(a, is_done=is_done) if n == number else a for n, a in enumerate(meeting.actions)
        )
        changed = replace(meeting, actions=actions)
        self._put(changed, tr("Action done") if is_done else tr("Action open again"))
        return changed

    def open_actions(self) -> tuple[tuple[Meeting, Action], ...]:
        """Return the actions of all meetings that are not done, the earliest due first."""
        found = [(m, a) for m in self.all() for a in m.actions if not a.is_done]
        return tuple(sorted(found, key=lambda pair: (pair[1].due or "9999", pair[0].when)))


def moment_of(text: str) -> str:
    """Return a day, or a day and an hour, as YYYY-MM-DD HH:MM; raise RequestError for what is none."""
    from datetime import datetime

    plain = text.strip().replace("T", " ").replace("/", "-").replace("：", ":")
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007  a local time, as people agree on it
        except ValueError:
            continue
        return found.strftime(form)
    raise RequestError(tr("“{text}” is no time such as 2026-12-31 19:00.", text=text))


def _item(kind: ItemKind, title: str, about: str, *, remark: str = "") -> AgendaItem:
    return AgendaItem(str(new_uuid())[:8], kind, title, about, remark=remark)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


# -- records ------------------------------------------------------------------------------------------------------
def public_view(meeting: Meeting) -> Meeting:
    """Return a meeting without names and private notes: all that may be shown or given away."""
    return replace(meeting, names="", agenda=tuple(replace(i, private="") for i in meeting.agenda))


def meeting_record(meeting: Meeting) -> Record:
    """Return the record of a meeting."""
    held = {
        "title": meeting.title,
        "when": meeting.when,
        "place": meeting.place,
        "host": meeting.host,
        "attendance": dict(meeting.attendance),
        "names": meeting.names,
        "agenda": [_item_row(i) for i in meeting.agenda],
        "actions": [
            {"what": a.what, "owner": a.owner, "due": a.due, "done": a.is_done} for a in meeting.actions
        ],
    }
    return Record(meeting.uuid, RecordKind.MEETING, "", meeting.at, meeting.who, held)


def _item_row(item: AgendaItem) -> dict[str, str]:
    return {
        "key": item.key,
        "kind": item.kind.value,
        "title": item.title,
        "about": item.about,
        "remark": item.remark,
        "answered_by": item.answered_by,
        "outcome": item.outcome.value,
        "why": item.why,
        "next_date": item.next_date,
        "private": item.private,
    }


def meeting_of(record: Record) -> Meeting:
    """Return the meeting of a record."""
    held = record.properties
    return Meeting(
        record.uuid,
        str(held.get("title", "")),
        str(held.get("when", "")),
        record.at,
        record.who,
        str(held.get("place", "")),
        str(held.get("host", "")),
        {str(k): int(v) for k, v in dict(held.get("attendance") or {}).items()},
        str(held.get("names", "")),
        tuple(_item_of(i) for i in held.get("agenda", ())),
        _actions_of(held.get("actions", ())),
    )


def _item_of(row: Mapping[str, Any]) -> AgendaItem:
    words = {
        k: str(row.get(k, "")) for k in ("about", "remark", "answered_by", "why", "next_date", "private")
    }
    return AgendaItem(
        str(row["key"]),
        ItemKind(row.get("kind", "own")),
        str(row.get("title", "")),
        outcome=ItemOutcome(row.get("outcome", "open")),
        **words,
    )


def _actions_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Action, ...]:
    return tuple(
        Action(str(r.get("what", "")), str(r.get("owner", "")), str(r.get("due", "")), bool(r.get("done")))
        for r in rows
    )
