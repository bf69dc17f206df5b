"""A calm question or notice: a sign, one line that says what it is about, a few words, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from renovate_gui.ui.stages.widgets import text
from renovate_gui.ui.theme import icon, set_look, tokens

WIDTH_PX = 560
_SIGN_PX, _GAP_PX = 26, 14
TEXT_PX = _SIGN_PX + _GAP_PX
"""Where the words begin, for what stands below them."""


class CalmDialog(QDialog):
    """The base: head and column are made here, the content and the buttons by who uses it."""

    def __init__(self, title: str, sign: str, *, is_dark: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first: QPushButton | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH_PX)
        t = tokens(is_dark)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 22, 24, 20)
        self.column.setSpacing(16)
        head = QHBoxLayout()
        head.setSpacing(_GAP_PX)
        picture = QLabel()
        picture.setPixmap(icon(sign, is_dark, colour=t.warn_ink).pixmap(_SIGN_PX, _SIGN_PX))
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        self._words = QVBoxLayout()
        self._words.setSpacing(6)
        self.headline = text(title)
        self.headline.setProperty("look", "title")
        self._words.addWidget(self.headline)
        head.addLayout(self._words, 1)
        self.column.addLayout(head)

    def add_words(self, words: str, look: str = "") -> QLabel:
        """Add a paragraph below the headline."""
        label = text(words)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if look:
            label.setProperty("look", look)
        self._words.addWidget(label)
        return label

    def add_foot(self, *buttons: QPushButton, left: tuple[QPushButton, ...] = ()) -> None:
        """Add the row of buttons; the last one is what most people will want, and Enter presses it."""
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in left:
            foot.addWidget(button)
        foot.addStretch(1)
        for button in buttons:
            button.setAutoDefault(False)
            foot.addWidget(button)
        set_look(buttons[-1], "primary")
        buttons[-1].setDefault(True)
        self._first = buttons[-1]
        self.column.addLayout(foot)

    def showEvent(self, event: object) -> None:
        """Take the height that the words need at this width."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._first is not None:
            self._first.setFocus()
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            self.setFixedHeight(max(layout.heightForWidth(self.width()), layout.minimumSize().height()))
