"""How sheets become pages: what stands beside the map, what below it, and what goes on on a page of its own.

Everything is measured before anything is painted, so that pages can be counted. Nothing is cut: a map keeps half the
page's height, words beyond that go on on the next page, whole sentences each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from renovate_gui.app.ports import Handout, PrintedTable, Sheet, SheetText
from renovate_gui.assets import tr
from renovate_gui.domain.layout import BlockKind, Layout, LayoutBox
from renovate_gui.render.paper import DPI, Paper, mm, pt
from renovate_gui.render.paper_text import LEADING
from renovate_gui.render.sheet_column import ReplyBox, SideColumn
from renovate_gui.render.sheet_list import ListBox
from renovate_gui.render.sheet_table import TablePainter
from renovate_gui.render.sheet_words import COLUMN_GAP_MM, WordBox, columns_of
from renovate_gui.render.view import INCH_M, MapView, round_scale

GAP_MM = 4.0
PAD_MM = 4.0


@dataclass(frozen=True, slots=True)
class Strip:
    """The row below a map: pictures, then words, then how to reply (device units)."""

    box: QRectF
    photos: tuple[tuple[str, bytes], ...] = ()
    words: WordBox | None = None
    texts: tuple[SheetText, ...] = ()
    reply: ReplyBox | None = None


@dataclass(frozen=True, slots=True)
class MapPage:
    """A map with what stands around it."""

    frame: QRectF
    view: MapView
    scale: float
    column: SideColumn | None
    strips: tuple[Strip, ...] = ()
    listed: ListBox | None = None
    list_box: QRectF | None = None
    is_scale_on_map: bool = False
    legend: QRectF | None = None
    scale_box: QRectF | None = None
    logo: QRectF | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its sheet (title, subtitle, number) and what fills it."""

    sheet: Sheet
    map: MapPage | None = None
    maps: tuple[MapPage, ...] = ()  # two beside each other
    columns: tuple[tuple[SheetText, ...], ...] = ()
    words: WordBox | None = None
    table: PrintedTable | None = None
    table_size: float = 0.0


