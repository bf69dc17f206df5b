"""What leaves the program as tables: columns are named one by one here, so nothing else can slip out."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.io.package.register import neutralised

Value = str | int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """One exported column: an ASCII code that every format can hold, and what it means in both languages.

    ``kind`` is ``text``, ``integer`` or ``real``; ``unit`` is empty or a unit symbol.
    """

    code: str
    kind: str
    zh: str
    en: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A layer to be exported.

    Attributes
    ----------
    name
        ASCII name of file and layer.
    geometry
        Shapely geometries in the project's metric CRS, shape ``(n,)``; None is allowed.
    ids
        Stable identifiers, one per row.
    rows
        One tuple per feature, parallel to ``columns``.
    """

    name: str
    zh: str
    en: str
    geometry: ObjectArray
    ids: tuple[str | int, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong or len(self.rows) != len(self.geometry) or len(self.rows) != len(self.ids):
            raise ValueError(f"{self.name}: rows, geometries and columns do not match")


def write_dictionary(path: Path, tables: Sequence[ExportTable]) -> None:
    """Write the data dictionary of all tables (UTF-8 with BOM, so that spreadsheets read the Chinese)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["layer", "layer_zh", "layer_en", "field", "field_zh", "field_en", "type", "unit", "features"]
        )
        for table in tables:
            for column in table.columns:
                row = [table.name, table.zh, table.en, column.code, column.zh, column.en]
                writer.writerow([neutralised(v) for v in row] + [column.kind, column.unit, len(table.rows)])
