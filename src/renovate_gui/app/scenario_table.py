"""A comparison of scenarios as a CSV file: the figures side by side, then the buildings that gain or lose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from renovate_gui.app.gap_words import kind_title
from renovate_gui.app.scenario_compare import Comparison, Shift
from renovate_gui.app.scenario_words import people, table
from renovate_gui.assets import tr


def write_comparison(path: Path, comparison: Comparison, shift: Shift, names: Mapping[int, str]) -> None:
    """Write both tables; an older file of that name is replaced when all is written.

    Parameters
    ----------
    names
        What buildings are called, by feature id.
    """
    from renovate_gui.io.package.register import Cell, RegisterSheet, write_csv

    sides = [s.name for s in (comparison.today, *comparison.scenarios)]
    width = 2 + len(sides)
    lines: list[tuple[Cell, ...]] = [
        (section.title, row.title, *row.values) for section in table(comparison) for row in section.rows
    ]
    title = tr("Who gains, who loses: {kind}", kind=kind_title(shift.kind))
    for row in (*shift.winners, *shift.losers):
        fid = int(shift.ids[row])
        change = float(shift.change[row])
        moved = people(float(shift.people[row]) * abs(change)) if shift.counts_people else ""
        words = tr("gains it") if change > 0 else tr("loses it")
        line: tuple[Cell, ...] = (title, names.get(fid, str(fid)), words, moved)
        lines.append((*line, *("",) * (width - len(line))))
    head = (tr("Part"), tr("Figure or building"), *sides)
    part = path.with_name(path.name + ".part")
    try:
        write_csv(part, RegisterSheet(tr("Scenarios"), head, tuple(lines)))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
