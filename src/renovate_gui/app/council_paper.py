"""``council-paper.pdf``: the agenda, what is asked under which rule, the tallies so far, the decision sought.

For the council and the working team, never for a public notice. Names and private notes are left behind by
:func:`renovate_gui.app.meetings.public_view`; residents' remarks stand without their words except for the working team,
and counts of a single block or stairwell below k are not printed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from renovate_gui.app.consent_rules import rule_words, said, share_words, source_words
from renovate_gui.app.handouts import compose_handout
from renovate_gui.app.meetings import (
    AgendaItem,
    ItemKind,
    Meeting,
    attending_words,
    item_title,
    outcome_words,
    public_view,
)
from renovate_gui.app.needs import K_RESPONDENTS
from renovate_gui.app.package_parts import PartContext, PartResult
from renovate_gui.app.ports import PrintedTable, Sheet, SheetText
from renovate_gui.app.voting_records import Ballot
from renovate_gui.app.voting_standing import Standing
from renovate_gui.app.voting_words import (
    area_words,
    closing_sentence,
    group_words,
    kind_words,
    missing_sentence,
    place_words,
)
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.consent import Check, Count, Scope
from renovate_gui.domain.scene import Scene
from renovate_gui.io.package.privacy import masked

if TYPE_CHECKING:
    from renovate_gui.app.plan_content import PlanContent
    from renovate_gui.app.session import Session

FILE = "council-paper.pdf"
_NOWHERE = (0.0, 0.0, 100.0, 100.0)


def council_paper(context: PartContext) -> PartResult:
    """Write the paper; nothing for a public notice, and nothing where there is neither meeting nor ballot."""
    if context.request.distribution == "public":
        return PartResult()
    sheets = paper_sheets(context.session, context.content)
    if not sheets:
        return PartResult()
    context.check()
    handout = replace(
        compose_handout(context.content, sheets, paper="A4", seal=context.seal),
        title=tr("Paper for the council"),
    )
    report = context.printer.print_handout(handout, context.folder / FILE)
    missing = report.missing_glyphs
    return PartResult(
        (tr("{file}: no font at hand draws {glyphs}", file=FILE, glyphs=missing),) if missing else ()
    )


def paper_sheets(session: Session, content: PlanContent) -> tuple[Sheet, ...]:
    """Return the sheets: agenda, one per ballot, actions."""
    meeting = session.meetings.next()
    meeting = None if meeting is None else public_view(meeting)
    ballots = [b for b in session.voting.ballots() if b.is_open or _is_latest(session, b)]
    sheets = []
    if meeting is not None:
        sheets.append(_agenda(session, content, meeting))
    sheets += [_ballot(content, session.voting.standing(b)) for b in ballots]
    actions = session.meetings.open_actions()
    if actions:
        rows = tuple((a.what, a.owner, a.due or "–", m.title) for m, a in actions)
        heads = (tr("What is to be done"), tr("Who does it"), tr("Until"), tr("Meeting"))
        table = PrintedTable(heads, rows, (44, 22, 12, 22))
        sheets.append(_sheet(content, tr("Actions that are not done"), table))
    return tuple(sheets)


def _is_latest(session: Session, ballot: Ballot) -> bool:
    """Return whether a closed ballot is the last one of its kind and place: what came of it belongs into the paper."""
    same = [
        b
        for b in session.voting.ballots()
        if (b.kind, b.building, b.stairwell) == (ballot.kind, ballot.building, ballot.stairwell)
    ]
    return same[-1].uuid == ballot.uuid


def _sheet(
    content: PlanContent,
    title: str,
    table: PrintedTable,
    *paragraphs: SheetText,
    doubt: str = "",
) -> Sheet:
    who = content.identity
    parts = (who.community, tr("Council draft, version {n}", n=who.version), who.date)
    return Sheet(
        title=title,
        subtitle=" · ".join(p for p in parts if p),
        scene=Scene((), who.crs),
        extent=_NOWHERE,
        table=table,
        paragraphs=tuple(p for p in paragraphs if p.words),
        doubt=doubt,
    )


# -- agenda -------------------------------------------------------------------------------------------------------
def _agenda(session: Session, content: PlanContent, meeting: Meeting) -> Sheet:
    has_words = content.identity.distribution == "working"
    rows = tuple(
        (str(n), _title(session, item, has_words=has_words), _asked(item), _decision(item))
        for n, item in enumerate(meeting.agenda, start=1)
    )
    heads = ("#", tr("Item"), tr("Decision sought"), tr("Decision"))
    facts = (meeting.when, meeting.place, meeting.host)
    came = tr(", ").join(f"{attending_words(r)} {n}" for r, n in meeting.attendance.items())
    sheet = _sheet(
        content,
        tr("Agenda: {title}", title=meeting.title),
        PrintedTable(heads, rows or (("–", tr("Nothing is open."), "", ""),), (6, 40, 27, 27), bold=(1,)),
        SheetText("", f"{tr('Who came')}{tr(': ')}{came}" if came else ""),
    )
    return replace(sheet, subtitle=" · ".join(f for f in (*facts, sheet.subtitle) if f))


def _title(session: Session, item: AgendaItem, *, has_words: bool) -> str:
    if item.kind is not ItemKind.COMMENT:
        return item_title(item)
    if has_words:
        return masked(item_title(item))
    found = next((c for c in session.comments.all() if c.uuid == item.about), None)
    numbers = {p.uuid: p.number for p in session.proposals.all()}
    if found is None or found.proposal not in numbers:
        return tr("A resident's remark")
    return tr("A resident's remark on proposal {n}", n=numbers[found.proposal])


def _asked(item: AgendaItem) -> str:
    return {
        ItemKind.BALLOT: tr("Take note of the tally; say who visits whom"),
        ItemKind.COMMENT: tr("Answer it: follow, or not and why"),
        ItemKind.PROPOSAL: tr("Agree, change or refuse"),
        ItemKind.OWN: tr("Talk about it"),
    }[item.kind]


def _decision(item: AgendaItem) -> str:
    if item.outcome.value == "open":
        return ""
    parts = [outcome_words(item.outcome), masked(item.why), item.next_date]
    return tr("; ").join(p for p in parts if p)


# -- ballots ------------------------------------------------------------------------------------------------------
def _ballot(content: PlanContent, standing: Standing) -> Sheet:
    ballot = standing.ballot
    rule = ballot.rule
    checks = ((tr("Took part"), standing.judgement.quorum), (tr("Agreed"), standing.judgement.agree))
    is_small = ballot.level is not Scope.ESTATE
    rows = [
        (tr("What is asked"), f"{kind_words(ballot.kind)} · {place_words(ballot)}"),
        (tr("Voted on"), _subject(ballot)),
        (tr("The rule"), f"{said(rule.title)}{tr(': ')}{rule_words(rule)}"),
        (tr("Source"), source_words(rule)),
        *(row for name, c in checks if c is not None for row in _check_rows(name, c, is_small=is_small)),
        (tr("How it stands"), _stands(standing)),
        (tr("By building"), _blocks(standing)),
        (tr("Decision sought"), _sought(standing)),
        (tr("Sealed"), str(ballot.result.get("seal", ""))),
    ]
    kept = tuple((label, words) for label, words in rows if words)
    return _sheet(
        content,
        ballot.title,
        PrintedTable((tr("Ballot"), ""), kept, (22, 78), bold=(0,)),
        doubt="" if rule.is_checked else tr("The rule has not been compared with the printed text."),
    )


def _check_rows(name: str, check: Check, *, is_small: bool) -> list[tuple[str, str]]:
    """Return a line each for heads and area: what is reached of what, what is needed, what is missing."""
    rows = []
    for met, what, have, whole, needed, short in (
        (check.heads_met, tr("owners"), *_whole_numbers(check)),
        (check.area_met, tr("floor area"), *_areas(check)),
    ):
        if met is None:
            continue
        if is_small and is_hidden(check.have, check.whole):
            words = tr("reached") if met else tr("not yet")
        elif met:
            words = tr(
                "{have} of {whole}; needed {needed} ({share}): reached",
                have=have, whole=whole, needed=needed, share=share_words(check.share),
            )  # fmt: skip
        else:
            words = tr(
                "{have} of {whole}; needed {needed} ({share}): {short} missing",
                have=have, whole=whole, needed=needed, share=share_words(check.share), short=short,
            )  # fmt: skip
        rows.append((f"{name} · {what}", words))
    return rows


def _whole_numbers(check: Check) -> tuple[str, str, str, str]:
    numbers = (check.have.heads, check.whole.heads, check.heads_needed, check.missing.heads)
    have, whole, needed, short = (f"{n:,}" for n in numbers)
    return have, whole, needed, short


def _areas(check: Check) -> tuple[str, str, str, str]:
    areas = (check.have.area, check.whole.area, check.area_needed, check.missing.area)
    have, whole, needed, short = (tr("{area} m²", area=area_words(a)) for a in areas)
    return have, whole, needed, short


def is_hidden(part: Count, whole: Count, k: int = K_RESPONDENTS) -> bool:
    """Return whether a count of a block or stairwell stays unprinted: it, or what it leaves, is of 1 to k − 1 owners."""
    return 0 < part.heads < k or 0 < whole.heads - part.heads < k


def _stands(standing: Standing) -> str:
    hides = standing.ballot.level is not Scope.ESTATE and any(
        is_hidden(c.have, c.whole)
        for c in (standing.judgement.quorum, standing.judgement.agree)
        if c is not None
    )
    if hides:
        words = tr("The numbers are not printed: fewer than {k} owners could be told apart.", k=K_RESPONDENTS)
        return f"{tr('reached') if standing.passes else tr('not yet')}. {words}"
    if not standing.ballot.is_open:
        return tr("passed") if standing.passes else tr("rejected")
    if standing.still_to_agree:
        return tr("The consent of owners whose own part is used is still missing.")
    sentences = (missing_sentence(standing), closing_sentence(standing))
    return ("" if current_language() == "zh_CN" else " ").join(s for s in sentences if s)


def _blocks(standing: Standing) -> str:
    """Return which blocks have reached the quorum, without a number that could point at a door."""
    if standing.ballot.level is not Scope.ESTATE:
        return ""
    reached = [group_words(g) for g in standing.blocks if standing.has_quorum(g)]
    others = [group_words(g) for g in standing.blocks if not standing.has_quorum(g)]
    parts = []
    if reached:
        parts.append(tr("reached in {blocks}", blocks=tr(", ").join(reached)))
    if others:
        parts.append(tr("not yet in {blocks}", blocks=tr(", ").join(others)))
    return tr("; ").join(parts)


def _subject(ballot: Ballot) -> str:
    parts = []
    if ballot.subject.version:
        parts.append(tr("version {n} of the package", n=ballot.subject.version))
    if ballot.subject.scenario_name:
        parts.append(tr("scenario “{name}”", name=ballot.subject.scenario_name))
    return tr(", ").join(parts)


def _sought(standing: Standing) -> str:
    if not standing.ballot.is_open:
        return tr("Take note of the result and decide on the next stage.")
    if standing.passes:
        return tr("Close the ballot, seal the result and go on to the next stage.")
    return tr("Keep the ballot open and say who visits whom until when; or close it as it stands.")
