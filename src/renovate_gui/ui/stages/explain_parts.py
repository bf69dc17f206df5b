"""The parts of the card that says why a building has its verdict: facilities near it, other people, the rule."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from renovate_gui.app.gap_profile import LEAST_TOLD
from renovate_gui.app.gap_words import few, metres, minutes_words, most_minutes
from renovate_gui.assets import tr
from renovate_gui.domain.verdict import Explanation, FacilityWay, Verdict, WalkerVerdict
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import Elided, text

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def ways_table(explanation: Explanation) -> QWidget:
    """Return the nearest facilities: metres, minutes there and back, places taken; hurdles below each name."""
    holder, grid = _grid()
    has_room = any(math.isfinite(w.capacity) for w in explanation.ways)
    heads = [tr("m"), tr("min there"), tr("min back")] + ([tr("taken")] if has_room else [])
    for column, words in enumerate(heads, start=1):
        grid.addWidget(_right(text(words, "small", wrap=False)), 0, column)
    for i, way in enumerate(explanation.ways):
        line = 1 + 2 * i
        grid.addWidget(
            Elided(("✓ " if way.passes else "") + way.name, "strong" if way.passes else ""), line, 0
        )
        most = explanation.minutes_limit
        figures = [
            metres(way.metres, explanation.limit_m),
            minutes(way.minutes_there, most),
            minutes(way.minutes_back, most),
        ]
        for column, figure in enumerate(figures + ([_load(way)] if has_room else []), start=1):
            grid.addWidget(_right(text(figure, "strong" if way.passes else "", wrap=False)), line, column)
        words = hurdles(way)
        if words:
            grid.addWidget(text(words, "small"), line + 1, 0, 1, len(heads) + 1)
    return holder


def walkers_table(explanation: Explanation, look: Look) -> QWidget:
    """Return what other people living here would get."""
    holder, grid = _grid()
    is_far = explanation.verdict is Verdict.OUT_OF_REACH  # for everybody: nobody's pace is the reason
    fails = look.verdict(Verdict.OUT_OF_REACH) if is_far else look.person
    for line, walker in enumerate(explanation.walkers):
        mark = text("●", wrap=False)
        mark.setStyleSheet(f"color: {look.served if walker.passes else fails};")
        name = text(walker.title, "strong" if walker.title == explanation.walker else "", wrap=False)
        grid.addWidget(mark, line, 0)
        grid.addWidget(name, line, 1)
        grid.addWidget(
            _right(text(walker_words(walker, explanation.minutes_limit), "quiet", wrap=False)), line, 2
        )
    grid.setColumnStretch(0, 0)
    grid.setColumnStretch(1, 1)
    return holder


def walker_words(walker: WalkerVerdict, limit: float) -> str:
    """Return what a person would get, in words."""
    if walker.passes:
        return tr("within the standard, {n} min", n=minutes(walker.minutes))
    if not math.isfinite(walker.minutes):
        return tr("no way")
    if walker.minutes <= limit:  # quick enough, but a standard counts metres too
        return tr("{n} min, but farther than the standard", n=minutes(walker.minutes))
    return tr("{n} min, more than {limit}", n=minutes(walker.minutes, limit), limit=most_minutes(limit))


def hurdles(way: FacilityWay) -> str:
    """Return what makes a way hard: a longer way round, stairs, climb, steepest stretch, rests."""
    parts = []
    if math.inf > way.walked_m > way.metres + 1.0:
        parts.append(tr("walks {metres} m", metres=f"{way.walked_m:,.0f}"))
    if way.stairs:
        parts.append(_stairs(way))
    if way.up_m >= 1.0 or way.down_m >= 1.0:
        parts.append(tr("up {up} m, down {down} m", up=f"{way.up_m:.0f}", down=f"{way.down_m:.0f}"))
    if way.steepest >= LEAST_TOLD:
        parts.append(tr("steepest {grade} %", grade=f"{100 * way.steepest:.0f}"))
    if way.rests:
        parts.append(tr("rests: {n}", n=way.rests))
    return " · ".join(parts)


def _stairs(way: FacilityWay) -> str:
    if way.steps is None:
        return tr("stairs ×{n}", n=way.stairs)
    return tr("stairs ×{n}, about {steps} steps", n=way.stairs, steps=f"{way.steps:,}")


def minutes(value: float, limit: float = math.nan) -> str:
    """Return minutes; words where this person cannot walk there."""
    return minutes_words(value, limit) if math.isfinite(value) else tr("no way")


def _load(way: FacilityWay) -> str:
    if not math.isfinite(way.capacity):
        return tr("not stated")
    if not math.isfinite(way.taken):
        return tr("of {n}", n=f"{way.capacity:,.0f}")
    return tr("{taken} of {n}", taken=few(round(way.taken, 1)), n=f"{way.capacity:,.0f}")


def _grid() -> tuple[QWidget, QGridLayout]:
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(0, 1)
    return holder, grid


def _right(label: QLabel) -> QLabel:
    label.setAlignment(_RIGHT)
    return label
