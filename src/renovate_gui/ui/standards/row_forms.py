"""The two forms for a row: change it with a reason, or sign it as compared with the printed text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDateEdit, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.app import standard_words as words
from renovate_gui.app.gap_words import joined
from renovate_gui.app.standard_project import faults
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError, RequestError
from renovate_gui.domain.standard import Obligation, Span, StandardRow
from renovate_gui.ui.jobs import sentence
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.widgets import button, row, say, text

_ACROSS = 4


class _Form(QWidget):
    """A grid of fields, a place for what is wrong, and two buttons; Return stores, Escape leaves."""

    def __init__(self, title: str, store_words: str, on_done: Callable[[], object]) -> None:
        super().__init__()
        self._on_done = on_done
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(text(title, "strong"))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(2)
        for column in range(_ACROSS):
            self.grid.setColumnStretch(column, 1)
        self._column.addLayout(self.grid)
        self.problem = text("", "bad")
        self.problem.setMinimumHeight(2 * self.problem.fontMetrics().lineSpacing() + 2)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        room = self.problem.sizePolicy()
        room.setRetainSizeWhenHidden(
            True
        )  # what is wrong has its room, so that no field moves under the hand
        self.problem.setSizePolicy(room)
        self._column.addWidget(self.problem)
        self.store_button = button(store_words, self.store, "primary")
        self._column.addWidget(row(self.store_button, button(tr("Cancel"), on_done)))
        say(self.problem, "")
        self._cells = 0

    def add(self, title: str, widget: QWidget, *, across: int = 1) -> None:
        """Add a labelled field, so many columns wide."""
        if self._cells % _ACROSS + across > _ACROSS:
            self._cells += _ACROSS - self._cells % _ACROSS
        line, place = divmod(self._cells, _ACROSS)
        label = text(title, "small")
        label.setBuddy(widget)
        widget.setAccessibleName(title)
        self.grid.addWidget(label, 2 * line, place, 1, across)
        self.grid.addWidget(widget, 2 * line + 1, place, 1, across)
        self._cells += across

    def store(self) -> None:
        """Store what is written, or say what is wrong with it."""
        try:
            self.act()
        except RenovateError as error:
            say(self.problem, sentence(error))
        else:
            self._on_done()

    def act(self) -> None:
        """Do what the form is for."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Store on Return, leave on Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.store()
        elif event.key() == Qt.Key.Key_Escape:
            self._on_done()
        else:
            super().keyPressEvent(event)


class ChangeForm(_Form):
    """Change a row: only what was written anew is stored, with the reason."""

    def __init__(
        self,
        of: StandardRow,
        change: Callable[[dict[str, Any], str], object],
        on_done: Callable[[], object],
    ) -> None:
        title = tr("Change “{row}” for this project", row=words.row_title(of))
        super().__init__(title, tr("Store the change"), on_done)
        self._row, self._change = of, change
        self.distance = _number(of.radius_m)
        self.minutes = _number(of.minutes)
        self.floor = _span(of.gfa_m2)
        self.site = _span(of.site_m2)
        self.ratio = _number(of.ratio.value if of.ratio is not None else None)
        self.count = _number(of.count)
        self.obligation = Dropdown(tr("Obligation word"))
        for one in Obligation:
            self.obligation.addItem(term(one), one.value)
        self.obligation.setCurrentIndex(self.obligation.findData(of.obligation.value))
        self.clause = QLineEdit(of.clause)
        self.why = QLineEdit()
        self.why.setPlaceholderText(tr("for example: the city's rule of 2024; corrected by the printed text"))
        self._lay_out()

    def _lay_out(self) -> None:
        self.add(tr("Distance, m"), self.distance)
        self.add(tr("Minutes (empty: the tier's)"), self.minutes)
        self.add(tr("Floor, m² (from–to)"), self.floor)
        self.add(tr("Site, m² (from–to)"), self.site)
        if self._row.ratio is not None:
            self.add(words.ratio_words(self._row), self.ratio)
        self.add(tr("Number per community"), self.count)
        self.add(tr("Obligation word"), self.obligation)
        self.add(tr("Clause"), self.clause)
        self.add(tr("Reason"), self.why, across=_ACROSS)

    def act(self) -> None:
        """Store what differs; everything that is wrong is said at once."""
        changes = {n: v for n, v in self._said().items() if v != _present(self._row, n)}
        wrong = faults(changes)
        if changes and not self.why.text().strip():
            wrong["why"] = tr("Say why the row is changed; the reason stays with it.")
        if wrong:
            self._edits()[next(iter(wrong))].setFocus()
            raise RequestError(joined(list(wrong.values())))
        if changes:
            self._change(changes, self.why.text())

    def _edits(self) -> dict[str, QWidget]:
        return {
            "radius_m": self.distance, "minutes": self.minutes, "gfa_m2": self.floor, "site_m2": self.site,
            "ratio_value": self.ratio, "count": self.count, "obligation": self.obligation, "clause": self.clause,
            "why": self.why,
        }  # fmt: skip

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "radius_m": _read(self.distance),
            "minutes": _read(self.minutes),
            "gfa_m2": _read_span(self.floor),
            "site_m2": _read_span(self.site),
            "count": _read(self.count),
            "obligation": self.obligation.currentData(),
            "clause": self.clause.text().strip(),
        }
        if self._row.ratio is not None:
            said["ratio_value"] = _read(self.ratio)
        return said


