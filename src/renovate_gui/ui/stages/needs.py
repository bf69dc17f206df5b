"""Needs: what residents ask for and where they live, as a density on the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.heat_run import outside_words
from renovate_gui.app.needs import K_RESPONDENTS, HeatRequest
from renovate_gui.app.parameters import HeatParameters
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.figure import Figure
from renovate_gui.domain.heat import CellMap, HeatGrid, HeatMode
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.provenance.keep import KeepFigure
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import Chip, Choice, ValueSlider
from renovate_gui.ui.stages.flow import FlowLayout
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.heat_legend import HeatLegend
from renovate_gui.ui.stages.heat_options import HeatOptions, HeatView
from renovate_gui.ui.stages.numbers import density, share, whole
from renovate_gui.ui.stages.panel import StagePanel
from renovate_gui.ui.stages.two_way_legend import TwoWayLegend
from renovate_gui.ui.stages.widgets import (
    Readiness,
    Stack,
    button,
    headline,
    hint,
    pair,
    rule,
    say,
    set_headline,
    text,
    tight,
)
from renovate_gui.ui.workspace import Stage, Workspace

_CHIPS_SHOWN = 8
_REST_MS = 400
_CATEGORY_COLOURS = ("#0E7C86", "#3B6FB6", "#56B4E9", "#CC79A7", "#7A8594")


class NeedsPanel(StagePanel):
    """The inspector of the Needs stage."""

    stage = Stage.NEEDS

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._subject = "answers"
        self._off: frozenset[str] = frozenset()  # categories a person switched off
        self._bandwidth_m = 120.0
        self._compared: tuple[int, str, HeatMode] = (0, "", HeatMode.RATIO)
        self._shows_all_chips = False
        self.problem = ""
        self._rest = QTimer()  # a bandwidth is kept when the hand rests, not at every step of the slider
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._keep)
        super().__init__(workspace, jobs)

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Residents' needs")

    def on_session_changed(self) -> None:
        """Forget what was chosen in the other project."""
        self.jobs.cancel("heat")
        self._subject, self.problem = "answers", ""
        self._rest.stop()
        self._take_kept()
        super().on_session_changed()

    def _take_kept(self) -> None:
        """Choose what the project keeps."""
        kept = self.session.parameters.heat() if self.session is not None else HeatParameters()
        self._bandwidth_m, self._off = kept.bandwidth_m, frozenset(kept.without)
        self._compared = (kept.neighbours, kept.versus, kept.mode)
        if hasattr(self, "options"):
            self._show_kept_options()

    def _show_kept_options(self) -> None:
        neighbours, versus, mode = self._compared
        self.options.set_choice(replace(self.options.choice, neighbours=neighbours, versus=versus, mode=mode))

    def _keep(self) -> None:
        """Keep what was chosen in the project; where that may only be read it is this window's alone."""
        if self.session is None:
            return
        try:
            choice = self.options.choice
            self.session.parameters.set_heat(
                HeatParameters(
                    self._bandwidth_m,
                    tuple(sorted(self._off)),
                    choice.neighbours,
                    choice.versus,
                    choice.mode,
                )
            )
        except RenovateError as error:
            self.workspace.message.emit(sentence(error), "error")

    def concerns(self, event: ChangeEvent) -> bool:
        """Return whether demand or population may have changed."""
        return bool(event.layers) or event.registry or event.settings

    # -- building -------------------------------------------------------------------------------------------------
    def build(self, column: QVBoxLayout, session: Session) -> None:  # noqa: ARG002  the same for every panel
        """Lay out subject, headline, bar, chips, bandwidth, legend and notes."""
        self._empty = Stack()
        column.addWidget(self._empty)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        self._subject_choice = Choice(tr("Map"), [], self._subject)
        self._subject_choice.chosen.connect(self._choose_subject)
        self.options = HeatOptions()
        self.options.changed.connect(self._choose_options)
        self._show_kept_options()
        self.headline = headline()
        self.sentence = text("")
        self.peak = text("", "small")
        self.bar = StackedBar(self.look.line)
        body.addWidget(self._subject_choice)
        body.addWidget(tight(self.headline, self.sentence, self.peak))
        body.addWidget(self.bar)
        self.keep = KeepFigure(self.workspace, self.jobs, self._keep_title, self._keep_task)
        body.addWidget(self.keep.button)
        self._build_chips(body)
        self.bandwidth = ValueSlider(tr("Bandwidth"), 30, 500, 10)
        self.bandwidth.set_value(self._bandwidth_m)
        self.bandwidth.moved.connect(self._choose_bandwidth)
        self.legend = HeatLegend(self.look)
        self.two_ways = TwoWayLegend(self.look.ink2)
        self.two_ways.hide()
        self._hint = Stack()
        for widget in (self.bandwidth, self.options, rule(), self.legend, self.two_ways, self._hint):
            body.addWidget(widget)
        self.readiness = Readiness(self.look)
        body.addWidget(self.readiness)
        column.addWidget(self._body)

    def _build_chips(self, body: QVBoxLayout) -> None:
        self._chips_box = QWidget()
        box = QVBoxLayout(self._chips_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._all_button = button(tr("All"), self._choose_all, "link")
        box.addWidget(pair(text(tr("Categories"), "quiet"), self._all_button))
        holder = QWidget()
        self._flow = FlowLayout(holder)
        box.addWidget(holder)
        self._chip_rest = button("", self._toggle_chips, "link")
        box.addWidget(self._chip_rest)
        body.addWidget(self._chips_box)

    def _keep_title(self, session: Session) -> str:
        return dict(session.needs.subjects()).get(self._subject, self._subject)

    def _keep_task(self, session: Session, title: str) -> Task[tuple[Figure, ...]]:
        return session.provenance.keep_heat(self.request(session), title)

    # -- following ------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Offer what the data has, and compute."""
        session = self.session
        if session is None:
            return
        if not session.project.is_read_only and not self._rest.isActive():
            self._take_kept()
            self.bandwidth.set_value(self._bandwidth_m)
        subjects = session.needs.subjects()
        codes = [code for code, _ in subjects]
        self._body.setVisible(bool(subjects))
        if not subjects:
            words = tr(
                "No residents' answers and no population yet. Import a demand layer or buildings with residents."
            )
            self._empty.show_widgets([hint(words, tr("Go to Survey"), self._go_to_survey)])
            self.workspace.show_heat(None)
            return
        self._empty.show_widgets([])
        if self._subject not in codes:
            self._subject = codes[0]
        self._subject_choice.set_options(subjects, self._subject)
        self.options.offer(session, self._subject)
        self._fill_chips(session)
        self.compute()

    def compute(self) -> None:
        """Ask for the surface; only the newest request is shown."""
        session = self.session
        if session is None:
            return
        try:
            if self.options.choice.view is HeatView.SURFACE:
                self.jobs.start(
                    session.needs.prepare_heat(self.request(session)), self._show, self._fail, key="heat"
                )
            else:
                self.jobs.start(self._cells_task(session), self._show_cells, self._fail, key="heat")
        except RenovateError as error:
            self.jobs.cancel("heat")
            self._fail(error)

    def _cells_task(self, session: Session) -> Task[CellMap]:
        choice, request = self.options.choice, self.request(session)
        if choice.view is not HeatView.WITH_GAP:
            by_building = choice.view is HeatView.BUILDINGS
            return session.needs.prepare_cells(request, width_m=choice.width_m, by_building=by_building)
        # the needs are those of today, and so is what they are held against
        asked = replace(GapModel.of(self.workspace).request(session), with_proposals=False)
        judged = session.gaps.prepare(asked, remembers=False)

        def work(progress: Progress, is_cancelled: IsCancelled) -> CellMap:
            gap = judged.run(progress, is_cancelled)[0]
            return session.needs.prepare_with_gap(request, gap).run(progress, is_cancelled)

        return Task(tr("Demand and gap together"), work)

    def request(self, session: Session) -> HeatRequest:
        """Return what is chosen; no category filter when all are on."""
        on: tuple[str, ...] = ()
        if self._subject == "answers" and self._off:
            on = tuple(c.category for c in session.needs.categories() if c.category not in self._off)
        return self.options.choice.applied(HeatRequest(self._subject, on, self._bandwidth_m))

    def _show(self, heat: HeatGrid) -> None:
        self.problem = ""
        if self.session is None:
            return
        if self.is_current:
            self.workspace.show_heat(heat)
        self._show_figures(heat)

    def _show_cells(self, cells: CellMap) -> None:
        self.problem = ""
        if self.session is None:
            return
        if self.is_current:
            self.workspace.show_cells(cells)
        of_answers = self._subject == "answers"
        total = float(np.nansum(cells.values)) if self.options.choice.view is HeatView.BUILDINGS else None
        # answers are given on streets and yards: those in no building are counted, and the notes say how many they are
        count = (
            int(cells.respondents.sum()) + cells.apart if not cells.side else int((cells.class_of >= 0).sum())
        )
        set_headline(self.headline, whole(count if total is None or of_answers else total))
        words = self._subject_words()
        if cells.side:
            words = f"{tr('buildings with known demand and gap')} · {cells.title}"
        say(self.sentence, words)
        shown = cells.values[np.isfinite(cells.values) & (cells.class_of >= 0)]
        top = density(float(shown.max())) if shown.size else "–"
        say(self.peak, tr("densest place: {density} {unit}", density=top, unit=cells.unit))
        self.bar.setVisible(of_answers)
        self.legend.hide()
        self.two_ways.setVisible(bool(cells.side))
        self.two_ways.show_cells(cells)
        self.keep.refresh(tr("Only a density surface can be kept as a figure."))
        self._hint.show_widgets([])
        self.readiness.show_lines(tr("Good to know"), [("info", note) for note in cells.notes])

    def _fail(self, error: Exception) -> None:
        self.problem = sentence(error)
        self.two_ways.hide()
        self.workspace.show_heat(None)
        set_headline(self.headline, "–")
        say(self.sentence, self.problem)
        say(self.peak, "")
        self.keep.refresh(self.problem)
        self.bar.set_parts([])
        self.legend.hide()

    def _show_figures(self, heat: HeatGrid) -> None:
        of_answers = self._subject == "answers"
        set_headline(self.headline, whole(heat.count if of_answers else heat.total))
        words = _answer_words(heat) if of_answers else self._subject_words()
        say(self.sentence, tr("; ").join(w for w in (words, outside_words(heat)) if w))
        finite = heat.values[np.isfinite(heat.values)]
        top = float(finite.max()) if finite.size else float("nan")
        say(self.peak, tr("densest place: {density} {unit}", density=density(top), unit=heat.unit))
        self.bar.setVisible(of_answers)
        self.keep.refresh(self.read_only_reason())
        self.two_ways.hide()
        self.legend.show_heat(heat)
        self._hint.show_widgets([hint(self._next_step())])
        lines = [("info", note) for note in heat.notes]
        if of_answers:
            words = tr(
                "Cells with fewer than {k} respondents are hidden in anything exported.", k=K_RESPONDENTS
            )
            lines.insert(0, ("info", words))
        self.readiness.show_lines(tr("Good to know"), lines)

    def _next_step(self) -> str:
        if self.options.choice.applied(HeatRequest()).mode is HeatMode.RATIO:
            return tr(
                "Dark places have many of the first for each of the second. Grey places have too few to tell."
            )
        if self._bandwidth_m <= 60:
            return tr("A narrow bandwidth shows single houses. Widen it until places of common need appear.")
        return tr(
            "Dark places ask most. Compare them with Gaps: is a service missing there, or only far away?"
        )

    def _subject_words(self) -> str:
        session = self.session
        return dict(session.needs.subjects()).get(self._subject, "") if session is not None else ""

    # -- choices --------------------------------------------------------------------------------------------------
    def _fill_chips(self, session: Session) -> None:
        categories = session.needs.categories() if self._subject == "answers" else ()
        self._chips_box.setVisible(len(categories) > 1)
        shown = categories if self._shows_all_chips else categories[:_CHIPS_SHOWN]
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for count in shown:
            words = f"{count.category or tr('(no category)')}  {count.answers:,}"
            chip = Chip(words, is_on=count.category not in self._off)
            chip.toggled.connect(lambda on, c=count.category: self._choose_category(c, on))
            self._flow.addWidget(chip)
        rest = len(categories) - _CHIPS_SHOWN
        self._chip_rest.setVisible(rest > 0)
        self._chip_rest.setText(tr("Fewer") if self._shows_all_chips else tr("{n} more", n=rest))
        self._all_button.setVisible(bool(self._off))
        answers = sum(c.answers for c in categories)
        self._show_bar([(c.category, float(c.answers)) for c in categories], float(answers))

    def _show_bar(self, counts: list[tuple[str, float]], answers: float) -> None:
        on = [(c, n) for c, n in counts if c not in self._off]
        parts = [Part(c, n, _CATEGORY_COLOURS[i]) for i, (c, n) in enumerate(on[:4])]
        others = sum(n for _, n in on[4:])
        if others:
            parts.append(Part(tr("other categories"), others, _CATEGORY_COLOURS[4]))
        self.bar.set_parts(parts)
        words = f"{on[0][0]} {share(on[0][1], answers)} %" if on and answers else ""
        self.bar.setToolTip(words)

    def _choose_subject(self, code: str) -> None:
        self._subject = code
        if self.session is not None:
            self._fill_chips(self.session)
            self.options.offer(self.session, code)
        self.compute()

    def _choose_options(self) -> None:
        choice = self.options.choice
        self.bandwidth.setEnabled(not choice.neighbours)
        self.bandwidth.setVisible(choice.view in {HeatView.SURFACE, HeatView.WITH_GAP})
        self._keep()
        self.compute()

    def _choose_category(self, category: str, on: bool) -> None:
        session = self.session
        if session is None:
            return
        off = self._off - {category} if on else self._off | {category}
        if off >= {c.category for c in session.needs.categories()}:
            off = frozenset()  # nothing chosen would show nothing: begin again with all
        self._off = off
        self._keep()
        self._fill_chips(session)
        self.compute()

    def _choose_all(self) -> None:
        self._off = frozenset()
        self._keep()
        if self.session is not None:
            self._fill_chips(self.session)
        self.compute()

    def _toggle_chips(self) -> None:
        self._shows_all_chips = not self._shows_all_chips
        if self.session is not None:
            self._fill_chips(self.session)

    def _choose_bandwidth(self, metres: int) -> None:
        self._bandwidth_m = float(metres)
        self._rest.start()
        self.compute()

    def _go_to_survey(self) -> None:
        self.workspace.set_stage(Stage.SURVEY)


def _answer_words(heat: HeatGrid) -> str:
    """Return what the number of answers is followed by: their weight, unless each counts as one."""
    if round(heat.total) == heat.count:
        return tr("answers")
    return tr("answers, together with weight {weight}", weight=whole(heat.total))
