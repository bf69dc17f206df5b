"""Votes by heads and by floor area under rules of consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


class Voting:
    """Votes by heads and by floor area under rules of consent."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
