"""The small card beside a service that was moved for a trial: keep it as a proposal, or put it back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox

from renovate_gui.assets import tr
from renovate_gui.ui.stages.look import look_of, stylesheet
from renovate_gui.ui.stages.widgets import Card, Elided, button, clear, row, text


class TrialCard(Card):
    """Asks, and waits; the map stays usable.

    Signals
    -------
    kept
        Keep it as a proposal; True: the surveyed service is marked closed.
    put_back
        Forget the trial.
    """

    kept = Signal(bool)
    put_back = Signal()

    def __init__(self, *, is_dark: bool) -> None:
        super().__init__("float", margins=(14, 10, 14, 12))
        self.column.setSpacing(6)
        self.setFixedWidth(286)
        self.closes_old = QCheckBox()
        self.set_dark(is_dark=is_dark)
        self.hide()

    def set_dark(self, *, is_dark: bool) -> None:
        """Take the colours of a theme."""
        self.setStyleSheet(stylesheet(look_of(is_dark=is_dark)))

    def ask(
        self, title: str, words: str, *, may_keep: bool, why_not_close: str, is_proposal: bool = False
    ) -> None:
        """Ask about another trial.

        Parameters
        ----------
        why_not_close
            Why the old service cannot be marked closed; empty: it can. None of both when it is the same place.
        is_proposal
            It is a proposal already: kept, it is changed itself, and no old service is left behind.
        """
        self.hide()  # a part that is added to a visible card does not count in its height until later
        clear(self.column)
        self.column.addWidget(Elided(title, "title"))
        self.column.addWidget(text(words, "quiet"))
        buttons = [button(tr("Put it back"), self.put_back.emit)]
        if may_keep and is_proposal:
            keep = button(tr("Keep it like this"), lambda: self.kept.emit(False), "primary")
            buttons.insert(0, keep)
        elif may_keep:
            self.closes_old = QCheckBox(tr("The old place closes, as tried"))
            self.closes_old.setEnabled(not why_not_close)
            self.closes_old.setChecked(not why_not_close)  # kept means: as it was tried
            self.column.addWidget(self.closes_old)
            if why_not_close:
                self.column.addWidget(text(why_not_close, "small"))
            keep = button(
                tr("Keep as proposal"), lambda: self.kept.emit(self.closes_old.isChecked()), "primary"
            )
            buttons.insert(0, keep)
        self.column.addWidget(row(*buttons))
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        """Take exactly the height the words need, now that faces are known."""
        super().showEvent(event)
        self.column.activate()
        self.setFixedHeight(self.column.totalHeightForWidth(self.width()))
