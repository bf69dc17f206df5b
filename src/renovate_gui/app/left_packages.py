"""Packages between the project's memory and their final name: a crash there is settled at the next opening or export.

The project remembers a package first, then the package appears by one rename. The hidden folder carries a mark until
then, and a note on this machine says where the folder is, because a project does not hold places of this machine.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.store.workplace import working_root

if TYPE_CHECKING:
    from renovate_gui.io.package.finished import Finished
    from renovate_gui.store.project import Project

_log = logging.getLogger(__name__)
_under_way: set[Path] = set()
"""Folders of exports of this process that are at their last step; nobody settles those."""


def begin(left: Finished) -> None:
    """Mark a finished package before the project remembers it."""
    _under_way.add(left.site)
    left.mark()
    with suppress(OSError):  # without the note the next export into the same folder still finds the mark
        note = _note_of(left.package)
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        note.write_text(json.dumps({"site": str(left.site)}), encoding="utf-8")


def end(left: Finished) -> None:
    """Forget a package that has appeared, or that the project does not know."""
    left.unmark()
    _note_of(left.package).unlink(missing_ok=True)


def leave(left: Finished) -> None:
    """Say that the export is over in this process, however it ended."""
    _under_way.discard(left.site)


def settle(project: Project, parent: Path | None = None) -> tuple[str, ...]:
    """Finish or remove what exports of this project left that were cut off; return a sentence for each.

    Parameters
    ----------
    parent
        A folder to look in besides those that this machine has notes of.
    """
    notes = _notes()
    if project.is_read_only or (not notes and parent is None):
        return ()
    from renovate_gui.io.package.finished import finished_in, read_mark

    found = {site: left for site in notes if (left := read_mark(site)) is not None}
    if parent is not None and parent.is_dir():
        found |= {left.site: left for left in finished_in(parent)}
    uuid = project.meta("uuid")
    words = []
    for left in found.values():
        if left.project == uuid and left.site not in _under_way:
            try:
                words.append(_settle_one(project, left))
            except (OSError, RenovateError) as error:  # the next opening tries again
                _log.warning("a package that was cut off could not be settled: %s", error)
    return tuple(w for w in words if w)


def _settle_one(project: Project, left: Finished) -> str:
    from renovate_gui.io.package.publish import appear

    is_known = any(str(uuid) == left.package for uuid, _version, _values in project.packages())
    if not is_known and left.place != str(project.path):
        return ""  # a copy of the project has it, and may be about to remember it
    words = ""
    if not is_known:
        words = tr(
            "The export of {name} had been cut off; what was left of it was removed.", name=left.target.name
        )
    elif not has_appeared(left):
        target = _free(left.target)
        appear(left.ready, target)
        words = tr(
            "The export of {name} had been cut off; it is finished now: {path}",
            name=left.target.name,
            path=target,
        )
    left.remove()
    end(left)
    return words


def has_appeared(left: Finished) -> bool:
    """Return whether the rename was done before the crash, and only the clearing up was not."""
    if not left.ready.exists():
        return True
    return left.target.exists() and left.ready.is_file() and left.ready.samefile(left.target)


def _free(target: Path) -> Path:
    """Return the target, or when somebody took its name meanwhile a free one beside."""
    found, number = target, 2
    while found.exists():
        found, number = target.with_name(f"{target.stem}-{number}{target.suffix}"), number + 1
    return found


def _folder() -> Path:
    return working_root().with_name("exports")


def _note_of(package: str) -> Path:
    return _folder() / f"{package}.json"


def _notes() -> list[Path]:
    """Return the hidden folders that this machine has notes of; notes of folders that are gone go too."""
    sites = []
    for note in sorted(_folder().glob("*.json")):
        try:
            site = Path(str(json.loads(note.read_text(encoding="utf-8"))["site"]))
            if site.parent.is_dir() and not site.is_dir():  # a drive that is not there may come back
                note.unlink()
        except (OSError, ValueError, KeyError, TypeError):
            continue
        sites.append(site)
    return sites
