"""Where everything stands on a comment form: pure functions of texts and sizes, in millimetres."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from renovate_gui.app.form_blocks import (
    LARGE,
    ROOMY,
    TIGHT,
    Asked,
    Block,
    Look,
    box_of,
    free_block,
    heading_height,
    home_block,
    management_block,
    need_block,
    paint_heading,
    proposal_block,
    rank_block,
    say,
    wish_block,
)
from renovate_gui.app.form_map import frame_of, round_length
from renovate_gui.app.form_page import Align, Drawing, FormSide, Outline, Stroke
from renovate_gui.app.form_text import line_mm, width_mm, wrapped
from renovate_gui.assets import tr
from renovate_gui.domain.form import CORNER_MM, Box, FieldKind, FormField, FormSheet, MapFrame
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.questions import Questions
from renovate_gui.domain.scene import Scene

EDGE = 10.0
"""From the page's edge to the corner marks: printers leave 5 mm white, copiers a little more."""
CODE_MM = 30.0
"""Side of the QR code; with 41 modules at most each is 0.73 mm, three dots of a scan at 100 dpi."""
CODE_GAP = 4.2
"""From the code's lower edge to the middle of the words below it."""
BAR_MM = 100.0
_LEAST_MAP, _BELOW_MAP = 70.0, 3.0
_QUIET = 3.5  # white around code and corner marks


@dataclass(frozen=True, slots=True)
class FormPaper:
    """A paper with the places of its regions, mm; type in points."""

    name: str
    width: float
    height: float
    title: float
    subtitle: float
    until: float
    map_box: Box
    table: Box
    map_unit: float

    @property
    def inner(self) -> float:
        """Return the left edge of what stands between the corner marks."""
        return EDGE + CORNER_MM + _QUIET

    @property
    def code(self) -> Box:
        """Return where the code stands."""
        return Box(self.width - self.inner - CODE_MM, EDGE - 1.0, CODE_MM, CODE_MM)

    @property
    def corners(self) -> tuple[Box, Box, Box, Box]:
        """Return the four corner marks, clockwise from the upper left."""
        right, foot = self.width - EDGE - CORNER_MM, self.height - EDGE - CORNER_MM
        at = ((EDGE, EDGE), (right, EDGE), (right, foot), (EDGE, foot))
        return (
            Box(*at[0], CORNER_MM, CORNER_MM),
            Box(*at[1], CORNER_MM, CORNER_MM),
            Box(*at[2], CORNER_MM, CORNER_MM),
            Box(*at[3], CORNER_MM, CORNER_MM),
        )


A3 = FormPaper("A3", 420, 297, 24, 12.5, 15, Box(10, 56, 226, 217), Box(244, 54, 166, 220), 1.15)
A4 = FormPaper("A4", 210, 297, 19, 11, 13.5, Box(10, 58, 190, 103), Box(10, 164, 190, 110), 1.0)
FORM_PAPERS = {"A3": A3, "A4": A4}


