"""Starts the window: fonts, language, theme, the net below every fault, and the first project."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from renovate_gui.assets import set_language, tr
from renovate_gui.assets.words import preferred_language
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.projects import CreateSession, OpenSession
from renovate_gui.ui.qt_words import speak_qt
from renovate_gui.ui.settings import SettingsFile, log_folder
from renovate_gui.ui.theme import apply_theme, set_fonts

_LOG_BYTES = 1_000_000
_log = logging.getLogger("renovate_gui")


def run_window(open_session: OpenSession, create_session: CreateSession, paths: Sequence[Path]) -> int:
    """Show the window until it is closed and return the exit code.

    Parameters
    ----------
    open_session, create_session
        The real parts, wired by ``bootstrap``.
    paths
        A project to open, or files and folders to import; may be empty.
    """
    app = make_application(sys.argv[:1])
    start_log()
    settings = SettingsFile()
    set_language(os.environ.get("RENOVATE_LANG") or settings.values.language or preferred_language())
    dress(app, is_dark=settings.values.is_dark)
    from renovate_gui.ui.window import MainWindow

    window = MainWindow(open_session, create_session, settings)
    sys.excepthook = Net(window.workspace.message.emit).catch
    window.show()
    if paths:
        QTimer.singleShot(0, window, lambda: window.projects.take(list(paths)))
    code = app.exec()
    window.deleteLater()
    return code


def make_application(arguments: Sequence[str]) -> QApplication:
    """Return the one application object."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(list(arguments))
    app.setApplicationName("renovate-gui")
    app.setDesktopFileName("renovate-gui")
    return app


def dress(app: QApplication, *, is_dark: bool) -> None:
    """Set Qt's language, fonts, palette and style sheet."""
    speak_qt(app)
    set_fonts(app)
    apply_theme(app, is_dark)


def start_log() -> Path | None:
    """Write faults of the program to a small rotating file; return it, or None when no folder can be written."""
    folder = log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "renovate-gui.log"
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return path


class Net:
    """Catches what nobody caught: one sentence for the person, everything for the log; the window stays."""

    def __init__(self, say: object) -> None:
        self._say = say
        self._is_showing = False

    def catch(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Handle an uncaught exception."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if isinstance(error, RenovateError):
            self._say(str(error), "error")  # type: ignore[operator]
            return
        _log.error("uncaught", exc_info=(kind, error, trace))
        if self._is_showing:
            return
        self._is_showing = True
        try:
            QMessageBox.warning(None, tr("Something went wrong"), fault_sentence(kind))
        finally:
            self._is_showing = False


def fault_sentence(kind: type[BaseException]) -> str:
    """Return what a person reads when the program itself made a mistake."""
    return tr(
        "The program made a mistake ({kind}). Your project is safe: every finished step is already saved. "
        "The details are in the file {path}.",
        kind=kind.__name__,
        path=log_folder() / "renovate-gui.log",
    )
