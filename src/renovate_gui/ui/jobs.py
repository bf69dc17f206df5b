"""Runs long work off the main thread: progress, cancel, generation numbers, latest wins.

Any part of the window hands over a :class:`renovate_gui.app.tasks.Task` and gets its result back in the main
thread::

    jobs.start(session.gaps.prepare(request), self._on_gaps, key="gaps")

A job with the same ``key`` replaces the running one: the older is cancelled and its result ignored.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RenovateError
from renovate_gui.ui.workspace import Workspace

T = TypeVar("T")

_log = logging.getLogger(__name__)
_REPORT_EVERY_S = 0.05  # more often than a person sees would only fill the event queue
_KEEP_ENDED = 30


class JobState(StrEnum):
    """What became of a job."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobHandle(QObject):
    """One job in the task list.

    Signals
    -------
    changed
        Progress, words or state are new; always in the main thread.
    """

    changed = Signal()
    _reported = Signal(float, str)
    _ended = Signal(object, object)

    def __init__(self, title: str, key: str, generation: int, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.key = key
        self.generation = generation
        self.fraction = -1.0
        self.words = ""
        self.error = ""
        self.state = JobState.RUNNING
        self.started_at = time.monotonic()
        self._is_cancelled = False
        self._finish: Callable[[JobHandle, Any, Exception | None], None] | None = None
        # bound slots, not lambdas: a queued connection needs a receiver that lives in the main thread
        self._reported.connect(self._on_reported)
        self._ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Return whether the job is still under way."""
        return self.state == JobState.RUNNING

    @property
    def was_cancelled(self) -> bool:
        """Return whether somebody asked the job to stop."""
        return self._is_cancelled

    def cancel(self) -> None:
        """Ask the work to stop; it does so between two of its steps."""
        if self.is_running:
            self._is_cancelled = True
            self.words = tr("Stopping …")
            self.changed.emit()

    @Slot(float, str)
    def _on_reported(self, fraction: float, words: str) -> None:
        if self.is_running and not self._is_cancelled:
            self.fraction, self.words = fraction, words
            self.changed.emit()

    @Slot(object, object)
    def _on_ended(self, result: Any, error: Exception | None) -> None:
        if self._finish is not None:
            self._finish(self, result, error)
            self._finish = None


class _Work:
    """Runs one task in a pool thread and reports through the handle's signals."""

    def __init__(self, task: Task[Any], handle: JobHandle) -> None:
        self._task = task
        self._handle = handle
        self._last_report = 0.0

    def run(self) -> None:
        result: object = None
        error: Exception | None = None
        try:
            result = self._task.run(self._report, lambda: self._handle.was_cancelled)
        except Exception as caught:  # noqa: BLE001  every failure is handed to the main thread
            error = caught
        self._handle._ended.emit(result, error)  # noqa: SLF001  the handle's private channel

    def _report(self, fraction: float, words: str) -> None:
        now = time.monotonic()
        if now - self._last_report >= _REPORT_EVERY_S or fraction >= 1:
            self._last_report = now
            self._handle._reported.emit(fraction, words)  # noqa: SLF001


class Jobs(QObject):
    """The window's long work.

    Signals
    -------
    started, ended
        A :class:`JobHandle` began or came to its end.
    """

    started = Signal(object)
    ended = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent or workspace)
        self._workspace = workspace
        # Python's threads, not Qt's: in a QThreadPool Python's thread-local data ends with every task, and with it
        # PROJ's context under objects that still live; the next import then crashes (pyproj 3.7)
        self._pool = ThreadPoolExecutor(max(2, os.cpu_count() or 2), thread_name_prefix="job")
        self._futures: set[Future[None]] = set()
        self._generation = 0
        self._latest: dict[str, int] = {}
        self._handles: list[JobHandle] = []

    @property
    def handles(self) -> tuple[JobHandle, ...]:
        """Return running and recently ended jobs, newest first."""
        return tuple(reversed(self._handles))

    @property
    def running(self) -> tuple[JobHandle, ...]:
        """Return the jobs under way, newest first."""
        return tuple(h for h in self.handles if h.is_running)

    def start(
        self,
        task: Task[T],
        on_done: Callable[[T], None],
        on_error: Callable[[Exception], None] | None = None,
        *,
        key: str = "",
    ) -> JobHandle:
        """Run a task in a worker thread.

        Parameters
        ----------
        on_done
            Called with the result in the main thread, unless the job was cancelled or replaced.
        on_error
            Called with the exception in the main thread; without it the message strip says it in one sentence.
            A cancelled job is silent.
        key
            Jobs with the same non-empty key replace each other: the latest wins.
        """
        self._generation += 1
        handle = JobHandle(task.title, key, self._generation, self)
        if key:
            self.cancel(key)
            self._latest[key] = handle.generation
        handle._finish = lambda h, result, error: self._finish(h, result, error, on_done, on_error)  # noqa: SLF001
        self._handles.append(handle)
        self._forget_old()
        self.started.emit(handle)
        self._futures = {f for f in self._futures if not f.done()}
        self._futures.add(self._pool.submit(_Work(task, handle).run))
        return handle

    def cancel(self, key: str) -> None:
        """Ask the running jobs of a key to stop."""
        for handle in self.running:
            if handle.key == key:
                handle.cancel()

    def cancel_all(self) -> None:
        """Ask every running job to stop."""
        for handle in self.running:
            handle.cancel()

    def shut_down(self, wait_ms: int = 5000) -> bool:
        """Cancel everything and wait for the threads; return whether all of them ended in time."""
        self.cancel_all()
        return not wait(self._futures, wait_ms / 1000).not_done

    def _finish(
        self,
        handle: JobHandle,
        result: Any,
        error: Exception | None,
        on_done: Callable[[Any], None],
        on_error: Callable[[Exception], None] | None,
    ) -> None:
        is_stale = bool(handle.key) and self._latest.get(handle.key) != handle.generation
        if isinstance(error, Cancelled) or handle.was_cancelled or is_stale:
            handle.state = JobState.CANCELLED
        elif error is not None:
            handle.state, handle.error = JobState.FAILED, sentence(error)
        else:
            handle.state, handle.fraction = JobState.DONE, 1.0
        handle.words = ""
        handle.changed.emit()
        self.ended.emit(handle)
        if handle.state == JobState.DONE:
            on_done(result)
        elif handle.state == JobState.FAILED and error is not None:
            self._report(error, on_error)

    def _report(self, error: Exception, on_error: Callable[[Exception], None] | None) -> None:
        if not isinstance(error, RenovateError):
            _log.error("a task failed", exc_info=error)
        if on_error is not None:
            on_error(error)
        else:
            self._workspace.message.emit(sentence(error), "error")

    def _forget_old(self) -> None:
        ended = [h for h in self._handles if not h.is_running]
        for handle in ended[: max(0, len(ended) - _KEEP_ENDED)]:
            self._handles.remove(handle)
            handle.deleteLater()


def sentence(error: Exception) -> str:
    """Return one plain sentence for a person; our own faults are logged, not shown in full."""
    if isinstance(error, RenovateError):
        return str(error)
    if isinstance(error, PermissionError):
        return tr("The file or folder {path} may not be written or read.", path=error.filename or "")
    if isinstance(error, OSError) and error.strerror:
        return tr(
            "The computer refused: {reason} ({path}).", reason=error.strerror, path=error.filename or "–"
        )
    return tr(
        "The program made a mistake ({kind}); the details are in the log file.", kind=type(error).__name__
    )
