"""The QR code of a sheet: read from the picture as it is, then smaller, evened out, sharpened and enlarged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from renovate_gui.domain.form import FormSheet, SheetCode
from renovate_gui.io.scan.corners import Grey, Pixels, Placing

_SIDE = 2400  # pixels: codes of 20 mm on A3 keep three dots a cell


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code in a picture: what it says (None when it is none of ours) and its corners, clockwise from its upper left."""

    code: SheetCode | None
    corners: Pixels


def find_codes(grey: Grey) -> list[FoundCode]:
    """Return our codes in a picture, each once; foreign codes only when there is none of ours."""
    foreign: list[FoundCode] = []
    for picture, scale in _views(grey):
        found = _read(picture, scale)
        ours = {f.code.text(): f for f in reversed(found) if f.code is not None}
        if ours:
            return list(ours.values())
        foreign = foreign or found
    return foreign


def code_in_place(grey: Grey, sheet: FormSheet, placing: Placing) -> FoundCode | None:
    """Return the code that stands where a sheet's code stands, cut out, straightened and enlarged."""
    import cv2

    box, margin, dots = sheet.code, 4.0, 20.0
    side = round((max(box.width, box.height) + 2 * margin) * dots)
    out = np.array([[dots, 0, (margin - box.x) * dots], [0, dots, (margin - box.y) * dots], [0, 0, 1]])
    matrix = out @ np.linalg.inv(placing.to_pixels)
    cut = cv2.warpPerspective(grey, matrix, (side, side), flags=cv2.INTER_CUBIC, borderValue=255)
    for change in (_as_it_is, _even, _sharp):
        for found in _read(change(np.asarray(cut, dtype=np.uint8)), 1.0):
            if found.code is not None:
                back = np.linalg.inv(matrix)
                ends = np.column_stack([found.corners, np.ones(4)]) @ back.T
                return FoundCode(found.code, ends[:, :2] / ends[:, 2:])
    return None


def _views(grey: Grey) -> Iterator[tuple[Grey, float]]:
    """Yield the picture in ways that help reading, quickest first, each with its scale."""
    import cv2

    scale = min(1.0, _SIDE / max(grey.shape))
    small: Grey = np.asarray(
        grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA),
        dtype=np.uint8,
    )
    yield small, scale
    if small.min() == small.max():
        return
    yield _even(small), scale
    if scale < 1 and grey.size < 30_000_000:
        yield grey, 1.0
    if max(grey.shape) < 2000:  # few dots: between them is more to be had
        twice = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(twice, dtype=np.uint8), 2.0
        yield _sharp(np.asarray(twice, dtype=np.uint8)), 2.0
    else:
        yield _sharp(small), scale


def _read(picture: Grey, scale: float) -> list[FoundCode]:
    import zxingcpp

    found = []
    for code in zxingcpp.read_barcodes(picture, formats=_formats()):
        p = code.position
        ends = [(q.x, q.y) for q in (p.top_left, p.top_right, p.bottom_right, p.bottom_left)]
        found.append(FoundCode(SheetCode.parse(code.text), np.array(ends, dtype=np.float64) / scale))
    return found


def _formats() -> Any:
    import zxingcpp

    return zxingcpp.BarcodeFormat.QRCode


def _as_it_is(grey: Grey) -> Grey:
    return grey


def _even(grey: Grey) -> Grey:
    """Take shadows out."""
    import cv2

    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    light = cv2.medianBlur(cv2.dilate(small, np.ones((3, 3), np.uint8)), 15)
    light = np.maximum(cv2.resize(light, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), 1)
    return np.asarray(cv2.divide(grey, light, scale=255), dtype=np.uint8)


def _sharp(grey: Grey) -> Grey:
    import cv2

    soft = cv2.GaussianBlur(grey, (0, 0), 2.0)
    return np.asarray(cv2.addWeighted(grey, 2.5, soft, -1.5, 0), dtype=np.uint8)
