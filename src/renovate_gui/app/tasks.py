"""Long work as a value: prepared from frozen input, run anywhere, cancelled within a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

Progress = Callable[[float, str], None]
"""Called with a fraction 0…1 (or −1 when unknown) and translated words on what is being done."""

IsCancelled = Callable[[], bool]
"""Asked between steps; a task that gets True raises :class:`renovate_gui.domain.errors.Cancelled`."""


def no_progress(_fraction: float, _words: str) -> None:
    """Report to nobody."""


def never() -> bool:
    """Never cancel."""
    return False


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A piece of long work.

    ``work`` may run in any thread; it must not touch widgets. Its result goes back to whoever prepared the task.
    """

    title: str
    work: Callable[[Progress, IsCancelled], T]

    def run(self, progress: Progress = no_progress, is_cancelled: IsCancelled = never) -> T:
        """Do the work here and now and return its result."""
        return self.work(progress, is_cancelled)
