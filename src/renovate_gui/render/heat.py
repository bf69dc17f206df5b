"""Density surfaces as class images: the grid is interpolated, then cut into the legend's classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from renovate_gui.domain.scene import SceneHeat
from renovate_gui.render.view import FloatArray, MapView

_HATCH_PX, _LINE_PX = 7, 3
"""Spacing and width of the hatch over thin data, in samples."""


def sample(heat: SceneHeat, x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the bilinear density at every crossing of ``x`` and ``y`` (cell centres carry the values), NaN outside.

    Parameters
    ----------
    x, y
        Map coordinates in metres, shapes ``(w,)`` and ``(h,)``.

    Returns
    -------
    FloatArray
        Shape ``(h, w)``. Missing cells count as zero in the interpolation; a place inside a missing cell is NaN.
    """
    rows, cols = heat.values.shape
    gx, gy = (x - heat.x_min) / heat.cell_m - 0.5, (y - heat.y_min) / heat.cell_m - 0.5
    c0 = np.clip(np.floor(gx).astype(np.int64), 0, max(cols - 2, 0))
    r0 = np.clip(np.floor(gy).astype(np.int64), 0, max(rows - 2, 0))
    c1, r1 = np.minimum(c0 + 1, cols - 1), np.minimum(r0 + 1, rows - 1)
    fx, fy = np.clip(gx - c0, 0, 1), np.clip(gy - r0, 0, 1)[:, None]
    filled = np.nan_to_num(heat.values, nan=0.0)
    south = filled[r0][:, c0] * (1 - fx) + filled[r0][:, c1] * fx
    north = filled[r1][:, c0] * (1 - fx) + filled[r1][:, c1] * fx
    out = south * (1 - fy) + north * fy
    inside = ((gx >= -0.5) & (gx < cols - 0.5))[None, :] & ((gy >= -0.5) & (gy < rows - 0.5))[:, None]
    near = heat.values[np.clip(np.round(gy).astype(np.int64), 0, rows - 1)][
        :, np.clip(np.round(gx).astype(np.int64), 0, cols - 1)
    ]
    return np.where(inside & ~np.isnan(near), out, np.nan)


def _thin_at(heat: SceneHeat, x: FloatArray, y: FloatArray) -> NDArray[np.bool_] | None:
    """Return the gaps of the hatch over places with few answers behind them, shape ``(h, w)``; None when nowhere."""
    if heat.is_thin is None:
        return None
    rows, cols = heat.values.shape
    col = np.clip(np.floor((x - heat.x_min) / heat.cell_m).astype(np.int64), 0, cols - 1)
    row = np.clip(np.floor((y - heat.y_min) / heat.cell_m).astype(np.int64), 0, rows - 1)
    # lines run on from tile to tile: they count from the map's origin, not the picture's
    step = x[1] - x[0] if len(x) > 1 else 1.0
    line = np.floor(x / step).astype(np.int64)[None, :] - np.floor(y / step).astype(np.int64)[:, None]
    return np.asarray(heat.is_thin[row][:, col] & (line % _HATCH_PX >= _LINE_PX))


def class_image(heat: SceneHeat, density: FloatArray, *, thin: NDArray[np.bool_] | None = None) -> QImage:
    """Return the picture of a density field (row 0 on top); below the first level nothing is painted.

    Where ``thin`` is set nothing is painted either.
    """
    table = np.zeros((len(heat.colours) + 1, 4), dtype=np.uint8)
    for i, colour in enumerate(heat.colours, start=1):
        shade = QColor(colour)
        table[i] = (shade.red(), shade.green(), shade.blue(), 255)
    number = np.digitize(np.nan_to_num(density, nan=-np.inf), np.asarray(heat.levels))
    number = np.minimum(number, len(heat.colours))
    if thin is not None:
        number = np.where(thin, 0, number)
    pixels: NDArray[np.uint8] = np.ascontiguousarray(table[number])
    height, width = density.shape
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
    return image.copy()  # the copy owns its bytes


def paint_heat(painter: QPainter, heat: SceneHeat, view: MapView, *, px: float = 1.0) -> None:
    """Paint the surface over the whole view, one sample every ``px`` device pixels."""
    if heat.values.size == 0 or not heat.levels:
        return
    width, height = max(int(view.width / px), 1), max(int(view.height / px), 1)
    step = np.float64(px / view.px_per_m)
    x = view.x_min + (np.arange(width, dtype=np.float64) + 0.5) * step
    y = view.y_max - (np.arange(height, dtype=np.float64) + 0.5) * step
    image = class_image(heat, sample(heat, x, y), thin=_thin_at(heat, x, y))
    painter.save()
    painter.setOpacity(painter.opacity() * heat.opacity)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, px > 1)
    painter.drawImage(QRectF(0, 0, width * px, height * px), image)
    painter.restore()
