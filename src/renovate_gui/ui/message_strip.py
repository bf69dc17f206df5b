"""One sentence above the map: what was done, what went wrong, what to do."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.theme import add_shadow, icon, set_look, tokens
from renovate_gui.ui.workspace import Workspace

_MARGIN, _ABOVE_SCALE = 12, 64
_ICONS = {
    "info": "mdi6.information-outline",
    "good": "mdi6.check-circle-outline",
    "warning": "mdi6.alert-outline",
    "error": "mdi6.alert-circle-outline",
}
_STAY_MS = {"info": 6000, "good": 5000, "warning": 12000}  # an error stays until it is closed


class MessageStrip(QFrame):
    """Shows the newest message; errors stay, the rest goes by itself."""

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.clear_of: tuple[QWidget, ...] = ()
        """Cards beside the strip whose words it must not cover; then it sits at the bottom."""
        self._sign = QLabel()
        self._words = QLabel()
        self._close = QToolButton()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._close.setProperty("look", "quiet")
        self._close.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        workspace.message.connect(self.say)
        add_shadow(self, workspace.is_dark)
        self.hide()

    @property
    def text(self) -> str:
        """Return the sentence shown, or an empty string."""
        return "" if self.isHidden() else self._words.text()

    def say(self, text: str, kind: str) -> None:
        """Show a sentence; an empty one hides the strip."""
        if not text:
            self.hide()
            return
        kind = kind if kind in _ICONS else "info"
        t = tokens(self._workspace.is_dark)
        colour = {"good": t.good, "warning": t.warn_ink, "error": t.bad_ink}.get(kind, t.soft_ink)
        self._sign.setPixmap(icon(_ICONS[kind], self._workspace.is_dark, colour=colour).pixmap(18, 18))
        self._close.setIcon(icon("mdi6.close", self._workspace.is_dark))
        self._close.setToolTip(tr("Close the message"))
        self._words.setText(text)
        self.setAccessibleName(text)
        set_look(self, f"strip-{kind}")
        self.place()
        self.show()
        self.raise_()
        self._timer.stop()
        if kind in _STAY_MS:
            self._timer.start(_STAY_MS[kind])

    def place(self) -> None:
        """Sit at the top of the parent, centred."""
        parent = self.parentWidget()
        room = parent.width() if parent is not None else 640
        width = min(640, max(220, room - 180))
        self.setFixedWidth(width)
        self._words.setFixedWidth(width - 84)
        self.adjustSize()
        left = (room - width) // 2
        high = QRect(left, _MARGIN, width, self.height())
        self.move(high.topLeft())
        if parent is None or not self._hits(high):
            return
        low = QRect(left, parent.height() - self.height() - _ABOVE_SCALE, width, self.height())
        if low.top() > high.bottom() and not self._hits(low):
            self.move(low.topLeft())

    def _hits(self, box: QRect) -> bool:
        return any(not card.isHidden() and card.geometry().intersects(box) for card in self.clear_of)
