"""The page of a template as it will be printed, with its blocks as frames that are dragged and resized."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from renovate_gui.app.layouts import block_words
from renovate_gui.app.ports import Handout
from renovate_gui.assets import tr
from renovate_gui.domain.layout import (
    LEAST_SIDE_MM,
    SHEETINGS,
    BlockKind,
    Layout,
    LayoutBlock,
    LayoutBox,
    faults,
)
from renovate_gui.render.fonts import font
from renovate_gui.render.page_picture import page_count, page_picture

_EDGE_PX = 7.0
_STEP_MM = 1.0
_ACCENT, _WRONG = "#0E7C86", "#B3261E"
_KEYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LayoutPage(QWidget):
    """Shows one page and lets its blocks be moved.

    Signals
    -------
    moved
        A block has another place; the new template.
    chosen
        A block was chosen: its name, or an empty text.
    """

    moved = Signal(object)
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Page preview"))
        self._layout: Layout | None = None
        self._handout: Handout | None = None
        self._number = 1
        self._picture = QImage()
        self._chosen: BlockKind | None = None
        self._grip: tuple[int, int] | None = None  # which edges move; (0, 0): the whole block
        self._from: tuple[QPointF, LayoutBox] | None = None

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(860, 620)

    # -- what is shown ----------------------------------------------------------------------------------------
    def show_layout(self, layout: Layout, handout: Handout | None, number: int) -> None:
        """Show a page by a template; without a handout only the frames."""
        self._layout, self._handout, self._number = layout, handout, number
        self._paint_picture()
        self.update()

    @property
    def pages(self) -> int:
        """Return how many pages the handout has by this template."""
        return 0 if self._handout is None or self._layout is None else page_count(self._dressed())

    @property
    def chosen_kind(self) -> BlockKind | None:
        """Return the chosen block."""
        return self._chosen

    def choose(self, kind: BlockKind | None) -> None:
        """Choose a block."""
        if kind is not self._chosen:
            self._chosen = kind
            self.chosen.emit("" if kind is None else kind.value)
        self.update()

    def _dressed(self) -> Handout:
        assert self._handout is not None
        assert self._layout is not None
        return replace(self._handout, paper=self._layout.paper, layout=self._layout)

    def _paint_picture(self) -> None:
        if self._handout is None or self._layout is None or self.width() < 20:
            self._picture = QImage()
            return
        ratio = self.devicePixelRatioF()
        page = self._page()
        self._picture = page_picture(self._dressed(), self._number, round(page.width() * ratio))
        self._picture.setDevicePixelRatio(ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the page anew in its size."""
        super().resizeEvent(event)
        self._paint_picture()

    # -- geometry ---------------------------------------------------------------------------------------------
    def _page(self) -> QRectF:
        sheet = SHEETINGS[self._layout.paper if self._layout else "A4"]
        k = min((self.width() - 16) / sheet.width, (self.height() - 16) / sheet.height)
        wide, high = sheet.width * k, sheet.height * k
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def _px_per_mm(self) -> float:
        assert self._layout is not None
        return self._page().width() / SHEETINGS[self._layout.paper].width

    def _rect(self, box: LayoutBox) -> QRectF:
        page, k = self._page(), self._px_per_mm()
        return QRectF(page.left() + box.x * k, page.top() + box.y * k, box.width * k, box.height * k)

    def _hit(self, at: QPointF) -> tuple[LayoutBlock, tuple[int, int]] | None:
        """Return the block under a point and which of its edges are meant."""
        assert self._layout is not None
        blocks = [b for b in self._layout.blocks if b.is_visible]
        blocks.sort(key=lambda b: (b.kind is not self._chosen, b.box.width * b.box.height))
        for block in blocks:
            r = self._rect(block.box)
            if r.adjusted(-_EDGE_PX, -_EDGE_PX, _EDGE_PX, _EDGE_PX).contains(at):
                across = (
                    -1 if abs(at.x() - r.left()) <= _EDGE_PX else int(abs(at.x() - r.right()) <= _EDGE_PX)
                )
                down = -1 if abs(at.y() - r.top()) <= _EDGE_PX else int(abs(at.y() - r.bottom()) <= _EDGE_PX)
                return block, (across, down)
        return None

    # -- hand and keys ----------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a block or its edge."""
        if self._layout is None or event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._hit(event.position())
        if found is None:
            self.choose(None)
            return
        block, self._grip = found
        self._from = (event.position(), block.box)
        self.choose(block.kind)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held; else show what could be done here."""
        if self._layout is None:
            return
        if self._from is None or self._grip is None:
            found = self._hit(event.position())
            self.setCursor(_cursor(found[1]) if found else Qt.CursorShape.ArrowCursor)
            return
        start, box = self._from
        k = self._px_per_mm()
        dx, dy = (event.position().x() - start.x()) / k, (event.position().y() - start.y()) / k
        self._place(
            _changed(box, self._grip, round(dx / _STEP_MM) * _STEP_MM, round(dy / _STEP_MM) * _STEP_MM)
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; the page is painted anew."""
        super().mouseReleaseEvent(event)
        if self._from is not None and self._layout is not None:
            self._from = self._grip = None
            self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by the arrow keys, resize with Shift, hide with Delete, go on with Tab."""
        step = _KEYS.get(Qt.Key(event.key()))
        block = self._block()
        if event.key() == Qt.Key.Key_Space and self._layout is not None:
            kinds = [b.kind for b in self._layout.blocks if b.is_visible]
            at = kinds.index(self._chosen) + 1 if self._chosen in kinds else 0
            self.choose(kinds[at % len(kinds)])
        elif step is not None and block is not None:
            grip = (1, 1) if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else (0, 0)
            self._place(_changed(block.box, grip, step[0] * _STEP_MM, step[1] * _STEP_MM))
            self._settle()
        elif event.key() == Qt.Key.Key_Delete and block is not None and self._layout is not None:
            self._layout = self._layout.with_block(replace(block, is_visible=False))
            self.choose(None)
            self._settle()
        else:
            super().keyPressEvent(event)

    def _block(self) -> LayoutBlock | None:
        return None if self._layout is None or self._chosen is None else self._layout.block(self._chosen)

    def _place(self, box: LayoutBox) -> None:
        block = self._block()
        if block is not None and self._layout is not None:
            self._layout = self._layout.with_block(replace(block, box=box))
            self.update()

    def _settle(self) -> None:
        self._paint_picture()
        self.update()
        self.moved.emit(self._layout)

    # -- painting ---------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the page, and the frames of its blocks over it."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            page = self._page()
            painter.fillRect(page.translated(2, 3), QColor(0, 0, 0, 40))
            painter.fillRect(page, QColor("#FFFFFF"))
            if not self._picture.isNull():
                painter.drawImage(page, self._picture)
            if self._layout is not None:
                wrong = faults(self._layout, SHEETINGS[self._layout.paper].room)
                bad = {f.kind for f in wrong} | {f.other for f in wrong}
                for block in self._layout.blocks:
                    if block.is_visible:
                        self._paint_block(painter, block, is_wrong=block.kind in bad)

    def _paint_block(self, painter: QPainter, block: LayoutBlock, *, is_wrong: bool) -> None:
        box, is_chosen = self._rect(block.box), block.kind is self._chosen
        colour = QColor(_WRONG if is_wrong else _ACCENT)
        pen = QPen(colour, 2.0 if is_chosen else 1.2)
        pen.setStyle(Qt.PenStyle.SolidLine if is_chosen else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        fill = QColor(colour)
        fill.setAlpha(46 if is_wrong else 22 if is_chosen else 0)
        painter.setBrush(fill)
        painter.drawRect(box)
        words, made = block_words(block.kind), font(11, bold=True)
        painter.setFont(made)
        wide = painter.fontMetrics().horizontalAdvance(words) + 10
        tab = QRectF(box.left() - 0.6, box.top() - 16, min(wide, box.width()), 16)
        painter.fillRect(tab, colour)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(tab.adjusted(5, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        if is_chosen:
            painter.setPen(QPen(colour, 1.2))
            painter.setBrush(QColor("#FFFFFF"))
            for x in (box.left(), box.center().x(), box.right()):
                for y in (box.top(), box.center().y(), box.bottom()):
                    if (x, y) != (box.center().x(), box.center().y()):
                        painter.drawRect(QRectF(x - 3.5, y - 3.5, 7, 7))


def _changed(box: LayoutBox, grip: tuple[int, int], dx: float, dy: float) -> LayoutBox:
    """Return a box moved as a whole, or with the edges of a grip moved."""
    if grip == (0, 0):
        return replace(box, x=round(box.x + dx, 1), y=round(box.y + dy, 1))
    across, down = grip
    left = min(box.x + dx, box.right - LEAST_SIDE_MM) if across < 0 else box.x
    right = max(box.right + dx, left + LEAST_SIDE_MM) if across > 0 else box.right
    top = min(box.y + dy, box.bottom - LEAST_SIDE_MM) if down < 0 else box.y
    bottom = max(box.bottom + dy, top + LEAST_SIDE_MM) if down > 0 else box.bottom
    return LayoutBox(round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1))


def _cursor(grip: tuple[int, int]) -> Qt.CursorShape:
    if grip == (0, 0):
        return Qt.CursorShape.SizeAllCursor
    if 0 in grip:
        return Qt.CursorShape.SizeVerCursor if grip[0] == 0 else Qt.CursorShape.SizeHorCursor
    return Qt.CursorShape.SizeFDiagCursor if grip[0] == grip[1] else Qt.CursorShape.SizeBDiagCursor
