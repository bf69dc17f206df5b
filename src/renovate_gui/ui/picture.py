"""A picture of the real window on a project, painted without a display: for the demo, for documents, for a look."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QThread
from PySide6.QtWidgets import QApplication

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.ui.application import dress, make_application
from renovate_gui.ui.projects import CreateSession, OpenSession
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.window import MainWindow
from renovate_gui.ui.workspace import Stage

_PATIENCE_MS = 20_000
_CALM_MS = 250
_STEP_MS = 5


def picture_window(
    open_session: OpenSession,
    create_session: CreateSession,
    project: Path,
    *,
    wanted: Mapping[str, Path],
    size: tuple[int, int],
) -> None:
    """Open a project in the window, go to each stage, wait until all is painted, and write a PNG.

    Parameters
    ----------
    project
        The project file; it is opened as always, and nothing in it is changed.
    wanted
        Stage (:class:`renovate_gui.ui.workspace.Stage`) to the path of its picture.
    size
        Width and height in pixels.
    """
    app = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:  # the person's own settings stay as they are
        dress(app, is_dark=False)
        window = MainWindow(open_session, create_session, SettingsFile(Path(folder) / "settings.json"))
        try:
            window.resize(*size)
            window.show()
            settle(app, window)
            if not window.projects.open(project):
                raise DataError(tr("{file} could not be opened in the window.", file=project.name))
            settle(app, window)
            window.area.zoom_full()
            for stage, out in wanted.items():
                window.workspace.set_stage(Stage(stage))
                settle(app, window)
                if not window.grab().save(str(out), "PNG"):
                    raise RequestError(tr("The picture {file} could not be written.", file=out))
        finally:
            window.close()
            app.processEvents()


def settle(app: QApplication, window: MainWindow) -> None:
    """Let events run until no work is going on and the map is painted, for a little while at least."""
    deadline, calm = QDeadlineTimer(_PATIENCE_MS), QDeadlineTimer(_CALM_MS)
    while not deadline.hasExpired() and not calm.hasExpired():
        app.processEvents()
        QThread.msleep(_STEP_MS)  # leave the processor to the work that is waited for
        if window.jobs.running or not window.area.view.tiles.is_settled:
            calm.setRemainingTime(_CALM_MS)
