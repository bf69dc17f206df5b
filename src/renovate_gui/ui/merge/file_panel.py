"""What the compare and merge panels share: one file beside the project, one job, the map while they are seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.ui.jobs import JobHandle, Jobs
from renovate_gui.ui.merge.frame import SideFrame, drop_card
from renovate_gui.ui.merge.joining_map import JoiningMap
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import text
from renovate_gui.ui.workspace import Workspace

T = TypeVar("T")

_SETTLE_MS = 250


class FilePanel(SideFrame):
    """A panel that looks at another file; it follows the project a moment after each change.

    Parameters
    ----------
    on_map
        Where differences are shown; the panel clears it when it is hidden.
    job
        The key of its job: a new one takes the place of the old.
    """

    def __init__(self, workspace: Workspace, jobs: Jobs, on_map: JoiningMap, job: str) -> None:
        super().__init__(workspace)
        self._jobs, self._map, self._job = jobs, on_map, job
        self._handle: JobHandle | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_SETTLE_MS)
        self._again.timeout.connect(self._follow_project)
        self.begin_anew()
        workspace.changed.connect(lambda _event: self._again.start())
        workspace.session_changed.connect(self.forget)
        self.rebuild()

    # -- for subclasses -----------------------------------------------------------------------------------------
    def begin_anew(self) -> None:
        """Know nothing of any file."""
        raise NotImplementedError

    def _follow_project(self) -> None:
        """Take in that the project has changed."""
        raise NotImplementedError

    def _on_job(self) -> None:
        """Take in that the job has gone on, ended or been stopped."""
        raise NotImplementedError

    # -- the job ------------------------------------------------------------------------------------------------
    @property
    def _is_running(self) -> bool:
        return self._handle is not None and self._handle.is_running

    def _start_job(
        self, task: Task[T], on_done: Callable[[T], None], on_failed: Callable[[Exception], None]
    ) -> None:
        self._handle = self._jobs.start(task, on_done, on_failed, key=self._job)
        self._handle.changed.connect(self._on_job)

    def forget(self) -> None:
        """Begin anew: another project is open, or none."""
        self._jobs.cancel(self._job)
        self.begin_anew()
        self._map.clear()
        self.rebuild()

    # -- building -----------------------------------------------------------------------------------------------
    def _add_invitation(self, body: QVBoxLayout, words: str, title: str, hint: str) -> None:
        """Say what the panel is for, and where the file goes."""
        body.addWidget(text(words, "quiet"))
        body.addWidget(drop_card(title, hint, tr("Choose a file …"), self.ask_file))
        body.addStretch(1)

    def _add_progress(self, body: QVBoxLayout, *, can_stop: bool = True) -> None:
        row = ProgressRow()
        row.cancel_button.setHidden(not can_stop)
        body.addWidget(row)
        body.addStretch(1)
        if self._handle is not None and self._handle.is_running:
            row.follow(self._handle)

    # -- the file -----------------------------------------------------------------------------------------------
    def ask_file(self) -> object:
        """Ask for the file."""
        raise NotImplementedError

    def _ask_path(self, title: str, beside: Path | None) -> Path | None:
        """Return the project file that a person chooses, the first time beside the open project."""
        session = self.workspace.session
        if session is None:
            return None
        start = (beside or session.project.path).parent
        name, _ = QFileDialog.getOpenFileName(self, title, str(start), tr("Projects (*.gpkg);;All files (*)"))
        return Path(name) if name else None

    # -- keys and eyes ------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_asked.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the map back; what was chosen or decided stays."""
        super().hideEvent(event)
        self._map.clear()
