"""Where a layer comes from as a card: file, hash, times, software, and what became of its rows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from renovate_gui.app import figure_words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.passport import ImportPassport
from renovate_gui.ui.stages.numbers import local_time, whole
from renovate_gui.ui.stages.widgets import Card, Elided, button, pill, row, text


class SourceCard(Card):
    """The card.

    Signals
    -------
    passport_asked
        With the layer.
    copied
        The hash of its file is on the clipboard.
    """

    passport_asked = Signal(object)
    copied = Signal()

    def __init__(self, info: LayerInfo) -> None:
        super().__init__("plain", margins=(16, 10, 16, 10))
        self.info = info
        self.column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(pill(term(info.role), "accent"))
        head.addWidget(Elided(info.name, "strong"), 1)
        self.column.addLayout(head)
        if info.passport is None:
            words = tr("Not imported from a file. Features: {n}.", n=whole(info.feature_count))
            self.add(text(words, "quiet"))
            return
        self.passport = button(tr("Passport"), lambda: self.passport_asked.emit(info), "link")
        head.addWidget(self.passport)
        self.add(self._facts(info.passport))

    def _facts(self, passport: ImportPassport) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        rows = Elided(figure_words.rows_words(passport))
        facts: list[tuple[str, QWidget]] = [
            (tr("Source file"), Elided(passport.source_name)),
            (tr("File changed"), Elided(local_time(passport.source_modified))),
            (tr("Rows"), rows),
            ("SHA-256", self._hash(passport.source_sha256)),
            (tr("Imported"), Elided(figure_words.imported_words(passport))),
        ]
        for number, (label, value) in enumerate(facts):
            line, column = divmod(number, 2)
            grid.addWidget(text(label, "quiet", wrap=False), line, 2 * column)
            grid.addWidget(value, line, 2 * column + 1)
        return holder

    def _hash(self, digest: str) -> QWidget:
        shown = text(figure_words.short_digest(digest) or "–", wrap=False)
        shown.setToolTip(digest)
        self.copy_button = button(tr("Copy"), lambda: self._copy(digest), "minor")
        self.copy_button.setToolTip(tr("Copy the whole hash"))
        self.copy_button.setVisible(bool(digest))
        return row(shown, self.copy_button)

    def _copy(self, digest: str) -> None:
        QGuiApplication.clipboard().setText(digest)
        self.copied.emit()
