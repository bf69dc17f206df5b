"""Ways through the history that take long: done beside the window, with everything that edits switched off meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from renovate_gui.app.tasks import Task
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.workspace import Workspace

T = TypeVar("T")


class Journeys:
    """Does short ways at once and long ones as a job; only one at a time."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._workspace, self._jobs = workspace, jobs

    def start(
        self,
        is_long: Callable[[], bool],
        task: Callable[[], Task[T]],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        """Go: here and now when the way is short, else beside the window; errors are said in the message strip."""
        refused = on_error or self._say
        try:
            if not is_long():
                on_done(task().run())
                return
            work = task()
        except RenovateError as error:
            refused(error)
            return
        session = self._workspace.session
        self._workspace.set_busy(work.title)

        def ended() -> None:
            self._workspace.set_busy("")

        def done(result: T) -> None:
            ended()
            if self._workspace.session is session:
                on_done(result)

        def failed(error: Exception) -> None:
            ended()
            refused(error)

        handle = self._jobs.start(work, done, failed)
        handle.changed.connect(
            lambda: None if handle.is_running else ended()
        )  # one that was cancelled is silent

    def _say(self, error: Exception) -> None:
        self._workspace.message.emit(sentence(error), "error")
