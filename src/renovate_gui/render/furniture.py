"""What stands around a map: legend, scale bar, north arrow, source. Shared by picture, page and canvas.

All sizes are device pixels; ``unit`` is device pixels per device-independent pixel, as in :class:`MapView`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF

from renovate_gui.assets import tr
from renovate_gui.domain.scene import LegendEntry, Scene, SceneHeat
from renovate_gui.domain.style import Hatch, Marker, Symbol
from renovate_gui.render.fonts import font
from renovate_gui.render.painter import paint_hatch, paint_line_sample
from renovate_gui.render.symbols import brush_of, paint_marker, pen_of
from renovate_gui.render.view import MapView, round_length

INK, INK_QUIET = "#1B2430", "#5B6675"


CELLS = "cells"
"""Key of a layer that gathers two subjects, or one, by places: all its classes must be read together."""


# -- legend -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class LegendBlock:
    """Entries under one heading; an empty heading stands for single lines of several layers.

    ``is_subject`` marks what the map is about (verdicts, density): never shortened, never left out first.
    """

    title: str
    entries: tuple[LegendEntry, ...]
    is_subject: bool = False


def legend_blocks(scene: Scene, *, most_entries: int = 8) -> tuple[LegendBlock, ...]:
    """Return the legend of a scene: its subject, then proposals and single lines, then the other layers, topmost first.

    Long lists of other layers end with how many more kinds there are.
    """
    subject: list[LegendBlock] = []
    others: list[LegendBlock] = []
    drawn: list[LegendEntry] = []
    single: list[LegendEntry] = []
    for item in reversed(scene.items):
        if isinstance(item, SceneHeat):
            subject.append(LegendBlock(f"{item.title} ({item.unit})", _heat_entries(item), is_subject=True))
        elif item.key.startswith("gap:") or item.key == CELLS:
            subject.append(LegendBlock(item.title, item.legend, is_subject=True))
        elif item.key.split(":")[0] in {"proposals", "route", "replies"}:
            drawn.extend(item.legend)
        elif len(item.legend) == 1:
            single.extend(item.legend)
        elif item.legend:
            others.append(LegendBlock(item.title, _shortened(item.legend, most_entries)))
    points = [e for e in single if e.shape == "point"]
    flat = [e for e in single if e.shape != "point"]
    lines = [LegendBlock("", (*points, *drawn, *flat))] if drawn or single else []
    return (*subject, *lines, *others)


def _shortened(entries: tuple[LegendEntry, ...], most: int) -> tuple[LegendEntry, ...]:
    if len(entries) <= most:
        return entries
    rest = entries[most - 1 :]
    count = sum(e.count or 0 for e in rest)
    more = LegendEntry(tr("{n} more kinds", n=len(rest)), _REST, rest[0].shape, count or None)
    return (*entries[: most - 1], more)


_REST = Symbol(fill="#E3E7ED", stroke="#8C96A5", stroke_px=0.8, size_px=8.0)


def _heat_entries(heat: SceneHeat) -> tuple[LegendEntry, ...]:
    pairs = zip(heat.levels, heat.levels[1:], heat.colours, strict=False)
    return tuple(
        LegendEntry(f"{_figure(low)} – {_figure(high)}", Symbol(fill=colour, stroke=None), "polygon")
        for low, high, colour in pairs
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:.3g}"


def paint_swatch(painter: QPainter, box: QRectF, entry: LegendEntry, unit: float) -> None:
    """Paint one entry's look inside a box: an area with its hatch, a line, or the point symbol."""
    symbol = entry.symbol
    painter.setOpacity(symbol.opacity)
    if entry.shape == "polygon":
        _paint_area(painter, box, symbol, unit)
    elif entry.shape == "line":
        middle = box.center().y()
        shown = replace(symbol, stroke_px=min(symbol.stroke_px, 6.0))
        if symbol.casing and _is_pale(symbol.casing) and _is_pale(symbol.stroke):
            shown = replace(
                shown, casing="#9A948A", casing_px=1.0, stroke_px=max(symbol.stroke_px, 2.6)
            )  # white on white else
        paint_line_sample(
            painter, shown, QPointF(box.left(), middle), QPointF(box.right(), middle), unit=unit
        )
    else:
        fit = min(1.0, box.height() * 1.15 / (symbol.size_px * unit))
        shown = symbol if symbol.marker is not Marker.NUMBER else replace(symbol, glyph="1")
        paint_marker(painter, shown, box.center().x(), box.center().y(), unit=unit, growth=fit)
    painter.setOpacity(1.0)


