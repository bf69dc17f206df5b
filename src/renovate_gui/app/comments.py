"""Remarks on what is planned, each with an owner, a state and an official answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


class Comments:
    """Remarks on what is planned, each with an owner, a state and an official answer."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
