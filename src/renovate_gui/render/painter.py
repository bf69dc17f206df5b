"""Painting a scene: the one place that turns geometry and symbols into strokes and fills, for screen, picture and PDF.

Usage
-----
Paint everything at once (a picture, a page, a test)::

    from renovate_gui.render.painter import paint_scene
    from renovate_gui.render.view import MapView

    view = MapView.fitted(scene.extent(), image.width(), image.height(), unit=image.devicePixelRatio())
    with QPainter(image) as painter:        # (on the image: fill it with scene.ground first, or use paint_scene's)
        paint_scene(painter, scene, view)

In slices (the map on screen; :mod:`renovate_gui.render.tiles` does it)::

    for _ in scene_steps(painter, scene, view, store):   # between two steps the event loop may run
        ...

Device space: the painter must carry no transform of its own except a translation; the view says how large a
device-independent pixel is (``unit``), so the same call paints a 1× screen, a 2× screen and a 1200-dpi PDF alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from renovate_gui.domain.scene import Scene, SceneHeat, SceneLayer
from renovate_gui.domain.style import Hatch, Marker, Symbol
from renovate_gui.render.art import LINE, POINT, POLYGON, ArtStore, LayerArt
from renovate_gui.render.hatches import ANGLES, SPACING_PX, dots_on, hatch_segments
from renovate_gui.render.heat import paint_heat
from renovate_gui.render.labels import paint_labels
from renovate_gui.render.paths import path_of_parts, paths_of_parts, rings_of
from renovate_gui.render.symbols import brush_of, paint_marker, pen_of
from renovate_gui.render.view import MapView

CHUNK = 48
"""Features between two steps: under 2 ms on an ordinary machine."""
SYMBOL_PAD_PX = 48.0
"""How far a symbol may reach beyond its point, device-independent pixels."""
SMALL_PX = 24.0
"""Areas and lines up to this size are painted many at a time, device-independent pixels: at the scale of a whole town a
step of Python for each would take seconds."""
SMALL_CHUNK = 256
"""Small features between two steps."""
JOINED_ROWS = 20
"""Rows of pixels that the small features of one path cover together. Each is about three spans, and from 64 spans on Qt
wakes other threads for a translucent fill, which takes longer than the fill."""
HUGE_PX = 12000.0
"""Features larger than this on the device are clipped first: the raster engine loses its way beyond ±32,767."""

Rows = NDArray[np.int64]


def paint_scene(
    painter: QPainter,
    scene: Scene,
    view: MapView,
    *,
    store: ArtStore | None = None,
    with_labels: bool = True,
    keep_free: Sequence[QRectF] = (),
) -> None:
    """Paint the ground, all layers bottom first, and the labels; none of these in the device boxes of ``keep_free``."""
    painter.fillRect(QRectF(0, 0, view.width, view.height), QColor(scene.ground))
    for _ in scene_steps(painter, scene, view, store or ArtStore()):
        pass
    if with_labels:
        paint_labels(painter, scene, view, keep_free=keep_free)


def scene_steps(painter: QPainter, scene: Scene, view: MapView, store: ArtStore) -> Iterator[None]:
    """Paint all layers without ground and labels, pausing after every few features."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for item in scene.items:
        if isinstance(item, SceneHeat):
            paint_heat(painter, item, view, px=max(1.0, view.unit / 2))
            yield
        else:
            yield from layer_steps(painter, store.of(item), view)


