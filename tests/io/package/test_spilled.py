"""Planted words are found wherever they hide, and nothing else is."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from renovate_gui.io.package.spilled import _held, search

SECRET = "王秀英住三栋"


def spill(folder: Path) -> set[tuple[str, str]]:
    return {(s.file, s.label) for s in search(folder, {SECRET: "demand", "kitten": "token"})}


def test_a_clean_folder_spills_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "name": "kit ten"}', encoding="utf-8")
    assert spill(tmp_path) == set()


@pytest.mark.parametrize("escape", [False, True])
def test_text_plain_and_escaped(tmp_path: Path, escape: bool) -> None:
    (tmp_path / "a.geojson").write_text(json.dumps({"x": SECRET}, ensure_ascii=escape), encoding="utf-8")
    assert spill(tmp_path) == {("a.geojson", "demand")}


def test_html_entities(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("".join(f"&#{ord(c)};" for c in SECRET), encoding="utf-8")
    assert spill(tmp_path) == {("a.html", "demand")}


def test_inside_workbooks_and_their_metadata(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = SECRET
    book.properties.creator = "kitten"
    book.save(tmp_path / "r.xlsx")
    assert spill(tmp_path) == {("r.xlsx", "demand"), ("r.xlsx", "token")}


def test_inside_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in.txt", SECRET * 20)
    assert spill(tmp_path) == {("a.zip", "demand")}


def test_inside_a_pdf_and_its_metadata(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.pages[0].Contents = pdf.make_stream(b"% kitten")
    pdf.docinfo["/Author"] = SECRET
    pdf.save(tmp_path / "a.pdf", compress_streams=True)
    assert spill(tmp_path) == {("a.pdf", "demand"), ("a.pdf", "token")}


def test_a_photo_with_what_the_camera_wrote(tmp_path: Path) -> None:
    picture = Image.new("RGB", (8, 8))
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    (tmp_path / "a.jpg").write_bytes(out.getvalue())
    assert spill(tmp_path) == {("a.jpg", "exif")}


@given(st.binary(max_size=60), st.binary(min_size=6, max_size=12), st.integers(0, 60))
def test_the_quick_search_finds_what_stands_there(data: bytes, needle: bytes, at: int) -> None:
    planted = data[:at] + needle + data[at:]
    assert list(_held(planted, {needle: "x"})) == ["x"]
    assert list(_held(data, {needle: "x"})) == (["x"] if needle in data else [])
