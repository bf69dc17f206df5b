"""Corner marks: found at several sizes and thresholds, and the way from the page's millimetres to the picture's pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.form import CORNER_BITS, Box, FormSheet

DOTS_PER_MM = 200 / 25.4
"""Resolution of straightened pages: 200 dots an inch."""
MOST_OFF_MM = 1.2
"""Corner marks that lie farther from where the others say are no corner marks of this sheet."""

_SIDES = (1800, 2800, 1100)  # longest side in pixels at which marks are looked for, in this order
_WINDOWS = ((5, 45, 10), (3, 93, 15))  # windows of the local threshold: smallest, largest, step

Pixels = NDArray[np.float64]
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class CornerMark:
    """A mark in a picture: its number and its four corners, clockwise from its own upper left, pixels ``(4, 2)``."""

    number: int
    corners: Pixels

    @property
    def centre(self) -> Pixels:
        """Return its middle."""
        middle: Pixels = self.corners.mean(axis=0)
        return middle


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a sheet lies in a picture.

    Attributes
    ----------
    to_pixels
        Homography from millimetres on the page to pixels, ``(3, 3)``.
    seen
        How many of its corner marks it rests on; 0 when a person set them.
    off_mm
        Root of the mean square by which the marks miss it.
    """

    to_pixels: Pixels
    seen: int
    off_mm: float = 0.0

    def pixels(self, places_mm: Pixels) -> Pixels:
        """Return pixels of places on the page, ``(n, 2)``."""
        return _moved(self.to_pixels, places_mm)


@lru_cache(maxsize=1)
def _detectors() -> tuple[Any, ...]:
    import cv2

    bits = [np.array([int(b) for b in word], dtype=np.uint8).reshape(4, 4) for word in CORNER_BITS]
    rows = np.concatenate([cv2.aruco.Dictionary.getByteListFromBits(b) for b in bits])
    dictionary = cv2.aruco.Dictionary(rows, 4, 1)
    found = []
    for smallest, largest, step in _WINDOWS:
        wanted = cv2.aruco.DetectorParameters()
        wanted.adaptiveThreshWinSizeMin = smallest
        wanted.adaptiveThreshWinSizeMax = largest
        wanted.adaptiveThreshWinSizeStep = step
        wanted.minMarkerPerimeterRate = 0.02
        wanted.maxMarkerPerimeterRate = 0.5
        wanted.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
        wanted.cornerRefinementWinSize = 4
        found.append(cv2.aruco.ArucoDetector(dictionary, wanted))
    return tuple(found)


