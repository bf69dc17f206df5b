"""One printed page: title, framed map at true scale, words beside it, pictures below it, footer with check bar."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from renovate_gui.app.ports import Handout, IndexMap, Sheet
from renovate_gui.assets import tr
from renovate_gui.domain.layout import Layout
from renovate_gui.domain.scene import Scene
from renovate_gui.render.art import ArtStore
from renovate_gui.render.chart import ChartPainter
from renovate_gui.render.furniture import LegendLook, fitting_legend, legend_blocks, paint_legend
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.paper import DPI, Paper, mm, pt
from renovate_gui.render.paper_text import LEADING, paint_lines, paint_one, shrunk, text_width, wrap
from renovate_gui.render.sheet_column import (
    INK,
    QUIET,
    BarPlace,
    paint_frame,
    paint_scale_box,
    paint_scale_card,
    scale_card_box,
)
from renovate_gui.render.sheet_flow import GAP_MM, PAD_MM, Flow, MapPage, Page, Strip, column_step
from renovate_gui.render.sheet_table import TablePainter
from renovate_gui.render.symbols import paint_centred, pen_of
from renovate_gui.render.view import Box, MapView

CHECK_BAR_MM = 100.0
_INDEX_MM = (44.0, 34.0)


@dataclass(frozen=True, slots=True)
class MapPlace:
    """Where a map lies on its page and in the world: what is measured in the file again and written into it.

    Lengths in mm from the lower left corner of the page; ``world`` in metres.
    """

    page: int
    frame: tuple[float, float, float, float]
    world: Box
    scale: float
    bar: tuple[float, float, float]  # left end x, y, length
    bar_m: float


class SheetPainter:
    """Paints the pages of one handout on a painter whose units are 1/1200 inch."""

    def __init__(self, painter: QPainter, handout: Handout, paper: Paper, store: ArtStore) -> None:
        self._painter, self._handout, self._store = painter, handout, store
        layout = handout.layout
        self._paper = paper if layout is None else with_least(paper, layout)
        self._flow = Flow(handout, self._paper)
        self._page = self._flow.page
        self.pages = self._flow.pages()
        self.places: list[MapPlace] = []

    def paint(self, number: int) -> None:
        """Paint a page, counted from 1; what is measured in the file comes first, so that it is found quickly."""
        page = self.pages[number - 1]
        self._paint_footer(number)
        if page.map is not None:
            self._paint_map_page(page, page.map, number)
            return
        if page.maps:
            self._paint_pair(page, number)
        elif page.table is not None:
            self._paint_table(page)
        elif page.sheet.charts:
            self._paint_charts(page.sheet)
        else:
            self._paint_columns(page)
        self._paint_title(page.sheet)

    # -- title ------------------------------------------------------------------------------------------------
    def _paint_title(self, sheet: Sheet) -> None:
        paper, painter, page = self._paper, self._painter, self._page
        x, high = page.left(), pt(paper.title[0]) * LEADING
        if sheet.number:
            radius = pt(paper.title[0]) * 0.5
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(INK))
            middle = QPointF(x + radius, page.top() + high / 2)
            painter.drawEllipse(middle, radius, radius)
            size = radius * (1.2 if sheet.number < 100 else 0.85)
            paint_centred(painter, str(sheet.number), middle, size=size, ink="#FFFFFF")
            x += radius * 2 + self._paper.mm(3)
        sizes = (pt(paper.title[0]), pt(paper.title[1]))
        title = shrunk(sheet.title, page.right() - x, sizes, bold=True)
        paint_lines(painter, title, x, page.top() + (high - title.height) / 2, INK)
        below = QRectF(page.left(), page.top() + high, page.width(), pt(paper.subtitle) * LEADING)
        subtitle = shrunk(sheet.subtitle, below.width(), (pt(paper.subtitle), pt(paper.small)))
        paint_lines(painter, subtitle, below.left(), below.top(), QUIET)

    # -- map --------------------------------------------------------------------------------------------------
    def _paint_map_page(self, page: Page, made: MapPage, number: int) -> None:
        bar, card = self._paint_scale(made)
        self._remember(made, bar, number)
        inset = self._index_box(page.sheet, made.frame)
        free = tuple(b for b in (card, inset) if b is not None)
        self._paint_map(page.sheet.scene, made.frame, made.view, free)
        if inset is not None and page.sheet.index is not None:
            self._paint_index(page.sheet.index, page.sheet.extent, inset)
        self._paint_title(page.sheet)
        if made.listed is not None and made.list_box is not None:
            made.listed.paint(self._painter, made.list_box)
        for strip in made.strips:
            self._paint_strip(strip)
        if made.legend is not None:
            self._paint_legend(page.sheet.scene, made.legend)
        if made.logo is not None and self._handout.layout is not None:
            self._paint_logo(self._handout.layout.logo, made.logo)
        if made.column is not None:
            made.column.paint(self._painter)

    def _paint_scale(self, made: MapPage) -> tuple[BarPlace, QRectF | None]:
        """Paint the scale; return its bar, and the card when it stands on the map."""
        painter, paper = self._painter, self._paper
        box = made.scale_box or (None if made.column is None else made.column.scale_box())
        if box is not None and not made.is_scale_on_map:
            return paint_scale_box(painter, box, made.view, made.scale, paper), None
        card = scale_card_box(made.frame, made.view, paper)
        return paint_scale_card(painter, made.frame, made.view, made.scale, paper), card

    def _remember(self, made: MapPage, bar: BarPlace, number: int) -> None:
        self._frame_line(made.frame)
        high = mm(round(self._paper.height * 72 / 25.4) * 25.4 / 72)  # files give pages in whole points

        def flat(x: float, y: float) -> tuple[float, float]:
            return x / DPI * 25.4, (high - y) / DPI * 25.4

        frame = (*flat(made.frame.left(), made.frame.bottom()), *flat(made.frame.right(), made.frame.top()))
        length = bar.metres * made.view.px_per_m / DPI * 25.4
        place = (*flat(bar.at.x(), bar.at.y()), length)
        self.places.append(MapPlace(number - 1, frame, made.view.box, made.scale, place, bar.metres))

    def _frame_line(self, frame: QRectF) -> None:
        painter = self._painter
        painter.setPen(pen_of(INK, self._paper.mm(0.6) * self._paper.factor))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _paint_map(self, scene: Scene, frame: QRectF, view: MapView, free: tuple[QRectF, ...]) -> None:
        """Paint the map around what stands on it already."""
        painter = self._painter
        painter.save()
        seen = QPainterPath()
        seen.addRect(frame)
        for box in free:
            seen.addRect(box)  # odd and even: the cards stay
        painter.setClipPath(seen)
        painter.translate(frame.topLeft())
        own = tuple(b.translated(-frame.topLeft()) for b in free)
        paint_scene(painter, scene, view, store=self._store, keep_free=own)
        painter.restore()
        self._frame_line(frame)

    def _paint_pair(self, page: Page, number: int) -> None:
        """Paint two maps beside each other, what each shows above it, and words below."""
        scenes = (page.sheet.beside, page.sheet.scene)
        cards: list[tuple[QRectF, ...]] = []
        for made in page.maps:
            bar = paint_scale_card(self._painter, made.frame, made.view, made.scale, self._paper)
            self._remember(made, bar, number)
            cards.append((scale_card_box(made.frame, made.view, self._paper),))
        for made, scene, card, words in zip(page.maps, scenes, cards, page.sheet.captions, strict=True):
            assert scene is not None
            self._paint_map(scene, made.frame, made.view, card)
            size = pt(self._paper.body[0])
            line = QRectF(made.frame.left(), self._flow.room.top(), made.frame.width(), size * LEADING)
            paint_one(self._painter, words, line, size, INK, bold=True)
        if page.words is not None and page.columns:
            y = page.maps[0].frame.bottom() + self._paper.mm(GAP_MM)
            page.words.paint(self._painter, page.columns[0], self._page.left(), y)

    # -- where this is in the whole ---------------------------------------------------------------------------
    def _index_box(self, sheet: Sheet, frame: QRectF) -> QRectF | None:
        """Return where the small map stands: the upper right corner, as wide as the community is."""
        if sheet.index is None:
            return None
        x_min, y_min, x_max, y_max = sheet.index.extent
        factor = self._paper.factor * (0.8 if self._paper.is_compact else 1.0)
        wide, high = mm(_INDEX_MM[0]) * factor, mm(_INDEX_MM[1]) * factor
        shape = (x_max - x_min) / max(y_max - y_min, 1e-6)
        wide, high = (wide, wide / shape) if shape > wide / high else (high * shape, high)
        return QRectF(frame.right() - wide - self._paper.mm(2), frame.top() + self._paper.mm(2), wide, high)

    def _paint_index(self, index: IndexMap, here: Box, box: QRectF) -> None:
        painter = self._painter
        unit = DPI / 96 * 0.5 * self._paper.factor
        view = MapView.fitted(index.extent, box.width(), box.height(), unit=unit)
        painter.save()
        painter.setClipRect(box)
        painter.translate(box.topLeft())
        paint_scene(painter, index.scene, view, store=self._store, with_labels=False)
        x0, y0 = view.point(here[0], here[3])
        x1, y1 = view.point(here[2], here[1])
        painter.setPen(pen_of("#FFFFFF", self._paper.mm(1.3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(x0, y0, x1 - x0, y1 - y0))
        painter.setPen(pen_of(INK, self._paper.mm(0.7)))
        painter.drawRect(QRectF(x0, y0, x1 - x0, y1 - y0))
        painter.restore()
        painter.setPen(pen_of(INK, self._paper.mm(0.35)))
        painter.drawRect(box)

    # -- charts, tables, words --------------------------------------------------------------------------------
    def _paint_charts(self, sheet: Sheet) -> None:
        """Paint charts side by side over the whole page, and what is in doubt below them."""
        paper, page, size = self._paper, self._page, pt(self._paper.small)
        bottom = page.bottom() - mm(paper.foot) - self._paper.mm(3)
        if sheet.doubt:
            words = wrap(sheet.doubt, page.width(), size)
            bottom -= words.height
            paint_lines(self._painter, words, page.left(), bottom, QUIET)
            bottom -= self._paper.mm(2)
        count, gap = len(sheet.charts), mm(paper.gap) * 2
        width = (page.width() - gap * (count - 1)) / count
        for i, chart in enumerate(sheet.charts):
            top = page.top() + mm(paper.head) + self._paper.mm(2)
            box = QRectF(page.left() + i * (width + gap), top, width, bottom - top)
            ChartPainter(self._painter, chart, box, pt(paper.body[1])).paint()

    def _paint_table(self, page: Page) -> None:
        """Paint a table over the whole page, and what is in doubt below it."""
        assert page.table is not None
        assert page.words is not None
        words = page.columns[0]
        box = self._flow.table_box(words)
        TablePainter(self._painter, page.table, self._paper, box, size=page.table_size).paint()
        page.words.paint(self._painter, words, self._page.left(), box.bottom() + self._paper.mm(3))

    def _paint_columns(self, page: Page) -> None:
        assert page.words is not None
        x, y = self._page.left(), self._flow.room.top() + self._paper.mm(2)
        for texts in page.columns:
            page.words.paint(self._painter, texts, x, y)
            x += column_step(page.words)

    # -- pictures and words below the map ---------------------------------------------------------------------
    def _paint_strip(self, strip: Strip) -> None:
        """Paint pictures in their own proportions, words in a frame, how to reply at the right."""
        box, gap = strip.box, self._paper.mm(GAP_MM)
        x, right = box.left(), box.right()
        if strip.reply is not None:
            wide = min(strip.reply.width, box.width())
            strip.reply.paint(self._painter, QRectF(right - wide, box.top(), wide, strip.reply.height))
            right -= wide + gap
        share = (
            (right - x - gap * 2) / 3 if strip.texts else (right - x - gap * max(len(strip.photos) - 1, 0))
        )
        share = share if strip.texts else share / max(len(strip.photos), 1)
        for number, (caption, data) in enumerate(strip.photos):
            image = QImage.fromData(QByteArray(data))
            high = box.height() - (pt(self._paper.small) * LEADING if caption else 0)
            shape = image.width() / image.height() if not image.isNull() else 1.5
            cell = QRectF(x, box.top(), min(high * shape, share), box.height())
            is_last = number == len(strip.photos) - 1 and not strip.texts
            self._paint_photo(cell, caption, image, right - x if is_last else cell.width())
            x = cell.right() + gap
        if strip.words is not None and strip.texts:
            cell = QRectF(x, box.top(), right - x, box.height())
            self._painter.setPen(pen_of(INK, self._paper.mm(0.3)))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRect(cell)
            strip.words.paint(
                self._painter,
                strip.texts,
                x + self._paper.mm(PAD_MM),
                box.top() + self._paper.mm(PAD_MM * 0.6),
            )

    def _paint_photo(self, cell: QRectF, caption: str, image: QImage, caption_width: float) -> None:
        painter, size = self._painter, pt(self._paper.small)
        room = cell.adjusted(0, 0, 0, -size * LEADING if caption else 0)
        if image.isNull():
            painter.fillRect(room, QColor("#EEF0F3"))
            paint_one(
                painter,
                tr("The picture cannot be read"),
                room.adjusted(self._paper.mm(3), 0, 0, 0),
                size,
                QUIET,
            )
        else:
            room = _containing(image, room)
            painter.drawImage(room, image)
        painter.setPen(pen_of(INK, self._paper.mm(0.3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(room)
        if caption:
            below = QRectF(cell.left(), room.bottom(), caption_width, size * LEADING)
            paint_one(painter, caption, below, size, QUIET)

    # -- blocks of a template ---------------------------------------------------------------------------------
    def _paint_legend(self, scene: Scene, box: QRectF) -> None:
        inner = paint_frame(self._painter, box, self._paper)
        size = self._paper.body[1]
        look = LegendLook(
            pt(size * self._paper.legend),
            mm(25.4) / 96 * self._paper.map_unit,
            ink=INK,
            has_counts=False,
            width=inner.width(),
        )
        blocks = fitting_legend(legend_blocks(scene), look, inner.height())
        paint_legend(self._painter, inner, blocks, look)

    def _paint_logo(self, data: bytes, box: QRectF) -> None:
        image = QImage.fromData(QByteArray(data))
        if not image.isNull():
            self._painter.drawImage(_containing(image, box), image)

    # -- footer -----------------------------------------------------------------------------------------------
    def _paint_footer(self, number: int) -> None:
        painter, page, size = self._painter, self._page, pt(self._paper.footer)
        top = page.bottom() - mm(self._paper.foot)
        line = size * LEADING
        row = QRectF(page.left(), page.bottom() - line * 1.45, page.width(), line)
        count = tr("Page {n} of {total}", n=number, total=len(self.pages))
        right = page.right() - text_width(count, size)
        left = self._paint_check_bar(right - self._paper.mm(6), row, size)
        painter.setPen(pen_of(INK, self._paper.mm(0.5)))
        painter.drawLine(QPointF(page.left(), top), QPointF(page.right(), top))
        paint_one(painter, count, QRectF(right, row.top(), page.right() - right + 2, line), size, INK)
        said = "  ·  ".join(self._footer_words())
        if self._paper.is_elder:  # in large print the bar has a row of its own
            lines = shrunk(said, page.width(), (size, size), most_lines=1)
            paint_lines(painter, lines, page.left(), row.top() - line * 1.05, QUIET)
            return
        room = left - page.left() - self._paper.mm(5)
        for most, least in ((1, 0.86), (2, 0.8)):
            source = shrunk(said, room, (size, size * least), most_lines=most)
            if not source.is_cut:
                break
        paint_lines(painter, source, page.left(), row.center().y() - source.height / 2, QUIET)

    def _footer_words(self) -> list[str]:
        words = [tr("Schematic, without legal force")]
        if self._handout.attribution:
            words.append(tr("Data {sources}", sources=self._handout.attribution))
        if self._handout.seal:
            words.append(tr("Seal {seal}", seal=self._handout.seal))
        return words

    def _paint_check_bar(self, right: float, row: QRectF, size: float) -> float:
        """Paint the bar that a ruler must confirm; return its left end with the words before it."""
        painter = self._painter
        after, before = f"{CHECK_BAR_MM:g} mm", tr("Check with a ruler")
        end = right - text_width(after, size) - self._paper.mm(1.5)
        begin = end - mm(CHECK_BAR_MM)
        y = row.center().y() + size * 0.35
        pen = pen_of(INK, self._paper.mm(0.3))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(begin, y), QPointF(end, y))
        for x in (begin, begin + mm(CHECK_BAR_MM / 2), end):
            painter.drawLine(QPointF(x, y - self._paper.mm(1.6)), QPointF(x, y))
        paint_one(
            painter,
            after,
            QRectF(end + self._paper.mm(1.5), row.top(), self._paper.mm(40), row.height()),
            size,
            INK,
        )
        start = begin - self._paper.mm(1.5) - text_width(before, size)
        paint_one(painter, before, QRectF(start, row.top(), begin - start, row.height()), size, INK)
        return start


def with_least(paper: Paper, layout: Layout) -> Paper:
    """Return a paper whose body type is at least as large as a template asks."""
    least = layout.least_pt
    body = (max(paper.body[0], least), max(paper.body[1], least))
    return replace(paper, body=body, small=max(paper.small, min(least, paper.body[1])))


def _containing(image: QImage, room: QRectF) -> QRectF:
    """Return the largest box of a picture's proportions inside a room, at its upper left."""
    share = min(room.width() / image.width(), room.height() / image.height())
    return QRectF(room.left(), room.top(), image.width() * share, image.height() * share)
