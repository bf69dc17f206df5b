"""What came back: files, texts, scans, meetings; who has not answered; comments and their answers."""

from __future__ import annotations

from renovate_gui.app.session import Session
from renovate_gui.ui.council.page import CouncilPage
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.replies_box import RepliesBox
from renovate_gui.ui.workspace import Workspace


class AnswersPage(CouncilPage):
    """What came back: files, texts, scans, meetings; who has not answered; comments and their answers."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__(workspace, jobs, look)
        self.replies = RepliesBox(workspace, jobs, look)
        self.column.addWidget(self.replies)

    def follow(self, session: Session) -> None:
        """Show what the session holds now."""
        self.replies.follow(session)