def layer_steps(painter: QPainter, art: LayerArt, view: MapView) -> Iterator[None]:
    """Paint one layer: areas, then lines (all casings below all lines), then points."""
    layer = art.layer
    rows = art.rows_in(view.grown(SYMBOL_PAD_PX * view.unit))
    kinds, classes = art.kind[rows], layer.class_of[rows]
    for number, symbol in enumerate(layer.symbols):
        own = rows[(kinds == POLYGON) & (classes == number)]
        yield from _polygon_steps(painter, art, view, own, _faded(symbol, layer))
    lines = [(_faded(s, layer), rows[(kinds == LINE) & (classes == n)]) for n, s in enumerate(layer.symbols)]
    for symbol, own in lines:
        if symbol.casing and symbol.casing_px > 0:
            width = symbol.stroke_px + 2 * symbol.casing_px
            yield from _line_steps(
                painter, art, view, own, replace(symbol, stroke=symbol.casing, stroke_px=width, dash=())
            )
    for symbol, own in lines:
        yield from _line_steps(painter, art, view, own, symbol)
    yield from _point_steps(painter, art, view, rows[kinds == POINT])


def paint_rows(painter: QPainter, art: LayerArt, view: MapView, rows: Rows, symbol: Symbol) -> None:
    """Paint some features of a layer at once in another symbol than their class's: what changed under the hand."""
    kinds = art.kind[rows]
    for _ in _polygon_steps(painter, art, view, rows[kinds == POLYGON], symbol):
        pass
    for _ in _line_steps(painter, art, view, rows[kinds == LINE], symbol):
        pass
    growth = marker_growth(view)
    painter.setOpacity(symbol.opacity)
    for x, y in art.bounds[rows[kinds == POINT], :2].tolist():
        px, py = view.point(x, y)
        paint_marker(painter, symbol, px, py, unit=view.unit, growth=growth)
    painter.setOpacity(1.0)


def _faded(symbol: Symbol, layer: SceneLayer) -> Symbol:
    return symbol if layer.opacity >= 1 else replace(symbol, opacity=symbol.opacity * layer.opacity)


def _chunks(rows: Rows, size: int = CHUNK) -> Iterator[Rows]:
    for begin in range(0, len(rows), size):
        yield rows[begin : begin + size]


def _is_small(art: LayerArt, rows: Rows, view: MapView) -> NDArray[np.bool_]:
    boxes = art.bounds[rows]
    size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return np.asarray(size * view.px_per_m <= SMALL_PX * view.unit)


def joint_paths(art: LayerArt, rows: Rows, view: MapView) -> list[QPainterPath]:
    """Return the outlines of many features, some in each path, in device coordinates; what overlaps there is one area."""
    xy, starts, first = art.rings.together(rows)
    if len(xy) == 0:
        return []
    k = view.px_per_m
    device = np.column_stack([(xy[:, 0] - view.x_min) * k, (view.y_max - xy[:, 1]) * k])
    height = float(np.mean(art.bounds[rows, 3] - art.bounds[rows, 1])) * k + 1.0
    joined = max(1, int(JOINED_ROWS / height))
    ends = np.unique(np.append(first[joined:-1:joined], first[-1]))  # a feature without a ring makes no path
    return paths_of_parts(device, starts[:-1], ends[ends > 0], is_winding=True)


def device_path(art: LayerArt, row: int, view: MapView) -> QPainterPath:
    """Return a feature's outline in device coordinates; huge ones are cut to the surroundings of the view."""
    box = art.bounds[row]
    is_huge = max(box[2] - box[0], box[3] - box[1]) * view.px_per_m > HUGE_PX
    path = art.path_near(row, view.grown(SYMBOL_PAD_PX * 4 * view.unit)) if is_huge else art.path(row)
    k = view.px_per_m
    x, y = art.origin
    return QTransform(k, 0, 0, k, (x - view.x_min) * k, (view.y_max - y) * k).map(path)


def hatch_growth(view: MapView) -> float:
    """Return the factor of hatch lines and their distance: finer where buildings are small on the map."""
    return float(np.clip(view.css_px_per_m / 1.1, 0.5, 1.0))


def outline_growth(view: MapView) -> float:
    """Return the factor of thin polygon outlines: they fade out where a pixel is several metres, else they hide the areas."""
    growth = (view.css_px_per_m / 0.55) ** 0.8
    return 0.0 if growth < 0.25 else min(1.0, growth)


