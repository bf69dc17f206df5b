"""The lines of the history list, newest on top: days, steps, named versions, the present, the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from renovate_gui.app.timeline import START, HistoryStep, NamedVersion
from renovate_gui.assets import current_language, tr


class RowKind(StrEnum):
    """What a line is."""

    DAY = "day"
    NOW = "now"
    STEP = "step"
    VERSION = "version"
    START = "start"


@dataclass(frozen=True, slots=True)
class Row:
    """One line.

    Attributes
    ----------
    key
        Its name from one reading of the history to the next.
    words, clock
        What is written, and the time of the day.
    state
        The state one goes to from here.
    is_faint
        Not in effect now.
    """

    kind: RowKind
    key: str
    words: str
    clock: str = ""
    who: str = ""
    why: str = ""
    state: str = START
    step: HistoryStep | None = None
    version: NamedVersion | None = None
    is_faint: bool = False

    @property
    def can_be_chosen(self) -> bool:
        """Return whether a person can choose the line."""
        return self.kind not in {RowKind.DAY, RowKind.NOW}


def build_rows(
    steps: Sequence[HistoryStep], versions: Sequence[NamedVersion], state: str, search: str = ""
) -> list[Row]:
    """Return the lines, newest first.

    Parameters
    ----------
    steps
        Oldest first, as the history gives them.
    state
        Name of the present state.
    search
        Only steps and versions with these words stay, with their days.
    """
    wanted = search.casefold().split()
    named: dict[str, list[NamedVersion]] = {}
    for version in versions:
        named.setdefault(version.state, []).append(version)
    days = _Days()
    rows: list[Row] = []
    for step in reversed(steps):
        when = _local(step.at)
        found = [
            _version_row(v) for v in reversed(named.get(step.uuid, ())) if _fits(wanted, v.name, v.who, v.why)
        ]
        if _fits(wanted, step.what, step.who, step.why):
            found.append(_step_row(step, when))
        if step.uuid == state and not wanted:
            rows.append(Row(RowKind.NOW, "now", tr("Now"), state=state))
        if found:
            rows += days.head(when)
            rows += found
    if not wanted:
        rows += [Row(RowKind.NOW, "now", tr("Now"))] if state == START and steps else []
        rows += [_version_row(v) for v in reversed(named.get(START, ()))]
        rows.append(Row(RowKind.START, "start", tr("Beginning of the history"), is_faint=not steps))
    return rows


class _Days:
    """Gives each day its heading once, as long as it does not change."""

    def __init__(self) -> None:
        self._last: date | None = None
        self._count = 0
        self._today = datetime.now().astimezone().date()

    def head(self, when: datetime | None) -> list[Row]:
        day = None if when is None else when.date()
        if day is None or day == self._last:
            return []
        self._last = day
        self._count += 1
        return [Row(RowKind.DAY, f"day:{day}:{self._count}", day_words(day, self._today))]


def _step_row(step: HistoryStep, when: datetime | None) -> Row:
    clock = "" if when is None else f"{when.hour:02}:{when.minute:02}"
    return Row(
        RowKind.STEP, f"step:{step.uuid}", step.what, clock, step.who, " ".join(step.why.split()), step.uuid, step,
        is_faint=step.is_undone,
    )  # fmt: skip


def _version_row(version: NamedVersion) -> Row:
    when = _local(version.at)
    clock = "" if when is None else f"{when.hour:02}:{when.minute:02}"
    return Row(
        RowKind.VERSION, f"version:{version.uuid}", version.name, clock, version.who, " ".join(version.why.split()),
        version.state, version=version,
    )  # fmt: skip


def _fits(wanted: list[str], *texts: str) -> bool:
    if not wanted:
        return True
    said = " ".join(texts).casefold()
    return all(word in said for word in wanted)


@lru_cache(maxsize=20_000)
def _local(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at).astimezone()
    except ValueError:
        return None


def day_words(day: date, today: date) -> str:
    """Return a day as people say it: Today, Yesterday, 12 May, 12 May 2025."""
    if day == today:
        return tr("Today")
    if (today - day).days == 1:
        return tr("Yesterday")
    if current_language() == "zh_CN":
        words = f"{day.month} 月 {day.day} 日"
        return words if day.year == today.year else f"{day.year} 年 {words}"
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    words = f"{day.day} {months[day.month - 1]}"
    return words if day.year == today.year else f"{words} {day.year}"


def moment_words(at: str) -> str:
    """Return a time of the history in full: day and clock."""
    when = _local(at)
    if when is None:
        return at
    return f"{day_words(when.date(), datetime.now().astimezone().date())} {when.hour:02}:{when.minute:02}"
