"""Meetings: agenda, attendance, minutes, actions."""

from __future__ import annotations

from renovate_gui.app.session import Session
from renovate_gui.ui.council.page import CouncilPage
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.workspace import Workspace


class MeetingsPage(CouncilPage):
    """Meetings: agenda, attendance, minutes, actions."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__(workspace, jobs, look)

    def follow(self, session: Session) -> None:
        """Show what the session holds now."""
        del session
