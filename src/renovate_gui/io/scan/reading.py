"""One picture in, its sheets out: identity, ticks, marks and handwriting of each, or why it could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from renovate_gui.assets import tr
from renovate_gui.domain.form import FormField, FormSheet, SheetCode
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scan import Crop, PenMark, Quad, ScanProblem, ScanTrouble, SheetReading
from renovate_gui.io.scan.code import FoundCode, code_in_place, find_codes
from renovate_gui.io.scan.corners import (
    CornerMark,
    Grey,
    Pixels,
    Placing,
    find_marks,
    is_inside,
    mark_centres,
    place,
    place_by_hand,
    place_by_marks,
    straighten,
)
from renovate_gui.io.scan.crops import cut_handwriting
from renovate_gui.io.scan.paper import Picture, Shades, beyond_print, darkness, evened, is_grey
from renovate_gui.io.scan.strokes import read_strokes
from renovate_gui.io.scan.ticks import read_ticks

FEWEST_MARKS = 3
"""Corner marks that suffice, together with the code's place."""

_BLANK_DARK = 0.25
_BLANK_SHARE = 0.0006  # a page with less ink than a line of print is blank

Layouts = Mapping[Uuid, Sequence[FormSheet]]


class Prints:
    """What the sheets of known packages look like before anybody writes on them.

    Parameters
    ----------
    pages
        Gives the picture of an empty sheet, upright and whole, or None when it was not kept.
    """

    def __init__(self, pages: Callable[[FormSheet], Picture | None] = lambda _sheet: None) -> None:
        self._pages = pages
        self._held: dict[str, Shades | None] = {}
        self._dark: dict[str, Shades] = {}

    def shades(self, sheet: FormSheet, shape: tuple[int, ...]) -> Shades | None:
        """Return the empty sheet evened, in the size of a straightened page."""
        import cv2

        key = _name(sheet)
        if key not in self._held:
            page = self._pages(sheet)
            if page is not None:
                page = np.asarray(
                    cv2.resize(page, shape[1::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8
                )
            self._held[key] = None if page is None else evened(page)
        return self._held[key]

    def darkness(self, sheet: FormSheet, shape: tuple[int, ...]) -> Shades | None:
        """Return how dark the empty sheet is."""
        key, shades = _name(sheet), self.shades(sheet, shape)
        if shades is not None and key not in self._dark:
            self._dark[key] = darkness(shades)
        return self._dark.get(key)


def _name(sheet: FormSheet) -> str:
    return f"{sheet.package} {sheet.sheet} {sheet.digest}"


def read_sheet(
    picture: Picture,
    layouts: Layouts,
    prints: Prints | None = None,
    *,
    corners: Quad | None = None,
    typed: SheetCode | None = None,
) -> SheetReading | ScanProblem:
    """Read the first sheet in a picture; see :func:`read_sheets`."""
    return read_sheets(picture, layouts, prints, corners=corners, typed=typed)[0]


def read_sheets(
    picture: Picture,
    layouts: Layouts,
    prints: Prints | None = None,
    *,
    corners: Quad | None = None,
    typed: SheetCode | None = None,
) -> tuple[SheetReading | ScanProblem, ...]:
    """Read every sheet that lies in a picture.

    Parameters
    ----------
    picture
        ``(height, width, 3)`` uint8, blue-green-red; any turn, tilt and resolution from 100 dots an inch on.
    layouts
        The sheets of each package that was given out.
    corners
        Middles of the four corner marks in order, when a person pointed at them.
    typed
        What a person read beside a code that cannot be read.

    Returns
    -------
    tuple
        At least one entry; a picture without any of our sheets is one problem.
    """
    prints = prints or Prints()
    if corners is not None:
        return (_by_hand(picture, layouts, prints, corners, typed),)
    grey = _grey(picture)
    codes = find_codes(grey)
    ours = [c for c in codes if c.code is not None]
    if not ours and not codes and _is_blank(picture):
        return (ScanProblem(ScanTrouble.BLANK, tr("Nothing stands on it.")),)
    marks = find_marks(grey, sheets=max(1, len(ours)))
    if not ours:
        found = _code_by_marks(grey, layouts, marks)
        if found is None:
            return (_nameless(codes, marks),)
        ours = [found]
    return tuple(_read(picture, layouts, prints, marks, c) for c in ours)


def _read(
    picture: Picture, layouts: Layouts, prints: Prints, marks: Sequence[CornerMark], found: FoundCode
) -> SheetReading | ScanProblem:
    assert found.code is not None
    sheet = _sheet_of(found.code, layouts)
    if isinstance(sheet, ScanProblem):
        return sheet
    placing = place(sheet, marks, found.corners)
    if placing.seen < FEWEST_MARKS:
        reason = tr(
            "Only {n} of the four corner marks can be found; point at them, or scan the whole sheet again.",
            n=placing.seen,
        )
        return ScanProblem(ScanTrouble.NO_CORNERS, reason, found.code)
    return _contents(picture, sheet, found.code, placing, prints)


def _by_hand(
    picture: Picture, layouts: Layouts, prints: Prints, corners: Quad, typed: SheetCode | None
) -> SheetReading | ScanProblem:
    """Read with corners a person pointed at; they may begin at any of the four."""
    grey = _grey(picture)
    given = np.array(corners, dtype=np.float64)
    for turn in range(4):
        centres = np.roll(given, -turn, axis=0)
        for sheet in _arrangements(layouts):
            placing = place_by_hand(sheet, centres)
            found = code_in_place(grey, sheet, placing)
            if found is None or found.code is None or not _is_upright(placing, found):
                continue
            own = _sheet_of(found.code, layouts)
            if isinstance(own, ScanProblem):
                return own
            return _contents(picture, own, found.code, place_by_hand(own, centres), prints)
    if typed is not None:
        own = _sheet_of(typed, layouts)
        return (
            own
            if isinstance(own, ScanProblem)
            else _contents(picture, own, typed, place_by_hand(own, given), prints)
        )
    reason = tr(
        "The code cannot be read there either; check the four corners, or type what stands beside the code."
    )
    return ScanProblem(ScanTrouble.NO_CODE, reason)


def _is_upright(placing: Placing, found: FoundCode) -> bool:
    """Return whether the code's own upper left lies at the upper left of where it is printed."""
    back = np.column_stack([found.corners, np.ones(4)]) @ np.linalg.inv(placing.to_pixels).T
    places = back[:, :2] / back[:, 2:]
    return bool(
        places[0].sum() < places[2].sum() and places[0, 0] < places[1, 0] and places[0, 1] < places[3, 1]
    )


def _sheet_of(code: SheetCode, layouts: Layouts) -> FormSheet | ScanProblem:
    sheets = layouts.get(code.package)
    if sheets is None:
        reason = tr("It answers a package that this project did not give out.")
        return ScanProblem(ScanTrouble.UNKNOWN_PACKAGE, reason, code)
    for sheet in sheets:
        if (sheet.sheet, sheet.version) == (code.sheet, code.version) and sheet.digest == code.frame:
            return sheet
    reason = tr("Its arrangement is not the one this package was printed with; enter it by hand.")
    return ScanProblem(ScanTrouble.OTHER_LAYOUT, reason, code)


def _contents(
    picture: Picture, sheet: FormSheet, code: SheetCode, placing: Placing, prints: Prints
) -> SheetReading:
    page = straighten(picture, sheet, placing)
    shades = evened(page)
    printed = prints.shades(sheet, page.shape)
    dark = darkness(shades)
    ink = beyond_print(dark, prints.darkness(sheet, page.shape))
    outside = frozenset(f.key for f in sheet.fields if not is_inside(f.box, placing, picture.shape))
    without_colour = is_grey(shades)
    marks: tuple[PenMark, ...] = ()
    if sheet.frame is not None:
        marks = read_strokes(shades, sheet.frame, printed, is_grey=without_colour)
    crops: tuple[Crop, ...] = cut_handwriting(page, ink, _to_write(sheet.fields, outside, code))
    centres = mark_centres(sheet, placing)
    return SheetReading(
        code,
        read_ticks(dark, ink, sheet.fields, outside, has_print=printed is not None),
        marks,
        crops,
        _quad(centres),
        placing.seen,
        page,
        is_grey=without_colour,
    )


def _grey(picture: Picture) -> Grey:
    import cv2

    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _to_write(fields: Sequence[FormField], outside: frozenset[str], code: SheetCode) -> tuple[FormField, ...]:
    """Return the fields in the picture that were empty when they were printed: a household's form names its home."""
    return tuple(f for f in fields if f.key not in outside and not (code.household and f.group == "home"))


def _quad(places: Pixels) -> Quad:
    a, b, c, d = ((float(x), float(y)) for x, y in places)
    return a, b, c, d


def _code_by_marks(grey: Grey, layouts: Layouts, marks: Sequence[CornerMark]) -> FoundCode | None:
    """Look for the code where the corner marks let expect it."""
    for sheet in _arrangements(layouts):
        placing = place_by_marks(sheet, marks)
        found = None if placing is None else code_in_place(grey, sheet, placing)
        if found is not None:
            return found
    return None


def _arrangements(layouts: Layouts) -> Iterator[FormSheet]:
    """Yield one sheet for each place of marks and code."""
    seen = set()
    for sheet in (s for sheets in layouts.values() for s in sheets):
        key = (sheet.width_mm, sheet.height_mm, sheet.corners, sheet.code)
        if key not in seen:
            seen.add(key)
            yield sheet


def _nameless(codes: Sequence[FoundCode], marks: Sequence[CornerMark]) -> ScanProblem:
    if len({m.number for m in marks}) >= FEWEST_MARKS:
        reason = tr("The code cannot be read: it is covered, torn or blurred; scan the sheet again, or point at its corners and type what stands beside the code.")  # fmt: skip
        return ScanProblem(ScanTrouble.NO_CODE, reason)
    if codes:
        return ScanProblem(ScanTrouble.FOREIGN, tr("It carries a code that is not one of our forms'."))
    if marks:
        reason = tr("Neither the code nor enough of the corner marks can be found: the sheet is cropped or damaged; scan the whole sheet again.")  # fmt: skip
        return ScanProblem(ScanTrouble.NO_CODE, reason)
    return ScanProblem(
        ScanTrouble.FOREIGN, tr("It is not one of our forms: neither code nor corner marks are on it.")
    )


def _is_blank(picture: Picture) -> bool:
    import cv2

    scale = min(1.0, 900 / max(picture.shape[:2]))
    small = np.asarray(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    margin = max(2, round(0.03 * min(small.shape[:2])))  # the dark rim of a scanner's lid
    dark = darkness(evened(small, 3.0))[margin:-margin, margin:-margin]
    return dark.size == 0 or float((dark > _BLANK_DARK).mean()) < _BLANK_SHARE
