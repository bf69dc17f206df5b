"""What stands around map and boxes of a comment form: head, foot, and the words above the map."""

from __future__ import annotations

from renovate_gui.app.form_blocks import box_of, say
from renovate_gui.app.form_map import round_length
from renovate_gui.app.form_page import Align, Drawing, Outline, Stroke
from renovate_gui.app.form_paper import BAR_MM, EDGE, WHITE, FormPaper, FormWords
from renovate_gui.app.form_text import line_mm, width_mm, wrapped
from renovate_gui.assets import tr
from renovate_gui.domain.form import CORNER_MM, MapFrame


def _fitting(text: str, room: float, size: float, least: float, *, bold: bool) -> tuple[str, float]:
    """Return a text on one line at the largest size that fits, shortened at the least."""
    while size > least and width_mm(text, size, bold=bold) > room:
        size -= 0.5
    return wrapped(text, room, size, bold=bold, most=1)[0], size


def paint_head(drawing: Drawing, words: FormWords, paper: FormPaper, number: int, count: int) -> None:
    """Write whose form it is, which version and side, until when and where it is handed in."""
    left, room = paper.inner, paper.code.x - WHITE - paper.inner
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


def paint_foot(drawing: Drawing, words: FormWords, paper: FormPaper, number: int, count: int) -> Stroke:
    """Write how it goes on and what is not asked; return the check bar."""
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


def paint_map_words(drawing: Drawing, frame: MapFrame) -> None:
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
