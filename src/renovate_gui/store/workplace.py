"""The desk: where a project that lies on a share or a removable drive is worked on, and what is known of it.

A desk is a folder of this machine named from the project's uuid and a hash of its place. It holds the working copy
and a small record: which file of the share it grew from (``base``), and up to which change of the working copy the
share has everything (``working``). From the two, also after a crash, follows what must be done at the next opening:
go on, fetch the share's newer file, publish, or say that there is a conflict.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import apsw

from renovate_gui.assets import tr
from renovate_gui.assets.disk import sync_folder
from renovate_gui.assets.open_files import open_to_read
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.store.connection import clear_leftovers, connect, rows
from renovate_gui.store.damage import damaged_error
from renovate_gui.store.drives import DriveKind, DriveOf, drive_kind, drive_words, is_same_drive
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.settings import setting

_CHUNK = 1 << 20
_RECORD = "desk.json"
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file is known by: size, SQLite's change counter, time of change in nanoseconds, SHA-256."""

    size: int
    counter: int
    modified: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a working copy.

    Attributes
    ----------
    place
        The project file on the share.
    base
        The file of the share that the working copy grew from or was published as.
    working
        The change counter of the working copy up to which the share has everything.
    pending, pending_working
        The same of a publishing that may have been cut off between the rename and its note here.
    published_at
        When it was published last, ISO 8601, UTC; empty when never from here.
    drive
        What kind of drive the place was on: a drive that was pulled out leaves its empty folder behind.
    """

    place: str
    base: Stamp
    working: int
    pending: Stamp | None = None
    pending_working: int = -1
    published_at: str = ""
    drive: str = ""


def working_root() -> Path:
    """Return the folder of all desks; ``RENOVATE_DATA`` names another (tests, portable installations)."""
    folder = os.environ.get("RENOVATE_DATA")
    if folder:
        return Path(folder) / "working"
    import platformdirs

    return platformdirs.user_data_path("renovate-gui", appauthor=False) / "working"


def needs_desk(place: Path, *, wish: bool | None = None, drive_of: DriveOf = drive_kind) -> bool:
    """Return whether a project must be worked on through a local copy; ``wish`` decides when it is not None."""
    if wish is not None:
        return wish
    if drive_of(place.parent) is DriveKind.LOCAL:
        return False
    root = working_root()
    there = next((p for p in (root, *root.parents) if p.exists()), root)
    return not is_same_drive(there, place.parent)


class Desk:
    """The working copy of one project and its record.

    Attributes
    ----------
    place
        The project file on the share.
    folder, file
        The desk's folder and the working copy in it.
    record
        What is known, see :class:`Record`; :meth:`note` changes it on the disk.
    """

    def __init__(self, folder: Path, record: Record) -> None:
        self.folder, self.file = folder, folder / "project.gpkg"
        self.record = record
        self.place = Path(record.place)

    @classmethod
    def load(cls, folder: Path) -> Desk | None:
        """Return the desk of a folder, or None when there is none that can be read."""
        try:
            values: Any = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            for key in ("base", "pending"):
                values[key] = Stamp(**values[key]) if values[key] else None
            found = cls(folder, Record(**values))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.file.is_file() else None

    def note(self, **changes: Any) -> None:
        """Change the record, on the disk first."""
        record = replace(self.record, **changes)
        part = self.folder / f"{_RECORD}.part"
        with part.open("w", encoding="utf-8") as file:
            json.dump(asdict(record), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / _RECORD)
        sync_folder(self.folder)
        self.record = record

    def is_ahead(self) -> bool:
        """Return whether the working copy holds steps that the share does not."""
        with closing(connect(self.file)) as db:
            return change_counter(db) != self.record.working

    def is_base(self, path: Path) -> bool:
        """Return whether the share's file is the one we know."""
        return is_as_stamped(path, self.record.base)

    def is_away(self) -> bool:
        """Return whether the share or the drive is not there, though a folder of its name may be."""
        folder = self.place.parent
        return not folder.is_dir() or drive_kind(folder).value != self.record.drive


