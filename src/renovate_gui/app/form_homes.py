"""Whom forms are for: buildings and stairwells from a table or from the register of owners; no names are read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.form_codes import Homes
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.record import RecordKind

if TYPE_CHECKING:
    from renovate_gui.store.project import Project

_BUILDING = ("building", "block", "楼栋", "楼号", "栋", "栋号", "幢", "幢号", "楼")
_STAIRWELL = ("stairwell", "unit", "entrance", "单元", "单元号", "门洞", "梯")
_COUNT = ("households", "count", "homes", "户数", "数量", "份数")
_MOST = 5000


def homes_in_register(project: Project) -> tuple[Homes, ...]:
    """Return the homes of the register of owners: one for each flat, by building and stairwell."""
    flats = project.records(RecordKind.FLAT)
    doors = Counter(
        (str(f.properties.get("building", "")), str(f.properties.get("stairwell", ""))) for f in flats
    )
    return tuple(Homes(*door, count) for door, count in sorted(doors.items()))


def read_homes(path: Path) -> tuple[Homes, ...]:
    """Return the homes in a table (CSV or XLSX) with the columns building, stairwell and households.

    Without a column of counts each row is one household.

    Raises
    ------
    DataError
        When there is no column of buildings, or a count is no whole number of households.
    """
    from renovate_gui.io.owners_table import read_rows

    headings, rows = read_rows(path)
    building, stairwell, count = (_column(headings, names) for names in (_BUILDING, _STAIRWELL, _COUNT))
    if not building:
        raise DataError(
            tr("“{file}” has no column “building”; its first line names the columns.", file=path.name)
        )
    found: Counter[tuple[str, str]] = Counter()
    for number, row in rows:
        place = row.get(building, "").strip()
        if not place:
            raise DataError(tr("“{file}”, line {n}: the building is missing.", file=path.name, n=number))
        homes = _whole(row.get(count, ""), path.name, number) if count else 1
        found[(place, row.get(stairwell, "").strip())] += homes
    return tuple(Homes(*door, homes) for door, homes in found.items() if homes)


def _column(headings: tuple[str, ...], names: tuple[str, ...]) -> str:
    return next((h for h in headings if h.strip().lower() in names), "")


def _whole(text: str, file: str, line: int) -> int:
    plain = text.strip()
    if not plain.isdecimal() or int(plain) > _MOST:
        raise DataError(
            tr(
                "“{file}”, line {n}: “{text}” is no number of households; write a whole number.",
                file=file,
                n=line,
                text=plain[:20],
            )
        )
    return int(plain)
