"""The merge panel when there is no report, and when the merge is done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.merge_words import brings
from renovate_gui.app.merging import Kin
from renovate_gui.assets import tr
from renovate_gui.domain.difference import Choice, MergeReport
from renovate_gui.ui.merge.state import MergeState
from renovate_gui.ui.stages.scrolled import scrolled
from renovate_gui.ui.stages.widgets import Card, button, flowing, text


class TroublePage(QWidget):
    """Why a file cannot be merged, and what can be done with it instead.

    Signals
    -------
    compare_asked, import_asked, open_asked, file_asked, again_asked
        What a person wants instead.
    """

    compare_asked = Signal()
    import_asked = Signal()
    open_asked = Signal()
    file_asked = Signal()
    again_asked = Signal()

    def __init__(self, state: MergeState) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        if state.path is not None:
            column.addWidget(text(state.path.name, "small"))
        card = Card("warn").add(text(state.trouble))
        hint = self._hint(state)
        if hint:
            card.add(text(hint, "quiet"))
        column.addWidget(card)
        column.addWidget(text(tr("Nothing was changed in your project."), "small"))
        column.addWidget(flowing(*self._ways(state)))
        column.addStretch(1)

    def _hint(self, state: MergeState) -> str:
        if state.kin is Kin.OTHER_PROJECT:
            return tr(
                "You can look at what is different between the two, import layers of the other one, or open it."
            )
        if state.is_map_data:
            return tr("Map data can be brought in as layers.")
        return ""

    def _ways(self, state: MergeState) -> list[QWidget]:
        ways: list[QWidget] = []
        if state.kin in {Kin.OTHER_PROJECT, Kin.COPY}:
            ways.append(button(tr("Compare instead"), self.compare_asked.emit, "primary"))
            ways.append(button(tr("Import its layers …"), self.import_asked.emit))
            ways.append(button(tr("Open it"), self.open_asked.emit))
        if state.is_map_data:
            ways.append(button(tr("Import it as data …"), self.import_asked.emit, "primary"))
        if state.kin is Kin.COPY:
            ways.append(button(tr("Try again"), self.again_asked.emit))
        ways.append(button(tr("Another file …"), self.file_asked.emit))
        return ways


class DonePage(QWidget):
    """What the merge brought, what it settled by itself, and the way back.

    Signals
    -------
    undo_asked, file_asked, close_asked
        Take it back; merge another copy; back to the stage.
    """

    undo_asked = Signal()
    file_asked = Signal()
    close_asked = Signal()

    def __init__(self, state: MergeState) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        report = state.report
        if report is None:
            return
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 4, 0)
        body.setSpacing(10)
        card = Card("hint")
        card.add(text(tr("Merged: {name}", name=report.other), "strong"))
        for line in brings(report.incoming):
            card.add(text("· " + line))
        for line in _decided(state):
            card.add(text("· " + line))
        card.add(flowing(button(tr("Undo the merge"), self.undo_asked.emit)))
        body.addWidget(card)
        self._add_notes(body, report)
        body.addWidget(text(tr("The changes are marked on the map until this panel is closed."), "small"))
        body.addWidget(
            flowing(
                button(tr("Done"), self.close_asked.emit, "primary"),
                button(tr("Merge another copy …"), self.file_asked.emit),
            )
        )
        body.addStretch(1)
        column.addWidget(scrolled(inner), 1)

    def _add_notes(self, body: QVBoxLayout, report: MergeReport) -> None:
        notes = list(report.notes)
        if report.same == 1:
            notes.append(tr("One object was changed in the same way on both sides."))
        elif report.same:
            notes.append(tr("{n} objects were changed in the same way on both sides.", n=f"{report.same:,}"))
        if notes:
            body.addWidget(text(tr("Settled by itself"), "section"))
        for note in notes:
            body.addWidget(text("· " + note, "quiet"))


def _decided(state: MergeState) -> list[str]:
    chosen = list(state.decisions.choices.values())
    mine, theirs, both = (chosen.count(choice) for choice in (Choice.MINE, Choice.THEIRS, Choice.BOTH))
    lines = []
    if mine:
        lines.append(tr("{n} decided: yours stays", n=mine))
    if theirs:
        lines.append(tr("{n} decided: theirs taken", n=theirs))
    if both:
        lines.append(tr("{n} decided: both kept", n=both))
    return lines
