"""The context menu of a layer and the dialogs behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from renovate_gui.app.public_layers import flags, is_public, set_public
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.layer_tree import Entry, LayerTree
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace


class LayerMenu(QObject):
    """Offers what can be done with a layer; each line that cannot be done says why.

    Signals
    -------
    zoom_asked, table_asked
        Show the layer whole, or its rows (selection key).
    """

    zoom_asked = Signal()
    table_asked = Signal(str)

    def __init__(self, workspace: Workspace, jobs: Jobs, tree: LayerTree, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._jobs, self._tree, self._window = workspace, jobs, tree, window
        tree.menu_asked.connect(self.show)
        tree.style_asked.connect(self.edit_style)

    def build(self, entry: Entry) -> QMenu:
        """Return the menu of a line."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        words = tr("Hide") if entry.is_visible else tr("Show")
        name = "mdi6.eye-off-outline" if entry.is_visible else "mdi6.eye-outline"
        self._line(menu, words, name, partial(self._tree.toggle, entry), "")
        self._line(menu, tr("Zoom to layer"), "mdi6.layers-search-outline", self.zoom_asked.emit, "")
        info = entry.layer
        if info is None:
            return menu
        read_only = self._read_only()
        key = entry.key
        self._line(menu, tr("Attribute table"), "mdi6.table", partial(self.table_asked.emit, key), "")
        menu.addSeparator()
        self._line(
            menu,
            tr("Style and labels …"),
            "mdi6.palette-outline",
            partial(self.edit_style, info.id),
            read_only,
        )
        self._line(menu, tr("Rename …"), "mdi6.rename-outline", partial(self.rename, info), read_only)
        no_passport = "" if info.passport is not None else tr("This layer was not imported from a file.")
        self._line(
            menu, tr("Import passport …"), "mdi6.passport", partial(self.show_passport, info), no_passport
        )
        self._line(menu, tr("Repair geometries …"), "mdi6.bandage", partial(self.repair, info), read_only)
        self._public_line(menu, info, read_only)
        menu.addSeparator()
        self._line(menu, tr("Remove layer"), "mdi6.trash-can-outline", partial(self.remove, info), read_only)
        return menu

    def _public_line(self, menu: QMenu, info: LayerInfo, reason: str) -> None:
        session = self._workspace.session
        if session is None:
            return
        public = is_public(info, flags(session.project))
        words = tr("Keep out of public notices") if public else tr("May be shown in public notices")
        name = "mdi6.lock-outline" if public else "mdi6.lock-open-outline"
        self._line(menu, words, name, partial(set_public, session.project, info, public=not public), reason)

    def show(self, entry: Entry, at: QPoint) -> None:
        """Pop the menu up."""
        menu = self.build(entry)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _line(self, menu: QMenu, words: str, name: str, call: Callable[[], object], reason: str) -> None:
        action = menu.addAction(icon(name, self._workspace.is_dark), words)
        action.setEnabled(not reason)
        action.setToolTip(reason or words)
        action.triggered.connect(lambda _checked=False: call())

    def _read_only(self) -> str:
        session = self._workspace.session
        is_read_only = session is not None and session.project.is_read_only
        return tr("The project is open for reading only.") if is_read_only else ""

    # -- what the lines do --------------------------------------------------------------------------------------
    def edit_style(self, layer_id: LayerId) -> None:
        """Open the style editor."""
        session = self._workspace.session
        if session is None:
            return
        reason = self._read_only()
        if reason:
            self._workspace.message.emit(reason, "warning")
            return
        from renovate_gui.ui.style_editor import StyleEditor

        StyleEditor(self._workspace, session, session.layers.get(layer_id), self._window).open()

    def rename(self, info: LayerInfo) -> None:
        """Ask for a new name."""
        name, is_taken = QInputDialog.getText(self._window, tr("Rename layer"), tr("Name"), text=info.name)
        if is_taken and name.strip() and name.strip() != info.name:
            self._do(lambda session: session.layers.rename(info.id, name.strip()))

    def remove(self, info: LayerInfo) -> None:
        """Take the layer out; undo brings it back."""
        if self._do(lambda session: session.layers.remove(info.id)):
            self._workspace.message.emit(
                tr("“{layer}” was removed; Ctrl+Z brings it back.", layer=info.name), "info"
            )

    def show_passport(self, info: LayerInfo) -> None:
        """Show where the layer came from and what became of each row."""
        from renovate_gui.ui.stages.passport_dialog import PassportDialog

        PassportDialog(self._window, self._workspace, info).open()

    def repair(self, info: LayerInfo) -> None:
        """Show invalid geometries and what a repair would change."""
        from renovate_gui.ui.stages.repair_dialog import RepairDialog

        RepairDialog(self._window, self._workspace, self._jobs, info).open()

    def _do(self, call: Callable[[Session], object]) -> bool:
        session = self._workspace.session
        if session is None:
            return False
        try:
            call(session)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
            return False
        return True
