"""The dock below the map: table, chart, scenarios, tasks and history as tabs, built when first looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

TABS = ("table", "chart", "scenarios", "tasks", "history")


def tab_words(name: str) -> str:
    """Return a tab's title."""
    return {
        "table": lambda: tr("Table"),
        "chart": lambda: tr("Chart"),
        "scenarios": lambda: tr("Scenarios"),
        "tasks": lambda: tr("Tasks"),
        "history": lambda: tr("History"),
    }[name]()


class BottomDock(QFrame):
    """Five tabs and a button that closes the dock.

    Signals
    -------
    close_asked
        A person wants the room back.
    tab_changed
        Another tab is in front (its name).
    """

    close_asked = Signal()
    tab_changed = Signal(str)

    def __init__(self, workspace: Workspace, make: Callable[[str], QWidget]) -> None:
        super().__init__()
        self._workspace, self._make = workspace, make
        self.setProperty("look", "panel")
        self._pages: dict[str, QWidget] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._stack = QStackedWidget()
        self._close = QToolButton()
        self._close.setProperty("look", "quiet")
        self._close.clicked.connect(self.close_asked)
        head = QHBoxLayout()
        head.setContentsMargins(16, 0, 8, 0)
        head.setSpacing(16)
        group = QButtonGroup(self)
        for name in TABS:
            button = QToolButton()
            button.setProperty("look", "tab")
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.clicked.connect(lambda _checked=False, n=name: self.show_tab(n))
            group.addButton(button)
            self._buttons[name] = button
            head.addWidget(button)
        head.addStretch(1)
        head.addWidget(self._close)
        line = QFrame()
        line.setProperty("look", "rule")
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line)
        column.addWidget(self._stack, 1)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def tab(self) -> str:
        """Return the name of the tab in front, empty before the first."""
        return next((n for n, page in self._pages.items() if page is self._stack.currentWidget()), "")

    def page(self, name: str) -> QWidget:
        """Return a tab's page, built when first asked for."""
        if name not in self._pages:
            self._pages[name] = self._make(name)
            self._stack.addWidget(self._pages[name])
        return self._pages[name]

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front."""
        self._stack.setCurrentWidget(self.page(name))
        self._buttons[name].setChecked(True)
        self.tab_changed.emit(name)

    def retranslate(self) -> None:
        """Set words again."""
        for name, button in self._buttons.items():
            button.setText(tab_words(name))
        self._close.setIcon(icon("mdi6.close", self._workspace.is_dark))
        self._close.setToolTip(tr("Close the panel"))
        self._close.setAccessibleName(tr("Close the panel"))
