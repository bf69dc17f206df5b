"""The list of keys, and what this program is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import renovate_gui
from renovate_gui.app.fault_report import LOG_NAME, log_folder
from renovate_gui.assets import tr
from renovate_gui.ui.actions import MENUS, Actions


def keys_dialog(actions: Actions, parent: QWidget) -> QDialog:
    """Return a dialog that lists every shortcut by menu."""
    dialog, column = _dialog(tr("Keyboard shortcuts"), parent)
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(6)
    row = 0
    for words, names in MENUS:
        title = QLabel(words())
        title.setProperty("look", "strong")
        grid.addWidget(title, row, 0, 1, 2)
        row += 1
        for name in names:
            spec = actions.specs.get(name)
            if spec is None or not spec.shortcuts:
                continue
            keys = [QKeySequence(s).toString(QKeySequence.SequenceFormat.NativeText) for s in spec.shortcuts]
            grid.addWidget(QLabel(spec.title()), row, 0)
            label = QLabel("  ".join(keys))
            label.setProperty("look", "muted")
            grid.addWidget(label, row, 1)
            row += 1
    for keys_of_map, what in (
        (tr("Wheel, + and −"), tr("Zoom")),
        (tr("Space, middle button or arrow keys"), tr("Pan")),
        (tr("Backspace / Enter / Esc while drawing"), tr("Take a corner back / finish / cancel")),
        (tr("Alt while drawing"), tr("No snapping")),
        (tr("Shift while drawing"), tr("Straight and 45° directions")),
    ):
        grid.addWidget(QLabel(what), row, 0)
        label = QLabel(keys_of_map)
        label.setProperty("look", "muted")
        grid.addWidget(label, row, 1)
        row += 1
    area = QScrollArea()
    area.setWidget(holder)
    area.setWidgetResizable(True)
    column.insertWidget(0, area)
    dialog.resize(560, 620)
    return dialog


def about_dialog(parent: QWidget) -> QDialog:
    """Return a dialog with version, licence and the place of the log file."""
    dialog, column = _dialog(tr("About"), parent)
    title = QLabel(tr("Renovation workbench"))
    title.setProperty("look", "heading")
    words = QLabel(
        tr(
            "Version {version}. Free software under the Apache License 2.0.\n"
            "It works without a network and sends nothing anywhere.\nLog file: {path}",
            version=renovate_gui.__version__,
            path=log_folder() / LOG_NAME,
        )
    )
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setWordWrap(True)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column.insertWidget(0, title)
    column.insertWidget(1, words)
    dialog.resize(460, 220)
    return dialog


def _dialog(title: str, parent: QWidget) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 20, 24, 16)
    column.setSpacing(12)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
    column.addWidget(buttons)
    return dialog, column
