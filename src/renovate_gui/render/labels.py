"""Words on the map: labels beside features without collisions, and callout bubbles.

Words are placed for a whole view, never per tile, and painted over everything. On paper they are real text
(searchable), the halo a stroked outline below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.domain.style import LabelStyle, Marker, Symbol
from renovate_gui.render.fonts import font
from renovate_gui.render.symbols import pen_of
from renovate_gui.render.view import FloatArray, MapView

MOST_LABELS = 350
BUBBLE_WIDTH_PX = 190.0
BUBBLE_PAD_PX = 7.0
WRAP = int(Qt.TextFlag.TextWordWrap)
_SIGN_PX = 12.0
_HALO_PX, _STRONG_HALO_PX = 3.2, 6.4  # a proposal's title also stands over hatched buildings
_LINE_STEP_PX = 8.0
_KEPT_CLEAR = frozenset({"proposals", "route"})
"""Layers whose lines no word may cover."""
REPEAT_PX = 260.0
"""The same words are not written again within this distance (street names)."""


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A text with its place on the device: ``x, y`` is the middle of the text box, ``angle`` turns it clockwise."""

    text: str
    x: float
    y: float
    angle: float
    size: float
    colour: str
    halo: str
    halo_px: float = _HALO_PX


class _Taken:
    """Rectangles that are occupied already, and cards that words may go below but bubbles should not."""

    def __init__(self, cards: Sequence[QRectF] = ()) -> None:
        self._boxes = np.empty((0, 4))
        self._cards = cards

    def is_open(self, box: QRectF) -> bool:
        """Return whether a free box lies below no card."""
        return not any(card.intersects(box) for card in self._cards)

    def is_free(self, box: QRectF) -> bool:
        b = self._boxes
        hit = (
            (b[:, 0] < box.right())
            & (b[:, 2] > box.left())
            & (b[:, 1] < box.bottom())
            & (b[:, 3] > box.top())
        )
        return not bool(hit.any())

    def take_discs(self, xy: FloatArray, radius: FloatArray) -> None:
        """Occupy the squares around many points at once."""
        self._boxes = np.vstack([self._boxes, np.column_stack([xy - radius[:, None], xy + radius[:, None]])])

    def take(self, box: QRectF) -> None:
        self._boxes = np.vstack([self._boxes, (box.left(), box.top(), box.right(), box.bottom())])


def paint_labels(painter: QPainter, scene: Scene, view: MapView, *, keep_free: Sequence[QRectF] = ()) -> None:
    """Place and paint the bubbles and labels of all layers, topmost layer first in claiming room.

    ``keep_free`` are device rectangles that something else will cover.
    """
    for _ in label_steps(painter, scene, view, keep_free=keep_free):
        pass


