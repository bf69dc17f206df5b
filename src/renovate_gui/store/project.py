"""The project file: one GeoPackage, one transaction and one changeset per action."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.difference import Choice, Difference, MergeReport, ObjectKey
from renovate_gui.domain.errors import RenovateError, RequestError
from renovate_gui.domain.figure import Figure
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import ChangeEvent, LayerInfo, LayerTable
from renovate_gui.domain.proposal import Note, Photo, Proposal
from renovate_gui.domain.reply import Reply
from renovate_gui.domain.save_state import SaveState
from renovate_gui.domain.scenario import Scenario, SealCheck
from renovate_gui.store import history, readers, scenario_seal
from renovate_gui.store.backups import copy_verified
from renovate_gui.store.connection import rows
from renovate_gui.store.drawn import DrawnFeature, find_drawn, read_drawn
from renovate_gui.store.events import event_of
from renovate_gui.store.faults import plain_errors, plain_file_errors
from renovate_gui.store.features import read_table
from renovate_gui.store.figures import read_figures
from renovate_gui.store.history import HistoryStep
from renovate_gui.store.keeping import Keeper
from renovate_gui.store.opening import Opened, create_file, open_place
from renovate_gui.store.reading import ReadBeside
from renovate_gui.store.registry import SOURCE_WKB, read_layers
from renovate_gui.store.scenario_seal import check_seal
from renovate_gui.store.scenarios import read_members, read_scenarios
from renovate_gui.store.schema import quoted
from renovate_gui.store.settings import setting, settings_with
from renovate_gui.store.unsaved import Attempt, do
from renovate_gui.store.versions import NamedVersion, add_version, copy_at, is_as_sealed, read_versions
from renovate_gui.store.writer import Writer

if TYPE_CHECKING:
    from renovate_gui.store.compaction import CompactionReport

__all__ = ["DrawnFeature", "HistoryStep", "NamedVersion", "Project", "Writer"]

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Project:
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
        place = _absolute(path)
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
        place = _absolute(path)
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

    def history(self, *, with_left: bool = False) -> tuple[HistoryStep, ...]:
        """Return the steps that stand or can be redone, oldest first; on request also those left behind."""
        with self.reading_beside() as db:
            return history.read_history(db, with_left=with_left)

    @property
    def state(self) -> str:
        """The name of the present state: the uuid of the last step that stands, empty before all steps."""
        with self.reading_beside() as db:
            return history.head(db)

    def begin_history(self) -> None:
        """Let the history begin with the state as it is, for a project that a program has just built."""
        self._do(history.begin)

    # -- versions ---------------------------------------------------------------------------------------------
    def name_version(self, name: str, *, why: str = "") -> NamedVersion:
        """Keep the present state for ever under a name, sealed."""
        return self._do(lambda db: add_version(db, name, why))

    def versions(self) -> tuple[NamedVersion, ...]:
        """Return the named versions, oldest first."""
        with self.reading_beside() as db:
            return read_versions(db)

    def is_as_sealed(self, version: NamedVersion) -> bool:
        """Return whether a version's state still has the content it was sealed with; goes through a copy."""
        with self.reading() as db:
            return is_as_sealed(db, version)

    def save_copy_at(self, state: str, path: Path) -> None:
        """Write a checked copy of the project as it was in a state, with its whole history."""
        place = _free(path)
        with self.reading() as db, plain_file_errors(place):
            copy_at(db, state, place)

    # -- differences ------------------------------------------------------------------------------------------
    def difference_of_step(self, number: int) -> Difference:
        """Return what a step changed, whether it stands, was undone or was left behind."""
        from renovate_gui.store import differing

        with self.reading() as db:
            return differing.of_step(db, number)

    def difference_between(self, before: str, after: str) -> Difference:
        """Return what is different in the state ``after`` from the state ``before``."""
        from renovate_gui.store import differing

        with self.reading() as db:
            return differing.between(db, before, after)

    def difference_from_file(self, other: Path) -> Difference:
        """Return what is different in this project from another file's present content; the other is not touched."""
        from renovate_gui.store import differing

        with self.reading() as db:
            return differing.from_file(db, _absolute(other))

    # -- the middle of the history ----------------------------------------------------------------------------
    def dependents(self, number: int, keys: frozenset[ObjectKey] | None = None) -> tuple[HistoryStep, ...]:
        """Return the later steps that build on a step, or on some objects of it, oldest first."""
        from renovate_gui.store import middle

        with self.reading() as db:
            return middle.dependents(db, number, keys)

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

        return merging.merge_report(self, _absolute(other))

    def merge(self, other: Path, choices: Mapping[ObjectKey, Choice]) -> MergeReport:
        """Merge another copy as one undoable step; raise RequestError when a conflict has no choice."""
        from renovate_gui.store import merging

        return merging.merge(self, _absolute(other), choices)

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

    def meta(self, key: str) -> str:
        """Return a project setting: uuid, title, crs, standard, language …; empty when absent."""
        with self.reading_beside() as db:
            return setting(db, key)

    def metas(self, prefix: str) -> dict[str, str]:
        """Return the project settings whose keys begin with a prefix; empty ones are left out."""
        with self.reading_beside() as db:
            return settings_with(db, prefix)

    def layers(self) -> tuple[LayerInfo, ...]:
        """Return the registry, top first."""
        with self.reading_beside() as db:
            return read_layers(db)

    def table(self, layer_id: LayerId) -> LayerTable:
        """Read a layer's features."""
        with self.reading_beside() as db:
            return read_table(db, _table_name(db, layer_id))

    def source_wkb(self, layer_id: LayerId) -> tuple[bytes | None, ...]:
        """Return the kept originals of a layer whose datum was shifted, parallel to its table; empty when none are kept."""
        with self.reading_beside() as db:
            name = quoted(_table_name(db, layer_id))
            if not any(r[1] == SOURCE_WKB for r in rows(db, f"PRAGMA table_info({name})")):
                return ()
            return tuple(r[0] for r in rows(db, f"SELECT {SOURCE_WKB} FROM {name} ORDER BY fid"))  # noqa: S608

    def proposals(self) -> tuple[Proposal, ...]:
        """Return proposals by number."""
        with self.reading_beside() as db:
            return readers.read_proposals(db)

    def photos(self, proposal: Uuid | None = None) -> tuple[Photo, ...]:
        """Return photos."""
        with self.reading_beside() as db:
            return readers.read_photos(db, proposal)

    def notes(self) -> tuple[Note, ...]:
        """Return notes."""
        with self.reading_beside() as db:
            return readers.read_notes(db)

    def drawn(self, table: str) -> tuple[DrawnFeature, ...]:
        """Return the rows of ``proposals`` or ``notes`` with their raw properties."""
        with self.reading_beside() as db:
            return read_drawn(db, table)

    def find_drawn(self, table: str, uuid: str) -> DrawnFeature | None:
        """Return one row of ``proposals`` or ``notes`` with its raw properties, or None."""
        with self.reading_beside() as db:
            return find_drawn(db, table, uuid)

    def replies(self) -> tuple[Reply, ...]:
        """Return replies."""
        with self.reading_beside() as db:
            return readers.read_replies(db)

    def packages(self) -> tuple[tuple[Uuid, int, Mapping[str, Any]], ...]:
        """Return remembered packages, oldest first."""
        with self.reading_beside() as db:
            return readers.read_packages(db)

    def figures(self) -> tuple[Figure, ...]:
        """Return kept figures, oldest first."""
        with self.reading_beside() as db:
            return read_figures(db)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the scenarios in their order."""
        with self.reading_beside() as db:
            return read_scenarios(db)

    def scenario_members(self) -> Mapping[Uuid, frozenset[Uuid]]:
        """Return the proposals of every scenario."""
        with self.reading_beside() as db:
            return read_members(db)

    def check_scenario(self, scenario: Scenario) -> SealCheck:
        """Return whether a locked scenario and what it was drawn on still are as sealed; reads everything."""
        with self.reading_beside() as db:
            return check_seal(db, scenario)

    def is_scenario_as_sealed(self, scenario: Scenario) -> bool:
        """Return whether a locked scenario's proposals still are as sealed; what they were drawn on is not asked."""
        with self.reading() as db:
            return scenario_seal.holds(db, scenario)

    def save_copy(self, path: Path) -> None:
        """Write a checked copy of the project elsewhere; raise RequestError when something is there already."""
        place = _free(path)
        with self.reading(), plain_file_errors(place):
            copy_verified(self._db, place)


def _table_name(db: apsw.Connection, layer_id: LayerId) -> str:
    found = rows(db, "SELECT table_name FROM rg_layers WHERE id=?", (int(layer_id),))
    if not found:
        raise RequestError(tr("The layer is no longer in the project."))
    return str(found[0][0])


def _free(path: Path) -> Path:
    place = _absolute(path)
    if place.exists():
        raise RequestError(tr("“{name}” is there already; choose another name.", name=place.name))
    return place


def _absolute(path: Path) -> Path:
    """Return the real absolute path, so that one file has one owner file whatever links lead to it."""
    return Path(path).expanduser().resolve()
