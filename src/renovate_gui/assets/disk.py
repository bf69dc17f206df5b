"""What makes files outlive a power cut: their names reach the disk only when their folder is brought there."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

_TOLD = {errno.EIO, errno.ENOSPC, errno.EDQUOT}


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk: a file made or renamed there is there after a power cut.

    Raises
    ------
    OSError
        When the disk is full or broken. Systems that know no such thing (some shares, Windows) are left alone.
    """
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # a folder that may be written but not read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in _TOLD:
            raise
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Bring everything in a folder to the disk, and the folder's own names; its own name is its parent's to bring.

    Raises
    ------
    OSError
        When the disk is full or broken.
    """
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    sync_folder(folder)
