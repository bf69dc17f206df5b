"""A template for printed sheets: which blocks stand where on which paper. Boxes in millimetres from the upper left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from renovate_gui.domain.ids import Uuid

PAPERS = ("A3", "A4", "A1", "A3-elder", "A4-elder")
"""Papers that sheets are printed on, landscape; elder: large print."""
LEAST_TYPE_PT = 9.0
MOST_TYPE_PT = 40.0
LEAST_SIDE_MM = 8.0
_TOUCH_MM = 0.05  # boxes that touch do not overlap


class BlockKind(StrEnum):
    """What a block shows."""

    MAP = "map"
    FACTS = "facts"
    LEGEND = "legend"
    SCALE = "scale"
    REPLY = "reply"
    NOTES = "notes"
    PHOTOS = "photos"
    LOGO = "logo"


NEEDED = frozenset({BlockKind.MAP, BlockKind.FACTS})
"""Blocks that cannot be hidden: a sheet without them says nothing."""


@dataclass(frozen=True, slots=True)
class LayoutBox:
    """A rectangle in millimetres, from the page's upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return self.y + self.height

    def overlaps(self, other: LayoutBox) -> bool:
        """Return whether two boxes share more than an edge."""
        return (
            self.x + _TOUCH_MM < other.right
            and other.x + _TOUCH_MM < self.right
            and self.y + _TOUCH_MM < other.bottom
            and other.y + _TOUCH_MM < self.bottom
        )

    def inside(self, room: LayoutBox) -> bool:
        """Return whether the box lies within another."""
        return (
            self.x >= room.x - _TOUCH_MM
            and self.y >= room.y - _TOUCH_MM
            and self.right <= room.right + _TOUCH_MM
            and self.bottom <= room.bottom + _TOUCH_MM
        )


@dataclass(frozen=True, slots=True)
class LayoutBlock:
    """One block of a template."""

    kind: BlockKind
    box: LayoutBox
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """A template.

    Attributes
    ----------
    paper
        Name of the paper (``A4``, ``A3`` …), which also gives title and footer.
    least_pt
        Least size of what residents read, points.
    logo
        PNG bytes, empty for none.
    """

    uuid: Uuid
    name: str
    paper: str
    blocks: tuple[LayoutBlock, ...]
    least_pt: float
    logo: bytes = b""
    is_used: bool = False
    """Whether the next package is printed by it, on its paper."""

    def block(self, kind: BlockKind) -> LayoutBlock | None:
        """Return a visible block, None when it is hidden or absent."""
        return next((b for b in self.blocks if b.kind is kind and b.is_visible), None)

    def with_block(self, block: LayoutBlock) -> Layout:
        """Return the template with one block in another place or hidden."""
        return replace(self, blocks=tuple(block if b.kind is block.kind else b for b in self.blocks))


@dataclass(frozen=True, slots=True)
class Sheeting:
    """A paper as templates see it: its size, the room between title and footer, and its usual type (mm, points)."""

    width: float
    height: float
    room: LayoutBox
    side: float
    gap: float
    body_pt: float


SHEETINGS = {
    "A3": Sheeting(420, 297, LayoutBox(12, 35.7, 396, 233.1), 126, 8, 14),
    "A4": Sheeting(297, 210, LayoutBox(9, 27.9, 279, 158.3), 118, 5, 12),
    "A1": Sheeting(841, 594, LayoutBox(24, 69.3, 793, 471.9), 252, 16, 28),
    "A3-elder": Sheeting(420, 297, LayoutBox(12, 39.1, 396, 214.7), 150, 8, 18),
    "A4-elder": Sheeting(297, 210, LayoutBox(9, 32.3, 279, 137.5), 118, 5, 16),
}


