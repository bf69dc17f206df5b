"""Words of the ledger: channels, standings, states of remarks, what is compared."""

from __future__ import annotations

from renovate_gui.app.comment_records import CommentSource, CommentState
from renovate_gui.app.ledger_judging import Entry, Standing, Verdict
from renovate_gui.app.ledger_missing import Represented
from renovate_gui.assets import tr
from renovate_gui.domain.reply import Channel


def channel_words(channel: Channel) -> str:
    """Return what a channel is called."""
    return {
        Channel.PAGE: tr("Review page"),
        Channel.TEXT: tr("Message"),
        Channel.QR: tr("Codes on screen"),
        Channel.PAPER: tr("Paper form"),
        Channel.MEETING: tr("Meeting, by hand"),
    }[channel]


def part_words(by: str, part: str) -> str:
    """Return what a part of a tally is called."""
    if by == "channel":
        return channel_words(Channel(part))
    return part or tr("no building named")


def state_words(state: CommentState) -> str:
    """Return how far a remark has come."""
    return {
        CommentState.NEW: tr("New comment"),
        CommentState.IN_WORK: tr("In work"),
        CommentState.ANSWERED: tr("Answered"),
        CommentState.NOT_FOLLOWED: tr("Not followed"),
    }[state]


def source_words(source: CommentSource) -> str:
    """Return where a remark comes from."""
    return {
        CommentSource.REPLY: tr("from a reply"),
        CommentSource.SCAN: tr("handwritten"),
        CommentSource.MEETING: tr("from a meeting"),
        CommentSource.OFFICE: tr("from the office"),
    }[source]


def standing_words(standing: Standing) -> str:
    """Return what a reply is worth."""
    return {
        Standing.COUNTED: tr("counts"),
        Standing.LATE: tr("late"),
        Standing.REPLACED: tr("replaced"),
        Standing.ASIDE: tr("laid aside"),
    }[standing]


def why(entry: Entry) -> str:
    """Return why a reply stands as it does, in one sentence; empty for one that is simply counted."""
    if entry.standing is Standing.REPLACED:
        return _why_replaced(entry)
    if entry.standing is Standing.LATE:
        return tr("It came after the last day for answers; it is kept and counted apart.")
    if entry.ruling is None:
        return ""
    name = entry.ruling.who
    return {
        Verdict.ASIDE: tr("Laid aside by {name}: {reason}", name=name, reason=entry.ruling.reason),
        Verdict.IN_TIME: tr("Taken as in time by {name}.", name=name),
        Verdict.STANDS: tr("Counts by decision of {name}.", name=name),
    }[entry.ruling.verdict]


def _why_replaced(entry: Entry) -> str:
    if entry.is_late:
        return tr("The household has an answer that came in time; this one came after the last day.")
    if entry.channels:
        ways = tr(", ").join(channel_words(c) for c in entry.channels)
        return tr("The household answered more than once ({ways}); the last answer counts.", ways=ways)
    return tr("The household answered again; the last answer counts.")


def basis_words(basis: str) -> str:
    """Return what answers are compared with."""
    return {
        "flats": tr("flats in the register of owners"),
        "households": tr("households"),
        "dwellings": tr("dwellings"),
        "residents": tr("residents (one answer may speak for a family)"),
    }.get(basis, "")


def sample_words(found: Represented) -> tuple[str, str]:
    """Return how many answered, and a warning in plain words; the warning is empty when there is nothing to warn of."""
    rate = found.rate
    if rate is None:
        said = tr("{n} answered; how many could have is not known.", n=f"{found.answered:,}")
    else:
        said = tr(
            "{n} answered of {total} {basis}: {share} %.",
            n=f"{found.answered:,}",
            total=f"{found.expected:,.0f}",
            basis=basis_words(found.basis),
            share=f"{rate * 100:.0f}" if rate >= 0.095 else f"{rate * 100:.1f}",
        )
    if not found.answered or not found.is_few:
        return said, ""
    points = f"{(found.margin or 0) * 100:.0f}"
    return said, tr(
        "That is few. Even if the answers were drawn by lot, a share could be off by {points} points either way; and who answers by choice is not drawn by lot. Take the counts as hints and visit those who are missing.",
        points=points,
    )
