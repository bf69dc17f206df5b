"""Steps that the disk refused: kept in memory with the whole project, until they are on a disk again.

When an action meets a full disk or a drive that fails, the project is copied into memory, the action is done there,
and everything goes on there: reading, further actions, undo, the history. A second recording of SQLite's session
extension runs along over *all* tables; what it has recorded is what the file lacks. Saving again applies that to the
file in one transaction and compares the two before it counts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import apsw

from renovate_gui.assets import tr
from renovate_gui.assets.disk import sync_folder
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.store import history
from renovate_gui.store.connection import connect, copy_database, harden, make_durable, roll_back, rows
from renovate_gui.store.events import event_of
from renovate_gui.store.schema import quoted
from renovate_gui.store.workplace import change_counter
from renovate_gui.store.writer import Writer

T = TypeVar("T")
DISK_ERRORS = (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError)
"""What a disk says that cannot take an edit; an edit that was refused for another reason is refused in memory too."""

_UNTOLD = {"add_layer", "db", "rows"}
"""Parts of a writer whose work cannot be told again: new numbers are given, or rows are written past it."""


class Shelter:
    """The project in memory, and what it holds that the file lacks.

    Attributes
    ----------
    db
        The connection to work on.
    """

    def __init__(self, disk: apsw.Connection, file: Path) -> None:
        self._file = file
        self._counter = change_counter(disk)
        _check_room(file)
        self.db = apsw.Connection(":memory:")
        copy_database(disk, self.db, pages=1000)
        harden(self.db)
        self._recording = apsw.Session(self.db, "main")
        self._recording.attach()

    def is_clean(self) -> bool:
        """Return whether the file has everything."""
        return not self._recording.changeset()

    def write_back(self) -> apsw.Connection:
        """Apply what the file lacks to it, in one transaction; return a new connection to the file.

        Raises
        ------
        RequestError
            When another program changed the file meanwhile, or it does not come out the same.
        apsw.Error
            When the disk still refuses.
        """
        disk = connect(self._file)  # the old connection may be broken for good
        try:
            harden(disk)
            make_durable(disk)
            changeset = self._recording.changeset()
            if change_counter(disk) == self._counter:
                self._apply(disk, changeset)
            else:  # the last try may have arrived although the disk said no
                self._check_same(disk, changeset)
        except BaseException:
            with suppress(apsw.Error):
                roll_back(disk)
            disk.close()
            raise
        return disk

    def _apply(self, disk: apsw.Connection, changeset: bytes) -> None:
        disk.execute("BEGIN IMMEDIATE")
        try:
            apsw.Changeset.apply(changeset, disk)
        except (apsw.AbortError, apsw.ConstraintError) as error:
            raise self._changed() from error
        self._check_same(disk, changeset)
        disk.execute("COMMIT")

    def _check_same(self, disk: apsw.Connection, changeset: bytes) -> None:
        """Make sure that file and memory agree in every table that was touched."""
        for table in {change.name for change in apsw.Changeset.iter(changeset)}:
            sql = f"SELECT * FROM {quoted(table)} ORDER BY rowid"  # noqa: S608
            pairs = zip_longest(disk.execute(sql), self.db.execute(sql))
            if any(one != other for one, other in pairs):
                raise self._changed()

    def _changed(self) -> RequestError:
        return RequestError(
            tr(
                "“{name}” was changed by another program meanwhile; save a copy elsewhere, then merge the two.",
                name=self._file.name,
            )
        )

    def close(self) -> None:
        """Forget everything."""
        self._recording.close()
        self.db.close()


def _check_room(file: Path) -> None:
    """Refuse to take a project into memory that the machine does not have."""
    wanted = file.stat().st_size * 1.25
    free = _free_memory()
    if free is not None and wanted > free:
        raise RequestError(
            tr(
                "The disk with “{name}” refuses and the project is too large for the memory; nothing was changed."
                " Free some space.",
                name=file.name,
            )
        )


def _free_memory() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
    return None


class Keeping(Protocol):
    """What an action needs to know of the place where the project is kept."""

    @property
    def db(self) -> apsw.Connection:
        """The connection that counts now: the file's, or the one in memory."""
        ...

    @property
    def is_sheltered(self) -> bool:
        """Whether the project is in memory."""
        ...

    def shelter(self, error: apsw.Error) -> bool:
        """Go into memory because of an error; return False when that is not wanted here."""
        ...

    def leave_if_clean(self) -> None:
        """Go back to the file when memory holds nothing that it lacks."""
        ...

    def before_commit(self) -> None:
        """Do what must be done right before COMMIT: let readers end."""
        ...


