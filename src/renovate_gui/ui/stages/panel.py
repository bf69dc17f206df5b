"""The base of all stage panels: one scrolling column that follows session, language and theme."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from renovate_gui.app.session import Session
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import MARGIN, Look, look_of, stylesheet
from renovate_gui.ui.stages.widgets import text
from renovate_gui.ui.workspace import Stage, Workspace


def dress(widget: QWidget, look: Look) -> None:
    """Give a panel or dialog the inspector's colours."""
    widget.setStyleSheet(stylesheet(look))


class StagePanel(QScrollArea):
    """A stage's inspector.

    Subclasses say how the column is built (:meth:`build`, once per session, language and theme) and how its
    figures are refreshed (:meth:`refresh`, after changes). A panel that is not in front waits with refreshing.
    """

    stage: ClassVar[Stage]

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self.workspace = workspace
        self.jobs = jobs
        self.look = look_of(is_dark=workspace.is_dark)
        self._is_stale = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(260)
        workspace.session_changed.connect(self.on_session_changed)
        workspace.changed.connect(self._on_changed)
        workspace.stage_changed.connect(self._on_stage_changed)
        workspace.language_changed.connect(self.rebuild)
        workspace.theme_changed.connect(self.rebuild)
        self.rebuild()

    # -- for subclasses -----------------------------------------------------------------------------------------
    def title(self) -> str:
        """Return the panel's translated title."""
        raise NotImplementedError

    def build(self, column: QVBoxLayout, session: Session) -> None:
        """Fill the column with widgets that :meth:`refresh` will feed."""
        raise NotImplementedError

    def build_empty(self, column: QVBoxLayout) -> None:
        """Fill the column when no project is open."""
        from renovate_gui.assets import tr

        column.addWidget(
            text(tr("No project is open. Open one, or make a new one and drop your files."), "quiet")
        )

    def refresh(self) -> None:
        """Bring figures up to date; only called with an open session."""
        raise NotImplementedError

    def concerns(self, event: ChangeEvent) -> bool:  # noqa: ARG002  subclasses look at it
        """Return whether a change makes the panel's figures old."""
        return True

    # -- the same for all -----------------------------------------------------------------------------------------
    @property
    def session(self) -> Session | None:
        """Return the open session."""
        return self.workspace.session

    @property
    def is_current(self) -> bool:
        """Return whether the panel's stage is in front."""
        return self.workspace.stage == self.stage

    def read_only_reason(self) -> str:
        """Return why nothing can be changed, or an empty string."""
        from renovate_gui.assets import tr

        if self.session is None:
            return tr("No project is open.")
        if self.session.project.is_read_only:
            return tr("The project is open for reading only.")
        return ""

    def on_session_changed(self) -> None:
        """Start anew with another project."""
        self.rebuild()

    def rebuild(self) -> None:
        """Make all widgets again: other language, theme or project."""
        self.look = look_of(is_dark=self.workspace.is_dark)
        dress(self, self.look)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        content = QWidget()
        content.setObjectName("column")
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(10)
        column.addWidget(text(self.title(), "title"))
        if self.session is None:
            self.build_empty(column)
        else:
            self.build(column, self.session)
        column.addStretch(1)
        self.setWidget(content)
        self.refresh_soon()

    def refresh_soon(self) -> None:
        """Refresh now when in front, else when the stage comes to the front."""
        if self.session is None:
            return
        if self.is_current:
            self._is_stale = False
            self.refresh()
        else:
            self._is_stale = True

    def _on_changed(self, event: ChangeEvent) -> None:
        if self.concerns(event):
            self.refresh_soon()

    def _on_stage_changed(self) -> None:
        if self.is_current and self._is_stale:
            self.refresh_soon()
