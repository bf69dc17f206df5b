"""Tells a file that never was a project from a damaged one: checking and repairing say of it what opening says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import apsw

from renovate_gui.domain.errors import DamagedError
from renovate_gui.store.opening import check_ours, look_at_header


def refuse_stranger(path: Path, copy: Path) -> None:
    """Raise the sentence of opening for a file that is no project; what is damaged may pass.

    Parameters
    ----------
    path
        The file, which the sentence names.
    copy
        A private copy of it to look into.
    """
    refuse_beginning(path)
    with suppress(DamagedError, apsw.Error):
        db = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            db.pragma("trusted_schema", 0)
            check_ours(db, path)
        finally:
            db.close()


def refuse_beginning(path: Path) -> None:
    """Raise the sentence of opening for a folder, a missing file or one that does not begin as a project does."""
    with suppress(DamagedError):
        look_at_header(path)
