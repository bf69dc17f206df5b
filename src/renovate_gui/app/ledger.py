"""One ledger of all answers, whatever way they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


class Ledger:
    """One ledger of all answers, whatever way they came."""

    def __init__(self, project: Project, session: Session) -> None:
        self._project = project
        self._session = session
