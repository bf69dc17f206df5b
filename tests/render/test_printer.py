"""The printed file, looked at from outside: size, pages, fonts, words, and lengths measured on the paper itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from renovate_gui.app.ports import Handout, Sheet, SheetText
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.scene import Scene
from renovate_gui.domain.style import Hatch, Marker, Symbol
from renovate_gui.render.paper import A3, A4
from renovate_gui.render.printer import QtPrinter

TITLE = "把空置门房改成老年人日间照料站"
LONG = "社会组织承接，街道监督，三师每月回访，居民议事会每季度听取一次情况汇报并可随时提出意见。" * 6


def png(width: int = 300, height: int = 200) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFF808080)
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.fixture
def scene(layer) -> Scene:
    rng = np.random.default_rng(1)
    houses = [shapely.box(x, y, x + 18, y + 12) for x, y in rng.uniform(-150, 150, (120, 2))]
    looks = [
        Symbol(fill="#009E73", stroke="#FFFFFF"),
        Symbol(fill="#D55E00", stroke="#FFFFFF", hatch=Hatch.BACK_DIAGONAL),
    ]
    base = layer(houses, *looks, classes=[i % 2 for i in range(120)], key="gap:elderly_day_care")
    disc = Symbol(fill="#0E7C86", stroke="#FFFFFF", marker=Marker.NUMBER, glyph="3", size_px=25)
    top = layer([shapely.Point(0, 0)], disc, key="proposals", labels=["口袋公园"], shape="point")
    return Scene((base, top), "EPSG:32628", "#F7F5F0")


@pytest.fixture
def handout(scene) -> Handout:
    facts = (SheetText("做什么", "120 m² 门房改造，日托 24 位"), SheetText("谁来管", "社会组织承接"))
    one = Sheet(TITLE, "青崖坪 · 第 3 版", scene, (-120, -80, 120, 80), number=3, scale=1000, facts=facts)
    two = Sheet(
        "服务缺口", "青崖坪", scene, (-160, -160, 170, 170), headline=("15 %", "的老人走得到"), facts=facts
    )
    return Handout(
        sheets=(one, two),
        paper="A3",
        title="更新方案",
        community="青崖坪",
        version=3,
        date="2026-11-23",
        reply_until="12 月 7 日",
        contact="三师驻点：周二 15:00",
        attribution="© OpenStreetMap contributors",
        seal="7F3A-91C2",
        language="zh_CN",
    )


def printed(handout: Handout, folder: Path) -> Path:
    set_language(handout.language)
    path = folder / f"{handout.paper}.pdf"
    QtPrinter().print_handout(handout, path)
    return path


def raster(path: Path, folder: Path, *, dpi: int, page: int = 1) -> np.ndarray:
    """Return a page as grey pixels, painted by another program."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is absent")
    target = folder / f"page{page}-{dpi}"
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-gray", "-singlefile"]
    subprocess.run([*command, str(path), str(target)], check=True)
    image = QImage(str(target.with_suffix(".png"))).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()


def longest_dark_run(row: np.ndarray) -> tuple[int, int]:
    """Return start and length of the longest run of dark pixels."""
    dark = np.concatenate([[False], row < 110, [False]]).astype(int)
    edges = np.diff(dark)
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if len(begins) == 0:
        return 0, 0
    best = int(np.argmax(ends - begins))
    return int(begins[best]), int(ends[best] - begins[best])


def runs_in(pixels: np.ndarray, top: float, bottom: float, left: float, dpi: int) -> set[int]:
    """Return the lengths of the longest dark runs of each row in a zone, in pixels."""
    k = dpi / 25.4
    zone = pixels[int(top * k) : int(bottom * k), int(left * k) :]
    return {longest_dark_run(row)[1] for row in zone}


@pytest.mark.parametrize("paper", [A3, A4], ids=lambda p: p.name)
def test_the_report_is_what_the_file_says(handout, tmp_path, paper):
    set_language("zh_CN")
    report = QtPrinter().print_handout(replace(handout, paper=paper.name), tmp_path / "h.pdf")
    assert report.pages == 2
    assert report.page_mm == pytest.approx((paper.width, paper.height), abs=0.3)
    assert report.bar_mm == pytest.approx((100, 100), abs=0.05)
    assert report.missing_glyphs == ""


