"""All or nothing: build beside the target on the same file system, then appear at once."""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import RequestError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STALE_S = 3600.0
_OURS = re.compile(r"\.renovate-[a-z0-9_]{8}\.part")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def safe_name(text: str, fallback: str) -> str:
    """Return a name that every file system takes: letters of any script, digits, dots inside, hyphens; 40 at most."""
    words = re.sub(r"[^\w.]+", "-", text, flags=re.UNICODE).replace("_", "-").strip("-. ")
    cut = words.encode("utf-8")[:90].decode("utf-8", errors="ignore")[:40].strip("-. ")
    reserved = re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", cut)
    return fallback if not cut or reserved else cut


@contextmanager
def building_site(parent: Path) -> Iterator[Path]:
    """Give a temporary folder inside ``parent``; whatever happens it is gone afterwards, and so is a ``parent`` made here.

    Raises
    ------
    RequestError
        When the disk is full or the folder cannot be written; one sentence.
    """
    made = _make(parent)
    try:
        with _plain_errors(parent):
            _sweep(parent)
            site = Path(mkdtemp(prefix=".renovate-", suffix=".part", dir=parent))
            try:
                yield site
            finally:
                shutil.rmtree(site, ignore_errors=True)
    finally:
        for folder in made:  # only the empty ones go
            try:
                folder.rmdir()
            except OSError:
                break


def _sweep(parent: Path) -> None:
    """Remove what an export left that was killed: folders of our naming in which nothing moved for an hour."""
    for left in parent.glob(".renovate-*.part"):
        if not _OURS.fullmatch(left.name) or left.is_symlink() or not left.is_dir():
            continue
        try:
            newest = max(p.lstat().st_mtime for p in (left, *left.rglob("*")))
        except OSError:  # somebody else is at it
            continue
        if time.time() - newest > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)


def publish_folder(built: Path, target: Path) -> None:
    """Let the finished folder appear under its final name; refuse to replace anything."""
    if target.exists():
        raise RequestError(tr("{path} exists already; choose another place.", path=str(target)))
    _sync(built)
    built.rename(target)


def publish_zip(built: Path, target: Path, *, name: str) -> None:
    """Pack the finished folder as ``name/…`` and let the archive appear at once; refuse to replace anything."""
    if target.exists():
        raise RequestError(tr("{path} exists already; choose another place.", path=str(target)))
    part = built.parent / "package.zip"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in built.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(built).as_posix()}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    # link() fails when the name was taken meanwhile; rename() would replace
    try:
        os.link(part, target)
    except (OSError, NotImplementedError):
        if target.exists():
            raise
        part.rename(target)


def withdraw(target: Path) -> None:
    """Take a just published package back, because the project could not remember it."""
    if target.is_dir():
        shutil.rmtree(target, ignore_errors=True)
    else:
        target.unlink(missing_ok=True)


def _make(parent: Path) -> list[Path]:
    missing = [p for p in (parent, *parent.parents) if not p.exists()]
    with _plain_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
    return missing


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


@contextmanager
def _plain_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise RequestError(
                tr(
                    "The disk is full: {path} has no room for the package; nothing was changed.",
                    path=str(place),
                )
            ) from error
        raise RequestError(
            tr(
                "{path} cannot be written ({reason}); choose another folder.",
                path=str(place),
                reason=system_reason(error),
            )
        ) from error
