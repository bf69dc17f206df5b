"""The base of the stages' dialogs: colours, size, and an end of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.panel import dress
from renovate_gui.ui.stages.widgets import button
from renovate_gui.ui.workspace import Workspace


class StageDialog(QDialog):
    """A window-modal dialog that dies when it is closed; it closes when another project is opened."""

    def __init__(
        self, parent: QWidget | None, workspace: Workspace, title: str, size: tuple[int, int]
    ) -> None:
        super().__init__(parent.window() if parent is not None else None)
        self.workspace = workspace
        self.look = look_of(is_dark=workspace.is_dark)
        dress(self, self.look)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(*size)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(10)
        workspace.session_changed.connect(self.reject)

    def add_foot(self, *widgets: QWidget, left: QWidget | None = None) -> None:
        """Add a row of buttons, the decisive one last."""
        foot = QHBoxLayout()
        if left is not None:
            foot.addWidget(left, 8)
        foot.addStretch(1)
        for widget in widgets:
            foot.addWidget(widget)
        self.column.addLayout(foot)

    def done(self, result: int) -> None:
        """Leave the workspace before dying."""
        self.workspace.session_changed.disconnect(self.reject)
        super().done(result)

    def close_button(self) -> QWidget:
        """Return a button that closes."""
        return button(tr("Close"), self.reject)