def _is_pale(colour: str | None) -> bool:
    return colour is None or QColor(colour).lightnessF() > 0.72


def _paint_area(painter: QPainter, box: QRectF, symbol: Symbol, unit: float) -> None:
    painter.fillRect(box, brush_of(symbol.fill))
    if symbol.hatch is not Hatch.NONE:
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft(), box.topLeft()]
        xy = np.array([(c.x(), c.y()) for c in corners])
        zero = np.zeros(1, dtype=np.int64)
        paint_hatch(painter, xy, zero, zero, symbol=symbol, unit=unit)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    is_pale = _is_pale(symbol.stroke)
    painter.setPen(
        pen_of(
            "#3A4450" if is_pale else symbol.stroke,
            (0.8 if is_pale else symbol.stroke_px) * unit,
            symbol.dash,
            unit=unit,
        )
    )
    painter.drawRect(box)


@dataclass(frozen=True, slots=True)
class LegendLook:
    """Sizes of a legend in device pixels."""

    text_px: float
    unit: float
    ink: str = INK
    has_counts: bool = True
    leading: float = 1.62  # line distance in text sizes
    width: float = 0.0  # room for two columns where the words are short; 0: always one

    @property
    def row(self) -> float:
        """Return the height of one line."""
        return self.text_px * self.leading

    @property
    def swatch(self) -> tuple[float, float]:
        """Return width and height of a swatch."""
        return self.text_px * 1.7, self.text_px * 1.0


def _columns(block: LegendBlock, look: LegendLook) -> int:
    """Return 2 when every entry of a block fits into half the width, else 1."""
    if look.width <= 0 or look.has_counts or len(block.entries) < 2:
        return 1
    metrics = QFontMetricsF(font(look.text_px))
    widest = max(metrics.horizontalAdvance(e.label) for e in block.entries)
    return 2 if look.swatch[0] * 1.32 + widest + look.text_px * 0.3 <= look.width / 2 else 1


