"""Whether what a person did is safe, where, and why a project may only be read: values that a window can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class ReadOnlyKind(StrEnum):
    """Why a project may only be read."""

    ASKED = "asked"
    NEWER = "newer"
    PROTECTED_FILE = "protected_file"
    PROTECTED_FOLDER = "protected_folder"
    ELSEWHERE = "elsewhere"
    BUSY = "busy"
    LOST = "lost"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class ReadOnlyCause:
    """Why a project may only be read.

    Attributes
    ----------
    words
        The translated sentence.
    user, host, since
        Who has it open, where, and since when (ISO 8601, UTC); empty unless ``kind`` is ``ELSEWHERE`` or ``LOST``.
    """

    kind: ReadOnlyKind
    words: str
    user: str = ""
    host: str = ""
    since: str = ""


class SaveKind(StrEnum):
    """How safe the newest step is."""

    SAVED = "saved"
    READ_ONLY = "read_only"
    PUBLISHED = "published"
    PUBLISHING = "publishing"
    NOT_PUBLISHED = "not_published"
    CONFLICT = "conflict"
    UNSAVED = "unsaved"


@dataclass(frozen=True, slots=True)
class SaveState:
    """How safe the newest step is.

    Attributes
    ----------
    kind
        The state.
    at
        When it was saved or published last, in this place's time; None when nothing was in this session.
    reason
        The translated sentence that says what is wrong and what to do; empty when all is well.
    place
        The project file that everybody sees.
    safe_in
        Where the newest steps lie while the project file does not have them; None when it has, or when they are in
        memory only.
    drive
        Of what kind the drive of the place is: ``network``, ``removable`` or ``local``; empty where nobody asked.
    """

    kind: SaveKind
    at: datetime | None = None
    reason: str = ""
    place: Path | None = None
    safe_in: Path | None = None
    drive: str = ""

    @property
    def is_solved(self) -> bool:
        """Return whether nobody has to do anything."""
        return self.kind not in {SaveKind.CONFLICT, SaveKind.UNSAVED}
