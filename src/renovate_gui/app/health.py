"""The health of a project file in words: checked, repaired as a copy, or replaced by its backup."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.assets.open_files import copy_file
from renovate_gui.domain.errors import DamagedError, RequestError
from renovate_gui.store.backups import back_up_if_due, is_due
from renovate_gui.store.connection import clear_leftovers
from renovate_gui.store.health import BackupHealth, Finding, HealthReport, Part
from renovate_gui.store.health import check as check_file
from renovate_gui.store.mending import Loss
from renovate_gui.store.salvage import RepairReport
from renovate_gui.store.salvage import repair as repair_file

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

__all__ = ["BackupHealth", "Finding", "HealthReport", "Loss", "Part", "RepairReport"]

_log = logging.getLogger(__name__)


# -- work -----------------------------------------------------------------------------------------------------
def check(path: Path) -> Task[HealthReport]:
    """Prepare a look over a project file; nothing of it changes, and it may be open meanwhile."""

    def work(say: Progress, _is_cancelled: IsCancelled) -> HealthReport:
        say(-1, tr("Checking “{name}”", name=path.name))
        return check_file(path)

    return Task(tr("Check the project"), work)


def repair(path: Path, out: Path) -> Task[RepairReport]:
    """Prepare a mended copy of a project file, which is not touched."""

    def work(say: Progress, _is_cancelled: IsCancelled) -> RepairReport:
        return repair_file(path, out, say)

    return Task(tr("Repair a copy"), work)


def backup_of_the_day(project: Project) -> Task[Path | None] | None:
    """Prepare the dated backup of an open project that changed since its last one; None when none is due.

    Whether one is due on a share is found out by the task: asking a share can take long.
    """
    place, source = project.path, project.saving.file
    if project.is_read_only:
        return None
    try:
        if not project.saving.is_shared and not is_due(place, source):
            return None
    except OSError:  # the task finds out and says it
        pass
    return Task(tr("Backup of the day"), lambda _say, _is_cancelled: _back_up(place, source))


def back_up_before_first_action(project: Project) -> None:
    """Let the backup of the day be made before the first action, for commands; one that fails stops nothing."""

    def back_up() -> None:
        with suppress(RequestError):
            _back_up(project.path, project.saving.file)

    project.saving.before_first = back_up


def _back_up(place: Path, source: Path) -> Path | None:
    try:
        return back_up_if_due(place, source)
    except RequestError as error:
        _log.warning("%s (%s)", error, error.__cause__)
        raise


def copy_of_backup(error: DamagedError) -> Path:
    """Copy the backup that a damaged file has to a new name beside it, and return the copy."""
    if error.backup is None:
        raise RequestError(tr("“{name}” has no backup.", name=error.path.name))
    target = free_copy(error.path, tr("backup"))
    try:
        clear_leftovers(target)
        copy_file(error.backup, target)
    except OSError as fault:
        target.unlink(missing_ok=True)
        raise RequestError(
            tr("“{name}” cannot be written here; choose another folder.", name=target.name)
        ) from fault
    return target


def free_copy(path: Path, word: str) -> Path:
    """Return a path beside the project that nothing has yet: ``name (word).gpkg``, then ``name (word 2).gpkg``."""
    suffix = path.suffix or ".gpkg"
    target, number = path.with_name(f"{path.stem} ({word}){suffix}"), 2
    while target.exists():
        target, number = path.with_name(f"{path.stem} ({word} {number}){suffix}"), number + 1
    return target


# -- words ----------------------------------------------------------------------------------------------------
def size_words(count: int) -> str:
    """Return a size in bytes as people read it."""
    if count >= 1_000_000:
        return f"{count / 1_000_000:,.1f} MB"
    return f"{-(-count // 1000):,} kB"


def time_words(at: datetime | None) -> str:
    """Return a time as this place's clocks show it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at is not None else "–"


def span_words(seconds: float) -> str:
    """Return a length of time, roughly, as people say it."""
    minutes = max(1, round(seconds / 60))
    if minutes < 120:
        return tr("{n} minutes", n=minutes) if minutes > 1 else tr("a minute")
    if minutes < 48 * 60:
        return tr("{n} hours", n=round(minutes / 60))
    return tr("{n} days", n=round(minutes / 1440))


