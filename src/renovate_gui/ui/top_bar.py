"""The bar on top: menu, project, undo, the tools, the search box, and the one primary button."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from renovate_gui.assets import tr
from renovate_gui.ui.actions import SEPARATOR, TOOLBAR, Actions
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.scenarios.chooser import ScenarioChooser
from renovate_gui.ui.stages.widgets import Elided
from renovate_gui.ui.theme import ICON, icon, tokens
from renovate_gui.ui.workspace import Workspace

_NARROW_PX = 1360
_TIGHT_PX = 1120
"""Below this the scenario and the search are icons only: the tools keep their size."""
_ICON_PX = 44
_SEARCH_PX = (170, 330)


class TopBar(QFrame):
    """Assembles the top bar from the declared actions."""

    menu_asked = Signal()

    def __init__(self, workspace: Workspace, jobs: Jobs, actions: Actions) -> None:
        super().__init__()
        self.scenarios = ScenarioChooser(workspace, jobs, actions)
        self._workspace = workspace
        self._actions = actions
        self._measure_menu = QMenu(self)
        self._measure = QToolButton()
        self._title = QLabel()
        self._project = Elided()
        self._menu = QToolButton()
        self._search = QPushButton()
        self._keys = QLabel(self._search)
        self._export = QPushButton()
        self.setProperty("look", "topbar")
        self.setFixedHeight(48)
        self._assemble()
        workspace.session_changed.connect(self.retranslate)
        workspace.changed.connect(self.retranslate)
        workspace.selection_changed.connect(self.retranslate)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self.retranslate)
        workspace.tool_changed.connect(self._show_measure)
        self.retranslate()

    @property
    def menu_button(self) -> QToolButton:
        """Return the button the menu hangs on."""
        return self._menu

    def _assemble(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(8)
        self._menu.setProperty("look", "tool")
        self._menu.setIconSize(ICON)
        self._menu.clicked.connect(self.menu_asked)
        row.addWidget(self._menu)
        self._title.setProperty("look", "title")
        self._project.setProperty("look", "muted")
        self._project.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._project.setMinimumWidth(60)
        row.addWidget(self._title)
        row.addWidget(self._project, 2)
        row.addWidget(self.scenarios)
        row.addWidget(self._tool_group(), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._search.setProperty("look", "search")
        self._search.setMinimumWidth(_SEARCH_PX[0])
        self._search.setMaximumWidth(_SEARCH_PX[1])
        self._search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._search.clicked.connect(self._actions["help.palette"].trigger)
        self._keys.setProperty("look", "faint")
        self._keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inner = QHBoxLayout(self._search)
        inner.setContentsMargins(8, 0, 10, 0)
        inner.addStretch(1)
        inner.addWidget(self._keys)
        row.addWidget(self._search, 3)
        self._export.setProperty("look", "primary")
        self._export.clicked.connect(self._actions["file.export"].trigger)
        row.addWidget(self._export)

    def _tool_group(self) -> QWidget:
        group = QFrame()
        group.setProperty("look", "group")
        group.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # tools are never squeezed
        row = QHBoxLayout(group)
        row.setContentsMargins(4, 2, 4, 2)
        row.setSpacing(2)
        for name in TOOLBAR:
            if name == SEPARATOR:
                line = QFrame()
                line.setProperty("look", "rule")
                line.setFixedSize(1, 22)
                row.addSpacing(3)
                row.addWidget(line)
                row.addSpacing(3)
            elif name == "measure":
                row.addWidget(self._measure_button())
            else:
                row.addWidget(self._tool_button(name))
        return group

    def _tool_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("look", "tool")
        button.setIconSize(ICON)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setDefaultAction(self._actions[name])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _measure_button(self) -> QToolButton:
        for name in ("map.measure_length", "map.measure_area"):
            self._measure_menu.addAction(self._actions[name])
        self._measure.setProperty("look", "tool")
        self._measure.setIconSize(ICON)
        self._measure.setCheckable(True)
        self._measure.setMenu(self._measure_menu)
        self._measure.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._measure.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return self._measure

    def retranslate(self, *_ignored: object) -> None:
        """Set words, icons and the project's name again."""
        self._fit()
        session = self._workspace.session
        self._title.setText(tr("Renovation workbench"))
        words = ""
        if session is not None:
            words = session.settings().title or session.project.path.stem
            if session.project.is_read_only:
                words = tr("{title} (read only)", title=words)
        self._project.setText(words)
        if session is not None:
            self._project.setToolTip(f"{words}\n{session.project.path}")
        self._menu.setIcon(icon("mdi6.menu", self._workspace.is_dark))
        self._menu.setToolTip(self._actions["help.menu"].toolTip())
        self._menu.setAccessibleName(tr("Menu"))
        self._show_search()
        self._search.setToolTip(self._actions["help.palette"].toolTip())
        muted = tokens(self._workspace.is_dark).ink3
        self._search.setIcon(icon("mdi6.magnify", self._workspace.is_dark, colour=muted))
        self._keys.setText("Ctrl K")
        self._export.setText(tr("Export package"))
        self._export.setEnabled(self._actions["file.export"].isEnabled())
        self._export.setToolTip(self._actions["file.export"].toolTip())
        export_ink = tokens(self._workspace.is_dark).accent_ink
        self._export.setIcon(icon("mdi6.tray-arrow-up", self._workspace.is_dark, colour=export_ink))
        self._measure.setToolTip(tr("Measure length or area"))
        self._show_measure()

    def _show_search(self) -> None:
        """Write as much as there is room for beside the keys."""
        if self._search.maximumWidth() == _ICON_PX:
            self._search.setText("")
            return
        words = "  " + tr("Search commands and places …")
        room = self._search.width() - self._keys.sizeHint().width() - 56
        is_cut = self._search.fontMetrics().horizontalAdvance(words) > room
        self._search.setText("  " + tr("Search …") if is_cut else words)

    def _show_measure(self, *_ignored: object) -> None:
        name = "map.measure_area" if self._workspace.tool == "measure_area" else "map.measure_length"
        self._measure.setIcon(self._actions[name].icon())
        self._measure.setChecked(self._workspace.tool in {"measure_area", "measure_length"})
        self._measure.setEnabled(self._actions[name].isEnabled())

    def _fit(self) -> None:
        is_narrow, is_tight = self.width() < _NARROW_PX, self.width() < _TIGHT_PX
        self._title.setVisible(not is_narrow or self._workspace.session is None)
        self.scenarios.set_tight(is_tight=is_tight)
        self._keys.setVisible(not is_tight)
        self._search.setMinimumWidth(_ICON_PX if is_tight else _SEARCH_PX[0])
        self._search.setMaximumWidth(_ICON_PX if is_tight else _SEARCH_PX[1])
        if is_tight:
            self._search.setToolTip(tr("Search commands and places …"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        self._fit()
        QTimer.singleShot(0, self, self._show_search)  # once the row has been laid out
