"""The project file: one GeoPackage, one transaction and one changeset per action."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.difference import Choice, MergeReport, ObjectKey
from renovate_gui.domain.errors import RenovateError, RequestError
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.save_state import SaveState
from renovate_gui.store import history
from renovate_gui.store.drawn import DrawnFeature
from renovate_gui.store.events import event_of
from renovate_gui.store.faults import plain_errors
from renovate_gui.store.history import HistoryStep
from renovate_gui.store.keeping import Keeper
from renovate_gui.store.opening import Opened, create_file, open_place
from renovate_gui.store.project_readings import ProjectReadings, absolute
from renovate_gui.store.reading import ReadBeside
from renovate_gui.store.unsaved import Attempt, do
from renovate_gui.store.versions import NamedVersion, add_version
from renovate_gui.store.writer import Writer

if TYPE_CHECKING:
    from renovate_gui.store.compaction import CompactionReport

__all__ = ["DrawnFeature", "HistoryStep", "NamedVersion", "Project", "Writer"]

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Project(ProjectReadings):
    """An open project file. All methods may be called from any thread; a lock lets one in at a time.

    Attributes
    ----------
    path
        Absolute path of the file.
    saving
        Who holds the project, whether it is published, and what the disk refused.
    """

    path: Path

    def __init__(self, path: Path, opened: Opened, *, keeps_unsaved: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        self.saving = Keeper(path, opened, self._lock, keeps_unsaved=keeps_unsaved)
        self._beside = ReadBeside(self.reading, lambda: self.is_acting, self._file_beside)
        self.saving.before_commit = self._before_commit
        self._observers: list[Callable[[ChangeEvent], None]] = []
        self._acting_thread: int | None = None
        self._is_closed = False

    @property
    def _db(self) -> apsw.Connection:
        return self.saving.db

    @property
    def is_read_only(self) -> bool:
        """Whether actions are refused."""
        return self.saving.cause is not None

    @property
    def read_only_reason(self) -> str:
        """The translated sentence that says why actions are refused, empty when they are not."""
        return "" if self.saving.cause is None else self.saving.cause.words

    @classmethod
    def create(cls, path: Path, *, title: str, crs: str, standard: str, keeps_unsaved: bool = False) -> Self:
        """Create a project file; raise RequestError when something is there already."""
        place = absolute(path)
        create_file(place, title=title, crs=crs, standard=standard)
        return cls.open(place, keeps_unsaved=keeps_unsaved)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        through_local_copy: bool | None = None,
        keeps_unsaved: bool = False,
    ) -> Self:
        """Open and check a project file.

        A file that is newer, write-protected or open elsewhere opens for reading only, see ``read_only_reason``;
        one that is not ours or damaged raises DataError.

        Parameters
        ----------
        through_local_copy
            Whether to work on a copy on this machine and publish it; None: on shares and removable drives.
        keeps_unsaved
            Whether an action that the disk refuses is kept in memory instead of being refused, see
            :mod:`renovate_gui.store.unsaved`.
        """
        place = absolute(path)
        opened = open_place(place, read_only=read_only, through_local_copy=through_local_copy)
        return cls(place, opened, keeps_unsaved=keeps_unsaved)

    def close(self) -> SaveState:
        """Publish what must be, close the file, remove the owner file; return how safe the newest step is."""
        with self._lock:
            if self._is_closed:
                return self.saving.state
            self._is_closed = True
        self._beside.close()
        return self.saving.close()

    def _before_commit(self) -> None:
        self.saving.run_before_first()
        self._beside.before_commit()

    # -- actions ----------------------------------------------------------------------------------------------
    @contextmanager
    def action(self, title: str, *, why: str = "") -> Iterator[Writer]:
        """Run one user action: one transaction, one changeset, one history step, then one event. Rolls back on error.

        An action that changes nothing leaves no step and sends no event. Actions do not nest.
        """
        with self._lock, self._acting():
            attempt = Attempt(self.saving, title)
            try:
                yield attempt.writer
                attempt.finish(why)
            except BaseException:
                attempt.abandon()
                raise
        if attempt.event is not None:
            self.saving.committed()
            self._tell(attempt.event)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """Be the one that changes the project."""
        if self.is_acting:
            message = "actions do not nest"
            raise RuntimeError(message)
        with self.reading() as db, self._beside.acting(db):
            self.saving.before_action()
            self._acting_thread = threading.get_ident()
            try:
                yield
            finally:
                self._acting_thread = None

    def _do(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run a piece of work as one transaction; whatever goes wrong, everything is as before."""
        with self._acting():
            answer = do(self.saving, work)
        self.saving.committed()
        return answer

    def undo(self) -> HistoryStep | None:
        """Apply the inverse changeset of the newest standing step."""
        return self._go(is_undo=True)

    def redo(self) -> HistoryStep | None:
        """Apply the changeset of the oldest undone step again."""
        return self._go(is_undo=False)

    def _go(self, *, is_undo: bool) -> HistoryStep | None:
        def work(db: apsw.Connection) -> tuple[HistoryStep, ChangeEvent] | None:
            number = history.step_to_undo(db) if is_undo else history.step_to_redo(db)
            if number is None:
                return None
            step, changeset = history.apply_step(db, number, is_undo=is_undo)
            words = tr("Undone: {what}", what=step.what) if is_undo else tr("Redone: {what}", what=step.what)
            return step, event_of(db, [changeset], words)

        with self._lock:
            done = self._do(work)
            if done is None:
                return None
            step, event = done
        self._tell(event)
        return step

    def go_to(self, state: str) -> int:
        """Go to any state of the history, as one transaction; return how many steps were taken back or done again.

        ``state`` is the uuid of the last step that shall stand, empty for the state before all steps. Raise
        RequestError when there is no way to it, DataError when another program changed rows on the way.
        """

        def work(db: apsw.Connection) -> tuple[int, ChangeEvent]:
            tree = history.Tree(db)
            way = tree.way(history.head(db), state)
            applied = history.go(db, way)
            if way:
                history.settle_at(db, tree, state)
            return len(way), event_of(db, applied, tr("Went to another state of the history"))

        with self._lock:
            count, event = self._do(work)
        if count:
            self._tell(event)
        return count

    def begin_history(self) -> None:
        """Let the history begin with the state as it is, for a project that a program has just built."""
        self._do(history.begin)

    def name_version(self, name: str, *, why: str = "") -> NamedVersion:
        """Keep the present state for ever under a name, sealed."""
        return self._do(lambda db: add_version(db, name, why))

    # -- the middle of the history ----------------------------------------------------------------------------
    def undo_one(self, number: int, keys: frozenset[ObjectKey] | None = None) -> HistoryStep:
        """Take back one step, or some objects of it, and leave what came later; a new step, undoable itself.

        Raises
        ------
        DependsError
            When later steps build on it.
        RequestError
            When nothing of it is left to take back.
        """
        from renovate_gui.store import middle

        with self._lock:
            with self.reading() as db:
                title, before = middle.title_of(db, number, keys), history.head(db)
            with self.action(title) as writer:
                middle.undo_one(writer, number, keys)
            with self.reading() as db:
                if history.head(db) == before:  # what it did went with something later
                    what = history.read_step(db, number).what
                    raise RequestError(tr("Nothing of “{what}” is left to take back.", what=what))
                return history.read_newest(db)

    def compact(self, keep_after: str = "") -> CompactionReport:
        """Make one step of the steps between states that count, and give the space back; a backup is made first.

        Parameters
        ----------
        keep_after
            ISO 8601 time; steps younger than it stay as they are.
        """
        from renovate_gui.store import compaction

        with self._lock, self._acting():
            report = compaction.run(self.saving, self.path, keep_after)
        self.saving.committed()
        self._tell(ChangeEvent(title=tr("The history was compacted")))
        return report

    # -- merging ----------------------------------------------------------------------------------------------
    def merge_report(self, other: Path) -> MergeReport:
        """Return what merging another copy of this project would bring; writes nothing and never touches the other."""
        from renovate_gui.store import merging

        return merging.merge_report(self, absolute(other))

    def merge(self, other: Path, choices: Mapping[ObjectKey, Choice]) -> MergeReport:
        """Merge another copy as one undoable step; raise RequestError when a conflict has no choice."""
        from renovate_gui.store import merging

        return merging.merge(self, absolute(other), choices)

    # -- who is told -------------------------------------------------------------------------------------------
    def subscribe(self, observer: Callable[[ChangeEvent], None]) -> Callable[[], None]:
        """Register an observer; return the call that ends it."""
        self._observers.append(observer)

        def stop() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return stop

    def _tell(self, event: ChangeEvent) -> None:
        """Tell every observer; the action is on disk by now, so a failing one must not stop the others."""
        for observer in tuple(self._observers):
            try:
                observer(event)
            except RenovateError as error:  # the disk can be read no more; its sentence says enough
                _log.warning("an observer of “%s” failed: %s", event.title, error)
            except Exception:  # noqa: BLE001  told in the log, whatever it is
                _log.exception("an observer of “%s” failed", event.title)

    # -- reading ----------------------------------------------------------------------------------------------
    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend the connection for reading, to this floor's own rooms only; nobody else gets in meanwhile."""
        with self._lock, plain_errors(self.path):
            if self._is_closed:
                raise RequestError(tr("“{name}” is closed.", name=self.path.name))
            yield self._db

    @contextmanager
    def reading_beside(self) -> Iterator[apsw.Connection]:
        """Lend a connection for one reading of the last committed state, without waiting for an action elsewhere."""
        with plain_errors(self.path):
            if self._is_closed:
                raise RequestError(tr("“{name}” is closed.", name=self.path.name))
            with self._beside.reading() as db:
                yield db

    def _file_beside(self) -> Path | None:
        """Return the file that a second connection may read: none while memory counts, or a copy made for reading."""
        return None if self.saving.is_sheltered or self.saving.cause is not None else self.saving.file

    @property
    def is_acting(self) -> bool:
        """Whether this thread has an action open, so that what it reads may still be rolled back."""
        return self._acting_thread == threading.get_ident()
