"""Search a written package, byte by byte, for what must not be in it.

Hiding is not removing: a deleted row survives in a GeoPackage's free pages, a name in a PDF's metadata, a place in a
picture's EXIF. So everything that was written is opened as far as it can be opened (archives, compressed PDF streams,
text escapes) and searched for the very words that must stay in the office.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_LEAST = 6
"""Shorter words (bytes) are in every file by chance."""
_WINDOW = 6
_EXIF = re.compile(rb"Exif\x00\x00|GPSLatitude|<x:xmpmeta|photoshop:", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Spilled:
    """A file of the package that holds something it must not: ``label`` says what sort of thing, never the thing."""

    file: str
    label: str


def search(folder: Path, secrets: Mapping[str, str]) -> tuple[Spilled, ...]:
    """Return the files that hold one of the secrets (word → what sort it is), or a picture's hidden data."""
    wanted = {w.encode("utf-8"): label for w, label in secrets.items() if len(w.encode("utf-8")) >= _LEAST}
    wide = {w.encode("utf-16-be"): label for w, label in secrets.items() if len(w.encode("utf-8")) >= _LEAST}
    wide = {w: label for w, label in wide.items() if len(w) >= _LEAST}
    needles = wanted | wide
    found: dict[Spilled, None] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        for part in _parts(path):
            found |= dict.fromkeys(Spilled(name, label) for label in _held(part, needles))
        if path.suffix.lower() in {".pdf", ".jpg", ".jpeg", ".xlsx", ".html"} and _has_exif(path):
            found[Spilled(name, "exif")] = None
    return tuple(found)


def _held(data: bytes, needles: Mapping[bytes, str]) -> Iterator[str]:
    """Yield the labels of needles that stand in the data.

    All windows of six bytes are numbered at once, so that thousands of needles cost one pass and one look-up each.
    """
    if len(data) < _WINDOW or not needles:
        return
    raw = np.frombuffer(data, dtype=np.uint8)
    count = len(raw) - _WINDOW + 1
    keys = np.zeros(count, dtype=np.uint64)
    for i in range(_WINDOW):
        keys = (keys << np.uint64(8)) | raw[i : i + count].astype(np.uint64)
    there = np.unique(keys)
    for needle, label in needles.items():
        key = np.uint64(int.from_bytes(needle[:_WINDOW], "big"))
        at = int(np.searchsorted(there, key))
        if at < len(there) and there[at] == key and needle in data:
            yield label


def _parts(path: Path) -> Iterator[bytes]:
    """Yield a file as it is, and what it holds in packed or escaped form."""
    data = path.read_bytes()
    yield data
    kind = path.suffix.lower()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                yield entry.filename.encode("utf-8") + entry.comment
                inside = archive.read(entry)
                yield inside
                yield _plain(inside)
    elif kind == ".pdf":
        yield from _pdf_parts(path)
    elif kind in {".html", ".json", ".geojson"}:
        yield _plain(data)


def _plain(data: bytes) -> bytes:
    """Return text with entities and Unicode escapes undone."""
    text = data.decode("utf-8", "replace")
    text = _ESCAPED.sub(lambda m: str(json.loads(f'"{m[0]}"')), text) if "\\u" in text else text
    return html.unescape(text).encode("utf-8", "replace")


def _pdf_parts(path: Path) -> Iterator[bytes]:
    """Yield a PDF's metadata, the text of its pages, and every stream that can be unpacked."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        yield "\n".join(str(v) for v in pdf.docinfo.values()).encode("utf-8", "replace")
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and str(thing.get("/Subtype", "")) != "/Image":
                try:
                    yield thing.read_bytes()
                except pikepdf.PdfError:
                    yield thing.read_raw_bytes()
            elif isinstance(thing, pikepdf.String):
                yield str(thing).encode("utf-8", "replace")
    yield _pdf_text(path)


def _pdf_text(path: Path) -> bytes:
    """Return the words on the pages: fonts are subsets, so the streams do not hold them as letters."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document).encode(
            "utf-8", "replace"
        )
    finally:
        document.close()


def _has_exif(path: Path) -> bool:
    """Return whether a picture inside still carries what the camera wrote."""
    if path.suffix.lower() == ".pdf":
        import pikepdf

        with pikepdf.open(path) as pdf:
            streams = [t for t in pdf.objects if isinstance(t, pikepdf.Stream)]
            return any(
                _EXIF.search(s.read_raw_bytes()[:65_536])
                for s in streams
                if str(s.get("/Subtype", "")) == "/Image"
            )
    return bool(_EXIF.search(path.read_bytes())) if path.suffix.lower() in {".jpg", ".jpeg"} else False
