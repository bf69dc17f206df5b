"""When the program itself makes a mistake: what is caught, what is kept, and what a person sees of it."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget

from renovate_gui.app.fault_report import LOG_NAME, keep_report, log_folder, report_of
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RenovateError
from renovate_gui.ui.calm_dialog import CalmDialog

_log = logging.getLogger("renovate_gui")
_TEXT_PX = 190


class CrashDialog(CalmDialog):
    """Shows what happened, that the work is safe, and the report before anything is copied.

    Parameters
    ----------
    title, words
        What happened, in a line and in a sentence.
    report
        The text that can be copied; it holds nothing personal.
    """

    def __init__(
        self, title: str, words: str, report: str, *, is_dark: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, "mdi6.alert-circle-outline", is_dark=is_dark, parent=parent)
        self._report = report
        for paragraph in words.split("\n"):
            self.add_words(paragraph)
        self.add_words(
            tr("This report holds no names, paths or values of yours. It is sent nowhere by itself."), "muted"
        )
        self.shown = QPlainTextEdit(report)
        self.shown.setReadOnly(True)
        self.shown.setFixedHeight(_TEXT_PX)
        self.shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.column.addWidget(self.shown)
        self._place = QLabel(tr("Log file: {path}", path=log_folder() / LOG_NAME))
        self._place.setProperty("look", "faint")
        self._place.setWordWrap(True)
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self._place)
        self.folder = QPushButton(tr("Open folder"))
        self.folder.clicked.connect(open_log_folder)
        self.copy = QPushButton(tr("Copy report"))
        self.copy.clicked.connect(self._copy)
        close = QPushButton(tr("Go on working"))
        close.clicked.connect(self.accept)
        self.add_foot(close, left=(self.folder, self.copy))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.copy.setText(tr("Copied"))


def open_log_folder() -> None:
    """Show the folder of logs and reports in the system's file manager."""
    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class Net(QObject):
    """Catches what nobody caught, in any thread: a sentence for a mistake of the data, a report for one of ours.

    Parameters
    ----------
    say
        Shows a sentence in the window: words, kind.
    save_what_can_be
        Brings to a disk what is on none; returns a sentence or an empty text.
    """

    _caught = Signal(object)

    def __init__(
        self,
        say: Callable[[str, str], object],
        save_what_can_be: Callable[[], str] = lambda: "",
        *,
        window: QWidget | None = None,
        is_dark: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(window)
        self._say, self._save, self._window, self._is_dark = say, save_what_can_be, window, is_dark
        self.dialog: CrashDialog | None = None
        self._told: set[str] = set()
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def spread(self) -> None:
        """Take the place of every hook that Python has for uncaught exceptions."""
        sys.excepthook = self.catch
        threading.excepthook = self._catch_of_thread
        sys.unraisablehook = self._catch_unraisable

    def catch(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        """Handle an uncaught exception of the main thread: of a slot, an event, a timer."""
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
        else:
            self._take(error)

    def _catch_of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, SystemExit):
            self._take(arguments.exc_value)

    def _catch_unraisable(self, found: sys.UnraisableHookArgs) -> None:
        """Note that an object could not be cleared away; nobody's work is hindered."""
        if found.exc_value is not None:
            _log.error("unraisable", exc_info=found.exc_value)

    def _take(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if not isinstance(error, RenovateError):
            _log.error("uncaught", exc_info=error)
        self._caught.emit(error)

    def _show(self, error: BaseException) -> None:
        """Tell the person, in the main thread; the same mistake again is only logged."""
        if isinstance(error, RenovateError):
            self._say(str(error), "error")
            return
        report = report_of(error)
        mark = report.partition("\n\n")[0]
        if mark in self._told or self.dialog is not None:
            return
        self._told.add(mark)
        keep_report(error)
        self._open(fault_words(self._saved()), report)

    def _saved(self) -> str:
        try:
            return self._save()
        except Exception:  # noqa: BLE001  the rescue may meet the very mistake
            _log.exception("the rescue failed")
            return ""

    def _open(self, words: str, report: str) -> None:
        title = tr("The program made a mistake")
        dialog = CrashDialog(title, words, report, is_dark=self._is_dark(), parent=self._window)
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self, _result: int) -> None:
        self.dialog = None

    def tell_of_crash(self, report: str) -> None:
        """Say once, at the next start, that the program was stopped by the system last time."""
        if not report:
            return
        title = tr("The program was stopped last time")
        words = tr(
            "The system ended it because of a fault. Every change that was shown as saved is on the disk; what a "
            "half-done step had begun was taken back."
        )
        dialog = CrashDialog(title, words, report, is_dark=self._is_dark(), parent=self._window)
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()


def fault_words(saved: str) -> str:
    """Return what a person reads when the program itself made a mistake."""
    words = tr(
        "The last action may not have been finished. Every change that was shown as saved is on the disk, and you "
        "can go on working."
    )
    return "\n".join([words, saved]) if saved else words
