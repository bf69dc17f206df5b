"""A page of a handout as a picture: painted by what prints it, so that the preview is the output."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter

from renovate_gui.app.ports import Handout
from renovate_gui.render.art import PrintedArt
from renovate_gui.render.fonts import load_fonts
from renovate_gui.render.paper import mm, paper_named
from renovate_gui.render.sheet import SheetPainter

_store = PrintedArt()


def page_count(handout: Handout) -> int:
    """Return how many pages a handout has."""
    load_fonts()
    return len(SheetPainter(QPainter(), handout, paper_named(handout.paper), _store).pages)


def page_picture(handout: Handout, number: int, width: int) -> QImage:
    """Return a page, counted from 1, as a picture of a width in pixels."""
    load_fonts()
    paper = paper_named(handout.paper)
    k = width / mm(paper.width)
    image = QImage(width, max(1, round(mm(paper.height) * k)), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(k, k)
        pages = SheetPainter(painter, handout, paper, _store)
        pages.paint(min(max(number, 1), len(pages.pages)))
    return image
