"""Free marks on the map: ink beyond the printed map, by colour, as points, lines and areas in the project's CRS.

With the printed map known (it is kept with each package), every pen counts, dark ones too. Without it only coloured
strokes do, and colours that cover much of the map are taken as printed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.form import Box, MapFrame
from renovate_gui.domain.scan import PenColour, PenMark
from renovate_gui.io.scan.corners import DOTS_PER_MM
from renovate_gui.io.scan.paper import SHIFT_MM, Shades, as_scanned, cut, inset, least, spread
from renovate_gui.io.scan.tracing import trace

DOTS = 150 / 25.4  # dots a millimetre in which strokes are looked for
SMALLEST_MM2 = 1.0
"""Ink (mm²) below which a speck is no mark: a dot set on purpose has two."""
COLOURED_FROM = 0.3
"""Spread between channels, as a share of what the ink takes away, from which a dot is coloured."""

_EDGE_MM = 1.2  # the frame's own line
_DARKER = 0.15  # ink is darker than the print by so much at least
_DARKER_ON_PRINT = 0.28  # … and by so much more on black: dark print varies from copy to copy
_NOISE = 4.5  # … and by so many times the spread of the paper's noise
_GAP_MM = 0.7  # gaps that a pen leaves
_HUES = (
    (20, PenColour.RED),
    (62, PenColour.ORANGE),
    (170, PenColour.GREEN),
    (262, PenColour.BLUE),
    (335, PenColour.PURPLE),
    (361, PenColour.RED),
)
_PRINTED_SHARE = 0.02  # a colour that covers more of the map is printed, when the print is not known
_COLOURED_ALONE = (
    0.22  # spread between channels from which a dot is a coloured pen's, when the print is not known
)
_SECOND = 0.28  # share of a blot from which a second pen is told apart

Mask = NDArray[np.bool_]


def read_strokes(
    shades: Shades, frame: MapFrame, printed: Shades | None, *, is_grey: bool
) -> tuple[PenMark, ...]:
    """Return what was drawn on the map.

    Parameters
    ----------
    shades, printed
        The straightened page and its print (None: not known), each evened, ``(h, w, 3)``.
    is_grey
        Whether the scan has no colours: pens are unknown then, and without the print nothing can be read.
    """
    if is_grey and printed is None:
        return ()
    box = inset(frame.box, _EDGE_MM)
    seen = _small(shades, box)
    shown = None if printed is None else _small(printed, box)
    if is_grey:
        seen = np.repeat(seen.mean(axis=2, keepdims=True), 3, axis=2)
        shown = None if shown is None else np.repeat(shown.mean(axis=2, keepdims=True), 3, axis=2)
    ink, light = _by_colour(seen) if shown is None else _by_print(seen, shown)
    marks = []
    for mask, pen in _blots(ink, light, is_grey=is_grey):
        traced = trace(mask, DOTS)
        if traced is None:
            continue
        geometry, width = traced
        world = _to_world(geometry, frame, (box.x, box.y))
        marks.append(PenMark(world, "" if is_grey else _hex(light[mask]), pen, round(width, 2)))
    return tuple(marks)


def _small(shades: Shades, box: Box) -> Shades:
    import cv2

    part = cut(shades, box)
    scale = DOTS / DOTS_PER_MM
    return np.asarray(
        cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.float32
    )


def _by_print(seen: Shades, shown: Shades) -> tuple[Mask, Shades]:
    """Return ink beyond the print, and the light it lets through as if on white paper."""
    import cv2

    expected = as_scanned(_aligned(shown, seen), seen)
    wide = 2 * round(SHIFT_MM * DOTS) + 1
    darkest = cv2.erode(expected, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    off = -least(np.asarray(seen - darkest, dtype=np.float32))
    noise = float(np.median(np.abs(expected - seen))) * 1.48
    margin = max(_DARKER, _NOISE * noise) + _DARKER_ON_PRINT * (
        1 - least(np.asarray(darkest, dtype=np.float32))
    )
    ink = off > margin
    return ink, np.clip(seen / np.maximum(expected, 0.05), 0, 1)


def _aligned(shown: Shades, seen: Shades) -> Shades:
    """Return the print shifted onto the scan as a whole, within two millimetres."""
    import cv2

    a, b = (np.ascontiguousarray(1 - s.mean(axis=2)) for s in (shown, seen))
    window = cv2.createHanningWindow(a.shape[::-1], cv2.CV_32F)
    (x, y), response = cv2.phaseCorrelate(a, b, window)
    if response < 0.05 or max(abs(x), abs(y)) > 2 * DOTS:
        return shown
    matrix = np.array([[1, 0, x], [0, 1, y]], dtype=np.float64)
    out = cv2.warpAffine(shown, matrix, shown.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, dtype=np.float32)


def _by_colour(seen: Shades) -> tuple[Mask, Shades]:
    """Return coloured ink where the print is not known: colours that cover much are the map's own."""
    chroma = spread(seen)
    ink = np.asarray(chroma > _COLOURED_ALONE)
    pens = _pens(seen)
    for pen in PenColour:
        own = ink & (pens == list(PenColour).index(pen))
        if own.mean() > _PRINTED_SHARE:
            ink &= ~own
    return ink, seen


