"""The command palette (Ctrl+K): every action, stage, layer, building and facility by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.gap_inputs import text_of
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.roles import Role
from renovate_gui.ui.actions import Actions
from renovate_gui.ui.canvas.selection import layer_key
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

_MOST = 40
_ICONS = {
    Role.BUILDINGS: "mdi6.home-city-outline",
    Role.ENTRANCES: "mdi6.door",
    Role.FACILITIES: "mdi6.map-marker-outline",
    Role.PARCELS: "mdi6.vector-square",
    Role.STUDY_AREA: "mdi6.selection",
    Role.WALK_NETWORK: "mdi6.road-variant",
    Role.GRIDS: "mdi6.grid",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the palette; ``reason`` says why it cannot be taken."""

    title: str
    detail: str
    icon: str
    take: Callable[[], object]
    reason: str = ""


def action_choices(actions: Actions) -> list[Choice]:
    """Return all actions but the palette itself."""
    return [
        Choice(actions[n].text(), actions.keys(n), spec.icon, actions[n].trigger, actions.reason(n))
        for n, spec in actions.specs.items()
        if n not in {"help.palette", "help.menu"}
    ]


def thing_choices(
    workspace: Workspace, wanted: str, go: Callable[[str, tuple[object, ...]], object]
) -> list[Choice]:
    """Return layers, proposals and named features that contain the text."""
    session = workspace.session
    if session is None or not wanted:
        return []
    found = [
        Choice(info.name, term(info.role), "mdi6.layers-outline", _taker(go, layer_key(info.id), ()))
        for info in session.layers.all()
        if wanted in info.name.casefold()
    ]
    for proposal in session.proposals.all():
        title = f"{proposal.number} · {proposal.title}"
        if wanted in title.casefold():
            found.append(
                Choice(
                    title, tr("Proposals"), "mdi6.pencil-outline", _taker(go, "proposals", (proposal.uuid,))
                )
            )
    return [*found, *_features(session, wanted, go, _MOST - len(found))]


def _features(
    session: Session, wanted: str, go: Callable[[str, tuple[object, ...]], object], room: int
) -> list[Choice]:
    found: list[Choice] = []
    for role, name in _ICONS.items():
        for info in session.layers.of_role(role):
            table = session.layers.table(info.id)
            for field in ("name", "code"):
                column = table.columns.get(info.field_map.get(field, ""))
                if column is None:
                    continue
                words = [text_of(v) for v in column]
                same: dict[str, list[int]] = {}  # a street of many pieces is one line of the palette
                for n, text in enumerate(words):
                    if wanted in text.casefold():
                        same.setdefault(text, []).append(int(table.ids[n]))
                ordered = sorted(same, key=_by_fit(wanted))
                found.extend(
                    Choice(text, info.name, name, _taker(go, layer_key(info.id), tuple(same[text])))
                    for text in ordered[: max(0, room - len(found))]
                )
    return found


def _by_fit(wanted: str) -> Callable[[str], tuple[bool, int, str]]:
    return lambda text: (not text.casefold().startswith(wanted), len(text), text)


def _taker(
    go: Callable[[str, tuple[object, ...]], object], key: str, ids: tuple[object, ...]
) -> Callable[[], object]:
    return lambda: go(key, ids)


def matches(choice: Choice, wanted: str) -> bool:
    """Return whether all words of the text are in the title."""
    title = choice.title.casefold()
    return all(word in title for word in wanted.split())


class Palette(QDialog):
    """A box below the top bar: type, arrow keys, Enter."""

    def __init__(
        self,
        workspace: Workspace,
        actions: Actions,
        go: Callable[[str, tuple[object, ...]], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._workspace, self._actions, self._go = workspace, actions, go
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        card = QFrame(self)
        card.setProperty("look", "float")
        self.edit, self.list, self._hint = QLineEdit(), QListWidget(), QLabel()
        self.edit.setPlaceholderText(tr("Search commands, buildings, facilities …"))
        self.edit.textChanged.connect(self.refresh)
        self.edit.installEventFilter(self)
        self._hint.setProperty("look", "faint")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(18, 18))
        self.list.itemClicked.connect(lambda _item: self.take())
        self.list.currentRowChanged.connect(self._show_hint)
        column = QVBoxLayout(card)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.edit)
        column.addWidget(self.list, 1)
        column.addWidget(self._hint)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)
        self.resize(600, 440)
        self._choices: list[Choice] = []
        self.refresh()

    def refresh(self, *_ignored: object) -> None:
        """Show what fits the typed text."""
        wanted = self.edit.text().strip().casefold()
        commands = [c for c in action_choices(self._actions) if matches(c, wanted)]
        commands.sort(key=lambda c: (bool(c.reason), not c.title.casefold().startswith(wanted)))
        try:
            things = thing_choices(self._workspace, wanted, self._go)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
            things = []
        self._choices = [*commands[: _MOST if not things else 12], *things]
        self.list.clear()
        for choice in self._choices:
            item = QListWidgetItem(icon(choice.icon, self._workspace.is_dark), choice.title)
            if choice.detail:
                item.setText(f"{choice.title}    {choice.detail}")
            item.setToolTip(choice.reason)
            if choice.reason:
                item.setForeground(self.palette().placeholderText())
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._choices else -1)
        self._show_hint()

    def _show_hint(self, *_ignored: object) -> None:
        row = self.list.currentRow()
        reason = self._choices[row].reason if 0 <= row < len(self._choices) else ""
        if not self._choices:
            reason = tr("Nothing has this name.")
        self._hint.setText(reason or tr("↑ ↓ to choose, Enter to go, Esc to close"))

    def take(self) -> None:
        """Do what the chosen line says, unless it gives a reason why not."""
        row = self.list.currentRow()
        if not 0 <= row < len(self._choices):
            return
        choice = self._choices[row]
        if choice.reason:
            self._hint.setText(choice.reason)
            return
        self.close()
        choice.take()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch events of others."""
        if watched is self.edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(
                Qt.Key(event.key()), 0
            )
            if step:
                last = max(0, self.list.count() - 1)
                self.list.setCurrentRow(int(np.clip(self.list.currentRow() + step, 0, last)))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.take()
                return True
        return super().eventFilter(watched, event)
