"""Pictures out of files: PDF pages, JPEG, PNG, TIFF and the like, upright as the camera says, within limits.

Runs in the child process of :mod:`renovate_gui.io.scan.client`: what people send may be torn, huge or hostile.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.scan.paper import Picture

MOST_PAGES = 400
"""Pages of one file; a heap of forms is scanned in smaller ones."""
MOST_PIXELS = 80_000_000
"""Dots of one picture: A3 at 600 dots an inch has 70 million."""
MOST_BYTES = 600_000_000

_DPI = 200
_SIDES = (1700, 3800)  # longest side of a PDF's page in dots: least and most
_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF", "JPEG2000")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, of how many, and the picture (blue-green-red) or why there is none."""

    number: int
    pages: int
    picture: Picture | None
    reason: str = ""


def read_pages(path: Path, name: str = "") -> Iterator[Page]:
    """Yield the pages of a file.

    Raises
    ------
    DataError
        When the whole file cannot be read; a single page that cannot is yielded with its reason.
    """
    shown = name or path.name
    raw = _bytes_of(path, shown)
    if raw[:1024].lstrip()[:5] == b"%PDF-" or b"%PDF-" in raw[:1024]:
        yield from _pdf_pages(raw, shown)
    else:
        yield from _picture_pages(raw, shown)


def _bytes_of(path: Path, shown: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise DataError(tr("{file} is not a file.", file=shown))
        if path.stat().st_size > MOST_BYTES:
            raise DataError(tr("{file} is larger than 600 MB; scan the forms in smaller heaps.", file=shown))
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(
            tr("{file} cannot be read ({reason}).", file=shown, reason=system_reason(error))
        ) from error
    if not raw:
        raise DataError(tr("{file} is empty: 0 bytes; copy or scan it again.", file=shown))
    return raw


# -- PDF -------------------------------------------------------------------------------------------------------
def _pdf_pages(raw: bytes, shown: str) -> Iterator[Page]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise DataError(_why_no_pdf(error, shown)) from error
    if not count:
        raise DataError(tr("{file} is a PDF without pages.", file=shown))
    if count > MOST_PAGES:
        raise DataError(
            tr(
                "{file} has {n} pages; at most {most} are read at once, so split it.",
                file=shown,
                n=count,
                most=MOST_PAGES,
            )
        )
    for number in range(count):
        try:
            yield Page(number + 1, count, _rendered(document, number))
        except (pypdfium2.PdfiumError, ValueError, MemoryError):
            reason = tr("Page {n} of {file} is damaged and cannot be shown.", n=number + 1, file=shown)
            yield Page(number + 1, count, None, reason)


def _rendered(document: Any, number: int) -> Picture:
    page = document[number]
    longest = max(page.get_size())
    if not 1 < longest < 1_000_000:
        raise ValueError(longest)
    scale = min(max(_DPI / 72, _SIDES[0] / longest), _SIDES[1] / longest)
    bitmap = page.render(scale=scale, rev_byteorder=False, may_draw_forms=False, draw_annots=True)
    picture = (
        np.array(bitmap.to_numpy()[:, :, :3]) if bitmap.to_numpy().ndim == 3 else _three(bitmap.to_numpy())
    )
    bitmap.close()
    page.close()
    return picture


def _why_no_pdf(error: Exception, shown: str) -> str:
    if getattr(error, "err_code", 0) == _PASSWORD:
        return tr("{file} is locked with a password; save it without one and try again.", file=shown)
    return tr("{file} is a damaged PDF and cannot be opened; scan or send it again.", file=shown)


# -- pictures --------------------------------------------------------------------------------------------------
def _picture_pages(raw: bytes, shown: str) -> Iterator[Page]:
    from PIL import Image, UnidentifiedImageError

    if raw[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        raise DataError(
            tr("{file} is a HEIC or AVIF photo, which cannot be opened here; send it as JPEG.", file=shown)
        )
    Image.MAX_IMAGE_PIXELS = None  # our own limit, told in our own words
    try:
        picture = Image.open(io.BytesIO(raw), formats=_FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise DataError(
            tr("{file} is neither a picture nor a PDF, whatever its name says.", file=shown)
        ) from error
    count = int(getattr(picture, "n_frames", 1)) if picture.format in ("TIFF", "GIF") else 1
    if count > MOST_PAGES:
        raise DataError(
            tr(
                "{file} has {n} pages; at most {most} are read at once, so split it.",
                file=shown,
                n=count,
                most=MOST_PAGES,
            )
        )
    for number in range(count):
        yield _frame(picture, number, count, shown)


def _frame(picture: Any, number: int, count: int, shown: str) -> Page:
    from PIL import ImageOps

    try:
        if count > 1:
            picture.seek(number)
        wide, high = picture.size
        if wide * high > MOST_PIXELS:
            reason = tr(
                "{file} has {n} million dots, more than a sheet of paper needs; scan it with 300 dots an inch.",
                file=shown,
                n=round(wide * high / 1e6),
            )
            return Page(number + 1, count, None, reason)
        if min(wide, high) < 60:
            return Page(
                number + 1, count, None, tr("{file} is too small a picture to hold a form.", file=shown)
            )
        upright = ImageOps.exif_transpose(picture)
        return Page(number + 1, count, _on_white(upright))
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, IndexError, TypeError):
        reason = tr(
            "{file} is a damaged picture and cannot be shown whole; scan or send it again.", file=shown
        )
        return Page(number + 1, count, None, reason)


def _on_white(picture: Any) -> Picture:
    """Return a picture as blue-green-red bytes; what is see-through becomes white, 16 bits become 8."""
    from PIL import Image

    if picture.mode.startswith("I"):
        deep = np.asarray(picture, dtype=np.float64)
        return _three((deep * (255 / max(float(deep.max()), 1.0))).astype(np.uint8))
    if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    colours = np.asarray(picture.convert("RGB"), dtype=np.uint8)
    return np.ascontiguousarray(colours[:, :, ::-1])


def _three(grey: Any) -> Picture:
    flat = np.asarray(grey, dtype=np.uint8).reshape(grey.shape[0], grey.shape[1])
    return np.repeat(flat[:, :, None], 3, axis=2)
