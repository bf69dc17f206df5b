"""The main window; it only assembles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.assets import current_language, set_language, tr
from renovate_gui.ui.actions import MENUS, SEPARATOR, Actions
from renovate_gui.ui.bottom_dock import BottomDock
from renovate_gui.ui.canvas.area import MapArea
from renovate_gui.ui.commands import Commands
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.keyboard import KeyboardHome
from renovate_gui.ui.layer_menu import LayerMenu
from renovate_gui.ui.layer_tree import LayerTree
from renovate_gui.ui.merge.joining import Joining
from renovate_gui.ui.projects import CreateSession, OpenSession, Projects
from renovate_gui.ui.qt_words import speak_qt
from renovate_gui.ui.rail import Rail
from renovate_gui.ui.save_state import SaveBanner
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.start import StartScreen
from renovate_gui.ui.status_bar import StatusBar
from renovate_gui.ui.theme import apply_theme, set_fonts
from renovate_gui.ui.top_bar import TopBar
from renovate_gui.ui.workspace import Stage, Workspace

_TREE_PX, _INSPECTOR_PX, _DOCK_PX = 236, 300, 240
_TALL_PX = {"history": 330, "scenarios": 400, "chart": 340}
"""How high the dock opens for a tab that needs more room, as far as the map keeps half."""
_ASKED_FOR = {"chart", "scenarios"}
"""Tabs that change the map or compute: not opened by themselves with the window."""
_WIDE_PX, _MAP_PX = 384, 480
_FIRST_SIZE = (1440, 900)


class MainWindow(QMainWindow):
    """Rail, layer tree, map, inspector, bottom dock, status bar."""

    def __init__(
        self, open_session: OpenSession, create_session: CreateSession, settings: SettingsFile | None = None
    ) -> None:
        super().__init__()
        self.settings = settings or SettingsFile()
        self.workspace = Workspace(self)
        self.workspace.is_dark = self.settings.values.is_dark
        self.jobs = Jobs(self.workspace, self)
        self.actions_ = Actions(self.workspace, self)
        self.projects = Projects(
            self.workspace,
            self.jobs,
            settings=self.settings,
            open_session=open_session,
            create_session=create_session,
            window=self,
        )
        self.area = MapArea(self.workspace, self.jobs, self.actions_)
        self.keyboard = KeyboardHome(self, self.area.view)
        self.tree = LayerTree(self.workspace)
        self.top = TopBar(self.workspace, self.jobs, self.actions_)
        self.status = StatusBar(self.workspace, self.jobs, self.area.view)
        self.start = StartScreen(self.workspace, self.settings)
        self.dock = BottomDock(self.workspace, self._make_page)
        self._inspector = QStackedWidget()
        self._panels: dict[Stage, QWidget] = {}
        self._room_px = 0
        self.commands = Commands(
            self.workspace,
            self.actions_,
            projects=self.projects,
            area=self.area,
            tree=self.tree,
            window=self,
            jobs=self.jobs,
        )
        self.layer_menu = LayerMenu(self.workspace, self.jobs, self.tree, self)
        self.joining = Joining(
            self.workspace,
            self.jobs,
            projects=self.projects,
            view=self.area.view,
            inspector=self._inspector,
            make_room=self._make_room,
            show_stage=self._show_panel,
            window=self,
        )
        self._assemble()
        self._bind()
        self._restore()
        self._retranslate()
        self._on_session()
        self.status.set_hint(self.area.view.tool.hint())

    # -- assembly -----------------------------------------------------------------------------------------------
    def _assemble(self) -> None:
        self._centre = QStackedWidget()
        self._centre.addWidget(self.start)
        self._centre.addWidget(self._work())
        body = QWidget()
        row = QVBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.top)
        row.addWidget(SaveBanner(self.status.saving))
        row.addWidget(self._with_rail(self._centre), 1)
        row.addWidget(self.status)
        self.setCentralWidget(body)
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)

    def _with_rail(self, centre: QWidget) -> QWidget:
        from PySide6.QtWidgets import QHBoxLayout

        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail(self.workspace, self.actions_)
        row.addWidget(self.rail)
        row.addWidget(centre, 1)
        return holder

    def _work(self) -> QWidget:
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._down = QSplitter(Qt.Orientation.Vertical)
        for splitter in (self._across, self._down):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self._down.addWidget(self.area)
        self._down.addWidget(self.dock)
        self._down.setStretchFactor(0, 1)
        self._inspector.setMinimumWidth(268)
        self.tree.setMinimumWidth(150)
        self.area.setMinimumSize(320, 200)
        self.dock.setMinimumHeight(170)
        for part in (_panel(self.tree), self._down, _panel(self._with_live(), top=0)):
            self._across.addWidget(part)
        self._across.setStretchFactor(1, 1)
        return self._across

    def _with_live(self) -> QWidget:
        """Return the inspector below what a thing in hand changes."""
        from renovate_gui.ui.stages.live_block import LiveBlock, Veil

        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.live = LiveBlock(self.workspace, self.jobs)
        self._veil = Veil(self._inspector, self.live.model, self.workspace)
        column.addWidget(self.live)
        column.addWidget(self._inspector, 1)
        return holder

    def _bind(self) -> None:
        workspace, on = self.workspace, self.actions_.on
        workspace.session_changed.connect(self._on_session)
        workspace.changed.connect(self._retranslate)
        workspace.stage_changed.connect(self._show_panel)
        workspace.language_changed.connect(self._retranslate)
        self.area.hint_changed.connect(self.status.set_hint)
        self.area.scene_changed.connect(self.tree.set_scene)
        self.tree.current_changed.connect(self._on_layer)
        self.layer_menu.zoom_asked.connect(self.commands.zoom_layer)
        self.layer_menu.table_asked.connect(self.show_table)
        self.start.new_asked.connect(self.projects.ask_create)
        self.start.open_asked.connect(self.projects.ask_open)
        self.start.recent_asked.connect(lambda path: self.projects.open(Path(path)))
        self.start.sample_asked.connect(self.projects.ask_sample)
        self.top.menu_asked.connect(self.show_menu)
        self.status.language_asked.connect(self.switch_language)
        self.status.tasks_asked.connect(lambda: self.show_dock("tasks"))
        self.status.saving.go_on_asked.connect(self.projects.open)
        self.status.saving.merge_asked.connect(self.joining.merge_with)
        self.dock.close_asked.connect(lambda: self.dock.setVisible(False))
        on("view.table", lambda: self.show_dock("table", is_toggle=True))
        on("view.history", lambda: self.show_dock("history", is_toggle=True))
        on("scenario.compare", lambda: self.show_dock("scenarios", is_toggle=True))
        on("view.tasks", lambda: self.show_dock("tasks", is_toggle=True))
        on("view.layers", lambda: self._toggle(self._across.widget(0), "view.layers"))
        on("view.inspector", lambda: self._toggle(self._across.widget(2), "view.inspector"))
        on("view.dark", lambda: self.set_dark(not self.workspace.is_dark))
        on("view.language", self.switch_language)
        on("view.fullscreen", self._toggle_full_screen)
        on("project.standards", self.show_standards)
        on("project.provenance", self.show_provenance)
        on("project.compare", self.joining.show_compare)
        on("project.merge", self.joining.show_merge)
        on("help.palette", self.show_palette)
        on("help.menu", self.show_menu)
        on("help.keys", self._show_keys)
        on("help.about", self._show_about)
        for name in ("view.layers", "view.inspector"):
            self.actions_[name].setChecked(True)

    def _make_page(self, name: str) -> QWidget:
        if name == "table":
            from renovate_gui.ui.table_dock import TableDock

            return TableDock(self.workspace, self.actions_)
        if name == "chart":
            from renovate_gui.ui.stages import make_chart

            return make_chart(self.workspace)
        if name == "scenarios":
            from renovate_gui.ui.scenarios.comparing import ScenarioDock

            page = ScenarioDock(self.workspace, self.jobs, self.area)
            page.new_asked.connect(self.actions_["scenario.new"].trigger)
            return page
        if name == "history":
            from renovate_gui.ui.history_dock import HistoryDock

            return HistoryDock(self.workspace, self.jobs, self.area.view)
        from renovate_gui.ui.tasks_panel import TasksPanel

        return TasksPanel(self.workspace, self.jobs)

    # -- following the workspace --------------------------------------------------------------------------------
    def _on_session(self) -> None:
        is_open = self.workspace.session is not None
        self._centre.setCurrentIndex(1 if is_open else 0)
        self.area.strip.setParent(self.area if is_open else self.start)
        self.area.strip.hide()
        self.status.set_hint(self.area.view.tool.hint())
        if is_open:
            self._show_panel()
            self.area.view.setFocus()  # the map has the keys, not the first button
        self._retranslate()

    def _show_panel(self, *_ignored: object) -> None:
        if self.workspace.session is None:
            return
        stage = self.workspace.stage
        if stage not in self._panels:
            from renovate_gui.ui.stages import make_panel

            self._panels[stage] = make_panel(stage, self.workspace, self.jobs)
            self._inspector.addWidget(self._panels[stage])
        self._inspector.setCurrentWidget(self._panels[stage])

    def _on_layer(self, key: str) -> None:
        if key and self.dock.isVisible() and self.dock.tab == "table":
            self.show_table(key)

    def _retranslate(self, *_ignored: object) -> None:
        session = self.workspace.session
        title = (session.settings().title or session.project.path.stem) if session is not None else ""
        name = tr("Renovation workbench")
        self.setWindowTitle(f"{title} · {name}" if title else name)

    # -- what actions do to the window --------------------------------------------------------------------------
    def show_dock(self, name: str, *, is_toggle: bool = False) -> None:
        """Show a tab of the bottom dock, or close the dock when it is already in front."""
        if is_toggle and self.dock.isVisible() and self.dock.tab == name:
            self.dock.setVisible(False)
            return
        self.dock.show_tab(name)
        self.dock.setVisible(True)
        above, below = self._down.sizes()
        wanted = max(_DOCK_PX, min(_TALL_PX.get(name, _DOCK_PX), (above + below) // 2))
        if below < wanted:
            self._down.setSizes([above + below - wanted, wanted])

    def show_table(self, key: str) -> None:
        """Show a layer's rows."""
        page: Any = self.dock.page("table")
        self.show_dock("table")
        page.show_layer(key)

    def show_standards(self) -> None:
        """Show what the project is judged by."""
        from renovate_gui.ui.standards.dialog import StandardsDialog

        StandardsDialog(self, self.workspace).open()

    def show_provenance(self) -> None:
        """Show where layers and kept figures come from."""
        from renovate_gui.ui.provenance.dialog import ProvenanceDialog

        ProvenanceDialog(self, self.workspace, self.jobs).open()

    def show_menu(self) -> None:
        """Open the menu below its button."""
        menu = self.build_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        button = self.top.menu_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def build_menu(self) -> QMenu:
        """Return the menu with its submenus, in the present language."""
        menu = QMenu(self)
        for words, names in MENUS:
            part = menu.addMenu(words())
            part.setToolTipsVisible(True)
            for name in names:
                if name == SEPARATOR:
                    part.addSeparator()
                elif name == "recent":
                    self._add_recent(part)
                else:
                    part.addAction(self.actions_[name])
        return menu

    def _add_recent(self, menu: QMenu) -> None:
        recent = menu.addMenu(tr("Recent projects"))
        for path in self.settings.values.recent:
            line = recent.addAction(Path(path).stem)
            line.setToolTip(path)
            line.triggered.connect(lambda _checked=False, p=path: self.projects.open(Path(p)))
        recent.setEnabled(not recent.isEmpty())

    def show_palette(self) -> None:
        """Open the command palette below the top bar."""
        from renovate_gui.ui.palette import Palette

        palette = Palette(self.workspace, self.actions_, self.go_to, self)
        corner = self.top.mapToGlobal(self.top.rect().bottomRight())
        palette.move(corner.x() - palette.width() - 40, corner.y() - 6)
        palette.show()
        palette.edit.setFocus()

    def go_to(self, key: str, ids: tuple[object, ...]) -> None:
        """Select features and show them; without ids choose the layer in the tree."""
        if not ids:
            self.tree.choose(key)
            self.commands.zoom_layer()
            return
        self.workspace.select(key, ids)
        self.area.zoom_selection()

    def switch_language(self) -> None:
        """Speak the other language at once."""
        set_language("en" if current_language() == "zh_CN" else "zh_CN")
        self.settings.change(language=current_language())
        app = QApplication.instance()
        if isinstance(app, QApplication):
            speak_qt(app)
            set_fonts(app)
        self.workspace.language_changed.emit()

    def set_dark(self, is_dark: bool) -> None:
        """Switch between light and dark."""
        self.workspace.is_dark = is_dark
        self.settings.change(is_dark=is_dark)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, is_dark)
        self.actions_["view.dark"].setChecked(is_dark)
        self.workspace.theme_changed.emit()

    def _toggle(self, part: QWidget | None, name: str) -> None:
        if part is not None:
            part.setVisible(part.isHidden())
            self.actions_[name].setChecked(not part.isHidden())

    def _make_room(self, *, is_wide: bool) -> None:
        """Give two columns of values the width they need, and take it back afterwards."""
        sizes = self._across.sizes()
        if is_wide == (self._room_px > 0) or sum(sizes) == 0:
            return
        wanted = max(0, min(_WIDE_PX - sizes[2], sizes[1] - _MAP_PX)) if is_wide else -self._room_px
        self._room_px = wanted if is_wide else 0
        self._across.setSizes([sizes[0], sizes[1] - wanted, sizes[2] + wanted])

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_["view.fullscreen"].setChecked(self.isFullScreen())

    def _show_keys(self) -> None:
        from renovate_gui.ui.about import keys_dialog

        keys_dialog(self.actions_, self).open()

    def _show_about(self) -> None:
        from renovate_gui.ui.about import about_dialog

        about_dialog(self).open()

    # -- drops, start and end -----------------------------------------------------------------------------------
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what can be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Handle a drop."""
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            # a dialog must not run inside the drop: the other program would wait for it
            QTimer.singleShot(0, self, lambda: self.joining.take(paths))

    def _restore(self) -> None:
        values = self.settings.values
        if not values.geometry or not self.restoreGeometry(QByteArray.fromBase64(values.geometry.encode())):
            screen = self.screen().availableGeometry()
            self.resize(min(_FIRST_SIZE[0], screen.width()), min(_FIRST_SIZE[1], screen.height()))
        width, height = self.width(), self.height()
        across = values.splitters.get("across") or (_TREE_PX, width - _TREE_PX - _INSPECTOR_PX, _INSPECTOR_PX)
        down = values.splitters.get("down") or (height - _DOCK_PX, _DOCK_PX)
        self._across.setSizes(list(across))
        self._down.setSizes(list(down))
        self.dock.setVisible(values.is_bottom_open)
        if values.is_bottom_open:
            self.dock.show_tab(values.bottom_tab if values.bottom_tab not in _ASKED_FOR else "table")
        self.area.legend.set_open(values.is_legend_open)
        self.actions_["view.dark"].setChecked(values.is_dark)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put everything away, unless something is not saved and a person wants to stay."""
        if not self.projects.may_leave():
            event.ignore()
            return
        self._make_room(is_wide=False)
        self.settings.change(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            splitters={"across": tuple(self._across.sizes()), "down": tuple(self._down.sizes())},
            bottom_tab=self.dock.tab or "table",
            is_bottom_open=not self.dock.isHidden(),
            is_legend_open=self.area.legend.is_open,
        )
        self.jobs.shut_down()
        self.workspace.set_session(None)
        self.area.view.tiles.close()
        self.area.swipe.close()
        super().closeEvent(event)


def _panel(inner: QWidget, *, top: int = 6) -> QFrame:
    frame = QFrame()
    frame.setProperty("look", "panel")
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, top, 0, 0)
    column.addWidget(inner)
    return frame
