"""Scanned forms: read, asked about, taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


class Scans:
    """Scanned forms: read, asked about, taken in."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
