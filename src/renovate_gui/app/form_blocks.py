"""The blocks of a comment form: a proposal with its boxes, a question to tick, a menu to rank, room for words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from renovate_gui.app.form_page import Align, Badge, Drawing, Outline, Stroke, Words
from renovate_gui.app.form_text import line_mm, width_mm, wrapped
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.form import Box, FieldKind, FormField
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.reply import Choice

TICK_MM = 7.0
RANK_MM = 9.0
EDGE_MM = 0.55  # how thick the edge of a box is: it survives a bad copier
_AFTER_TICK = 2.2
_BETWEEN = 5.5


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of one density; type in points, the rest in millimetres. What residents answer is 14 pt or more."""

    heading: float = 15.0
    body: float = 14.5
    hint: float = 11.5
    comment: float = 13.0  # least height of a box for words beside ticks
    tick_row: float = 10.0
    rank_row: float = 11.5
    after: float = 4.0  # below a block
    free: float = 30.0  # least height of the box for anything else


LARGE = Look(heading=17.0, body=16.5, hint=12.5, comment=13.0, tick_row=10.5, rank_row=11.5)
ROOMY = Look()
TIGHT = Look(comment=9.6, tick_row=8.8, rank_row=10.2, after=2.8, free=20.0)

Paint = Callable[[Drawing, float, float, float], None]
"""Paints a block: drawing, left, top, height beyond the least."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is not parted.

    Attributes
    ----------
    grows
        How much higher it may become where there is room, mm.
    heads
        Section it belongs to: a heading stands above the first block of a section on each side.
    """

    height: float
    paint: Paint
    section: str
    grows: float = 0.0
    needs_map: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal as the form asks about it."""

    uuid: Uuid
    number: int
    title: str


def box_of(x: float, y: float, width: float, height: float) -> Box:
    """Return a box in hundredths of a millimetre, so that it is the same after a way through JSON."""
    return Box(round(x, 2), round(y, 2), round(width, 2), round(height, 2))


def say(
    drawing: Drawing,
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    bold: bool = False,
    quiet: bool = False,
    align: Align = Align.LEFT,
) -> float:
    """Write one line whose middle is at ``y``; return its width."""
    width = width_mm(text, size, bold=bold)
    drawing.words.append(Words(x, y, text, size, bold=bold, quiet=quiet, align=align, width=width))
    return width


def tick(drawing: Drawing, x: float, y: float, field: FormField, words: str, *, size: float) -> float:
    """Paint a tick box whose middle is at ``y``, its words behind it; return where they end."""
    box = box_of(x, y - TICK_MM / 2, TICK_MM, TICK_MM)
    drawing.outlines.append(Outline(box, EDGE_MM))
    drawing.fields.append(
        FormField(field.kind, field.group, box, field.option, field.proposal, field.is_single)
    )
    left = x + TICK_MM + _AFTER_TICK
    return left + say(drawing, left, y, words, size)


def _field(
    kind: FieldKind, group: str, option: str = "", proposal: Uuid | None = None, *, single: bool = False
) -> FormField:
    return FormField(kind, group, Box(0, 0, 0, 0), option, proposal, single)


def _text_box(drawing: Drawing, box: Box, group: str, option: str = "", proposal: Uuid | None = None) -> None:
    drawing.outlines.append(Outline(box, 0.35))
    drawing.fields.append(FormField(FieldKind.TEXT, group, box, option, proposal))


def _tick_width(words: str, look: Look) -> float:
    return TICK_MM + _AFTER_TICK + width_mm(words, look.body)


# -- the parts ----------------------------------------------------------------------------------------------------
def proposal_block(asked: Asked, look: Look, width: float) -> Block:
    """Return a proposal: number, title, three boxes, room for words."""
    indent = 11.5
    lines = wrapped(asked.title, width - indent, look.body, bold=True, most=3)
    step = line_mm(look.body)
    title = len(lines) * step

    def paint(drawing: Drawing, x: float, y: float, more: float) -> None:
        drawing.badges.append(Badge(x + 4.4, y + step / 2 + 0.2, 4.2, str(asked.number)))
        for number, line in enumerate(lines):
            say(drawing, x + indent, y + step * (number + 0.5), line, look.body, bold=True)
        top = y + title + 1.0
        height = look.comment + more
        at = x + indent
        for choice in Choice:
            field = _field(FieldKind.TICK, "answer", choice.value, asked.uuid, single=True)
            at = (
                tick(drawing, at, top + min(height, 11.0) / 2, field, term(choice), size=look.body) + _BETWEEN
            )
        box = box_of(at, top, x + width - at, height)
        _text_box(drawing, box, "comment", proposal=asked.uuid)

    return Block(title + 1.0 + look.comment + look.after, paint, "B", grows=9.0, needs_map=True)


def wish_block(look: Look, width: float) -> Block:
    """Return the question whether to renew at all."""
    answers = (("yes", tr("Yes")), ("no", tr("No")), ("conditional", tr("Yes, if …")))

    def paint(drawing: Drawing, x: float, y: float, more: float) -> None:
        height = look.comment + more
        at = x
        for option, words in answers:
            field = _field(FieldKind.TICK, "wish", option, single=True)
            at = tick(drawing, at, y + min(height, 11.0) / 2, field, words, size=look.body) + _BETWEEN
        _text_box(drawing, box_of(at, y, x + width - at, height), "comment", "wish")

    return Block(look.comment + look.after, paint, "A", grows=5.0)


def home_block(look: Look, width: float) -> Block:
    """Return the line for building and stairwell; forms of a household carry it in print."""
    words = tr("Building and stairwell (no names)")
    lines = wrapped(words, width * 0.56, look.hint + 1.0)
    step = line_mm(look.hint + 1.0)
    height = max(9.0, len(lines) * step)

    def paint(drawing: Drawing, x: float, y: float, _more: float) -> None:
        top = y + height / 2 - step * len(lines) / 2
        widest = 0.0
        for number, line in enumerate(lines):
            widest = max(
                widest, say(drawing, x, top + step * (number + 0.5), line, look.hint + 1.0, bold=True)
            )
        left = x + widest + 4.0
        _text_box(drawing, box_of(left, y, x + width - left, height), "home")

    return Block(height + look.after, paint, "")


def rank_block(entries: Sequence[tuple[str, str]], look: Look, width: float) -> Block:
    """Return the menu: a box for one digit before each entry, in two columns."""
    return _grid(entries, look, width, kind=FieldKind.RANK, group="rank", section="C")


def need_block(entries: Sequence[tuple[str, str]], look: Look, width: float) -> Block:
    """Return the needs to tick, in two columns."""
    return _grid(entries, look, width, kind=FieldKind.TICK, group="need", section="D")


def management_block(entries: Sequence[tuple[str, str]], look: Look, width: float) -> Block:
    """Return who shall look after the place later, in two columns; one may be ticked."""
    return _grid(entries, look, width, kind=FieldKind.TICK, group="management", section="E", is_single=True)


def _grid(
    entries: Sequence[tuple[str, str]],
    look: Look,
    width: float,
    *,
    kind: FieldKind,
    group: str,
    section: str,
    is_single: bool = False,
) -> Block:
    side = RANK_MM if kind is FieldKind.RANK else TICK_MM
    column = (width - 4.0) / 2
    room = column - side - _AFTER_TICK
    texts = [wrapped(words, room, look.body, most=2) for _, words in entries]
    step = line_mm(look.body)
    least = look.rank_row if kind is FieldKind.RANK else look.tick_row
    rows = [texts[i : i + 2] for i in range(0, len(texts), 2)]
    heights = [max(least, max(len(t) for t in row) * step + 1.2) for row in rows]

    def paint(drawing: Drawing, x: float, y: float, more: float) -> None:
        spare = more / max(len(rows), 1)
        for number, (option, _) in enumerate(entries):
            row, at = divmod(number, 2)
            left = x + at * (column + 4.0)
            middle = y + sum(heights[:row]) + spare * (row + 0.5) + heights[row] / 2
            box = box_of(left, middle - side / 2, side, side)
            drawing.outlines.append(Outline(box, EDGE_MM))
            drawing.fields.append(FormField(kind, group, box, option, None, is_single))
            lines = texts[number]
            for i, line in enumerate(lines):
                above = middle + step * (i + 0.5 - len(lines) / 2)
                say(drawing, left + side + _AFTER_TICK, above, line, look.body)

    return Block(sum(heights) + look.after - 1.0, paint, section, grows=len(rows) * 2.0)


def free_block(look: Look, width: float) -> Block:
    """Return room for anything else."""

    def paint(drawing: Drawing, x: float, y: float, more: float) -> None:
        _text_box(drawing, box_of(x, y, width, look.free + more), "comment")

    return Block(look.free + look.after - 1.0, paint, "F", grows=60.0)


# -- headings -----------------------------------------------------------------------------------------------------
def section_words(section: str) -> tuple[str, str]:
    """Return a section's question and how to answer it."""
    return {
        "A": (tr("Do you want the renovation?"), tr("Tick one box; say on what condition.")),
        "B": (tr("What do you think of each proposal?"), tr("One tick each; room for your words beside it.")),
        "C": (tr("What matters most to your household?"), tr("Write 1 for the most wanted, then 2 and 3.")),
        "D": (tr("What does your household need?"), tr("Tick whatever fits.")),
        "E": (tr("Who shall look after the estate later?"), tr("Tick one box.")),
        "F": (tr("Anything else?"), tr("In your own words.")),
    }[section]


def heading_height(section: str, look: Look, width: float) -> float:
    """Return the height of a section's heading: the way to answer stands beside the question where there is room."""
    question, how = section_words(section)
    taken = 10.0 + width_mm(question, look.heading, bold=True) + 4.0 + width_mm(how, look.hint)
    return line_mm(look.heading) + 2.6 + (0.0 if taken <= width else line_mm(look.hint))


def paint_heading(drawing: Drawing, section: str, look: Look, x: float, y: float, *, width: float) -> None:
    """Write a section's heading below a strong rule."""
    question, how = section_words(section)
    step = line_mm(look.heading)
    drawing.strokes.append(Stroke(x, y, x + width, y, 0.45))
    middle = y + 1.4 + step / 2
    drawing.badges.append(Badge(x + 3.2, middle, 3.2, section, is_round=False))
    end = x + 9.0 + say(drawing, x + 9.0, middle, question, look.heading, bold=True)
    if end + 4.0 + width_mm(how, look.hint) <= x + width:
        say(drawing, end + 4.0, middle + 0.3, how, look.hint, quiet=True)
    else:
        below = middle + step / 2 + line_mm(look.hint) / 2
        say(drawing, x + 9.0, below - 0.4, how, look.hint, quiet=True)
