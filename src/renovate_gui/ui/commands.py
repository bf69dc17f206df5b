"""What the declared actions do; the window hands in its parts, no part knows the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.ui import reasons
from renovate_gui.ui.actions import Actions
from renovate_gui.ui.canvas.area import MapArea
from renovate_gui.ui.canvas.selection import layer_of_key
from renovate_gui.ui.history.journeys import Journeys
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.projects import Projects
from renovate_gui.ui.workspace import Stage, Tool, Workspace

if TYPE_CHECKING:
    from renovate_gui.ui.layer_tree import LayerTree


class Commands(QObject):
    """Binds actions to work on the session and the map."""

    def __init__(
        self,
        workspace: Workspace,
        actions: Actions,
        *,
        projects: Projects,
        area: MapArea,
        tree: LayerTree,
        window: QWidget,
        jobs: Jobs,
    ) -> None:
        super().__init__(window)
        self._workspace, self._actions, self._projects = workspace, actions, projects
        self._area, self._tree, self._window = area, tree, window
        self._journeys = Journeys(workspace, jobs)
        self._copied: tuple[Uuid, ...] = ()
        self._bind()

    def _bind(self) -> None:
        on, view = self._actions.on, self._area.view
        on("file.new", self._projects.ask_create)
        on("file.open", self._projects.ask_open)
        on("file.import", self._projects.ask_import)
        on("file.export", partial(self._workspace.set_stage, Stage.COUNCIL))
        on("file.title", self.rename_project)
        on("file.copy", self._projects.ask_copy)
        on("file.check", self._projects.troubles.check)
        on("file.close", self._projects.close)
        on("file.quit", self._window.close)
        on("edit.undo", partial(self.step, is_undo=True))
        on("edit.redo", partial(self.step, is_undo=False))
        on("edit.copy", self.copy)
        on("edit.paste", self.paste)
        on("edit.duplicate", self.duplicate)
        on("edit.delete", self.delete)
        on("edit.deselect", partial(self._workspace.select, "", ()))
        on("view.full", self._area.zoom_full)
        on("view.selection", self._area.zoom_selection)
        on("view.layer", self.zoom_layer)
        on("view.in", partial(view.zoom_by, 1.5))
        on("view.out", partial(view.zoom_by, 1 / 1.5))
        on("view.legend", self._area.legend.toggle)
        for name, spec in self._actions.specs.items():
            if spec.tool is not None:
                on(name, partial(self.choose_tool, spec.tool))
            if spec.stage is not None:
                on(name, partial(self.choose_stage, spec.stage))

    # -- stage and tool -----------------------------------------------------------------------------------------
    def choose_tool(self, tool: Tool) -> None:
        """Take a tool; the one in use again gives the arrow back."""
        same = tool == self._workspace.tool and tool != Tool.SELECT
        self._workspace.set_tool(Tool.SELECT if same else tool)
        self._actions.refresh()
        self._area.view.setFocus()

    def choose_stage(self, stage: Stage) -> None:
        """Go to a stage."""
        self._workspace.set_stage(stage)
        self._actions.refresh()

    # -- history ------------------------------------------------------------------------------------------------
    def step(self, *, is_undo: bool) -> None:
        """Undo or redo one step; a large one beside the window."""
        session = self._workspace.session
        reason = reasons.no_undo(self._workspace) if is_undo else reasons.no_redo(self._workspace)
        if session is None or reason:
            self._workspace.message.emit(reason, "info")
            return
        timeline, words = session.timeline, tr_undone if is_undo else tr_redone

        def tell(done: object) -> None:
            if done is not None:
                self._workspace.message.emit(words(done), "info")

        self._journeys.start(
            lambda: timeline.is_long_step(is_undo=is_undo),
            timeline.prepare_undo if is_undo else timeline.prepare_redo,
            tell,
        )

    # -- project ------------------------------------------------------------------------------------------------
    def rename_project(self) -> None:
        """Ask for the project's title."""
        session = self._workspace.session
        if session is None:
            return
        before = session.settings().title
        title, is_taken = QInputDialog.getText(self._window, tr("Rename project"), tr("Title"), text=before)
        if is_taken and title.strip() and title.strip() != before:
            self._try(lambda: session.set_title(title.strip()))

    # -- edit ---------------------------------------------------------------------------------------------------
    def copy(self) -> None:
        """Remember the selected proposals."""
        self._copied = self._selected("proposals")
        self._workspace.message.emit(tr("Remembered for pasting: {n}", n=len(self._copied)), "info")

    def paste(self) -> None:
        """Draw copies of the remembered proposals."""
        if not self._copied:
            self._workspace.message.emit(
                tr("Nothing was copied yet: select a proposal and press Ctrl+C."), "info"
            )
            return
        self._copy_of(self._copied)

    def duplicate(self) -> None:
        """Draw copies beside the selected proposals."""
        self._copy_of(self._selected("proposals"))

    def _copy_of(self, uuids: tuple[Uuid, ...]) -> None:
        session = self._workspace.session
        if session is None:
            return
        made: list[Uuid] = []
        for uuid in uuids:
            self._try(lambda uuid=uuid: made.append(session.proposals.copy(uuid).uuid))  # type: ignore[misc]
        if made:
            self._workspace.select("proposals", tuple(made))

    def delete(self) -> None:
        """Delete the selected features; many at once are asked for."""
        session = self._workspace.session
        key, ids = self._workspace.selection
        reason = reasons.no_deletable(self._workspace)
        if session is None or reason:
            self._workspace.message.emit(reason, "warning" if reasons.locked(self._workspace) else "info")
            return
        layer_id = layer_of_key(key)
        if layer_id is not None and not self._may_delete(session, layer_id, len(ids)):
            return
        self._workspace.select("", ())
        if layer_id is not None:
            self._try(lambda: session.layers.delete_features(layer_id, [int(i) for i in ids]))  # type: ignore[call-overload]
        for uuid in ids if layer_id is None else ():
            call = session.proposals.delete if key == "proposals" else session.proposals.delete_note
            self._try(partial(call, uuid))  # type: ignore[arg-type]

    def _may_delete(self, session: Session, layer_id: LayerId, count: int) -> bool:
        name = session.layers.get(layer_id).name
        answer = QMessageBox.question(
            self._window,
            tr("Delete"),
            tr("Delete {n} features of “{layer}”? Undo brings them back.", n=f"{count:,}", layer=name),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            QMessageBox.StandardButton.No,  # survey data: a key pressed by mistake must not say yes
        )
        return answer == QMessageBox.StandardButton.Yes

    def _selected(self, key: str) -> tuple[Uuid, ...]:
        chosen, ids = self._workspace.selection
        return tuple(Uuid(str(i)) for i in ids) if chosen == key else ()

    # -- map ----------------------------------------------------------------------------------------------------
    def zoom_layer(self) -> None:
        """Show the layer chosen in the tree."""
        entry, session = self._tree.current, self._workspace.session
        if entry is None or session is None:
            self._workspace.message.emit(tr("Choose a layer in the layer list first."), "info")
            return
        if entry.layer is not None:
            extent = self._area.layer_extent(session, entry.layer.id)
            if extent is not None:
                self._area.view.zoom_to(extent)
        else:
            self._area.zoom_full()

    # -- inside -------------------------------------------------------------------------------------------------
    def _try(self, call: Callable[[], object]) -> None:
        try:
            call()
        except RenovateError as error:
            self._workspace.message.emit(sentence(error), "error")


def tr_undone(step: object) -> str:
    """Return the words after an undo."""
    return tr("Undone: {what}", what=getattr(step, "what", ""))


def tr_redone(step: object) -> str:
    """Return the words after a redo."""
    return tr("Done again: {what}", what=getattr(step, "what", ""))
