"""The right half of the history dock: what was chosen, what one can do with it, what it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.history.difference_view import DifferenceView
from renovate_gui.ui.stages.widgets import Elided, text
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

_WORDS_PX, _NARROW_PX = 700, 400
"""So wide must the pane be for buttons with words; narrower than the second it shows only what is needed most."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something one can do with the chosen line: its name in :class:`DetailPane`, and why it cannot be done now."""

    name: str
    reason: str = ""
    is_on: bool = False


class DetailPane(QWidget):
    """Title, deeds, notice, and the difference.

    Signals
    -------
    deed_asked
        A person wants one of the deeds (its name).
    notice_asked
        The button of the notice was pressed.
    """

    deed_asked = Signal(str)
    notice_asked = Signal()

    GO, ZOOM, COMPARE, UNDO, NAME, COPY, SEAL = "go", "zoom", "compare", "undo", "name", "copy", "seal"

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._deeds: tuple[Deed, ...] = ()
        self.view = DifferenceView(workspace)
        self._title, self._sub = Elided("", ""), Elided("", "")
        self.go, self.more = QPushButton(), QToolButton()
        self.tools = {name: QToolButton() for name in (self.ZOOM, self.COMPARE, self.UNDO, self.SEAL)}
        self._notice, self._notice_words, self._notice_button = QFrame(), text(""), QPushButton()
        self._assemble()
        self.go.clicked.connect(lambda: self.deed_asked.emit(self.GO))
        for name, tool in self.tools.items():
            tool.clicked.connect(lambda _checked=False, n=name: self.deed_asked.emit(n))
        self._notice_button.clicked.connect(self.notice_asked)
        self.more.clicked.connect(self._show_menu)

    def _assemble(self) -> None:
        self._title.setProperty("look", "title")
        self._sub.setProperty("look", "muted")
        self.go.setProperty("look", "primary")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._sub, 40)
        head.addStretch(1)
        for tool in (*self.tools.values(), self.more):
            tool.setProperty("look", "quiet")
            head.addWidget(tool)
        self.tools[self.COMPARE].setCheckable(True)
        head.addSpacing(4)
        head.addWidget(self.go)
        self._head = QWidget()
        rows = QVBoxLayout(self._head)
        rows.setContentsMargins(14, 8, 10, 6)
        rows.setSpacing(2)
        rows.addWidget(self._title)
        rows.addLayout(head)
        notice = QHBoxLayout(self._notice)
        notice.setContentsMargins(12, 6, 8, 6)
        notice.addWidget(self._notice_words, 1)
        notice.addWidget(self._notice_button)
        self._notice.setProperty("look", "strip-warning")
        self._notice.hide()
        holder = QHBoxLayout()
        holder.setContentsMargins(12, 0, 12, 4)
        holder.addWidget(self._notice)
        line = QFrame()
        line.setProperty("look", "rule")
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(holder)
        column.addWidget(line)
        column.addWidget(self.view, 1)

    # -- content --------------------------------------------------------------------------------------------------
    def show_head(self, title: str, sub: str, deeds: tuple[Deed, ...]) -> None:
        """Say what is chosen and what one can do with it; without deeds the head takes no room."""
        self._deeds = deeds
        self._title.setText(title)
        self._sub.setText(sub)
        self._head.setVisible(bool(deeds))
        self._set_buttons()

    def say(self, words: str, action: str = "") -> None:
        """Show a notice with a button, or none."""
        self._notice_words.setText(words)
        self._notice_button.setText(action)
        self._notice_button.setVisible(bool(action))
        self._notice.setVisible(bool(words))

    @property
    def notice(self) -> str:
        """Return the notice that is shown, or an empty text."""
        return "" if self._notice.isHidden() else self._notice_words.text()

    def deed(self, name: str) -> Deed | None:
        """Return a deed that is offered now."""
        return next((d for d in self._deeds if d.name == name), None)

    # -- words and looks ------------------------------------------------------------------------------------------
    def retranslate(self) -> None:
        """Set words and icons again."""
        is_dark = self._workspace.is_dark
        self.more.setIcon(icon("mdi6.dots-horizontal", is_dark))
        self.more.setToolTip(tr("More"))
        self.more.setAccessibleName(tr("More"))
        for name, tool in self.tools.items():
            tool.setIcon(icon(_ICONS[name], is_dark))
        self.view.retranslate()
        self._set_buttons()

    def _set_buttons(self) -> None:
        for name, control in (*self.tools.items(), (self.GO, self.go)):
            deed = self.deed(name)
            control.setVisible(deed is not None)
            if deed is None:
                continue
            words = deed_words(name)
            control.setText(words)
            control.setAccessibleName(words)
            control.setEnabled(not deed.reason)
            control.setToolTip(deed.reason or _tip(name))
            if control.isCheckable():
                control.setChecked(deed.is_on)
        self._fit()

    def _fit(self) -> None:
        with_words = self.width() >= _WORDS_PX
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if with_words
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        for tool in self.tools.values():
            tool.setToolButtonStyle(style)
        is_narrow = self.width() < _NARROW_PX
        self._sub.setVisible(not is_narrow)
        self.tools[self.ZOOM].setVisible(not is_narrow and self.deed(self.ZOOM) is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave words out where there is no room for them; the menu has them all."""
        super().resizeEvent(event)
        self._fit()

    def build_menu(self) -> QMenu:
        """Return all deeds with their words, in the present language."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for deed in self._deeds:
            line = menu.addAction(icon(_ICONS[deed.name], self._workspace.is_dark), deed_words(deed.name))
            line.setEnabled(not deed.reason)
            line.setToolTip(deed.reason or _tip(deed.name))
            line.setCheckable(deed.name == self.COMPARE)
            line.setChecked(deed.is_on)
            line.triggered.connect(lambda _checked=False, n=deed.name: self.deed_asked.emit(n))
        return menu

    def _show_menu(self) -> None:
        menu = self.build_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


_ICONS = {
    DetailPane.GO: "mdi6.restore",
    DetailPane.ZOOM: "mdi6.image-filter-center-focus",
    DetailPane.COMPARE: "mdi6.compare",
    DetailPane.UNDO: "mdi6.undo-variant",
    DetailPane.NAME: "mdi6.check-decagram-outline",
    DetailPane.COPY: "mdi6.content-save-outline",
    DetailPane.SEAL: "mdi6.shield-check-outline",
}
_WORDS: dict[str, Callable[[], str]] = {
    DetailPane.GO: lambda: tr("Go to this state"),
    DetailPane.ZOOM: lambda: tr("Zoom to"),
    DetailPane.COMPARE: lambda: tr("Compare with now"),
    DetailPane.UNDO: lambda: tr("Undo only this step"),
    DetailPane.NAME: lambda: tr("Name this version …"),
    DetailPane.COPY: lambda: tr("Save a copy of this state …"),
    DetailPane.SEAL: lambda: tr("Check the seal"),
}
_TIPS: dict[str, Callable[[], str]] = {
    DetailPane.GO: lambda: tr("Make the project as it was then; going back to now is possible at any time"),
    DetailPane.ZOOM: lambda: tr("Show on the map what changed"),
    DetailPane.COMPARE: lambda: tr("Show what is different now from that state"),
    DetailPane.UNDO: lambda: tr("Take back this step alone; what was done later stays"),
    DetailPane.NAME: lambda: tr("Keep the present state for ever, sealed"),
    DetailPane.COPY: lambda: tr("Write the project as it was then to another file"),
    DetailPane.SEAL: lambda: tr("Check that nothing in this version was changed since it was sealed"),
}


def deed_words(name: str) -> str:
    """Return what a deed is called."""
    return _WORDS[name]()


def _tip(name: str) -> str:
    return _TIPS[name]()
