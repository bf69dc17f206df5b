"""Comment forms on paper: the blank sides from one painter, then each copy stamped with its own code.

The blank is painted once; a copy is its pages again with a small overlay, so that hundreds of household forms with a
map on each stay small and are written in seconds.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter

from renovate_gui.app.form_page import Align, Badge, FormSide, Outline, PrintedForm, Stroke, Words
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.form import CORNER_BITS, Box
from renovate_gui.domain.scene import Scene
from renovate_gui.render.art import ArtStore
from renovate_gui.render.fonts import font
from renovate_gui.render.painter import paint_scene, scene_steps
from renovate_gui.render.paper import DPI, mm, pt
from renovate_gui.render.symbols import paint_centred, pen_of
from renovate_gui.render.view import MapView

INK, QUIET = "#111111", "#4A5462"
BAR_ZONE_MM = (8.0, 15.0)
"""Where the check bar is looked for, from the lower edge of the page."""
_CELLS = 6  # of a corner mark, with its black border


def blank_pdf(form: PrintedForm) -> bytes:
    """Return the blank sides as a PDF; its pages carry no code, and share one map."""
    sizes = [(s.sheet.width_mm, s.sheet.height_mm) for s in form.sides]
    store = ArtStore()

    def paint(painter: QPainter, number: int) -> None:
        FormPainter(painter, form.sides[number], store).paint()

    sides = paged_pdf(sizes, form.title, paint)
    has_map = [s.sheet.frame is not None for s in form.sides]
    if not any(has_map):
        return sides
    first = form.sides[has_map.index(True)]
    base = paged_pdf(sizes[:1], form.title, lambda painter, _: _paint_base(painter, first, form.base))
    return _over_the_map(sides, base, has_map)


def paged_pdf(sizes: list[tuple[float, float]], title: str, paint: Callable[[QPainter, int], None]) -> bytes:
    """Return a PDF of pages of given sizes (mm); ``paint`` is called with the painter and the page's index."""
    memory = QBuffer()
    memory.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(memory)
    writer.setResolution(DPI)
    writer.setPageLayout(_page(sizes[0]))
    writer.setTitle(title)
    writer.setCreator("renovate-gui")
    painter = QPainter()
    if not painter.begin(writer):
        raise DataError(tr("The form cannot be painted."))
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(len(sizes)):
            if number:
                writer.newPage()
            paint(painter, number)
    finally:
        painter.end()
    del writer  # it writes the file's end when it goes
    return bytes(memory.data().data())


def _page(size: tuple[float, float]) -> QPageLayout:
    shape = QPageSize(QSizeF(*size), QPageSize.Unit.Millimeter, "form", QPageSize.SizeMatchPolicy.ExactMatch)
    return QPageLayout(shape, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))


def device(box: Box) -> QRectF:
    """Return a box of the page in device units."""
    return QRectF(mm(box.x), mm(box.y), mm(box.width), mm(box.height))


def paint_words(painter: QPainter, words: Words) -> None:
    """Write one line."""
    made = font(pt(words.size), bold=words.bold)
    metrics = QFontMetricsF(made)
    painter.setFont(made)
    painter.setPen(QColor(QUIET if words.quiet else INK))
    x = mm(words.x)
    if words.align is not Align.LEFT:
        wide = metrics.horizontalAdvance(words.text)
        x -= wide if words.align is Align.RIGHT else wide / 2
    painter.drawText(QPointF(x, mm(words.y) + metrics.capHeight() / 2), words.text)


