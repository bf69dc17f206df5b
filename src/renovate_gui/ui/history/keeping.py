"""What keeps the past: a name for ever, a copy of a state, a checked seal; and what tidies the rest up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from renovate_gui.app.timeline import CompactionReport, Timeline, days_ago
from renovate_gui.assets import tr
from renovate_gui.ui.history.dialogs import NameDialog, TidyDialog
from renovate_gui.ui.history.rows import Row
from renovate_gui.ui.history.words import file_words, tidy_words
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.projects import PROJECT_SUFFIX, free_name
from renovate_gui.ui.workspace import Workspace


class Keeping(QObject):
    """Asks a person for what it needs, and does it.

    Parameters
    ----------
    parent
        The widget that the dialogs lie over.
    chosen
        The chosen line of the history.

    Signals
    -------
    named
        The present state was kept under a name (the version's uuid).
    tidied
        Older steps were joined.
    """

    named = Signal(str)
    tidied = Signal()

    def __init__(
        self, parent: QWidget, workspace: Workspace, jobs: Jobs, chosen: Callable[[], Row | None]
    ) -> None:
        super().__init__(parent)
        self._parent, self._workspace, self._jobs, self._chosen = parent, workspace, jobs, chosen

    @property
    def _timeline(self) -> Timeline | None:
        session = self._workspace.session
        return session.timeline if session is not None else None

    def ask_name(self) -> None:
        """Ask for the name under which the present state is kept."""
        timeline = self._timeline
        if timeline is None:
            return

        def keep(name: str, why: str) -> None:
            version = timeline.name_version(name, why)
            self.named.emit(version.uuid)
            self._workspace.message.emit(tr("Kept for ever: “{name}”.", name=version.name), "good")

        NameDialog(self._parent, self._workspace, keep).open()

    def ask_copy(self) -> None:
        """Ask where the project as it was in the chosen state should lie, and write it."""
        row, timeline, session = self._chosen(), self._timeline, self._workspace.session
        if row is None or timeline is None or session is None:
            return
        start = free_name(
            session.project.path.parent, f"{session.project.path.stem} {file_words(row)}".strip()
        )
        name, _ = QFileDialog.getSaveFileName(
            self._parent.window(),
            tr("Save a copy of this state"),
            str(start),
            tr("Projects (*.gpkg);;All files (*)"),
        )
        if name:
            path = Path(name)
            place = path if path.suffix else path.with_suffix(PROJECT_SUFFIX)
            self._jobs.start(
                timeline.save_copy_at(row.state, place),
                lambda done: self._workspace.message.emit(tr("Copy saved: {path}", path=done), "good"),
            )

    def check_seal(self) -> None:
        """Check a version's seal off the main thread."""
        row, timeline = self._chosen(), self._timeline
        if row is None or row.version is None or timeline is None:
            return
        name = row.version.name

        def tell(is_whole: bool) -> None:
            good = tr("The seal of “{name}” is whole: its content is as it was when it was named.", name=name)
            bad = tr("The seal of “{name}” is broken: its content is no longer what was named.", name=name)
            self._workspace.message.emit(good if is_whole else bad, "good" if is_whole else "error")

        self._jobs.start(timeline.check_version(row.version), tell, key="history.seal")

    def ask_tidy(self) -> None:
        """Ask how much of the history stays step by step, and join the rest."""
        timeline = self._timeline
        if timeline is None:
            return

        def start(days: int) -> None:
            self._jobs.start(timeline.compact(days_ago(days)), self._on_tidied, key="history.tidy")

        TidyDialog(self._parent, self._workspace, timeline.count_older, start).open()

    def _on_tidied(self, report: CompactionReport) -> None:
        self.tidied.emit()
        self._workspace.message.emit(tidy_words(report), "good")
