"""What commands say: one JSON object or plain lines on standard output, progress and errors on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr

T = TypeVar("T")

_QUIET_S = 1.0
_EVERY_S = 1.0


def say(text: str = "") -> None:
    """Write a line on standard output."""
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:
    """Write one JSON object on standard output, strict: no NaN, no infinity."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False, default=str) + "\n")
    sys.stdout.flush()


def complain(sentence: str) -> None:
    """Write the one line ``error: …`` on standard error, whatever the sentence contains."""
    line = " ".join(sentence.split())
    sys.stderr.write(f"error: {line}\n")  # in every language: scripts look for it (docs/command-line.md)
    sys.stderr.flush()


def remark(sentence: str) -> None:
    """Write the one line ``note: …`` on standard error: worth knowing, and no mistake."""
    sys.stderr.write(tr("note: {words}", words=" ".join(sentence.split())) + "\n")
    sys.stderr.flush()


class ProgressLine:
    """Progress on standard error, from the second second on; on a terminal one line that renews itself."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._begun = time.monotonic()
        self._last = 0.0
        self._shown = ""

    def __call__(self, fraction: float, words: str) -> None:
        """Take a report: a fraction 0…1, or −1 when unknown, and what is being done."""
        now = time.monotonic()
        if now - self._begun < _QUIET_S or now - self._last < (_EVERY_S if not sys.stderr.isatty() else 0.1):
            return
        self._last = now
        share = f"{fraction:4.0%} " if fraction >= 0 else ""
        text = f"{share}{words or self._title}"
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K" + text)
        elif text != self._shown:
            sys.stderr.write(text + "\n")
        self._shown = text
        sys.stderr.flush()

    def end(self) -> None:
        """Clear the line on a terminal."""
        if self._shown and sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def progress(title: str) -> Iterator[ProgressLine]:
    """Show progress while the block runs."""
    line = ProgressLine(title)
    try:
        yield line
    finally:
        line.end()


def run_task(task: Task[T]) -> T:
    """Run a task here and now, with progress."""
    with progress(task.title) as line:
        return task.run(line)
