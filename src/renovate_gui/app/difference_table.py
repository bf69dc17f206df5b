"""A difference as a table that a spreadsheet can read: one line for each field of each object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.field_words import FieldWords, field_words, object_title
from renovate_gui.app.merge_words import place_words
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Difference, FieldChange, ObjectChange
from renovate_gui.domain.errors import Cancelled

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

_BATCH = 500

WordsOf = Callable[[ObjectChange], Sequence[FieldWords]]


def words_of(project: Project) -> WordsOf:
    """Return what puts changes into words; what the columns of layers mean is read once, for many changes."""
    crs, meanings = project.meta("crs"), {info.id: info.field_map for info in project.layers()}
    return lambda change: field_words(
        change, crs, meanings.get(change.layer) if change.layer is not None else None
    )


def write_table(difference: Difference, in_words: WordsOf, path: Path) -> Task[Path]:
    """Return the task that writes a difference as CSV; no cell can become a formula of a spreadsheet.

    Parameters
    ----------
    in_words
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
            lines += _lines(change, in_words(change))
        part = path.with_name(path.name + ".part")
        try:
            write_csv(part, RegisterSheet(tr("Differences"), headings(), tuple(lines)))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    return Task(tr("Writing “{name}”", name=path.name), work)


def turned(difference: Difference) -> Difference:
    """Return a difference seen the other way round: what came has gone, and what was after is before."""
    other = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    return Difference(
        tuple(
            replace(
                c,
                kind=other.get(c.kind, c.kind),
                before=c.after,
                after=c.before,
                fields=tuple(FieldChange(f.name, f.after, f.before) for f in c.fields),
            )
            for c in difference.changes
        ),
        difference.crs,
    )


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
