"""What the compare and merge panels show on the map."""

from __future__ import annotations

from renovate_gui.domain.difference import Conflict, Difference, ObjectChange
from renovate_gui.ui.canvas.changes import ChangesOverlay
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.merge.map_marks import ConflictMarks, base_of, extent_of
from renovate_gui.ui.workspace import Workspace


class JoiningMap:
    """Differences and conflicts over the map. Each panel has its own: one that goes clears nothing of one that comes.

    What the history shows is covered meanwhile, and comes back when the panel shows nothing more.
    """

    def __init__(self, view: MapView, workspace: Workspace) -> None:
        self._workspace = workspace
        self.changes = ChangesOverlay(view)
        self.marks = ConflictMarks(view, view)
        view.overlays.append(self.marks)

    def clear(self) -> None:
        """Show nothing."""
        self.marks.flash(None)
        self.marks.show_conflict(None)
        self.changes.show(None)
        self.changes.set_in_front(is_in_front=False)

    def show_difference(self, difference: Difference | None, *, goes_there: bool = False) -> None:
        """Show all changes of a difference, and the part of the map where they lie when asked to."""
        self.marks.show_conflict(None)
        self.changes.set_in_front(is_in_front=difference is not None)
        self.changes.show(difference)
        extent = self.changes.extent()
        if goes_there and extent is not None:
            self._workspace.zoom_requested.emit(extent)

    def show_change(self, difference: Difference | None, change: ObjectChange | None) -> None:
        """Show a difference with one object in front: the map goes there and it flashes."""
        self.marks.show_conflict(None)
        self.changes.set_in_front(is_in_front=difference is not None)
        self.changes.show(difference, change.key if change is not None else None)
        if change is None:
            return
        extent = extent_of(change.before, change.after)
        if extent is not None:
            self._workspace.zoom_requested.emit(extent)
            self.marks.flash(change.after if change.after is not None else change.before)

    def show_conflict(self, conflict: Conflict, who: str, *, goes_there: bool) -> None:
        """Show both sides of a conflict, and go there when asked to."""
        self.changes.show(None)
        self.changes.set_in_front(is_in_front=True)
        self.marks.show_conflict(conflict, who)
        extent = extent_of(base_of(conflict), conflict.mine.after, conflict.theirs.after)
        if goes_there and extent is not None:
            self._workspace.zoom_requested.emit(extent)
