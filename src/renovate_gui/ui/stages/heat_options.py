"""What else may be chosen of a map of needs: against what, for whom, at what hour, and by which cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.needs import HeatRequest
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.heat import HeatMode
from renovate_gui.ui.stages.controls import Choice, ValueSlider
from renovate_gui.ui.stages.fold import Fold

_NEIGHBOURS = (5, 10, 20, 50)


class HeatView(StrEnum):
    """How needs show on the map."""

    SURFACE = "surface"
    HEXAGONS = "hexagons"
    BUILDINGS = "buildings"
    WITH_GAP = "with_gap"


@dataclass(frozen=True, slots=True)
class HeatChoice:
    """What a person chose beside subject, categories and bandwidth."""

    view: HeatView = HeatView.SURFACE
    versus: str = ""
    mode: HeatMode = HeatMode.RATIO
    neighbours: int = 0
    segment: str = ""
    hours: str = ""
    width_m: float = 60.0

    def applied(self, request: HeatRequest) -> HeatRequest:
        """Return the request with this choice; cells and the gap are of one subject only."""
        compares = self.versus and self.view is HeatView.SURFACE
        return replace(
            request,
            versus=self.versus if compares else "",
            mode=self.mode if compares else HeatMode.DENSITY,
            neighbours=self.neighbours,
            segments=(self.segment,) if self.segment else (),
            hours=_HOURS.get(self.hours),
        )

    def notes(self) -> int:
        """Return how many choices differ from the usual ones."""
        usual = HeatChoice(view=self.view, width_m=self.width_m, mode=self.mode)
        names = ("versus", "neighbours", "segment", "hours")
        return sum(getattr(self, n) != getattr(usual, n) for n in names)


_HOURS = {"morning": (6.0, 9.0), "day": (9.0, 17.0), "evening": (17.0, 22.0), "night": (22.0, 6.0)}


def hour_words() -> list[tuple[str, str]]:
    """Return the times of day with their hours."""
    words = {"morning": tr("Morning"), "day": tr("Daytime"), "evening": tr("Evening"), "night": tr("Night")}
    spans = [(code, f"{words[code]} {a:g}–{b:g}") for code, (a, b) in _HOURS.items()]
    return [("", tr("Any time")), *spans]


class HeatOptions(QWidget):
    """The choices, most of them folded away.

    Signals
    -------
    changed
        :attr:`choice` is another one.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = HeatChoice()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.view = Choice(tr("Shown as"), _views(), self.choice.view.value)
        self.cell_width = ValueSlider(tr("Width of hexagons"), 20, 300, 10)
        self.versus = Choice(tr("Compared with"), [], "")
        self.mode = Choice(tr("Told as"), _modes(), self.choice.mode.value)
        self.neighbours = Choice(tr("Bandwidth from"), _bandwidths(), "0")
        self.segment = Choice(tr("Who asks"), [], "")
        self.hours = Choice(tr("Time of day"), hour_words(), "")
        self.more = Fold(tr("More"))
        self.more.add(self.versus, self.mode, self.neighbours, self.segment, self.hours)
        for widget in (self.view, self.cell_width, self.more):
            column.addWidget(widget)
        self.view.chosen.connect(lambda code: self._take(view=HeatView(code)))
        self.cell_width.settled.connect(lambda metres: self._take(width_m=float(metres)))
        self.versus.chosen.connect(lambda code: self._take(versus=code))
        self.mode.chosen.connect(lambda code: self._take(mode=HeatMode(code)))
        self.neighbours.chosen.connect(lambda code: self._take(neighbours=int(code)))
        self.segment.chosen.connect(lambda code: self._take(segment=code))
        self.hours.chosen.connect(lambda code: self._take(hours=code))
        self._show()

    def set_choice(self, choice: HeatChoice) -> None:
        """Show another choice without telling anybody."""
        with QSignalBlocker(self):
            self.choice = choice
            self._show()

    def offer(self, session: Session, subject: str) -> None:
        """Offer what the data of the project allows for a subject."""
        others = [(code, words) for code, words in session.needs.subjects() if code != subject]
        supplies = list(session.needs.supplies())
        versus = [("", tr("Nothing")), *others, *supplies]
        if self.choice.versus not in dict(versus):
            self.choice = replace(self.choice, versus="")
        segments = [
            (c.category, f"{c.category or tr('(not said)')}  {c.answers:,}") for c in session.needs.segments()
        ]
        if self.choice.segment not in dict(segments):
            self.choice = replace(self.choice, segment="")
        self.versus.set_options(versus, self.choice.versus)
        self.segment.set_options([("", tr("Everybody")), *[s for s in segments if s[0]]], self.choice.segment)
        of_answers = subject == "answers"
        self.segment.setVisible(of_answers and len(segments) > 1)
        has_hours = of_answers and session.needs.has_hours()
        self.hours.setVisible(has_hours)
        if not has_hours:
            self.choice = replace(self.choice, hours="")
        self._show()

    def _take(self, **changes: object) -> None:
        self.choice = replace(self.choice, **changes)  # type: ignore[arg-type]
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        choice = self.choice
        self.view.set_current(choice.view.value)
        self.cell_width.set_value(choice.width_m)
        self.cell_width.setVisible(choice.view is HeatView.HEXAGONS)
        self.versus.set_current(choice.versus)
        self.versus.setVisible(choice.view is HeatView.SURFACE)
        self.mode.set_current(choice.mode.value)
        self.mode.setVisible(choice.view is HeatView.SURFACE and bool(choice.versus))
        self.neighbours.set_current(str(choice.neighbours))
        self.neighbours.setVisible(choice.view in {HeatView.SURFACE, HeatView.WITH_GAP})
        self.segment.set_current(choice.segment)
        self.hours.set_current(choice.hours)
        count = choice.notes()
        self.more.set_note(tr("{n} in use", n=count) if count else "")


def _views() -> list[tuple[str, str]]:
    return [
        (HeatView.SURFACE.value, tr("Density surface")),
        (HeatView.HEXAGONS.value, tr("Hexagons")),
        (HeatView.BUILDINGS.value, tr("By building")),
        (HeatView.WITH_GAP.value, tr("Demand × gap")),
    ]


def _modes() -> list[tuple[str, str]]:
    return [(m.value, term(m)) for m in (HeatMode.RATIO, HeatMode.DIFFERENCE)]


def _bandwidths() -> list[tuple[str, str]]:
    return [("0", tr("metres")), *[(str(k), tr("{k} nearest neighbours", k=k)) for k in _NEIGHBOURS]]
