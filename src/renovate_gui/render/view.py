"""Which part of the plane is painted, how large, on what kind of surface."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INCH_M = 0.0254
PX_PER_INCH = 96.0
"""The device-independent pixel of styles: 1/96 inch, on paper 0.2646 mm."""

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MapView:
    """The world→device transform of one painting.

    Attributes
    ----------
    x_min, y_max
        Map coordinates of the upper left corner, metres in the project's CRS.
    px_per_m
        Device pixels per metre.
    width, height
        Size in device pixels.
    unit
        Device pixels per device-independent pixel: the screen's pixel ratio, or ``dpi / 96`` on paper.
    """

    x_min: float
    y_max: float
    px_per_m: float
    width: float
    height: float
    unit: float = 1.0

    @classmethod
    def fitted(cls, box: Box, width: float, height: float, *, unit: float = 1.0) -> MapView:
        """Return the view that shows a whole box, centred."""
        x_min, y_min, x_max, y_max = box
        k = min(width / max(x_max - x_min, 1e-6), height / max(y_max - y_min, 1e-6))
        return cls.centred((x_min + x_max) / 2, (y_min + y_max) / 2, k, width, height, unit=unit)

    @classmethod
    def centred(
        cls,
        cx: float,
        cy: float,
        px_per_m: float,
        width: float,
        height: float,
        *,
        unit: float = 1.0,
    ) -> MapView:
        """Return the view with its centre at a map point."""
        return cls(cx - width / 2 / px_per_m, cy + height / 2 / px_per_m, px_per_m, width, height, unit)

    @property
    def scale(self) -> float:
        """Return the scale denominator (1000 means 1:1000) for a surface of 96 device-independent pixels per inch."""
        return PX_PER_INCH / INCH_M * self.unit / self.px_per_m

    @property
    def css_px_per_m(self) -> float:
        """Return device-independent pixels per metre: 3.78 at 1:1000."""
        return self.px_per_m / self.unit

    @property
    def box(self) -> Box:
        """Return ``(x_min, y_min, x_max, y_max)`` of what is seen, metres."""
        return (
            self.x_min,
            self.y_max - self.height / self.px_per_m,
            self.x_min + self.width / self.px_per_m,
            self.y_max,
        )

    def grown(self, pad_px: float) -> Box:
        """Return the seen box grown by so many device pixels on each side, metres."""
        x_min, y_min, x_max, y_max = self.box
        pad = pad_px / self.px_per_m
        return (x_min - pad, y_min - pad, x_max + pad, y_max + pad)

    def device(self, xy: FloatArray) -> FloatArray:
        """Return device coordinates (x right, y down) of map coordinates, shape ``(n, 2)``."""
        out = np.empty_like(xy, dtype=np.float64)
        out[:, 0] = (xy[:, 0] - self.x_min) * self.px_per_m
        out[:, 1] = (self.y_max - xy[:, 1]) * self.px_per_m
        return out

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return the device coordinates of one map point."""
        return ((x - self.x_min) * self.px_per_m, (self.y_max - y) * self.px_per_m)


def round_length(longest_m: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ metres that is not longer than ``longest_m``."""
    if not longest_m > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(longest_m))
    return next((s * power for s in (5.0, 2.0, 1.0) if s * power <= longest_m * (1 + 1e-9)), power)


ROUND_STEPS = (10, 12.5, 15, 20, 25, 30, 40, 50, 60, 75, 80)


def round_scale(smallest: float) -> float:
    """Return the smallest customary scale denominator that is at least ``smallest``, 1:100 at least."""
    for power in range(1, 9):
        for step in ROUND_STEPS:
            if step * 10.0**power >= smallest * (1 - 1e-9):
                return step * 10.0**power
    return float(smallest)
