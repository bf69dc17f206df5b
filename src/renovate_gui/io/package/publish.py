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
from renovate_gui.assets.disk import sync_folder, sync_tree
from renovate_gui.domain.errors import RequestError
from renovate_gui.io.package.finished import is_marked, is_site

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STALE_S = 3600.0
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

    Only a site that is marked as finished stays: the project may know its package, see :mod:`.finished`.

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
                if not is_marked(site):
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
        if not is_site(left) or is_marked(left):
            continue
        try:
            newest = max(p.lstat().st_mtime for p in (left, *left.rglob("*")))
        except OSError:  # somebody else is at it
            continue
        if time.time() - newest > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)


def make_ready(built: Path, target: Path, *, name: str) -> Path:
    """Bring the finished folder to the disk, packed as ``name/…`` when ``target`` is an archive; return what will appear."""
    if target.suffix.lower() != ".zip":
        sync_tree(built)
        return built
    part = built.parent / "package.zip"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in built.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(built).as_posix()}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    return part


def must_be_free(target: Path) -> None:
    """Raise RequestError when something has the name already: nothing is ever replaced."""
    if target.exists():
        raise RequestError(tr("{path} exists already; choose another place.", path=str(target)))


def appear(ready: Path, target: Path) -> None:
    """Let what is ready appear under its final name, at once and for good; refuse to replace anything."""
    must_be_free(target)
    if ready.is_dir():
        ready.rename(target)
    else:
        # link() fails when the name was taken meanwhile; rename() would replace
        try:
            os.link(ready, target)
        except (OSError, NotImplementedError):
            if target.exists():
                raise
            ready.rename(target)
    sync_folder(target.parent)


def _make(parent: Path) -> list[Path]:
    missing = [p for p in (parent, *parent.parents) if not p.exists()]
    with _plain_errors(parent):
        parent.mkdir(parents=True, exist_ok=True)
        for folder in missing:
            sync_folder(folder.parent)
    return missing


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
