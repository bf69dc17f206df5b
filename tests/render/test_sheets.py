"""Sheets by their rules: nothing is cut, meaning survives a grey copy, large print is large, maps say where they are."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from renovate_gui.app.ports import Handout, IndexMap, PrintedTable, Sheet, SheetText
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layout import SHEETINGS, BlockKind, standard_layout
from renovate_gui.domain.scene import Scene
from renovate_gui.domain.style import Hatch, Marker, Symbol
from renovate_gui.render import printer as printing
from renovate_gui.render.measure import has_stroke, measure_pdf
from renovate_gui.render.page_picture import page_count, page_picture
from renovate_gui.render.paper import PAPERS, mm
from renovate_gui.render.printer import QtPrinter
from renovate_gui.render.sheet_flow import Flow
from renovate_gui.render.sheet_words import WordBox

NOTE = "这一层没有高程，坡度一概不知。请导入高程，或者带高程的道路。"


@pytest.fixture
def scene(layer) -> Scene:
    rng = np.random.default_rng(4)
    houses = [
        shapely.box(x, y, x + 18, y + 12)
        for x, y in np.add(rng.uniform(-300, 300, (160, 2)), (390000, 3310000))
    ]
    looks = [
        Symbol(fill="#009E73", stroke="#FFFFFF"),
        Symbol(fill="#D55E00", stroke="#FFFFFF", hatch=Hatch.BACK_DIAGONAL),
    ]
    base = layer(houses, *looks, classes=[i % 2 for i in range(160)], key="gap:elderly_day_care")
    disc = Symbol(fill="#0E7C86", stroke="#FFFFFF", marker=Marker.NUMBER, glyph="3", size_px=25)
    top = layer([shapely.Point(390000, 3310000)], disc, key="proposals", labels=["口袋公园"], shape="point")
    return Scene((base, top), "EPSG:4545", "#F7F5F0")


EXTENT = (389700.0, 3309700.0, 390300.0, 3310300.0)


@pytest.fixture
def handout(scene) -> Handout:
    set_language("zh_CN")
    facts = (SheetText("做什么", "120 m² 门房改造"), SheetText("谁来管", "社会组织承接"))
    notes = tuple(SheetText("", f"{n}。{NOTE * 3}") for n in range(9))
    sheets = (
        Sheet("服务缺口", "青崖坪", scene, EXTENT, headline=("15 %", "的老人走得到"), facts=facts, paragraphs=notes),
        Sheet("门房", "青崖坪", scene, EXTENT, number=3, facts=facts, index=IndexMap(scene, EXTENT), badge=("未核对", False)),
        Sheet("前后", "青崖坪", scene, EXTENT, beside=scene, captions=("现状", "方案")),
        Sheet("费用", "青崖坪", scene, EXTENT, table=PrintedTable(("号", "项"), tuple((str(n), NOTE) for n in range(40)), (1, 9))),
        Sheet("怎么答复", "青崖坪", scene, EXTENT, text=(SheetText("截止", "12 月 7 日"),)),
    )  # fmt: skip
    return Handout(
        sheets, "A4", "更新方案", "青崖坪", 3, "2026-11-23", "12 月 7 日", "三师驻点", "© OSM", "7F3A-91C2", "zh_CN",
        crs="EPSG:4545",
    )  # fmt: skip


def printed(handout: Handout, folder: Path) -> Path:
    path = folder / "h.pdf"
    QtPrinter().print_handout(handout, path)
    return path


def said(path: Path) -> str:
    import pypdf

    return "".join("".join(p.extract_text().split()) for p in pypdf.PdfReader(path).pages)


# -- nothing is cut -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("paper", list(PAPERS))
def test_every_sentence_is_printed_once_and_maps_keep_half_the_page(handout, tmp_path, paper):
    path = printed(replace(handout, paper=paper), tmp_path)
    words = said(path)
    for n in range(9):
        assert words.count(f"{n}。{NOTE}") == 1
    assert words.count(NOTE) >= 9 * 3 + 40 - 2  # a table's cells too
    assert "…" not in words
    for page in Flow(replace(handout, paper=paper), PAPERS[paper]).pages():
        if page.map is not None:
            assert page.map.frame.height() >= mm(PAPERS[paper].least_map) - 1


def test_words_part_between_sentences_only():
    box = WordBox(mm(90), 200.0)
    texts = (
        SheetText("注", "第一句很长很长很长。第二句也很长很长很长。第三句。"),
        SheetText("", "One 0.5 m. Two B.0.2 here."),
    )
    whole = box.height(texts)
    for share in np.linspace(0.05, 1.0, 25):
        kept, rest = box.fitted(texts, whole * share)
        assert box.height(kept) <= whole * share + 1
        together = "".join(t.words for t in (*kept, *rest)).replace(" ", "")
        assert together == "".join(t.words for t in texts).replace(" ", "")
        assert all(re.search(r"[。.]$", t.words) for t in kept)


# -- large print and grey copies ------------------------------------------------------------------------------
@pytest.mark.parametrize("paper", ["A3-elder", "A4-elder"])
def test_large_print_is_large_everywhere(handout, tmp_path, paper):
    """Every word is 16 pt at least; numbers inside discs and swatches are signs, not words."""
    import pypdf

    small: dict[str, float] = {}

    def look(text: str, _cm: object, _tm: object, _font: object, size: float) -> None:
        points = size * 72 / 1200
        if points < 15.9 and re.search(r"[^\W\d]", text):
            small[text] = points

    for page in pypdf.PdfReader(printed(replace(handout, paper=paper), tmp_path)).pages:
        page.extract_text(visitor_text=look)
    assert small == {}


def test_classes_and_words_are_told_apart_in_grey(scene, handout):
    """On a grey copy the two classes differ by their hatch, and words have the contrast of WCAG AA."""
    image = page_picture(handout, 1, 2400).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    flow = Flow(handout, PAPERS["A4"])
    made = flow.pages()[0].map
    assert made is not None
    k = 2400 / mm(PAPERS["A4"].width)
    texture: dict[int, list[float]] = {0: [], 1: []}
    houses = scene.items[0]
    alone = shapely.STRtree(houses.geometry)
    for number, shape in enumerate(houses.geometry):
        if len(alone.query(shape.buffer(2), predicate="intersects")) > 1:
            continue
        x0, y0, x1, y1 = shape.buffer(-2).bounds
        left, top = made.view.point(x0, y1)
        right, bottom = made.view.point(x1, y0)
        box = [int(v * k) for v in (left + made.frame.left(), top + made.frame.top(), right + made.frame.left(), bottom + made.frame.top())]  # fmt: skip
        part = rows[box[1] : box[3], box[0] : box[2]].astype(float)
        if part.size > 20:
            texture[number % 2].append(float(part.std()))
    assert len(texture[0]) > 10
    assert np.median(texture[1]) > 4 * max(np.median(texture[0]), 1.0)
    for ink in ("#111111", "#4A5462"):
        assert _contrast(ink) >= 4.5


def _contrast(ink: str) -> float:
    def light(value: str) -> float:
        c = int(value, 16) / 255
        return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

    lum = sum(w * light(ink[i : i + 2]) for w, i in ((0.2126, 1), (0.7152, 3), (0.0722, 5)))
    return 1.05 / (lum + 0.05)


# -- measured again -------------------------------------------------------------------------------------------
def test_the_scale_of_every_map_is_measured_in_the_file(handout, tmp_path):
    report = QtPrinter().print_handout(handout, tmp_path / "h.pdf")
    assert len(report.scales) == 4
    for scale in report.scales:
        assert scale == pytest.approx(round(scale / 500) * 500, rel=1e-4)


@pytest.mark.parametrize("stretched", ["scale", "paper"])
def test_a_file_that_is_not_true_is_refused(handout, tmp_path, monkeypatch, stretched):
    import pikepdf

    complete = printing._complete

    def spoiled(path, *rest):
        complete(path, *rest)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            for page in pdf.pages:
                if stretched == "paper":
                    page.mediabox = [0, 0, 595, 842]
                else:
                    page.contents_coalesce()
                    page.Contents = pdf.make_stream(b"1.01 0 0 1.01 0 0 cm\n" + page.Contents.read_bytes())
            pdf.save(path)

    monkeypatch.setattr(printing, "_complete", spoiled)
    with pytest.raises(DataError, match=r"h\.pdf"):
        QtPrinter().print_handout(handout, tmp_path / "h.pdf")


def test_frames_are_found_where_the_maps_are(handout, tmp_path):
    path = printed(handout, tmp_path)
    measured = measure_pdf(path, zone_mm=(4, 18))
    assert measured.loose_fonts == ()
    pages = Flow(handout, PAPERS["A4"]).pages()
    frame = next(p.map for p in pages if p.map is not None).frame
    left, right = (v / 1200 * 25.4 for v in (frame.left(), frame.right()))
    top = 595 * 25.4 / 72 - frame.top() / 1200 * 25.4
    assert has_stroke(measured.strokes[0], (left, top, right, top), 0.03)
    assert not has_stroke(measured.strokes[0], (left, top, right + 1, top), 0.1)


# -- where on earth -------------------------------------------------------------------------------------------
def test_the_maps_of_the_file_know_where_they_are(handout, tmp_path):
    """The viewport's corners, read back and projected, are those of the map's frame within half a metre."""
    import pikepdf
    from pyproj import CRS, Transformer

    path = printed(handout, tmp_path)
    back = Transformer.from_crs(CRS.from_epsg(4490), CRS.from_epsg(4545), always_xy=True)
    found = 0
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            for view in page.obj.get("/VP", []):
                measure, box = view.Measure, [float(v) * 25.4 / 72 for v in view.BBox]
                assert (str(view.Type), str(measure.Subtype), int(measure.GCS.EPSG)) == (
                    "/Viewport",
                    "/GEO",
                    4545,
                )
                assert str(measure.GCS.WKT).startswith("PROJCS")
                lat, lon = ([float(v) for v in measure.GPTS][i::2] for i in (0, 1))
                x, y = back.transform(lon, lat)
                wide, high = box[2] - box[0], box[3] - box[1]
                assert (x[2] - x[1]) / (y[1] - y[0]) == pytest.approx(wide / high, rel=1e-4)
                middle = (np.mean(x), np.mean(y))
                assert middle == pytest.approx((390000.0, 3310000.0), abs=0.5)
                scale = (x[2] - x[1]) * 1000 / wide
                assert scale == pytest.approx(round(scale / 500) * 500, rel=1e-4)
                found += 1
    assert found == 4


def test_gdal_reads_the_place(handout, tmp_path):
    if shutil.which("gdalinfo") is None:
        pytest.skip("gdalinfo (gdal-bin) is absent")
    formats = subprocess.run(["gdalinfo", "--formats"], capture_output=True, text=True, check=True).stdout
    if "PDF -raster" not in formats:
        pytest.skip("this GDAL reads no PDF")
    told = subprocess.run(
        ["gdalinfo", str(printed(handout, tmp_path))], capture_output=True, text=True, check=True
    ).stdout
    assert 'ID["EPSG",4545]' in told
    ring = re.search(r"NEATLINE=POLYGON \(\((.*?)\)\)", told)
    assert ring is not None
    xy = np.array([[float(v) for v in pair.split()] for pair in ring[1].split(",")])
    assert (xy.min(axis=0) + xy.max(axis=0)) / 2 == pytest.approx((390000.0, 3310000.0), abs=0.5)


# -- templates ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("paper", list(PAPERS))
def test_templates_know_the_room_of_each_paper(handout, paper):
    room, known = Flow(handout, PAPERS[paper]).room, SHEETINGS[paper]
    box = known.room
    whole = QRectF(mm(box.x), mm(box.y), mm(box.width), mm(box.height))
    assert room.adjusted(-5, -5, 5, 5).contains(whole)
    assert abs(room.height() - whole.height()) < mm(0.5)
    assert (known.width, known.height, known.body_pt) == (
        PAPERS[paper].width,
        PAPERS[paper].height,
        PAPERS[paper].body[1],
    )


@pytest.mark.parametrize("paper", ["A4", "A3-elder"])
def test_a_sheet_by_a_template_says_all_and_measures_true(handout, tmp_path, paper):
    layout = standard_layout(paper, Uuid("00000000-0000-4000-8000-000000000001"), "一")
    path = printed(replace(handout, paper=paper, layout=layout), tmp_path)
    words = said(path)
    assert words.count(NOTE) >= 9 * 3
    block = layout.block(BlockKind.MAP)
    assert block is not None
    b, high = block.box, SHEETINGS[paper].height
    strokes = measure_pdf(path, zone_mm=(4, 30)).strokes[0]
    assert has_stroke(strokes, (b.x, high - b.y, b.right, high - b.y), 0.1)


def test_the_preview_shows_what_is_printed(handout, tmp_path):
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is absent")
    path = printed(handout, tmp_path)
    assert page_count(handout) == len(Flow(handout, PAPERS["A4"]).pages())
    ours = page_picture(handout, 1, 594).convertToFormat(QImage.Format.Format_Grayscale8)
    command = [
        "pdftoppm",
        "-scale-to-x",
        "594",
        "-scale-to-y",
        "-1",
        "-f",
        "1",
        "-l",
        "1",
        "-png",
        "-singlefile",
    ]
    subprocess.run([*command, str(path), str(tmp_path / "p")], check=True)
    theirs = QImage(str(tmp_path / "p.png")).convertToFormat(QImage.Format.Format_Grayscale8)
    a, b = (
        np.frombuffer(i.constBits(), np.uint8).reshape(i.height(), i.bytesPerLine())[:418, :594]
        for i in (ours, theirs)
    )
    blocks = [p[:416, :592].reshape(52, 8, 74, 8).mean(axis=(1, 3)) for p in (a, b)]
    assert np.abs(blocks[0] - blocks[1]).mean() < 6