@pytest.mark.parametrize("paper", [A3, A4], ids=lambda p: p.name)
def test_a_ruler_on_the_paper_agrees(handout, tmp_path, paper):
    """Both bars, rasterised at 300 dpi: the check bar, and 100 m at 1:1000."""
    path = printed(replace(handout, paper=paper.name), tmp_path)
    dpi, k = 300, 300 / 25.4
    pixels = raster(path, tmp_path, dpi=dpi)
    truth = 100 * k
    foot = paper.height - paper.margin
    check = runs_in(pixels, foot - paper.foot + 2, foot, paper.width / 3, dpi)
    assert any(abs(n - truth) <= 0.2 * k for n in check), sorted(check)[-3:]
    map_width = paper.width - 2 * paper.margin - paper.side - paper.gap
    left = paper.margin + 1 if paper.is_compact else paper.margin + map_width + paper.gap + 2
    right = left + 108
    k_rows = slice(int((foot - paper.foot - 45) * k), int((foot - paper.foot - 4) * k))
    rows = pixels[k_rows, int(left * k) : int(right * k)]
    found = {longest_dark_run(row)[1] for row in rows}
    assert any(abs(n - truth) <= 0.2 * k for n in found), sorted(found)[-4:]


def test_fonts_travel_inside_and_words_can_be_searched(handout, tmp_path):
    import pypdf

    reader = pypdf.PdfReader(printed(handout, tmp_path))
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            kind = font.get_object()
            fonts[str(kind["/BaseFont"])] = (
                kind["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            )
    assert any("Bold" in name for name in fonts)
    assert any("Regular" in name for name in fonts)
    assert all("RenovateSansSC" in name for name in fonts)
    assert all("/FontFile2" in f or "/FontFile3" in f for f in fonts.values())
    text = reader.pages[0].extract_text().replace("\n", "").replace("\t", " ")
    for words in (
        TITLE,
        "示意图，不作为法定依据",
        "图例",
        "怎么回复",
        "1 : 1,000",
        "7F3A-91C2",
        "口袋公园",
        "第 1 页 / 共 2 页",
    ):
        assert words in text, words
    assert reader.metadata.title == "更新方案 · 青崖坪"


def test_the_map_is_drawn_as_vectors(handout, tmp_path):
    import pypdf

    reader = pypdf.PdfReader(printed(handout, tmp_path))
    assert not list(reader.pages[0].images)


@pytest.mark.parametrize("paper", [A3, A4], ids=lambda p: p.name)
def test_nothing_runs_over_the_edges_however_long_the_words(handout, tmp_path, paper, scene):
    facts = tuple(SheetText(f"第 {i} 个很长的问题到底是什么", LONG) for i in range(7))
    paragraphs = tuple(SheetText(f"与上一稿相比 {i}", LONG) for i in range(5))
    sheet = Sheet(
        TITLE * 5, LONG, scene, (-120, -80, 120, 80), number=128, headline=("1,234,567 元", LONG), facts=facts,
        paragraphs=paragraphs, photos=(("说明" * 60, png()), ("x", b"no picture")), doubt=LONG,
    )  # fmt: skip
    full = replace(
        handout, paper=paper.name, sheets=(sheet,), contact=LONG, attribution=LONG, reply_until=LONG
    )
    path = printed(full, tmp_path)
    pixels = raster(path, tmp_path, dpi=60)
    edge = int((paper.margin - 1.2) * 60 / 25.4)
    frame = np.ones(pixels.shape, bool)
    frame[edge:-edge, edge:-edge] = False
    assert (pixels[frame] > 240).all()
    gap_left = paper.width - paper.margin - paper.side - paper.gap
    gutter = pixels[
        int((paper.margin + paper.head) * 60 / 25.4) : -int((paper.margin + paper.foot + 1) * 60 / 25.4)
    ]
    gutter = gutter[:, int((gap_left + 1) * 60 / 25.4) : int((gap_left + paper.gap - 1) * 60 / 25.4)]
    assert (gutter > 240).all()


def page_count(path: Path) -> int:
    import pypdf

    return len(pypdf.PdfReader(path).pages)


def words_of(path: Path, page: int = 0) -> str:
    import pypdf

    return "".join(pypdf.PdfReader(path).pages[page].extract_text().split())


@pytest.mark.parametrize("paper", [A3, A4], ids=lambda p: p.name)
def test_every_proposal_and_every_fact_is_whole(handout, tmp_path, paper, scene):
    titles = tuple((n, f"第{n}项把空置门房改成日间照料站并加装扶手与坡道") for n in range(1, 21))
    facts = tuple(SheetText(f"问{i}", f"答{i}" + LONG[:90] + f"末{i}") for i in range(6))
    sheets = (
        Sheet("总览", "", scene, (-120, -80, 120, 80), listed=titles, headline=("20", "项")),
        Sheet("一项", "", scene, (-120, -80, 120, 80), number=1, facts=facts, photos=(("图", png()),)),
    )
    path = printed(replace(handout, paper=paper.name, sheets=sheets), tmp_path)
    pages = page_count(path)
    overview, one = words_of(path), "".join(words_of(path, n) for n in range(1, pages))
    assert all(title in overview for _, title in titles)
    sentences = [part for fact in facts for part in re.split("(?<=。)", fact.words)]
    assert all(sentence in one for sentence in sentences)
    assert "…" not in overview + one


def test_the_file_names_title_and_language_and_nobody(handout, tmp_path):
    import pypdf

    reader = pypdf.PdfReader(printed(handout, tmp_path))
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata.title == "更新方案 · 青崖坪"
    assert not reader.metadata.author


def test_body_text_is_large_print(handout, tmp_path):
    for paper, least in ((A3, 14), (A4, 12)):
        assert paper.body[1] >= least


def test_grey_copies_tell_verdicts_apart(handout, tmp_path):
    """The served swatch is even, the out-of-reach one striped: seen in grey."""
    path = printed(handout, tmp_path)
    pixels = raster(path, tmp_path, dpi=100)
    k = 100 / 25.4
    left = int((A3.width - A3.margin - A3.side) * k)
    column = pixels[:, left : left + int(22 * k)].astype(float)
    spread = [column[y : y + 8, 24:50].std() for y in range(0, len(column) - 8, 2)]
    assert max(spread) > 20


def test_unknown_characters_are_reported(handout, tmp_path):
    odd = replace(handout, seal="\U00030000")
    set_language("zh_CN")
    assert QtPrinter().print_handout(odd, tmp_path / "x.pdf").missing_glyphs == "\U00030000"


def test_faults_are_one_sentence(handout, tmp_path, scene):
    with pytest.raises(DataError, match=r"nowhere\.pdf|h\.pdf"):
        QtPrinter().print_handout(handout, tmp_path / "nowhere" / "h.pdf")
    with pytest.raises(DataError, match=r"m\.png"):
        QtPrinter().paint_png(scene, tmp_path / "nowhere" / "m.png", size=(80, 50), bbox=(0, 0, 1, 1))
    with pytest.raises(RequestError, match="B7"):
        QtPrinter().print_handout(replace(handout, paper="B7"), tmp_path / "h.pdf")


def test_a_picture_has_its_size_and_its_furniture(scene, tmp_path, pixels_of):
    path = tmp_path / "图 1.png"
    QtPrinter().paint_png(
        replace(scene, attribution=("© Someone",)), path, size=(640, 400), bbox=(-160, -100, 160, 100)
    )
    pixels = pixels_of(QImage(str(path)))
    assert pixels.shape == (400, 640, 3)
    corner = pixels[330:395, 480:636]  # scale bar and source
    assert (corner.sum(axis=2) < 200).sum() > 60
    assert (pixels == (0, 158, 115)).all(axis=2).any()
