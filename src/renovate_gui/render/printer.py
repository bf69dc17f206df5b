"""The printer of the app floor: PDF handouts at true scale and pictures of the map."""

from __future__ import annotations

import math
import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from renovate_gui.app.ports import Handout, PrintReport
from renovate_gui.assets import system_reason, tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.render.art import PrintedArt
from renovate_gui.render.fonts import load_fonts, missing_glyphs
from renovate_gui.render.form_printer import FormPrinter
from renovate_gui.render.furniture import (
    CELLS,
    INK,
    INK_QUIET,
    LegendLook,
    fitting_legend,
    legend_blocks,
    legend_height,
    legend_width,
    paint_legend,
    paint_north,
    paint_scale_bar,
    scale_bar_m,
)
from renovate_gui.render.geopdf import GeoFrame, add_viewports
from renovate_gui.render.measure import MeasuredPdf, has_stroke, measure_pdf, nearest_length, say_language
from renovate_gui.render.painter import paint_scene
from renovate_gui.render.paper import DPI, Paper, paper_named
from renovate_gui.render.paper_text import paint_one, text_width
from renovate_gui.render.sheet import CHECK_BAR_MM, MapPlace, SheetPainter
from renovate_gui.render.symbols import pen_of
from renovate_gui.render.view import Box, MapView

_application: list[QGuiApplication] = []
_art = PrintedArt()


def ensure_application() -> None:
    """Start Qt's painting part when nobody has: commands have no window, often not even a display."""
    if QGuiApplication.instance() is None:
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY") and os.name != "nt":
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application.append(QGuiApplication(["renovate-gui"]))  # Qt ends with the last reference to it


class QtPrinter(FormPrinter):
    """Paints scenes on paper and into pictures; see :class:`renovate_gui.app.ports.Printer`."""

    def print_handout(self, handout: Handout, path: Path) -> PrintReport:
        """Write a vector PDF with embedded fonts and measure it again.

        Raises
        ------
        DataError
            The file cannot be written, or the check bar measured in it is not 100 mm.
        OSError
            The disk is full.
        """
        ensure_application()
        load_fonts()
        paper = paper_named(handout.paper)
        places = self._write(handout, paper, path)
        _complete(path, handout, places)
        foot = paper.margin + paper.foot
        measured = measure_pdf(path, zone_mm=(paper.margin * 0.5, foot - 1.0))
        scales = _true(path.name, paper, measured, places)
        missing = missing_glyphs(_texts(handout))
        return PrintReport(path, measured.pages, measured.page_mm, measured.bar_mm, missing, scales)

    @staticmethod
    def _write(handout: Handout, paper: Paper, path: Path) -> list[MapPlace]:
        _require_writable(path)
        memory = QBuffer()  # a full disk must be heard of: Qt's writer says nothing
        memory.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(memory)
        writer.setResolution(DPI)
        size = QPageSize(
            QSizeF(paper.width, paper.height),
            QPageSize.Unit.Millimeter,
            paper.name,
            QPageSize.SizeMatchPolicy.ExactMatch,
        )
        layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
        writer.setPageLayout(layout)
        writer.setTitle(" · ".join(words for words in (handout.title, handout.community) if words))
        writer.setCreator("renovate-gui")
        painter = QPainter()
        if not painter.begin(writer):
            raise DataError(tr("The file “{name}” cannot be written.", name=path.name))
        try:
            painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pages = SheetPainter(painter, handout, paper, _art)
            for number in range(1, len(pages.pages) + 1):
                if number > 1:
                    writer.newPage()
                pages.paint(number)
        finally:
            painter.end()
        del writer  # it writes the file's end when it goes
        if handout.sheets:
            _art.keep_only(handout.sheets[-1].scene)
        path.write_bytes(memory.data().data())
        return pages.places

    def paint_png(self, scene: Scene, path: Path, *, size: tuple[int, int], bbox: Box) -> None:
        """Write a picture of the scene with legend, scale bar, north arrow and sources."""
        ensure_application()
        image = picture(scene, size=size, bbox=bbox)
        memory = QBuffer()
        memory.open(QIODevice.OpenModeFlag.WriteOnly)
        if not image.save(memory, "PNG"):  # type: ignore[call-overload]
            raise DataError(tr("The file “{name}” cannot be written.", name=path.name))
        _put(path, bytes(memory.data().data()))


