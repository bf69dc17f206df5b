"""Ticks: how much ink lies inside each small box, and what lies around it.

A tick, a cross and a filled box all leave ink inside; a ring around the box counts as a tick too. A box that was
scribbled over beyond its sides or struck through with a long line asks, as does one with a trace of ink.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.form import Box, FieldKind, FormField
from renovate_gui.domain.scan import Tick, TickState
from renovate_gui.io.scan.corners import DOTS_PER_MM
from renovate_gui.io.scan.paper import Shades, inset

CLEAN_BELOW = 0.012
"""Share of ink inside a box up to which it is empty (dust, noise)."""
TICKED_FROM = 0.045
"""Share of ink from which it is ticked; a thin pen's shortest tick leaves twice that."""
FILLED_FROM = 0.45
"""Share from which a box may be scribbled over rather than ticked."""

_INK_FROM = 0.17  # darkness from which a dot is ink
_LINE = 0.16  # of a box's side: its own print and the ink that strays over it are left out
_SEARCH_MM = 1.6
_RING = (0.5, 3.2)  # millimetres around the box where a ring is looked for
_ANGLES = 48
_RING_FROM = 0.72  # share of angles that a ring covers beyond what other boxes show there
_SPILT = 0.4  # share of ink in the strips beside a box that was scribbled over
_RING_ASKS = 0.9
_STRUCK = (0.8, 2.4)  # millimetres beside the box that a line striking it out runs through on both sides


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is to be measured at a box."""

    field: FormField
    ink: float
    is_scribbled: bool
    is_struck: bool
    ring: NDArray[np.bool_]


def read_ticks(
    dark: Shades, ink: Shades, fields: Sequence[FormField], outside: frozenset[str], *, has_print: bool
) -> tuple[Tick, ...]:
    """Return what was ticked.

    Parameters
    ----------
    dark
        Darkness of the straightened page.
    ink
        Darkness beyond its print, the same where the print is not known.
    outside
        Keys of boxes that do not lie in the picture: they ask.
    has_print
        Whether the print is known and taken out of ``ink``.
    """
    boxes = [f for f in fields if f.kind is FieldKind.TICK]
    seen = [_look(dark, ink, f) for f in boxes if f.key not in outside]
    usual = np.zeros(_ANGLES) if has_print or not seen else np.mean([s.ring for s in seen], axis=0)
    ticks = {s.field.key: _judge(s, usual > 0.34) for s in seen}
    ticks |= {f.key: Tick(f.key, TickState.UNSURE, 0.0) for f in boxes if f.key in outside}
    return tuple(_one_of_each(boxes, ticks)[f.key] for f in boxes)


def _look(dark: Shades, ink: Shades, field: FormField) -> _Seen:
    box = _where(dark, field.box)
    line = _LINE * box.width
    inside = _cut(ink, inset(box, line)) > _INK_FROM
    around = _cut(ink, inset(box, -4.0)) > _INK_FROM
    share = float(inside.mean()) if inside.size else 0.0
    if share < CLEAN_BELOW:
        return _Seen(field, share, is_scribbled=False, is_struck=False, ring=_ring(around, box))
    struck = _is_struck(around, _cut(dark, inset(box, -4.0)) > _INK_FROM, box)
    spilled = _is_scribbled(around, box, share)
    return _Seen(field, share, is_scribbled=spilled, is_struck=struck, ring=_ring(around, box))


def _where(dark: Shades, box: Box) -> Box:
    """Return the box where its printed outline is to be seen, for paper is not flat; the box itself when it is not."""
    import cv2

    reach = _cut(dark, inset(box, -_SEARCH_MM))
    side, high = round(box.width * DOTS_PER_MM), round(box.height * DOTS_PER_MM)
    if reach.shape[0] < high + 4 or reach.shape[1] < side + 4:
        return box
    outline = np.zeros((high + 3, side + 3), dtype=np.float32)
    cv2.rectangle(outline, (1, 1), (side + 1, high + 1), 1.0, 2)
    held = np.zeros_like(outline)
    cv2.rectangle(held, (0, 0), (side + 2, high + 2), 1.0, 5)
    score = cv2.matchTemplate(reach, outline * 2 - held, cv2.TM_CCORR)
    _, best, _, (at_x, at_y) = cv2.minMaxLoc(score)
    middle_x, middle_y = (score.shape[1] - 1) / 2, (score.shape[0] - 1) / 2
    if best < 0.15 * float(outline.sum()):
        return box
    return replace(box, x=box.x + (at_x - middle_x) / DOTS_PER_MM, y=box.y + (at_y - middle_y) / DOTS_PER_MM)


def _is_scribbled(around: NDArray[np.bool_], box: Box, share: float) -> bool:
    """Return whether ink spills over the box on several sides."""
    return share > FILLED_FROM and sum(s > _SPILT for s in _around_share(around, box)) >= 2


def _is_struck(around: NDArray[np.bool_], dark: NDArray[np.bool_], box: Box) -> bool:
    """Return whether a level line comes in at the left of the box and goes out at its right, over the printed word there."""
    margin, near, far = (n * DOTS_PER_MM for n in (4.0, _STRUCK[0], _STRUCK[1]))
    side, high = box.width * DOTS_PER_MM, box.height * DOTS_PER_MM
    left = around[round(margin) : round(margin + high), round(margin - far) : round(margin - near)]
    rows = np.nonzero(left)[0]
    if not len(rows) or left.any(axis=0).mean() < 0.7 or np.ptp(rows) > 0.4 * high:
        return False
    middle, half = margin + rows.mean(), 0.14 * high
    right = dark[
        round(middle - half) : round(middle + half), round(margin + side + near) : round(margin + side + far)
    ]
    return bool(right.size and right.any(axis=0).mean() > 0.9)


def _around_share(around: NDArray[np.bool_], box: Box) -> list[float]:
    """Return the share of ink in a strip of a millimetre beyond each side."""
    margin, gap, wide = 4.0 * DOTS_PER_MM, 0.5 * DOTS_PER_MM, 1.0 * DOTS_PER_MM
    side, high = box.width * DOTS_PER_MM, box.height * DOTS_PER_MM
    a, b = round(margin), round(margin + side)
    c, d = round(margin), round(margin + high)
    near, far = round(gap), round(gap + wide)
    strips = [around[c:d, a - far : a - near], around[c:d, b + near : b + far]]
    strips += [around[c - far : c - near, a:b], around[d + near : d + far, a:b]]
    return [float(s.mean()) if s.size else 0.0 for s in strips]


def _ring(around: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    """Return for each angle from the box's middle whether ink lies a little beyond its side."""
    margin = 4.0 * DOTS_PER_MM
    side, high = box.width * DOTS_PER_MM, box.height * DOTS_PER_MM
    y, x = np.nonzero(around)
    right, down = x - margin - side / 2, y - margin - high / 2
    far = np.maximum(np.abs(right) - side / 2, np.abs(down) - high / 2) / DOTS_PER_MM
    near = (far > _RING[0]) & (far < _RING[1])
    angle = ((np.arctan2(down[near], right[near]) / (2 * np.pi)) % 1.0 * _ANGLES).astype(int) % _ANGLES
    hits = np.bincount(angle, minlength=_ANGLES)
    return np.asarray(hits >= 2)


