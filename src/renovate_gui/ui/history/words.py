"""Sentences of the history dock about one line, and about what tidying up did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renovate_gui.assets import tr
from renovate_gui.ui.history.rows import Row, moment_words

if TYPE_CHECKING:
    from renovate_gui.app.timeline import CompactionReport

_SEAL_DIGITS = 12


def sub_words(row: Row) -> str:
    """Return the second line of the head: when, who, why."""
    if row.step is not None:
        return " · ".join(p for p in (moment_words(row.step.at), row.who, row.why) if p)
    if row.version is not None:
        seal = row.version.seal.rpartition(":")[2][:_SEAL_DIGITS]
        parts = (moment_words(row.version.at), row.who, row.why, tr("seal {hash}", hash=seal))
        return " · ".join(p for p in parts if p)
    return tr("The state before all steps")


def file_words(row: Row) -> str:
    """Return words for a file's name: a version's name, else day and time."""
    if row.version is not None:
        return "".join(c if c.isalnum() or c in "-_" else " " for c in row.version.name)[:60].strip()
    return row.step.at[:16].replace("T", " ").replace(":", "") if row.step is not None else ""


def tidy_words(report: CompactionReport) -> str:
    """Return what tidying up did, and where the backup lies."""
    if report.steps_after >= report.steps_before:
        return tr("There was nothing to tidy up.")
    return tr(
        "The history is tidied up: {before} steps became {after}, the file has {size} MB. The backup is {name}.",
        before=f"{report.steps_before:,}",
        after=f"{report.steps_after:,}",
        size=f"{report.bytes_after / 1e6:,.1f}",
        name=report.backup.name,
    )