class Attempt:
    """One action's transaction; it moves into memory when the disk refuses, and nobody in between notices.

    Attributes
    ----------
    event
        What the finished action touched; None when it changed nothing.
    """

    event: ChangeEvent | None = None

    def __init__(self, keeping: Keeping, title: str) -> None:
        self._keeping = keeping
        self._retold = Retold(self)
        self._was_sheltered = keeping.is_sheltered
        try:
            self._inner = self._begin(title)
        except DISK_ERRORS as error:
            if not self._keeping.shelter(error):
                raise
            self._inner = self._begin(title)

    @property
    def writer(self) -> Writer:
        """What the action writes with."""
        return cast("Writer", self._retold)

    def _begin(self, title: str) -> Writer:
        db = self._keeping.db
        db.execute("BEGIN IMMEDIATE")
        self._mark = _mark(db)
        self._recording = history.start_recording(db)
        return Writer(db, self._recording, title)

    def finish(self, why: str) -> None:
        """Settle, add the step to the history and commit; an action that changed nothing has no event."""
        try:
            self._finish(why)
        except DISK_ERRORS as error:
            if self._move(error):
                self._retold.tell_again(self._inner)
                self._finish(why)

    def _finish(self, why: str) -> None:
        inner = self._inner
        self.event = None
        if _has_changes(self._recording):  # else only the time of change would be new
            inner.settle()
        changeset = self._recording.changeset()
        self._recording.close()
        if changeset or inner.seen:  # a merge that changes nothing is remembered too
            history.add_step(inner.db, inner.title, why or inner.why, changeset, seen=inner.seen)
            # read before the commit: a step that stands must be told, also when the disk can be read no more
            self.event = event_of(inner.db, [changeset], inner.title)
        self._keeping.before_commit()
        inner.db.execute("COMMIT")

    def _move(self, error: apsw.Error) -> bool:
        """Begin anew in memory; return False when the commit arrived although the disk complained."""
        inner = self._inner
        self._recording.close()
        roll_back(inner.db)
        if self._keeping.is_sheltered:
            raise error
        if _mark(inner.db) != self._mark:  # looked at first: an import arrives like anything else
            _confirm(inner.db)
            return False
        if not self._retold.can_tell or not self._keeping.shelter(error):
            raise error
        self._inner = self._begin(inner.title)
        self._inner.why, self._inner.seen = inner.why, inner.seen
        return True

    def refused(self, error: apsw.Error) -> Writer:
        """Go on in memory after a call that the disk refused; return the new writer, told what came before."""
        self._move(error)
        self._retold.tell_again(self._inner)
        return self._inner

    def abandon(self) -> None:
        """Roll back; who came into memory for this action alone goes back to the file."""
        self._recording.close()
        roll_back(self._keeping.db)
        if not self._was_sheltered:
            self._keeping.leave_if_clean()

    @property
    def inner(self) -> Writer:
        """The writer of the present transaction."""
        return self._inner

    def refuse_import(self) -> None:
        """Refuse what only a file can take while the project is in memory."""
        if self._keeping.is_sheltered:
            raise RequestError(
                tr("Layers can be added again when the project is saved; see the message above.")
            )


class _AnyChangeError(Exception):
    """Ends the writing of a changeset at its first bytes."""


