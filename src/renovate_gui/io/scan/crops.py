"""Handwriting: boxes with ink in them, cut out as pictures for people to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.form import FieldKind, FormField, FormSheet
from renovate_gui.domain.scan import Crop
from renovate_gui.io.scan.corners import DOTS_PER_MM
from renovate_gui.io.scan.paper import Picture, Shades, cut, inset

WRITTEN_MM2 = 1.2
"""Ink (mm²) from which a box is taken as written in: a short stroke of a thin pen."""

_INK_FROM = 0.2
_INSET_MM = 0.9
_RULE_MM = 12.0  # printed lines to write on are longer and straighter than strokes


def cut_handwriting(page: Picture, ink: Shades, fields: Sequence[FormField]) -> tuple[Crop, ...]:
    """Return the boxes somebody wrote into, with a margin of 1.5 mm for strokes that leave the box."""
    crops = []
    for field in fields:
        if field.kind not in (FieldKind.TEXT, FieldKind.RANK):
            continue
        inside = _without_rules(np.asarray(cut(ink, inset(field.box, _INSET_MM)) > _INK_FROM))
        if inside.sum() / DOTS_PER_MM**2 >= WRITTEN_MM2:
            picture = np.asarray(cut(page, inset(field.box, -1.5)), dtype=np.uint8)
            crops.append(Crop(field.key, _png(picture), round(float(inside.mean()), 4)))
    return tuple(crops)


def _without_rules(inked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    import cv2

    dots = inked.astype(np.uint8)
    dots = np.asarray(
        cv2.morphologyEx(dots, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), dtype=np.uint8
    )  # no noise
    long = np.ones((1, round(_RULE_MM * DOTS_PER_MM)), np.uint8)
    if dots.shape[1] <= long.shape[1]:
        return np.asarray(dots > 0)
    rules = cv2.dilate(cv2.morphologyEx(dots, cv2.MORPH_OPEN, long), np.ones((3, 1), np.uint8))
    return np.asarray((dots > 0) & (rules == 0))


def _png(picture: Picture) -> bytes:
    import cv2

    _, raw = cv2.imencode(".png", picture)
    return bytes(raw.tobytes())


def cut_boxes(
    page: Picture, sheet: FormSheet, fields: Sequence[FormField], ink: Mapping[str, float]
) -> tuple[Crop, ...]:
    """Return boxes of a kept page as pictures; small boxes come with what stands around them."""
    dots = page.shape[1] / sheet.width_mm
    crops = []
    for field in fields:
        around = inset(field.box, -1.5 if field.kind is FieldKind.TEXT else -6.0)
        picture = np.asarray(cut(page, around, dots), dtype=np.uint8)
        crops.append(Crop(field.key, _png(picture), ink.get(field.key, 0.0)))
    return tuple(crops)
