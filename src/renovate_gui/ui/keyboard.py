"""Brings the keyboard back to the window when a dialog above it has closed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget


class KeyboardHome(QObject):
    """Watches a window that dialogs block; a window manager may give the keyboard back, but not every desk has one.

    Parameters
    ----------
    window
        The window that takes the keyboard.
    home
        Who has the keys where nobody had them before, or whoever had them is gone.
    """

    def __init__(self, window: QWidget, home: QWidget) -> None:
        super().__init__(window)
        self._window, self._home = window, home
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keyboard once the last dialog is gone, when the event loop has closed it."""
        if watched is self._window and event.type() == QEvent.Type.WindowUnblocked:
            QTimer.singleShot(0, self, self._take)
        return super().eventFilter(watched, event)

    def _take(self) -> None:
        if QApplication.activeModalWidget() is not None or not self._window.isVisible():
            return
        self._window.activateWindow()
        holder = self._window.focusWidget()
        if (holder is None or not holder.isVisible()) and self._home.isVisible():
            self._home.setFocus()
