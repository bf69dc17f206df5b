"""Words in a box of a sheet: label and answer, as much as has room, whole sentences only; the rest is handed on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtGui import QPainter

from renovate_gui.app.ports import SheetText
from renovate_gui.assets import tr
from renovate_gui.render.paper import mm
from renovate_gui.render.paper_text import Lines, paint_lines, text_width, wrap

INK, QUIET = "#111111", "#4A5462"
_GAP = 0.32  # between entries, in text sizes
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])[ \t]+|(?<=\n)")
_LABEL_SHARE = 0.26


@dataclass(frozen=True, slots=True)
class Entry:
    """One wrapped text; the label stands beside its words or above them."""

    label: Lines | None
    words: Lines
    indent: float

    @property
    def height(self) -> float:
        """Return the height without the gap below."""
        label = self.label.height if self.label else 0.0
        return max(label, self.words.height) if self.indent else label + self.words.height


@dataclass(frozen=True, slots=True)
class WordBox:
    """How words stand in a box: its width, the text size, labels beside or above their words (device units)."""

    width: float
    size: float
    is_beside: bool = True

    def entries(self, texts: Sequence[SheetText]) -> list[Entry]:
        """Return the texts wrapped."""
        indent = self._indent(texts) if self.is_beside else 0.0
        return [self._entry(t, indent) for t in texts]

    def _indent(self, texts: Sequence[SheetText]) -> float:
        widest = max((text_width(t.label, self.size, bold=True) for t in texts if t.label), default=0.0)
        return min(widest + self.size * 0.8, self.width * _LABEL_SHARE) if widest else 0.0

    def _entry(self, text: SheetText, indent: float) -> Entry:
        own = indent if text.label else 0.0
        words = wrap(text.words, self.width - own, self.size)
        if not text.label:
            return Entry(None, words, 0.0)
        room = own - self.size * 0.5 if own else self.width
        return Entry(wrap(text.label, room, self.size, bold=True), words, own)

    def height(self, texts: Sequence[SheetText]) -> float:
        """Return the height that texts need."""
        found = self.entries(texts)
        return sum(e.height for e in found) + max(len(found) - 1, 0) * self.size * _GAP

    def fitted(
        self, texts: Sequence[SheetText], height: float, *, must_take: bool = False
    ) -> tuple[tuple[SheetText, ...], tuple[SheetText, ...]]:
        """Return the texts that have room and those that have not; a text is parted only between its sentences.

        ``must_take`` parts a sentence between lines when not even one has room, so that a page is never empty.
        """
        kept: list[SheetText] = []
        for number, text in enumerate(texts):
            if self.height([*kept, text]) <= height + 1:
                kept.append(text)
                continue
            first, rest = self._parted(kept, text, height)
            if first is None and not kept and must_take:
                first, rest = self._forced(text, height)
            later = ((rest,) if rest else ()) + tuple(texts[number + 1 :])
            return (*kept, *((first,) if first else ())), later
        return tuple(kept), ()

    def _parted(
        self, kept: list[SheetText], text: SheetText, height: float
    ) -> tuple[SheetText | None, SheetText | None]:
        sentences = [s for s in _SENTENCE.split(text.words) if s]
        joint = "" if any(ord(c) > 0x2E7F for c in text.words[:40]) else " "
        for count in range(len(sentences) - 1, 0, -1):
            first = replace(text, words=_joined(sentences[:count], joint))
            if self.height([*kept, first]) <= height + 1:
                label = tr("{label} (continued)", label=text.label) if text.label else ""
                return first, SheetText(label, _joined(sentences[count:], joint))
        return None, text

    def _forced(self, text: SheetText, height: float) -> tuple[SheetText | None, SheetText | None]:
        low, high = 1, len(text.words)
        while low < high:
            middle = (low + high + 1) // 2
            if self.height([replace(text, words=text.words[:middle])]) <= height:
                low = middle
            else:
                high = middle - 1
        cut = text.words.rfind(" ", 0, low) if " " in text.words[low // 2 : low] else low
        rest = text.words[cut:].lstrip()
        return replace(text, words=text.words[:cut]), replace(text, words=rest) if rest else None

    def paint(self, painter: QPainter, texts: Sequence[SheetText], x: float, y: float) -> float:
        """Paint texts from the upper left corner; return the y below them."""
        for entry in self.entries(texts):
            below = y
            if entry.label is not None:
                below = paint_lines(painter, entry.label, x, y, INK)
            top = y if entry.indent or entry.label is None else below
            y = max(below, paint_lines(painter, entry.words, x + entry.indent, top, INK))
            y += self.size * _GAP
        return y


def _joined(sentences: Sequence[str], joint: str) -> str:
    out = ""
    for sentence in sentences:
        out += ("" if not out or out.endswith("\n") else joint) + sentence
    return out.strip()


COLUMN_GAP_MM = 10.0


def columns_of(width: float, count: int) -> float:
    """Return the width of one of so many columns."""
    return (width - mm(COLUMN_GAP_MM) * (count - 1)) / count
