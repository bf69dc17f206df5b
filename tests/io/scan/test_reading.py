"""Sheets out of pictures, against what is known to stand on them."""

from __future__ import annotations

from collections import Counter
from types import ModuleType

import cv2
import numpy as np
import pytest

from renovate_gui.domain.form import CORNER_BITS
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scan import ScanProblem, ScanTrouble, SheetReading, TickState
from renovate_gui.io.scan.corners import find_marks
from renovate_gui.io.scan.reading import Prints, read_sheet, read_sheets


@pytest.fixture(scope="module")
def form(sheets: ModuleType):
    return sheets.form()


@pytest.fixture(scope="module")
def prints(sheets: ModuleType) -> Prints:
    return Prints(lambda s: sheets.printed(s, None, dpi=150))


def _read(form, picture, prints) -> SheetReading:
    found = read_sheet(picture, {form.package: [form]}, prints)
    assert isinstance(found, SheetReading), found
    return found


def _states(reading: SheetReading) -> dict[str, str]:
    return {t.key: t.state.value for t in reading.ticks}


def _expected(truth) -> dict[str, str]:
    return {k: "yes" if v else "no" for k, v in truth.ticked.items()}


def test_the_corner_bits_are_those_of_the_published_dictionary() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for number, bits in enumerate(CORNER_BITS):
        picture = cv2.aruco.generateImageMarker(dictionary, number, 6)
        assert "".join("1" if v else "0" for v in picture[1:5, 1:5].ravel()) == bits


def test_a_heap_of_bad_scans_is_read_without_a_wrong_identity(sheets: ModuleType, prints: Prints) -> None:
    forms = [sheets.form(), sheets.form(sheets.OTHER, version=5), sheets.form(sheet=2)]
    layouts = {sheets.PACKAGE: [forms[0], forms[2]], sheets.OTHER: [forms[1]]}
    table: Counter[tuple[str, str]] = Counter()
    for seed in range(1000, 1016):
        made = sheets.answered(forms[seed % 3], seed)
        found = read_sheet(sheets.scanned(made.page, sheets.bad(seed), seed), layouts, prints)
        assert isinstance(found, SheetReading), (seed, found)
        assert found.code == made.truth.code, seed
        table.update(zip(_expected(made.truth).values(), _states(found).values(), strict=True))
    assert table["yes", "no"] == table["no", "yes"] == 0, table
    assert (table["yes", "yes"] + table["no", "no"]) / table.total() >= 0.99, table


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_a_sheet_may_lie_any_way_round(sheets, form, prints, quarter: int) -> None:
    made = sheets.answered(form, 4)
    found = _read(form, sheets.scanned(made.page, sheets.Recipe(dpi=150, quarter=quarter)), prints)
    assert _states(found) == _expected(made.truth)
    assert abs(found.page.astype(int) - cv2.resize(made.page, found.page.shape[1::-1]).astype(int)).mean() < 6


@pytest.mark.parametrize("corner", [0, 1, 2, 3])
def test_three_corner_marks_suffice(sheets, form, prints, corner: int) -> None:
    made = sheets.answered(form, 11)
    recipe = sheets.Recipe(dpi=150, turn=4, keystone=0.05, desk=True, torn=corner)
    found = _read(form, sheets.scanned(made.page, recipe, 5), prints)
    assert found.corners_seen == 3
    assert _states(found) == _expected(made.truth)


def test_marks_lie_where_they_were_drawn_in_the_colour_of_the_pen(sheets, form, prints) -> None:
    from random import Random

    page = sheets.printed(form, sheets.code_of(form))
    wanted = [
        sheets.draw(page, form.frame, k, p, Random(n))
        for n, (k, p) in enumerate((("ring", "red"), ("line", "blue")), 3)
    ]
    found = _read(form, sheets.scanned(page, sheets.Recipe(dpi=150, turn=2)), prints)
    by_pen = {m.pen.value: m for m in found.marks}
    assert set(by_pen) == {"red", "blue"}
    assert by_pen["red"].geometry.geom_type == "Polygon"
    assert by_pen["blue"].geometry.geom_type == "LineString"
    assert by_pen["red"].colour.startswith(("#C", "#B", "#D"))
    for drawn, pen in zip(wanted, ("red", "blue"), strict=True):
        middle = np.mean(drawn.places, axis=0)
        seen = by_pen[pen].geometry.centroid
        assert np.hypot(seen.x - middle[0], seen.y - middle[1]) < 2.0  # metres; the map's scale is 1:1000
    ring = np.array(wanted[0].places)
    truth = np.pi / 4 * np.ptp(ring[:, 0]) * np.ptp(ring[:, 1])
    assert by_pen["red"].geometry.area == pytest.approx(truth, rel=0.1)


