"""Totals of residents, typed in or taken from a layer, shared out to the buildings."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from renovate_gui.app.people_estimate import ALL, COMMUNITY, Totals
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.widgets import Stack, appear, button, enable, row, say, text
from renovate_gui.ui.workspace import Workspace

TYPED = "typed"
_MOST = 99_999_999
_ASKED = (
    AgeBasis.RESIDENTS,
    AgeBasis.AGE0_2,
    AgeBasis.AGE3_5,
    AgeBasis.AGE6_11,
    AgeBasis.AGE60,
    AgeBasis.AGE65,
    AgeBasis.AGE80,
    AgeBasis.DISABLED,
)


class PeopleDialog(StageDialog):
    """Asks for totals, shows what they would give, and keeps them as one undoable step."""

    def __init__(self, parent: QWidget | None, workspace: Workspace) -> None:
        super().__init__(parent, workspace, tr("Estimate residents from totals"), (560, 520))
        session = workspace.session
        assert session is not None  # the panel only opens it with a project
        self._session = session
        words = tr(
            "Totals are shared out to residential buildings by floor area (floors × footprint). The sum stays exact; a single building is only an estimate, and every figure says so."
        )
        self.column.addWidget(text(words, "quiet"))
        self.source = Dropdown(tr("Totals from"), at_least=20)
        self.source.addItem(tr("Typed in below"), TYPED)
        for holder in session.people.holders():
            self.source.addItem(tr("Layer “{name}”", name=holder.layer.name), str(holder.layer.uuid))
        self.column.addWidget(row(text(tr("Totals from"), "quiet", wrap=False), self.source))
        self.boxes: dict[AgeBasis, QLineEdit] = {}
        self.typed = self._make_boxes(session.people.counted_bases())
        self.column.addWidget(self.typed)
        self.whole = QCheckBox(tr("Whole people in every building"))
        self.column.addWidget(self.whole)
        self.outcome = Stack(4)
        self.column.addWidget(self.outcome)
        self.problem = text("", "bad")
        self.column.addWidget(self.problem)
        self.column.addStretch(1)
        self._add_buttons()
        self._fill(session.people.totals())
        self._follow()
        self.refresh()

    def _make_boxes(self, counted: tuple[AgeBasis, ...]) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        for i, basis in enumerate(_ASKED):
            box = QLineEdit()
            box.setValidator(QIntValidator(0, _MOST, box))
            box.setPlaceholderText(tr("in the data") if basis in counted else tr("not known"))
            box.setEnabled(basis not in counted)
            box.setAccessibleName(term(basis))
            self.boxes[basis] = box
            grid.addWidget(text(term(basis), "quiet", wrap=False), i // 2, 2 * (i % 2))
            grid.addWidget(box, i // 2, 2 * (i % 2) + 1)
        self.area = Dropdown(tr("They count"), at_least=20)
        self.area.addItem(tr("all buildings"), ALL)
        self.area.addItem(tr("buildings in the community"), COMMUNITY)
        last = len(_ASKED) // 2 + 1
        grid.addWidget(text(tr("They count"), "quiet", wrap=False), last, 0)
        grid.addWidget(self.area, last, 1, 1, 3)
        return holder

    def _add_buttons(self) -> None:
        reason = tr("The project is open for reading only.") if self._session.project.is_read_only else ""
        self.apply_button = button(tr("Estimate"), self.apply, "primary")
        enable(self.apply_button, reason)
        if self._session.people.totals() is None:
            self.add_foot(self.close_button(), self.apply_button)
            return
        clear = button(tr("Do not estimate"), self.end)
        enable(clear, reason)
        self.add_foot(self.close_button(), self.apply_button, left=clear)

    def _fill(self, totals: Totals | None) -> None:
        if totals is None:
            return
        found = max(self.source.findData(totals.layer or TYPED), 0)
        self.source.setCurrentIndex(found)
        self.area.setCurrentIndex(max(self.area.findData(totals.area), 0))
        self.whole.setChecked(totals.whole)
        for name, value in totals.people.items():
            box = self.boxes.get(AgeBasis(name))
            if box is not None:
                with QSignalBlocker(box):
                    box.setText(f"{value:.0f}")

    def _follow(self) -> None:
        self.source.currentIndexChanged.connect(self.refresh)
        self.area.currentIndexChanged.connect(self.refresh)
        for box in self.boxes.values():
            box.editingFinished.connect(self.refresh)

    def totals(self) -> Totals:
        """Return what the dialog says."""
        layer = self.source.currentData()
        if layer != TYPED:
            return Totals(layer=layer, whole=self.whole.isChecked())
        typed = {
            b.value: float(box.text()) for b, box in self.boxes.items() if box.text() and box.isEnabled()
        }
        return Totals(typed, area=self.area.currentData(), whole=self.whole.isChecked())

    def refresh(self) -> None:
        """Show what the totals would give."""
        is_typed = self.source.currentData() == TYPED
        appear(self.typed, on=is_typed)
        totals = self.totals()
        if is_typed and not totals.people:
            self._show((), "")
            return
        try:
            self._show(self._session.people.preview(totals).notes(), "")
        except RenovateError as error:
            self._show((), str(error))

    def _show(self, notes: tuple[str, ...], problem: str) -> None:
        self.outcome.show_widgets([text(note) for note in notes])
        say(self.problem, problem)

    def apply(self) -> None:
        """Keep the totals, and close."""
        try:
            self._session.people.set_totals(self.totals())
        except RenovateError as error:
            self._show((), str(error))
            return
        self.workspace.message.emit(
            tr("Residents are estimated from totals; every figure that counts them says so."), "good"
        )
        self.accept()

    def end(self) -> None:
        """Estimate no longer, and close."""
        try:
            self._session.people.clear()
        except RenovateError as error:
            self._show((), str(error))
            return
        self.accept()
