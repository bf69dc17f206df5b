"""``meeting``: meetings without a window; names and private notes stay inside."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.cli.voting import Deed, command_of, deed_of, run_deed
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

_OUTCOMES = ("open", "accepted", "rejected", "noted", "postponed")


def add_to(commands: Any) -> None:
    """Add the command of this module."""
    _meeting_arguments(command_of(commands, "meeting", tr("plan meetings, and write and show their minutes")))


def _meeting_arguments(deeds: Any) -> None:
    deed_of(deeds, "list", tr("list the meetings"))
    plan = deed_of(deeds, "plan", tr("make a meeting whose agenda are the open issues"))
    plan.add_argument("title", metavar="TITLE")
    plan.add_argument("--when", required=True, metavar="YYYY-MM-DD[ HH:MM]")
    plan.add_argument("--place", default="", metavar="TEXT")
    plan.add_argument("--host", default="", metavar="TEXT")
    show = deed_of(deeds, "minutes", tr("show the minutes; names and private notes stay out"))
    show.add_argument("meeting", metavar="MEETING", help=tr("its title, or the beginning of its key"))
    note = deed_of(deeds, "note", tr("write the minutes of one item"))
    note.add_argument("meeting", metavar="MEETING")
    note.add_argument("item", type=int, metavar="N", help=tr("the item's number on the agenda"))
    for name in ("remark", "answered-by", "why", "next-date"):
        note.add_argument(f"--{name}", default=None, metavar="TEXT")
    note.add_argument("--outcome", choices=_OUTCOMES)
    came = deed_of(deeds, "came", tr("write down how many came, by role"))
    came.add_argument("meeting", metavar="MEETING")
    came.add_argument("counts", nargs="+", metavar="ROLE=N", help=tr("deputies, street_office, residents …"))


def meeting(options: argparse.Namespace, services: Services) -> int:
    """Do one deed with meetings."""
    deeds: Mapping[str, Deed] = {
        "list": _meetings,
        "plan": _plan,
        "minutes": _minutes,
        "note": _note,
        "came": _came,
    }
    return run_deed(options, services, deeds)


# -- meetings -----------------------------------------------------------------------------------------------------
def _meeting_json(found: Any) -> dict[str, Any]:
    from renovate_gui.app.meetings import meeting_record, public_view

    held = dict(meeting_record(public_view(found)).properties)
    held.pop("names")
    held["agenda"] = [{k: v for k, v in i.items() if k != "private"} for i in held["agenda"]]
    return {"id": found.uuid, **held}


def _meetings(session: Session, options: argparse.Namespace) -> int:
    there = session.meetings.all()
    if options.json:
        say_json({"meetings": [_meeting_json(m) for m in there]})
        return 0
    if not there:
        say(tr("There are no meetings yet."))
    for found in there:
        say(f"{found.uuid[:8]}  {found.when}  {found.title}")
    return 0


def _told(options: argparse.Namespace, found: Any) -> int:
    if options.json:
        say_json(_meeting_json(found))
        return 0
    from renovate_gui.app.meetings import attending_words, outcome_words

    say(" · ".join(p for p in (found.title, found.when, found.place, found.host) if p))
    for role, count in found.attendance.items():
        say(f"  {attending_words(role)}: {count}")
    for number, item in enumerate(found.agenda, start=1):
        say(f"{number}. {item.title}: {outcome_words(item.outcome)}")
        said = (item.remark if item.remark != item.title else "", item.answered_by, item.why, item.next_date)
        for words in said:
            if words:
                say(f"   {words}")
    for action in found.actions:
        say(f"→ {action.what} · {action.owner} · {action.due or '–'}")
    return 0


def _plan(session: Session, options: argparse.Namespace) -> int:
    made = session.meetings.plan(options.title, options.when, place=options.place, host=options.host)
    return _told(options, made)


def _minutes(session: Session, options: argparse.Namespace) -> int:
    return _told(options, session.meetings.get(options.meeting))


def _note(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.meetings import ItemOutcome

    found = session.meetings.get(options.meeting)
    if not 1 <= options.item <= len(found.agenda):
        raise RequestError(tr("The agenda has no such item."))
    names = ("remark", "answered_by", "why", "next_date")
    changes: dict[str, Any] = {n: getattr(options, n) for n in names if getattr(options, n) is not None}
    if options.outcome:
        changes["outcome"] = ItemOutcome(options.outcome)
    return _told(options, session.meetings.minute(found, found.agenda[options.item - 1].key, **changes))


def _came(session: Session, options: argparse.Namespace) -> int:
    from dataclasses import replace

    from renovate_gui.app.meetings import Attending

    found = session.meetings.get(options.meeting)
    counts: dict[str, int] = dict(found.attendance)
    for text in options.counts:
        role, _, number = text.partition("=")
        if role not in {a.value for a in Attending} or not (number.isascii() and number.isdigit()):
            known = ", ".join(a.value for a in Attending)
            raise RequestError(tr("“{text}” is not ROLE=N; roles are: {known}.", text=text, known=known))
        counts[role] = int(number)
    changed = replace(found, attendance=counts)
    session.meetings.put(changed)
    return _told(options, changed)