def street_growth(view: MapView) -> float:
    """Return the factor of cased lines: streets widen when one comes closer, 1 at 1:4,000."""
    return float(np.clip((view.css_px_per_m / 0.945) ** 0.62, 0.3, 2.6))


def marker_growth(view: MapView) -> float:
    """Return the factor of point symbols: full size to 1:12,000, smaller beyond."""
    return float(np.clip((view.css_px_per_m / 0.315) ** 0.6, 0.3, 1.0))


def _polygon_steps(
    painter: QPainter, art: LayerArt, view: MapView, rows: Rows, symbol: Symbol
) -> Iterator[None]:
    if len(rows) == 0:
        return
    width = symbol.stroke_px * (
        outline_growth(view) if symbol.stroke_px <= 1.2 and len(art.rows) > 60 else 1.0
    )
    hatched = symbol.hatch is not Hatch.NONE
    pen = pen_of(None if hatched else symbol.stroke, width * view.unit, symbol.dash, unit=view.unit)
    is_small = np.zeros(len(rows), dtype=bool) if hatched else _is_small(art, rows, view)
    for chunk in _chunks(rows[~is_small]):
        painter.setOpacity(symbol.opacity)
        painter.setBrush(brush_of(symbol.fill))
        painter.setPen(pen)
        paths = [device_path(art, int(row), view) for row in chunk]
        for path in paths:
            painter.drawPath(path)
        if hatched:
            _paint_hatch(painter, art, view, chunk, symbol)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen_of(symbol.stroke, width * view.unit, symbol.dash, unit=view.unit))
            for path in paths:
                painter.drawPath(path)
        painter.setOpacity(1.0)
        yield
    yield from _small_steps(painter, art, view, rows[is_small], symbol=symbol, pen=pen)


def _small_steps(
    painter: QPainter, art: LayerArt, view: MapView, rows: Rows, *, symbol: Symbol, pen: QPen
) -> Iterator[None]:
    """Paint small areas or lines, many at a time; they lie over the larger ones of their class."""
    if len(rows) == 0:
        return
    for chunk in _chunks(rows[np.argsort(art.along[rows], kind="stable")], SMALL_CHUNK):
        painter.setOpacity(symbol.opacity)
        painter.setBrush(brush_of(symbol.fill))
        painter.setPen(pen)
        for path in joint_paths(art, chunk, view):
            painter.drawPath(path)
        painter.setOpacity(1.0)
        yield


def _paint_hatch(painter: QPainter, art: LayerArt, view: MapView, rows: Rows, symbol: Symbol) -> None:
    xy, starts, owner = art.rings.of_many(rows)
    boxes = art.bounds[rows]
    if (
        np.ptp(boxes[:, ::2]) * view.px_per_m > 2 * HUGE_PX
        or np.ptp(boxes[:, 1::2]) * view.px_per_m > 2 * HUGE_PX
    ):
        cut = shapely.clip_by_rect(art.layer.geometry[rows], *view.grown(SYMBOL_PAD_PX * view.unit))
        xy, starts, owner = rings_of(cut).of_many(np.arange(len(rows)))
    if len(starts) == 0:
        return
    # absolute device coordinates, so that hatches run on across tiles
    absolute = xy * (view.px_per_m, -view.px_per_m)
    shift = np.array([view.x_min * view.px_per_m, -view.y_max * view.px_per_m])
    unit = view.unit * hatch_growth(view)
    paint_hatch(painter, absolute, starts, owner, symbol=symbol, unit=unit, shift=shift)


