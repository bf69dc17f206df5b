"""The dark rail: six stages in working order."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout

from renovate_gui.ui.actions import Actions
from renovate_gui.ui.theme import icon, tokens
from renovate_gui.ui.workspace import Stage, Workspace

RAIL_PX = 76


class Rail(QFrame):
    """Chooses the stage; arrow keys walk up and down, Ctrl+1 … Ctrl+6 jump."""

    def __init__(self, workspace: Workspace, actions: Actions) -> None:
        super().__init__()
        self._workspace = workspace
        self._actions = actions
        self._buttons: dict[Stage, QToolButton] = {}
        self.setProperty("look", "rail")
        self.setFixedWidth(RAIL_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 12, 6, 12)
        column.setSpacing(4)
        for stage in Stage:
            button = QToolButton()
            button.setProperty("look", "rail")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(22, 22))
            button.setFixedSize(RAIL_PX - 12, 62)
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(self._actions[f"stage.{stage.value}"].trigger)
            self._buttons[stage] = button
            column.addWidget(button)
        column.addStretch(1)
        workspace.stage_changed.connect(self._show_stage)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Set words, tooltips and icons again."""
        t = tokens(self._workspace.is_dark)
        for stage, button in self._buttons.items():
            action = self._actions[f"stage.{stage.value}"]
            button.setText(action.text())
            button.setToolTip(action.toolTip())
            spec = self._actions.specs[f"stage.{stage.value}"]
            colour = "#FFFFFF" if stage == self._workspace.stage else t.rail_ink
            button.setIcon(icon(spec.icon, self._workspace.is_dark, colour=colour))
            button.setChecked(stage == self._workspace.stage)

    def _show_stage(self, _stage: str) -> None:
        self.retranslate()
