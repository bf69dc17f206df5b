"""Forms: one description for printer and scanner."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.domain.form import (
    Box,
    FieldKind,
    FormField,
    FormSheet,
    MapFrame,
    SheetCode,
    sheet_from_json,
    sheet_to_json,
)
from renovate_gui.domain.ids import Uuid, new_uuid

PACKAGE = new_uuid()
CORNER = Box(8, 8, 9, 9)
SHEET = FormSheet(
    PACKAGE,
    3,
    1,
    2,
    297,
    420,
    (CORNER, CORNER, CORNER, CORNER),
    Box(250, 8, 30, 30),
    (
        FormField(FieldKind.TICK, "answer", Box(20, 50, 5, 5), "agree", Uuid("p"), is_single=True),
        FormField(FieldKind.MAP, "map", Box(20, 60, 250, 200)),
    ),
    MapFrame(Box(20, 60, 250, 200), 1000.0, 5000.0, 1.0, "EPSG:4545"),
    "7F3A-91C2",
)


def test_a_layout_survives_json() -> None:
    assert sheet_from_json(json.loads(json.dumps(sheet_to_json(SHEET)))) == SHEET


def test_another_arrangement_has_another_digest() -> None:
    moved = replace(SHEET.fields[0], box=Box(21, 50, 5, 5))
    assert replace(SHEET, fields=(moved, SHEET.fields[1])).digest != SHEET.digest


@given(x=st.floats(0, 300), y=st.floats(0, 400))
def test_page_and_world_are_inverse(x: float, y: float) -> None:
    assert SHEET.frame is not None
    assert SHEET.frame.to_page(*SHEET.frame.to_world(x, y)) == pytest.approx((x, y), abs=1e-9)


def test_north_is_up() -> None:
    assert SHEET.frame is not None
    assert SHEET.frame.to_world(20, 60) == (1000.0, 5000.0)
    assert SHEET.frame.to_world(21, 61) == (1001.0, 4999.0)


@given(household=st.from_regex(r"[A-Z0-9]{0,8}", fullmatch=True), version=st.integers(1, 999))
def test_a_code_is_read_as_it_was_written(household: str, version: int) -> None:
    code = SheetCode(PACKAGE, version, 1, SHEET.scenario, SHEET.digest, household, "12")
    assert SheetCode.parse(code.text()) == code


def test_a_changed_or_foreign_code_is_none() -> None:
    text = SheetCode(PACKAGE, 3, 1, "", SHEET.digest, "H12").text()
    assert SheetCode.parse(text.replace("H12", "H13")) is None
    assert SheetCode.parse("https://example.org") is None
    assert SheetCode.parse("") is None
