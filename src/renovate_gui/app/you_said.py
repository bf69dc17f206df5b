"""“You said → we did”: what residents said about each numbered proposal, and what became of it, fit for print."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from renovate_gui.app.comment_records import Comment, CommentState
from renovate_gui.app.ledger_counting import printed_total
from renovate_gui.app.ledger_words import state_words
from renovate_gui.app.plan_changes import digest
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.reply import Choice
from renovate_gui.io.package.privacy import K_PEOPLE, has_contact
from renovate_gui.io.package.screening import traces_in

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

_QUOTE = 60
_PERSONAL = re.compile(
    r"(?:[\u4e00-\u9fff]{1,3}(?:奶奶|爷爷|先生|女士|小姐|阿姨|叔叔|大爷|大妈|大叔|大姐|师傅|老师|主任|医生))"
    r"|我叫|名叫|\d{2,4}\s*(?:室|房|户)|\d+\s*[-－—]\s*\d+\s*[-－—]\s*\d{2,4}"
    r"|\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+[A-Z]|\b(?:flat|room|apartment)\s*(?:no\.?\s*)?\d",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class YouSaid:
    """One row of a sheet.

    Attributes
    ----------
    number
        Number of the proposal, which is that of its sheet.
    said
        Counts of at least five people, or a short quote that names nobody.
    did
        The official answer, or what happens with it.
    state
        The proposal's or the remark's state in words.
    """

    number: int
    proposal: Uuid
    said: str
    did: str
    state: str


def you_said(session: Session, package_before: Uuid | None = None) -> tuple[YouSaid, ...]:
    """Return what was said to a package and what was done, by number; empty when none was given out.

    Parameters
    ----------
    package_before
        The package that was answered; None: the newest one.

    Notes
    -----
    Fit for every class of package: no count of fewer than five people, no quote with a name, number or address, no
    name of who looks after it. How many answered in all is not said: it would give small counts away.
    """
    packages = {uuid: (version, held) for uuid, version, held in session.project.packages()}
    if package_before is None and packages:
        package_before = max(packages, key=lambda u: packages[u][0])
    if package_before is None or package_before not in packages:
        return ()
    version, held = packages[package_before]
    since = str(held.get("created", ""))
    with_late = session.ledger.counts_late
    totals = {t.proposal: t.total(with_late=with_late) for t in session.ledger.tallies(version=version)}
    changed = _changed(session, held)
    rows: list[YouSaid] = []
    for proposal in sorted(session.proposals.all(), key=lambda p: p.number):
        counts = totals.get(proposal.uuid)
        if counts is not None and counts.answers:
            rows.append(_counted(proposal, printed_total(counts), is_changed=proposal.uuid in changed))
        remarks = [c for c in session.comments.of_proposal(proposal.uuid) if _belongs(c, version, since)]
        rows += _answered(proposal, remarks)
    return tuple(rows)


def _belongs(comment: Comment, version: int, since: str) -> bool:
    """Return whether a remark answers this package, or came or was answered after it went out."""
    if comment.version == version:
        return True
    is_late_answer = bool(since) and comment.answered_at >= since
    return is_late_answer or (comment.version == 0 and comment.at >= since)


def _changed(session: Session, held: Mapping[str, Any]) -> frozenset[str]:
    before = held.get("digest") or {}
    now = digest(session.proposals.all())
    return frozenset(u for u, d in now.items() if u in before and before[u].get("hash") != d["hash"])


def _counted(
    proposal: Proposal, choices: tuple[int | None, int | None, int | None], *, is_changed: bool
) -> YouSaid:
    parts = []
    for choice, count in zip((Choice.AGREE, Choice.OPPOSE, Choice.UNSURE), choices, strict=True):
        if count is None:
            parts.append(tr("{choice}: fewer than {k}", choice=term(choice), k=K_PEOPLE))
        elif count:
            parts.append(tr("{choice}: {n}", choice=term(choice), n=count))
    did = tr("The proposal was changed since then.") if is_changed else tr("The proposal stands as it was.")
    return YouSaid(proposal.number, proposal.uuid, " · ".join(parts), did, term(proposal.status))


def _answered(proposal: Proposal, remarks: Sequence[Comment]) -> list[YouSaid]:
    """Return a row for each answer that was given, then one for what is in work and one for what is new."""
    groups: dict[tuple[CommentState, str], list[Comment]] = {}
    for remark in remarks:
        key = (remark.state, remark.answer if remark.state.is_closed else "")
        groups.setdefault(key, []).append(remark)
    order = [CommentState.ANSWERED, CommentState.NOT_FOLLOWED, CommentState.IN_WORK, CommentState.NEW]
    rows = []
    for state, answer in sorted(groups, key=lambda k: order.index(k[0])):
        found = groups[state, answer]
        did = _without_personal(answer) if state.is_closed else _waiting(state)
        rows.append(YouSaid(proposal.number, proposal.uuid, _said(found, state), did, state_words(state)))
    return rows


def _said(found: Sequence[Comment], state: CommentState) -> str:
    quotes = [q for c in found if (q := quote(c.text))] if state.is_closed else []
    count = len(found)
    if count >= K_PEOPLE:
        words = tr("{n} comments", n=count)
        return tr("{words}, one of them: “{quote}”", words=words, quote=quotes[0]) if quotes else words
    if quotes:
        return " ".join(tr("“{quote}”", quote=q) for q in dict.fromkeys(quotes))
    return tr("A comment") if count == 1 else tr("Some comments")


def quote(text: str) -> str:
    """Return a short quote that names nobody, or an empty text when the remark may not be quoted."""
    words = " ".join(text.split())
    if names_somebody(words):
        return ""
    return words if len(words) <= _QUOTE else words[: _QUOTE - 1].rstrip() + "…"


def names_somebody(text: str) -> bool:
    """Return whether a text seems to name a person, a phone, an identity number or a flat."""
    own = _PERSONAL.search(text) or _DIGITS.search(text)
    return own is not None or has_contact(text) or bool(traces_in(text))


def _without_personal(answer: str) -> str:
    if names_somebody(answer):
        return tr("Answered; please ask at the contact given, the answer names somebody.")
    return answer


def _waiting(state: CommentState) -> str:
    return tr("Being looked into.") if state is CommentState.IN_WORK else tr("Not answered yet.")
