"""A difference as a table that a spreadsheet can read: one line for each field of each object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from renovate_gui.app.field_words import FieldWords, object_title
from renovate_gui.app.merge_words import place_words
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Difference, ObjectChange
from renovate_gui.domain.errors import Cancelled

_BATCH = 500

WordsOf = Callable[[ObjectChange], Sequence[FieldWords]]


def write_table(difference: Difference, words_of: WordsOf, path: Path) -> Task[Path]:
    """Return the task that writes a difference as CSV; no cell can become a formula of a spreadsheet.

    Parameters
    ----------
    words_of
        Gives the fields of a change in words, before and after.
    path
        Where to write; an older file of that name is replaced when all is written.
    """

    def work(progress: Progress, is_cancelled: IsCancelled) -> Path:
        from renovate_gui.io.package.register import Cell, RegisterSheet, write_csv

        lines: list[tuple[Cell, ...]] = []
        for n, change in enumerate(difference.changes):
            if n % _BATCH == 0:
                progress(n / len(difference.changes), tr("Writing “{name}”", name=path.name))
                if is_cancelled():
                    raise Cancelled(tr("Nothing was written."))
            lines += _lines(change, words_of(change))
        part = path.with_name(path.name + ".part")
        try:
            write_csv(part, RegisterSheet(tr("Differences"), headings(), tuple(lines)))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    return Task(tr("Writing “{name}”", name=path.name), work)


def headings() -> tuple[str, ...]:
    """Return the table's heading row."""
    return (
        tr("Change"),
        tr("Sort or layer"),
        tr("Object"),
        tr("Field"),
        tr("Before"),
        tr("After"),
        tr("Row"),
    )


def _change_words(kind: ChangeKind) -> str:
    return {
        ChangeKind.ADDED: lambda: tr("Added"),
        ChangeKind.CHANGED: lambda: tr("Changed"),
        ChangeKind.REMOVED: lambda: tr("Removed"),
    }[kind]()


def _lines(change: ObjectChange, words: Sequence[FieldWords]) -> list[tuple[str, ...]]:
    start = (_change_words(change.kind), place_words(change), object_title(change))
    row = f"{change.key.table}/{change.key.row}"
    return [(*start, w.label, w.before, w.after, row) for w in words] or [(*start, "", "", "", row)]