class Flow:
    """Lays the sheets of one handout out on one paper."""

    def __init__(self, handout: Handout, paper: Paper) -> None:
        self._handout, self._paper = handout, paper
        edge = mm(paper.margin)
        self.page = QRectF(edge, edge, mm(paper.width) - 2 * edge, mm(paper.height) - 2 * edge)
        top = self.page.top() + mm(paper.head)
        bottom = self.page.bottom() - mm(paper.foot) - self._paper.mm(3)
        self.room = QRectF(self.page.left(), top, self.page.width(), bottom - top)

    def pages(self) -> tuple[Page, ...]:
        """Return all pages in order."""
        return tuple(page for sheet in self._handout.sheets for page in self.of(sheet))

    def of(self, sheet: Sheet) -> list[Page]:
        """Return the pages of one sheet."""
        if sheet.table is not None:
            return self._tables(sheet, sheet.table)
        if sheet.charts:
            return [Page(sheet)]
        if sheet.text:
            return self._texts(sheet, sheet.text)
        if sheet.beside is not None:
            return self._pair(sheet)
        if self._handout.layout is not None:
            return self._laid(sheet, self._handout.layout)
        return self._map(sheet)

    # -- pages of words and tables ----------------------------------------------------------------------------
    def _texts(self, sheet: Sheet, texts: tuple[SheetText, ...]) -> list[Page]:
        large, least = self._paper.body
        middle = (large + least) / 2
        trials = [(1, large * 1.2), (1, large), (2, large), (2, middle), (2, least)]
        if self._paper.is_elder:
            trials = [(1, large), (1, middle), (1, least)]
        for count, size in trials:  # few words fill one column, as large as a notice
            pages = self._filled(
                sheet,
                texts,
                WordBox(columns_of(self.page.width(), count), pt(size), is_beside=count == 1),
                count,
            )
            if len(pages) == 1:
                break
        return pages

    def _filled(self, sheet: Sheet, texts: tuple[SheetText, ...], words: WordBox, count: int) -> list[Page]:
        pages: list[Page] = []
        height = self.room.height() - self._paper.mm(2)
        rest = texts
        while rest or not pages:
            columns: list[tuple[SheetText, ...]] = []
            for _ in range(count):
                kept, rest = words.fitted(rest, height, must_take=True) if rest else ((), ())
                columns.append(kept)
            title = tr("{title} (continued)", title=sheet.title) if pages else sheet.title
            pages.append(Page(replace(sheet, title=title), columns=tuple(columns), words=words))
        return pages

    def _tables(self, sheet: Sheet, table: PrintedTable) -> list[Page]:
        words = tuple(SheetText("", t) for t in (sheet.doubt, *(p.words for p in sheet.paragraphs)) if t)
        box = self.table_box(words)
        laid = TablePainter(None, table, self._paper, box)
        parts = laid.parts()
        size = laid.size if len(parts) > 1 else 0.0
        return [
            Page(
                sheet if number == 0 else replace(sheet, title=tr("{title} (continued)", title=sheet.title)),
                table=part,
                table_size=size,
                words=WordBox(self.page.width(), pt(self._paper.small)),
                columns=(words,),
            )
            for number, part in enumerate(parts)
        ]

    def table_box(self, words: tuple[SheetText, ...]) -> QRectF:
        """Return the room of a table above the words below it."""
        below = (
            WordBox(self.page.width(), pt(self._paper.small)).height(words) + self._paper.mm(3)
            if words
            else 0.0
        )
        return self.room.adjusted(0, self._paper.mm(2), 0, -below)

    def _continued(self, sheet: Sheet, rest: tuple[SheetText, ...]) -> list[Page]:
        """Return the pages on which the words of a sheet go on."""
        if not rest:
            return []
        title = tr("More on this proposal: {title}", title=sheet.title)
        if not sheet.number:
            title = tr("Notes to: {title}", title=sheet.title)
        return self._texts(
            Sheet(title, sheet.subtitle, sheet.scene, sheet.extent, number=sheet.number, text=rest), rest
        )

    # -- maps -------------------------------------------------------------------------------------------------
    def view_of(self, sheet: Sheet, frame: QRectF) -> tuple[MapView, float]:
        """Return the view at a true, round scale: the one asked for, else the smallest that shows the extent."""
        x_min, y_min, x_max, y_max = sheet.extent
        paper_m = (frame.width() / DPI * INCH_M, frame.height() / DPI * INCH_M)
        need = max((x_max - x_min) / paper_m[0], (y_max - y_min) / paper_m[1], 100.0)
        scale = sheet.scale if sheet.scale > 0 else round_scale(need)
        unit = DPI / 96 * self._paper.map_unit
        centre = ((x_min + x_max) / 2, (y_min + y_max) / 2)
        return MapView.centred(*centre, DPI / INCH_M / scale, frame.width(), frame.height(), unit=unit), scale

    def _pair(self, sheet: Sheet) -> list[Page]:
        paper, gap = self._paper, mm(self._paper.gap)
        line = pt(paper.body[0]) * LEADING * 1.15
        words = WordBox(self.room.width(), pt(paper.body[1]))
        below = words.height(sheet.paragraphs) + self._paper.mm(GAP_MM) if sheet.paragraphs else 0.0
        high = self.room.height() - line - below
        wide = (self.room.width() - gap) / 2
        frames = [
            QRectF(self.room.left() + i * (wide + gap), self.room.top() + line, wide, high) for i in (0, 1)
        ]
        made: list[MapPage] = []
        for frame in frames:
            view, scale = self.view_of(sheet, frame)
            made.append(MapPage(frame, view, scale, None, is_scale_on_map=not made))
        return [Page(sheet, maps=tuple(made), words=words, columns=(sheet.paragraphs,))]

    def _map(self, sheet: Sheet) -> list[Page]:
        paper, room = self._paper, self.room
        wide = room.width() - mm(paper.side) - mm(paper.gap)
        side = QRectF(room.left() + wide + mm(paper.gap), room.top(), mm(paper.side), room.height())
        shown, column, reply, is_scale_on_map, moved = self._beside(sheet, side)
        listed = ListBox(sheet.listed, wide, pt(paper.body[1])) if sheet.listed and not shown.listed else None
        spare = room.height() - mm(paper.least_map)
        if (
            listed is not None and paper.is_elder and listed.height > spare
        ):  # a long list in large print: a page of its own
            moved, listed = (*(SheetText(str(n), words) for n, words in sheet.listed), *moved), None
        taken = listed.height + self._paper.mm(GAP_MM) if listed else 0.0
        strip, rest = self._strip(
            shown, reply, (*moved, *shown.paragraphs), wide, spare - taken - self._paper.mm(GAP_MM)
        )
        high = room.height() - taken - (strip.box.height() + self._paper.mm(GAP_MM) if strip else 0.0)
        frame = QRectF(room.left(), room.top(), wide, high)
        view, scale = self.view_of(sheet, frame)
        list_box = (
            QRectF(room.left(), frame.bottom() + self._paper.mm(GAP_MM), wide, listed.height)
            if listed
            else None
        )
        made = MapPage(
            frame, view, scale, column,
            strips=(replace(strip, box=strip.box.translated(room.left(), room.bottom() - strip.box.height())),) if strip else (),
            listed=listed, list_box=list_box, is_scale_on_map=is_scale_on_map,
        )  # fmt: skip
        return [Page(sheet, map=made), *self._continued(sheet, rest)]

    def _beside(
        self, sheet: Sheet, box: QRectF
    ) -> tuple[Sheet, SideColumn, ReplyBox | None, bool, tuple[SheetText, ...]]:
        """Return what stands in the column, the reply box when it does not, and the facts that found no room.

        A column that would have to cut its words first gives away the scale, then the reply box, then the list of
        proposals, at last facts from the end.
        """
        compact = self._paper.is_compact
        # without a package's seal there is no review page to answer on
        inside = ReplyBox(sheet, self._handout, self._paper, box.width()) if self._handout.seal else None
        for has_scale, reply in ((True, inside), (False, inside), (False, None)):
            column = SideColumn(sheet, reply, self._paper, box, has_scale=has_scale and not compact)
            if not column.is_cut and (column.is_legend_whole or not has_scale):
                outside = None if reply or inside is None else self._reply_below(sheet, box)
                return sheet, column, outside, not has_scale or compact, ()
        for listed in dict.fromkeys((sheet.listed if len(sheet.listed) < 8 else (), ())):
            for kept in range(len(sheet.facts), -1, -1):
                shown = replace(sheet, listed=listed, facts=sheet.facts[:kept])
                column = SideColumn(shown, inside, self._paper, box, has_scale=False)
                if not column.is_cut:
                    return shown, column, None, True, sheet.facts[kept:]
        return shown, column, None, True, sheet.facts

    def _reply_below(self, sheet: Sheet, box: QRectF) -> ReplyBox:
        """Return the reply box below the map: as wide as the map when it stands alone."""
        alone = not sheet.photos and not sheet.paragraphs
        whole = box.left() - mm(self._paper.gap) - self.page.left()
        return ReplyBox(sheet, self._handout, self._paper, whole if alone else mm(self._paper.reply))

    def _strip(
        self, sheet: Sheet, reply: ReplyBox | None, texts: tuple[SheetText, ...], wide: float, most: float
    ) -> tuple[Strip | None, tuple[SheetText, ...]]:
        """Return the row below the map, its box at the origin, and the words that found no room in it."""
        paper, gap = self._paper, self._paper.mm(GAP_MM)
        rest: tuple[SheetText, ...] = ()
        if paper.is_elder:
            texts, rest = (), texts
        photos = sheet.photos[: 2 if texts or reply else 3]
        if not (photos or texts or reply):
            return None, rest
        room = wide - (reply.width + gap if reply and (photos or texts) else 0.0)
        picture = (room - gap * 2) / 3
        words = None
        need = reply.height if reply else 0.0
        if photos:
            need = max(need, mm(paper.strip[1]) * 0.85)
            room -= len(photos) * (picture + gap)
        if texts:
            words = WordBox(room - 2 * self._paper.mm(PAD_MM), pt(paper.body[1]))
            if words.width < words.size * 11:  # too narrow to read beside pictures and the reply box
                texts, rest, words = (), texts, None
        if words is not None:
            pad = 2 * self._paper.mm(PAD_MM * 0.6)
            kept, rest = words.fitted(texts, max(most, need) - pad)
            need = max(need, words.height(kept) + pad if kept else 0.0)
            texts = kept
        if not (photos or texts or reply):
            return None, rest
        return Strip(QRectF(0, 0, wide, min(need, max(most, need))), photos, words, texts, reply), rest

    # -- by a template ----------------------------------------------------------------------------------------
    def _laid(self, sheet: Sheet, layout: Layout) -> list[Page]:
        """Lay a sheet out in the boxes of a template; what finds no room in them goes on on the next page."""
        paper = self._paper
        frame = _placed(layout, BlockKind.MAP) or self.room
        facts_box = _placed(layout, BlockKind.FACTS) or self.room
        for kept in range(len(sheet.facts), -1, -1):
            shown = replace(sheet, facts=sheet.facts[:kept])
            column = SideColumn(shown, None, paper, facts_box, has_scale=False, has_legend=False)
            if not column.is_cut and column.height <= facts_box.height() + 1:
                break
        view, scale = self.view_of(sheet, frame)
        strips, rest = self._boxes(sheet, layout, (*sheet.facts[kept:], *sheet.paragraphs))
        made = MapPage(
            frame, view, scale, column, strips=strips,
            is_scale_on_map=layout.block(BlockKind.SCALE) is None,
            legend=_placed(layout, BlockKind.LEGEND),
            scale_box=_placed(layout, BlockKind.SCALE),
            logo=_placed(layout, BlockKind.LOGO) if layout.logo else None,
        )  # fmt: skip
        return [Page(sheet, map=made), *self._continued(sheet, rest)]

    def _boxes(
        self, sheet: Sheet, layout: Layout, texts: tuple[SheetText, ...]
    ) -> tuple[tuple[Strip, ...], tuple[SheetText, ...]]:
        strips: list[Strip] = []
        notes = _placed(layout, BlockKind.NOTES)
        if notes is not None and texts:
            words = WordBox(notes.width() - 2 * self._paper.mm(PAD_MM), pt(self._paper.body[1]))
            kept, texts = words.fitted(texts, notes.height() - 2 * self._paper.mm(PAD_MM * 0.6))
            if kept:
                strips.append(Strip(notes, words=words, texts=kept))
        photos = _placed(layout, BlockKind.PHOTOS)
        if photos is not None and sheet.photos:
            strips.append(Strip(photos, photos=sheet.photos[:3]))
        reply = _placed(layout, BlockKind.REPLY)
        if reply is not None and self._handout.seal:
            box = ReplyBox(sheet, self._handout, self._paper, reply.width())
            if box.height <= reply.height() + 1:
                strips.append(Strip(reply, reply=box))
            else:
                texts = (*texts, box.as_text)
        return tuple(strips), texts


def _placed(layout: Layout, kind: BlockKind) -> QRectF | None:
    block = layout.block(kind)
    return None if block is None else device_box(block.box)


def device_box(box: LayoutBox) -> QRectF:
    """Return a template's box in device units."""
    return QRectF(mm(box.x), mm(box.y), mm(box.width), mm(box.height))


def column_step(words: WordBox) -> float:
    """Return the distance between the left edges of two columns of words."""
    return words.width + mm(COLUMN_GAP_MM)