def standard_layout(paper: str, uuid: Uuid, name: str) -> Layout:
    """Return the template to begin with: a map with words, legend and reply beside it, notes and pictures below."""
    sheet = SHEETINGS[paper]
    room, gap = sheet.room, sheet.gap
    wide = room.width - sheet.side - gap
    low, scale = room.height * 0.24, min(room.height * 0.13, 40.0)
    high = room.height - low - gap
    x, half = room.x + wide + gap, (wide - gap) / 2
    facts, legend = room.height * 0.35, room.height * 0.25
    reply = room.height - facts - legend - scale - 3 * gap

    def box(x: float, y: float, width: float, height: float) -> LayoutBox:
        return LayoutBox(round(x, 1), round(y, 1), round(width, 1), round(height, 1))

    y = room.y
    blocks = (
        LayoutBlock(BlockKind.MAP, box(room.x, y, wide, high)),
        LayoutBlock(BlockKind.NOTES, box(room.x, y + high + gap, half, low)),
        LayoutBlock(BlockKind.PHOTOS, box(room.x + half + gap, y + high + gap, half, low)),
        LayoutBlock(BlockKind.FACTS, box(x, y, sheet.side, facts)),
        LayoutBlock(BlockKind.LEGEND, box(x, y + facts + gap, sheet.side, legend)),
        LayoutBlock(BlockKind.REPLY, box(x, y + facts + legend + 2 * gap, sheet.side, reply)),
        LayoutBlock(
            BlockKind.SCALE, box(x, y + facts + legend + reply + 3 * gap, sheet.side * 0.72 - gap, scale)
        ),
        LayoutBlock(
            BlockKind.LOGO, box(x + sheet.side * 0.72, room.bottom - scale, sheet.side * 0.28, scale)
        ),
    )
    return Layout(uuid, name, paper, blocks, sheet.body_pt)


@dataclass(frozen=True, slots=True)
class LayoutFault:
    """What is wrong with a template: ``what`` is overlap, outside, small, missing, twice or type."""

    what: str
    kind: BlockKind
    other: BlockKind | None = None


def faults(layout: Layout, room: LayoutBox) -> tuple[LayoutFault, ...]:
    """Return what is wrong; ``room`` is the page between title and footer."""
    found: list[LayoutFault] = []
    seen = [b for b in layout.blocks if b.is_visible]
    kinds = [b.kind for b in layout.blocks]
    found += [LayoutFault("twice", k) for k in dict.fromkeys(kinds) if kinds.count(k) > 1]
    found += [LayoutFault("missing", k) for k in sorted(NEEDED) if layout.block(k) is None]
    if not LEAST_TYPE_PT <= layout.least_pt <= MOST_TYPE_PT:
        found.append(LayoutFault("type", BlockKind.FACTS))
    for number, block in enumerate(seen):
        sides = (block.box.x, block.box.y, block.box.width, block.box.height)
        if not all(math.isfinite(v) for v in sides) or min(sides[2:]) < LEAST_SIDE_MM:
            found.append(LayoutFault("small", block.kind))
        elif not block.box.inside(room):
            found.append(LayoutFault("outside", block.kind))
        found += [
            LayoutFault("overlap", block.kind, o.kind) for o in seen[:number] if o.box.overlaps(block.box)
        ]
    return tuple(found)


def to_values(layout: Layout) -> dict[str, Any]:
    """Return a template as JSON values, without its logo."""
    return {
        "name": layout.name,
        "paper": layout.paper,
        "least_pt": layout.least_pt,
        "used": layout.is_used,
        "blocks": [
            {
                "field": b.kind.value,
                "visible": b.is_visible,
                "box_mm": [b.box.x, b.box.y, b.box.width, b.box.height],
            }
            for b in layout.blocks
        ],
    }


def from_values(uuid: Uuid, values: Mapping[str, Any], logo: bytes = b"") -> Layout:
    """Return a template from JSON values.

    Raises
    ------
    ValueError
        A block names a field that does not exist (the field is the message), or a box is not four numbers.
    """
    return Layout(
        uuid,
        str(values["name"]),
        str(values["paper"]),
        tuple(_block(b) for b in values["blocks"]),
        float(values["least_pt"]),
        logo,
        bool(values.get("used", False)),
    )


def _block(values: Mapping[str, Any]) -> LayoutBlock:
    name = str(values["field"])
    if name not in set(BlockKind):
        raise ValueError(name)
    box: Sequence[float] = [float(v) for v in values["box_mm"]]
    if len(box) != 4:
        raise ValueError(name)
    return LayoutBlock(BlockKind(name), LayoutBox(*box), bool(values.get("visible", True)))
