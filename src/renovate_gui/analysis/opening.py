"""Opening hours of lifts and gates, read from what people write in a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

_DAY = 24 * 60
_ALWAYS = re.compile(r"24\s*/\s*7|24\s*(?:小时|h\b|hours?)|全天|全日|always|昼夜", re.IGNORECASE)
_CLOSED = re.compile(r"^\s*(?:off|closed|停用|停运|关闭|不开放)\s*$", re.IGNORECASE)
_CLOCK = r"(\d{1,2})\s*(?:[:：.]\s*(\d{2})|[时点]\s*(?:(\d{1,2})\s*分?|(半))?)"
_RANGE = re.compile(_CLOCK + r"\s*(?:-|–|—|－|~|～|〜|至|到|to)\s*(次日)?\s*" + _CLOCK, re.IGNORECASE)


class Readable(StrEnum):
    """Whether hours could be read."""

    ALWAYS = "always"
    READ = "read"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Hours:
    """When a way is open; days of the week are not told apart: what is open on any day is open.

    Attributes
    ----------
    text
        What was written.
    ranges
        Minutes after midnight, first and last; the last may lie before the first, past midnight.
    """

    text: str
    readable: Readable
    ranges: tuple[tuple[int, int], ...] = ()

    def is_open(self, at: time) -> bool:
        """Return whether the way is open at an hour; one whose hours cannot be read counts as open."""
        if self.readable is not Readable.READ:
            return True
        minute = at.hour * 60 + at.minute
        return any(_holds(first, last, minute) for first, last in self.ranges)


def _holds(first: int, last: int, minute: int) -> bool:
    if first < last:
        return first <= minute < last
    return minute >= first or minute < last


def read_hours(text: str) -> Hours | None:
    """Return the hours of a text such as ``06:00-22:00``, ``6时至22时``, ``24/7`` or ``全天``; None for an empty one."""
    words = text.strip()
    if not words:
        return None
    if _CLOSED.match(words):
        return Hours(words, Readable.READ)
    ranges = tuple(r for r in (_range(m) for m in _RANGE.finditer(words)) if r is not None)
    if ranges:
        is_always = any(first % _DAY == last % _DAY for first, last in ranges)
        return Hours(words, Readable.ALWAYS if is_always else Readable.READ, ranges)
    return Hours(words, Readable.ALWAYS if _ALWAYS.search(words) else Readable.UNREADABLE)


def _range(found: re.Match[str]) -> tuple[int, int] | None:
    first = _minute(found.group(1), found.group(2) or found.group(3), is_half=bool(found.group(4)))
    last = _minute(found.group(6), found.group(7) or found.group(8), is_half=bool(found.group(9)))
    return None if first is None or last is None else (first, last)


def _minute(hour: str, minute: str | None, *, is_half: bool) -> int | None:
    total = int(hour) * 60 + (30 if is_half else int(minute or 0))
    return total if total <= _DAY and int(minute or 0) < 60 else None
