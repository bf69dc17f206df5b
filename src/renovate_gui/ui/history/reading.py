"""Reads what the chosen line of the history changed: at once when it is small, else in another thread."""

from __future__ import annotations

from collections.abc import Callable

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.app.timeline import START, Timeline
from renovate_gui.domain.difference import Difference
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.canvas.change_paint import ChangeShapes
from renovate_gui.ui.history.rows import Row
from renovate_gui.ui.jobs import Jobs

_JOB = "history.difference"
OnRead = Callable[[Difference, ChangeShapes | None], None]


class DifferenceReader:
    """Only the newest reading answers.

    Parameters
    ----------
    on_read
        Called with what was read, and its shapes where they were made beside.
    on_fault
        Called with why it cannot be read.
    on_wait
        Called when it takes a while.
    """

    def __init__(
        self,
        jobs: Jobs,
        on_read: OnRead,
        on_fault: Callable[[Exception], None],
        on_wait: Callable[[], None],
    ) -> None:
        self._jobs, self._on_read, self._on_fault, self._on_wait = jobs, on_read, on_fault, on_wait

    def cancel(self) -> None:
        """Forget the reading under way."""
        self._jobs.cancel(_JOB)

    def read(self, row: Row, timeline: Timeline, *, is_comparing: bool) -> bool:
        """Read what a line changed, or what has changed since; return False when nothing came before it."""
        self.cancel()
        ends = _ends(row, timeline, is_comparing=is_comparing)
        if ends is None:
            return False
        step = None if is_comparing else row.step
        try:
            if timeline.is_large(*ends):
                self._read_beside(
                    timeline.prepare_comparison(*ends)
                    if step is None
                    else timeline.prepare_difference(step.number)
                )
                return True
            found = timeline.compare(*ends) if step is None else timeline.difference(step.number)
        except RenovateError as error:
            self._on_fault(error)
            return True
        self._on_read(found, None)
        return True

    def _read_beside(self, task: Task[Difference]) -> None:
        self._on_wait()

        def read(progress: Progress, is_cancelled: IsCancelled) -> tuple[Difference, ChangeShapes]:
            found = task.run(progress, is_cancelled)
            return found, ChangeShapes(found)

        self._jobs.start(Task(task.title, read), lambda got: self._on_read(*got), self._on_fault, key=_JOB)


def _ends(row: Row, timeline: Timeline, *, is_comparing: bool) -> tuple[str, str] | None:
    """Return the states between which the line's difference lies."""
    if is_comparing:
        return row.state, timeline.state
    if row.step is not None:
        return row.step.parent, row.step.uuid
    if row.version is None:
        return None
    earlier = [v for v in timeline.versions() if v.at < row.version.at]
    return (earlier[-1].state if earlier else START), row.state