def _complete(path: Path, handout: Handout, places: list[MapPlace]) -> None:
    """Write language and places on earth into the file."""
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        say_language(pdf, handout.language)
        if handout.crs and places:
            add_viewports(pdf, [GeoFrame(p.page, p.frame, p.world) for p in places], handout.crs)
        pdf.save(path)


_PAGE_TOLERANCE_MM, _LINE_TOLERANCE_MM = 0.3, 0.1


def _true(name: str, paper: Paper, measured: MeasuredPdf, places: list[MapPlace]) -> tuple[float, ...]:
    """Return the scale of each map as measured in the file.

    Raises
    ------
    DataError
        The paper, the check bar, a map's frame or its scale is not what it should be, or a font is missing inside.
    """
    wanted = (paper.width, paper.height)
    for number, size in enumerate(measured.sizes_mm, start=1):
        if max(abs(a - b) for a, b in zip(size, wanted, strict=True)) > _PAGE_TOLERANCE_MM:
            raise DataError(
                tr(
                    "{file}, page {n}: the page measures {width} × {height} mm instead of {paper}.",
                    file=name,
                    n=number,
                    width=f"{size[0]:.1f}",
                    height=f"{size[1]:.1f}",
                    paper=paper.name,
                )
            )
    for number, bar in enumerate(measured.bar_mm, start=1):
        if abs(bar - CHECK_BAR_MM) > _LINE_TOLERANCE_MM:
            raise DataError(
                tr("{file}, page {n}: the 100 mm bar measures {mm} mm.", file=name, n=number, mm=f"{bar:.1f}")
            )
    if measured.loose_fonts:
        fonts = tr(", ").join(measured.loose_fonts)
        raise DataError(tr("{file}: the font {fonts} is not embedded.", file=name, fonts=fonts))
    return tuple(_scale_of(name, measured, place) for place in places)


def _scale_of(name: str, measured: MeasuredPdf, place: MapPlace) -> float:
    """Return a map's measured scale denominator; raise DataError when frame or scale bar are not where they should be."""
    strokes = measured.strokes[place.page]
    left, _low, right, high = place.frame
    x, y, length = place.bar
    found = nearest_length(strokes, (x, y, x + length, y))
    scale = place.bar_m * 1000.0 / found if found else math.inf
    world_mm = (place.world[2] - place.world[0]) * 1000.0 / place.scale
    is_framed = has_stroke(strokes, (left, high, right, high), _LINE_TOLERANCE_MM)
    if (
        not is_framed
        or abs(right - left - world_mm) > _LINE_TOLERANCE_MM
        or abs(scale / place.scale - 1.0) * length > _LINE_TOLERANCE_MM
    ):
        raise DataError(
            tr(
                "{file}, page {n}: the map should be 1 : {scale} and measures 1 : {found}.",
                file=name,
                n=place.page + 1,
                scale=f"{place.scale:,.0f}",
                found=f"{scale:,.0f}" if math.isfinite(scale) else "?",
            )
        )
    return scale


def _put(path: Path, data: bytes) -> None:
    """Write a file whole or leave what was there; raise DataError with the reason."""
    part = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        if path.exists() and not path.is_file():
            raise DataError(tr("The file “{name}” cannot be written.", name=path.name))
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise DataError(
            tr("The file “{name}” cannot be written: {reason}.", name=path.name, reason=system_reason(error))
        ) from error
    finally:
        if part.exists():
            part.unlink()


def _require_writable(path: Path) -> None:
    """Raise DataError when a file cannot be written: Qt itself would only warn."""
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        raise DataError(tr("The file “{name}” cannot be written.", name=path.name)) from error


def picture(scene: Scene, *, size: tuple[int, int], bbox: Box) -> QImage:
    """Return a picture of the scene with its furniture; symbols grow with pictures larger than a screen."""
    load_fonts()
    width, height = size
    unit = max(1.0, math.sqrt(width * height / (1600 * 1000)))
    view = MapView.fitted(_beside_key(scene, bbox, width, height, unit), width, height, unit=unit)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_scene(painter, scene, view)
        paint_furniture(painter, scene, view)
    return image


