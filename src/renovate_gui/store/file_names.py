"""Which names a project file may get: one that cannot be opened on the next computer is refused before it is used."""

from __future__ import annotations

import os
from pathlib import Path

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError

_MOST_NAME_BYTES = 240  # file systems allow 255, and the journal and the backup folder need longer names
_MOST_PATH_BYTES = 500  # SQLite allows 512 with the journal's ending
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{device}{n}" for device in ("COM", "LPT") for n in "123456789")}
)


def check_new_name(path: Path) -> None:
    """Raise RequestError when a new project cannot have this name here or on another computer."""
    name = path.name
    stem = name.removesuffix(".gpkg")
    if not stem.strip(". "):
        raise RequestError(tr("“{name}” is no name for a file; write one with letters.", name=name or path))
    if name != name.rstrip(". "):
        raise RequestError(
            tr("“{name}” ends in a dot or a space, which Windows drops; choose another name.", name=name)
        )
    if stem.split(".")[0].rstrip(" ").upper() in _RESERVED:
        raise RequestError(tr("“{name}” is a name that Windows keeps for itself; choose another.", name=name))
    check_length(path)


def check_length(path: Path) -> None:
    """Raise RequestError when a path is longer than SQLite or the file system can take, or no text."""
    if len(os.fsencode(path.name)) > _MOST_NAME_BYTES or len(os.fsencode(str(path))) > _MOST_PATH_BYTES:
        raise too_long(path)
    try:
        str(path).encode("utf-8")
    except (
        UnicodeEncodeError
    ) as error:  # a name from a system that wrote another encoding; SQLite takes UTF-8 only
        raise RequestError(
            tr(
                "The path of “{name}” holds characters that cannot be read; rename it first.",
                name=path.name.encode("utf-8", "replace").decode(),
            )
        ) from error


def too_long(path: Path) -> RequestError:
    """Return the error for a path that is too long."""
    name = path.name if len(path.name) <= 40 else f"{path.name[:30]}…{path.name[-9:]}"
    return RequestError(
        tr("The path of “{name}” is too long; use a shorter name or a folder higher up.", name=name)
    )
