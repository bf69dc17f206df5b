"""Printed comment forms, measured: pages, bar, fonts, words, marks, codes, and what a grey copy leaves."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from renovate_gui.app.form_blocks import Asked
from renovate_gui.app.form_codes import Homes, households_of
from renovate_gui.app.form_layout import lay_out
from renovate_gui.app.form_map import numbered, pale
from renovate_gui.app.form_page import FormSide, PrintedForm, StampedForm
from renovate_gui.app.form_paper import FORM_PAPERS, FormWords
from renovate_gui.app.form_part import Copies, stamps_of
from renovate_gui.app.questions import default_questions
from renovate_gui.assets import set_language
from renovate_gui.domain.form import Box, FieldKind, SheetCode
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import LegendEntry, Scene, SceneLayer
from renovate_gui.domain.style import Marker, Symbol
from renovate_gui.render.form_printer import FormPrinter

pytestmark = pytest.mark.usefixtures("qapp")

DPI = 200
Pixels = NDArray[np.uint8]
PROPOSALS = ((1, 150.0, 150.0), (2, 500.0, 400.0), (3, 900.0, 600.0))
BUILDING = (400.0, 300.0, 460.0, 320.0)
PACKAGE = new_uuid()


def scene() -> Scene:
    homes = Symbol(fill="#D2CCC0", stroke="#FBFAF7")
    discs = tuple(
        Symbol(fill="#0E7C86", marker=Marker.NUMBER, size_px=25.0, glyph=str(n)) for n, _, _ in PROPOSALS
    )
    layers = (
        SceneLayer(
            "layer:7",
            "homes",
            1,
            np.array([1]),
            np.array([shapely.box(*BUILDING)], dtype=object),
            np.zeros(1, np.int16),
            (homes,),
            (LegendEntry("homes", homes, "polygon"),),
        ),
        SceneLayer(
            "proposals",
            "proposals",
            1,
            np.array([n for n, _, _ in PROPOSALS]),
            np.array([shapely.Point(x, y) for _, x, y in PROPOSALS], dtype=object),
            np.arange(3, dtype=np.int16),
            discs,
            (),
        ),
    )
    return Scene(layers, "EPSG:4545")


def base() -> Scene:
    return pale(scene(), {"layer:7": Role.BUILDINGS})


def sides_of(paper: str, language: str = "zh_CN") -> tuple[FormSide, ...]:
    set_language(language)
    asked = tuple(Asked(new_uuid(), n, f"社区食堂与日间照料 {n}") for n, _, _ in PROPOSALS)
    words = FormWords(
        package=PACKAGE, version=12, community="青崖坪", date="2026-11-24", until="2026-12-08",
        contact="社区办公室一楼", seal="7F3A-91C2", attribution="OpenStreetMap", scenario="0A1B2C3D",
        language=language, asked=asked, questions=default_questions(),
        extent=(0.0, 0.0, 1000.0, 700.0), crs="EPSG:4545",
        base=base(), marks=lambda numbers: numbered(scene(), numbers),
    )  # fmt: skip
    return lay_out(words, FORM_PAPERS[paper])


class Printed:
    """A form in a file, with household copies."""

    def __init__(self, folder: Path, paper: str) -> None:
        self.sides = sides_of(paper)
        self.paper = FORM_PAPERS[paper]
        self.path = folder / f"{paper}.pdf"
        self.report = FormPrinter().print_form(PrintedForm(self.sides, base(), "表", "zh_CN"), self.path)
        self.blank = self.path.read_bytes()
        self.copies = Copies(households_of([Homes("12", "2", 2)]))
        stamps = stamps_of([s.sheet for s in self.sides], self.copies)
        self.stamped = FormPrinter().stamp_form(StampedForm(self.blank, stamps, "表", "zh_CN"), self.path)
        set_language("en")

    def pixels(self, page: int, dpi: int = DPI) -> Pixels:
        import pypdfium2

        with pypdfium2.PdfDocument(self.path) as pdf:
            picture = pdf[page].render(scale=dpi / 72).to_numpy()
        return np.ascontiguousarray(picture[:, :, :3])


@pytest.fixture(scope="module", params=["A3", "A4"])
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, qapp: object
) -> Printed:
    return Printed(tmp_path_factory.mktemp("forms"), request.param)


def said_by(tool: str, *words: str) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    return subprocess.run([tool, *words], capture_output=True, text=True, check=True, timeout=60).stdout


def mm_box(picture: Pixels, box: Box, inset: float = 0.0) -> Pixels:
    k = DPI / 25.4
    rows = slice(round((box.y + inset) * k), round((box.y + box.height - inset) * k))
    columns = slice(round((box.x + inset) * k), round((box.x + box.width - inset) * k))
    return picture[rows, columns]


def _pages(path: Path) -> list[tuple[float, float]]:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        return [pdf[i].get_size() for i in range(len(pdf))]


def test_pages_and_bar_are_true(printed: Printed) -> None:
    count = len(printed.sides)
    assert printed.report.pages == count
    assert len(_pages(printed.path)) == 2 * count
    assert printed.report.scales == pytest.approx(
        [5000.0] * count if printed.paper.name == "A3" else [7500.0], rel=0.001
    )
    for report in (printed.report, printed.stamped):
        assert report.pages == count
        assert report.page_mm == pytest.approx((printed.paper.width, printed.paper.height), abs=0.2)
        assert report.bar_mm == pytest.approx([100.0] * count, abs=0.05)
        assert report.missing_glyphs == ""


def test_fonts_are_embedded_and_words_are_text(printed: Printed) -> None:
    fonts = said_by("pdffonts", str(printed.path)).splitlines()[2:]
    assert fonts
    assert all(re.search(r"Identity-H\s+yes\s+\w+\s+yes\b", line) for line in fonts), fonts
    text = said_by("pdftotext", "-layout", str(printed.path), "-")
    for words in (
        "青崖坪",
        "2026-12-08",
        "社区食堂与日间照料 3",
        "赞成",
        "说不准",
        "您家最想先改什么",
        "12 栋 2 单元",
    ):
        assert words in text
    for household in printed.copies.households:
        assert household.token in text
    assert f"{PACKAGE[:8].upper()} v12 S1" in text


def test_every_side_says_what_it_is(printed: Printed) -> None:
    import zxingcpp

    count = len(printed.sides)
    for page in range(2 * count):
        found = zxingcpp.read_barcodes(printed.pixels(page))
        assert len(found) == 1
        code = SheetCode.parse(found[0].text)
        side = printed.sides[page % count].sheet
        household = printed.copies.households[page // count]
        assert code == SheetCode(PACKAGE, 12, side.sheet, "0A1B2C3D", side.digest, household.token)
        k = DPI / 25.4
        corner, box = found[0].position.top_left, side.code
        assert corner.x / k == pytest.approx(box.x, abs=0.6)
        assert corner.y / k == pytest.approx(box.y, abs=0.6)


def test_a_quarter_of_the_code_may_be_spoilt(printed: Printed) -> None:
    import zxingcpp

    picture = printed.pixels(0, 150)
    box, k = printed.sides[0].sheet.code, 150 / 25.4
    x, y = round((box.x + box.width * 0.52) * k), round((box.y + box.height * 0.55) * k)
    picture[y : y + round(7 * k), x : x + round(6 * k)] = 90  # a stain of 7 × 6 mm
    (found,) = zxingcpp.read_barcodes(picture)
    assert SheetCode.parse(found.text) is not None


def test_corner_marks_stand_where_the_layout_says(printed: Printed) -> None:
    import cv2

    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    for page in range(len(printed.sides)):
        grey = cv2.cvtColor(printed.pixels(page), cv2.COLOR_RGB2GRAY)
        corners, ids, _ = detector.detectMarkers(grey)
        assert sorted(int(i) for i in np.ravel(ids)) == [0, 1, 2, 3]
        for number, found in zip(np.ravel(ids), corners, strict=True):
            box = printed.sides[page].sheet.corners[int(number)]
            at = np.asarray(found).reshape(4, 2) / (DPI / 25.4)
            expected = np.array(
                [
                    (box.x, box.y),
                    (box.x + box.width, box.y),
                    (box.x + box.width, box.y + box.height),
                    (box.x, box.y + box.height),
                ]
            )
            assert np.abs(at - expected).max() < 0.3


def test_boxes_stay_on_a_grey_copy(printed: Printed) -> None:
    """A copier that knows black and white only: edges stay, the inside of each box is white paper."""
    for page, side in enumerate(printed.sides):
        grey = printed.pixels(page).mean(axis=2)
        black = grey < 110
        for field in side.sheet.fields:
            if field.kind is FieldKind.MAP or field.group == "home":
                continue
            edge = mm_box(black, field.box, -0.3)
            wide = round(0.8 * DPI / 25.4)
            sides_of_box = (edge[:wide], edge[-wide:], edge[:, :wide], edge[:, -wide:])
            for part, axis in zip(sides_of_box, (0, 0, 1, 1), strict=True):
                assert part.any(axis=axis).mean() > 0.93, field.key
            assert grey[_rows(field.box), _columns(field.box)].min() > 250, field.key


def _rows(box: Box) -> slice:
    k = DPI / 25.4
    return slice(round((box.y + 0.6) * k), round((box.y + box.height - 0.6) * k))


def _columns(box: Box) -> slice:
    k = DPI / 25.4
    return slice(round((box.x + 0.6) * k), round((box.x + box.width - 0.6) * k))


def test_the_map_is_true_pale_and_numbered(printed: Printed) -> None:
    side = printed.sides[0]
    frame = side.sheet.frame
    assert frame is not None
    picture = printed.pixels(0).astype(int)
    k = DPI / 25.4
    shown = {int(b.text) for b in side.badges if b.is_round}
    for number, x, y in PROPOSALS:  # a disc at its place: dark when it is asked about here, grey when not
        px, py = (v * k for v in frame.to_page(x, y))
        ring = picture[round(py - 1.9 * k) : round(py + 1.9 * k), round(px - 1.9 * k) : round(px + 1.9 * k)]
        assert ring.mean() < (110 if number in shown else 190)
    left, top = frame.to_page(BUILDING[0], BUILDING[3])
    right, foot = frame.to_page(BUILDING[2], BUILDING[1])
    home = picture[round(top * k) : round(foot * k) + 1, round(left * k) : round(right * k) + 1]
    assert 190 < home[3:-3, 3:-3].mean() < 245
    area = picture[_rows(frame.box), _columns(frame.box)]
    colourful = (area.max(axis=2) - area.min(axis=2)) > 60
    assert colourful.mean() < 0.0005  # a red or blue pen is told from print by its colour alone


def test_many_copies_share_the_map(printed: Printed, tmp_path: Path) -> None:
    import pikepdf

    homes = households_of([Homes(str(n), "1", 10) for n in range(10)])
    stamps = stamps_of([s.sheet for s in printed.sides], Copies(homes))
    path = tmp_path / "many.pdf"
    FormPrinter().stamp_form(StampedForm(printed.blank, stamps, "表", "zh_CN"), path)
    pages = 100 * len(printed.sides)
    assert path.stat().st_size < len(printed.blank) + pages * 7_000
    with pikepdf.open(io.BytesIO(path.read_bytes())) as pdf:
        assert len(pdf.pages) == pages
        assert "/Author" not in pdf.docinfo


def test_what_is_asked_here_lies_on_top() -> None:
    (marks,) = numbered(scene(), frozenset({1})).items
    assert isinstance(marks, SceneLayer)
    assert marks.ids.tolist() == [2, 3, 1]
    looks = [marks.symbols[i] for i in marks.class_of]
    assert [s.glyph for s in looks] == ["2", "3", "1"]
    assert [s.fill for s in looks] == ["#FFFFFF", "#FFFFFF", "#20262E"]
    assert not any(i.key == "proposals" for i in base().items if isinstance(i, SceneLayer))
