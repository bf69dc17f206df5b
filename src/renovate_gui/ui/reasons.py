"""Why an action cannot run now, in one translated sentence; an empty string means that it can."""

from __future__ import annotations

from collections.abc import Callable

from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.ids import Uuid
from renovate_gui.ui.workspace import Workspace

Reason = Callable[[Workspace], str]


def never(_workspace: Workspace) -> str:
    """Return nothing: the action can always run."""
    return ""


def no_project(workspace: Workspace) -> str:
    """Need an open project."""
    return (
        ""
        if workspace.session is not None
        else tr("No project is open: open one, or drop files on the window.")
    )


def read_only(workspace: Workspace) -> str:
    """Need a project that may be written, or none at all (one will be made)."""
    if workspace.session is not None and workspace.session.project.is_read_only:
        return tr("The project is open for reading only.")
    return ""


def no_edit(workspace: Workspace) -> str:
    """Need a project that may be written."""
    return no_project(workspace) or read_only(workspace) or busy(workspace)


def no_scenarios(workspace: Workspace) -> str:
    """Need a project with scenarios."""
    reason = no_project(workspace)
    if reason or workspace.session is None:
        return reason
    return "" if workspace.session.scenarios.all() else tr("There are no scenarios yet; make one first.")


def busy(workspace: Workspace) -> str:
    """Need a project that no long work is writing."""
    return tr("{what}: please wait until it is done.", what=workspace.busy) if workspace.busy else ""


def no_map(workspace: Workspace) -> str:
    """Need something to look at."""
    reason = no_project(workspace)
    if reason or workspace.session is None:
        return reason
    if workspace.session.layers.all() or workspace.session.proposals.all():
        return ""
    return tr("The map is empty: import data first.")


def no_draw(workspace: Workspace) -> str:
    """Need a writable project whose coordinate system is known."""
    reason = no_edit(workspace)
    if reason or workspace.session is None:
        return reason
    return (
        ""
        if workspace.session.settings().crs
        else tr("Import a layer first: it decides the coordinate system.")
    )


def no_export(workspace: Workspace) -> str:
    """Need something that the council module can export."""
    reason = no_project(workspace)
    return reason if reason or workspace.session is None else workspace.session.council.why_not_export()


def no_undo(workspace: Workspace) -> str:
    """Need a standing step."""
    return no_edit(workspace) or ("" if _steps(workspace)[0] else tr("There is nothing to undo."))


def no_redo(workspace: Workspace) -> str:
    """Need an undone step."""
    return no_edit(workspace) or ("" if _steps(workspace)[1] else tr("There is nothing to redo."))


def no_selection(workspace: Workspace) -> str:
    """Need selected features."""
    return no_project(workspace) or ("" if workspace.selection[1] else tr("Nothing is selected."))


def no_proposal(workspace: Workspace) -> str:
    """Need a selected proposal in a writable project."""
    reason = no_edit(workspace)
    if reason:
        return reason
    is_one = workspace.selection[0] == "proposals" and bool(workspace.selection[1])
    return "" if is_one else tr("Select a proposal on the map or in the list first.")


def no_shape(workspace: Workspace) -> str:
    """Need a single selected proposal or callout in a writable project."""
    reason = no_edit(workspace)
    if reason:
        return reason
    is_one = workspace.selection[0] in {"proposals", "notes"} and len(workspace.selection[1]) == 1
    return locked(workspace) if is_one else tr("Select one proposal or callout first.")


def nothing_to_delete(workspace: Workspace) -> str:
    """Need a selection in a writable project; what a lock keeps is told when somebody tries, a dead key tells nothing."""
    return no_edit(workspace) or no_selection(workspace)


def no_deletable(workspace: Workspace) -> str:
    """Need a selection in a writable project."""
    return no_edit(workspace) or no_selection(workspace) or locked(workspace)


def locked(workspace: Workspace) -> str:
    """Need selected proposals that no locked scenario has."""
    key, ids = workspace.selection
    if workspace.session is None or key != "proposals":
        return ""
    locks = (workspace.session.scenarios.lock_on(Uuid(str(uuid))) for uuid in ids)
    lock = next((found for found in locks if found is not None), None)
    if lock is None:
        return ""
    return tr("It belongs to the locked scenario “{name}” and cannot be changed.", name=lock.name)


def step_words(workspace: Workspace, name: str) -> str:
    """Return the step that undo or redo would touch; empty for other actions."""
    if name not in {"edit.undo", "edit.redo"}:
        return ""
    return _steps(workspace)[0 if name == "edit.undo" else 1]


def _steps(workspace: Workspace) -> tuple[str, str]:
    session: Session | None = workspace.session
    if session is None:
        return "", ""
    return session.timeline.next_titles()
