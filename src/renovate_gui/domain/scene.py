"""One scene description for screen, picture and print: geometry in metres, looks in px, words in the reader's tongue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.layer import IdArray, ObjectArray
from renovate_gui.domain.style import LabelStyle, Symbol


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One line of a legend: a look, its words, and optionally a count."""

    label: str
    symbol: Symbol
    shape: str  # "polygon", "line", "point"
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SceneLayer:
    """Vector features ready to be painted, bottom layer first in a scene.

    Attributes
    ----------
    key
        Stable name for caches and hits: ``layer:<id>``, ``gap:<kind>``, ``proposals``, ``notes``, ``route``, ``replies``.
    version
        Changes whenever anything painted changes; tiles are cached by it.
    geometry
        Shapely geometries (any type, None allowed), shape ``(n,)``.
    class_of
        Index into ``symbols`` per feature, −1 is not drawn, shape ``(n,)``.
    labels
        Text per feature (None: none), or None when the layer has no labels.
    """

    key: str
    title: str
    version: int
    ids: IdArray
    geometry: ObjectArray
    class_of: NDArray[np.int16]
    symbols: tuple[Symbol, ...]
    legend: tuple[LegendEntry, ...]
    labels: tuple[str | None, ...] | None = None
    label_style: LabelStyle | None = None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class SceneHeat:
    """A density surface with its ramp: ``colours[i]`` paints ``levels[i] <= value < levels[i+1]``; below levels[0] nothing."""

    key: str
    title: str
    version: int
    values: NDArray[np.float64]  # (rows, cols), row 0 south, NaN transparent
    x_min: float
    y_min: float
    cell_m: float
    levels: tuple[float, ...]
    colours: tuple[str, ...]
    unit: str
    opacity: float = 0.75
    is_thin: NDArray[np.bool_] | None = None
    """Cells with few answers behind them: hatched, shape of ``values``; None hatches nothing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything on one map, bottom first."""

    items: tuple[SceneLayer | SceneHeat, ...]
    crs: str
    ground: str = "#F7F5F0"
    attribution: tuple[str, ...] = ()

    def extent(self) -> tuple[float, float, float, float] | None:
        """Return ``(x_min, y_min, x_max, y_max)`` of all vector layers, or None when nothing is drawn."""
        import shapely

        boxes = [
            shapely.total_bounds(i.geometry)
            for i in self.items
            if isinstance(i, SceneLayer) and len(i.geometry)
        ]
        good = [b for b in boxes if np.isfinite(b).all()]
        if not good:
            return None
        stack = np.array(good)
        return (
            float(stack[:, 0].min()),
            float(stack[:, 1].min()),
            float(stack[:, 2].max()),
            float(stack[:, 3].max()),
        )
