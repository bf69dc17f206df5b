"""What a merge brings, in sentences a planner reads without training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from renovate_gui.assets import current_language, tr
from renovate_gui.domain.difference import (
    ChangeKind,
    Conflict,
    Difference,
    MergeReport,
    ObjectChange,
    ObjectKind,
)
from renovate_gui.store.owner import user_name

_MOST_GROUPS = 8
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(at: str) -> str:
    """Return a time of the history as people say it, in local time: “3 May 14:02”, with the year when it is not this one."""
    try:
        when = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    now = datetime.now().astimezone()
    clock = when.strftime("%H:%M")
    if current_language() == "zh_CN":
        year = f"{when.year} 年 " if when.year != now.year else ""
        return f"{year}{when.month} 月 {when.day} 日 {clock}"
    year = f" {when.year}" if when.year != now.year else ""
    return f"{when.day} {_MONTHS[when.month - 1]}{year} {clock}"


def people(names: Sequence[str]) -> str:
    """Return who worked in the other copy; “A colleague” where nobody is known, “the other copy” where a name is one's own."""
    if user_name() in names:  # one person on two machines, or two people with one login name
        return tr("the other copy")
    known = [name for name in names if name]
    return tr(", ").join(known) if known else tr("A colleague")


def parted(report: MergeReport) -> str:
    """Return whose copy it is, since when it has gone its own way, and by how many steps."""
    who = people(report.who)
    if not report.steps:
        return tr("“{name}” has nothing that is not here already.", name=report.other)
    since = moment(report.parted_at)
    if user_name() in report.who:
        return _parted_from_oneself(len(report.steps), since)
    if len(report.steps) == 1:
        return tr(
            "{who}'s copy parted from yours on {when}; one step was done in it since.", who=who, when=since
        )
    return tr(
        "{who}'s copy parted from yours on {when}; {n} steps were done in it since.",
        who=who,
        when=since,
        n=f"{len(report.steps):,}",
    )


def _parted_from_oneself(steps: int, since: str) -> str:
    if steps == 1:
        return tr("The other copy parted from yours on {when}; one step was done in it since.", when=since)
    return tr(
        "The other copy parted from yours on {when}; {n} steps were done in it since.",
        when=since,
        n=f"{steps:,}",
    )


def brings(difference: Difference) -> tuple[str, ...]:
    """Return what comes in, the larger groups first: “3 new proposals”, “5 changed in “Buildings””."""
    groups = Counter(
        (c.what, c.kind, c.layer_name if c.what is ObjectKind.FEATURE else "") for c in difference.changes
    )
    lines = [count_words(what, kind, n, layer) for (what, kind, layer), n in groups.most_common()]
    if len(lines) <= _MOST_GROUPS:
        return tuple(lines)
    rest = sum(n for _, n in groups.most_common()[_MOST_GROUPS:])
    return (*lines[:_MOST_GROUPS], tr("{n} more", n=f"{rest:,}"))


def count_words(what: ObjectKind, kind: ChangeKind, n: int, layer: str = "") -> str:
    """Return a count of one sort of change in words."""
    number = f"{n:,}"
    if what is ObjectKind.FEATURE:
        return {
            ChangeKind.ADDED: lambda: tr("{n} new in “{layer}”", n=number, layer=layer),
            ChangeKind.CHANGED: lambda: tr("{n} changed in “{layer}”", n=number, layer=layer),
            ChangeKind.REMOVED: lambda: tr("{n} removed from “{layer}”", n=number, layer=layer),
        }[kind]()
    things = things_words(what, n)
    return {
        ChangeKind.ADDED: lambda: tr("{n} new {things}", n=number, things=things),
        ChangeKind.CHANGED: lambda: tr("{n} changed {things}", n=number, things=things),
        ChangeKind.REMOVED: lambda: tr("{n} removed {things}", n=number, things=things),
    }[kind]()


def things_words(what: ObjectKind, n: int) -> str:
    """Return the noun for one or many objects of a sort."""
    words: dict[ObjectKind, tuple[Callable[[], str], Callable[[], str]]] = {
        ObjectKind.PROPOSAL: (lambda: tr("proposal"), lambda: tr("proposals")),
        ObjectKind.NOTE: (lambda: tr("callout"), lambda: tr("callouts")),
        ObjectKind.PHOTO: (lambda: tr("photo"), lambda: tr("photos")),
        ObjectKind.REPLY: (lambda: tr("reply"), lambda: tr("replies")),
        ObjectKind.PACKAGE: (lambda: tr("package"), lambda: tr("packages")),
        ObjectKind.LAYER: (lambda: tr("layer"), lambda: tr("layers")),
        ObjectKind.FEATURE: (lambda: tr("map object"), lambda: tr("map objects")),
        ObjectKind.FIGURE: (lambda: tr("kept figure"), lambda: tr("kept figures")),
        ObjectKind.SCENARIO: (lambda: tr("scenario"), lambda: tr("scenarios")),
        ObjectKind.RECORD: (lambda: tr("council record"), lambda: tr("council records")),
        ObjectKind.SETTING: (lambda: tr("project setting"), lambda: tr("project settings")),
    }
    return words[what][0 if n == 1 else 1]()


def place_words(change: ObjectChange) -> str:
    """Return what sort of object a change is about: its layer's name for a feature, else the noun."""
    if change.what is ObjectKind.FEATURE:
        return change.layer_name or things_words(change.what, 1)
    if change.what is ObjectKind.LAYER and change.features:
        count = tr("1 feature") if change.features == 1 else tr("{n} features", n=f"{change.features:,}")
        return tr("{thing} · {count}", thing=things_words(change.what, 1), count=count)
    return things_words(change.what, 1)


def conflict_sentence(conflict: Conflict, who: str) -> str:
    """Return in one sentence why somebody has to decide."""
    removed = ChangeKind.REMOVED
    if conflict.mine.kind is removed:
        return tr("You removed it; {who} changed it.", who=who)
    if conflict.theirs.kind is removed:
        return tr("You changed it; {who} removed it.", who=who)
    if conflict.mine.kind is ChangeKind.ADDED:
        return tr("You and {who} each made one; they differ.", who=who)
    return tr("You and {who} changed the same thing in different ways.", who=who)
