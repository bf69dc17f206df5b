"""The sample community as a whole project: layers, looks, proposals and callouts, made off the main thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr

if TYPE_CHECKING:
    from renovate_gui.ui.projects import CreateSession


def documents() -> Path:
    """Return the person's folder for documents, or their home."""
    named = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(named) if named and Path(named).is_dir() else Path.home()


def sample_task(path: Path, create_session: CreateSession) -> Task[Path]:
    """Return the work that makes the sample's project file and gives its path back; nothing half done stays."""

    def work(progress: Progress, is_cancelled: IsCancelled) -> Path:
        from renovate_gui.app.demo import fill_with_sample, sample_title

        session = create_session(path, title=sample_title())  # a file that is there already is not touched
        is_whole = False
        try:
            with session:
                fill_with_sample(session, progress, is_cancelled)
            is_whole = not is_cancelled()
        finally:
            if not is_whole:
                path.unlink(missing_ok=True)
        return path

    return Task(tr("Preparing the sample community"), work)
