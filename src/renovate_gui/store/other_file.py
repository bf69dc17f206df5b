"""Another project file, to compare with or to merge: looked at in a private copy, never touched itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DamagedError, DataError, RequestError
from renovate_gui.store import schema
from renovate_gui.store.opening import open_file
from renovate_gui.store.private_copy import private_copy
from renovate_gui.store.settings import setting


@contextmanager
def other_project(path: Path) -> Iterator[Path]:
    """Give a checked copy of another project, brought up to this program's version; it goes away afterwards.

    Raises
    ------
    DataError
        When it is no project, or damaged.
    RequestError
        When a newer program made it.
    """
    with private_copy(path) as copy:
        named = copy.rename(copy.with_name(path.name))  # sentences about it name the file a person knows
        _bring_up_to_date(named)
        yield named


def _bring_up_to_date(copy: Path) -> None:
    try:
        opened = open_file(copy, read_only=False)
    except DamagedError as error:  # whether it has backups is to be asked where it lies
        raise DataError(tr("“{name}” is damaged; nothing was changed in it.", name=copy.name)) from error
    try:
        version = setting(opened.db, "schema")
    finally:
        opened.db.close()
        for hold in opened.holds:
            hold.release()
    if version != str(schema.SCHEMA_VERSION):
        raise RequestError(
            tr(
                "“{name}” was made by a newer version of this program; update the program first.",
                name=copy.name,
            )
        )
