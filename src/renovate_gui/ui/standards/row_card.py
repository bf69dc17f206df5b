"""The row in front: what it says, where from, what it covers, who checked it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QPushButton

from renovate_gui.app import standard_words as words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.standard import StandardProfile, StandardRow
from renovate_gui.ui.stages.widgets import Card, button, enable, flowing, pill, row, text


@dataclass(frozen=True, slots=True)
class RowActions:
    """What the buttons do."""

    change: Callable[[], object]
    sign: Callable[[], object]
    reset: Callable[[], object]


class RowCard(Card):
    """The card."""

    def __init__(
        self, standard: StandardProfile, of: StandardRow, actions: RowActions, *, read_only: str
    ) -> None:
        super().__init__("plain")
        self.add(flowing(text(words.row_title(of), "strong", wrap=False), *_pills(of)))
        for line in _lines(standard, of):
            self.add(text(line, "quiet"))
        self.change_button = button(tr("Change …"), actions.change)
        self.sign_button = button(tr("Sign as checked …"), actions.sign)
        self.reset_button = self._reset_button(of, actions)
        enable(self.change_button, read_only)
        enable(self.sign_button, read_only or (tr("The row is signed already.") if of.is_checked else ""))
        enable(self.reset_button, read_only or _nothing_to_reset(of))
        self.add(row(self.change_button, self.sign_button, self.reset_button))

    @staticmethod
    def _reset_button(of: StandardRow, actions: RowActions) -> QPushButton:
        is_signed_only = of.is_checked and not of.changed
        said = tr("Take back the signature") if is_signed_only else tr("Back to the layer below")
        return button(said, actions.reset)


def _pills(of: StandardRow) -> list[QPushButton]:
    mark = (
        pill(tr("Checked"), "good", words.checked_words(of))
        if of.is_checked
        else pill(tr("Reference value · not checked"), "warn", term(of.confidence))
    )
    marks = [mark, pill(term(of.level))]
    if of.applies.value != "any":
        marks.append(pill(term(of.applies)))
    return marks  # type: ignore[return-value]


def _lines(standard: StandardProfile, of: StandardRow) -> list[str]:
    asked = [words.distance_words(of), words.size_words(of), term(of.obligation)]
    wording = words.wording_words(of)
    said = tr(", ").join(w for w in asked if w)
    if wording:
        said = tr("{asked} ({wording})", asked=said, wording=wording)
    # one truth: a mark such as “not checked” ends with the signature that the last line tells
    lines = [said, " · ".join(w for w in (words.clause_words(of), words.mark_words(of)) if w)]
    if of.below is not None:
        below = [words.distance_words(of.below), words.size_words(of.below), term(of.below.obligation)]
        lines.append(
            tr(
                "Covers {layer}: {asked}",
                layer=words.origin_words(standard, of.below),
                asked=tr(", ").join(w for w in below if w),
            )
        )
    if of.why:
        lines.append(tr("Reason: {why}", why=of.why))
    return [*lines, words.checked_words(of), *([of.note] if of.note else [])]


def _nothing_to_reset(of: StandardRow) -> str:
    if of.changed or of.is_checked:
        return ""
    return tr("The project has neither changed nor signed this row.")
