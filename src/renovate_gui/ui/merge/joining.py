"""Brings the compare and merge panels into the window: opened over the stage's panel, fed by menu and drops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QStackedWidget, QWidget

from renovate_gui.app.merging import Kin
from renovate_gui.assets import tr
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.merge.frame import SideFrame
from renovate_gui.ui.projects import Projects, is_project
from renovate_gui.ui.workspace import Workspace

if TYPE_CHECKING:
    from renovate_gui.ui.compare_panel import ComparePanel
    from renovate_gui.ui.merge_panel import MergePanel

_JOB = "look"


class MakeRoom(Protocol):
    """Gives the inspector the width for two columns of values, and takes it back."""

    def __call__(self, *, is_wide: bool) -> None:
        """Widen or narrow the inspector."""
        ...


class Joining(QObject):
    """Owns both panels; they are made when first asked for and keep what they know while they are away."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: Jobs,
        *,
        projects: Projects,
        view: MapView,
        inspector: QStackedWidget,
        make_room: MakeRoom,
        show_stage: Callable[[], object],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._jobs, self._projects = workspace, jobs, projects
        self._view, self._inspector, self._window = view, inspector, window
        self._make_room, self._show_stage = make_room, show_stage
        self._compare: ComparePanel | None = None
        self._merge: MergePanel | None = None
        self.question: QMessageBox | None = None
        inspector.currentChanged.connect(self._on_panel)

    # -- panels -------------------------------------------------------------------------------------------------
    @property
    def compare(self) -> ComparePanel:
        """Return the compare panel."""
        if self._compare is None:
            from renovate_gui.ui.compare_panel import ComparePanel
            from renovate_gui.ui.merge.joining_map import JoiningMap

            self._compare = ComparePanel(self._workspace, self._jobs, JoiningMap(self._view, self._workspace))
            self._compare.import_asked.connect(self._import)
            self._adopt(self._compare)
        return self._compare

    @property
    def merge(self) -> MergePanel:
        """Return the merge panel."""
        if self._merge is None:
            from renovate_gui.ui.merge.joining_map import JoiningMap
            from renovate_gui.ui.merge_panel import MergePanel

            self._merge = MergePanel(self._workspace, self._jobs, JoiningMap(self._view, self._workspace))
            self._merge.compare_asked.connect(self.compare_with)
            self._merge.import_asked.connect(self._import)
            self._merge.open_asked.connect(self._projects.open)
            self._adopt(self._merge)
        return self._merge

    def _adopt(self, panel: SideFrame) -> None:
        panel.close_asked.connect(self.close)
        self._inspector.addWidget(panel)

    def show_compare(self) -> None:
        """Bring the compare panel to the front."""
        self._show(self.compare)

    def show_merge(self) -> None:
        """Bring the merge panel to the front."""
        self._show(self.merge)

    def _show(self, panel: SideFrame) -> None:
        if self._workspace.session is None:
            return
        self._inspector.setCurrentWidget(panel)
        holder = self._inspector.parentWidget()
        if holder is not None and holder.isHidden():
            holder.show()
        panel.take_focus()

    def close(self) -> None:
        """Bring the stage's panel back; what the panels know stays."""
        self._show_stage()

    def _on_panel(self, _place: int) -> None:
        self._make_room(is_wide=isinstance(self._inspector.currentWidget(), SideFrame))

    # -- files --------------------------------------------------------------------------------------------------
    def compare_with(self, path: Path) -> None:
        """Compare the project with a file."""
        self.show_compare()
        self.compare.take_file(path)

    def compare_states(self, before: str, after: str | None = None) -> None:
        """Compare two states of the project; ``after`` None: the present."""
        self.show_compare()
        self.compare.compare_states(before, after)

    def merge_with(self, path: Path) -> None:
        """Look at what merging a file would bring."""
        self.show_merge()
        self.merge.take_file(path)

    def _import(self, path: Path) -> None:
        self.close()
        self._projects.bring_in([path])

    def take(self, paths: Sequence[Path]) -> None:
        """Take dropped files: a copy of the open project is asked about, everything else goes the usual way."""
        session = self._workspace.session
        if session is None or len(paths) != 1 or not is_project(paths[0]):
            self._projects.take(paths)
            return
        path = paths[0]
        open_it = partial(self._projects.take, [path])
        self._jobs.start(
            session.merging.look(path), partial(self._on_kin, path), lambda _error: open_it(), key=_JOB
        )

    def _on_kin(self, path: Path, kin: Kin) -> None:
        if kin is Kin.SAME_FILE:
            self._workspace.message.emit(
                tr("“{name}” is the project that is open here.", name=path.name), "info"
            )
        elif kin is Kin.COPY:
            self.ask(path)
        else:
            self._projects.take([path])

    def ask(self, path: Path) -> None:
        """Ask what to do with a copy of the open project."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(tr("A copy of this project"))
        box.setText(tr("“{name}” is a copy of the project that is open.", name=path.name))
        box.setInformativeText(
            tr("Merge it to bring the work of both together; first you see what it would change.")
        )
        merge = box.addButton(tr("Merge it into this project"), QMessageBox.ButtonRole.AcceptRole)
        open_it = box.addButton(tr("Open it"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        merge.setProperty("look", "primary")
        box.setDefaultButton(merge)

        def answered() -> None:
            clicked = box.clickedButton()
            self.question = None
            box.deleteLater()
            if clicked is merge:
                self.merge_with(path)
            elif clicked is open_it:
                self._projects.open(path)

        box.finished.connect(lambda _code: answered())
        self.question = box
        box.open()
