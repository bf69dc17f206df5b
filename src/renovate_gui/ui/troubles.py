"""What the window does about a project's health: a check on request, a damaged file, a file that is no project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from renovate_gui.app import health
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DamagedError, MapDataError, RenovateError
from renovate_gui.ui.damaged_dialog import DamagedDialog, MapDataDialog
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.workspace import Workspace


class Troubles(QObject):
    """Shows the dialogs and starts the work behind them; opening and importing are handed in."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: Jobs,
        *,
        open_project: Callable[[Path], object],
        bring_in: Callable[[Path], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._jobs, self._window = workspace, jobs, window
        self._open, self._bring_in = open_project, bring_in
        self.dialog: QWidget | None = None

    def show(self, error: Exception, path: Path) -> bool:
        """Show what can be done about an error at opening; return whether there is something."""
        if isinstance(error, DamagedError):
            damaged = DamagedDialog(error, is_dark=self._workspace.is_dark, parent=self._window)
            damaged.backup_asked.connect(lambda: self.open_backup(error))
            damaged.repair_asked.connect(lambda: self.ask_repair(error.path))
            damaged.open()
            self.dialog = damaged
        elif isinstance(error, MapDataError):
            session = self._workspace.session
            has_project = session is not None and not session.project.is_read_only
            question = MapDataDialog(
                path, has_project=has_project, is_dark=self._workspace.is_dark, parent=self._window
            )
            question.import_asked.connect(lambda: self._bring_in(path))
            question.open()
            self.dialog = question
        else:
            return False
        return True

    def open_backup(self, error: DamagedError) -> None:
        """Copy the backup beside the damaged file and open the copy."""
        try:
            copy = health.copy_of_backup(error)
        except RenovateError as fault:
            self._workspace.message.emit(sentence(fault), "error")
            return
        self._open(copy)

    def check(self) -> None:
        """Look the open project over, off the main thread."""
        session = self._workspace.session
        if session is None:
            return
        path = session.project.path
        self._workspace.message.emit(tr("The project is being checked; you can go on working."), "info")
        self._jobs.start(health.check(path), self._show_report, key="check")

    def _show_report(self, report: health.HealthReport) -> None:
        from renovate_gui.ui.health_dialog import HealthDialog

        self._workspace.message.emit("", "info")
        page = HealthDialog(self._window, self._workspace, report)
        page.repair_asked.connect(lambda: self.ask_repair(report.path))
        page.open()
        self.dialog = page

    def ask_repair(self, path: Path) -> None:
        """Ask where the mended copy shall lie, and make it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Where should the mended copy be saved?"),
            str(health.free_copy(path, tr("repaired"))),
            tr("Projects (*.gpkg);;All files (*)"),
        )
        if name:
            self.repair(path, Path(name))

    def repair(self, path: Path, out: Path) -> None:
        """Make a mended copy, off the main thread."""
        target = out if out.suffix else out.with_suffix(".gpkg")
        self._workspace.message.emit(tr("The copy is being made …"), "info")
        self._jobs.start(health.repair(path, target), self._show_repaired, key="repair")

    def _show_repaired(self, report: health.RepairReport) -> None:
        from renovate_gui.ui.health_dialog import RepairedDialog

        self._workspace.message.emit("", "info")
        done = RepairedDialog(report, is_dark=self._workspace.is_dark, parent=self._window)
        done.open_asked.connect(lambda: self._open(report.out))
        done.open()
        self.dialog = done
