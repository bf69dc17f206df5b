"""What the operating system says about a file, in the reader's language."""

from __future__ import annotations

import errno

from renovate_gui.assets.words import tr


def system_reason(error: OSError) -> str:
    """Return the reason of a fault of disk or file system, without a full stop; rare ones in the system's own words."""
    words = {
        errno.EACCES: tr("no permission"),
        errno.EPERM: tr("no permission"),
        errno.EROFS: tr("the drive can only be read"),
        errno.ENOENT: tr("it does not exist"),
        errno.EEXIST: tr("a file of that name is there already"),
        errno.ENOTDIR: tr("part of the path is not a folder"),
        errno.EISDIR: tr("it is a folder"),
        errno.ENAMETOOLONG: tr("the name is too long"),
        errno.ELOOP: tr("its links lead in a circle"),
        errno.EIO: tr("the drive reports a fault"),
        errno.ENOSPC: tr("the disk is full; free some space"),
        getattr(errno, "EDQUOT", -1): tr("your share of the disk is full; free some space"),  # not on Windows
        errno.EFBIG: tr("the file would grow larger than allowed"),
        errno.EMFILE: tr("too many files are open"),
    }
    known = words.get(error.errno) if error.errno is not None else None
    return known or error.strerror or str(error) or type(error).__name__
