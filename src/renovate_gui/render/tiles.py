"""The picture of a scene on screen, kept in tiles: a pan only copies them, a change repaints only what it touched.

Usage (the canvas)
------------------
::

    source: TileSource = TileCache()
    source.set_scene(scene)                      # after every change; unchanged strata keep their tiles

    def paintEvent(self, event):
        view = MapView.centred(cx, cy, dpr / m_per_px, width * dpr, height * dpr, unit=dpr)
        with QPainter(self) as painter:          # a painter with the widget's device pixel ratio
            complete = source.draw(painter, view)
        if not complete:
            self._timer.start(0)

    def on_timer(self):                          # paints in slices between events: never stalls the window
        more = source.paint_some(budget_ms=8)
        self.update()
        if more: self._timer.start(0)

``draw`` only copies pictures (about 1–2 ms): what is not painted yet shows the picture of the scale before, magnified.
``paint_some`` goes on with the view of the last ``draw``, nearest the centre first. ``draw`` sets the view, so pan and
zoom need no other call. Everything is painted in the main thread: PySide6 holds the interpreter's lock in ``drawPath``,
a worker would freeze the window as well. A mass renderer without that lock can stand behind the same two calls.

Two strata: *base* (layers, verdicts, heat) is tiled; *top* (route, proposals, replies, notes and all words) is one
picture of the view with a margin, painted anew when the scene's top or the scale changes, or the margin is used up.
Words are therefore placed once per picture and do not dance while panning.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion

from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.render.art import ArtStore, LayerArt
from renovate_gui.render.labels import label_steps
from renovate_gui.render.painter import scene_steps
from renovate_gui.render.view import MapView

TILE = 384
"""Tile edge in device pixels."""
MARGIN = 0.15
"""How far the top picture reaches beyond the view, as a share of its size."""
MOST_BYTES = 160_000_000
TOP_KEYS = ("route", "proposals", "notes", "replies")


Between = Callable[[QPainter, MapView], None]
"""Paints in device pixels of the view."""


class TileSource(Protocol):
    """What the canvas needs of whoever paints its tiles."""

    def set_scene(self, scene: Scene | None) -> None:
        """Show another scene; what did not change keeps its picture."""
        ...

    def set_cards(self, cards: Sequence[QRectF]) -> None:
        """Say what floats over the view, in its device pixels: no bubble should lie below."""
        ...

    def draw(self, painter: QPainter, view: MapView, between: Between | None = None) -> bool:
        """Copy what is painted to the painter (device pixels of ``view``); return whether nothing was missing.

        ``between`` paints what changes from frame to frame above the base stratum and below the words.
        """
        ...

    def art(self, layer: SceneLayer) -> LayerArt:
        """Return a layer of the scene prepared for painting; what tiles were painted with is not made twice."""
        ...

    def paint_some(self, budget_ms: float) -> bool:
        """Paint missing pictures for about so long; return whether there is more to do."""
        ...

    def close(self) -> None:
        """Forget everything; the source is used no more."""
        ...


@dataclass(frozen=True, slots=True)
class _TileKey:
    stamp: int  # of the base stratum
    px_per_m: float
    column: int
    row: int  # counted downwards


class _Job:
    """A picture being painted in slices."""

    def __init__(self, image: QImage, steps: Iterator[None], painter: QPainter) -> None:
        self.image = image
        self._steps = steps
        self._painter = painter

    def go_on(self, until: float) -> bool:
        """Paint until a moment of ``time.perf_counter``; return whether the picture is finished."""
        try:
            for _ in self._steps:
                if time.perf_counter() >= until:
                    return False
        except BaseException:
            self.drop()
            raise
        self._painter.end()
        return True

    def drop(self) -> None:
        """Give up: a painter left active on an image breaks every later paint."""
        if self._painter.isActive():
            self._painter.end()


class TileCache:
    """Paints with QPainter, in slices, in the main thread."""

    def __init__(self) -> None:
        self._store = ArtStore()
        self._scene: Scene | None = None
        self._base: Scene | None = None
        self._top: Scene | None = None
        self._base_stamp = 0
        self._top_stamp = 0
        self._tiles: OrderedDict[_TileKey, QImage] = OrderedDict()
        self._job: tuple[_TileKey | None, _Job] | None = None
        self._top_image: tuple[int, MapView, QImage] | None = None
        self._view: MapView | None = None
        self._cards: tuple[QRectF, ...] = ()
        self._top_shift = (0, 0)

    # -- scene ------------------------------------------------------------------------------------------------
    def set_scene(self, scene: Scene | None) -> None:
        """Show another scene."""
        old_base, old_top = self._base, self._top
        self._scene = scene
        if scene is None:
            self._base = self._top = None
        else:
            split = _first_top(scene)
            self._base = replace(scene, items=scene.items[:split])
            self._top = scene  # the words of all layers belong to it
            self._store.keep_only(scene)
        if _fingerprint(self._base) != _fingerprint(old_base):
            self._base_stamp += 1
            self._drop_job()
        if _fingerprint(self._top) != _fingerprint(old_top):
            self._top_stamp += 1
            self._drop_job()

    def set_cards(self, cards: Sequence[QRectF]) -> None:
        """Keep bubbles off what floats over the view."""
        if tuple(cards) != self._cards:
            self._cards = tuple(cards)
            self._top_stamp += 1
            if self._job is not None and self._job[0] is None:
                self._drop_job()

    def close(self) -> None:
        """Forget all pictures; a half painted one must not be destroyed with its painter active."""
        self._drop_job()
        self._tiles.clear()
        self._top_image = self._view = None

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job[1].drop()
            self._job = None

    # -- copying ----------------------------------------------------------------------------------------------
    def art(self, layer: SceneLayer) -> LayerArt:
        """Return a layer of the scene prepared for painting."""
        return self._store.of(layer)

    def draw(self, painter: QPainter, view: MapView, between: Between | None = None) -> bool:
        """Copy what is there; older scales and stamps stand in for what is missing."""
        if self._view is not None and (self._view.px_per_m, self._view.unit) != (view.px_per_m, view.unit):
            self._drop_job()
        self._view = view
        scene = self._scene
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if view.unit != 1.0:
            painter.scale(1 / view.unit, 1 / view.unit)
        painter.fillRect(QRectF(0, 0, view.width, view.height), QColor(scene.ground if scene else "#F7F5F0"))
        complete = True
        if scene is not None:
            missing = [key for key in self._wanted(view) if key not in self._tiles]
            if missing:
                self._draw_stand_ins(painter, view, missing)
            for key in self._wanted(view):
                image = self._tiles.get(key)
                if image is not None:
                    self._tiles.move_to_end(key)
                    x, y = _tile_corner(key, view)
                    painter.drawImage(round(x), round(y), image)
            if between is not None:
                painter.save()
                between(painter, view)
                painter.restore()
            top_ready = self._draw_top(painter, view)
            complete = not missing and top_ready
        painter.restore()
        return complete

    def _draw_stand_ins(self, painter: QPainter, view: MapView, missing: Sequence[_TileKey]) -> None:
        """Show older pictures magnified where there is no sharp one; newest last, so they lie on top."""
        hole = QRegion()
        for key in missing:
            x, y = _tile_corner(key, view)
            hole += QRect(round(x), round(y), TILE, TILE)
        painter.save()
        painter.setClipRegion(hole)  # magnifying is dear: not a pixel more than will be seen
        for key, image in self._tiles.items():
            if key.stamp == self._base_stamp and key.px_per_m == view.px_per_m:
                continue
            k = view.px_per_m / key.px_per_m
            x, y = _tile_corner(key, view)
            box = QRectF(x, y, image.width() * k, image.height() * k)
            if 1 / 16 < k < 16 and hole.intersects(box.toAlignedRect()):
                painter.drawImage(box, image)
        painter.restore()

    def _draw_top(self, painter: QPainter, view: MapView) -> bool:
        if self._top_image is None:
            return False
        _, painted, image = self._top_image
        k = view.px_per_m / painted.px_per_m
        x, y = view.point(painted.x_min, painted.y_max)
        if k == 1.0:
            painter.drawImage(round(x), round(y), image)
        else:
            painter.drawImage(QRectF(x, y, image.width() * k, image.height() * k), image)
        return not self._is_top_stale(view)

    def _is_top_stale(self, view: MapView) -> bool:
        if self._top_image is None:
            return True
        stamp, painted, _ = self._top_image
        if stamp != self._top_stamp or painted.px_per_m != view.px_per_m or painted.unit != view.unit:
            return True
        a, b = painted.box, view.box
        slack = 1.0 / view.px_per_m
        return a[0] > b[0] + slack or a[1] > b[1] + slack or a[2] < b[2] - slack or a[3] < b[3] - slack

    def _wanted(self, view: MapView) -> list[_TileKey]:
        """Return the tiles of a view, nearest its centre first."""
        left, top = view.x_min * view.px_per_m / TILE, -view.y_max * view.px_per_m / TILE
        across, down = view.width / TILE, view.height / TILE
        keys = [
            _TileKey(self._base_stamp, view.px_per_m, column, row)
            for row in range(math.floor(top), math.floor(top + down) + 1)
            for column in range(math.floor(left), math.floor(left + across) + 1)
        ]
        cx, cy = left + across / 2 - 0.5, top + down / 2 - 0.5
        return sorted(keys, key=lambda k: (k.column - cx) ** 2 + (k.row - cy) ** 2)

    # -- painting ---------------------------------------------------------------------------------------------
    def paint_some(self, budget_ms: float) -> bool:
        """Paint for about so long: tiles first, then the top picture."""
        until = time.perf_counter() + budget_ms / 1000
        while self._view is not None and self._scene is not None:
            if self._job is None and not self._begin_next(self._view):
                return False
            if self._job is None:
                continue
            key, job = self._job
            self._job = None  # a fault must not leave a half-painted picture to be taken for a finished one
            if not job.go_on(until):
                self._job = (key, job)
                return True
            if key is not None:
                self._keep(key, job.image)
            else:
                self._top_image = (self._top_stamp, self._top_view, job.image)
            if time.perf_counter() >= until:
                return not self._is_complete(self._view)
        return False

    def _is_complete(self, view: MapView) -> bool:
        return not self._is_top_stale(view) and all(key in self._tiles for key in self._wanted(view))

    def _begin_next(self, view: MapView) -> bool:
        key = next((k for k in self._wanted(view) if k not in self._tiles), None)
        if key is not None:
            self._begin_tile(key, view)
            return True
        if self._is_top_stale(view):
            self._begin_top(view)
            return True
        return False

    def _begin_tile(self, key: _TileKey, view: MapView) -> None:
        x_min, y_max = key.column * TILE / key.px_per_m, -key.row * TILE / key.px_per_m
        tile_view = MapView(x_min, y_max, key.px_per_m, TILE, TILE, view.unit)
        assert self._base is not None
        image = QImage(TILE, TILE, QImage.Format.Format_RGB32)
        image.fill(QColor(self._base.ground))
        painter = QPainter(image)
        self._job = (key, _Job(image, scene_steps(painter, self._base, tile_view, self._store), painter))

    def _begin_top(self, view: MapView) -> None:
        # whole device pixels beyond the view, so that copying needs no resampling
        dx, dy = round(view.width * MARGIN), round(view.height * MARGIN)
        self._top_shift = (dx, dy)
        self._top_view = MapView(
            view.x_min - dx / view.px_per_m, view.y_max + dy / view.px_per_m, view.px_per_m,
            view.width + 2 * dx, view.height + 2 * dy, view.unit,
        )  # fmt: skip
        image = QImage(
            math.ceil(self._top_view.width),
            math.ceil(self._top_view.height),
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self._job = (None, _Job(image, self._top_steps(painter, self._top_view), painter))

    def _top_steps(self, painter: QPainter, view: MapView) -> Iterator[None]:
        assert self._top is not None
        top = self._top
        painted = replace(top, items=tuple(i for i in top.items if i.key.split(":")[0] in TOP_KEYS))
        yield from scene_steps(painter, painted, view, self._store)
        cards = [card.translated(*self._top_shift) for card in self._cards]
        yield from label_steps(painter, top, view, bubbles_off=cards)

    def _keep(self, key: _TileKey, image: QImage) -> None:
        self._tiles[key] = image
        most = max(MOST_BYTES // (TILE * TILE * 4), 1)
        while len(self._tiles) > most:
            self._tiles.popitem(last=False)


def _first_top(scene: Scene) -> int:
    """Return where the top stratum begins."""
    return next(
        (i for i, item in enumerate(scene.items) if item.key.split(":")[0] in TOP_KEYS), len(scene.items)
    )


def _fingerprint(scene: Scene | None) -> tuple[object, ...]:
    if scene is None:
        return ()
    return (scene.ground, *((i.key, i.version, i.opacity) for i in scene.items))


def _tile_corner(key: _TileKey, view: MapView) -> tuple[float, float]:
    x_min, y_max = key.column * TILE / key.px_per_m, -key.row * TILE / key.px_per_m
    return view.point(x_min, y_max)
