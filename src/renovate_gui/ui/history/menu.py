"""What one can do with the history as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from renovate_gui.assets import tr
from renovate_gui.ui import reasons
from renovate_gui.ui.history.keeping import Keeping
from renovate_gui.ui.history.side import HistorySide
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace


def history_menu(parent: QWidget, workspace: Workspace, keeping: Keeping, side: HistorySide) -> QMenu:
    """Return the menu: name the present state, tidy up, show what was left behind."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    is_dark, no_edit = workspace.is_dark, reasons.no_edit(workspace)
    for name, words, call in (
        ("mdi6.check-decagram-outline", tr("Name this version …"), keeping.ask_name),
        ("mdi6.broom", tr("Tidy up the history …"), keeping.ask_tidy),
    ):
        line = menu.addAction(icon(name, is_dark), words)
        line.setEnabled(not no_edit)
        line.setToolTip(no_edit)
        line.triggered.connect(lambda _checked=False, c=call: c())
    menu.addSeparator()
    left = menu.addAction(tr("Show steps left behind"))
    left.setCheckable(True)
    left.setChecked(side.shows_left)
    left.triggered.connect(lambda checked: side.show_left_behind(shown=checked))
    return menu