class FormPainter:
    """Paints one blank side."""

    def __init__(self, painter: QPainter, side: FormSide, store: ArtStore) -> None:
        self._painter, self._side, self._store = painter, side, store

    def paint(self) -> None:
        """Paint the side; bar and map's upper edge come first, so that they are found quickly when the file is measured."""
        side = self._side
        self._stroke(side.bar)
        if side.sheet.frame is not None:
            box = side.sheet.frame.box
            self._stroke(Stroke(box.x, box.y, box.x + box.width, box.y))
        for number, corner in enumerate(side.sheet.corners):
            self._corner(corner, CORNER_BITS[number])
        self._marks()
        for stroke in side.strokes:
            self._stroke(stroke)
        for outline in side.outlines:
            self._outline(outline)
        for badge in side.badges:
            self._badge(badge)
        for words in side.words:
            paint_words(self._painter, words)

    def _stroke(self, stroke: Stroke) -> None:
        pen = pen_of(INK, mm(stroke.thick))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._painter.setPen(pen)
        self._painter.drawLine(QPointF(mm(stroke.x1), mm(stroke.y1)), QPointF(mm(stroke.x2), mm(stroke.y2)))

    def _outline(self, outline: Outline) -> None:
        pen = pen_of(INK, mm(outline.thick))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(device(outline.box))

    def _badge(self, badge: Badge) -> None:
        painter, at, radius = self._painter, QPointF(mm(badge.x), mm(badge.y)), mm(badge.radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INK))
        if badge.is_round:
            painter.drawEllipse(at, radius, radius)
        else:
            painter.drawRoundedRect(
                QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius), radius * 0.25, radius * 0.25
            )
        size = radius * (1.25 if len(badge.text) < 3 else 0.9)
        paint_centred(painter, badge.text, at, size=size, ink="#FFFFFF")

    def _corner(self, box: Box, bits: str) -> None:
        """Paint a corner mark: black with its white cells."""
        painter, cell = self._painter, mm(box.width / _CELLS)
        painter.fillRect(device(box), QColor("#000000"))
        for i, bit in enumerate(bits):
            if bit == "1":
                row, column = divmod(i, _CELLS - 2)
                x, y = mm(box.x) + (column + 1) * cell, mm(box.y) + (row + 1) * cell
                painter.fillRect(QRectF(x, y, cell, cell), QColor("#FFFFFF"))

    def _marks(self) -> None:
        """Paint the side's proposals; the map below them comes from a page of its own."""
        frame, marks, painter = self._side.sheet.frame, self._side.marks, self._painter
        if frame is None or marks is None:
            return
        with _map_view(painter, self._side) as view:
            for _ in scene_steps(painter, marks, view, self._store):
                pass


@contextmanager
def _map_view(painter: QPainter, side: FormSide) -> Iterator[MapView]:
    """Move a painter to the map's frame and clip it there."""
    frame = side.sheet.frame
    assert frame is not None
    box = device(frame.box)
    painter.save()
    painter.setClipRect(box)
    painter.translate(box.topLeft())
    yield MapView(
        frame.x_min, frame.y_max, mm(1.0) / frame.metres_per_mm, box.width(), box.height(),
        unit=DPI / 96 * side.map_unit,
    )  # fmt: skip
    painter.restore()


def _paint_base(painter: QPainter, side: FormSide, base: Scene) -> None:
    with _map_view(painter, side) as view:
        paint_scene(painter, base, view)


def _over_the_map(sides: bytes, base: bytes, with_map: Sequence[bool]) -> bytes:
    """Return sides over one and the same map, which stands in the file once."""
    import pikepdf

    with pikepdf.open(io.BytesIO(sides)) as out, pikepdf.open(io.BytesIO(base)) as below:
        shared = out.copy_foreign(below.pages[0].as_form_xobject())
        before = out.make_stream(b"q /Map Do Q")
        for page, has_map in zip(out.pages, with_map, strict=True):
            if has_map:
                page.contents_coalesce()
                page.obj.Contents = pikepdf.Array([before, page.obj.Contents])
                resources = pikepdf.Dictionary(dict(page.resources.items()))
                drawn = pikepdf.Dictionary(dict(resources.get("/XObject", pikepdf.Dictionary()).items()))
                drawn["/Map"] = shared
                resources["/XObject"] = drawn
                page.obj.Resources = resources
        buffer = io.BytesIO()
        out.save(buffer)
    return buffer.getvalue()
