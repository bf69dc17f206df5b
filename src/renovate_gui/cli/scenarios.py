"""``scenario``: alternatives over one base, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import complain, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.scenario_compare import Comparison
    from renovate_gui.app.session import Session
    from renovate_gui.app.tasks import Task
    from renovate_gui.domain.ids import Uuid
    from renovate_gui.domain.scenario import Scenario

_READING = {"list", "verify", "compare"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with scenarios."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    deeds = parser.add_subparsers(dest="deed", metavar=tr("DEED"), required=True)

    def deed(name: str, words: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = deeds.add_parser(name, help=words, description=words)
        made.add_argument(
            "--json",
            action="store_true",
            help=tr("print one JSON object and nothing else on standard output"),
        )
        return made

    deed("list", tr("list the scenarios"))
    add = deed("add", tr("make a scenario and work on it"))
    add.add_argument("name", metavar="NAME")
    begin = add.add_mutually_exclusive_group()
    begin.add_argument(
        "--from",
        dest="origin",
        default="",
        metavar="NAME",
        help=tr("begin with the proposals of another one"),
    )
    begin.add_argument("--empty", action="store_true", help=tr("begin with no proposals"))
    add.add_argument("--note", default="", help=tr("words about it"))
    choose = deed("choose", tr("work on another scenario"))
    choose.add_argument("name", metavar="NAME")
    for name, words in (
        ("carry", tr("take a proposal into a scenario")),
        ("remove", tr("take a proposal out of a scenario, or delete a scenario")),
    ):
        move = deed(name, words)
        move.add_argument("name", metavar="NAME")
        nargs = None if name == "carry" else "?"
        move.add_argument("proposal", metavar="PROPOSAL", nargs=nargs, help=tr("its number or its id"))
        if name == "carry":
            move.add_argument("--as-copy", action="store_true", help=tr("a separate proposal of its own"))
    rename = deed("rename", tr("give a scenario another name"))
    rename.add_argument("name", metavar="OLD", help=tr("its name, or the beginning of its id"))
    rename.add_argument("new", metavar="NEW")
    lock = deed("lock", tr("lock a scenario and print its seal"))
    lock.add_argument("name", metavar="NAME")
    lock.add_argument("--who", default="", help=tr("left out: the user of this computer"))
    lock.add_argument("--why", default="", help=tr("the reason, for the history"))
    lock.add_argument("--open", action="store_true", help=tr("unlock it; a reason is needed"))
    verify = deed("verify", tr("check the seals of locked scenarios"))
    verify.add_argument("name", metavar="NAME", nargs="?", default="", help=tr("left out: all locked ones"))
    compare = deed("compare", tr("compare scenarios with each other and with today"))
    compare.add_argument("names", metavar="NAME", nargs="*", help=tr("left out: all, at most five"))
    compare.add_argument("--kind", action="append", default=[], metavar="KIND", help=tr("may be given again"))


def scenario(options: argparse.Namespace, services: Services) -> int:
    """Do one deed."""
    deeds: Mapping[str, Callable[[Session, argparse.Namespace], int]] = {
        "list": _list,
        "add": _add,
        "choose": _choose,
        "carry": _carry,
        "remove": _remove,
        "rename": _rename,
        "lock": _lock,
        "verify": _verify,
        "compare": _compare,
    }
    with services.open_session(options.project, read_only=options.deed in _READING) as session:
        return deeds[options.deed](session, options)


def look_at(session: Session, name: str) -> None:
    """Let a command be about another scenario than the chosen one; an empty name leaves it as it is."""
    if name:
        session.scenarios.look_at(session.scenarios.named(name).uuid)


def difference(session: Session, against: str, kind: str) -> Task[Comparison]:
    """Return the comparison of the active scenario with another one, or with today."""
    from renovate_gui.app.scenario_compare import prepare_comparison

    active = session.scenarios.active()
    if active is None:
        raise RequestError(tr("The project has no scenarios yet; make one first."))
    before = () if against == "today" else (session.scenarios.named(against).uuid,)
    return prepare_comparison(session, (*before, active.uuid), (kind,))


# -- deeds ----------------------------------------------------------------------------------------------------
def _list(session: Session, options: argparse.Namespace) -> int:
    there = session.scenarios.all()
    if options.json:
        say_json({"scenarios": [_json(session, s) for s in there]})
        return 0
    if not there:
        say(tr("There are no scenarios: all proposals count."))
    for found in there:
        _say(session, found)
    return 0


def _add(session: Session, options: argparse.Namespace) -> int:
    origin = session.scenarios.named(options.origin).uuid if options.origin else None
    made = session.scenarios.add(options.name, from_=origin, is_empty=options.empty, note=options.note)
    return _told(session, options, made)


def _choose(session: Session, options: argparse.Namespace) -> int:
    found = session.scenarios.named(options.name)
    session.scenarios.choose(found.uuid)
    return _told(session, options, found)


def _carry(session: Session, options: argparse.Namespace) -> int:
    found = session.scenarios.named(options.name)
    proposal = _proposal(session, options.proposal)
    was_there = proposal in (session.scenarios.members(found.uuid) or ())
    there = session.scenarios.carry(proposal, found.uuid, as_copy=options.as_copy)
    if options.json:
        say_json({**_json(session, found), "proposal": there.uuid, "number": there.number})
    else:
        values = {"number": there.number, "name": found.name}
        if was_there and not options.as_copy:
            say(tr("Proposal {number} was in the scenario “{name}” already; nothing has changed.", **values))
        else:
            say(tr("Proposal {number} was taken into the scenario “{name}”.", **values))
    return 0


def _remove(session: Session, options: argparse.Namespace) -> int:
    found = session.scenarios.named(options.name)
    if options.proposal is not None:
        session.scenarios.remove(_proposal(session, options.proposal), found.uuid)
        return _told(session, options, found)
    session.scenarios.delete(found.uuid)
    if options.json:
        say_json({"deleted": found.uuid, "name": found.name})
    else:
        say(tr("The scenario “{name}” is deleted; its proposals stay.", name=found.name))
    return 0


def _rename(session: Session, options: argparse.Namespace) -> int:
    found = session.scenarios.named(options.name)
    session.scenarios.rename(found.uuid, options.new)
    return _told(session, options, found)


def _lock(session: Session, options: argparse.Namespace) -> int:
    found = session.scenarios.named(options.name)
    if options.open:
        session.scenarios.unlock(found.uuid, why=options.why)
    else:
        session.scenarios.lock(found.uuid, who=options.who, why=options.why)
    return _told(session, options, found)


def _verify(session: Session, options: argparse.Namespace) -> int:
    """Check seals; exit code 2 when a scenario is not what was locked."""
    from renovate_gui.app.scenarios import seal_words

    wanted = [session.scenarios.named(options.name)] if options.name else session.scenarios.all()
    checks = [(s, session.scenarios.verify(s.uuid)) for s in wanted if s.is_locked or options.name]
    if not checks:
        raise RequestError(tr("No scenario is locked, so there is no seal to check."))
    if options.json:
        told = [
            {
                **_json(session, s),
                "as_sealed": c.is_as_sealed,
                "base_as_sealed": c.is_base_as_sealed,
                "words": seal_words(c, s.name),
            }
            for s, c in checks
        ]
        say_json({"ok": all(c.is_as_sealed for _, c in checks), "scenarios": told})
    else:
        for found, check in checks:
            say(f"{'✓' if check.is_as_sealed else '✗'} {seal_words(check, found.name)}")
    broken = [s.name for s, c in checks if not c.is_as_sealed]
    if broken:
        complain(tr("Not as locked: {names}.", names=tr(", ").join(broken)))
        return 2
    return 0


def _compare(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app import scenario_words
    from renovate_gui.app.scenario_compare import prepare_comparison

    there = [session.scenarios.named(n) for n in options.names] or list(session.scenarios.all())
    if not there:
        raise RequestError(tr("The project has no scenarios yet; make one first."))
    found = run_task(prepare_comparison(session, [s.uuid for s in there], tuple(options.kind)))
    if options.json:
        say_json(scenario_words.as_json(found))
        return 0
    say(scenario_words.sentence(found))
    names = [s.name for s in (found.today, *found.scenarios)]
    for section in scenario_words.table(found):
        say()
        say(section.title)
        for line in _lined([("", *names), *((r.title, *r.values) for r in section.rows)]):
            say(f"  {line}")
    for note in scenario_words.notes(found):
        say(f"· {note}")
    return 0


# -- words ----------------------------------------------------------------------------------------------------
def _lined(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows with their columns below each other; a Chinese character is two wide."""
    from unicodedata import east_asian_width

    def wide(words: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in words)

    widths = [max(wide(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for first, *others in rows:
        cells = [first + " " * (widths[0] - wide(first))]
        cells += [" " * (w - wide(words)) + words for words, w in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return lines


def _proposal(session: Session, words: str) -> Uuid:
    """Return the proposal of a number or id."""
    for proposal in session.proposals.all():
        if words in {str(proposal.number), proposal.uuid}:
            return proposal.uuid
    raise RequestError(tr("There is no proposal {name}; give its number or its id.", name=words))


def _told(session: Session, options: argparse.Namespace, found: Scenario) -> int:
    now = session.scenarios.get(found.uuid)
    if options.json:
        say_json(_json(session, now))
    else:
        _say(session, now)
    return 0


def _say(session: Session, found: Scenario) -> None:
    active = session.scenarios.active()
    mark = "*" if active is not None and active.uuid == found.uuid else " "
    count = len(session.proposals.of(found.uuid))
    say(f"{mark} {found.name} · " + tr("proposals: {n}", n=count))
    if found.note:
        say(f"    {found.note}")
    if found.is_locked:
        say(
            "    "
            + tr("Locked {at} by {who}", at=found.locked_at[:16].replace("T", " "), who=found.locked_by)
        )
        if session.scenarios.is_seal_broken(found.uuid):
            say("    ✗ " + tr("Its proposals have changed since it was locked: the seal no longer holds."))
        else:
            say(f"    {found.seal}")


def _json(session: Session, found: Scenario) -> dict[str, Any]:
    active = session.scenarios.active()
    return {
        "id": found.uuid,
        "name": found.name,
        "note": found.note,
        "active": active is not None and active.uuid == found.uuid,
        "locked": found.is_locked,
        "locked_at": found.locked_at or None,
        "locked_by": found.locked_by or None,
        "locked_why": found.locked_why or None,
        "seal": found.seal or None,
        "as_sealed": not session.scenarios.is_seal_broken(found.uuid) if found.is_locked else None,
        "proposals": [{"id": p.uuid, "number": p.number} for p in session.proposals.of(found.uuid)],
    }