def _rows(block: LegendBlock, look: LegendLook) -> int:
    return -(-len(block.entries) // _columns(block, look))


def legend_height(blocks: tuple[LegendBlock, ...], look: LegendLook) -> float:
    """Return how high the blocks are."""
    lines = sum(_rows(b, look) + bool(b.title) for b in blocks)
    return look.row * (lines + 0.35 * max(len(blocks) - 1, 0))


def legend_width(blocks: tuple[LegendBlock, ...], look: LegendLook) -> float:
    """Return the width at which nothing is shortened."""
    plain, bold = QFontMetricsF(font(look.text_px)), QFontMetricsF(font(look.text_px, bold=True))
    widest = max((bold.horizontalAdvance(b.title) for b in blocks), default=0.0)
    for entry in (e for b in blocks for e in b.entries):
        count = (
            plain.horizontalAdvance(f"    {entry.count:,}")
            if look.has_counts and entry.count is not None
            else 0
        )
        widest = max(widest, look.swatch[0] * 1.32 + plain.horizontalAdvance(entry.label) + count)
    return widest + look.text_px * 0.3


def fitting_legend(
    blocks: tuple[LegendBlock, ...], look: LegendLook, height: float
) -> tuple[LegendBlock, ...]:
    """Return the blocks that fit; the subject stays whole, other lists are shortened or left out."""
    kept: list[LegendBlock] = []
    for block in blocks:
        if block.is_subject or legend_height((*kept, block), look) <= height:
            kept.append(block)
            continue
        spare = (height - legend_height(tuple(kept), look)) / look.row - 0.35 - bool(block.title)
        room = int(spare) * _columns(block, look)
        if not block.title and room >= 1:  # single lines of several layers: the first ones say what matters
            kept.append(replace(block, entries=block.entries[:room]))
        elif room >= 2:
            kept.append(replace(block, entries=_shortened(block.entries, room)))
    return tuple(kept)


def paint_legend(painter: QPainter, box: QRectF, blocks: tuple[LegendBlock, ...], look: LegendLook) -> None:
    """Paint the blocks into a box, from its top; texts that are too wide end in an ellipsis."""
    y = box.top()
    for block in blocks:
        if block.title:
            _legend_text(painter, QRectF(box.left(), y, box.width(), look.row), block.title, look, bold=True)
            y += look.row
        rows, columns = _rows(block, look), _columns(block, look)
        width = box.width() / columns
        for i, entry in enumerate(block.entries):
            column, row = divmod(i, rows)
            _legend_row(
                painter, QRectF(box.left() + column * width, y + row * look.row, width, look.row), entry, look
            )
        y += look.row * (rows + 0.35)


def _legend_row(painter: QPainter, row: QRectF, entry: LegendEntry, look: LegendLook) -> None:
    width, height = look.swatch
    paint_swatch(painter, QRectF(row.left(), row.center().y() - height / 2, width, height), entry, look.unit)
    words = row.adjusted(width * 1.32, 0, 0, 0)
    if look.has_counts and entry.count is not None:
        figure = f"{entry.count:,}"
        room = QFontMetricsF(font(look.text_px)).horizontalAdvance(figure)
        right = QRectF(words.right() - room, words.top(), room, words.height())
        _legend_text(painter, right, figure, look, ink=INK_QUIET if look.ink == INK else look.ink)
        words.setRight(words.right() - room - look.text_px * 0.6)
    _legend_text(painter, words, entry.label, look)


def _legend_text(
    painter: QPainter, box: QRectF, text: str, look: LegendLook, *, bold: bool = False, ink: str = ""
) -> None:
    made = font(look.text_px, bold=bold)
    metrics = QFontMetricsF(made)
    painter.setFont(made)
    painter.setPen(QColor(ink or look.ink))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
    baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2
    painter.drawText(QPointF(box.left(), baseline), shown)


# -- scale and north ----------------------------------------------------------------------------------------------
def scale_bar_m(view: MapView, longest_px: float) -> float:
    """Return the round length in metres of a bar that is at most so many device pixels long."""
    return round_length(longest_px / view.px_per_m)


def bar_words(metres: float) -> str:
    """Return the words at the end of a scale bar."""
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"


def paint_scale_bar(
    painter: QPainter, at: QPointF, view: MapView, *, longest_px: float, text_px: float, ink: str = INK
) -> float:
    """Paint a bar with ticks and 0, half, whole below it; return its length in device pixels.

    ``at`` is the left end of the line.
    """
    metres = scale_bar_m(view, longest_px)
    length = metres * view.px_per_m
    pen = pen_of(ink, 1.6 * view.unit)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(at, QPointF(at.x() + length, at.y()))
    tick = text_px * 0.5
    for share in (0.0, 0.5, 1.0):
        x = at.x() + length * share
        painter.drawLine(QPointF(x, at.y() - tick * (1 if share != 0.5 else 0.6)), QPointF(x, at.y()))
    made = font(text_px)
    metrics = QFontMetricsF(made)
    painter.setFont(made)
    painter.setPen(QColor(ink))
    baseline = at.y() + metrics.ascent() + text_px * 0.2
    last = bar_words(metres)
    half = f"{metres / 2000:g}" if metres >= 1000 else f"{metres / 2:g}"
    painter.drawText(QPointF(at.x(), baseline), "0")
    middle = at.x() + length / 2 - metrics.horizontalAdvance(half) / 2
    end = at.x() + length - metrics.horizontalAdvance(last)
    if end - middle > metrics.horizontalAdvance(half) * 1.6:
        painter.drawText(QPointF(middle, baseline), half)
    painter.drawText(QPointF(end, baseline), last)
    return length


def paint_north(painter: QPainter, box: QRectF, *, ink: str = INK) -> None:
    """Paint a north arrow with its letter into a box; the map is never turned."""
    tip, foot = box.top(), box.top() + box.height() * 0.58
    x, half = box.center().x(), box.width() * 0.3
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink))
    notch = foot - box.height() * 0.13
    painter.drawPolygon(
        QPolygonF([QPointF(x, tip), QPointF(x + half, foot), QPointF(x, notch), QPointF(x - half, foot)])
    )
    size = box.height() * 0.38
    made = font(size, bold=True)
    metrics = QFontMetricsF(made)
    painter.setFont(made)
    painter.setPen(QColor(ink))
    letter = tr("N")
    at = QPointF(x - metrics.horizontalAdvance(letter) / 2, box.bottom() - metrics.descent() * 0.4)
    painter.drawText(at, letter)


def scale_words(denominator: float) -> str:
    """Return ``1 : 1,500``."""
    return f"1 : {denominator:,.0f}" if denominator >= 10 else f"1 : {denominator:g}"
