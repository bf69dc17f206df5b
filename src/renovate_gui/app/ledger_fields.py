"""What a field of a comment form asks, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.reply import Choice

if TYPE_CHECKING:
    from renovate_gui.app.session import Session


def field_words(session: Session, key: str) -> str:
    """Return what the field of a key asks: “Proposal 3 路灯: Agree”."""
    group, _, rest = key.partition(":")
    proposal, _, option = rest.partition(":")
    if group == "answer":
        words = term(Choice(option)) if option in set(Choice) else option
        return tr("{proposal}: {words}", proposal=_proposal(session, proposal), words=words)
    if group == "comment":
        return _comment(session, rest)
    if group == "wish":
        return tr("Wish: {words}", words=_wish(rest))
    if group == "home":
        return tr("Building and stairwell")
    return _question(session, group, rest)


def _comment(session: Session, rest: str) -> str:
    if rest == "wish":
        return tr("Words beside the wish")
    if not rest:
        return tr("Comment on the renewal as a whole")
    return tr("Comment on {proposal}", proposal=_proposal(session, rest))


def _proposal(session: Session, uuid: str) -> str:
    found = next((p for p in session.proposals.all() if str(p.uuid) == uuid), None)
    if found is None:
        return tr("A proposal that is gone")
    return tr("Proposal {n}", n=found.number) + (f" {found.title}" if found.title else "")


def _wish(code: str) -> str:
    return {
        "yes": tr("wishes the renewal"),
        "no": tr("does not wish it"),
        "conditional": tr("on conditions"),
    }.get(code, code)


def _question(session: Session, group: str, code: str) -> str:
    asked = session.asked.get()
    lists = {
        "need": (tr("Needs"), asked.needs),
        "management": (tr("Later management"), asked.management),
        "rank": (tr("Number in the box of"), asked.menu),
    }
    if group not in lists:
        return f"{group} {code}".strip()
    title, questions = lists[group]
    words = next((q.title(current_language()) for q in questions if q.code == code), code)
    return tr("{proposal}: {words}", proposal=title, words=words)
