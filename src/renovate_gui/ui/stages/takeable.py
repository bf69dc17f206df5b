"""A card that is taken as a whole, by a click or from the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from renovate_gui.ui.stages.widgets import Card


class TakeableCard(Card):
    """One of several.

    Signals
    -------
    taken
        The card was chosen.
    """

    taken = Signal()

    def __init__(self, kind: str = "plain", *, margins: tuple[int, int, int, int] = (12, 10, 12, 10)) -> None:
        super().__init__(kind, margins=margins)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the card when the button is let go over it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.taken.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the card with Enter or space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.taken.emit()
        else:
            super().keyPressEvent(event)