def test_nothing_is_found_on_an_untouched_sheet(sheets, form, prints) -> None:
    for seed in (3, 8):
        page = sheets.printed(form, sheets.code_of(form))
        found = _read(form, sheets.scanned(page, sheets.bad(seed), seed), prints)
        assert not found.marks
        assert not found.crops
        assert set(_states(found).values()) == {"no"}


def test_two_ticks_in_one_question_ask(sheets, form, prints) -> None:
    from random import Random

    page = sheets.printed(form, sheets.code_of(form))
    boxes = [f for f in form.fields if f.group == "wish"]
    for f in boxes[:2]:
        sheets.tick(page, f.box, "tick", sheets.PENS["blue"], Random(1))
    found = _read(form, sheets.scanned(page, sheets.Recipe(dpi=150)), prints)
    assert set(found.unsure) == {boxes[0].key, boxes[1].key}


@pytest.mark.parametrize("style", ["scribble", "struck"])
def test_a_box_that_was_struck_out_asks(sheets, form, prints, style: str) -> None:
    from random import Random

    page = sheets.printed(form, sheets.code_of(form))
    box = next(f for f in form.fields if f.key == "need:meals")
    for seed in range(3):
        again = page.copy()
        sheets.tick(again, box.box, style, sheets.PENS["blue"], Random(seed))
        found = _read(form, sheets.scanned(again, sheets.Recipe(dpi=150)), prints)
        assert found.unsure == (box.key,)


def test_a_stain_never_makes_a_wrong_answer(sheets, form, prints) -> None:
    for seed in range(3):
        made = sheets.answered(form, seed)
        found = _read(form, sheets.scanned(made.page, sheets.Recipe(dpi=150, stain=True), seed), prints)
        wrong = [k for k, v in _states(found).items() if v not in (_expected(made.truth)[k], "unsure")]
        assert not wrong


def test_several_sheets_in_one_picture_are_read_apart(sheets, form, prints) -> None:
    made = [sheets.answered(form, seed) for seed in (1, 2)]
    pictures = [
        sheets.scanned(m.page, sheets.Recipe(dpi=150, turn=t, desk=True))
        for m, t in zip(made, (2, -3), strict=True)
    ]
    high = max(p.shape[0] for p in pictures)
    padded = [
        cv2.copyMakeBorder(p, 0, high - p.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=(72, 96, 120))
        for p in pictures
    ]
    found = read_sheets(np.hstack(padded), {form.package: [form]}, prints)
    by_code = {f.code: f for f in found if isinstance(f, SheetReading)}
    assert set(by_code) == {m.truth.code for m in made}
    for m in made:
        assert _states(by_code[m.truth.code]) == _expected(m.truth)


def test_what_cannot_be_read_says_why(sheets, form, prints) -> None:
    made = sheets.answered(form, 5)
    layouts = {form.package: [form]}

    def trouble(picture, known=layouts) -> ScanTrouble:
        found = read_sheet(picture, known, prints)
        assert isinstance(found, ScanProblem)
        assert found.reason
        return found.trouble

    whole = sheets.Recipe(dpi=150)
    assert trouble(np.full((1754, 1240, 3), 244, np.uint8)) is ScanTrouble.BLANK
    assert trouble(sheets.scanned(made.page, sheets.variant(whole, half=True))) is ScanTrouble.NO_CORNERS
    assert trouble(sheets.scanned(made.page, whole), {}) is ScanTrouble.UNKNOWN_PACKAGE
    later = sheets.form(sheet=1, version=4)
    assert trouble(sheets.scanned(made.page, whole), {form.package: [later]}) is ScanTrouble.OTHER_LAYOUT
    letter = np.full((1754, 1240, 3), 255, np.uint8)
    for row in range(30):
        cv2.putText(
            letter, "An unrelated letter to the council", (100, 150 + 50 * row), 0, 1.2, (30, 30, 30), 2
        )
    assert trouble(letter) is ScanTrouble.FOREIGN
    bare = sheets.printed(form, None)
    assert trouble(sheets.scanned(bare, whole)) is ScanTrouble.NO_CODE


