"""What a person can do with a line of the history, and why not."""

from __future__ import annotations

from renovate_gui.app.timeline import Timeline
from renovate_gui.assets import tr
from renovate_gui.ui import reasons
from renovate_gui.ui.history.pane import Deed, DetailPane
from renovate_gui.ui.history.rows import Row, RowKind
from renovate_gui.ui.workspace import Workspace


def deeds(
    workspace: Workspace, row: Row, timeline: Timeline, *, has_place: bool, is_comparing: bool
) -> tuple[Deed, ...]:
    """Return what can be done with a line, and of what cannot, why.

    Parameters
    ----------
    has_place
        Whether something that changed has a place on the map.
    is_comparing
        Whether the line's state is compared with the present one.
    """
    is_now = row.state == timeline.state
    here = tr("The project is in this state now.") if is_now else ""
    no_edit = reasons.no_edit(workspace)
    offered = [
        Deed(DetailPane.GO, no_edit or here),
        Deed(DetailPane.ZOOM, "" if has_place else tr("Nothing that changed has a place on the map.")),
        Deed(DetailPane.COMPARE, here if not is_comparing else "", is_on=is_comparing),
    ]
    if row.kind is RowKind.STEP:
        offered.append(Deed(DetailPane.UNDO, no_undo(workspace, row)))
    if row.kind is RowKind.VERSION:
        offered.append(Deed(DetailPane.SEAL))
    only_now = "" if is_now else tr("Only the present state can be named: go to this state first.")
    return (*offered, Deed(DetailPane.NAME, no_edit or only_now), Deed(DetailPane.COPY))


def no_undo(workspace: Workspace, row: Row) -> str:
    """Return why a line's step cannot be taken back alone, empty when it can."""
    reason = reasons.no_edit(workspace)
    if reason or row.step is None:
        return reason
    if row.step.is_left:
        return tr("This step was left behind: it is not in effect.")
    return tr("This step is undone already.") if row.step.is_undone else ""
