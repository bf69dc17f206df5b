"""The history as the window shows it: steps, states, versions, what each changed, and ways back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from renovate_gui.app.field_words import FieldWords, field_words, object_title
from renovate_gui.app.style_words import style_symbols
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.difference import Difference, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.style import Symbol
from renovate_gui.store.compaction import CompactionReport
from renovate_gui.store.glance import bytes_between, bytes_of_next, next_titles
from renovate_gui.store.history import START, HistoryStep
from renovate_gui.store.versions import NamedVersion

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

__all__ = ["START", "CompactionReport", "FieldWords", "HistoryStep", "NamedVersion", "Timeline"]

T = TypeVar("T")

_LARGE_BYTES = 300_000
"""So much of changesets is about 2,000 changed rows: more is read beside the window's own thread."""


_LONG_BYTES = 200_000
"""So much of changes takes longer to write than a person should wait for the window."""


class Timeline:
    """The history of the open project. States are named by the uuid of the last step that stands in them."""

    def __init__(self, project: Project) -> None:
        self._project = project

    # -- reading ----------------------------------------------------------------------------------------------
    @property
    def state(self) -> str:
        """The name of the present state; :data:`START` before all steps."""
        return self._project.state

    def steps(self, *, with_left: bool = False) -> tuple[HistoryStep, ...]:
        """Return the steps that stand or can be redone, oldest first; on request also those left behind."""
        return self._project.history(with_left=with_left)

    def next_titles(self) -> tuple[str, str]:
        """Return the words of the steps that undo and redo would touch; empty where there is none."""
        return next_titles(self._project)

    def versions(self) -> tuple[NamedVersion, ...]:
        """Return the named versions, oldest first."""
        return self._project.versions()

    # -- what changed -----------------------------------------------------------------------------------------
    def is_large(self, before: str, after: str) -> bool:
        """Return whether the difference of two states is better read in a task; raise RequestError when one is gone.

        What happened since counts too, because the names of things are traced back through it.
        """
        now = self.state
        return (
            bytes_between(self._project, before, after) + bytes_between(self._project, after, now)
            > _LARGE_BYTES
        )

    def difference(self, number: int) -> Difference:
        """Return what a step changed, whether it stands, was undone or was left behind."""
        return self._project.difference_of_step(number)

    def compare(self, before_state: str, after_state: str) -> Difference:
        """Return what is different in one state from another."""
        return self._project.difference_between(before_state, after_state)

    def prepare_difference(self, number: int) -> Task[Difference]:
        """Return the task that reads what a step changed."""
        return _task(tr("Reading what the step changed"), lambda: self.difference(number))

    def prepare_comparison(self, before_state: str, after_state: str) -> Task[Difference]:
        """Return the task that reads what is different in one state from another."""
        return _task(tr("Comparing two states"), lambda: self.compare(before_state, after_state))

    def compare_file(self, path: Path) -> Task[Difference]:
        """Return the task that reads what is different in this project from another file's present content."""
        title = tr("Comparing with “{name}”", name=path.name)
        return _task(title, lambda: self._project.difference_from_file(path))

    def field_words(self, change: ObjectChange) -> tuple[FieldWords, ...]:
        """Return what is different about an object: label, before and after in the reader's words."""
        return field_words(change, self._project.meta("crs"), self._field_map(change))

    def title(self, change: ObjectChange) -> str:
        """Return what a person calls the object of a change."""
        return object_title(change)

    def symbols(self, change: ObjectChange) -> Mapping[str, tuple[Symbol | None, Symbol | None]]:
        """Return symbols before and after by the labels of :meth:`field_words`, where a layer's look changed."""
        found = [f for f in change.fields if f.name == "style"] if change.what is ObjectKind.LAYER else []
        return style_symbols(found[0].before, found[0].after) if found else {}

    def _field_map(self, change: ObjectChange) -> Mapping[str, str]:
        if change.layer is None:
            return {}
        return next((i.field_map for i in self._project.layers() if i.id == change.layer), {})

    # -- ways -------------------------------------------------------------------------------------------------
    def is_long_way(self, state: str) -> bool:
        """Return whether going to a state is better done in a task; raise RequestError when it is gone."""
        return bytes_between(self._project, self.state, state) > _LONG_BYTES

    def is_long_step(self, *, is_undo: bool) -> bool:
        """Return whether undo or redo is better done in a task."""
        return bytes_of_next(self._project, is_undo=is_undo) > _LONG_BYTES

    def is_long_taking_back(self, step: HistoryStep) -> bool:
        """Return whether taking back one step from the middle is better done in a task."""
        return bytes_between(self._project, step.parent, self.state) > _LONG_BYTES

    def prepare_undo(self) -> Task[HistoryStep | None]:
        """Return the task that takes back the newest standing step; what it has begun it ends."""
        return _whole(tr("Undoing “{what}”", what=self.next_titles()[0]), self._project.undo)

    def prepare_redo(self) -> Task[HistoryStep | None]:
        """Return the task that does the last undone step again; what it has begun it ends."""
        return _whole(tr("Doing “{what}” again", what=self.next_titles()[1]), self._project.redo)

    def prepare_go_to(self, state: str) -> Task[int]:
        """Return the task that goes to a state; what it has begun it ends."""
        return _whole(tr("Going to another state of the history"), lambda: self.go_to(state))

    def prepare_undo_one(
        self, step: HistoryStep, keys: frozenset[ObjectKey] | None = None
    ) -> Task[HistoryStep]:
        """Return the task that takes back one step from the middle; what it has begun it ends."""
        title = tr("Undoing only “{what}”", what=step.what)
        return _whole(title, lambda: self.undo_one(step.number, keys))

    def go_to(self, state: str) -> int:
        """Go to any state in one transaction; return how many steps were taken back or done again."""
        return self._project.go_to(state)

    def dependents(self, number: int, keys: frozenset[ObjectKey] | None = None) -> tuple[HistoryStep, ...]:
        """Return the later standing steps that build on what a step did to some objects (None: to all)."""
        return self._project.dependents(number, keys)

    def undo_one(self, number: int, keys: frozenset[ObjectKey] | None = None) -> HistoryStep:
        """Take back one step from the middle, or only what it did to some objects, as a new step.

        Raises
        ------
        DependsError
            When later steps build on it; ``steps`` holds them.
        """
        return self._project.undo_one(number, keys)

    # -- versions ---------------------------------------------------------------------------------------------
    def name_version(self, name: str, why: str = "") -> NamedVersion:
        """Keep the present state for ever under a name, sealed with a hash of its content."""
        return self._project.name_version(name, why=why)

    def check_version(self, version: NamedVersion) -> Task[bool]:
        """Return the task that tells whether a version still has the content it was sealed with."""
        title = tr("Checking the seal of “{name}”", name=version.name)
        return _task(title, lambda: self._project.is_as_sealed(version))

    def save_copy_at(self, state: str, path: Path) -> Task[Path]:
        """Return the task that writes the project as it was in a state, with its whole history, to a new file."""

        def write() -> Path:
            self._project.save_copy_at(state, path)
            return path

        return _task(tr("Saving a copy"), write)

    # -- tidying ----------------------------------------------------------------------------------------------
    def compact(self, keep_after: str = "") -> Task[CompactionReport]:
        """Return the task that joins old steps between named versions into one; younger than an ISO time stay single."""
        return _task(tr("Tidying up the history"), lambda: self._project.compact(keep_after))

    def count_older(self, days: int) -> int:
        """Return how many steps are older than so many days: what tidying up may join or drop."""
        edge = days_ago(days)
        return sum(step.at < edge for step in self.steps(with_left=True))


def days_ago(days: int) -> str:
    """Return the time so many days ago as the history writes it (ISO 8601, UTC, seconds)."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")


def later_steps(error: RequestError) -> tuple[HistoryStep, ...]:
    """Return the steps that a refusal to undo one step names; empty for other refusals."""
    return tuple(getattr(error, "steps", ()))


def _whole(title: str, call: Callable[[], T]) -> Task[T]:
    """Return work that is one transaction: once begun, its result counts whatever was asked meanwhile."""

    def work(progress: Progress, _is_cancelled: IsCancelled) -> T:
        progress(-1, title)
        return call()

    return Task(title, work)


def _task(title: str, call: Callable[[], T]) -> Task[T]:
    """Return work in one piece: it cannot stop half way, but its result is dropped when it was cancelled."""

    def work(progress: Progress, is_cancelled: IsCancelled) -> T:
        progress(-1, title)
        result = call()
        if is_cancelled():
            raise Cancelled(tr("Cancelled."))
        return result

    return Task(title, work)
