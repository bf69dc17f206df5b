"""One printed page: title, framed map at true scale, words beside it, pictures below it, footer with check bar."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from renovate_gui.app.ports import Handout, PrintedTable, Sheet, SheetText
from renovate_gui.assets import tr
from renovate_gui.render.art import ArtStore
from renovate_gui.render.chart import ChartPainter
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.paper import DPI, Paper, mm, pt
from renovate_gui.render.paper_text import LEADING, paint_lines, paint_one, shrunk, text_width, wrap
from renovate_gui.render.sheet_column import (
    INK,
    QUIET,
    ReplyBox,
    SideColumn,
    paint_scale_card,
    paragraph_height,
    scale_card_box,
)
from renovate_gui.render.sheet_list import ListBox
from renovate_gui.render.sheet_table import TablePainter
from renovate_gui.render.symbols import paint_centred, pen_of
from renovate_gui.render.view import INCH_M, MapView, round_scale

CHECK_BAR_MM = 100.0
MOST_CELLS = 3


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the words of a sheet stand; ``sheet`` is the sheet with what was moved."""

    sheet: Sheet
    column: SideColumn
    reply: ReplyBox | None  # below the map
    is_scale_on_map: bool
    is_list_below: bool = False


class SheetPainter:
    """Paints the pages of one handout on a painter whose units are 1/1200 inch."""

    def __init__(self, painter: QPainter, handout: Handout, paper: Paper, store: ArtStore) -> None:
        self._painter, self._handout, self._paper, self._store = painter, handout, paper, store
        edge = mm(paper.margin)
        self._page = QRectF(edge, edge, mm(paper.width) - 2 * edge, mm(paper.height) - 2 * edge)

    def paint(self, sheet: Sheet, number: int) -> None:
        """Paint one page; the footer comes first, so that its check bar is found quickly when the file is measured."""
        paper, page = self._paper, self._page
        self._paint_footer(number)
        self._paint_title(sheet)
        if sheet.table is not None:
            self._paint_table(sheet, sheet.table)
            return
        if sheet.charts:
            self._paint_charts(sheet)
            return
        top, bottom = page.top() + mm(paper.head), page.bottom() - mm(paper.foot) - mm(3)
        left = page.width() - mm(paper.side) - mm(paper.gap)
        side = QRectF(page.left() + left + mm(paper.gap), top, mm(paper.side), bottom - top)
        layout = self._layout(sheet, side)
        listed = ListBox(sheet.listed, left, pt(paper.body[1])) if layout.is_list_below else None
        strip = self._strip_height(layout, left, bottom - top - (listed.height if listed else 0.0))
        bands = [h for h in (listed.height if listed else 0.0, strip) if h]
        frame = QRectF(page.left(), top, left, bottom - top - sum(bands) - mm(4) * len(bands))
        view, scale = self._map_view(sheet, frame)
        card = scale_card_box(frame, view, paper) if layout.is_scale_on_map else None
        self._paint_map(sheet, frame, view, card)
        if layout.is_scale_on_map:
            paint_scale_card(self._painter, frame, view, scale, paper)
        if listed is not None:
            listed.paint(self._painter, QRectF(page.left(), frame.bottom() + mm(4), left, listed.height))
        if strip:
            self._paint_strip(layout, QRectF(page.left(), bottom - strip, left, strip))
        layout.column.paint(self._painter, view, scale)

    def _layout(self, sheet: Sheet, box: QRectF) -> _Layout:
        """Return what stands in the column and what below the map.

        A column that would have to cut its words first gives away the scale, then the reply box, then the list of
        proposals, at last facts from the end.
        """
        compact = self._paper.is_compact
        # without a package's seal there is no review page to answer on
        inside = ReplyBox(sheet, self._handout, self._paper, box.width()) if self._handout.seal else None
        for has_scale, reply in ((True, inside), (False, inside), (False, None)):
            column = SideColumn(sheet, reply, self._paper, box, has_scale=has_scale and not compact)
            if not column.is_cut and (column.is_legend_whole or not has_scale):
                below = None if reply or inside is None else self._reply_below(sheet, box)
                return _Layout(sheet, column, below, not has_scale or compact)
        without_list = replace(sheet, listed=())
        for kept in range(len(sheet.facts), -1, -1):
            rest = sheet.facts[kept:]
            moved = SheetText("", "\n".join(f"{f.label}  {f.words}" for f in rest))
            shown = replace(
                without_list,
                facts=sheet.facts[:kept],
                paragraphs=(moved, *sheet.paragraphs) if rest else sheet.paragraphs,
            )
            column = SideColumn(shown, inside, self._paper, box, has_scale=False)
            if not column.is_cut:
                break
        return _Layout(shown, column, None, True, is_list_below=bool(sheet.listed))

    def _reply_below(self, sheet: Sheet, box: QRectF) -> ReplyBox:
        return ReplyBox(sheet, self._handout, self._paper, self._reply_width(sheet, box))

    def _reply_width(self, sheet: Sheet, side: QRectF) -> float:
        """Return how wide the reply box is below the map: as wide as the map when it stands alone."""
        alone = not sheet.photos and not sheet.paragraphs
        return side.left() - mm(self._paper.gap) - self._page.left() if alone else mm(self._paper.reply)

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
            x += radius * 2 + mm(3)
        sizes = (pt(paper.title[0]), pt(paper.title[1]))
        title = shrunk(sheet.title, page.right() - x, sizes, bold=True)
        paint_lines(painter, title, x, page.top() + (high - title.height) / 2, INK)
        below = QRectF(page.left(), page.top() + high, page.width(), pt(paper.subtitle) * LEADING)
        subtitle = shrunk(sheet.subtitle, below.width(), (pt(paper.subtitle), pt(paper.small)))
        paint_lines(painter, subtitle, below.left(), below.top(), QUIET)

    # -- map --------------------------------------------------------------------------------------------------
    def _map_view(self, sheet: Sheet, frame: QRectF) -> tuple[MapView, float]:
        """Return the view at a true, round scale: the one asked for, else the smallest that shows the extent."""
        x_min, y_min, x_max, y_max = sheet.extent
        paper_m = (frame.width() / DPI * INCH_M, frame.height() / DPI * INCH_M)
        need = max((x_max - x_min) / paper_m[0], (y_max - y_min) / paper_m[1], 100.0)
        scale = sheet.scale if sheet.scale > 0 else round_scale(need)
        unit = DPI / 96 * self._paper.map_unit
        centre = ((x_min + x_max) / 2, (y_min + y_max) / 2)
        view = MapView.centred(*centre, DPI / INCH_M / scale, frame.width(), frame.height(), unit=unit)
        return view, scale

    def _paint_map(self, sheet: Sheet, frame: QRectF, view: MapView, card: QRectF | None) -> None:
        painter = self._painter
        painter.save()
        painter.setClipRect(frame)
        painter.translate(frame.topLeft())
        free = () if card is None else (card.translated(-frame.topLeft()),)
        paint_scene(painter, sheet.scene, view, store=self._store, keep_free=free)
        painter.restore()
        painter.setPen(pen_of(INK, mm(0.6)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(frame)

    def _paint_charts(self, sheet: Sheet) -> None:
        """Paint charts side by side over the whole page, and what is in doubt below them."""
        paper, page, size = self._paper, self._page, pt(self._paper.small)
        bottom = page.bottom() - mm(paper.foot) - mm(3)
        if sheet.doubt:
            words = wrap(sheet.doubt, page.width(), size)
            bottom -= words.height
            paint_lines(self._painter, words, page.left(), bottom, QUIET)
            bottom -= mm(2)
        count, gap = len(sheet.charts), mm(paper.gap) * 2
        width = (page.width() - gap * (count - 1)) / count
        for i, chart in enumerate(sheet.charts):
            top = page.top() + mm(paper.head) + mm(2)
            box = QRectF(page.left() + i * (width + gap), top, width, bottom - top)
            ChartPainter(self._painter, chart, box, pt(paper.body[1])).paint()

    def _paint_table(self, sheet: Sheet, table: PrintedTable) -> None:
        """Paint a table over the whole page, and what is in doubt below it."""
        paper, page, size = self._paper, self._page, pt(self._paper.small)
        bottom = page.bottom() - mm(paper.foot) - mm(3)
        for text in (sheet.doubt, *(p.words for p in sheet.paragraphs)):
            words = wrap(text, page.width(), size)
            if text:
                bottom -= words.height
                paint_lines(self._painter, words, page.left(), bottom, QUIET)
        top = page.top() + mm(paper.head) + mm(2)
        box = QRectF(page.left(), top, page.width(), bottom - mm(3) - top)
        TablePainter(self._painter, table, paper, box).paint()

    # -- pictures and paragraphs ------------------------------------------------------------------------------
    def _cells(self, sheet: Sheet) -> tuple[list[tuple[str, bytes]], list[SheetText]]:
        """Return at most three cells: pictures first, then paragraphs; what is over joins the last paragraph."""
        photos = list(sheet.photos[: MOST_CELLS - bool(sheet.paragraphs)])
        texts = list(sheet.paragraphs)
        room = MOST_CELLS - len(photos)
        if len(texts) > room:
            rest = texts[room - 1 :]
            joined = "\n".join(f"{t.label}  {t.words}" if t.label else t.words for t in rest)
            texts = [*texts[: room - 1], SheetText("", joined)]
        return photos, texts

    def _strip_height(self, layout: _Layout, width: float, room: float) -> float:
        """Return the height of the row below the map; words get what they need, up to half the page."""
        photos, texts = self._cells(layout.sheet)
        reply = layout.reply
        count = len(photos) + len(texts)
        if count == 0:
            return reply.height if reply else 0.0
        least, most = mm(self._paper.strip[0]), mm(self._paper.strip[1])
        if reply is not None:
            least, most = max(least, reply.height), max(most, reply.height)
            width -= reply.width + mm(4)
        inner = (width - mm(4) * (count - 1)) / count - mm(8)
        wanted = max((paragraph_height(t, inner, pt(self._paper.body[1])) for t in texts), default=0.0) + mm(
            6
        )
        return min(max(wanted, most * 0.85 if photos else least), max(most, room * 0.5 if texts else 0.0))

    def _paint_strip(self, layout: _Layout, box: QRectF) -> None:
        """Paint pictures in their own proportions, at most a cell wide each; paragraphs share what is left."""
        photos, texts = self._cells(layout.sheet)
        reply = layout.reply
        count, gap = max(len(photos) + len(texts), 1), mm(4)
        if reply is not None:
            wide = reply.width
            reply.paint(self._painter, QRectF(box.right() - wide, box.top(), wide, reply.height))
            box = box.adjusted(0, 0, -reply.width - gap, 0)
        share = (box.width() - gap * (count - 1)) / count
        x = box.left()
        for caption, data in photos:
            image = QImage.fromData(QByteArray(data))
            high = box.height() - (pt(self._paper.small) * LEADING if caption else 0)
            shape = image.width() / image.height() if not image.isNull() else 1.5
            most = share if count > 1 else box.width() * 0.6
            cell = QRectF(x, box.top(), min(high * shape, most), box.height())
            is_last = (caption, data) == photos[-1] and not texts
            room = box.right() - x if is_last else cell.width()
            self._paint_photo(cell, caption, image, room)
            x = cell.right() + gap
        width = (box.right() - x - gap * (len(texts) - 1)) / max(len(texts), 1)
        for text in texts:
            self._paint_paragraph(QRectF(x, box.top(), width, box.height()), text)
            x += width + gap

    def _paint_photo(self, cell: QRectF, caption: str, image: QImage, caption_width: float) -> None:
        painter, size = self._painter, pt(self._paper.small)
        room = cell.adjusted(0, 0, 0, -size * LEADING if caption else 0)
        if image.isNull():
            painter.fillRect(room, QColor("#EEF0F3"))
            paint_one(painter, tr("The picture cannot be read"), room.adjusted(mm(3), 0, 0, 0), size, QUIET)
        else:
            room = _containing(image, room)
            painter.drawImage(room, image)
        painter.setPen(pen_of(INK, mm(0.3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(room)
        if caption:
            below = QRectF(cell.left(), room.bottom(), caption_width, size * LEADING)
            paint_one(painter, caption, below, size, QUIET)

    def _paint_paragraph(self, cell: QRectF, text: SheetText) -> None:
        painter = self._painter
        painter.setPen(pen_of(INK, mm(0.3)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(cell)
        inner = cell.adjusted(mm(4), mm(2.5), -mm(4), -mm(2.5))
        size = pt(self._paper.body[1])
        y = inner.top()
        if text.label:
            paint_one(
                painter,
                text.label,
                QRectF(inner.left(), y, inner.width(), size * LEADING),
                size,
                INK,
                bold=True,
            )
            y += size * LEADING
        room = max(int((inner.bottom() - y) / (size * LEADING) + 0.05), 1)
        paint_lines(painter, wrap(text.words, inner.width(), size, most_lines=room), inner.left(), y, INK)

    # -- footer -----------------------------------------------------------------------------------------------
    def _paint_footer(self, number: int) -> None:
        painter, page, size = self._painter, self._page, pt(self._paper.footer)
        top = page.bottom() - mm(self._paper.foot)
        painter.setPen(pen_of(INK, mm(0.5)))
        painter.drawLine(QPointF(page.left(), top), QPointF(page.right(), top))
        line = size * LEADING
        row = QRectF(page.left(), page.bottom() - line * 1.45, page.width(), line)
        count = tr("Page {n} of {total}", n=number, total=len(self._handout.sheets))
        right = page.right() - text_width(count, size)
        paint_one(painter, count, QRectF(right, row.top(), page.right() - right + 2, line), size, INK)
        left = self._paint_check_bar(right - mm(6), row, size)
        words = [tr("Schematic drawing without legal force")]
        if self._handout.attribution:
            words.append(tr("Data {sources}", sources=self._handout.attribution))
        if self._handout.seal:
            words.append(tr("Seal {seal}", seal=self._handout.seal))
        room = left - page.left() - mm(6)
        source = shrunk("   ·   ".join(words), room, (size, size * 0.8), most_lines=2)
        paint_lines(painter, source, page.left(), row.center().y() - source.height / 2, QUIET)

    def _paint_check_bar(self, right: float, row: QRectF, size: float) -> float:
        """Paint the bar that a ruler must confirm; return its left end with the words before it."""
        painter = self._painter
        after, before = f"{CHECK_BAR_MM:g} mm", tr("Check with a ruler")
        end = right - text_width(after, size) - mm(1.5)
        begin = end - mm(CHECK_BAR_MM)
        y = row.center().y() + size * 0.35
        pen = pen_of(INK, mm(0.3))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(begin, y), QPointF(end, y))
        for x in (begin, begin + mm(CHECK_BAR_MM / 2), end):
            painter.drawLine(QPointF(x, y - mm(1.6)), QPointF(x, y))
        paint_one(painter, after, QRectF(end + mm(1.5), row.top(), mm(40), row.height()), size, INK)
        start = begin - mm(1.5) - text_width(before, size)
        paint_one(painter, before, QRectF(start, row.top(), begin - start, row.height()), size, INK)
        return start


def _containing(image: QImage, room: QRectF) -> QRectF:
    """Return the largest box of a picture's proportions inside a room, at its upper left."""
    share = min(room.width() / image.width(), room.height() / image.height())
    return QRectF(room.left(), room.top(), image.width() * share, image.height() * share)
