"""After a mistake of our own: bring to a disk whatever is not on one yet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.save_state import SaveKind

if TYPE_CHECKING:
    from renovate_gui.app.session import Session


def save_what_can_be(session: Session | None) -> str:
    """Try to save steps that the disk had refused; return one sentence on what became of them, empty without any."""
    if session is None or session.project.saving.state.kind is not SaveKind.UNSAVED:
        return ""
    try:
        session.project.saving.try_again()
    except (RenovateError, OSError):
        return _save_elsewhere(session)
    return tr("What the disk had refused before is saved now.")


def _save_elsewhere(session: Session) -> str:
    name = f"{session.project.path.stem} {datetime.now(UTC):%Y-%m-%d %H%M%S}.gpkg"
    for folder in (session.project.path.parent, Path.home()):
        try:
            session.save_copy(folder / name)
        except (RenovateError, OSError):
            continue
        return tr("What the disk had refused is in the copy “{path}”.", path=folder / name)
    return tr("Some steps could not be saved; save a copy on another disk before you close the window.")
