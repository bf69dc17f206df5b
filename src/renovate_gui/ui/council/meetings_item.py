"""One item of the agenda: its minutes while it is in front, one line while it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from renovate_gui.app.meetings import AgendaItem, ItemOutcome, item_title, outcome_words
from renovate_gui.assets import tr
from renovate_gui.ui.stages.controls import Choice, disc
from renovate_gui.ui.stages.widgets import Card, Elided, TextArea, button, pair, pill, row, text

OnChange = Callable[[str, dict[str, Any]], None]

_PILLS = {"accepted": "good", "rejected": "bad", "noted": "accent", "postponed": "warn"}


class ItemLine(Card):
    """An item in one line; a click brings it in front."""

    def __init__(self, number: int, item: AgendaItem, on_open: Callable[[str], None]) -> None:
        super().__init__("row", margins=(0, 4, 0, 6))
        self._key, self._on_open = item.key, on_open
        badge = pill(outcome_words(item.outcome), _PILLS.get(item.outcome.value, "plain"))
        self.add(pair(row(disc(number), Elided(item_title(item)), stretch_last=True), badge))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(item.title)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Bring the item in front."""
        self._on_open(self._key)

    def keyPressEvent(self, event: Any) -> None:
        """Bring the item in front with Enter or the space bar."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._on_open(self._key)
        else:
            super().keyPressEvent(event)


class ItemForm(Card):
    """An item's minutes; each field is kept when it is left. The private note stays on this screen."""

    def __init__(self, number: int, item: AgendaItem, on_change: OnChange) -> None:
        super().__init__("hint")
        self.item = item
        self._on_change = on_change
        self._waiting: ItemOutcome | None = None  # a refusal that still needs its reason
        self._fields: dict[str, Callable[[], str]] = {}
        self.add(row(disc(number), text(item_title(item), "strong"), stretch_last=True))
        self.remark = self._area(tr("What was said"), "remark", item.remark, 2)
        self.answered_by = self._line(tr("Who answers"), "answered_by", item.answered_by)
        outcomes = [(o.value, outcome_words(o)) for o in ItemOutcome]
        self.outcome = Choice(tr("Decision"), outcomes, item.outcome.value)
        self.outcome.chosen.connect(self._on_outcome)
        self.why = self._area(tr("Why"), "why", item.why, 2)
        self.add(self.outcome)
        self.next_date = self._line(tr("Next date"), "next_date", item.next_date)
        self.next_date.setPlaceholderText("2026-12-31")
        self.private = self._area(tr("Private note: stays on this screen"), "private", item.private, 2)

    def _area(self, words: str, name: str, value: str, lines: int) -> TextArea:
        field = TextArea(lines)
        field.setPlainText(value)
        field.setAccessibleName(words)
        field.editing_finished.connect(self.keep)
        self._fields[name] = field.toPlainText
        self.add(text(words, "small"), field)
        return field

    def _line(self, words: str, name: str, value: str) -> QLineEdit:
        field = QLineEdit(value)
        field.setAccessibleName(words)
        field.editingFinished.connect(self.keep)
        self._fields[name] = field.text
        self.add(text(words, "small"), field)
        return field

    def changes(self) -> dict[str, Any]:
        """Return what differs from what is kept."""
        said = {name: read() for name, read in self._fields.items()}
        changes: dict[str, Any] = {n: v for n, v in said.items() if v != getattr(self.item, n)}
        if self._waiting is not None and said["why"].strip():
            changes["outcome"] = self._waiting
        return changes

    def keep(self) -> None:
        """Keep what was written."""
        changes = self.changes()
        if changes:
            self._on_change(self.item.key, changes)

    def _on_outcome(self, code: str) -> None:
        """Keep a decision; a refusal waits for its reason, and the field for it takes the keyboard."""
        outcome = ItemOutcome(code)
        if outcome is ItemOutcome.REJECTED and not self.why.toPlainText().strip():
            self._waiting = outcome
            self.why.setPlaceholderText(tr("A refusal needs its reason"))
            self.why.setFocus()
            return
        self._waiting = None
        self._on_change(self.item.key, {**self.changes(), "outcome": outcome})


def item_buttons(key: str, on_move: Callable[[str, int], None], on_drop: Callable[[str], None]) -> QWidget:
    """Return the buttons that move an item or take it off the agenda."""
    return row(
        button("↑", lambda: on_move(key, -1), "tool", tr("Earlier")),
        button("↓", lambda: on_move(key, 1), "tool", tr("Later")),
        button(tr("Take off the agenda"), lambda: on_drop(key), "link"),
    )
