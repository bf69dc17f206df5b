"""``check`` and ``repair``: the health of a project file, and a mended copy of it."""

from __future__ import annotations

import argparse
from unicodedata import east_asian_width

from renovate_gui.assets import tr
from renovate_gui.cli.report import run_task, say, say_json
from renovate_gui.cli.services import Services
from renovate_gui.domain.errors import DataError


def check(options: argparse.Namespace, _services: Services) -> int:
    """Look a project over without changing a byte; exit code 2 when something is wrong."""
    from renovate_gui.app import health

    report = run_task(health.check(options.project))
    if options.json:
        say_json(health.as_json(report))
    else:
        _say_report(report)
    if not report.is_healthy:
        raise DataError(health.verdict_words(report))
    return 0


def repair(options: argparse.Namespace, _services: Services) -> int:
    """Write a mended copy and say what was lost."""
    from renovate_gui.app import health

    report = run_task(health.repair(options.project, options.out))
    if options.json:
        say_json(health.repair_as_json(report))
    else:
        for line in health.repair_lines(report):
            say(line)
    return 0


def _say_report(report: object) -> None:
    from renovate_gui.app import health

    if not isinstance(report, health.HealthReport):
        raise TypeError(type(report))
    if report.is_healthy:
        say(health.verdict_words(report))
    _say_table(
        [
            (tr("Size"), health.size_words(report.bytes), ""),
            (tr("Version of the file"), report.schema or "–", ""),
            (tr("History"), health.history_words(report), ""),
        ]
    )
    if report.parts:
        say()
        parts = [(health.part_words(p.name), health.size_words(p.bytes), f"{p.rows:,}") for p in report.parts]
        _say_table([(tr("Part"), tr("Size"), tr("Rows")), *parts], is_right=True)
    say()
    if report.backups:
        told = [
            (health.time_words(b.at), health.size_words(b.bytes), health.backup_words(b))
            for b in report.backups
        ]
        _say_table([(tr("Backup of"), tr("Size"), tr("Verdict")), *told])
    else:
        say(tr("There is no backup yet."))
    if report.findings:
        say()
    for finding in report.findings:
        say(f"{'✗' if finding.is_harm else '·'} {health.finding_words(finding)}")


def _say_table(lines: list[tuple[str, str, str]], *, is_right: bool = False) -> None:
    """Print columns as wide as their words; a Chinese character is two columns wide on a terminal."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            _padded(cell, width, is_right=is_right and i > 0)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())


def _width(words: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in words)


def _padded(words: str, width: int, *, is_right: bool) -> str:
    room = " " * (width - _width(words))
    return room + words if is_right else words + room
