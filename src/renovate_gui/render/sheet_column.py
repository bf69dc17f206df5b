"""The column of words beside a printed map: figure, facts, doubt, legend, how to reply, scale."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from renovate_gui.app.ports import Handout, Sheet, SheetText
from renovate_gui.assets import tr
from renovate_gui.render.furniture import (
    LegendBlock,
    LegendLook,
    fitting_legend,
    legend_blocks,
    legend_height,
    paint_legend,
    paint_north,
    paint_scale_bar,
    scale_bar_m,
    scale_words,
)
from renovate_gui.render.paper import Paper, mm, pt
from renovate_gui.render.paper_text import LEADING, Lines, paint_lines, paint_one, shrunk, text_width, wrap
from renovate_gui.render.sheet_list import ListLines, list_lines, paint_list
from renovate_gui.render.symbols import paint_centred, pen_of
from renovate_gui.render.view import MapView

INK, QUIET = "#111111", "#4A5462"
BOX_PAD = 4.5
BOX_GAP = 3.6
MOST_LINES = 14
FACT_GAP = 0.26  # between facts, in text sizes


@dataclass(frozen=True, slots=True)
class _Facts:
    """Wrapped facts at one body size."""

    size: float
    label_width: float
    listed: ListLines | None
    rows: tuple[tuple[Lines, Lines], ...]  # label and words
    doubt: Lines | None
    badge: Lines | None = None

    @property
    def badge_height(self) -> float:
        return self.badge.height + self.badge.size * 0.5 if self.badge else 0.0

    @property
    def height(self) -> float:
        rows = sum(max(a.height, b.height) + self.size * FACT_GAP for a, b in self.rows)
        rows += self.listed.height + self.size * 0.6 if self.listed else 0.0
        rows += self.badge_height + self.size * 0.3 if self.badge else 0.0
        return rows + (self.doubt.height + self.size * 0.4 if self.doubt else 0.0)


class ReplyBox:
    """How to answer: by when, on which page, whom to ask."""

    def __init__(self, sheet: Sheet, handout: Handout, paper: Paper, width: float) -> None:
        self.width, self._paper = width, paper
        self._lines = self._wrapped(sheet, handout, paper, width - 2 * paper.mm(BOX_PAD))

    @staticmethod
    def _wrapped(sheet: Sheet, handout: Handout, paper: Paper, width: float) -> tuple[Lines, ...]:
        until, number = handout.reply_until, sheet.number
        size, least = pt(paper.body[0] * 0.94), pt(paper.body[1])
        title = tr("How to reply (by {date})", date=until) if until else tr("How to reply")
        how = (
            tr("Open review.html on a phone, no network is needed, and answer item {number}.", number=number)
            if number
            else tr("Open review.html on a phone, no network is needed.")
        )
        found = [
            shrunk(title, width, (size, least), bold=True),
            wrap(how, width, max(size * 0.94, least), most_lines=3),
        ]
        if handout.contact:
            found.append(wrap(handout.contact, width, max(size * 0.94, least), most_lines=3))
        return tuple(found)

    @property
    def as_text(self) -> SheetText:
        """Return the same as plain words."""
        title, *rest = ("".join(lines.texts) for lines in self._lines)
        return SheetText(title, "\n".join(rest))

    @property
    def height(self) -> float:
        """Return the height of the box in device units."""
        return sum(r.height for r in self._lines) + 2 * self._paper.mm(BOX_PAD) * 0.8

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paint the box, its words from the top."""
        inner = paint_frame(painter, box, self._paper)
        at = inner.top()
        for lines in self._lines:
            at = paint_lines(painter, lines, inner.left(), at, INK)


