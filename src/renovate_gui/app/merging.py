"""Merging a colleague's copy of the project: what it is, what it would bring, and the one step that brings it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.store.project import Project

if TYPE_CHECKING:
    from renovate_gui.app.conflict_words import ConflictLine
    from renovate_gui.domain.difference import Choice, Conflict, MergeReport, ObjectKey


class Kin(StrEnum):
    """What a file is to the open project."""

    SAME_FILE = "same_file"
    COPY = "copy"
    OTHER_PROJECT = "other_project"
    NO_PROJECT = "no_project"


class Merging:
    """The merge of another copy into the open project.

    Nothing is written before :meth:`merge` runs; both files are only read until then, and the other one always.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def look(self, path: Path) -> Task[Kin]:
        """Return the task that tells what a file is to the open project; a damaged or newer one raises DataError."""

        def work(progress: Progress, is_cancelled: IsCancelled) -> Kin:
            progress(-1, tr("Looking at “{name}”", name=path.name))
            found = self.kin(path)
            _stop_when_asked(is_cancelled)
            return found

        return Task(tr("Looking at “{name}”", name=path.name), work)

    def kin(self, path: Path) -> Kin:
        """Return what a file is to the open project."""
        from renovate_gui.app.recognising import is_project_file

        if self.is_same_file(path):
            return Kin.SAME_FILE
        if not is_project_file(path):
            return Kin.NO_PROJECT
        other = Project.open(path, read_only=True)
        try:
            is_copy = other.meta("uuid") == self._project.meta("uuid")
        finally:
            other.close()
        return Kin.COPY if is_copy else Kin.OTHER_PROJECT

    def is_same_file(self, path: Path) -> bool:
        """Return whether a path leads to the open project itself, through whatever link."""
        try:
            return path.samefile(self._project.path)
        except OSError:  # one of them is away for the moment
            return path.absolute() == self._project.path

    def report(self, path: Path) -> Task[MergeReport]:
        """Return the task that says what a merge would bring; it writes nothing.

        The task raises DataError when the file is no project, damaged or newer, RequestError when it is the open
        project itself or shares no past with it.
        """

        def work(progress: Progress, is_cancelled: IsCancelled) -> MergeReport:
            progress(-1, tr("Comparing with “{name}”", name=path.name))
            self._refuse_same(path)
            report = self._project.merge_report(path)
            _stop_when_asked(is_cancelled)
            return report

        return Task(tr("Comparing with “{name}”", name=path.name), work)

    def merge(self, path: Path, choices: Mapping[ObjectKey, Choice]) -> Task[MergeReport]:
        """Return the task that merges a copy as one undoable step.

        The choices are those of the conflicts of the report; the task raises RequestError when one lacks. It can be
        cancelled until it begins to write.
        """
        frozen = dict(choices)

        def work(progress: Progress, is_cancelled: IsCancelled) -> MergeReport:
            progress(-1, tr("Merging “{name}”", name=path.name))
            self._refuse_same(path)
            _stop_when_asked(is_cancelled)
            return self._project.merge(path, frozen)

        return Task(tr("Merging “{name}”", name=path.name), work)

    # -- words --------------------------------------------------------------------------------------------------
    def conflict_lines(self, conflict: Conflict) -> tuple[ConflictLine, ...]:
        """Return what a conflict is about: what it was, mine, theirs, in words."""
        from renovate_gui.app.conflict_words import conflict_lines

        layer = next((i for i in self._project.layers() if i.id == conflict.mine.layer), None)
        return conflict_lines(
            conflict, self._project.meta("crs"), layer.field_map if layer is not None else {}
        )

    def _refuse_same(self, path: Path) -> None:
        if self.is_same_file(path):
            raise RequestError(
                tr("“{name}” is the project that is open here; choose a colleague's copy.", name=path.name)
            )


def _stop_when_asked(is_cancelled: IsCancelled) -> None:
    if is_cancelled():
        raise Cancelled(tr("The comparison was cancelled."))
