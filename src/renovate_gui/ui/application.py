"""Starts the window: fonts, language, theme, the net below every fault, and the first project."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from renovate_gui.app.fault_report import FaultWatch, start_log
from renovate_gui.app.rescue import save_what_can_be
from renovate_gui.assets import set_language
from renovate_gui.assets.words import preferred_language
from renovate_gui.ui.crash_report import Net
from renovate_gui.ui.projects import CreateSession, OpenSession
from renovate_gui.ui.qt_words import speak_qt
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.theme import apply_theme, set_fonts


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
    watch = FaultWatch()
    crash = watch.start()
    settings = SettingsFile()
    set_language(os.environ.get("RENOVATE_LANG") or settings.values.language or preferred_language())
    dress(app, is_dark=settings.values.is_dark)
    from renovate_gui.ui.window import MainWindow

    window = MainWindow(open_session, create_session, settings)
    window.projects.makes_backups = True
    net = Net(
        window.workspace.message.emit,
        lambda: save_what_can_be(window.workspace.session),
        window=window,
        is_dark=lambda: window.workspace.is_dark,
    )
    net.spread()
    window.show()
    QTimer.singleShot(0, window, lambda: net.tell_of_crash(crash))
    if paths:
        QTimer.singleShot(0, window, lambda: window.projects.take(list(paths)))
    code = app.exec()
    window.deleteLater()
    watch.stop()
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
