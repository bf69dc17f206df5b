"""Paper and print: shadows taken out of a straightened page, and what is ink beyond what was printed."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.form import Box
from renovate_gui.io.scan.corners import DOTS_PER_MM

Picture = NDArray[np.uint8]
Shades = NDArray[np.float32]

Dots = TypeVar("Dots", np.uint8, np.float32)

SHIFT_MM = 0.45
"""How far printed lines may lie from where they were printed: paper is not flat and corners are found to 0.1 mm."""
_LIGHT_MM = 9.0  # a place of this size holds some bare paper
_GREY_CHROMA = 0.035  # below this the most coloured hundredth of a page is as grey as noise
_LEVELS = 17
_FEW = 150  # dots of a shade too few to say how it was scanned


def evened(picture: Picture, dots_per_mm: float = DOTS_PER_MM) -> Shades:
    """Return the page as shares of the paper's own light, channel by channel, 0 black … 1 paper."""
    import cv2

    step = max(2, round(dots_per_mm))  # one dot a millimetre
    size = (max(1, picture.shape[1] // step), max(1, picture.shape[0] // step))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    wide = int(_LIGHT_MM) | 1
    light = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    light = cv2.GaussianBlur(light, (0, 0), _LIGHT_MM / 2)
    light = cv2.resize(light, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(np.minimum(picture.astype(np.float32) / np.maximum(light, 24.0), 1.0), dtype=np.float32)


def is_grey(shades: Shades) -> bool:
    """Return whether a page was scanned without colours."""
    return float(np.quantile(spread(np.ascontiguousarray(shades[::3, ::3])), 0.999)) < _GREY_CHROMA


def spread(shades: Shades) -> Shades:
    """Return the difference between the lightest and the darkest channel of each dot: 0 for grey."""
    blue, green, red = (shades[:, :, n] for n in range(3))
    high = np.maximum(np.maximum(blue, green), red)
    return np.asarray(high - np.minimum(np.minimum(blue, green), red), dtype=np.float32)


def least(shades: Shades) -> Shades:
    """Return the darkest channel of each dot."""
    blue, green, red = (shades[:, :, n] for n in range(3))
    return np.asarray(np.minimum(np.minimum(blue, green), red), dtype=np.float32)


def darkness(shades: Shades) -> Shades:
    """Return 0 for paper … 1 for black, whatever the colour."""
    weights = np.array([0.2, 0.5, 0.3], dtype=np.float32)  # blue pens are to be seen as well as red ones
    return np.asarray(1.0 - shades @ weights, dtype=np.float32)


def beyond_print(dark: Shades, printed: Shades | None, dots_per_mm: float = DOTS_PER_MM) -> Shades:
    """Return how much darker the page is than its print within :data:`SHIFT_MM`; without a print, the page itself."""
    if printed is None:
        return dark
    import cv2

    wide = 2 * round(SHIFT_MM * dots_per_mm) + 1
    most = cv2.dilate(printed, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))
    return np.asarray(np.clip(dark - most, 0.0, 1.0), dtype=np.float32)


def as_scanned(printed: Shades, scanned: Shades) -> Shades:
    """Return the print in the shades in which this scan shows it: printers and scanners change them.

    The median shade of the scan for each shade of the print, channel by channel; pens cover too little to move it.
    """
    out = np.empty_like(printed)
    edges = np.linspace(0, 1, _LEVELS + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    for channel in range(printed.shape[2]):
        given, seen = printed[:, :, channel], scanned[:, :, channel]
        level = np.clip((given * _LEVELS).astype(int), 0, _LEVELS - 1)
        pairs = [
            (middles[n], float(np.median(seen[level == n])))
            for n in range(_LEVELS)
            if (level == n).sum() > _FEW
        ]
        if not pairs:
            pairs = [(0.0, 0.0), (1.0, 1.0)]
        x, y = np.array(pairs).T
        out[:, :, channel] = np.interp(given, x, np.maximum.accumulate(y))
    return out


def cut(picture: NDArray[Dots], box: Box, dots_per_mm: float = DOTS_PER_MM) -> NDArray[Dots]:
    """Return the dots of a box; what lies beyond the page is left out."""
    left, top = max(0, round(box.x * dots_per_mm)), max(0, round(box.y * dots_per_mm))
    right, low = round((box.x + box.width) * dots_per_mm), round((box.y + box.height) * dots_per_mm)
    return picture[top : max(top + 1, low), left : max(left + 1, right)]


def inset(box: Box, by_mm: float) -> Box:
    """Return a box that is smaller on every side; negative: larger."""
    return Box(box.x + by_mm, box.y + by_mm, box.width - 2 * by_mm, box.height - 2 * by_mm)