def find_marks(grey: Grey, *, sheets: int = 1) -> list[CornerMark]:
    """Return the corner marks in a picture.

    Parameters
    ----------
    sheets
        How many sheets lie in it at least: it is looked at in further sizes until four marks each are there.
    """
    import cv2

    found: list[CornerMark] = []
    sides = dict.fromkeys(min(side, max(grey.shape)) for side in _SIDES)
    for side, detector in ((s, d) for d in _detectors() for s in sides):
        scale = side / max(grey.shape)
        small = (
            grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
        corners, numbers, _ = detector.detectMarkers(small)
        for quad, number in zip(corners, [] if numbers is None else numbers.ravel(), strict=True):
            mark = CornerMark(int(number), (quad.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5)
            if not any(_is_same(mark, other) for other in found):
                found.append(mark)
        if all(sum(m.number == n for m in found) >= sheets for n in range(4)):
            break
    return found


def _is_same(a: CornerMark, b: CornerMark) -> bool:
    side = float(np.linalg.norm(a.corners[0] - a.corners[1]))
    return a.number == b.number and float(np.linalg.norm(a.centre - b.centre)) < side / 2


def place(sheet: FormSheet, marks: Sequence[CornerMark], code_px: Pixels) -> Placing:
    """Return where a sheet lies by its marks and its code.

    Parameters
    ----------
    code_px
        Four corners of the code in the picture, clockwise from its own upper left, ``(4, 2)``.

    Returns
    -------
    Placing
        With the most marks that agree with one another; ``seen`` may be less than three, which is too few to read by.
    """
    rough = _similarity(_corners_of(sheet.code), code_px)
    choices = [_nearest(n, sheet, marks, rough) for n in range(4)]
    best = Placing(rough, 0, float("inf"))
    for chosen in product(*choices):
        placing = _fit(sheet, [m for m in chosen if m is not None], code_px)
        if placing.off_mm <= MOST_OFF_MM and (placing.seen, -placing.off_mm) > (best.seen, -best.off_mm):
            best = placing
    return best


def _nearest(
    number: int, sheet: FormSheet, marks: Iterable[CornerMark], rough: Pixels
) -> list[CornerMark | None]:
    """Return the two marks of a number nearest to where the code lets expect it, and that there is none."""
    expected = _moved(rough, _centre_of(sheet.corners[number])[None])[0]
    same = sorted((m for m in marks if m.number == number), key=lambda m: _length(m.centre - expected))
    return [*same[:2], None]


def _fit(sheet: FormSheet, marks: Sequence[CornerMark], code_px: Pixels) -> Placing:
    if len(marks) < 2:
        return Placing(np.eye(3), len(marks), float("inf"))
    page = [_corners_of(sheet.corners[m.number]) for m in marks]
    seen = [m.corners for m in marks]
    if len(marks) < 4:  # the code's middle holds the corner that is missing
        page.append(_centre_of(sheet.code)[None])
        seen.append(_crossing(code_px)[None])
    source, target = np.concatenate(page), np.concatenate(seen)
    matrix = _homography(source, target)
    if matrix is None:
        return Placing(np.eye(3), len(marks), float("inf"))
    back = _inverse(matrix)
    off = _moved(back, target) - source
    around = _moved(back, code_px).mean(axis=0) - _centre_of(sheet.code)
    if not np.isfinite(off).all() or _length(around) > 3 * MOST_OFF_MM or _is_mirrored(matrix, sheet):
        return Placing(np.eye(3), len(marks), float("inf"))
    return Placing(matrix, len(marks), float(np.sqrt((off**2).sum(axis=1).mean())))


def place_by_marks(sheet: FormSheet, marks: Sequence[CornerMark]) -> Placing | None:
    """Return where a sheet lies by its marks alone, when three or four different ones agree."""
    best: Placing | None = None
    for chosen in product(*([*[m for m in marks if m.number == n][:2], None] for n in range(4))):
        used = [m for m in chosen if m is not None]
        if len(used) < 3 or (best is not None and len(used) <= best.seen):
            continue
        source = np.concatenate([_corners_of(sheet.corners[m.number]) for m in used])
        target = np.concatenate([m.corners for m in used])
        matrix = _homography(source, target)
        if matrix is None or _is_mirrored(matrix, sheet):
            continue
        off = _moved(_inverse(matrix), target) - source
        rms = float(np.sqrt((off**2).sum(axis=1).mean()))
        if rms <= MOST_OFF_MM:
            best = Placing(matrix, len(used), rms)
    return best


def place_by_hand(sheet: FormSheet, centres_px: Pixels) -> Placing:
    """Return where a sheet lies when a person pointed at the middles of its four corner marks, clockwise."""
    import cv2

    page = np.array([_centre_of(b) for b in sheet.corners], dtype=np.float32)
    return Placing(cv2.getPerspectiveTransform(page, centres_px.astype(np.float32)).astype(np.float64), 0)


def straighten(picture: NDArray[np.uint8], sheet: FormSheet, placing: Placing) -> NDArray[np.uint8]:
    """Return the page upright at 200 dots an inch; what lies outside the picture is white."""
    import cv2

    back = np.linalg.inv(placing.to_pixels)
    centred = np.array([[DOTS_PER_MM, 0, -0.5], [0, DOTS_PER_MM, -0.5], [0, 0, 1]])
    size = (round(sheet.width_mm * DOTS_PER_MM), round(sheet.height_mm * DOTS_PER_MM))
    out = cv2.warpPerspective(
        picture,
        centred @ back,
        size,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(out, dtype=np.uint8)


def is_inside(box: Box, placing: Placing, shape: tuple[int, ...]) -> bool:
    """Return whether the whole box lies in the picture."""
    corners = placing.pixels(_corners_of(box))
    limit = np.array([shape[1], shape[0]], dtype=np.float64)
    return bool((corners >= 0).all() and (corners < limit).all())


def mark_centres(sheet: FormSheet, placing: Placing) -> Pixels:
    """Return the middles of the four corner marks in the picture, ``(4, 2)``."""
    return placing.pixels(np.array([_centre_of(b) for b in sheet.corners]))


def _corners_of(box: Box) -> Pixels:
    x, y, right, low = box.x, box.y, box.x + box.width, box.y + box.height
    return np.array([[x, y], [right, y], [right, low], [x, low]], dtype=np.float64)


def _centre_of(box: Box) -> Pixels:
    return np.array([box.x + box.width / 2, box.y + box.height / 2])


def _crossing(quad: Pixels) -> Pixels:
    """Return where the diagonals cross: the middle also in perspective."""
    a, b, c, d = quad
    across = np.column_stack([c - a, b - d])
    if abs(np.linalg.det(across)) < 1e-9:
        middle: Pixels = quad.mean(axis=0)
        return middle
    share = np.linalg.solve(across, b - a)[0]
    crossing: Pixels = a + share * (c - a)
    return crossing


def _similarity(page: Pixels, seen: Pixels) -> Pixels:
    """Return the best turn, scale and shift from page to picture, ``(3, 3)``."""
    z, w = page @ np.array([1, 1j]), seen @ np.array([1, 1j])
    z0, w0 = z.mean(), w.mean()
    factor = np.vdot(z - z0, w - w0) / np.vdot(z - z0, z - z0)
    shift = w0 - factor * z0
    return np.array(
        [[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag], [0, 0, 1]],
        dtype=np.float64,
    )


def _homography(source: Pixels, target: Pixels) -> Pixels | None:
    import cv2

    matrix, _ = cv2.findHomography(source, target, 0)
    if matrix is None or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-12:
        return None
    return np.asarray(matrix, dtype=np.float64)


def _inverse(matrix: Pixels) -> Pixels:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _is_mirrored(matrix: Pixels, sheet: FormSheet) -> bool:
    corners = _moved(matrix, _corners_of(Box(0, 0, sheet.width_mm, sheet.height_mm)))
    following = np.roll(corners, -1, axis=0) - corners
    after = np.roll(following, -1, axis=0)
    turns = following[:, 0] * after[:, 1] - following[:, 1] * after[:, 0]
    return not bool((turns > 0).all())


def _moved(matrix: Pixels, places: Pixels) -> Pixels:
    ends = np.column_stack([places, np.ones(len(places))]) @ matrix.T
    with np.errstate(divide="ignore", invalid="ignore"):
        moved: Pixels = ends[:, :2] / ends[:, 2:]
    return moved


def _length(vector: Pixels) -> float:
    return float(np.hypot(vector[0], vector[1]))
