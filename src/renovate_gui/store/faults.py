"""SQLite's errors as one plain sentence; anything else it says is our own bug and stays what it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError, RenovateError, RequestError


def as_sentence(error: apsw.Error, path: Path) -> RenovateError | None:
    """Return the error a person may read, or None when it is a bug of ours."""
    name = path.name
    if isinstance(error, apsw.FullError):
        return RequestError(
            tr("The disk with “{name}” is full; nothing was changed. Free some space.", name=name)
        )
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return RequestError(
            tr("“{name}” is in use by another program; close it there and try again.", name=name)
        )
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return DataError(tr("“{name}” is damaged; nothing was changed in it.", name=name))
    if isinstance(error, apsw.ReadOnlyError | apsw.CantOpenError | apsw.PermissionsError):
        return RequestError(tr("“{name}” cannot be written here; save a copy elsewhere.", name=name))
    if isinstance(error, apsw.IOError):
        return RequestError(
            tr(
                "“{name}” could not be read or written (is the drive still there?); nothing was changed.",
                name=name,
            )
        )
    return None


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into sentences."""
    try:
        yield
    except apsw.Error as error:
        sentence = as_sentence(error, path)
        if sentence is None:
            raise
        raise sentence from error
    except UnicodeDecodeError as error:  # only a damaged page holds a text that is none
        raise DataError(
            tr("A text in “{name}” is damaged and cannot be read; repair a copy.", name=path.name)
        ) from error


@contextmanager
def plain_file_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say while a file is made inside the block into sentences.

    Not for a block that runs somebody's action: what the system says there may be about another file.
    """
    try:
        with plain_errors(path):
            yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            words = tr(
                "The disk with “{name}” is full; nothing was changed. Free some space.", name=path.name
            )
        else:
            words = tr("“{name}” cannot be written here; choose another folder.", name=path.name)
        raise RequestError(words) from error
