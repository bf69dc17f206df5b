"""A page of the Council stage: one column that is shown or hidden as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.session import Session
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.workspace import Workspace

NARROW_CELLS = "QTableView::item { padding: 2px 3px; } QHeaderView::section { padding: 3px 4px; }"
"""For tables in the inspector: every pixel of width is wanted by words."""


class CouncilPage(QWidget):
    """A page; subclasses fill :attr:`column` once and bring it up to date in :meth:`follow`."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__()
        self.workspace = workspace
        self.jobs = jobs
        self.look = look
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)

    def follow(self, session: Session) -> None:
        """Show what the session holds now; called when the page is in front and something changed."""
        raise NotImplementedError