def _judge(seen: _Seen, usual: NDArray[np.bool_]) -> Tick:
    key, ink = seen.field.key, seen.ink
    free = ~usual
    ring = float(seen.ring[free].mean()) if free.sum() >= _ANGLES / 2 else 0.0
    if seen.is_scribbled or seen.is_struck:
        return Tick(key, TickState.UNSURE, 0.3, ink)
    if ink >= TICKED_FROM:
        return Tick(key, TickState.YES, min(1.0, 0.7 + 3 * (ink - TICKED_FROM)), ink)
    if ring >= _RING_FROM:
        return Tick(key, TickState.YES, 0.65, ink)
    if seen.ring.mean() > _RING_ASKS:  # a ring around every box, or a printed frame: only a person can tell
        return Tick(key, TickState.UNSURE, 0.2, ink)
    if ink > CLEAN_BELOW:
        return Tick(key, TickState.UNSURE, 0.5 * abs(ink - CLEAN_BELOW) / TICKED_FROM, ink)
    return Tick(key, TickState.NO, 1.0 - 0.3 * ink / CLEAN_BELOW, ink)


def _one_of_each(boxes: Sequence[FormField], ticks: Mapping[str, Tick]) -> dict[str, Tick]:
    """Make two ticks where one is allowed ask both."""
    out = dict(ticks)
    groups: dict[tuple[str, str], list[str]] = {}
    for field in boxes:
        if field.is_single:
            groups.setdefault((field.group, field.proposal or ""), []).append(field.key)
    for keys in groups.values():
        ticked = [k for k in keys if ticks[k].state is TickState.YES]
        if len(ticked) > 1:
            out |= {k: replace(ticks[k], state=TickState.UNSURE, confidence=0.4) for k in ticked}
    return out


def _cut(shades: Shades, box: Box) -> Shades:
    """Return the dots of a box; beyond the page is paper."""
    left, top = round(box.x * DOTS_PER_MM), round(box.y * DOTS_PER_MM)
    wide, high = round(box.width * DOTS_PER_MM), round(box.height * DOTS_PER_MM)
    out = np.zeros((max(high, 1), max(wide, 1)), dtype=np.float32)
    rows = slice(max(top, 0), min(top + high, shades.shape[0]))
    columns = slice(max(left, 0), min(left + wide, shades.shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        out[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left] = shades[
            rows, columns
        ]
    return out