def change_counter(db: apsw.Connection) -> int:
    """Return the file's change counter through SQLite itself: another opening of the file would drop its locks."""
    rows(db, "SELECT count(*) FROM sqlite_master")  # rolls back what a crash left
    _is_whole, content = db.read("main", 0, 24, 4)
    return int.from_bytes(content, "big")


def stamp_of(path: Path, *, with_hash: bool = True) -> Stamp:
    """Return a file's stamp; without its hash only the head is read."""
    status = path.stat()
    digest = hashlib.sha256()
    with open_to_read(path) as file:
        head = file.read(100)
        digest.update(head)
        while with_hash and (part := file.read(_CHUNK)):
            digest.update(part)
    counter = int.from_bytes(head[24:28], "big")
    return Stamp(status.st_size, counter, status.st_mtime_ns, digest.hexdigest() if with_hash else "")


def is_as_stamped(path: Path, known: Stamp) -> bool:
    """Return whether a file still is what the stamp says; the whole file is read only in doubt."""
    found = stamp_of(path, with_hash=False)
    if (found.size, found.counter) != (known.size, known.counter):
        return False
    return found.modified == known.modified or stamp_of(path).sha256 == known.sha256


@dataclass(frozen=True, slots=True)
class Seat:
    """A desk that is ready to work at.

    Attributes
    ----------
    desk
        The desk.
    conflict
        Why the share's file must not be replaced, empty when it may.
    is_ahead
        Whether the working copy holds steps that the share does not.
    notices
        Sentences to be told once.
    """

    desk: Desk
    conflict: str = ""
    is_ahead: bool = False
    notices: tuple[str, ...] = ()


def take_seat(place: Path) -> Seat:
    """Get the working copy of a project ready; the caller holds the project.

    Raises
    ------
    DataError, RequestError
        When there is no such file and no unpublished work of it, or the share or this machine's disk refuse.
    """
    desk = find_desk(place)
    try:
        if not place.exists():
            return _without_the_share(place, desk)
        settle_in_place(place)
        if desk is not None:
            desk.note(drive=drive_kind(place.parent).value)
            _finish_pending(desk)
            is_ahead = desk.is_ahead()
            if desk.is_base(place):
                return Seat(desk, is_ahead=is_ahead, notices=_going_on(place, is_ahead=is_ahead))
            if is_ahead:
                return _two_states(place, desk)
        return Seat(_fetch(place, desk))
    except OSError as error:
        raise RequestError(
            tr(
                "The working copy of “{name}” could not be made: {reason}.",
                name=place.name,
                reason=error.strerror or error,
            )
        ) from error


def has_unpublished_work(place: Path) -> bool:
    """Return whether a desk of this place holds steps that the share lacks."""
    desk = find_desk(place)
    return desk is not None and desk.is_ahead()


def _place_hash(place: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.normcase(str(place)))).hexdigest()[:12]


def find_desk(place: Path) -> Desk | None:
    """Return the desk of a place, that of the newest working copy when another project lay there before."""
    folders = sorted(working_root().glob(f"*-{_place_hash(place)}"))
    desks = [d for d in map(Desk.load, folders) if d is not None and d.place == place]
    return max(desks, key=lambda d: d.file.stat().st_mtime_ns) if desks else None


def _going_on(place: Path, *, is_ahead: bool) -> tuple[str, ...]:
    if not is_ahead:
        return ()
    return (tr("“{name}” goes on with steps that had not been published yet.", name=place.name),)


def _without_the_share(place: Path, desk: Desk | None) -> Seat:
    if desk is None or not desk.is_ahead():
        raise DataError(tr("“{name}” does not exist.", name=place.name))
    return Seat(desk, is_ahead=True, notices=_going_on(place, is_ahead=True))


def settle_in_place(place: Path) -> None:
    """Let SQLite roll back or take in what another program or a crash left beside the share's file."""
    left = [place.with_name(place.name + end) for end in ("-journal", "-wal")]
    if not any(p.exists() and p.stat().st_size for p in left):
        return
    with plain_errors(place), closing(connect(place)) as db:
        rows(db, "SELECT count(*) FROM sqlite_master")
        db.pragma("journal_mode", "DELETE")