class SideColumn:
    """Lays out and paints the column so that nothing leaves its box.

    Sizes shrink from the paper's usual body size to its least; then the legend gives up lines (and says so). What
    has no room even then makes :attr:`is_cut` true: the sheet moves it below the map.
    """

    def __init__(
        self,
        sheet: Sheet,
        reply: ReplyBox | None,
        paper: Paper,
        box: QRectF,
        *,
        has_scale: bool,
        has_legend: bool = True,
    ) -> None:
        self._sheet, self._paper, self._box, self._reply = sheet, paper, box, reply
        self._blocks = legend_blocks(sheet.scene) if has_legend else ()
        self._inner = box.width() - 2 * self._paper.mm(BOX_PAD)
        self._scale_height = scale_box_height(paper) if has_scale else 0.0
        self._head = self._headline_lines()
        self._facts, self._legend, self._look = self._fit()

    # -- measuring --------------------------------------------------------------------------------------------
    def _fit(self) -> tuple[_Facts, tuple[LegendBlock, ...], LegendLook]:
        largest, least = self._paper.body
        size = largest
        self._is_full = False
        limits = [MOST_LINES] * len(self._sheet.facts)
        while True:
            facts, look = self._wrapped(pt(size), limits), self._legend_look(size)
            if legend_height(self._blocks, look) <= self._legend_room(facts):
                return facts, self._blocks, look
            if size <= least:
                break
            size = max(least, size - 0.5)
        subject = legend_height(tuple(b for b in self._blocks if b.is_subject), look)
        wanted = max(subject, min(legend_height(self._blocks, look), look.row * 3))
        while self._legend_room(facts) < wanted and max((len(r.texts) for _, r in facts.rows), default=1) > 1:
            lengths = [len(r.texts) for _, r in facts.rows]
            # the longest fact gives way first, of equals the last: the first say what it is all about
            longest = len(lengths) - 1 - lengths[::-1].index(max(lengths))
            limits[longest] = lengths[longest] - 1
            facts = self._wrapped(pt(least), limits)
        self._is_full = self._legend_room(facts) < subject
        return facts, fitting_legend(self._blocks, look, self._legend_room(facts)), look

    def _legend_look(self, size: float) -> LegendLook:
        return LegendLook(
            pt(size * self._paper.legend),
            mm(25.4) / 96 * self._paper.map_unit,
            ink=INK,
            has_counts=False,
            width=self._inner,
        )

    def _legend_room(self, facts: _Facts) -> float:
        """Return the height left for legend entries (without the box around them)."""
        used = self._head_height() + facts.height + self._reply_height() + self._scale_height
        frame = 2 * self._paper.mm(BOX_PAD) * 0.8 + (
            0.0 if self._paper.is_compact else pt(self._paper.body[1]) * LEADING
        )
        return (
            self._box.height()
            - used
            - (0.6 + bool(self._reply) + bool(self._scale_height)) * self._paper.mm(BOX_GAP)
            - frame
        )

    def _wrapped(self, size: float, limits: list[int]) -> _Facts:
        labels = [f.label for f in self._sheet.facts]
        widest = max((text_width(label, size) for label in labels), default=0.0)
        label_width = min(widest + size * 0.7, self._box.width() * 0.37)
        rows = tuple(
            (
                wrap(f.label, label_width - size * 0.4, size, most_lines=2),
                wrap(f.words, self._box.width() - label_width, size, bold=True, most_lines=n),
            )
            for f, n in zip(self._sheet.facts, limits, strict=True)
        )
        listed = list_lines(self._sheet.listed, self._box.width(), size) if self._sheet.listed else None
        doubt = self._sheet.doubt
        small = pt(self._paper.small)
        lines = wrap(doubt, self._box.width(), small, most_lines=4) if doubt else None
        badge = self._sheet.badge[0]
        room = self._box.width() - small * 2.4
        said = shrunk(badge, room, (small, small), most_lines=2) if badge else None
        return _Facts(size, label_width, listed, rows, lines, said)

    def _headline_lines(self) -> Lines | None:
        figure, words = self._sheet.headline
        if not figure:
            return None
        taken = text_width(figure, pt(self._paper.headline), bold=True) + self._paper.mm(4)
        room = self._box.width() - taken
        size = pt(self._paper.body[0])
        if room < self._box.width() * 0.35:
            return wrap(words, self._box.width(), size, most_lines=3)
        return shrunk(words, room, (size, pt(self._paper.body[1])), most_lines=3)

    def _is_head_beside(self) -> bool:
        taken = text_width(self._sheet.headline[0], pt(self._paper.headline), bold=True) + self._paper.mm(4)
        return self._box.width() - taken >= self._box.width() * 0.35

    def _head_height(self) -> float:
        if self._head is None:
            return 0.0
        figure = pt(self._paper.headline) * 1.12
        own = max(figure, self._head.height) if self._is_head_beside() else figure + self._head.height
        return own + self._paper.mm(3)

    @property
    def height(self) -> float:
        """Return the height of headline and facts in device units."""
        return self._head_height() + self._facts.height

    @property
    def is_legend_whole(self) -> bool:
        """Return whether the legend kept all its lines."""
        return self._legend == self._blocks

    @property
    def is_cut(self) -> bool:
        """Return whether some words had no room."""
        is_doubt_cut = bool(self._facts.doubt and self._facts.doubt.is_cut)
        return self._is_full or is_doubt_cut or any(a.is_cut or b.is_cut for a, b in self._facts.rows)

    def _reply_height(self) -> float:
        return self._reply.height if self._reply is not None else 0.0

    # -- painting ---------------------------------------------------------------------------------------------
    def paint(self, painter: QPainter) -> None:
        """Paint the column; the scale box at its foot is painted by who paints the map, see :meth:`scale_box`."""
        y = self._paint_head(painter)
        y = self._paint_facts(painter, y)
        if self._legend:
            y = self._paint_legend_box(painter, y + self._paper.mm(BOX_GAP) * 0.6)
        foot = self._box.bottom() - self._scale_height
        if self._reply is not None:
            last = foot - self._reply.height - (self._paper.mm(BOX_GAP) if self._scale_height else 0.0)
            top = min(y + self._paper.mm(BOX_GAP), last)
            self._reply.paint(painter, QRectF(self._box.left(), top, self._box.width(), self._reply.height))

    def scale_box(self) -> QRectF | None:
        """Return where the scale stands at the foot of the column, None when it stands elsewhere."""
        if not self._scale_height:
            return None
        foot = self._box.bottom() - self._scale_height
        return QRectF(self._box.left(), foot, self._box.width(), self._scale_height)

    def _paint_head(self, painter: QPainter) -> float:
        y = self._box.top()
        if self._head is None:
            return y
        figure, size = self._sheet.headline[0], pt(self._paper.headline)
        high = size * 1.12
        paint_one(painter, figure, QRectF(self._box.left(), y, self._box.width(), high), size, INK, bold=True)
        if self._is_head_beside():
            x = self._box.left() + text_width(figure, size, bold=True) + self._paper.mm(4)
            paint_lines(painter, self._head, x, y + max((high - self._head.height) / 2, 0), INK)
        else:
            paint_lines(painter, self._head, self._box.left(), y + high, INK)
        return y + self._head_height()

    def _paint_facts(self, painter: QPainter, y: float) -> float:
        facts = self._facts
        if facts.listed is not None:
            y = paint_list(painter, facts.listed, self._box.left(), y) + facts.size * 0.6
        for label, words in facts.rows:
            below = paint_lines(painter, label, self._box.left(), y, QUIET)
            y = max(below, paint_lines(painter, words, self._box.left() + facts.label_width, y, INK))
            y += facts.size * FACT_GAP
        if facts.badge is not None:
            y = self._paint_badge(painter, facts, y) + facts.size * 0.3
        if facts.doubt is not None:
            y = paint_lines(painter, facts.doubt, self._box.left(), y + facts.size * 0.2, QUIET)
        return y

    def _paint_badge(self, painter: QPainter, facts: _Facts, y: float) -> float:
        """Paint whether the standard's value was checked: a filled mark with a tick, or a broken one with a question."""
        assert facts.badge is not None
        size, is_checked = facts.badge.size, self._sheet.badge[1]
        wide = max(text_width(t, size) for t in facts.badge.texts) + size * 2.4
        box = QRectF(self._box.left(), y, wide, facts.badge_height)
        painter.setPen(
            pen_of(INK, self._paper.mm(0.35), () if is_checked else (3.0, 2.0), unit=self._paper.mm(0.35))
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, size * 0.4, size * 0.4)
        middle = QPointF(box.left() + size * 0.95, box.center().y())
        if is_checked:  # a tick
            steps = ((-0.32, 0.0), (-0.08, 0.26), (0.36, -0.3))
            painter.setPen(pen_of(INK, size * 0.14))
            painter.drawPolyline(
                [QPointF(middle.x() + dx * size, middle.y() + dy * size) for dx, dy in steps]
            )
        else:
            paint_centred(painter, "?", middle, size=size, ink=INK)
        paint_lines(painter, facts.badge, box.left() + size * 1.8, y + size * 0.25, INK)
        return box.bottom()

    def _frame(self, painter: QPainter, y: float, height: float) -> QRectF:
        return paint_frame(painter, QRectF(self._box.left(), y, self._box.width(), height), self._paper)

    def _paint_legend_box(self, painter: QPainter, y: float) -> float:
        size = self._look.text_px
        head = 0.0 if self._paper.is_compact else size * LEADING
        height = legend_height(self._legend, self._look) + head + 2 * self._paper.mm(BOX_PAD) * 0.8
        inner = self._frame(painter, y, height)
        if head:
            title = QRectF(inner.left(), inner.top(), inner.width(), head)
            paint_one(painter, tr("Legend"), title, size, INK, bold=True)
        paint_legend(painter, inner.adjusted(0, head, 0, 0), self._legend, self._look)
        return y + height