def part_words(name: str) -> str:
    """Return what a part of the file is called."""
    return {
        "layers": tr("Layers"),
        "drawn": tr("Proposals and notes"),
        "photos": tr("Photos"),
        "council": tr("Replies and packages"),
        "history": tr("History"),
        "other": tr("Settings and lists"),
        "free": tr("Free room"),
    }[name]


def _table_words(table: str) -> str:
    known: dict[str, str] = {
        "proposals": tr("proposals"),
        "notes": tr("notes"),
        "rg_photos": tr("photos"),
        "rg_replies": tr("replies"),
        "rg_answers": tr("answers in replies"),
        "rg_packages": tr("packages"),
        "rg_figures": tr("kept figures"),
        "rg_scenarios": tr("scenarios"),
        "rg_scenario_members": tr("proposals in scenarios"),
        "rg_records": tr("comments, votes, meetings and scans"),
        "rg_history": tr("history"),
        "rg_moves": tr("log of the history"),
        "rg_versions": tr("named versions"),
        "rg_meta": tr("settings"),
        "rg_layers": tr("list of layers"),
    }
    return known.get(table, table)


def finding_words(finding: Finding) -> str:
    """Return one line on what was found."""
    name = finding.detail or _table_words(finding.table)
    say = _FINDINGS.get(finding.code)
    return say(finding, name) if say is not None else f"{finding.code}: {name}"


_Words = Callable[[Finding, str], str]
_FINDINGS: Mapping[str, _Words] = {
    "integrity": lambda _f, name: tr("SQLite finds damage: {words}", words=name),
    "no_project": lambda _f, _name: tr("It holds no project."),
    "foreign_key": lambda f, _name: tr(
        "Rows of “{table}” that point to nothing: {n}", n=f.count, table=_table_words(f.table)
    ),
    "missing_table": lambda f, _name: tr("The table “{table}” is missing.", table=f.table),
    "photo": lambda f, _name: tr("Photos that belong to no proposal: {n}", n=f.count),
    "answer": lambda f, _name: tr("Answers that belong to no reply: {n}", n=f.count),
    "member": lambda f, _name: tr("Entries of scenarios or proposals that are gone: {n}", n=f.count),
    "layer": lambda _f, name: tr("The layer “{layer}” is listed, but its table is gone.", layer=name),
    "contents": lambda f, _name: tr("“{table}” is wrong in GeoPackage's list of contents.", table=f.table),
    "columns": lambda f, _name: tr("“{table}” is wrong in GeoPackage's list of geometries.", table=f.table),
    "count": lambda f, name: tr("The layer “{layer}” is counted wrongly, by {n}.", layer=name, n=f.count),
    "geometry": lambda f, name: tr("Geometries of “{table}” that cannot be read: {n}", n=f.count, table=name),
    "text": lambda f, name: tr("Texts of “{table}” that cannot be read: {n}", n=f.count, table=name),
    "value": lambda f, name: tr("Rows of “{table}” with a value of a wrong kind: {n}", n=f.count, table=name),
    "properties": lambda f, name: tr(
        "Rows of “{table}” whose properties cannot be read: {n}", n=f.count, table=name
    ),
    "history": lambda f, name: tr(
        "Steps of the history that cannot be read: {n} ({numbers})", n=f.count, numbers=name
    ),
    "history_parent": lambda f, _name: tr("Steps of the history without the one before: {n}", n=f.count),
    "unpublished": lambda _f, name: name,
    "leftover": lambda f, _name: tr(
        "The table “{table}” ({n} rows) belongs to nothing any more; it only takes room.",
        table=f.table,
        n=f"{f.count:,}",
    ),
    "kept_for_history": lambda f, _name: tr(
        "The table “{table}” ({n} rows) is of a removed layer and is kept so that undo can bring it back.",
        table=f.table,
        n=f"{f.count:,}",
    ),
}


