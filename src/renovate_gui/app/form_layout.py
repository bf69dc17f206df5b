"""Where everything stands on a comment form: pure functions of texts and sizes, in millimetres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from renovate_gui.app.form_blocks import (
    LARGE,
    ROOMY,
    TIGHT,
    Asked,
    Block,
    Look,
    free_block,
    heading_height,
    home_block,
    management_block,
    need_block,
    paint_heading,
    proposal_block,
    rank_block,
    wish_block,
)
from renovate_gui.app.form_map import frame_of
from renovate_gui.app.form_margins import paint_foot, paint_head, paint_map_words
from renovate_gui.app.form_page import Drawing, FormSide
from renovate_gui.app.form_paper import FormPaper, FormWords
from renovate_gui.domain.form import Box, FieldKind, FormField, FormSheet

_LEAST_MAP, _BELOW_MAP = 70.0, 3.0


@dataclass(frozen=True, slots=True)
class _Run:
    """The blocks of one side."""

    blocks: tuple[Block, ...]
    has_map: bool


def lay_out(words: FormWords, paper: FormPaper) -> tuple[FormSide, ...]:
    """Return the sides of a form: as few as possible, then as roomy as possible."""
    paper = _fitted(paper, words)
    best: tuple[list[_Run], Look] | None = None
    for look in (LARGE, ROOMY, TIGHT):
        runs = _flow(_blocks(words, look, paper.table.width), look, paper)
        if best is None or len(runs) < len(best[0]):
            best = (runs, look)
    assert best is not None
    runs, look = best
    return tuple(
        _side(words, paper, look, run, number=number, count=len(runs)) for number, run in enumerate(runs, 1)
    )


def _fitted(paper: FormPaper, words: FormWords) -> FormPaper:
    """Return the paper with its map no higher than its scale needs, where the table stands below and gains room."""
    if paper.table.x > paper.map_box.x:
        return paper
    box = paper.map_box
    each = frame_of(words.extent, box, words.crs).metres_per_mm
    needed = math.ceil((words.extent[3] - words.extent[1]) / each)
    height = float(min(box.height, max(needed, _LEAST_MAP)))
    top = box.y + height + _BELOW_MAP
    foot = paper.table.y + paper.table.height
    return replace(
        paper,
        map_box=replace(box, height=height),
        table=Box(paper.table.x, top, paper.table.width, foot - top),
    )


def _blocks(words: FormWords, look: Look, width: float) -> list[Block]:
    asked, language = words.questions, words.language
    found = [home_block(look, width), wish_block(look, width)]
    found += [proposal_block(a, look, width) for a in words.asked]
    for make, entries in (
        (rank_block, asked.menu),
        (need_block, asked.needs),
        (management_block, asked.management),
    ):
        if entries:
            found.append(make([(q.code, q.title(language)) for q in entries], look, width))
    return [*found, free_block(look, width)]


def _region(paper: FormPaper, *, has_map: bool) -> Box:
    """Return where the table stands: the whole side where a small sheet has no map."""
    if has_map or paper.name == "A3":
        return paper.table
    return Box(paper.table.x, 54.0, paper.table.width, 220.0)


def _heights(blocks: Sequence[Block], look: Look, width: float) -> float:
    total, section = 0.0, ""
    for block in blocks:
        if block.section and block.section != section:
            total += heading_height(block.section, look, width)
        section = block.section or section
        total += block.height
    return total


def _flow(blocks: Sequence[Block], look: Look, paper: FormPaper) -> list[_Run]:
    """Fill sides one after another; on small sheets only those with proposals, and the first, carry the map."""
    runs: list[_Run] = []
    here: list[Block] = []
    has_map = True
    for block in blocks:
        trial = [*here, block]
        room = _region(paper, has_map=has_map).height
        if here and _heights(trial, look, paper.table.width) > room:
            runs.append(_Run(tuple(here), has_map))
            here, has_map = [block], block.needs_map or paper.name == "A3"
        else:
            here = trial
    return [*runs, _Run(tuple(here), has_map)]


def _side(words: FormWords, paper: FormPaper, look: Look, run: _Run, *, number: int, count: int) -> FormSide:
    drawing = Drawing()
    paint_head(drawing, words, paper, number, count)
    bar = paint_foot(drawing, words, paper, number, count)
    frame = None
    if run.has_map:
        frame = frame_of(words.extent, paper.map_box, words.crs)
        drawing.fields.append(FormField(FieldKind.MAP, "map", frame.box))
        paint_map_words(drawing, frame)
    _paint_table(drawing, _region(paper, has_map=run.has_map), look, run.blocks)
    sheet = FormSheet(
        words.package, words.version, number, count, paper.width, paper.height, paper.corners, paper.code,
        tuple(drawing.fields), frame, words.scenario,
    )  # fmt: skip
    shown = frozenset(a.number for a in words.asked if _stands_on(a, sheet))
    marks = words.marks(shown) if run.has_map else None
    return FormSide(
        sheet,
        tuple(drawing.words),
        tuple(drawing.strokes),
        tuple(drawing.outlines),
        tuple(drawing.badges),
        bar,
        marks,
        paper.map_unit,
    )


def _stands_on(asked: Asked, sheet: FormSheet) -> bool:
    return any(f.proposal == asked.uuid for f in sheet.fields)


def _paint_table(drawing: Drawing, region: Box, look: Look, blocks: Sequence[Block]) -> None:
    """Paint blocks below each other; what room is left goes to those that may grow, evenly."""
    spare = max(region.height - _heights(blocks, look, region.width), 0.0)
    more = _shared(spare, [b.grows for b in blocks])
    y, section = region.y, ""
    for block, extra in zip(blocks, more, strict=True):
        if block.section and block.section != section:
            paint_heading(drawing, block.section, look, region.x, y, width=region.width)
            y += heading_height(block.section, look, region.width)
        section = block.section or section
        block.paint(drawing, region.x, y, extra)
        y += block.height + extra


def _shared(spare: float, most: Sequence[float]) -> list[float]:
    """Share room out evenly, nobody more than allowed."""
    given = [0.0] * len(most)
    for _ in range(len(most)):
        open_ones = [i for i, m in enumerate(most) if m - given[i] > 1e-6]
        if not open_ones or spare <= 1e-6:
            break
        part = spare / len(open_ones)
        for i in open_ones:
            step = min(part, most[i] - given[i])
            given[i] += step
            spare -= step
    return given
