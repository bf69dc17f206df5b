"""Invalid shapes of a layer: what is wrong with each, what a repair would change; nothing happens by itself."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from renovate_gui.app.survey import RepairPreview
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import button, say, text
from renovate_gui.ui.workspace import Workspace


class RepairDialog(StageDialog):
    """Lists invalid shapes and repairs them as one undoable, recorded step."""

    def __init__(self, parent: QWidget | None, workspace: Workspace, jobs: Jobs, info: LayerInfo) -> None:
        super().__init__(parent, workspace, tr("Shapes of {name}", name=info.name), (680, 460))
        session = workspace.session
        assert session is not None  # the panel only opens it with a project
        self._session = session
        self._jobs = jobs
        self._info = info
        self.sentence = text(tr("Checking every shape …"))
        self.column.addWidget(self.sentence)
        self._progress = ProgressRow()
        self.column.addWidget(self._progress)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([tr("Feature"), tr("Problem"), tr("What the repair changes")])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._select_on_map)
        self.table.hide()
        self.column.addWidget(self.table, 1)
        self.repair_button = button(tr("Repair"), self.repair, "primary")
        self.repair_button.setEnabled(False)
        self.add_foot(self.close_button(), self.repair_button)
        self._check()

    def _check(self) -> None:
        survey, layer_id = self._session.survey, self._info.id

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> tuple[RepairPreview, ...]:
            return survey.invalid_geometries(layer_id)

        self._handle = self._jobs.start(
            Task(tr("Checking shapes of {name}", name=self._info.name), work), self._show, self._fail
        )
        self._progress.follow(self._handle)

    def _show(self, previews: tuple[RepairPreview, ...]) -> None:
        if not previews:
            say(self.sentence, tr("All shapes are valid; nothing to repair."), "good")
            return
        say(
            self.sentence,
            tr("{n} shapes are invalid. Repairing is one step that can be undone.", n=len(previews)),
        )
        self.table.setRowCount(len(previews))
        for i, preview in enumerate(previews):
            for j, words in enumerate((str(preview.feature_id), preview.problem, preview.change)):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.table.setItem(i, j, item)
        self.table.show()
        self.repair_button.setEnabled(True)
        self.repair_button.setText(tr("Repair {n} shapes", n=len(previews)))

    def _fail(self, error: Exception) -> None:
        say(self.sentence, sentence(error), "bad")

    def _select_on_map(self) -> None:
        cells = [self.table.item(i.row(), 0) for i in self.table.selectionModel().selectedRows()]
        ids = tuple(int(cell.text()) for cell in cells if cell is not None)
        if ids:
            self.workspace.select(f"layer:{self._info.id}", ids)

    def repair(self) -> None:
        """Repair all, and close."""
        try:
            count = self._session.survey.repair(self._info.id)
        except RenovateError as error:
            say(self.sentence, str(error), "bad")
            return
        words = tr("{n} shapes of {name} repaired; the passport lists them.", n=count, name=self._info.name)
        self.workspace.message.emit(words, "good")
        self.accept()

    def done(self, result: int) -> None:
        """Stop checking when the dialog goes."""
        if self._handle.is_running:
            self._handle.cancel()
        super().done(result)
