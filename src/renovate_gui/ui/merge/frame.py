"""The frame of the compare and merge panels: head with a closing button, a body, a foot that stays in sight."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.stages.look import MARGIN, Look, look_of, stylesheet
from renovate_gui.ui.stages.widgets import Card, button, repolish, text
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

_SHUT = "shut"
_OWN_SHEET = """
QWidget#side {{ background: {card}; }}
QFrame[cell="other"] {{ background: {ground}; border: 1px solid {line}; border-radius: 6px; }}
QFrame[cell="same"] {{ background: transparent; border: 1px solid {line}; border-radius: 6px; }}
QFrame[foot="true"] {{ background: {card}; border: none; border-top: 1px solid {line}; }}
QPushButton[kind="way"] {{ background: {card}; border: 1px solid {line}; border-radius: 8px; padding: 7px 6px; }}
QPushButton[kind="way"]:hover {{ border-color: {accent}; }}
QPushButton[kind="way"]:focus {{ border: 2px solid {accent}; padding: 6px 5px; }}
QPushButton[kind="way"]:checked {{ background: {soft}; border-color: {accent}; color: {soft_ink}; font-weight: 700; }}
"""


class SideFrame(QWidget):
    """A panel of the inspector that lies over the stage's one.

    Subclasses fill :attr:`body` and :attr:`foot` in :meth:`build`, which runs again for another language or theme;
    what they have to remember they keep outside the widgets.

    Signals
    -------
    close_asked
        A person wants the stage's panel back.
    """

    close_asked = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.look: Look = look_of(is_dark=workspace.is_dark)
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(268)
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._holder: QWidget | None = None
        workspace.language_changed.connect(self.rebuild)
        workspace.theme_changed.connect(self.rebuild)

    # -- for subclasses -----------------------------------------------------------------------------------------
    def title(self) -> str:
        """Return the panel's translated title."""
        raise NotImplementedError

    def build(self, body: QVBoxLayout, foot: QVBoxLayout) -> None:
        """Fill body and foot for the present state."""
        raise NotImplementedError

    def take_file(self, path: Path) -> None:
        """Work on a dropped file."""
        raise NotImplementedError

    # -- building -----------------------------------------------------------------------------------------------
    def rebuild(self, *_ignored: object) -> None:
        """Make all widgets again for the present state, language and theme."""
        self.look = look_of(is_dark=self.workspace.is_dark)
        own = _OWN_SHEET.format(
            **{n: getattr(self.look, n) for n in ("card", "ground", "line", "accent", "soft", "soft_ink")}
        )
        self.setStyleSheet(stylesheet(self.look) + own)
        if self._holder is not None:
            self._holder.hide()
            self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        body = QVBoxLayout()
        body.setContentsMargins(MARGIN, 0, MARGIN, 8)
        body.setSpacing(10)
        column.addLayout(body, 1)
        foot_frame = QFrame()
        foot_frame.setProperty("foot", "true")
        foot = QVBoxLayout(foot_frame)
        foot.setContentsMargins(MARGIN, 10, MARGIN, 12)
        foot.setSpacing(6)
        column.addWidget(foot_frame)
        self.build(body, foot)
        foot_frame.setVisible(foot.count() > 0)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._holder)

    def _head(self) -> QWidget:
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(MARGIN, 14, 10, 10)
        across.addWidget(text(self.title(), "title"), 1)
        shut = QToolButton()
        shut.setObjectName(_SHUT)
        shut.setProperty("look", "quiet")
        shut.setIcon(icon("mdi6.close", self.workspace.is_dark))
        shut.setIconSize(QSize(18, 18))
        shut.setToolTip(self.close_words())
        shut.setAccessibleName(tr("Close the panel"))
        shut.clicked.connect(self.close_asked)
        across.addWidget(shut, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def close_words(self) -> str:
        """Return what closing the panel does."""
        return tr("Close the panel")

    def take_focus(self) -> None:
        """Give the keyboard to the first thing in the body that takes it."""
        parts = [w for w in self.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        usable = [w for w in parts if w.isVisible() and w.isEnabled() and w.objectName() != _SHUT]
        if usable:
            usable[0].setFocus()

    # -- drops --------------------------------------------------------------------------------------------------
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept one file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()
            self._set_hot(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Cool down."""
        self._set_hot(on=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file."""
        self._set_hot(on=False)
        event.acceptProposedAction()
        self.take_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def _set_hot(self, *, on: bool) -> None:
        for card in self.findChildren(Card):
            if card.property("card") == "drop":
                card.setProperty("hot", "true" if on else "false")
                repolish(card)


def drop_card(title: str, words: str, button_words: str, on_click: Callable[[], object]) -> Card:
    """Return the place where a file can be dropped or chosen."""
    card = Card("drop", margins=(16, 18, 16, 18))
    card.column.setSpacing(8)
    card.add(text(title, "strong"), text(words, "quiet"), button(button_words, on_click, "primary"))
    return card
