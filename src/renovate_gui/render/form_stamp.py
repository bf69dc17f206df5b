"""Copies of a blank form: each page is the blank's own content with a small overlay that carries its code."""

from __future__ import annotations

import io
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from renovate_gui.app.form_page import Stamp, StampedForm
from renovate_gui.domain.form import Box
from renovate_gui.render.form import device, paged_pdf, paint_words
from renovate_gui.render.paper import mm

_WHITE_MODULES = 4
"""Modules of white around a code, as its standard asks."""


def stamped_pdf(form: StampedForm) -> bytes:
    """Return the copies as one PDF; the blank's pages stand in it once, however many copies there are."""
    import pikepdf

    with pikepdf.open(io.BytesIO(form.blank)) as out:
        sizes = [_size(page) for page in out.pages]
        overlays = paged_pdf(
            [sizes[s.side] for s in form.stamps],
            form.title,
            lambda painter, number: paint_stamp(painter, form.stamps[number]),
        )
        with pikepdf.open(io.BytesIO(overlays)) as codes:
            blanks = [_Blank(out, page) for page in out.pages]
            for stamp, code in zip(form.stamps, codes.pages, strict=True):
                out.pages.append(blanks[stamp.side].with_overlay(code))
            del out.pages[: len(sizes)]
            buffer = io.BytesIO()
            out.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue()


def _size(page: Any) -> tuple[float, float]:
    box = [float(v) for v in page.mediabox]
    return ((box[2] - box[0]) * 25.4 / 72, (box[3] - box[1]) * 25.4 / 72)


class _Blank:
    """A blank side whose content is shared by its copies."""

    def __init__(self, pdf: Any, page: Any) -> None:
        self._pdf, self._page = pdf, page
        held = page.obj.Contents
        parts = list(held) if _is_array(held) else [held]
        self._contents = [pdf.make_stream(b"q"), *parts, pdf.make_stream(b"Q q /Code Do Q")]

    def with_overlay(self, code: Any) -> Any:
        """Return a page with the same content and another code on it."""
        import pikepdf

        resources = pikepdf.Dictionary(dict(self._page.resources.items()))
        shared = self._page.resources.get("/XObject", pikepdf.Dictionary())
        drawn = pikepdf.Dictionary(dict(shared.items()))
        drawn["/Code"] = self._pdf.copy_foreign(code.as_form_xobject())
        resources["/XObject"] = drawn
        made = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=self._page.mediabox,
            Resources=resources,
            Contents=pikepdf.Array(self._contents),
        )
        return pikepdf.Page(self._pdf.make_indirect(made))


def _is_array(held: Any) -> bool:
    import pikepdf

    return isinstance(held, pikepdf.Array)


def paint_stamp(painter: QPainter, stamp: Stamp) -> None:
    """Paint a code with white around it, and its words."""
    paint_code(painter, stamp.code, stamp.modules)
    for words in stamp.words:
        paint_words(painter, words)


def paint_code(painter: QPainter, box: Box, modules: tuple[tuple[bool, ...], ...]) -> None:
    """Paint a QR code: runs of black modules as boxes without gaps."""
    count = len(modules)
    each = mm(box.width) / count
    white = QRectF(device(box)).adjusted(
        -each * _WHITE_MODULES, -each * _WHITE_MODULES, each * _WHITE_MODULES, each * _WHITE_MODULES
    )
    painter.fillRect(white, QColor("#FFFFFF"))
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    left, top = mm(box.x), mm(box.y)
    for row, line in enumerate(modules):
        column = 0
        while column < count:
            end = column
            while end < count and line[end]:
                end += 1
            if end > column:
                path.addRect(QRectF(left + column * each, top + row * each, (end - column) * each, each))
            column = end + 1
    painter.fillPath(path, QColor("#000000"))
