"""A reply shown as a series of QR codes on a phone: parts in any order, from any number of pictures, joined or missed.

A part is ``RGQ2:<series>:<number>/<all>:<piece>``. The pieces in order are the packed reply (docs/formats.md), and the
series is the beginning of its SHA-256, so parts of two replies, or of two states of one, are never mixed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr

_PART = re.compile(r"RGQ2:([0-9a-f]{8}):(\d{1,2})/(\d{1,2}):([A-Za-z0-9_\-]{1,300})")


@dataclass(frozen=True, slots=True)
class Series:
    """What was found of one reply.

    Attributes
    ----------
    name
        First digits of the SHA-256 of the packed reply.
    parts
        How many codes the series has.
    missing
        Numbers of the codes that were not seen, from 1.
    is_damaged
        All codes are there and do not fit together.
    text
        The reply as :func:`renovate_gui.io.replies.read_message` takes it, empty while something is missing.
    """

    name: str
    parts: int
    missing: tuple[int, ...] = ()
    is_damaged: bool = False
    text: str = ""

    def reason(self) -> str:
        """Return the translated sentence why it cannot be read yet, or an empty text."""
        if self.is_damaged:
            return tr(
                "The QR codes of the answer {name} do not fit together; photograph all of them again.",
                name=self.name,
            )
        if not self.missing:
            return ""
        numbers = ", ".join(str(n) for n in self.missing)
        return tr(
            "Of the answer {name}, QR codes {numbers} of {all} are missing; photograph them and add the pictures.",
            name=self.name,
            numbers=numbers,
            all=self.parts,
        )


def is_part(text: str) -> bool:
    """Return whether the text of a code is a part of such a series."""
    return _PART.fullmatch(text.strip()) is not None


def join_parts(texts: Iterable[str]) -> tuple[Series, ...]:
    """Join the texts of codes, in any order and any number of times, to series in the order they were first seen.

    Texts that are no parts are left out: a picture may show other codes.
    """
    pieces: dict[tuple[str, int], dict[int, set[str]]] = {}
    for text in texts:
        found = _PART.fullmatch(text.strip())
        if found is None:
            continue
        number, count = int(found[2]), int(found[3])
        if 1 <= number <= count:
            pieces.setdefault((found[1], count), {}).setdefault(number, set()).add(found[4])
    return tuple(_series(name, count, got) for (name, count), got in pieces.items())


def _series(name: str, count: int, got: dict[int, set[str]]) -> Series:
    missing = tuple(n for n in range(1, count + 1) if n not in got)
    if missing:
        return Series(name, count, missing)
    packed = "".join(next(iter(got[n])) for n in range(1, count + 1))
    is_whole = all(len(piece) == 1 for piece in got.values())
    if not is_whole or hashlib.sha256(packed.encode()).hexdigest()[:8] != name or packed[0] not in "pz":
        return Series(name, count, is_damaged=True)
    return Series(name, count, text=f"renovate-gui-reply:2{packed[0]}:{packed[1:]}:end")


def parts_in(picture: NDArray[np.uint8]) -> tuple[str, ...]:
    """Return the parts that a picture shows.

    Parameters
    ----------
    picture
        Grey or RGB pixels, 8 bits, shape (rows, columns) or (rows, columns, 3).
    """
    import zxingcpp

    found: Any = zxingcpp.read_barcodes(picture, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    return tuple(code.text for code in found if is_part(code.text))
