"""Secondary controls that fold away behind one line."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.ui.stages.widgets import button


class Fold(QWidget):
    """A line that opens and closes what is below it; what it holds keeps its state while closed.

    Signals
    -------
    toggled
        Opened (True) or closed by a person.
    """

    toggled = Signal(bool)

    def __init__(self, words: str, *, is_open: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._words, self._note = words, ""
        self.head = button("", self._turn, "link")
        self.body = QWidget()
        self._inside = QVBoxLayout(self.body)
        self._inside.setContentsMargins(0, 0, 0, 4)
        self._inside.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.body)
        self.set_open(is_open=is_open)

    def add(self, *widgets: QWidget) -> Fold:
        """Put widgets inside, from top to bottom."""
        for widget in widgets:
            self._inside.addWidget(widget)
        return self

    def set_note(self, words: str) -> None:
        """Say on the line what inside differs from the usual, so that nothing works unseen."""
        self._note = words
        self.set_open(is_open=self.is_open)

    @property
    def is_open(self) -> bool:
        """Whether the inside shows."""
        return not self.body.isHidden()

    def set_open(self, *, is_open: bool) -> None:
        """Open or close."""
        self.body.setVisible(is_open)
        note = f"  ·  {self._note}" if self._note and not is_open else ""
        self.head.setText(("▾ " if is_open else "▸ ") + self._words + note)

    def _turn(self) -> None:
        self.set_open(is_open=not self.is_open)
        self.toggled.emit(self.is_open)
