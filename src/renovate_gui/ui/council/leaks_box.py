"""The findings that stopped an export, each to be decided: black out, let pass, or go and change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.leaks import LeakReport
from renovate_gui.assets import tr
from renovate_gui.ui.stages.widgets import Card, button, enable, text

_SHOWN = 30


class LeaksBox(QWidget):
    """Shows a leak report; :meth:`decided` adds the decisions to a request.

    Signals
    -------
    again
        The person decided and wants to export.
    """

    again = Signal()

    def __init__(self, report: LeakReport) -> None:
        super().__init__()
        self._report = report
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        blocking = report.blocking
        card = Card("warn").add(
            text(tr("{n} findings stop the export", n=len(blocking)), "strong"),
            text(
                tr(
                    "Before anything is written, all texts, small numbers and the ground covered are checked."
                ),
                "small",
            ),
        )
        self.black = QCheckBox(tr("Black out all texts below"))
        self.black.setVisible(any(f.can_black_out for f in blocking))
        self.black.toggled.connect(self._show_state)
        card.add(self.black)
        self.passes: dict[str, QCheckBox] = {}
        for leak in blocking[:_SHOWN]:
            card.add(text(f"{leak.where}: {leak.words}", "quiet"))
            box = QCheckBox(tr("Let pass"))
            box.setAccessibleName(f"{tr('Let pass')} – {leak.where}")
            box.toggled.connect(self._show_state)
            self.passes[leak.key] = box
            card.add(box)
        if len(blocking) > _SHOWN:
            card.add(text(tr("and {n} more", n=len(blocking) - _SHOWN), "small"))
        self.button = button(tr("Export with these decisions"), self.again.emit, "primary")
        card.add(self.button)
        column.addWidget(card)
        self._show_state()

    def decided(self, request: ExportRequest) -> ExportRequest:
        """Return the request with what was decided."""
        passed = tuple(key for key, box in self.passes.items() if box.isChecked())
        return replace(
            request,
            black_out=request.black_out or self.black.isChecked(),
            accepted_leaks=tuple(dict.fromkeys((*request.accepted_leaks, *self._report.accepted, *passed))),
        )

    def _show_state(self) -> None:
        cures = {f.key for f in self._report.blocking if f.can_black_out} if self.black.isChecked() else set()
        for key, box in self.passes.items():
            box.setEnabled(key not in cures)
        left = [f for f in self._report.blocking if f.key not in cures and not self._is_passed(f.key)]
        enable(self.button, "" if not left else tr("{n} findings stop the export", n=len(left)))

    def _is_passed(self, key: str) -> bool:
        box = self.passes.get(key)
        return box is not None and box.isChecked()


def leaks_box(report: LeakReport, on_again: Callable[[], object]) -> LeaksBox:
    """Return a box whose button calls ``on_again``."""
    box = LeaksBox(report)
    box.again.connect(on_again)
    return box