def _finish_pending(desk: Desk) -> None:
    """Note a publishing that was cut off after its rename."""
    record = desk.record
    if record.pending is None:
        return
    if is_as_stamped(desk.place, record.pending):
        base = replace(record.pending, modified=desk.place.stat().st_mtime_ns)
        desk.note(base=base, working=record.pending_working, pending=None, pending_working=-1)
    else:
        desk.note(pending=None, pending_working=-1)


def _two_states(place: Path, desk: Desk) -> Seat:
    """Both sides have gone on: keep both. Another project in the same place is no conflict, only a notice."""
    new = _fetch(place, desk, keeps_known=True)
    if new.folder != desk.folder:
        return Seat(
            new,
            notices=(
                tr(
                    "Steps of another project that lay here were never published; they are in “{folder}”.",
                    folder=desk.folder,
                ),
            ),
        )
    return Seat(desk, conflict=conflict_words(desk), is_ahead=True)


def conflict_words(desk: Desk) -> str:
    """Return the sentence that says that the share's file was replaced."""
    return tr(
        "Somebody replaced “{name}” on {drive} meanwhile. Nothing was overwritten: your state is “{file}”, theirs is on"
        ' {drive}. Settle it in the window, or with: renovate-gui merge "{place}" --unpublished (or --keep-both).',
        name=desk.place.name,
        drive=drive_words(desk.record.drive),
        file=desk.file,
        place=desk.place,
    )


def _fetch(place: Path, known: Desk | None, *, keeps_known: bool = False) -> Desk:
    """Copy the share's file to its desk and return that. With ``keeps_known`` the same project's is left as it is."""
    root = working_root()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    incoming = root / f"incoming-{uuid4().hex[:12]}"
    try:
        base = copy_quietly(place, incoming)
        if not _is_whole(incoming):
            raise _damaged(place, known)
        folder = root / f"{project_number(incoming)}-{_place_hash(place)}"
        if keeps_known and known is not None and known.folder == folder:
            return known
        folder.mkdir(exist_ok=True, mode=0o700)
        desk = Desk(folder, Record(str(place), base, base.counter, drive=drive_kind(place.parent).value))
        clear_leftovers(desk.file)
        (folder / _RECORD).unlink(missing_ok=True)  # a desk without a record does not count
        incoming.replace(desk.file)
        desk.note()
        return desk
    finally:
        incoming.unlink(missing_ok=True)


def _damaged(place: Path, known: Desk | None) -> DataError:
    """Return the error of a damaged file on the share; the desk still has what was published last."""
    if known is None:
        return damaged_error(place)
    return DataError(
        tr(
            "“{name}” on {drive} is damaged and was not touched; the state published last from here is “{file}”.",
            name=place.name,
            drive=drive_words(known.record.drive),
            file=known.file,
        )
    )


def copy_quietly(place: Path, target: Path) -> Stamp:
    """Copy a file that nobody may be writing just now; return the stamp of what was copied."""
    for _attempt in range(3):
        before = place.stat()
        digest = hashlib.sha256()
        with open_to_read(place) as source, target.open("wb") as out:
            while part := source.read(_CHUNK):
                digest.update(part)
                out.write(part)
            out.flush()
            os.fsync(out.fileno())
        after = place.stat()
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            head = stamp_of(target, with_hash=False)
            return Stamp(after.st_size, head.counter, after.st_mtime_ns, digest.hexdigest())
    raise RequestError(
        tr("“{name}” is in use by another program; close it there and try again.", name=place.name)
    )


def project_number(copy: Path) -> str:
    """Return the project's own number, in letters that any folder may carry; "unknown" when it is no project."""
    try:
        with closing(connect(copy)) as db:
            found = setting(db, "uuid")
    except apsw.Error:
        found = ""
    return "".join(c for c in found if c.isalnum() or c == "-")[:64] or _UNKNOWN


def _is_whole(copy: Path) -> bool:
    try:
        with closing(connect(copy)) as db:
            return rows(db, "PRAGMA quick_check(1)") == [("ok",)]
    except apsw.Error:
        return False


def throw_away(copy: Path) -> None:
    """Remove a reading copy, or what was fetched and is no project; a desk stays."""
    if copy.parent.name.startswith(("reading-", f"{_UNKNOWN}-")):
        shutil.rmtree(copy.parent, ignore_errors=True)
