"""The text of a Shapefile's attribute table: what it declares about its encoding, and what its bytes say."""

from __future__ import annotations

import struct
from pathlib import Path

from renovate_gui.assets import tr
from renovate_gui.io.reading import encoding

MAX_BYTES = 8 * 1024 * 1024

# the language driver byte of dBASE headers, as Esri and mapshaper document it
_LANGUAGE_DRIVERS = {
    0x4D: "GB18030",
    0x7A: "GB18030",
    0x4F: "BIG5",
    0x78: "BIG5",
    0x13: "CP932",
    0x7B: "CP932",
    0x4E: "CP949",
}
_CPG = {
    "UTF8": "UTF-8",
    "65001": "UTF-8",
    "GBK": "GB18030",
    "GB2312": "GB18030",
    "GB18030": "GB18030",
    "936": "GB18030",
    "CP936": "GB18030",
    "ANSI936": "GB18030",
    "OEM936": "GB18030",
    "54936": "GB18030",
    "BIG5": "BIG5",
    "950": "BIG5",
    "CP950": "BIG5",
    "ANSI950": "BIG5",
    "OEM950": "BIG5",
    "88591": "CP1252",
    "ISO88591": "CP1252",
    "1252": "CP1252",
    "ANSI1252": "CP1252",
    "CP1252": "CP1252",
}


def guess(shapefile: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the encoding to read with (empty: a person must say) and all that fit with a reason each.

    A ``.cpg`` file comes first, the header's language byte second, the bytes themselves third; a declaration that the
    bytes contradict is not believed silently.
    """
    path = Path(shapefile)
    table = path.with_suffix(".dbf")
    if not table.is_file():
        return encoding.UTF8, ()
    texts, language = raw_texts(table)
    for declared, source in ((_declared_by_cpg(path), ".cpg"), (_LANGUAGE_DRIVERS.get(language, ""), "LDID")):
        if not declared:
            continue
        doubt = encoding.contradicts(declared, texts, may_be_cut=True)
        if not doubt:
            return declared, ((declared, tr("declared by {source}", source=source)),)
        found = encoding.guess(texts, may_be_cut=True)
        said = (declared, tr("declared by {source}, but {doubt}", source=source, doubt=doubt))
        return "", (*(fit for fit in found.fits if fit[0] != declared), said)
    found = encoding.guess(texts, may_be_cut=True)
    return found.sure, found.fits


def _declared_by_cpg(path: Path) -> str:
    side = path.with_suffix(".cpg")
    if not side.is_file():
        return ""
    word = side.read_bytes()[:64].decode("ascii", "replace").strip().upper()
    return _CPG.get("".join(c for c in word if c.isalnum()), "")


def raw_texts(table: Path) -> tuple[list[bytes], int]:
    """Return field names and distinct text values as bytes, and the language byte; nothing from a damaged header."""
    with table.open("rb") as stream:
        head = stream.read(32)
        if len(head) < 32:
            return [], 0
        header_length, record_length = struct.unpack("<HH", head[8:12])
        fields = stream.read(max(header_length - 32, 0))
        body = stream.read(MAX_BYTES)
    names, spans, position = [], [], 1
    for start in range(0, len(fields) - 31, 32):
        entry = fields[start : start + 32]
        if entry[:1] == b"\r":
            break
        names.append(entry[:11].split(b"\0")[0])
        if entry[11:12] == b"C":
            spans.append((position, position + entry[16]))
        position += entry[16]
    values: dict[bytes, None] = {}
    if record_length > 1:
        for start in range(0, len(body) - record_length + 1, record_length):
            for low, high in spans:
                value = body[start + low : start + high].rstrip(b" \0")
                if not value.isascii():
                    values[value] = None
    return [*names, *values], head[29]