class SignForm(_Form):
    """Sign a row: who, when, and which printed edition it was compared with."""

    def __init__(
        self,
        of: StandardRow,
        *,
        suggested: str,
        sign: Callable[[str, date, str], object],
        on_done: Callable[[], object],
    ) -> None:
        title = tr("“{row}” equals the printed text", row=words.row_title(of))
        super().__init__(title, tr("Sign"), on_done)
        self._sign = sign
        self.who = QLineEdit()  # empty, as the edition is: a signature is written by hand, not clicked
        self.who.setPlaceholderText(suggested)
        self.day = QDateEdit(QDate.currentDate())
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setMaximumDate(QDate.currentDate())
        self.printed = QLineEdit()
        self.printed.setPlaceholderText(tr("for example GB 50180-2018, first printing, 2018"))
        self.add(tr("Compared by"), self.who)
        self.add(tr("On"), self.day)
        self.add(tr("Printed edition"), self.printed, across=2)
        claim = words.claim_words(of)
        self.claim = text(claim, "warn")
        self.confirmed = QCheckBox(tr("Yes, the printed text says so"))
        if claim:
            self._column.insertWidget(1, self.claim)
            self._column.insertWidget(3, self.confirmed)
        self._has_claim = bool(claim)

    def act(self) -> None:
        """Sign; everything that is missing is said at once."""
        wrong = []
        if not self.who.text().strip() or not self.printed.text().strip():
            wrong.append(tr("A signature needs a name and the printed edition that was compared."))
        if self._has_claim and not self.confirmed.isChecked():
            wrong.append(tr("Confirm that the printed text says what the project says."))
        if wrong:
            raise RequestError(joined(wrong))
        day = self.day.date()
        self._sign(self.who.text(), date(day.year(), day.month(), day.day()), self.printed.text())


# -- values ---------------------------------------------------------------------------------------------------
def _number(value: float | None) -> QLineEdit:
    edit = QLineEdit("" if value is None else f"{value:g}")
    edit.setMinimumWidth(90)
    return edit


def _span(span: Span | None) -> QLineEdit:
    edit = QLineEdit("" if span is None else "–".join("" if v is None else f"{v:g}" for v in span))
    edit.setPlaceholderText(tr("none stated"))
    return edit


def _read(edit: QLineEdit) -> object:
    """Return the number that is written, None for nothing, the words themselves where they are no number."""
    written = edit.text().strip().replace(",", "").replace("，", "")
    if not written:
        return None
    try:
        return float(written)
    except ValueError:
        return written


def _read_span(edit: QLineEdit) -> object:
    written = edit.text().strip().replace(",", "").replace("～", "–").replace("-", "–").replace("—", "–")
    if not written:
        return None
    low, _, high = written.partition("–")
    try:
        return (float(low) if low.strip() else None, float(high) if high.strip() else None)
    except ValueError:
        return written


def _present(of: StandardRow, name: str) -> object:
    if name == "ratio_value":
        return of.ratio.value if of.ratio is not None else None
    value = getattr(of, name)
    return value.value if isinstance(value, Obligation) else value
