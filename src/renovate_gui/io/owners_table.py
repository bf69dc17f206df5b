"""Rows of texts from a register of owners or a list of votes: CSV or XLSX as offices keep them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError

_MOST_BYTES = 50_000_000
_MOST_UNPACKED = 400_000_000
_MOST_ROWS = 200_000
_FEW_DIGITS = Decimal("0.000001")

Row = tuple[int, dict[str, str]]
"""Number of the line in the file, from 1, and the texts by heading."""


def read_rows(path: Path) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Return headings and rows of the first sheet; empty rows are passed over.

    Raises
    ------
    DataError
        When the file is too large, no table, or has no headings.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(tr("“{file}” is larger than 50 MB; a register of owners is not.", file=path.name))
        lines = _workbook(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _text(path)
    except OSError:
        raise DataError(tr("“{file}” cannot be read; is it open elsewhere?", file=path.name)) from None
    return _with_headings(lines, path.name)


def _with_headings(lines: Iterable[tuple[str, ...]], name: str) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells in enumerate(lines, start=1):
        if not any(cells):
            continue
        if not headings:
            headings = cells
            continue
        if len(rows) >= _MOST_ROWS:
            raise DataError(tr("“{file}” has more than {n} rows; split it.", file=name, n=f"{_MOST_ROWS:,}"))
        rows.append((number, {h: c for h, c in zip(headings, cells, strict=False) if h}))
    if not headings or not rows:
        raise DataError(
            tr("“{file}” has no rows; the first line holds the headings, the flats follow.", file=name)
        )
    return tuple(h for h in headings if h), tuple(rows)


def _text(path: Path) -> Iterable[tuple[str, ...]]:
    data = path.read_bytes()
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            words = data.decode("gb18030")
        except UnicodeDecodeError:
            raise DataError(
                tr("“{file}” is no text table; save it as CSV or XLSX.", file=path.name)
            ) from None
    if "\0" in words:
        raise DataError(tr("“{file}” is no text table; save it as CSV or XLSX.", file=path.name))
    first = words.split("\n", 1)[0]
    sign = max((",", ";", "\t"), key=first.count)
    try:
        yield from (tuple(_clean(c) for c in line) for line in csv.reader(io.StringIO(words), delimiter=sign))
    except csv.Error:
        raise DataError(tr("“{file}” is no text table; save it as CSV or XLSX.", file=path.name)) from None


def _workbook(path: Path) -> Iterable[tuple[str, ...]]:
    import openpyxl

    wrong = tr("“{file}” is no workbook that can be read; save it anew as XLSX or CSV.", file=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_UNPACKED:
                raise DataError(wrong)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError):
        raise DataError(wrong) from None
    try:
        page = book.worksheets[0]
        return [tuple(_cell(v) for v in line) for line in page.iter_rows(values_only=True)]
    except (IndexError, KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile):
        raise DataError(wrong) from None
    finally:
        book.close()


def _cell(value: object) -> str:
    """Return a cell's text; a number as a person sees it, without the noise of binary fractions."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        exact = Decimal(repr(value))
        short = exact.quantize(_FEW_DIGITS) if abs(exact) < 10**12 else exact
        shown = short if abs(short - exact) < Decimal("1e-9") else exact
        return _plain(shown)
    return _clean(str(value))


def _plain(value: Decimal) -> str:
    words = format(value, "f")
    return words.rstrip("0").rstrip(".") if "." in words else words


def _clean(text: str) -> str:
    return " ".join(text.replace("\u3000", " ").split())
