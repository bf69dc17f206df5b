"""What painting needs to know about a layer, made once per version: index by place, paths, which feature is what."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtGui import QPainterPath

from renovate_gui.domain.nearby import index_of
from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.render.paths import Rings, path_of_parts, rings_of
from renovate_gui.render.symbols import crowded
from renovate_gui.render.view import Box, FloatArray, MapView

POINT, LINE, POLYGON, NOTHING = 0, 1, 2, -1
_KIND = np.array([NOTHING, POINT, LINE, LINE, POLYGON, POINT, LINE, POLYGON, POLYGON], dtype=np.int8)


class LayerArt:
    """A layer prepared for painting. Paths are made when a feature is first painted, so a huge layer opens at once."""

    def __init__(self, layer: SceneLayer) -> None:
        self.layer = layer
        geometry = layer.geometry
        kind = _KIND[shapely.get_type_id(geometry) + 1]
        kind[(layer.class_of < 0) | (layer.class_of >= len(layer.symbols)) | shapely.is_empty(geometry)] = (
            NOTHING
        )
        self.kind: NDArray[np.int8] = kind
        self.bounds: FloatArray = shapely.bounds(geometry).reshape(-1, 4)
        kind[~np.isfinite(self.bounds).all(axis=1)] = NOTHING
        self.rows = np.flatnonzero(kind != NOTHING)
        self._tree = index_of(geometry[self.rows])
        low = self.bounds[self.rows, :2].min(axis=0) if len(self.rows) else np.zeros(2)
        self.origin = (float(low[0]), float(low[1]))
        self._paths: dict[int, QPainterPath] = {}
        self._rings: Rings | None = None
        self._along: NDArray[np.uint64] | None = None
        self._crowded: tuple[float, NDArray[np.bool_]] = (-1.0, np.zeros(0, dtype=bool))

    def take_over(self, other: LayerArt) -> None:
        """Take the prepared shapes of the same features in other classes or looks."""
        self._rings, self._along = other._rings, other._along
        self._paths, self.origin = other._paths, other.origin

    def rows_in(self, box: Box) -> NDArray[np.int64]:
        """Return rows whose bounding box meets a map box, ascending."""
        found = self._tree.query(shapely.box(*box))
        return np.sort(self.rows[found])

    @property
    def rings(self) -> Rings:
        """Return the rings and lines of all features, by row."""
        if self._rings is None:
            self._rings = rings_of(self.layer.geometry)
        return self._rings

    @property
    def along(self) -> NDArray[np.uint64]:
        """Return per row where it lies on a curve through the plane on which neighbours follow each other (Morton order)."""
        if self._along is None:
            low = self.bounds[:, :2]
            finite = np.where(np.isfinite(low), low, self.origin) - self.origin
            whole = (finite * (65535.0 / max(float(finite.max(initial=0.0)), 1e-9))).astype(np.uint64)
            self._along = _spread(whole[:, 0]) | (_spread(whole[:, 1]) << np.uint64(1))
        return self._along

    def path(self, row: int) -> QPainterPath:
        """Return a feature's path, metres east and *south* of :attr:`origin` (y points down, as devices want it)."""
        made = self._paths.get(row)
        if made is None:
            made = self._paths[row] = self._path_of(*self.rings.of(row))
        return made

    def path_near(self, row: int, box: Box) -> QPainterPath:
        """Return the part of a feature's path inside a map box, for features too large for the raster engine."""
        shape = self.layer.geometry[row : row + 1]
        try:
            cut = shapely.clip_by_rect(shape, *box)
        except shapely.errors.GEOSException:  # its quick way fails where an edge runs along the box
            cut = shapely.intersection(shapely.make_valid(shape), shapely.box(*box))
        return self._path_of(*rings_of(cut).of(0))

    def _path_of(self, xy: FloatArray, starts: NDArray[np.int64]) -> QPainterPath:
        x, y = self.origin
        return path_of_parts(np.column_stack([xy[:, 0] - x, y - xy[:, 1]]), starts)

    def crowded_rows(self, view: MapView, least_px: float) -> NDArray[np.bool_]:
        """Return per row whether its point symbol is too near to an earlier one at this scale (whole layer, cached)."""
        least = least_px * view.unit / view.px_per_m
        if abs(self._crowded[0] - least) > least * 1e-6:
            middle = np.column_stack(
                [self.bounds[:, [0, 2]].mean(axis=1), self.bounds[:, [1, 3]].mean(axis=1)]
            )
            middle[self.kind != POINT] = np.nan
            self._crowded = (least, crowded(middle, least))
        return self._crowded[1]


def _spread(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return 16-bit numbers with a zero between any two bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


class ArtStore:
    """Keeps prepared layers while their version stands."""

    def __init__(self) -> None:
        self._kept: dict[str, LayerArt] = {}

    def of(self, layer: SceneLayer) -> LayerArt:
        """Return the prepared layer."""
        kept = self._kept.get(layer.key)
        if kept is None or kept.layer.version != layer.version or len(kept.layer.ids) != len(layer.ids):
            kept = self._kept[layer.key] = LayerArt(layer)
        return kept

    def keep_only(self, scene: Scene) -> None:
        """Forget layers that are no longer in the scene."""
        wanted = {item.key for item in scene.items}
        self._kept = {key: art for key, art in self._kept.items() if key in wanted}


class PrintedArt(ArtStore):
    """Keeps prepared layers from one print to the next: by their very shapes, since projects may be exchanged between."""

    def of(self, layer: SceneLayer) -> LayerArt:
        """Return the prepared layer; the same shapes in other classes or looks need no new preparation."""
        kept = self._kept.get(layer.key)
        if kept is None or kept.layer is not layer:
            fresh = LayerArt(layer)
            if kept is not None and kept.layer.geometry is layer.geometry:
                fresh.take_over(kept)
            kept = self._kept[layer.key] = fresh
        return kept