@dataclass(frozen=True, slots=True)
class BarPlace:
    """Where a scale bar begins (device units) and how many metres it shows: what is measured in the file again."""

    at: QPointF
    metres: float


def paint_frame(painter: QPainter, box: QRectF, paper: Paper) -> QRectF:
    """Paint a rounded white box; return the room inside it."""
    painter.setPen(pen_of(INK, paper.mm(0.4)))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawRoundedRect(box, paper.mm(1.2), paper.mm(1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    return box.adjusted(
        paper.mm(BOX_PAD), paper.mm(BOX_PAD) * 0.8, -paper.mm(BOX_PAD), -paper.mm(BOX_PAD) * 0.8
    )


def scale_box_height(paper: Paper) -> float:
    """Return the height of the box with scale, bar and north arrow."""
    return paper.mm(BOX_PAD) * 1.6 + pt(paper.body[1]) * 3.9


def paint_scale_box(painter: QPainter, box: QRectF, view: MapView, scale: float, paper: Paper) -> BarPlace:
    """Paint ``1 : 1,000``, the north arrow, and the longest round bar that has room; return where the bar is."""
    inner = paint_frame(painter, box, paper)
    size = pt(paper.body[1])
    line = QRectF(inner.left(), inner.top(), inner.width(), size * LEADING)
    paint_one(painter, scale_words(scale), line, size * 1.08, INK, bold=True)
    paint_north(
        painter,
        QRectF(
            inner.right() - paper.mm(8),
            inner.top() - paper.mm(1),
            paper.mm(8),
            size * LEADING * (1.75 if paper.is_elder else 1.35),
        ),
        ink=INK,
    )
    at = QPointF(inner.left(), inner.top() + size * 2.4)
    longest = inner.width() + 1
    paint_scale_bar(painter, at, view, longest_px=longest, text_px=size * paper.legend, ink=INK)
    return BarPlace(at, scale_bar_m(view, longest))


def scale_card_box(frame: QRectF, view: MapView, paper: Paper) -> QRectF:
    """Return where the scale stands on a map: its lower left corner, no larger than the bar needs."""
    size, pad, north = pt(paper.small) * 1.08, paper.mm(2.6), paper.mm(9)
    bar = scale_bar_m(view, _card_bar(frame, paper)) * view.px_per_m
    width, height = max(bar, size * 7) + 2 * pad + north, size * 3.2 + pad
    return QRectF(frame.left() + paper.mm(2), frame.bottom() - paper.mm(2) - height, width, height)


_LOW_MAP = 110.0  # mm


def _card_bar(frame: QRectF, paper: Paper) -> float:
    longest = min(paper.mm(100.5), frame.width() - paper.mm(5) - 2 * paper.mm(2.6) - paper.mm(9))
    # a small map would vanish behind the bar of a large one, which is long so that a ruler can check the print
    is_small = frame.height() < paper.mm(_LOW_MAP)
    return min(longest, 0.3 * frame.width()) if is_small else longest


def paint_scale_card(painter: QPainter, frame: QRectF, view: MapView, scale: float, paper: Paper) -> BarPlace:
    """Paint scale, bar and north arrow into the corner of a map; return where the bar is."""
    size, pad, north = pt(paper.small) * 1.08, paper.mm(2.6), paper.mm(9)
    box = scale_card_box(frame, view, paper)
    painter.setPen(pen_of(INK, paper.mm(0.3)))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawRoundedRect(box, paper.mm(1), paper.mm(1))
    line = QRectF(box.left() + pad, box.top() + pad * 0.4, box.width(), size * LEADING)
    paint_one(painter, scale_words(scale), line, size, INK, bold=True)
    at = QPointF(box.left() + pad, box.top() + pad * 0.4 + size * 2.05)
    paint_scale_bar(
        painter,
        at,
        view,
        longest_px=_card_bar(frame, paper),
        text_px=size * max(0.92, paper.small / 16.0 if paper.is_elder else 0.0),
        ink=INK,
    )
    paint_north(
        painter,
        QRectF(box.right() - north, box.top() + pad * 0.7, paper.mm(7), box.height() - pad * 1.4),
        ink=INK,
    )
    return BarPlace(at, scale_bar_m(view, _card_bar(frame, paper)))