def test_a_sheet_cut_at_its_side_asks_about_what_is_missing(sheets, form, prints) -> None:
    made = sheets.answered(form, 6)
    picture = sheets.scanned(made.page, sheets.Recipe(dpi=150))
    cut = picture[:, round(27 * 150 / 25.4) :]  # the left corner marks and a column of boxes are gone
    found = read_sheet(cut, {form.package: [form]}, prints)
    assert isinstance(found, ScanProblem)
    assert found.trouble is ScanTrouble.NO_CORNERS
    assert found.code == made.truth.code


def test_a_person_points_at_the_corners_from_any_of_them(sheets, form, prints) -> None:
    made = sheets.answered(form, 7)
    page = made.page.copy()
    for b in form.corners[:2]:  # two marks are torn off
        cv2.rectangle(
            page,
            (round(b.x * sheets.MM) - 9, round(b.y * sheets.MM) - 9),
            (round((b.x + 9.5) * sheets.MM), round((b.y + 9.5) * sheets.MM)),
            (255, 255, 255),
            -1,
        )
    picture = sheets.scanned(page, sheets.Recipe(dpi=150))
    layouts = {form.package: [form]}
    assert isinstance(read_sheet(picture, layouts, prints), ScanProblem)
    dots = 150 / 25.4
    corners = [((b.x + 4.5) * dots, (b.y + 4.5) * dots) for b in form.corners]
    turned = (*corners[2:], *corners[:2])
    found = read_sheet(picture, layouts, prints, corners=turned)
    assert isinstance(found, SheetReading)
    assert _states(found) == _expected(made.truth)
    assert found.corners_seen == 0


def test_a_code_nobody_can_read_is_typed(sheets, form, prints) -> None:
    made = sheets.answered(form, 8)
    page = made.page.copy()
    b = form.code
    cv2.circle(
        page,
        (round((b.x + 12) * sheets.MM), round((b.y + 12) * sheets.MM)),
        round(13 * sheets.MM),
        (60, 60, 60),
        -1,
    )
    picture = sheets.scanned(page, sheets.Recipe(dpi=150))
    layouts = {form.package: [form]}
    found = read_sheet(picture, layouts, prints)
    assert isinstance(found, ScanProblem)
    assert found.trouble is ScanTrouble.NO_CODE
    dots = 150 / 25.4
    a, b2, c, d = (((b.x + 4.5) * dots, (b.y + 4.5) * dots) for b in form.corners)
    again = read_sheet(picture, layouts, prints, corners=(a, b2, c, d), typed=made.truth.code)
    assert isinstance(again, SheetReading)
    assert _states(again) == _expected(made.truth)


def test_without_the_print_ticks_are_read_and_dark_pens_are_left_alone(sheets, form) -> None:
    made = sheets.answered(form, 9, pen="black", marks=False)
    found = _read(form, sheets.scanned(made.page, sheets.Recipe(dpi=150)), Prints())
    assert _states(found) == _expected(made.truth)


def test_marks_of_another_sheet_are_not_taken_for_ones_own(sheets, form) -> None:
    picture = sheets.scanned(sheets.printed(form, sheets.code_of(form)), sheets.Recipe(dpi=150))
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    assert sorted(m.number for m in find_marks(grey)) == [0, 1, 2, 3]
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    found = read_sheet(mirrored, {form.package: [form]})
    assert isinstance(found, ScanProblem) or found.code.package == form.package


def test_the_same_scan_is_read_the_same_twice(sheets, form, prints) -> None:
    made = sheets.answered(form, 10)
    picture = sheets.scanned(made.page, sheets.bad(10), 10)
    first, second = (_read(form, picture, prints) for _ in range(2))
    assert first.ticks == second.ticks
    assert [m.geometry.wkt for m in first.marks] == [m.geometry.wkt for m in second.marks]
    assert all(t.state is not TickState.UNSURE or t.confidence <= 0.5 for t in first.ticks)
    assert Uuid(first.code.package) == form.package
