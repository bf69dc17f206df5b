"""Pictures out of files, good ones and bad ones."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.io.scan.client import Opener
from renovate_gui.io.scan.pages import MOST_PAGES, read_pages


def _picture(wide: int = 300, high: int = 200) -> Image.Image:
    made = Image.new("RGB", (wide, high), "white")
    made.paste((200, 30, 30), (0, 0, wide // 2, high // 2))
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
def test_pictures_of_every_kind_open_whatever_their_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "sheet.dat"
    _picture().save(path, format=kind)
    (page,) = read_pages(path)
    assert page.picture is not None
    assert page.picture.shape == (200, 300, 3)
    assert page.picture[20, 20, 2] > 180 > page.picture[20, 20, 0]  # blue, green, red


def test_several_pages_of_tiff_and_pdf(tmp_path: Path) -> None:
    for name in ("heap.tif", "heap.pdf"):
        _picture().save(tmp_path / name, save_all=True, append_images=[_picture(), _picture()])
        pages = list(read_pages(tmp_path / name))
        assert [p.number for p in pages] == [1, 2, 3]
        assert all(p.pages == 3 and p.picture is not None for p in pages)


def test_a_phone_says_which_way_is_up(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right
    _picture().save(tmp_path / "photo.jpg", exif=exif)
    (page,) = read_pages(tmp_path / "photo.jpg")
    assert page.picture is not None
    assert page.picture.shape == (300, 200, 3)
    assert page.picture[20, 180, 2] > 180 > page.picture[20, 180, 0]


def test_grey_deep_and_see_through_pictures(tmp_path: Path) -> None:
    Image.fromarray(np.full((100, 100), 40_000, np.uint16)).save(tmp_path / "deep.png")
    Image.new("LA", (100, 100), (0, 0)).save(tmp_path / "clear.png")
    (deep,), (clear,) = (list(read_pages(tmp_path / n)) for n in ("deep.png", "clear.png"))
    assert deep.picture is not None
    assert clear.picture is not None
    assert deep.picture.shape == clear.picture.shape == (100, 100, 3)
    assert clear.picture.min() == 255


def _png_header(wide: int, high: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    import pikepdf

    whole = io.BytesIO()
    _picture(900, 900).save(whole, format="JPEG")
    pdf = io.BytesIO()
    _picture().save(pdf, format="PDF")
    made = {
        "empty": (b"", "0 bytes"),
        "text": (b"just some words, no picture" * 40, "neither a picture nor a PDF"),
        "torn": (whole.getvalue()[:1500], "damaged picture"),
        "bomb": (_png_header(20_000, 20_000), "million dots"),
        "apple": (b"\0\0\0\x18ftypheic" + b"\0" * 300, "JPEG"),
        "tornpdf": (b"%PDF-1.7\n" + b"\0garbage" * 50, "damaged PDF"),
    }
    found = {}
    for name, (raw, words) in made.items():
        path = folder / f"{name}.jpg"
        path.write_bytes(raw)
        found[name] = (path, words)
    locked = folder / "locked.pdf"
    with pikepdf.open(io.BytesIO(pdf.getvalue())) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    found["locked"] = (locked, "password")
    many = folder / "many.pdf"
    with pikepdf.new() as document:
        for _ in range(MOST_PAGES + 100):
            document.add_blank_page(page_size=(200, 200))
        document.save(many)
    found["many"] = (many, f"{MOST_PAGES + 100} pages")
    found["folder"] = (folder, "not a file")
    found["gone"] = (folder / "gone.jpg", "cannot be read")
    return found


def test_every_bad_file_is_told_in_one_sentence_and_the_others_are_read(tmp_path: Path) -> None:
    good = tmp_path / "good.png"
    _picture().save(good)
    with Opener(lambda: False) as opener:
        for path, words in _bad_files(tmp_path).values():
            try:
                reasons = [p.reason for p in opener.pages(path)]
            except DataError as error:
                reasons = [str(error)]
            assert len(reasons) == 1, path
            assert words in reasons[0], reasons
            assert path.name in reasons[0]
            assert "\n" not in reasons[0]
            (page,) = opener.pages(good)  # the reader goes on
            assert page.picture is not None


def test_reading_stops_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "heap.pdf"
    _picture().save(path, save_all=True, append_images=[_picture()] * 5)
    asked = False
    with Opener(lambda: asked) as opener:
        pages = opener.pages(path)
        next(pages)
        asked = True
        with pytest.raises(Cancelled):
            next(pages)


def test_a_reader_that_dies_is_told_and_replaced(tmp_path: Path) -> None:
    good = tmp_path / "good.png"
    _picture().save(good)
    with Opener(lambda: False) as opener:
        list(opener.pages(good))
        assert opener._process is not None
        opener._process.kill()
        opener._process.wait()
        (page,) = opener.pages(good)
        assert page.picture is not None
