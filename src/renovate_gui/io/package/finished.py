"""The mark of a package that is finished but has not appeared yet: what a crash in between leaves to be settled.

It lies in the hidden folder beside the target, from before the project remembers the package until the package has its
final name. Whoever finds it asks the project: when it knows the package the package may appear, else it is refuse.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renovate_gui.assets.disk import sync_folder

MARK = "finished.json"
_SITE = re.compile(r"\.renovate-[a-z0-9_]{8}\.part")


@dataclass(frozen=True, slots=True)
class Finished:
    """A package that is ready to appear.

    Attributes
    ----------
    site
        The hidden folder.
    project, place
        The project's uuid, and its file: copies of a project share the uuid.
    package
        The package's uuid.
    ready, target
        What will appear, and where.
    """

    site: Path
    project: str
    place: str
    package: str
    ready: Path
    target: Path

    def mark(self) -> None:
        """Write the mark, on the disk when this returns; raise OSError when it cannot be written."""
        names = {
            "project": self.project,
            "place": self.place,
            "package": self.package,
            "ready": self.ready.name,
            "target": self.target.name,
        }
        with (self.site / MARK).open("w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(names, file)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self.site)
        sync_folder(self.site.parent)

    def unmark(self) -> None:
        """Take the mark away: the folder may be swept now."""
        (self.site / MARK).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the hidden folder with whatever is left in it; the mark goes last."""
        for path in self.site.iterdir():
            if path.name == MARK:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        self.unmark()
        self.site.rmdir()


def is_site(folder: Path) -> bool:
    """Return whether a folder is one that an export builds in."""
    return bool(_SITE.fullmatch(folder.name)) and folder.is_dir() and not folder.is_symlink()


def is_marked(site: Path) -> bool:
    """Return whether an export's folder holds a finished package."""
    return (site / MARK).is_file()


def read_mark(site: Path) -> Finished | None:
    """Return what an export's folder holds, None when it is no such folder or has no mark that can be read."""
    if not is_site(site) or not is_marked(site):
        return None
    try:
        names: Any = json.loads((site / MARK).read_text(encoding="utf-8", errors="surrogatepass"))
        project, place, package = (str(names[key]) for key in ("project", "place", "package"))
        # only names count: a mark cannot lead out of its folder
        ready, target = (Path(str(names[key])).name for key in ("ready", "target"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not ready or not target:
        return None
    return Finished(site, project, place, package, site / ready, site.parent / target)


def finished_in(parent: Path) -> Iterator[Finished]:
    """Give what finished exports left in a folder."""
    for site in sorted(parent.glob(".renovate-*.part")):
        found = read_mark(site)
        if found is not None:
            yield found
