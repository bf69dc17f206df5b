"""Who has not answered: how many, which doors to visit next, which groups were missed; on the map on request."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.ledger_missing import Door, GroupShare, Represented
from renovate_gui.app.ledger_words import sample_words
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import Chip
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.numbers import whole
from renovate_gui.ui.stages.widgets import Elided, LegendRow, Stack, appear, hint, pair, say, text
from renovate_gui.ui.workspace import Workspace

_NOTABLE = 0.05  # five points: less is chance in small places


class MissingBox(QWidget):
    """The panel of representativeness."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        self.on_map = Chip(tr("Show on the map"), is_on=False)
        self.on_map.toggled.connect(self._show_on_map)
        column.addWidget(pair(text(tr("Who has not answered"), "section"), self.on_map))
        self._sample = text("")
        self._bar = StackedBar(look.line, 8)
        self._warning = Stack(0)
        self._visits = Stack(3)
        self._groups = Stack(3)
        for part in (self._sample, self._bar, self._warning, self._visits, self._groups):
            column.addWidget(part)

    def follow(self, session: Session) -> None:
        """Show who has not answered."""
        found = session.ledger.represented()
        words, warning = sample_words(found)
        say(self._sample, words)
        self._warning.show_widgets([hint(warning, kind="warn")] if warning else [])
        rate = found.rate
        appear(self._bar, on=rate is not None)
        if rate is not None:
            self._bar.set_parts(
                [
                    Part(tr("answered"), rate, self._look.accent),
                    Part(tr("missing"), 1.0 - rate, self._look.unknown),
                ]
            )
        self._visits.show_widgets(_visits(found))
        self._groups.show_widgets(_groups(found))
        appear(self.on_map, on=session.ledger.response_map() is not None)
        with QSignalBlocker(self.on_map):
            self.on_map.setChecked(self._workspace.response is not None)
        if self._workspace.response is not None:
            self._show_on_map(True)

    def _show_on_map(self, on: bool) -> None:
        session = self._workspace.session
        self._workspace.set_response(session.ledger.response_map() if on and session is not None else None)


def _visits(found: Represented) -> list[QWidget]:
    doors = found.next_visits()
    if not doors:
        return []
    rows: list[QWidget] = [text(tr("Visit next"), "strong")]
    for door in doors:
        figures = tr("{n} of {total} missing", n=whole(door.missing or 0), total=whole(door.expected or 0))
        rows.append(pair(Elided(_door_words(door)), text(figures, "small", wrap=False)))
    return rows


def _door_words(door: Door) -> str:
    name = door.building or tr("unnamed building")
    return (
        tr("{building}, stairwell {stairwell}", building=name, stairwell=door.stairwell)
        if door.stairwell
        else name
    )


def _groups(found: Represented) -> list[QWidget]:
    rows: list[QWidget] = []
    if found.ages:
        rows.append(
            LegendRow(
                "", tr("Age, by where the answers come from"), (tr("of answers"), tr("of all")), is_head=True
            )
        )
        rows += [_group(group) for group in found.ages]
    if len(found.tenures) > 1:
        rows.append(LegendRow("", tr("Tenure"), (tr("answered"),), is_head=True))
        rows += [
            LegendRow("", door.building, ("–" if door.rate is None else f"{door.rate:.0%}",))
            for door in found.tenures
        ]
    if found.unknown_places:
        named = tr(", ").join(f"“{name}”" for name in found.unknown_places[:5])
        rows.append(text(tr("Not found on the map: {names}", names=named), "small"))
    if found.answered and found.placed < found.answered:
        words = tr("{n} answers name no building that is known.", n=found.answered - found.placed)
        rows.append(text(words, "small"))
    return rows


def _group(group: GroupShare) -> QWidget:
    gap = group.of_all - group.of_answers
    words = tr("{group} ▾ missed", group=group.words) if gap > _NOTABLE else group.words
    return LegendRow("", words, (f"{group.of_answers:.0%}", f"{group.of_all:.0%}"))
