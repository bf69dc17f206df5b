"""The family of errors that a person may read.

Three kinds, because three reactions: the *data* is wrong (say which file, layer, feature), the *request* cannot
be met (say why), *we* are wrong (any other exception; the report dialog shows it). Messages arrive translated.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any


class RenovateError(Exception):
    """Base of every error whose text is one plain sentence for a person."""


class DataError(RenovateError):
    """Raised when a file, layer or feature is wrong; the message names it and says what to do."""


class RequestError(RenovateError):
    """Raised when what was asked for cannot be done now; the message gives the reason."""


class ReadOnlyError(RequestError):
    """Raised when a change is asked of a project that may only be read."""


class DependsError(RequestError):
    """Raised when a step cannot be taken back alone because later ones build on it.

    Attributes
    ----------
    steps
        The later steps (:class:`renovate_gui.store.history.HistoryStep`), oldest first.
    """

    def __init__(self, message: str, steps: tuple[Any, ...]) -> None:
        super().__init__(message)
        self.steps = steps


class Cancelled(RenovateError):  # noqa: N818  the word people use
    """Raised inside a task whose user pressed cancel; nothing is left half done."""


class MapDataError(DataError):
    """Raised when a file that was to be opened holds map data but is no project: it can be imported instead."""


class DamagedError(DataError):
    """Raised when a project file is damaged; it was not touched.

    Attributes
    ----------
    path
        The damaged file.
    backup
        The newest backup that passes its own check, or None.
    backup_at
        The time of the last step that the backup holds (of the backup itself when it has no steps), UTC.
    changed_at
        When the damaged file was last written to, UTC.
    missing_steps
        Titles of the steps that the backup lacks, oldest first; None when the damaged file's history cannot be read.
    """

    def __init__(
        self,
        message: str,
        *,
        path: Path,
        backup: Path | None = None,
        backup_at: datetime | None = None,
        changed_at: datetime | None = None,
        missing_steps: tuple[str, ...] | None = None,
    ) -> None:
        super().__init__(message)
        self.path, self.backup, self.backup_at = path, backup, backup_at
        self.changed_at, self.missing_steps = changed_at, missing_steps
