"""Plans as cards: who is served, for how much, how certain that is, and at which places."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QWidget

from renovate_gui.app import siting_words as words
from renovate_gui.app.siting import Plan, Site, SitingResult
from renovate_gui.assets import tr
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import disc
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import money, share, signed, whole
from renovate_gui.ui.stages.takeable import TakeableCard
from renovate_gui.ui.stages.widgets import (
    Card,
    Elided,
    LegendRow,
    button,
    enable,
    flowing,
    pair,
    pill,
    row,
    text,
)

_MOST_SITES = 12


def letter(number: int) -> str:
    """Return the letter of a site (A is 1, AA is 27): numbers belong to proposals that are drawn."""
    words = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        words = chr(ord("A") + rest) + words
    return words


def newly_colour(look: Look) -> str:
    """Return the colour of buildings that a plan newly serves; no verdict has it."""
    return "#56B4E9" if int(look.card[1:3], 16) < 128 else "#0072B2"


def _mark(number: int, look: Look) -> QWidget:
    label = disc(letter(number))
    label.setStyleSheet(f"background: {look.ink}; color: {look.card}; border-radius: 11px; font-weight: 700;")
    return label


class PlanCard(TakeableCard):
    """One plan.

    Signals
    -------
    hovered
        The pointer came (True) or went (False).
    wanted
        The plan shall be put on the map.
    """

    hovered = Signal(bool)
    wanted = Signal()

    def __init__(
        self, number: int, plan: Plan, result: SitingResult, look: Look, *, is_chosen: bool, reason: str
    ) -> None:
        super().__init__("hint" if is_chosen else "plain")
        unit = tr("people") if result.counts_people else tr("buildings")
        figure = text(f"{signed(plan.newly_served)} {unit}", "figure", wrap=False)
        self.setAccessibleName(tr("Plan {k}: {n}", k=number, n=figure.text()))
        self.add(pair(figure, text(tr("Plan {n}", n=number), "small", wrap=False)))
        self.add(text(_served(plan, result), "small"))
        self.add(flowing(*_pills(plan)))
        self.add(text(_costs(plan, counts_people=result.counts_people), "small"))
        if plan.near_best_in >= 0 and result.futures:
            self.add(_robust(plan, result, look))
        if is_chosen:
            self.add(*_sites(plan, result, look))
            self.put = button(tr("Put on the map"), self.wanted.emit, "primary")
            enable(self.put, reason, tr("Draws the sites as proposals, in one step."))
            self.add(row(self.put))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the plan on the map."""
        self.hovered.emit(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Show the chosen plan again."""
        self.hovered.emit(False)
        super().leaveEvent(event)


def _served(plan: Plan, result: SitingResult) -> str:
    figures = {"share": share(plan.served, plan.total), "total": whole(plan.total)}
    if result.counts_people:
        said = tr("newly served; then {share} % of {total} people", **figures)
    else:
        said = tr("newly served; then {share} % of {total} buildings", **figures)
    if plan.mean_m is not None:
        said += " · " + tr("mean way {n} m", n=whole(plan.mean_m))
    return said


def _pills(plan: Plan) -> list[QWidget]:
    if plan.is_proven:
        return [pill(tr("Proven best"), "good", tr("No plan under these conditions is better."))]
    if plan.gap is None:
        return [pill(tr("No bound known"), "plain")]
    tip = words.verdict_words(plan)
    return [pill(tr("≤ {gap} % from the best", gap=f"{100 * plan.gap:.1f}"), "warn", tip)]


def _costs(plan: Plan, *, counts_people: bool) -> str:
    parts = [tr("{n} sites", n=len(plan.sites))]
    if plan.cost is not None:
        parts.append(tr("{cost} (assumed)", cost=money(plan.cost)))
    if plan.cost_per_newly_served is not None:
        each = money(plan.cost_per_newly_served)
        parts.append(
            tr("{cost} a person", cost=each) if counts_people else tr("{cost} a building", cost=each)
        )
    return " · ".join(parts)


def _robust(plan: Plan, result: SitingResult, look: Look) -> QWidget:
    holder = Card("plain", margins=(0, 0, 0, 0))
    holder.setStyleSheet("QFrame { border: none; background: transparent; }")
    said = tr("Good in {n} of {count} futures", n=plan.near_best_in, count=result.futures)
    label = text(said, "small")
    label.setToolTip(
        tr("Within 2 % of the best plan when demand, walking speed, a facility or a way come out otherwise.")
    )
    bar = StackedBar(look.line, 6)
    rest = float(result.futures - plan.near_best_in)
    bar.set_parts(
        [Part(said, float(plan.near_best_in), look.accent), Part(tr("other futures"), rest, look.line)]
    )
    return holder.add(label, bar)


def _sites(plan: Plan, result: SitingResult, look: Look) -> list[QWidget]:
    found: list[QWidget] = [LegendRow(newly_colour(look), tr("newly served on the map"), [])]
    for number, site in enumerate(plan.sites[:_MOST_SITES], start=1):
        title = Elided(site.title, "strong")
        found.append(row(_mark(number, look), title, stretch_last=True))
        found.append(text(_about(site, result), "warn" if site.doubt else "small"))
    if len(plan.sites) > _MOST_SITES:
        found.append(text(tr("and {n} more", n=len(plan.sites) - _MOST_SITES), "small"))
    return found


def _about(site: Site, result: SitingResult) -> str:
    """Return what is worth knowing of a site below its name."""
    is_several = len(result.request.kinds) > 1
    said = words.site_words(site, result.futures, names_kind=is_several)
    return said.removeprefix(site.title + " · ")
