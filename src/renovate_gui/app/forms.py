"""What residents answer on: comment forms on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


class Forms:
    """What residents answer on: comment forms on paper."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