@dataclass(frozen=True, slots=True)
class FormWords:
    """What a form says.

    Attributes
    ----------
    asked
        The open proposals in order.
    extent, crs
        What the map shows, metres in the project's coordinate system.
    scenes
        Returns the map that emphasises some proposals' numbers; None when nothing is drawn.
    """

    package: Uuid
    version: int
    community: str
    date: str
    until: str
    contact: str
    seal: str
    attribution: str
    scenario: str
    language: str
    asked: tuple[Asked, ...]
    questions: Questions
    extent: tuple[float, float, float, float]
    crs: str
    scenes: Callable[[frozenset[int]], Scene]


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
    _paint_head(drawing, words, paper, number, count)
    bar = _paint_foot(drawing, words, paper, number, count)
    frame = None
    if run.has_map:
        frame = frame_of(words.extent, paper.map_box, words.crs)
        drawing.fields.append(FormField(FieldKind.MAP, "map", frame.box))
        _paint_map_words(drawing, frame)
    _paint_table(drawing, _region(paper, has_map=run.has_map), look, run.blocks)
    sheet = FormSheet(
        words.package, words.version, number, count, paper.width, paper.height, paper.corners, paper.code,
        tuple(drawing.fields), frame, words.scenario,
    )  # fmt: skip
    shown = frozenset(a.number for a in words.asked if _stands_on(a, sheet))
    scene = words.scenes(shown) if run.has_map else None
    return FormSide(
        sheet,
        tuple(drawing.words),
        tuple(drawing.strokes),
        tuple(drawing.outlines),
        tuple(drawing.badges),
        bar,
        scene,
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


# -- head, foot, map ----------------------------------------------------------------------------------------------
def _fitting(text: str, room: float, size: float, least: float, *, bold: bool) -> tuple[str, float]:
    """Return a text on one line at the largest size that fits, shortened at the least."""
    while size > least and width_mm(text, size, bold=bold) > room:
        size -= 0.5
    return wrapped(text, room, size, bold=bold, most=1)[0], size


def _paint_head(drawing: Drawing, words: FormWords, paper: FormPaper, number: int, count: int) -> None:
    left, room = paper.inner, paper.code.x - _QUIET - paper.inner
    title = tr("Comment form · {community}", community=words.community)
    text, size = _fitting(title, room, paper.title, 14.0, bold=True)
    y = EDGE + line_mm(paper.title) / 2 - 1.0
    say(drawing, left, y, text, size, bold=True)
    parts = [tr("Council draft, version {n}", n=words.version), words.date]
    if count > 1:
        parts.append(tr("side {n} of {total}", n=number, total=count))
    if words.seal:
        parts.append(tr("Seal {seal}", seal=words.seal))
    text, size = _fitting(" · ".join(parts), room, paper.subtitle, 9.0, bold=False)
    y += line_mm(paper.title) / 2 + line_mm(paper.subtitle) / 2
    say(drawing, left, y, text, size, quiet=True)
    y += line_mm(paper.subtitle) / 2 + 1.2
    until = tr("Please hand it in by {date}.", date=words.until)
    lines = wrapped(until, room, paper.until, bold=True, most=2)
    if words.contact:
        where = tr("Hand in and ask: {contact}", contact=words.contact)
        lines += wrapped(where, room, paper.until, most=2)
    for i, line in enumerate(lines[:3]):
        y += line_mm(paper.until) / 2
        say(drawing, left, y, line, paper.until, bold=i == 0)
        y += line_mm(paper.until) / 2


def _paint_foot(drawing: Drawing, words: FormWords, paper: FormPaper, number: int, count: int) -> Stroke:
    left, right = paper.inner, paper.width - paper.inner
    y = paper.height - EDGE - CORNER_MM + 1.6
    turn = (
        tr("Please go on: side {n} of {total}", n=number + 1, total=count)
        if number < count
        else tr("Thank you!")
    )
    taken = say(drawing, right, y, turn, 12.0, bold=True, align=Align.RIGHT)
    notes = [tr("Do not write your name."), tr("Schematic drawing without legal force")]
    if words.attribution:
        notes.append(tr("Data {sources}", sources=words.attribution))
    text, size = _fitting(" · ".join(notes), right - left - taken - 5.0, 9.0, 7.0, bold=False)
    say(drawing, left, y, text, size, quiet=True)
    y = paper.height - EDGE - 1.6
    before = tr("Check with a ruler")
    begin = left + say(drawing, left, y - 0.6, before, 9.0) + 2.0
    bar = Stroke(round(begin, 2), y, round(begin + BAR_MM, 2), y, 0.3)
    for x in (bar.x1, bar.x1 + BAR_MM / 2, bar.x2):
        drawing.strokes.append(Stroke(x, y - 1.8, x, y, 0.3))
    say(drawing, bar.x2 + 2.0, y - 0.6, f"{BAR_MM:g} mm", 9.0)
    return bar


def _paint_map_words(drawing: Drawing, frame: MapFrame) -> None:
    """Write above the map what to do with it, and its scale: nothing covers a home on the map itself."""
    box = frame.box
    drawing.outlines.append(Outline(box_of(box.x, box.y, box.width, box.height), 0.6))
    middle = box.y - 3.4
    left = _paint_scale(drawing, box.x + box.width, middle, frame)
    text = tr("Draw on the map in red or blue what you want to tell us.")
    line, size = _fitting(text, left - 5.0 - box.x, 13.0, 9.0, bold=True)
    say(drawing, box.x, middle, line, size, bold=True)


def _paint_scale(drawing: Drawing, right: float, middle: float, frame: MapFrame) -> float:
    """Paint north, scale and a bar from their right end; return where they begin."""
    x = right - 2.2
    drawing.strokes += [
        Stroke(x, middle - 2.4, x, middle + 2.4, 0.4),
        Stroke(x, middle - 2.4, x - 1.4, middle - 0.2, 0.4),
        Stroke(x, middle - 2.4, x + 1.4, middle - 0.2, 0.4),
    ]
    x -= 2.6
    x -= say(drawing, x, middle, tr("N"), 10.5, bold=True, align=Align.RIGHT) + 5.0
    length = round_length(26.0 * frame.metres_per_mm)
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    x -= say(drawing, x, middle, words, 10.5, align=Align.RIGHT) + 1.5
    begin = x - length / frame.metres_per_mm
    drawing.strokes.append(Stroke(begin, middle + 1.0, x, middle + 1.0, 0.4))
    drawing.strokes += [Stroke(at, middle - 1.0, at, middle + 1.2, 0.4) for at in (begin, x)]
    x = begin - 3.0
    scale = f"1 : {frame.metres_per_mm * 1000:,.0f}"
    return x - say(drawing, x, middle, scale, 10.5, align=Align.RIGHT)
