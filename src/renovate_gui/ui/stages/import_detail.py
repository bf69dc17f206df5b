"""One source layer closely: questions and problems in words, columns, values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.planning import with_crs
from renovate_gui.app.survey import ImportPlan
from renovate_gui.assets import tr
from renovate_gui.ui.stages.field_words import FieldMapBox
from renovate_gui.ui.stages.import_table import open_questions
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.scrolled import scrolled
from renovate_gui.ui.stages.widgets import Stack, button, hint, row, text

_VALUES, _MOST_ANSWERS = 6, 5


class ImportDetail(QWidget):
    """Edits name and columns of one plan.

    Signals
    -------
    plan_changed
        Index and changed plan.
    """

    plan_changed = Signal(int, object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._index = -1
        self._plan: ImportPlan | None = None
        self._asked_encoding: set[tuple[Path, str]] = set()
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 8, 0, 0)
        columns.setSpacing(20)
        left, beside = QVBoxLayout(), QWidget()
        beside.setObjectName("column")
        right = QVBoxLayout(beside)
        right.setContentsMargins(0, 0, 8, 0)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name in the project"))
        self.name.editingFinished.connect(self._rename)
        left.addWidget(
            row(text(tr("Name in the project"), "quiet", wrap=False), self.name, stretch_last=True)
        )
        self.fields = FieldMapBox()
        self.fields.changed.connect(self._remap)
        inside = QWidget()
        inside.setObjectName("column")
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.addWidget(self.fields)
        inner.addStretch(1)
        scroll = scrolled(inside)
        left.addWidget(text(tr("Which column holds what"), "section"))
        left.addWidget(scroll, 1)
        self._said = Stack(6)
        right.addWidget(self._said)
        right.addWidget(text(tr("First values"), "section"))
        self.values = QTableWidget()
        self.values.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.values.verticalHeader().hide()
        self.values.setMinimumHeight(150)
        right.addWidget(self.values, 1)
        columns.addLayout(left, 1)
        columns.addWidget(scrolled(beside), 1)  # questions may be long: they are never squeezed

    def is_showing(self, plan: ImportPlan) -> bool:
        """Return whether exactly this plan is shown."""
        return plan == self._plan

    def show_plan(self, index: int, plan: ImportPlan) -> None:
        """Show another plan, or the same after a change."""
        old, self._index, self._plan = self._plan, index, plan
        if not self.name.hasFocus() or old is None or old.source != plan.source:
            self.name.setText(plan.name)
        if old is None or old.source != plan.source or old.role != plan.role:
            self.fields.show_map(plan.role, plan.source.columns, plan.source.sample, plan.field_map)
            self.fields.updateGeometry()
            self._show_values(plan)
        self._show_words(plan)

    def _show_words(self, plan: ImportPlan) -> None:
        asked = open_questions(plan)
        cards: list[QWidget] = [hint(q, kind="bad" if asked else "plain") for q in asked or plan.questions]
        cards += self._answers(plan)
        cards += [hint(p, kind="warn") for p in plan.source.problems]
        self._said.show_widgets(cards)

    def _answers(self, plan: ImportPlan) -> list[QWidget]:
        """Return what may be answered, each with its reason, ready to be clicked; an answer can be changed."""
        made: list[QWidget] = []
        if not plan.crs or plan.questions:
            made += [
                _answer(code, reason, partial(self._answer_crs, plan, code), is_on=code == plan.crs)
                for code, reason in plan.crs_candidates[:_MOST_ANSWERS]
            ]
        layer = (plan.source.path, plan.source.name)
        if not plan.encoding:
            self._asked_encoding.add(layer)
        if layer in self._asked_encoding:
            made += [
                _answer(
                    code,
                    reason,
                    partial(self._answer_encoding, plan, code),
                    is_on=code == plan.encoding,
                )
                for code, reason in plan.source.encodings
            ]
        return made

    def _answer_crs(self, plan: ImportPlan, code: str) -> None:
        self._take(with_crs(plan, code))

    def _answer_encoding(self, plan: ImportPlan, code: str) -> None:
        self._take(replace(plan, encoding=code))

    def _take(self, plan: ImportPlan) -> None:
        self._emit(plan)
        self._show_words(plan)

    def _show_values(self, plan: ImportPlan) -> None:
        source = plan.source
        shown = [c for c in source.columns if source.sample.get(c)]
        self.values.clear()
        self.values.setColumnCount(len(shown))
        self.values.setHorizontalHeaderLabels(shown)
        count = min(_VALUES, max((len(source.sample[c]) for c in shown), default=0))
        self.values.setRowCount(count)
        for j, column in enumerate(shown):
            for i, words in enumerate(source.sample[column][:count]):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                self.values.setItem(i, j, item)

    def _rename(self) -> None:
        words = self.name.text().strip()
        if self._plan is not None and words and words != self._plan.name:
            self._emit(replace(self._plan, name=words))

    def _remap(self) -> None:
        if self._plan is not None:
            self._emit(replace(self._plan, field_map=self.fields.field_map()))

    def _emit(self, plan: ImportPlan) -> None:
        self._plan = plan
        self.plan_changed.emit(self._index, plan)


def _answer(code: str, reason: str, on_take: Callable[[], object], *, is_on: bool) -> QWidget:
    """Return a button that gives an answer, with the reason beside it."""
    made = button(("✓ " if is_on else "") + code, on_take, tip=reason)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.setAccessibleName(f"{code}: {reason}")
    return row(made, text(reason, "quiet"), stretch_last=True)
