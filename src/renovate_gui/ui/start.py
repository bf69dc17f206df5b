"""What one sees first: what to do, and the projects of last time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.theme import icon, tokens
from renovate_gui.ui.workspace import Workspace

_MOST_RECENT = 6
_TEXT_PX = 488


class StartScreen(QWidget):
    """The empty state of the window.

    Signals
    -------
    new_asked, open_asked, sample_asked
        A button was pressed.
    recent_asked
        A project of last time was chosen (its path).
    """

    new_asked = Signal()
    open_asked = Signal()
    sample_asked = Signal()
    recent_asked = Signal(str)

    def __init__(self, workspace: Workspace, settings: SettingsFile) -> None:
        super().__init__()
        self._workspace, self._settings = workspace, settings
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card = QFrame()
        self._card.setProperty("look", "card")
        self._card.setFixedWidth(560)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self._column = QVBoxLayout(self._card)
        self._column.setContentsMargins(36, 32, 36, 28)
        self._column.setSpacing(8)
        workspace.language_changed.connect(self.rebuild)
        workspace.theme_changed.connect(self.rebuild)
        workspace.session_changed.connect(self.rebuild)
        self.rebuild()

    def rebuild(self) -> None:
        """Set all words again."""
        _clear(self._column)
        t = tokens(self._workspace.is_dark)
        sign = QLabel()
        sign.setPixmap(
            icon("mdi6.tray-arrow-down", self._workspace.is_dark, colour=t.accent).pixmap(QSize(44, 44))
        )
        self._column.addWidget(sign)
        self._column.addWidget(_label(tr("Drop a folder of map files here"), "heading"))
        self._column.addWidget(
            _label(
                tr(
                    "Parcels, buildings, facilities, paths, residents' answers: GeoPackage, GeoJSON, Shapefile, "
                    "FlatGeobuf, KML or CSV. The program says what each file is; you only confirm."
                ),
                "muted",
            )
        )
        self._column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(
            self._button(tr("New project …"), "mdi6.file-plus-outline", self.new_asked, primary=True)
        )
        row.addWidget(self._button(tr("Open project …"), "mdi6.folder-open-outline", self.open_asked))
        row.addWidget(self._button(tr("Look at the sample"), "mdi6.home-group", self.sample_asked))
        row.addStretch(1)
        self._column.addLayout(row)
        recent = [p for p in self._settings.values.recent if Path(p).exists()][:_MOST_RECENT]
        if recent:
            self._column.addSpacing(12)
            self._column.addWidget(_label(tr("Recent projects"), "strong"))
            for path in recent:
                self._column.addWidget(self._recent(path))

    def _button(self, words: str, name: str, signal: Any, *, primary: bool = False) -> QPushButton:
        button = QPushButton(words)
        t = tokens(self._workspace.is_dark)
        if primary:
            button.setProperty("look", "primary")
        button.setIcon(icon(name, self._workspace.is_dark, colour=t.accent_ink if primary else t.ink))
        button.clicked.connect(signal)
        return button

    def _recent(self, path: str) -> QWidget:
        button = QPushButton()
        button.setProperty("look", "quiet")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setStyleSheet("text-align: left;")
        where = str(Path(path).parent)
        button.setText(f"{Path(path).stem}    {where if len(where) < 52 else '…' + where[-50:]}")
        button.setToolTip(path)
        button.setIcon(icon("mdi6.file-outline", self._workspace.is_dark))
        button.clicked.connect(lambda _checked=False, p=path: self.recent_asked.emit(p))
        return button


def _label(words: str, look: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("look", look)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFixedWidth(_TEXT_PX)
    label.ensurePolished()
    label.setMinimumHeight(label.heightForWidth(_TEXT_PX))  # the card must not cut the last line
    return label


def _clear(layout: QVBoxLayout | QHBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, (QVBoxLayout, QHBoxLayout)):
            _clear(inner)