def _beside_key(scene: Scene, bbox: Box, width: int, height: int, unit: float) -> Box:
    """Return a box that leaves room for the key of cells on its left: a class that the key covers is not seen at all."""
    if all(item.key != CELLS for item in scene.items):
        return bbox
    look = LegendLook(13 * unit, unit)
    blocks = fitting_legend(legend_blocks(scene), look, height - 90 * unit)
    card = 16 * unit + min(legend_width(blocks, look), width * 0.34) + 28 * unit
    low_x, low_y, high_x, high_y = bbox
    px_per_m = min((width - card) / max(high_x - low_x, 1e-9), height / max(high_y - low_y, 1e-9))
    middle, room = (low_x + high_x) / 2, width - card
    return middle - (card + room / 2) / px_per_m, low_y, middle + room / 2 / px_per_m, high_y


def paint_furniture(painter: QPainter, scene: Scene, view: MapView) -> None:
    """Paint legend, scale bar, north arrow and sources as cards over the map's corners."""
    unit, gap = view.unit, 16 * view.unit
    is_dark = QColor(scene.ground).lightnessF() < 0.5
    card, ink, quiet = ("#1A232D", "#E6EBF1", "#A5B1BF") if is_dark else ("#FFFFFF", INK, INK_QUIET)
    look = LegendLook(13 * unit, unit, ink=ink)
    blocks = fitting_legend(legend_blocks(scene), look, view.height - 90 * unit)
    source = "   ".join(scene.attribution)
    foot = view.height - gap - (18 * unit if source else 0)
    if blocks:
        inner_w = min(legend_width(blocks, look), view.width * 0.34)
        inner_h = legend_height(blocks, look)
        box = QRectF(gap, foot - inner_h - 20 * unit, inner_w + 28 * unit, inner_h + 20 * unit)
        _card(painter, box, card, unit)
        paint_legend(painter, box.adjusted(14 * unit, 10 * unit, -14 * unit, -10 * unit), blocks, look)
    longest = min(180 * unit, view.width * 0.25)
    length = scale_bar_m(view, longest) * view.px_per_m
    box = QRectF(view.width - gap - length - 28 * unit, foot - 46 * unit, length + 28 * unit, 46 * unit)
    _card(painter, box, card, unit)
    at = QPointF(box.left() + 14 * unit, box.top() + 19 * unit)
    paint_scale_bar(painter, at, view, longest_px=longest, text_px=12.5 * unit, ink=ink)
    box = QRectF(view.width - gap - 36 * unit, gap, 36 * unit, 52 * unit)
    _card(painter, box, card, unit)
    paint_north(painter, box.adjusted(4 * unit, 7 * unit, -4 * unit, -6 * unit), ink=ink)
    if source:
        shown = min(text_width(source, 11 * unit), view.width - 2 * gap)
        line = QRectF(view.width - gap - shown, view.height - gap - 2 * unit, shown, 14 * unit)
        painter.fillRect(line.adjusted(-5 * unit, -1 * unit, 5 * unit, unit), QColor(scene.ground))
        paint_one(painter, source, line, 11 * unit, quiet)


def _card(painter: QPainter, box: QRectF, colour: str, unit: float) -> None:
    painter.setOpacity(0.96)
    painter.setPen(pen_of("#D5DAE2" if colour == "#FFFFFF" else "#2C3846", unit))
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(box, 8 * unit, 8 * unit)
    painter.setOpacity(1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _texts(handout: Handout) -> str:
    """Return everything a handout says, map words included."""
    said = [
        handout.title,
        handout.community,
        handout.contact,
        handout.attribution,
        handout.seal,
        handout.reply_until,
    ]
    for sheet in handout.sheets:
        said += [sheet.title, sheet.subtitle, *sheet.headline, sheet.doubt, sheet.badge[0], *sheet.captions]
        said += [w for t in (*sheet.facts, *sheet.paragraphs, *sheet.text) for w in (t.label, t.words)]
        if sheet.table is not None:
            said += [*sheet.table.headings, *(cell for row in sheet.table.rows for cell in row)]
        said += [caption for caption, _ in sheet.photos] + [title for _, title in sheet.listed]
        layers = [item for item in sheet.scene.items if isinstance(item, SceneLayer)]
        said += [e.label for layer in layers for e in layer.legend]
        said += [label for layer in layers for label in layer.labels or () if label]
    return "".join(dict.fromkeys("".join(said)))