def _has_changes(recording: apsw.Session) -> bool:
    """Return whether anything is different from before, without reading every recorded row."""

    def stop(_part: object) -> None:
        raise _AnyChangeError

    try:
        recording.changeset_stream(stop)
    except _AnyChangeError:
        return True
    return False


class Retold:
    """Stands for a :class:`Writer`, remembers what it was told, and can tell it again to another one."""

    def __init__(self, attempt: Attempt) -> None:
        object.__setattr__(self, "_attempt", attempt)
        object.__setattr__(self, "_told", [])
        object.__setattr__(self, "can_tell", True)

    def __setattr__(self, name: str, value: object) -> None:
        """Set what the writer is to know: title, reason."""
        setattr(self._attempt.inner, name, value)

    def __getattr__(self, name: str) -> Any:
        """Return the writer's part of that name; a method is remembered when it is called."""
        attempt: Attempt = self._attempt
        if name in ("add_layer", "unrecorded"):
            attempt.refuse_import()
        if name in _UNTOLD or name.startswith("_"):
            object.__setattr__(self, "can_tell", False)
            return getattr(attempt.inner, name)
        part = getattr(attempt.inner, name)
        return self._remembering(name) if callable(part) else part

    def _remembering(self, name: str) -> Callable[..., Any]:
        def call(*values: Any, **named: Any) -> Any:
            attempt: Attempt = self._attempt
            try:
                answer = getattr(attempt.inner, name)(*values, **named)
            except DISK_ERRORS as error:
                answer = getattr(attempt.refused(error), name)(*values, **named)
            self._told.append((name, values, named))
            return answer

        return call

    def tell_again(self, writer: Writer) -> None:
        """Repeat everything to another writer."""
        for name, values, named in self._told:
            getattr(writer, name)(*values, **named)


def do(keeping: Keeping, work: Callable[[apsw.Connection], T]) -> T:
    """Run a piece of work as one transaction; when the disk refuses, once more in memory."""
    db = keeping.db
    mark: tuple[object, ...] | None = None
    answer: list[T] = []
    try:
        db.execute("BEGIN IMMEDIATE")
        mark = _mark(db)
        answer.append(work(db))
        keeping.before_commit()
        db.execute("COMMIT")
    except DISK_ERRORS as error:
        roll_back(db)
        if mark is not None and answer and _mark(db) != mark:
            _confirm(db)
            return answer[0]  # the commit arrived although the disk complained
        if not keeping.shelter(error):
            raise
        return _do_in_memory(keeping, work)
    except BaseException:
        roll_back(db)
        raise
    return answer[0]


def _do_in_memory(keeping: Keeping, work: Callable[[apsw.Connection], T]) -> T:
    try:
        return do(keeping, work)
    except BaseException:
        keeping.leave_if_clean()
        raise


def _mark(db: apsw.Connection) -> tuple[object, ...]:
    """Return what changes with every committed transaction of ours and with nobody else's."""
    return (
        history.head(db),
        *rows(db, "SELECT (SELECT max(seq) FROM rg_moves), (SELECT count(*) FROM rg_versions)"),
    )


def _confirm(db: apsw.Connection) -> None:
    """Bring a commit to the disk that arrived although SQLite could not sync the folder of its journal.

    Raises
    ------
    RequestError
        When that fails again: the step stands, and nobody knows whether it outlives a power cut.
    """
    path = Path(db.filename)
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise RequestError(
            tr(
                "The change is in “{name}”, but the disk did not confirm it; save a copy elsewhere.",
                name=path.name,
            )
        ) from error


def free_bytes(file: Path) -> int | None:
    """Return how much the disk of a file still takes, None where it does not say."""
    try:
        return shutil.disk_usage(file.parent).free
    except OSError:
        return None


def is_disk_error(error: BaseException) -> bool:
    """Return whether an error, or the one a sentence was made of, is the disk's."""
    return isinstance(error, DISK_ERRORS) or isinstance(error.__cause__, DISK_ERRORS)
