"""``ledger`` and ``comments``: what came back, who is missing, remarks and their answers, without a window."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.assets import tr
from renovate_gui.cli.report import say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import RequestError

if TYPE_CHECKING:
    from renovate_gui.app.comment_records import Comment
    from renovate_gui.app.ledger_counting import Counts, PrintedPart, ProposalTally
    from renovate_gui.app.session import Session

_WAYS = ("channel", "building", "stairwell", "version")
_STATES = ("in_work", "answered", "not_followed")


# -- arguments ----------------------------------------------------------------------------------------------------
def add_to(commands: Any) -> None:
    """Add the commands of this module."""
    words = tr("count the answers of residents: by proposal, channel or building; who has not answered")
    ledger = _command(commands, "ledger", words)
    ledger.add_argument("--by", choices=_WAYS, default="channel")
    ledger.add_argument("--version", type=int, metavar="N", help=tr("only answers to this package version"))
    ledger.add_argument(
        "--whole",
        action="store_true",
        help=tr(
            "for the office only: counts below five people by building, and every answer with its standing"
        ),
    )
    words = tr("list the remarks of residents, or answer one")
    comments = _command(commands, "comments", words)
    comments.add_argument("deed", nargs="?", choices=("list", "answer", "assign"), default="list")
    comments.add_argument(
        "comment", nargs="?", default="", metavar="COMMENT", help=tr("the beginning of its key")
    )
    comments.add_argument("--text", default="", help=tr("the official answer, or the reason"))
    comments.add_argument("--state", choices=_STATES, default="answered")
    comments.add_argument("--owner", default="", metavar="NAME", help=tr("who looks after it"))
    comments.add_argument("--open", action="store_true", help=tr("only those that wait"))


def _command(commands: Any, name: str, words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    made.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    made.add_argument(
        "--json", action="store_true", help=tr("print one JSON object and nothing else on standard output")
    )
    return made


# -- ledger -------------------------------------------------------------------------------------------------------
def ledger(options: argparse.Namespace, services: Services) -> int:
    """Count the answers; counts of few people by building only with ``--whole``."""
    with services.open_session(options.project, read_only=True) as session:
        hides = options.by in ("building", "stairwell") and not options.whole
        tallies = session.ledger.tallies(options.by, version=options.version)
        printed = session.ledger.printed(options.by, version=options.version) if hides else None
        if options.json:
            say_json(_values(session, tallies, printed, options))
        else:
            _say_ledger(session, tallies, printed, options)
    return 0


def _values(
    session: Session,
    tallies: tuple[ProposalTally, ...],
    printed: tuple[PrintedPart, ...] | None,
    options: argparse.Namespace,
) -> dict[str, Any]:
    numbers = {p.uuid: p.number for p in session.proposals.all()}
    with_late = session.ledger.counts_late
    proposals = []
    for one in tallies:
        if printed is None:
            parts: dict[str, Any] = {key: _counts(c) for key, c in one.parts.items()}
        else:
            parts = {
                p.part: {"answers": p.answers, **dict(zip(_CHOICES, p.choices, strict=True))}
                for p in printed
                if p.proposal == one.proposal
            }
        proposals.append(
            {
                "number": numbers.get(one.proposal),
                "proposal": one.proposal,
                "counted": _counts(one.total(with_late=with_late)),
                "late": _counts(one.late),
                "parts": parts,
            }
        )
    values: dict[str, Any] = {"by": options.by, "proposals": proposals, **_panel(session)}
    if options.whole:
        values["replies"] = _rows(session)
    return values


_CHOICES = ("agree", "oppose", "unsure")


def _counts(counts: Counts) -> dict[str, int]:
    return {**dict(zip(_CHOICES, counts.choices, strict=True)), "comments": counts.comments}


def _panel(session: Session) -> dict[str, Any]:
    found = session.ledger.represented()
    standings: dict[str, int] = {}
    for entry in session.ledger.rows():
        standings[entry.standing.value] = standings.get(entry.standing.value, 0) + 1
    return {
        "standings": standings,
        "answered": found.answered,
        "expected": found.expected if found.basis else None,
        "basis": found.basis,
        "is_few": found.is_few,
        "visit_next": [
            {"building": d.building, "stairwell": d.stairwell, "missing": d.missing}
            for d in found.next_visits()
        ],
    }


def _rows(session: Session) -> list[dict[str, Any]]:
    return [
        {
            "reply": e.reply.id,
            "version": e.reply.version,
            "created": e.reply.created_at,
            "channel": e.reply.extra.channel.value,
            "building": e.reply.building,
            "standing": e.standing.value,
            "replaced_by": e.replaced_by,
        }
        for e in session.ledger.rows()
    ]


def _say_ledger(
    session: Session,
    tallies: tuple[ProposalTally, ...],
    printed: tuple[PrintedPart, ...] | None,
    options: argparse.Namespace,
) -> None:
    from renovate_gui.app.ledger_words import sample_words, standing_words, why

    for sentence in sample_words(session.ledger.represented()):
        if sentence:
            say(sentence)
    proposals = {p.uuid: p for p in session.proposals.all()}
    for one in tallies:
        found = proposals.get(one.proposal)
        name = tr("A proposal that is gone") if found is None else f"{found.number} {found.title}".strip()
        own = None if printed is None else [p for p in printed if p.proposal == one.proposal]
        _say_tally(name, one, own, options.by, with_late=session.ledger.counts_late)
    if options.whole:
        for entry in session.ledger.rows():
            say(f"{entry.reply.id}  {standing_words(entry.standing)}  {why(entry)}".rstrip())


def _say_tally(
    name: str, one: ProposalTally, printed: list[PrintedPart] | None, by: str, *, with_late: bool
) -> None:
    from renovate_gui.app.ledger_words import part_words

    say(f"{name}: {_said(one.total(with_late=with_late).choices)}")
    if printed is None:
        for key, counts in sorted(one.parts.items()):
            say(f"  {part_words(by, key)}: {_said(counts.choices)}")
    else:
        for part in printed:
            say(f"  {part_words(by, part.part)}: {_printed(part)}")
    if one.late.answers and not with_late:
        say(f"  {tr('late')}: {_said(one.late.choices)}")


def _said(choices: tuple[int | None, ...]) -> str:
    from renovate_gui.app.terms import term
    from renovate_gui.domain.reply import Choice

    return "  ".join(f"{term(c)} {n}" for c, n in zip(Choice, choices, strict=True))


def _printed(part: PrintedPart) -> str:
    if part.answers is None:
        return tr("hidden: it would tell of fewer than five people")
    if part.choices[0] is None:
        return tr("{n} answers; which ones is hidden", n=part.answers)
    return _said(part.choices)


# -- comments -----------------------------------------------------------------------------------------------------
def comments(options: argparse.Namespace, services: Services) -> int:
    """List remarks, answer one, or give it to somebody."""
    reads = options.deed == "list"
    with services.open_session(options.project, read_only=reads) as session:
        if reads:
            found = [c for c in session.comments.all() if not (options.open and c.state.is_closed)]
        else:
            found = [_do(session, options)]
        if options.json:
            say_json({"comments": [_comment(session, c) for c in found]})
        else:
            for comment in found:
                _say_comment(session, comment)
    return 0


def _do(session: Session, options: argparse.Namespace) -> Comment:
    from renovate_gui.app.comment_records import CommentState

    hits = [c for c in session.comments.all() if options.comment and c.uuid.startswith(options.comment)]
    if len(hits) != 1:
        raise RequestError(
            tr(
                "“{key}” is the beginning of {n} comments’ keys; name exactly one.",
                key=options.comment,
                n=len(hits),
            )
        )
    uuid = hits[0].uuid
    if options.deed == "assign":
        session.comments.assign([uuid], options.owner)
    else:
        session.comments.answer(uuid, options.text, CommentState(options.state))
    return session.comments.find(uuid)


def _comment(session: Session, comment: Comment) -> dict[str, Any]:
    numbers = {p.uuid: p.number for p in session.proposals.all()}
    return {
        "comment": comment.uuid,
        "number": numbers.get(comment.proposal),
        "building": comment.building,
        "text": comment.text,
        "choice": comment.choice,
        "source": comment.source.value,
        "owner": comment.owner,
        "state": comment.state.value,
        "answer": comment.answer,
    }


def _say_comment(session: Session, comment: Comment) -> None:
    from renovate_gui.app.ledger_words import state_words

    held = _comment(session, comment)
    number = "–" if held["number"] is None else held["number"]
    say(f"{comment.uuid[:8]}  {number}  {state_words(comment.state)}  {' '.join(comment.text.split())}")
    if comment.answer:
        say(f"    → {' '.join(comment.answer.split())}")