def loss_words(loss: Loss) -> str:
    """Return one line on what a repair could not keep."""
    name = loss.detail or _table_words(loss.table)
    n = f"{loss.count:,}"
    say: Mapping[str, Callable[[], str]] = {
        "rows": lambda: tr("{table}: rows lost, at least {n}", table=name, n=n),
        "layer": lambda: tr("The layer “{layer}” is lost, features: {n}", layer=name, n=n),
        "geometry": lambda: tr(
            "{table}: geometries that could not be read, {n}; their values are kept", table=name, n=n
        ),
        "text": lambda: tr("{table}: texts with characters that could not be read, {n}", table=name, n=n),
        "answer": lambda: tr("Answers lost with their reply: {n}", n=n),
        "history": lambda: tr(
            "Steps up to “{what}” can no longer be undone ({n}); what they did is kept",
            n=n,
            what=loss.detail,
        ),
        "version": lambda: tr("Named versions that can no longer be shown: {n}", n=n),
        "index": lambda: tr(
            "The spatial index “{table}” of another program was left out; make it again there.", table=name
        ),
        "setting": lambda: tr("The setting “{key}” was lost and has its first value again.", key=loss.detail),
    }
    return say[loss.code]() if loss.code in say else f"{loss.code}: {name} {n}"


def verdict_words(report: HealthReport) -> str:
    """Return the one sentence of a check."""
    faults = sum(f.is_harm for f in report.findings)
    if not faults:
        return tr("“{name}” is healthy.", name=report.path.name)
    if not report.is_whole:
        return tr("“{name}” is damaged; repair a copy or use a backup.", name=report.path.name)
    if faults == 1:
        return tr("“{name}” has a fault; repair a copy to mend it.", name=report.path.name)
    return tr("“{name}” has {n} faults; repair a copy to mend them.", name=report.path.name, n=faults)


def history_words(report: HealthReport) -> str:
    """Return how long the history is."""
    told = report.history
    return tr(
        "{steps} steps, {undone} of them undone, {size}",
        steps=f"{told.steps:,}",
        undone=f"{told.undone:,}",
        size=size_words(told.bytes),
    )


def backup_words(backup: BackupHealth) -> str:
    """Return whether a backup is whole."""
    return tr("damaged: {reason}", reason=backup.fault) if backup.fault else tr("whole")


# -- JSON -----------------------------------------------------------------------------------------------------
def as_json(report: HealthReport) -> dict[str, Any]:
    """Return a check as JSON values."""
    return {
        "project": str(report.path),
        "healthy": report.is_healthy,
        "whole": report.is_whole,
        "bytes": report.bytes,
        "schema": report.schema,
        "findings": [
            {
                "code": f.code,
                "table": f.table,
                "count": f.count,
                "harm": f.is_harm,
                "detail": f.detail,
                "words": finding_words(f),
            }
            for f in report.findings
        ],
        "parts": [{"part": p.name, "bytes": p.bytes, "rows": p.rows} for p in report.parts],
        "history": {
            "steps": report.history.steps,
            "undone": report.history.undone,
            "bytes": report.history.bytes,
            "unreadable": list(report.history.unreadable),
        },
        "backups": [
            {
                "path": str(b.path),
                "at": b.at.isoformat(),
                "bytes": b.bytes,
                "good": not b.fault,
                "fault": b.fault,
            }
            for b in report.backups
        ],
    }


def repair_as_json(report: RepairReport) -> dict[str, Any]:
    """Return a repair as JSON values."""
    return {
        "project": str(report.path),
        "out": str(report.out),
        "whole": report.was_whole,
        "rows": dict(report.rows),
        "lost": [
            {
                "code": x.code,
                "table": x.table,
                "at_least": x.count,
                "detail": x.detail,
                "words": loss_words(x),
            }
            for x in report.losses
        ],
        "mended": dict(report.repairs),
        "healthy": report.health.is_healthy,
    }


def repair_lines(report: RepairReport) -> Sequence[str]:
    """Return what a repair did, one sentence a line."""
    mended = sum(report.repairs.values())
    lines = [tr("A mended copy is in “{name}”; the project was not touched.", name=report.out.name)]
    if not report.was_whole:
        lines.append(tr("The file is damaged, so the copy was put together from the pages that can be read."))
    if mended:
        lines.append(tr("Put right in the copy: {n}", n=mended))
    if not report.losses:
        lines.append(tr("Nothing was lost."))
    return [*lines, *(loss_words(x) for x in report.losses)]
