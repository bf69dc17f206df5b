"""Where a floating card goes: beside what it is about, over as little of the explained way as can be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, QSizeF


def popup_corners(
    at: tuple[float, float], card: QSize, room: QSize, *, beside: int, margin: int
) -> list[QPoint]:
    """Return where a card of a size may stand, pixels: first around a point, then in the corners of the room.

    Around the point, places that fit come before those that had to be pushed back into the room.
    """
    x, y = at
    most_x = max(margin, room.width() - card.width() - margin)
    most_y = max(margin, room.height() - card.height() - margin)
    right, left = x + beside, x - card.width() - beside
    above, below = y - card.height() - beside, y + beside
    wanted = [(right, above), (right, below), (left, above), (left, below)]
    fits = [margin <= a <= most_x and margin <= b <= most_y for a, b in wanted]
    ordered = [p for p, fit in zip(wanted, fits, strict=True) if fit]
    ordered += [p for p, fit in zip(wanted, fits, strict=True) if not fit]
    ordered += [(most_x, margin), (most_x, most_y), (margin, margin), (margin, most_y)]
    return [
        QPoint(round(min(max(a, margin), most_x)), round(min(max(b, margin), most_y))) for a, b in ordered
    ]


def least_covering(
    corners: Sequence[QPoint], card: QSize, covered: QRectF, buttons: QRectF | None = None
) -> QPoint:
    """Return the corner whose card leaves the buttons free and lies over the least of a box, the first of equals."""
    kept = buttons if buttons is not None else QRectF()

    def overlap(corner: QPoint) -> tuple[bool, float]:
        own = QRectF(corner, QSizeF(card))
        both = own.intersected(covered)
        return own.intersects(kept), both.width() * both.height()

    return min(corners, key=overlap)
