"""What lies under the pointer: one spatial index per scene layer, kept while the layer's version stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.nearby import index_of
from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.domain.style import Hatch

_FAINT = 0.5
UNTOUCHABLE = ("route", "replies")
"""Keys (or their beginnings) that the pointer passes through."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature under the pointer: its scene layer's key, its id there, its row there."""

    key: str
    feature_id: int
    row: int


class _Indexed:
    def __init__(self, layer: SceneLayer) -> None:
        self.layer = layer
        drawn = (layer.class_of >= 0) & ~shapely.is_missing(layer.geometry)
        self.rows = np.flatnonzero(drawn)
        self.geometry = layer.geometry[self.rows]
        self.tree = index_of(self.geometry)
        # an outline without a fill is touched on its line only: what lies inside must stay within reach
        hollow = np.array([s.fill is None and s.hatch == Hatch.NONE for s in layer.symbols], dtype=bool)
        opacities = np.array([s.opacity * layer.opacity for s in layer.symbols])
        self.is_faint = (layer.class_of >= 0) & (opacities[layer.class_of] < _FAINT)
        is_area = np.isin(shapely.get_type_id(self.geometry), (3, 6))
        self.is_hollow = is_area & hollow[layer.class_of[self.rows]]

    def touched(self, near: NDArray[np.intp], shape: BaseGeometry, tolerance_m: float) -> NDArray[np.intp]:
        """Return those of the found places whose painted part is within the tolerance of a shape."""
        hollow = self.is_hollow[near]
        if not hollow.any():
            return near
        gaps = shapely.distance(shapely.boundary(self.geometry[near[hollow]]), shape)
        keep = np.ones(len(near), dtype=bool)
        keep[hollow] = gaps <= tolerance_m
        return near[keep]


class SceneIndex:
    """Finds features of the shown scene by place."""

    def __init__(self) -> None:
        self._scene: Scene | None = None
        self._indexed: dict[str, _Indexed] = {}
        self._backdrop: frozenset[str] = frozenset()

    def set_scene(self, scene: Scene | None, *, backdrop: Collection[str] = ()) -> None:
        """Take another scene; indexes of unchanged layers stay. Layers of the backdrop are touched after all others."""
        self._scene = scene
        self._backdrop = frozenset(backdrop)
        kept = {layer.key: layer.version for layer in self.layers()}
        self._indexed = {k: i for k, i in self._indexed.items() if kept.get(k) == i.layer.version}

    def layers(self) -> tuple[SceneLayer, ...]:
        """Return the vector layers of the scene, top first."""
        items: Iterable[object] = reversed(self._scene.items) if self._scene is not None else ()
        return tuple(item for item in items if isinstance(item, SceneLayer))

    def layer(self, key: str) -> SceneLayer | None:
        """Return a layer of the scene by key."""
        return next((layer for layer in self.layers() if layer.key == key), None)

    def at(self, x: float, y: float, tolerance_m: float, *, keys: tuple[str, ...] = ()) -> tuple[Hit, ...]:
        """Return features within a tolerance of a point: top layer first, nearest and smallest first in a layer.

        What is painted faintly, as a reminder under another subject, comes after everything else.
        """
        point = shapely.Point(x, y)
        found: list[Hit] = []
        faint: list[Hit] = []
        for layer in self._touchable(keys):
            indexed = self._index(layer)
            near = indexed.tree.query(point, predicate="dwithin", distance=tolerance_m)
            near = indexed.touched(near, point, tolerance_m)
            if len(near) == 0:
                continue
            shapes = indexed.geometry[near]
            order = np.lexsort((shapely.area(shapes), np.round(shapely.distance(shapes, point), 3)))
            rows = indexed.rows[near[order]]
            for row in rows:
                kept = faint if indexed.is_faint[row] else found
                kept.append(Hit(layer.key, int(layer.ids[row]), int(row)))
        return (*found, *faint)

    def inside(
        self, box: tuple[float, float, float, float], *, key: str = ""
    ) -> tuple[str, NDArray[np.int64]]:
        """Return the layer's ids that touch a box; without a key the topmost layer that has any."""
        area = shapely.box(*box)
        for layer in self._touchable((key,) if key else ()):
            indexed = self._index(layer)
            near = indexed.touched(indexed.tree.query(area, predicate="intersects"), area, 0.0)
            if len(near):
                return layer.key, layer.ids[np.sort(indexed.rows[near])]
        return key, np.empty(0, dtype=np.int64)

    def near_geometries(self, x: float, y: float, tolerance_m: float, limit: int = 60) -> list[BaseGeometry]:
        """Return up to ``limit`` geometries near a point, for snapping."""
        point = shapely.Point(x, y)
        shapes: list[BaseGeometry] = []
        for layer in self._touchable(()):
            indexed = self._index(layer)
            near = indexed.tree.query(point, predicate="dwithin", distance=tolerance_m)
            shapes.extend(indexed.geometry[near[: limit - len(shapes)]])
            if len(shapes) >= limit:
                break
        return shapes

    def _touchable(self, keys: tuple[str, ...]) -> Iterable[SceneLayer]:
        for layer in sorted(self.layers(), key=lambda one: one.key in self._backdrop):
            wanted = layer.key in keys if keys else not layer.key.startswith(UNTOUCHABLE)
            if wanted and len(layer.geometry):
                yield layer

    def _index(self, layer: SceneLayer) -> _Indexed:
        found = self._indexed.get(layer.key)
        if found is None or found.layer.version != layer.version:
            found = self._indexed[layer.key] = _Indexed(layer)
        return found
