"""The task list: running work with progress and cancel, and what became of the rest."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.ui.jobs import JobHandle, Jobs, JobState
from renovate_gui.ui.workspace import Workspace


def state_words(state: JobState) -> str:
    """Return what became of a job in the reader's language."""
    if state == JobState.DONE:
        return tr("done")
    if state == JobState.FAILED:
        return tr("failed")
    return tr("cancelled") if state == JobState.CANCELLED else tr("running")


class _Line(QFrame):
    """One job."""

    def __init__(self, handle: JobHandle) -> None:
        super().__init__()
        self._handle = handle
        self._title, self._words = QLabel(handle.title), QLabel()
        self._words.setProperty("look", "muted")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(180)
        self._cancel = QPushButton()
        self._cancel.clicked.connect(handle.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._words, 1)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        handle.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show progress and state."""
        handle = self._handle
        is_known = handle.fraction >= 0
        self._bar.setRange(0, 100 if is_known else 0)
        self._bar.setValue(round(handle.fraction * 100) if is_known else 0)
        self._bar.setVisible(handle.is_running)
        self._cancel.setVisible(handle.is_running)
        self._cancel.setText(tr("Cancel"))
        self._cancel.setEnabled(not handle.was_cancelled)
        self._cancel.setToolTip(
            tr("It is stopping.") if handle.was_cancelled else tr("Stop this work; nothing is left half done")
        )
        self._words.setText(handle.words if handle.is_running else handle.error or state_words(handle.state))


class TasksPanel(QWidget):
    """All jobs of this start, newest first."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._empty = QLabel()
        self._empty.setProperty("look", "muted")
        self._empty.setContentsMargins(12, 8, 12, 8)
        self._holder = QWidget()
        self._lines = QVBoxLayout(self._holder)
        self._lines.setContentsMargins(0, 6, 0, 6)
        self._lines.setSpacing(0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self._holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(area, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        jobs.started.connect(self._later)
        jobs.ended.connect(self._later)
        workspace.language_changed.connect(self._later)
        self.refresh()

    def _later(self, *_ignored: object) -> None:
        self._soon.start(0)

    def refresh(self) -> None:
        """Build the list again."""
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for handle in self._jobs.handles:
            self._lines.addWidget(_Line(handle))
        self._lines.addStretch(1)
        self._empty.setText(tr("Nothing is running, and nothing has run since the start."))
        self._empty.setVisible(not self._jobs.handles)
