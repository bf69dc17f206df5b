"""``register``, ``ballot`` and ``stage``: votes without a window."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import complain, remark, run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.app.voting_records import Ballot

_READING = {"list", "rules", "tally", "minutes"}
_STATES = ("started", "done", "rejected", "postponed", "skipped")
_CHANNELS = ("paper", "meeting", "visit", "phone", "online")


# -- arguments ----------------------------------------------------------------------------------------------------
def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    _register_arguments(
        command_of(commands, "register", tr("keep the register of owners: flats and floor areas"))
    )
    _ballot_arguments(
        command_of(commands, "ballot", tr("open, count and close votes by heads and floor area"))
    )
    _stage_arguments(command_of(commands, "stage", tr("tell and write the stages of the renewal")))


def command_of(commands: Any, name: str, words: str) -> Any:
    """Add a command on a project and return where its deeds are added."""
    parser = commands.add_parser(name, help=words, description=words)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    return parser.add_subparsers(dest="deed", metavar=tr("DEED"), required=True)


def deed_of(deeds: Any, name: str, words: str) -> argparse.ArgumentParser:
    """Add a deed."""
    made: argparse.ArgumentParser = deeds.add_parser(name, help=words, description=words)
    made.add_argument(
        "--json", action="store_true", help=tr("print one JSON object and nothing else on standard output")
    )
    return made


def _register_arguments(deeds: Any) -> None:
    deed_of(deeds, "list", tr("count flats and floor area by building"))
    bring = deed_of(deeds, "import", tr("read a table of flats; names are never kept"))
    bring.add_argument("file", type=Path, metavar="FILE", help=tr("CSV or XLSX"))
    bring.add_argument(
        "--replace", action="store_true", help=tr("flats that the file does not name go out of the register")
    )


def _ballot_arguments(deeds: Any) -> None:
    deed_of(deeds, "list", tr("list the ballots"))
    deed_of(deeds, "rules", tr("list the rules of consent with their sources"))
    own = deed_of(deeds, "add-rule", tr("keep rules of the project's own"))
    own.add_argument("file", type=Path, metavar="FILE.toml", help=tr("rows [[rule]] as in consent.toml"))
    begin = deed_of(deeds, "open", tr("open a ballot"))
    begin.add_argument("title", metavar="TITLE", help=tr("what is asked, in one line"))
    begin.add_argument(
        "--rule", required=True, metavar="RULE", help=tr("as “ballot PROJECT rules” names them")
    )
    begin.add_argument("--kind", choices=("wish", "plan", "elevator", "own"), default="own")
    begin.add_argument("--building", default="", metavar="NAME", help=tr("left out: the whole estate"))
    begin.add_argument("--stairwell", default="", metavar="NAME")
    begin.add_argument(
        "--must-agree",
        action="append",
        default=[],
        metavar="FLAT",
        help=tr("a flat whose owner must agree whatever the count; may be given again"),
    )
    tally = deed_of(
        deeds, "tally", tr("count a ballot: what is reached, what is missing, which part closes the gap")
    )
    tally.add_argument("ballot", metavar="BALLOT", help=tr("its title, or the beginning of its key"))
    vote = deed_of(deeds, "vote", tr("take in the vote of one flat, or a table of votes"))
    vote.add_argument("ballot", metavar="BALLOT")
    vote.add_argument("flat", nargs="?", default="", metavar="FLAT", help="3-1-501")
    vote.add_argument("choice", nargs="?", default="", metavar="CHOICE", help="agree, oppose, abstain")
    vote.add_argument("--file", type=Path, metavar="FILE", help=tr("CSV or XLSX"))
    vote.add_argument("--channel", choices=_CHANNELS, default="paper")
    vote.add_argument("--when", default="", metavar="YYYY-MM-DD", help=tr("left out: today"))
    vote.add_argument("--withdraw", action="store_true", help=tr("take the flat's vote out again"))
    close = deed_of(deeds, "close", tr("close a ballot and seal its numbers"))
    close.add_argument("ballot", metavar="BALLOT")
    close.add_argument("--no-stage", action="store_true", help=tr("do not write the outcome into the stages"))


def _stage_arguments(deeds: Any) -> None:
    deed_of(deeds, "list", tr("list the stages with what happened in each"))
    put = deed_of(deeds, "set", tr("write what became of a stage"))
    put.add_argument("stage", metavar="STAGE", help=tr("its code or number"))
    put.add_argument("state", choices=_STATES)
    put.add_argument("--why", default="", metavar="TEXT")
    put.add_argument(
        "--evidence", default="", metavar="TEXT", help=tr("minutes, notice, photo: what proves it")
    )
    put.add_argument("--when", default="", metavar="YYYY-MM-DD", help=tr("left out: today"))


# -- commands -----------------------------------------------------------------------------------------------------
Deed = Callable[["Session", argparse.Namespace], int]


def run_deed(options: argparse.Namespace, services: Services, deeds: Mapping[str, Deed]) -> int:
    """Open the project and do the deed that was asked for."""
    with services.open_session(options.project, read_only=options.deed in _READING) as session:
        return deeds[options.deed](session, options)


def register(options: argparse.Namespace, services: Services) -> int:
    """Do one deed with the register of owners."""
    return run_deed(options, services, {"list": _register_list, "import": _register_import})


def ballot(options: argparse.Namespace, services: Services) -> int:
    """Do one deed with ballots."""
    deeds: Mapping[str, Deed] = {
        "list": _ballots,
        "rules": _rules,
        "add-rule": _add_rule,
        "open": _open,
        "tally": _tally,
        "vote": _vote,
        "close": _close,
    }
    return run_deed(options, services, deeds)


def stage(options: argparse.Namespace, services: Services) -> int:
    """Do one deed with the stages."""
    return run_deed(options, services, {"list": _stages, "set": _set_stage})


# -- register -----------------------------------------------------------------------------------------------------
def _register_list(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.voting_words import count_words, group_words
    from renovate_gui.domain.ballot import by_building, counted, parted

    holdings = [f.holding for f in session.voting.register()]
    parts, whole = parted(holdings, {}, by_building), counted(holdings, {}).all
    if options.json:
        rows = [{"building": g[0], "heads": t.all.heads, "area": str(t.all.area)} for g, t in parts.items()]
        say_json({"flats": len(holdings), "heads": whole.heads, "area": str(whole.area), "buildings": rows})
        return 0
    for group, part in parts.items():
        say(f"{group_words(group)}: {count_words(part.all)}")
    say(tr("In all: {count}", count=count_words(whole)))
    return 0


def _register_import(session: Session, options: argparse.Namespace) -> int:
    report = run_task(session.voting.prepare_register(options.file, replaces=options.replace))
    if options.json:
        say_json(
            {
                "added": report.added,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "problems": list(report.problems),
                "notes": list(report.notes),
            }
        )
    else:
        say(
            tr(
                "{added} flats are new, {changed} changed, {same} are as they were.",
                added=report.added,
                changed=report.changed,
                same=report.unchanged,
            )
        )
        for sentence in (*report.notes, *report.problems):
            say(f"· {sentence}")
    return _bad_rows(report.file, report.problems)


def _bad_rows(name: str, problems: tuple[str, ...]) -> int:
    if not problems:
        return 0
    complain(tr("{n} rows of “{file}” were refused: {first}", n=len(problems), file=name, first=problems[0]))
    return 2


# -- ballots ------------------------------------------------------------------------------------------------------
def _ballot_json(found: Ballot) -> dict[str, Any]:
    return {
        "id": found.uuid,
        "title": found.title,
        "kind": found.kind.value,
        "level": found.level.value,
        "building": found.building,
        "stairwell": found.stairwell,
        "rule": found.rule.id,
        "opened": found.opened,
        "closed": found.closed,
        "scenario": found.subject.scenario_name,
        "version": found.subject.version,
        "result": dict(found.result),
    }


def _ballots(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.voting_words import place_words

    there = session.voting.ballots()
    if options.json:
        say_json({"ballots": [_ballot_json(b) for b in there]})
        return 0
    if not there:
        say(tr("There are no ballots yet."))
    for found in there:
        state = tr("open since {day}", day=found.opened) if found.is_open else tr("closed")
        say(f"{found.uuid[:8]}  {found.title} ({place_words(found)}, {state})")
    return 0


def _rules(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.consent_rules import rule_row, rule_words, said, source_words

    rules = session.voting.rules()
    if options.json:
        say_json({"rules": [rule_row(r) for r in rules]})
        return 0
    for rule in rules:
        say(f"{rule.id}: {said(rule.title)}")
        say(f"  {rule_words(rule)}")
        say(f"  {source_words(rule)}")
    return 0


def _add_rule(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.consent_rules import read_rules

    for rule in read_rules(options.file):
        session.voting.put_rule(rule)
    return _rules(session, options)


def _open(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.voting_records import BallotKind

    made = session.voting.open(
        options.title,
        options.rule,
        kind=BallotKind(options.kind),
        building=options.building,
        stairwell=options.stairwell,
        must_agree=options.must_agree,
    )
    if options.json:
        say_json(_ballot_json(made))
    else:
        say(tr("The ballot “{title}” is open: {key}", title=made.title, key=made.uuid))
    return 0


def _tally(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.voting_seal import numbers_of
    from renovate_gui.app.voting_words import closing_sentence, group_words, missing_sentence

    found = session.voting.ballot(options.ballot)
    standing = session.voting.standing(found)
    problems = () if found.is_open else session.voting.seal_problems(found)
    missing, closing = missing_sentence(standing), closing_sentence(standing)
    if options.json:
        cheapest = [
            {
                "building": c.group[0],
                "stairwell": c.group[1],
                "flats": c.flats,
                "heads": c.gains.heads,
                "area": str(c.gains.area),
                "closes": c.closes,
            }
            for c in standing.cheapest
        ]
        said = {"missing": missing, "closing": closing, "cheapest": cheapest, "seal_problems": list(problems)}
        say_json({**_ballot_json(found), "numbers": numbers_of(standing), **said})
        return 0
    for line in _numbers(session, found):
        say(line)
    say(missing)
    if closing:
        say(closing)
    for group, part in standing.blocks.items():
        say(f"  {group_words(group)}: {part.took_part.heads} / {part.all.heads}")
    for sentence in problems:
        remark(sentence)
    return 0


def _numbers(session: Session, found: Ballot) -> list[str]:
    from renovate_gui.app.consent_rules import rule_words, said
    from renovate_gui.app.voting_words import check_sentence

    judgement = session.voting.standing(found).judgement
    rule = found.rule
    lines = [f"{said(rule.title)}: {rule_words(rule)}"]
    for name, check in ((tr("Took part"), judgement.quorum), (tr("Agreed"), judgement.agree)):
        if check is not None:
            lines.append(check_sentence(check, name, by_heads=rule.by_heads, by_area=rule.by_area))
    return lines


def _vote(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.voting_records import VoteChannel
    from renovate_gui.app.voting_register import choice_of

    voting = session.voting
    found, channel = voting.ballot(options.ballot), VoteChannel(options.channel)
    if options.file is not None:
        report = run_task(voting.prepare_votes(found, options.file, channel=channel))
        if options.json:
            say_json({"taken": report.taken, "problems": list(report.problems), "notes": list(report.notes)})
        else:
            say(tr("{n} votes were taken in.", n=report.taken))
            for sentence in (*report.notes, *report.problems):
                say(f"· {sentence}")
        return _bad_rows(report.file, report.problems)
    flat = voting.flat(found, options.flat)
    if options.withdraw:
        voting.withdraw(found, flat)
    else:
        choice = choice_of(options.choice)
        if choice is None:
            raise RequestError(
                tr("“{text}” is no vote; write agree, oppose or abstain.", text=options.choice)
            )
        voting.vote(found, flat, choice, channel=channel, when=options.when)
    return _tally(session, options)


def _close(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.voting_words import result_sentence

    voting = session.voting
    closed = voting.close(voting.ballot(options.ballot), notes_stage=not options.no_stage)
    if options.json:
        say_json(_ballot_json(closed))
    else:
        say(result_sentence(voting.standing(closed)))
        say(tr("Seal {seal}", seal=closed.result["seal"]))
    return 0


# -- stages -------------------------------------------------------------------------------------------------------
def _stages(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.consent_rules import said
    from renovate_gui.app.stages import state_words

    board = session.stages.board()
    if options.json:
        rows = [
            {
                "stage": s.kind.code,
                "number": s.kind.number,
                "title": said(s.kind.title),
                "state": None if s.newest is None else s.newest.state.value,
                "entries": [_entry_json(e) for e in s.entries],
            }
            for s in board
        ]
        ended = session.stages.rejection()
        say_json({"stages": rows, "round": session.stages.round(), "ended": ended and _entry_json(ended)})
        return 0
    for standing in board:
        newest = standing.newest
        state = "–" if newest is None else f"{state_words(newest.state, standing.kind)}, {newest.when}"
        say(f"{standing.kind.number:>2}  {said(standing.kind.title)}: {state}")
        if newest is not None and newest.why:
            say(f"    {newest.why}")
    return 0


def _entry_json(entry: Any) -> dict[str, Any]:
    return {
        "stage": entry.stage,
        "state": entry.state.value,
        "round": entry.round,
        "when": entry.when,
        "who": entry.who,
        "why": entry.why,
        "evidence": entry.evidence,
        "ballot": entry.ballot,
    }


def _set_stage(session: Session, options: argparse.Namespace) -> int:
    from renovate_gui.app.stages import StageState

    made = session.stages.put(
        options.stage,
        StageState(options.state),
        why=options.why,
        evidence=options.evidence,
        when=options.when,
    )
    if options.json:
        say_json(_entry_json(made))
        return 0
    return _stages(session, options)