def paint_hatch(
    painter: QPainter,
    xy: NDArray[np.float64],
    starts: Rows,
    owner: Rows,
    *,
    symbol: Symbol,
    unit: float,
    shift: NDArray[np.float64] | None = None,
) -> None:
    """Paint a symbol's hatch inside rings (see :func:`hatch_segments`); ``shift`` is taken from every point."""
    moved = np.zeros(2) if shift is None else shift
    spacing = SPACING_PX * unit * (0.8 if symbol.hatch is Hatch.DOTS else 1.0)
    colour = QColor(symbol.hatch_colour)
    for angle in ANGLES[symbol.hatch]:
        segments = hatch_segments(xy, starts, owner, angle, spacing)
        if symbol.hatch is Hatch.DOTS:
            ends = np.repeat(dots_on(segments, spacing) - moved, 2, axis=0)
            ends[1::2, 0] += 0.01 * unit  # a dot is a very short line with a round pen
            pen = QPen(colour, 1.7 * unit, c=Qt.PenCapStyle.RoundCap)
        else:
            ends = segments.reshape(-1, 2) - moved
            pen = QPen(colour, 1.15 * unit, c=Qt.PenCapStyle.FlatCap)
        if len(ends):
            painter.strokePath(path_of_parts(ends, np.arange(0, len(ends), 2)), pen)


def _line_steps(
    painter: QPainter, art: LayerArt, view: MapView, rows: Rows, symbol: Symbol
) -> Iterator[None]:
    if len(rows) == 0 or symbol.stroke is None:
        return
    grows = bool(symbol.casing) and symbol.casing_px > 0
    width = symbol.stroke_px * (street_growth(view) if grows else 1.0) * view.unit
    pen = pen_of(symbol.stroke, width, symbol.dash, unit=view.unit)
    is_small = _is_small(art, rows, view)
    for chunk in _chunks(rows[~is_small]):
        painter.setOpacity(symbol.opacity)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        for row in chunk:
            painter.drawPath(device_path(art, int(row), view))
        painter.setOpacity(1.0)
        yield
    unfilled = replace(symbol, fill=None)
    yield from _small_steps(painter, art, view, rows[is_small], symbol=unfilled, pen=pen)


def _point_steps(painter: QPainter, art: LayerArt, view: MapView, rows: Rows) -> Iterator[None]:
    if len(rows) == 0:
        return
    layer, growth = art.layer, marker_growth(view)
    size = max((s.size_px for s in layer.symbols), default=8.0) * growth
    has_room = layer.key in {"proposals", "notes", "replies", "route"} or size < 10
    crowd = np.zeros(len(art.kind), dtype=bool) if has_room else art.crowded_rows(view, size * 0.62)
    order = np.concatenate([rows[crowd[rows]], rows[~crowd[rows]]])  # dots below discs
    for chunk in _chunks(order):
        for row, shape in zip(chunk, layer.geometry[chunk], strict=True):
            symbol = _faded(layer.symbols[layer.class_of[row]], layer)
            if symbol.marker is Marker.CALLOUT:
                continue  # bubbles are words: painted with the labels
            painter.setOpacity(symbol.opacity)
            shown = _small(symbol) if crowd[row] else symbol
            for x, y in shapely.get_coordinates(shape).tolist():
                px, py = view.point(x, y)
                paint_marker(painter, shown, px, py, unit=view.unit, growth=growth)
        painter.setOpacity(1.0)
        yield


def _small(symbol: Symbol) -> Symbol:
    """Return the dot that stands for a disc where there is no room for it."""
    return replace(
        symbol,
        marker=Marker.CIRCLE,
        glyph="",
        size_px=min(symbol.size_px, 6.5),
        stroke="#FFFFFF",
        stroke_px=0.8,
    )


def paint_line_sample(painter: QPainter, symbol: Symbol, a: QPointF, b: QPointF, *, unit: float) -> None:
    """Paint a short line in a symbol's look, as legends show it."""
    if symbol.casing and symbol.casing_px > 0:
        painter.setPen(pen_of(symbol.casing, (symbol.stroke_px + 2 * symbol.casing_px) * unit))
        painter.drawLine(a, b)
    painter.setPen(pen_of(symbol.stroke, symbol.stroke_px * unit, symbol.dash, unit=unit))
    painter.drawLine(a, b)
