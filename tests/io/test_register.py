"""No cell of the register can become a formula."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from renovate_gui.io.package.register import RegisterSheet, neutralised, write_csv, write_xlsx

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "=cmd|' /C calc'!A0", "{{7*7}}")


def sheet() -> RegisterSheet:
    return RegisterSheet("方案/[台账]", ("编号", "=标题"), tuple((n, t) for n, t in enumerate(HOSTILE)))


def test_csv_neutralises_and_begins_with_a_bom(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_csv(path, sheet())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["编号", "'=标题"]
    assert all(row[1][0] in "'{" for row in rows[1:])
    assert rows[-1][1] == "{{7*7}}"


def test_xlsx_keeps_texts_as_texts_and_names_nobody(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_xlsx(path, [sheet(), sheet()], title="青崖坪")
    book = load_workbook(path)
    assert len(book.sheetnames) == 2
    for row, text in zip(book.worksheets[0].iter_rows(min_row=2), HOSTILE, strict=True):
        assert row[1].data_type == "s"
        # XML readers turn a carriage return into a line feed
        assert row[1].value.replace("\n", "\r") == text
    assert book.properties.creator == "renovate-gui"
    assert not book.properties.lastModifiedBy


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_xlsx(path, [RegisterSheet("a", ("n",), ((Decimal("-12.50"),), (None,), (3,)))], title="")
    values = [c.value for c in load_workbook(path).worksheets[0]["A"]]
    assert values == ["n", -12.5, None, 3]
    assert neutralised(Decimal(-1)) == Decimal(-1)


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    out = neutralised(text)
    assert isinstance(out, str)
    assert not out.startswith(tuple("=+-@\t\r＝＋－＠"))


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "x" * 40_000])
def test_no_text_spoils_the_file(tmp_path: Path, text: str) -> None:
    write_xlsx(tmp_path / "r.xlsx", [RegisterSheet("a", ("n",), ((text,),))], title=text)
    write_csv(tmp_path / "r.csv", RegisterSheet("a", ("n",), ((text,),)))
    assert load_workbook(tmp_path / "r.xlsx").worksheets[0]["A2"].value