def label_steps(
    painter: QPainter,
    scene: Scene,
    view: MapView,
    *,
    keep_free: Sequence[QRectF] = (),
    bubbles_off: Sequence[QRectF] = (),
) -> Iterator[None]:
    """Do the work of :func:`paint_labels`, pausing after every few labels.

    ``bubbles_off`` are device rectangles where no bubble should lie though other words may: what floats there stays
    while the map moves below it.
    """
    taken = _Taken(bubbles_off)
    for box in keep_free:
        taken.take(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    layers = [item for item in scene.items if isinstance(item, SceneLayer) and item.labels is not None]
    for item in scene.items:
        if isinstance(item, SceneLayer):
            _reserve_markers(item, view, taken)
            if item.key in _KEPT_CLEAR:
                _reserve_lines(item, view, taken)
            yield
    for layer in reversed(layers):
        _paint_bubbles(painter, layer, view, taken)
        yield
    for layer in reversed(layers):
        for label in place_labels(layer, view, taken):
            if label is not None:
                _paint_label(painter, label, view)
            yield


def _reserve_markers(layer: SceneLayer, view: MapView, taken: _Taken) -> None:
    """Keep discs with a number or a sign readable: no text may cover them."""
    if not any(_has_sign(s) for s in layer.symbols):
        return
    signed = np.array([_has_sign(s) for s in layer.symbols], dtype=bool)
    rows = np.array(_rows_seen(layer, view), dtype=np.int64)
    rows = rows[signed[layer.class_of[rows]] & (shapely.get_type_id(layer.geometry[rows]) == 0)]
    sizes = np.array([s.size_px for s in layer.symbols])[layer.class_of[rows]]
    taken.take_discs(view.device(shapely.get_coordinates(layer.geometry[rows])), sizes * view.unit / 2)


def _reserve_lines(layer: SceneLayer, view: MapView, taken: _Taken) -> None:
    """Keep proposed lines and the route free of words, their own titles above all."""
    rows = np.array(_rows_seen(layer, view), dtype=np.int64)
    lines = layer.geometry[rows]
    lines = lines[np.isin(shapely.get_type_id(lines), (1, 5))]
    if len(lines) == 0:
        return
    step = _LINE_STEP_PX * view.unit
    shown = shapely.clip_by_rect(lines, *view.box)
    xy = view.device(shapely.get_coordinates(shapely.segmentize(shown, step / view.px_per_m)))
    taken.take_discs(xy, np.full(len(xy), step / 2))


def _has_sign(symbol: Symbol) -> bool:
    return symbol.marker is Marker.NUMBER or (
        symbol.size_px >= _SIGN_PX and symbol.marker is not Marker.CALLOUT
    )


def _rows_seen(layer: SceneLayer, view: MapView) -> list[int]:
    boxes = shapely.bounds(layer.geometry).reshape(-1, 4)
    x_min, y_min, x_max, y_max = view.box
    seen = (boxes[:, 0] <= x_max) & (boxes[:, 2] >= x_min) & (boxes[:, 1] <= y_max) & (boxes[:, 3] >= y_min)
    seen &= (layer.class_of >= 0) & (layer.class_of < len(layer.symbols))
    return [int(row) for row in np.flatnonzero(seen)]


def place_labels(layer: SceneLayer, view: MapView, taken: _Taken) -> Iterator[PlacedLabel | None]:
    """Yield a label for each feature that has words, None where it found no room; larger features are served first."""
    style, texts = layer.label_style, layer.labels
    if style is None or texts is None or (style.max_scale and view.scale > style.max_scale * 1.001):
        return
    rows = [r for r in _rows_seen(layer, view) if texts[r] and not _is_callout(layer, r)]
    extents = shapely.length(layer.geometry[rows]) if rows else np.empty(0)
    placer = _Placer(layer, style, view, taken)
    for index in np.argsort(-extents, kind="stable")[:MOST_LABELS]:
        yield placer.place(rows[index], str(texts[rows[index]]).strip())


def _is_callout(layer: SceneLayer, row: int) -> bool:
    return layer.symbols[layer.class_of[row]].marker is Marker.CALLOUT


class _Placer:
    """Finds room for the labels of one layer."""

    def __init__(self, layer: SceneLayer, style: LabelStyle, view: MapView, taken: _Taken) -> None:
        self._layer, self._style, self._view, self._taken = layer, style, view, taken
        self._size = style.size_px * view.unit
        self._metrics = QFontMetricsF(font(self._size))
        self._written: dict[str, list[tuple[float, float]]] = {}

    def place(self, row: int, text: str) -> PlacedLabel | None:
        """Return the label at the first place that is free and inside the view, and keep the place; None without room."""
        whole = QRectF(0, 0, self._view.width, self._view.height)
        for x, y, angle in self._places(row, text):
            style = self._style
            halo_px = _STRONG_HALO_PX if self._layer.key in _KEPT_CLEAR else _HALO_PX
            label = PlacedLabel(text, x, y, angle, self._size, style.colour, style.halo, halo_px)
            box = _turned_box(label, self._metrics)
            if whole.contains(box) and self._taken.is_free(box) and not self._is_repeated(label):
                self._taken.take(box)
                self._written.setdefault(text, []).append((x, y))
                return label
        return None

    def _places(self, row: int, text: str) -> Iterator[tuple[float, float, float]]:
        geometry, view = self._layer.geometry[row], self._view
        width, height = self._metrics.horizontalAdvance(text), self._metrics.height()
        if "Line" in geometry.geom_type:
            return _along_line(shapely.clip_by_rect(geometry, *view.box), view, width)
        if "Polygon" in geometry.geom_type:
            return _inside_polygon(geometry, view, width, height)
        symbol = self._layer.symbols[self._layer.class_of[row]]
        gap = (symbol.size_px / 2 + 3) * view.unit
        x, y = view.point(*shapely.get_coordinates(geometry)[0])
        return ((x + dx, y + dy, 0.0) for dx, dy in _around(gap + width / 2, gap + height * 0.35))

    def _is_repeated(self, label: PlacedLabel) -> bool:
        least = REPEAT_PX * self._view.unit
        return any(math.hypot(label.x - x, label.y - y) < least for x, y in self._written.get(label.text, ()))


def _around(side: float, over: float) -> tuple[tuple[float, float], ...]:
    """Return offsets of a text's middle around a point: right, left, below, above, then the four corners."""
    far = side * 0.8
    sides = ((side, 0.0), (-side, 0.0), (0.0, over), (0.0, -over))
    return (*sides, (far, over), (-far, -over), (far, -over), (-far, over))


def _inside_polygon(
    geometry: BaseGeometry, view: MapView, width: float, height: float
) -> Iterator[tuple[float, float, float]]:
    x_min, y_min, x_max, y_max = shapely.bounds(geometry)
    k = view.px_per_m
    wide, high = (x_max - x_min) * k, (y_max - y_min) * k
    if wide < width * 0.8 or high < height * 0.7:
        return  # the words would hide the thing they name
    if wide > 2 * view.width and high > 2 * view.height:
        return  # one is inside the thing: its name in the middle would seem to name something else
    for point in (shapely.centroid(geometry), shapely.point_on_surface(geometry)):
        if shapely.contains(geometry, point):
            yield (*view.point(point.x, point.y), 0.0)


def _along_line(geometry: BaseGeometry, view: MapView, width: float) -> Iterator[tuple[float, float, float]]:
    xy = view.device(shapely.get_coordinates(geometry))
    if len(xy) < 2:
        return
    step = np.diff(xy, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    best = int(np.argmax(length))
    if length[best] < width * 0.9:
        return
    angle = math.degrees(math.atan2(step[best, 1], step[best, 0]))
    angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
    middle = (xy[best] + xy[best + 1]) / 2
    yield float(middle[0]), float(middle[1]), angle


def _turned_box(label: PlacedLabel, metrics: QFontMetricsF) -> QRectF:
    width, height = metrics.horizontalAdvance(label.text) + 4, metrics.height()
    turn = QTransform().translate(label.x, label.y).rotate(label.angle)
    return turn.mapRect(QRectF(-width / 2, -height / 2, width, height))


def _paint_label(painter: QPainter, label: PlacedLabel, view: MapView) -> None:
    made = font(label.size)
    metrics = QFontMetricsF(made)
    painter.save()
    painter.translate(label.x, label.y)
    painter.rotate(label.angle)
    at = QPointF(-metrics.horizontalAdvance(label.text) / 2, (metrics.ascent() - metrics.descent()) / 2)
    paint_text(
        painter, at, label.text, made, label.colour, halo=label.halo, halo_px=label.halo_px * view.unit
    )
    painter.restore()


def paint_text(
    painter: QPainter,
    at: QPointF,
    text: str,
    made: QFont,
    colour: str,
    *,
    halo: str = "",
    halo_px: float = 0.0,
) -> None:
    """Paint a line of text with its halo; ``at`` is the beginning of the baseline."""
    if halo and halo_px > 0:
        outline = QPainterPath()
        outline.addText(at, made, text)
        pen = QPen(QColor(halo), halo_px, j=Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(outline, pen)
    painter.setFont(made)
    painter.setPen(QColor(colour))
    painter.drawText(at, text)


# -- callouts ---------------------------------------------------------------------------------------------------
def _paint_bubbles(painter: QPainter, layer: SceneLayer, view: MapView, taken: _Taken) -> None:
    for row in _rows_seen(layer, view):
        text = layer.labels[row] if layer.labels is not None else None
        if not _is_callout(layer, row) or not text:
            continue
        symbol = layer.symbols[layer.class_of[row]]
        anchor = shapely.point_on_surface(layer.geometry[row])
        painter.setOpacity(symbol.opacity * layer.opacity)
        style = layer.label_style or LabelStyle("")
        box = _bubble_box(str(text), view.point(anchor.x, anchor.y), style, view, taken)
        painter.setPen(pen_of(symbol.stroke, symbol.stroke_px * view.unit))
        painter.setBrush(QColor(symbol.fill or "#FFFFFF"))
        painter.drawPath(_bubble_outline(box, view.point(anchor.x, anchor.y), 6 * view.unit))
        pad = BUBBLE_PAD_PX * view.unit
        painter.setPen(QColor(style.colour))
        painter.setFont(font(style.size_px * view.unit))
        painter.drawText(box.adjusted(pad, 0.7 * pad, -pad * 0.5, -0.5 * pad), WRAP, str(text))
        painter.setOpacity(1.0)


def _bubble_box(
    text: str, tip: tuple[float, float], style: LabelStyle, view: MapView, taken: _Taken
) -> QRectF:
    unit, pad = view.unit, BUBBLE_PAD_PX * view.unit
    metrics = QFontMetricsF(font(style.size_px * unit))
    words = metrics.boundingRect(QRectF(0, 0, BUBBLE_WIDTH_PX * unit, 400 * unit), WRAP, text)
    box = _bubble_place(tip, words.width() + 2 * pad + unit, words.height() + 1.4 * pad, view, taken)
    taken.take(box)
    return box


def _bubble_place(
    tip: tuple[float, float], width: float, height: float, view: MapView, taken: _Taken
) -> QRectF:
    """Return the first free place above or below the tip that is inside the view, else the one above."""
    x, y, unit = *tip, view.unit
    whole = QRectF(0, 0, view.width, view.height)
    places = [
        QRectF(x + dx, y + dy, width, height)
        for lift in (16 * unit, 46 * unit, 84 * unit)
        for dy in (-lift - height, lift)
        for dx in (-width * 0.2, -width * 0.8, -width * 0.5)
    ]
    free = [p for p in places if whole.contains(p) and taken.is_free(p)]
    return (
        [p for p in free if taken.is_open(p)] or free or [p for p in places if whole.contains(p)] or places
    )[0]


def _bubble_outline(box: QRectF, tip: tuple[float, float], radius: float) -> QPainterPath:
    bubble = QPainterPath()
    bubble.addRoundedRect(box, radius, radius)
    foot = min(max(tip[0], box.left() + 2.5 * radius), box.right() - 2.5 * radius)
    edge = box.bottom() - 1 if tip[1] > box.center().y() else box.top() + 1
    tail = QPainterPath(QPointF(foot - radius, edge))
    tail.lineTo(QPointF(*tip))
    tail.lineTo(foot + radius, edge)
    tail.closeSubpath()
    return bubble.united(tail)
