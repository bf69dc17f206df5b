"""The register: sheets of plain values as XLSX and CSV, in which no cell can become a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

Cell = str | int | float | Decimal | None

# full-width twins count as formula starts in spreadsheets set to Chinese or Japanese
_FORMULA_START = tuple("=+-@\t\r\n＝＋－＠")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_MAX_XLSX_TEXT = 32_767


@dataclass(frozen=True, slots=True)
class RegisterSheet:
    """One sheet: a title, a heading row and rows of values."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def neutralised(value: Cell) -> Cell:
    """Return the value as a spreadsheet may safely read it from CSV: texts that begin like a formula get an apostrophe."""
    if not isinstance(value, str):
        return value
    clean = _CONTROL.sub("", value)
    return "'" + clean if clean.startswith(_FORMULA_START) else clean


def write_csv(path: Path, sheet: RegisterSheet) -> None:
    """Write one sheet as CSV (UTF-8 with BOM: without it Excel reads Chinese as the local code page)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([neutralised(h) for h in sheet.headings])
        for row in sheet.rows:
            writer.writerow(["" if v is None else neutralised(v) for v in row])


def write_xlsx(path: Path, sheets: Sequence[RegisterSheet], *, title: str) -> None:
    """Write all sheets; texts are stored as texts (never formulas) and the file's properties name no person."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(_sheet_title(sheet.title, book.sheetnames)), sheet)
    book.properties.creator = "renovate-gui"
    book.properties.lastModifiedBy = None
    book.properties.title = _CONTROL.sub("", title)[:200]
    book.save(path)


def _sheet_title(title: str, taken: Sequence[str]) -> str:
    clean = re.sub(r"[\[\]:*?/\\]", " ", _CONTROL.sub("", title)).strip("' ")[:28] or "Sheet"
    return clean if clean not in taken else f"{clean} {len(taken) + 1}"


def _fill(page: object, sheet: RegisterSheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.worksheet import Worksheet

    assert isinstance(page, Worksheet)
    for column, heading in enumerate(sheet.headings, start=1):
        _put(page, 1, column, heading)
        cell = page.cell(1, column)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="14283A")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for number, row in enumerate(sheet.rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(page, number, column, value)
    for column, heading in enumerate(sheet.headings, start=1):
        longest = max([_width(heading), *(_width(row[column - 1]) for row in sheet.rows)])
        page.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), 48)
    page.freeze_panes = "A2"
    if sheet.rows:
        page.auto_filter.ref = page.dimensions


def _put(page: object, row: int, column: int, value: Cell) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.worksheet import Worksheet

    assert isinstance(page, Worksheet)
    cell = page.cell(row, column)
    if isinstance(value, str):
        clean = _CONTROL.sub("", value)[:_MAX_XLSX_TEXT]
        cell.value = clean
        cell.data_type = "s"  # openpyxl would take a leading "=" for a formula
        if clean.startswith(_FORMULA_START):
            cell.quotePrefix = True  # stays text when somebody edits the cell
        cell.alignment = Alignment(vertical="top", wrap_text=len(clean) > 24)
    else:
        cell.value = value
        cell.alignment = Alignment(vertical="top")
        if isinstance(value, (Decimal, float)):
            cell.number_format = "#,##0.##"


def _width(value: Cell) -> int:
    text = "" if value is None else str(value)
    return max((sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n")), default=0)
