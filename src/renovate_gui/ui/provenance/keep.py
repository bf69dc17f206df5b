"""“Keep this figure”: the quiet link below a stage's number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QInputDialog, QPushButton, QWidget

from renovate_gui.app import figure_words
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.domain.figure import Figure
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.widgets import button, enable
from renovate_gui.ui.workspace import Workspace

Prepare = Callable[[Session, str], Task[tuple[Figure, ...]]]
"""Prepares keeping under a title; called after the title was given, so that it takes what is chosen then."""


class KeepFigure:
    """The link, and what happens when it is pressed.

    Parameters
    ----------
    suggest
        Returns the title that is offered.
    prepare
        Returns the task that computes and keeps.
    """

    def __init__(
        self, workspace: Workspace, jobs: Jobs, suggest: Callable[[Session], str], prepare: Prepare
    ) -> None:
        self._workspace, self._jobs = workspace, jobs
        self._suggest, self._prepare = suggest, prepare
        self.button: QPushButton = button(tr("Keep this figure"), self.ask, "link")

    def refresh(self, reason: str) -> None:
        """Allow keeping, or say why it is not possible."""
        tip = tr("Keep the number with everything it was computed from, so that it can be computed again")
        enable(self.button, reason, tip)

    def ask(self) -> None:
        """Ask for a title, with a sensible one already there."""
        session = self._workspace.session
        if session is None:
            return
        title, is_taken = QInputDialog.getText(
            _window(self.button), tr("Keep this figure"), tr("Keep it as"), text=self._suggest(session)
        )
        if is_taken and title.strip() and self._workspace.session is session:
            self._jobs.start(self._prepare(session, title.strip()), self._on_kept, key="keep-figure")

    def _on_kept(self, figures: Sequence[Figure]) -> None:
        for figure in figures:
            words = tr(
                "Kept: {title}, {number} {what}. Project ▸ “Where the figures come from” lists it.",
                title=figure.title,
                number=figure_words.headline(figure)[0],
                what=figure_words.headline(figure)[1],
            )
            self._workspace.message.emit(words, "good")


def _window(widget: QWidget) -> QWidget:
    return widget.window()
