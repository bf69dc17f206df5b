"""The import dialog: what is in the files, what the program proposes, what a person must answer, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from renovate_gui.app.survey import ImportPlan, SourceReport
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.roles import Role
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.import_detail import ImportDetail
from renovate_gui.ui.stages.import_result import ImportResult, Outcome
from renovate_gui.ui.stages.import_table import ImportTable, open_questions
from renovate_gui.ui.stages.numbers import whole
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import Stack, button, enable, say, text
from renovate_gui.ui.workspace import Workspace

# what others lean on comes first: the first layer decides the project's coordinate system
_ROW_PX, _HEAD_PX = 40, 60
_ORDER = {Role.STUDY_AREA: 0, Role.BUILDINGS: 1, Role.PARCELS: 2, Role.WALK_NETWORK: 3, Role.FACILITIES: 4}


class ImportDialog(StageDialog):
    """Inspects, proposes, imports one layer after the other, and sums up."""

    def __init__(
        self, parent: QWidget | None, workspace: Workspace, jobs: Jobs, paths: Sequence[Path]
    ) -> None:
        super().__init__(parent, workspace, tr("Add layers"), (1100, 700))
        self._jobs = jobs
        self._paths = list(paths)
        self._waiting: list[ImportPlan] = []
        self._outcomes: list[Outcome] = []
        self.is_busy = False
        self._build()
        self._inspect()

    # -- building -------------------------------------------------------------------------------------------------
    def _build(self) -> None:
        many = tr("Looking into {n} files …", n=len(self._paths))
        self.sentence = text(tr("Looking into one file …") if len(self._paths) == 1 else many, "title")
        self.column.addWidget(self.sentence)
        self.problems = Stack(3)
        self.column.addWidget(self.problems)
        self._progress = ProgressRow()
        self.column.addWidget(self._progress)
        self._pages = QStackedWidget()
        self.table = ImportTable(self.look)
        self.detail = ImportDetail(self.look)
        self._splitter = splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.table)
        splitter.addWidget(self.detail)
        splitter.setSizes([340, 260])
        splitter.setChildrenCollapsible(False)
        self._pages.addWidget(splitter)
        self.summary = ImportResult(self.look)
        self._pages.addWidget(self.summary)
        self._pages.hide()
        self.column.addWidget(self._pages, 1)
        self.column.addStretch(0)
        self._why = text("", "warn")
        self.import_button = button(tr("Import"), self.start_import, "primary")
        self.import_button.setDefault(True)
        self.import_button.setEnabled(False)
        self._close = button(tr("Cancel"), self.reject)
        self.add_foot(self._close, self.import_button, left=self._why)
        self.table.plan_selected.connect(self._show_detail)
        self.table.plans_changed.connect(self._on_plans_changed)
        self.detail.plan_changed.connect(self.table.put_plan)

    # -- inspecting -----------------------------------------------------------------------------------------------
    def _inspect(self) -> None:
        session = self.workspace.session
        if session is None:
            self._fail_inspect(RuntimeError())
            return
        task = session.survey.prepare_inspect(self._paths)
        self._progress.follow(self._jobs.start(task, self._show_reports, self._fail_inspect, key="inspect"))

    def _fail_inspect(self, error: Exception) -> None:
        say(self.sentence, tr("Nothing can be read."))
        self.problems.show_widgets([text(sentence(error), "bad")])
        self._close.setText(tr("Close"))

    def _show_reports(self, reports: tuple[SourceReport, ...]) -> None:
        session = self.workspace.session
        if session is None:
            return
        said = [tr("{file}: {problem}", file=r.path.name, problem=p) for r in reports for p in r.problems]
        self.problems.show_widgets([text(words, "bad") for words in said[:6]])
        try:
            plans = session.survey.propose(reports)
        except RenovateError as error:
            self._fail_inspect(error)
            return
        if not plans:
            say(self.sentence, tr("There is no map layer in these files."))
            self._close.setText(tr("Close"))
            return
        words = tr(
            "Layers: {n}, files: {m}. Check what each one is; the program proposes, you decide.",
            n=len(plans),
            m=len({p.source.path for p in plans}),
        )
        say(self.sentence, words)
        self.table.show_plans(plans)
        self._pages.show()
        needed = min(340, _ROW_PX * len(plans) + _HEAD_PX)
        self._splitter.setSizes([needed, self._splitter.height() - needed])
        self.table.setFocus()

    # -- deciding -------------------------------------------------------------------------------------------------
    def _show_detail(self, index: int) -> None:
        self.detail.show_plan(index, self.table.plans[index])

    def _on_plans_changed(self) -> None:
        wanted = [p for p in self.table.plans if p.is_wanted]
        asking = [p for p in wanted if open_questions(p)]
        reason = ""
        if not wanted:
            reason = tr("No layer is ticked.")
        elif asking:
            first = asking[0]
            reason = tr("{name}: {question}", name=first.name, question=open_questions(first)[0])
        many = tr("Import {n} layers", n=len(wanted))
        self.import_button.setText(tr("Import one layer") if len(wanted) == 1 else many)
        enable(self.import_button, reason)
        say(self._why, reason)
        current = self.table.current_index()
        if current >= 0 and not self.detail.is_showing(self.table.plans[current]):
            self.detail.show_plan(current, self.table.plans[current])

    # -- importing ------------------------------------------------------------------------------------------------
    def start_import(self) -> None:
        """Bring the wanted layers in, one after the other."""
        wanted = [p for p in self.table.plans if p.is_wanted and not open_questions(p)]
        self._waiting = sorted(
            (replace(p, questions=()) for p in wanted), key=lambda p: _ORDER.get(p.role, 9)
        )
        self._outcomes = []
        self.is_busy = True
        self.table.setEnabled(False)
        self.detail.setEnabled(False)
        self.import_button.setEnabled(False)
        self._total = len(self._waiting)
        self._next()

    def _next(self) -> None:
        session = self.workspace.session
        if not self._waiting or session is None:
            self._finish()
            return
        plan = self._waiting.pop(0)
        done = len(self._outcomes) + 1
        say(self.sentence, tr("Importing {name} ({i} of {n})", name=plan.name, i=done, n=self._total))
        try:
            task = session.survey.prepare_import(plan)
        except RenovateError as error:
            self._take(Outcome(plan, None, str(error)))
            return
        handle = self._jobs.start(
            task,
            lambda info: self._take(Outcome(plan, info, "")),
            lambda error: self._take(Outcome(plan, None, sentence(error))),
            key="import",
        )
        handle.changed.connect(lambda: self._watch(handle.was_cancelled and not handle.is_running))
        self._progress.follow(handle)

    def _watch(self, was_cancelled: bool) -> None:
        """End the whole import after a cancelled layer; what came in before stays."""
        if was_cancelled and self.is_busy:
            self._waiting = []
            self._finish()

    def _take(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._next()

    def _finish(self) -> None:
        self.is_busy = False
        taken: list[LayerInfo] = [o.info for o in self._outcomes if o.info is not None]
        self.summary.show_outcomes(self._outcomes)
        self._pages.setCurrentWidget(self.summary)
        features = sum(i.feature_count for i in taken)
        words = tr("{n} of {m} layers imported, {k} features", n=len(taken), m=self._total, k=whole(features))
        say(self.sentence, words)
        say(self._why, "")
        self.problems.show_widgets([])
        self.import_button.hide()
        self._close.setText(tr("Done"))
        self._close.setDefault(True)
        self._close.setFocus()
        if taken:
            self.workspace.message.emit(words, "good")
            self._zoom_to_new()

    def _zoom_to_new(self) -> None:
        """Show everything when these were the first layers."""
        session = self.workspace.session
        if session is None or len(session.layers.all()) > len(self._outcomes):
            return
        extent = session.scenes.build(self.workspace.scene_request()).extent()
        if extent is not None:
            self.workspace.zoom_requested.emit(extent)

    def reject(self) -> None:
        """Stop what runs; close."""
        if self.is_busy:
            self._progress.cancel()
            return
        self._progress.cancel()
        super().reject()
