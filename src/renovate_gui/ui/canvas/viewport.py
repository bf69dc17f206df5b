"""Where the map looks: centre, metres per pixel, size; pure arithmetic, y up on the map and down on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

INCH_M = 0.0254
MIN_M_PER_PX = 0.005
MAX_M_PER_PX = 5000.0
Extent = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Viewport:
    """The visible part of the plane, in metres of the project's CRS and device-independent pixels."""

    cx: float = 0.0
    cy: float = 0.0
    m_per_px: float = 1.0
    width: int = 800
    height: int = 600

    def to_px(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of a map point."""
        return (
            (x - self.cx) / self.m_per_px + self.width / 2,
            (self.cy - y) / self.m_per_px + self.height / 2,
        )

    def to_map(self, px: float, py: float) -> tuple[float, float]:
        """Return the map point of a pixel."""
        return (
            self.cx + (px - self.width / 2) * self.m_per_px,
            self.cy - (py - self.height / 2) * self.m_per_px,
        )

    @property
    def extent(self) -> Extent:
        """Return ``(x_min, y_min, x_max, y_max)`` of the visible part."""
        half_w, half_h = self.width / 2 * self.m_per_px, self.height / 2 * self.m_per_px
        return (self.cx - half_w, self.cy - half_h, self.cx + half_w, self.cy + half_h)

    def panned(self, dx_px: float, dy_px: float) -> Viewport:
        """Return the view after the map was dragged by so many pixels."""
        return replace(self, cx=self.cx - dx_px * self.m_per_px, cy=self.cy + dy_px * self.m_per_px)

    def zoomed(self, factor: float, px: float, py: float) -> Viewport:
        """Return the view magnified by ``factor`` about a pixel, whose map point stays where it is."""
        target = min(max(self.m_per_px / factor, MIN_M_PER_PX), MAX_M_PER_PX)
        x, y = self.to_map(px, py)
        return replace(
            self,
            m_per_px=target,
            cx=x - (px - self.width / 2) * target,
            cy=y + (py - self.height / 2) * target,
        )

    def centred(self, x: float, y: float) -> Viewport:
        """Return the view with another centre."""
        return replace(self, cx=x, cy=y)

    def resized(self, width: int, height: int) -> Viewport:
        """Return the view on a canvas of another size, same centre and scale."""
        return replace(self, width=max(1, width), height=max(1, height))

    def fitted(self, extent: Extent, margin: float = 0.06, smallest_m: float = 40.0) -> Viewport:
        """Return the view that shows an extent with a margin (share of the canvas), never closer than ``smallest_m``."""
        x_min, y_min, x_max, y_max = extent
        room = 1 - 2 * margin
        need = max(
            max(x_max - x_min, smallest_m) / (self.width * room),
            max(y_max - y_min, smallest_m) / (self.height * room),
        )
        return replace(
            self,
            cx=(x_min + x_max) / 2,
            cy=(y_min + y_max) / 2,
            m_per_px=min(max(need, MIN_M_PER_PX), MAX_M_PER_PX),
        )

    def fitted_beside(self, extent: Extent, card: Extent | None) -> Viewport:
        """Return the view that shows an extent clear of a card in a corner, where that costs less than half its size.

        Parameters
        ----------
        card
            What covers the canvas: left, top, right and bottom in pixels.
        """
        whole = self.fitted(extent)
        if card is None or not whole.is_under(extent, card):
            return whole
        left, top, right, bottom = card
        beside = (
            (right, 0, self.width, self.height) if left + right < self.width else (0, 0, left, self.height)
        )
        clear = (
            (0, bottom, self.width, self.height) if top + bottom < self.height else (0, 0, self.width, top)
        )
        views = [
            self._fitted_into(extent, room)
            for room in (beside, clear)
            if room[2] > room[0] and room[3] > room[1]
        ]
        best = min(views, key=lambda view: view.m_per_px, default=whole)
        return best if best.m_per_px < 2 * whole.m_per_px else whole

    def _fitted_into(self, extent: Extent, room: Extent) -> Viewport:
        left, top, right, bottom = room
        part = self.resized(round(right - left), round(bottom - top)).fitted(extent)
        dx, dy = (left + right - self.width) / 2, (top + bottom - self.height) / 2
        moved = part.centred(part.cx - dx * part.m_per_px, part.cy + dy * part.m_per_px)
        return moved.resized(self.width, self.height)

    def is_under(self, extent: Extent, card: Extent) -> bool:
        """Return whether a card (left, top, right, bottom in pixels) lies over part of an extent."""
        (left, bottom), (right, top) = self.to_px(extent[0], extent[1]), self.to_px(extent[2], extent[3])
        return left < card[2] and right > card[0] and top < card[3] and bottom > card[1]

    def scale(self, dpi: float) -> float:
        """Return the scale denominator on a screen of so many logical dots per inch."""
        return self.m_per_px * dpi / INCH_M

    def at_scale(self, denominator: float, dpi: float) -> Viewport:
        """Return the view at 1:``denominator`` about its centre."""
        target = denominator * INCH_M / dpi
        return replace(self, m_per_px=min(max(target, MIN_M_PER_PX), MAX_M_PER_PX))


def round_length(longest_m: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ metres that is not longer than ``longest_m``."""
    if not longest_m > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(longest_m))
    for step in (5.0, 2.0, 1.0):
        if step * power <= longest_m * (1 + 1e-9):
            return step * power
    return power


def parse_scale(text: str) -> float | None:
    """Return the denominator of ``1:1000``, ``1：1 000``, ``1/500`` or ``2500``; None when it is none."""
    clean = text.replace("：", ":").replace("/", ":").replace(",", "").replace(" ", "").replace("\u202f", "")
    number = clean.rsplit(":", 1)[-1]
    try:
        value = float(number)
    except ValueError:
        return None
    return value if 1 <= value <= 50_000_000 and math.isfinite(value) else None
