"""Comparing scenarios: sentence, table, who gains and who loses; the map follows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.gap_words import joined, kind_title
from renovate_gui.app.scenario_compare import MOST, Comparison, prepare_comparison
from renovate_gui.app.scenario_table import write_comparison
from renovate_gui.app.scenario_words import notes as comparison_notes
from renovate_gui.app.scenario_words import sentence as comparison_sentence
from renovate_gui.app.scenario_words import shift_sentence
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.scenario import ACTIVE
from renovate_gui.ui.jobs import JobHandle, Jobs, sentence
from renovate_gui.ui.scenarios.compared import Compared, first_chosen, fitting_sides
from renovate_gui.ui.scenarios.comparison_table import ComparisonTable
from renovate_gui.ui.scenarios.movers import MoversView, names_of
from renovate_gui.ui.stages.controls import Chip, Dropdown, Segments
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.panel import dress
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import Stack, button, hint, row, say, text
from renovate_gui.ui.workspace import Workspace

_JOB = "scenarios"
_SETTLE_MS = 400
_TABLE_PX, _LIST_PX = 620, 360
_MODES_PX = 210
_MODES = ("difference", "swipe")


class ScenarioDock(QWidget):
    """The tab of the bottom dock.

    Signals
    -------
    new_asked
        A person wants to make a scenario.
    """

    new_asked = Signal()

    def __init__(self, workspace: Workspace, jobs: Jobs, map_area: QWidget) -> None:
        super().__init__()
        self.workspace, self._jobs = workspace, jobs
        self.comparison: Comparison | None = None
        self.chosen: tuple[Uuid, ...] = ()
        self.mode, self.kind = _MODES[0], ""
        self.sides: tuple[Uuid, Uuid] = (ACTIVE, ACTIVE)
        self._handle: JobHandle | None = None
        self._is_stale = True
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_SETTLE_MS)
        self._again.timeout.connect(self.refresh)
        self._build()
        self._escape = QShortcut(Qt.Key.Key_Escape, map_area, self.leave)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        workspace.changed.connect(self._on_changed)
        workspace.session_changed.connect(self.forget)
        workspace.overlay_changed.connect(self._follow_map)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self.retranslate)
        self.retranslate()

    # -- building -------------------------------------------------------------------------------------------------
    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 8)
        column.setSpacing(6)
        self._empty = Stack()
        self._top = Stack(4)
        self.words = text("", "strong")
        self.progress = ProgressRow()
        self.table = ComparisonTable()
        self.movers = MoversView(self.workspace)
        self.model, self.movers_model = self.table.lines, self.movers.movers
        for view in (self.table, self.movers):
            view.verticalHeader().hide()
            view.verticalHeader().setDefaultSectionSize(24)
            view.setShowGrid(False)
            view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            view.horizontalHeader().setHighlightSections(False)
        self.shift_words = text("", "small")
        self.notes = text("", "small")
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(_stacked(self.table, self.notes))
        self._sides = Stack(4)
        self._split.addWidget(_stacked(self._sides, self.shift_words, self.movers))
        self._split.setSizes([_TABLE_PX, _LIST_PX])
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        column.addWidget(self._empty)
        column.addWidget(self._top)
        column.addWidget(self.words)
        column.addWidget(self.progress)
        column.addWidget(self._split, 1)
        self.progress.hide()

    def retranslate(self, *_ignored: object) -> None:
        """Set words and colours again."""
        dress(self, look_of(is_dark=self.workspace.is_dark))
        self._show()

    def _controls(self, session: Session) -> QWidget:
        """Return what is compared, and how the map shows it."""
        self.chips: dict[Uuid, Chip] = {}
        for scenario in session.scenarios.all():
            chip = Chip(scenario.name, is_on=scenario.uuid in self.chosen)
            chip.setToolTip(tr("Compare “{name}” or leave it out", name=scenario.name))
            chip.clicked.connect(lambda is_on, u=scenario.uuid: self._take(u, is_on=is_on))
            self.chips[scenario.uuid] = chip
        self.kinds = Dropdown(tr("Facility kind"), at_least=12)
        self.left, self.right = Dropdown(tr("Left or before")), Dropdown(tr("Right or after"))
        self.modes = Segments([("difference", tr("Difference map")), ("swipe", tr("Swipe"))], self.mode)
        self.modes.chosen.connect(self._take_mode)
        self.save_button = button(tr("Save …"), self.ask_save, tip=tr("Write the table and the list as CSV"))
        self.leave_button = button(
            tr("Leave"), self.leave, tip=tr("Take the comparison off the map (Escape)")
        )
        self._fill_choices()
        self._sides.show_widgets([self.kinds, row(self.left, text("→", wrap=False), self.right)])
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(row(text(tr("Compared"), "quiet", wrap=False), *self.chips.values()))
        layout.addStretch(1)
        self.modes.setMinimumWidth(_MODES_PX)
        layout.addWidget(self.modes)
        layout.addWidget(self.save_button)
        layout.addWidget(self.leave_button)
        return holder

    def _fill_choices(self) -> None:
        found = self.comparison
        for combo, current in ((self.left, self.sides[0]), (self.right, self.sides[1])):
            with QSignalBlocker(combo):
                for side in () if found is None else (found.today, *found.scenarios):
                    combo.addItem(side.name, str(side.uuid))
                combo.setCurrentIndex(max(0, combo.findData(str(current))))
            combo.activated.connect(self._take_sides)
        with QSignalBlocker(self.kinds):
            for kind in () if found is None else found.kinds:
                self.kinds.addItem(kind_title(kind), kind)
            self.kinds.setCurrentIndex(max(0, self.kinds.findData(self.kind)))
        self.kinds.activated.connect(lambda _place: self._take_kind())
        for control in (self.kinds, self.left, self.right, self.modes, self.save_button):
            control.setEnabled(found is not None)

    # -- choosing -------------------------------------------------------------------------------------------------
    def open(self) -> None:
        """Begin: compare what there is, the active scenario among it."""
        session = self.workspace.session
        if session is None:
            return
        there = session.scenarios.all()
        known = {s.uuid for s in there}
        self.chosen = tuple(u for u in self.chosen if u in known)
        if len(self.chosen) < 2:
            self.chosen = first_chosen(there, session.scenarios.active())
        self._is_stale = True
        self.refresh()

    def _take(self, uuid: Uuid, *, is_on: bool) -> None:
        session = self.workspace.session
        if session is None:
            return
        wanted = {*self.chosen, uuid} if is_on else set(self.chosen) - {uuid}
        if not 1 <= len(wanted) <= MOST:
            words = tr(
                "Between 1 and {most} scenarios can be compared; {n} were asked for.",
                most=MOST,
                n=len(wanted),
            )
            self.workspace.message.emit(words, "info")
            self.chips[uuid].setChecked(not is_on)
            return
        self.chosen = tuple(s.uuid for s in session.scenarios.all() if s.uuid in wanted)
        self._is_stale = True
        self.refresh()

    def _take_mode(self, mode: str) -> None:
        self.mode = mode
        self._show_on_map()

    def _take_kind(self) -> None:
        self.kind = str(self.kinds.currentData() or "")
        self._show_on_map()

    def _take_sides(self, _place: int = 0) -> None:
        self.sides = (Uuid(self.left.currentData() or ""), Uuid(self.right.currentData() or ""))
        self._show_on_map()

    # -- computing ------------------------------------------------------------------------------------------------
    def _on_changed(self, event: ChangeEvent) -> None:
        is_about = (
            event.layers or event.registry or event.settings or event.topics & {"proposals", "scenarios"}
        )
        if is_about:
            self._is_stale = True
            if self.isVisible():
                self._again.start()

    def refresh(self) -> None:
        """Compare again."""
        session = self.workspace.session
        self._show()
        if session is None or not self._is_stale:
            return
        known = {s.uuid for s in session.scenarios.all()}
        self.chosen = tuple(u for u in self.chosen if u in known)
        if not self.chosen:
            self._take_off()
            return
        self._is_stale = False
        try:
            task = prepare_comparison(session, self.chosen)
        except RenovateError as error:
            self._fail(error)
            return
        self._handle = self._jobs.start(task, self._take_comparison, self._fail, key=_JOB)
        self.progress.follow(self._handle)
        self.progress.show()

    def _take_comparison(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.progress.hide()
        if self.kind not in comparison.kinds:
            self.kind = comparison.kinds[0]
        self.sides = fitting_sides(self.sides, [s.uuid for s in comparison.scenarios])
        self._show()
        self._show_on_map()

    def _fail(self, error: Exception) -> None:
        self.progress.hide()
        if isinstance(error, Cancelled):
            self._is_stale = True
            return
        self.comparison = None
        self._show()
        say(self.words, sentence(error))
        self._take_off()

    def forget(self) -> None:
        """Begin anew: another project is open, or none."""
        self._jobs.cancel(_JOB)
        self.comparison, self.chosen, self._is_stale = None, (), True
        self._show()

    # -- showing --------------------------------------------------------------------------------------------------
    def _show(self) -> None:
        session = self.workspace.session
        has_any = session is not None and bool(session.scenarios.all())
        self._split.setVisible(has_any)
        self._top.show_widgets([self._controls(session)] if session is not None and has_any else [])
        invitation = tr(
            "There are no scenarios yet. A scenario keeps one alternative apart from the others, over the same data."
        )
        self._empty.show_widgets(
            []
            if has_any or session is None
            else [hint(invitation, tr("New scenario …"), self.new_asked.emit)]
        )
        found = self.comparison
        self.table.show_comparison(found, is_dark=self.workspace.is_dark)
        say(self.words, "" if found is None else comparison_sentence(found))
        say(self.notes, "" if found is None else joined(list(comparison_notes(found))))
        self._show_movers()

    def _show_movers(self) -> None:
        compared = self._compared()
        session = self.workspace.session
        shift = None if compared is None else compared.shift
        names = {} if shift is None or session is None else names_of(session, shift)
        self.movers.show_shift(shift, names)
        words = ""
        if compared is not None and shift is not None:
            words = shift_sentence(shift, compared.name(is_right=False), compared.name(is_right=True))
        say(self.shift_words, words)

    def _compared(self) -> Compared | None:
        found = self.comparison
        if found is None or self.kind not in found.kinds:
            return None
        return Compared(found, self.kind, *self.sides, self.mode == "swipe")

    def _show_on_map(self) -> None:
        self._show_movers()
        if self.isVisible():
            self.workspace.show_compared(self._compared())

    def _take_off(self) -> None:
        self.workspace.show_compared(None)

    def leave(self) -> None:
        """Take the comparison off the map and close the tab."""
        self._take_off()
        dock = self.parentWidget()
        while dock is not None and not hasattr(dock, "close_asked"):
            dock = dock.parentWidget()
        if dock is not None:
            dock.close_asked.emit()

    def _follow_map(self) -> None:
        self._escape.setEnabled(self.workspace.compared is not None)

    # -- saving ---------------------------------------------------------------------------------------------------
    def ask_save(self) -> None:
        """Ask where the table should lie."""
        session = self.workspace.session
        if session is None or self.comparison is None:
            return
        start = session.project.path.with_name(
            tr("{name} scenarios", name=session.project.path.stem) + ".csv"
        )
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the table"), str(start), tr("Tables (*.csv)"))
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write table and list as CSV."""
        session, found, compared = self.workspace.session, self.comparison, self._compared()
        if session is None or found is None or compared is None:
            return
        place = path if path.suffix else path.with_suffix(".csv")
        try:
            write_comparison(place, found, compared.shift, names_of(session, compared.shift))
        except RenovateError as error:
            self.workspace.message.emit(str(error), "error")
            return
        self.workspace.message.emit(tr("Table saved: {path}", path=place), "good")

    # -- keys and eyes --------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            event.accept()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: object) -> None:
        """Show the comparison on the map again."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self.comparison is None or self._is_stale:
            QTimer.singleShot(0, self, self.open)
        else:
            self._show_on_map()

    def hideEvent(self, event: object) -> None:
        """Give the map back."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self._take_off()


def _stacked(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for widget in widgets:
        column.addWidget(widget, 1 if isinstance(widget, QTableView) else 0)
    return holder
