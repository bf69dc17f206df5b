"""A running job in a panel or dialog: bar, words, cancel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.jobs import JobHandle
from renovate_gui.ui.stages.widgets import Elided, button


class ProgressRow(QWidget):
    """Shows one job while it runs, and nothing otherwise.

    Signals
    -------
    ended
        The job came to its end, whichever.
    """

    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._handle: JobHandle | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._words = Elided("", "small")
        self.cancel_button = button(tr("Cancel"), self.cancel)
        foot = QHBoxLayout()
        foot.addWidget(self._words, 1)
        foot.addWidget(self.cancel_button)
        column.addWidget(self._bar)
        column.addLayout(foot)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Return whether a job is shown."""
        return self._handle is not None

    def follow(self, handle: JobHandle) -> None:
        """Show another job."""
        self._leave()
        self._handle = handle
        handle.changed.connect(self._show)
        self.cancel_button.setEnabled(True)
        self.show()
        self._show()

    def cancel(self) -> None:
        """Ask the job to stop."""
        if self._handle is not None:
            self.cancel_button.setEnabled(False)
            self._handle.cancel()

    def _show(self) -> None:
        handle = self._handle
        if handle is None:
            return
        if not handle.is_running:
            self._leave()
            self.hide()
            self.ended.emit()
            return
        self._bar.setRange(0, 0 if handle.fraction < 0 else 1000)
        self._bar.setValue(round(max(0.0, handle.fraction) * 1000))
        self._words.setText(handle.words or handle.title)

    def _leave(self) -> None:
        if self._handle is not None:
            self._handle.changed.disconnect(self._show)
            self._handle = None