def _pens(light: Shades) -> NDArray[np.int8]:
    """Return for each dot the place of its pen's colour in :class:`PenColour`."""
    import cv2

    hsv = cv2.cvtColor(np.ascontiguousarray(light), cv2.COLOR_BGR2HSV)
    chroma = spread(light)
    order = list(PenColour)
    upper = np.array([h for h, _ in _HUES])
    names = np.array([order.index(p) for _, p in _HUES], dtype=np.int8)
    found = names[np.searchsorted(upper, hsv[:, :, 0], side="right").clip(0, len(names) - 1)]
    taken = np.maximum(1 - least(light), 0.05)
    return np.where(chroma > COLOURED_FROM * taken, found, order.index(PenColour.DARK)).astype(np.int8)


def _blots(ink: Mask, light: Shades, *, is_grey: bool) -> Iterator[tuple[Mask, PenColour]]:
    """Yield the connected pieces of ink, pieces of two pens apart."""
    import cv2

    dots = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    pens = _pens(light)
    order = list(PenColour)
    for piece in _pieces(dots > 0):
        if is_grey:
            yield piece, PenColour.UNKNOWN
            continue
        counts = np.bincount(pens[piece], minlength=len(order))
        main = [n for n in range(len(order)) if counts[n] >= _SECOND * counts.sum()]
        if not main:
            yield piece, order[int(counts.argmax())]
        elif len(main) == 1:
            yield piece, order[main[0]]
        else:
            for pen in main:
                for part in _pieces(piece & (pens == pen)):
                    yield part, order[pen]


def _pieces(mask: Mask) -> Iterator[Mask]:
    import cv2

    wide = round(_GAP_MM * DOTS) | 1
    joined = cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    count, labels = cv2.connectedComponents(joined)
    areas = np.bincount(labels[mask], minlength=count)
    for number in np.nonzero(areas >= SMALLEST_MM2 * DOTS**2)[0]:
        if number:
            yield (labels == number) & mask


def _hex(dots: Shades) -> str:
    """Return the colour of the darkest third of some dots: their edges are mixed with paper."""
    order = np.argsort(dots.sum(axis=1))
    core = np.median(dots[order[: max(1, len(order) // 3)]], axis=0)
    blue, green, red = (round(float(c) * 255) for c in core)
    return f"#{red:02X}{green:02X}{blue:02X}"


def _to_world(geometry: BaseGeometry, frame: MapFrame, corner_mm: tuple[float, float]) -> BaseGeometry:
    import shapely

    def move(places: NDArray[np.float64]) -> NDArray[np.float64]:
        page = places / DOTS + np.array(corner_mm)
        return np.array([frame.to_world(x, y) for x, y in page])

    return shapely.transform(geometry, move)
